//! The history of a customer: every change of the card, its contacts and its cases, newest first.

use leptos::prelude::*;
use leptos_router::components::A;

use kehu_domain::stamp::RecordId;

use super::names::Terms;
use crate::i18n::{t, t_string, use_i18n};
use crate::pages::history::{Entries, of_customer};
use crate::workspace::use_workspace;

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
    let history = {
        let workspace = workspace.clone();
        Memo::new(move |_| of_customer(&workspace, customer, terms, i18n.get_locale()))
    };
    let has_clash = Memo::new(move |_| {
        workspace.read(|book| book.get(customer).is_some_and(|record| !record.clashes().is_empty()))
    });
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
            <Entries entries=history />
        </section>
    }
}
