//! The two sides of a device: what it keeps, and the endpoint.

use std::error::Error;

use kehu_domain::change::Change;

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

    /// Called between two pieces of work with how much of it is done; gives way to others.
    async fn step(&mut self, stage: Stage, done: usize, total: usize);
}

/// What a device is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Taking in, counted in files.
    Taking,
    /// Sending, counted in changes.
    Sending,
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
