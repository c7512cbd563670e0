//! What a device keeps beside its workspaces, in a database of its own: it survives the loss of any of theirs.

use wasm_bindgen::JsValue;

use super::idb::{Fault, Mode, Transaction};
use super::opening::{Absent, FORMAT, Opened, open};
use crate::StoreError;

/// Its name does not begin like that of a workspace.
const DATABASE: &str = "kehu.device";

/// A value this device keeps, `None` when there is none.
///
/// Any value the browser can clone will do, such as the handle of a folder.
///
/// # Errors
/// What the browser reports.
pub async fn kept(key: &str) -> Result<Option<JsValue>, StoreError> {
    let value =
        transact(Mode::Read, async |tx: &Transaction| tx.ask("meta", "get", &[key.into()])?.result().await).await?;
    Ok(Some(value).filter(|value| !value.is_undefined()))
}

/// Keeps a value on this device, in place of the former; `None` takes it away.
///
/// # Errors
/// What the browser reports; the former value stays then.
pub async fn keep(key: &str, value: Option<&JsValue>) -> Result<(), StoreError> {
    transact(Mode::Write, async |tx: &Transaction| match value {
        Some(value) => tx.put_raw("meta", key, value),
        None => tx.delete("meta", key),
    })
    .await
}

async fn transact<T>(mode: Mode, work: impl AsyncFn(&Transaction) -> Result<T, Fault>) -> Result<T, StoreError> {
    let Opened::Open(db) = open(DATABASE, FORMAT, Absent::Create, None).await? else {
        return Err(StoreError::Closed);
    };
    let outcome = Transaction::run(&db, &["meta"], mode, &work).await;
    db.close();
    Ok(outcome?)
}
