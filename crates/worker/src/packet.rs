//! Writing a hand-over packet: chosen customers with all that is needed to work with them.

use std::collections::{BTreeMap, BTreeSet};

use kehu_domain::book::Book;
use kehu_domain::change::Act;
use kehu_domain::packet::{self, Note};
use kehu_domain::snapshot;
use kehu_domain::stamp::RecordId;
use kehu_ledger::arrival::Packed;
use kehu_ledger::errand::{Failure, Make};
use kehu_ledger::pace;

use crate::arrival::{last_of, save};
use crate::desk::{Answer, Errand};
use crate::records;
use crate::wrapping::Outlet;

const READING: u8 = 0;

/// What is given, to whom, and how.
pub struct Gift {
    /// The customers.
    pub customers: Vec<RecordId>,
    /// To whom.
    pub given_to: Option<RecordId>,
    /// What is said along with it.
    pub words: String,
    /// What seals it.
    pub passphrase: Option<String>,
    /// Who gives.
    pub by: RecordId,
}

/// What a packet of these customers would hold.
///
/// # Errors
/// What the browser reports, or a wish to stop.
pub async fn weigh(errand: &Errand, workspace: &str, customers: Vec<RecordId>) -> Result<Answer, Failure> {
    let store = records::open(workspace).await?;
    let book = records::read(errand, &store, READING, |_| true).await?;
    let records = packet::records(&book, &customers.iter().copied().collect());
    let changes = records.iter().filter_map(|id| book.get(*id)).map(|record| record.changes().len()).sum();
    let kinds = kinds(&book, &records);
    Ok(Answer::new(&Packed { customers: customers.len(), kinds, changes, last: None, is_proven: false }, &[]))
}

/// Writes the packet, reads it back, and then notes in the workspace that it was given.
///
/// # Errors
/// What the browser reports, or a wish to stop; then nothing is noted and no file given.
pub async fn pack(errand: &Errand, workspace: &str, gift: Gift) -> Result<Answer, Failure> {
    let store = records::open(workspace).await?;
    let mut book = records::read(errand, &store, READING, |_| true).await?;
    let customers: BTreeSet<RecordId> = gift.customers.into_iter().collect();
    let mut clock = records::clock(&book);
    let mut act = Act::begin(&mut clock, pace::wall_ms(), gift.by);
    let record = packet::write_down(&book, &customers, gift.given_to, &gift.words, &mut act);
    let made = act.finish();
    made.iter().for_each(|change| _ = book.insert(change.clone()));
    let note = book.get(record).and_then(Note::of).ok_or(Failure::Strange)?;
    let changes = packet::packet(&book, &note);
    let text = snapshot::write(&records::identity(&book), &changes);
    let is_proven = snapshot::read(&text).is_ok_and(|copy| copy.changes.iter().eq(changes.iter().copied()));
    let mut outlet = Outlet::new(&Make { is_packed: true, passphrase: gift.passphrase, ..Make::default() })?;
    outlet.take(&text)?;
    let file = outlet.finish()?;
    let records = changes.iter().map(|change| change.record).collect();
    let (kinds, changes) = (kinds(&book, &records), changes.len());
    let last = last_of(&made);
    save(errand, &store, made).await?;
    Ok(Answer::new(&Packed { customers: customers.len(), kinds, changes, last, is_proven }, &[file.into()]))
}

/// How many of the records are of which kind, the most first.
fn kinds(book: &Book, records: &BTreeSet<RecordId>) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for record in records.iter().filter_map(|id| book.get(*id)).filter(|record| record.exists()) {
        *counts.entry(record.kind.as_str()).or_default() += 1;
    }
    let mut kinds: Vec<(String, usize)> = counts.into_iter().map(|(kind, count)| (kind.to_owned(), count)).collect();
    kinds.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    kinds
}
