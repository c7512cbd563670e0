//! Listing what came: one request to a distant storage for a poll, whatever the history.

use std::sync::Arc;

use futures_util::TryStreamExt;
use kehu_sync::name::{Name, Workspace};
use kehu_sync::wire::{Arrival, Arrivals};
use object_store::path::Path;
use object_store::{Error as StoreError, ObjectMeta};

use super::cursor::{Cursor, Place};
use super::mark::{self, Mark, Seen};
use super::recent::Listing;
use super::{Depot, DepotError, OVERLAP_MS, millis, within};

/// How far back the shared listing of a workspace reaches, in milliseconds: most devices ask once a minute.
const SHARED_MS: u64 = 5 * 60 * 1000;

/// How many marks a shared listing may have: as many as a storage lists at once.
const MAX_SHARED: usize = 1000;

/// How far from a file's time its mark is looked for first, in milliseconds.
const NEAR_MS: u64 = OVERLAP_MS;

impl Depot {
    /// What came after the cursor, at most `limit` files. A round of pages begins two minutes before the last one did,
    /// so some files are named again.
    ///
    /// # Errors
    /// When the cursor was not made here, or the storage fails or takes too long.
    pub async fn arrivals(&self, w: &Workspace, after: &str, limit: usize) -> Result<Arrivals, DepotError> {
        let cursor: Cursor = after.parse()?;
        let limit = limit.max(1);
        if let Some(listing) = self.shared(w, &cursor.place).await? {
            return Ok(page(&cursor, &listing, limit));
        }
        Ok(page(&cursor, &self.listing(w, &cursor.place, u64::MAX, limit).await?, limit))
    }

    /// The recent arrivals, listed once for all who ask at the same time; nothing if `place` lies further back.
    async fn shared(&self, w: &Workspace, place: &Place) -> Result<Option<Arc<Listing>>, DepotError> {
        let (now, lasts_ms) = ((self.clock)(), self.recent.lasts_ms());
        let from = now.saturating_sub(SHARED_MS.saturating_add(lasts_ms));
        if lasts_ms == 0 || place.at() < from {
            return Ok(None);
        }
        // A listing that was taken earlier began earlier, so it reaches back far enough as well.
        let make = async || self.listing(w, &Place::From(from), u64::MAX, MAX_SHARED).await;
        let listing = self.recent.listing(w, now, make).await?;
        Ok(Some(listing).filter(|listing| !listing.has_more))
    }

    /// The marks of a file that the storage took at `came`, by its own clock.
    pub(super) async fn marks_of(&self, w: &Workspace, name: &Name, came: u64) -> Result<Vec<Seen>, DepotError> {
        let near = self.listing(w, &Place::From(came.saturating_sub(NEAR_MS)), came + NEAR_MS, usize::MAX).await?;
        let found = only(near.marks, name);
        if !found.is_empty() {
            return Ok(found);
        }
        // The file got its mark late, or the clocks are far apart: rare enough to look everywhere.
        Ok(only(self.listing(w, &Place::From(0), u64::MAX, usize::MAX).await?.marks, name))
    }

    /// The marks from `place` on, not after `until`, at most `limit`.
    async fn listing(&self, w: &Workspace, place: &Place, until: u64, limit: usize) -> Result<Listing, DepotError> {
        let taken_at = (self.clock)();
        let all = self.path(w, "arrivals");
        let mut marks = if self.folder.is_some() {
            within(self.by_days(&all, place, until, limit)).await?
        } else {
            within(self.sorted(&all, place, until, limit)).await?
        };
        let has_more = marks.len() > limit;
        marks.truncate(limit);
        Ok(Listing { taken_at, marks, has_more })
    }

    /// From a storage that lists in order, from wherever it is told: up to one more than `limit`.
    async fn sorted(&self, all: &Path, place: &Place, until: u64, limit: usize) -> Result<Vec<Seen>, StoreError> {
        let mut listed = self.store.list_with_offset(Some(all), &before(all, place));
        let mut marks = Vec::new();
        while let Some(meta) = listed.try_next().await? {
            let Some(seen) = seen(&meta) else { continue };
            if seen.mark.at > until || marks.len() > limit {
                break;
            }
            marks.extend(Some(seen).filter(|seen| place.is_before(&seen.mark)));
        }
        Ok(marks)
    }

    /// From a folder, which lists in no order: day by day until there is one more than `limit`.
    async fn by_days(&self, all: &Path, place: &Place, until: u64, limit: usize) -> Result<Vec<Seen>, StoreError> {
        let (first, last) = (mark::day(place.at()), mark::day(until));
        let days = self.store.list_with_delimiter(Some(all)).await?.common_prefixes;
        let name = |day: &Path| day.filename().unwrap_or_default().to_owned();
        // The end of time is no date.
        let mut days: Vec<_> =
            days.into_iter().filter(|day| name(day) >= first && (until == u64::MAX || name(day) <= last)).collect();
        days.sort();
        let mut marks = Vec::new();
        for day in days {
            let listed = self.store.list_with_offset(Some(&day), &before(all, place));
            let is_asked = |seen: &Seen| place.is_before(&seen.mark) && seen.mark.at <= until;
            let found = listed.try_filter_map(|meta| async move { Ok(seen(&meta)) });
            let start = marks.len();
            marks.extend(found.try_collect::<Vec<_>>().await?.into_iter().filter(is_asked));
            marks[start..].sort_by(|a, b| a.mark.cmp(&b.mark));
            if marks.len() > limit {
                break;
            }
        }
        Ok(marks)
    }
}

/// The last path before every mark of `place`.
fn before(all: &Path, place: &Place) -> Path {
    let day = all.clone().join(mark::day(place.at()));
    match place {
        Place::From(at) => day.join(format!("{at:013}")),
        Place::After(mark) => day.join(mark.to_string()),
    }
}

/// The mark; what else somebody may have put there is passed over.
fn seen(meta: &ObjectMeta) -> Option<Seen> {
    let mark: Mark = meta.location.filename()?.parse().ok()?;
    Some(Seen { mark, landed: millis(meta.last_modified) })
}

fn only(marks: Vec<Seen>, name: &Name) -> Vec<Seen> {
    marks.into_iter().filter(|seen| seen.mark.name == *name).collect()
}

fn page(cursor: &Cursor, listing: &Listing, limit: usize) -> Arrivals {
    let mut marks = listing.marks.iter().map(|seen| &seen.mark).filter(|mark| cursor.place.is_before(mark));
    let page: Vec<&Mark> = marks.by_ref().take(limit).collect();
    let more = marks.next().is_some() || listing.has_more;
    let next_round = cursor.next_round.unwrap_or(listing.taken_at.saturating_sub(OVERLAP_MS));
    let next = match page.last() {
        Some(&last) if more => Cursor { place: Place::After(last.clone()), next_round: Some(next_round) },
        _ => Cursor { place: Place::From(next_round), next_round: None },
    };
    Arrivals { files: page.into_iter().map(Arrival::from).collect(), next: next.to_string(), more }
}
