//! Grading: M01, M01b and M02 for all customers or one, from what is in the workspace, in slices.

mod why;

use std::collections::HashMap;

use kehu_domain::book::{Book, Record};
use kehu_domain::change::Act;
use kehu_domain::expr::Datum;
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::model;
use kehu_domain::score::{
    Card, GradeBatch, Hundredths, ItemFact, Material, Model, RfmMode, Scorecard, StoredScore, pareto, rfm,
};
use kehu_domain::stamp::{RecordId, Stamp};
use kehu_domain::value::Value;
use kehu_store::StoreError;

use super::Workspace;
use super::rules::scorecards;
use super::templates::{in_force, template_by};
use crate::moment::{breathe, today};

pub use why::reasons;

/// The RFM cell of a score record, three digits.
pub const RFM_CELL: Key = Key::of("rfm_cell");
/// The RFM index of a score record, in hundredths.
pub const RFM_INDEX: Key = Key::of("rfm_index");
/// The class of M01b of a score record.
pub const PARETO: Key = Key::of("pareto");

/// How many customers' orders are gathered before the page may answer.
const GATHER_SLICE: usize = 256;

/// What a grading came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GradingDone {
    /// Customers with a grade.
    pub graded: usize,
    /// Customers without: something required is missing.
    pub ungraded: usize,
    /// The act, by which it can be undone.
    pub act: Option<Stamp>,
}

impl Workspace {
    /// Grades every customer and stores each result with its inputs; `report` hears how many are done.
    ///
    /// # Errors
    /// When the results could not be saved; none of them was.
    pub async fn grade_all(&self, report: impl Fn(usize, usize)) -> Result<GradingDone, StoreError> {
        self.complete().await;
        let ids: Vec<RecordId> =
            self.read_once(|book| book.of_kind(kind::CUSTOMER).map(|customer| customer.id).collect());
        self.grade(&ids, report).await
    }

    /// Grades one customer again.
    ///
    /// # Errors
    /// When the result could not be saved.
    pub async fn grade_one(&self, customer: RecordId) -> Result<GradingDone, StoreError> {
        self.complete().await;
        self.grade(&[customer], |_, _| ()).await
    }

    /// Grades `wanted`; classes and segments are taken among all customers, as M01b and M02 ask.
    async fn grade(&self, wanted: &[RecordId], report: impl Fn(usize, usize)) -> Result<GradingDone, StoreError> {
        let cards = scorecards();
        let (version, template) = self.read_once(|book| in_force(book, Model::Value));
        let Card::Value(card) = &template.card else { return Ok(GradingDone::default()) };
        let version = version.map(|version| version.record);
        let window = cards.rfm.as_ref().map_or(365, |table| table.window_days);
        let material = self.material(window).await;
        let places: HashMap<RecordId, usize> =
            material.customers.iter().enumerate().map(|(place, id)| (*id, place)).collect();
        let segments = cards.rfm.as_ref().map(|table| rfm(table, RfmMode::Fixed, &material.purchases()));
        let classes = cards.pareto.and_then(|cuts| pareto(cuts, &material.sales()));
        let batch = GradeBatch { card, ledger: &material.ledger, cards: &material.cards };

        let mut done = GradingDone::default();
        let act = self
            .commit_slowly(async |workspace: &Workspace, act: &mut Act<'_>| {
                for (count, id) in wanted.iter().enumerate() {
                    let Some(place) = places.get(id).copied() else { continue };
                    let extra = [
                        segments.as_ref().and_then(|scores| {
                            let score = scores.get(place)?.as_ref()?;
                            let cell =
                                format!("{}{}{}", score.points.recency, score.points.frequency, score.points.monetary);
                            Some((RFM_CELL, Value::from(cell)))
                        }),
                        segments
                            .as_ref()
                            .and_then(|scores| Some((RFM_INDEX, Value::Int(scores.get(place)?.as_ref()?.index.0)))),
                        classes
                            .as_ref()
                            .and_then(|classes| Some((PARETO, Value::from(classes.get(place)?.to_string())))),
                    ];
                    let is_graded = workspace.read_once(|book| {
                        store_score(book, act, (*id, place), &batch, version, extra.into_iter().flatten())
                    });
                    if is_graded {
                        done.graded += 1;
                    } else {
                        done.ungraded += 1;
                    }
                    if count % 64 == 0 {
                        report(count, wanted.len());
                        breathe().await;
                    }
                }
            })
            .await?;
        done.act = act;
        Ok(done)
    }

    /// What the records say of a customer for a grading sheet, gathered as for grading all; `source` words where each
    /// value comes from. `None` when there is no such customer.
    pub async fn value_records(&self, customer: RecordId, source: impl Fn(&ItemFact) -> String) -> Option<Datum> {
        self.complete().await;
        let cards = scorecards();
        let card = self.read_once(value_card_in_force)?;
        let material = self.material(cards.rfm.as_ref().map_or(365, |table| table.window_days)).await;
        let place = material.customers.iter().position(|id| *id == customer)?;
        let batch = GradeBatch { card, ledger: &material.ledger, cards: &material.cards };
        let (facts, _) = batch.outcome(place)?;
        Some(model::records(card, &facts, material.ledger.purchases(place), material.ledger.day(), source))
    }

    /// Gathers cards, orders and receivables, breathing in between.
    pub(super) async fn material(&self, window_days: u32) -> Material {
        let mut material = self.read_once(|book| Material::list(book, today(), window_days));
        for first in (0..material.customers.len()).step_by(GATHER_SLICE) {
            self.read_once(|book| material.gather(book, first..first + GATHER_SLICE));
            breathe().await;
        }
        material
    }
}

/// Stores one customer's result, made by `version` of the card, and proposes its grade; says whether there is one.
fn store_score(
    book: &Book,
    act: &mut Act<'_>,
    (customer, place): (RecordId, usize),
    batch: &GradeBatch<'_>,
    version: Option<RecordId>,
    extra: impl Iterator<Item = (Key, Value)>,
) -> bool {
    let Some((facts, outcome)) = batch.outcome(place) else { return false };
    let sources = facts.origins.iter().map(|origin| (origin.code, origin.source)).collect();
    let stored = StoredScore::new(customer, batch.ledger.day(), facts.inputs, sources, &outcome).by_version(version);
    let mut cells = stored.cells();
    let reasons = why::written_reasons(&facts.origins);
    for (key, value) in extra.chain((!reasons.is_blank()).then_some((why::REASONS, reasons))) {
        cells.put(key, value);
    }
    let grade = stored.grade.map_or(Value::Null, |grade| grade.as_str().into());
    let score = stored.score.map_or(Value::Null, |score| Value::Int(score.0));
    let record = act.create(kind::SCORE, cells);
    act.set(book, kind::CUSTOMER, customer, kind::PROPOSED_GRADE, grade);
    act.set(book, kind::CUSTOMER, customer, kind::PROPOSED_SCORE, score);
    act.set(book, kind::CUSTOMER, customer, kind::PROPOSED_BY, record.into());
    stored.grade.is_some()
}

/// The latest stored result of a customer, by the day it was graded and then by stamp.
pub fn latest_score<'b>(book: &'b Book, customer: &Record) -> Option<&'b Record> {
    customer.reference(kind::PROPOSED_BY).and_then(|id| book.get(id)).filter(|score| score.exists())
}

/// Two decimals, as a score is read: `92.00`.
pub fn two_decimals(value: Hundredths) -> String {
    let sign = if value.0 < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", value.0.unsigned_abs() / 100, value.0.unsigned_abs() % 100)
}

/// The card by which customers are graded by value today (M01).
pub fn value_card_in_force(book: &Book) -> Option<&'static Scorecard> {
    match &in_force(book, Model::Value).1.card {
        Card::Value(card) => Some(card),
        _ => None,
    }
}

/// The card that graded customers by value: that of a version, or else the shipped one.
pub fn value_card_of(book: &Book, version: Option<RecordId>) -> Option<&'static Scorecard> {
    match &template_by(book, Model::Value, version)?.card {
        Card::Value(card) => Some(card),
        _ => None,
    }
}
