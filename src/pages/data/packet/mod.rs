//! Hand-over: choose customers, get one file with just these, and see what was handed over before.

mod choose;
mod give;
mod past;

use std::collections::BTreeSet;

use kehu_domain::stamp::RecordId;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_query_map;

use crate::i18n::{t, use_i18n};
use crate::pages::customers::{HANDED, use_handed};

use choose::Choose;
use give::Give;
use past::Past;

/// The customers that are to be handed over.
pub type Selection = RwSignal<BTreeSet<RecordId>>;

/// Choosing, giving, and the log.
#[component]
pub fn PacketPage() -> impl IntoView {
    let i18n = use_i18n();
    // Whom a list handed on is chosen to begin with.
    let is_handed = use_query_map().read_untracked().get(HANDED).is_some();
    let handed = is_handed.then(|| use_handed().with_untracked(|handed| handed.customers.iter().copied().collect()));
    let chosen: Selection = RwSignal::new(handed.unwrap_or_default());
    view! {
        <main class="page" tabindex="-1">
            <header class="page-header">
                <A href="/data" attr:class="back-link">"‹ " {t!(i18n, data.title)}</A>
                <h1>{t!(i18n, packet.title)}</h1>
                <p>{t!(i18n, packet.lead)}</p>
            </header>
            <Choose chosen />
            <Give chosen />
            <Past />
        </main>
    }
}
