//! Erasing for good: a contact or a customer with all that belongs to them, at a person's request; L3.
//!
//! Every record of it gets the marker [`FORGOTTEN`], which drops its values wherever they are met: here, on devices that learn
//! of it, in backups and packets that come in later. What is left is that there was a record of that kind, who erased it and
//! when; so counts stay, and nothing in them leads to anybody. What other records say in their own words stays with them.

use std::collections::{BTreeMap, BTreeSet};

use crate::belonging::{Lead, leads};
use crate::book::{Book, Record};
use crate::change::{Act, FORGOTTEN};
use crate::export::is_manager;
use crate::key::Key;
use crate::kind::{
    ATTACHMENT, CASE_REF, CONSENT, CONTACT, CONTACT_REF, CUSTOMER, CUSTOMER_REF, EXPORT, ORIGIN, SHA256,
};
use crate::stamp::RecordId;

/// What goes for good together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// The contact or customer that is erased.
    pub record: RecordId,
    records: BTreeSet<RecordId>,
    /// The attachments that they name, by the SHA-256 of their bytes; each goes unless something else names it too.
    attachments: BTreeMap<String, RecordId>,
}

impl Erasure {
    /// The erasure of a contact or customer, in the bin or not; `None` for what is erased already or is something else.
    ///
    /// [`Erasure::spare`] has to hear of every record before it is carried out.
    pub fn of(book: &Book, record: RecordId) -> Option<Self> {
        book.get(record).filter(|found| [CUSTOMER, CONTACT].contains(&found.kind) && !found.is_forgotten())?;
        let mut records: BTreeSet<RecordId> = book.united_in(record).collect();
        let mut waiting: Vec<RecordId> = records.iter().copied().collect();
        while let Some(owner) = waiting.pop() {
            for found in book.ever_of_customer(owner) {
                if goes_with(found, &records) && records.insert(found.id) {
                    waiting.extend(book.united_in(found.id).filter(|one| *one == found.id || records.insert(*one)));
                }
            }
        }
        let named = named(records.iter().filter_map(|id| book.get(*id)));
        let is_named = |picture: &&Record| !picture.is_forgotten() && named.contains(picture.text(SHA256));
        let attachments = match named.is_empty() {
            true => BTreeMap::new(),
            false => book
                .ever_of_kind(ATTACHMENT)
                .filter(is_named)
                .map(|picture| (picture.text(SHA256).to_owned(), picture.id))
                .collect(),
        };
        Some(Self { record, records, attachments })
    }

    /// Whether other records can spare any of it.
    pub fn names_attachments(&self) -> bool {
        !self.attachments.is_empty()
    }

    /// Spares the attachments that a record names which stays.
    pub fn spare(&mut self, record: &Record) {
        if !self.records.contains(&record.id) {
            leads(record, &mut |lead| {
                if let Lead::Attachment(sha256) = lead {
                    self.attachments.remove(sha256);
                }
            });
        }
    }

    /// The records that go.
    pub fn records(&self) -> impl Iterator<Item = RecordId> {
        self.records.iter().chain(self.attachments.values()).copied()
    }

    /// Whether a record goes.
    pub fn holds(&self, record: RecordId) -> bool {
        self.records.contains(&record)
    }

    /// How many records of which kind go, but for the one that is asked for.
    pub fn along(&self, book: &Book) -> BTreeMap<Key, usize> {
        let mut counts = BTreeMap::new();
        let records = self.records().filter(|id| *id != self.record).filter_map(|id| book.get(id));
        for record in records.filter(|record| !record.is_forgotten()) {
            *counts.entry(record.kind).or_default() += 1;
        }
        counts
    }

    /// The records of the same customer that name what goes and stay themselves: its cases and forms.
    pub fn mentions(&self, book: &Book) -> Vec<RecordId> {
        let customer = book.get(self.record).and_then(|record| book.customer_of(record));
        let stays = |record: &&Record| record.exists() && !self.holds(record.id);
        let mut staying: Vec<&Record> = Vec::new();
        let mut seen = BTreeSet::new();
        let mut waiting: Vec<RecordId> = customer.into_iter().collect();
        while let Some(owner) = waiting.pop() {
            for record in book.ever_of_customer(owner).filter(stays) {
                if seen.insert(record.id) {
                    waiting.push(record.id);
                    staying.push(record);
                }
            }
        }
        staying.into_iter().filter(|record| self.is_named_by(record)).map(|record| record.id).collect()
    }

    fn is_named_by(&self, record: &Record) -> bool {
        let mut is_named = false;
        leads(record, &mut |lead| is_named |= matches!(lead, Lead::Record(id) if self.holds(id)));
        is_named
    }

    /// Puts the marker on all of it. It cannot be undone.
    pub fn carry_out(&self, book: &Book, act: &mut Act<'_>) {
        for record in self.records().filter_map(|id| book.get(id)).filter(|record| !record.is_forgotten()) {
            act.set(book, record.kind, record.id, FORGOTTEN, true.into());
        }
    }
}

/// Whether somebody may erase: a manager or director, or whoever works alone.
pub fn may_erase(book: &Book, person: RecordId) -> bool {
    book.get(person).is_some_and(|member| member.exists() && is_manager(member))
        || book.of_kind(crate::kind::STAFF).all(|member| member.id == person)
}

/// Whether a record that ever belonged to some of these still does, or belongs to nobody any more.
fn goes_with(record: &Record, owners: &BTreeSet<RecordId>) -> bool {
    // The log of exports (L7) tells of its own makers, and holds nothing of what it lists.
    if record.kind == EXPORT {
        return false;
    }
    let nearest = if record.kind == CONSENT { CONTACT_REF } else { CUSTOMER_REF };
    let owner = [nearest, CUSTOMER_REF, CASE_REF, ORIGIN].into_iter().find_map(|key| record.reference(key));
    owner.is_none_or(|owner| owners.contains(&owner))
}

/// The attachments that records name or ever named.
fn named<'b>(records: impl Iterator<Item = &'b Record>) -> BTreeSet<&'b str> {
    let mut named = BTreeSet::new();
    for record in records {
        leads(record, &mut |lead| {
            if let Lead::Attachment(sha256) = lead {
                named.insert(sha256);
            }
        });
    }
    named
}
