//! What was lost is noticed: flipped, cut, missing, emptied.

use kehu_store::{Class, Flaw, Store, StoreError};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::stage::{bodies, cold, fresh, hot, js, keys, whole};

async fn three(name: &str) -> Store {
    let store = Store::open(name).await.unwrap();
    store.append(vec![hot("a", 1), hot("b", 2), hot("c", 3)], &[]).await.unwrap();
    store
}

#[wasm_bindgen_test]
async fn a_flipped_byte_is_noticed_and_the_rest_is_read() {
    let name = fresh("flip");
    let store = three(&name).await;
    js(&name, "await change('journal', 'h/b', bytes => { bytes[60] ^= 4; return bytes; });").await;
    let whole = store.read_all(Class::Hot).await.unwrap();
    assert_eq!(keys(&whole.entries), ["a", "c"]);
    let [damage] = whole.integrity.damaged.as_slice() else { panic!("{:?}", whole.integrity) };
    assert_eq!((damage.key.as_str(), damage.claimed, &damage.flaw), ("h/b", Some(2), &Flaw::Checksum));
    assert_eq!((whole.integrity.missing_entries, whole.integrity.missing_changes), (0, 2));
}

#[wasm_bindgen_test]
async fn what_is_damaged_gives_way_to_the_same_entry_appended_again() {
    let name = fresh("again");
    let store = three(&name).await;
    js(&name, "await change('journal', 'h/b', bytes => { bytes[60] ^= 4; return bytes; });").await;
    store.append(vec![hot("a", 1), hot("b", 2)], &[]).await.unwrap();
    let whole = whole(&store, Class::Hot).await;
    assert_eq!(bodies(&whole), bodies(&[hot("a", 1), hot("b", 2), hot("c", 3)]));
    let totals = store.totals().await.unwrap();
    assert_eq!((totals.hot.entries, totals.hot.changes), (3, 6));
    let kept = js(&name, "return within('meta', async all => (await wait(all.get('damaged/journal/h/b'))).length)");
    assert!(kept.await.as_f64().unwrap() > 60.0);
}

#[wasm_bindgen_test]
async fn a_flipped_byte_in_a_page_is_noticed() {
    let name = fresh("page");
    let store = Store::open(&name).await.unwrap();
    let entries = (0..40).map(|at| cold(&format!("k{at:02}"), 1)).collect();
    store.append(entries, &[]).await.unwrap();
    assert_eq!(store.compact().await.unwrap().pages, 1);
    js(&name, "await change('pages', 'c/k39 k00 1', bytes => { bytes[bytes.length - 9] ^= 1; return bytes; });").await;
    let whole = store.read_all(Class::Cold).await.unwrap();
    assert_eq!(whole.entries, []);
    assert_eq!(whole.integrity.missing_changes, 40);
    assert_eq!(whole.integrity.damaged.len(), 1);
}

#[wasm_bindgen_test]
async fn a_cut_value_and_a_foreign_value_are_noticed() {
    let name = fresh("cut");
    let store = three(&name).await;
    js(&name, "await change('journal', 'h/a', bytes => bytes.slice(0, -1));").await;
    js(&name, "await change('journal', 'h/b', () => 'text');").await;
    let whole = store.read_all(Class::Hot).await.unwrap();
    assert_eq!(keys(&whole.entries), ["c"]);
    let flaws: Vec<_> = whole.integrity.damaged.iter().map(|damage| damage.flaw.clone()).collect();
    assert!(matches!(flaws.as_slice(), [Flaw::Length { .. }, Flaw::NotBytes]), "{flaws:?}");
}

#[wasm_bindgen_test]
async fn a_missing_entry_is_noticed_at_once_and_at_the_next_opening() {
    let name = fresh("missing");
    let store = three(&name).await;
    js(&name, "await within('journal', all => wait(all.delete('h/b')));").await;
    let integrity = store.read_all(Class::Hot).await.unwrap().integrity;
    assert_eq!((integrity.missing_entries, integrity.missing_changes), (1, 2));
    store.close();
    let refused = Store::open(&name).await.unwrap_err();
    assert_eq!(refused, StoreError::Incomplete { recorded: 3, found: 2 });
}

#[wasm_bindgen_test]
async fn a_loss_that_is_accepted_is_mentioned_no_more() {
    let name = fresh("accept");
    three(&name).await.close();
    js(&name, "await within('journal', all => wait(all.delete('h/b')));").await;
    js(&name, "await change('journal', 'h/c', bytes => bytes.slice(0, 50));").await;
    let store = Store::open_anyway(&name).await.unwrap();
    let totals = store.accept_loss().await.unwrap();
    assert_eq!((totals.hot.entries, totals.hot.changes), (1, 1));
    store.close();
    let store = Store::open(&name).await.unwrap();
    assert_eq!(whole(&store, Class::Hot).await, [hot("a", 1)]);
    let kept = js(&name, "return within('meta', async all => (await wait(all.get('damaged/journal/h/c'))).length)");
    assert_eq!(kept.await.as_f64(), Some(50.0));
}

#[wasm_bindgen_test]
async fn a_database_that_has_gone_is_emptied_and_not_new() {
    let name = fresh("gone");
    three(&name).await.close();
    js(&name, "await wait(indexedDB.deleteDatabase(name));").await;
    for _ in 0..2 {
        // A failing opening must not leave a database that looks healthy to the next.
        let refused = Store::open(&name).await.unwrap_err();
        assert_eq!(refused, StoreError::Emptied { expected: 6, found: 0 });
        let there = js(&name, "return (await indexedDB.databases()).some(db => db.name === name)").await;
        assert_eq!(there.as_bool(), Some(false));
    }
    assert!(Store::workspaces().await.unwrap().contains(&name));
}

#[wasm_bindgen_test]
async fn an_emptied_database_warns_until_everything_is_back() {
    let name = fresh("restore");
    three(&name).await.close();
    js(&name, "await wait(indexedDB.deleteDatabase(name));").await;
    let store = Store::open_anyway(&name).await.unwrap();
    store.append(vec![hot("a", 1)], &[]).await.unwrap();
    store.close();
    let refused = Store::open(&name).await.unwrap_err();
    assert_eq!(refused, StoreError::Emptied { expected: 6, found: 1 });
    let store = Store::open_anyway(&name).await.unwrap();
    store.append(vec![hot("b", 2), hot("c", 3)], &[]).await.unwrap();
    store.close();
    let store = Store::open(&name).await.unwrap();
    assert_eq!(keys(&whole(&store, Class::Hot).await), ["a", "b", "c"]);
}

#[wasm_bindgen_test]
async fn lost_totals_are_noticed_and_can_be_counted_anew() {
    let name = fresh("totals");
    three(&name).await.close();
    js(
        &name,
        "await within('meta', all => wait(all.clear())); localStorage.removeItem('kehu-sentinel-' + name.slice(5));",
    )
    .await;
    assert!(matches!(Store::open(&name).await.unwrap_err(), StoreError::Damaged { .. }));
    let store = Store::open_anyway(&name).await.unwrap();
    let totals = store.accept_loss().await.unwrap();
    assert_eq!((totals.hot.entries, totals.hot.changes, totals.newest.as_str()), (3, 6, "c"));
    store.close();
    let store = Store::open(&name).await.unwrap();
    assert_eq!(bodies(&whole(&store, Class::Hot).await), bodies(&[hot("a", 1), hot("b", 2), hot("c", 3)]));
}

#[wasm_bindgen_test]
async fn one_value_that_cannot_be_read_does_not_hide_the_others() {
    let name = fresh("unreadable");
    let store = three(&name).await;
    js(
        &name,
        "const proto = IDBObjectStore.prototype, { get, getAll } = proto;
         const broken = (store, request) => {
           Object.defineProperty(request, 'error', { get: () => new DOMException('by test', 'DataError') });
           request.addEventListener('success', event => {
             event.stopImmediatePropagation();
             request.onerror?.(new Event('error'));
           });
           return request;
         };
         const ours = store => store.transaction.db.name === name && store.name === 'journal';
         proto.getAll = function (...given) {
           return ours(this) ? broken(this, getAll.apply(this, given)) : getAll.apply(this, given);
         };
         proto.get = function (key) {
           const request = get.call(this, key);
           return ours(this) && key === 'h/b' ? broken(this, request) : request;
         };",
    )
    .await;
    let whole = store.read_all(Class::Hot).await.unwrap();
    assert_eq!(keys(&whole.entries), ["a", "c"]);
    let [damage] = whole.integrity.damaged.as_slice() else { panic!("{:?}", whole.integrity) };
    assert_eq!(damage.flaw, Flaw::Unreadable("DataError: by test".into()));
}
