//! The rescue page's script, over databases the store has written: its file is the app's own file.

use kehu_domain::change::{Act, Change};
use kehu_domain::key::Key;
use kehu_domain::stamp::Clock;
use kehu_domain::{kind, snapshot};
use kehu_store::{Class, Entry, Store};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::stage::{fresh, js};

const SCRIPT: &str = include_str!("../../../../public/rescue.js");
const MANY: u64 = 9_000;

/// Runs plain JavaScript below the rescue script, with the workspace at hand.
async fn rescue(workspace: &str, body: &str) -> JsValue {
    js(workspace, &format!("{SCRIPT}\nconst workspace = name.slice(5);\nreturn await (async () => {{ {body} }})();"))
        .await
}

/// As many changes as fill several parts, in canonical order.
fn changes() -> Vec<Change> {
    let mut clock = Clock::new(7);
    let by = clock.record_id(1_700_000_000_000);
    (0..MANY)
        .flat_map(|at| {
            let wall_ms = 1_700_000_000_000 + at;
            let set = [(Key::of("name"), format!("李明朗 “{at}” 𠮷\n\u{2028}").into())].into_iter().collect();
            let mut act = Act::begin(&mut clock, wall_ms, by);
            act.create(kind::ORDER, set);
            act.finish()
        })
        .collect()
}

fn entries(changes: &[Change]) -> Vec<Entry> {
    changes
        .chunks(256)
        .map(|chunk| {
            let lines: String = chunk.iter().map(|change| serde_json::to_string(change).unwrap() + "\n").collect();
            let (key, count) = (chunk[0].stamp.to_string(), chunk.len() as u32);
            Entry { class: Class::Cold, key, count, body: lines.into_bytes() }
        })
        .collect()
}

#[wasm_bindgen_test]
async fn the_rescued_file_is_the_file_the_app_would_write() {
    let name = fresh("rescue");
    let store = Store::open(&name).await.unwrap();
    let changes = changes();
    let mut parts = entries(&changes);
    let late = parts.split_off(34);
    store.append(parts, &[]).await.unwrap();
    assert!(store.compact().await.unwrap().pages > 0);
    // Lines that lie in two entries are one change, and order in the database is no matter.
    store.append(late.clone(), &[]).await.unwrap();
    store
        .append(late.into_iter().map(|entry| Entry { key: format!("0{}", entry.key), ..entry }).collect(), &[])
        .await
        .unwrap();
    let file = rescue(
        &name,
        "const found = await collect(workspace);
         if (found.damaged.length || found.missing) throw new Error(JSON.stringify(found.damaged));
         return (await snapshotFile(identity(found.lines), found.lines)).join('')",
    )
    .await
    .as_string()
    .unwrap();
    let wanted = snapshot::write("", &changes.iter().collect::<Vec<_>>());
    assert!(file.as_bytes() == wanted, "{} and {} bytes", file.len(), wanted.len());
    assert_eq!(snapshot::read(file.as_bytes()).unwrap().changes, changes);
}

#[wasm_bindgen_test]
async fn parts_end_where_the_app_ends_them_when_changes_are_large() {
    let mut clock = Clock::new(7);
    let by = clock.record_id(1_700_000_000_000);
    let changes: Vec<Change> = (0..7)
        .flat_map(|at| {
            let mut act = Act::begin(&mut clock, 1_700_000_000_000 + at, by);
            act.create(kind::ATTACHMENT, [(kind::DATA, "客".repeat(400_000).into())].into_iter().collect());
            act.finish()
        })
        .collect();
    let name = fresh("rescue-large");
    let store = Store::open(&name).await.unwrap();
    store.append(entries(&changes), &[]).await.unwrap();
    let file =
        rescue(&name, "const found = await collect(workspace); return (await snapshotFile('', found.lines)).join('')")
            .await
            .as_string()
            .unwrap();
    assert_eq!(file.matches("\"changes\":[").count(), 2);
    assert!(file.as_bytes() == snapshot::write("", &changes.iter().collect::<Vec<_>>()));
}

#[wasm_bindgen_test]
async fn an_empty_workspace_is_an_empty_file() {
    let name = fresh("rescue-empty");
    Store::open(&name).await.unwrap();
    let file = rescue(
        &name,
        "const { lines } = await collect(workspace); return (await snapshotFile(identity(lines), lines)).join('')",
    )
    .await;
    assert_eq!(file.as_string().unwrap().into_bytes(), snapshot::write("", &[]));
}

#[wasm_bindgen_test]
async fn what_is_damaged_is_told_apart_and_the_rest_rescued() {
    let name = fresh("rescue-damage");
    let store = Store::open(&name).await.unwrap();
    let changes = changes();
    store.append(entries(&changes[..600]), &[]).await.unwrap();
    store.save_draft("visit 客户", "{\"名\":1}".as_bytes()).await.unwrap();
    let sha = "ab".repeat(32);
    store.put_blob(&sha, b"\x00\xffpicture").await.unwrap();
    let second = changes[256].stamp;
    js(&name, &format!("await change('journal', 'c/{second}', bytes => {{ bytes[2000] ^= 1; return bytes; }});")).await;
    let told = rescue(
        &name,
        "const found = await collect(workspace);
         const rest = JSON.parse(restFile(workspace, found).join(''));
         const { id, text } = rest.drafts[0], [damage] = rest.damaged;
         return [found.lines.length, found.missing, id, text, atob(rest.attachments[0].base64).slice(2),
           damage.store, damage.flaw, damage.text.split('\\n').length].join('|')",
    )
    .await;
    assert_eq!(told.as_string().unwrap(), "344|256|visit 客户|{\"名\":1}|picture|journal|checksum differs|258");
}

#[wasm_bindgen_test]
async fn a_workspace_that_has_gone_is_listed_and_not_made() {
    let name = fresh("rescue-gone");
    let store = Store::open(&name).await.unwrap();
    store.append(entries(&changes()[..3]), &[]).await.unwrap();
    store.close();
    js(&name, "await wait(indexedDB.deleteDatabase(name));").await;
    let told = rescue(
        &name,
        "const listed = (await workspaces()).includes(workspace);
         const found = await collect(workspace);
         const made = (await indexedDB.databases()).some(db => db.name === name);
         return [listed, found.isAbsent, found.missing, made].join()",
    )
    .await;
    assert_eq!(told.as_string().as_deref(), Some("true,true,3,false"));
}
