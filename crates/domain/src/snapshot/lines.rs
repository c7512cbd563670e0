//! A set of changes as canonical lines: for writing and proving a copy without holding the records.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::{Extent, Header, Part};
use crate::change::{Change, FORGOTTEN};
use crate::stamp::{RecordId, Stamp};
use crate::value::Value;

/// A line that is no change.
#[derive(Debug, thiserror::Error)]
#[error("a line is no change: {0}")]
pub struct BadLine(serde_json::Error);

/// Changes as lines, each once, in canonical order: what [`crate::book::Book::changes`] would give.
///
/// Lines are gathered in any order, settled once, and read as often as is wanted.
#[derive(Default)]
pub struct Lines {
    extent: Extent,
    text: Vec<u8>,
    places: Vec<Line>,
    /// Where a person was forgotten, by record: what is older of it goes.
    forgotten: HashMap<RecordId, Stamp>,
}

/// Where a line lies.
#[derive(Clone, Copy)]
struct Line {
    stamp: Stamp,
    start: usize,
    end: usize,
}

impl Lines {
    /// None yet, for a copy of this extent.
    pub fn new(extent: Extent) -> Self {
        Self { extent, ..Self::default() }
    }

    /// Gathers the change written in `line`, unless it lies outside the extent, and gives it.
    ///
    /// # Errors
    /// When it cannot be read; it is left out then.
    pub fn add(&mut self, line: &[u8]) -> Result<Change, BadLine> {
        let change: Change = serde_json::from_slice(line).map_err(BadLine)?;
        if change.set.get(FORGOTTEN) == Some(&Value::Bool(true)) {
            self.forget(change.record, change.stamp);
        }
        if self.extent.admits(&change) {
            let start = self.text.len();
            put_line(&mut self.text, &change);
            self.places.push(Line { stamp: change.stamp, start, end: self.text.len() });
        }
        Ok(change)
    }

    /// Leaves out, when they are settled, what is older than `marker` of a record that was forgotten elsewhere.
    pub fn forget(&mut self, record: RecordId, marker: Stamp) {
        let latest = self.forgotten.entry(record).or_insert(marker);
        *latest = marker.max(*latest);
    }

    /// The latest marker of forgetting.
    pub fn last_forgotten(&self) -> Stamp {
        self.forgotten.values().copied().max().unwrap_or(Stamp::ZERO)
    }

    /// Puts them in order, each once, without what was forgotten.
    pub fn settle(&mut self) {
        let mut places = std::mem::take(&mut self.places);
        places.sort_unstable_by(|one, other| one.stamp.cmp(&other.stamp).then_with(|| self.compare(*one, *other)));
        places.dedup_by(|one, other| self.at(*one) == self.at(*other));
        if !self.forgotten.is_empty() {
            places.retain(|line| !self.is_forgotten(*line));
        }
        self.places = places;
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// How many bytes they have.
    pub fn bytes(&self) -> usize {
        self.places.iter().map(|line| line.end - line.start).sum()
    }

    /// The header of a backup of them.
    pub fn header(&self, workspace: &str) -> Header {
        Header {
            workspace: workspace.to_owned(),
            newest: self.places.last().map_or(Stamp::ZERO, |line| line.stamp),
            count: self.places.len(),
            without: self.extent.without(),
        }
    }

    /// The lines from place `from` on.
    pub fn from(&self, from: usize) -> impl Iterator<Item = &[u8]> {
        self.places.iter().skip(from).map(|line| self.at(*line))
    }

    /// Whether a part of a backup holds just the lines from place `from` on.
    pub fn agree(&self, from: usize, part: &Part) -> bool {
        from + part.count() <= self.len() && self.from(from).zip(part.lines()).all(|(ours, theirs)| ours == theirs)
    }

    fn at(&self, line: Line) -> &[u8] {
        self.text.get(line.start..line.end).unwrap_or_default()
    }

    /// The order of two lines of one stamp: that of their changes.
    fn compare(&self, one: Line, other: Line) -> Ordering {
        let read = |line| serde_json::from_slice::<Change>(self.at(line)).ok();
        if self.at(one) == self.at(other) { Ordering::Equal } else { read(one).cmp(&read(other)) }
    }

    fn is_forgotten(&self, line: Line) -> bool {
        let change = serde_json::from_slice::<Change>(self.at(line)).ok();
        let marker = change.and_then(|change| self.forgotten.get(&change.record));
        marker.is_some_and(|marker| line.stamp < *marker)
    }
}

/// Puts the canonical line of a change, without its end, to the end of `text`.
pub(super) fn put_line(text: &mut Vec<u8>, change: &Change) {
    // Writing into memory cannot fail, and a change has no content JSON could refuse.
    let _ = serde_json::to_writer(text, change);
}
