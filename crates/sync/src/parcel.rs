//! What the files hold: changes, indexes and keys, packed and sealed.

use kehu_domain::change::Change;
use kehu_domain::snapshot::{self, Header, SnapshotError, Writer};
use kehu_domain::stamp::Stamp;
use kehu_files::gzip::{self, GzipError};
use kehu_files::seal::{CompanyKey, KeyId, MAX_ROUNDS, SealError};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::name::{FileName, Name, Sort};

/// The most bytes a file may have unpacked: far more than any device writes.
const MAX_BYTES: usize = 256 << 20;

/// Why a file at the endpoint cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// Its bytes are not those its name tells of.
    #[error("its bytes are not those its name tells of")]
    Altered,
    /// It does not open.
    #[error(transparent)]
    Sealed(#[from] SealError),
    /// It does not unpack.
    #[error(transparent)]
    Packed(#[from] GzipError),
    /// It is no backup of changes.
    #[error(transparent)]
    Backup(#[from] SnapshotError),
    /// It is no index or key, or of a newer version.
    #[error("it cannot be read: {0}")]
    Unread(String),
}

/// Changes as a file holds them.
#[derive(Clone, Debug, PartialEq)]
pub struct Parcel {
    /// The identity of the company; empty where none was known.
    pub company: String,
    /// The changes, in canonical order.
    pub changes: Vec<Change>,
}

/// A file made of canonical lines, in order.
pub fn seal_lines<'l>(
    company: &str,
    newest: Stamp,
    lines: impl ExactSizeIterator<Item = &'l [u8]>,
    key: &CompanyKey,
) -> Vec<u8> {
    let header = Header { workspace: company.into(), newest, count: lines.len(), without: Vec::new() };
    let mut file = Vec::new();
    let mut writer = Writer::begin(&header, &mut file);
    for line in lines {
        writer.add(line, &mut file);
    }
    writer.finish(&mut file);
    key.seal(&gzip::pack(&file))
}

/// Opens a file of changes; every checksum of it is verified.
///
/// # Errors
/// [`Flaw`]; [`Flaw::Sealed`] of [`SealError::WrongPassphrase`] when another key sealed it.
pub fn open(bytes: &[u8], key: &CompanyKey) -> Result<Parcel, Flaw> {
    let snapshot = snapshot::read(&unwrap(bytes, key)?)?;
    Ok(Parcel { company: snapshot.header.workspace, changes: snapshot.changes })
}

fn unwrap(bytes: &[u8], key: &CompanyKey) -> Result<Vec<u8>, Flaw> {
    Ok(gzip::unpack(&key.open(bytes)?, MAX_BYTES)?)
}

/// What a compaction did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    /// The files whose content lies in the parts; they are removed after the grace period.
    pub covers: Vec<Name>,
    /// The files that hold it.
    pub parts: Vec<Name>,
    /// The latest *forget* marker of which whoever wrote the parts knew: what is older of that record is not inside.
    pub knew: Stamp,
}

impl Index {
    /// As a file.
    pub fn seal(&self, key: &CompanyKey) -> Vec<u8> {
        // Names and stamps always can be written.
        key.seal(&gzip::pack(&serde_json::to_vec(self).unwrap_or_default()))
    }

    /// From a file.
    ///
    /// # Errors
    /// As [`open`].
    pub fn open(bytes: &[u8], key: &CompanyKey) -> Result<Self, Flaw> {
        serde_json::from_slice(&unwrap(bytes, key)?).map_err(|error| Flaw::Unread(error.to_string()))
    }
}

/// What makes a key from the passphrase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyFile {
    format: String,
    version: u32,
    rounds: u32,
    #[serde(with = "hex16")]
    salt: [u8; 16],
    #[serde(with = "key_text")]
    key: KeyId,
}

const KEY_FORMAT: &str = "kehu-key";

impl KeyFile {
    /// A new key and its file. `salt` must come fresh from the system's random source.
    pub fn new(passphrase: &str, salt: [u8; 16], rounds: u32) -> (Self, CompanyKey) {
        let key = CompanyKey::derive(passphrase, &salt, rounds);
        (Self { format: KEY_FORMAT.into(), version: 1, rounds, salt, key: key.id() }, key)
    }

    /// Which key it makes.
    pub fn key(&self) -> KeyId {
        self.key
    }

    /// The key, if the passphrase is the right one.
    pub fn unlock(&self, passphrase: &str) -> Option<CompanyKey> {
        let key = CompanyKey::derive(passphrase, &self.salt, self.rounds);
        (key.id() == self.key).then_some(key)
    }

    /// As a file.
    pub fn written(&self) -> Vec<u8> {
        // Numbers and texts always can be written.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// From a file.
    ///
    /// # Errors
    /// [`Flaw::Unread`], also when it asks for more rounds than are done.
    pub fn read(bytes: &[u8]) -> Result<Self, Flaw> {
        let file: Self = serde_json::from_slice(bytes).map_err(|error| Flaw::Unread(error.to_string()))?;
        let is_known = file.format == KEY_FORMAT && file.version == 1 && (1..=MAX_ROUNDS).contains(&file.rounds);
        if is_known { Ok(file) } else { Err(Flaw::Unread("not a key this version makes".into())) }
    }
}

mod hex16 {
    use super::{Deserialize, Deserializer, Serializer};
    use kehu_files::seal::KeyId;

    pub fn serialize<S: Serializer>(bytes: &[u8; 16], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&KeyId::from(*bytes))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 16], D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse::<KeyId>().map(Into::into).map_err(serde::de::Error::custom)
    }
}

pub(crate) mod key_text {
    use super::{Deserialize, Deserializer, KeyId, Serializer};

    pub fn serialize<S: Serializer>(key: &KeyId, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(key)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<KeyId, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The name of a file with these bytes.
pub fn named(device: &crate::name::Device, bytes: &[u8], sort: Sort, stamp: Stamp) -> Name {
    Name { device: device.clone(), file: FileName::of(bytes, sort, stamp) }
}
