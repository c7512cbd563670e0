//! Cards about other tabs: one holds back an upgrade, or runs a newer app.

use kehu_store::StoreEvent;
use leptos::prelude::*;

use super::{Notice, Tone};
use crate::i18n::{t, use_i18n};

/// What the store has to say about other tabs, until it is settled.
#[component]
pub fn Standing(
    /// The latest event, if any.
    event: ArcRwSignal<Option<StoreEvent>>,
) -> impl IntoView {
    let i18n = use_i18n();
    move || {
        event.get().and_then(|event| {
            let (title, message) = match event {
                StoreEvent::UpgradeBlocked => {
                    (t!(i18n, shell.standing.blocked_title).into_any(), t!(i18n, shell.standing.blocked).into_any())
                }
                StoreEvent::NewerTab => {
                    (t!(i18n, shell.standing.newer_title).into_any(), t!(i18n, shell.standing.newer).into_any())
                }
                StoreEvent::Closed => {
                    (t!(i18n, shell.standing.closed_title).into_any(), t!(i18n, shell.standing.closed).into_any())
                }
                StoreEvent::Committed { .. } => return None,
            };
            Some(view! {
                <Notice tone=Tone::Problem>
                    <p><strong>{title}</strong></p>
                    <p>{message}</p>
                    <button type="button" class="button" on:click=|_| reload()>
                        {t!(i18n, shell.standing.reload)}
                    </button>
                </Notice>
            })
        })
    }
}

fn reload() {
    let _ = window().location().reload();
}
