//! The process of a section: its flowchart, and the same as a table with deadlines and conditions.

use kehu_domain::expr::Expr;
use kehu_domain::form::Form;
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::playbook::{Playbook, Terms};
use kehu_domain::text::Lang;
use kehu_domain::workflow::{CANCEL, Limit, Process, Start, Transition};
use leptos::prelude::*;
use leptos_router::components::A;

use super::words::{due, form_title, joined, role_titles};
use crate::components::FlowChart;
use crate::i18n::{Locale, td_string};
use crate::words::lang_of;

/// The flowchart with a key to its signs.
#[component]
pub fn Flow(process: &'static Process, locale: Locale) -> impl IntoView {
    view! {
        <figure>
            <div class="section-head">
                <h2>{td_string!(locale, handbook.flow.title)}</h2>
                <span>{&*process.id}</span>
            </div>
            <FlowChart process />
            <figcaption>{td_string!(locale, handbook.flow.caption)}</figcaption>
            {process
                .begin
                .is_some()
                .then(|| {
                    view! {
                        <p class="row">
                            <A href=format!("/cases/new?process={}", process.id) attr:class="button">
                                {td_string!(locale, cases.begin.from)} ": " {process.title.get(lang_of(locale))}
                            </A>
                        </p>
                    }
                })}
        </figure>
    }
}

/// Every move with who may make it, until when, and what must be so; cancelling in a sentence.
#[component]
pub fn Moves(process: &'static Process, locale: Locale) -> impl IntoView {
    let terms = Terms::of_process(Playbook::built_in(), process, lang_of(locale));
    let moves = process.transitions.iter().filter(|made| made.event != CANCEL);
    let rows = moves.map(|made| row(locale, process, made, &terms)).collect_view();
    let cancel = process.transitions.iter().find(|made| made.event == CANCEL).map(|cancel| {
        let roles = role_titles(locale, cancel.roles.iter().map(|role| role.code()));
        view! { <p class="hint">{td_string!(locale, handbook.moves.cancel, roles = roles).to_string()}</p> }
    });
    view! {
        <section class="section">
            <div class="section-head">
                <h2>{td_string!(locale, handbook.moves.title)}</h2>
                <span>{&*process.id}</span>
            </div>
            <table class="data-table" data-stack="">
                <caption class="visually-hidden">{td_string!(locale, handbook.moves.caption)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{td_string!(locale, handbook.moves.event)}</th>
                        <th scope="col">{td_string!(locale, handbook.moves.from)}</th>
                        <th scope="col">{td_string!(locale, handbook.moves.to)}</th>
                        <th scope="col">{td_string!(locale, handbook.moves.roles)}</th>
                        <th scope="col">{td_string!(locale, handbook.moves.due)}</th>
                        <th scope="col">{td_string!(locale, handbook.moves.conditions)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            {cancel}
        </section>
    }
}

fn row(locale: Locale, process: &Process, made: &Transition, terms: &Terms<'_>) -> impl IntoView + use<> {
    let lang = lang_of(locale);
    let name = |step| process.step(step).map(|step| step.label.get(lang).to_owned()).unwrap_or_default();
    let deadlines = match due(locale, &made.due, terms) {
        none if none.is_empty() => vec![td_string!(locale, handbook.deadline.none).to_owned()],
        some => some,
    };
    view! {
        <tr>
            <th scope="row">{made.label.get(lang).to_owned()}</th>
            <td data-label=td_string!(locale, handbook.moves.from)>{name(made.from)}</td>
            <td data-label=td_string!(locale, handbook.moves.to)>{name(made.to)}</td>
            <td data-label=td_string!(locale, handbook.moves.roles)>
                {role_titles(locale, made.roles.iter().map(|role| role.code()))}
            </td>
            <td data-label=td_string!(locale, handbook.moves.due)>{lines(deadlines)}</td>
            <td data-label=td_string!(locale, handbook.moves.conditions)>
                {lines(conditions(locale, process, made, terms))}
            </td>
        </tr>
    }
}

/// Several sentences of one cell, each on a line of its own.
fn lines(sentences: Vec<String>) -> impl IntoView {
    view! { <div>{sentences.into_iter().map(|sentence| view! { <div>{sentence}</div> }).collect_view()}</div> }
}

/// What must be so for a move: forms first, then what is asked, then its guards; and what comes of it.
fn conditions(locale: Locale, process: &Process, made: &Transition, terms: &Terms<'_>) -> Vec<String> {
    let lang = lang_of(locale);
    let mut conditions = Vec::new();
    if let Some(form) = &made.files {
        conditions.push(td_string!(locale, handbook.moves.files, form = named(locale, form)).to_string());
    }
    if let Some(completion) = &made.completes {
        let form = named(locale, &completion.form);
        let template = Playbook::built_in().form(&completion.form);
        let stage = completion.stage.and_then(|stage| template?.stages.iter().find(|known| known.key == stage));
        conditions.push(match stage {
            Some(stage) => {
                td_string!(locale, handbook.moves.reaches, form = form, stage = stage.label.get(lang)).to_string()
            }
            None => td_string!(locale, handbook.moves.completes, form = form).to_string(),
        });
    }
    if let Some(form) = &made.approves {
        conditions.push(td_string!(locale, handbook.moves.approves, form = named(locale, form)).to_string());
    }
    if let Some(asked) = made.asks.as_ref().map(|asks| labels(lang, asks)).filter(|asked| !asked.is_empty()) {
        conditions.push(td_string!(locale, handbook.moves.asks, fields = joined(locale, &asked)).to_string());
    }
    conditions.extend(
        made.guards
            .iter()
            .map(|guard| td_string!(locale, handbook.moves.refused, reason = guard.otherwise.get(lang)).to_string()),
    );
    conditions.extend(authority(locale, made, terms));
    conditions.extend(made.sets.iter().filter_map(|(key, expr)| set(locale, process, *key, expr, terms)));
    conditions.extend(made.starts.iter().map(|start| started(locale, start, terms)));
    conditions
}

/// Who approves up to which amount, and when somebody may approve their own.
fn authority(locale: Locale, made: &Transition, terms: &Terms<'_>) -> Vec<String> {
    let limit = |limit: &Limit| {
        let role = role_titles(locale, [limit.role.code()]);
        match &limit.up_to {
            Some(amount) => {
                td_string!(locale, handbook.moves.limit, role = role, amount = terms.amount(*amount)).to_string()
            }
            None => td_string!(locale, handbook.moves.no_limit, role = role).to_string(),
        }
    };
    let limits: Vec<String> = made.limits().iter().map(limit).collect();
    let separator = if locale == Locale::zh { "；" } else { "; " };
    let limits = (!limits.is_empty())
        .then(|| td_string!(locale, handbook.moves.authority, limits = limits.join(separator)).to_string());
    let own = made
        .self_approval
        .as_ref()
        .map(|when| td_string!(locale, handbook.moves.self_approval, condition = terms.condition(when)).to_string());
    limits.into_iter().chain(own).collect()
}

/// What a move writes into a field of the case.
fn set(locale: Locale, process: &Process, key: Key, expr: &Expr, terms: &Terms<'_>) -> Option<String> {
    let lang = lang_of(locale);
    if key == kind::OWNER {
        return Some(td_string!(locale, handbook.moves.new_owner, who = terms.value(expr)).to_string());
    }
    let field = process.fields.iter().find(|field| field.key == key)?;
    let (name, value) = (field.label.get(lang), terms.value_of(expr, field));
    Some(td_string!(locale, handbook.moves.sets, field = name, value = value).to_string())
}

/// The case of another process that a move opens, with what it passes on.
fn started(locale: Locale, start: &Start, terms: &Terms<'_>) -> String {
    let lang = lang_of(locale);
    let other = Playbook::built_in().process(&start.process);
    let title = other.map_or("", |process| process.title.get(lang));
    let process = format!("{} {title}", start.process);
    let of_row = start.each.as_ref().map_or_else(|| terms.clone(), |rows| terms.within(rows));
    let opens = match &start.each {
        Some(rows) => {
            td_string!(locale, handbook.moves.opens_each, process = process, rows = terms.value(rows)).to_string()
        }
        None => td_string!(locale, handbook.moves.opens, process = process).to_string(),
    };
    let when = start
        .when
        .as_ref()
        .map(|when| td_string!(locale, handbook.moves.opens_when, condition = of_row.condition(when)).to_string());
    let label = |key: &Key| {
        let field = other?.fields.iter().find(|field| field.key == *key)?;
        Some(field.label.get(lang).to_owned())
    };
    let passed: Vec<String> = start.set.iter().filter_map(|(key, _)| label(key)).collect();
    let passed = (!passed.is_empty())
        .then(|| td_string!(locale, handbook.moves.passes, fields = joined(locale, &passed)).to_string());
    let parts: Vec<String> = [Some(opens), when, passed].into_iter().flatten().collect();
    parts.join(if locale == Locale::zh { "" } else { " " })
}

fn named(locale: Locale, form: &str) -> String {
    format!("{form} {}", form_title(locale, form))
}

fn labels(lang: Lang, form: &Form) -> Vec<String> {
    form.fields().map(|field| field.field.label.get(lang).to_owned()).collect()
}
