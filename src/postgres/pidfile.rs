//! `postmaster.pid`: the file in which a server says who and where it is.

use std::path::{Path, PathBuf};
use std::{fs, io};

use super::error::Error;

/// What a server's `postmaster.pid` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PidFile {
    /// Process id of the server.
    pub(super) pid: u32,
    /// Directory of its socket; absent while the server starts.
    pub(super) runtime: Option<PathBuf>,
    /// How far the server has come.
    pub(super) status: Status,
}

/// How far a server has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    /// It starts, or recovers after a crash.
    Starting,
    /// It takes connections.
    Ready,
    /// It shuts down.
    Stopping,
}

impl PidFile {
    /// The file of the cluster, if there is one that says anything.
    pub(super) fn read(cluster: &Path) -> Result<Option<Self>, Error> {
        let path = cluster.join("postmaster.pid");
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Self::parse(&text)),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(Error::io("read", &path)(error)),
        }
    }

    /// The lines are: process id, data directory, start time, port, socket directory, TCP address, shared memory, status.
    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let pid = lines.next()?.trim().parse().ok()?;
        let runtime = lines.nth(3).filter(|line| !line.is_empty()).map(PathBuf::from);
        let status = match lines.nth(2).map(str::trim) {
            Some("ready") => Status::Ready,
            Some("stopping") => Status::Stopping,
            _ => Status::Starting,
        };
        Some(Self { pid, runtime, status })
    }

    /// The running server of the cluster. A file that a dead server left behind does not count, even if its process id has
    /// since been given to something else.
    pub(super) fn running(cluster: &Path) -> Result<Option<Self>, Error> {
        Ok(Self::read(cluster)?.filter(|found| serves(found.pid, cluster)))
    }

    /// Makes a file left behind by a dead server harmless. Must only be called by the process that then starts the server,
    /// while it holds the data directory's lock and knows that no server runs.
    ///
    /// PostgreSQL refuses to start if the file's process id is in use, be it by something unrelated. Removing the file would
    /// help, but also switch off the check that no process of the dead server still uses its shared memory. So the
    /// id becomes that of this process: the server knows its parent and takes such a file for stale.
    pub(super) fn disarm(cluster: &Path) -> Result<(), Error> {
        let path = cluster.join("postmaster.pid");
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(Error::io("read", &path)(error)),
        };
        match text.split_once('\n') {
            Some((first, rest)) if first.trim().parse::<u32>().is_ok() => {
                fs::write(&path, format!("{}\n{rest}", std::process::id())).map_err(Error::io("write", &path))
            }
            // Cut short by a crash while it was written: it names no shared memory, so nothing is lost with it.
            _ => fs::remove_file(&path).map_err(Error::io("remove", &path)),
        }
    }
}

/// Whether process `pid` is a server that was started on `cluster`: its arguments say so.
/// (They can be read for every process; its working directory could not be, in a container without special rights.)
#[cfg(target_os = "linux")]
pub(super) fn serves(pid: u32, cluster: &Path) -> bool {
    let Ok(line) = fs::read(format!("/proc/{pid}/cmdline")) else { return false };
    let arguments: Vec<&[u8]> = line.split(|byte| *byte == 0).collect();
    arguments.windows(2).any(|pair| pair == [b"-D", cluster.as_os_str().as_encoded_bytes()])
}

/// Whether process `pid` is a server that was started on `cluster`: its arguments say so.
#[cfg(not(target_os = "linux"))]
pub(super) fn serves(pid: u32, cluster: &Path) -> bool {
    let Ok(output) = std::process::Command::new("ps").args(["-ww", "-o", "command=", "-p", &pid.to_string()]).output() else {
        return false;
    };
    String::from_utf8_lossy(&output.stdout).contains(&format!(" -D {} -c ", cluster.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const READY: &str = "4711\n/d/cluster\n1700000000\n5432\n/d/run\n\n  3 4\nready   \n";

    #[test]
    fn a_complete_file_is_read() {
        let expected = PidFile { pid: 4711, runtime: Some("/d/run".into()), status: Status::Ready };
        assert_eq!(PidFile::parse(READY), Some(expected));
    }

    #[test]
    fn a_file_in_the_making_says_starting() {
        let expected = PidFile { pid: 4711, runtime: None, status: Status::Starting };
        assert_eq!(PidFile::parse("4711\n/d/cluster\n1700000000\n5432\n"), Some(expected));
        assert_eq!(PidFile::parse(""), None);
        assert_eq!(PidFile::parse("garbage\n"), None);
    }

    #[test]
    fn this_process_serves_no_cluster() {
        assert!(!serves(std::process::id(), Path::new("/nowhere/cluster")));
    }
}
