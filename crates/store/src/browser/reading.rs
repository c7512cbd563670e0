//! Reading back: slices of a class, entries by key, and taking stock after an accepted loss.

use wasm_bindgen::JsValue;

use super::idb::{Fault, Mode, Transaction};
use super::sentinel;
use super::store::{Store, class_range, class_range_after, full_key, read_totals, unframed, write_totals};
use crate::page::PageKey;
use crate::{Class, Damage, Entry, Flaw, Found, Place, Slice, StoreError, Tally, Total, Totals, Whole};

/// How many values are fetched at once, at least and at most.
const BATCH: std::ops::RangeInclusive<usize> = 4..=512;

/// Bytes per step when a whole class is gone through.
const STEP_BYTES: usize = 8 << 20;

/// Where a reading of a class has got to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    place: Place,
    /// The last key read there, without the class's prefix.
    after: Option<String>,
    /// The compactions counted when the reading began.
    compactions: u64,
    recorded: Total,
}

impl Store {
    /// Reads the next slice of a class: pages first, then the journal, each in key order.
    ///
    /// A slice ends once it holds `limit_bytes` or more. Every frame is checked; what is not
    /// whole is listed and passed over. Entries that another tab moves into pages meanwhile may
    /// come twice, never not at all.
    ///
    /// # Errors
    /// What the browser reports; [`StoreError::Damaged`] when the totals are not legible.
    pub async fn read(
        &self,
        class: Class,
        after: Option<&Position>,
        limit_bytes: usize,
    ) -> Result<Slice<Position>, StoreError> {
        let stores = ["pages", "journal", "meta"];
        let in_batches = async |tx: &Transaction| slice(tx, class, after, limit_bytes).await;
        match self.transact(&stores, Mode::Read, in_batches).await {
            // Some value cannot be read back at all: find out which, and read the others.
            Err(StoreError::Browser(_)) => self.read_one_by_one(class, after, limit_bytes).await,
            outcome => outcome,
        }
    }

    /// Reads a whole class and says what of it is missing.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub async fn read_all(&self, class: Class) -> Result<Whole, StoreError> {
        let mut tally = Tally::default();
        let mut entries = Vec::new();
        let mut position = None;
        loop {
            let slice = self.read(class, position.as_ref(), STEP_BYTES).await?;
            tally.count(&slice);
            entries.extend(slice.entries);
            position = slice.next;
            if position.is_none() {
                return Ok(Whole { entries, integrity: tally.integrity() });
            }
        }
    }

    /// Reads the entries behind keys that another tab has committed.
    ///
    /// # Errors
    /// What the browser reports.
    pub async fn read_keys(&self, keys: &[String]) -> Result<Found, StoreError> {
        self.transact(&["journal", "pages"], Mode::Read, async |tx| by_keys(tx, keys).await).await
    }

    /// Takes what is there for all there is: totals and sentinel are counted anew.
    ///
    /// Damaged values are set aside in `meta` under `damaged/<store>/<key>`, as they are; the
    /// rescue page still shows them.
    ///
    /// # Errors
    /// As [`Self::append`].
    pub async fn accept_loss(&self) -> Result<Totals, StoreError> {
        let totals = self.transact(&["journal", "pages", "meta"], Mode::Write, async |tx| recount(tx).await).await?;
        sentinel::set(&self.inner.workspace, &totals);
        Ok(totals)
    }

    /// The slow way: each value in a transaction of its own, since a failure ends it.
    async fn read_one_by_one(
        &self,
        class: Class,
        after: Option<&Position>,
        limit_bytes: usize,
    ) -> Result<Slice<Position>, StoreError> {
        let stores = ["pages", "journal", "meta"];
        let (mut reading, mut todo, moved) = self
            .transact(&stores, Mode::Read, async |tx| {
                let totals = read_totals(tx).await?;
                let reading = Reading::new(after, totals.of(class), totals.compactions);
                let moved = page_keys_since(tx, class, reading.position.compactions).await?;
                Ok((reading, keys_after(tx, class, after).await?, moved))
            })
            .await?;
        todo.reverse();
        while let Some((place, key)) = todo.pop() {
            self.read_one(class, place, &key, &mut reading).await?;
            reading.position.place = place;
            reading.position.after = key.strip_prefix(class.prefix()).map(str::to_owned);
            if reading.bytes >= limit_bytes {
                return Ok(reading.continued());
            }
        }
        for key in moved {
            self.read_one(class, Place::Pages, &key, &mut reading).await?;
        }
        Ok(reading.slice)
    }

    async fn read_one(&self, class: Class, place: Place, key: &str, reading: &mut Reading) -> Result<(), StoreError> {
        let get = async |tx: &Transaction| tx.ask(place.store(), "get", &[key.into()])?.result().await;
        match self.transact(&[place.store()], Mode::Read, get).await {
            // Compaction moves it at this very moment; reading the class again finds it.
            Ok(value) if value.is_undefined() => reading.slice.has_moved = true,
            Ok(value) => reading.take(class, place, key, &value),
            Err(StoreError::Browser(text)) => reading.damaged(place, key, Flaw::Unreadable(text)),
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

/// A slice in the making.
struct Reading {
    slice: Slice<Position>,
    position: Position,
    bytes: usize,
}

impl Reading {
    fn new(after: Option<&Position>, recorded: Total, compactions: u64) -> Self {
        let position = after.cloned().unwrap_or(Position { place: Place::Pages, after: None, compactions, recorded });
        let recorded = position.recorded;
        let slice = Slice {
            entries: Vec::new(),
            damaged: Vec::new(),
            next: None,
            recorded,
            has_moved: position.compactions != compactions,
        };
        Self { slice, position, bytes: 0 }
    }

    fn take(&mut self, class: Class, place: Place, key: &str, value: &JsValue) {
        match entry(class, place, key, value) {
            Ok(entry) => {
                self.bytes += entry.body.len();
                self.slice.entries.push(entry);
            }
            Err(damage) => self.slice.damaged.push(damage),
        }
    }

    fn damaged(&mut self, place: Place, key: &str, flaw: Flaw) {
        self.slice.damaged.push(Damage { place, key: key.to_owned(), claimed: None, flaw });
    }

    fn continued(mut self) -> Slice<Position> {
        self.slice.next = Some(self.position);
        self.slice
    }
}

pub(super) fn entry(class: Class, place: Place, full: &str, value: &JsValue) -> Result<Entry, Damage> {
    let key = full.strip_prefix(class.prefix()).unwrap_or(full).to_owned();
    match unframed(value) {
        Ok((count, body)) => Ok(Entry { class, key, count, body }),
        Err(flawed) => Err(Damage { place, key: full.to_owned(), claimed: flawed.claimed, flaw: flawed.flaw }),
    }
}

async fn slice(
    tx: &Transaction,
    class: Class,
    after: Option<&Position>,
    limit_bytes: usize,
) -> Result<Slice<Position>, Fault> {
    let totals = read_totals(tx).await?;
    let mut reading = Reading::new(after, totals.of(class), totals.compactions);
    let mut batch = *BATCH.start();
    loop {
        let place = reading.position.place;
        let start = reading.position.after.clone();
        let (keys, values) = some_after(tx, class, place, start.as_deref(), batch).await?;
        let is_last = keys.len() < batch;
        for (key, value) in keys.iter().zip(&values) {
            reading.take(class, place, key, value);
        }
        if let Some(key) = keys.last() {
            reading.position.after = key.strip_prefix(class.prefix()).map(str::to_owned);
        }
        match (is_last, place) {
            (true, Place::Pages) => {
                reading.position.place = Place::Journal;
                reading.position.after = None;
            }
            (true, _) => {
                pages_since(tx, class, &mut reading).await?;
                return Ok(reading.slice);
            }
            (false, _) if reading.bytes >= limit_bytes => return Ok(reading.continued()),
            (false, _) => batch = next_batch(&reading, limit_bytes),
        }
        if reading.bytes >= limit_bytes {
            return Ok(reading.continued());
        }
    }
}

/// As many values as should fill the slice, by the mean size so far.
fn next_batch(reading: &Reading, limit_bytes: usize) -> usize {
    let mean = reading.bytes / reading.slice.entries.len().max(1);
    let wanted = limit_bytes.saturating_sub(reading.bytes) / mean.max(1);
    wanted.clamp(*BATCH.start(), *BATCH.end())
}

/// The next keys and values of a class in a store.
pub(super) async fn some_after(
    tx: &Transaction,
    class: Class,
    place: Place,
    after: Option<&str>,
    many: usize,
) -> Result<(Vec<String>, Vec<JsValue>), Fault> {
    let range = match after {
        Some(key) => class_range_after(class, key)?,
        None => class_range(class, None)?,
    };
    let arguments = [JsValue::from(range), JsValue::from(many as u32)];
    let keys = tx.ask(place.store(), "getAllKeys", &arguments)?;
    let values = tx.ask(place.store(), "getAll", &arguments)?;
    Ok((keys.keys().await?, values.list().await?))
}

/// Reads the pages made since the reading began: they may hold what was still to be read.
async fn pages_since(tx: &Transaction, class: Class, reading: &mut Reading) -> Result<(), Fault> {
    if !reading.slice.has_moved {
        return Ok(());
    }
    for key in page_keys_since(tx, class, reading.position.compactions).await? {
        let value = tx.ask("pages", "get", &[(&key).into()])?.result().await?;
        reading.take(class, Place::Pages, &key, &value);
    }
    Ok(())
}

/// The pages that compactions after the given one have made.
async fn page_keys_since(tx: &Transaction, class: Class, compactions: u64) -> Result<Vec<String>, Fault> {
    let mut keys = tx.ask("pages", "getAllKeys", &[class_range(class, None)?.into()])?.keys().await?;
    keys.retain(|key| {
        let page = key.strip_prefix(class.prefix()).and_then(PageKey::parse);
        page.is_some_and(|page| page.compaction > compactions)
    });
    Ok(keys)
}

/// Everything that is still to be read, in order.
async fn keys_after(tx: &Transaction, class: Class, after: Option<&Position>) -> Result<Vec<(Place, String)>, Fault> {
    let mut todo = Vec::new();
    for place in [Place::Pages, Place::Journal] {
        let range = match after {
            Some(position) if position.place == Place::Journal && place == Place::Pages => continue,
            Some(Position { place: at, after: Some(key), .. }) if *at == place => class_range_after(class, key)?,
            _ => class_range(class, None)?,
        };
        let keys = tx.ask(place.store(), "getAllKeys", &[range.into()])?.keys().await?;
        todo.extend(keys.into_iter().map(|key| (place, key)));
    }
    Ok(todo)
}

async fn by_keys(tx: &Transaction, keys: &[String]) -> Result<Found, Fault> {
    let mut found = Found::default();
    let mut asked = Vec::new();
    for key in keys {
        for class in Class::ALL {
            let full = full_key(class, key);
            asked.push((class, key, tx.ask("journal", "get", &[(&full).into()])?, full));
        }
    }
    let mut absent: Vec<&String> = keys.iter().collect();
    for (class, key, value, full) in asked {
        let value = value.result().await?;
        if value.is_undefined() {
            continue;
        }
        absent.retain(|other| *other != key);
        match entry(class, Place::Journal, &full, &value) {
            Ok(entry) => found.entries.push(entry),
            Err(damage) => found.damaged.push(damage),
        }
    }
    if absent.is_empty() {
        return Ok(found);
    }
    let mut covered = vec![false; absent.len()];
    for class in Class::ALL {
        let all = tx.ask("pages", "getAllKeys", &[class_range(class, None)?.into()])?.keys().await?;
        for full in all {
            let Some(page) = full.strip_prefix(class.prefix()).and_then(PageKey::parse) else {
                continue;
            };
            let mut is_wanted = false;
            for (key, covered) in absent.iter().zip(&mut covered) {
                if page.covers(key) {
                    *covered = true;
                    is_wanted = true;
                }
            }
            if is_wanted {
                let value = tx.ask("pages", "get", &[(&full).into()])?.result().await?;
                match entry(class, Place::Pages, &full, &value) {
                    Ok(entry) => found.entries.push(entry),
                    Err(damage) => found.damaged.push(damage),
                }
            }
        }
    }
    let uncovered = absent.into_iter().zip(covered).filter(|(_, covered)| !covered);
    found.missing = uncovered.map(|(key, _)| key.clone()).collect();
    Ok(found)
}

async fn recount(tx: &Transaction) -> Result<Totals, Fault> {
    // The former totals may be what is damaged; then the count starts over.
    let before = match read_totals(tx).await {
        Err(Fault::Found(_)) => Totals::default(),
        outcome => outcome?,
    };
    let mut totals = Totals { compactions: before.compactions, newest: before.newest, ..Totals::default() };
    for class in Class::ALL {
        for place in [Place::Pages, Place::Journal] {
            recount_store(tx, class, place, &mut totals).await?;
        }
    }
    write_totals(tx, &totals)?;
    Ok(totals)
}

async fn recount_store(tx: &Transaction, class: Class, place: Place, totals: &mut Totals) -> Result<(), Fault> {
    let mut after: Option<String> = None;
    loop {
        let (keys, values) = some_after(tx, class, place, after.as_deref(), *BATCH.start()).await?;
        for (full, value) in keys.iter().zip(&values) {
            match entry(class, place, full, value) {
                Ok(entry) => {
                    totals.of_mut(class).add(entry.count);
                    match PageKey::parse(&entry.key) {
                        Some(page) => {
                            totals.note(&page.last);
                            totals.compactions = totals.compactions.max(page.compaction);
                        }
                        None => totals.note(&entry.key),
                    }
                }
                Err(_) => {
                    tx.put_raw("meta", &format!("damaged/{}/{full}", place.store()), value)?;
                    tx.delete(place.store(), full)?;
                }
            }
        }
        match keys.last() {
            Some(key) => after = key.strip_prefix(class.prefix()).map(str::to_owned),
            None => return Ok(()),
        }
    }
}
