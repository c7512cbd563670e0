//! One clash: take this content, that one, or write another.

use kehu_domain::book::Clash;
use kehu_domain::dictionary::Dictionary;
use kehu_domain::field::Field;
use kehu_domain::field_text::{Reading, parse_field};
use kehu_domain::value::Value;
use leptos::prelude::*;

use super::gather::Told;
use crate::i18n::{Locale, t, t_string, td_string, use_i18n};
use crate::pages::customers::{Problem, problem_text};
use crate::workspace::use_workspace;

/// A clash with its contents.
#[component]
pub fn ClashCard(
    told: Told,
    /// Settles it with a content.
    on_settle: Callback<Vec<(Clash, Value)>>,
    is_busy: Signal<bool>,
) -> impl IntoView {
    let i18n = use_i18n();
    let Told { clash, record, label, field, sides, before, .. } = told;
    let title_label = label.clone();
    let contents: Vec<Value> = clash.sides.iter().map(|(_, value)| value.clone()).collect();
    let side = |place: usize, text: String, who: String, at: String, value: Value| {
        let choice = vec![(clash.clone(), value)];
        let named_text = text.clone();
        view! {
            <div>
                <p class="value">{move || named(i18n.get_locale(), &text)}</p>
                <p class="hint">
                    {move || t_string!(i18n, arrival.clash.by, who = who.clone(), at = at.clone())}
                    {(place == 0).then(|| view! { " · " {t!(i18n, arrival.clash.current)} })}
                </p>
                <button type="button" class="button" disabled=is_busy on:click=move |_| on_settle.run(choice.clone())>
                    {move || t_string!(i18n, arrival.clash.take, value = named(i18n.get_locale(), &named_text))}
                </button>
            </div>
        }
    };
    let told = sides.into_iter().zip(contents).enumerate();
    let sides = told.map(|(place, ((text, who, at), value))| side(place, text, who, at, value)).collect_view();
    let on_other = Callback::new({
        let clash = clash.clone();
        move |value: Value| on_settle.run(vec![(clash.clone(), value)])
    });
    view! {
        <li class="conflict-card">
            <h4>{move || t_string!(i18n, arrival.clash.field, record = record.clone(), field = title_label.clone())}</h4>
            {before.map(|before| view! {
                <p class="hint">
                    {move || t_string!(i18n, arrival.clash.before, value = named(i18n.get_locale(), &before))}
                </p>
            })}
            <div class="conflict-values">{sides}</div>
            {field.map(|field| view! { <Another field label is_busy on_other /> })}
        </li>
    }
}

/// Writing a content that neither side had.
#[component]
fn Another(field: Field, label: String, is_busy: Signal<bool>, on_other: Callback<Value>) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let text = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<String>);
    let id = format!("another-{}-{:x}", field.key, crate::device::random_bits());
    let problem_id = format!("{id}-problem");
    let save = {
        let field = field.clone();
        move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            // Choices that this workspace has added are choices too.
            let dictionary = workspace.read_once(|book| Dictionary::built_in().with_records(book));
            match parse_field(&field, &text.get_untracked(), Reading::new(&dictionary)) {
                Ok(value) => on_other.run(value),
                Err(found) => problem.set(Some(problem_text(i18n.get_locale(), &Problem::Text(found)))),
            }
        }
    };
    let (input_id, described) = (id.clone(), problem_id.clone());
    view! {
        <details class="fold">
            <summary>{t!(i18n, arrival.clash.other)}</summary>
            <form class="row" novalidate on:submit=save>
                <div class="field">
                    <label for=id>{move || t_string!(i18n, arrival.clash.other_label, field = label.clone())}</label>
                    <input
                        id=input_id
                        aria-invalid=move || problem.read().is_some().to_string()
                        aria-describedby=move || problem.read().is_some().then(|| described.clone())
                        prop:value=text
                        on:input=move |event| text.set(event_target_value(&event))
                    />
                    <Show when=move || problem.read().is_some()>
                        <p class="field-problem" id=problem_id.clone() role="alert">{move || problem.get()}</p>
                    </Show>
                </div>
                <button type="submit" class="button" disabled=is_busy>{t!(i18n, arrival.clash.other_save)}</button>
            </form>
        </details>
    }
}

fn named(locale: Locale, text: &str) -> String {
    if text.is_empty() { td_string!(locale, arrival.clash.empty).to_owned() } else { text.to_owned() }
}
