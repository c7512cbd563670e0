//! What was decided about one file, remembered for the next with the same headings: columns, rules, and when.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::mapping::{Mapping, Profile, Use};
use super::outcome::{BadCell, Blanks, Decision, Decisions, MatchBy, Options, Writes};
use crate::dictionary::{Dictionary, field_type};
use crate::key::Key;

/// The most files remembered; the one used longest ago goes first.
const MOST: usize = 20;

/// The rules of an import that hold for the next file too: all but its name, its tag and what was said of single rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rules {
    /// What becomes of a row with a cell that cannot be read.
    pub bad_cells: BadCell,
    /// For rows that are certainly the same customer, under another code.
    pub certain: Decision,
    /// For rows that may be the same customer.
    pub suspected: Decision,
    /// Whether records are added, updated, or both.
    pub writes: Writes,
    /// What a row and a record are the same by.
    pub match_by: MatchBy,
    /// What an empty cell does to a known record.
    pub blanks: Blanks,
}

impl Default for Rules {
    fn default() -> Self {
        Options::default().rules()
    }
}

impl Options {
    /// The rules among the options.
    pub fn rules(&self) -> Rules {
        let Decisions { certain, suspected, .. } = self.decisions;
        let Self { bad_cells, writes, match_by, blanks, .. } = *self;
        Rules { bad_cells, certain, suspected, writes, match_by, blanks }
    }

    /// Takes these rules; what was said of single rows stays.
    pub fn follow(&mut self, rules: Rules) {
        let Rules { bad_cells, certain, suspected, writes, match_by, blanks } = rules;
        (self.bad_cells, self.writes, self.match_by, self.blanks) = (bad_cells, writes, match_by, blanks);
        (self.decisions.certain, self.decisions.suspected) = (certain, suspected);
    }
}

/// What is known about files with one set of headings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remembered {
    /// What each column is.
    pub profile: Profile,
    /// The rules of the last import; the usual ones before there was any.
    #[serde(default)]
    pub rules: Rules,
    /// The day of the last import, as `2026-11-03`; `None` while such a file was only looked at.
    #[serde(default)]
    pub imported: Option<String>,
}

impl From<Profile> for Remembered {
    fn from(profile: Profile) -> Self {
        Self { profile, rules: Rules::default(), imported: None }
    }
}

impl Remembered {
    /// What stands in a stored list, the latest first. What cannot be read is passed over: it is only a convenience.
    pub fn read(text: &str) -> Vec<Self> {
        let stored: Vec<Box<RawValue>> = serde_json::from_str(text).unwrap_or_default();
        let read = |entry: &str| {
            // At first there were columns only.
            serde_json::from_str(entry).or_else(|_| serde_json::from_str::<Profile>(entry).map(Self::from)).ok()
        };
        stored.iter().filter_map(|entry| read(entry.get())).take(MOST).collect()
    }

    /// The entry for a file with these headings, if all it names is still there.
    pub fn find<'a>(all: &'a [Self], dictionary: &Dictionary, kind: Key, headers: &[String]) -> Option<&'a Self> {
        all.iter().find(|it| it.profile.kind == kind && it.profile.fits(headers) && it.is_sound(dictionary))
    }

    /// `all` with this entry in the place of the one for the same headings.
    pub fn kept(self, mut all: Vec<Self>) -> Vec<Self> {
        all.retain(|other| !other.is_about_the_same(&self.profile));
        all.insert(0, self);
        all.truncate(MOST);
        all
    }

    /// Whether it is about the same kind of record and the same headings.
    pub fn is_about_the_same(&self, other: &Profile) -> bool {
        self.profile.kind == other.kind && self.profile.uses.keys().eq(other.uses.keys())
    }

    /// The day of the last import.
    pub fn day(&self) -> Option<NaiveDate> {
        self.imported.as_deref()?.parse().ok()
    }

    /// Whether every field it names exists; a column would otherwise be left out without a word.
    fn is_sound(&self, dictionary: &Dictionary) -> bool {
        self.profile.uses.values().all(|decided| match decided {
            Use::Field(target) => dictionary.kind(target.kind).and_then(|kind| kind.field(target.field)).is_some(),
            Use::Typed { label, notation } => !label.trim().is_empty() && field_type(notation).is_ok(),
            Use::Custom(label) => !label.trim().is_empty(),
            Use::Ignore => true,
        })
    }
}

impl Mapping {
    /// The way of recognising records that the columns allow: the one asked for, else the usual one.
    pub fn allowed(&self, match_by: MatchBy) -> MatchBy {
        let needed = super::run::chosen_field(match_by);
        let has = |decided: &Use| matches!(decided, Use::Field(it) if it.kind == self.kind && it.field == needed);
        if self.uses.iter().any(has) { match_by } else { MatchBy::Usual }
    }
}
