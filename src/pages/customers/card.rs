//! The card of one customer: everything known about them on one page.

use kehu_domain::book::Book;
use kehu_domain::kind;
use kehu_domain::stamp::RecordId;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::components::A;
use leptos_router::hooks::{use_navigate, use_params_map};

use super::facts::Facts;
use super::head::CardHead;
use super::names::Terms;
use super::open_cases::OpenCases;
use super::orders::Orders;
use super::people::People;
use super::receivables::Receivables;
use super::timeline::Timeline;
use super::trace::GradeSection;
use super::unions::Unions;
use crate::i18n::{t, t_string, use_i18n};
use crate::workspace::use_workspace;

/// The customer of the address, or that there is none.
#[component]
pub fn CustomerPage() -> impl IntoView {
    let workspace = use_workspace();
    let params = use_params_map();
    let asked = {
        let workspace = workspace.clone();
        Memo::new(move |_| {
            let id: RecordId = params.read().get("id")?.parse().ok()?;
            Some((id, workspace.read(|book| book.survivor(id))))
        })
    };
    let customer = Memo::new(move |_| {
        let (_, id) = asked.get()?;
        workspace.read(|book| is_customer(book, id)).then_some(id)
    });
    // A merged customer is found under the one that stands for it.
    let navigate = use_navigate();
    Effect::new(move |_| {
        if let Some((id, survivor)) = asked.get().filter(|(id, survivor)| id != survivor) {
            let options = NavigateOptions { replace: true, ..Default::default() };
            navigate(&format!("/customers/{survivor}?from={id}"), options);
        }
    });
    view! {
        <main class="page" id="main" tabindex="-1">
            {move || match customer.get() {
                Some(customer) => view! { <Card customer /> }.into_any(),
                None => view! { <Missing /> }.into_any(),
            }}
        </main>
    }
}

fn is_customer(book: &Book, id: RecordId) -> bool {
    book.get(id).is_some_and(|record| record.kind == kind::CUSTOMER && record.exists())
}

/// The sections of the card, what is asked for most in front.
#[component]
fn Card(
    /// The customer, known to exist.
    customer: RecordId,
) -> impl IntoView {
    let terms = Terms::of(&use_workspace());
    view! {
        <article class="customer-card">
            <CardHead customer terms />
            <Unions customer />
            <SectionTabs />
            <div class="columns">
                <div class="stack">
                    <OpenCases customer />
                    <People customer terms />
                    <GradeSection customer terms />
                    <Orders customer />
                    <Receivables customer />
                </div>
                <div class="stack">
                    <Facts customer terms />
                    <Timeline customer terms />
                </div>
            </div>
        </article>
    }
}

/// Links to the sections, for a card that is longer than a screen.
#[component]
fn SectionTabs() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <nav class="section-tabs" aria-label=move || t_string!(i18n, customers.card.sections)>
            <ul>
                <li><a href="#cases">{t!(i18n, customers.card.tab.cases)}</a></li>
                <li><a href="#people">{t!(i18n, customers.card.tab.people)}</a></li>
                <li><a href="#grade">{t!(i18n, customers.card.tab.grade)}</a></li>
                <li><a href="#orders">{t!(i18n, customers.card.tab.orders)}</a></li>
                <li><a href="#receivables">{t!(i18n, customers.card.tab.receivables)}</a></li>
                <li><a href="#facts">{t!(i18n, customers.card.tab.facts)}</a></li>
                <li><a href="#timeline">{t!(i18n, customers.card.tab.timeline)}</a></li>
            </ul>
        </nav>
    }
}

/// An address that leads to no customer, with the way back.
#[component]
fn Missing() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="empty-state">
            <h1>{t!(i18n, customers.card.missing_title)}</h1>
            <p>{t!(i18n, customers.card.missing)}</p>
            <A href="/customers" attr:class="button">{t!(i18n, customers.card.back)}</A>
        </div>
    }
}
