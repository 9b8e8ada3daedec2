//! The user that the server runs as. PostgreSQL refuses to run as root, so root hands it to an unprivileged user.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::error::Error;

/// Users that may run the server when openstance itself runs as root, the best first.
const CANDIDATES: [&str; 5] = ["openstance", "postgres", "_postgres", "nobody", "daemon"];

/// Variables that the server programs get from our environment; everything else, secrets above all, stays here.
const INHERITED: [&str; 5] = ["PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "TMPDIR"];

/// Who runs the server programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Account {
    /// The user that runs openstance.
    Own {
        /// Its user id.
        uid: u32,
    },
    /// An unprivileged user, because openstance runs as root.
    Other(Unprivileged),
}

/// An unprivileged user of the system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unprivileged {
    name: String,
    uid: u32,
    gid: u32,
}

impl Account {
    /// The account for the cluster directory `cluster`: its owner if it exists, else whoever is suitable.
    pub(super) fn of(cluster: &Path) -> Result<Self, Error> {
        let uid = rustix::process::geteuid().as_raw();
        let owner = fs::metadata(cluster).ok().map(|found| (found.uid(), found.gid()));
        if uid != 0 {
            return match owner {
                Some((owner, _)) if owner != uid => Err(Error::NotOurs { path: cluster.to_owned(), owner }),
                _ => Ok(Self::Own { uid }),
            };
        }
        let users = fs::read_to_string("/etc/passwd").map_err(Error::io("read", Path::new("/etc/passwd")))?;
        Self::unprivileged(&users, owner)
    }

    fn unprivileged(passwd: &str, owner: Option<(u32, u32)>) -> Result<Self, Error> {
        let users: Vec<Unprivileged> = passwd.lines().filter_map(Unprivileged::parse).collect();
        if let Some((uid, gid)) = owner.filter(|(uid, _)| *uid != 0) {
            let name = users.iter().find(|user| user.uid == uid).map_or_else(|| uid.to_string(), |user| user.name.clone());
            return Ok(Self::Other(Unprivileged { name, uid, gid }));
        }
        CANDIDATES
            .iter()
            .find_map(|name| users.iter().find(|user| user.name == *name && user.uid != 0))
            .map(|user| Self::Other(user.clone()))
            .ok_or_else(|| Error::NoAccount { candidates: CANDIDATES.join(", ") })
    }

    /// Numeric id of the user who owns the cluster.
    pub(super) fn uid(&self) -> u32 {
        match self {
            Self::Own { uid } => *uid,
            Self::Other(user) => user.uid,
        }
    }

    /// Gives `path` to this account; nothing to do when it is our own.
    pub(super) fn take(&self, path: &Path) -> Result<(), Error> {
        match self {
            Self::Own { .. } => Ok(()),
            Self::Other(user) => chown(path, Some(user.uid), Some(user.gid)).map_err(Error::io("change the owner of", path)),
        }
    }

    /// Makes sure that this account can pass through every directory down to `path`.
    ///
    /// Only `path` itself, which is ours, and what lies in a directory for temporary files is opened for passing through
    /// (not for reading); anything else is left alone and reported.
    pub(super) fn reach(&self, path: &Path) -> Result<(), Error> {
        let Self::Other(user) = self else { return Ok(()) };
        for directory in path.ancestors().collect::<Vec<_>>().into_iter().rev() {
            let found = fs::metadata(directory).map_err(Error::io("read", directory))?;
            if user.may_pass(found.uid(), found.gid(), found.mode()) {
                continue;
            }
            if directory != path && !is_temporary(directory) {
                return Err(Error::Unreachable { path: directory.to_owned(), account: user.name.clone() });
            }
            tracing::debug!(directory = %directory.display(), user = user.name, "opening the directory for the server's user");
            let permissions = fs::Permissions::from_mode((found.mode() | 0o001) & 0o7777);
            fs::set_permissions(directory, permissions).map_err(Error::io("change the mode of", directory))?;
        }
        Ok(())
    }

    /// A command that runs `program` as this account, in `/`, in a process group of its own (so that Ctrl-C in a terminal
    /// reaches openstance alone), with a small environment and messages in English.
    ///
    /// When the user changes, the standard library also drops root's supplementary groups.
    pub(super) fn command(&self, program: &Path) -> Command {
        use std::os::unix::process::CommandExt;
        let mut command = Command::new(program);
        command.env_clear().env("LC_ALL", "C").current_dir("/").stdin(Stdio::null()).process_group(0);
        command.envs(INHERITED.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
        if let Self::Other(user) = self {
            command.uid(user.uid).gid(user.gid);
        }
        command
    }
}

impl Unprivileged {
    /// One line of `/etc/passwd`.
    fn parse(line: &str) -> Option<Self> {
        let mut fields = line.split(':');
        let name = fields.next()?.to_owned();
        let (uid, gid) = (fields.nth(1)?.parse().ok()?, fields.next()?.parse().ok()?);
        Some(Self { name, uid, gid })
    }

    /// Whether a directory of this owner, group and mode lets the user pass through.
    fn may_pass(&self, uid: u32, gid: u32, mode: u32) -> bool {
        let bit = if uid == self.uid {
            0o100
        } else if gid == self.gid {
            0o010
        } else {
            0o001
        };
        mode & bit != 0
    }
}

/// Whether `path` lies below (and is not itself) a directory for temporary files.
fn is_temporary(path: &Path) -> bool {
    [std::env::temp_dir(), PathBuf::from("/tmp"), PathBuf::from("/var/tmp")]
        .iter()
        .filter_map(|directory| directory.canonicalize().ok())
        .any(|directory| directory.parent().is_some() && path != directory && path.starts_with(&directory))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWD: &str = "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65533::/:/bin/false\npostgres:x:101:104::/:/bin/sh\nodd line\n";

    #[test]
    fn root_prefers_the_postgres_user() {
        let account = Account::unprivileged(PASSWD, None).expect("an account");
        assert_eq!(account, Account::Other(Unprivileged { name: "postgres".into(), uid: 101, gid: 104 }));
    }

    #[test]
    fn the_owner_of_existing_data_runs_it() {
        let account = Account::unprivileged(PASSWD, Some((65534, 7))).expect("an account");
        assert_eq!(account, Account::Other(Unprivileged { name: "nobody".into(), uid: 65534, gid: 7 }));
        let nameless = Account::unprivileged(PASSWD, Some((4242, 7))).expect("an account");
        assert_eq!(nameless.uid(), 4242);
    }

    #[test]
    fn without_a_suitable_user_the_error_names_the_candidates() {
        let error = Account::unprivileged("root:x:0:0::/:/bin/sh\n", Some((0, 0))).expect_err("no account");
        assert!(error.to_string().contains("openstance, postgres"), "{error}");
    }

    #[test]
    fn passing_through_follows_owner_then_group_then_others() {
        let user = Unprivileged { name: "u".into(), uid: 5, gid: 6 };
        assert!(user.may_pass(0, 0, 0o711));
        assert!(!user.may_pass(0, 0, 0o700));
        assert!(user.may_pass(5, 0, 0o700));
        assert!(!user.may_pass(5, 6, 0o077));
        assert!(user.may_pass(0, 6, 0o710));
        assert!(!user.may_pass(0, 6, 0o701));
    }
}
