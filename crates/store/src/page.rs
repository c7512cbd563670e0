//! Pages: how compacted entries are named, grouped and joined.

use crate::{Class, Entry};

/// A page's body grows to about this many bytes; an entry larger than this is a page alone.
pub const PAGE_BYTES: usize = 1 << 20;

/// With fewer journal entries than this in a class, compaction leaves the class as it is.
pub const COMPACT_FROM: usize = 32;

/// Pages smaller than this are joined again, so that many short days do not make many pages.
pub(crate) const SMALL_PAGE_BYTES: usize = PAGE_BYTES / 4;

/// A page's name: the last and the first key inside, and the compaction that wrote it.
///
/// Written `<last> <first> <compaction>`: the page that may hold a key is found from the key on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PageKey {
    pub last: String,
    pub first: String,
    pub compaction: u64,
}

impl PageKey {
    pub fn parse(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let page = Self {
            last: words.next()?.to_owned(),
            first: words.next()?.to_owned(),
            compaction: words.next()?.parse().ok()?,
        };
        words.next().is_none().then_some(page)
    }

    /// Whether the key lies between the first and the last of the page.
    pub fn covers(&self, key: &str) -> bool {
        self.first.as_str() <= key && key <= self.last.as_str()
    }
}

impl std::fmt::Display for PageKey {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(to, "{} {} {}", self.last, self.first, self.compaction)
    }
}

/// The first and last key inside an entry, be it of the journal or a page.
fn span(key: &str) -> (String, String) {
    match PageKey::parse(key) {
        Some(page) => (page.first, page.last),
        None => (key.to_owned(), key.to_owned()),
    }
}

/// Joins entries, in the order given, into pages of about [`PAGE_BYTES`].
pub(crate) fn joined(class: Class, entries: Vec<Entry>, compaction: u64) -> Vec<Entry> {
    let mut groups: Vec<Vec<Entry>> = Vec::new();
    let mut room = 0;
    for entry in entries {
        let size = entry.body.len() + 1;
        match groups.last_mut() {
            Some(group) if size <= room => {
                room -= size;
                group.push(entry);
            }
            _ => {
                room = PAGE_BYTES.saturating_sub(size);
                groups.push(vec![entry]);
            }
        }
    }
    groups.into_iter().filter_map(|group| page(class, group, compaction)).collect()
}

/// One page out of a group; `None` for an empty group.
fn page(class: Class, group: Vec<Entry>, compaction: u64) -> Option<Entry> {
    let spans = || group.iter().map(|entry| span(&entry.key));
    let first = spans().map(|(first, _)| first).min()?;
    let last = spans().map(|(_, last)| last).max()?;
    let count = group.iter().fold(0_u32, |sum, entry| sum.saturating_add(entry.count));
    let mut body = Vec::with_capacity(group.iter().map(|entry| entry.body.len() + 1).sum());
    for entry in &group {
        // A last line without its end would grow into the first line of the next body.
        if body.last().is_some_and(|&byte| byte != b'\n') {
            body.push(b'\n');
        }
        body.extend_from_slice(&entry.body);
    }
    let key = PageKey { last, first, compaction }.to_string();
    Some(Entry { class, key, count, body })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn entry(key: &str, body: &[u8]) -> Entry {
        Entry { class: Class::Hot, key: key.into(), count: 1, body: body.into() }
    }

    #[test]
    fn joining_keeps_order_bytes_and_counts() {
        let pages = joined(Class::Hot, vec![entry("a", b"1\n"), entry("c", b"2"), entry("b", b"3\n")], 7);
        assert_eq!(pages, [Entry { class: Class::Hot, key: "c a 7".into(), count: 3, body: b"1\n2\n3\n".to_vec() }]);
    }

    #[test]
    fn pages_are_joined_again_under_their_whole_span() {
        let pages = joined(Class::Hot, vec![entry("f b 1", b"1\n"), entry("d", b"2\n")], 2);
        assert_eq!(pages[0].key, "f b 2");
        let key = PageKey::parse(&pages[0].key).unwrap();
        assert!(key.covers("b") && key.covers("f") && !key.covers("g") && !key.covers("a"));
    }

    #[test]
    fn a_page_ends_where_the_next_entry_would_overfill_it() {
        let third = vec![b'x'; PAGE_BYTES / 3];
        let many = (0..7).map(|at| entry(&format!("k{at}"), &third)).collect();
        let sizes: Vec<_> = joined(Class::Cold, many, 1).iter().map(|page| page.count).collect();
        assert_eq!(sizes, [2, 2, 2, 1]);
        let huge = vec![b'x'; PAGE_BYTES * 2];
        assert_eq!(joined(Class::Cold, vec![entry("a", &huge), entry("b", b"")], 1).len(), 2);
    }
}
