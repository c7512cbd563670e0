//! The workspaces of this device as a whole: which there are, and deleting one.

use std::collections::BTreeSet;

use futures_channel::oneshot;
use js_sys::Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::Event;

use super::idb::{Fault, channel, sending};
use super::opening::factory;
use super::script;
use super::store::Store;
use super::{database_name, sentinel};
use crate::StoreError;

impl Store {
    /// The workspaces of this device, in order of name; also those only the sentinel remembers.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], and what the browser reports.
    pub async fn workspaces() -> Result<Vec<String>, StoreError> {
        let mut names = remembered();
        let factory = factory()?;
        // Browsers that cannot list databases leave us the sentinels.
        if script::property(&factory, "databases").is_some() {
            let list = script::call_and_wait(&factory, "databases", &[]).await.map_err(|thrown| Fault::of(&thrown))?;
            for database in list.dyn_into::<Array>().unwrap_or_default().iter() {
                let name = script::property(&database, "name").and_then(|name| name.as_string());
                let workspace = name.as_deref().and_then(|name| name.strip_prefix("kehu-"));
                names.extend(workspace.map(str::to_owned));
            }
        }
        Ok(names.into_iter().collect())
    }

    /// Deletes a workspace with everything in it, and its sentinel.
    ///
    /// Other tabs that have it open are told [`StoreEvent::Closed`](crate::StoreEvent) and let go.
    ///
    /// # Errors
    /// What the browser reports; the sentinel then stays.
    pub async fn delete(workspace: &str) -> Result<(), StoreError> {
        let request = factory()?.delete_database(&database_name(workspace)).map_err(|thrown| Fault::of(&thrown))?;
        let (sender, end): (_, oneshot::Receiver<Result<(), Fault>>) = channel();
        let success: Closure<dyn FnMut(Event)> = sending(&sender, || Ok(()));
        let source = request.clone();
        let error = sending(&sender, move || {
            let error = source.error().ok().flatten().map(Into::into).unwrap_or_default();
            Err(Fault::of(&error))
        });
        request.set_onsuccess(Some(success.as_ref().unchecked_ref()));
        request.set_onerror(Some(error.as_ref().unchecked_ref()));
        let outcome = end.await;
        request.set_onsuccess(None);
        request.set_onerror(None);
        outcome.map_err(|_| StoreError::Closed)??;
        sentinel::remove(workspace);
        Ok(())
    }
}

/// The workspaces that have a sentinel.
fn remembered() -> BTreeSet<String> {
    let Some(storage) = sentinel::storage() else {
        return BTreeSet::new();
    };
    let many = storage.length().unwrap_or_default();
    (0..many)
        .filter_map(|at| storage.key(at).ok().flatten())
        .filter_map(|key| key.strip_prefix(sentinel::PREFIX).map(str::to_owned))
        .collect()
}
