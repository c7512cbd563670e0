//! The save light: says whether what was done is durable on this device.

use leptos::prelude::*;
use leptos_router::components::A;

use crate::i18n::{t, t_string, use_i18n};
use crate::words;
use crate::workspace::{Saving, use_workspace};

/// "Saved on this device", or what is the matter; leads to the Data page.
#[component]
pub fn SaveLight() -> impl IntoView {
    let i18n = use_i18n();
    let saving = use_workspace().saving();
    let state = {
        let saving = saving.clone();
        move || match saving.get() {
            Saving::Saved => "saved",
            Saving::Saving => "saving",
            Saving::NotSaved(_) => "failed",
        }
    };
    let failure = {
        let saving = saving.clone();
        move || match saving.get() {
            Saving::NotSaved(problem) => Some(words::store_problem(i18n.get_locale(), &problem)),
            _ => None,
        }
    };
    view! {
        <div class="save-light" data-state=state>
            <A href="/data" attr:title=move || t_string!(i18n, shell.saving.open)>
                <span class="save-light-dot" aria-hidden="true"></span>
                <span role="status" class="nav-label">
                    {move || match saving.get() {
                        Saving::Saved => t_string!(i18n, shell.saving.saved),
                        Saving::Saving => t_string!(i18n, shell.saving.saving),
                        Saving::NotSaved(_) => t_string!(i18n, shell.saving.failed),
                    }}
                </span>
            </A>
            {move || {
                failure()
                    .map(|reason| {
                        view! { <p class="save-light-problem" role="alert">{t!(i18n, shell.saving.failed_hint, reason)}</p> }
                    })
            }}
        </div>
    }
}
