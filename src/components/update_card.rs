//! Offers a new version of the app; it never takes over unasked.

use leptos::ev::Custom;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;

use crate::i18n::{t, use_i18n};

#[wasm_bindgen]
extern "C" {
    /// Makes the waiting version the current one and reloads once it is.
    #[wasm_bindgen(js_namespace = window, js_name = kehuTakeOver, catch)]
    fn take_over() -> Result<(), JsValue>;
}

/// A card that appears when a new version waits; drafts are kept with every key press, so nothing is lost.
#[component]
pub fn UpdateCard() -> impl IntoView {
    let i18n = use_i18n();
    let ready = RwSignal::new(waits());
    let listener = window_event_listener(Custom::<web_sys::Event>::new("kehu-update-ready"), move |_| ready.set(true));
    on_cleanup(move || listener.remove());
    let accept = move |_| {
        if take_over().is_err() {
            let _ = window().location().reload();
        }
    };
    view! {
        <Show when=move || ready.get()>
            <aside class="update-card" role="status">
                <p><strong>{t!(i18n, shell.update.title)}</strong></p>
                <p>{t!(i18n, shell.update.message)}</p>
                <p class="row">
                    <button type="button" class="button" data-kind="primary" on:click=accept>{t!(i18n, shell.update.accept)}</button>
                    <button type="button" class="button" data-kind="quiet" on:click=move |_| ready.set(false)>
                        {t!(i18n, shell.update.later)}
                    </button>
                </p>
            </aside>
        </Show>
    }
}

/// Whether a new version was found before this card was there to hear of it.
fn waits() -> bool {
    document().document_element().is_some_and(|root| root.get_attribute("data-update").is_some())
}
