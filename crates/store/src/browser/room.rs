//! What the browser grants: whether storage persists, and how much room there is.

use wasm_bindgen::JsValue;

use super::script;

/// Whether the browser may clear the origin's storage by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Persistence {
    /// It will not.
    Granted,
    /// It may, when the disk runs low.
    Refused,
    /// It does not say.
    Unknown,
}

/// How full the origin's storage is, as the browser estimates it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Bytes in use.
    pub used: u64,
    /// Bytes allowed.
    pub quota: u64,
}

/// Asks for storage that stays; ask after the first real save.
pub async fn persist() -> Persistence {
    match persisted().await {
        Persistence::Refused => ask("persist").await,
        known => known,
    }
}

/// Whether storage stays, without asking for it.
pub async fn persisted() -> Persistence {
    ask("persisted").await
}

async fn ask(question: &str) -> Persistence {
    let Some(storage) = storage() else {
        return Persistence::Unknown;
    };
    match script::call_and_wait(&storage, question, &[]).await.map(|answer| answer.as_bool()) {
        Ok(Some(true)) => Persistence::Granted,
        Ok(Some(false)) => Persistence::Refused,
        _ => Persistence::Unknown,
    }
}

/// How much room there is; `None` when the browser does not say.
pub async fn estimate() -> Option<Room> {
    let estimate = script::call_and_wait(&storage()?, "estimate", &[]).await.ok()?;
    let bytes = |name| script::property(&estimate, name)?.as_f64().map(|bytes| bytes as u64);
    Some(Room { used: bytes("usage")?, quota: bytes("quota")? })
}

fn storage() -> Option<JsValue> {
    script::property(&script::global("navigator")?, "storage")
}
