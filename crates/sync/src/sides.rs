//! The two sides of a device: what it keeps, and the endpoint.

use std::error::Error;

use kehu_domain::change::Change;
use serde::{Deserialize, Serialize};

use crate::name::Name;
use crate::wire::{Arrivals, Refusal};

/// What a device keeps: its changes, and a few notes about what is elsewhere.
#[allow(async_fn_in_trait, reason = "a device is one task of one thread")]
pub trait Local {
    /// What goes wrong on the device itself.
    type Error: Error;

    /// Saves changes that came from elsewhere; they are durable when this returns.
    ///
    /// # Errors
    /// When they are not.
    async fn append(&mut self, changes: Vec<Change>) -> Result<(), Self::Error>;

    /// What was saved on this device since the last time this was asked: bodies of one change a line.
    ///
    /// # Errors
    /// When it cannot be read.
    async fn news(&mut self) -> Result<Vec<Vec<u8>>, Self::Error>;

    /// Keeps a note, or with `None` lets go of it.
    ///
    /// # Errors
    /// When it was not kept.
    async fn note(&mut self, key: &str, note: Option<&[u8]>) -> Result<(), Self::Error>;

    /// The device's clock: milliseconds since 1970-01-01 UTC.
    fn now(&self) -> u64;

    /// Called between two pieces of work with how much of it is done, in files; gives way to others.
    async fn step(&mut self, done: usize, total: usize);
}

/// The endpoint, as a device reaches it.
#[allow(async_fn_in_trait, reason = "a device is one task of one thread")]
pub trait Remote {
    /// What arrived after the cursor.
    ///
    /// # Errors
    /// [`RemoteError`].
    async fn arrivals(&mut self, after: &str) -> Result<Arrivals, RemoteError>;

    /// The bytes of a file; `None` when it is not there any more.
    ///
    /// # Errors
    /// [`RemoteError`].
    async fn get(&mut self, name: &Name) -> Result<Option<Vec<u8>>, RemoteError>;

    /// Puts a file there, where it may stand already.
    ///
    /// # Errors
    /// [`RemoteError`]; it may stand there all the same.
    async fn put(&mut self, name: &Name, bytes: Vec<u8>) -> Result<(), RemoteError>;

    /// Removes a file of this device's own.
    ///
    /// # Errors
    /// [`RemoteError`].
    async fn remove(&mut self, name: &Name) -> Result<Removal, RemoteError>;
}

/// What came of removing a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// It is not there any more.
    Done,
    /// It is too young.
    Young,
}

/// Why the endpoint did not do what was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RemoteError {
    /// It cannot be reached, or the connection broke.
    #[error("the endpoint cannot be reached")]
    Offline,
    /// It refuses.
    #[error("the endpoint refuses: {why:?}")]
    Refused {
        /// Why.
        why: Refusal,
        /// How long to wait before asking again, where it says so, in milliseconds.
        wait_ms: Option<u64>,
    },
    /// It answers what no endpoint of ours would: something else lives at that address.
    #[error("something else answers there")]
    Strange,
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
                // Altered on the way: sent anew the next time.
                Refusal::Altered => Self::Offline,
                Refusal::Malformed | Refusal::Absent | Refusal::Young => Self::Strange,
            },
        }
    }
}

impl Trouble {
    /// Of the device itself.
    pub(crate) fn here(error: impl Error) -> Self {
        Self::Here(error.to_string())
    }
}
