//! Numbers of forms, made offline and never twice (spec 1.6): `TS-20261123-A1007`.
//!
//! Every device has a code of two signs of its own. A device that joins a company takes none that it finds in the
//! company's records and writes its own down; where two have taken the same one before they met, the records decide
//! alike on both of them whose it is, and the other takes a new one.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::book::Book;
use crate::change::{Act, Cells};
use crate::key::Key;
use crate::kind;
use crate::stamp::RecordId;

const FIRST_SIGNS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
const SECOND_SIGNS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ123456789";

/// What tells one device from another that took the same code.
const TOKEN: Key = Key::of("token");

/// The next number of a form code on a day, given the numbers that are there.
///
/// The sequence restarts for each form code, device and day.
pub fn next<'n>(code: &str, day: NaiveDate, device: &str, numbers: impl Iterator<Item = &'n str>) -> String {
    let prefix = format!("{code}-{}-{device}", day.format("%Y%m%d"));
    let last = numbers.filter_map(|number| number.strip_prefix(&*prefix)?.parse::<u32>().ok()).max().unwrap_or(0);
    format!("{prefix}{:03}", last.saturating_add(1))
}

/// The code of the device that made a number.
pub fn device_of(number: &str) -> Option<&str> {
    let (_, rest) = number.split_once('-')?;
    let (_, rest) = rest.split_once('-')?;
    rest.get(..2)
}

/// The codes that are taken: by a device that wrote its own down, on the staff list, or on a form.
pub fn taken(book: &Book) -> BTreeSet<Box<str>> {
    let registered = book.of_kind(kind::DEVICE).map(|device| device.text(kind::CODE));
    let assigned = book.of_kind(kind::STAFF).map(|staff| staff.text(kind::DEVICE_CODE));
    let used = book.of_kind(kind::DOCUMENT).filter_map(|document| device_of(document.text(kind::FORM_NO)));
    registered.chain(assigned).chain(used).filter(|code| !code.is_empty()).map(Into::into).collect()
}

/// A code that is not taken, chosen by random bits; any of them once all 792 are taken.
pub fn draw(bits: u64, taken: &BTreeSet<Box<str>>) -> String {
    let all = FIRST_SIGNS.len() * SECOND_SIGNS.len();
    let start = usize::try_from(bits % all as u64).unwrap_or_default();
    let code = |place: usize| {
        let (first, second) = (place / SECOND_SIGNS.len(), place % SECOND_SIGNS.len());
        String::from_iter([char::from(FIRST_SIGNS[first]), char::from(SECOND_SIGNS[second])])
    };
    let free = (0..all).map(|step| code((start + step) % all)).find(|code| !taken.contains(code.as_str()));
    free.unwrap_or_else(|| code(start))
}

/// Whose a code is, in the records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ownership {
    /// The device that has this token.
    Ours,
    /// Another one.
    Others,
    /// Nobody has written it down.
    Nobodys,
}

/// Whose `code` is, seen by the device with `token`.
pub fn ownership(book: &Book, code: &str, token: &str) -> Ownership {
    match book.get(record_of(code)).map(|device| device.text(TOKEN)) {
        None | Some("") => Ownership::Nobodys,
        Some(theirs) if theirs == token => Ownership::Ours,
        Some(_) => Ownership::Others,
    }
}

/// Writes down that `code` belongs to the device with `token`.
pub fn register(act: &mut Act<'_>, code: &str, token: &str) {
    let cells: Cells<_> = [(kind::CODE, code.into()), (TOKEN, token.into())].into_iter().collect();
    act.create_as(kind::DEVICE, record_of(code), cells);
}

/// The record of a code, named alike everywhere, so that two who took it meet in it.
fn record_of(code: &str) -> RecordId {
    RecordId::named(&format!("device/{code}"))
}
