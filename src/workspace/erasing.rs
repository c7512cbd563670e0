//! Erasing for good (L3): the act, and taking what was erased out of the stored bytes as well.

use std::collections::BTreeMap;
use std::rc::Rc;

use kehu_domain::book::Book;
use kehu_domain::erasure::{Erasure, may_erase};
use kehu_domain::key::Key;
use kehu_domain::stamp::RecordId;
use kehu_ledger::journal::without_forgotten;
use kehu_store::{Class, StoreError};

use super::Workspace;

/// What an erasure would do, to be told before.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Consequences {
    /// How many records of which kind go along.
    pub along: BTreeMap<Key, usize>,
    /// Cases and forms that name it and stay.
    pub mentions: Vec<RecordId>,
}

impl Workspace {
    /// Whether the person of this device may erase; whatever calls this runs again after every commit.
    pub fn may_erase(&self) -> bool {
        let person = self.person();
        self.read(|book| may_erase(book, person))
    }

    /// What erasing a contact or customer would do.
    pub async fn consequences(&self, record: RecordId) -> Consequences {
        let Some(erasure) = self.erasure(record).await else { return Consequences::default() };
        self.read_once(|book| Consequences { along: erasure.along(book), mentions: erasure.mentions(book) })
    }

    /// Erases a contact or customer with all that belongs to it, here and in the stored bytes. It cannot be undone.
    ///
    /// # Errors
    /// When it could not be saved: then nothing is erased. When the stored bytes could not be rewritten: then it is erased, and
    /// the bytes are tried again at the next start.
    pub async fn erase(&self, record: RecordId) -> Result<(), StoreError> {
        let Some(erasure) = self.erasure(record).await else { return Ok(()) };
        let drafts = self.drafts_about(&erasure).await?;
        self.commit_with_drafts(&drafts, |book, act| erasure.carry_out(book, act)).await?;
        self.cleanse().await?;
        // Whoever was erased agreed to no care any more.
        self.skip_withdrawn_care().await.map(|_| ())
    }

    async fn erasure(&self, record: RecordId) -> Option<Erasure> {
        self.complete().await;
        let mut erasure = self.read_once(|book| Erasure::of(book, record))?;
        if erasure.names_attachments() {
            self.look_through(|record| erasure.spare(record)).await;
        }
        Some(erasure)
    }

    /// The drafts of forms that belong to what is erased, or name it.
    async fn drafts_about(&self, erasure: &Erasure) -> Result<Vec<String>, StoreError> {
        let names: Vec<String> = erasure.records().map(|id| id.to_string()).collect();
        let (drafts, _) = self.store().drafts().await?;
        let is_about = |draft: &kehu_store::Draft| {
            let text = String::from_utf8_lossy(&draft.bytes);
            names.iter().any(|name| draft.id.contains(name) || text.contains(name))
        };
        Ok(drafts.into_iter().filter(is_about).map(|draft| draft.id).collect())
    }

    /// Takes the values of forgotten records out of the stored bytes, where any may still lie.
    ///
    /// They do after an erasure, and after another device or tab brought them once more; and at a start, when the page was
    /// closed before this was done.
    ///
    /// # Errors
    /// As [`kehu_store::Store::rewrite`]; doing it again completes it.
    pub(super) async fn cleanse(&self) -> Result<(), StoreError> {
        let dropped = self.read_once(Book::dropped);
        if dropped == self.0.cleansed.get() {
            return Ok(());
        }
        let forgotten = Rc::new(self.read_once(Book::forgotten));
        for class in Class::ALL {
            let forgotten = forgotten.clone();
            self.0.store.rewrite(class, move |entry| without_forgotten(&entry.body, &forgotten)).await?;
        }
        self.0.cleansed.set(dropped);
        Ok(())
    }
}
