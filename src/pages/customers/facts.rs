//! What is known about a customer, field by field, and the way to change it.

use kehu_domain::kind;
use kehu_domain::stamp::RecordId;
use kehu_domain::text::Lang;
use leptos::prelude::*;
use leptos_router::components::A;

use super::as_of::AsOf;
use super::delete::DeleteCustomer;
use super::edit::{RecordForm, Target};
use super::head::or_dash;
use super::names::{Names, Terms};
use crate::components::Dialog;
use crate::i18n::{t, t_string, use_i18n};
use crate::words;
use crate::workspace::{Workspace, use_workspace};

/// One field with its content.
#[derive(Clone, PartialEq)]
struct Row {
    label: String,
    content: String,
    is_clashing: bool,
}

/// Every field of the customer's card.
#[component]
pub fn Facts(
    /// The customer.
    customer: RecordId,
    /// What fields and choices are called.
    terms: Terms,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let rows = Memo::new(move |_| rows(&workspace, customer, terms, words::lang(i18n)));
    let editing = RwSignal::new(false);
    view! {
        <section class="section" id="facts">
            <div class="section-head">
                <h2>{t!(i18n, customers.card.facts)}</h2>
                <button type="button" class="button" data-size="small" on:click=move |_| editing.set(true)>
                    {t!(i18n, customers.card.edit)}
                </button>
            </div>
            <dl class="definition-list">
                {move || rows.get().into_iter().map(|row| view! { <Fact row /> }).collect_view()}
            </dl>
            <AsOf customer terms />
            <DeleteCustomer customer terms />
            <Dialog open=editing title=Signal::derive(move || t_string!(i18n, customers.card.edit).to_owned())>
                <RecordForm
                    kind=kind::CUSTOMER
                    target=Target::Change(customer)
                    terms
                    omitted=&[kind::V3, kind::V7, kind::V8]
                    on_done=Callback::new(move |()| editing.set(false))
                />
            </Dialog>
        </section>
    }
}

#[component]
fn Fact(row: Row) -> impl IntoView {
    let i18n = use_i18n();
    let clash = row.is_clashing.then(|| {
        view! {
            " "
            <A href="/data" attr:class="tag" attr:data-state="late">{t!(i18n, customers.card.clash)}</A>
        }
    });
    view! {
        <dt>{row.label}</dt>
        <dd>{or_dash(row.content)} {clash}</dd>
    }
}

fn rows(workspace: &Workspace, customer: RecordId, terms: Terms, lang: Lang) -> Vec<Row> {
    let dictionary = terms.get();
    workspace.read(|book| {
        let (Some(record), Some(kind)) = (book.get(customer), dictionary.kind(kind::CUSTOMER)) else {
            return Vec::new();
        };
        let clashing: Vec<_> = record.clashes().into_iter().map(|clash| clash.field).collect();
        let names = Names { dictionary: &dictionary, book };
        kind.fields
            .iter()
            .map(|field| Row {
                label: field.field.label.get(lang).to_owned(),
                content: names.shown(&field.field, record.get(field.field.key), lang),
                is_clashing: clashing.contains(&field.field.key),
            })
            .collect()
    })
}
