//! What a table seems to be: the kind of its records, and the row that holds its headings.

use super::file::Table;
use super::mapping::{find_header, guess_kind};
use crate::dictionary::Dictionary;
use crate::key::Key;

/// The kind of record that a row among the first looks like the headings of, and which of the previewed rows (from 0)
/// that is; the table keeps the row as its header.
///
/// `None` when no heading is recognised; the first row stays the header then.
pub fn recognise(dictionary: &Dictionary, table: &mut Table) -> Option<(Key, usize)> {
    let guesses: Vec<Key> = table.preview().iter().filter_map(|(_, cells)| guess_kind(dictionary, cells)).collect();
    let mut found = |kind: Key| {
        let place = find_header(dictionary, kind, table)?;
        table.use_header(place);
        Some((place, guess_kind(dictionary, table.headers())))
    };
    // A title above the headings may be a familiar word too; the headings agree with their own guess.
    let agreeing = guesses.iter().find_map(|kind| {
        let (place, guess) = found(*kind)?;
        (guess == Some(*kind)).then_some((*kind, place))
    });
    agreeing.or_else(|| {
        let kind = *guesses.first()?;
        found(kind).map(|(place, _)| (kind, place))
    })
}
