//! The decision: all of it, a choice, back to that day, or nothing.

use kehu_domain::arrival::{Scope, State};
use kehu_ledger::arrival::{Choice, Summary};
use leptos::prelude::*;

use super::looking::Looking;
use crate::components::ConfirmDialog;
use crate::i18n::{t, t_string, use_i18n};

/// The ways to go on with an opened file.
#[component]
pub fn BringIn(looking: Looking, summary: Summary) -> impl IntoView {
    let i18n = use_i18n();
    let Summary { new_changes, tally, scope, is_first, .. } = summary;
    let asks_back = RwSignal::new(false);
    let chosen = move || {
        let chosen = looking.chosen.read();
        chosen.customers.len() + chosen.records.len()
    };
    let is_busy = move || looking.task.get().is_some();
    // Going back makes sense where the file is a whole workspace that differs from the one here.
    let may_go_back = scope != Scope::Part && !is_first && tally.total() > tally.of(State::Same);
    view! {
        <section class="section stack">
            <h2>{t!(i18n, arrival.bring.title)}</h2>
            {(new_changes > 0).then(|| view! { <p>{t!(i18n, arrival.bring.text)}</p> })}
            {(!is_first && (new_changes > 0 || may_go_back)).then(|| view! { <SafetyCopy looking /> })}
            <div class="row">
                {(new_changes > 0).then(|| view! {
                    <button
                        type="button"
                        class="button"
                        data-kind="primary"
                        disabled=is_busy
                        on:click=move |_| looking.bring(Choice::Everything)
                    >
                        {move || t_string!(i18n, arrival.bring.all, count = new_changes)}
                    </button>
                })}
                <Show when=move || { chosen() > 0 }>
                    <button
                        type="button"
                        class="button"
                        disabled=is_busy
                        on:click=move |_| looking.bring(Choice::Some(looking.chosen.get_untracked()))
                    >
                        {move || t_string!(i18n, arrival.bring.some, count = chosen())}
                    </button>
                </Show>
                {may_go_back.then(|| view! {
                    <button type="button" class="button" disabled=is_busy on:click=move |_| asks_back.set(true)>
                        {t!(i18n, arrival.bring.back)}
                    </button>
                })}
                <button type="button" class="button" data-kind="quiet" disabled=is_busy on:click=move |_| looking.leave()>
                    {t!(i18n, arrival.bring.cancel)}
                </button>
            </div>
            <Show when=move || { chosen() > 0 }>
                <p class="hint">{t!(i18n, arrival.bring.some_hint)}</p>
            </Show>
            <ConfirmDialog
                open=asks_back
                title=Signal::derive(move || t_string!(i18n, arrival.bring.back_title).to_owned())
                leave=Signal::derive(move || t_string!(i18n, arrival.bring.keep).to_owned())
                confirm=Signal::derive(move || t_string!(i18n, arrival.bring.back_confirm).to_owned())
                is_off=false
                on_confirm=Callback::new(move |()| {
                    asks_back.set(false);
                    looking.bring(Choice::GoBack);
                })
            >
                <p>
                    {move || {
                        let missing = tally.of(State::Missing);
                        t_string!(i18n, arrival.bring.back_text, name = looking.name.get(), missing = missing)
                    }}
                </p>
            </ConfirmDialog>
        </section>
    }
}

/// Whether what is here now is written to a file first.
#[component]
fn SafetyCopy(looking: Looking) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div>
            <label>
                <input
                    type="checkbox"
                    prop:checked=looking.wants_copy
                    on:change=move |event| looking.wants_copy.set(event_target_checked(&event))
                />
                " "
                {t!(i18n, arrival.bring.copy)}
            </label>
            <p class="hint">{t!(i18n, arrival.bring.copy_hint)}</p>
        </div>
    }
}
