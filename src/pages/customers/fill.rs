//! The inputs of a grade that only a person can give: on-time payment, influence, service cost.

use kehu_domain::field_text::{Reading, parse_field};
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::stamp::RecordId;
use kehu_domain::text::Lang;
use kehu_domain::value::{Mark, Value};
use kehu_store::StoreError;
use leptos::prelude::*;

use super::edit::focus;
use super::names::{Names, Terms};
use super::problems::{Problem, problem_text};
use crate::components::{Notice, Tone};
use crate::i18n::{t, t_string, use_i18n};
use crate::words;
use crate::workspace::{GradingDone, Workspace, use_workspace};

/// An input while it is filled in: a text, or one of the marks instead.
#[derive(Clone, Copy)]
struct Input {
    key: Key,
    /// What the card held when the form was made; only what differs from it is saved.
    before: StoredValue<Value>,
    text: RwSignal<String>,
    mark: RwSignal<Option<Mark>>,
}

impl Input {
    fn of(workspace: &Workspace, terms: Terms, customer: RecordId, key: Key) -> Self {
        let dictionary = untrack(|| terms.get());
        let value = workspace
            .read_once(|book| book.get(customer).map(|customer| customer.get(key).clone()).unwrap_or_default());
        let mark = match value {
            Value::Mark(mark) => Some(mark),
            _ => None,
        };
        let field = dictionary.kind(kind::CUSTOMER).and_then(|kind| kind.field(key));
        let text = field.filter(|_| mark.is_none()).map(|field| {
            let shown = workspace
                .read_once(|book| Names { dictionary: &dictionary, book }.shown(&field.field, &value, Lang::default()));
            // The unit stands beside the input.
            shown.trim_end_matches('%').to_owned()
        });
        let before = StoredValue::new(value);
        Self { key, before, text: RwSignal::new(text.unwrap_or_default()), mark: RwSignal::new(mark) }
    }

    /// The content, or what is wrong with the text.
    fn value(self, workspace: &Workspace, terms: Terms) -> Result<Value, Problem> {
        if let Some(mark) = self.mark.get_untracked() {
            return Ok(Value::Mark(mark));
        }
        let dictionary = untrack(|| terms.get());
        let Some(field) = dictionary.kind(kind::CUSTOMER).and_then(|kind| kind.field(self.key)) else {
            return Ok(Value::Null);
        };
        let text = self.text.get_untracked();
        workspace
            .read_once(|book| parse_field(&field.field, &text, Reading::new(&Names { dictionary: &dictionary, book })))
            .map_err(Problem::Text)
    }
}

/// A fold with the three inputs; saving them grades the customer at once.
#[component]
pub fn Fill(
    /// The customer.
    customer: RecordId,
    /// What fields are called.
    terms: Terms,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let [on_time, influence, cost] =
        [kind::V3, kind::V7, kind::V8].map(|key| Input::of(&workspace, terms, customer, key));
    let problems = RwSignal::new(Vec::<(Key, Problem)>::new());
    // Open from the start where it is needed; later it stays as the user has it.
    let is_ungraded =
        untrack(|| workspace.roster(|roster| roster.line(customer).is_some_and(|line| line.tier.is_none())));
    let save = {
        let workspace = workspace.clone();
        Action::new_unsync(move |cells: &Vec<(Key, Value)>| {
            let (workspace, cells) = (workspace.clone(), cells.clone());
            async move {
                let done = save_and_grade(&workspace, customer, cells.clone()).await?;
                for (key, value) in cells {
                    if let Some(input) = [on_time, influence, cost].into_iter().find(|input| input.key == key) {
                        input.before.set_value(value);
                    }
                }
                Ok::<GradingDone, StoreError>(done)
            }
        })
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let (mut cells, mut found) = (Vec::new(), Vec::new());
        for input in [on_time, influence, cost] {
            match input.value(&workspace, terms) {
                Ok(value) if input.before.with_value(|before| *before == value) => (),
                Ok(value) => cells.push((input.key, value)),
                Err(problem) => found.push((input.key, problem)),
            }
        }
        let first = found.first().map(|(key, _)| *key);
        problems.set(found);
        match first {
            Some(key) => focus(&input_id(key)),
            None => {
                save.dispatch_local(cells);
            }
        }
    };
    view! {
        <details class="fold" open=is_ungraded>
            <summary>{t!(i18n, customers.trace.fill)}</summary>
            <form class="stack" novalidate on:submit=submit>
                <p class="hint">{t!(i18n, customers.trace.fill_hint)}</p>
                <TypedInput
                    input=on_time
                    terms
                    hint=Signal::derive(move || t_string!(i18n, customers.fill.v3_hint))
                    problems
                />
                <RatingInput input=influence terms />
                <TypedInput
                    input=cost
                    terms
                    hint=Signal::derive(move || t_string!(i18n, customers.fill.v8_hint))
                    problems
                />
                <p>
                    <button
                        type="submit"
                        class="button"
                        data-kind="primary"
                        aria-busy=move || save.pending().get().to_string()
                        disabled=move || save.pending().get()
                    >
                        {t!(i18n, customers.fill.save)}
                    </button>
                </p>
                {move || {
                    let outcome = save.value().get().filter(|_| !save.pending().get())?;
                    Some(match outcome {
                        Ok(_) => view! { <Notice tone=Tone::Success>{t!(i18n, customers.fill.saved)}</Notice> },
                        Err(problem) => {
                            let text = words::store_problem(i18n.get_locale(), &problem);
                            view! { <Notice tone=Tone::Problem>{text}</Notice> }
                        }
                    }.into_any())
                }}
            </form>
        </details>
    }
}

async fn save_and_grade(
    workspace: &Workspace,
    customer: RecordId,
    cells: Vec<(Key, Value)>,
) -> Result<GradingDone, StoreError> {
    workspace
        .commit(|book, act| {
            for (key, value) in cells {
                act.set(book, kind::CUSTOMER, customer, key, value);
            }
        })
        .await?;
    workspace.grade_one(customer).await
}

fn input_id(key: Key) -> String {
    format!("fill-{key}")
}

/// What a field of the customer is called.
fn label(terms: Terms, key: Key, i18n: words::I18n) -> String {
    let dictionary = terms.get();
    let field = dictionary.kind(kind::CUSTOMER).and_then(|kind| kind.field(key));
    field.map_or_else(|| key.to_string(), |field| field.field.label.get(words::lang(i18n)).to_owned())
}

/// A number in per cent, or a mark instead of it.
#[component]
fn TypedInput(
    input: Input,
    terms: Terms,
    /// What it means.
    #[prop(into)]
    hint: Signal<&'static str>,
    /// What is wrong, of all inputs.
    problems: RwSignal<Vec<(Key, Problem)>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let id = input_id(input.key);
    let (hint_id, problem_id) = (format!("{id}-hint"), format!("{id}-problem"));
    let problem = Memo::new(move |_| {
        problems.read().iter().find(|(key, _)| *key == input.key).map(|(_, problem)| problem.clone())
    });
    view! {
        <div class="field">
            <label for=id.clone()>{move || label(terms, input.key, i18n)}</label>
            <p class="hint" id=hint_id.clone()>{hint}</p>
            <div class="field-unit">
                <input
                    id=id
                    type="text"
                    inputmode="decimal"
                    autocomplete="off"
                    aria-describedby=format!("{hint_id} {problem_id}")
                    aria-invalid=move || problem.read().is_some().to_string()
                    disabled=move || input.mark.read().is_some()
                    bind:value=input.text
                />
                <span>"%"</span>
            </div>
            <p class="field-problem" id=problem_id hidden=move || problem.read().is_none()>
                {move || problem.read().as_ref().map(|problem| problem_text(i18n.get_locale(), problem))}
            </p>
            <div class="segmented-control" role="radiogroup" aria-label=move || label(terms, input.key, i18n)>
                <MarkChoice input mark=None />
                <MarkChoice input mark=Some(Mark::NotApplicable) />
                <MarkChoice input mark=Some(Mark::Missing) />
            </div>
        </div>
    }
}

/// A value, not applicable, or missing.
#[component]
fn MarkChoice(
    input: Input,
    /// The mark this stands for; none for a value.
    mark: Option<Mark>,
) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <label>
            <input
                type="radio"
                name=format!("{}-mark", input_id(input.key))
                checked=input.mark.get_untracked() == mark
                on:change=move |_| input.mark.set(mark)
            />
            <span>
                {move || match mark {
                    None => t_string!(i18n, customers.fill.value),
                    Some(Mark::NotApplicable) => t_string!(i18n, customers.trace.not_applicable),
                    Some(Mark::Missing) => t_string!(i18n, customers.fill.missing),
                }}
            </span>
        </label>
    }
}

/// A rating of 1–5 in large buttons, or a mark instead of it.
#[component]
fn RatingInput(input: Input, terms: Terms) -> impl IntoView {
    let i18n = use_i18n();
    let name = input_id(input.key);
    let ratings = ["1", "2", "3", "4", "5"]
        .map(|rating| {
            let words = move || match rating {
                "1" => Some(t_string!(i18n, customers.fill.lowest)),
                "5" => Some(t_string!(i18n, customers.fill.highest)),
                _ => None,
            };
            view! {
                <label>
                    <input
                        id=(rating == "1").then(|| name.clone())
                        type="radio"
                        name=name.clone()
                        checked=input.mark.get_untracked().is_none() && *input.text.read_untracked() == rating
                        on:change=move |_| {
                            input.mark.set(None);
                            input.text.set(rating.to_owned());
                        }
                    />
                    <span>{rating}</span>
                    {move || words().map(|words| view! { <small>{words}</small> })}
                </label>
            }
        })
        .into_iter()
        .collect_view();
    let mark = {
        let name = name.clone();
        move |mark: Mark, key: &'static str| {
            view! {
                <label data-choice=key>
                    <input
                        type="radio"
                        name=name.clone()
                        checked=input.mark.get_untracked() == Some(mark)
                        on:change=move |_| input.mark.set(Some(mark))
                    />
                    {move || match mark {
                        Mark::NotApplicable => t_string!(i18n, customers.trace.not_applicable),
                        Mark::Missing => t_string!(i18n, customers.fill.missing),
                    }}
                </label>
            }
        }
    };
    view! {
        <fieldset class="rating-field">
            <legend>{move || label(terms, input.key, i18n)}</legend>
            <p class="hint">{t!(i18n, customers.fill.v7_hint)}</p>
            <div class="rating-choices">
                {ratings}
                {mark(Mark::NotApplicable, "na")}
                {mark(Mark::Missing, "missing")}
            </div>
        </fieldset>
    }
}
