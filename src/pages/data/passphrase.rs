//! Choosing a passphrase: typed twice, weighed while typing, with a plain word on what its loss means.

use kehu_domain::passphrase::{MIN_CHARS, Strength, strength};
use leptos::prelude::*;

use crate::components::{Notice, Tone};
use crate::i18n::{Locale, t_string, td_string, use_i18n};

/// A passphrase being chosen.
#[derive(Clone, Copy, Default)]
pub struct Passphrase {
    first: RwSignal<String>,
    again: RwSignal<String>,
}

/// Why a passphrase is not taken.
#[derive(Clone, Copy, PartialEq)]
pub enum Refusal {
    /// It has too few characters.
    Short,
    /// It was typed differently the second time.
    Different,
}

impl Passphrase {
    /// The passphrase, once it can be taken.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn chosen(self) -> Result<Option<String>, Refusal> {
        let first = self.first.get();
        if strength(&first) == Strength::TooShort {
            Err(Refusal::Short)
        } else if first != self.again.get() {
            Err(Refusal::Different)
        } else {
            Ok(Some(first))
        }
    }
}

/// The two fields.
#[component]
pub fn NewPassphrase(
    /// What is typed.
    passphrase: Passphrase,
    /// Whether it was tried already; then what is wrong is said.
    #[prop(into)]
    is_refused: Signal<bool>,
    /// What losing it means, said before it is chosen.
    children: Children,
) -> impl IntoView {
    let i18n = use_i18n();
    let problem = move || passphrase.chosen().err().filter(|_| is_refused.get());
    let of = move |wanted| {
        Signal::derive(move || {
            problem().filter(|problem| *problem == wanted).map(|_| match wanted {
                Refusal::Short => t_string!(i18n, backup.passphrase.short, count = MIN_CHARS),
                Refusal::Different => t_string!(i18n, backup.passphrase.different).to_owned(),
            })
        })
    };
    view! {
        <div class="stack">
            <Notice tone=Tone::Info>{children()}</Notice>
            <SecretField
                id="passphrase"
                label=Signal::derive(move || t_string!(i18n, backup.passphrase.label).to_owned())
                value=passphrase.first
                hint=Signal::derive(move || weight(i18n.get_locale(), strength(&passphrase.first.read())))
                problem=of(Refusal::Short)
            />
            <SecretField
                id="passphrase-again"
                label=Signal::derive(move || t_string!(i18n, backup.passphrase.again).to_owned())
                value=passphrase.again
                problem=of(Refusal::Different)
            />
        </div>
    }
}

/// A field for something secret that is new.
#[component]
fn SecretField(
    id: &'static str,
    label: Signal<String>,
    value: RwSignal<String>,
    /// What is said of it while it is typed.
    #[prop(optional)]
    hint: Option<Signal<String>>,
    /// Why it is not taken.
    problem: Signal<Option<String>>,
) -> impl IntoView {
    let (hint_id, problem_id) = (format!("{id}-hint"), format!("{id}-problem"));
    let described = format!("{hint_id} {problem_id}");
    view! {
        <div class="field">
            <label for=id>{move || label.get()}</label>
            <input
                id=id
                type="password"
                autocomplete="new-password"
                aria-describedby=described
                aria-invalid=move || problem.read().is_some().to_string()
                prop:value=value
                on:input=move |event| value.set(event_target_value(&event))
            />
            {hint.map(|hint| view! { <p class="hint" id=hint_id role="status">{move || hint.get()}</p> })}
            {move || {
                let id = problem_id.clone();
                problem.get().map(|text| view! { <p class="field-problem" id=id role="alert">{text}</p> })
            }}
        </div>
    }
}

fn weight(locale: Locale, strength: Strength) -> String {
    match strength {
        Strength::TooShort => td_string!(locale, backup.passphrase.too_short, count = MIN_CHARS),
        Strength::Weak => td_string!(locale, backup.passphrase.weak).to_owned(),
        Strength::Fair => td_string!(locale, backup.passphrase.fair).to_owned(),
        Strength::Strong => td_string!(locale, backup.passphrase.strong).to_owned(),
    }
}
