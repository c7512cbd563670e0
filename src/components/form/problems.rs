//! What is wrong with a form, in words, all at once, each leading to its field.

use kehu_domain::field::{Field, FieldType};
use kehu_domain::form::{Form, Misfit, Problem, ProblemKind};
use leptos::html;
use leptos::prelude::*;

use crate::i18n::{Locale, t, td_string, use_i18n};
use crate::words::lang_of;

/// A problem as a sentence that names its field.
pub fn problem_text(locale: Locale, problem: &Problem, field: Option<&Field>) -> String {
    let label = field.map(|field| field.label.get(lang_of(locale)).to_owned()).unwrap_or_default();
    match &problem.kind {
        ProblemKind::Required => td_string!(locale, cases.problem.required, field = label),
        ProblemKind::Broken(text) => text.get(lang_of(locale)).to_owned(),
        ProblemKind::Misfit(misfit) => misfit_text(locale, misfit, label),
    }
}

fn misfit_text(locale: Locale, misfit: &Misfit, field: String) -> String {
    match misfit {
        Misfit::WrongKind => td_string!(locale, cases.problem.wrong_kind, field = field),
        Misfit::TooLong { max } => td_string!(locale, cases.problem.too_long, field = field, max = max),
        Misfit::TooSmall { min } => td_string!(locale, cases.problem.too_small, field = field, min = min),
        Misfit::TooGreat { max } => td_string!(locale, cases.problem.too_great, field = field, max = max),
        Misfit::TooManyPlaces { places } => {
            td_string!(locale, cases.problem.too_many_places, field = field, places = places)
        }
        Misfit::UnknownChoice => td_string!(locale, cases.problem.unknown_choice, field = field),
        Misfit::Malformed => td_string!(locale, cases.problem.malformed, field = field),
        Misfit::NoMarkHere(_) => td_string!(locale, cases.problem.no_mark, field = field),
    }
}

/// Every problem at the top of the form; it takes the focus when it appears.
#[component]
pub fn ErrorSummary(
    /// The template, for the names of its fields.
    form: Form,
    #[prop(into)] problems: Signal<Vec<Problem>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let node = NodeRef::<html::Div>::new();
    Effect::new(move || {
        if let (Some(summary), false) = (node.get(), problems.read().is_empty()) {
            let _ = summary.focus();
        }
    });
    let form = StoredValue::new_local(form);
    let lines = move || {
        let locale = i18n.get_locale();
        form.with_value(|form| problems.read().iter().map(|problem| line(locale, form, problem)).collect::<Vec<_>>())
    };
    view! {
        <Show when=move || !problems.read().is_empty()>
            <div class="error-summary" role="alert" tabindex="-1" node_ref=node>
                <h2>{move || t!(i18n, cases.form.summary, count = problems.read().len())}</h2>
                <ul>
                    {move || {
                        lines()
                            .into_iter()
                            .map(|(target, text)| {
                                let jump = target.clone();
                                view! {
                                    <li>
                                        <a
                                            href=format!("#{target}")
                                            on:click=move |event| {
                                                event.prevent_default();
                                                focus(&jump);
                                            }
                                        >
                                            {text}
                                        </a>
                                    </li>
                                }
                            })
                            .collect_view()
                    }}
                </ul>
            </div>
        </Show>
    }
}

/// The element a problem leads to, and its words.
fn line(locale: Locale, form: &Form, problem: &Problem) -> (String, String) {
    let field = problem.field.and_then(|key| form.field(key)).map(|field| &field.field);
    let cell = field.and_then(|field| match &field.kind {
        FieldType::Rows(cells) => cells.iter().map(|cell| &cell.field).find(|cell| Some(cell.key) == problem.cell),
        _ => None,
    });
    let text = problem_text(locale, problem, cell.or(field));
    let text = match problem.row {
        Some(row) => td_string!(locale, cases.problem.in_row, row = row + 1, problem = text),
        None => text,
    };
    let target = field.map_or_else(|| "form".to_owned(), |field| format!("f-{}", field.key));
    (target, text)
}

/// Moves to a field: the input itself, or the group that stands for it.
fn focus(target: &str) {
    let page = document();
    let element = page.get_element_by_id(target).or_else(|| page.get_element_by_id(&format!("{target}-group")));
    if let Some(element) = element {
        element.scroll_into_view();
        if let Ok(element) = wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(element) {
            let _ = element.focus();
        }
    }
}
