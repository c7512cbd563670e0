//! How a device stands to the endpoint, and what keeps it from it.

use std::error::Error;

#[cfg(feature = "device")]
use kehu_domain::snapshot::SnapshotError;
use kehu_domain::stamp::RecordId;
#[cfg(feature = "device")]
use kehu_files::seal::SealError;
use serde::{Deserialize, Serialize};

use crate::name::{Device, Name};
#[cfg(feature = "device")]
use crate::parcel::Flaw;
use crate::sides::RemoteError;
use crate::wire::Refusal;

/// A file at the endpoint that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// Which.
    pub name: Name,
    /// Why.
    pub why: Why,
}

/// Why a file at the endpoint cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Why {
    /// Its bytes are not those its name tells of.
    Altered,
    /// No key that was opened here fits.
    Locked,
    /// A newer version of the app wrote it.
    TooNew,
    /// Its name fits and its content says nothing that is known.
    Unreadable,
    /// It has gone, and nothing else holds what it held.
    Gone,
}

#[cfg(feature = "device")]
impl Why {
    /// Of what is wrong with a file.
    pub fn of(flaw: &Flaw) -> Self {
        match flaw {
            Flaw::Altered => Self::Altered,
            Flaw::Sealed(SealError::WrongPassphrase) => Self::Locked,
            Flaw::Sealed(SealError::TooNew { .. }) | Flaw::Backup(SnapshotError::TooNew { .. }) => Self::TooNew,
            Flaw::Sealed(_) | Flaw::Packed(_) | Flaw::Backup(_) | Flaw::Unread(_) => Self::Unreadable,
        }
    }
}

/// Changes of a file that are dated too far ahead of this device's clock, and wait for their time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ahead {
    /// The device that sent them.
    pub device: Device,
    /// Who made the first of them.
    pub by: RecordId,
    /// How many there are.
    pub changes: u64,
    /// When the first of them is taken in, in milliseconds of this device's clock.
    pub until: u64,
}

/// How a device stands to the endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// Changes of this device that are not elsewhere yet.
    pub to_go: u64,
    /// Since when the first of them has been waiting: milliseconds of the device's clock.
    pub since: Option<u64>,
    /// Files known to be there and not taken in.
    pub to_come: u64,
    /// Whether everything that was there has been taken in at least once.
    pub is_settled: bool,
    /// Files that cannot be used.
    pub refused: Vec<Refused>,
    /// Changes that are dated more than a day ahead and were set aside.
    pub set_aside: Vec<Ahead>,
    /// Whether this browser's profile was copied: another device sends under the same name.
    pub is_copied: bool,
    /// Whether the files there have become too many for a device to gather.
    pub needs_compaction: bool,
}

/// Why a device does not come together with the others at present. Nothing is lost by any of these.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Trouble {
    /// The endpoint cannot be reached.
    #[error("the endpoint cannot be reached")]
    Offline,
    /// It asks to wait.
    #[error("the endpoint asks to wait {wait_ms} ms")]
    Busy {
        /// How long, in milliseconds.
        wait_ms: u64,
    },
    /// The token is not known there, or was shut out.
    #[error("the token does not open the endpoint any more")]
    ShutOut,
    /// The token opens something else.
    #[error("the token opens another workspace")]
    NotOurs,
    /// Its storage does not answer.
    #[error("the endpoint's storage does not answer")]
    Unready,
    /// There is no more room for files.
    #[error("the endpoint has no more room")]
    Full,
    /// A single change is larger than what it takes.
    #[error("a change is larger than what the endpoint takes")]
    TooLarge,
    /// Something else lives at that address.
    #[error("something else answers there")]
    Strange,
    /// The company's passphrase is needed: this device has not had it yet, or it was changed elsewhere.
    #[error("the passphrase is needed")]
    NeedsPassphrase,
    /// The passphrase is not the company's.
    #[error("the passphrase is not the company's")]
    WrongPassphrase,
    /// What lies there is of another company than what is on this device.
    #[error("the endpoint holds another company")]
    OtherCompany,
    /// The device itself could not save or read.
    #[error("this device: {0}")]
    Here(String),
}

impl From<RemoteError> for Trouble {
    fn from(error: RemoteError) -> Self {
        const WAIT_MS: u64 = 5_000;
        match error {
            RemoteError::Offline => Self::Offline,
            RemoteError::Strange => Self::Strange,
            RemoteError::Refused { why, wait_ms } => match why {
                Refusal::Unknown => Self::ShutOut,
                Refusal::Elsewhere => Self::NotOurs,
                Refusal::Busy => Self::Busy { wait_ms: wait_ms.unwrap_or(WAIT_MS) },
                Refusal::Unready => Self::Unready,
                Refusal::Full => Self::Full,
                Refusal::Large => Self::TooLarge,
                // Altered or too slow on the way: sent anew the next time.
                Refusal::Altered | Refusal::Slow => Self::Offline,
                Refusal::Malformed | Refusal::Absent | Refusal::Young | Refusal::Method => Self::Strange,
            },
        }
    }
}

impl Trouble {
    /// Of the device itself.
    pub fn here(error: impl Error) -> Self {
        Self::Here(error.to_string())
    }
}
