//! The mark of a file's arrival: an empty object whose name says when what came.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use chrono::DateTime;
use kehu_sync::name::{BadName, Name};
use kehu_sync::wire::Arrival;

/// `<millis, 13 digits>-<bytes>-<device>-<file>`, so that marks sort by time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// When the file came, by the clock of the instance that took it: milliseconds since 1970-01-01 UTC.
    pub at: u64,
    /// How many bytes it has.
    pub bytes: u64,
    /// What it is called.
    pub name: Name,
}

/// A mark as the storage has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The mark.
    pub mark: Mark,
    /// When the mark itself came to lie there, by the storage's clock.
    pub landed: u64,
}

/// The UTC day in which marks of this moment lie: `yyyymmdd`.
pub fn day(at: u64) -> String {
    let moment = i64::try_from(at).ok().and_then(DateTime::from_timestamp_millis).unwrap_or_default();
    moment.date_naive().format("%Y%m%d").to_string()
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:013}-{}-{}-{}", self.at, self.bytes, self.name.device, self.name.file)
    }
}

impl FromStr for Mark {
    type Err = BadMark;
    fn from_str(text: &str) -> Result<Self, BadMark> {
        let mut pieces = text.splitn(4, '-');
        let mut piece = || pieces.next().ok_or(BadMark);
        let (at, bytes) = (number(piece()?)?, number(piece()?)?);
        let (device, file) = (piece()?.parse()?, piece()?.parse()?);
        Ok(Self { at, bytes, name: Name { device, file } })
    }
}

fn number(text: &str) -> Result<u64, BadMark> {
    // A number that is not written as we write it would sort elsewhere.
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    if is_plain { text.parse().map_err(|_| BadMark) } else { Err(BadMark) }
}

impl Ord for Mark {
    /// As the storage sorts their names.
    fn cmp(&self, other: &Self) -> Ordering {
        self.at.cmp(&other.at).then_with(|| self.to_string().cmp(&other.to_string()))
    }
}

impl PartialOrd for Mark {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl From<&Mark> for Arrival {
    fn from(mark: &Mark) -> Self {
        Self { name: mark.name.clone(), bytes: mark.bytes, at: mark.at }
    }
}

/// A text that is no mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadMark;

impl From<BadName> for BadMark {
    fn from(_: BadName) -> Self {
        Self
    }
}
