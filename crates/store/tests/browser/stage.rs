//! What the tests share: fresh names, entries, and raw JavaScript to damage and break things.

use js_sys::{Function, Promise};
use kehu_store::{Class, Entry, Store};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// A workspace nobody has used before.
pub fn fresh(what: &str) -> String {
    format!("{what}-{}", (js_sys::Math::random() * 1e15) as u64)
}

/// A hot entry of `count` lines.
pub fn hot(key: &str, count: u32) -> Entry {
    entry(Class::Hot, key, count)
}

/// A cold entry of `count` lines.
pub fn cold(key: &str, count: u32) -> Entry {
    entry(Class::Cold, key, count)
}

fn entry(class: Class, key: &str, count: u32) -> Entry {
    let body: String = (0..count).map(|at| format!("{{\"key\":\"{key}\",\"at\":{at},\"名\":\"客户\"}}\n")).collect();
    Entry { class, key: key.to_owned(), count, body: body.into_bytes() }
}

/// Keys of what was read, in order.
pub fn keys(entries: &[Entry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.key.as_str()).collect()
}

/// All bodies in a row.
pub fn bodies(entries: &[Entry]) -> Vec<u8> {
    entries.iter().flat_map(|entry| entry.body.clone()).collect()
}

/// Everything of a class that is whole, after asserting that nothing is missing.
pub async fn whole(store: &Store, class: Class) -> Vec<Entry> {
    let whole = store.read_all(class).await.unwrap();
    assert!(whole.integrity.is_whole(), "{:?}", whole.integrity);
    whole.entries
}

/// Runs the body of an async function of `name` (the database) in plain JavaScript.
pub async fn js(workspace: &str, body: &str) -> JsValue {
    let code = format!("return (async () => {{ {RAW} {body} }})()");
    let name = format!("kehu-{workspace}");
    let promise = Function::new_with_args("name", &code).call1(&JsValue::NULL, &name.into()).unwrap();
    JsFuture::from(promise.unchecked_into::<Promise>()).await.unwrap()
}

/// Pauses.
pub async fn pause(ms: u32) {
    gloo_timers::future::TimeoutFuture::new(ms).await;
}

const RAW: &str = r#"
const wait = request => new Promise((done, fail) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => fail(request.error);
});
const within = async (store, work) => {
  const db = await wait(indexedDB.open(name));
  const tx = db.transaction(store, 'readwrite');
  const result = await work(tx.objectStore(store));
  await new Promise((done, fail) => { tx.oncomplete = done; tx.onabort = () => fail(tx.error); });
  db.close();
  return result;
};
const change = (store, key, how) => within(store, async all => {
  const bytes = await wait(all.get(key));
  await wait(all.put(how(bytes), key));
});
"#;
