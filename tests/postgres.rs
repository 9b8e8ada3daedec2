//! The private PostgreSQL in its whole life, with real servers: set OPENSTANCE_POSTGRES_BIN to test a certain version.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use openstance::postgres::{Access, Embedded, Error, Settings, Temporary, stop_background};
use rustix::process::{Pid, Signal, geteuid, kill_process};
use sqlx::{Connection, PgConnection};

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

/// A directory of its own for a test, removed with everything in it; a server that a failed test left there is stopped.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("openstance-test-{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().canonicalize()?.join(name);
        fs::create_dir(&path)?;
        Ok(Self(path))
    }

    fn settings(&self) -> Settings {
        let bin_dir = std::env::var_os("OPENSTANCE_POSTGRES_BIN").map(PathBuf::from);
        Settings { bin_dir, fsync: false, ..Settings::new(self.0.join("data")) }
    }

    fn cluster(&self) -> PathBuf {
        self.0.join("data/cluster")
    }

    /// The command line on this test's data directory.
    fn openstance(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_openstance"));
        command.args(arguments).env("OPENSTANCE_DATA_DIR", self.0.join("data")).env_remove("DATABASE_URL");
        command
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = self.openstance(&["postgres", "stop"]).output();
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn kill(pid: u32) -> Result {
    let pid = Pid::from_raw(i32::try_from(pid)?).ok_or("no process id")?;
    Ok(kill_process(pid, Signal::KILL)?)
}

fn server_pid(cluster: &Path) -> Result<u32> {
    Ok(fs::read_to_string(cluster.join("postmaster.pid"))?.lines().next().ok_or("empty")?.parse()?)
}

async fn remember(url: &str, word: &str) -> Result {
    let mut connection = PgConnection::connect(url).await?;
    sqlx::query("CREATE TABLE IF NOT EXISTS memory (word text)").execute(&mut connection).await?;
    sqlx::query("INSERT INTO memory VALUES ($1)").bind(word).execute(&mut connection).await?;
    Ok(connection.close().await?)
}

async fn recall(url: &str) -> Result<Vec<String>> {
    let mut connection = PgConnection::connect(url).await?;
    Ok(sqlx::query_scalar("SELECT word FROM memory ORDER BY word").fetch_all(&mut connection).await?)
}

async fn show(url: &str, query: &'static str) -> Result<String> {
    let mut connection = PgConnection::connect(url).await?;
    Ok(sqlx::query_scalar(query).fetch_one(&mut connection).await?)
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A process that does nothing until its input ends.
fn idle(uid: u32) -> Result<Child> {
    let mut command = Command::new("cat");
    if geteuid().is_root() {
        command.uid(uid);
    }
    Ok(command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?)
}

#[tokio::test]
async fn data_outlive_the_server() -> Result {
    let scratch = Scratch::new()?;
    let server = Embedded::start(&scratch.settings()).await?;
    remember(server.url(), "first").await?;
    server.stop().await?;
    assert_eq!(Embedded::join(&scratch.settings()).await?, None);
    assert!(!scratch.cluster().join("postmaster.pid").exists());

    let server = Embedded::start(&scratch.settings()).await?;
    assert_eq!(recall(server.url()).await?, ["first"]);
    Ok(server.stop().await?)
}

#[tokio::test]
async fn the_database_is_durable_private_and_the_same_everywhere() -> Result {
    let scratch = Scratch::new()?;
    let server = Embedded::start(&Settings { fsync: true, ..scratch.settings() }).await?;
    let expected = [
        ("SHOW fsync", "on"),
        ("SHOW full_page_writes", "on"),
        ("SHOW synchronous_commit", "on"),
        ("SHOW data_checksums", "on"),
        ("SHOW listen_addresses", ""),
        ("SHOW server_encoding", "UTF8"),
        ("SELECT string_agg(w, '' ORDER BY w) FROM unnest('{b,a,B,A,ä}'::text[]) AS w", "ABabä"),
        ("SELECT upper('ärger')", "ÄRGER"),
        ("SELECT to_tsvector('simple', '“open—closed”')::text", "'closed':2 'open':1"),
    ];
    for (query, value) in expected {
        assert_eq!(show(server.url(), query).await?, value, "{query}");
    }
    let mode = fs::metadata(scratch.0.join("data/run"))?.mode();
    assert_eq!(mode & 0o777, 0o700);
    assert_ne!(fs::metadata(scratch.cluster())?.uid(), 0, "the server runs as an unprivileged user");
    Ok(server.stop().await?)
}

#[tokio::test]
async fn a_second_service_is_refused_and_commands_join() -> Result {
    let scratch = Scratch::new()?;
    let server = Embedded::start(&scratch.settings()).await?;
    let refused = Embedded::start(&scratch.settings()).await.err().ok_or("a second service was let in")?;
    assert!(matches!(refused, Error::InUse { .. }));
    assert!(refused.to_string().contains(&format!("process {}", std::process::id())), "{refused}");
    let refused = stop_background(&scratch.settings()).await.err().ok_or("a service's server was stopped")?;
    assert!(matches!(refused, Error::InUse { .. }));

    assert_eq!(Embedded::join(&scratch.settings()).await?.as_deref(), Some(server.url()));
    let access = Access::open(&scratch.settings()).await?;
    assert_eq!(access.url(), server.url());
    access.close().await?;
    remember(server.url(), "still running").await?;

    let output = scratch.openstance(&["postgres", "url"]).output()?;
    assert_eq!(String::from_utf8(output.stdout)?.trim(), server.url());
    Ok(server.stop().await?)
}

#[tokio::test]
async fn a_killed_server_comes_back_under_the_same_url() -> Result {
    let scratch = Scratch::new()?;
    let mut server = Embedded::start(&Settings { fsync: true, ..scratch.settings() }).await?;
    let url = server.url().to_owned();
    for word in ["once", "twice"] {
        remember(&url, word).await?;
        let pid = server.pid().ok_or("no process")?;
        kill(pid)?;
        let again = server.restarted().await.ok_or("not restarted")?;
        assert_ne!(again, pid);
    }
    assert_eq!(recall(&url).await?, ["once", "twice"]);
    Ok(server.stop().await?)
}

#[tokio::test]
async fn the_server_of_a_killed_process_is_taken_over() -> Result {
    let scratch = Scratch::new()?;
    let mut command = scratch.openstance(&["postgres", "run", "--", "sh", "-c", "echo $DATABASE_URL; cat"]);
    let mut owner = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut url = String::new();
    BufReader::new(owner.stdout.take().ok_or("no output")?).read_line(&mut url)?;
    remember(url.trim(), "before").await?;
    owner.kill()?;
    owner.wait()?;

    let pid = server_pid(&scratch.cluster())?;
    let mut server = Embedded::start(&scratch.settings()).await?;
    assert_eq!(server.pid(), Some(pid), "it ran on, and was taken over");
    assert_eq!(recall(server.url()).await?, ["before"]);
    kill(pid)?;
    assert!(server.restarted().await.is_some(), "it is watched as well");
    assert_eq!(server.url(), url.trim());
    server.stop().await?;
    assert_eq!(Embedded::join(&scratch.settings()).await?, None);
    Ok(())
}

#[tokio::test]
async fn a_server_in_the_background_stays_until_it_is_stopped() -> Result {
    let scratch = Scratch::new()?;
    let started = scratch.openstance(&["postgres", "start"]).output()?;
    assert!(started.status.success(), "{}", text(&started));
    let url = String::from_utf8(started.stdout)?.trim().to_owned();
    remember(&url, "kept").await?;

    let service = Embedded::start(&scratch.settings()).await?;
    assert_eq!(service.url(), url);
    service.stop().await?;
    assert_eq!(recall(&url).await?, ["kept"]);

    let stopped = scratch.openstance(&["postgres", "stop"]).output()?;
    assert_eq!(text(&stopped).trim(), "stopped");
    let again = scratch.openstance(&["postgres", "stop"]).output()?;
    assert_eq!(text(&again).trim(), "not running");
    let url = scratch.openstance(&["postgres", "url"]).output()?;
    assert!(!url.status.success() && text(&url).contains("openstance postgres start"), "{}", text(&url));
    Ok(())
}

#[tokio::test]
async fn a_crash_leaves_nothing_that_prevents_a_start() -> Result {
    let scratch = Scratch::new()?;
    let started = scratch.openstance(&["postgres", "start"]).output()?;
    assert!(started.status.success(), "{}", text(&started));
    remember(String::from_utf8(started.stdout)?.trim(), "acknowledged").await?;
    // Server and supervisor gone at once; and then the process id in the files belongs to something else of the same user.
    kill(server_pid(&scratch.cluster())?)?;
    let mut unrelated = idle(fs::metadata(scratch.cluster())?.uid())?;
    let pid_file = scratch.cluster().join("postmaster.pid");
    let rest = fs::read_to_string(&pid_file)?.split_once('\n').ok_or("short file")?.1.to_owned();
    fs::write(&pid_file, format!("{}\n{rest}", unrelated.id()))?;
    fs::write(scratch.0.join("data/run/.s.PGSQL.5432.lock"), format!("{}\n{rest}", unrelated.id()))?;
    fs::write(scratch.0.join("data/lock"), "a service, process 1\n")?;

    assert_eq!(Embedded::join(&scratch.settings()).await?, None);
    let server = Embedded::start(&scratch.settings()).await?;
    assert_eq!(recall(server.url()).await?, ["acknowledged"]);
    server.stop().await?;

    fs::write(&pid_file, "")?;
    let server = Embedded::start(&scratch.settings()).await?;
    assert_eq!(recall(server.url()).await?, ["acknowledged"]);
    server.stop().await?;
    unrelated.kill()?;
    unrelated.wait()?;
    Ok(())
}

#[tokio::test]
async fn a_half_finished_set_up_is_done_again() -> Result {
    let scratch = Scratch::new()?;
    let unfinished = scratch.0.join("data/cluster.new-1");
    fs::create_dir_all(&unfinished)?;
    fs::write(unfinished.join("PG_VERSION"), "15\n")?;
    let server = Embedded::start(&scratch.settings()).await?;
    remember(server.url(), "works").await?;
    assert!(!unfinished.exists());
    Ok(server.stop().await?)
}

#[tokio::test]
async fn long_and_odd_paths_work() -> Result {
    let scratch = Scratch::new()?;
    let settings = Settings { data_dir: scratch.0.join("with space, ä & 'quotes' \"\"").join("long-".repeat(45)), ..scratch.settings() };
    let server = Embedded::start(&settings).await?;
    remember(server.url(), "fits").await?;
    assert_eq!(Embedded::join(&settings).await?.as_deref(), Some(server.url()));
    server.stop().await?;

    let settings = Settings { data_dir: scratch.0.join("a, \"b\" 100%"), ..scratch.settings() };
    let server = Embedded::start(&settings).await?;
    remember(server.url(), "quoted").await?;
    Ok(server.stop().await?)
}

#[tokio::test]
async fn the_directory_of_the_socket_can_be_chosen() -> Result {
    let scratch = Scratch::new()?;
    let settings = Settings { runtime_dir: Some(scratch.0.join("socket")), ..scratch.settings() };
    let server = Embedded::start(&settings).await?;
    assert!(scratch.0.join("socket/.s.PGSQL.5432").exists());
    remember(server.url(), "there").await?;
    server.stop().await?;

    let settings = Settings { runtime_dir: Some(scratch.0.join("x".repeat(100))), ..settings };
    let error = Embedded::start(&settings).await.err().ok_or("a socket beyond the limit")?.to_string();
    assert!(error.contains("is longer than"), "{error}");
    Ok(())
}

#[tokio::test]
async fn a_temporary_server_leaves_no_trace() -> Result {
    let server = Temporary::start(std::env::var_os("OPENSTANCE_POSTGRES_BIN").map(PathBuf::from)).await?;
    let directory = PathBuf::from(show(server.url(), "SHOW data_directory").await?);
    assert!(directory.exists());
    server.stop().await?;
    assert!(!directory.exists());
    Ok(())
}

#[test]
fn run_gives_the_url_and_takes_the_exit_code() -> Result {
    let scratch = Scratch::new()?;
    let run = |arguments: &[&str]| scratch.openstance(&[&["postgres", "run"], arguments].concat()).output();
    let output = run(&["--temporary", "--", "sh", "-c", "echo $DATABASE_URL; exit 7"])?;
    assert_eq!(output.status.code(), Some(7));
    assert!(text(&output).starts_with("postgresql:///openstance?host="), "{}", text(&output));
    assert!(!scratch.0.join("data").exists(), "it does not touch the data directory");
    assert_eq!(run(&["--temporary", "sh", "-c", "kill -TERM $$"])?.status.code(), Some(128 + 15));
    assert_eq!(run(&["--temporary", "no-such-command"])?.status.code(), Some(127));
    Ok(())
}

#[tokio::test]
async fn missing_programs_are_said_with_what_to_do() -> Result {
    let scratch = Scratch::new()?;
    let settings = Settings { bin_dir: Some(scratch.0.clone()), ..scratch.settings() };
    let error = Embedded::start(&settings).await.err().ok_or("started without programs")?.to_string();
    assert!(error.contains("PostgreSQL 15 or newer was not found") && error.contains("DATABASE_URL"), "{error}");
    Ok(())
}
