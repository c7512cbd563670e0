//! A hundred thousand records in one transaction; the times are printed, not judged.

use kehu_store::{Class, Entry, Store};
use wasm_bindgen_test::{console_log, wasm_bindgen_test};

use crate::stage::{bodies, fresh, js, whole};

const RECORDS: usize = 100_000;
const PER_ENTRY: usize = 256;

/// Records of about 300 bytes, 256 to an entry.
fn entries() -> Vec<Entry> {
    let filler = "客".repeat(70);
    let record = |at: usize| {
        format!("{{\"id\":\"customer-{at:08}\",\"name\":\"{filler}\",\"phone\":\"139{at:08}\",\"level\":\"B\"}}\n")
    };
    (0..RECORDS.div_ceil(PER_ENTRY))
        .map(|entry| {
            let ids = entry * PER_ENTRY..RECORDS.min((entry + 1) * PER_ENTRY);
            let count = ids.len() as u32;
            let body: String = ids.map(record).collect();
            Entry { class: Class::Hot, key: format!("{entry:08}"), count, body: body.into_bytes() }
        })
        .collect()
}

#[wasm_bindgen_test]
async fn a_hundred_thousand_records_go_in_one_transaction() {
    let name = fresh("bulk");
    let store = Store::open(&name).await.unwrap();
    let entries = entries();
    let bytes = bodies(&entries);
    let start = now();
    store.append(entries, &[]).await.unwrap();
    let written = now();
    store.close();
    let store = Store::open(&name).await.unwrap();
    let opened = now();
    let read = whole(&store, Class::Hot).await;
    let end = now();
    let compaction = store.compact().await.unwrap();
    let compacted = now();
    let pages = whole(&store, Class::Hot).await;
    let read_pages = now();
    console_log!(
        "{RECORDS} records, {} bytes: write {:.0} ms, open {:.0} ms, read {:.0} ms, compact into {} pages {:.0} ms, read pages {:.0} ms",
        bytes.len(),
        written - start,
        opened - written,
        end - opened,
        compaction.pages,
        compacted - end,
        read_pages - compacted
    );
    assert_eq!(read.len(), RECORDS.div_ceil(PER_ENTRY));
    assert!(bodies(&read) == bytes && bodies(&pages) == bytes);
    assert_eq!(store.totals().await.unwrap().hot.changes, RECORDS as u64);
    Store::delete(&name).await.unwrap();
}

#[wasm_bindgen_test]
async fn single_saves_are_timed_beside_bare_puts() {
    const TIMES: usize = 200;
    let name = fresh("single");
    let store = Store::open(&name).await.unwrap();
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    js(&format!("{name}-bare"), OPEN_BARE).await;
    for at in 0..TIMES {
        let entry = Entry { class: Class::Hot, key: format!("{at:08}"), count: 1, body: vec![b'x'; 300] };
        let start = now();
        store.append(vec![entry], &[]).await.unwrap();
        ours.push(now() - start);
        let took = js(&format!("{name}-bare"), &format!("const key = '{at}'; {PUT_BARE}")).await;
        bare.push(took.as_f64().unwrap());
    }
    let at = |times: &mut Vec<f64>, share: usize| {
        times.sort_by(f64::total_cmp);
        times[TIMES * share / 100]
    };
    console_log!(
        "one save: median {:.2} ms, p95 {:.2} ms; bare strict put: median {:.2} ms, p95 {:.2} ms",
        at(&mut ours, 50),
        at(&mut ours, 95),
        at(&mut bare, 50),
        at(&mut bare, 95)
    );
    assert_eq!(store.totals().await.unwrap().hot.entries, TIMES as u64);
}

fn now() -> f64 {
    js_sys::eval("performance.now()").unwrap().as_f64().unwrap()
}

const OPEN_BARE: &str = "
const request = indexedDB.open(name);
request.onupgradeneeded = () => request.result.createObjectStore('bare');
globalThis.bare = await new Promise(done => { request.onsuccess = () => done(request.result); });
";

const PUT_BARE: &str = "
const start = performance.now();
const tx = bare.transaction(['bare'], 'readwrite', { durability: 'strict' });
tx.objectStore('bare').put(new Uint8Array(330), key);
await new Promise(done => { tx.oncomplete = done; });
return performance.now() - start;
";
