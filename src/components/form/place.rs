//! A place: an address in words, or where the device is, found without keeping anybody waiting.

use std::pin::Pin;
use std::rc::Rc;

use kehu_domain::place;
use kehu_domain::value::Value;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Lookups;
use crate::device::PositionProblem;
use crate::i18n::{t, t_string, use_i18n};
use crate::words::lang;

/// Finds out where the device is.
pub type Locate = Rc<dyn Fn() -> Pin<Box<dyn Future<Output = Result<String, PositionProblem>>>>>;

/// How far the device has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Finding {
    NotAsked,
    UnderWay,
    Failed(PositionProblem),
}

/// The input for a place; the device is asked only when somebody taps.
#[component]
pub fn PlaceInput(
    /// The element's id.
    id: String,
    value: Signal<Value>,
    on_change: Callback<Value>,
    is_wrong: Signal<bool>,
    described: Signal<String>,
    lookups: StoredValue<Lookups, LocalStorage>,
) -> impl IntoView {
    let i18n = use_i18n();
    let finding = RwSignal::new(Finding::NotAsked);
    let find = move |_| {
        finding.set(Finding::UnderWay);
        let locate = lookups.with_value(|lookups| lookups.locate.clone());
        spawn_local(async move {
            let found = locate().await;
            // The form may have been filed meanwhile.
            let standing = match found {
                Ok(place) => {
                    on_change.try_run(Value::text(place));
                    Finding::NotAsked
                }
                Err(problem) => Finding::Failed(problem),
            };
            finding.try_set(standing);
        });
    };
    let text = move || value.read().as_text().unwrap_or_default().to_owned();
    let shown = move || {
        let stored = text();
        let shown = place::shown(&stored, lang(i18n));
        (shown != stored).then_some(shown)
    };
    let said = move || match finding.get() {
        Finding::NotAsked => shown(),
        Finding::UnderWay => Some(t_string!(i18n, cases.form.place_asking).to_owned()),
        Finding::Failed(PositionProblem::Refused) => Some(t_string!(i18n, cases.form.place_refused).to_owned()),
        Finding::Failed(PositionProblem::Unknown) => Some(t_string!(i18n, cases.form.place_unknown).to_owned()),
    };
    view! {
        <input
            id=id
            type="text"
            maxlength=place::MAX.to_string()
            autocomplete="off"
            aria-invalid=move || is_wrong.get().then_some("true")
            aria-describedby=described
            prop:value=text
            on:input=move |event| {
                let text = event_target_value(&event);
                on_change.run(if text.trim().is_empty() { Value::Null } else { Value::text(text) });
            }
        />
        <p class="hint" role="status">{said}</p>
        <p>
            <button
                type="button"
                class="button"
                data-size="small"
                disabled=move || finding.get() == Finding::UnderWay
                on:click=find
            >
                {t!(i18n, cases.form.place_find)}
            </button>
        </p>
    }
}
