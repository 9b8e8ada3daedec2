//! The server process: started, adopted, watched and stopped.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep, timeout};

use super::PORT;
use super::account::Account;
use super::directory::socket;
use super::error::Error;
use super::pidfile::{PidFile, Status, serves};
use super::programs::Programs;

/// Between two looks at a file that the server writes.
const LOOK: Duration = Duration::from_millis(10);
/// Between two looks at whether an adopted server, which is not our child, still lives.
const WATCH: Duration = Duration::from_millis(200);
/// Between two notes in our log that a start still goes on.
const NOTE: Duration = Duration::from_secs(10);
/// After a signal that leaves a server no choice.
const FORCED: Duration = Duration::from_secs(5);
/// How much of the end of a log an error message shows, in bytes.
const LOG_TAIL: u64 = 2000;

/// All that is needed to start the server of a cluster, as often as it takes.
#[derive(Clone, Debug)]
pub(super) struct Launch {
    pub(super) programs: Programs,
    pub(super) account: Account,
    pub(super) cluster: PathBuf,
    pub(super) runtime: PathBuf,
    pub(super) startup_log: PathBuf,
    pub(super) fsync: bool,
    pub(super) start_timeout: Duration,
}

impl Launch {
    /// Starts the server and waits until it takes connections, which after a crash includes its recovery.
    /// The caller holds the data directory's lock, and no server runs on it.
    pub(super) async fn start(&self) -> Result<Server, Error> {
        let deadline = Instant::now() + self.start_timeout;
        loop {
            match self.attempt(deadline).await {
                // Processes of a killed server end by themselves, soon after it.
                Err(Error::Start { .. }) if self.is_shared_memory_held() && Instant::now() < deadline => sleep(WATCH).await,
                result => return result,
            }
        }
    }

    async fn attempt(&self, deadline: Instant) -> Result<Server, Error> {
        let socket = socket(&self.runtime);
        if UnixStream::connect(&socket).is_ok() {
            // Its processes have other numbers there, and its memory is not shared with here: nothing but the socket shows it.
            let holder = "a PostgreSQL that cannot be seen from here (one in another container?)".to_owned();
            return Err(Error::InUse { data_dir: self.cluster.clone(), holder });
        }
        PidFile::disarm(&self.cluster)?;
        for stale in [socket.with_added_extension("lock"), socket] {
            match fs::remove_file(&stale) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(Error::io("remove", &stale)(error)),
                _ => {}
            }
        }
        let server = self.spawn()?;
        self.until_ready(server, deadline).await
    }

    fn spawn(&self) -> Result<Server, Error> {
        let log = File::create(&self.startup_log).map_err(Error::io("write", &self.startup_log))?;
        let errors = log.try_clone().map_err(Error::io("write", &self.startup_log))?;
        let program = self.programs.postgres();
        let mut command = self.account.command(&program);
        command.arg("-D").arg(&self.cluster);
        for (name, value) in self.options() {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        command.stdout(Stdio::from(log)).stderr(Stdio::from(errors));
        let child = Command::from(command).spawn().map_err(Error::io("run", &program))?;
        let pid = child.id().ok_or(Error::Supervisor)?;
        Ok(Server { pid, cluster: self.cluster.clone(), child: Some(child), abandoned: false })
    }

    /// Settings that must hold for the server to be ours; all others are left to the cluster's `postgresql.conf`.
    fn options(&self) -> Vec<(&'static str, String)> {
        let on = |value: bool| if value { "on" } else { "off" }.to_owned();
        // One directory, quoted, as the setting is a list.
        let runtime = format!("\"{}\"", self.runtime.to_string_lossy().replace('"', "\"\""));
        let mut options = vec![
            ("listen_addresses", String::new()),
            ("port", PORT.to_string()),
            ("unix_socket_directories", runtime),
            ("unix_socket_permissions", "0700".to_owned()),
            ("cluster_name", "openstance".to_owned()),
            ("fsync", on(self.fsync)),
            ("full_page_writes", on(self.fsync)),
            ("timezone", "UTC".to_owned()),
            ("log_timezone", "UTC".to_owned()),
            // A file a weekday, written over after a week, so that logs cannot fill the disk over the years.
            ("logging_collector", on(true)),
            ("log_directory", "log".to_owned()),
            ("log_filename", "postgresql-%a.log".to_owned()),
            ("log_truncate_on_rotation", on(true)),
            ("log_rotation_age", "1d".to_owned()),
            ("log_rotation_size", "0".to_owned()),
        ];
        if !self.fsync {
            options.push(("synchronous_commit", on(false)));
        }
        options
    }

    /// Waits until the server takes connections.
    pub(super) async fn until_ready(&self, mut server: Server, deadline: Instant) -> Result<Server, Error> {
        let mut note = Instant::now() + NOTE;
        loop {
            if server.has_ended() {
                return Err(Error::Start { path: self.cluster.clone(), log: self.log_tail() });
            }
            let ready = PidFile::read(&self.cluster)?.is_some_and(|file| file.pid == server.pid && file.status == Status::Ready);
            if ready {
                return Ok(server);
            }
            if Instant::now() >= deadline {
                let seconds = self.start_timeout.as_secs();
                return Err(Error::StartTimeout { path: self.cluster.clone(), seconds, log: self.log_tail() });
            }
            if Instant::now() >= note {
                tracing::info!(pid = server.pid, "PostgreSQL is still starting: after a crash it has to recover first");
                note += NOTE;
            }
            sleep(LOOK).await;
        }
    }

    fn is_shared_memory_held(&self) -> bool {
        fs::read_to_string(&self.startup_log).is_ok_and(|log| log.contains("pre-existing shared memory block"))
    }

    /// The end of what the server has logged.
    pub(super) fn log_tail(&self) -> String {
        let newest = fs::read_dir(self.cluster.join("log"))
            .into_iter()
            .flatten()
            .filter_map(|entry| Some((entry.as_ref().ok()?.metadata().ok()?.modified().ok()?, entry.ok()?.path())))
            .max();
        let log = newest.map(|(_, path)| tail(&path)).unwrap_or_default();
        format!("{}{log}", tail(&self.startup_log)).trim().to_owned()
    }
}

/// The last whole lines of a file; nothing if it cannot be read.
fn tail(path: &Path) -> String {
    let read = || -> io::Result<String> {
        let mut file = File::open(path)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(LOG_TAIL)))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Ok(if length > LOG_TAIL { text.split_once('\n').map_or(String::new(), |(_, whole)| whole.to_owned()) } else { text })
    };
    read().unwrap_or_default()
}

/// A running server. Dropping it asks the server to shut down without waiting for it, unless it was [abandoned](Server::abandon).
#[derive(Debug)]
pub(super) struct Server {
    /// Its process id.
    pub(super) pid: u32,
    cluster: PathBuf,
    /// `None` for an adopted server: it was started by a process that is gone.
    child: Option<Child>,
    abandoned: bool,
}

impl Server {
    /// The server that another process started on the cluster.
    pub(super) fn adopt(pid: u32, cluster: &Path) -> Self {
        Self { pid, cluster: cluster.to_owned(), child: None, abandoned: false }
    }

    /// Waits until the server ends by itself; says how, where that is known.
    pub(super) async fn ended(&mut self) -> String {
        if let Some(child) = &mut self.child {
            return child.wait().await.map_or_else(|error| error.to_string(), |status| status.to_string());
        }
        while serves(self.pid, &self.cluster) {
            sleep(WATCH).await;
        }
        "not our child, so its exit status is unknown".to_owned()
    }

    fn has_ended(&mut self) -> bool {
        match &mut self.child {
            Some(child) => !matches!(child.try_wait(), Ok(None)),
            None => !serves(self.pid, &self.cluster),
        }
    }

    /// Shuts the server down: connections are ended and everything is saved. After `patience` it is made to end at once, from
    /// which the next start recovers.
    pub(super) async fn stop(mut self, patience: Duration) -> Result<(), Error> {
        for (signal, patience) in [(Signal::INT, patience), (Signal::QUIT, FORCED), (Signal::KILL, FORCED)] {
            if self.has_ended() {
                return Ok(());
            }
            self.signal(signal);
            if timeout(patience, self.gone()).await.is_ok() {
                return Ok(());
            }
            tracing::warn!(pid = self.pid, ?signal, "PostgreSQL has not ended after {} seconds", patience.as_secs());
        }
        Err(Error::Stop { pid: self.pid })
    }

    /// Like [`Server::ended`], looking more often.
    async fn gone(&mut self) {
        if self.child.is_some() {
            self.ended().await;
        }
        while !self.has_ended() {
            sleep(LOOK).await;
        }
    }

    /// Lets the server run on without this process.
    pub(super) fn abandon(mut self) {
        self.abandoned = true;
    }

    fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.pid).ok().and_then(Pid::from_raw);
        if let Some(Err(error)) = pid.map(|pid| kill_process(pid, signal)) {
            tracing::debug!(pid = self.pid, %error, "PostgreSQL could not be signalled");
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if !self.abandoned && !self.has_ended() {
            self.signal(Signal::INT);
        }
    }
}
