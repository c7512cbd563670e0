//! What can go wrong at the border to the browser's storage, one variant per thing to do about it.

use crate::frame::Flaw;

/// Why the store could not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, thiserror::Error)]
pub enum StoreError {
    /// No IndexedDB here: a private window, or blocked by policy.
    #[error("browser storage is unavailable")]
    Unavailable,
    /// The origin's quota or the disk is used up; nothing was written.
    #[error("browser storage is full")]
    Full,
    /// Written by a newer version of the app; left as it is.
    #[error("database has format {found}, this app knows {known}")]
    TooNew {
        /// The format of the database.
        found: u32,
        /// The newest format this app reads.
        known: u32,
    },
    /// Another tab holds an older format open and did not let go; nothing was changed.
    #[error("another tab blocks the upgrade")]
    UpgradeBlocked,
    /// The sentinel outside IndexedDB knows of more changes than the database holds.
    ///
    /// Nothing was created or changed. [`Store::open_anyway`](crate::Store) goes on.
    #[error("the sentinel knows {expected} changes, the database holds {found}")]
    Emptied {
        /// Changes the sentinel remembers.
        expected: u64,
        /// Changes the database records.
        found: u64,
    },
    /// Fewer entries lie in the database than it recorded; nothing was changed.
    #[error("{recorded} entries were recorded, {found} are there")]
    Incomplete {
        /// Entries the totals record, both classes.
        recorded: u64,
        /// Entries and pages that are there.
        found: u64,
    },
    /// One value is there but not as it was written.
    #[error("{key} is damaged: {flaw}")]
    Damaged {
        /// The key of the value within its store.
        key: String,
        /// What is wrong with it.
        flaw: Flaw,
    },
    /// The write failed, the database was reopened, and the second write failed too.
    #[error("not saved: {0}")]
    NotSaved(String),
    /// The handle was closed, or the workspace was deleted, here or in another tab.
    #[error("the workspace is closed")]
    Closed,
    /// A key is empty or holds something other than printable ASCII without spaces.
    #[error("not a key: {0:?}")]
    BadKey(String),
    /// Anything else the browser reported, for the log.
    #[error("browser storage failed: {0}")]
    Browser(String),
}
