//! Writing a backup of what is stored, and proving it.

use js_sys::{Array, Uint8Array};
use kehu_domain::change::Change;
use kehu_domain::kind;
use kehu_domain::snapshot;
use kehu_domain::stamp::RecordId;
use kehu_ledger::errand::{BackupWritten, Failure};
use web_sys::{Blob, BlobPropertyBag};

use crate::desk::{Answer, Errand};
use crate::records;

/// Stages as the page names them.
const READING: u8 = 0;
const WRITING: u8 = 1;

/// The record that holds the workspace's identity.
const WORKSPACE_RECORD: RecordId = RecordId::fixed(1);

/// Writes every change of the workspace as a backup, opens it again, and compares.
///
/// # Errors
/// What the browser reports, or a wish to stop.
pub async fn write(errand: &Errand, workspace: &str) -> Result<Answer, Failure> {
    let store = records::open(workspace).await?;
    let book = records::read(errand, &store, READING, |_| true).await?;
    let id = book.get(WORKSPACE_RECORD).map(|record| record.text(kind::WORKSPACE_ID).to_owned()).unwrap_or_default();
    let changes: Vec<&Change> = book.changes();
    let file = snapshot::write(&id, &changes);
    errand.step(WRITING, changes.len(), changes.len()).await?;
    let is_proven = snapshot::read(&file).is_ok_and(|copy| copy.changes.iter().eq(changes.iter().copied()));
    let done = BackupWritten { count: changes.len(), is_proven };
    Ok(Answer::new(&done, &[blob(&file).ok_or(Failure::File)?.into()]))
}

fn blob(bytes: &[u8]) -> Option<Blob> {
    let options = BlobPropertyBag::new();
    options.set_type("application/json");
    Blob::new_with_u8_array_sequence_and_options(&Array::of1(&Uint8Array::from(bytes)), &options).ok()
}
