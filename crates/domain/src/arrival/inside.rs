//! What is in a file, compared with what is here: per customer, per record, per field.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::belonging::{Lead, customer_of, leads};
use crate::book::{Book, Record};
use crate::change::Change;
use crate::key::Key;
use crate::kind;
use crate::packet;
use crate::snapshot::Extent;
use crate::stamp::{MAX_AHEAD_MS, RecordId, Stamp};
use crate::value::Value;

/// How a record or a field in a file stands to the one here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum State {
    /// Both sides set it without knowing of each other.
    Clashing,
    /// Here and there; theirs is newer.
    Changed,
    /// It is not here yet.
    New,
    /// Here and there; ours is newer.
    Older,
    /// It is here and not in the file.
    Missing,
    /// It is the same here and there.
    Same,
}

impl State {
    /// All of them, what needs attention first.
    pub const ALL: [Self; 6] = [Self::Clashing, Self::Changed, Self::New, Self::Older, Self::Missing, Self::Same];

    /// The key in addresses and texts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Clashing => "clashing",
            Self::Changed => "changed",
            Self::New => "new",
            Self::Older => "older",
            Self::Missing => "missing",
            Self::Same => "same",
        }
    }
}

/// How much of a workspace a file is, as its header and its records say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scope {
    /// All of it.
    Whole,
    /// All but the bytes of attachments.
    WithoutAttachments,
    /// Chosen customers: a packet, or a backup of a workspace that began with one.
    Part,
}

impl Scope {
    /// How much a file is whose records are `there` and whose header says `extent`.
    pub fn of(there: &Book, extent: Extent) -> Self {
        match extent {
            _ if packet::is_part(there) => Self::Part,
            Extent::Whole => Self::Whole,
            Extent::WithoutAttachments => Self::WithoutAttachments,
        }
    }

    /// Whether a record of that kind that is not in the file is missing there.
    pub(super) fn counts_missing(self, kind: Key) -> bool {
        match self {
            Self::Whole => true,
            Self::WithoutAttachments => kind != kind::ATTACHMENT,
            Self::Part => false,
        }
    }
}

/// How many records stand how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally([usize; State::ALL.len()]);

impl Tally {
    /// How many stand like that.
    pub fn of(&self, state: State) -> usize {
        self.0.get(state as usize).copied().unwrap_or(0)
    }

    /// How many there are.
    pub fn total(&self) -> usize {
        self.0.iter().sum()
    }

    /// How many would change what people see here if they were brought in.
    pub fn brings(&self) -> usize {
        self.of(State::Clashing) + self.of(State::Changed) + self.of(State::New)
    }

    fn add(&mut self, state: State) {
        if let Some(count) = self.0.get_mut(state as usize) {
            *count += 1;
        }
    }
}

/// A customer's records in the file and here, or those of no customer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Group {
    /// The customer; none for staff, settings and the like.
    pub customer: Option<RecordId>,
    /// How its records stand.
    pub tally: Tally,
    /// The records that are not the same here and there, or bring history, what needs attention first.
    pub records: Vec<(RecordId, State)>,
    /// How many changes of it are not here.
    pub new_changes: usize,
}

/// One field of a record, here and there.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldRow {
    /// The field.
    pub field: Key,
    /// How it stands.
    pub state: State,
    /// What it holds here.
    pub here: Side,
    /// What it holds in the file.
    pub there: Side,
    /// What both replaced, where they clash and it is known.
    pub before: Option<Value>,
}

/// What a field holds on one side, and by whom since when.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Side {
    /// Its content.
    pub value: Value,
    /// Who set it.
    pub by: Option<RecordId>,
    /// When.
    pub at: Option<Stamp>,
}

impl Side {
    fn of(record: Option<&Record>, key: Key) -> Self {
        let written = record.and_then(|record| record.written(key));
        let value = record.map_or(Value::Null, |record| record.get(key).clone());
        Self { value, by: written.map(|change| change.by), at: written.map(|change| change.stamp) }
    }
}

/// Takes in a file's changes slice by slice, then compares them with what is here.
#[derive(Debug)]
pub struct Look {
    inside: Inside,
    latest: u64,
    waiting: Vec<RecordId>,
    groups: HashMap<Option<RecordId>, Group>,
}

/// What is in a file, compared with what is here.
#[derive(Clone, Debug, Default)]
pub struct Inside {
    there: Book,
    /// The customers and, without one, the rest; each group with at least one record.
    pub groups: Vec<Group>,
    /// How all records stand.
    pub tally: Tally,
    /// How many changes the file has.
    pub in_file: usize,
    /// How many of them are not here.
    pub new_changes: usize,
    /// Changes whose stamp lies more than 24 h ahead; they are left out.
    pub set_aside: Vec<Change>,
}

impl Look {
    /// Begins to look into a file at `wall_ms` (milliseconds since 1970-01-01 UTC).
    pub fn new(wall_ms: u64) -> Self {
        Self {
            inside: Inside::default(),
            latest: wall_ms.saturating_add(MAX_AHEAD_MS),
            waiting: Vec::new(),
            groups: HashMap::new(),
        }
    }

    /// Takes in some changes of the file, in any order.
    pub fn take(&mut self, changes: impl IntoIterator<Item = Change>) {
        for change in changes {
            self.inside.in_file += 1;
            if change.stamp.millis() > self.latest {
                self.inside.set_aside.push(change);
            } else {
                self.inside.there.insert(change);
            }
        }
    }

    /// What was taken in so far.
    pub fn there(&self) -> &Book {
        &self.inside.there
    }

    /// Ends the taking in; gives how many records are to be compared.
    pub fn begin(&mut self, here: &Book, scope: Scope) -> usize {
        let there = &self.inside.there;
        self.waiting = there.records().map(|record| record.id).collect();
        let only_here = here
            .records()
            .filter(|record| scope.counts_missing(record.kind) && there.get(record.id).is_none() && record.exists());
        self.waiting.extend(only_here.map(|record| record.id));
        self.waiting.len()
    }

    /// Compares up to `count` records; says how many are still to be.
    pub fn compare(&mut self, here: &Book, count: usize) -> usize {
        let rest = self.waiting.len().saturating_sub(count);
        for id in self.waiting.drain(rest..) {
            let (state, fresh) = self.inside.compared(here, id);
            let customer = self.inside.customer(here, id);
            let group = self.groups.entry(customer).or_insert_with(|| Group { customer, ..Group::default() });
            group.tally.add(state);
            self.inside.tally.add(state);
            group.new_changes += fresh;
            self.inside.new_changes += fresh;
            if state != State::Same || fresh > 0 {
                group.records.push((id, state));
            }
        }
        rest
    }

    /// What was found.
    pub fn finish(self) -> Inside {
        let mut inside = self.inside;
        inside.groups = self.groups.into_values().collect();
        for group in &mut inside.groups {
            group.records.sort_unstable_by_key(|(id, state)| (*state, *id));
        }
        inside.groups.sort_unstable_by_key(|group| group.customer);
        inside
    }
}

/// What of a file is to be brought in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Chosen {
    /// All that belongs to these customers; `None` stands for what belongs to no customer.
    pub customers: BTreeSet<Option<RecordId>>,
    /// These records.
    pub records: BTreeSet<RecordId>,
}

impl Inside {
    /// Looks into a file at once.
    pub fn of(here: &Book, changes: impl IntoIterator<Item = Change>, wall_ms: u64, scope: Scope) -> Self {
        let mut look = Look::new(wall_ms);
        look.take(changes);
        let count = look.begin(here, scope);
        look.compare(here, count);
        look.finish()
    }

    /// The records as they are in the file.
    pub fn there(&self) -> &Book {
        &self.there
    }

    /// How many changes of the file were here already, or stand in it twice, or were forgotten (L3).
    pub fn known(&self) -> usize {
        self.in_file - self.set_aside.len() - self.new_changes
    }

    /// The customer a record belongs to, by the file if it knows the record.
    pub fn customer(&self, here: &Book, id: RecordId) -> Option<RecordId> {
        let find = |id| self.there.get(id).or_else(|| here.get(id));
        find(id).and_then(|record| customer_of(record, find))
    }

    /// How a record stands, and how many of its changes are not here.
    fn compared(&self, here: &Book, id: RecordId) -> (State, usize) {
        let (ours, theirs) = (here.get(id), self.there.get(id));
        let (Some(ours), Some(theirs)) = (ours, theirs) else {
            return match theirs {
                Some(theirs) => (State::New, theirs.changes().len()),
                None => (State::Missing, 0),
            };
        };
        let fresh = fresh(here, theirs).count();
        if fresh == 0 && ours.changes().len() == theirs.changes().len() {
            return (State::Same, 0);
        }
        let rows = rows(ours, theirs);
        let mut states = rows.iter().map(|row| row.state);
        let (is_clashing, is_newer) = (
            states.clone().any(|state| state == State::Clashing),
            states.clone().any(|state| matches!(state, State::Changed | State::New)),
        );
        let state = match states.next() {
            None => State::Same,
            Some(_) if is_clashing => State::Clashing,
            Some(_) if is_newer => State::Changed,
            Some(_) => State::Older,
        };
        (state, fresh)
    }

    /// The fields of a record that differ, by name.
    pub fn rows(&self, here: &Book, id: RecordId) -> Vec<FieldRow> {
        match (here.get(id), self.there.get(id)) {
            (Some(ours), Some(theirs)) => rows(ours, theirs),
            (Some(ours), None) => one_sided(ours, State::Missing),
            (None, Some(theirs)) => one_sided(theirs, State::New),
            (None, None) => Vec::new(),
        }
    }

    /// All records a choice takes along: a customer with everything that belongs to it, a case with its documents, and
    /// whatever they name that is not here. That the file is whole does not come with a choice of it.
    pub fn closed(&self, here: &Book, chosen: &Chosen) -> BTreeSet<RecordId> {
        let groups = self.groups.iter().filter(|group| chosen.customers.contains(&group.customer));
        let mut waiting: Vec<RecordId> = groups.flat_map(|group| group.records.iter().map(|(id, _)| *id)).collect();
        waiting.extend(&chosen.records);
        if here.get(WORKSPACE_RECORD).is_none() {
            // A workspace that has no identity yet takes that of the file.
            waiting.push(WORKSPACE_RECORD);
        }
        let attachments: HashMap<&str, RecordId> =
            self.there.ever_of_kind(kind::ATTACHMENT).map(|record| (record.text(kind::SHA256), record.id)).collect();
        let mut taken = BTreeSet::new();
        let mut seen = HashSet::new();
        while let Some(id) = waiting.pop() {
            let record = self.there.get(id).filter(|_| id != packet::WHOLE_RECORD && seen.insert(id));
            let Some(record) = record else { continue };
            taken.insert(id);
            waiting.extend(self.there.of_case(id, kind::DOCUMENT).map(|document| document.id));
            leads(record, &mut |lead| {
                let named = match lead {
                    Lead::Record(id) => Some(id),
                    Lead::Attachment(sha256) => attachments.get(sha256).copied(),
                };
                waiting.extend(named.filter(|id| !here.get(*id).is_some_and(Record::exists)));
            });
        }
        taken
    }

    /// The changes of these records that are not here, in canonical order.
    pub fn changes_of(&self, here: &Book, records: &BTreeSet<RecordId>) -> Vec<Change> {
        let theirs = records.iter().filter_map(|id| self.there.get(*id));
        let mut changes: Vec<Change> = theirs.flat_map(|theirs| fresh(here, theirs)).cloned().collect();
        changes.sort_unstable();
        changes
    }

    /// Every record of the file.
    pub fn everything(&self) -> BTreeSet<RecordId> {
        self.there.records().map(|record| record.id).collect()
    }
}

/// The record that holds a workspace's identity.
pub const WORKSPACE_RECORD: RecordId = RecordId::fixed(1);

/// The changes of a record in the file that are not here and were not forgotten here (L3).
fn fresh<'t>(here: &Book, theirs: &'t Record) -> impl Iterator<Item = &'t Change> {
    theirs.changes().iter().filter(|change| !here.contains(change) && !here.has_forgotten(change))
}

fn one_sided(record: &Record, state: State) -> Vec<FieldRow> {
    let row = |key: Key| {
        let side = Side::of(Some(record), key);
        let (here, there) = if state == State::New { (Side::default(), side) } else { (side, Side::default()) };
        FieldRow { field: key, state, here, there, before: None }
    };
    record.fields().into_keys().map(row).collect()
}

fn rows(ours: &Record, theirs: &Record) -> Vec<FieldRow> {
    let united = ours.united(theirs);
    let set = united.changes().iter().flat_map(|change| change.set.iter().map(|(key, _)| key));
    let keys: BTreeSet<Key> = set.collect();
    let clashes: BTreeMap<Key, Option<Value>> =
        united.clashes().into_iter().map(|clash| (clash.field, clash.before)).collect();
    let known: BTreeSet<Key> = ours.clashes().into_iter().map(|clash| clash.field).collect();
    let row = |key: Key| {
        let (here, there) = (Side::of(Some(ours), key), Side::of(Some(theirs), key));
        let new_clash = clashes.get(&key).filter(|_| !known.contains(&key));
        let state = match new_clash {
            _ if here.value == there.value => return None,
            Some(_) => State::Clashing,
            None if there.at.is_none() => State::Missing,
            None if united.get(key) == ours.get(key) => State::Older,
            None if here.value == Value::Null => State::New,
            None => State::Changed,
        };
        Some(FieldRow { field: key, state, here, there, before: new_clash.cloned().flatten() })
    };
    keys.into_iter().filter_map(row).collect()
}
