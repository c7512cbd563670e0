//! Changes as the store's entries and back: one change a line, hot kinds apart from cold ones.

use kehu_domain::change::Change;
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_store::{Class, Entry};

/// How many changes one stored value holds at most; measured to write and read fastest.
const ENTRY_CHANGES: usize = 256;

/// The kinds that are many and read seldom: they follow after the first list is on screen.
const COLD: [Key; 6] = [kind::ORDER, kind::RECEIVABLE, kind::SCORE, kind::ATTACHMENT, kind::ARRIVAL, kind::CALL];

/// The entries that hold `changes`; calls `breathe` after each, so that a large import never stalls a page.
pub async fn entries(changes: &[Change], breathe: impl AsyncFn()) -> Vec<Entry> {
    let mut entries = Vec::new();
    for class in [Class::Hot, Class::Cold] {
        let mut part: Vec<&Change> = Vec::with_capacity(ENTRY_CHANGES);
        for change in changes.iter().filter(|change| class_of(change.kind) == class) {
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
        .filter_map(|line| serde_json::from_slice(line).inspect_err(|_| unreadable += 1).ok())
        .collect();
    (changes, unreadable)
}

/// Where records of a kind lie in the store.
pub fn class_of(kind: Key) -> Class {
    if COLD.contains(&kind) { Class::Cold } else { Class::Hot }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_cannot_be_read_is_counted_and_the_rest_is_read() {
        let change = |stamp: &str| {
            format!(
                "{{\"stamp\":\"{stamp}\",\"act\":\"{stamp}\",\"by\":\"{}\",\"kind\":\"customer\",\"record\":\"{}\",\"set\":{{}}}}",
                kehu_domain::stamp::RecordId::fixed(0),
                kehu_domain::stamp::RecordId::fixed(9),
            )
        };
        let zero = kehu_domain::stamp::Stamp::ZERO.to_string();
        let body = format!("{}\n{{\"cut\n{}\n", change(&zero), change(&zero));
        let (changes, unreadable) = changes(body.as_bytes());
        assert_eq!((changes.len(), unreadable), (2, 1));
    }
}
