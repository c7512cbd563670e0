//! Sending what is here and not elsewhere yet.

use super::Device;
use crate::memo::Chunk;
use crate::name::Sort;
use crate::parcel;
use crate::sides::{Local, Remote, Stage};
use crate::status::Trouble;

impl<L: Local, R: Remote> Device<L, R> {
    /// Sends what is not elsewhere yet: one request for one small change.
    ///
    /// # Errors
    /// As [`Device::round`].
    pub async fn push(&mut self) -> Result<(), Trouble> {
        self.take_news().await?;
        self.held.drop_forgotten();
        if self.held.pending().len() == 0 {
            return Ok(());
        }
        if !self.memo.is_settled {
            self.pull().await?;
        }
        let Some(key) = self.memo.current_key() else { return Err(Trouble::NeedsPassphrase) };
        let company = self.own_company()?;
        let total = self.held.pending().len();
        loop {
            let left = self.held.pending().len();
            if left == 0 {
                break;
            }
            self.local.step(Stage::Sending, total.saturating_sub(left), total).await;
            let batch = self.held.batch(self.limits.batch_changes, self.batch_bytes);
            let lines = batch.lines.iter().map(Vec::as_slice);
            let bytes = parcel::seal_lines(&company, batch.newest(), lines, &key);
            let name = parcel::named(&self.name, &bytes, Sort::Changes, batch.newest());
            let size = bytes.len() as u64;
            match self.remote.put(&name, bytes).await.map_err(Trouble::from) {
                Err(Trouble::TooLarge) if batch.lines.len() > 1 => {
                    self.batch_bytes = batch.lines.iter().map(Vec::len).sum::<usize>() / 2;
                    continue;
                }
                outcome => outcome?,
            }
            let stamps = self.held.sent(&batch).into_iter().collect();
            let living = vec![(name, self.living(size, self.local.now(), key.id()))];
            self.log(Chunk { living, ..Chunk::default() }.with_stamps(&stamps)).await?;
        }
        self.memo.since = None;
        self.memo.company = Some(company).filter(|company| !company.is_empty());
        self.save_memo().await
    }
}
