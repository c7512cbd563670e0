//! What is going on beside the page, how far it is, and a way to stop it.

use kehu_ledger::errand::Step;
use leptos::prelude::*;

use crate::i18n::{t, use_i18n};

/// A bar with numbers and, where it may be stopped, a button for that.
#[component]
pub fn Progress(
    /// What is being done.
    #[prop(into)]
    name: Signal<String>,
    /// How far it is; nothing before the first word of it.
    #[prop(into)]
    step: Signal<Option<Step>>,
    /// Stops it.
    on_stop: Option<Callback<()>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let total = move || step.get().map(|step| step.total).filter(|total| *total > 0);
    let done = move || step.get().filter(|step| step.total > 0).map(|step| step.done.min(step.total).to_string());
    let numbers = move || match step.get() {
        Some(Step { done, total, .. }) if total > 0 => format!("{} · {} / {total}", name.get(), done.min(total)),
        _ => name.get(),
    };
    view! {
        <div class="progress-panel" role="group" aria-label=move || name.get()>
            <progress aria-label=move || name.get() max=move || total().map(|total| total.to_string()) value=done></progress>
            <span class="hint" role="status">{numbers}</span>
            {on_stop
                .map(|on_stop| {
                    view! {
                        <button type="button" class="button" data-size="small" on:click=move |_| on_stop.run(())>
                            {t!(i18n, backup.action.stop)}
                        </button>
                    }
                })}
        </div>
    }
}
