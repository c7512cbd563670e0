//! The backup: written in slices, read back and proven, opened without overwriting.

use kehu_domain::snapshot::{self, Snapshot};
use kehu_ledger::errand::{Ask, BackupWritten, Failure, Step};
use wasm_bindgen::JsCast;
use web_sys::Blob;

use super::files::FileProblem;
use super::worker::Worker;
use crate::moment::{civil, wall_ms};
use crate::workspace::Workspace;

/// A backup that was written and read back.
pub struct Backup {
    /// What to call the file.
    pub name: String,
    /// The file: the same bytes on every device that holds the same changes.
    pub file: Blob,
    /// How many changes it holds.
    pub count: usize,
    /// Whether reading it back gave exactly what is stored.
    pub is_proven: bool,
}

/// Writes all changes of the workspace and proves the result by opening it again; `hear` is told how far it is.
///
/// # Errors
/// When the storage cannot be read or the worker cannot be had.
pub async fn write_backup(workspace: &Workspace, hear: impl Fn(Step) + 'static) -> Result<Backup, Failure> {
    let worker = Worker::start().await?;
    let ask = Ask::WriteBackup { workspace: workspace.name().to_owned() };
    let (written, files): (BackupWritten, _) = worker.ask(&ask, &[], hear).await?;
    let file = files.into_iter().next().and_then(|file| file.dyn_into().ok()).ok_or(Failure::Strange)?;
    let name = format!("kehu-{}.json", civil(wall_ms()).format("%Y%m%d-%H%M"));
    Ok(Backup { name, file, count: written.count, is_proven: written.is_proven })
}

/// Looks into a backup; a workspace that has something of its own refuses another company's.
///
/// # Errors
/// When the file is no backup that can be opened here; nothing is taken in.
pub fn open_backup(workspace: &Workspace, bytes: &[u8]) -> Result<Snapshot, FileProblem> {
    let opened = snapshot::read(bytes).map_err(FileProblem::Snapshot)?;
    let own = workspace.id();
    if !own.is_empty() && !opened.header.workspace.is_empty() && own != opened.header.workspace {
        return Err(FileProblem::OtherCompany);
    }
    Ok(opened)
}
