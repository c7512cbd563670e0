//! How far a device has read the arrivals.

use std::fmt;
use std::str::FromStr;

use super::mark::Mark;

/// A cursor that was not made here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor of this endpoint: {0:?}")]
pub struct BadCursor(String);

/// Where a listing begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// With what came at this moment, in milliseconds since 1970-01-01 UTC.
    From(u64),
    /// Behind this mark.
    After(Mark),
}

/// How far a device has read: empty, `<millis>` or `<millis>~<mark>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Where the next listing begins.
    pub place: Place,
    /// Where the listing after this round begins, if the round is not over. It is as early as the round's first page
    /// demands: what arrives behind the page that is read is found by the next round.
    pub next_round: Option<u64>,
}

impl Place {
    /// The moment from which on a mark may lie there.
    pub fn at(&self) -> u64 {
        match self {
            Self::From(at) => *at,
            Self::After(mark) => mark.at,
        }
    }

    /// Whether the mark lies there.
    pub fn is_before(&self, mark: &Mark) -> bool {
        match self {
            Self::From(at) => mark.at >= *at,
            Self::After(last) => mark > last,
        }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.place, self.next_round) {
            (Place::After(mark), Some(next_round)) => write!(f, "{next_round}~{mark}"),
            (place, _) => write!(f, "{}", place.at()),
        }
    }
}

impl FromStr for Cursor {
    type Err = BadCursor;
    fn from_str(text: &str) -> Result<Self, BadCursor> {
        if text.is_empty() {
            return Ok(Self { place: Place::From(0), next_round: None });
        }
        let bad = || BadCursor(text.chars().take(200).collect());
        let (at, mark) = text.split_once('~').map_or((text, None), |(at, mark)| (at, Some(mark)));
        let at = at.parse().map_err(|_| bad())?;
        match mark {
            None => Ok(Self { place: Place::From(at), next_round: None }),
            Some(mark) => Ok(Self { place: Place::After(mark.parse().map_err(|_| bad())?), next_round: Some(at) }),
        }
    }
}
