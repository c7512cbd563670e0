//! Models and calendar rules as expressions call them: a row of answers in, a row of results out.
//!
//! [`RECORDS`] and [`SIGNALS`] are rows of what the records of a customer say, for M01, M02 and M15.
//!
//! What a model needs and gives is said by [`signature`], so that the playbook's conditions are checked before anything
//! is worked out. What is not known gives blanks, never an error.

mod churn;
mod value;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use chrono::NaiveDate;

use crate::calendar::{Cadence, Calendar, LastTouches, Next, Touch};
use crate::expr::{Datum, Type};
use crate::field::FieldType;
use crate::key::Key;
use crate::score::complaint::{self, ComplaintFacts, FactorScale, Level, Priority};
use crate::score::proposal::{self, Decision, Review};
use crate::score::{self, Card, Model, Scorecards, Template};
use crate::text::Lang;
use crate::value::Value;

pub use churn::signals;
pub use value::{outcome, records};

/// What the records say for a grading sheet (M01, M02), on forms; made by [`records`].
pub const RECORDS: Key = Key::of("records");
/// The signals of M15 in the records, where a process watches its cases; made by [`signals`].
pub const SIGNALS: Key = Key::of("signals");

const TIER: Key = Key::of("tier");

/// The name under which a scope keeps the adopted cards in force: a row by model, each the content of its version.
pub const CARDS: Key = Key::of("cards");

/// What a model takes and gives.
pub struct Signature {
    /// The names of the cells its first argument must have, a row or a list of rows.
    pub needs: Vec<Key>,
    /// Whether the first argument is a list of rows.
    pub takes_list: bool,
    /// What it gives.
    pub gives: Type,
}

/// The rules the models work by, as shipped.
struct Shipped {
    grading: Scorecards,
    churn: score::churn::Card,
    complaint: complaint::Card,
    proposal: proposal::Card,
    calendar: Calendar,
    cadence: Cadence,
}

fn shipped() -> Option<&'static Shipped> {
    static SHIPPED: OnceLock<Option<Shipped>> = OnceLock::new();
    SHIPPED
        .get_or_init(|| {
            Some(Shipped {
                grading: score::parse(score::GRADING).ok()?,
                churn: score::churn::parse(score::churn::SHIPPED).ok()?,
                complaint: complaint::parse(complaint::SHIPPED).ok()?,
                proposal: proposal::parse(proposal::SHIPPED).ok()?,
                calendar: Calendar::shipped().ok()?,
                cadence: Cadence::shipped().ok()?,
            })
        })
        .as_ref()
}

/// What the model called `name` takes and gives; `None` when there is none.
///
/// - `M01`: a grading sheet and what the records say of blacklist, credit and overdue payment → points, score, grades,
///   caps with their reasons, what is missing and whether VIP is proposed.
/// - `M02`: what the records say of purchases → cell, index and segment.
/// - `M15`: the signals in the records → score, colour, points by row and the signals without data.
/// - `M05`: a complaint record and, if it was set by hand, its level → severity, level, priority, points by factor and
///   the three due times.
/// - `M13`: the reviews of a proposal → score, grade and decision.
/// - `C4`: the day of a contact and the customer's tier → the day of the next one.
pub fn signature(name: &str) -> Option<Signature> {
    let shipped = shipped()?;
    match name {
        "M01" => Some(value::signature(shipped.grading.card("M01")?)),
        "M02" => Some(value::rfm_signature()),
        "M15" => Some(churn::signature(&shipped.churn)),
        "M05" => Some(Signature {
            needs: shipped
                .complaint
                .factors
                .iter()
                .map(|factor| factor.field)
                .chain([TIER, Key::of("received_at")])
                .collect(),
            takes_list: false,
            gives: row(&[
                ("severity", Type::Number),
                ("level", choice(&mut Level::ALL.into_iter().map(Level::code))),
                ("priority", choice(&mut Priority::ALL.into_iter().map(Priority::code))),
                ("points", rows(&[("factor", Type::Text), ("points", Type::Number)])),
                ("first_due", Type::Moment),
                ("plan_due", Type::Moment),
                ("resolve_due", Type::Moment),
            ]),
        }),
        "M13" => Some(Signature {
            needs: shipped
                .proposal
                .criteria
                .iter()
                .map(|one| one.field)
                .chain([proposal::CONFLICT, Key::of("reviewer")])
                .collect(),
            takes_list: true,
            gives: row(&[("score", Type::Number), ("grade", Type::Text), ("decision", Type::Text)]),
        }),
        "C4" => Some(Signature { needs: Vec::new(), takes_list: false, gives: row(&[("next_on", Type::Date)]) }),
        _ => None,
    }
}

/// The types of [`RECORDS`] and [`SIGNALS`].
#[cfg(feature = "toml")]
pub(crate) fn known_rows() -> [(Key, Type); 2] {
    let items = shipped().and_then(|shipped| shipped.grading.card("M01")).map_or(&[][..], |card| &card.items);
    [(RECORDS, value::records_type(items)), (SIGNALS, churn::signals_type())]
}

fn row(cells: &[(&str, Type)]) -> Type {
    Type::Row(cells.iter().filter_map(|(key, kind)| Some((Key::new(key).ok()?, kind.clone()))).collect())
}

fn rows(cells: &[(&str, Type)]) -> Type {
    Type::List(Box::new(row(cells)))
}

fn choice(keys: &mut dyn Iterator<Item = Key>) -> Type {
    Type::Choice(keys.collect())
}

/// What the model called `name` makes of `x` and, where it takes one, `y`; its words are in `lang`.
///
/// It goes by the adopted cards of [`CARDS`], or else as shipped.
pub(crate) fn evaluate(name: &str, x: &Datum, y: &Datum, cards: Option<Datum>, lang: Lang) -> Datum {
    let Some(shipped) = shipped() else { return Datum::Blank };
    match (name, x) {
        ("M01", Datum::Row(sheet)) => match adopted(Model::Value, cards) {
            Some(Card::Value(card)) => value::graded(&card, sheet, y, lang),
            _ => shipped.grading.card("M01").map_or(Datum::Blank, |card| value::graded(card, sheet, y, lang)),
        },
        ("M02", Datum::Row(records)) => {
            shipped.grading.rfm.as_ref().map_or(Datum::Blank, |table| value::segmented(table, records, lang))
        }
        ("M15", Datum::Row(signals)) => match adopted(Model::Churn, cards) {
            Some(Card::Churn(card)) => churn::warned(&card, signals),
            _ => churn::warned(&shipped.churn, signals),
        },
        ("M05", Datum::Row(row)) => match adopted(Model::Complaint, cards) {
            Some(Card::Complaint(card)) => complaint(shipped, &card, row, y),
            _ => complaint(shipped, &shipped.complaint, row, y),
        },
        ("M13", Datum::List(reviews)) => proposal(shipped, reviews),
        ("C4", Datum::Date(last)) => cadence(shipped, *last, y),
        _ => Datum::Blank,
    }
}

/// The day `count` working days after `day`, or before it when negative (C1); blank beyond the calendar's reach.
pub(crate) fn add_working_days(day: NaiveDate, count: i32) -> Datum {
    shipped().map_or(Datum::Blank, |shipped| Datum::Date(shipped.calendar.days.add_wd(day, count)))
}

/// How many working days lie after `from`, up to and including `to` (C1); blank beyond the calendar's reach.
pub(crate) fn working_days_between(from: NaiveDate, to: NaiveDate) -> Datum {
    shipped().map_or(Datum::Blank, |shipped| Datum::Number(shipped.calendar.days.between_wd(from, to).into()))
}

/// The adopted card of a model; none where the shipped one is in force.
fn adopted(model: Model, cards: Option<Datum>) -> Option<Card> {
    let Some(Datum::Row(cards)) = cards else { return None };
    match cards.get(&model.id()) {
        Some(Datum::Text(content)) => Template::read(model, content).ok().map(|template| template.card),
        _ => None,
    }
}

fn complaint(shipped: &Shipped, card: &complaint::Card, row: &BTreeMap<Key, Datum>, level_set: &Datum) -> Datum {
    let values: BTreeMap<Key, Value> = card
        .factors
        .iter()
        .filter_map(|factor| {
            let kind = match factor.scale {
                FactorScale::Choices(_) => FieldType::Long,
                FactorScale::Lines { is_money: true, .. } => FieldType::Money,
                FactorScale::Lines { is_money: false, .. } => FieldType::Int { min: None, max: None },
            };
            Some((factor.field, row.get(&factor.field)?.to_value(&kind)))
        })
        .collect();
    let tier = match row.get(&TIER) {
        Some(Datum::Text(tier)) => Key::new(tier).ok(),
        _ => None,
    };
    let facts = ComplaintFacts::of(card, tier, |key| values.get(&key).unwrap_or(Value::NULL));
    let outcome = complaint::assess(card, &facts);
    let points = outcome.factors.iter().filter_map(|factor| {
        let points = factor.points()?;
        Some(cells([("factor", Datum::text(factor.code.as_str())), ("points", Datum::Number(points.into()))]))
    });
    let points = ("points", Datum::List(points.collect()));
    let Some(assessed) = outcome.assessed() else { return cells([points]) };
    let by_hand = match level_set {
        Datum::Text(level) => Key::new(level).ok().and_then(Level::of),
        _ => None,
    };
    let level = by_hand.unwrap_or(assessed.level);
    let priority = complaint::prioritise(card, level, &facts).priority;
    let dues = match row.get(&Key::of("received_at")) {
        Some(Datum::Moment(received)) => Some(complaint::dues(card, priority, *received, &shipped.calendar)),
        _ => None,
    };
    let due = |which: fn(&complaint::Dues) -> chrono::NaiveDateTime| {
        dues.as_ref().map_or(Datum::Blank, |dues| Datum::Moment(which(dues)))
    };
    cells([
        points,
        ("severity", Datum::Number(assessed.severity.into())),
        ("level", Datum::text(level.code().as_str())),
        ("priority", Datum::text(priority.code().as_str())),
        ("first_due", due(|dues| dues.first_response.at)),
        ("plan_due", due(|dues| dues.plan.at)),
        ("resolve_due", due(|dues| dues.resolution.at)),
    ])
}

fn proposal(shipped: &Shipped, reviews: &[Datum]) -> Datum {
    let card = &shipped.proposal;
    let mut read = Vec::new();
    for row in reviews {
        let Datum::Row(row) = row else { continue };
        let Some(Datum::Text(reviewer)) = row.get(&Key::of("reviewer")) else { continue };
        let Ok(reviewer) = reviewer.parse() else { continue };
        let value = |key: Key, kind: FieldType| row.get(&key).map_or(Value::Null, |datum| datum.to_value(&kind));
        let values: BTreeMap<Key, Value> = card
            .criteria
            .iter()
            .map(|one| (one.field, value(one.field, FieldType::Int { min: None, max: None })))
            .chain([(proposal::CONFLICT, value(proposal::CONFLICT, FieldType::Bool))])
            .collect();
        read.push(Review::of(card, reviewer, |key| values.get(&key).unwrap_or(Value::NULL)));
    }
    let outcome = proposal::score(card, &read);
    let Some(graded) = outcome.graded() else { return Datum::Row(BTreeMap::new()) };
    let decision = match graded.decision {
        Decision::Adopted => "adopted",
        Decision::Kept => "kept",
        Decision::NotAdopted => "not_adopted",
    };
    cells([
        ("score", Datum::Number(rust_decimal::Decimal::new(graded.score.0, 2))),
        ("grade", Datum::text(graded.grade.as_str())),
        ("decision", Datum::text(decision)),
    ])
}

fn cadence(shipped: &Shipped, last: NaiveDate, tier: &Datum) -> Datum {
    let Datum::Text(tier) = tier else { return Datum::Row(BTreeMap::new()) };
    let Some(rhythm) = shipped.cadence.rhythm(tier) else { return Datum::Row(BTreeMap::new()) };
    let touches = LastTouches { contact: Some(last), ..LastTouches::default() };
    match shipped.cadence.next(&shipped.calendar.days, rhythm, Touch::Contact, &touches) {
        Next::On(next) => cells([("next_on", Datum::Date(next.due))]),
        _ => Datum::Row(BTreeMap::new()),
    }
}

fn cells<const N: usize>(pairs: [(&str, Datum); N]) -> Datum {
    Datum::Row(pairs.into_iter().filter_map(|(key, datum)| Some((Key::new(key).ok()?, datum))).collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::expr::{Names, evaluate as evaluate_expr, parse};

    fn worked_out(source: &str, names: Names) -> Datum {
        evaluate_expr(&parse(source).unwrap(), &names)
    }

    fn complaint_row() -> Names {
        let moment = "2026-11-23T10:20:00".parse().unwrap();
        let row = cells([
            ("safety", Datum::text("none")),
            ("claimed_loss", Datum::Number(300.into())),
            ("scope", Datum::Number(1.into())),
            ("exposure", Datum::text("none")),
            ("repeat_no", Datum::Number(1.into())),
            ("tier", Datum::text("C")),
            ("received_at", Datum::Moment(moment)),
        ]);
        [(Key::of("complaint"), row)].into_iter().collect()
    }

    #[test]
    fn m05_e1_through_an_expression() {
        assert_eq!(worked_out("model(\"M05\", complaint).severity", complaint_row()), Datum::Number(7.into()));
        assert_eq!(worked_out("model(\"M05\", complaint).priority", complaint_row()), Datum::text("P4"));
        let due = worked_out("model(\"M05\", complaint).plan_due", complaint_row());
        assert_eq!(due, Datum::Moment("2026-11-26T18:00:00".parse().unwrap()));
        let raised = worked_out("model(\"M05\", complaint, \"II\").priority", complaint_row());
        assert_eq!(raised, Datum::text("P2"));
    }

    #[test]
    fn an_adopted_card_is_used_where_the_scope_has_one() {
        let shipped = Template::shipped(Model::Complaint).unwrap();
        let place = shipped.dials().into_iter().find(|dial| dial.code == *"III").unwrap().place;
        let tuned = shipped.tuned(&[(place, "5".to_owned())].into_iter().collect(), 2).unwrap();
        let mut names = complaint_row();
        let level = "model(\"M05\", complaint).level";
        assert_eq!(worked_out(level, names.clone()), Datum::text("IV"));
        names.insert(CARDS, cells([("M05", Datum::text(&tuned.content()))]));
        assert_eq!(worked_out(level, names), Datum::text("III"));
    }

    #[test]
    fn a_complaint_that_lacks_an_answer_has_points_and_no_level() {
        let mut names = complaint_row();
        if let Some(Datum::Row(row)) = names.get_mut(&Key::of("complaint")) {
            row.remove(&Key::of("safety"));
        }
        assert_eq!(worked_out("count(model(\"M05\", complaint).points)", names.clone()), Datum::Number(4.into()));
        assert_eq!(worked_out("model(\"M05\", complaint).level", names), Datum::Blank);
    }

    #[test]
    fn c4_gives_the_next_contact_and_working_days_are_counted() {
        let day = |text: &str| Datum::Date(text.parse().unwrap());
        let names: Names = [(Key::of("last"), day("2026-11-23"))].into_iter().collect();
        assert_eq!(worked_out("model(\"C4\", last, \"VIP\").next_on", names.clone()), day("2026-11-30"));
        assert_eq!(worked_out("model(\"C4\", last, \"X\").next_on", names.clone()), Datum::Blank);
        assert_eq!(worked_out("add_working_days(last, 5)", names.clone()), day("2026-11-30"));
        assert_eq!(worked_out("add_working_days(last, -1)", names), day("2026-11-20"));
    }

    #[test]
    fn every_model_says_what_it_gives() {
        for name in ["M01", "M02", "M05", "M13", "M15", "C4"] {
            assert!(matches!(signature(name).unwrap().gives, Type::Row(_)), "{name}");
        }
        assert!(signature("M99").is_none());
    }
}
