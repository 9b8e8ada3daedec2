//! [`Temporary`]: a server for tests, thrown away afterwards.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use rustix::process::{Pid, test_kill_process};

use super::embedded::{Embedded, stop_background};
use super::error::Error;
use super::{Settings, directory};

const PREFIX: &str = "openstance-temporary-";

/// A new, empty server in a directory for temporary files, fast rather than durable, removed when it stops.
#[derive(Debug)]
pub struct Temporary {
    embedded: Embedded,
    root: PathBuf,
}

impl Temporary {
    /// Starts a server on a new directory; `bin_dir` as in [`Settings`]. What killed processes left behind is removed on the way.
    pub async fn start(bin_dir: Option<PathBuf>) -> Result<Self, Error> {
        let parent = env::temp_dir();
        remove_abandoned(&parent).await;
        let root = new_directory(&parent)?;
        let settings = Settings { bin_dir, fsync: false, ..Settings::new(&root) };
        match Embedded::start(&settings).await {
            Ok(embedded) => Ok(Self { embedded, root }),
            Err(error) => {
                let _ = fs::remove_dir_all(&root);
                Err(error)
            }
        }
    }

    /// The URL to connect to.
    pub fn url(&self) -> &str {
        self.embedded.url()
    }

    /// Stops the server and removes everything it wrote.
    pub async fn stop(self) -> Result<(), Error> {
        let stopped = self.embedded.stop().await;
        fs::remove_dir_all(&self.root).map_err(Error::io("remove", &self.root))?;
        stopped
    }
}

/// A new directory whose name has the process id, so that others can tell when it is abandoned.
fn new_directory(parent: &Path) -> Result<PathBuf, Error> {
    let mut number = 0;
    loop {
        let root = parent.join(format!("{PREFIX}{}-{number}", std::process::id()));
        match fs::create_dir(&root) {
            Ok(()) => {
                directory::set_mode(&root, 0o700)?;
                return Ok(root);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(Error::io("create the directory", &root)(error)),
        }
    }
}

/// Stops the servers and removes the directories of processes that were killed. What cannot be removed is left for later.
async fn remove_abandoned(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let owner = name.to_str().and_then(|name| name.strip_prefix(PREFIX)?.split('-').next()?.parse().ok()).and_then(Pid::from_raw);
        if owner.is_some_and(|pid| test_kill_process(pid) == Err(rustix::io::Errno::SRCH)) {
            let root = entry.path();
            if stop_background(&Settings { fsync: false, ..Settings::new(&root) }).await.is_ok() {
                let _ = fs::remove_dir_all(&root);
            }
        }
    }
}
