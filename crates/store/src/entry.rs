//! What goes into the store and comes out of it: entries, slices, and what was found wrong.

use crate::{Flaw, Total};

/// When an entry is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Read at start, all of it.
    Hot,
    /// Read afterwards, slice by slice.
    Cold,
}

impl Class {
    /// Both classes, hot first.
    pub const ALL: [Self; 2] = [Self::Hot, Self::Cold];

    /// The word for the class in totals and logs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Hot => "hot",
            Self::Cold => "cold",
        }
    }

    /// The first part of every key of the class within its store.
    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Self::Hot => "h/",
            Self::Cold => "c/",
        }
    }
}

/// Some changes that were or will be written together, as opaque bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When it is read.
    pub class: Class,
    /// Unique within the workspace, sorts by time; printable ASCII without spaces.
    ///
    /// An entry read from a page bears the page's own key, which holds spaces.
    pub key: String,
    /// The number of changes inside.
    pub count: u32,
    /// The changes, one per line; never parsed here.
    pub body: Vec<u8>,
}

/// Which store of the database something lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// One entry per commit.
    Journal,
    /// Entries joined by compaction.
    Pages,
    /// Unfinished forms of this device.
    Drafts,
}

impl Place {
    /// The store's name in the database.
    pub fn store(self) -> &'static str {
        match self {
            Self::Journal => "journal",
            Self::Pages => "pages",
            Self::Drafts => "drafts",
        }
    }
}

/// A value that is there but not as it was written; it is left where it lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// The store it lies in.
    pub place: Place,
    /// Its key within the store.
    pub key: String,
    /// The changes its header claims, where legible.
    pub claimed: Option<u32>,
    /// What is wrong with it.
    pub flaw: Flaw,
}

/// One slice of a class: about as many bytes as were asked for.
#[derive(Clone, Debug)]
pub struct Slice<P> {
    /// What was read and proved whole, in key order within pages, then within the journal.
    pub entries: Vec<Entry>,
    /// What was met and is not whole.
    pub damaged: Vec<Damage>,
    /// Where the next slice begins; `None` after the last.
    pub next: Option<P>,
    /// What the class recorded when its first slice was read.
    pub recorded: Total,
    /// Compaction has joined entries since the first slice; then some come twice.
    pub has_moved: bool,
}

/// A whole class at once.
#[derive(Clone, Debug)]
pub struct Whole {
    /// Everything that proved whole.
    pub entries: Vec<Entry>,
    /// What is missing or damaged.
    pub integrity: Integrity,
}

/// The entries behind some keys.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The entries asked for; for a key that compaction has moved, the pages that may hold it.
    pub entries: Vec<Entry>,
    /// Those that are not whole.
    pub damaged: Vec<Damage>,
    /// Keys that no entry and no page covers.
    pub missing: Vec<String>,
}

/// A draft of this device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// What it is a draft of, as the caller named it.
    pub id: String,
    /// When it was last saved, in Unix milliseconds by this device's clock.
    pub saved_at_ms: u64,
    /// The draft.
    pub bytes: Vec<u8>,
}

/// What a compaction did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compaction {
    /// Another tab was at it; nothing was done here.
    pub is_busy_elsewhere: bool,
    /// Journal entries and small pages that were joined.
    pub joined: u64,
    /// Pages that were written.
    pub pages: u64,
}

/// Adds up the slices of one class as they are read.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    recorded: Option<Total>,
    read: Total,
    damaged: Vec<Damage>,
    has_moved: bool,
}

impl Tally {
    /// Counts a slice in.
    pub fn count<P>(&mut self, slice: &Slice<P>) {
        self.recorded.get_or_insert(slice.recorded);
        self.has_moved |= slice.has_moved;
        for entry in &slice.entries {
            self.read.add(entry.count);
        }
        self.damaged.extend(slice.damaged.iter().cloned());
    }

    /// What is missing so far, measured by what was recorded when the first slice was read.
    pub fn integrity(self) -> Integrity {
        let recorded = self.recorded.unwrap_or_default();
        let seen = self.read.entries.saturating_add(self.damaged.len() as u64);
        Integrity {
            // Joined entries are fewer; their changes still count.
            missing_entries: if self.has_moved { 0 } else { recorded.entries.saturating_sub(seen) },
            missing_changes: recorded.changes.saturating_sub(self.read.changes),
            damaged: self.damaged,
        }
    }
}

/// What a class lacks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Integrity {
    /// Recorded entries that are not there at all.
    pub missing_entries: u64,
    /// Recorded changes that could not be read, those inside damaged entries included.
    pub missing_changes: u64,
    /// Entries that are there but not whole.
    pub damaged: Vec<Damage>,
}

impl Integrity {
    /// Nothing is missing and nothing is damaged.
    pub fn is_whole(&self) -> bool {
        self.missing_entries == 0 && self.missing_changes == 0 && self.damaged.is_empty()
    }
}

/// A key the store accepts: not empty, printable ASCII, no space.
pub(crate) fn is_key(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slice(counts: &[u32], recorded: Total) -> Slice<()> {
        let entries = counts
            .iter()
            .map(|&count| Entry { class: Class::Hot, key: String::new(), count, body: Vec::new() })
            .collect();
        Slice { entries, damaged: Vec::new(), next: None, recorded, has_moved: false }
    }

    #[test]
    fn a_lost_entry_shows_in_the_tally() {
        let recorded = Total { entries: 3, changes: 6 };
        let mut tally = Tally::default();
        tally.count(&slice(&[1, 2], recorded));
        let partly = tally.clone().integrity();
        assert_eq!((partly.missing_entries, partly.missing_changes), (1, 3));
        tally.count(&slice(&[3], recorded));
        assert!(tally.integrity().is_whole());
    }

    #[test]
    fn what_another_tab_adds_meanwhile_is_no_damage() {
        let mut tally = Tally::default();
        tally.count(&slice(&[1], Total { entries: 1, changes: 1 }));
        tally.count(&slice(&[5], Total { entries: 2, changes: 6 }));
        assert!(tally.integrity().is_whole());
    }

    #[test]
    fn keys_are_printable_and_without_spaces() {
        assert!(is_key("0190a-0001-dev~1"));
        assert!(!is_key(""));
        assert!(!is_key("a b"));
        assert!(!is_key("a\nb"));
        assert!(!is_key("客"));
    }
}
