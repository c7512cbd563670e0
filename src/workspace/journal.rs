//! Changes as the store's entries and back: one change a line, hot kinds apart from cold ones.

use kehu_domain::change::Change;
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_store::{Class, Entry};

use crate::moment::breathe;

/// How many changes one stored value holds at most; measured to write and read fastest.
const ENTRY_CHANGES: usize = 256;

/// The kinds that are many and read seldom: they follow after the first list is on screen.
const COLD: [Key; 4] = [kind::ORDER, kind::RECEIVABLE, kind::SCORE, kind::ATTACHMENT];

/// The entries that hold `changes`; breathes in between, so that a large import never stalls the page.
pub async fn entries(changes: &[Change]) -> Vec<Entry> {
    let mut entries = Vec::new();
    for class in [Class::Hot, Class::Cold] {
        let mut part: Vec<&Change> = Vec::with_capacity(ENTRY_CHANGES);
        for change in changes.iter().filter(|change| class_of(change) == class) {
            part.push(change);
            if part.len() == ENTRY_CHANGES {
                entries.push(entry(class, &part));
                part.clear();
                breathe().await;
            }
        }
        if !part.is_empty() {
            entries.push(entry(class, &part));
        }
    }
    entries
}

/// The changes of a stored body, and how many of its lines could not be read.
pub fn changes(body: &[u8]) -> (Vec<Change>, usize) {
    let mut unreadable = 0;
    let changes = body
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .filter_map(|line| {
            serde_json::from_slice(line)
                .inspect_err(|problem| {
                    unreadable += 1;
                    leptos::logging::error!("a stored change cannot be read: {problem}");
                })
                .ok()
        })
        .collect();
    (changes, unreadable)
}

fn class_of(change: &Change) -> Class {
    if COLD.contains(&change.kind) { Class::Cold } else { Class::Hot }
}

fn entry(class: Class, changes: &[&Change]) -> Entry {
    let mut body = Vec::with_capacity(changes.len() * 320);
    for change in changes {
        // Writing into memory cannot fail, and a change has no content JSON could refuse.
        let _ = serde_json::to_writer(&mut body, change);
        body.push(b'\n');
    }
    let key = changes.first().map(|change| change.stamp.to_string()).unwrap_or_default();
    let count = u32::try_from(changes.len()).unwrap_or(u32::MAX);
    Entry { class, key, count, body }
}
