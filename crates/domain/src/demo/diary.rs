//! The days of the demo company: what was written down when, then made into changes in that order.

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, Weekday};

use crate::book::Book;
use crate::change::{Cells, Change};
use crate::key::Key;
use crate::stamp::{Clock, RecordId, Stamp};
use crate::value::Value;

/// Asia/Shanghai is eight hours ahead of UTC all year.
const SHANGHAI_MS: i64 = 8 * 60 * 60 * 1000;
/// The node that names the records; the staff's own nodes follow it.
const NAMING_NODE: u64 = 0x00de_0000_0000;

/// Fields to set.
pub(super) type Fields = Vec<(Key, Value)>;

/// One record written at one moment.
struct Entry {
    at_ms: u64,
    /// Entries of one number are one act.
    act: usize,
    by: RecordId,
    kind: Key,
    record: RecordId,
    fields: Fields,
    /// Whether the record is written again later.
    is_kept: bool,
}

/// Everything written down so far, in any order.
pub(super) struct Diary {
    entries: Vec<Entry>,
    names: Clock,
    acts: usize,
    pub today: NaiveDate,
    wall_ms: u64,
}

impl Diary {
    pub fn new(today: NaiveDate, wall_ms: u64) -> Self {
        Self { entries: Vec::new(), names: Clock::new(NAMING_NODE), acts: 0, today, wall_ms }
    }

    /// A name for a record.
    pub fn name(&mut self) -> RecordId {
        // All names come from one millisecond and its successors, before anything was written.
        self.names.record_id(self.wall_ms.saturating_sub(4 * 366 * 24 * 60 * 60 * 1000))
    }

    /// Begins a new act: what is written until the next one belongs together.
    pub fn act(&mut self) {
        self.acts += 1;
    }

    /// Writes a record that stays as it is.
    pub fn write(&mut self, at: NaiveDateTime, by: RecordId, kind: Key, record: RecordId, fields: Fields) {
        self.push(at, by, kind, record, fields, false);
    }

    /// Writes a record that is written again, before or after.
    pub fn rewrite(&mut self, at: NaiveDateTime, by: RecordId, kind: Key, record: RecordId, fields: Fields) {
        self.push(at, by, kind, record, fields, true);
    }

    fn push(&mut self, at: NaiveDateTime, by: RecordId, kind: Key, record: RecordId, fields: Fields, is_kept: bool) {
        let at_ms = u64::try_from(at.and_utc().timestamp_millis() - SHANGHAI_MS).unwrap_or(0).min(self.wall_ms);
        let fields = fields.into_iter().filter(|(_, value)| !value.is_blank()).collect();
        self.entries.push(Entry { at_ms, act: self.acts, by, kind, record, fields, is_kept });
    }

    /// The changes in their order, each by its author's own device.
    pub fn into_changes(mut self, staff: &[RecordId]) -> Vec<Change> {
        self.entries.sort_by_key(|entry| (entry.at_ms, entry.act));
        let mut clocks: Vec<Clock> =
            (0..=staff.len() as u64).map(|number| Clock::new(NAMING_NODE + 1 + number)).collect();
        let mut written = Book::new();
        let mut changes = Vec::with_capacity(self.entries.len());
        let mut act = None;
        let mut last = Stamp::ZERO;
        for entry in self.entries {
            let node = staff.iter().position(|member| *member == entry.by).map_or(0, |place| place + 1);
            let Some(clock) = clocks.get_mut(node) else { continue };
            // Everybody has seen what was written before, so no two people clash.
            let _ = clock.observe(last, entry.at_ms);
            let stamp = clock.tick(entry.at_ms);
            last = stamp;
            let act = match act {
                Some((number, by, stamp)) if number == entry.act && by == entry.by => stamp,
                _ => {
                    act = Some((entry.act, entry.by, stamp));
                    stamp
                }
            };
            let before = written.get(entry.record);
            let over: Cells<Vec<_>> =
                entry.fields.iter().filter_map(|(key, _)| Some((*key, vec![before?.written(*key)?.stamp]))).collect();
            let set = entry.fields.into_iter().collect();
            let change = Change { stamp, act, by: entry.by, kind: entry.kind, record: entry.record, set, over };
            if entry.is_kept {
                written.insert(change.clone());
            }
            changes.push(change);
        }
        changes.sort_unstable();
        changes
    }
}

/// `days` before or, when negative, after a day.
pub(super) fn before(day: NaiveDate, days: i64) -> NaiveDate {
    let count = Days::new(days.unsigned_abs());
    let moved = if days >= 0 { day.checked_sub_days(count) } else { day.checked_add_days(count) };
    moved.unwrap_or(day)
}

/// The day itself, or the Friday before a weekend.
pub(super) fn weekday(day: NaiveDate) -> NaiveDate {
    match day.weekday() {
        Weekday::Sat => before(day, 1),
        Weekday::Sun => before(day, 2),
        _ => day,
    }
}

/// The day itself, or the Monday after a weekend.
pub(super) fn weekday_after(day: NaiveDate) -> NaiveDate {
    match day.weekday() {
        Weekday::Sat => before(day, -2),
        Weekday::Sun => before(day, -1),
        _ => day,
    }
}

/// A moment of a day; minutes count from midnight.
pub(super) fn at(day: NaiveDate, minute: i64) -> NaiveDateTime {
    let seconds = u32::try_from(minute.clamp(0, 24 * 60 - 1) * 60).unwrap_or(0);
    day.and_time(NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0).unwrap_or_default())
}
