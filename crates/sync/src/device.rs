//! A device's side: takes in what others put there, puts there what it made, and gathers many files into few.

mod gathering;
mod keys;
mod notes;
mod sending;
mod taking;

use kehu_domain::arrival::Stamps;
use kehu_domain::stamp::Stamp;
use kehu_files::seal::ROUNDS;

use crate::compaction;
use crate::held::Held;
use crate::memo::{Chunk, Files, Memo, Todo};
use crate::name::{self, Name, Sort};
use crate::plan;
use crate::sides::{Local, Remote};
use crate::status::{Ahead, Refused, Status, Trouble, Why};

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

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
        let refused = self.memo.todo.iter().filter_map(|(name, todo)| {
            let is_missed = todo.is_gone && plan::holds_changes(name);
            Some(Refused { name: name.clone(), why: todo.why.or(is_missed.then_some(Why::Gone))? })
        });
        let ahead = self.memo.todo.iter().filter_map(|(name, todo)| {
            let (changes, by) = todo.ahead?;
            Some(Ahead { device: name.device.clone(), by, changes, until: todo.not_before })
        });
        let is_to_come = |(name, todo): &(&Name, &Todo)| name.file.sort == Sort::Changes && !todo.is_gone;
        Status {
            to_go,
            since: self.memo.since.filter(|_| to_go > 0),
            to_come: self.memo.todo.iter().filter(is_to_come).count() as u64,
            is_settled: self.memo.is_settled,
            refused: refused.collect(),
            set_aside: ahead.collect(),
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

    /// Takes note that a copied profile was given a number of its own; that another one sends under this name is not told again.
    ///
    /// # Errors
    /// [`Trouble::Here`].
    pub async fn forget_copy(&mut self) -> Result<(), Trouble> {
        (self.memo.is_copied, self.memo.is_copy_known) = (false, true);
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
    /// there, sent again; own files that cannot be used are covered then. The device is to be opened anew after this.
    ///
    /// # Errors
    /// [`Trouble::Here`].
    pub async fn begin_anew(&mut self) -> Result<(), Trouble> {
        let old: Vec<String> = self.memo.log_keys().collect();
        let opened = std::mem::take(&mut self.memo.opened);
        self.memo = Memo { opened, is_anew: true, ..Memo::default() };
        self.save_memo().await?;
        for key in old {
            self.local.note(&key, None).await.map_err(Trouble::here)?;
        }
        Ok(())
    }

    /// Lists what came, takes it in, and sends what is here.
    ///
    /// # Errors
    /// What keeps the device from the endpoint; what was done by then stays done.
    pub async fn round(&mut self) -> Result<(), Trouble> {
        self.pull().await?;
        self.push().await?;
        if self.memo.is_anew { self.cover_spoilt().await } else { Ok(()) }
    }

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
}
