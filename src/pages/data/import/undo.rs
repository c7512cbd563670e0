//! Taking an import back: what it made is removed, what it changed is restored, what was edited since is kept.

use kehu_domain::book::{Book, Undone};
use kehu_domain::change::{Act, Change};
use kehu_domain::stamp::{RecordId, Stamp};
use kehu_store::StoreError;

use crate::moment::breathe;
use crate::workspace::Workspace;

/// How many records are looked at before the clock is.
const SLICE: usize = 128;

/// Undoes `act` as a new act; `report` hears how many records are done.
///
/// # Errors
/// When it could not be saved; nothing was undone.
pub async fn undo_act(workspace: &Workspace, act: Stamp, report: impl Fn(usize, usize)) -> Result<Undone, StoreError> {
    workspace.complete().await;
    let mut undone = Undone::default();
    workspace
        .commit_slowly(async |workspace: &Workspace, undo: &mut Act<'_>| {
            let touched = workspace.read_once(|book| touched(book, act));
            for (place, slice) in touched.chunks(SLICE).enumerate() {
                let part = workspace.read_once(|book| part(book, slice)).undo(act, undo);
                undone.restored.extend(part.restored);
                undone.kept.extend(part.kept);
                report(place * SLICE, touched.len());
                breathe().await;
            }
        })
        .await?;
    Ok(undone)
}

/// The records `act` changed, in order.
fn touched(book: &Book, act: Stamp) -> Vec<RecordId> {
    let is_touched = |changes: &[Change]| changes.iter().any(|change| change.act == act);
    let mut ids: Vec<RecordId> =
        book.records().filter(|record| is_touched(record.changes())).map(|record| record.id).collect();
    ids.sort_unstable();
    ids
}

/// A book of these records alone: records are undone one by one, so a part of them can be undone by itself.
fn part(book: &Book, ids: &[RecordId]) -> Book {
    let mut part = Book::new();
    for change in ids.iter().filter_map(|id| book.get(*id)).flat_map(|record| record.changes()) {
        part.insert(change.clone());
    }
    part
}
