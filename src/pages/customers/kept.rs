//! A section of the card with the records of one kind: busy until they are in memory, and to be taken away.

use std::cmp::Reverse;

use kehu_domain::book::Record;
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::roster::date;
use kehu_domain::stamp::RecordId;
use leptos::prelude::*;

use super::trace_words::{grouped, hundredths};
use crate::i18n::{t, use_i18n};
use crate::pages::export::ExportMenu;
use crate::workspace::{Source, Workspace, use_workspace};

/// How many records are shown.
pub const SHOWN: usize = 50;

/// A customer's records of one kind, the latest by the date `on` first.
pub fn latest_first<T: PartialEq + Send + Sync + 'static>(
    workspace: &Workspace,
    customer: RecordId,
    kind: Key,
    on: Key,
    read: fn(&Record) -> T,
) -> Memo<Vec<T>> {
    let workspace = workspace.clone();
    Memo::new(move |_| {
        workspace.read(|book| {
            let mut records: Vec<&Record> = book.of_customer(customer, kind).collect();
            records.sort_by_key(|record| Reverse((date(record.get(on)), record.text(kind::CODE))));
            records.into_iter().map(read).collect()
        })
    })
}

/// The head with sum and menu, and what stands below it.
#[component]
pub fn Kept(
    /// The id of the section.
    id: &'static str,
    customer: RecordId,
    kind: Key,
    /// The records in their order.
    ids: Signal<Vec<RecordId>>,
    title: Signal<&'static str>,
    /// What all of them come to.
    sum: Signal<String>,
    /// What is said when there are none.
    none: Signal<&'static str>,
    /// The table of the records, when there are any.
    children: ChildrenFn,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let is_complete = workspace.is_complete();
    let is_loading = Signal::derive(move || !is_complete.get());
    let is_empty = Memo::new(move |_| ids.read().is_empty());
    let source = Callback::new(move |_| Source::Records {
        kind,
        ids: ids.get_untracked(),
        keys: Vec::new(),
        worked: Vec::new(),
    });
    let scope = Signal::derive(move || {
        workspace.read_once(|book| book.get(customer).map(|of| of.text(kind::NAME).to_owned())).unwrap_or_default()
    });
    view! {
        <section class="section" id=id aria-busy=move || is_loading.get().to_string()>
            <div class="section-head">
                <h2>{title}</h2>
                <Show when=move || !is_empty.get()>
                    <span>{sum}</span>
                    <ExportMenu subject=kind.as_str() scope source is_small=true />
                </Show>
            </div>
            {move || match (is_empty.get(), is_loading.get()) {
                (false, _) => children().into_any(),
                (true, true) => view! { <p class="hint">{t!(i18n, customers.card.loading)}</p> }.into_any(),
                (true, false) => view! { <p class="hint">{none}</p> }.into_any(),
            }}
        </section>
    }
}

/// Fen as yuan with two decimals; a dash for none.
pub fn money(fen: Option<i64>) -> String {
    fen.map_or_else(|| "–".to_owned(), |fen| grouped(&hundredths(fen)))
}
