//! What the rows of a file are, by their headings.

use std::cmp::Reverse;

use super::mapping::{guess_kind, recognised};
use crate::dictionary::Dictionary;
use crate::key::Key;

/// The kind of record that a row among the first looks like the headings of, and which of these rows (from 0) that is.
///
/// The rows are a table's preview: each with its number. `None` when no heading is recognised.
pub fn recognise(dictionary: &Dictionary, preview: &[(u32, Vec<String>)]) -> Option<(Key, usize)> {
    // A title above the headings may be a familiar word too, but headings are more than one. Of rows alike the first.
    let weighed = preview.iter().enumerate().filter_map(|(place, (_, cells))| {
        let kind = guess_kind(dictionary, cells)?;
        Some((recognised(dictionary, kind, cells), Reverse(place), kind))
    });
    weighed.max_by_key(|(count, place, _)| (*count, *place)).map(|(_, Reverse(place), kind)| (kind, place))
}
