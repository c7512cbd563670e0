//! The running head: whose company this is, that a demo is a demo, and whether all is saved.

use kehu_domain::kind;
use leptos::prelude::*;

use super::{ElsewhereLight, SaveLight};
use crate::device::{DEMO, MAIN, switch_to};
use crate::i18n::{t, t_string, use_i18n};
use crate::workspace::{SETTINGS_RECORD, use_workspace};

/// The line above every page.
#[component]
pub fn RunningHead() -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let is_demo = workspace.name() == DEMO;
    let company = move || {
        let name = workspace.read(|book| {
            book.get(SETTINGS_RECORD).map(|settings| settings.text(kind::NAME).to_owned()).unwrap_or_default()
        });
        match (is_demo, name.is_empty()) {
            (true, _) => t_string!(i18n, shell.demo.title).to_owned(),
            (false, true) => t_string!(i18n, shell.app.title).to_owned(),
            (false, false) => name,
        }
    };
    view! {
        <header class="running-head">
            <span>
                {company}
                {is_demo
                    .then(|| {
                        view! {
                            " · "
                            <button
                                type="button"
                                class="button"
                                data-kind="quiet"
                                data-size="small"
                                title=move || t_string!(i18n, shell.demo.message)
                                on:click=|_| switch_to(MAIN)
                            >
                                {t!(i18n, shell.demo.leave)}
                            </button>
                        }
                    })}
            </span>
            <span class="lights">
                <SaveLight />
                <ElsewhereLight />
            </span>
        </header>
    }
}
