//! What a page says to its worker, and what it hears: JSON in a plain message, with files beside it.
//!
//! ```text
//! page ─▶ worker   { run, ask: "…", files: […] }   begin an errand, or go on with one the worker keeps
//! page ─▶ worker   { run, stop: true }             give it up at the next step
//! worker ─▶ page   { run, step: "…" }              how far it is
//! worker ─▶ page   { run, done: "…", files: […] }  what came of it
//! worker ─▶ page   { run, failed: "…" }            why nothing came of it
//! ```

use kehu_domain::export::Sheet;
use kehu_domain::snapshot::SnapshotError;
use kehu_domain::text::Text;
use kehu_store::StoreError;
use serde::{Deserialize, Serialize};

use crate::Flaws;

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
    /// Write the records of a workspace as a backup and prove it; gives a [`BackupWritten`] and the file.
    WriteBackup {
        /// The workspace, by the store's name for it.
        workspace: String,
        /// What the file is to hold, and how it is wrapped.
        make: Make,
    },
    /// Write a table as a workbook of other programs; gives a [`WorkbookWritten`] and the file. Its rows come as texts
    /// beside it, each some rows as JSON, so that nobody has to write them all at once.
    WriteWorkbook {
        /// The table, without its rows.
        sheet: Sheet,
    },
    /// Something about the table the worker has open; see [`crate::import`].
    Import(crate::import::ImportAsk),
    /// Keep a proven copy in the folder that goes along, and take away what its rota lets go; gives a [`CopyKept`].
    KeepCopy {
        /// The workspace, by the store's name for it.
        workspace: String,
        /// Whose copies they are.
        series: SeriesOf,
    },
    /// Look which copies lie in the folder that goes along; gives a list of [`CopyFound`], the latest first.
    FindCopies {
        /// Whose copies are wanted.
        series: SeriesOf,
    },
    /// Bring back what a copy holds and the workspace lacks; a file goes along, or the folder of `from`.
    ///
    /// Nothing of what is still readable is touched. Gives a [`Restored`]. Being stopped in the middle does no harm: the
    /// same copy may be brought back again.
    Restore {
        /// The workspace, by the store's name for it; made when it has gone.
        workspace: String,
        /// The identity the copy has to bear, where it is still known.
        company: Option<String>,
        /// The copy's name, when what goes along is a folder.
        from: Option<String>,
        /// What unseals it.
        passphrase: Option<String>,
    },
    /// Look into files, bring them in, take that back, and write packets; gives what [`crate::arrival::Ask`] says.
    Arrival(crate::arrival::Ask),
    /// Come together with other devices over an endpoint; gives what [`crate::sync::Ask`] says.
    Sync(crate::sync::Ask),
}

/// What came of writing a workbook: the file goes along unless something is wrong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WorkbookWritten {
    /// Why there is no file, and what to do.
    pub problem: Option<Text>,
}

/// What a backup is to hold, and how it is wrapped.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Make {
    /// The bytes of attachments are left out.
    pub is_without_attachments: bool,
    /// It is compressed.
    pub is_packed: bool,
    /// It is sealed with this.
    pub passphrase: Option<String>,
}

/// Whose copies lie in a folder; see [`kehu_domain::rota::Series`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesOf {
    /// The identity of the workspace.
    pub company: String,
    /// The device's own token.
    pub device: String,
}

/// What came of writing a backup.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BackupWritten {
    /// How many changes it holds.
    pub count: usize,
    /// Whether reading it back gave exactly what is stored.
    pub is_proven: bool,
    /// What of the store could not be read, and so is not inside.
    pub flaws: Flaws,
}

/// What came of keeping a copy in a folder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CopyKept {
    /// The name of the file.
    pub name: String,
    /// What it holds.
    pub written: BackupWritten,
    /// How many older copies were taken away.
    pub removed: usize,
}

/// A copy in a folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyFound {
    /// The name of the file.
    pub name: String,
    /// When it was made, as people in Shanghai wrote it: `2026-11-26 14:30`.
    pub at: String,
    /// How many bytes it has.
    pub bytes: u64,
}

/// What came of bringing a copy back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restored {
    /// Changes that were still readable before.
    pub readable: u64,
    /// Changes the copy holds.
    pub inside: u64,
    /// Changes it brought back.
    pub back: u64,
    /// Changes that were left out, because they are dated more than a day ahead of this device's clock.
    pub ahead: u64,
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
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
    /// The file is no backup that can be opened.
    #[error(transparent)]
    Backup(#[from] SnapshotError),
    /// The file is a backup, but of another company.
    #[error("a backup of another company")]
    OtherCompany,
    /// The file is sealed, and no passphrase was given.
    #[error("sealed")]
    Sealed,
    /// The file is sealed with another passphrase.
    #[error("the passphrase does not open it")]
    WrongPassphrase,
    /// The wrapper of the file is damaged: it was cut off or altered.
    #[error("the file is damaged")]
    Damaged,
    /// Unpacked, the file would be larger than what is opened.
    #[error("larger than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// A copy that was read back is not what is stored.
    #[error("the copy is not proven")]
    Unproven,
    /// The browser wants the person's leave for the folder again.
    #[error("the folder may not be used without being asked")]
    NoLeave,
    /// The folder, or the copy in it, is not there any more.
    #[error("the folder is not there")]
    NoFolder,
    /// Something keeps the device from its endpoint.
    #[error(transparent)]
    Sync(#[from] kehu_sync::Trouble),
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
