//! A modal question or form in the browser's own dialog.

use leptos::html;
use leptos::prelude::*;

use crate::i18n::{t_string, use_i18n};

/// A modal dialog that is open while `open` says so; Escape closes it.
#[component]
pub fn Dialog(
    /// Whether it is open; set to `false` when the user closes it.
    open: RwSignal<bool>,
    /// Its heading.
    #[prop(into)]
    title: Signal<String>,
    children: ChildrenFn,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        let Some(dialog) = node.get() else { return };
        match (open.get(), dialog.open()) {
            (true, false) => {
                _ = dialog.show_modal().inspect_err(|problem| leptos::logging::error!("dialog: {problem:?}"));
            }
            (false, true) => dialog.close(),
            _ => (),
        }
    });
    let i18n = use_i18n();
    view! {
        <dialog node_ref=node on:close=move |_| open.set(false) aria-label=title>
            <Show when=move || open.get()>
                <div class="dialog-head">
                    <h2>{title}</h2>
                    <button
                        type="button"
                        class="icon-button"
                        aria-label=move || t_string!(i18n, shell.action.close)
                        on:click=move |_| open.set(false)
                    >
                        "×"
                    </button>
                </div>
                {children()}
            </Show>
        </dialog>
    }
}
