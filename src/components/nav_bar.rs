//! The places of the app: a rail on a desktop, a bar under the thumb on a phone.

use leptos::prelude::*;
use leptos_router::components::A;

use super::SaveLight;
use crate::i18n::{t, t_string, use_i18n};

/// Links to every place, the current one marked, and the save light.
#[component]
pub fn NavBar() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <nav class="nav-bar" aria-label=move || t_string!(i18n, shell.place.navigation)>
            <A href="/" exact=true attr:class="nav-home">
                <span class="seal nav-mark" aria-hidden="true">"客"</span>
                <span class="nav-label">{t!(i18n, shell.place.today)}</span>
            </A>
            <A href="/customers">
                <Icon path="M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-7 8c0-4 3-6 7-6s7 2 7 6" />
                <span class="nav-label">{t!(i18n, shell.place.customers)}</span>
            </A>
            <A href="/cases">
                <Icon path="M5 4h14v16H5zM8 9h8M8 13h8M8 17h4" />
                <span class="nav-label">{t!(i18n, shell.place.cases)}</span>
            </A>
            <A href="/handbook">
                <Icon path="M4 5c3-1 6-1 8 1 2-2 5-2 8-1v14c-3-1-6-1-8 1-2-2-5-2-8-1zM12 6v14" />
                <span class="nav-label">{t!(i18n, shell.place.handbook)}</span>
            </A>
            <A href="/data">
                <Icon path="M4 7c0-4 16-4 16 0v10c0 4-16 4-16 0zM4 7c0 4 16 4 16 0M4 12c0 4 16 4 16 0" />
                <span class="nav-label">{t!(i18n, shell.place.data)}</span>
            </A>
            <A href="/settings" attr:class="nav-settings">
                <Icon path="M4 7h10M18 7h2M4 17h2M10 17h10M14 4v6M6 14v6" />
                <span class="nav-label">{t!(i18n, shell.place.settings)}</span>
            </A>
            <SaveLight />
        </nav>
    }
}

/// A small drawing in thin ink.
#[component]
fn Icon(
    /// The outline, in a square of 24.
    path: &'static str,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d=path />
        </svg>
    }
}
