//! Which files to fetch: those of changes, or instead of them the parts of a compaction that holds the same.

use std::collections::HashSet;

use crate::memo::{Files, IndexNote, Memo, Todo};
use crate::name::{Name, Sort};
use crate::parcel::Index;

/// What to fetch, the first to arrive first.
pub fn wanted(memo: &Memo, files: &Files, now_ms: u64) -> Vec<Name> {
    let mut instead: HashSet<&Name> = HashSet::new();
    let mut parts: HashSet<&Name> = HashSet::new();
    // The latest first: an index may cover what an earlier one made.
    let mut indexes: Vec<(&Name, &Index)> = memo.indexes.iter().map(|(name, note)| (name, &note.index)).collect();
    indexes.sort_unstable_by_key(|(name, _)| std::cmp::Reverse((memo.todo.get(name).map_or(0, |todo| todo.at), *name)));
    for (name, index) in indexes {
        if instead.contains(name) {
            continue;
        }
        let lacking: Vec<&Name> = index.covers.iter().filter(|name| !files.knows(name)).collect();
        if lacking.is_empty() || !is_cheaper_by_parts(memo, files, index, &lacking) {
            // Parts of earlier indexes that are lacking are fetched as themselves.
            parts.extend(lacking.into_iter().filter(|name| name.file.sort == Sort::Part));
            if index.parts.iter().any(|name| is_gone(memo, name)) {
                // Some of what it gathered lies in a later part; the rest is still here.
                parts.extend(index.parts.iter());
            }
            continue;
        }
        instead.extend(index.covers.iter());
        parts.extend(index.parts.iter().filter(|name| !files.knows(name)));
    }
    let is_due = |name: &Name| memo.todo.get(name).is_none_or(|todo| !todo.is_gone && todo.not_before <= now_ms);
    let is_own = |name: &Name, todo: &Todo| match name.file.sort {
        Sort::Changes => true,
        // It is in no index any more, and was found to be damaged.
        Sort::Part => todo.why.is_some(),
        Sort::Index | Sort::Key => false,
    };
    let own = memo.todo.iter().filter(|(name, todo)| is_own(name, todo)).map(|(name, _)| name);
    let mut wanted: Vec<&Name> = own.chain(parts).filter(|name| !instead.contains(name) && is_due(name)).collect();
    wanted.sort_unstable_by_key(|name| (memo.todo.get(name).map_or(0, |todo| todo.at), *name));
    wanted.dedup();
    wanted.into_iter().filter(|name| !files.knows(name)).cloned().collect()
}

fn is_gone(memo: &Memo, name: &Name) -> bool {
    memo.todo.get(name).is_some_and(|todo| todo.is_gone)
}

/// Files that have gone and are not waited for any more.
///
/// A file goes only once its content lies in parts, and these go only once theirs does. The index that said so may have gone too,
/// but never the last parts: when everything that is there was taken in, what has gone is here.
pub fn moot(memo: &Memo, files: &Files) -> Vec<Name> {
    let is_waited_for = |name: &Name| !files.knows(name) && !is_gone(memo, name);
    let is_open = memo.todo.keys().any(|name| match name.file.sort {
        Sort::Changes => is_waited_for(name),
        Sort::Index => !memo.indexes.contains_key(name) && is_waited_for(name),
        Sort::Part | Sort::Key => false,
    });
    let lacks = |note: &IndexNote| note.index.parts.iter().any(is_waited_for);
    if is_open || memo.indexes.values().any(lacks) {
        return Vec::new();
    }
    memo.todo.iter().filter(|(_, todo)| todo.is_gone).map(|(name, _)| name.clone()).collect()
}

/// Whether the parts have fewer bytes than the files that are lacking, or some of these cannot be had.
fn is_cheaper_by_parts(memo: &Memo, files: &Files, index: &Index, lacking: &[&Name]) -> bool {
    let parts: Vec<&Name> = index.parts.iter().filter(|name| !files.knows(name)).collect();
    if parts.iter().any(|name| is_gone(memo, name)) {
        return false;
    }
    let mut sum = 0_u64;
    for name in lacking.iter().filter(|name| holds_changes(name)) {
        match memo.todo.get(name) {
            Some(todo) if !todo.is_gone && todo.tries == 0 => sum = sum.saturating_add(todo.bytes),
            _ => return true,
        }
    }
    parts.iter().filter_map(|name| memo.todo.get(name)).map(|todo| todo.bytes).sum::<u64>() <= sum
}

/// The indexes whose content is wholly here, by now.
pub fn complete(memo: &Memo, files: &Files) -> Vec<Name> {
    let is_here = |index: &Index| {
        let all = |names: &[Name]| names.iter().filter(|name| holds_changes(name)).all(|name| files.knows(name));
        all(&index.covers) || all(&index.parts)
    };
    memo.indexes.iter().filter(|(_, note)| is_here(&note.index)).map(|(name, _)| name.clone()).collect()
}

pub fn holds_changes(name: &Name) -> bool {
    matches!(name.file.sort, Sort::Changes | Sort::Part)
}
