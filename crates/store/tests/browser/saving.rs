//! Saved means saved: what was appended is read back, and a failure writes nothing.

use kehu_store::{Class, Store, StoreError};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::stage::{cold, fresh, hot, js, keys, whole};

#[wasm_bindgen_test]
async fn what_was_appended_is_there_after_opening_again() {
    let name = fresh("again");
    let store = Store::open(&name).await.unwrap();
    store.append(vec![hot("b", 2), cold("x", 1), hot("a", 3)], &[]).await.unwrap();
    store.close();
    let again = Store::open(&name).await.unwrap();
    assert_eq!(whole(&again, Class::Hot).await, [hot("a", 3), hot("b", 2)]);
    assert_eq!(whole(&again, Class::Cold).await, [cold("x", 1)]);
    let totals = again.totals().await.unwrap();
    assert_eq!((totals.hot.entries, totals.hot.changes), (2, 5));
    assert_eq!((totals.cold.entries, totals.cold.changes), (1, 1));
    assert_eq!(totals.newest, "x");
}

#[wasm_bindgen_test]
async fn appending_the_same_again_changes_nothing() {
    let store = Store::open(&fresh("twice")).await.unwrap();
    store.append(vec![hot("a", 1), hot("b", 2)], &[]).await.unwrap();
    store.append(vec![hot("b", 2), hot("c", 1), hot("c", 1)], &[]).await.unwrap();
    assert_eq!(keys(&whole(&store, Class::Hot).await), ["a", "b", "c"]);
    assert_eq!(store.totals().await.unwrap().hot.changes, 4);
}

#[wasm_bindgen_test]
async fn slices_come_in_key_order_and_leave_nothing_out() {
    let store = Store::open(&fresh("slices")).await.unwrap();
    let wanted: Vec<String> = (0..100).map(|at| format!("k{at:03}")).collect();
    let entries = wanted.iter().rev().map(|key| cold(key, 5)).collect();
    store.append(entries, &[]).await.unwrap();
    let (mut position, mut found, mut slices) = (None, Vec::new(), 0);
    loop {
        let slice = store.read(Class::Cold, position.as_ref(), 1_000).await.unwrap();
        found.extend(slice.entries);
        slices += 1;
        position = slice.next;
        if position.is_none() {
            break;
        }
    }
    assert_eq!(keys(&found), wanted);
    assert!(slices > 10, "{slices}");
}

#[wasm_bindgen_test]
async fn an_empty_workspace_reads_as_empty_and_whole() {
    let store = Store::open(&fresh("empty")).await.unwrap();
    assert_eq!(whole(&store, Class::Hot).await, []);
    assert_eq!(store.totals().await.unwrap(), kehu_store::Totals::default());
}

#[wasm_bindgen_test]
async fn keys_with_spaces_are_refused() {
    let store = Store::open(&fresh("keys")).await.unwrap();
    let refused = store.append(vec![hot("a", 1), hot("b c", 1)], &[]).await;
    assert_eq!(refused, Err(StoreError::BadKey("b c".into())));
    assert_eq!(whole(&store, Class::Hot).await, []);
}

/// Makes the next `times` writes into the journal end as a full or failing disk ends them: the
/// request succeeds, then the transaction aborts for `reason`.
async fn break_puts(name: &str, reason: &str, times: u32) {
    let body = format!(
        r#"
        const proto = IDBObjectStore.prototype, {{ put }} = proto, {{ commit }} = IDBTransaction.prototype;
        const left = globalThis.left ??= {{}}, broken = new WeakSet();
        left[name] = {times};
        proto.put = function (...given) {{
          const tx = this.transaction;
          const request = put.apply(this, given);
          if (tx.db.name === name && this.name === 'journal' && left[name] > 0 && !broken.has(tx)) {{
            left[name] -= 1;
            broken.add(tx);
            Object.defineProperty(tx, 'error', {{ get: () => new DOMException('by test', '{reason}') }});
            request.addEventListener('success', () => tx.abort());
          }}
          return request;
        }};
        // A page may not abort what it has committed; the browser may.
        IDBTransaction.prototype.commit = function () {{
          if (!broken.has(this)) commit.call(this);
        }};
        "#
    );
    js(name, &body).await;
}

/// Whether all the writes that were to break have broken.
async fn all_broken(name: &str) -> bool {
    js(name, "return left[name] === 0").await.as_bool() == Some(true)
}

#[wasm_bindgen_test]
async fn a_full_disk_is_told_and_writes_nothing() {
    let name = fresh("full");
    let store = Store::open(&name).await.unwrap();
    store.append(vec![hot("a", 1)], &[]).await.unwrap();
    store.save_draft("d", b"{}").await.unwrap();
    let before = store.totals().await.unwrap();
    break_puts(&name, "QuotaExceededError", 1).await;
    let refused = store.append(vec![hot("b", 1), cold("c", 1)], &["d".into()]).await;
    assert_eq!(refused, Err(StoreError::Full));
    assert!(all_broken(&name).await);
    assert_eq!(keys(&whole(&store, Class::Hot).await), ["a"]);
    assert_eq!(store.totals().await.unwrap(), before);
    assert_eq!(store.drafts().await.unwrap().0.len(), 1);
    store.append(vec![hot("b", 1)], &["d".into()]).await.unwrap();
    assert_eq!(keys(&whole(&store, Class::Hot).await), ["a", "b"]);
}

#[wasm_bindgen_test]
async fn a_write_that_fails_once_is_written_again() {
    let name = fresh("once");
    let store = Store::open(&name).await.unwrap();
    break_puts(&name, "UnknownError", 1).await;
    store.append(vec![hot("a", 1)], &[]).await.unwrap();
    assert!(all_broken(&name).await);
    assert_eq!(whole(&store, Class::Hot).await, [hot("a", 1)]);
    assert_eq!(store.totals().await.unwrap().hot.entries, 1);
}

#[wasm_bindgen_test]
async fn a_write_that_fails_twice_is_not_saved_and_says_so() {
    let name = fresh("failing");
    let store = Store::open(&name).await.unwrap();
    break_puts(&name, "UnknownError", 2).await;
    let refused = store.append(vec![hot("a", 1)], &[]).await;
    assert_eq!(refused, Err(StoreError::NotSaved("UnknownError: by test".into())));
    assert_eq!(whole(&store, Class::Hot).await, []);
}

#[wasm_bindgen_test]
async fn a_write_given_up_halfway_leaves_nothing() {
    let store = Store::open(&fresh("dropped")).await.unwrap();
    {
        let mut write = Box::pin(store.append(vec![hot("a", 1)], &[]));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(write.as_mut().poll(&mut context).is_pending());
    }
    assert_eq!(whole(&store, Class::Hot).await, []);
    store.append(vec![hot("b", 1)], &[]).await.unwrap();
    assert_eq!(keys(&whole(&store, Class::Hot).await), ["b"]);
}

#[wasm_bindgen_test]
async fn writes_are_strictly_durable() {
    let name = fresh("strict");
    let store = Store::open(&name).await.unwrap();
    js(
        &name,
        "const proto = IDBDatabase.prototype, before = proto.transaction;
         globalThis.durable = [];
         proto.transaction = function (...given) {
           const tx = before.apply(this, given);
           if (this.name === name && tx.mode === 'readwrite') durable.push(tx.durability);
           return tx;
         };",
    )
    .await;
    store.append(vec![hot("a", 1)], &[]).await.unwrap();
    store.append(vec![hot("b", 1)], &["draft".into()]).await.unwrap();
    let durable = js(&name, "return [durable.length >= 2, ...new Set(durable)].join()").await;
    assert_eq!(durable.as_string().as_deref(), Some("true,strict"));
}

#[wasm_bindgen_test]
async fn the_same_moment_can_hold_many_writes() {
    let store = Store::open(&fresh("many")).await.unwrap();
    let writes: Vec<_> = (0..20)
        .map(|at| {
            let store = store.clone();
            wasm_bindgen_futures::future_to_promise(async move {
                store.append(vec![hot(&format!("k{at:02}"), 1)], &[]).await.unwrap();
                Ok(wasm_bindgen::JsValue::NULL)
            })
        })
        .collect();
    for write in writes {
        wasm_bindgen_futures::JsFuture::from(write).await.unwrap();
    }
    assert_eq!(whole(&store, Class::Hot).await.len(), 20);
    assert_eq!(store.totals().await.unwrap().hot.entries, 20);
}
