//! The log of exports, and the approval that contacts need; L7.
//!
//! An export of contacts is asked for with a reason, decided by a manager, and then made once by whoever asked. Every
//! other export is written down when it is made.

use std::collections::BTreeSet;

use super::all_of;
use crate::book::{Book, Record};
use crate::change::{Act, Cells};
use crate::key::Key;
use crate::kind;
use crate::stamp::{RecordId, Stamp};
use crate::value::Value;

/// The roles that may approve an export of contacts, by spec L7: MGR, and DIR above it.
pub const APPROVERS: [&str; 2] = ["MGR", "DIR"];

/// How many customers can be named by one request; their ids lie in its record.
pub const MOST_CUSTOMERS: usize = 20_000;

/// What is exported: the kind of the records, or the name of a list.
const SUBJECT: Key = Key::of("subject");
/// What a list was narrowed to, in words.
const SCOPE: Key = Key::of("scope");
/// The customers whose contacts they are, where it is not exactly one.
const CUSTOMERS: Key = Key::of("customers");
/// How many rows.
const COUNT: Key = Key::of("count");
/// The file that was made.
const FILE: Key = Key::of("file");
/// Whether it was approved.
const DECISION: Key = Key::of("approved");
/// Why it was decided so.
const DECISION_REASON: Key = Key::of("decision_reason");

/// An export as its record tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// The record.
    pub record: RecordId,
    /// What is exported: a kind of records, or the name of a list.
    pub subject: Box<str>,
    /// The customers whose records they are; `None` for all.
    pub customers: Option<Vec<RecordId>>,
    /// What the list was narrowed to, in words; empty for all of it.
    pub scope: Box<str>,
    /// How many rows: at the time of asking, and once it is made those of the file.
    pub count: i64,
    /// Who asked for it or, where nobody needs to be asked, made it; and when.
    pub asked: (RecordId, Stamp),
    /// Why it is needed; empty where nobody needs to be asked.
    pub reason: Box<str>,
    /// Whether it was approved, by whom and when.
    pub decided: Option<(bool, RecordId, Stamp)>,
    /// Why it was decided so.
    pub decision_reason: Box<str>,
    /// The file that was made, and when.
    pub made: Option<(Box<str>, Stamp)>,
}

/// How far an export is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Somebody has to decide.
    Waiting,
    /// It may be made, once, by whoever asked.
    Approved,
    /// It may not be made.
    Declined,
    /// The file was made.
    Made,
}

/// Why somebody may not decide on an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// They hold none of the [`APPROVERS`]' posts.
    NotManager,
    /// They asked for it themselves, and somebody else may decide; R-0-2.
    OwnRequest,
}

impl Export {
    /// What a record of kind [`kind::EXPORT`] says; `None` when it says nothing.
    pub fn of(record: &Record) -> Option<Self> {
        let asked = record.created()?;
        let decided = record.written(DECISION).and_then(|c| Some((record.get(DECISION).as_bool()?, c.by, c.stamp)));
        let made = record.written(FILE).map(|change| (record.text(FILE).into(), change.stamp));
        Some(Self {
            record: record.id,
            subject: record.text(SUBJECT).into(),
            customers: customers(record),
            scope: record.text(SCOPE).into(),
            count: record.get(COUNT).as_int().unwrap_or(0),
            asked: (asked.by, asked.stamp),
            reason: record.text(kind::REASON).into(),
            decided,
            decision_reason: record.text(DECISION_REASON).into(),
            made: made.filter(|(file, _): &(Box<str>, Stamp)| !file.is_empty()),
        })
    }

    /// How far it is.
    pub fn state(&self) -> State {
        match (&self.made, self.decided) {
            (Some(_), _) => State::Made,
            (None, Some((true, ..))) => State::Approved,
            (None, Some((false, ..))) => State::Declined,
            (None, None) => State::Waiting,
        }
    }

    /// Whether `person` may make its file now.
    pub fn may_make(&self, person: RecordId) -> bool {
        self.state() == State::Approved && self.asked.0 == person
    }
}

/// Whether a member of staff holds one of the [`APPROVERS`]' posts.
pub fn is_manager(member: &Record) -> bool {
    member.get(kind::ROLES).items().iter().filter_map(Value::as_text).any(|role| APPROVERS.contains(&role))
}

/// Whether exports of records of that kind need approval: contacts do (L7).
pub fn needs_approval(kind: Key) -> bool {
    kind == kind::CONTACT
}

/// Every export, the newest first.
pub fn exports(book: &Book) -> Vec<Export> {
    let mut exports: Vec<Export> = book.of_kind(kind::EXPORT).filter_map(Export::of).collect();
    exports.sort_by_key(|export| std::cmp::Reverse((export.asked.1, export.record)));
    exports
}

/// What speaks against somebody's deciding on an export.
///
/// Nobody decides on what they asked for, except where nobody else could: a company of one has its log, not a deadlock.
pub fn refused(book: &Book, person: RecordId, export: &Export) -> Option<Refused> {
    if !book.get(person).is_some_and(is_manager) {
        return Some(Refused::NotManager);
    }
    let has_other = || book.of_kind(kind::STAFF).any(|member| member.id != person && is_manager(member));
    (export.asked.0 == person && has_other()).then_some(Refused::OwnRequest)
}

/// The customers a record names; a list of which nothing can be read names nobody, not all.
fn customers(record: &Record) -> Option<Vec<RecordId>> {
    let one = record.reference(kind::CUSTOMER_REF).map(|customer| vec![customer]);
    one.or_else(|| {
        record.written(CUSTOMERS)?;
        Some(record.get(CUSTOMERS).items().iter().filter_map(|id| id.as_text()?.parse().ok()).collect())
    })
}

/// The contacts that an export takes: of these customers, in their order, or of all.
pub fn contacts(book: &Book, customers: Option<&[RecordId]>) -> Vec<RecordId> {
    let Some(customers) = customers else { return all_of(book, kind::CONTACT) };
    // Two that were merged since are one.
    let mut seen = BTreeSet::new();
    let survivors = customers.iter().map(|customer| book.survivor(*customer)).filter(|id| seen.insert(*id));
    survivors.flat_map(|of| book.of_customer(of, kind::CONTACT).map(|contact| contact.id).collect::<Vec<_>>()).collect()
}

/// Asks for an export of contacts: of these customers, at most [`MOST_CUSTOMERS`], or of all. `scope` says how they were
/// chosen.
pub fn ask(act: &mut Act<'_>, customers: Option<&[RecordId]>, scope: &str, count: usize, reason: &str) -> RecordId {
    let mut cells = told(kind::CONTACT.as_str(), scope, count);
    cells.put(kind::REASON, reason.trim().into());
    match customers {
        None => {}
        Some([customer]) => cells.put(kind::CUSTOMER_REF, (*customer).into()),
        Some(customers) => {
            let ids = customers.iter().take(MOST_CUSTOMERS).map(|id| Value::from(*id));
            cells.put(CUSTOMERS, Value::List(ids.collect()));
        }
    }
    act.create(kind::EXPORT, cells)
}

/// Writes down an export that nobody needs to approve.
pub fn log(act: &mut Act<'_>, subject: &str, scope: &str, count: usize, file: &str) -> RecordId {
    let mut cells = told(subject, scope, count);
    cells.put(FILE, file.into());
    act.create(kind::EXPORT, cells)
}

/// Decides on an export that waits; does nothing where `person` may not, or somebody has decided.
pub fn decide(book: &Book, act: &mut Act<'_>, person: RecordId, record: RecordId, is_approved: bool, reason: &str) {
    let Some(export) = book.get(record).and_then(Export::of) else { return };
    if export.state() == State::Waiting && refused(book, person, &export).is_none() {
        act.set(book, kind::EXPORT, record, DECISION, Value::Bool(is_approved));
        act.set(book, kind::EXPORT, record, DECISION_REASON, reason.trim().into());
    }
}

/// Writes down that the file of an approved export was made; says whether that may be.
pub fn make(book: &Book, act: &mut Act<'_>, person: RecordId, record: RecordId, count: usize, file: &str) -> bool {
    let may = book.get(record).and_then(Export::of).is_some_and(|export| export.may_make(person));
    if may {
        act.set(book, kind::EXPORT, record, FILE, file.into());
        act.set(book, kind::EXPORT, record, COUNT, rows(count));
    }
    may
}

fn told(subject: &str, scope: &str, count: usize) -> Cells<Value> {
    let fields = [(SUBJECT, subject.into()), (SCOPE, Value::text(scope)), (COUNT, rows(count))];
    fields.into_iter().filter(|(_, value)| !value.is_blank()).collect()
}

fn rows(count: usize) -> Value {
    Value::Int(i64::try_from(count).unwrap_or(i64::MAX))
}
