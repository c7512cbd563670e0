//! The backup: written in slices, read back and proven, opened without overwriting.

use kehu_domain::change::Change;
use kehu_domain::snapshot::{self, Snapshot, Writer};

use super::files::FileProblem;
use crate::moment::{breathe, civil, wall_ms};
use crate::workspace::Workspace;

/// A backup that was written and read back.
pub struct Backup {
    /// What to call the file.
    pub name: String,
    /// Its bytes: the same on every device that holds the same changes.
    pub bytes: Vec<u8>,
    /// How many changes it holds.
    pub count: usize,
    /// Whether reading it back gave exactly the changes of the workspace.
    pub is_proven: bool,
}

/// Writes all changes of the workspace and proves the result by opening it again.
pub async fn write_backup(workspace: &Workspace) -> Backup {
    workspace.complete().await;
    let changes: Vec<Change> = workspace.read_once(|book| book.changes().into_iter().cloned().collect());
    let sorted: Vec<&Change> = changes.iter().collect();
    let mut bytes = Vec::with_capacity(changes.len() * 340 + 512);
    let mut writer = Writer::new(&workspace.id(), &sorted);
    while writer.write_part(&mut bytes) {
        breathe().await;
    }
    let is_proven = snapshot::read(&bytes).is_ok_and(|copy| copy.changes == changes);
    let name = format!("kehu-{}.json", civil(wall_ms()).format("%Y%m%d-%H%M"));
    Backup { name, bytes, count: changes.len(), is_proven }
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
