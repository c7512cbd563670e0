//! Changes as the store's entries and back: one change a line, hot kinds apart from cold ones.

use std::collections::HashMap;

use kehu_domain::change::Change;
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::stamp::{RecordId, Stamp};
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

/// What a stored body holds without the changes of forgotten records (L3) that are older than their markers; nothing where
/// there are none of them, so that most bodies are only looked over.
///
/// `forgotten` says since when each is forgotten. Lines that cannot be read stay.
pub fn without_forgotten(body: &[u8], forgotten: &HashMap<RecordId, Stamp>) -> Option<(u32, Vec<u8>)> {
    let is_gone = |line: &[u8]| {
        let marker = record_of(line).and_then(|record| forgotten.get(&record));
        marker.is_some_and(|marker| serde_json::from_slice(line).is_ok_and(|change: Change| change.stamp < *marker))
    };
    let lines = || body.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines().any(is_gone).then(|| {
        let kept = lines().filter(|line| !is_gone(line));
        let mut body = Vec::with_capacity(body.len());
        let mut count = 0;
        for line in kept {
            body.extend_from_slice(line);
            body.push(b'\n');
            count += 1;
        }
        (count, body)
    })
}

/// The record a stored line is of, found without reading the line: it stands before everything a person could have written.
fn record_of(line: &[u8]) -> Option<RecordId> {
    const NAME: &[u8] = b"\"record\":\"";
    let start = line.windows(NAME.len()).position(|window| window == NAME)? + NAME.len();
    let rest = line.get(start..)?;
    let end = rest.iter().position(|byte| *byte == b'"')?;
    std::str::from_utf8(rest.get(..end)?).ok()?.parse().ok()
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
    use kehu_domain::book::{Book, SYSTEM};
    use kehu_domain::change::{Act, FORGOTTEN};
    use kehu_domain::stamp::Clock;

    #[test]
    fn what_was_forgotten_is_gone_from_the_bytes_and_all_else_stays_as_it_lies() {
        let (mut book, mut clock) = (Book::new(), Clock::new(1));
        let mut act = Act::begin(&mut clock, 1, SYSTEM);
        let ids: Vec<RecordId> = ["陈掌柜 \"record\":\"", "白经理"]
            .into_iter()
            .map(|name| act.create(kind::CONTACT, [(kind::NAME, name.into())].into_iter().collect()))
            .collect();
        let made = act.finish();
        made.iter().for_each(|change| _ = book.insert(change.clone()));
        let mut act = Act::begin(&mut clock, 2, SYSTEM);
        ids.iter().take(1).for_each(|id| act.set(&book, kind::CONTACT, *id, FORGOTTEN, true.into()));
        let marks = act.finish();
        marks.iter().for_each(|change| _ = book.insert(change.clone()));
        let body = |changes: &[&Change]| entry(Class::Hot, changes).body;
        let mut all = body(&made.iter().chain(&marks).collect::<Vec<_>>());
        all.extend_from_slice(b"{\"cut\n");
        let (count, left) = without_forgotten(&all, &book.forgotten()).unwrap_or_default();
        let mut kept = body(&made.iter().skip(1).chain(&marks).collect::<Vec<_>>());
        kept.extend_from_slice(b"{\"cut\n");
        assert_eq!((count, String::from_utf8_lossy(&left)), (3, String::from_utf8_lossy(&kept)));
        assert_eq!(without_forgotten(&left, &book.forgotten()), None);
        assert_eq!(without_forgotten(&all, &HashMap::new()), None);
    }

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
