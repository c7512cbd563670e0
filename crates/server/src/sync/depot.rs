//! Where the endpoint keeps the files of all workspaces: a folder, memory, or a store of S3, Azure or Google.
//!
//! Nothing is kept in the process that another one needs, so any number of them may work on one storage.

mod address;
mod arrivals;
mod cards;
mod cursor;
mod kept;
mod mark;
mod recent;

use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use futures_util::TryStreamExt;
use kehu_sync::name::{Name, Workspace};
use object_store::path::Path;
use object_store::{Error as StoreError, ObjectStore, ObjectStoreExt, PutMode};

pub use cards::Card;
use cursor::BadCursor;
use kept::Kept;
use mark::Mark;
use recent::{Recent, Slot};

/// How long the storage may take over one thing.
const PATIENCE: Duration = Duration::from_secs(30);

/// How far a poll looks back behind the last one, in milliseconds: clocks of instances may differ by this less
/// [`PATIENCE`], and no file is passed over.
const OVERLAP_MS: u64 = 2 * 60 * 1000;

/// How long a mark may have been under way, in milliseconds, and was still seen by every poll that follows.
const IN_TIME_MS: u64 = 60 * 1000;

/// How long whoever asks waits for files to be counted.
const COUNT_PATIENCE: Duration = Duration::from_secs(2);

/// How long a poll may be answered from the last listing of its workspace, unless the caller says otherwise.
const LISTING_LASTS: Duration = Duration::from_secs(2);

/// Tells the time: milliseconds since 1970-01-01 UTC.
pub type Clock = Arc<dyn Fn() -> u64 + Send + Sync>;

/// The files, arrival marks and cards of all workspaces.
#[derive(Clone)]
pub struct Depot {
    store: Arc<dyn ObjectStore>,
    /// What every path begins with; may be empty.
    root: Path,
    /// The folder, if it is one: it lists in no order, and answers without being there.
    folder: Option<PathBuf>,
    clock: Clock,
    recent: Arc<Recent>,
    kept: Arc<Kept>,
}

/// Why the depot could not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum DepotError {
    /// The address names no storage, or one that lacks a setting.
    #[error("{address:?} cannot be used as a storage: {reason}")]
    Address { address: String, reason: String },
    /// The folder is not there and cannot be made, or is gone.
    #[error("the folder {} cannot be used: {source}", path.display())]
    Folder { path: PathBuf, source: std::io::Error },
    /// The cursor was not made here.
    #[error(transparent)]
    Cursor(#[from] BadCursor),
    /// A device's card cannot be read.
    #[error("the card of device {device} cannot be read: {source}")]
    Card { device: String, source: serde_json::Error },
    /// The storage refuses or cannot be reached.
    #[error("the storage failed: {0}")]
    Storage(#[from] StoreError),
    /// The storage takes too long.
    #[error("the storage did not answer within {} s", PATIENCE.as_secs())]
    Slow,
}

/// What became of a file that was handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// It is there now.
    Made,
    /// It was there already.
    Stood,
}

/// What became of a file that was to be removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// It is gone.
    Done,
    /// It was not there.
    Absent,
    /// It came too short a time ago.
    Young,
}

impl Depot {
    /// The storage at `url`: a folder's path, `memory:`, `s3://…`, `az://…` or `gs://…`, the last three with the
    /// variables of the environment that are usual for them (`AWS_…`, `AZURE_…`, `GOOGLE_…`).
    ///
    /// # Errors
    /// When the address names no storage, a setting lacks, or the folder cannot be made. Nothing is asked of a
    /// distant storage yet; see [`Self::ready`].
    pub fn open(url: &str) -> Result<Self, DepotError> {
        address::open(
            url,
            std::env::vars_os().filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?))),
        )
    }

    fn over(store: Arc<dyn ObjectStore>, root: Path, folder: Option<PathBuf>) -> Self {
        let recent = Arc::new(Recent::lasting(LISTING_LASTS));
        Self { store, root, folder, clock: Arc::new(now), recent, kept: Arc::default() }
    }

    /// The same storage by another clock.
    #[cfg(test)]
    #[must_use]
    pub fn with_clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// The same storage, with polls answered from a listing at most this old; what is put here is seen at once, what
    /// is put elsewhere after this time at the latest.
    #[must_use]
    pub fn with_listings_lasting(self, time: Duration) -> Self {
        Self { recent: Arc::new(Recent::lasting(time)), ..self }
    }

    /// Keeps a file, and marks when it came; the caller has seen that the bytes are those the name tells of. Asked again after a
    /// failure, it does what was left undone, and of a file that was damaged where it lies it mends that.
    ///
    /// # Errors
    /// When the storage fails or takes too long; the file may then be there all the same.
    pub async fn put(&self, w: &Workspace, name: &Name, bytes: Bytes) -> Result<Put, DepotError> {
        let size = bytes.len() as u64;
        let path = self.file_path(w, name);
        let made = self.create(&path, bytes.clone()).await?;
        self.kept.keep(&path, &bytes, (self.clock)());
        let slot = self.recent.slot(w);
        match made {
            Put::Made => slot.count_changed(1),
            Put::Stood => {
                self.mend(&path, bytes).await?;
                if self.is_marked(w, name).await? {
                    return Ok(Put::Stood);
                }
            }
        }
        let mark = Mark { at: (self.clock)(), bytes: size, name: name.clone() };
        self.create(&self.mark_path(w, &mark), Bytes::new()).await?;
        slot.outdate();
        Ok(made)
    }

    /// Puts something unless it is there.
    async fn create(&self, path: &Path, bytes: Bytes) -> Result<Put, DepotError> {
        match within(self.store.put_opts(path, bytes.into(), PutMode::Create.into())).await {
            Ok(_) => Ok(Put::Made),
            Err(DepotError::Storage(StoreError::AlreadyExists { .. } | StoreError::Precondition { .. })) => {
                Ok(Put::Stood)
            }
            Err(error) => Err(error),
        }
    }

    /// A name has one content: other bytes below it are damage, and are replaced.
    async fn mend(&self, path: &Path, bytes: Bytes) -> Result<(), DepotError> {
        if self.read(path).await?.is_some_and(|stands| stands != bytes) {
            tracing::warn!(file = %path, "a file was damaged in the storage, and is mended");
            within(self.store.put_opts(path, bytes.into(), PutMode::Overwrite.into())).await?;
        }
        Ok(())
    }

    /// Whether the file has a mark that every poll sees, or has seen. A mark that was long under way may have come
    /// behind some device's cursor.
    async fn is_marked(&self, w: &Workspace, name: &Name) -> Result<bool, DepotError> {
        let Some(came_ms) = self.modified(w, name).await? else { return Ok(false) };
        let still_seen = (self.clock)().saturating_sub(OVERLAP_MS - IN_TIME_MS);
        let marks = self.marks_of(w, name, came_ms).await?;
        Ok(marks.iter().any(|seen| seen.mark.at >= still_seen || seen.landed <= seen.mark.at + IN_TIME_MS))
    }

    /// The file's bytes, if it is there. What was removed by another instance may be given out for ten minutes more.
    ///
    /// # Errors
    /// When the storage fails or takes too long.
    pub async fn get(&self, w: &Workspace, name: &Name) -> Result<Option<Bytes>, DepotError> {
        let path = self.file_path(w, name);
        if let Some(bytes) = self.kept.get(&path, (self.clock)()) {
            return Ok(Some(bytes));
        }
        let read = self.read(&path).await?;
        // What was damaged in the storage is given out, for the device to name it, and not kept: it may be mended at any time.
        if let Some(bytes) = read.as_ref().filter(|bytes| name.file.fits(bytes)) {
            self.kept.keep(&path, bytes, (self.clock)());
        }
        Ok(read)
    }

    async fn read(&self, path: &Path) -> Result<Option<Bytes>, DepotError> {
        present(within(async { self.store.get(path).await?.bytes().await }).await)
    }

    /// Removes a file that arrived before `before_ms`. Its marks go first: a request that is cut in between is mended
    /// by the next one, and no listing names a file that is gone.
    ///
    /// # Errors
    /// When the storage fails or takes too long.
    pub async fn remove(&self, w: &Workspace, name: &Name, before_ms: u64) -> Result<Removal, DepotError> {
        let Some(modified) = self.modified(w, name).await? else { return Ok(Removal::Absent) };
        let marks = self.marks_of(w, name, modified).await?;
        let came = marks.iter().map(|seen| seen.mark.at).max().unwrap_or(modified);
        if came >= before_ms {
            return Ok(Removal::Young);
        }
        for seen in &marks {
            self.delete(&self.mark_path(w, &seen.mark)).await?;
        }
        let path = self.file_path(w, name);
        self.delete(&path).await?;
        self.kept.forget(&path);
        let slot = self.recent.slot(w);
        slot.count_changed(-1);
        slot.outdate();
        Ok(Removal::Done)
    }

    async fn delete(&self, path: &Path) -> Result<(), DepotError> {
        present(within(self.store.delete(path)).await).map(|_| ())
    }

    /// When the file was put, by the storage's clock.
    async fn modified(&self, w: &Workspace, name: &Name) -> Result<Option<u64>, DepotError> {
        let meta = present(within(self.store.head(&self.file_path(w, name))).await)?;
        Ok(meta.map(|meta| millis(meta.last_modified)))
    }

    /// How many files the workspace has: counted now and then, and kept up with what happens here in between. Of very many
    /// it is the last count, or as far as counting has come, so that nobody waits for it.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn count(&self, w: &Workspace) -> Result<u64, DepotError> {
        let slot = self.recent.slot(w);
        let now = (self.clock)();
        let (known, is_due) = slot.count(now);
        if !is_due {
            return Ok(known.unwrap_or_else(|| slot.counted_so_far()));
        }
        let (depot, w, counting) = (self.clone(), w.clone(), slot.clone());
        let task = tokio::spawn(async move {
            let count = depot.count_all(&w, &counting).await;
            counting.counted(count.as_ref().ok().copied(), now);
            count
        });
        match (known, tokio::time::timeout(COUNT_PATIENCE, task)) {
            (Some(count), _) => Ok(count),
            (None, task) => task.await.ok().and_then(Result::ok).unwrap_or_else(|| Ok(slot.counted_so_far())),
        }
    }

    async fn count_all(&self, w: &Workspace, slot: &Slot) -> Result<u64, DepotError> {
        let mut files = self.store.list(Some(&self.path(w, "files")));
        let mut count = 0;
        while files.try_next().await?.is_some() {
            count += 1;
            slot.count_so_far(count);
        }
        Ok(count)
    }

    /// Whether the storage answers.
    ///
    /// # Errors
    /// When it does not, with the reason.
    pub async fn ready(&self) -> Result<(), DepotError> {
        if let Some(path) = &self.folder {
            let is_folder = std::fs::metadata(path)
                .and_then(|meta| if meta.is_dir() { Ok(()) } else { Err(std::io::ErrorKind::NotADirectory.into()) });
            is_folder.map_err(|source| DepotError::Folder { path: path.clone(), source })?;
        }
        // Empty for good; a bucket that is missing answers a listing, unlike a look at one thing, with an error.
        within(self.store.list(Some(&self.root.clone().join("ready"))).try_next()).await?;
        Ok(())
    }

    fn path(&self, w: &Workspace, below: &str) -> Path {
        Path::from(format!("{}/v1/{w}/{below}", self.root))
    }

    fn file_path(&self, w: &Workspace, name: &Name) -> Path {
        self.path(w, &format!("files/{name}"))
    }

    fn mark_path(&self, w: &Workspace, mark: &Mark) -> Path {
        self.path(w, &format!("arrivals/{}/{mark}", mark::day(mark.at)))
    }
}

/// What the storage answers, unless it takes too long.
async fn within<T>(answer: impl Future<Output = Result<T, StoreError>>) -> Result<T, DepotError> {
    tokio::time::timeout(PATIENCE, answer).await.map_err(|_| DepotError::Slow)?.map_err(DepotError::from)
}

/// Tells what is not there from what cannot be had.
fn present<T>(answer: Result<T, DepotError>) -> Result<Option<T>, DepotError> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(DepotError::Storage(StoreError::NotFound { .. })) => Ok(None),
        Err(error) => Err(error),
    }
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

fn millis(moment: chrono::DateTime<chrono::Utc>) -> u64 {
    u64::try_from(moment.timestamp_millis()).unwrap_or_default()
}

#[cfg(test)]
mod tests;
