//! Gathering many files into few, and removing what nobody needs any more.

use std::collections::HashSet;

use super::{DAY_MS, Device};
use crate::compaction::{self, Candidate, Means};
use crate::memo::{Chunk, Living, Todo};
use crate::name::{Name, Sort};
use crate::parcel::{self, Flaw, Index};
use crate::plan;
use crate::sides::{Local, Remote, RemoteError, Removal};
use crate::status::{Trouble, Why};

impl<L: Local, R: Remote> Device<L, R> {
    /// Gathers many small files into few, when that is due and nobody else did, and removes own files that were covered long ago.
    ///
    /// # Errors
    /// As [`Device::round`].
    pub async fn tidy(&mut self) -> Result<(), Trouble> {
        self.compact_if_due().await?;
        self.sweep().await
    }

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

    /// After another passphrase was put in force: takes in what there is, and writes everything anew with it, unless that is more
    /// than a device gathers.
    ///
    /// # Errors
    /// As [`Device::round`]; then the next compaction does it.
    pub async fn rewrite(&mut self) -> Result<(), Trouble> {
        self.round().await?;
        let chosen = self.chosen(false);
        self.needs_compaction = self.bytes_of(&chosen) > self.limits.compact_bytes;
        if chosen.is_empty() || self.needs_compaction { Ok(()) } else { self.compact(chosen).await }
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
        let is_orphan =
            |name: &Name, todo: &Todo| name.file.sort == Sort::Part && todo.why.is_none() && !in_index(name);
        let orphans = self.memo.todo.iter().filter(|(name, todo)| is_orphan(name, todo));
        let covered = self.files.covered.iter().map(|(name, at)| (name.clone(), *at));
        covered.chain(orphans.map(|(name, todo)| (name.clone(), todo.at))).collect()
    }

    /// Once everything was compared anew and sent, own files that cannot be used are covered: what they held stands in others now.
    pub(super) async fn cover_spoilt(&mut self) -> Result<(), Trouble> {
        let Some(key) = self.memo.current_key() else { return Err(Trouble::NeedsPassphrase) };
        let is_spoilt = |todo: &Todo| matches!(todo.why, Some(Why::Altered | Why::Unreadable));
        let own = self.memo.todo.iter().filter(|(name, _)| name.device == self.name && name.file.sort == Sort::Changes);
        let covers: Vec<Name> = own.filter(|(_, todo)| is_spoilt(todo)).map(|(name, _)| name.clone()).collect();
        self.memo.is_anew = false;
        // In a copied profile, the other one may have written them.
        if covers.is_empty() || self.memo.is_copied || self.memo.is_copy_known {
            return self.save_memo().await;
        }
        let index = Index { covers, parts: Vec::new(), knew: self.held.last_forgotten() };
        let bytes = index.seal(&key);
        let name = parcel::named(&self.name, &bytes, Sort::Index, self.now_stamp());
        let (size, now) = (bytes.len() as u64, self.local.now());
        self.remote.put(&name, bytes).await?;
        let covered = index.covers.into_iter().map(|name| (name, now)).collect();
        self.log(Chunk { living: vec![(name, self.living(size, now, key.id()))], covered, ..Chunk::default() }).await
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
        let made = compaction::compact(&mut self.remote, &means, chosen, older).await?;
        if !made.gone.is_empty() {
            // An index said so once that went before this device saw it.
            self.log(Chunk { removed: made.gone, ..Chunk::default() }).await?;
        }
        self.doubt(&made.flaws).await?;
        if made.index.covers.is_empty() {
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

    /// Files that were taken in once and cannot be used any more are looked at again, like those that never could.
    async fn doubt(&mut self, flaws: &[(Name, Flaw)]) -> Result<(), Trouble> {
        if flaws.is_empty() {
            return Ok(());
        }
        for (name, flaw) in flaws {
            let living = self.files.living.get(name);
            let todo = living.map(|living| Todo { bytes: living.bytes, at: living.at, ..Todo::default() });
            self.memo.todo.insert(name.clone(), todo.unwrap_or_default());
            self.refuse(name, flaw);
        }
        let removed = flaws.iter().map(|(name, _)| name.clone()).collect();
        self.log(Chunk { removed, ..Chunk::default() }).await
    }

    /// Indexes that have only such files as parts, with these: they say nothing more once these are covered.
    async fn indexes_of(&mut self, chosen: &[Name]) -> Result<Vec<(Name, Vec<Name>)>, Trouble> {
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
                older.push((name, index.parts));
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
