//! What a page says to its worker, and what it hears: JSON in a plain message, with files beside it.
//!
//! ```text
//! page ─▶ worker   { run, ask: "…", files: […] }   begin an errand, or go on with one the worker keeps
//! page ─▶ worker   { run, stop: true }             give it up at the next step
//! worker ─▶ page   { run, step: "…" }              how far it is
//! worker ─▶ page   { run, done: "…", files: […] }  what came of it
//! worker ─▶ page   { run, failed: "…" }            why nothing came of it
//! ```

use kehu_store::StoreError;
use serde::{Deserialize, Serialize};

/// The script that starts the worker, beside the first page.
pub const SCRIPT: &str = "/kehu-worker_loader.js";

/// The fields of a message.
pub mod field {
    /// Which errand a message is about: a number that the page gives.
    pub const RUN: &str = "run";
    /// What is to be done: an [`super::Ask`] as JSON.
    pub const ASK: &str = "ask";
    /// The errand is to stop.
    pub const STOP: &str = "stop";
    /// How far it is: a [`super::Step`] as JSON.
    pub const STEP: &str = "step";
    /// What came of it, as JSON of the errand's own.
    pub const DONE: &str = "done";
    /// Why nothing came of it: a [`super::Failure`] as JSON.
    pub const FAILED: &str = "failed";
    /// Files that go along.
    pub const FILES: &str = "files";
}

/// What a page asks its worker to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Ask {
    /// Write all records of a workspace as a backup; gives a [`BackupWritten`] and the file.
    WriteBackup {
        /// The workspace, by the store's name for it.
        workspace: String,
    },
}

/// What came of writing a backup.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BackupWritten {
    /// How many changes it holds.
    pub count: usize,
    /// Whether reading it back gave exactly what is stored.
    pub is_proven: bool,
}

/// How far an errand is, in its own unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Which of its stages it is in, from 0.
    pub stage: u8,
    /// Units done in this stage.
    pub done: u64,
    /// Units in all; 0 while that is unknown.
    pub total: u64,
}

/// Why an errand came to nothing; whatever it was to save was not saved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
pub enum Failure {
    /// The page asked it to stop.
    #[error("stopped")]
    Stopped,
    /// The storage could not be read or written.
    #[error(transparent)]
    Store(StoreError),
    /// The browser could not read or make a file.
    #[error("a file could not be read or made")]
    File,
    /// The worker could not be started, or ended before it answered.
    #[error("the worker gave no answer")]
    Lost,
    /// The two sides do not understand each other: they are of two releases.
    #[error("page and worker are of two releases")]
    Strange,
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
