//! Names of fields and kinds, kept once each so that a record costs little memory.

use std::collections::HashSet;
use std::fmt;
use std::sync::{OnceLock, RwLock};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The longest name a field or kind may have, in bytes.
pub const MAX_KEY_BYTES: usize = 64;

/// How many different names one run of the app keeps; a hostile file cannot fill memory with them.
const MAX_KEYS: usize = 100_000;

/// The name of a field, of a kind of record or of a choice, kept once for the whole run.
///
/// Two equal names share their text, so comparing and copying are cheap.
#[derive(Clone, Copy, PartialOrd, Ord)]
pub struct Key(&'static str);

/// Why a text cannot be a name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The text is empty.
    #[error("a name is empty")]
    Empty,
    /// The text is longer than [`MAX_KEY_BYTES`].
    #[error("a name is longer than {MAX_KEY_BYTES} bytes")]
    TooLong,
    /// More different names than any real workspace has.
    #[error("more than {MAX_KEYS} different names")]
    TooMany,
}

static KNOWN: OnceLock<RwLock<HashSet<&'static str>>> = OnceLock::new();

impl Key {
    /// A name the program itself spells out, at most [`MAX_KEY_BYTES`] long.
    ///
    /// Equality compares texts, so a constant equals the same name read from a file.
    pub const fn of(name: &'static str) -> Self {
        Self(name)
    }

    /// The name `text`, remembered for the rest of the run.
    ///
    /// # Errors
    /// When the text is empty, too long, or one of absurdly many.
    pub fn new(text: &str) -> Result<Self, KeyError> {
        if text.is_empty() {
            return Err(KeyError::Empty);
        }
        if text.len() > MAX_KEY_BYTES {
            return Err(KeyError::TooLong);
        }
        let known = KNOWN.get_or_init(|| RwLock::new(HashSet::new()));
        if let Some(name) = known.read().ok().and_then(|names| names.get(text).copied()) {
            return Ok(Self(name));
        }
        let mut names = known.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(name) = names.get(text) {
            return Ok(Self(name));
        }
        if names.len() >= MAX_KEYS {
            return Err(KeyError::TooMany);
        }
        let name: &'static str = Box::leak(text.to_owned().into_boxed_str());
        names.insert(name);
        Ok(Self(name))
    }

    /// The name as text.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0) || self.0 == other.0
    }
}

impl Eq for Key {}

impl std::hash::Hash for Key {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl PartialEq<str> for Key {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Key;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Key, E> {
                Key::new(text).map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_read_from_a_file_equals_the_constant() {
        assert_eq!(Key::new("name"), Ok(Key::of("name")));
        assert_ne!(Key::new("name"), Ok(Key::of("names")));
    }

    #[test]
    fn absurd_names_are_refused() {
        assert_eq!(Key::new(""), Err(KeyError::Empty));
        assert_eq!(Key::new(&"x".repeat(65)), Err(KeyError::TooLong));
    }
}
