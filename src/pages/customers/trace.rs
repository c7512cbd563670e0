//! The grade of a customer with all its reasons: every value, line, weight and cap, and what would lift it.

use std::collections::BTreeMap;
use std::sync::Arc;

use kehu_domain::book::{Book, Record};
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::roster::Tier;
use kehu_domain::score::rfm::Segment;
use kehu_domain::score::stored::Differs;
use kehu_domain::score::{
    Graded, ItemTrace, Outcome, RfmPoints, Scorecard, State, StoredScore, Ungraded, Why, next_step,
};
use kehu_domain::stamp::RecordId;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_query_map;

use super::fill::Fill;
use super::names::{Terms, author_name};
use super::past_scores::PastScores;
use super::trace_words::{
    absence, condition, hundredths, item_name, line as line_words, percent, raw, share, source, ungraded,
};
use super::words::{TierSeal, tier_name};
use crate::components::{Notice, Tone};
use crate::i18n::{t, t_string, use_i18n};
use crate::moment::civil;
use crate::pages::export::TableMenu;
use crate::words::{self, lang_of};
use crate::workspace::{
    PARETO, RFM_CELL, RFM_INDEX, Workspace, latest_score, reasons, scorecards, two_decimals, use_workspace,
    value_card_of,
};

/// The latest grading of a customer, as far as it can be read.
#[derive(Clone, PartialEq)]
enum Latest {
    /// The scores are not in memory yet.
    Loading,
    /// Never graded.
    Nothing,
    /// Stored in a way this app cannot read.
    Unreadable,
    /// Read.
    Read(Arc<Score>),
}

/// A stored score with what stands around it.
#[derive(PartialEq)]
struct Score {
    /// The card it was made by.
    card: &'static Scorecard,
    stored: StoredScore,
    outcome: Result<Outcome, Differs>,
    reasons: BTreeMap<Key, Why>,
    /// Points of recency, frequency and amount, and the index.
    rfm: Option<(String, i64)>,
    pareto: String,
    by: String,
    at: String,
}

/// Grade, reasons, what is missing, and earlier grades.
#[component]
pub fn GradeSection(
    /// The customer.
    customer: RecordId,
    /// What fields and choices are called.
    terms: Terms,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let query = use_query_map();
    let earlier = Memo::new(move |_| query.read().get("score").and_then(|id| id.parse::<RecordId>().ok()));
    let latest = {
        let workspace = workspace.clone();
        Memo::new(move |_| latest(&workspace, customer, earlier.get()))
    };
    let is_loading = move || *latest.read() == Latest::Loading;
    view! {
        <section class="section" id="grade" aria-busy=move || is_loading().to_string()>
            <div class="section-head">
                <h2>{t!(i18n, customers.card.grade)}</h2>
                {move || match &*latest.read() {
                    Latest::Read(score) => Some(view! { <Origin score=score.clone() /> }),
                    _ => None,
                }}
            </div>
            <Show when=move || earlier.get().is_some()>
                <Notice tone=Tone::Info>
                    {t!(i18n, customers.trace.earlier)} " "
                    <A href=format!("/customers/{customer}#grade")>{t!(i18n, customers.trace.to_latest)}</A>
                </Notice>
            </Show>
            {move || match latest.get() {
                Latest::Loading => view! { <p class="hint">{t!(i18n, customers.card.loading)}</p> }.into_any(),
                Latest::Read(score) => view! { <Trace card=score.card score /> }.into_any(),
                Latest::Unreadable => {
                    view! { <Notice tone=Tone::Problem>{t!(i18n, customers.trace.unreadable)}</Notice> }.into_any()
                }
                Latest::Nothing => view! { <p>{t!(i18n, customers.trace.not_yet)}</p> }.into_any(),
            }}
            <Fill customer terms />
            <PastScores customer />
        </section>
    }
}

/// When, by whom and by which rules it was graded.
#[component]
fn Origin(score: Arc<Score>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <span>
            {move || {
                t_string!(
                    i18n,
                    customers.trace.at,
                    at = score.at.clone(),
                    who = score.by.clone(),
                    card = score.stored.card,
                    version = score.stored.version
                )
            }}
        </span>
    }
}

#[component]
fn Trace(score: Arc<Score>, card: &'static Scorecard) -> impl IntoView {
    let head = score.clone();
    let body = match &score.outcome {
        Ok(outcome) => {
            let outcome = outcome.clone();
            view! { <Explained score=score.clone() outcome card /> }.into_any()
        }
        Err(differs) => view! { <Unexplained differs=differs.clone() /> }.into_any(),
    };
    view! {
        <div class="score-trace">
            <Head score=head card />
            {body}
            <Segments score />
        </div>
    }
}

/// The score in large figures with its seal; or that there is none and why.
#[component]
fn Head(score: Arc<Score>, card: &'static Scorecard) -> impl IntoView {
    let i18n = use_i18n();
    let tier = score.stored.grade.and_then(|grade| Tier::from_key(grade.as_str()));
    let figure = score.stored.score.map(two_decimals);
    let reasons = score.outcome.as_ref().ok().and_then(|outcome| outcome.result.clone().err()).unwrap_or_default();
    let candidate = card.candidate.as_ref().filter(|_| score.stored.is_candidate);
    view! {
        <div class="score-head">
            {figure.map(|figure| view! { <data class="score-value" value=figure.clone()>{figure.clone()}</data> })}
            <TierSeal tier is_proposed=true />
            <p class="score-words">
                <strong>{move || tier_name(i18n.get_locale(), tier)}</strong>
                {candidate.map(|candidate| {
                    view! { <span class="hint">{move || candidate.label.get(words::lang(i18n))}</span> }
                })}
            </p>
        </div>
        {(!reasons.is_empty()).then(|| view! { <WhyUngraded reasons card /> })}
    }
}

#[component]
fn WhyUngraded(reasons: Vec<Ungraded>, card: &'static Scorecard) -> impl IntoView {
    let i18n = use_i18n();
    let sentence = move || {
        let locale = i18n.get_locale();
        let parts: Vec<String> = reasons.iter().map(|reason| ungraded(locale, card, reason)).collect();
        t_string!(i18n, customers.trace.ungraded, reason = parts.join(t_string!(i18n, customers.trace.comma)))
    };
    view! { <p>{sentence}</p> }
}

/// A result the rules at hand do not give again; it still counts.
#[component]
fn Unexplained(differs: Differs) -> impl IntoView {
    let i18n = use_i18n();
    let text = move || match &differs {
        Differs::OtherCard { card, version } => {
            t_string!(i18n, customers.trace.other_card, card = *card, version = *version)
        }
        Differs::OtherResult(_) => t_string!(i18n, customers.trace.other_result).to_owned(),
    };
    view! { <Notice tone=Tone::Info>{text}</Notice> }
}

#[component]
fn Explained(score: Arc<Score>, outcome: Outcome, card: &'static Scorecard) -> impl IntoView {
    let graded = outcome.graded().cloned();
    view! {
        <ItemTable outcome=outcome.clone() card />
        {graded.map(|graded| view! { <Caps graded card /> })}
        <Lift score=score.clone() card />
        <Sources score outcome card />
    }
}

/// Every item with its value, the line that held, points, weights and share of the score.
#[component]
pub fn ItemTable(outcome: Outcome, card: &'static Scorecard) -> impl IntoView {
    let i18n = use_i18n();
    let total = outcome.graded().map(|graded| share(graded.exact)).unwrap_or_else(|| "–".to_owned());
    let present = percent(i64::from(outcome.present));
    let rows = move || outcome.items.iter().map(|trace| item_row(i18n, trace, card)).collect_view();
    view! {
        // Wide beside another column: it scrolls by itself, by keyboard too.
        <div class="table-scroll" tabindex="0" role="group" aria-label=move || t_string!(i18n, customers.trace.title)>
            <table class="data-table" data-stack="">
                <caption>{t!(i18n, customers.trace.title)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t!(i18n, customers.trace.item)}</th>
                        <th scope="col" class="number">{t!(i18n, customers.trace.raw)}</th>
                        <th scope="col" class="number">{t!(i18n, customers.trace.line)}</th>
                        <th scope="col" class="number">{t!(i18n, customers.trace.points)}</th>
                        <th scope="col" class="number">{t!(i18n, customers.trace.weight)}</th>
                        <th scope="col" class="number">{t!(i18n, customers.trace.effective)}</th>
                        <th scope="col" class="number">{t!(i18n, customers.trace.part)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
                <tfoot>
                    <tr>
                        <th scope="row">{t!(i18n, customers.trace.score)}</th>
                        <td></td>
                        <td></td>
                        <td></td>
                        <td class="number" data-label=move || t_string!(i18n, customers.trace.weight)>{present}</td>
                        <td></td>
                        <td class="number" data-label=move || t_string!(i18n, customers.trace.part)>{total}</td>
                    </tr>
                </tfoot>
            </table>
        </div>
        <TableMenu />
    }
}

fn item_row(i18n: words::I18n, trace: &ItemTrace, card: &'static Scorecard) -> Option<impl IntoView + use<>> {
    let locale = i18n.get_locale();
    let item = card.item(trace.code)?;
    let state = if trace.is_na() {
        "na"
    } else if trace.is_missing() {
        "missing"
    } else {
        "scored"
    };
    let dash = || "–".to_owned();
    let (line, points) = match &trace.state {
        State::Scored { line, points } => (line_words(locale, *line, item), points.to_string()),
        _ => (dash(), dash()),
    };
    let (effective, part) = match trace.points() {
        Some(_) => (format!("{} %", share(trace.effective_weight)), share(trace.contribution)),
        None => (dash(), dash()),
    };
    Some(view! {
        <tr data-state=state>
            <th scope="row">
                {item.label.get(lang_of(locale))} <small>{trace.code.as_str()}</small>
            </th>
            <td class="number" data-label=t_string!(i18n, customers.trace.raw)>{raw(locale, trace, item)}</td>
            <td class="number" data-label=t_string!(i18n, customers.trace.line)>{line}</td>
            <td class="number" data-label=t_string!(i18n, customers.trace.points)>{points}</td>
            <td class="number" data-label=t_string!(i18n, customers.trace.weight)>{percent(i64::from(trace.weight))}</td>
            <td class="number" data-label=t_string!(i18n, customers.trace.effective)>{effective}</td>
            <td class="number" data-label=t_string!(i18n, customers.trace.part)>{part}</td>
        </tr>
    })
}

/// What every value was worked out from, and why some have none.
#[component]
fn Sources(score: Arc<Score>, outcome: Outcome, card: &'static Scorecard) -> impl IntoView {
    let i18n = use_i18n();
    let sentences = move || {
        let locale = i18n.get_locale();
        let sentence = |trace: &ItemTrace| {
            let item = card.item(trace.code)?;
            let origin = score.stored.sources.get(trace.code).map(|origin| source(locale, *origin));
            let absence = absence(locale, trace, item, score.reasons.get(&trace.code).copied());
            let parts: Vec<String> = [absence, origin].into_iter().flatten().collect();
            (!parts.is_empty()).then(|| {
                let label = item.label.get(lang_of(locale)).to_owned();
                t_string!(i18n, customers.trace.origin, item = label, origin = parts.join(" "))
            })
        };
        let sentences: Vec<String> = outcome.items.iter().filter_map(sentence).collect();
        sentences.into_iter().map(|sentence| view! { <li>{sentence}</li> }).collect_view()
    };
    view! {
        <div>
            <h3>{t!(i18n, customers.trace.sources)}</h3>
            <ul class="score-notes">{sentences}</ul>
        </div>
    }
}

/// What holds the grade down, or that nothing does.
#[component]
pub fn Caps(graded: Graded, card: &'static Scorecard) -> impl IntoView {
    let i18n = use_i18n();
    let label = move |grade: Key| {
        let band = card.grades.iter().find(|band| band.code == grade);
        format!("{grade} {}", band.map(|band| band.label.get(words::lang(i18n))).unwrap_or_default())
    };
    let is_capped = !graded.caps.is_empty();
    let (raw_grade, grade) = (graded.raw_grade, graded.grade);
    let caps = graded.caps;
    view! {
        <div>
            <h3>{t!(i18n, customers.trace.caps)}</h3>
            <ul class="score-notes">
                {move || {
                    caps.iter()
                        .map(|cap| {
                            let reason = cap.reason.get(words::lang(i18n)).to_owned();
                            view! { <li data-kind="cap">{reason}</li> }
                        })
                        .collect_view()
                }}
                <li>
                    {move || {
                        if is_capped {
                            t_string!(i18n, customers.trace.capped, from = label(raw_grade), to = label(grade))
                        } else {
                            t_string!(i18n, customers.trace.no_caps).to_owned()
                        }
                    }}
                </li>
            </ul>
        </div>
    }
}

/// The single improvements that reach a better grade.
#[component]
fn Lift(score: Arc<Score>, card: &'static Scorecard) -> impl IntoView {
    let i18n = use_i18n();
    next_step(card, &score.stored.inputs).map(|step| {
        let sentences = move || {
            let (locale, lang) = (i18n.get_locale(), words::lang(i18n));
            let raises = step.raises.iter().map(|raise| {
                t_string!(
                    i18n,
                    customers.trace.next_step,
                    item = item_name(card, raise.code, lang),
                    value = condition(locale, raise.needed),
                    score = two_decimals(raise.score),
                    grade = raise.grade
                )
            });
            let mut sentences: Vec<String> = raises.collect();
            if step.to.is_none() {
                sentences.push(t_string!(i18n, customers.trace.best).to_owned());
            } else if !step.held_by.is_empty() {
                sentences.push(t_string!(i18n, customers.trace.held).to_owned());
            } else if sentences.is_empty() {
                sentences.push(t_string!(i18n, customers.trace.several).to_owned());
            }
            sentences.into_iter().map(|sentence| view! { <li>{sentence}</li> }).collect_view()
        };
        view! {
            <div>
                <h3>{t!(i18n, customers.trace.next)}</h3>
                <ul class="score-notes">{sentences}</ul>
            </div>
        }
    })
}

/// The RFM segment with what to do, and the class of cumulative share.
#[component]
fn Segments(score: Arc<Score>) -> impl IntoView {
    let i18n = use_i18n();
    let class = score.pareto.clone();
    let rfm = move || match &score.rfm {
        None => t_string!(i18n, customers.trace.rfm_none).to_owned(),
        Some((cell, index)) => {
            let lang = words::lang(i18n);
            let segment = segment(cell);
            let name = segment.map(|segment| segment.label.get(lang).to_owned()).unwrap_or_default();
            let value = t_string!(
                i18n,
                customers.trace.rfm_value,
                cell = cell.clone(),
                index = hundredths(*index),
                segment = name
            );
            match segment {
                Some(segment) => {
                    let action = segment.action.get(lang).to_owned();
                    t_string!(i18n, customers.trace.rfm_action, value = value, action = action)
                }
                None => value,
            }
        }
    };
    view! {
        <dl class="fact-list">
            <div>
                <dt>{t!(i18n, customers.trace.rfm)}</dt>
                <dd>{rfm}</dd>
            </div>
            {(!class.is_empty())
                .then(|| {
                    view! {
                        <div>
                            <dt>{t!(i18n, customers.trace.pareto)}</dt>
                            <dd>{class}</dd>
                        </div>
                    }
                })}
        </dl>
    }
}

/// The segment that a cell such as "535" makes.
fn segment(cell: &str) -> Option<&'static Segment> {
    let mut digits = cell.chars().map(|digit| digit.to_digit(10).and_then(|digit| u8::try_from(digit).ok()));
    let mut next = || digits.next().flatten();
    let points = RfmPoints { recency: next()?, frequency: next()?, monetary: next()? };
    scorecards().rfm.as_ref()?.score(points).segment
}

/// The latest score, or the earlier one that is asked for.
fn latest(workspace: &Workspace, customer: RecordId, earlier: Option<RecordId>) -> Latest {
    let is_complete = workspace.is_complete().get();
    let found = |book: &'_ Book| -> Option<RecordId> {
        let asked = earlier.and_then(|id| book.get(id)).filter(|score| score.kind == kind::SCORE);
        match asked.filter(|score| book.customer_of(score) == Some(customer)) {
            Some(asked) => Some(asked.id),
            None => latest_score(book, book.get(customer)?).map(|score| score.id),
        }
    };
    workspace.read(|book| match found(book).and_then(|score| book.get(score)) {
        None if !is_complete => Latest::Loading,
        None => Latest::Nothing,
        Some(record) => read(book, record).map_or(Latest::Unreadable, |score| Latest::Read(Arc::new(score))),
    })
}

fn read(book: &Book, record: &Record) -> Option<Score> {
    let stored = StoredScore::read(|key| record.get(key)).ok()?;
    let card = value_card_of(book, stored.template)?;
    let outcome = stored.outcome(card);
    let made = record.created()?;
    let cell = record.text(RFM_CELL);
    Some(Score {
        card,
        outcome,
        reasons: reasons(record),
        rfm: (!cell.is_empty()).then(|| (cell.to_owned(), record.get(RFM_INDEX).as_int().unwrap_or_default())),
        pareto: record.text(PARETO).to_owned(),
        by: author_name(book, made.by),
        at: civil(made.stamp.millis()).format("%Y-%m-%d %H:%M").to_string(),
        stored,
    })
}
