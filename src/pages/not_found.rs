//! An address that leads nowhere.

use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_location;

use crate::i18n::{t, use_i18n};

/// Says which address it was, and the way on.
#[component]
pub fn NotFound() -> impl IntoView {
    let i18n = use_i18n();
    let path = use_location().pathname;
    view! {
        <main class="page">
            <h1>{t!(i18n, shell.not_found.title)}</h1>
            <p>{t!(i18n, shell.not_found.message, path = move || path.get())}</p>
            <p><A href="/" attr:class="button">{t!(i18n, shell.not_found.home)}</A></p>
        </main>
    }
}
