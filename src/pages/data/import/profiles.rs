//! What was decided about columns, remembered on this device for the next file with the same headings.

use kehu_domain::import::Profile;

/// The most profiles kept; the least recent goes first.
const MOST: usize = 20;

fn key(workspace: &str) -> String {
    format!("kehu-import-profiles-{workspace}")
}

/// The profiles of a workspace, the latest first; none where the browser forbids remembering.
pub fn read(workspace: &str) -> Vec<Profile> {
    let storage = leptos::prelude::window().local_storage().ok().flatten();
    let text = storage.and_then(|storage| storage.get_item(&key(workspace)).ok().flatten());
    text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}

/// Keeps a profile in place of the one for the same headings.
pub fn keep(workspace: &str, profile: Profile) {
    let all = with(read(workspace), profile);
    let storage = leptos::prelude::window().local_storage().ok().flatten();
    if let (Some(storage), Ok(text)) = (storage, serde_json::to_string(&all))
        && storage.set_item(&key(workspace), &text).is_err()
    {
        leptos::logging::warn!("{} could not be remembered", key(workspace));
    }
}

fn with(mut all: Vec<Profile>, profile: Profile) -> Vec<Profile> {
    let is_same = |other: &Profile| other.kind == profile.kind && other.uses.keys().eq(profile.uses.keys());
    all.retain(|other| !is_same(other));
    all.insert(0, profile);
    all.truncate(MOST);
    all
}
