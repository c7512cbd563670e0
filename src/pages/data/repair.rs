//! Repairing a store that opened but has damaged pieces: what is lost comes back from a copy, the rest stays.

use leptos::prelude::*;
use leptos_router::components::A;

use super::restore::Restore;
use crate::components::{Notice, Tone};
use crate::i18n::{t, t_string, use_i18n};
use crate::words;
use crate::workspace::use_workspace;

/// What is damaged, the ways to bring it back, and an end to it.
#[component]
pub fn RepairPage() -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let name = workspace.name();
    let store = workspace.store();
    let accept = Action::new_unsync(move |(): &()| {
        let store = store.clone();
        async move {
            store.accept_loss().await?;
            // Everything is read again, checked, from what is there now.
            let _ = window().location().assign("/data");
            Ok::<(), kehu_store::StoreError>(())
        }
    });
    let on_done = Callback::new(move |()| _ = accept.dispatch(()));
    let flaws = {
        let workspace = workspace.clone();
        Memo::new(move |_| workspace.is_complete().get().then(|| workspace.integrity().get()))
    };
    // What was known stays what it was while copies bring things back.
    let known = StoredValue::new(None::<u64>);
    let known_changes = move || {
        let missing = flaws.get()?.missing;
        let count = workspace.read_once(|book| book.len()) as u64 + missing;
        Some(known.get_value().unwrap_or_else(|| {
            known.set_value(Some(count));
            count
        }))
    };
    view! {
        <main class="page">
            <header class="page-header">
                <A href="/data" attr:class="back-link">"‹ " {t!(i18n, backup.repair.up)}</A>
                <h1>{t!(i18n, backup.repair.title)}</h1>
            </header>
            {move || {
                let flaws = flaws.get()?;
                if flaws.is_whole() {
                    return Some(view! { <p>{t!(i18n, backup.repair.whole)}</p> }.into_any());
                }
                let text = move || t_string!(i18n, health.journal_bad, count = flaws.damaged, missing = flaws.missing);
                let known = known_changes();
                Some(
                    view! {
                        <Notice tone=Tone::Problem><p>{text}</p></Notice>
                        <Restore workspace=name known on_done />
                        <section class="section">
                            <h2>{t!(i18n, backup.repair.accept_title)}</h2>
                            <p>{t!(i18n, backup.repair.accept_text)}</p>
                            <p class="row">
                                <button type="button" class="button" on:click=move |_| on_done.run(())>
                                    {t!(i18n, backup.repair.accept)}
                                </button>
                            </p>
                        </section>
                    }
                        .into_any(),
                )
            }}
            {move || {
                let problem = accept.value().get()?.err()?;
                let text = words::store_problem(i18n.get_locale(), &problem);
                Some(view! { <Notice tone=Tone::Problem>{text}</Notice> })
            }}
        </main>
    }
}
