//! What came in, with the way back.

use kehu_domain::arrival::Arrival;
use kehu_ledger::arrival::Brought;
use leptos::prelude::*;

use super::looking::Looking;
use crate::components::{Notice, Tone};
use crate::i18n::{t, t_string, use_i18n};
use crate::workspace::use_workspace;

/// Counts, the safety copy, and undo.
#[component]
pub fn Done(looking: Looking, brought: Brought, copy: Option<String>) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let Brought { arrival, changes, records, customers, clashes, set_back, .. } = brought;
    let is_in_force = Memo::new(move |_| {
        workspace.read(|book| {
            let record = arrival.and_then(|arrival| book.get(arrival));
            record.and_then(Arrival::of).is_some_and(|arrival| arrival.undone_by.is_none())
        })
    });
    let is_back = set_back > 0;
    view! {
        <section class="section stack">
            <h2>{t!(i18n, arrival.done.title)}</h2>
            <Notice tone=Tone::Success>
                <p>{move || t_string!(i18n, arrival.done.text, count = changes)}</p>
                {is_back.then(|| view! { <p>{move || t_string!(i18n, arrival.done.back, count = set_back)}</p> })}
            </Notice>
            <dl class="fact-list">
                <div><dt>{t!(i18n, arrival.done.records)}</dt><dd>{records}</dd></div>
                <div><dt>{t!(i18n, arrival.done.customers)}</dt><dd>{customers}</dd></div>
                <div><dt>{t!(i18n, arrival.done.clashes)}</dt><dd>{clashes}</dd></div>
                {copy.map(|name| view! {
                    <div>
                        <dt>{t!(i18n, arrival.done.copy)}</dt>
                        <dd>{move || t_string!(i18n, arrival.done.copy_value, name = name.clone())}</dd>
                    </div>
                })}
            </dl>
            <p class="row">
                <Show when=move || is_in_force.get()>
                    <button
                        type="button"
                        class="button"
                        disabled=move || looking.task.get().is_some()
                        on:click=move |_| arrival.into_iter().for_each(|arrival| looking.take_back(arrival, false))
                    >
                        {t!(i18n, arrival.done.undo)}
                    </button>
                </Show>
                <button type="button" class="button" data-kind="quiet" on:click=move |_| looking.leave()>
                    {t!(i18n, arrival.file.another)}
                </button>
            </p>
        </section>
    }
}
