//! What the device keeps: the store of the workspace.

use std::cell::RefCell;
use std::rc::Rc;

use kehu_domain::change::Change;
use kehu_ledger::{journal, pace};
use kehu_store::{Class, Store, StoreError, StoreEvent};
use kehu_sync::{Local, Stage};

use crate::desk::Errand;

/// How many entries are asked for in one transaction.
const KEYS_AT_ONCE: usize = 64;

/// How many bytes of stored records are read at a time.
const SLICE_BYTES: usize = 4 << 20;

/// How long files may be worked at before others have their turn, in milliseconds.
const SLICE_MS: f64 = 60.0;

/// The store, and what was saved in it meanwhile.
pub struct Keeping {
    /// The store.
    pub store: Store,
    /// Whom to tell how far a round is.
    pub errand: Option<Errand>,
    /// What other tabs have committed and was not told yet, by key.
    heard: Rc<RefCell<Vec<String>>>,
    /// How many changes should be recorded, if nothing was missed.
    expected: u64,
}

impl Keeping {
    /// Listens to the store from now on; whoever asks for it reads what is there afterwards.
    ///
    /// # Errors
    /// What the browser reports.
    pub async fn new(store: Store) -> Result<Self, StoreError> {
        let heard = Rc::<RefCell<Vec<String>>>::default();
        store.on_event({
            let heard = heard.clone();
            move |event| {
                if let StoreEvent::Committed { keys, .. } = event {
                    heard.borrow_mut().extend(keys);
                }
            }
        });
        let expected = store.totals().await?.changes();
        Ok(Self { store, errand: None, heard, expected })
    }

    async fn everything(&self) -> Result<Vec<Vec<u8>>, StoreError> {
        let mut bodies = Vec::new();
        for class in [Class::Hot, Class::Cold] {
            let mut after = None;
            loop {
                let slice = self.store.read(class, after.as_ref(), SLICE_BYTES).await?;
                bodies.extend(slice.entries.into_iter().map(|entry| entry.body));
                match slice.next {
                    Some(next) => after = Some(next),
                    None => break,
                }
            }
        }
        Ok(bodies)
    }
}

impl Local for Keeping {
    type Error = StoreError;

    async fn append(&mut self, changes: Vec<Change>) -> Result<(), StoreError> {
        let entries = journal::entries(&changes, async || pace::breathe(SLICE_MS).await).await;
        self.store.append(entries, &[]).await?;
        self.expected += changes.len() as u64;
        Ok(())
    }

    async fn news(&mut self) -> Result<Vec<Vec<u8>>, StoreError> {
        let mut keys = self.heard.take();
        keys.sort_unstable();
        keys.dedup();
        let mut bodies = Vec::new();
        for slice in keys.chunks(KEYS_AT_ONCE) {
            for entry in self.store.read_keys(slice).await?.entries {
                self.expected += u64::from(entry.count);
                bodies.push(entry.body);
            }
        }
        // What another tab committed and drew together at once is not found by its key any more.
        let recorded = self.store.totals().await?.changes();
        if recorded != self.expected {
            bodies = self.everything().await?;
            self.expected = recorded;
        }
        Ok(bodies)
    }

    async fn note(&mut self, key: &str, note: Option<&[u8]>) -> Result<(), StoreError> {
        match note {
            Some(note) => self.store.put_meta(key, note).await,
            None => self.store.discard_meta(key).await,
        }
    }

    fn now(&self) -> u64 {
        pace::wall_ms()
    }

    async fn step(&mut self, stage: Stage, done: usize, total: usize) {
        if let Some(errand) = &self.errand {
            // Nobody stops a round: what is taken in or sent by then stays so anyway.
            _ = errand.step(stage as u8, done, total).await;
        }
    }
}
