//! The score of a case with its reasons, what would change it, and what it was before: M05 for complaints, M15 for key
//! accounts.

use std::sync::Arc;

use kehu_domain::field::FieldType;
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::playbook::Playbook;
use kehu_domain::score::churn::{self, Signal};
use kehu_domain::score::complaint::{self, FactorScale, LevelNote, Needed, PriorityNote};
use kehu_domain::score::outcome::{Fact, Ungraded};
use kehu_domain::score::subject::complaint_facts;
use kehu_domain::score::{Card, Condition, Model, Ratio, Template};
use kehu_domain::stamp::RecordId;
use kehu_domain::text::{Lang, Text};
use kehu_domain::value::Value;
use leptos::prelude::*;
use leptos_router::components::A;

use super::words::version_name;
use crate::components::{Notice, Tone};
use crate::i18n::{Locale, t, t_string, td_string, use_i18n};
use crate::moment::civil;
use crate::pages::customers::{condition, number};
use crate::pages::export::TableMenu;
use crate::words::{lang, lang_of};
use crate::workspace::{OpenCase, Workspace, in_force, template_by, use_workspace};

const CLASSIFICATION: &str = "F-6.1-2";
const CHURN_SCORE: Key = Key::of("churn_score");
const CHURN_COLOUR: Key = Key::of("churn_colour");

/// The score of a case; nothing for a case that has none.
#[component]
pub fn ScorePanel(case: OpenCase) -> impl IntoView {
    let workspace = use_workspace();
    match &*case.process.id {
        "W-6.1" => {
            let case = case.id;
            let told = Memo::new(move |_| workspace.read(|book| complaint_told(book, case)));
            (move || told.get().map(|told| view! { <Complaint told=Arc::new(told) case /> })).into_any()
        }
        "W-4.2" => match case.customer {
            Some(customer) => view! { <Churn case=case.id customer /> }.into_any(),
            None => ().into_any(),
        },
        _ => ().into_any(),
    }
}

/// What M05 makes of a complaint, and what was filed.
#[derive(Clone, PartialEq)]
struct Told {
    template: &'static Template,
    facts: complaint::ComplaintFacts,
    /// Level and priority of each classification filed, oldest first, with its day.
    filed: Vec<(String, String, String)>,
}

fn complaint_told(book: &kehu_domain::book::Book, case: RecordId) -> Option<Told> {
    let filed = {
        let mut documents: Vec<_> =
            book.of_case(case, kind::DOCUMENT).filter(|document| document.text(kind::FORM) == CLASSIFICATION).collect();
        documents.sort_by_key(|document| document.created().map(|change| change.stamp));
        documents
    };
    // What was filed by a version is explained by that version.
    let version = filed.last().and_then(|document| document.reference(kind::SCORECARD));
    let template = match (filed.is_empty(), version) {
        (true, _) => in_force(book, Model::Complaint).1,
        (false, version) => template_by(book, Model::Complaint, version)?,
    };
    let Card::Complaint(card) = &template.card else { return None };
    let filed = filed.into_iter().map(|document| {
        let at = document.created().map(|change| civil(change.stamp.millis()).format("%Y-%m-%d").to_string());
        (
            at.unwrap_or_default(),
            document.text(Key::of("level")).to_owned(),
            document.text(Key::of("priority")).to_owned(),
        )
    });
    Some(Told { template, facts: complaint_facts(book, card, case)?, filed: filed.collect() })
}

#[component]
fn Complaint(told: Arc<Told>, case: RecordId) -> impl IntoView {
    let i18n = use_i18n();
    let Card::Complaint(card) = &told.template.card else { return ().into_any() };
    let outcome = complaint::assess(card, &told.facts);
    let assessed = outcome.assessed().cloned();
    let head = {
        let (assessed, result) = (assessed.clone(), outcome.result.clone());
        move || match (&assessed, &result) {
            (Some(assessed), _) => t_string!(
                i18n,
                scores.panel.complaint,
                severity = assessed.severity,
                level = assessed.level.code(),
                priority = assessed.priority.code()
            ),
            (None, Err(Ungraded::MissingRequired(missing))) => {
                let names: Vec<String> = missing.iter().map(|code| factor_name(card, *code, lang(i18n))).collect();
                t_string!(i18n, scores.panel.ungraded, items = names.join(t_string!(i18n, scores.comma)))
            }
            (None, _) => String::new(),
        }
    };
    let differs = assessed.as_ref().zip(told.filed.last()).is_some_and(|(assessed, (_, level, priority))| {
        assessed.level.code().as_str() != level || assessed.priority.code().as_str() != priority
    });
    let last = told.filed.last().cloned().unwrap_or_default();
    let factors = outcome.factors.clone();
    let rows = move || {
        let locale = i18n.get_locale();
        let row = |trace: &complaint::FactorTrace| {
            let factor = card.factor(trace.code)?;
            Some(view! {
                <tr data-state=trace.points().is_none().then_some("missing")>
                    <th scope="row">{factor.label.get(lang_of(locale))} " " <small>{trace.code.as_str()}</small></th>
                    <td>{answer_words(locale, factor, trace.answer)}</td>
                    <td class="number">{trace.points().map_or_else(|| "–".to_owned(), |points| points.to_string())}</td>
                </tr>
            })
        };
        factors.iter().filter_map(row).collect_view()
    };
    let notes: Vec<Text> = assessed.iter().flat_map(notes_of).collect();
    let turns = complaint::turns(card, &told.facts);
    let is_assessed = assessed.is_some();
    let turn_lines = move || {
        let locale = i18n.get_locale();
        if turns.is_empty() {
            return view! { <li>{td_string!(locale, scores.panel.no_turn)}</li> }.into_any();
        }
        turns.iter().map(|turn| view! { <li>{turn_words(locale, card, turn)}</li> }).collect_view().into_any()
    };
    let earlier: Vec<_> = told.filed.iter().rev().skip(1).cloned().collect();
    let history: Vec<(String, String, Label)> =
        earlier.into_iter().map(|(day, level, priority)| (day, priority, Label::Code(level))).collect();
    let total = assessed.as_ref().map(|assessed| assessed.severity);
    view! {
        <section class="section">
            <div class="section-head">
                <h2>{t!(i18n, scores.panel.title)}</h2>
                <By template=told.template />
            </div>
            <div class="score-trace">
                <p><strong>{head}</strong></p>
                {differs
                    .then(|| {
                        view! {
                            <Notice tone=Tone::Info>
                                {move || {
                                    t_string!(
                                        i18n,
                                        scores.panel.filed,
                                        level = last.1.clone(),
                                        priority = last.2.clone()
                                    )
                                }}
                            </Notice>
                        }
                    })}
                <PointTable rows=ViewFn::from(rows) total />
                <ul class="score-notes">
                    {move || {
                        notes
                            .iter()
                            .map(|note| view! { <li data-kind="cap">{note.get(lang(i18n)).to_owned()}</li> })
                            .collect_view()
                    }}
                </ul>
                {is_assessed
                    .then(|| {
                        view! {
                            <div>
                                <h3>{t!(i18n, scores.panel.turns)}</h3>
                                <ul class="score-notes">{turn_lines}</ul>
                            </div>
                        }
                    })}
            </div>
            <History rows=history case />
        </section>
    }
    .into_any()
}

/// What a result is called: a code as it is, or a text in both languages.
#[derive(Clone)]
enum Label {
    Code(String),
    Named(Text),
}

/// By which card a result was made, with the way to it.
#[component]
fn By(template: &'static Template) -> impl IntoView {
    let i18n = use_i18n();
    let text = move || {
        let version = version_name(i18n.get_locale(), template.version());
        t_string!(i18n, scores.panel.by, card = template.model.id(), version = version)
    };
    view! { <A href=format!("/scores/{}", template.model.id())>{text}</A> }
}

#[component]
fn PointTable(rows: ViewFn, total: Option<u8>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <table class="data-table">
            <thead>
                <tr>
                    <th scope="col">{t!(i18n, scores.panel.what)}</th>
                    <th scope="col">{t!(i18n, scores.panel.value)}</th>
                    <th scope="col" class="number">{t!(i18n, scores.panel.points)}</th>
                </tr>
            </thead>
            <tbody>{rows.run()}</tbody>
            <tfoot>
                <tr>
                    <th scope="row">{t!(i18n, scores.panel.total)}</th>
                    <td></td>
                    <td class="number">{total.map_or_else(|| "–".to_owned(), |total| total.to_string())}</td>
                </tr>
            </tfoot>
        </table>
        <TableMenu />
    }
}

/// Earlier results, newest first; nothing when there is none.
#[component]
fn History(rows: Vec<(String, String, Label)>, case: RecordId) -> impl IntoView {
    let i18n = use_i18n();
    let count = rows.len();
    let id = format!("history-{case}");
    (count > 0).then(|| {
        view! {
            <details class="fold">
                <summary>{t!(i18n, scores.panel.history)} <span>{count}</span></summary>
                <table class="data-table" id=id>
                    <thead>
                        <tr>
                            <th scope="col">{t!(i18n, scores.panel.day)}</th>
                            <th scope="col" class="number">{t!(i18n, scores.panel.score)}</th>
                            <th scope="col">{t!(i18n, scores.panel.band)}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {rows
                            .into_iter()
                            .map(|(day, score, label)| {
                                let band = move || match &label {
                                    Label::Code(code) => code.clone(),
                                    Label::Named(text) => text.get(lang(i18n)).to_owned(),
                                };
                                view! {
                                    <tr>
                                        <th scope="row">{day}</th>
                                        <td class="number">{score}</td>
                                        <td>{band}</td>
                                    </tr>
                                }
                            })
                            .collect_view()}
                    </tbody>
                </table>
                <TableMenu />
            </details>
        }
    })
}

fn notes_of(assessed: &complaint::Assessed) -> Vec<Text> {
    let levels = assessed.level_notes.iter().map(|note| match note {
        LevelNote::Veto { reason, .. } | LevelNote::Floor { reason, .. } => reason.clone(),
    });
    let priorities = assessed.priority_notes.iter().map(|note| match note {
        PriorityNote::Tier { reason, .. } | PriorityNote::Limit { reason, .. } => reason.clone(),
    });
    levels.chain(priorities).collect()
}

fn factor_name(card: &complaint::Card, code: Key, lang: Lang) -> String {
    card.factor(code).map_or_else(|| code.to_string(), |factor| factor.label.get(lang).to_owned())
}

fn answer_words(locale: Locale, factor: &complaint::Factor, answer: Option<Fact>) -> String {
    let lang = lang_of(locale);
    match (&factor.scale, answer) {
        (FactorScale::Choices(choices), Some(Fact::Word(word))) => choices
            .iter()
            .find(|choice| choice.code == word)
            .map_or_else(|| word.to_string(), |choice| choice.label.get(lang).to_owned()),
        (FactorScale::Lines { unit, .. }, Some(Fact::Number(value))) => format!("{} {}", number(value), unit.get(lang)),
        _ => td_string!(locale, customers.trace.missing).to_owned(),
    }
}

fn turn_words(locale: Locale, card: &complaint::Card, turn: &complaint::Turn) -> String {
    let lang = lang_of(locale);
    let factor = factor_name(card, turn.factor, lang);
    let needed = match &turn.needed {
        Needed::Choice(_, label) => td_string!(locale, scores.panel.is, answer = label.get(lang).to_owned()),
        Needed::Line(line) => format!(" {}", condition(locale, *line)),
    };
    let (level, priority) = (turn.level.code(), turn.priority.code());
    if turn.is_graver {
        td_string!(locale, scores.panel.graver, factor = factor, needed = needed, level = level, priority = priority)
    } else {
        td_string!(locale, scores.panel.slighter, factor = factor, needed = needed, level = level, priority = priority)
    }
}

#[component]
fn Churn(case: RecordId, customer: RecordId) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let is_complete = workspace.is_complete();
    let told = {
        let workspace = workspace.clone();
        Memo::new(move |_| {
            let template = workspace.read(|book| in_force(book, Model::Churn).1);
            let Card::Churn(card) = &template.card else { return None };
            Some((template, workspace.churn_signals(card, customer)?))
        })
    };
    let recorded = Memo::new(move |_| recorded(&workspace, case));
    view! {
        <section class="section">
            <div class="section-head">
                <h2>{t!(i18n, scores.panel.title)}</h2>
                {move || told.get().map(|(template, _)| view! { <By template /> })}
            </div>
            {move || match told.get() {
                _ if !is_complete.get() => view! { <p class="hint">{t!(i18n, scores.panel.loading)}</p> }.into_any(),
                Some((template, signals)) => {
                    view! { <ChurnTrace template signals last=recorded.read().first().cloned() /> }.into_any()
                }
                None => ().into_any(),
            }}
            {move || {
                let rows = recorded
                    .get()
                    .into_iter()
                    .map(|one| (one.day, one.score.to_string(), colour_label(&one.colour)))
                    .collect();
                view! { <History rows case /> }
            }}
        </section>
    }
}

/// One result a case recorded.
#[derive(Clone, PartialEq)]
struct Recorded {
    day: String,
    score: i64,
    colour: String,
}

/// The results a case recorded, newest first, from the changes that set them.
fn recorded(workspace: &Workspace, case: RecordId) -> Vec<Recorded> {
    workspace.read(|book| {
        let Some(case) = book.get(case) else { return Vec::new() };
        let (mut score, mut colour) = (None, String::new());
        let mut results: Vec<Recorded> = Vec::new();
        for change in case.standing() {
            let (new_score, new_colour) = (change.set.get(CHURN_SCORE), change.set.get(CHURN_COLOUR));
            if new_score.is_none() && new_colour.is_none() {
                continue;
            }
            score = new_score.map_or(score, points);
            colour = new_colour.map_or(colour, |value| value.as_text().unwrap_or_default().to_owned());
            let day = civil(change.stamp.millis()).format("%Y-%m-%d").to_string();
            results.extend(score.map(|score| Recorded { day, score, colour: colour.clone() }));
        }
        results.reverse();
        results
    })
}

/// A score field holds hundredths; these scores are whole.
fn points(value: &Value) -> Option<i64> {
    value.as_int().map(|hundredths| hundredths / 100)
}

fn colour_label(code: &str) -> Label {
    let found = Playbook::built_in()
        .process("W-4.2")
        .and_then(|process| process.fields.iter().find(|field| field.key == CHURN_COLOUR))
        .and_then(|field| match &field.kind {
            FieldType::Choice(kehu_domain::field::Choices::Given(choices)) => {
                choices.iter().find(|choice| choice.key == *code).map(|choice| choice.label.clone())
            }
            _ => None,
        });
    found.map_or_else(|| Label::Code(code.to_owned()), Label::Named)
}

#[component]
fn ChurnTrace(template: &'static Template, signals: churn::Signals, last: Option<Recorded>) -> impl IntoView {
    let i18n = use_i18n();
    let Card::Churn(card) = &template.card else { return ().into_any() };
    let outcome = churn::assess(card, &signals);
    let colour = move |code: Option<Key>| {
        let band = card.colours.iter().find(|band| Some(band.code) == code);
        band.map(|band| band.label.get(lang(i18n)).to_owned()).unwrap_or_default()
    };
    let (score, now) = (outcome.score, outcome.colour);
    let differs = last.filter(|last| last.score != i64::from(score));
    let rows = {
        let outcome = outcome.clone();
        move || {
            let row = |(row, trace): (&churn::Row, &churn::RowTrace)| {
                let values: Vec<String> =
                    trace.signals.iter().map(|signal| value_words(i18n.get_locale(), signal)).collect();
                let is_missing = trace.signals.iter().all(|signal| signal.value.is_none());
                view! {
                    <tr data-state=is_missing.then_some("missing")>
                        <th scope="row">{row.label.get(lang(i18n)).to_owned()}</th>
                        <td>{values.join(t_string!(i18n, scores.comma))}</td>
                        <td class="number">{trace.points.to_string()}</td>
                    </tr>
                }
            };
            card.rows.iter().zip(&outcome.rows).map(row).collect_view()
        }
    };
    let easing = churn::cheapest_easing(card, &signals);
    view! {
        <div class="score-trace">
            <p><strong>{move || t_string!(i18n, scores.panel.churn, score = score, colour = colour(now))}</strong></p>
            {differs
                .map(|last| {
                    let label = colour_label(&last.colour);
                    let text = move || {
                        let colour = match &label {
                            Label::Code(code) => code.clone(),
                            Label::Named(text) => text.get(lang(i18n)).to_owned(),
                        };
                        t_string!(i18n, scores.panel.recorded, score = last.score, colour = colour)
                    };
                    view! { <p class="hint">{text}</p> }
                })}
            <PointTable rows=ViewFn::from(rows) total=Some(score) />
            <div>
                <h3>{t!(i18n, scores.panel.easing)}</h3>
                {match easing {
                    None => view! { <p>{t!(i18n, scores.panel.best)}</p> }.into_any(),
                    Some(easing) => {
                        let (to, then) = (easing.to, easing.score);
                        let changes: Vec<churn::SignalEasing> =
                            easing.rows.into_iter().flat_map(|row| row.signals).collect();
                        view! {
                            <p>
                                {move || {
                                    t_string!(i18n, scores.panel.eased, colour = colour(Some(to)), score = then)
                                }}
                            </p>
                            <ul class="score-notes">
                                {move || {
                                    changes
                                        .iter()
                                        .map(|change| view! { <li>{easing_words(i18n.get_locale(), change)}</li> })
                                        .collect_view()
                                }}
                            </ul>
                        }
                            .into_any()
                    }
                }}
            </div>
        </div>
    }
    .into_any()
}

/// What the signal with this code is called; none for other codes.
pub fn signal_by(locale: Locale, code: Key) -> Option<&'static str> {
    Signal::ALL.into_iter().find(|signal| signal.code() == code).map(|signal| signal_name(locale, signal))
}

fn signal_name(locale: Locale, signal: Signal) -> &'static str {
    match signal {
        Signal::SalesChange => td_string!(locale, scores.signal.sales_change),
        Signal::OrderGap => td_string!(locale, scores.signal.order_gap),
        Signal::GraveComplaints => td_string!(locale, scores.signal.grave_complaints),
        Signal::OrdinaryComplaints => td_string!(locale, scores.signal.ordinary_complaints),
        Signal::Satisfaction => td_string!(locale, scores.signal.satisfaction),
        Signal::KeyPersonLeft => td_string!(locale, scores.signal.key_person_left),
        Signal::VisitOverdue => td_string!(locale, scores.signal.visit_overdue),
        Signal::OverdueDays => td_string!(locale, scores.signal.overdue_days),
    }
}

/// What is known of a signal. Where a row has several, each is named.
fn value_words(locale: Locale, trace: &churn::SignalTrace) -> String {
    let value = match (trace.signal, trace.value) {
        (_, None) => td_string!(locale, scores.panel.no_data).to_owned(),
        (Signal::SalesChange, Some(value)) => format!("{} %", number(value)),
        (Signal::OrderGap, Some(value)) => td_string!(locale, scores.panel.times, number = number(value)),
        (Signal::OverdueDays, Some(value)) => td_string!(locale, scores.panel.days, number = number(value)),
        (Signal::KeyPersonLeft, Some(value)) if value == Ratio::ZERO => td_string!(locale, scores.panel.no).to_owned(),
        (Signal::KeyPersonLeft, Some(_)) => td_string!(locale, scores.panel.yes).to_owned(),
        (_, Some(value)) => number(value),
    };
    match trace.signal {
        Signal::GraveComplaints | Signal::OrdinaryComplaints | Signal::KeyPersonLeft | Signal::VisitOverdue => {
            format!("{} {value}", signal_name(locale, trace.signal))
        }
        _ => value,
    }
}

fn easing_words(locale: Locale, change: &churn::SignalEasing) -> String {
    match (change.signal, change.needed) {
        (Signal::KeyPersonLeft, _) => td_string!(locale, scores.signal.successor).to_owned(),
        // Counts are whole: below one is none.
        (Signal::GraveComplaints, Condition::Below(bound)) if bound == Ratio::whole(1) => {
            format!("{} 0", signal_name(locale, change.signal))
        }
        (signal, needed) => format!("{} {}", signal_name(locale, signal), condition(locale, needed)),
    }
}
