//! Opening a backup: every checksum is verified before anything of it is shown.

use kehu_domain::snapshot::{self, Snapshot};

use super::files::FileProblem;
use crate::workspace::Workspace;

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
