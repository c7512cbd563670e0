//! What the device notes down: the memo, written anew, and the log, which grows by chunks.

use kehu_files::seal::KeyId;

use super::Device;
use crate::memo::{Chunk, Living, MAX_CHUNKS, MEMO, chunk_key};
use crate::sides::{Local, Remote};
use crate::status::Trouble;

impl<L: Local, R: Remote> Device<L, R> {
    pub(super) fn living(&self, bytes: u64, at: u64, key: KeyId) -> Living {
        Living { bytes, at, key, knew: self.held.last_forgotten() }
    }

    pub(super) async fn save_memo(&mut self) -> Result<(), Trouble> {
        // A memo consists of texts and numbers, which always can be written.
        let memo = serde_json::to_vec(&self.memo).unwrap_or_default();
        self.local.note(MEMO, Some(&memo)).await.map_err(Trouble::here)
    }

    /// Goes one step on in the log, durably; draws it together when it has become long.
    pub(super) async fn log(&mut self, chunk: Chunk) -> Result<(), Trouble> {
        self.files.take(&chunk);
        let known = chunk.living.iter().map(|(name, _)| name).chain(chunk.covered.iter().map(|(name, _)| name));
        for name in known {
            self.memo.todo.remove(name);
            self.memo.indexes.remove(name);
        }
        let next = self.memo.first_chunk.saturating_add(self.memo.chunks);
        if self.memo.chunks < MAX_CHUNKS {
            self.put_chunk(next, &chunk).await?;
            self.memo.chunks += 1;
            return self.save_memo().await;
        }
        let whole = self.files.whole().with_stamps(&self.held.elsewhere());
        self.put_chunk(next, &whole).await?;
        let old: Vec<String> = self.memo.log_keys().collect();
        (self.memo.first_chunk, self.memo.chunks) = (next, 1);
        self.save_memo().await?;
        for key in old {
            self.local.note(&key, None).await.map_err(Trouble::here)?;
        }
        Ok(())
    }

    async fn put_chunk(&mut self, place: u32, chunk: &Chunk) -> Result<(), Trouble> {
        let bytes = serde_json::to_vec(chunk).unwrap_or_default();
        self.local.note(&chunk_key(place), Some(&bytes)).await.map_err(Trouble::here)
    }
}
