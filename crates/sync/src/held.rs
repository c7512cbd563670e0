//! Which changes a device holds, and which of them are not elsewhere yet.

use std::collections::{BTreeMap, HashMap, HashSet};

use kehu_domain::arrival::{Stamps, WORKSPACE_RECORD};
use kehu_domain::book::Book;
use kehu_domain::change::{Change, FORGOTTEN};
use kehu_domain::kind;
use kehu_domain::stamp::{MAX_AHEAD_MS, RecordId, Stamp};
use kehu_domain::value::Value;
use memchr::memmem;

/// A change told from others of the same stamp by a checksum of its line. Such others exist only where a node's name was used
/// twice; they must not be taken for one another.
type Mark = (Stamp, u32);

/// What a device holds.
#[derive(Default)]
pub struct Held {
    sums: HashMap<Stamp, u32>,
    /// Further contents of a stamp.
    others: HashSet<Mark>,
    forgotten: HashMap<RecordId, Stamp>,
    identity: Vec<Change>,
    elsewhere: Stamps,
    /// Stamps that came to be elsewhere since.
    lately: HashSet<Stamp>,
    pending: BTreeMap<Mark, Box<[u8]>>,
}

/// What a file brings.
#[derive(Default)]
pub struct Sifted {
    /// What the device lacks.
    pub new: Vec<Change>,
    /// All stamps the file holds that are taken in or known.
    pub stamps: Vec<Stamp>,
    /// What lies too far ahead to be taken in.
    pub ahead: Option<TooEarly>,
    /// Whether it holds something of a record that was forgotten later.
    pub has_forgotten: bool,
}

/// Changes that are dated too far ahead.
pub struct TooEarly {
    /// How many.
    pub changes: u64,
    /// Who made the first of them.
    pub by: RecordId,
    /// From when on some of them may be taken in, in milliseconds.
    pub until: u64,
}

impl Held {
    /// What is known to be elsewhere, from the notes of the device; before anything is held.
    pub fn with_elsewhere(elsewhere: Stamps) -> Self {
        Self { elsewhere, ..Self::default() }
    }

    /// Takes note of a change that is stored here, by its line.
    pub fn hold(&mut self, line: &[u8]) {
        let Some(stamp) = stamp_of(line) else { return };
        if self.note(stamp, line) && !self.is_elsewhere(stamp) {
            self.pending.insert((stamp, crc32fast::hash(line)), line.into());
        }
    }

    /// Takes note of the change; says whether it was new.
    fn note(&mut self, stamp: Stamp, line: &[u8]) -> bool {
        let sum = crc32fast::hash(line);
        let is_new = match self.sums.get(&stamp) {
            None => self.sums.insert(stamp, sum).is_none(),
            Some(known) if *known == sum => false,
            Some(_) => self.others.insert((stamp, sum)),
        };
        if is_new {
            self.look_into(line);
        }
        is_new
    }

    /// The two sorts of changes that concern more than themselves: markers of forgetting, and the company's identity.
    fn look_into(&mut self, line: &[u8]) {
        let is_marker = memmem::find(line, b"\"forgotten\":true").is_some();
        let is_identity = || memmem::find(line, WORKSPACE_RECORD.to_string().as_bytes()).is_some();
        if !is_marker && !is_identity() {
            return;
        }
        let Ok(change) = serde_json::from_slice::<Change>(line) else { return };
        if change.set.get(FORGOTTEN) == Some(&Value::Bool(true)) {
            let latest = self.forgotten.entry(change.record).or_insert(change.stamp);
            *latest = change.stamp.max(*latest);
        }
        if change.record == WORKSPACE_RECORD {
            self.identity.push(change);
        }
    }

    fn is_elsewhere(&self, stamp: Stamp) -> bool {
        self.lately.contains(&stamp) || self.elsewhere.contains(stamp)
    }

    /// The company's identity, where it is known.
    pub fn company(&self) -> Option<String> {
        let mut book = Book::new();
        self.identity.iter().for_each(|change| _ = book.insert(change.clone()));
        let id = book.get(WORKSPACE_RECORD)?.text(kind::WORKSPACE_ID).to_owned();
        (!id.is_empty()).then_some(id)
    }

    /// The markers of forgetting.
    pub fn forgotten(&self) -> impl Iterator<Item = (RecordId, Stamp)> {
        self.forgotten.iter().map(|(record, stamp)| (*record, *stamp))
    }

    /// The latest marker of forgetting.
    pub fn last_forgotten(&self) -> Stamp {
        self.forgotten.values().copied().max().unwrap_or(Stamp::ZERO)
    }

    /// Takes what a file brings as held, and says what of it is to be saved; whoever asks saves it before anything else.
    pub fn sift(&mut self, changes: Vec<Change>, now_ms: u64) -> Sifted {
        let latest = now_ms.saturating_add(MAX_AHEAD_MS);
        let mut sifted = Sifted::default();
        // A marker counts for changes that stand before it in the same file, too.
        let markers = changes.iter().filter(|change| change.set.get(FORGOTTEN) == Some(&Value::Bool(true)));
        for marker in markers.filter(|marker| marker.stamp.millis() <= latest) {
            let known = self.forgotten.entry(marker.record).or_insert(marker.stamp);
            *known = marker.stamp.max(*known);
        }
        let mut line = Vec::with_capacity(512);
        for change in changes {
            if change.stamp.millis() > latest {
                let until = change.stamp.millis() - MAX_AHEAD_MS;
                let ahead = sifted.ahead.get_or_insert(TooEarly { changes: 0, by: change.by, until });
                (ahead.changes, ahead.until) = (ahead.changes + 1, ahead.until.min(until));
                continue;
            }
            if self.forgotten.get(&change.record).is_some_and(|marker| change.stamp < *marker) {
                sifted.has_forgotten = true;
                sifted.stamps.push(change.stamp);
                continue;
            }
            line.clear();
            // Writing into memory cannot fail, and a change has no content JSON could refuse.
            let _ = serde_json::to_writer(&mut line, &change);
            self.pending.remove(&(change.stamp, crc32fast::hash(&line)));
            sifted.stamps.push(change.stamp);
            if self.note(change.stamp, &line) {
                sifted.new.push(change);
            }
        }
        sifted
    }

    /// Takes note that these are elsewhere; gives those of them of which that is true of every content held.
    pub fn settle(&mut self, stamps: impl IntoIterator<Item = Stamp>) -> Vec<Stamp> {
        let open = |stamp: Stamp| self.pending.range((stamp, 0)..=(stamp, u32::MAX)).next().is_some();
        let settled: Vec<Stamp> = stamps.into_iter().filter(|stamp| !open(*stamp)).collect();
        self.lately.extend(settled.iter().copied());
        settled
    }

    /// All stamps known to be elsewhere.
    pub fn elsewhere(&self) -> Stamps {
        self.elsewhere.iter().chain(self.lately.iter().copied()).collect()
    }

    /// What is not elsewhere yet, in canonical order of stamps.
    pub fn pending(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.pending.values().map(AsRef::as_ref)
    }

    /// Lets go of what would go elsewhere but was forgotten since.
    pub fn drop_forgotten(&mut self) {
        let forgotten = &self.forgotten;
        if forgotten.is_empty() {
            return;
        }
        self.pending.retain(|(stamp, _), line| {
            let record = serde_json::from_slice::<Change>(line).ok().map(|change| change.record);
            let marker = record.and_then(|record| forgotten.get(&record));
            marker.is_none_or(|marker| stamp >= marker)
        });
    }

    /// The first changes that are not elsewhere, as many as `count` and `bytes` allow but at least one.
    pub fn batch(&self, count: usize, bytes: usize) -> Batch {
        let mut batch = Batch::default();
        let mut size = 0;
        for (mark, line) in self.pending.iter().take(count) {
            size += line.len();
            if size > bytes && !batch.lines.is_empty() {
                break;
            }
            batch.marks.push(*mark);
            batch.lines.push(line.to_vec());
        }
        batch
    }

    /// Takes note that a batch is elsewhere; gives its stamps.
    pub fn sent(&mut self, batch: &Batch) -> Vec<Stamp> {
        for mark in &batch.marks {
            self.pending.remove(mark);
        }
        self.settle(batch.marks.iter().map(|mark| mark.0))
    }
}

/// Some changes on their way out.
#[derive(Default)]
pub struct Batch {
    marks: Vec<Mark>,
    /// Their lines, in order.
    pub lines: Vec<Vec<u8>>,
}

impl Batch {
    /// The latest stamp inside.
    pub fn newest(&self) -> Stamp {
        self.marks.last().map_or(Stamp::ZERO, |mark| mark.0)
    }
}

/// The stamp of a change, by its canonical line.
fn stamp_of(line: &[u8]) -> Option<Stamp> {
    const START: &[u8] = b"{\"stamp\":\"";
    let text = line.strip_prefix(START).and_then(|rest| rest.get(..24));
    match text.and_then(|text| std::str::from_utf8(text).ok()?.parse().ok()) {
        Some(stamp) => Some(stamp),
        None => serde_json::from_slice::<Change>(line).ok().map(|change| change.stamp),
    }
}
