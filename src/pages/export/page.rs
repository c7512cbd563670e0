//! Every kind of records as a table, contacts with approval, and the log.

use kehu_domain::export;
use kehu_domain::key::Key;
use kehu_domain::kind;
use leptos::prelude::*;

use super::approval::{AskForContacts, Requests};
use super::log::Log;
use super::menu::ExportMenu;
use super::words::subject_name;
use crate::i18n::{t, use_i18n};
use crate::workspace::{Source, use_workspace};

/// The kinds that leave without anybody's approval, each an import of its own.
const KINDS: [Key; 5] = [kind::CUSTOMER, kind::ORDER, kind::RECEIVABLE, kind::AGREEMENT, kind::LOAN];

/// Kinds, contacts, log.
#[component]
pub fn ExportPage() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <main class="page">
            <header class="page-header">
                <h1>{t!(i18n, export.title)}</h1>
                <p class="lead">{t!(i18n, export.lead)}</p>
            </header>
            <section class="section">
                <div class="section-head"><h2>{t!(i18n, export.kinds.title)}</h2></div>
                <p class="hint">{t!(i18n, export.kinds.hint)}</p>
                <ul class="task-list">{KINDS.map(|kind| view! { <OfKind kind /> })}</ul>
            </section>
            <Requests />
            <AskForContacts />
            <Log />
        </main>
    }
}

#[component]
fn OfKind(kind: Key) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let count = {
        let workspace = workspace.clone();
        Memo::new(move |_| workspace.read(|book| book.of_kind(kind).count()))
    };
    let source = Callback::new(move |_| Source::Records {
        kind,
        ids: workspace.read_once(|book| export::all_of(book, kind)),
        keys: Vec::new(),
        worked: Vec::new(),
    });
    view! {
        <li>
            <div class="task">
                <span class="task-name">{move || subject_name(i18n.get_locale(), kind.as_str())}</span>
                <span class="task-detail">{move || t!(i18n, export.menu.count, count = count.get())}</span>
                <span class="task-due"><ExportMenu subject=kind.as_str() scope="" source is_small=true /></span>
            </div>
        </li>
    }
}
