//! What a device notes down about the endpoint, so that it goes on where it was.
//!
//! The memo is small and written anew; the log only grows, by one chunk for whatever was taken in or sent, and is drawn together
//! once it has many chunks. A note that is lost costs requests and no change: what is elsewhere is found out again.

use std::collections::{BTreeMap, HashMap};

use kehu_domain::arrival::Stamps;
use kehu_domain::stamp::{RecordId, Stamp};
use kehu_domain::value::Value;
use kehu_files::seal::{CompanyKey, KeyId};
use serde::{Deserialize, Serialize};

use crate::name::Name;
use crate::parcel::{Index, KeyFile, key_text};
use crate::status::Why;

/// Under which key the memo is noted.
pub const MEMO: &str = "sync/memo";

/// How many chunks the log may have before it is drawn together.
pub const MAX_CHUNKS: u32 = 64;

/// Under which key a chunk of the log is noted.
pub fn chunk_key(place: u32) -> String {
    format!("sync/log/{place}")
}

/// A file that was listed and is not taken in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Todo {
    /// How many bytes it has.
    pub bytes: u64,
    /// When it arrived, by the endpoint's clock.
    pub at: u64,
    /// How often it could not be used.
    #[serde(default)]
    pub tries: u32,
    /// Before this moment of the device's clock it is not asked for again.
    #[serde(default)]
    pub not_before: u64,
    /// Why it could not be used, the last time.
    #[serde(default)]
    pub why: Option<Why>,
    /// How many of its changes are dated too far ahead, and who made the first of them; the file waits for their time.
    #[serde(default)]
    pub ahead: Option<(u64, RecordId)>,
    /// It is not there any more; an index will say where its content is.
    #[serde(default)]
    pub is_gone: bool,
}

/// A key file and when it arrived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyNote {
    pub name: Name,
    pub at: u64,
    pub file: KeyFile,
}

/// An index and what sealed it, and so its parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexNote {
    pub index: Index,
    #[serde(with = "key_text")]
    pub key: KeyId,
}

/// What a device notes down.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memo {
    /// Up to where arrivals are known.
    pub cursor: String,
    /// Whether all arrivals were taken in at least once.
    pub is_settled: bool,
    /// The company whose files lie there.
    pub company: Option<String>,
    /// Keys that were opened with the passphrase.
    pub opened: BTreeMap<String, String>,
    /// All keys there are.
    pub keys: Vec<KeyNote>,
    /// Files that are to be taken in.
    pub todo: BTreeMap<Name, Todo>,
    /// Indexes that are read but whose content is not wholly here.
    pub indexes: BTreeMap<Name, IndexNote>,
    /// Since when something has been waiting to go: milliseconds of the device's clock.
    pub since: Option<u64>,
    /// The day on which covered files were last removed: days since 1970-01-01.
    pub swept_on: u64,
    /// Where the log begins.
    pub first_chunk: u32,
    /// How many chunks the log has.
    pub chunks: u32,
    /// Whether everything is being compared anew, because a person asked for it.
    pub is_anew: bool,
    /// Whether files of this device's name came from another one: the browser's profile was copied.
    pub is_copied: bool,
    /// Whether a person has seen to that: the name stays that of two devices.
    pub is_copy_known: bool,
}

impl Memo {
    /// Under which keys the log is noted.
    pub fn log_keys(&self) -> impl Iterator<Item = String> {
        (self.first_chunk..self.first_chunk.saturating_add(self.chunks)).map(chunk_key)
    }

    /// The key by its name, if it was opened here.
    pub fn key(&self, id: KeyId) -> Option<CompanyKey> {
        let text = self.opened.get(&id.to_string())?;
        let (first, second) = (text.get(..32)?, text.get(32..)?);
        let halves: [[u8; 16]; 2] = [first.parse::<KeyId>().ok()?.into(), second.parse::<KeyId>().ok()?.into()];
        let mut bytes = [0; 32];
        bytes.iter_mut().zip(halves.as_flattened()).for_each(|(to, from)| *to = *from);
        Some(CompanyKey::from_bytes(bytes))
    }

    /// Keeps a key that was opened.
    pub fn keep_key(&mut self, key: &CompanyKey) {
        let text = key.bytes().iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
        self.opened.insert(key.id().to_string(), text);
    }

    /// The key that is in force: the one that arrived last.
    pub fn current(&self) -> Option<&KeyNote> {
        self.keys.iter().max_by(|one, other| (one.at, &one.name).cmp(&(other.at, &other.name)))
    }

    /// The key in force, if it was opened here.
    pub fn current_key(&self) -> Option<CompanyKey> {
        self.key(self.current()?.file.key())
    }
}

/// A file whose content is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Living {
    /// How many bytes it has.
    pub bytes: u64,
    /// When it arrived.
    pub at: u64,
    /// What sealed it.
    #[serde(with = "key_text")]
    pub key: KeyId,
    /// The latest *forget* marker of which is certain that the file holds nothing older of its record.
    pub knew: Stamp,
}

/// One step of the log.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Chunk {
    /// Files whose content is here from now on.
    pub living: Vec<(Name, Living)>,
    /// Files whose content lies in others, and since when.
    pub covered: Vec<(Name, u64)>,
    /// Files that were removed.
    pub removed: Vec<Name>,
    /// Changes that are elsewhere from now on, as [`Stamps::value`] writes them.
    pub stamps: Option<Value>,
}

impl Chunk {
    /// With changes that are elsewhere.
    pub fn with_stamps(mut self, stamps: &Stamps) -> Self {
        self.stamps = (!stamps.is_empty()).then(|| stamps.value());
        self
    }

    /// The changes that are elsewhere.
    pub fn stamps(&self) -> Stamps {
        self.stamps.as_ref().and_then(Stamps::read).unwrap_or_default()
    }
}

/// Which files are known, drawn from the log.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Files {
    /// Those whose content is here and in no index.
    pub living: HashMap<Name, Living>,
    /// Those whose content is here and lies in parts, and since when.
    pub covered: HashMap<Name, u64>,
}

impl Files {
    /// Whether the content of a file is here.
    pub fn knows(&self, name: &Name) -> bool {
        self.living.contains_key(name) || self.covered.contains_key(name)
    }

    /// Goes one step on.
    pub fn take(&mut self, chunk: &Chunk) {
        for (name, living) in &chunk.living {
            if !self.covered.contains_key(name) {
                self.living.insert(name.clone(), *living);
            }
        }
        for (name, at) in &chunk.covered {
            self.living.remove(name);
            self.covered.entry(name.clone()).or_insert(*at);
        }
        for name in &chunk.removed {
            self.covered.remove(name);
            self.living.remove(name);
        }
    }

    /// All of it as one step.
    pub fn whole(&self) -> Chunk {
        let mut living: Vec<_> = self.living.iter().map(|(name, living)| (name.clone(), *living)).collect();
        let mut covered: Vec<_> = self.covered.iter().map(|(name, at)| (name.clone(), *at)).collect();
        living.sort_unstable_by(|one, other| one.0.cmp(&other.0));
        covered.sort_unstable();
        Chunk { living, covered, ..Chunk::default() }
    }
}
