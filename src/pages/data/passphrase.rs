//! Choosing a passphrase: typed twice, weighed while typing, with a plain word on what its loss means.

use kehu_domain::passphrase::{MIN_CHARS, Strength, strength};
use leptos::prelude::*;

use crate::components::{Notice, Tone};
use crate::i18n::{Locale, t, td_string, use_i18n};

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
    let is = move |wanted| move || problem() == Some(wanted);
    let aria = move |wanted| move || (problem() == Some(wanted)).to_string();
    view! {
        <div class="stack">
            <Notice tone=Tone::Info>{children()}</Notice>
            <div class="field">
                <label for="passphrase">{t!(i18n, backup.passphrase.label)}</label>
                <input
                    id="passphrase"
                    type="password"
                    autocomplete="new-password"
                    aria-describedby="passphrase-hint passphrase-problem"
                    aria-invalid=aria(Refusal::Short)
                    prop:value=passphrase.first
                    on:input=move |event| passphrase.first.set(event_target_value(&event))
                />
                <p class="hint" id="passphrase-hint" role="status">
                    {move || weight(i18n.get_locale(), strength(&passphrase.first.read()))}
                </p>
                <Show when=is(Refusal::Short)>
                    <p class="field-problem" id="passphrase-problem" role="alert">
                        {t!(i18n, backup.passphrase.short, count = MIN_CHARS)}
                    </p>
                </Show>
            </div>
            <div class="field">
                <label for="passphrase-again">{t!(i18n, backup.passphrase.again)}</label>
                <input
                    id="passphrase-again"
                    type="password"
                    autocomplete="new-password"
                    aria-describedby="passphrase-different"
                    aria-invalid=aria(Refusal::Different)
                    prop:value=passphrase.again
                    on:input=move |event| passphrase.again.set(event_target_value(&event))
                />
                <Show when=is(Refusal::Different)>
                    <p class="field-problem" id="passphrase-different" role="alert">
                        {t!(i18n, backup.passphrase.different)}
                    </p>
                </Show>
            </div>
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
