//! Says, on every page of the demo company, that it is one, and how to leave.

use leptos::prelude::*;

use crate::device::{DEMO, MAIN, switch_to};
use crate::i18n::{t, use_i18n};
use crate::workspace::use_workspace;

/// A thin bar above the page; nothing in a real workspace.
#[component]
pub fn DemoBar() -> impl IntoView {
    let i18n = use_i18n();
    (use_workspace().name() == DEMO).then(|| {
        view! {
            <aside class="demo-bar">
                <p>{t!(i18n, shell.demo.message)}</p>
                <button type="button" class="button-quiet" on:click=|_| switch_to(MAIN)>
                    {t!(i18n, shell.demo.leave)}
                </button>
            </aside>
        }
    })
}
