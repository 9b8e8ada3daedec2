//! [`Embedded`], the server of a service, and [`Access`], the use of it by a command.

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection};
use tokio::sync::{oneshot, watch};
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::{Instant, sleep, timeout};

use super::account::Account;
use super::directory::{Directory, Lock};
use super::error::Error;
use super::pidfile::{PidFile, Status};
use super::server::{Launch, Server};
use super::{DATABASE, Settings, cluster, url, url_of};

/// Between two tries to get something that another process holds.
const RETRY: Duration = Duration::from_millis(50);
/// How long a service waits for a command to let go of the data directory.
const COMMAND_PATIENCE: Duration = Duration::from_secs(10);
/// How long a command waits for a service to start its server.
const SERVICE_PATIENCE: Duration = Duration::from_secs(30);
/// How long a ready server may take to answer.
const ANSWER: Duration = Duration::from_secs(30);
/// Delay before the first restart of a server that died; doubled after each further one…
const FIRST_DELAY: Duration = Duration::from_millis(100);
/// …up to this…
const LONGEST_DELAY: Duration = Duration::from_secs(10);
/// …and back to the first one after the server has run as long as this.
const STABLE: Duration = Duration::from_mins(1);

const SERVICE: &str = "a service";
const COMMAND: &str = "a command";

/// A running private PostgreSQL that belongs to this process.
///
/// Dropping it without [`Embedded::stop`] also shuts the server down, but does not wait for it.
#[derive(Debug)]
pub struct Embedded {
    url: String,
    pid: watch::Receiver<Option<u32>>,
    order: oneshot::Sender<Order>,
    supervisor: JoinHandle<Result<(), Error>>,
}

#[derive(Clone, Copy, Debug)]
enum Order {
    Stop,
    Leave,
}

impl Embedded {
    /// Takes the data directory for this process and makes its server run: sets up a new database if there is none, takes over
    /// the server that a killed process left running, or starts it, recovering from whatever happened before.
    ///
    /// # Errors
    ///
    /// [`Error::InUse`] if another service has the directory; see [`Error`] for the rest.
    pub async fn start(settings: &Settings) -> Result<Self, Error> {
        let patience = Instant::now() + COMMAND_PATIENCE;
        loop {
            match Self::start_as(settings, SERVICE).await {
                Err(Error::InUse { holder, .. }) if holder.starts_with(COMMAND) && Instant::now() < patience => sleep(RETRY).await,
                result => return result,
            }
        }
    }

    async fn start_as(settings: &Settings, holder: &'static str) -> Result<Self, Error> {
        let (settings, stop_timeout) = (settings.clone(), settings.stop_timeout);
        let (directory, lock, mut launch) = spawn_blocking(move || prepare(&settings, holder)).await.map_err(|_| Error::Supervisor)??;
        let server = running_or_started(&mut launch, stop_timeout).await?;
        let keep = directory.background_pid() == Some(server.pid);
        ensure_database(&launch.runtime).await?;
        let url = url(&launch.runtime);
        let (pid_sender, pid) = watch::channel(Some(server.pid));
        let (order, orders) = oneshot::channel();
        let supervisor = Supervisor { launch, directory, pid: pid_sender, stop_timeout, keep, _lock: lock };
        Ok(Self { url, pid, order, supervisor: tokio::spawn(supervisor.run(server, orders)) })
    }

    /// The URL of the running server of a data directory, whoever started it; `None` if none runs. Waits while it starts.
    pub async fn join(settings: &Settings) -> Result<Option<String>, Error> {
        let deadline = Instant::now() + settings.start_timeout;
        let Some(directory) = Directory::existing(&settings.data_dir)? else { return Ok(None) };
        loop {
            let Some(file) = PidFile::running(&directory.cluster())? else { return Ok(None) };
            match (file.status, file.runtime) {
                (Status::Ready, Some(runtime)) => return Ok(Some(url(&runtime))),
                (Status::Stopping, _) => return Ok(None),
                _ if Instant::now() >= deadline => {
                    let seconds = settings.start_timeout.as_secs();
                    return Err(Error::StartTimeout { path: directory.cluster(), seconds, log: String::new() });
                }
                _ => sleep(RETRY).await,
            }
        }
    }

    /// The URL to connect to; it stays the same when the server is restarted.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The server's process id; `None` while it is being restarted.
    pub fn pid(&self) -> Option<u32> {
        *self.pid.borrow()
    }

    /// Waits for the next start of the server, after it has died, and returns its new process id;
    /// `None` when it will not be restarted any more.
    pub async fn restarted(&mut self) -> Option<u32> {
        let before = self.pid();
        let found = self.pid.wait_for(|pid| pid.is_some() && *pid != before).await;
        found.ok().and_then(|pid| *pid)
    }

    /// Shuts the server down in an orderly way, waits until it has ended, and lets go of the data directory. A server that
    /// `openstance postgres start` has put in the background runs on.
    pub async fn stop(self) -> Result<(), Error> {
        self.end(Order::Stop).await
    }

    /// Lets go of the data directory and leaves the server running in the background, until [`stop_background`].
    async fn leave(self) -> Result<(), Error> {
        self.end(Order::Leave).await
    }

    async fn end(self, order: Order) -> Result<(), Error> {
        // It fails only if the supervisor has ended, which then says why.
        let _ = self.order.send(order);
        self.supervisor.await.map_err(|_| Error::Supervisor)?
    }
}

/// Everything before the server's start: it blocks.
fn prepare(settings: &Settings, holder: &str) -> Result<(Directory, Lock, Launch), Error> {
    let directory = Directory::create(&settings.data_dir)?;
    let account = Account::of(&directory.cluster())?;
    let lock = directory.lock(holder)?;
    account.reach(directory.root())?;
    let programs = cluster::ensure(&directory, settings, &account)?;
    let launch = Launch {
        runtime: directory.runtime(settings.runtime_dir.as_deref(), &account)?,
        programs,
        account,
        cluster: directory.cluster(),
        startup_log: directory.startup_log(),
        fsync: settings.fsync,
        start_timeout: settings.start_timeout,
    };
    Ok((directory, lock, launch))
}

/// Takes over a server that runs already, with the directory of its socket; else starts one.
async fn running_or_started(launch: &mut Launch, stop_timeout: Duration) -> Result<Server, Error> {
    let Some(file) = PidFile::running(&launch.cluster)? else { return launch.start().await };
    let server = Server::adopt(file.pid, &launch.cluster);
    if file.status == Status::Stopping {
        server.stop(stop_timeout).await?;
        return launch.start().await;
    }
    tracing::info!(pid = file.pid, "taking over the PostgreSQL that runs on this data directory");
    let server = launch.until_ready(server, Instant::now() + launch.start_timeout).await?;
    if let Some(runtime) = PidFile::read(&launch.cluster)?.and_then(|file| file.runtime) {
        launch.runtime = runtime;
    }
    Ok(server)
}

/// Proves that the server answers, and creates the database if it does not exist.
async fn ensure_database(runtime: &Path) -> Result<(), Error> {
    let connect = async |database: &str| PgConnectOptions::from_str(&url_of(runtime, database))?.connect().await;
    let work = async {
        match connect(DATABASE).await {
            Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("3D000") => {
                let mut connection = connect("postgres").await?;
                sqlx::query("CREATE DATABASE openstance").execute(&mut connection).await?;
                connection.close().await
            }
            result => result?.close().await,
        }
    };
    let answer = timeout(ANSWER, work).await;
    answer.unwrap_or_else(|elapsed| Err(sqlx::Error::Io(elapsed.into()))).map_err(Error::Connect)
}

/// Keeps the server running until it is told otherwise.
struct Supervisor {
    launch: Launch,
    directory: Directory,
    pid: watch::Sender<Option<u32>>,
    stop_timeout: Duration,
    /// The server, or the one that this one follows, was in the background already.
    keep: bool,
    _lock: Lock,
}

impl Supervisor {
    async fn run(self, mut server: Server, mut orders: oneshot::Receiver<Order>) -> Result<(), Error> {
        let mut delay = FIRST_DELAY;
        let mut started = Instant::now();
        loop {
            let status = tokio::select! {
                order = &mut orders => return self.end(server, order.unwrap_or(Order::Stop)).await,
                status = server.ended() => status,
            };
            self.pid.send_replace(None);
            tracing::error!(pid = server.pid, status, "PostgreSQL has died and is restarted; its log ends:\n{}", self.launch.log_tail());
            delay = if started.elapsed() > STABLE { FIRST_DELAY } else { delay };
            server = tokio::select! {
                _ = &mut orders => return self.end_of_any().await,
                server = self.restart(&mut delay) => server,
            };
            started = Instant::now();
            tracing::info!(pid = server.pid, "PostgreSQL runs again");
            self.pid.send_replace(Some(server.pid));
        }
    }

    /// Starts the server, trying again for as long as it takes.
    async fn restart(&self, delay: &mut Duration) -> Server {
        loop {
            sleep(*delay).await;
            *delay = (*delay * 2).min(LONGEST_DELAY);
            match self.launch.start().await {
                Ok(server) => return server,
                Err(error) => tracing::error!(%error, "PostgreSQL could not be restarted; trying again in {delay:?}"),
            }
        }
    }

    async fn end(&self, server: Server, order: Order) -> Result<(), Error> {
        match order {
            Order::Stop if !self.keep => {
                server.stop(self.stop_timeout).await?;
                self.directory.remove_runtime();
                Ok(())
            }
            Order::Stop | Order::Leave => {
                self.directory.set_background_pid(server.pid)?;
                server.abandon();
                Ok(())
            }
        }
    }

    /// Ends the server that a restart, which was interrupted, may have started.
    async fn end_of_any(&self) -> Result<(), Error> {
        match PidFile::running(&self.launch.cluster)? {
            Some(file) => Server::adopt(file.pid, &self.launch.cluster).stop(self.stop_timeout).await,
            None => Ok(()),
        }
    }
}

/// Makes the data directory's server run in the background, until [`stop_background`], and returns its URL. The server of a
/// running service is left as it is.
pub async fn start_background(settings: &Settings) -> Result<String, Error> {
    let deadline = Instant::now() + SERVICE_PATIENCE;
    loop {
        match Embedded::start_as(settings, COMMAND).await {
            Ok(server) => {
                let url = server.url.clone();
                server.leave().await?;
                return Ok(url);
            }
            Err(error @ Error::InUse { .. }) => match Embedded::join(settings).await? {
                Some(url) => return Ok(url),
                None if Instant::now() < deadline => sleep(RETRY).await,
                None => return Err(error),
            },
            Err(error) => return Err(error),
        }
    }
}

/// Stops a server that runs without a process it belongs to: put in the background by [`start_background`], or left behind by a
/// killed service. Returns whether there was one.
///
/// # Errors
///
/// [`Error::InUse`] if it belongs to a running process, which must be stopped instead.
pub async fn stop_background(settings: &Settings) -> Result<bool, Error> {
    let Some(directory) = Directory::existing(&settings.data_dir)? else { return Ok(false) };
    let _lock = directory.lock(COMMAND)?;
    let Some(file) = PidFile::running(&directory.cluster())? else { return Ok(false) };
    Server::adopt(file.pid, &directory.cluster()).stop(settings.stop_timeout).await?;
    directory.remove_runtime();
    Ok(true)
}

/// The use of the data directory's server by a command: joined if one runs, else started for as long as the command takes.
#[derive(Debug)]
pub struct Access {
    url: String,
    started: Option<Embedded>,
}

impl Access {
    /// Joins the running server or starts one. A service that is just starting or restarting its server is waited for.
    pub async fn open(settings: &Settings) -> Result<Self, Error> {
        let deadline = Instant::now() + SERVICE_PATIENCE;
        loop {
            if let Some(url) = Embedded::join(settings).await? {
                return Ok(Self { url, started: None });
            }
            match Embedded::start_as(settings, COMMAND).await {
                Ok(started) => return Ok(Self { url: started.url.clone(), started: Some(started) }),
                Err(Error::InUse { .. }) if Instant::now() < deadline => sleep(RETRY).await,
                Err(error) => return Err(error),
            }
        }
    }

    /// The URL to connect to.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Stops the server if it was started for this use.
    pub async fn close(self) -> Result<(), Error> {
        match self.started {
            Some(embedded) => embedded.stop().await,
            None => Ok(()),
        }
    }
}
