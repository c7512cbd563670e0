//! Other tabs: their commits, their newer and older versions, and losing the connection.

use std::cell::RefCell;
use std::rc::Rc;

use kehu_store::{Class, FORMAT, Opening, Store, StoreError, StoreEvent};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::stage::{cold, fresh, hot, js, keys, pause, whole};

type Heard = Rc<RefCell<Vec<StoreEvent>>>;

fn listen(store: &Store) -> Heard {
    let heard = Heard::default();
    let ear = Rc::clone(&heard);
    store.on_event(move |event| ear.borrow_mut().push(event));
    heard
}

/// Waits until something is heard, for two seconds at most.
async fn first(heard: &Heard) -> Option<StoreEvent> {
    for _ in 0..200 {
        if let Some(event) = heard.borrow().first().cloned() {
            return Some(event);
        }
        pause(10).await;
    }
    None
}

#[wasm_bindgen_test]
async fn a_commit_is_told_to_the_other_tab_which_reads_it() {
    let name = fresh("told");
    let (here, there) = (Store::open(&name).await.unwrap(), Store::open(&name).await.unwrap());
    let (heard, own) = (listen(&there), listen(&here));
    here.append(vec![hot("a", 2), cold("b", 1)], &[]).await.unwrap();
    let Some(StoreEvent::Committed { keys: told, is_arrival: false }) = first(&heard).await else { panic!("not told") };
    assert_eq!(told, ["a", "b"]);
    let found = there.read_keys(&told).await.unwrap();
    assert_eq!(found.entries, [hot("a", 2), cold("b", 1)]);
    assert!(found.missing.is_empty() && found.damaged.is_empty());
    assert!(own.borrow().is_empty());
}

#[wasm_bindgen_test]
async fn a_key_that_compaction_has_moved_is_found_in_its_page() {
    let store = Store::open(&fresh("moved")).await.unwrap();
    let entries = (10..50).map(|at| hot(&format!("k{at}"), 1)).collect();
    store.append(entries, &[]).await.unwrap();
    store.compact().await.unwrap();
    store.append(vec![hot("k60", 1)], &[]).await.unwrap();
    let found = store.read_keys(&["k60".into(), "k20".into(), "k55".into()]).await.unwrap();
    assert_eq!(keys(&found.entries), ["k60", "k49 k10 1"]);
    assert_eq!(found.missing, ["k55"]);
}

#[wasm_bindgen_test]
async fn two_tabs_writing_at_once_lose_nothing() {
    let name = fresh("both");
    let (here, there) = (Store::open(&name).await.unwrap(), Store::open(&name).await.unwrap());
    let other = wasm_bindgen_futures::future_to_promise(async move {
        for at in 0..20 {
            there.append(vec![hot(&format!("there{at:02}"), 2)], &[]).await.unwrap();
        }
        Ok(wasm_bindgen::JsValue::NULL)
    });
    for at in 0..20 {
        here.append(vec![hot(&format!("here{at:02}"), 1)], &[]).await.unwrap();
    }
    wasm_bindgen_futures::JsFuture::from(other).await.unwrap();
    assert_eq!(whole(&here, Class::Hot).await.len(), 40);
    assert_eq!(here.totals().await.unwrap().hot.changes, 60);
}

#[wasm_bindgen_test]
async fn tabs_that_write_in_turn_keep_the_totals_right() {
    let name = fresh("turns");
    let (here, there) = (Store::open(&name).await.unwrap(), Store::open(&name).await.unwrap());
    for at in 0..12 {
        let tab = if at % 3 == 0 { &here } else { &there };
        tab.append(vec![hot(&format!("k{at:02}"), 1), cold(&format!("k{at:02}"), 2)], &[]).await.unwrap();
    }
    here.append(vec![hot("k11", 1)], &[]).await.unwrap();
    let totals = here.totals().await.unwrap();
    assert_eq!((totals.hot.entries, totals.hot.changes, totals.cold.changes), (12, 12, 24));
    assert_eq!(whole(&there, Class::Hot).await.len(), 12);
}

#[wasm_bindgen_test]
async fn a_connection_closed_under_us_is_opened_again_and_the_write_saved() {
    let name = fresh("closed");
    js(
        &name,
        "const proto = IDBDatabase.prototype, before = proto.transaction;
         proto.transaction = function (...given) {
           if (this.name === name) (globalThis.seen ??= {})[name] = this;
           return before.apply(this, given);
         };",
    )
    .await;
    let store = Store::open(&name).await.unwrap();
    let heard = listen(&store);
    store.append(vec![hot("a", 1)], &[]).await.unwrap();
    js(&name, "seen[name].close(); seen[name].dispatchEvent(new Event('close'));").await;
    assert_eq!(first(&heard).await, Some(StoreEvent::Closed));
    store.append(vec![hot("b", 1)], &[]).await.unwrap();
    assert_eq!(keys(&whole(&store, Class::Hot).await), ["a", "b"]);
    // Reading comes back as well.
    js(&name, "seen[name].close();").await;
    assert_eq!(keys(&whole(&store, Class::Hot).await), ["a", "b"]);
}

#[wasm_bindgen_test]
async fn an_older_app_leaves_a_newer_database_as_it_is() {
    let name = fresh("newer");
    let newer = Store::open_with(Opening::new(&name).format(FORMAT + 6)).await.unwrap();
    newer.append(vec![hot("a", 1)], &[]).await.unwrap();
    newer.close();
    for refused in [Store::open(&name).await, Store::open_anyway(&name).await] {
        assert_eq!(refused.unwrap_err(), StoreError::TooNew { found: FORMAT + 6, known: FORMAT });
    }
    let newer = Store::open_with(Opening::new(&name).format(FORMAT + 6)).await.unwrap();
    assert_eq!(whole(&newer, Class::Hot).await, [hot("a", 1)]);
}

#[wasm_bindgen_test]
async fn an_older_tab_gives_way_to_a_newer_and_saves_nothing_behind_its_back() {
    let name = fresh("gives-way");
    let older = Store::open(&name).await.unwrap();
    let heard = listen(&older);
    let newer = Store::open_with(Opening::new(&name).format(FORMAT + 1)).await.unwrap();
    assert_eq!(first(&heard).await, Some(StoreEvent::NewerTab));
    let refused = older.append(vec![hot("a", 1)], &[]).await;
    assert_eq!(refused, Err(StoreError::TooNew { found: FORMAT + 1, known: FORMAT }));
    assert_eq!(whole(&newer, Class::Hot).await, []);
}

#[wasm_bindgen_test]
async fn a_tab_that_does_not_give_way_is_reported_and_no_spinner() {
    let name = fresh("blocked");
    let older = Store::open(&name).await.unwrap();
    older.append(vec![hot("a", 1)], &[]).await.unwrap();
    older.close();
    js(&name, "(globalThis.stubborn ??= {})[name] = await wait(indexedDB.open(name));").await;
    let heard = Heard::default();
    let ear = Rc::clone(&heard);
    let opening = || Opening::new(&name).format(FORMAT + 1);
    let listening = opening().on_event(move |event| ear.borrow_mut().push(event));
    assert_eq!(Store::open_with(listening).await.unwrap_err(), StoreError::UpgradeBlocked);
    assert_eq!(*heard.borrow(), [StoreEvent::UpgradeBlocked]);
    // Trying again while still blocked ends too.
    assert_eq!(Store::open_with(opening()).await.unwrap_err(), StoreError::UpgradeBlocked);
    js(&name, "stubborn[name].close();").await;
    let newer = Store::open_with(opening()).await.unwrap();
    assert_eq!(whole(&newer, Class::Hot).await, [hot("a", 1)]);
}

#[wasm_bindgen_test]
async fn a_deleted_workspace_is_gone_and_does_not_come_back() {
    let name = fresh("deleted");
    let store = Store::open(&name).await.unwrap();
    let heard = listen(&store);
    store.append(vec![hot("a", 1)], &[]).await.unwrap();
    assert!(Store::workspaces().await.unwrap().contains(&name));
    Store::delete(&name).await.unwrap();
    assert_eq!(first(&heard).await, Some(StoreEvent::Closed));
    assert_eq!(store.append(vec![hot("b", 1)], &[]).await, Err(StoreError::Closed));
    assert!(!Store::workspaces().await.unwrap().contains(&name));
    let new = Store::open(&name).await.unwrap();
    assert_eq!(whole(&new, Class::Hot).await, []);
}

#[wasm_bindgen_test]
async fn a_closed_handle_says_so() {
    let store = Store::open(&fresh("shut")).await.unwrap();
    let clone = store.clone();
    store.close();
    assert_eq!(clone.append(vec![hot("a", 1)], &[]).await, Err(StoreError::Closed));
    assert_eq!(clone.totals().await, Err(StoreError::Closed));
}

#[wasm_bindgen_test]
async fn the_browser_says_how_much_room_there_is() {
    let room = kehu_store::estimate().await.unwrap();
    assert!(room.quota > room.used, "{room:?}");
    assert_ne!(kehu_store::persisted().await, kehu_store::Persistence::Unknown);
    assert_ne!(kehu_store::persist().await, kehu_store::Persistence::Unknown);
}
