//! What a device keeps beside its workspaces: it outlives them, and no workspace is seen in it.

use js_sys::Object;
use kehu_store::{Store, keep, kept, remembered};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::stage::{fresh, hot, js};

#[wasm_bindgen_test]
async fn what_is_kept_outlives_the_workspace_and_any_value_can_be() {
    let name = fresh("keeping");
    let store = Store::open(&name).await.unwrap();
    store.append(vec![hot("a", 2)], &[]).await.unwrap();
    let key = format!("folder/{name}");
    assert!(kept(&key).await.unwrap().is_none());
    let folder = Object::new();
    js_sys::Reflect::set(&folder, &"name".into(), &"留存".into()).unwrap();
    keep(&key, Some(&folder)).await.unwrap();
    store.close();
    js(&name, "await wait(indexedDB.deleteDatabase(name));").await;
    let found = kept(&key).await.unwrap().unwrap();
    assert_eq!(js_sys::Reflect::get(&found, &"name".into()).unwrap(), JsValue::from("留存"));
    assert!(!Store::workspaces().await.unwrap().iter().any(|name| name.contains("device")));
    keep(&key, None).await.unwrap();
    assert!(kept(&key).await.unwrap().is_none());
}

#[wasm_bindgen_test]
async fn the_size_of_a_lost_workspace_is_remembered() {
    let name = fresh("memory");
    assert_eq!(remembered(&name), None);
    let before = js_sys::Date::now() as u64;
    let store = Store::open(&name).await.unwrap();
    store.append(vec![hot("a", 2), hot("b", 3)], &[]).await.unwrap();
    store.close();
    js(&name, "await wait(indexedDB.deleteDatabase(name));").await;
    let memory = remembered(&name).unwrap();
    assert_eq!(memory.changes, 5);
    assert!((before..=before + 60_000).contains(&memory.at_ms), "{memory:?}");
}
