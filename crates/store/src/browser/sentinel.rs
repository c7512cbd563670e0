//! The sentinel in localStorage: it remembers that there was data, should IndexedDB forget.

use js_sys::JSON;
use wasm_bindgen::JsCast;
use web_sys::Storage;

use super::script;
use crate::Totals;

/// The prefix of every sentinel's key.
pub(crate) const PREFIX: &str = "kehu-sentinel-";

/// What is known of a workspace outside its database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// The most changes it ever held.
    pub changes: u64,
    /// When that was noted, in Unix milliseconds by this device's clock.
    pub at_ms: u64,
}

/// What is known of a workspace outside its database, so also when that is lost; `None` when nothing is.
pub fn remembered(workspace: &str) -> Option<Memory> {
    let sentinel = read(workspace).filter(|sentinel| sentinel.changes > 0)?;
    Some(Memory { changes: sentinel.changes, at_ms: sentinel.at_ms })
}

/// What is remembered of a workspace.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sentinel {
    /// The most changes the database ever recorded.
    pub changes: u64,
    /// The largest key.
    pub newest: String,
    /// When it was raised, in Unix milliseconds.
    pub at_ms: u64,
}

/// localStorage, where there is one: not in workers, not in every private window.
pub(crate) fn storage() -> Option<Storage> {
    script::global("localStorage")?.dyn_into().ok()
}

/// Reads the sentinel of a workspace; `None` when there is none or it is not legible.
pub(crate) fn read(workspace: &str) -> Option<Sentinel> {
    let text = storage()?.get_item(&key(workspace)).ok()??;
    let value = JSON::parse(&text).ok()?;
    let changes = script::property(&value, "changes")?.as_f64()?;
    let newest = script::property(&value, "newest")?.as_string()?;
    // Saturates, and there are never 2^53 changes.
    let at_ms = script::property(&value, "at").and_then(|at| at.as_f64()).unwrap_or_default();
    Some(Sentinel { changes: changes as u64, newest, at_ms: at_ms as u64 })
}

/// Raises the sentinel after a commit; it never sinks by itself.
pub(crate) fn raise(workspace: &str, totals: &Totals) {
    let before = read(workspace).map_or(0, |sentinel| sentinel.changes);
    if totals.changes() >= before {
        set(workspace, totals);
    }
}

/// Sets the sentinel to what there is.
pub(crate) fn set(workspace: &str, totals: &Totals) {
    let Some(storage) = storage() else { return };
    let value = script::object(&[
        ("changes", (totals.changes() as f64).into()),
        ("newest", totals.newest.as_str().into()),
        ("at", js_sys::Date::now().into()),
    ]);
    if let Ok(text) = JSON::stringify(&value) {
        // A full localStorage must not fail a commit that is already durable.
        _ = storage.set_item(&key(workspace), &String::from(text));
    }
}

/// Forgets a workspace that was deleted on purpose.
pub(crate) fn remove(workspace: &str) {
    if let Some(storage) = storage() {
        _ = storage.remove_item(&key(workspace));
    }
}

fn key(workspace: &str) -> String {
    format!("{PREFIX}{workspace}")
}
