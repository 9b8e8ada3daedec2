//! The data directory: what lies where, who holds it, and where the server's socket goes.
//!
//! ```text
//! DATA_DIR/
//!   lock          held by the process that serves the directory; says which one that is
//!   cluster/      PostgreSQL's own files; `log/` inside has a log file a weekday
//!   startup.log   what the server said before it had opened its log
//!   background    process id of a server that `openstance postgres start` keeps running
//!   run/          the socket, unless the path is too long for one
//! ```

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::{env, io};

use sha2::{Digest, Sha256};

use super::PORT;
use super::account::Account;
use super::error::Error;

/// Longest path of a socket in bytes: `sun_path` holds 108 on Linux and 104 elsewhere, the last a NUL.
const MAX_SOCKET_PATH: usize = if cfg!(target_os = "linux") { 107 } else { 103 };

/// A data directory that exists, by its real path.
#[derive(Clone, Debug)]
pub(super) struct Directory {
    root: PathBuf,
}

impl Directory {
    /// The data directory `path` if it exists.
    pub(super) fn existing(path: &Path) -> Result<Option<Self>, Error> {
        match path.canonicalize() {
            Ok(root) if root.to_string_lossy().contains(char::is_control) => Err(Error::BadPath(root)),
            Ok(root) => Ok(Some(Self { root })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::io("read", path)(error)),
        }
    }

    /// The data directory `path`, which is created where it is missing: private to its user, or, by root, open to be passed
    /// through (though not read) by the user that runs the server.
    pub(super) fn create(path: &Path) -> Result<Self, Error> {
        let mode = if rustix::process::geteuid().is_root() { 0o711 } else { 0o700 };
        let path = std::path::absolute(path).map_err(Error::io("find", path))?;
        for directory in path.ancestors().collect::<Vec<_>>().into_iter().rev() {
            match fs::create_dir(directory) {
                // Set afterwards, as the process's umask may take bits away.
                Ok(()) => set_mode(directory, mode)?,
                Err(_) if directory.is_dir() => {}
                Err(error) => return Err(Error::io("create the directory", directory)(error)),
            }
        }
        Self::existing(&path)?.ok_or_else(|| Error::io("find", &path)(io::ErrorKind::NotFound.into()))
    }

    /// The data directory itself.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// PostgreSQL's own directory.
    pub(super) fn cluster(&self) -> PathBuf {
        self.root.join("cluster")
    }

    /// What the server printed before its log was open.
    pub(super) fn startup_log(&self) -> PathBuf {
        self.root.join("startup.log")
    }

    /// Process id of the server that is to outlive the processes that use it.
    pub(super) fn background_pid(&self) -> Option<u32> {
        fs::read_to_string(self.background_marker()).ok()?.trim().parse().ok()
    }

    /// Notes that the server `pid` is to outlive the processes that use it.
    pub(super) fn set_background_pid(&self, pid: u32) -> Result<(), Error> {
        let marker = self.background_marker();
        fs::write(&marker, format!("{pid}\n")).map_err(Error::io("write", &marker))
    }

    fn background_marker(&self) -> PathBuf {
        self.root.join("background")
    }

    /// Takes the directory for this process until the lock is dropped; `holder` says to others what this process is.
    /// The lock belongs to the process's open file, so that it is gone with the process, however that ends.
    pub(super) fn lock(&self, holder: &str) -> Result<Lock, Error> {
        let path = self.root.join("lock");
        let open = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = open.map_err(Error::io("open", &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let read = file.read_to_string(&mut holder);
                let holder = if read.is_ok() && !holder.trim().is_empty() { holder.trim() } else { "another process" };
                return Err(Error::InUse { data_dir: self.root.clone(), holder: holder.to_owned() });
            }
            Err(TryLockError::Error(error)) => return Err(Error::io("lock", &path)(error)),
        }
        let text = format!("{holder}, process {}\n", std::process::id());
        file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(text.as_bytes())).map_err(Error::io("write", &path))?;
        Ok(Lock { _file: file })
    }

    /// The directory for the socket: `chosen` (and then nothing else), else the first that is fit of: `run` in the data
    /// directory, and short directories for temporary things, named after the data directory.
    pub(super) fn runtime(&self, chosen: Option<&Path>, account: &Account) -> Result<PathBuf, Error> {
        let mut tried = Vec::new();
        let candidates = match chosen {
            Some(directory) => vec![directory.to_owned()],
            None => self.runtime_candidates(),
        };
        for candidate in candidates {
            match fit_for_socket(&candidate, account) {
                Ok(()) => return Ok(candidate),
                Err(defect) => tried.push(format!("{}: {defect}", candidate.display())),
            }
        }
        Err(Error::NoRuntimeDir { tried: tried.join("; ") })
    }

    /// Removes the socket's directory where it lies outside of the data directory, if it is empty.
    pub(super) fn remove_runtime(&self) {
        for directory in self.runtime_candidates().iter().filter(|directory| !directory.starts_with(&self.root)) {
            let _ = fs::remove_dir(directory);
        }
    }

    fn runtime_candidates(&self) -> Vec<PathBuf> {
        let uid = rustix::process::geteuid().as_raw();
        let digest = Sha256::digest(self.root.as_os_str().as_encoded_bytes());
        let name = digest.iter().take(6).fold(String::new(), |name, byte| name + &format!("{byte:02x}"));
        let shared = if uid == 0 { Some(PathBuf::from("/run")) } else { env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from) };
        let own = shared.map(|parent| parent.join(format!("openstance-{name}")));
        let last = PathBuf::from(format!("/tmp/openstance-{uid}-{name}"));
        [self.root.join("run")].into_iter().chain(own).chain([last]).collect()
    }
}

/// The hold of this process on a data directory; dropping it lets go.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

/// The socket in `runtime`, to which the lock file of the server has the same name and `.lock` added.
pub(super) fn socket(runtime: &Path) -> PathBuf {
    runtime.join(format!(".s.PGSQL.{PORT}"))
}

/// Sets the permission bits of `path`.
pub(super) fn set_mode(path: &Path, mode: u32) -> Result<(), Error> {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).map_err(Error::io("change the mode of", path))
}

/// Makes `directory` a private directory of `account` in which a socket can be opened; or says why it cannot be one.
fn fit_for_socket(directory: &Path, account: &Account) -> Result<(), String> {
    let length = socket(directory).as_os_str().len();
    if length > MAX_SOCKET_PATH {
        return Err(format!("its socket's path of {length} bytes is longer than {MAX_SOCKET_PATH}"));
    }
    if directory.to_str().is_none_or(|path| !path.starts_with('/') || path.contains(char::is_control)) {
        return Err("is no absolute path in plain UTF-8".to_owned());
    }
    match DirBuilder::new().mode(0o700).create(directory) {
        Ok(()) => account.take(directory).map_err(|error| error.to_string())?,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error.to_string()),
    }
    // Not following links: somebody else could have put one into /tmp.
    let found = fs::symlink_metadata(directory).map_err(|error| error.to_string())?;
    if !found.is_dir() {
        return Err("is not a directory".to_owned());
    }
    let (me, them) = (rustix::process::geteuid().as_raw(), account.uid());
    if found.uid() != me && found.uid() != them {
        return Err(format!("belongs to user {}", found.uid()));
    }
    if found.uid() != them {
        account.take(directory).map_err(|error| error.to_string())?;
    }
    set_mode(directory, 0o700).map_err(|error| error.to_string())?;
    let probe = directory.join(".probe");
    let _ = fs::remove_file(&probe);
    UnixListener::bind(&probe).map_err(|error| format!("has no sockets: {error}"))?;
    fs::remove_file(&probe).map_err(|error| error.to_string())
}
