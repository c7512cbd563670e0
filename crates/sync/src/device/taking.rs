//! Taking in what others put there: listed, fetched, opened, saved.

use std::collections::HashSet;

use kehu_domain::change::Change;
use kehu_domain::stamp::Stamp;
use kehu_files::seal::{CompanyKey, KeyId};

use super::{DAY_MS, Device};
use crate::compaction;
use crate::memo::{Chunk, IndexNote, Living, Todo};
use crate::name::{Name, Sort};
use crate::parcel::{Flaw, Index};
use crate::plan;
use crate::sides::{Local, Remote, Stage};
use crate::status::{Trouble, Why};

/// How many changes are saved at once when files are taken in.
const SAVE_CHANGES: usize = 4_096;

/// And how many bytes of files they come from.
const SAVE_BYTES: usize = 4 << 20;

/// A file that cannot be used is asked for again after a minute, then after twice as long each time, up to a day.
const RETRY_MS: u64 = 60_000;

/// What is to be saved, and the files it comes from.
#[derive(Default)]
struct Taking {
    bytes: usize,
    changes: Vec<Change>,
    stamps: Vec<Stamp>,
    living: Vec<(Name, Living)>,
}

impl<L: Local, R: Remote> Device<L, R> {
    /// Takes in what others put there: one request when there is nothing new.
    ///
    /// # Errors
    /// As [`Device::round`].
    pub async fn pull(&mut self) -> Result<(), Trouble> {
        self.take_news().await?;
        self.list().await?;
        self.learn_keys().await?;
        if self.memo.current().is_some() && self.memo.current_key().is_none() {
            return Err(Trouble::NeedsPassphrase);
        }
        self.learn_indexes().await?;
        self.fetch().await?;
        if !self.memo.is_settled {
            self.memo.is_settled = true;
            self.save_memo().await?;
        }
        Ok(())
    }

    pub(super) async fn list(&mut self) -> Result<(), Trouble> {
        let mut has_news = false;
        loop {
            let page = self.remote.arrivals(&self.memo.cursor).await?;
            let is_further = page.next != self.memo.cursor;
            for file in page.files {
                if let Some(key) = self.memo.keys.iter_mut().find(|key| key.name == file.name) {
                    // When a key came first decides which one is in force, so all go by the endpoint's clock.
                    has_news |= file.at < key.at;
                    key.at = key.at.min(file.at);
                } else if !self.files.knows(&file.name) && !self.memo.todo.contains_key(&file.name) {
                    let todo = Todo { bytes: file.bytes, at: file.at, ..Todo::default() };
                    self.memo.todo.insert(file.name, todo);
                    has_news = true;
                }
            }
            self.memo.cursor = page.next;
            if !page.more || !is_further {
                break;
            }
        }
        if has_news { self.save_memo().await } else { Ok(()) }
    }

    pub(super) fn todo(&self, sort: Sort) -> Vec<Name> {
        let now = self.local.now();
        let due = self.memo.todo.iter().filter(|(name, todo)| name.file.sort == sort && todo.not_before <= now);
        due.filter(|(_, todo)| !todo.is_gone).map(|(name, _)| name.clone()).collect()
    }

    async fn learn_indexes(&mut self) -> Result<(), Trouble> {
        let mut has_news = false;
        for name in self.todo(Sort::Index) {
            if self.memo.indexes.contains_key(&name) {
                continue;
            }
            let Some(bytes) = self.get(&name).await? else { continue };
            let memo = &self.memo;
            let key = compaction::key_of(&name, &bytes, &|id| memo.key(id));
            match key.and_then(|key| Ok((Index::open(&bytes, &key)?, key.id()))) {
                Ok((index, key)) => {
                    self.memo.todo.entry(name.clone()).or_default().why = None;
                    self.memo.indexes.insert(name, IndexNote { index, key });
                    has_news = true;
                }
                Err(flaw) => self.refuse(&name, &flaw),
            }
        }
        if has_news { self.save_memo().await } else { Ok(()) }
    }

    /// A file's bytes; one that has gone is noted as such.
    pub(super) async fn get(&mut self, name: &Name) -> Result<Option<Vec<u8>>, Trouble> {
        let bytes = self.remote.get(name).await?;
        if bytes.is_none() {
            let todo = self.memo.todo.entry(name.clone()).or_default();
            (todo.is_gone, todo.why) = (true, None);
        }
        Ok(bytes)
    }

    /// A file that cannot be used stays to be fetched: it may come right, or be covered by an index.
    pub(super) fn refuse(&mut self, name: &Name, flaw: &Flaw) {
        let now = self.local.now();
        let todo = self.memo.todo.entry(name.clone()).or_default();
        todo.not_before = now + (RETRY_MS << todo.tries.min(10)).min(DAY_MS);
        todo.tries = todo.tries.saturating_add(1);
        todo.why = Some(Why::of(flaw));
    }

    async fn fetch(&mut self) -> Result<(), Trouble> {
        // A round may have ended between taking in and this.
        self.settle_indexes().await?;
        // What is taken in may make an index complete, or show that a file has gone whose content lies in parts.
        let mut tried: HashSet<Name> = HashSet::new();
        loop {
            let wanted = plan::wanted(&self.memo, &self.files, self.local.now());
            let wanted: Vec<Name> = wanted.into_iter().filter(|name| tried.insert(name.clone())).collect();
            if wanted.is_empty() {
                return self.let_go().await;
            }
            self.fetch_all(wanted).await?;
            self.settle_indexes().await?;
        }
    }

    /// Takes files that have gone as known, once all that is there was taken in.
    async fn let_go(&mut self) -> Result<(), Trouble> {
        let gone = plan::moot(&self.memo, &self.files);
        if gone.is_empty() {
            return Ok(());
        }
        let covered = gone.into_iter().map(|name| (name, 0)).collect();
        self.log(Chunk { covered, ..Chunk::default() }).await?;
        self.settle_indexes().await
    }

    async fn fetch_all(&mut self, wanted: Vec<Name>) -> Result<(), Trouble> {
        let total = wanted.len();
        let mut taking = Taking::default();
        for (done, name) in wanted.into_iter().enumerate() {
            self.local.step(Stage::Taking, done, total).await;
            if taking.changes.len() >= SAVE_CHANGES || taking.bytes >= SAVE_BYTES {
                self.take_in(std::mem::take(&mut taking)).await?;
            }
            let looked = match self.get(&name).await {
                Ok(Some(bytes)) => self.look_into(&name, &bytes, &mut taking),
                other => other.map(|_| ()),
            };
            if let Err(trouble) = looked {
                self.take_in(taking).await?;
                return Err(trouble);
            }
        }
        self.take_in(taking).await
    }

    /// Opens a file and puts what it brings to what is to be saved.
    fn look_into(&mut self, name: &Name, bytes: &[u8], taking: &mut Taking) -> Result<(), Trouble> {
        let memo = &self.memo;
        let parcel = match compaction::open(name, bytes, &|id| memo.key(id)) {
            Ok(parcel) => parcel,
            Err(flaw) => {
                self.refuse(name, &flaw);
                return Ok(());
            }
        };
        let theirs = Some(&parcel.company).filter(|id| !id.is_empty());
        let ours = self.held.company().or_else(|| self.memo.company.clone());
        if let (Some(ours), Some(theirs)) = (ours, theirs)
            && ours != *theirs
        {
            return Err(Trouble::OtherCompany);
        }
        if let Some(theirs) = theirs {
            self.memo.company = Some(theirs.clone());
        }
        let sifted = self.held.sift(parcel.changes, self.local.now());
        let is_own = name.device == self.name && name.file.sort == Sort::Changes;
        if is_own && self.memo.is_settled && !sifted.new.is_empty() {
            self.memo.is_copied = !self.memo.is_copy_known;
        }
        taking.bytes += bytes.len();
        taking.changes.extend(sifted.new);
        taking.stamps.extend(sifted.stamps);
        if let Some(ahead) = sifted.ahead {
            let todo = self.memo.todo.entry(name.clone()).or_default();
            (todo.not_before, todo.why) = (ahead.until, None);
            todo.ahead = Some((ahead.changes, ahead.by));
            return Ok(());
        }
        let todo = self.memo.todo.get(name).copied().unwrap_or_default();
        let key = CompanyKey::of(bytes).unwrap_or(KeyId::from([0; 16]));
        let mut living = self.living(bytes.len() as u64, todo.at, key);
        if sifted.has_forgotten {
            living.knew = Stamp::ZERO;
        }
        taking.living.push((name.clone(), living));
        Ok(())
    }

    /// Saves what files brought, then takes note of the files.
    async fn take_in(&mut self, taking: Taking) -> Result<(), Trouble> {
        let Taking { changes, stamps, living, bytes: _ } = taking;
        if !changes.is_empty() {
            self.local.append(changes).await.map_err(Trouble::here)?;
        }
        if stamps.is_empty() && living.is_empty() {
            return self.save_memo().await;
        }
        let stamps = self.held.settle(stamps).into_iter().collect();
        self.log(Chunk { living, ..Chunk::default() }.with_stamps(&stamps)).await
    }

    /// Indexes whose content is here: the files they cover are known, and so are the parts.
    async fn settle_indexes(&mut self) -> Result<(), Trouble> {
        for name in plan::complete(&self.memo, &self.files) {
            let Some(IndexNote { index, key }) = self.memo.indexes.remove(&name) else { continue };
            let at = self.memo.todo.get(&name).map_or(0, |todo| todo.at);
            let living = |name: &Name| {
                let todo = self.memo.todo.get(name).copied().unwrap_or_default();
                (name.clone(), Living { bytes: todo.bytes, at: todo.at.max(at), key, knew: index.knew })
            };
            let living: Vec<_> = std::iter::once(&name)
                .chain(index.parts.iter().filter(|part| !self.files.knows(part)))
                .map(living)
                .collect();
            let covered: Vec<_> = index.covers.iter().map(|name| (name.clone(), at)).collect();
            self.log(Chunk { living, covered, ..Chunk::default() }).await?;
        }
        Ok(())
    }
}
