//! What was decided about files, remembered on this device for the next file with the same headings.

use kehu_domain::import::{Profile, Remembered};

fn key(workspace: &str) -> String {
    format!("kehu-import-profiles-{workspace}")
}

/// What is remembered in a workspace, the latest first; nothing where the browser forbids it.
pub fn read(workspace: &str) -> Vec<Remembered> {
    let storage = leptos::prelude::window().local_storage().ok().flatten();
    let text = storage.and_then(|storage| storage.get_item(&key(workspace)).ok().flatten());
    text.map(|text| Remembered::read(&text)).unwrap_or_default()
}

/// Keeps an entry in place of the one for the same headings.
pub fn keep(workspace: &str, remembered: Remembered) {
    write(workspace, &remembered.kept(read(workspace)));
}

/// Forgets the entry for these headings.
pub fn forget(workspace: &str, profile: &Profile) {
    let mut all = read(workspace);
    all.retain(|other| !other.is_about_the_same(profile));
    write(workspace, &all);
}

fn write(workspace: &str, all: &[Remembered]) {
    let storage = leptos::prelude::window().local_storage().ok().flatten();
    if let (Some(storage), Ok(text)) = (storage, serde_json::to_string(all))
        && storage.set_item(&key(workspace), &text).is_err()
    {
        leptos::logging::warn!("{} could not be remembered", key(workspace));
    }
}
