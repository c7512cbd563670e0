//! What waits to go: shown, and handed out as a file.

use std::collections::BTreeMap;

use js_sys::{Array, Uint8Array};
use kehu_domain::change::Change;
use kehu_domain::snapshot::{Extent, Lines, Writer};
use kehu_domain::stamp::Stamp;
use kehu_ledger::errand::Failure;
use kehu_ledger::sync::{Outbox, OutboxAct};
use kehu_sync::{Device, Local, Refused, Remote};
use web_sys::{Blob, BlobPropertyBag};

/// How many acts are named.
const NAMED: usize = 100;

/// What waits, by act, the latest first.
pub fn outbox<'l>(lines: impl Iterator<Item = &'l [u8]>, refused: Vec<Refused>) -> Outbox {
    let mut acts: BTreeMap<Stamp, OutboxAct> = BTreeMap::new();
    let mut bytes = 0;
    for line in lines {
        bytes += line.len() as u64;
        let Ok(change) = serde_json::from_slice::<Change>(line) else { continue };
        let Change { act, by, record, .. } = change;
        acts.entry(act).or_insert(OutboxAct { act, by, changes: 0, record }).changes += 1;
    }
    let count = acts.len() as u64;
    Outbox { acts: acts.into_values().rev().take(NAMED).collect(), count, bytes, refused }
}

/// What waits as a backup of just that, and how many changes it holds.
///
/// # Errors
/// [`Failure::File`] when the browser has no room for it.
pub fn file<L: Local, R: Remote>(device: &Device<L, R>) -> Result<(u64, Blob), Failure> {
    let mut lines = Lines::new(Extent::Whole);
    for line in device.outbox() {
        // What is stored here was read before.
        _ = lines.add(line);
    }
    lines.settle();
    let mut file = Vec::with_capacity(lines.bytes() + 1024);
    let mut writer = Writer::begin(&lines.header(&device.company().unwrap_or_default()), &mut file);
    for line in lines.from(0) {
        writer.add(line, &mut file);
    }
    writer.finish(&mut file);
    let options = BlobPropertyBag::new();
    options.set_type("application/json");
    let parts = Array::of1(&Uint8Array::from(file.as_slice()));
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options).map_err(|_| Failure::File)?;
    Ok((lines.len() as u64, blob))
}
