//! Language and appearance, remembered on this device.

use leptos::prelude::*;

use crate::device::{Remembered, apply_theme};
use crate::i18n::{Locale, t, t_string, use_i18n};

/// Chinese or English.
#[component]
pub fn LanguageChoice() -> impl IntoView {
    let i18n = use_i18n();
    let option = move |locale: Locale, code: &'static str, label: &'static str| {
        view! {
            <label>
                <input
                    type="radio"
                    name="language"
                    value=code
                    checked=move || i18n.get_locale() == locale
                    on:change=move |_| {
                        Remembered::Language.write(code);
                        i18n.set_locale(locale);
                    }
                />
                <span lang=code>{label}</span>
            </label>
        }
    };
    view! {
        <div role="radiogroup" aria-labelledby="language-label">
            <h3 id="language-label">{t!(i18n, settings.language.label)}</h3>
            <div class="segmented-control">
            {option(Locale::zh, "zh", "中文")}
            {option(Locale::en, "en", "English")}
            </div>
        </div>
    }
}

/// Light, dark, or as the system has it.
#[component]
pub fn ThemeChoice() -> impl IntoView {
    let i18n = use_i18n();
    let theme = RwSignal::new(Remembered::Theme.read().unwrap_or_default());
    let choose = move |choice: &'static str| {
        Remembered::Theme.write(choice);
        apply_theme(choice);
        theme.set(choice.to_owned());
    };
    let option = move |choice: &'static str, label: Signal<&'static str>| {
        view! {
            <label>
                <input
                    type="radio"
                    name="theme"
                    value=choice
                    checked=move || *theme.read() == choice
                    on:change=move |_| choose(choice)
                />
                <span>{label}</span>
            </label>
        }
    };
    view! {
        <div role="radiogroup" aria-labelledby="theme-label">
            <h3 id="theme-label">{t!(i18n, settings.theme.label)}</h3>
            <div class="segmented-control">
            {option("", Signal::derive(move || t_string!(i18n, settings.theme.system)))}
            {option("light", Signal::derive(move || t_string!(i18n, settings.theme.light)))}
            {option("dark", Signal::derive(move || t_string!(i18n, settings.theme.dark)))}
            </div>
        </div>
    }
}
