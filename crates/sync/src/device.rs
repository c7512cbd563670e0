//! A device's side: takes in what others put there, puts there what it made, and gathers many files into few.

use std::collections::HashSet;

use kehu_domain::arrival::Stamps;
use kehu_domain::change::Change;
use kehu_domain::stamp::Stamp;
use kehu_files::seal::{CompanyKey, KeyId, ROUNDS};

use crate::compaction::{self, Candidate, Means};
use crate::held::Held;
use crate::memo::{Chunk, Files, IndexNote, KeyNote, Living, MAX_CHUNKS, MEMO, Memo, Todo, chunk_key};
use crate::name::{self, Name, Sort};
use crate::parcel::{self, Flaw, Index, KeyFile};
use crate::plan;
use crate::sides::{Local, Remote, RemoteError, Removal};
use crate::status::{Refused, Status, Trouble};

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// How many changes are saved at once when files are taken in.
const SAVE_CHANGES: usize = 4_096;

/// And how many bytes of files they come from.
const SAVE_BYTES: usize = 4 << 20;

/// A file that cannot be used is asked for again after a minute, then after twice as long each time, up to a day.
const RETRY_MS: u64 = 60_000;

/// What a device does at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Changes in one file.
    pub batch_changes: usize,
    /// Bytes of the lines in one file; a change that is larger goes alone.
    pub batch_bytes: usize,
    /// How many files there have to be before they are gathered.
    pub compact_files: usize,
    /// Bytes of all files that a compaction reads.
    pub compact_bytes: u64,
    /// How long covered files stay, in milliseconds.
    pub grace_ms: u64,
    /// How long a compaction that is due is left to others at most, in milliseconds; how long just, the device's name decides.
    pub patience_ms: u64,
    /// Rounds for new keys.
    pub rounds: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            batch_changes: 4_096,
            batch_bytes: 4 << 20,
            compact_files: compaction::MIN_FILES,
            compact_bytes: 64 << 20,
            grace_ms: 30 * DAY_MS,
            patience_ms: 10 * 60 * 1000,
            rounds: ROUNDS,
        }
    }
}

/// A device and what it knows.
pub struct Device<L, R> {
    /// What the device keeps.
    pub local: L,
    /// The endpoint.
    pub remote: R,
    name: name::Device,
    limits: Limits,
    memo: Memo,
    files: Files,
    held: Held,
    refused: Vec<Refused>,
    set_aside: u64,
    /// When a compaction was first seen to be due.
    due_since: Option<u64>,
    needs_compaction: bool,
    /// How many bytes of lines a file may have, once the endpoint found one too large.
    batch_bytes: usize,
}

impl<L: Local, R: Remote> Device<L, R> {
    /// A device as its notes have it: the memo, and as many chunks of the log as that says (see [`Device::notes`]). Notes that
    /// cannot be read count as none. What is stored here is told by [`Device::hold`] before anything else.
    pub fn new(name: name::Device, limits: Limits, local: L, remote: R, memo: Option<&[u8]>, log: &[Vec<u8>]) -> Self {
        let mut memo: Memo = memo.and_then(|memo| serde_json::from_slice(memo).ok()).unwrap_or_default();
        let chunks: Vec<Chunk> = log.iter().filter_map(|chunk| serde_json::from_slice(chunk).ok()).collect();
        let mut files = Files::default();
        chunks.iter().for_each(|chunk| files.take(chunk));
        memo.todo.retain(|name, _| !files.knows(name));
        let stamps: Stamps = chunks.iter().flat_map(|chunk| chunk.stamps().iter().collect::<Vec<_>>()).collect();
        Self {
            local,
            remote,
            name,
            limits,
            memo,
            files,
            held: Held::with_elsewhere(stamps),
            refused: Vec::new(),
            set_aside: 0,
            due_since: None,
            needs_compaction: false,
            batch_bytes: limits.batch_bytes,
        }
    }

    /// Under which keys the notes of a device lie, by its memo.
    pub fn notes(memo: Option<&[u8]>) -> Vec<String> {
        let memo: Memo = memo.and_then(|memo| serde_json::from_slice(memo).ok()).unwrap_or_default();
        memo.log_keys().collect()
    }

    /// Takes note of a change that is stored here, by its line.
    pub fn hold(&mut self, line: &[u8]) {
        self.held.hold(line);
    }

    /// How it stands.
    pub fn status(&self) -> Status {
        let to_go = self.held.pending().len() as u64;
        let missing = self.memo.todo.iter().filter(|(name, todo)| todo.is_gone && plan::holds_changes(name));
        let missing = missing.map(|(name, _)| Refused { name: name.clone(), why: "it is not there any more".into() });
        let is_to_come = |(name, todo): &(&Name, &Todo)| name.file.sort == Sort::Changes && !todo.is_gone;
        Status {
            to_go,
            since: self.memo.since.filter(|_| to_go > 0),
            to_come: self.memo.todo.iter().filter(is_to_come).count() as u64,
            is_settled: self.memo.is_settled,
            refused: self.refused.iter().cloned().chain(missing).collect(),
            set_aside: self.set_aside,
            is_copied: self.memo.is_copied,
            needs_compaction: self.needs_compaction,
        }
    }

    /// The changes that are not elsewhere yet, a line each.
    pub fn outbox(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.held.pending()
    }

    /// Whether the company has a key at the endpoint, as far as is known.
    pub fn has_key(&self) -> bool {
        self.memo.current().is_some()
    }

    /// Takes note that a copied profile was given a new name.
    ///
    /// # Errors
    /// [`Trouble::Here`].
    pub async fn forget_copy(&mut self) -> Result<(), Trouble> {
        self.memo.is_copied = false;
        self.save_memo().await
    }

    /// Takes note of what was saved on this device meanwhile.
    ///
    /// # Errors
    /// [`Trouble::Here`].
    pub async fn catch_up(&mut self) -> Result<(), Trouble> {
        self.take_news().await
    }

    /// The company's identity, as far as it is known.
    pub fn company(&self) -> Option<String> {
        self.held.company().or_else(|| self.memo.company.clone())
    }

    /// Forgets what is known of the endpoint, but for keys and their passphrases: everything is listed again and, where it is not
    /// there, sent again. The device is to be opened anew after this.
    ///
    /// # Errors
    /// [`Trouble::Here`].
    pub async fn begin_anew(&mut self) -> Result<(), Trouble> {
        let old: Vec<String> = self.memo.log_keys().collect();
        let opened = std::mem::take(&mut self.memo.opened);
        self.memo = Memo { opened, ..Memo::default() };
        self.save_memo().await?;
        for key in old {
            self.local.note(&key, None).await.map_err(Trouble::here)?;
        }
        Ok(())
    }

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

    /// Lists what came, takes it in, and sends what is here.
    ///
    /// # Errors
    /// What keeps the device from the endpoint; what was done by then stays done.
    pub async fn round(&mut self) -> Result<(), Trouble> {
        self.pull().await?;
        self.push().await
    }

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
            self.local.step(total.saturating_sub(left), total).await;
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

    /// Gathers many small files into few, when that is due and nobody else did, and removes own files that were covered long ago.
    ///
    /// # Errors
    /// As [`Device::round`].
    pub async fn tidy(&mut self) -> Result<(), Trouble> {
        self.compact_if_due().await?;
        self.sweep().await
    }

    // ---- what is here ----------------------------------------------------------------------------------------------------

    async fn take_news(&mut self) -> Result<(), Trouble> {
        for body in self.local.news().await.map_err(Trouble::here)? {
            for line in body.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
                self.held.hold(line);
            }
        }
        if self.held.pending().len() > 0 && self.memo.since.is_none() {
            self.memo.since = Some(self.local.now());
            self.save_memo().await?;
        }
        Ok(())
    }

    /// The company whose changes these are, which must be that of the endpoint.
    fn own_company(&self) -> Result<String, Trouble> {
        match (self.held.company(), &self.memo.company) {
            (Some(ours), Some(theirs)) if ours != *theirs => Err(Trouble::OtherCompany),
            (Some(ours), _) => Ok(ours),
            (None, theirs) => Ok(theirs.clone().unwrap_or_default()),
        }
    }

    fn now_stamp(&self) -> Stamp {
        // Only for names: which device wrote it says the folder.
        Stamp::new(self.local.now(), 0, 0)
    }

    fn living(&self, bytes: u64, at: u64, key: KeyId) -> Living {
        Living { bytes, at, key, knew: self.held.last_forgotten() }
    }

    async fn save_memo(&mut self) -> Result<(), Trouble> {
        // A memo consists of texts and numbers, which always can be written.
        let memo = serde_json::to_vec(&self.memo).unwrap_or_default();
        self.local.note(MEMO, Some(&memo)).await.map_err(Trouble::here)
    }

    /// Goes one step on in the log, durably; draws it together when it has become long.
    async fn log(&mut self, chunk: Chunk) -> Result<(), Trouble> {
        self.files.take(&chunk);
        let known = chunk.living.iter().map(|(name, _)| name).chain(chunk.covered.iter().map(|(name, _)| name));
        for name in known {
            self.memo.todo.remove(name);
            self.memo.indexes.remove(name);
            self.refused.retain(|refused| refused.name != *name);
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

    // ---- what is there ---------------------------------------------------------------------------------------------------

    async fn list(&mut self) -> Result<(), Trouble> {
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

    fn todo(&self, sort: Sort) -> Vec<Name> {
        let now = self.local.now();
        let due = self.memo.todo.iter().filter(|(name, todo)| name.file.sort == sort && todo.not_before <= now);
        due.filter(|(_, todo)| !todo.is_gone).map(|(name, _)| name.clone()).collect()
    }

    async fn learn_keys(&mut self) -> Result<(), Trouble> {
        for name in self.todo(Sort::Key) {
            let Some(bytes) = self.get(&name).await? else { continue };
            let is_whole = if name.file.fits(&bytes) { Ok(()) } else { Err(Flaw::Altered) };
            match is_whole.and_then(|()| KeyFile::read(&bytes)) {
                Ok(file) => {
                    self.accept(&name);
                    let at = self.memo.todo.remove(&name).unwrap_or_default().at;
                    self.memo.keys.push(KeyNote { name: name.clone(), at, file });
                    self.save_memo().await?;
                }
                Err(flaw) => self.refuse(&name, &flaw),
            }
        }
        Ok(())
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
                    self.accept(&name);
                    self.memo.indexes.insert(name, IndexNote { index, key });
                    has_news = true;
                }
                Err(flaw) => self.refuse(&name, &flaw),
            }
        }
        if has_news { self.save_memo().await } else { Ok(()) }
    }

    /// A file's bytes; one that has gone is noted as such.
    async fn get(&mut self, name: &Name) -> Result<Option<Vec<u8>>, Trouble> {
        let bytes = self.remote.get(name).await?;
        if bytes.is_none() {
            self.memo.todo.entry(name.clone()).or_default().is_gone = true;
        }
        Ok(bytes)
    }

    /// A file that cannot be used stays to be fetched: it may come right, or be covered by an index.
    fn refuse(&mut self, name: &Name, flaw: &Flaw) {
        let now = self.local.now();
        let todo = self.memo.todo.entry(name.clone()).or_default();
        todo.not_before = now + (RETRY_MS << todo.tries.min(10)).min(DAY_MS);
        todo.tries = todo.tries.saturating_add(1);
        self.accept(name);
        self.refused.push(Refused { name: name.clone(), why: flaw.to_string() });
    }

    /// A file that was refused came right.
    fn accept(&mut self, name: &Name) {
        self.refused.retain(|refused| refused.name != *name);
    }

    async fn fetch(&mut self) -> Result<(), Trouble> {
        self.set_aside = 0;
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
            self.local.step(done, total).await;
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
            self.memo.is_copied = true;
        }
        self.accept(name);
        taking.bytes += bytes.len();
        taking.changes.extend(sifted.new);
        taking.stamps.extend(sifted.stamps);
        if let Some(until) = sifted.ahead_until {
            self.set_aside += sifted.ahead as u64;
            self.memo.todo.entry(name.clone()).or_default().not_before = until;
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

    // ---- keeping it small ------------------------------------------------------------------------------------------------

    async fn compact_if_due(&mut self) -> Result<(), Trouble> {
        let chosen = self.chosen(false);
        self.needs_compaction = self.bytes_of(&chosen) > self.limits.compact_bytes;
        if chosen.is_empty() || self.needs_compaction || !self.is_our_turn() {
            return Ok(());
        }
        self.compact(chosen).await
    }

    /// Gathers files at once, whoever else might: with `all` everything is written anew, else what is worth it.
    ///
    /// # Errors
    /// As [`Device::round`].
    pub async fn compact_now(&mut self, all: bool) -> Result<(), Trouble> {
        let chosen = self.chosen(all);
        if chosen.is_empty() { Ok(()) } else { self.compact(chosen).await }
    }

    /// The files that hold everything now: how many there are, and their bytes.
    pub fn stock(&self) -> (usize, u64) {
        let holding = self.files.living.iter().filter(|(name, _)| plan::holds_changes(name));
        holding.fold((0, 0), |(count, bytes), (_, living)| (count + 1, bytes + living.bytes))
    }

    /// Files that nobody needs any more, each with the moment from which that is so: those whose content lies in parts, and parts
    /// of which no index tells, as a compaction that was cut off leaves them.
    pub fn spare(&self) -> Vec<(Name, u64)> {
        let in_index = |name: &Name| self.memo.indexes.values().any(|note| note.index.parts.contains(name));
        let orphans = self.memo.todo.iter().filter(|(name, _)| name.file.sort == Sort::Part && !in_index(name));
        let covered = self.files.covered.iter().map(|(name, at)| (name.clone(), *at));
        covered.chain(orphans.map(|(name, todo)| (name.clone(), todo.at))).collect()
    }

    fn bytes_of(&self, names: &[Name]) -> u64 {
        names.iter().filter_map(|name| self.files.living.get(name)).map(|living| living.bytes).sum()
    }

    /// Which files to gather.
    fn chosen(&self, all: bool) -> Vec<Name> {
        let Some(key) = self.memo.current_key().filter(|_| self.memo.is_settled) else { return Vec::new() };
        let forgotten = self.held.last_forgotten();
        let candidates = self.files.living.iter().filter(|(name, _)| plan::holds_changes(name));
        let candidate = |(name, living): (&Name, &Living)| {
            let is_stale = all || living.key != key.id() || living.knew < forgotten;
            Candidate { bytes: living.bytes, name: name.clone(), is_stale }
        };
        compaction::choose(candidates.map(candidate).collect(), self.limits.compact_files)
    }

    async fn compact(&mut self, chosen: Vec<Name>) -> Result<(), Trouble> {
        let Some(key) = self.memo.current_key() else { return Err(Trouble::NeedsPassphrase) };
        let company = self.own_company()?;
        let older = self.indexes_of(&chosen).await?;
        let forgotten: Vec<_> = self.held.forgotten().collect();
        let memo = self.memo.clone();
        let opened = |id| memo.key(id);
        let means = Means {
            device: &self.name,
            company: &company,
            key: &key,
            opened: &opened,
            forgotten: &forgotten,
            at: self.now_stamp(),
        };
        let Some(made) = compaction::compact(&mut self.remote, &means, chosen, older).await? else { return Ok(()) };
        if !made.flaws.is_empty() {
            for (name, flaw) in &made.flaws {
                self.accept(name);
                self.refused.push(Refused { name: name.clone(), why: flaw.to_string() });
            }
            return Ok(());
        }
        let now = self.local.now();
        let names = std::iter::once(&made.name).chain(&made.index.parts);
        let living = |(name, bytes): (&Name, &u64)| {
            (name.clone(), Living { bytes: *bytes, at: now, key: key.id(), knew: made.index.knew })
        };
        let living = names.zip(&made.bytes).map(living).collect();
        let covered = made.index.covers.iter().map(|name| (name.clone(), now)).collect();
        self.due_since = None;
        self.log(Chunk { living, covered, ..Chunk::default() }).await
    }

    /// Indexes that have only such files as parts: they say nothing more once these are covered.
    async fn indexes_of(&mut self, chosen: &[Name]) -> Result<Vec<Name>, Trouble> {
        let chosen: HashSet<&Name> = chosen.iter().collect();
        let all: Vec<Name> = self.files.living.keys().filter(|name| name.file.sort == Sort::Index).cloned().collect();
        let mut older = Vec::new();
        for name in all {
            let Some(bytes) = self.remote.get(&name).await? else { continue };
            let memo = &self.memo;
            let key = compaction::key_of(&name, &bytes, &|id| memo.key(id));
            let Ok(index) = key.and_then(|key| Index::open(&bytes, &key)) else { continue };
            let is_past = |part: &Name| chosen.contains(part) || self.files.covered.contains_key(part);
            if index.parts.iter().all(is_past) {
                older.push(name);
            }
        }
        Ok(older)
    }

    /// Whether a compaction that is due was left to others long enough. Devices wait differently long, so as a rule one does it.
    fn is_our_turn(&mut self) -> bool {
        let now = self.local.now();
        let since = *self.due_since.get_or_insert(now);
        let share = u64::from(crc32fast::hash(self.name.as_str().as_bytes()) % 1_000);
        now.saturating_sub(since) >= self.limits.patience_ms * share / 1_000
    }

    /// Once a day, removes own files that were covered longer ago than the grace period.
    async fn sweep(&mut self) -> Result<(), Trouble> {
        let now = self.local.now();
        if self.memo.swept_on == now / DAY_MS {
            return Ok(());
        }
        let own = self.files.covered.iter().filter(|(name, _)| name.device == self.name);
        let old: Vec<Name> = own
            .filter(|(_, at)| at.saturating_add(self.limits.grace_ms) <= now)
            .map(|(name, _)| name.clone())
            .collect();
        let mut removed = Vec::new();
        for name in old {
            match self.remote.remove(&name).await {
                Ok(Removal::Done) => removed.push(name),
                Ok(Removal::Young) => (),
                Err(RemoteError::Refused { why: crate::wire::Refusal::Absent, .. }) => removed.push(name),
                Err(error) => return Err(error.into()),
            }
        }
        self.memo.swept_on = now / DAY_MS;
        self.log(Chunk { removed, ..Chunk::default() }).await
    }
}

/// What is to be saved, and the files it comes from.
#[derive(Default)]
struct Taking {
    bytes: usize,
    changes: Vec<Change>,
    stamps: Vec<Stamp>,
    living: Vec<(Name, Living)>,
}
