//! The save light: says whether what was done is durable on this device.

use leptos::prelude::*;

use crate::i18n::{t_string, use_i18n};
use crate::words;
use crate::workspace::{Saving, use_workspace};

/// "Saved on this device", or what is the matter and what to do.
#[component]
pub fn SaveLight() -> impl IntoView {
    let i18n = use_i18n();
    let saving = use_workspace().saving();
    let state = {
        let saving = saving.clone();
        move || match saving.get() {
            Saving::Saved => "saved",
            Saving::UnderWay => "saving",
            Saving::NotSaved(_) => "failed",
        }
    };
    let text = {
        let saving = saving.clone();
        move || match saving.get() {
            Saving::Saved => t_string!(i18n, shell.saving.saved),
            Saving::UnderWay => t_string!(i18n, shell.saving.saving),
            Saving::NotSaved(_) => t_string!(i18n, shell.saving.failed),
        }
    };
    let reason = move || match saving.get() {
        Saving::NotSaved(problem) => {
            let reason = words::store_problem(i18n.get_locale(), &problem);
            Some(t_string!(i18n, shell.saving.failed_hint, reason = reason))
        }
        _ => None,
    };
    view! { <span class="save-status" role="status" data-state=state title=reason>{text}</span> }
}
