//! Finding the server programs `initdb` and `postgres` on this system.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use super::MIN_MAJOR;
use super::account::Account;
use super::error::Error;

/// Where package managers put versions side by side: a directory, the start of an entry's name, and what follows the entry.
const SIDE_BY_SIDE: [(&str, &str, &str); 6] = [
    ("/usr/lib/postgresql", "", "bin"),
    ("/usr", "pgsql-", "bin"),
    ("/opt/homebrew/opt", "postgresql", "bin"),
    ("/usr/local/opt", "postgresql", "bin"),
    ("/home/linuxbrew/.linuxbrew/opt", "postgresql", "bin"),
    ("/Applications/Postgres.app/Contents/Versions", "", "bin"),
];

/// A directory with `initdb` and `postgres`.
#[derive(Clone, Debug)]
pub(super) struct Programs {
    /// The directory itself.
    pub(super) directory: PathBuf,
    /// Major version, such as 18.
    pub(super) major: u32,
}

impl Programs {
    /// Finds programs of the major version `wanted`, or of any that is new enough, which `account` can run.
    ///
    /// In this order: `chosen` (and then nothing else), the caches that `make postgres` fills, PATH, the places of package
    /// managers with the newest version first, `pg_config --bindir`.
    pub(super) fn find(chosen: Option<&Path>, wanted: Option<u32>, account: &Account) -> Result<Self, Error> {
        let mut seen = HashSet::new();
        let mut unfit = Vec::new();
        let mut fits = |directory: PathBuf| {
            let directory = real_directory(&directory)?;
            if !seen.insert(directory.clone()) {
                return None;
            }
            match version(&directory, account) {
                Ok(major) if wanted.map_or(major >= MIN_MAJOR, |wanted| wanted == major) => Some(Self { directory, major }),
                Ok(major) => {
                    unfit.push((directory, format!("version {major}")));
                    None
                }
                Err(defect) => {
                    unfit.push((directory, defect));
                    None
                }
            }
        };
        let found = match chosen {
            Some(directory) => fits(directory.to_owned()),
            None => places().find_map(&mut fits).or_else(|| pg_config().and_then(&mut fits)),
        };
        if let (None, Some(directory), true) = (&found, chosen, unfit.is_empty()) {
            unfit.push((directory.to_owned(), "has no initdb and postgres".to_owned()));
        }
        found.ok_or(Error::NoPrograms { wanted, found: unfit })
    }

    /// The program that sets up a cluster.
    pub(super) fn initdb(&self) -> PathBuf {
        self.directory.join("initdb")
    }

    /// The server program.
    pub(super) fn postgres(&self) -> PathBuf {
        self.directory.join("postgres")
    }
}

/// Directories in which `make postgres` keeps what it fetched: this user's, then root's, which all may read.
fn caches() -> impl Iterator<Item = PathBuf> {
    let own = if rustix::process::geteuid().is_root() {
        None // the server's user could not read it below root's home
    } else {
        env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute()).or_else(|| Some(env::home_dir()?.join(".cache")))
    };
    own.into_iter().chain([PathBuf::from("/var/cache")]).map(|cache| cache.join("openstance"))
}

fn places() -> impl Iterator<Item = PathBuf> {
    let cached = caches().flat_map(|cache| newest_first(&cache, "postgresql-")).map(|directory| directory.join("bin"));
    let on_path: Vec<PathBuf> = env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default();
    let packaged = SIDE_BY_SIDE
        .iter()
        .flat_map(|(parent, prefix, rest)| newest_first(Path::new(parent), prefix).into_iter().map(move |directory| directory.join(rest)));
    cached.chain(on_path).chain(packaged)
}

/// The entries of `parent` whose names start with `prefix`, those with the greatest version number first.
fn newest_first(parent: &Path, prefix: &str) -> Vec<PathBuf> {
    let mut entries: Vec<(Vec<u32>, PathBuf)> = fs::read_dir(parent)
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let name = entry.file_name().into_string().ok()?;
            Some((numbers(name.strip_prefix(prefix)?), entry.path()))
        })
        .collect();
    entries.sort();
    entries.into_iter().rev().map(|(_, path)| path).collect()
}

fn numbers(name: &str) -> Vec<u32> {
    name.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).collect()
}

/// The directory that really holds the server, behind links such as `/usr/local/bin/postgres`, if `initdb` is there as well.
fn real_directory(directory: &Path) -> Option<PathBuf> {
    let real = directory.join("postgres").canonicalize().ok()?.parent()?.to_owned();
    real.join("initdb").exists().then_some(real)
}

/// The major version that `postgres --version` prints when `account` runs it; or why it does not run.
fn version(directory: &Path, account: &Account) -> Result<u32, String> {
    let output =
        account.command(&directory.join("postgres")).arg("--version").output().map_err(|error| format!("does not run: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let major = text.split_once("PostgreSQL) ").and_then(|(_, version)| numbers(version).first().copied());
    major.ok_or_else(|| format!("does not run: {}", String::from_utf8_lossy(&output.stderr).trim()))
}

fn pg_config() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().ok()?;
    let path = String::from_utf8(output.stdout).ok()?;
    Some(PathBuf::from(path.trim())).filter(|path| path.is_absolute())
}

#[cfg(test)]
mod tests {
    use super::numbers;

    #[test]
    fn versions_sort_as_numbers() {
        assert!(numbers("18.6") > numbers("9.6"));
        assert!(numbers("@17") > numbers("@15"));
        assert!(numbers("15") > numbers(""));
        assert_eq!(numbers("15.13 (Debian 15.13-0+deb12u1)").first(), Some(&15));
    }
}
