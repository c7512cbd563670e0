//! Versions of scorecards: the one in force, who would move by another, proposing and deciding.

use std::cell::RefCell;

use kehu_domain::book::Book;
use kehu_domain::expr::Datum;
use kehu_domain::kind;
use kehu_domain::playbook::Playbook;
use kehu_domain::score::subject::{complaint_facts, watched_customer};
use kehu_domain::score::template::{
    self, ADOPTED, CONTENT, DECISION, DECISION_REASON, DECLINED, FROM, Facts, next_number,
};
use kehu_domain::score::{Card, Model, Moves, Template, Version, churn};
use kehu_domain::stamp::{RecordId, Stamp};
use kehu_domain::value::Value;
use kehu_store::StoreError;

use super::Workspace;
use super::case_view::posts;
use super::rules::{rules, scorecards};
use crate::moment::{breathe, today};

/// The posts that may propose a version, and the one that adopts it (spec 2.2).
pub const PROPOSERS: [&str; 2] = ["MGR", "DIR"];
const DECIDER: &str = "DIR";

/// Why somebody may not propose or decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Proposing takes one of [`PROPOSERS`].
    NotProposer,
    /// Deciding takes a director.
    NotDirector,
    /// Nobody decides on what they proposed themselves; R-0-2.
    OwnProposal,
}

thread_local! {
    /// The templates read in this run: few, and asked for all the time.
    static READ: RefCell<Vec<Kept>> = const { RefCell::new(Vec::new()) };
}

/// A template kept for the run.
#[derive(Clone)]
struct Kept {
    model: Model,
    content: Box<str>,
    template: &'static Template,
    /// Whether it differs from the shipped card in its numbers alone.
    is_usable: bool,
}

fn kept(model: Model, content: &str, make: impl FnOnce() -> Option<Template>) -> Option<Kept> {
    let is_it = |kept: &&Kept| kept.model == model && *kept.content == *content;
    let known = READ.with_borrow(|read| read.iter().find(is_it).cloned());
    known.or_else(|| {
        let template: &'static Template = Box::leak(Box::new(make()?));
        let is_usable = content.is_empty() || template.is_tuned_from(shipped(model));
        let kept = Kept { model, content: content.into(), template, is_usable };
        READ.with_borrow_mut(|read| read.push(kept.clone()));
        Some(kept)
    })
}

fn kept_version(book: &Book, model: Model, version: RecordId) -> Option<Kept> {
    let content = book.get(version)?.text(CONTENT);
    kept(model, content, || template::template_of(book, model, version)).filter(|_| !content.is_empty())
}

/// The card as shipped.
///
/// # Panics
/// Never in a released app: the cards are compiled in, and the domain's tests read them.
#[expect(clippy::expect_used, reason = "compiled in, and read by tests of the domain")]
fn shipped(model: Model) -> &'static Template {
    kept(model, "", || Template::shipped(model).ok()).expect("the cards as shipped").template
}

/// The card a result names: that of a version, or the shipped one; `None` when there is no such version here.
pub fn template_by(book: &Book, model: Model, version: Option<RecordId>) -> Option<&'static Template> {
    let Some(version) = version else { return Some(shipped(model)) };
    Some(kept_version(book, model, version)?.template)
}

/// The card in force today, and its version where it is not the shipped one.
pub fn in_force(book: &Book, model: Model) -> (Option<Version>, &'static Template) {
    let version = template::in_force(book, model, today(), |book, model, version| {
        kept_version(book, model, version).is_some_and(|kept| kept.is_usable)
    });
    let template = template_by(book, model, version.as_ref().map(|version| version.record));
    (version, template.unwrap_or_else(|| shipped(model)))
}

/// The adopted cards in force, as models on forms and in conditions take them: by model, the content.
pub fn cards_in_force(book: &Book) -> Datum {
    let card = |model: Model| {
        let (version, template) = in_force(book, model);
        version.map(|_| (model.id(), Datum::text(&template.content())))
    };
    Datum::Row(Model::ALL.into_iter().filter_map(card).collect())
}

/// The version that works something out on `form`; `None` where it is the shipped card, or no model is asked.
pub fn version_for(book: &Book, form: &str) -> Option<RecordId> {
    let version = in_force(book, template::model_of(Playbook::built_in().form(form)?)?).0;
    version.map(|version| version.record)
}

/// What speaks against somebody's proposing a version, or, with `version`, deciding on it.
pub fn refused(book: &Book, person: RecordId, version: Option<&Version>) -> Option<Refused> {
    let held = book.get(person).map(posts).unwrap_or_default();
    let holds = |post: &str| held.iter().any(|held| *held == *post);
    match version {
        None if PROPOSERS.into_iter().any(holds) => None,
        None => Some(Refused::NotProposer),
        Some(_) if !holds(DECIDER) => Some(Refused::NotDirector),
        Some(version) if version.proposed.0 == person => Some(Refused::OwnProposal),
        Some(_) => None,
    }
}

impl Workspace {
    /// Who would move if `then` graded instead of the card in force; `report` hears how many were looked at.
    ///
    /// M01 looks at every customer, M05 at every complaint on record, M15 at every key account. Nothing is stored.
    pub async fn who_would_move(&self, then: &Template, report: impl Fn(usize, usize)) -> Moves {
        self.complete().await;
        let model = then.model;
        let (_, now) = self.read_once(|book| in_force(book, model));
        let mut moves = Moves::new(&now.card);
        match model {
            Model::Value => {
                let material = self.material(scorecards().rfm.as_ref().map_or(365, |table| table.window_days)).await;
                let total = material.customers.len();
                for (place, (customer, card)) in material.customers.iter().zip(&material.cards).enumerate() {
                    if let Some(facts) = material.ledger.value_facts(place, card) {
                        moves.look(&now.card, &then.card, *customer, &Facts::Value(facts.inputs));
                    }
                    if place % 64 == 0 {
                        report(place, total);
                        breathe().await;
                    }
                }
            }
            Model::Complaint | Model::Churn => {
                let cases: Vec<RecordId> =
                    self.read_once(|book| book.of_kind(kind::CASE).map(|case| case.id).collect());
                let total = cases.len();
                for (place, case) in cases.into_iter().enumerate() {
                    let found = self.read_once(|book| facts_of_case(book, &now.card, case));
                    if let Some((who, facts)) = found {
                        moves.look(&now.card, &then.card, who, &facts);
                    }
                    if place % 16 == 0 {
                        report(place, total);
                        breathe().await;
                    }
                }
            }
        }
        moves
    }

    /// Proposes a card as the next version and gives its record.
    ///
    /// # Errors
    /// When it could not be saved.
    pub async fn propose_version(&self, tuned: &Template, reason: &str) -> Result<Option<Stamp>, StoreError> {
        self.commit(|book, act| {
            // Another version may have come while the numbers were typed.
            let number = next_number(book, tuned.model, shipped(tuned.model));
            if let Ok(tuned) = tuned.tuned(&Default::default(), number) {
                act.create(kind::SCORECARD, template::proposal(&tuned, reason.trim()));
            }
        })
        .await
    }

    /// Adopts a proposed version from today on, or declines it.
    ///
    /// # Errors
    /// When it could not be saved.
    pub async fn decide_version(
        &self,
        version: RecordId,
        is_adopted: bool,
        reason: &str,
    ) -> Result<Option<Stamp>, StoreError> {
        self.commit(|book, act| {
            let mut set = |key, value: Value| act.set(book, kind::SCORECARD, version, key, value);
            set(DECISION, if is_adopted { ADOPTED } else { DECLINED }.into());
            set(DECISION_REASON, reason.trim().into());
            if is_adopted {
                set(FROM, today().into());
            }
        })
        .await
    }

    /// What M15 is told of a customer today, by `card`; waits for nothing, so it may lack what is not in memory yet.
    pub fn churn_signals(&self, card: &churn::Card, customer: RecordId) -> Option<churn::Signals> {
        self.read(|book| signals(book, card, customer))
    }
}

fn signals(book: &Book, card: &churn::Card, customer: RecordId) -> Option<churn::Signals> {
    let rules = rules();
    let customer = book.get(customer)?;
    Some(churn::gather(book, customer, card, &rules.cadence, &rules.calendar.days, today()))
}

/// Whom a case stands for in a trial, with the facts: a complaint for itself, a key account for its customer.
fn facts_of_case(book: &Book, card: &Card, case: RecordId) -> Option<(RecordId, Facts)> {
    let record = book.get(case).filter(|case| case.exists())?;
    match card {
        Card::Complaint(card) => Some((case, Facts::Complaint(complaint_facts(book, card, case)?))),
        Card::Churn(card) => {
            let customer = book.survivor(watched_customer(record)?);
            Some((customer, Facts::Churn(Box::new(signals(book, card, customer)?))))
        }
        _ => None,
    }
}
