//! The grades a customer had before.

use kehu_domain::kind;
use kehu_domain::roster::Tier;
use kehu_domain::stamp::{RecordId, Stamp};
use leptos::prelude::*;
use leptos_router::components::A;

use super::trace_words::hundredths;
use super::words::tier_name;
use crate::i18n::{t, use_i18n};
use crate::moment::civil;
use crate::pages::export::TableMenu;
use crate::workspace::{Workspace, use_workspace};

/// The rounded score of a score record.
const SCORE: kehu_domain::key::Key = kehu_domain::key::Key::of("score");

/// The version of the card it was made by.
const VERSION: kehu_domain::key::Key = kehu_domain::key::Key::of("version");

/// One earlier result.
#[derive(Clone, PartialEq)]
struct Past {
    id: RecordId,
    version: i64,
    stamp: Stamp,
    score: Option<i64>,
    tier: Option<Tier>,
}

/// Earlier results, newest first; nothing when there is none.
#[component]
pub fn PastScores(
    /// The customer.
    customer: RecordId,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let past = Memo::new(move |_| past(&workspace, customer));
    view! {
        <Show when=move || !past.read().is_empty()>
            <details class="fold">
                <summary>{t!(i18n, customers.trace.history)} <span>{move || past.read().len()}</span></summary>
                <table class="data-table">
                    <thead>
                        <tr>
                            <th scope="col">{t!(i18n, customers.trace.day)}</th>
                            <th scope="col" class="number">{t!(i18n, customers.trace.score)}</th>
                            <th scope="col">{t!(i18n, customers.column.tier)}</th>
                            <th scope="col" class="number">{t!(i18n, customers.trace.version)}</th>
                        </tr>
                    </thead>
                    <tbody>
                        <For each=move || past.get() key=|past| past.stamp let:past>
                            <tr>
                                <th scope="row">
                                    <A href=format!("/customers/{customer}?score={}#grade", past.id)>
                                        {civil(past.stamp.millis()).format("%Y-%m-%d %H:%M").to_string()}
                                    </A>
                                </th>
                                <td class="number">{past.score.map_or_else(|| "–".to_owned(), hundredths)}</td>
                                <td>
                                    {past.tier.map(|tier| format!("{} ", tier.as_str()))}
                                    {move || tier_name(i18n.get_locale(), past.tier)}
                                </td>
                                <td class="number">{past.version}</td>
                            </tr>
                        </For>
                    </tbody>
                </table>
                <TableMenu />
            </details>
        </Show>
    }
}

fn past(workspace: &Workspace, customer: RecordId) -> Vec<Past> {
    workspace.read(|book| {
        let latest = book.get(customer).and_then(|customer| customer.reference(kind::PROPOSED_BY));
        let mut past: Vec<Past> = book
            .of_customer(customer, kind::SCORE)
            .filter(|score| Some(score.id) != latest)
            .filter_map(|score| {
                Some(Past {
                    id: score.id,
                    version: score.get(VERSION).as_int().unwrap_or_default(),
                    stamp: score.created()?.stamp,
                    score: score.get(SCORE).as_int(),
                    tier: Tier::from_key(score.text(kind::GRADE)),
                })
            })
            .collect();
        past.sort_by_key(|past| std::cmp::Reverse(past.stamp));
        past
    })
}
