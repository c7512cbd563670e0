//! The history of a customer: every change of the card, its contacts and its cases, newest first.

use leptos::prelude::*;
use leptos_router::components::A;

use kehu_domain::stamp::RecordId;

use super::history::{Deed, Line, deeds};
use super::names::Terms;
use crate::i18n::{t, t_string, use_i18n};
use crate::moment::civil;
use crate::workspace::use_workspace;

/// How many entries are shown at first, and how many more at a time.
const PAGE: usize = 100;

/// Who changed what and when, by day.
#[component]
pub fn Timeline(
    /// The customer.
    customer: RecordId,
    /// What fields and choices are called.
    terms: Terms,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let shown = RwSignal::new(PAGE);
    let history = {
        let workspace = workspace.clone();
        Memo::new(move |_| deeds(&workspace, customer, terms, i18n.get_locale()))
    };
    let has_clash = Memo::new(move |_| {
        workspace.read(|book| book.get(customer).is_some_and(|record| !record.clashes().is_empty()))
    });
    let days = move || {
        let history = history.read();
        let mut days: Vec<(String, Vec<Deed>)> = Vec::new();
        for deed in history.iter().take(shown.get()) {
            let day = civil(deed.at_ms).format("%Y-%m-%d").to_string();
            match days.last_mut().filter(|(last, _)| *last == day) {
                Some((_, deeds)) => deeds.push(deed.clone()),
                None => days.push((day, vec![deed.clone()])),
            }
        }
        days
    };
    view! {
        <section class="section" id="timeline">
            <div class="section-head">
                <h2>{t!(i18n, customers.card.timeline)}</h2>
                <span>{move || t_string!(i18n, customers.history.count, count = history.read().len())}</span>
            </div>
            <Show when=move || has_clash.get()>
                <p>
                    {t!(i18n, customers.history.clash)} " " <A href="/data">{t!(i18n, customers.history.settle)}</A>
                </p>
            </Show>
            <ol class="timeline">
                {move || {
                    days()
                        .into_iter()
                        .map(|(day, deeds)| {
                            let entries = deeds.into_iter().map(|deed| view! { <Entry deed /> }).collect_view();
                            view! { <li><h3>{day}</h3><ol>{entries}</ol></li> }
                        })
                        .collect_view()
                }}
            </ol>
            <Show when=move || { history.read().len() > shown.get() }>
                <p>
                    <button type="button" class="button" on:click=move |_| shown.update(|shown| *shown += PAGE)>
                        {t!(i18n, shell.action.more)}
                    </button>
                </p>
            </Show>
        </section>
    }
}

/// One thing somebody did.
#[component]
fn Entry(deed: Deed) -> impl IntoView {
    let i18n = use_i18n();
    let time = civil(deed.at_ms).format("%H:%M").to_string();
    let lines = deed.lines.into_iter().map(|line| view! { <FieldLine line /> }).collect_view();
    view! {
        <li>
            <p>{deed.what}</p>
            {lines}
            <p class="who">{move || t_string!(i18n, customers.history.who, time = time.clone(), who = deed.who.clone())}</p>
        </li>
    }
}

/// A field before and after.
#[component]
fn FieldLine(line: Line) -> impl IntoView {
    let i18n = use_i18n();
    let empty = move || t_string!(i18n, customers.history.empty);
    let Line { label, before, after, is_clashing } = line;
    view! {
        <p>
            {label} " "
            <span class="before-after">
                {before.map(|before| view! { <del>{before}</del> })}
                <ins>{move || after.clone().unwrap_or_else(|| empty().to_owned())}</ins>
            </span>
            {is_clashing
                .then(|| {
                    view! {
                        " "
                        <A href="/data" attr:class="tag" attr:data-state="late">{t!(i18n, customers.card.clash)}</A>
                    }
                })}
        </p>
    }
}
