//! The second step: what each column is, and what still stands in the way.

use std::sync::Arc;

use kehu_domain::dictionary::Dictionary;
use kehu_domain::import::mapping::Column;
use kehu_domain::import::mapping::{NEW_TYPES, suggested_type};
use kehu_domain::import::{MappingProblem, Match, Proposal, Sureness, Target, Use};
use kehu_domain::key::Key;
use kehu_domain::kind::CUSTOMER_REF;
use kehu_domain::text::Text;
use leptos::prelude::*;

use super::StepHeading;
use super::wizard::{FileFacts, Step, Wizard, live};
use super::words::field_name;
use crate::components::{Notice, Tone};
use crate::i18n::{Locale, t, t_string, td_string, use_i18n};
use crate::words::lang;

/// How many different contents of a column are shown.
const EXAMPLES: usize = 3;

/// Every column with examples and a field.
#[component]
pub fn ColumnsStep(wizard: Wizard) -> impl IntoView {
    let i18n = use_i18n();
    let has_moved = wizard.has_moved.get();
    let proposal = live(&wizard.proposal);
    let dictionary = wizard.dictionary.get_untracked();
    let fields = proposal.with_untracked(|proposal| {
        proposal.as_ref().map(|proposal| fields(&dictionary, proposal.kind)).unwrap_or_default()
    });
    let fields = StoredValue::new(Arc::new(fields));
    let examples = wizard.file.with_untracked(|file| file.as_ref().map(examples).unwrap_or_default());
    let on_choose = {
        let wizard = wizard.clone();
        Callback::new(move |(column, decided)| wizard.choose(column, decided))
    };
    view! {
        <section class="section stack">
            <StepHeading has_moved>{t!(i18n, import.columns.title)}</StepHeading>
            <p>{t!(i18n, import.columns.text)}</p>
            <table class="data-table" data-stack>
                <thead>
                    <tr>
                        <th scope="col">{t!(i18n, import.columns.column)}</th>
                        <th scope="col">{t!(i18n, import.columns.examples)}</th>
                        <th scope="col">{t!(i18n, import.columns.field)}</th>
                        <th scope="col">{t!(i18n, import.columns.sure)}</th>
                    </tr>
                </thead>
                <tbody>
                    {examples
                        .into_iter()
                        .enumerate()
                        .map(|(place, examples)| {
                            let column = Memo::new(move |_| column_at(&proposal.read(), place));
                            view! { <ColumnRow place examples column fields on_choose /> }
                        })
                        .collect_view()}
                </tbody>
            </table>
            <Problems proposal dictionary />
        </section>
    }
}

/// One column.
#[component]
fn ColumnRow(
    /// Which one, from 0.
    place: usize,
    /// What stands in it, for example.
    examples: Vec<String>,
    /// What is proposed and decided.
    column: Memo<Option<Column>>,
    /// The fields it can go to, by kind of record.
    fields: StoredValue<Arc<Vec<FieldGroup>>>,
    /// Decides what becomes of it.
    on_choose: Callback<(usize, Use)>,
) -> impl IntoView {
    let i18n = use_i18n();
    let header = column.with_untracked(|column| column.as_ref().map(|column| column.header.trim().to_owned()));
    let header = StoredValue::new(header.unwrap_or_default());
    let name = move || column_name(i18n.get_locale(), &header.get_value(), place);
    let suggestion = move || column.read().as_ref().and_then(suggested);
    let label_of = move |target: Target| fields.with_value(|fields| label(fields, target)).get(lang(i18n)).to_owned();
    let usual_type = suggested_type(examples.iter().map(String::as_str));
    let shown = if examples.is_empty() { None } else { Some(examples.join(" · ")) };
    let is_missing = move || column.read().as_ref().is_some_and(|column| column.decided == Use::Ignore);
    view! {
        <tr data-state=move || is_missing().then_some("missing")>
            <th scope="row">{name}</th>
            <td data-label=move || t_string!(i18n, import.columns.examples)>
                {move || shown.clone().unwrap_or_else(|| t_string!(i18n, import.columns.no_examples).to_owned())}
            </td>
            <td data-label=move || t_string!(i18n, import.columns.field)>
                <div class="stack">
                    <FieldMenu place header column fields on_choose usual_type />
                    <TypeMenu place header column on_choose />
                </div>
            </td>
            <td data-label=move || t_string!(i18n, import.columns.sure)>
                <div class="row">
                    <span>
                        {move || column.read().as_ref().map(|column| sureness(i18n.get_locale(), column, &label_of))}
                    </span>
                    {move || suggestion().map(|target| view! {
                        <button
                            type="button"
                            class="button"
                            data-size="small"
                            on:click=move |_| on_choose.run((place, Use::Field(target)))
                        >
                            {move || t_string!(i18n, import.columns.confirm, field = label_of(target))}
                        </button>
                    })}
                </div>
            </td>
        </tr>
    }
}

/// The field of one column: left out, a new one, or one of the known.
#[component]
fn FieldMenu(
    place: usize,
    header: StoredValue<String>,
    column: Memo<Option<Column>>,
    fields: StoredValue<Arc<Vec<FieldGroup>>>,
    on_choose: Callback<(usize, Use)>,
    /// The type that fits the column's examples, for a new field.
    usual_type: &'static str,
) -> impl IntoView {
    let i18n = use_i18n();
    let decided = Memo::new(move |_| column.read().as_ref().map_or(Use::Ignore, |column| column.decided.clone()));
    let groups = fields.get_value();
    let has_name = !header.get_value().is_empty();
    let label = move || {
        let column = column_name(i18n.get_locale(), &header.get_value(), place);
        t_string!(i18n, import.columns.for_column, column = column)
    };
    let groups = groups
        .iter()
        .map(|group| {
            let (name, kind) = (group.label.clone(), group.kind);
            let options = group.fields.iter().map(|(field, label)| {
                let (target, label) = (Target { kind, field: *field }, label.clone());
                view! {
                    <option value=value_of(target) prop:selected=move || *decided.read() == Use::Field(target)>
                        {move || label.get(lang(i18n)).to_owned()}
                    </option>
                }
            });
            let options = options.collect_view();
            view! { <optgroup label=move || name.get(lang(i18n)).to_owned()>{options}</optgroup> }
        })
        .collect_view();
    view! {
        <select
            aria-label=label
            on:change=move |event| {
                on_choose.run((place, use_of(&event_target_value(&event), &header.get_value(), usual_type)));
            }
        >
            <option value="" prop:selected=move || *decided.read() == Use::Ignore>
                {t!(i18n, import.columns.ignore)}
            </option>
            {has_name.then(|| view! {
                <option value=NEW_FIELD prop:selected=move || new_type(&decided.read()).is_some()>
                    {move || t_string!(i18n, import.columns.custom, column = header.get_value())}
                </option>
            })}
            {groups}
        </select>
    }
}

/// The type of a new field; nothing for any other.
#[component]
fn TypeMenu(
    place: usize,
    header: StoredValue<String>,
    column: Memo<Option<Column>>,
    on_choose: Callback<(usize, Use)>,
) -> impl IntoView {
    let i18n = use_i18n();
    let chosen =
        Memo::new(move |_| column.read().as_ref().and_then(|column| new_type(&column.decided)).map(str::to_owned));
    let label = move || t_string!(i18n, import.columns.type_of, column = header.get_value());
    view! {
        <Show when=move || chosen.read().is_some()>
            <select
                aria-label=label
                on:change=move |event| {
                    let notation = event_target_value(&event);
                    on_choose.run((place, Use::Typed { label: header.get_value(), notation }));
                }
            >
                {NEW_TYPES
                    .map(|notation| view! {
                        <option
                            value=notation
                            prop:selected=move || chosen.read().as_deref() == Some(notation)
                        >
                            {move || type_word(i18n.get_locale(), notation)}
                        </option>
                    })
                    .into_iter()
                    .collect_view()}
            </select>
        </Show>
    }
}

/// What a type of field is called.
fn type_word(locale: Locale, notation: &str) -> &'static str {
    match notation {
        "text(80)" => td_string!(locale, import.field_type.line),
        "int" => td_string!(locale, import.field_type.whole),
        "dec(2)" => td_string!(locale, import.field_type.decimal),
        "money" => td_string!(locale, import.field_type.money),
        "pct" => td_string!(locale, import.field_type.percent),
        "date" => td_string!(locale, import.field_type.date),
        "dt" => td_string!(locale, import.field_type.moment),
        "bool" => td_string!(locale, import.field_type.yes_no),
        "phone" => td_string!(locale, import.field_type.phone),
        "email" => td_string!(locale, import.field_type.email),
        _ => td_string!(locale, import.field_type.long),
    }
}

/// The type of the new field a column makes, if it makes one.
fn new_type(decided: &Use) -> Option<&str> {
    match decided {
        Use::Custom(_) => Some("long"),
        Use::Typed { notation, .. } => Some(notation),
        Use::Field(_) | Use::Ignore => None,
    }
}

/// Why it cannot go on yet, or that it can.
#[component]
fn Problems(proposal: Signal<Option<Proposal>>, dictionary: Arc<Dictionary>) -> impl IntoView {
    let i18n = use_i18n();
    let problems = Memo::new(move |_| proposal.read().as_ref().and_then(|proposal| proposal.mapping().err()));
    let left_out = move || {
        let is_out = |column: &&Column| column.decided == Use::Ignore;
        proposal.read().as_ref().map_or(0, |proposal| proposal.columns.iter().filter(is_out).count())
    };
    move || match problems.get() {
        Some(problems) => {
            let locale = i18n.get_locale();
            let lines = problems.iter().map(|problem| {
                let text =
                    proposal.with_untracked(|proposal| problem_text(locale, &dictionary, proposal.as_ref(), problem));
                view! { <p>{text}</p> }
            });
            let lines = lines.collect_view();
            view! { <Notice tone=Tone::Problem>{lines}</Notice> }.into_any()
        }
        None => view! {
            <p role="status">
                {move || match left_out() {
                    0 => t_string!(i18n, import.columns.all_used).to_owned(),
                    count => t_string!(i18n, import.columns.left_out, count = count),
                }}
            </p>
        }
        .into_any(),
    }
}

/// Back to the file, or on to the rules.
#[component]
pub fn ColumnsActions(wizard: Wizard) -> impl IntoView {
    let i18n = use_i18n();
    let back = wizard.clone();
    let proposal = wizard.proposal.clone();
    let is_whole = Memo::new(move |_| proposal.read().as_ref().is_some_and(|proposal| proposal.mapping().is_ok()));
    let is_ready = {
        let wizard = wizard.clone();
        move || is_whole.get() && !wizard.is_busy()
    };
    view! {
        <div class="page-actions">
            <button type="button" class="button" on:click=move |_| back.go(Step::File)>
                {t!(i18n, import.action.back)}
            </button>
            <button
                type="button"
                class="button"
                data-kind="primary"
                disabled=move || !is_ready()
                on:click=move |_| wizard.to_rules()
            >
                {t!(i18n, import.action.next)}
            </button>
        </div>
    }
}

/// The fields of one kind of record.
#[derive(Clone, Debug, PartialEq)]
struct FieldGroup {
    kind: Key,
    label: Text,
    fields: Vec<(Key, Text)>,
}

/// The fields a column of a file of `kind` can go to: its own, and those of what its rows carry along.
fn fields(dictionary: &Dictionary, kind: Key) -> Vec<FieldGroup> {
    let own = dictionary.kind(kind);
    let with = own.and_then(|kind| kind.with).and_then(|with| dictionary.kind(with));
    let group = |kind: &kehu_domain::dictionary::Kind, is_carried: bool| FieldGroup {
        kind: kind.key,
        label: kind.label.clone(),
        fields: kind
            .fields
            .iter()
            // Whose it is follows from the row.
            .filter(|field| !is_carried || field.field.key != CUSTOMER_REF)
            .map(|field| (field.field.key, field.field.label.clone()))
            .collect(),
    };
    own.map(|own| group(own, false)).into_iter().chain(with.map(|with| group(with, true))).collect()
}

fn label(groups: &[FieldGroup], target: Target) -> Text {
    let group = groups.iter().find(|group| group.kind == target.kind);
    let field = group.and_then(|group| group.fields.iter().find(|(key, _)| *key == target.field));
    let key = || Text { zh: target.field.as_str().into(), en: target.field.as_str().into() };
    field.map_or_else(key, |(_, label)| label.clone())
}

/// The menu's word for a new field; no field is called like this.
const NEW_FIELD: &str = "+";

fn value_of(target: Target) -> String {
    format!("{} {}", target.kind, target.field)
}

fn use_of(text: &str, header: &str, usual_type: &str) -> Use {
    if text == NEW_FIELD {
        return Use::Typed { label: header.to_owned(), notation: usual_type.to_owned() };
    }
    let target = text
        .split_once(' ')
        .and_then(|(kind, field)| Some(Target { kind: Key::new(kind).ok()?, field: Key::new(field).ok()? }));
    target.map_or(Use::Ignore, Use::Field)
}

fn column_at(proposal: &Option<Proposal>, place: usize) -> Option<Column> {
    proposal.as_ref().and_then(|proposal| proposal.columns.get(place)).cloned()
}

/// The field to be confirmed, while nothing else was decided.
fn suggested(column: &Column) -> Option<Target> {
    match (column.by, &column.decided) {
        (Match::Suggested { .. }, Use::Ignore) => column.proposed,
        _ => None,
    }
}

/// How sure a column is, and why.
fn sureness(locale: Locale, column: &Column, label_of: &impl Fn(Target) -> String) -> String {
    if let Some(target) = suggested(column) {
        return td_string!(locale, import.columns.by_guess, field = label_of(target));
    }
    let is_as_proposed = match &column.decided {
        Use::Field(target) => column.proposed == Some(*target),
        Use::Custom(_) | Use::Typed { .. } => column.by == Match::Profile,
        Use::Ignore => column.proposed.is_none(),
    };
    let why = match column.by {
        _ if !is_as_proposed => return td_string!(locale, import.columns.by_choice).to_owned(),
        Match::Suggested { .. } => return td_string!(locale, import.columns.by_choice).to_owned(),
        Match::Profile => td_string!(locale, import.columns.by_profile),
        Match::Key | Match::Label => td_string!(locale, import.columns.by_label),
        Match::Alias => td_string!(locale, import.columns.by_alias),
        Match::Reasons => td_string!(locale, import.columns.by_reasons),
        Match::Unmatched => return td_string!(locale, import.columns.by_none).to_owned(),
    };
    match column.by.sureness() {
        Sureness::Certain => td_string!(locale, import.columns.certain, why = why),
        Sureness::Likely | Sureness::Doubtful | Sureness::None => {
            td_string!(locale, import.columns.likely, why = why)
        }
    }
}

fn column_name(locale: Locale, header: &str, place: usize) -> String {
    if header.is_empty() { td_string!(locale, import.columns.unnamed, place = place + 1) } else { header.to_owned() }
}

fn problem_text(
    locale: Locale,
    dictionary: &Dictionary,
    proposal: Option<&Proposal>,
    problem: &MappingProblem,
) -> String {
    match problem {
        MappingProblem::Missing { target } => {
            td_string!(locale, import.columns.missing, field = field_name(locale, dictionary, *target))
        }
        MappingProblem::SameName { label, .. } => {
            td_string!(locale, import.columns.same_name, field = label.clone())
        }
        MappingProblem::Clash { target, columns } => {
            let header = |place: &usize| {
                let column = proposal.and_then(|proposal| proposal.columns.get(*place));
                format!("“{}”", column_name(locale, column.map_or("", |column| column.header.trim()), *place))
            };
            let columns = columns.iter().map(header).collect::<Vec<_>>().join(" ");
            let field = field_name(locale, dictionary, *target);
            td_string!(locale, import.columns.clash, field = field, columns = columns)
        }
    }
}

/// The first different contents of each column, shortened.
fn examples(file: &FileFacts) -> Vec<Vec<String>> {
    let rows = || file.preview.iter().skip(file.header + 1).map(|(_, cells)| cells);
    let column = |place: usize| {
        let mut found: Vec<String> = Vec::new();
        for cell in rows().filter_map(|cells| cells.get(place)) {
            let text: String = cell.trim().chars().take(24).collect();
            if !text.is_empty() && !found.contains(&text) && found.len() < EXAMPLES {
                found.push(text);
            }
        }
        found
    };
    (0..file.headers().len()).map(column).collect()
}
