//! The places of the app: a rail on a desktop, a bar under the thumb on a phone.

use leptos::prelude::*;
use leptos_router::components::A;

use crate::i18n::{t, t_string, use_i18n};

const TODAY: &str = "M5 6h14v14H5zM5 10h14M9 3v4M15 3v4";
const CUSTOMERS: &str = "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-7 8c0-4 3-6 7-6s7 2 7 6";
const CASES: &str = "M5 4h14v16H5zM8 9h8M8 13h8M8 17h4";
const HANDBOOK: &str = "M4 5c3-1 6-1 8 1 2-2 5-2 8-1v14c-3-1-6-1-8 1-2-2-5-2-8-1zM12 6v14";
const DATA: &str = "M4 7c0-4 16-4 16 0v10c0 4-16 4-16 0zM4 7c0 4 16 4 16 0M4 12c0 4 16 4 16 0";
const SETTINGS: &str = "M4 7h10M18 7h2M4 17h2M10 17h10M14 4v6M6 14v6";
const FIND: &str = "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14Zm5-2 4 4";

/// Links to every place, the current one marked, and the way to the command box.
#[component]
pub fn NavBar(
    /// Opens the command box.
    on_find: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <nav class="rail" id="places" aria-label=move || t_string!(i18n, shell.place.navigation)>
            <a class="brand" href="/">
                {t!(i18n, shell.app.title)} <small>{t!(i18n, shell.app.motto)}</small>
            </a>
            <ul>
                <li>
                    <A href="/" exact=true>
                        <Icon path=TODAY />
                        <span>{t!(i18n, shell.place.today)}</span>
                    </A>
                </li>
                <li>
                    <A href="/customers">
                        <Icon path=CUSTOMERS />
                        <span>{t!(i18n, shell.place.customers)}</span>
                    </A>
                </li>
                <li data-place="command">
                    <button type="button" aria-haspopup="dialog" on:click=move |_| on_find.run(())>
                        <Icon path=FIND />
                        <span>{t!(i18n, shell.find.open)}</span>
                        <kbd>"Ctrl K"</kbd>
                    </button>
                </li>
                <li>
                    <A href="/cases">
                        <Icon path=CASES />
                        <span>{t!(i18n, shell.place.cases)}</span>
                    </A>
                </li>
                <li>
                    <A href="/handbook">
                        <Icon path=HANDBOOK />
                        <span>{t!(i18n, shell.place.handbook)}</span>
                    </A>
                </li>
                <li data-place="more">
                    <A href="/data">
                        <Icon path=DATA />
                        <span>{t!(i18n, shell.place.data)}</span>
                    </A>
                </li>
                <li data-place="more">
                    <A href="/settings">
                        <Icon path=SETTINGS />
                        <span>{t!(i18n, shell.place.settings)}</span>
                    </A>
                </li>
                <li data-place="menu">
                    <button type="button" popovertarget="more">
                        <Icon path="M5 12h.01M12 12h.01M19 12h.01" />
                        <span>{t!(i18n, shell.action.more)}</span>
                    </button>
                </li>
            </ul>
            <div class="more-menu" id="more" popover="auto" on:click=|_| hide_menu()>
                <ul>
                    <li>
                        <A href="/data">
                            <Icon path=DATA />
                            <span>{t!(i18n, shell.place.data)}</span>
                        </A>
                    </li>
                    <li>
                        <A href="/settings">
                            <Icon path=SETTINGS />
                            <span>{t!(i18n, shell.place.settings)}</span>
                        </A>
                    </li>
                </ul>
            </div>
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

/// Closes the menu once a place was chosen.
fn hide_menu() {
    let menu = document().get_element_by_id("more");
    if let Some(menu) = menu.and_then(|menu| wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(menu).ok()) {
        let _ = menu.hide_popover();
    }
}
