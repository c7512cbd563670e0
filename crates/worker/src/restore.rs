//! Bringing back what was lost: the union of a copy with all that is still readable.

use kehu_domain::change::Change;
use kehu_domain::kind;
use kehu_domain::snapshot::Reader;
use kehu_domain::stamp::RecordId;
use kehu_ledger::errand::{Failure, Restored};
use kehu_ledger::{journal, pace};
use kehu_store::{Opening, Store, StoreError};
use web_sys::Blob;

use crate::desk::{Answer, Errand};
use crate::records;
use crate::wrapping::unwrapped;

/// Stages as the page names them.
const OPENING: u8 = 0;
const READING: u8 = 1;
const SAVING: u8 = 2;

/// How many entries are saved in one transaction; the rest may follow later, since union is harmless.
const ENTRIES_AT_ONCE: usize = 64;

/// The record that holds the workspace's identity.
const WORKSPACE_RECORD: RecordId = RecordId::fixed(1);

/// What is brought back, and where.
pub struct Wish<'w> {
    /// The workspace, by the store's name for it.
    pub workspace: &'w str,
    /// The identity the copy has to bear, where it is known.
    pub company: Option<&'w str>,
    /// The copy.
    pub file: &'w Blob,
    /// What unseals it.
    pub passphrase: Option<&'w str>,
}

/// Verifies a copy to its end, then saves what of it the workspace lacks.
///
/// # Errors
/// What is wrong with the copy: then nothing was saved. What the store reports, or a wish to stop: then some was.
pub async fn restore(errand: &Errand, wish: &Wish<'_>) -> Result<Answer, Failure> {
    let (company, copy) = read_copy(errand, wish).await?;
    let store = Store::open_with(Opening::new(wish.workspace).despite_loss()).await?;
    if let Err(StoreError::Damaged { .. }) = store.totals().await {
        // Nothing can be saved beside totals that are not legible; what is there is counted anew.
        store.accept_loss().await?;
    }
    let book = records::read(errand, &store, READING, |_| true).await?;
    let known = book.get(WORKSPACE_RECORD).map(|record| record.text(kind::WORKSPACE_ID)).filter(|id| !id.is_empty());
    let is_other = |id: Option<&str>| id.is_some_and(|id| !id.is_empty() && !company.is_empty() && id != company);
    if is_other(known) || is_other(wish.company) {
        return Err(Failure::OtherCompany);
    }
    let inside = copy.len() as u64;
    let merged = book.preview(copy, pace::wall_ms());
    let readable = book.len() as u64;
    drop(book);
    // What is damaged is set aside where the rescue page finds it: it must not stand in the way of what replaces it.
    // The sentinel, which no worker can reach, goes on warning until somebody accepts the outcome.
    store.accept_loss().await?;
    save(errand, &store, &merged.new).await?;
    let (back, ahead) = (merged.new.len() as u64, merged.set_aside.len() as u64);
    Ok(Answer::new(&Restored { readable, inside, back, ahead }, &[]))
}

/// The company and the changes of a copy, all of it verified.
async fn read_copy(errand: &Errand, wish: &Wish<'_>) -> Result<(String, Vec<Change>), Failure> {
    let mut intake = unwrapped(wish.file, wish.passphrase).await?;
    let mut reader = Reader::new();
    let mut changes = Vec::new();
    while let Some(piece) = intake.next().await? {
        for part in reader.push(&piece)? {
            changes.extend(part.changes()?);
            let total = reader.header().map_or(0, |header| header.count);
            errand.step(OPENING, changes.len(), total).await?;
        }
    }
    Ok((reader.finish()?.workspace, changes))
}

async fn save(errand: &Errand, store: &Store, changes: &[Change]) -> Result<(), Failure> {
    let entries = journal::entries(changes, async || _ = errand.step(SAVING, 0, changes.len()).await).await;
    let mut saved = 0;
    let mut entries = entries.into_iter().peekable();
    while entries.peek().is_some() {
        let some: Vec<_> = entries.by_ref().take(ENTRIES_AT_ONCE).collect();
        saved += some.iter().map(|entry| entry.count as usize).sum::<usize>();
        store.append(some, &[]).await?;
        errand.step(SAVING, saved, changes.len()).await?;
    }
    Ok(())
}
