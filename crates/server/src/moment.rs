//! When a command takes place: as told, so that the same input gives the same bytes, else now.

use std::str::FromStr;
use std::time::{SystemTime, UNIX_EPOCH};

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use kehu_domain::calendar::civil;

/// Shanghai lies eight hours ahead of UTC, all year round.
const SHANGHAI: TimeDelta = TimeDelta::hours(8);

/// A moment, in milliseconds since 1970-01-01 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment(pub u64);

/// A text that is no moment.
#[derive(Debug, thiserror::Error)]
#[error("a moment is written as 2026-11-24T10:20 or 2026-11-24T10:20:30.123, in the time of Shanghai")]
pub struct BadMoment;

impl Moment {
    /// The present moment.
    pub fn now() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(u64::try_from(since.as_millis()).unwrap_or_default())
    }

    /// The day it is in Shanghai.
    pub fn day(self) -> NaiveDate {
        civil(self.0).date()
    }
}

impl FromStr for Moment {
    type Err = BadMoment;

    fn from_str(text: &str) -> Result<Self, BadMoment> {
        let forms = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S%.f"];
        let told = forms.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok()).ok_or(BadMoment)?;
        let utc = told.checked_sub_signed(SHANGHAI).ok_or(BadMoment)?.and_utc();
        u64::try_from(utc.timestamp_millis()).map(Self).map_err(|_| BadMoment)
    }
}

/// Reads a node: 1 to 12 hexadecimal digits.
///
/// # Errors
/// When it is none; the text says what one looks like.
pub fn node(text: &str) -> Result<u64, String> {
    let is_node = (1..=12).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    u64::from_str_radix(text, 16)
        .ok()
        .filter(|_| is_node)
        .ok_or_else(|| "a node is 1 to 12 hexadecimal digits".to_owned())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_one_of_shanghai() {
        let read = |text: &str| text.parse::<Moment>().map(|moment| moment.0).ok();
        assert_eq!(read("1970-01-01T08:00"), Some(0));
        assert_eq!(read("2026-11-24T10:20:30.123"), Some(1_795_486_830_123));
        assert_eq!(read("2026-11-24T00:30").map(|at| Moment(at).day().to_string()).unwrap(), "2026-11-24");
        for bad in ["", "1969-01-01T00:00", "2026-11-24", "2026-02-30T10:00", "2026-11-24T10:20Z", "10:20"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_node_is_hexadecimal() {
        assert_eq!(node("00ff"), Ok(255));
        for bad in ["", "xyz", "+1", "1234567890abc"] {
            assert!(node(bad).is_err(), "{bad}");
        }
    }
}
