//! Which part of the agenda somebody looks at, as an address carries it; and how many entries each part has.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::{Entry, EntryKind, State, Subject};
use crate::stamp::RecordId;

/// Whose work is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Whose {
    /// That of everyone, and what is nobody's.
    #[default]
    Everyone,
    /// That of the person who looks.
    Mine,
    /// That of the person who looks and everybody under them.
    Team,
    /// That of this person.
    Person(RecordId),
}

/// Who looks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Viewer {
    /// The person.
    pub me: RecordId,
    /// Everybody under them, directly or not.
    pub team: Vec<RecordId>,
}

impl Viewer {
    /// The people whose work is looked at; `None` for everyone's.
    pub fn people(&self, whose: &Whose) -> Option<BTreeSet<RecordId>> {
        match whose {
            Whose::Everyone => None,
            Whose::Mine => Some(BTreeSet::from([self.me])),
            Whose::Team => Some(self.team.iter().copied().chain([self.me]).collect()),
            Whose::Person(person) => Some(BTreeSet::from([*person])),
        }
    }
}

/// A part of the agenda: the list that a number opens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// Whose work.
    pub whose: Whose,
    /// Only this kind.
    pub kind: Option<EntryKind>,
    /// Only what is that urgent.
    pub state: Option<State>,
    /// Only what is due on this day.
    pub day: Option<NaiveDate>,
    /// Only cases.
    pub is_cases_only: bool,
}

const WHOSE: &str = "whose";
const KIND: &str = "kind";
const STATE: &str = "state";
const DAY: &str = "day";
const ME: &str = "me";
const TEAM: &str = "team";

impl Choice {
    /// Everything of these people.
    pub fn of(whose: Whose) -> Self {
        Self { whose, ..Self::default() }
    }

    /// The part of one kind.
    #[must_use]
    pub fn kind(self, kind: EntryKind) -> Self {
        Self { kind: Some(kind), ..self }
    }

    /// The part of one urgency.
    #[must_use]
    pub fn state(self, state: State) -> Self {
        Self { state: Some(state), ..self }
    }

    /// The part that is due on a day.
    #[must_use]
    pub fn day(self, day: NaiveDate) -> Self {
        Self { day: Some(day), ..self }
    }

    /// Whether an entry of these people belongs to it.
    pub fn admits(&self, entry: &Entry) -> bool {
        self.kind.is_none_or(|kind| entry.kind == kind)
            && self.state.is_none_or(|state| entry.state == state)
            && self.day.is_none_or(|day| entry.due.is_some_and(|due| due.date() == day))
            && (!self.is_cases_only || matches!(entry.item.subject, Subject::Case(_)))
    }

    /// Whether it is narrower than all the work of its people.
    pub fn is_narrowed(&self) -> bool {
        self.kind.is_some() || self.state.is_some() || self.day.is_some()
    }

    /// The query of an address that asks for it, with its `?`; empty for everything of everyone.
    pub fn query(&self) -> String {
        let whose = match self.whose {
            Whose::Everyone => None,
            Whose::Mine => Some(ME.to_owned()),
            Whose::Team => Some(TEAM.to_owned()),
            Whose::Person(person) => Some(person.to_string()),
        };
        let fields = [
            (WHOSE, whose),
            (KIND, self.kind.map(|kind| kind.as_str().to_owned())),
            (STATE, self.state.map(|state| state.as_str().to_owned())),
            (DAY, self.day.map(|day| day.to_string())),
        ];
        let mut query = String::new();
        for (name, value) in fields.into_iter().filter_map(|(name, value)| Some((name, value?))) {
            query.push(if query.is_empty() { '?' } else { '&' });
            query.push_str(name);
            query.push('=');
            query.push_str(&value);
        }
        query
    }

    /// The choice a query asks for; what it does not understand narrows nothing.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Self {
        let whose = match get(WHOSE).as_deref() {
            Some(ME) => Whose::Mine,
            Some(TEAM) => Whose::Team,
            Some(person) => person.parse().map_or(Whose::Everyone, Whose::Person),
            None => Whose::Everyone,
        };
        let (kind, state) = (get(KIND), get(STATE));
        Self {
            whose,
            kind: EntryKind::ALL.into_iter().find(|one| kind.as_deref() == Some(one.as_str())),
            state: State::ALL.into_iter().find(|one| state.as_deref() == Some(one.as_str())),
            day: get(DAY).and_then(|day| day.parse().ok()),
            is_cases_only: false,
        }
    }
}

/// How many entries there are, in all and by urgency, kind and day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// In all.
    pub total: usize,
    states: BTreeMap<State, usize>,
    kinds: BTreeMap<EntryKind, usize>,
    days: BTreeMap<NaiveDate, usize>,
}

impl Tally {
    /// The numbers of entries.
    pub fn of(entries: impl IntoIterator<Item = Entry>) -> Self {
        let mut tally = Self::default();
        for entry in entries {
            tally.total += 1;
            *tally.states.entry(entry.state).or_default() += 1;
            *tally.kinds.entry(entry.kind).or_default() += 1;
            if let Some(due) = entry.due {
                *tally.days.entry(due.date()).or_default() += 1;
            }
        }
        tally
    }

    /// How many are that urgent.
    pub fn state(&self, state: State) -> usize {
        self.states.get(&state).copied().unwrap_or_default()
    }

    /// How many are of a kind.
    pub fn kind(&self, kind: EntryKind) -> usize {
        self.kinds.get(&kind).copied().unwrap_or_default()
    }

    /// How many are due on a day.
    pub fn day(&self, day: NaiveDate) -> usize {
        self.days.get(&day).copied().unwrap_or_default()
    }
}
