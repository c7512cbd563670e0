//! Deciding on what somebody asked for: a reason, and yes or no.

use leptos::prelude::*;

use super::{Notice, Tone};

/// A field for the reason, without which there is no decision, and a button for either.
#[component]
pub fn Decision(
    /// The id of the field.
    id: String,
    /// What the reason is asked by.
    label: Signal<&'static str>,
    /// The word for yes.
    yes: Signal<&'static str>,
    /// The word for no.
    no: Signal<&'static str>,
    /// Whether it is being saved.
    pending: Signal<bool>,
    /// What stands against it, in words.
    problem: Signal<Option<String>>,
    /// Whether it is a yes, and why.
    on_decide: Callback<(bool, String)>,
) -> impl IntoView {
    let reason = RwSignal::new(String::new());
    let cannot = move || reason.read().trim().is_empty() || pending.get();
    let choice = move |is_yes: bool, word: Signal<&'static str>| {
        view! {
            <button
                type="button"
                class="button"
                data-kind=is_yes.then_some("primary")
                disabled=cannot
                on:click=move |_| on_decide.run((is_yes, reason.get_untracked()))
            >
                {word}
            </button>
        }
    };
    view! {
        <div class="stack">
            <div class="field" data-wide="">
                <label for=id.clone()>{label}</label>
                <input id=id type="text" maxlength="500" bind:value=reason />
            </div>
            <p class="row">{choice(true, yes)} {choice(false, no)}</p>
            {move || problem.get().map(|text| view! { <Notice tone=Tone::Problem>{text}</Notice> })}
        </div>
    }
}
