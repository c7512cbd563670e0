//! What an instance remembers of a workspace for a moment, so that many devices cost the storage little.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use kehu_sync::name::Workspace;

use super::mark::Seen;

/// How many workspaces are remembered, at about 200 bytes each.
const MAX_WORKSPACES: usize = 1 << 16;

/// How many marks are remembered of all workspaces together, at about 200 bytes each.
const MAX_MARKS: usize = 100_000;

/// How long a count holds, in milliseconds.
const COUNT_LASTS_MS: u64 = 10 * 60 * 1000;

/// What is remembered of all workspaces.
pub struct Recent {
    slots: Mutex<HashMap<Workspace, Arc<Slot>>>,
    marks: AtomicUsize,
    lasts_ms: u64,
}

/// The arrivals from some place on.
#[derive(Debug)]
pub struct Listing {
    /// When it began to be made.
    pub taken_at: u64,
    /// The first first.
    pub marks: Vec<Seen>,
    /// Whether there are more behind them.
    pub has_more: bool,
}

/// What is remembered of one workspace.
#[derive(Default)]
pub struct Slot {
    /// How often something was put or removed here.
    changes: AtomicU64,
    count: Mutex<Count>,
    so_far: AtomicU64,
    /// Held while it is being made, so that all who ask meanwhile share it.
    listing: tokio::sync::Mutex<Option<(u64, Arc<Listing>)>>,
}

#[derive(Default)]
struct Count {
    files: Option<u64>,
    counted_at: u64,
    is_under_way: bool,
}

impl Recent {
    /// Remembers listings for so long.
    pub fn lasting(time: Duration) -> Self {
        let lasts_ms = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        Self { slots: Mutex::default(), marks: AtomicUsize::new(0), lasts_ms }
    }

    /// How long a listing may be used, in milliseconds.
    pub fn lasts_ms(&self) -> u64 {
        self.lasts_ms
    }

    /// What is remembered of this workspace.
    pub fn slot(&self, workspace: &Workspace) -> Arc<Slot> {
        let mut slots = lock(&self.slots);
        if let Some(slot) = slots.get(workspace) {
            return slot.clone();
        }
        if slots.len() >= MAX_WORKSPACES || self.marks.load(Ordering::Relaxed) >= MAX_MARKS {
            slots.clear();
            self.marks.store(0, Ordering::Relaxed);
        }
        slots.entry(workspace.clone()).or_default().clone()
    }

    /// The workspace's listing: the last one while it is good, else what `make` gives.
    ///
    /// # Errors
    /// Those of `make`.
    pub async fn listing<E>(
        &self,
        workspace: &Workspace,
        now: u64,
        make: impl AsyncFnOnce() -> Result<Listing, E>,
    ) -> Result<Arc<Listing>, E> {
        let slot = self.slot(workspace);
        let mut last = slot.listing.lock().await;
        let changes = slot.changes.load(Ordering::Acquire);
        if let Some((known, listing)) = &*last {
            let is_fresh = listing.taken_at <= now && now - listing.taken_at < self.lasts_ms;
            if *known == changes && is_fresh {
                return Ok(listing.clone());
            }
        }
        let listing = Arc::new(make().await?);
        self.marks.fetch_add(listing.marks.len(), Ordering::Relaxed);
        *last = Some((changes, listing.clone()));
        Ok(listing)
    }
}

impl Slot {
    /// What was listed before holds no longer.
    pub fn outdate(&self) {
        self.changes.fetch_add(1, Ordering::AcqRel);
    }

    /// The number of files, if they were counted, and whether whoever asks is to count them now.
    pub fn count(&self, now: u64) -> (Option<u64>, bool) {
        let mut count = lock(&self.count);
        let is_fresh = count.files.is_some() && now.saturating_sub(count.counted_at) < COUNT_LASTS_MS;
        let is_due = !is_fresh && !count.is_under_way;
        count.is_under_way |= is_due;
        (count.files, is_due)
    }

    /// Counting has come so far.
    pub fn count_so_far(&self, files: u64) {
        self.so_far.store(files, Ordering::Relaxed);
    }

    /// How far counting has come.
    pub fn counted_so_far(&self) -> u64 {
        self.so_far.load(Ordering::Relaxed)
    }

    /// The files were counted, or could not be.
    pub fn counted(&self, files: Option<u64>, now: u64) {
        let mut count = lock(&self.count);
        count.is_under_way = false;
        if files.is_some() {
            (count.files, count.counted_at) = (files, now);
        }
    }

    /// So many files came or went here.
    pub fn count_changed(&self, by: i64) {
        let count = &mut lock(&self.count).files;
        *count = count.map(|files| files.saturating_add_signed(by));
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
