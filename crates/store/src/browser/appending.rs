//! Appending: entries, totals and the end of drafts in one strict transaction, whatever was there before.

use std::collections::BTreeSet;

use web_sys::IdbKeyRange;

use super::idb::{Fault, Mode, Transaction};
use super::sentinel;
use super::store::{Store, TOTALS, class_range, decode_totals, full_key, unframed, write_totals};
use crate::entry::is_key;
use crate::page::PageKey;
use crate::{Class, Entry, StoreError, Totals};

impl Store {
    /// Appends entries in one transaction; resolves when they are durable.
    ///
    /// A key that is already there is left as it is, so appending again is harmless; unless what lies
    /// there is damaged: that is set aside in `meta`, as [`Self::accept_loss`] does, and replaced. The
    /// named drafts, having become records, go in the same transaction.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::NotSaved`], [`StoreError::BadKey`] and what reopening
    /// reports; nothing was written then, or (when the browser lost its answer) all of it, which
    /// appending the same entries again settles.
    pub async fn append(&self, entries: Vec<Entry>, discard_drafts: &[String]) -> Result<(), StoreError> {
        if let Some(entry) = entries.iter().find(|entry| !is_key(&entry.key)) {
            return Err(StoreError::BadKey(entry.key.clone()));
        }
        let mut entries = entries;
        // A batch that names a key twice means it once.
        let mut seen = BTreeSet::new();
        entries.retain(|entry| seen.insert((entry.class, entry.key.clone())));
        drop(seen);
        let totals = match self.append_fresh(&entries, discard_drafts).await {
            Err(Fault::Stale) => self.append_carefully(&entries, discard_drafts).await?,
            outcome => outcome?,
        };
        self.inner.known.replace(totals.clone());
        sentinel::raise(&self.inner.workspace, &totals);
        let keys: Vec<String> = entries.into_iter().map(|entry| entry.key).collect();
        if let Some(channel) = self.inner.channel.borrow().as_ref().filter(|_| !keys.is_empty()) {
            channel.tell(&keys, self.inner.brings);
        }
        Ok(())
    }

    /// Writes entries that are all newer than everything there, as almost every save is.
    ///
    /// What we know of the totals is written at once and checked on the way, which saves the save
    /// a round trip; [`Fault::Stale`] when the entries are not newer.
    async fn append_fresh(&self, entries: &[Entry], discard_drafts: &[String]) -> Result<Totals, Fault> {
        let stores: &[&str] =
            if discard_drafts.is_empty() { &["journal", "meta"] } else { &["journal", "meta", "drafts"] };
        let known = self.inner.known.borrow().clone();
        let is_fresh =
            |totals: &Totals| !totals.newest.is_empty() && entries.iter().all(|entry| entry.key > totals.newest);
        if !is_fresh(&known) {
            return Err(Fault::Stale);
        }
        self.attempt(stores, Mode::Write, async |tx| {
            let recorded = tx.ask("meta", "get", &[TOTALS.into()])?;
            let none = BTreeSet::new();
            let totals = write(tx, known.clone(), entries, &none, discard_drafts)?;
            let recorded = decode_totals(&recorded.result().await?)?;
            if recorded == known {
                return Ok(totals);
            }
            // Another tab has written meanwhile.
            if is_fresh(&recorded) { write(tx, recorded, entries, &none, &[]) } else { Err(Fault::Stale) }
        })
        .await
    }

    /// Writes those of the entries that are not there yet.
    async fn append_carefully(&self, entries: &[Entry], discard_drafts: &[String]) -> Result<Totals, StoreError> {
        let stores = ["journal", "pages", "drafts", "meta"];
        self.transact(&stores, Mode::Write, async |tx| {
            let (mut totals, mut present) = totals_and_present(tx, entries).await?;
            set_damage_aside(tx, entries, &mut totals, &mut present).await?;
            write(tx, totals, entries, &present, discard_drafts)
        })
        .await
    }
}

/// Writes the entries that are not present, takes the drafts away, and gives the new totals.
fn write(
    tx: &Transaction,
    mut totals: Totals,
    entries: &[Entry],
    present: &BTreeSet<String>,
    discard_drafts: &[String],
) -> Result<Totals, Fault> {
    for entry in entries {
        let key = full_key(entry.class, &entry.key);
        if !present.contains(&key) {
            tx.put("journal", &key, entry.count, &entry.body)?;
            totals.of_mut(entry.class).add(entry.count);
            totals.note(&entry.key);
        }
    }
    for draft in discard_drafts {
        tx.delete("drafts", draft)?;
    }
    write_totals(tx, &totals)?;
    Ok(totals)
}

/// Totals, and which of the entries are already there, asked in one go.
async fn totals_and_present(tx: &Transaction, entries: &[Entry]) -> Result<(Totals, BTreeSet<String>), Fault> {
    let totals = tx.ask("meta", "get", &[TOTALS.into()])?;
    let mut asked = Vec::new();
    for class in Class::ALL {
        let keys = || entries.iter().filter(|entry| entry.class == class).map(|entry| entry.key.as_str());
        let (Some(first), Some(last)) = (keys().min(), keys().max()) else {
            continue;
        };
        let journal = between(&full_key(class, first), &full_key(class, last))?;
        let pages = class_range(class, Some(first))?;
        asked.push((
            class,
            tx.ask("journal", "getAllKeys", &[journal.into()])?,
            tx.ask("pages", "getAllKeys", &[pages.into()])?,
        ));
    }
    let totals = decode_totals(&totals.result().await?)?;
    let mut present = BTreeSet::new();
    for (class, journal, pages) in asked {
        present.extend(journal.keys().await?);
        for page in pages.keys().await? {
            present.extend(keys_inside(tx, class, &page, entries).await?);
        }
    }
    Ok((totals, present))
}

/// Makes way for entries whose keys are taken by something that is not whole.
async fn set_damage_aside(
    tx: &Transaction,
    entries: &[Entry],
    totals: &mut Totals,
    present: &mut BTreeSet<String>,
) -> Result<(), Fault> {
    for entry in entries {
        let full = full_key(entry.class, &entry.key);
        if !present.contains(&full) {
            continue;
        }
        let value = tx.ask("journal", "get", &[(&full).into()])?.result().await?;
        // Not in the journal: then it was found in a page, by its very bytes.
        let Some(flawed) = Some(&value).filter(|value| !value.is_undefined()).and_then(|value| unframed(value).err())
        else {
            continue;
        };
        tx.put_raw("meta", &format!("damaged/journal/{full}"), &value)?;
        present.remove(&full);
        let total = totals.of_mut(entry.class);
        total.entries = total.entries.saturating_sub(1);
        total.changes = total.changes.saturating_sub(flawed.claimed.unwrap_or_default().into());
    }
    Ok(())
}

/// Which of the entries lie inside a page: those whose very bytes it holds.
async fn keys_inside(tx: &Transaction, class: Class, page: &str, entries: &[Entry]) -> Result<Vec<String>, Fault> {
    let Some(span) = page.strip_prefix(class.prefix()).and_then(PageKey::parse) else {
        return Ok(Vec::new());
    };
    let covered: Vec<&Entry> = entries.iter().filter(|entry| entry.class == class && span.covers(&entry.key)).collect();
    if covered.is_empty() {
        return Ok(Vec::new());
    }
    let value = tx.ask("pages", "get", &[page.into()])?.result().await?;
    let Ok((_, body)) = unframed(&value) else {
        return Ok(Vec::new());
    };
    Ok(covered
        .into_iter()
        .filter(|entry| memchr::memmem::find(&body, &entry.body).is_some())
        .map(|entry| full_key(class, &entry.key))
        .collect())
}

/// All keys from the first to the last, both included.
fn between(first: &str, last: &str) -> Result<IdbKeyRange, Fault> {
    IdbKeyRange::bound(&first.into(), &last.into()).map_err(|thrown| Fault::of(&thrown))
}
