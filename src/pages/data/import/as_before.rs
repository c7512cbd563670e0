//! A file whose headings are known: it is read as the last one was, until somebody begins anew.

use kehu_domain::dictionary::Dictionary;
use kehu_domain::field::FieldType;
use kehu_domain::field_text::{Showing, show};
use kehu_domain::value::Value;
use leptos::prelude::*;

use super::wizard::{Wizard, live};
use crate::components::{Notice, Tone};
use crate::i18n::{t, t_string, use_i18n};
use crate::words::lang;

/// Says since when columns and rules are as they are; nothing where such a file was never imported.
#[component]
pub fn AsBefore(
    wizard: Wizard,
    /// Whether the way straight to the rehearsal is offered.
    #[prop(optional)]
    offers_check: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let remembered = live(&wizard.remembered);
    let day = Memo::new(move |_| remembered.read().as_ref().and_then(|remembered| remembered.day()));
    let written = move |day| {
        let showing = Showing { writes_dates_out: true, ..Showing::new(Dictionary::built_in()) };
        show(&FieldType::Date, &Value::from(day), lang(i18n), showing)
    };
    move || {
        let day = day.get()?;
        let (check, anew, free) = (wizard.clone(), wizard.clone(), wizard.clone());
        let is_waiting = Signal::derive(move || !free.has_rows());
        Some(view! {
            <Notice tone=Tone::Info>
                <p>{move || t_string!(i18n, import.before.text, day = written(day))}</p>
                <p class="row">
                    {offers_check.then(|| view! {
                        <button
                            type="button"
                            class="button"
                            data-size="small"
                            disabled=is_waiting
                            on:click=move |_| check.check_as_before()
                        >
                            {t!(i18n, import.before.check)}
                        </button>
                    })}
                    <button
                        type="button"
                        class="button"
                        data-kind="quiet"
                        data-size="small"
                        disabled=is_waiting
                        on:click=move |_| anew.begin_anew()
                    >
                        {t!(i18n, import.before.anew)}
                    </button>
                </p>
            </Notice>
        })
    }
}
