//! Compaction moves bytes and totals together and loses nothing, whoever reads or writes meanwhile.

use kehu_store::{COMPACT_FROM, Class, Compaction, Entry, Store, Tally};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::stage::{bodies, cold, fresh, hot, js, pause, whole};

fn many(from: usize, to: usize) -> Vec<Entry> {
    (from..to).map(|at| cold(&format!("k{at:05}"), 20)).collect()
}

#[wasm_bindgen_test]
async fn compaction_keeps_bytes_changes_and_integrity() {
    let name = fresh("keeps");
    let store = Store::open(&name).await.unwrap();
    let entries = many(0, 3_000);
    let bytes = bodies(&entries);
    store.append(entries, &[]).await.unwrap();
    let changes = store.totals().await.unwrap().cold.changes;
    let done = store.compact().await.unwrap();
    assert_eq!(done.joined, 3_000);
    assert!((2..=5).contains(&done.pages), "{done:?}");
    let pages = whole(&store, Class::Cold).await;
    assert_eq!(bodies(&pages), bytes);
    let totals = store.totals().await.unwrap();
    assert_eq!((totals.cold.entries, totals.cold.changes), (done.pages, changes));
    store.close();
    let again = Store::open(&name).await.unwrap();
    assert_eq!(whole(&again, Class::Cold).await, pages);
}

#[wasm_bindgen_test]
async fn few_entries_are_left_alone_and_small_pages_are_joined_again() {
    let store = Store::open(&fresh("few")).await.unwrap();
    store.append(many(0, COMPACT_FROM - 1), &[]).await.unwrap();
    assert_eq!(store.compact().await.unwrap(), Compaction::default());
    store.append(many(COMPACT_FROM - 1, COMPACT_FROM), &[]).await.unwrap();
    assert_eq!(store.compact().await.unwrap().pages, 1);
    store.append(many(COMPACT_FROM, COMPACT_FROM * 2), &[]).await.unwrap();
    let again = store.compact().await.unwrap();
    assert_eq!((again.joined, again.pages), (COMPACT_FROM as u64 + 1, 1));
    assert_eq!(bodies(&whole(&store, Class::Cold).await), bodies(&many(0, COMPACT_FROM * 2)));
}

#[wasm_bindgen_test]
async fn appending_again_what_is_in_a_page_changes_nothing() {
    let store = Store::open(&fresh("paged")).await.unwrap();
    store.append(many(0, 50), &[]).await.unwrap();
    store.compact().await.unwrap();
    let before = store.totals().await.unwrap();
    store.append(many(10, 20), &[]).await.unwrap();
    assert_eq!(store.totals().await.unwrap(), before);
    // A late key between the page's first and last is still new.
    store.append(vec![cold("k00010x", 1)], &[]).await.unwrap();
    assert_eq!(store.totals().await.unwrap().cold.changes, before.cold.changes + 1);
}

#[wasm_bindgen_test]
async fn appending_while_compacting_loses_nothing() {
    let name = fresh("meanwhile");
    let (here, there) = (Store::open(&name).await.unwrap(), Store::open(&name).await.unwrap());
    here.append(many(0, 500), &[]).await.unwrap();
    let writing = wasm_bindgen_futures::future_to_promise(async move {
        for at in 500..540 {
            there.append(many(at, at + 1), &[]).await.unwrap();
        }
        Ok(wasm_bindgen::JsValue::NULL)
    });
    for _ in 0..10 {
        here.compact().await.unwrap();
        pause(5).await;
    }
    wasm_bindgen_futures::JsFuture::from(writing).await.unwrap();
    here.compact().await.unwrap();
    assert_eq!(bodies(&whole(&here, Class::Cold).await), bodies(&many(0, 540)));
}

#[wasm_bindgen_test]
async fn reading_while_another_tab_compacts_misses_nothing() {
    let name = fresh("reader");
    let (here, there) = (Store::open(&name).await.unwrap(), Store::open(&name).await.unwrap());
    here.append(many(0, 40), &[]).await.unwrap();
    here.compact().await.unwrap();
    here.append(many(40, 200), &[]).await.unwrap();
    let (mut tally, mut text, mut position, mut slices) = (Tally::default(), String::new(), None, 0);
    loop {
        let slice = here.read(Class::Cold, position.as_ref(), 60_000).await.unwrap();
        tally.count(&slice);
        text.push_str(&String::from_utf8(bodies(&slice.entries)).unwrap());
        slices += 1;
        if slices == 2 {
            assert!(there.compact().await.unwrap().joined > 0);
        }
        position = slice.next;
        if position.is_none() {
            break;
        }
    }
    assert!(slices > 2, "{slices}");
    let wanted = String::from_utf8(bodies(&many(0, 200))).unwrap();
    let found: std::collections::BTreeSet<&str> = text.lines().collect();
    assert!(wanted.lines().all(|line| found.contains(line)));
    assert!(tally.integrity().is_whole());
}

#[wasm_bindgen_test]
async fn what_is_damaged_stays_in_the_journal() {
    let name = fresh("stays");
    let store = Store::open(&name).await.unwrap();
    store.append((0..40).map(|at| hot(&format!("k{at:02}"), 1)).collect(), &[]).await.unwrap();
    js(&name, "await change('journal', 'h/k07', bytes => { bytes[30] ^= 1; return bytes; });").await;
    assert_eq!(store.compact().await.unwrap().joined, 39);
    let whole = store.read_all(Class::Hot).await.unwrap();
    assert_eq!((whole.entries.len(), whole.integrity.damaged.len()), (1, 1));
    assert_eq!((whole.integrity.missing_entries, whole.integrity.missing_changes), (0, 1));
}

#[wasm_bindgen_test]
async fn only_one_tab_compacts_at_a_time() {
    let name = fresh("lock");
    let store = Store::open(&name).await.unwrap();
    store.append(many(0, 50), &[]).await.unwrap();
    js(
        &name,
        "await new Promise(held => navigator.locks.request('kehu-compact-' + name.slice(5), () => {
           held();
           return new Promise(free => { (globalThis.free ??= {})[name] = free; });
         }));",
    )
    .await;
    assert!(store.compact().await.unwrap().is_busy_elsewhere);
    assert_eq!(whole(&store, Class::Cold).await.len(), 50);
    js(&name, "free[name]();").await;
    pause(20).await;
    assert_eq!(store.compact().await.unwrap().joined, 50);
}
