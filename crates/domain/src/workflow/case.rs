//! What a move is judged by: the case, the acting person and the facts around them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{NaiveDateTime, Timelike};

use super::{Process, Role, Transition, WorkCalendar};
use crate::calendar::Pause;
use crate::expr::{CUSTOMER_ID, Datum, Names, Register, Scope};
use crate::field::FieldType;
use crate::form::{self, Answers, Background, Context, Form, Posts};
use crate::key::Key;
use crate::kind;
use crate::stamp::RecordId;
use crate::value::Value;

/// The name of the acting person in expressions.
pub const ACTOR: Key = Key::of("actor");

/// The name of the case itself among its facts.
const ID: Key = Key::of("id");

/// The cell that tells rows of filed forms apart. No expression can spell it.
pub(super) const ROW: Key = Key::of("@row");

/// Form templates by identifier.
pub type Forms = BTreeMap<Box<str>, Form>;

/// A case as its process sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseView {
    /// Which it is; none while it is only being begun.
    pub id: Option<RecordId>,
    /// The step it is in.
    pub step: Key,
    /// Its owner.
    pub owner: Option<RecordId>,
    /// The owner's superiors, the nearest first.
    pub superiors: Vec<RecordId>,
    /// Persons named in its fields: `receiver`, `action_owner`.
    pub persons: BTreeMap<Key, RecordId>,
    /// When it was begun, exactly.
    pub begun_at: Option<NaiveDateTime>,
    /// When the step was entered; a loop back into the same step does not count.
    pub entered_at: Option<NaiveDateTime>,
    /// Its other fields: `way`, `planned_on` …
    pub fields: Answers,
    /// The forms filed for it, oldest first.
    pub documents: Vec<Filed>,
    /// Its moves, oldest first.
    pub history: Vec<Moved>,
    /// The rows for which it has opened cases, by [`super::Started::row`].
    pub opened: BTreeSet<Box<str>>,
}

/// A form filed for a case.
#[derive(Clone, Debug, PartialEq)]
pub struct Filed {
    /// Its template.
    pub form: Box<str>,
    /// Who filed it.
    pub created_by: Option<RecordId>,
    /// When, exactly: whether a form or a move came first is told by it.
    pub created_at: Option<NaiveDateTime>,
    /// What it says.
    pub answers: Answers,
}

/// A move that has happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The event.
    pub event: Key,
    /// The step it left.
    pub from: Key,
    /// The step it led to.
    pub to: Key,
    /// When, exactly.
    pub at: NaiveDateTime,
}

/// Who wants to move a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A member of staff.
    Person {
        /// Who.
        staff: RecordId,
        /// The codes of their posts.
        posts: Vec<Key>,
    },
    /// The app itself, for `SYS` moves.
    App,
}

/// What else a move is judged by.
pub struct Facts<'a> {
    /// The present moment in Asia/Shanghai.
    pub now: NaiveDateTime,
    /// The form templates.
    pub forms: &'a Forms,
    /// The working calendar.
    pub calendar: &'a dyn WorkCalendar,
    /// Further names, such as `customer`.
    pub known: Names,
    /// Due moments by rules the app works out, such as `C4`.
    pub rule_dues: BTreeMap<Box<str>, NaiveDateTime>,
    /// Who holds which posts.
    pub posts: Arc<Posts>,
    /// The records of all cases.
    pub register: Register,
}

impl CaseView {
    /// A new case of `process`, begun at `now`.
    pub fn begun(process: &Process, owner: Option<RecordId>, now: NaiveDateTime) -> Self {
        Self {
            id: None,
            step: process.first_step().map_or(super::CANCELLED, |step| step.key),
            owner,
            superiors: Vec::new(),
            persons: BTreeMap::new(),
            begun_at: Some(now),
            entered_at: Some(now),
            fields: Answers::new(),
            documents: Vec::new(),
            history: Vec::new(),
            opened: BTreeSet::new(),
        }
    }

    /// The moves since it came to its step; loops into the same step are part of the stay.
    pub fn stay(&self) -> &[Moved] {
        let start = self.history.iter().rposition(|moved| moved.from != moved.to).map_or(0, |last| last + 1);
        self.history.get(start..).unwrap_or_default()
    }

    /// The latest form of template `form`.
    pub fn latest(&self, form: &str) -> Option<&Filed> {
        self.documents.get(self.place_of_latest(form)?)
    }

    /// Where the latest form of template `form` stands among its documents.
    pub(super) fn place_of_latest(&self, form: &str) -> Option<usize> {
        self.documents.iter().rposition(|filed| *filed.form == *form)
    }

    /// When the event last happened since it came to its step.
    pub fn last_in_stay(&self, event: Key) -> Option<NaiveDateTime> {
        self.stay().iter().rfind(|moved| moved.event == event).map(|moved| moved.at)
    }

    /// The latest form of template `form`, if it was filed for the move: since the case came to its step, or, for a
    /// loop, after that loop last happened.
    pub fn filed_for(&self, transition: &Transition, form: &str) -> Option<&Filed> {
        let latest = self.latest(form)?;
        let is_new = match self.last_in_stay(transition.event).filter(|_| transition.is_loop()) {
            Some(last) => latest.created_at > Some(last),
            None => {
                let arrival = self.history.iter().rfind(|moved| moved.from != moved.to).map(|moved| moved.at);
                arrival.is_none_or(|arrival| latest.created_at >= Some(arrival))
            }
        };
        is_new.then_some(latest)
    }

    /// Whether filling `form` for the move `event` goes on with the latest one rather than beginning another.
    ///
    /// A move that completes a form goes on with it, one that files it only with one filed for this very move; without
    /// a move the latest is gone on with.
    pub fn goes_on_with(&self, process: &Process, form: &str, event: Option<&str>) -> bool {
        let named = |transition: &&Transition| event.is_some_and(|event| transition.event == *event);
        let Some(transition) = process.transitions_from(self.step).find(named) else { return true };
        let completes = transition.completes.as_ref().is_some_and(|completion| *completion.form == *form);
        completes || self.filed_for(transition, form).is_some()
    }

    /// What the deadline of a move is counted from: entering the step, or, for a loop, its last time in this stay.
    ///
    /// A wait from which the case came back to the step it left does not begin the stay anew: its clock stood still.
    pub fn counted_from(&self, process: &Process, transition: &Transition) -> Option<NaiveDateTime> {
        let arrival = self.counted_arrival(process);
        let stay = self.history.get(arrival.map_or(0, |at| at + 1)..).unwrap_or_default();
        let is_same =
            |moved: &&Moved| (moved.event, moved.from, moved.to) == (transition.event, transition.from, transition.to);
        let last = stay.iter().rfind(is_same).filter(|_| transition.is_loop());
        last.map(|moved| moved.at).or_else(|| match arrival {
            _ if arrival == self.arrival_before(self.history.len()) => self.entered_at,
            Some(at) => self.history.get(at).map(|moved| to_the_minute(moved.at)),
            None => self.beginning(),
        })
    }

    /// The waits it has been through: its stays in paused steps, the last one open while it lasts (C3).
    pub fn pauses(&self, process: &Process) -> Vec<Pause> {
        let first = self.history.first().map_or(self.step, |moved| moved.from);
        let mut since = self.beginning().filter(|_| process.is_paused(first));
        let mut pauses = Vec::new();
        for moved in &self.history {
            match (process.is_paused(moved.from), process.is_paused(moved.to)) {
                (false, true) => since = Some(to_the_minute(moved.at)),
                (true, false) => {
                    let to = Some(to_the_minute(moved.at));
                    pauses.extend(since.take().map(|from| Pause { from, to }));
                }
                _ => {}
            }
        }
        pauses.extend(since.map(|from| Pause { from, to: None }));
        pauses
    }

    /// When it was begun; when it came to its step, if nothing more is known.
    pub(super) fn beginning(&self) -> Option<NaiveDateTime> {
        self.begun_at.map(to_the_minute).or(self.entered_at)
    }

    /// Which of its moves brought it to its step, waits in between passed over; none when it began there.
    fn counted_arrival(&self, process: &Process) -> Option<usize> {
        let mut arrival = self.arrival_before(self.history.len());
        if process.is_paused(self.step) {
            return arrival;
        }
        while let Some(at) = arrival
            && let before = self.history.get(..=at).unwrap_or_default()
            && before.last().is_some_and(|back| process.is_paused(back.from))
            && let Some(left) = before.iter().rposition(|moved| !process.is_paused(moved.from))
            && before.get(left).is_some_and(|moved| moved.from == self.step)
        {
            arrival = self.arrival_before(left);
        }
        arrival
    }

    /// The last of its first `count` moves that changed its step.
    fn arrival_before(&self, count: usize) -> Option<usize> {
        self.history.iter().take(count).rposition(|moved| moved.from != moved.to)
    }
}

impl Actor {
    /// Whether they hold `role` for `case`.
    pub fn has(&self, role: Role, case: &CaseView) -> bool {
        match (self, role) {
            (Self::App, role) => role == Role::App,
            (Self::Person { .. }, Role::App) => false,
            (Self::Person { staff, .. }, Role::Owner) => case.owner == Some(*staff),
            (Self::Person { staff, .. }, Role::Supervisor) => case.superiors.contains(staff),
            (Self::Person { staff, .. }, Role::Person(field)) => case.persons.get(&field) == Some(staff),
            (Self::Person { posts, .. }, Role::Post(code)) => posts.contains(&code),
        }
    }

    /// The person's record.
    pub fn staff(&self) -> Option<RecordId> {
        match self {
            Self::Person { staff, .. } => Some(*staff),
            Self::App => None,
        }
    }
}

/// A case with everything conditions may ask about it.
pub(super) struct CaseScope<'a> {
    pub process: &'a Process,
    pub case: &'a CaseView,
    pub actor: &'a Actor,
    pub facts: &'a Facts<'a>,
}

impl CaseScope<'_> {
    /// All fields of the case as one row, for `case.way`.
    pub fn row(&self) -> Names {
        let own = self.process.fields.iter().map(|field| field.key);
        let all = own.chain([CUSTOMER_ID, kind::STEP, kind::OWNER, kind::ENTERED_AT, kind::ORIGIN, ID]);
        all.filter_map(|key| Some((key, self.cell(key)?))).collect()
    }

    /// One field of the case, alone: deadlines of thousands of cases ask for few of their fields.
    fn cell(&self, key: Key) -> Option<Datum> {
        if key == kind::STEP {
            Some(Datum::text(self.case.step.as_str()))
        } else if key == kind::OWNER {
            Some(self.case.owner.map_or(Datum::Blank, |owner| Datum::text(&owner.to_string())))
        } else if key == kind::ENTERED_AT {
            Some(self.case.entered_at.map_or(Datum::Blank, Datum::Moment))
        } else if key == kind::ORIGIN {
            Some(self.field(key, &FieldType::Reference(kind::CASE)))
        } else if key == CUSTOMER_ID {
            Some(self.field(kind::CUSTOMER_REF, &FieldType::Reference(kind::CUSTOMER)))
        } else if key == ID {
            Some(self.case.id.map_or(Datum::Blank, |id| Datum::text(&id.to_string())))
        } else {
            let own = self.process.fields.iter().find(|field| field.key == key)?;
            Some(self.field(key, &own.kind))
        }
    }

    /// The acting person; nobody while the app acts.
    fn acting(&self) -> Datum {
        self.actor.staff().map_or(Datum::Blank, |staff| Datum::text(&staff.to_string()))
    }

    /// The roles of the process, each once for every move that names it.
    fn roles(&self) -> impl Iterator<Item = Role> {
        self.process.transitions.iter().flat_map(|transition| &transition.roles).copied()
    }

    fn field(&self, key: Key, kind: &FieldType) -> Datum {
        Datum::of(self.case.fields.get(&key).unwrap_or(Value::NULL), kind)
    }

    /// What surrounds a form filled for the case: the one at `place` of its documents, or a new one.
    ///
    /// A filed form sees those filed before it, as it did then; one that passes stages also those filed since, for it
    /// is gone on with.
    pub fn context(&self, place: Option<usize>) -> Context {
        let own = place.and_then(|place| self.case.documents.get(place));
        let is_open = own.and_then(|own| self.facts.forms.get(&own.form)).is_some_and(|own| !own.stages.is_empty());
        let sees = |other: usize| place.is_none_or(|place| other < place || (is_open && other > place));
        let mut documents: BTreeMap<Box<str>, Vec<Datum>> = BTreeMap::new();
        for (_, filed) in self.case.documents.iter().enumerate().filter(|(other, _)| sees(*other)) {
            if let Some(template) = self.facts.forms.get(&filed.form) {
                documents.entry(filed.form.clone()).or_default().push(Datum::Row(document_row(template, filed)));
            }
        }
        let moves = self.case.stay().iter().map(|moved| (moved.event, to_the_minute(moved.at))).collect();
        let roles = self.roles().filter(|role| self.actor.has(*role, self.case)).map(Role::code).collect();
        let (posts, register) = (self.facts.posts.clone(), self.facts.register.clone());
        let background = Background { documents, moves, roles, posts, register, ..Background::default() };
        Context { now: self.facts.now, stage: None, known: self.facts.known.clone(), background }
            .with(kind::CASE, Datum::Row(self.row()))
            .with(ACTOR, self.acting())
    }

    /// The day the case is planned for.
    pub fn planned_on(&self) -> Option<chrono::NaiveDate> {
        match self.field(Key::of("planned_on"), &FieldType::Date) {
            Datum::Date(day) => Some(day),
            _ => None,
        }
    }
}

impl Scope for CaseScope<'_> {
    fn name(&self, name: Key) -> Option<Datum> {
        match name.as_str() {
            "today" => Some(Datum::Date(self.facts.now.date())),
            "now" => Some(Datum::Moment(self.facts.now)),
            "case" => Some(Datum::Row(self.row())),
            _ => self
                .cell(name)
                .or_else(|| (name == ACTOR).then(|| self.acting()))
                .or_else(|| self.facts.known.get(&name).cloned()),
        }
    }

    fn documents(&self, form: &str) -> Vec<Datum> {
        let Some(template) = self.facts.forms.get(form) else { return Vec::new() };
        let filed = self.case.documents.iter().filter(|filed| *filed.form == *form);
        filed.map(|filed| Datum::Row(document_row(template, filed))).collect()
    }

    fn moves(&self, event: &str) -> Vec<NaiveDateTime> {
        self.case.stay().iter().filter(|moved| moved.event == *event).map(|moved| to_the_minute(moved.at)).collect()
    }

    fn has_role(&self, role: &str) -> bool {
        self.roles().find(|known| known.code() == *role).is_some_and(|role| self.actor.has(role, self.case))
    }

    fn holds_post(&self, person: &str, post: &str) -> Option<bool> {
        form::holds_post(&self.facts.posts, person, post)
    }

    fn register(&self) -> Option<&Register> {
        Some(&self.facts.register)
    }
}

/// What forms and moves are compared by in expressions, as precise as the times people write; their order is exact.
pub(super) fn to_the_minute(moment: NaiveDateTime) -> NaiveDateTime {
    moment.with_second(0).and_then(|moment| moment.with_nanosecond(0)).unwrap_or(moment)
}

fn document_row(template: &Form, filed: &Filed) -> Names {
    // The moment is exact, so it names the form within its case on every device.
    let name = format!("{}@{}", filed.form, filed.created_at.map(|at| at.to_string()).unwrap_or_default());
    let own = template.fields().map(|field| {
        let value = filed.answers.get(&field.field.key).unwrap_or(Value::NULL);
        (field.field.key, named_rows(Datum::of(value, &field.field.kind), &name, field.field.key))
    });
    own.chain([(ROW, Datum::text(&name))]).chain(with_author(filed)).collect()
}

/// The rows of a list, each with its name.
fn named_rows(datum: Datum, document: &str, field: Key) -> Datum {
    let Datum::List(items) = datum else { return datum };
    let named = |(place, item): (usize, Datum)| match item {
        Datum::Row(mut cells) => {
            cells.insert(ROW, Datum::text(&format!("{document}/{field}/{place}")));
            Datum::Row(cells)
        }
        item => item,
    };
    Datum::List(items.into_iter().enumerate().map(named).collect())
}

/// Who filed a form and when.
pub(super) fn with_author(filed: &Filed) -> Names {
    let author = filed.created_by.map_or(Datum::Blank, |author| Datum::text(&author.to_string()));
    let moment = filed.created_at.map_or(Datum::Blank, |at| Datum::Moment(to_the_minute(at)));
    [(Key::of("created_by"), author), (Key::of("created_at"), moment)].into_iter().collect()
}
