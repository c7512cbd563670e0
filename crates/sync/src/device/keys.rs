//! The company's keys: opened with its passphrase, made of a new one, learnt from the endpoint.

use kehu_files::seal::CompanyKey;

use super::Device;
use crate::memo::{Chunk, KeyNote};
use crate::name::Sort;
use crate::parcel::{self, Flaw, KeyFile};
use crate::sides::{Local, Remote};
use crate::status::Trouble;

impl<L: Local, R: Remote> Device<L, R> {
    /// Opens the company's key with its passphrase; where there is none yet, makes one. `salt` is fresh random bytes.
    ///
    /// # Errors
    /// [`Trouble::WrongPassphrase`], and whatever else keeps the device from the endpoint.
    pub async fn enter_passphrase(&mut self, passphrase: &str, salt: [u8; 16]) -> Result<(), Trouble> {
        match self.unlock(passphrase).await {
            Err(Trouble::NeedsPassphrase) => self.change_passphrase(passphrase, salt).await,
            outcome => outcome,
        }
    }

    /// Opens the company's keys with its passphrase, and never makes one.
    ///
    /// # Errors
    /// [`Trouble::NeedsPassphrase`] when the company has no key there; else as [`Device::enter_passphrase`].
    pub async fn unlock(&mut self, passphrase: &str) -> Result<(), Trouble> {
        self.list().await?;
        // Somebody waits for this: a key that could not be read a moment ago is asked for again at once.
        let keys = self.memo.todo.iter_mut().filter(|(name, _)| name.file.sort == Sort::Key);
        keys.for_each(|(_, todo)| todo.not_before = 0);
        self.learn_keys().await?;
        let is_unread = self.memo.todo.keys().any(|name| name.file.sort == Sort::Key);
        let otherwise = |trouble| if is_unread { Trouble::Offline } else { trouble };
        let Some(current) = self.memo.current() else { return Err(otherwise(Trouble::NeedsPassphrase)) };
        let key = current.file.unlock(passphrase).ok_or_else(|| otherwise(Trouble::WrongPassphrase))?;
        self.memo.keep_key(&key);
        // Earlier keys may have had the same passphrase, or another one that was asked for then.
        let others: Vec<CompanyKey> = self.memo.keys.iter().filter_map(|note| note.file.unlock(passphrase)).collect();
        others.iter().for_each(|key| self.memo.keep_key(key));
        self.save_memo().await
    }

    /// Makes a new key of a new passphrase; everything is written anew with it by the next compaction.
    ///
    /// # Errors
    /// What keeps the device from the endpoint.
    pub async fn change_passphrase(&mut self, passphrase: &str, salt: [u8; 16]) -> Result<(), Trouble> {
        let (file, key) = KeyFile::new(passphrase, salt, self.limits.rounds);
        let bytes = file.written();
        let name = parcel::named(&self.name, &bytes, Sort::Key, self.now_stamp());
        let size = bytes.len() as u64;
        self.remote.put(&name, bytes).await?;
        // In force as far as this device knows, until the endpoint says when it came.
        self.memo.keys.push(KeyNote { name: name.clone(), at: u64::MAX, file });
        self.memo.keep_key(&key);
        self.save_memo().await?;
        self.log(Chunk { living: vec![(name, self.living(size, self.local.now(), key.id()))], ..Chunk::default() })
            .await
    }

    pub(super) async fn learn_keys(&mut self) -> Result<(), Trouble> {
        for name in self.todo(Sort::Key) {
            let Some(bytes) = self.get(&name).await? else { continue };
            let is_whole = if name.file.fits(&bytes) { Ok(()) } else { Err(Flaw::Altered) };
            match is_whole.and_then(|()| KeyFile::read(&bytes)) {
                Ok(file) => {
                    let at = self.memo.todo.remove(&name).unwrap_or_default().at;
                    self.memo.keys.push(KeyNote { name: name.clone(), at, file });
                    self.save_memo().await?;
                }
                Err(flaw) => self.refuse(&name, &flaw),
            }
        }
        Ok(())
    }
}
