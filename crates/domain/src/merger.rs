//! Merging customers that are one and the same; R-3-2.
//!
//! One of them survives. Per field the newer content wins unless somebody chooses otherwise, contacts are united by their
//! numbers, codes and names of the others stay as aliases. What belongs to the others is not rewritten: it stands under the
//! survivor from then on (see [`Book::survivor`]), also what arrives later. Grades and scores are those of the survivor.

use std::collections::{BTreeMap, BTreeSet};

use crate::book::{Book, Record, Undone};
use crate::change::{Act, Cells, Change, DELETED, FORGOTTEN};
use crate::duplicate::compared_name;
use crate::key::Key;
use crate::kind;
use crate::stamp::{RecordId, Stamp};
use crate::value::Value;

/// Whom a merger left.
pub const SURVIVOR: Key = Key::of("survivor");
/// Those it merged into the survivor.
pub const LOSERS: Key = Key::of("losers");
/// The stamps of the contents that were in force in what was merged: whatever else is found there came later.
pub const SEEN: Key = Key::of("seen");

/// The most customers that are merged at once.
pub const MOST: usize = 20;

/// Fields that are told of the survivor alone: what names it, and what was worked out or approved for it.
const OWN: [Key; 13] = [
    kind::CODE,
    kind::OTHER_CODES,
    kind::OTHER_NAMES,
    kind::MERGED_INTO,
    DELETED,
    FORGOTTEN,
    kind::GRADE,
    kind::GRADE_UNTIL,
    kind::VIP_UNTIL,
    kind::VIP_BY,
    kind::PROPOSED_GRADE,
    kind::PROPOSED_SCORE,
    kind::PROPOSED_BY,
];

/// Fields of a loser whose later content concerns nobody: they follow from the merger or are worked out anew.
const FOLLOWING: [Key; 4] = [kind::MERGED_INTO, kind::PROPOSED_GRADE, kind::PROPOSED_SCORE, kind::PROPOSED_BY];

/// What one of the customers holds in a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// The customer.
    pub record: RecordId,
    /// The content; blank when it holds none.
    pub value: Value,
    /// When that was written.
    pub at: Option<Stamp>,
}

/// A field in which there is something to decide or to see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The field.
    pub field: Key,
    /// What each holds, the survivor first.
    pub sides: Vec<Side>,
    /// The side whose content the survivor will have; for sets, which are united, none.
    pub chosen: Option<usize>,
}

impl Line {
    fn of(field: Key, records: &[&Record]) -> Self {
        let side = |record: &&Record| Side {
            record: record.id,
            value: record.get(field).clone(),
            at: record.written(field).map(|change| change.stamp),
        };
        let sides: Vec<Side> = records.iter().map(side).collect();
        let chosen = (field != kind::TAGS).then(|| newest(&sides));
        Self { field, sides, chosen }
    }

    /// What the survivor will hold.
    pub fn outcome(&self) -> Value {
        match self.chosen {
            Some(chosen) => self.sides.get(chosen).map(|side| side.value.clone()).unwrap_or_default(),
            None => united(self.sides.iter().flat_map(|side| side.value.items())),
        }
    }

    /// Whether the customers say different things, none of them nothing.
    pub fn is_contested(&self) -> bool {
        let mut said = self.sides.iter().map(|side| &side.value).filter(|value| !value.is_blank());
        let first = said.next();
        self.chosen.is_some() && said.any(|value| Some(value) != first)
    }
}

/// The newest content that is not blank; the survivor's where there is none.
fn newest(sides: &[Side]) -> usize {
    let filled = sides.iter().enumerate().filter(|(_, side)| !side.value.is_blank());
    // Of two written in the same act the survivor's stays.
    filled.rev().max_by_key(|(place, side)| (side.at, std::cmp::Reverse(*place))).map_or(0, |(place, _)| place)
}

fn united<'v>(items: impl Iterator<Item = &'v Value>) -> Value {
    let mut all: Vec<Value> = Vec::new();
    for item in items {
        if !all.contains(item) {
            all.push(item.clone());
        }
    }
    Value::List(all)
}

/// A merger as it would be: to be looked at, changed and carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Who stays.
    pub survivor: RecordId,
    /// Those merged into it.
    pub losers: Vec<RecordId>,
    /// Every field that one of them holds, by name.
    pub lines: Vec<Line>,
    /// Contacts of the losers that are the same person as one of the survivor's, with whom they are merged into.
    pub contacts: Vec<(RecordId, RecordId)>,
    /// What comes to the survivor, by kind, without the contacts united.
    pub moving: BTreeMap<Key, usize>,
}

impl Plan {
    /// The merger of `losers` into `survivor`; `None` when one of them is no customer that is there, stands twice, or there
    /// are more than [`MOST`].
    pub fn new(book: &Book, survivor: RecordId, losers: &[RecordId]) -> Option<Self> {
        let ids: BTreeSet<RecordId> = losers.iter().copied().chain([survivor]).collect();
        if losers.is_empty() || ids.len() != losers.len() + 1 || ids.len() > MOST {
            return None;
        }
        let there = |id: &RecordId| book.get(*id).filter(|record| record.kind == kind::CUSTOMER && record.exists());
        let records: Vec<&Record> = std::iter::once(&survivor).chain(losers).map(there).collect::<Option<_>>()?;
        let fields: BTreeSet<Key> = records.iter().flat_map(|record| record.fields().into_keys()).collect();
        let lines = fields.into_iter().filter(|field| !OWN.contains(field)).map(|field| Line::of(field, &records));
        let contacts = same_people(book, survivor, losers);
        let mut moving: BTreeMap<Key, usize> = BTreeMap::new();
        for record in losers.iter().flat_map(|loser| book.ever_of_customer(*loser)) {
            let is_theirs = book.customer_of(record).is_some_and(|customer| losers.contains(&customer));
            if is_theirs && record.exists() && contacts.iter().all(|(from, _)| *from != record.id) {
                *moving.entry(record.kind).or_default() += 1;
            }
        }
        Some(Self { survivor, losers: losers.to_vec(), lines: lines.collect(), contacts, moving })
    }

    /// Lets the survivor have, in a field, what one of the customers holds.
    pub fn choose(&mut self, field: Key, record: RecordId) {
        let line = self.lines.iter_mut().find(|line| line.field == field && line.chosen.is_some());
        if let Some(line) = line
            && let Some(place) = line.sides.iter().position(|side| side.record == record)
        {
            line.chosen = Some(place);
        }
    }

    /// The further codes the survivor will have: those it has and all of the others.
    pub fn other_codes(&self, book: &Book) -> Value {
        let own = book.get(self.survivor).map(|record| self.code(book, record)).unwrap_or_default();
        let all = self.texts(book, kind::CODE, kind::OTHER_CODES);
        united(all.iter().filter(|code| **code != own))
    }

    /// The further names the survivor will have: those of all that differ from the one chosen.
    pub fn other_names(&self, book: &Book) -> Value {
        let chosen = self.lines.iter().find(|line| line.field == kind::NAME).map(Line::outcome).unwrap_or_default();
        let same = |name: &Value| {
            compared_name(name.as_text().unwrap_or_default()) == compared_name(chosen.as_text().unwrap_or_default())
        };
        let all = self.texts(book, kind::NAME, kind::OTHER_NAMES);
        united(all.iter().filter(|name| !same(name)))
    }

    /// The survivor's own code, or the first of the others' when it has none.
    fn code(&self, book: &Book, survivor: &Record) -> Value {
        let codes = std::iter::once(survivor).chain(self.losers.iter().filter_map(|loser| book.get(*loser)));
        codes.map(|record| record.get(kind::CODE)).find(|code| !code.is_blank()).cloned().unwrap_or_default()
    }

    fn texts(&self, book: &Book, one: Key, several: Key) -> Vec<Value> {
        let records = std::iter::once(&self.survivor).chain(&self.losers).filter_map(|id| book.get(*id));
        let of = |record: &Record| {
            let own = std::iter::once(record.get(one)).chain(record.get(several).items());
            own.filter(|value| !value.is_blank()).cloned().collect::<Vec<_>>()
        };
        records.flat_map(of).collect()
    }

    /// Carries the merger out and gives its record.
    pub fn carry_out(&self, book: &Book, act: &mut Act<'_>) -> RecordId {
        let survivor = self.survivor;
        let mut set = |field: Key, value: Value| {
            // Nothing to say of what was blank and stays so.
            if !(value.is_blank() && book.get(survivor).is_none_or(|record| record.get(field).is_blank())) {
                act.set(book, kind::CUSTOMER, survivor, field, value);
            }
        };
        for line in &self.lines {
            set(line.field, line.outcome());
        }
        set(kind::CODE, book.get(survivor).map(|record| self.code(book, record)).unwrap_or_default());
        set(kind::OTHER_CODES, self.other_codes(book));
        set(kind::OTHER_NAMES, self.other_names(book));
        let mut seen = Vec::new();
        for loser in &self.losers {
            seen.extend(in_force(book, *loser));
            act.set(book, kind::CUSTOMER, *loser, kind::MERGED_INTO, survivor.into());
        }
        for (from, into) in &self.contacts {
            seen.extend(in_force(book, *from));
            unite_contact(book, act, *from, *into);
        }
        let losers = self.losers.iter().map(|loser| Value::from(*loser)).collect();
        let cells: Cells<Value> =
            [(SURVIVOR, survivor.into()), (LOSERS, Value::List(losers)), (SEEN, Value::List(seen))]
                .into_iter()
                .collect();
        act.create(kind::MERGER, cells)
    }
}

/// The contacts of the losers that are somebody the survivor, or a loser before, has already.
///
/// The same person has the same mobile number, or the same landline and name: a switchboard is nobody's own.
fn same_people(book: &Book, survivor: RecordId, losers: &[RecordId]) -> Vec<(RecordId, RecordId)> {
    let mut known: Vec<&Record> = book.of_customer(survivor, kind::CONTACT).collect();
    let mut same = Vec::new();
    for contact in losers.iter().flat_map(|loser| book.of_customer(*loser, kind::CONTACT)) {
        match known.iter().find(|other| is_same_person(contact, other)) {
            Some(other) => same.push((contact.id, other.id)),
            None => known.push(contact),
        }
    }
    same
}

fn is_same_person(one: &Record, other: &Record) -> bool {
    let shares = |key: Key| !one.get(key).is_blank() && one.get(key) == other.get(key);
    let is_named_alike = || compared_name(one.text(kind::NAME)) == compared_name(other.text(kind::NAME));
    shares(kind::MOBILE) || (shares(kind::PHONE) && is_named_alike())
}

/// Merges a contact into another: the newer content wins; who wants no calls from one gets none from both.
fn unite_contact(book: &Book, act: &mut Act<'_>, from: RecordId, into: RecordId) {
    let (Some(lost), Some(kept)) = (book.get(from), book.get(into)) else { return };
    let fields: BTreeSet<Key> = lost.fields().into_keys().chain(kept.fields().into_keys()).collect();
    for field in fields.into_iter().filter(|field| *field != kind::CUSTOMER_REF && !OWN.contains(field)) {
        let wants_none =
            field == kind::DO_NOT_CALL && [kept, lost].iter().any(|one| one.get(field) == &Value::Bool(true));
        let outcome = match Line::of(field, &[kept, lost]).outcome() {
            _ if wants_none => Value::Bool(true),
            _ if field == kind::NAME && is_named_after_customer(book, lost) => kept.get(field).clone(),
            _ if field == kind::NAME && is_named_after_customer(book, kept) => lost.get(field).clone(),
            newer => newer,
        };
        if !outcome.is_blank() {
            act.set(book, kind::CONTACT, into, field, outcome);
        }
    }
    act.set(book, kind::CONTACT, from, kind::MERGED_INTO, into.into());
}

/// Whether a contact has no name of its own: a number that was entered without one is called like its customer.
fn is_named_after_customer(book: &Book, contact: &Record) -> bool {
    let customer = contact.reference(kind::CUSTOMER_REF).and_then(|customer| book.get(customer));
    customer.is_some_and(|customer| compared_name(customer.text(kind::NAME)) == compared_name(contact.text(kind::NAME)))
}

/// The stamps of what a record holds now, as values.
fn in_force(book: &Book, record: RecordId) -> Vec<Value> {
    let fields = |record: &Record| -> Vec<Value> {
        let written = record.fields().into_keys().filter_map(|field| record.written(field));
        let stamps: BTreeSet<Stamp> = written.map(|change| change.stamp).collect();
        stamps.into_iter().map(|stamp| Value::text(stamp.to_string())).collect()
    };
    book.get(record).map(fields).unwrap_or_default()
}

/// The customers a merger is about.
pub fn concerned(merger: &Record) -> Vec<RecordId> {
    let losers = merger.get(LOSERS).items().iter().filter_map(|loser| loser.as_text()?.parse().ok());
    merger.reference(SURVIVOR).into_iter().chain(losers).collect()
}

/// The mergers in force that left this customer, the latest first.
pub fn of_survivor(book: &Book, survivor: RecordId) -> Vec<&Record> {
    let mut mergers: Vec<&Record> = book
        .of_kind(kind::MERGER)
        .filter(|merger| merger.reference(SURVIVOR).map(|id| book.survivor(id)) == Some(survivor))
        .collect();
    mergers.sort_by_key(|merger| std::cmp::Reverse(merger.created().map(|change| change.stamp)));
    mergers
}

/// Takes a merger back as a new act, record by record; what was edited since is left as it is and listed.
///
/// The same as undoing its act, without looking for what the act touched among all records.
pub fn take_back(book: &Book, merger: RecordId, undo: &mut Act<'_>) -> Undone {
    let Some(made) = book.get(merger).and_then(Record::created) else { return Undone::default() };
    let of_act = |_: &Record, change: &Change| change.act == made.act;
    let customers = book.get(merger).map(concerned).unwrap_or_default();
    let contacts = customers.iter().flat_map(|customer| book.ever_of_customer(*customer)).map(|record| record.id);
    let touched: BTreeSet<RecordId> = customers
        .iter()
        .copied()
        .chain(contacts)
        .chain([merger])
        .filter(|id| book.get(*id).is_some_and(|record| record.changes().iter().any(|change| of_act(record, change))))
        .collect();
    let (restored, kept): (Vec<RecordId>, Vec<RecordId>) =
        touched.into_iter().partition(|id| book.obstacles(*id, of_act).is_empty());
    restored.iter().for_each(|id| book.put_back(*id, of_act, undo));
    Undone { restored, kept }
}

/// What somebody wrote of a customer or contact without knowing that it had been merged into another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Late {
    /// The record it was written of.
    pub record: RecordId,
    /// The record that stands for it.
    pub into: RecordId,
    /// Of which kind both are.
    pub kind: Key,
    /// The field.
    pub field: Key,
    /// What was written.
    pub value: Value,
    /// By whom.
    pub by: RecordId,
    /// When.
    pub at: Stamp,
}

/// What was written of the records merged into a customer and its contacts, and was not known when they were merged.
pub fn late(book: &Book, survivor: RecordId) -> Vec<Late> {
    let contacts = book.of_customer(survivor, kind::CONTACT).map(|contact| contact.id);
    let mut pairs = std::iter::once(survivor)
        .chain(contacts)
        .flat_map(|into| book.merged_into(into).iter().map(move |record| (*record, into)))
        .peekable();
    if pairs.peek().is_none() {
        return Vec::new();
    }
    let seen: BTreeSet<Stamp> = book
        .ever_of_kind(kind::MERGER)
        .flat_map(|merger| merger.get(SEEN).items())
        .filter_map(|stamp| stamp.as_text()?.parse().ok())
        .collect();
    // A packet brings the merged customers without the word of the merger: there nothing is known to be late.
    let named: BTreeSet<RecordId> = book.ever_of_kind(kind::MERGER).flat_map(concerned).collect();
    let is_told = |id: RecordId| {
        let owner = book.get(id).and_then(|record| record.reference(kind::CUSTOMER_REF));
        named.contains(&owner.unwrap_or(id))
    };
    pairs.filter(|(record, _)| is_told(*record)).flat_map(|(record, into)| late_of(book, record, into, &seen)).collect()
}

fn late_of(book: &Book, id: RecordId, into: RecordId, seen: &BTreeSet<Stamp>) -> Vec<Late> {
    let Some(record) = book.get(id) else { return Vec::new() };
    let one = |(field, value): (Key, &Value)| {
        let change: &Change = record.written(field).filter(|change| !seen.contains(&change.stamp))?;
        let says_new = book.get(into).is_none_or(|into| into.get(field) != value);
        (says_new && !FOLLOWING.contains(&field)).then(|| Late {
            record: id,
            into,
            kind: record.kind,
            field,
            value: value.clone(),
            by: change.by,
            at: change.stamp,
        })
    };
    record.fields().into_iter().filter_map(one).collect()
}

/// Settles what came late: taken over by the record that stands for both, or left in history.
pub fn settle(book: &Book, act: &mut Act<'_>, late: &Late, takes_over: bool) {
    if takes_over {
        act.set(book, late.kind, late.into, late.field, late.value.clone());
    }
    let owner = book.get(late.record).and_then(|record| record.reference(kind::CUSTOMER_REF)).unwrap_or(late.record);
    if let Some(merger) = book.ever_of_kind(kind::MERGER).find(|merger| concerned(merger).contains(&owner)) {
        let stamp = Value::text(late.at.to_string());
        act.set(book, kind::MERGER, merger.id, SEEN, united(merger.get(SEEN).items().iter().chain([&stamp])));
    }
}
