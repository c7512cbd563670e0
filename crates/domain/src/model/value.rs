//! M01 and M02 as forms call them, and what the records say for a grading sheet.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::{Signature, cells, choice, row, rows};
use crate::change::Cells;
use crate::expr::{Datum, Names, Type};
use crate::key::Key;
use crate::score::facts::{BLACKLISTED, CREDIT_GRADE, OVERDUE_DAYS};
use crate::score::rfm::{Purchases, RfmMode, RfmTable, rfm};
use crate::score::scorecard::{Item, Scorecard};
use crate::score::{Fact, Input, Inputs, ItemFact, Outcome, Ratio, ValueFacts, grade};
use crate::text::Lang;

/// What stands in place of a grade where there is none.
const UNGRADED: Key = Key::of("ungraded");

/// The longest source a grading sheet takes, in characters.
const MAX_SOURCE: usize = 60;

#[cfg(feature = "toml")]
pub(super) fn records_type(items: &[Item]) -> Type {
    let values = items.iter().filter_map(|item| Some((item.field?, Type::Number)));
    let more = [
        ("sources", rows(&[("item", Type::Text), ("source", Type::Text), ("on", Type::Date)])),
        ("blacklisted", Type::Bool),
        ("credit_grade", Type::Text),
        ("overdue_days", Type::Number),
        ("rfm_days", Type::Number),
        ("rfm_count", Type::Number),
        ("rfm_amount", Type::Number),
    ];
    Type::Row(more.into_iter().map(|(name, kind)| (Key::of(name), kind)).chain(values).collect())
}

pub(super) fn signature(card: &Scorecard) -> Signature {
    let grades = || card.grades.iter().map(|grade| grade.code);
    Signature {
        needs: card.items.iter().filter_map(|item| item.field).collect(),
        takes_list: false,
        gives: row(&[
            ("points", rows(&[("item", Type::Text), ("points", Type::Number)])),
            ("missing", Type::List(Box::new(Type::Text))),
            ("score", Type::Number),
            ("raw_grade", choice(&mut grades())),
            ("caps", rows(&[("item", Type::Text)])),
            ("grade", choice(&mut grades().chain([UNGRADED]))),
            ("candidate", Type::Bool),
        ]),
    }
}

pub(super) fn rfm_signature() -> Signature {
    Signature {
        needs: ["rfm_days", "rfm_count", "rfm_amount"].map(Key::of).to_vec(),
        takes_list: false,
        gives: row(&[("cell", Type::Text), ("index", Type::Number), ("segment", Type::Text)]),
    }
}

/// What the records of a customer say for a grading sheet, the row [`super::RECORDS`]: each value as its field shows it,
/// N/A or missing where it is, where it came from in the words of `source`, and what may cap the grade, all on `day`.
pub fn records(
    card: &Scorecard,
    facts: &ValueFacts,
    bought: Purchases,
    day: NaiveDate,
    source: impl Fn(&ItemFact) -> String,
) -> Datum {
    let mut row = Names::new();
    let mut sources = Vec::new();
    for item in &card.items {
        let origin = facts.origins.iter().find(|origin| origin.code == item.code);
        let (Some(origin), Some(field)) = (origin, item.field) else { continue };
        row.insert(field, shown(item, origin.input));
        if matches!(origin.input, Input::Value(_)) {
            let words: String = source(origin).chars().take(MAX_SOURCE).collect();
            let item = Datum::text(item.code.as_str());
            sources.push(cells([("item", item), ("source", Datum::text(&words)), ("on", Datum::Date(day))]));
        }
    }
    row.extend(facts.inputs.facts.iter().map(|(key, fact)| (key, told(*fact))));
    row.insert(Key::of("sources"), Datum::List(sources));
    row.insert(Key::of("rfm_days"), Datum::Number(bought.days.into()));
    row.insert(Key::of("rfm_count"), Datum::Number(bought.count.into()));
    row.insert(Key::of("rfm_amount"), Datum::Number(Decimal::new(bought.amount, 2)));
    Datum::Row(row)
}

/// M01 over a grading sheet, with its whole trace: `sheet` has the answers by field, `records` what may cap the grade.
pub fn outcome(card: &Scorecard, sheet: &Names, records: &Datum) -> Outcome {
    let input = |field: Key| match sheet.get(&field) {
        Some(Datum::Number(number)) => Input::Value(Ratio::from(*number)),
        Some(Datum::NotApplicable) => Input::NotApplicable,
        _ => Input::Missing,
    };
    let items = card.items.iter().filter_map(|item| Some((item.code, input(item.field?))));
    grade(card, &Inputs { items: items.collect(), facts: capping(records) })
}

pub(super) fn graded(card: &Scorecard, sheet: &Names, records: &Datum, lang: Lang) -> Datum {
    let outcome = outcome(card, sheet, records);
    let points = outcome.items.iter().filter_map(|item| {
        let points = Datum::Number(item.points()?.into());
        Some(cells([("item", Datum::text(item.code.as_str())), ("points", points)]))
    });
    let missing = outcome.missing().map(|code| Datum::text(code.as_str()));
    let points = ("points", Datum::List(points.collect()));
    let missing = ("missing", Datum::List(missing.collect()));
    let Some(graded) = outcome.graded() else {
        return cells([points, missing, ("grade", Datum::text(UNGRADED.as_str())), ("candidate", Datum::Bool(false))]);
    };
    let caps = graded.caps.iter().map(|cap| cells([("item", Datum::text(cap.reason.get(lang)))]));
    cells([
        points,
        missing,
        ("score", Datum::Number(Decimal::new(graded.score.0, 2))),
        ("raw_grade", Datum::text(graded.raw_grade.as_str())),
        ("caps", Datum::List(caps.collect())),
        ("grade", Datum::text(graded.grade.as_str())),
        ("candidate", Datum::Bool(graded.is_candidate)),
    ])
}

pub(super) fn segmented(table: &RfmTable, records: &Names, lang: Lang) -> Datum {
    let number = |name| match records.get(&Key::of(name)) {
        Some(Datum::Number(number)) => Some(*number),
        _ => None,
    };
    let bought = || {
        Some(Purchases {
            days: number("rfm_days")?.to_u32()?,
            count: number("rfm_count")?.to_u32()?,
            amount: number("rfm_amount")?.checked_mul(Decimal::ONE_HUNDRED)?.to_i64()?,
        })
    };
    let Some(score) = bought().and_then(|bought| rfm(table, RfmMode::Fixed, &[bought]).into_iter().next()?) else {
        return cells([]);
    };
    let segment = score.segment.map_or(Datum::Blank, |segment| Datum::text(segment.label.get(lang)));
    cells([
        ("cell", Datum::text(&score.points.to_string())),
        ("index", Datum::Number(Decimal::new(score.index.0, 2))),
        ("segment", segment),
    ])
}

fn shown(item: &Item, input: Input) -> Datum {
    match input {
        Input::Value(exact) => {
            let number = Decimal::try_from_i128_with_scale(item.as_read(exact), item.places.min(2).into());
            number.map_or(Datum::Blank, Datum::Number)
        }
        Input::NotApplicable if item.takes_na => Datum::NotApplicable,
        Input::Missing if item.takes_na => Datum::Missing,
        // Where the sheet takes no mark, what is missing is a field left open.
        Input::NotApplicable | Input::Missing => Datum::Blank,
    }
}

fn told(fact: Fact) -> Datum {
    match fact {
        Fact::Is(flag) => Datum::Bool(flag),
        Fact::Word(word) => Datum::text(word.as_str()),
        Fact::Number(number) => number.to_decimal().map_or(Datum::Blank, Datum::Number),
    }
}

/// The facts that may hold a grade down, as far as they are known.
fn capping(records: &Datum) -> Cells<Fact> {
    let Datum::Row(records) = records else { return Cells::default() };
    let fact = |key: Key| match records.get(&key)? {
        Datum::Bool(flag) => Some((key, Fact::Is(*flag))),
        Datum::Text(word) => Some((key, Fact::Word(Key::new(word).ok()?))),
        Datum::Number(number) => Some((key, Fact::Number(Ratio::from(*number)))),
        _ => None,
    };
    [BLACKLISTED, CREDIT_GRADE, OVERDUE_DAYS].into_iter().filter_map(fact).collect()
}
