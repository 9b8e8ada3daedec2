//! Setting up a new cluster: PostgreSQL's own directory of files.

use std::fs::{self, DirBuilder, File};
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use super::account::Account;
use super::directory::Directory;
use super::error::Error;
use super::programs::Programs;
use super::{Settings, USER};

/// Names under which systems know Unicode's character classes, to be tried in turn. The last always exists; with it,
/// versions before 17 take only ASCII letters for letters.
const CHARACTER_TYPES: [&str; 4] = ["C.UTF-8", "UTF-8", "en_US.UTF-8", "C"];

/// Programs that fit the cluster, which is set up first if there is none. The caller holds the directory's lock.
pub(super) fn ensure(directory: &Directory, settings: &Settings, account: &Account) -> Result<Programs, Error> {
    let wanted = version(&directory.cluster());
    let programs = Programs::find(settings.bin_dir.as_deref(), wanted, account)?;
    if wanted.is_none() {
        create(directory, settings, account, &programs)?;
    }
    Ok(programs)
}

/// The major version that wrote the cluster; `None` if there is no cluster.
pub(super) fn version(cluster: &Path) -> Option<u32> {
    fs::read_to_string(cluster.join("PG_VERSION")).ok()?.trim().parse().ok()
}

/// Sets up a cluster under another name, and renames it when it is complete: what a crash leaves half-finished is never used.
fn create(directory: &Directory, settings: &Settings, account: &Account, programs: &Programs) -> Result<(), Error> {
    remove_unfinished(directory.root())?;
    tracing::info!(directory = %directory.root().display(), version = programs.major, "setting up a new database");
    let new = directory.root().join(format!("cluster.new-{}", std::process::id()));
    DirBuilder::new().mode(0o700).create(&new).map_err(Error::io("create the directory", &new))?;
    account.take(&new)?;
    for (attempt, character_type) in CHARACTER_TYPES.iter().enumerate() {
        match initdb(&new, settings, account, programs, character_type) {
            Err(Error::Init { output, .. }) if output.contains("invalid locale") && attempt + 1 < CHARACTER_TYPES.len() => {}
            result => {
                result?;
                break;
            }
        }
    }
    fs::rename(&new, directory.cluster()).map_err(Error::io("rename", &new))?;
    if settings.fsync {
        File::open(directory.root()).and_then(|root| root.sync_all()).map_err(Error::io("save", directory.root()))?;
    }
    Ok(())
}

fn remove_unfinished(root: &Path) -> Result<(), Error> {
    for entry in fs::read_dir(root).map_err(Error::io("read", root))?.flatten() {
        if entry.file_name().to_string_lossy().starts_with("cluster.new-") {
            fs::remove_dir_all(entry.path()).map_err(Error::io("remove", &entry.path()))?;
        }
    }
    Ok(())
}

/// Sorting is by bytes, which no update of the system's languages can change under an index.
fn initdb(new: &Path, settings: &Settings, account: &Account, programs: &Programs, character_type: &str) -> Result<(), Error> {
    let program = programs.initdb();
    let mut command = account.command(&program);
    command.arg("-D").arg(new).args(["-U", USER, "--encoding=UTF8", "--locale=C", "--data-checksums", "--no-instructions"]);
    // Only the owner of the private directory of its socket can connect at all.
    command.args(["--auth-local=trust", "--auth-host=reject"]);
    command.arg(format!("--lc-ctype={character_type}"));
    if programs.major >= 17 {
        command.args(["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]);
    }
    if !settings.fsync {
        command.arg("--no-sync");
    }
    let output = command.output().map_err(Error::io("run", &program))?;
    if output.status.success() {
        return Ok(());
    }
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    Err(Error::Init { path: new.to_owned(), output: text.trim().to_owned() })
}
