//! A customer as it was on a day: the card's fields and the contacts of then, read only.

use chrono::NaiveDate;
use kehu_domain::calendar::wall_ms;
use kehu_domain::kind;
use kehu_domain::stamp::{RecordId, Stamp};
use leptos::prelude::*;

use super::names::Terms;
use crate::components::{Notice, Tone};
use crate::i18n::{t, t_string, use_i18n};
use crate::pages::history::fields_of;
use crate::workspace::use_workspace;

/// A name with what was known of it, field by field.
type Known = (String, Vec<(String, String)>);

/// What was known at the end of a day.
#[derive(Clone, Debug, PartialEq)]
struct Past {
    card: Vec<(String, String)>,
    people: Vec<Known>,
    open_cases: usize,
}

/// Asks for a day and shows the customer as it was at its end.
#[component]
pub fn AsOf(
    /// The customer.
    customer: RecordId,
    /// What fields are called.
    terms: Terms,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let day = RwSignal::new(None::<NaiveDate>);
    let latest = {
        let workspace = workspace.clone();
        move || workspace.today().to_string()
    };
    let past = Memo::new(move |_| {
        let (day, locale, dictionary) = (day.get()?, i18n.get_locale(), terms.get());
        let at = end_of(day)?;
        Some(workspace.read(|book| {
            let then = book.customer_as_of(customer, at);
            let card = then.get(customer).filter(|card| card.exists())?;
            // Names of people and regions are read from what is known now.
            let people = then.of_customer(customer, kind::CONTACT).map(|contact| {
                let name = contact.text(kind::NAME).to_owned();
                let fields = fields_of(book, contact, &dictionary, locale);
                (name.clone(), fields.into_iter().filter(|(_, content)| *content != name).collect())
            });
            Some(Past {
                card: fields_of(book, card, &dictionary, locale),
                people: people.collect(),
                open_cases: then.of_customer(customer, kind::CASE).count(),
            })
        }))
    });
    let title = move || day.get().map(|day| t_string!(i18n, history.as_of.shown, day = day.to_string()));
    view! {
        <details class="fold">
            <summary>{t!(i18n, history.as_of.title)}</summary>
            <div class="stack">
                <div class="field">
                    <label for="as-of">{t!(i18n, history.as_of.day)}</label>
                    <input
                        id="as-of"
                        type="date"
                        max=latest
                        on:change=move |event| day.set(event_target_value(&event).parse().ok())
                    />
                </div>
                {move || {
                    past.get()
                        .map(|past| {
                            let title = title();
                            match past {
                                None => view! { <Notice tone=Tone::Info><p>{t!(i18n, history.as_of.not_yet)}</p></Notice> }
                                    .into_any(),
                                Some(past) => {
                                    view! {
                                        <Notice tone=Tone::Info><p>{title}</p></Notice>
                                        <PastView past />
                                    }
                                        .into_any()
                                }
                            }
                        })
                }}
            </div>
        </details>
    }
}

#[component]
fn PastView(past: Past) -> impl IntoView {
    let i18n = use_i18n();
    let Past { card, people, open_cases } = past;
    let is_alone = people.is_empty();
    let people = people.into_iter().map(|(name, fields)| view! { <h3>{name}</h3> <FieldList fields /> }).collect_view();
    view! {
        <FieldList fields=card />
        <h3>{t!(i18n, customers.card.people)}</h3>
        {is_alone.then(|| view! { <p class="hint">{t!(i18n, customers.card.no_people)}</p> })}
        {people}
        <p class="hint">{t!(i18n, history.as_of.cases, count = open_cases)}</p>
    }
}

#[component]
fn FieldList(fields: Vec<(String, String)>) -> impl IntoView {
    view! {
        <dl class="definition-list">
            {fields.into_iter().map(|(label, content)| view! { <dt>{label}</dt> <dd>{content}</dd> }).collect_view()}
        </dl>
    }
}

/// The last moment of a day in Shanghai.
fn end_of(day: NaiveDate) -> Option<Stamp> {
    let next = day.succ_opt()?.and_hms_opt(0, 0, 0)?;
    Some(Stamp::new(wall_ms(next)?.checked_sub(1)?, u32::MAX, u64::MAX))
}
