//! Forgetting: what is rewritten is gone from the bytes, and nothing cries loss.

use kehu_store::{Class, Entry, Store};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::stage::{bodies, fresh, hot, js, whole};

/// Drops the lines that hold `name`.
fn without(name: &'static str) -> impl Fn(&Entry) -> Option<(u32, Vec<u8>)> {
    move |entry| {
        let text = String::from_utf8(entry.body.clone()).unwrap();
        let kept: Vec<&str> = text.lines().filter(|line| !line.contains(name)).collect();
        let count = kept.len() as u32;
        (count < entry.count).then(|| (count, kept.iter().map(|line| format!("{line}\n")).collect::<String>().into()))
    }
}

#[wasm_bindgen_test]
async fn what_is_forgotten_is_gone_from_journal_and_pages() {
    let name = fresh("forget");
    let store = Store::open(&name).await.unwrap();
    let entries: Vec<_> = (10..50).map(|at| hot(&format!("k{at}"), 2)).collect();
    store.append(entries.clone(), &[]).await.unwrap();
    store.compact().await.unwrap();
    store.append(vec![hot("k60", 3), hot("k61", 1)], &[]).await.unwrap();
    assert_eq!(store.rewrite(Class::Hot, without("k20")).await.unwrap(), 1);
    assert_eq!(store.rewrite(Class::Hot, without("k60")).await.unwrap(), 1);
    assert_eq!(store.rewrite(Class::Hot, without("nobody")).await.unwrap(), 0);
    store.close();
    let store = Store::open(&name).await.unwrap();
    let kept: Vec<_> = entries.into_iter().filter(|entry| entry.key != "k20").chain([hot("k61", 1)]).collect();
    assert_eq!(bodies(&whole(&store, Class::Hot).await), bodies(&kept));
    let totals = store.totals().await.unwrap();
    assert_eq!((totals.hot.entries, totals.hot.changes), (2, 79));
    for (place, gone) in [("pages", "k20"), ("journal", "k60")] {
        let raw = format!(
            "return within('{place}', async all => (await wait(all.getAll()))
                .some(value => new TextDecoder().decode(value).includes('\"{gone}\"')))"
        );
        assert_eq!(js(&name, &raw).await.as_bool(), Some(false), "{gone} is still in {place}");
    }
    // The next commit still fits in.
    store.append(vec![hot("k62", 1)], &[]).await.unwrap();
    assert_eq!(store.totals().await.unwrap().hot.changes, 80);
}
