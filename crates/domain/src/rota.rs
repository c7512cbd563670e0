//! The rota of a folder of copies: what they are called, which of them stay, and when the next one is due.

use chrono::{NaiveDate, NaiveDateTime};

/// How many copies of the present day stay.
const OF_TODAY: usize = 3;

/// From how many earlier days the last copy stays.
const EARLIER_DAYS: usize = 10;

/// How long after a copy the next one is made at the earliest, in milliseconds.
pub const INTERVAL_MS: u64 = 15 * 60 * 1000;

/// How long saving has to rest before a copy is made, in milliseconds.
pub const REST_MS: u64 = 60 * 1000;

/// The ending of a copy's name: a compressed backup.
const ENDING: &str = ".json.gz";

const TIME: &str = "%Y%m%d-%H%M%S";

/// What the copies of one workspace on one device are called: `kehu-<company>-<device>-<time>.json.gz`.
///
/// Only files of just that name are ever counted or deleted, so a folder may hold other things, and copies of other
/// companies and devices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    start: String,
}

impl Series {
    /// The copies of `company`, the identity of a workspace, made on `device`, a token of its own.
    ///
    /// Of both the first letters and digits count, so that the name is good on every file system.
    pub fn new(company: &str, device: &str) -> Self {
        let short =
            |text: &str, many| -> String { text.chars().filter(char::is_ascii_alphanumeric).take(many).collect() };
        Self { start: format!("kehu-{}-{}-", short(company, 8), short(device, 6)) }
    }

    /// The name of a copy made at `at`.
    pub fn name(&self, at: NaiveDateTime) -> String {
        format!("{}{}{ENDING}", self.start, at.format(TIME))
    }

    /// When the copy of that name was made; `None` for any file that is not of this series.
    pub fn time_of(&self, name: &str) -> Option<NaiveDateTime> {
        let time = name.strip_prefix(self.start.as_str())?.strip_suffix(ENDING)?;
        let at = NaiveDateTime::parse_from_str(time, TIME).ok()?;
        (self.name(at) == name).then_some(at)
    }

    /// The latest copy among `names` with its time.
    pub fn latest<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> Option<(NaiveDateTime, &'n str)> {
        names.into_iter().filter_map(|name| Some((self.time_of(name)?, name))).max()
    }

    /// Which of the files in the folder may go at `now`.
    ///
    /// The last three of today stay, the last one of each earlier day up to ten days with copies, and whatever is dated
    /// later than now: a clock was wrong then, and nobody knows which.
    pub fn surplus<'n>(&self, names: impl IntoIterator<Item = &'n str>, now: NaiveDateTime) -> Vec<&'n str> {
        let timed = names.into_iter().filter_map(|name| Some((self.time_of(name)?, name)));
        let mut past: Vec<_> = timed.filter(|(at, _)| *at <= now).collect();
        past.sort_unstable();
        past.dedup();
        let (mut of_today, mut days) = (0, 0);
        let mut last_day: Option<NaiveDate> = None;
        let mut surplus = Vec::new();
        for (at, name) in past.into_iter().rev() {
            let stays = if at.date() == now.date() {
                of_today += 1;
                of_today <= OF_TODAY
            } else if last_day == Some(at.date()) {
                false
            } else {
                last_day = Some(at.date());
                days += 1;
                days <= EARLIER_DAYS
            };
            if !stays {
                surplus.push(name);
            }
        }
        surplus.reverse();
        surplus
    }
}

/// Whether a copy should be made now; all moments in milliseconds since 1970-01-01 UTC.
///
/// There has to be something new, saving has to rest, and the last copy has to be some time ago; a last copy dated later
/// than now was dated by another clock and holds nothing up.
pub fn is_due(now_ms: u64, last_copy_ms: Option<u64>, last_save_ms: u64, new_changes: usize) -> bool {
    let is_past = |at_ms: u64, by_ms| at_ms > now_ms || now_ms - at_ms >= by_ms;
    new_changes > 0 && is_past(last_save_ms, REST_MS) && last_copy_ms.is_none_or(|at_ms| is_past(at_ms, INTERVAL_MS))
}

/// How old a copy may get, in milliseconds, and how much new work it may miss, before Today says so.
const OLD_MS: u64 = 7 * 24 * 60 * 60 * 1000;
const MUCH_NEW: usize = 200;

/// With how many changes a workspace is worth a first copy.
const FIRST_COPY: usize = 20;

/// A copy that was proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proven {
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at_ms: u64,
    /// How many changes the workspace had then.
    pub changes: usize,
}

/// Whether a person should be reminded of making a copy: the last one is old or misses much, and there is new work since.
pub fn is_overdue(now_ms: u64, last: Option<Proven>, changes: usize) -> bool {
    match last {
        None => changes > FIRST_COPY,
        Some(last) => {
            let new = changes.saturating_sub(last.changes);
            new >= MUCH_NEW || (new > 0 && now_ms.saturating_sub(last.at_ms) >= OLD_MS)
        }
    }
}
