//! Drafts, meta values and attachments.

use kehu_store::{Store, StoreError};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::stage::{fresh, hot, js};

#[wasm_bindgen_test]
async fn the_last_draft_counts_and_goes_with_its_record() {
    let name = fresh("drafts");
    let store = Store::open(&name).await.unwrap();
    let before = js_sys::Date::now() as u64;
    store.save_draft("visit 客户", b"{\"a\":1}").await.unwrap();
    store.save_draft("visit 客户", b"{\"a\":2}\n").await.unwrap();
    store.save_draft("other", b"").await.unwrap();
    store.close();
    let store = Store::open(&name).await.unwrap();
    let (drafts, damaged) = store.drafts().await.unwrap();
    assert!(damaged.is_empty());
    let told: Vec<_> = drafts.iter().map(|draft| (draft.id.as_str(), draft.bytes.as_slice())).collect();
    assert_eq!(told, [("other", &b""[..]), ("visit 客户", b"{\"a\":2}\n")]);
    assert!(drafts.iter().all(|draft| draft.saved_at_ms >= before));
    store.append(vec![hot("a", 1)], &["visit 客户".into()]).await.unwrap();
    store.discard_draft("other").await.unwrap();
    store.discard_draft("never there").await.unwrap();
    assert_eq!(store.drafts().await.unwrap(), (vec![], vec![]));
}

#[wasm_bindgen_test]
async fn a_damaged_draft_does_not_hide_the_others() {
    let name = fresh("draft-damage");
    let store = Store::open(&name).await.unwrap();
    store.save_draft("a", b"1").await.unwrap();
    store.save_draft("b", b"2").await.unwrap();
    js(&name, "await change('drafts', 'a', bytes => bytes.slice(1));").await;
    let (drafts, damaged) = store.drafts().await.unwrap();
    assert_eq!((drafts.len(), damaged.len()), (1, 1));
    assert_eq!((drafts[0].id.as_str(), damaged[0].key.as_str()), ("b", "a"));
}

#[wasm_bindgen_test]
async fn meta_values_and_attachments_come_back_or_are_absent() {
    let name = fresh("meta");
    let store = Store::open(&name).await.unwrap();
    assert_eq!(store.get_meta("store/totals").await, Ok(None));
    store.put_meta("node", b"7f").await.unwrap();
    assert_eq!(store.get_meta("node").await, Ok(Some(b"7f".to_vec())));
    let sha = "0123456789abcdef".repeat(4);
    assert_eq!(store.blob(&sha).await, Ok(None));
    let bytes = vec![9; 300_000];
    store.put_blob(&sha, &bytes).await.unwrap();
    assert_eq!(store.blob(&sha).await, Ok(Some(bytes)));
    assert!(matches!(store.put_blob("ABC", b"").await, Err(StoreError::BadKey(_))));
    js(&name, &format!("await change('blobs', '{sha}', bytes => {{ bytes[90] ^= 1; return bytes; }});")).await;
    assert!(matches!(store.blob(&sha).await, Err(StoreError::Damaged { .. })));
}
