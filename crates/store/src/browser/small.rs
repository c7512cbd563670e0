//! The small stores: drafts of this device, meta values, attachments.

use super::idb::{Fault, Mode};
use super::store::{Store, unframed};
use crate::{Damage, Draft, Flaw, Place, StoreError};

/// The prefix of the callers' keys in `meta`, so that they never meet our own.
const APP: &str = "app/";

impl Store {
    /// Keeps a draft, in place of the former one of the same id.
    ///
    /// # Errors
    /// As [`Self::append`]; any id but the empty one will do.
    pub async fn save_draft(&self, id: &str, bytes: &[u8]) -> Result<(), StoreError> {
        if id.is_empty() {
            return Err(StoreError::BadKey(id.to_owned()));
        }
        let mut body = format!("{}\n", js_sys::Date::now()).into_bytes();
        body.extend_from_slice(bytes);
        self.put("drafts", id, &body).await
    }

    /// All drafts in order of id, and those that are damaged.
    ///
    /// # Errors
    /// What the browser reports.
    pub async fn drafts(&self) -> Result<(Vec<Draft>, Vec<Damage>), StoreError> {
        let (keys, values) = self
            .transact(&["drafts"], Mode::Read, async |tx| {
                let keys = tx.ask("drafts", "getAllKeys", &[])?;
                let values = tx.ask("drafts", "getAll", &[])?;
                Ok((keys.keys().await?, values.list().await?))
            })
            .await?;
        let (mut drafts, mut damaged) = (Vec::new(), Vec::new());
        for (id, value) in keys.into_iter().zip(values) {
            let draft = unframed(&value).map_err(|flawed| flawed.flaw).and_then(|(_, body)| draft(&id, body));
            match draft {
                Ok(draft) => drafts.push(draft),
                Err(flaw) => damaged.push(Damage { place: Place::Drafts, key: id, claimed: None, flaw }),
            }
        }
        Ok((drafts, damaged))
    }

    /// Discards a draft, present or not.
    ///
    /// # Errors
    /// As [`Self::append`].
    pub async fn discard_draft(&self, id: &str) -> Result<(), StoreError> {
        self.transact(&["drafts"], Mode::Write, async |tx| tx.delete("drafts", id)).await
    }

    /// A value kept beside the records, `None` when there is none.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], and what the browser reports.
    pub async fn get_meta(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.get("meta", &format!("{APP}{key}")).await
    }

    /// Keeps a value beside the records, in place of the former.
    ///
    /// # Errors
    /// As [`Self::append`].
    pub async fn put_meta(&self, key: &str, bytes: &[u8]) -> Result<(), StoreError> {
        self.put("meta", &format!("{APP}{key}"), bytes).await
    }

    /// Lets go of a value beside the records.
    ///
    /// # Errors
    /// As [`Self::append`].
    pub async fn discard_meta(&self, key: &str) -> Result<(), StoreError> {
        self.transact(&["meta"], Mode::Write, async |tx| tx.delete("meta", &format!("{APP}{key}"))).await
    }

    /// Keeps an attachment under the SHA-256 of its bytes, in hex, as the caller has computed it.
    ///
    /// # Errors
    /// As [`Self::append`]; [`StoreError::BadKey`] when the key is not 64 lower-case hex digits.
    pub async fn put_blob(&self, sha256: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let is_hex = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if sha256.len() != 64 || !sha256.bytes().all(is_hex) {
            return Err(StoreError::BadKey(sha256.to_owned()));
        }
        self.put("blobs", sha256, bytes).await
    }

    /// An attachment, `None` when it is not on this device.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], and what the browser reports.
    pub async fn blob(&self, sha256: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.get("blobs", sha256).await
    }

    async fn put(&self, store: &str, key: &str, body: &[u8]) -> Result<(), StoreError> {
        self.transact(&[store], Mode::Write, async |tx| tx.put(store, key, 1, body)).await
    }

    async fn get(&self, store: &str, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.transact(&[store], Mode::Read, async |tx| {
            let value = tx.ask(store, "get", &[key.into()])?.result().await?;
            if value.is_undefined() {
                return Ok(None);
            }
            match unframed(&value) {
                Ok((_, body)) => Ok(Some(body)),
                Err(flawed) => Err(Fault::Found(StoreError::Damaged { key: key.to_owned(), flaw: flawed.flaw })),
            }
        })
        .await
    }
}

/// Takes the first line off a draft's body: when it was saved.
fn draft(id: &str, mut body: Vec<u8>) -> Result<Draft, Flaw> {
    let end = memchr::memchr(b'\n', &body).ok_or(Flaw::Header)?;
    let saved_at_ms = body
        .get(..end)
        .and_then(|line| std::str::from_utf8(line).ok())
        .and_then(|line| line.parse().ok())
        .ok_or(Flaw::Header)?;
    body.drain(..=end);
    Ok(Draft { id: id.to_owned(), saved_at_ms, bytes: body })
}
