//! What the rows of a file are, by their headings.

use super::mapping::{find_header, guess_kind};
use crate::dictionary::Dictionary;
use crate::key::Key;

/// The kind of record that a row among the first looks like the headings of, and which of these rows (from 0) that is.
///
/// The rows are a table's preview: each with its number. `None` when no heading is recognised.
pub fn recognise(dictionary: &Dictionary, preview: &[(u32, Vec<String>)]) -> Option<(Key, usize)> {
    let guesses: Vec<Key> = preview.iter().filter_map(|(_, cells)| guess_kind(dictionary, cells)).collect();
    // A title above the headings may be a familiar word too; the headings agree with their own guess.
    let agreeing = guesses.iter().find_map(|kind| {
        let place = find_header(dictionary, *kind, preview)?;
        let (_, headers) = preview.get(place)?;
        (guess_kind(dictionary, headers)? == *kind).then_some((*kind, place))
    });
    agreeing.or_else(|| {
        let kind = *guesses.first()?;
        Some((kind, find_header(dictionary, kind, preview)?))
    })
}
