//! The open cases, the most urgent first: everyone's, one's own, or a team's.

use leptos::prelude::*;
use leptos_router::components::A;

use crate::i18n::{t, t_string, use_i18n};
use crate::pages::agenda::AgendaList;

/// The cases of the agenda, and the way to begin another.
#[component]
pub fn CasesPage() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <main class="page">
            <AgendaList title=Signal::derive(move || t_string!(i18n, cases.title)) is_cases_only=true />
            <div class="page-actions">
                <A href="/cases/new" attr:class="button" attr:data-kind="primary">{t!(i18n, cases.begin.title)}</A>
            </div>
        </main>
    }
}
