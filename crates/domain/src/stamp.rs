//! When and where a change was made, as fixed-width text that sorts; and the clock that gives it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

/// How far ahead of our clock a foreign stamp may lie before it is set aside, in milliseconds (24 h).
pub const MAX_AHEAD_MS: u64 = 24 * 60 * 60 * 1000;

const MILLIS_BITS: u32 = 48;
const COUNTER_BITS: u32 = 24;
const NODE_BITS: u32 = 48;
const MAX_MILLIS: u64 = (1 << MILLIS_BITS) - 1;
const MAX_COUNTER: u32 = (1 << COUNTER_BITS) - 1;
const TEXT_LEN: usize = 24;
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// 120 bits, written as 24 characters of base 32 that sort like the number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
struct Code {
    high: u64,
    low: u64,
}

impl Code {
    fn from_bits(bits: u128) -> Self {
        Self { high: (bits >> 64) as u64, low: bits as u64 }
    }

    fn bits(self) -> u128 {
        u128::from(self.high) << 64 | u128::from(self.low)
    }

    fn text(self) -> [u8; TEXT_LEN] {
        let bits = self.bits();
        std::array::from_fn(|place| {
            let shift = 5 * (TEXT_LEN - 1 - place);
            ALPHABET[(bits >> shift) as usize & 31]
        })
    }

    fn parse(text: &str) -> Option<Self> {
        if text.len() != TEXT_LEN {
            return None;
        }
        text.bytes().try_fold(0u128, |bits, byte| Some(bits << 5 | u128::from(digit(byte)?))).map(Self::from_bits)
    }
}

/// The value of one base-32 digit; `None` for any other byte.
const fn digit(byte: u8) -> Option<u8> {
    Some(match byte {
        b'0'..=b'9' => byte - b'0',
        b'a'..=b'h' => byte - b'a' + 10,
        b'j' | b'k' => byte - b'j' + 18,
        b'm' | b'n' => byte - b'm' + 20,
        b'p'..=b't' => byte - b'p' + 22,
        b'v'..=b'z' => byte - b'v' + 27,
        _ => return None,
    })
}

/// A text that is no stamp or id: not 24 characters of the base-32 alphabet.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a 24-character stamp or id: {0:?}")]
pub struct BadCode(String);

macro_rules! code_type {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let text = self.0.text();
                f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
        impl FromStr for $name {
            type Err = BadCode;
            fn from_str(text: &str) -> Result<Self, BadCode> {
                Code::parse(text).map(Self).ok_or_else(|| BadCode(text.chars().take(40).collect()))
            }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let text = self.0.text();
                serializer.serialize_str(std::str::from_utf8(&text).unwrap_or_default())
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Visitor;
                impl serde::de::Visitor<'_> for Visitor {
                    type Value = $name;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str("24 characters of base 32")
                    }
                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$name, E> {
                        text.parse().map_err(E::custom)
                    }
                }
                deserializer.deserialize_str(Visitor)
            }
        }
    };
}

/// The moment of a change: wall-clock milliseconds, a counter, and the node that made it.
///
/// A node is one run of the app in one tab; it takes a random number at every start, so two tabs,
/// a restored backup or a copied browser profile never share one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Stamp(Code);
code_type!(Stamp);

/// The name of a record, given once when it is made; it has the form of a stamp and never changes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct RecordId(Code);
code_type!(RecordId);

impl Stamp {
    /// The stamp before all others; no change carries it.
    pub const ZERO: Self = Self(Code { high: 0, low: 0 });

    /// A stamp from its parts; each is cut to its width (48, 24 and 48 bits).
    pub fn new(millis: u64, counter: u32, node: u64) -> Self {
        let millis = u128::from(millis & MAX_MILLIS);
        let counter = u128::from(counter & MAX_COUNTER);
        let node = u128::from(node & ((1 << NODE_BITS) - 1));
        Self(Code::from_bits(millis << (COUNTER_BITS + NODE_BITS) | counter << NODE_BITS | node))
    }

    /// Milliseconds since 1970-01-01 UTC.
    pub fn millis(self) -> u64 {
        (self.0.bits() >> (COUNTER_BITS + NODE_BITS)) as u64 & MAX_MILLIS
    }

    /// The count of changes within that millisecond.
    pub fn counter(self) -> u32 {
        (self.0.bits() >> NODE_BITS) as u32 & MAX_COUNTER
    }

    /// The node that made it.
    pub fn node(self) -> u64 {
        self.0.bits() as u64 & ((1 << NODE_BITS) - 1)
    }
}

impl RecordId {
    /// A number below `parts` by which ids spread evenly, those made one after the other too.
    pub(crate) fn spread(self, parts: usize) -> usize {
        const ODD: u64 = 0x9E37_79B9_7F4A_7C15;
        let mixed = (self.0.high.wrapping_mul(ODD) ^ self.0.low).wrapping_mul(ODD);
        (((mixed >> 32) * parts as u64) >> 32) as usize
    }

    /// The id of a record that exists once in every workspace, such as its settings.
    pub const fn fixed(number: u32) -> Self {
        Self(Code { high: 0, low: number as u64 })
    }

    /// The id of a record that every device names alike, such as the care of one birthday: 120 bits of a hash.
    pub fn named(name: &str) -> Self {
        let digest = Sha256::digest(name);
        let bits = digest.iter().take(15).fold(0_u128, |bits, byte| (bits << 8) | u128::from(*byte));
        Self(Code::from_bits(bits))
    }
}

impl From<Stamp> for RecordId {
    fn from(stamp: Stamp) -> Self {
        Self(stamp.0)
    }
}

/// A stamp lies so far ahead that its clock must be wrong; see [`MAX_AHEAD_MS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("stamp {0} is more than 24 hours ahead")]
pub struct TooFarAhead(pub Stamp);

/// A hybrid logical clock: never goes back, even when the wall clock does.
#[derive(Clone, Debug)]
pub struct Clock {
    millis: u64,
    counter: u32,
    node: u64,
}

impl Clock {
    /// A clock for `node` (its low 48 bits) that has seen nothing yet.
    pub fn new(node: u64) -> Self {
        Self { millis: 0, counter: 0, node }
    }

    /// The next stamp, later than every one given or observed before.
    pub fn tick(&mut self, wall_ms: u64) -> Stamp {
        if wall_ms > self.millis {
            (self.millis, self.counter) = (wall_ms, 0);
        } else if self.counter < MAX_COUNTER {
            self.counter += 1;
        } else {
            (self.millis, self.counter) = (self.millis + 1, 0);
        }
        Stamp::new(self.millis, self.counter, self.node)
    }

    /// A fresh name for a record.
    pub fn record_id(&mut self, wall_ms: u64) -> RecordId {
        self.tick(wall_ms).into()
    }

    /// Takes note of a stamp from elsewhere, so that ours come after it.
    ///
    /// # Errors
    /// [`TooFarAhead`] when it lies more than [`MAX_AHEAD_MS`] past `wall_ms`; the clock stays as it is.
    pub fn observe(&mut self, stamp: Stamp, wall_ms: u64) -> Result<(), TooFarAhead> {
        if stamp.millis() > wall_ms.saturating_add(MAX_AHEAD_MS) {
            return Err(TooFarAhead(stamp));
        }
        if (stamp.millis(), stamp.counter()) > (self.millis, self.counter) {
            (self.millis, self.counter) = (stamp.millis(), stamp.counter());
        }
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        #[test]
        fn a_stamp_survives_its_text_and_sorts_like_it(
            a in (0..=MAX_MILLIS, 0..=MAX_COUNTER, 0..1u64 << NODE_BITS),
            b in (0..=MAX_MILLIS, 0..=MAX_COUNTER, 0..1u64 << NODE_BITS),
        ) {
            let (x, y) = (Stamp::new(a.0, a.1, a.2), Stamp::new(b.0, b.1, b.2));
            prop_assert_eq!(x.to_string().parse::<Stamp>().unwrap(), x);
            prop_assert_eq!((x.millis(), x.counter(), x.node()), a);
            prop_assert_eq!(x.cmp(&y), x.to_string().cmp(&y.to_string()));
            prop_assert_eq!(x.cmp(&y), a.cmp(&b));
        }

        #[test]
        fn a_clock_never_goes_back(walls in prop::collection::vec(0..10_000u64, 1..50)) {
            let mut clock = Clock::new(7);
            let mut last = Stamp::ZERO;
            for wall in walls {
                let next = clock.tick(wall);
                prop_assert!(next > last);
                last = next;
            }
        }
    }

    #[test]
    fn a_full_counter_moves_to_the_next_millisecond() {
        let mut clock = Clock { millis: 5, counter: MAX_COUNTER, node: 1 };
        assert_eq!(clock.tick(5), Stamp::new(6, 0, 1));
    }

    #[test]
    fn a_stamp_from_the_far_future_does_not_move_the_clock() {
        let mut clock = Clock::new(1);
        let far = Stamp::new(MAX_AHEAD_MS + 1_001, 0, 2);
        assert_eq!(clock.observe(far, 1_000), Err(TooFarAhead(far)));
        assert_eq!(clock.tick(1_000).millis(), 1_000);
        clock.observe(Stamp::new(2_000, 3, 2), 1_000).unwrap();
        assert_eq!(clock.tick(1_000), Stamp::new(2_000, 4, 1));
    }

    #[test]
    fn a_text_that_is_no_stamp_is_refused() {
        for text in ["", "0", "ILOU0000000000000000000!", "00000000000000000000000é"] {
            assert!(text.parse::<Stamp>().is_err(), "{text}");
        }
    }
}
