//! A form over the fields of one record: everything wrong is said at once, only what changed is saved.

use kehu_domain::change::Cells;
use kehu_domain::dictionary::KindField;
use kehu_domain::duplicate::Profile;
use kehu_domain::field::{Choices, FieldType};
use kehu_domain::field_text::{Reading, parse_field};
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::stamp::RecordId;
use kehu_domain::text::Lang;
use kehu_domain::value::Value;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::doubles::LikelyDoubles;
use super::names::{Names, Terms, record_name};
use super::problems::{Problem, problem_text};
use crate::components::{Notice, Tone};
use crate::i18n::{t, t_string, use_i18n};
use crate::words;
use crate::workspace::{Workspace, use_workspace};

/// Which record a form is about.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// An existing one.
    Change(RecordId),
    /// A new one, with what it holds from the start.
    Create(Cells<Value>),
}

/// Something about each of several fields.
type ByField<T> = Vec<(Key, T)>;

/// A field while it is edited.
#[derive(Clone)]
struct Entry {
    field: KindField,
    /// What its text was when the form opened.
    before: String,
    text: RwSignal<String>,
}

/// A form for a record of `kind`; every field is a labelled input of its type.
#[component]
pub fn RecordForm(
    /// The kind of record.
    kind: Key,
    /// The record.
    target: Target,
    /// What fields and choices are called.
    terms: Terms,
    /// Fields that are edited elsewhere.
    #[prop(default = &[])]
    omitted: &'static [Key],
    /// It was saved, or left.
    on_done: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let lang = untrack(|| words::lang(i18n));
    let entries = StoredValue::new(entries(&workspace, kind, &target, terms, omitted, lang));
    let problems = RwSignal::new(Vec::<(Key, Problem)>::new());
    let save = {
        let (workspace, target) = (workspace.clone(), target.clone());
        Action::new_unsync(move |cells: &Vec<(Key, Value)>| {
            let (workspace, target, cells) = (workspace.clone(), target.clone(), cells.clone());
            async move { store(&workspace, kind, target, cells).await.map(|()| on_done.run(())) }
        })
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let (cells, found) = entries.with_value(|entries| checked(&workspace, terms, entries));
        let first = found.first().map(|(key, _)| *key);
        problems.set(found);
        match first {
            Some(key) => focus(&input_id(kind, key)),
            None => {
                save.dispatch_local(cells);
            }
        }
    };
    let except = workspace_customer(&use_workspace(), kind, &target);
    let typed = Signal::derive(move || entries.with_value(|entries| typed(kind, entries)));
    let inputs = entries.with_value(|entries| {
        entries
            .iter()
            .cloned()
            .map(|entry| {
                let key = entry.field.field.key;
                let problem = Signal::derive(move || {
                    problems.read().iter().find(|(name, _)| *name == key).map(|(_, problem)| problem.clone())
                });
                view! { <FieldInput kind entry terms problem /> }
            })
            .collect_view()
    });
    view! {
        <form novalidate on:submit=submit>
            <div class="dialog-body">
                <Show when=move || !problems.read().is_empty()>
                    <p class="field-problem" role="alert">
                        {move || t_string!(i18n, customers.edit.problems, count = problems.read().len())}
                    </p>
                </Show>
                {inputs}
                <LikelyDoubles typed except />
                {move || match save.value().get() {
                    Some(Err(problem)) => {
                        let text = words::store_problem(i18n.get_locale(), &problem);
                        Some(view! { <Notice tone=Tone::Problem>{text}</Notice> })
                    }
                    _ => None,
                }}
            </div>
            <div class="dialog-actions">
                <button type="button" class="button" on:click=move |_| on_done.run(())>
                    {t!(i18n, shell.action.cancel)}
                </button>
                <button type="submit" class="button" data-kind="primary" disabled=move || save.pending().get()>
                    {t!(i18n, shell.action.save)}
                </button>
            </div>
        </form>
    }
}

/// The input that fits the field's type, with its label and problem.
#[component]
fn FieldInput(
    /// The kind of record.
    kind: Key,
    entry: Entry,
    terms: Terms,
    /// What is wrong with it.
    #[prop(into)]
    problem: Signal<Option<Problem>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let Entry { field, before, text } = entry;
    let id = input_id(kind, field.field.key);
    let problem_id = format!("{id}-problem");
    let (label, is_mandatory) = (field.field.label.clone(), field.is_mandatory);
    let is_invalid = move || problem.read().is_some().to_string();
    let described = {
        let problem_id = problem_id.clone();
        move || problem.read().is_some().then(|| problem_id.clone())
    };
    let control = match input_of(&field.field.kind, terms) {
        Control::Lines => view! {
            <textarea id=id.clone() aria-invalid=is_invalid aria-describedby=described bind:value=text></textarea>
        }
        .into_any(),
        Control::Choice => view! {
            <select
                id=id.clone()
                aria-invalid=is_invalid
                aria-describedby=described
                on:change=move |event| text.set(event_target_value(&event))
            >
                <option value="">"—"</option>
                <Options kind=field.field.kind.clone() terms chosen=before />
            </select>
        }
        .into_any(),
        Control::Line { input, mode, has_list } => {
            let list = has_list.then(|| format!("{id}-list"));
            let options = list.clone().map(|list| {
                let labels = move || labels(&field.field.kind, terms, words::lang(i18n));
                view! {
                    <datalist id=list>
                        {move || labels().into_iter().map(|label| view! { <option value=label></option> }).collect_view()}
                    </datalist>
                }
            });
            view! {
                <input
                    id=id.clone()
                    type=input
                    inputmode=mode
                    list=list
                    autocomplete="off"
                    aria-invalid=is_invalid
                    aria-describedby=described
                    bind:value=text
                />
                {options}
            }
            .into_any()
        }
    };
    view! {
        <div class="field">
            <label for=id>
                {move || label.get(words::lang(i18n)).to_owned()} " "
                {is_mandatory.then(|| view! { <span class="required">{t!(i18n, customers.edit.required)}</span> })}
            </label>
            {control}
            {move || {
                problem
                    .get()
                    .map(|problem| {
                        view! {
                            <p class="field-problem" id=problem_id.clone()>
                                {problem_text(i18n.get_locale(), &problem)}
                            </p>
                        }
                    })
            }}
        </div>
    }
}

/// The choices of a field as options.
#[component]
fn Options(
    kind: FieldType,
    terms: Terms,
    /// The key or id that is chosen when the form opens.
    chosen: String,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let is_unknown = {
        let chosen = chosen.clone();
        move |options: &[(String, String)]| !chosen.is_empty() && options.iter().all(|(key, _)| *key != chosen)
    };
    move || {
        let mut options = choices(&workspace, &kind, terms, words::lang(i18n));
        if is_unknown(&options) {
            options.push((chosen.clone(), chosen.clone()));
        }
        options
            .into_iter()
            .map(|(key, label)| {
                let is_chosen = key == chosen;
                view! { <option value=key selected=is_chosen>{label}</option> }
            })
            .collect_view()
    }
}

/// What a field is filled in with.
enum Control {
    Line { input: &'static str, mode: &'static str, has_list: bool },
    Lines,
    Choice,
}

/// Menus stay short enough to look through; longer lists are typed and completed.
const LONGEST_MENU: usize = 30;

fn input_of(kind: &FieldType, terms: Terms) -> Control {
    let line = |input, mode| Control::Line { input, mode, has_list: false };
    match kind {
        FieldType::Long => Control::Lines,
        FieldType::Bool | FieldType::Reference(_) => Control::Choice,
        FieldType::Choice(choices) if count(choices, terms) <= LONGEST_MENU => Control::Choice,
        FieldType::Choice(_) => Control::Line { input: "text", mode: "text", has_list: true },
        FieldType::Date => line("date", "text"),
        FieldType::Phone => line("tel", "tel"),
        FieldType::Email => line("email", "email"),
        FieldType::Int { .. } | FieldType::Rating => line("text", "numeric"),
        FieldType::Money | FieldType::Percent | FieldType::Decimal { .. } | FieldType::Score => line("text", "decimal"),
        _ => line("text", "text"),
    }
}

fn count(choices: &Choices, terms: Terms) -> usize {
    untrack(|| match choices {
        Choices::Given(given) => given.len(),
        Choices::Group(group) => terms.get().group(*group).map_or(0, |group| group.items().len()),
    })
}

/// Keys with labels: of a group, of given choices, of yes and no, or of records.
fn choices(workspace: &Workspace, kind: &FieldType, terms: Terms, lang: Lang) -> Vec<(String, String)> {
    match kind {
        FieldType::Choice(Choices::Given(given)) => {
            given.iter().map(|choice| (choice.key.to_string(), choice.label.get(lang).to_owned())).collect()
        }
        FieldType::Choice(Choices::Group(group)) => terms.get().group(*group).map_or_else(Vec::new, |group| {
            let shown = |key: Key| (key.to_string(), group.shown(key.as_str(), lang));
            group.items().iter().map(|item| shown(item.key)).collect()
        }),
        FieldType::Bool => {
            let words = if lang == Lang::Zh { ["是", "否"] } else { ["yes", "no"] };
            words.map(|word| (word.to_owned(), word.to_owned())).to_vec()
        }
        FieldType::Reference(kind) => workspace.read_once(|book| {
            book.of_kind(*kind).map(|record| (record.id.to_string(), record_name(book, record.id))).collect()
        }),
        _ => Vec::new(),
    }
}

fn labels(kind: &FieldType, terms: Terms, lang: Lang) -> Vec<String> {
    let FieldType::Choice(Choices::Group(group)) = kind else { return Vec::new() };
    let dictionary = terms.get();
    let Some(group) = dictionary.group(*group) else { return Vec::new() };
    group.items().iter().map(|item| group.shown(item.key.as_str(), lang)).collect()
}

fn entries(workspace: &Workspace, kind: Key, target: &Target, terms: Terms, omitted: &[Key], lang: Lang) -> Vec<Entry> {
    let dictionary = untrack(|| terms.get());
    let Some(kind) = dictionary.kind(kind) else { return Vec::new() };
    workspace.read_once(|book| {
        let names = Names { dictionary: &dictionary, book };
        let record = match target {
            Target::Change(record) => book.get(*record),
            Target::Create(_) => None,
        };
        let is_edited =
            |field: &&KindField| field.field.key != kind::CUSTOMER_REF && !omitted.contains(&field.field.key);
        kind.fields
            .iter()
            .filter(is_edited)
            .map(|field| {
                let value = record.map_or(Value::NULL, |record| record.get(field.field.key));
                let is_raw = matches!(input_of(&field.field.kind, terms), Control::Choice)
                    || field.field.kind == FieldType::Date;
                let before = match value.as_text() {
                    Some(text) if is_raw => text.to_owned(),
                    _ => names.shown(&field.field, value, lang),
                };
                Entry { field: field.clone(), text: RwSignal::new(before.clone()), before }
            })
            .collect()
    })
}

/// What has been typed anew of what customers are recognised by.
fn typed(kind: Key, entries: &[Entry]) -> Profile {
    let text = |key: Key| {
        let entry = entries.iter().find(|entry| entry.field.field.key == key);
        entry.map(|entry| entry.text.get()).filter(|text| entry.is_some_and(|entry| *text != entry.before))
    };
    if kind == kind::CUSTOMER {
        Profile::typed(&text(kind::NAME).unwrap_or_default(), &text(kind::USCC).unwrap_or_default(), [])
    } else if kind == kind::CONTACT {
        let phones = [kind::MOBILE, kind::PHONE].map(|key| text(key).unwrap_or_default());
        Profile::typed("", "", phones.iter().map(String::as_str))
    } else {
        Profile::default()
    }
}

/// The customer a record is or belongs to.
fn workspace_customer(workspace: &Workspace, kind: Key, target: &Target) -> Option<RecordId> {
    match target {
        Target::Change(record) if kind == kind::CUSTOMER => Some(*record),
        Target::Change(record) => workspace.read_once(|book| book.customer_of(book.get(*record)?)),
        Target::Create(cells) => cells.get(kind::CUSTOMER_REF)?.as_text()?.parse().ok(),
    }
}

/// The contents of the changed fields, and everything that is wrong.
fn checked(workspace: &Workspace, terms: Terms, entries: &[Entry]) -> (ByField<Value>, ByField<Problem>) {
    let dictionary = untrack(|| terms.get());
    workspace.read_once(|book| {
        let names = Names { dictionary: &dictionary, book };
        let (mut cells, mut problems) = (Vec::new(), Vec::new());
        for entry in entries {
            let (key, text) = (entry.field.field.key, entry.text.get_untracked());
            if entry.field.is_mandatory && text.trim().is_empty() {
                problems.push((key, Problem::Empty));
            } else if text != entry.before {
                match parse_field(&entry.field.field, &text, Reading::new(&names)) {
                    Ok(value) => cells.push((key, value)),
                    Err(problem) => problems.push((key, Problem::Text(problem))),
                }
            }
        }
        (cells, problems)
    })
}

async fn store(
    workspace: &Workspace,
    kind: Key,
    target: Target,
    cells: Vec<(Key, Value)>,
) -> Result<(), kehu_store::StoreError> {
    let saved = workspace.commit(move |book, act| match target {
        Target::Change(record) => {
            for (key, value) in cells {
                act.set(book, kind, record, key, value);
            }
        }
        Target::Create(mut given) => {
            for (key, value) in cells.into_iter().filter(|(_, value)| !value.is_blank()) {
                given.put(key, value);
            }
            act.create(kind, given);
        }
    });
    saved.await.map(|_| ())
}

fn input_id(kind: Key, field: Key) -> String {
    format!("edit-{kind}-{field}")
}

/// Moves the focus to an element; one that is not there is left.
pub fn focus(id: &str) {
    let element = document().get_element_by_id(id);
    if let Some(element) = element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = element.focus();
    }
}
