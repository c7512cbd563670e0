//! Names of workspaces, devices and files at an endpoint, and of the tokens that open it.

use std::fmt;
use std::str::FromStr;

use kehu_domain::stamp::Stamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

/// What every file's name ends with.
const ENDING: &str = ".kehu";

/// A text that is no name of its sort.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the name of a {what}: {text:?}")]
pub struct BadName {
    what: &'static str,
    text: String,
}

impl BadName {
    fn new(what: &'static str, text: &str) -> Self {
        Self { what, text: text.chars().take(120).collect() }
    }
}

fn is_word(text: &str, lengths: std::ops::RangeInclusive<usize>, others: &[u8]) -> bool {
    lengths.contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || others.contains(&byte))
}

macro_rules! as_text {
    ($name:ident) => {
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

macro_rules! word {
    ($(#[$doc:meta])* $name:ident, $what:literal, $lengths:expr, $others:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl FromStr for $name {
            type Err = BadName;
            fn from_str(text: &str) -> Result<Self, BadName> {
                if is_word(text, $lengths, $others) { Ok(Self(text.into())) } else { Err(BadName::new($what, text)) }
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        as_text!($name);
    };
}

word!(
    /// A company's place at an endpoint: 1 to 40 characters of `a-z0-9-`.
    Workspace,
    "workspace",
    1..=40,
    b"-"
);
word!(
    /// A device at an endpoint, by the name of its token: 4 to 16 characters of `a-z0-9`.
    Device,
    "device",
    4..=16,
    b""
);

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sort {
    /// Changes a device made.
    Changes,
    /// Changes of several files, gathered by a compaction; nobody reads it unless an index says so.
    Part,
    /// Which files a compaction covers, and the parts that hold what they held.
    Index,
    /// What makes a key from the passphrase.
    Key,
}

impl Sort {
    const ALL: [Self; 4] = [Self::Changes, Self::Part, Self::Index, Self::Key];

    fn letter(self) -> &'static str {
        match self {
            Self::Changes => "c",
            Self::Part => "p",
            Self::Index => "i",
            Self::Key => "k",
        }
    }
}

/// The SHA-256 of a file's bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; 32]);

impl Hash {
    /// Of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The hash's bytes.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Hash {
    type Err = BadName;
    fn from_str(text: &str) -> Result<Self, BadName> {
        let bad = || BadName::new("hash", text);
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)) {
            return Err(bad());
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| bad())?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| bad())?;
        }
        Ok(Self(bytes))
    }
}

/// A file's name within the folder of its device: `<stamp>-<sort>-<sha256>.kehu`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileName {
    /// Of changes the newest stamp inside, of other files the moment they were written.
    pub stamp: Stamp,
    /// What it holds.
    pub sort: Sort,
    /// Of its bytes.
    pub hash: Hash,
}

impl FileName {
    /// The name of these bytes.
    pub fn of(bytes: &[u8], sort: Sort, stamp: Stamp) -> Self {
        Self { stamp, sort, hash: Hash::of(bytes) }
    }

    /// Whether the name is that of these bytes.
    pub fn fits(&self, bytes: &[u8]) -> bool {
        self.hash == Hash::of(bytes)
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}{ENDING}", self.stamp, self.sort.letter(), self.hash)
    }
}

impl FromStr for FileName {
    type Err = BadName;
    fn from_str(text: &str) -> Result<Self, BadName> {
        let read = || {
            let mut pieces = text.strip_suffix(ENDING)?.split('-');
            let stamp = pieces.next()?.parse().ok()?;
            let letter = pieces.next()?;
            let sort = Sort::ALL.into_iter().find(|sort| sort.letter() == letter)?;
            let hash = pieces.next()?.parse().ok()?;
            pieces.next().is_none().then_some(Self { stamp, sort, hash })
        };
        read().ok_or_else(|| BadName::new("file", text))
    }
}
as_text!(FileName);

/// A file's whole name at an endpoint: `<device>/<file>`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name {
    /// Who put it there.
    pub device: Device,
    /// The file within the device's folder.
    pub file: FileName,
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.device, self.file)
    }
}

impl FromStr for Name {
    type Err = BadName;
    fn from_str(text: &str) -> Result<Self, BadName> {
        let (device, file) = text.split_once('/').ok_or_else(|| BadName::new("file", text))?;
        Ok(Self { device: device.parse()?, file: file.parse()? })
    }
}
as_text!(Name);

/// What opens one workspace to one device: `kehu.<workspace>.<device>.<secret>`.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    /// The one workspace it opens.
    pub workspace: Workspace,
    /// Whose it is.
    pub device: Device,
    secret: String,
}

/// How many characters the secret has: 32 bytes in hexadecimal digits.
const SECRET_CHARS: usize = 64;

impl Token {
    /// A token with a secret of these bytes, which must come fresh from the system's random source.
    pub fn new(workspace: Workspace, device: Device, secret: [u8; 32]) -> Self {
        Self { workspace, device, secret: Hash(secret).to_string() }
    }

    /// What is kept of it at the endpoint. The secret is random and long, so a plain hash gives nothing away.
    pub fn hash(&self) -> Hash {
        Hash::of(self.to_string().as_bytes())
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "kehu.{}.{}.{}", self.workspace, self.device, self.secret)
    }
}

impl fmt::Debug for Token {
    /// Without the secret: a token must not reach a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "kehu.{}.{}.…", self.workspace, self.device)
    }
}

impl FromStr for Token {
    type Err = BadName;
    /// The text itself is not repeated by the error.
    fn from_str(text: &str) -> Result<Self, BadName> {
        let read = || {
            let mut pieces = text.trim().split('.');
            let is_ours = pieces.next()? == "kehu";
            let (workspace, device) = (pieces.next()?.parse().ok()?, pieces.next()?.parse().ok()?);
            let secret = pieces.next()?;
            let is_secret = secret.len() == SECRET_CHARS && secret.parse::<Hash>().is_ok();
            (is_ours && is_secret && pieces.next().is_none()).then(|| Self { workspace, device, secret: secret.into() })
        };
        read().ok_or_else(|| BadName::new("token", ""))
    }
}
as_text!(Token);

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn name() -> Name {
        let file = FileName::of(b"abc", Sort::Index, Stamp::new(1_764_000_000_000, 3, 9));
        Name { device: "d4k2".parse().unwrap(), file }
    }

    #[test]
    fn a_name_is_read_as_it_is_written() {
        let text = name().to_string();
        assert!(text.ends_with("-i-ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad.kehu"), "{text}");
        assert_eq!(text.parse::<Name>().unwrap(), name());
        assert!(name().file.fits(b"abc") && !name().file.fits(b"abd"));
    }

    #[test]
    fn what_leads_elsewhere_is_no_name() {
        let text = name().to_string();
        let others = [
            text.replace('/', "//"),
            text.replace("d4k2", ".."),
            text.replace("-i-", "-x-"),
            text.replace("ba78", "BA78"),
            text.replace(".kehu", ".kehu/"),
            text.replace(".kehu", ""),
            format!("{text}-c"),
            text.replace("d4k2/", ""),
            "é".repeat(100),
        ];
        for text in others {
            assert!(text.parse::<Name>().is_err(), "{text}");
        }
        for text in ["", "..", "a/b", "ACME", &"a".repeat(41)] {
            assert!(text.parse::<Workspace>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_token_keeps_its_secret_to_itself() {
        let token = Token::new("acme".parse().unwrap(), "d4k2".parse().unwrap(), [0xAB; 32]);
        assert_eq!(token.to_string().parse::<Token>().unwrap(), token);
        assert!(!format!("{token:?}").contains("abab"));
        let bad = format!("{token}x").parse::<Token>().unwrap_err();
        assert!(!bad.to_string().contains("abab"));
    }
}
