//! A result as a record of kind `score`: compact, never overwritten, and explained again from its inputs.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::facts::Source;
use super::outcome::{Fact, Input, Inputs, Outcome, grade};
use super::ratio::{Hundredths, Ratio};
use super::scorecard::Scorecard;
use crate::change::Cells;
use crate::key::Key;
use crate::kind;
use crate::stamp::RecordId;
use crate::value::{Mark, Value};

const AT: Key = Key::of("at");
const VERSION: Key = Key::of("version");
const INPUTS: Key = Key::of("inputs");
const FACTS: Key = Key::of("facts");
const SOURCES: Key = Key::of("sources");
const POINTS: Key = Key::of("points");
const EXACT: Key = Key::of("exact");
const ROUNDED: Key = Key::of("score");
const RAW_GRADE: Key = Key::of("raw_grade");
const CAPS: Key = Key::of("caps");
const MISSING: Key = Key::of("missing");
const CANDIDATE: Key = Key::of("candidate");
const TEMPLATE: Key = Key::of("template");

/// What the grade field holds where there is no grade.
const UNGRADED: &str = "ungraded";

/// One graded result as it is kept; who graded and when is said by the change that stored it (N7).
#[derive(Clone, Debug, PartialEq)]
pub struct StoredScore {
    /// The customer.
    pub customer: RecordId,
    /// The evaluation day.
    pub at: NaiveDate,
    /// The card, such as `M01`.
    pub card: Key,
    /// The version of the card.
    pub version: u32,
    /// The record of the version; none for the shipped card.
    pub template: Option<RecordId>,
    /// What the card was given.
    pub inputs: Inputs,
    /// What the inputs were worked out from.
    pub sources: Cells<Source>,
    /// The points of each item that has any.
    pub points: Cells<u8>,
    /// The score before rounding; none when ungraded, as with the four that follow.
    pub exact: Option<Ratio>,
    /// The rounded score.
    pub score: Option<Hundredths>,
    /// The grade before caps.
    pub raw_grade: Option<Key>,
    /// The grade.
    pub grade: Option<Key>,
    /// The facts that held the grade down.
    pub caps: Vec<Key>,
    /// The items that were missing.
    pub missing: Vec<Key>,
    /// Whether VIP was proposed.
    pub is_candidate: bool,
}

/// A field of a stored score that holds something it cannot.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the field {0} of a stored score cannot be read")]
pub struct BadField(pub Key);

/// Why a stored result cannot be explained again.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Differs {
    /// The card at hand is another one, or another version.
    #[error("graded by {card} version {version}")]
    OtherCard {
        /// The card it was graded by.
        card: Key,
        /// And its version.
        version: u32,
    },
    /// The same inputs give another result now; the stored one still counts.
    #[error("the same inputs give another result")]
    OtherResult(Box<Outcome>),
}

impl StoredScore {
    /// What is kept of a result.
    pub fn new(customer: RecordId, at: NaiveDate, inputs: Inputs, sources: Cells<Source>, outcome: &Outcome) -> Self {
        let graded = outcome.graded();
        Self {
            customer,
            at,
            card: outcome.card,
            version: outcome.version,
            template: None,
            inputs,
            sources,
            points: outcome.items.iter().filter_map(|item| Some((item.code, item.points()?))).collect(),
            exact: graded.map(|graded| graded.exact),
            score: graded.map(|graded| graded.score),
            raw_grade: graded.map(|graded| graded.raw_grade),
            grade: graded.map(|graded| graded.grade),
            caps: graded.map(|graded| graded.caps.iter().map(|cap| cap.input).collect()).unwrap_or_default(),
            missing: outcome.missing().collect(),
            is_candidate: graded.is_some_and(|graded| graded.is_candidate),
        }
    }

    /// The same, made by the version that `template` keeps.
    #[must_use]
    pub fn by_version(mut self, template: Option<RecordId>) -> Self {
        self.template = template;
        self
    }

    /// The fields of the record; what says nothing is left out.
    pub fn cells(&self) -> Cells<Value> {
        let texts = |keys: &[Key]| Value::List(keys.iter().map(|key| Value::from(key.as_str())).collect());
        let fields = [
            (kind::CUSTOMER_REF, self.customer.into()),
            (AT, self.at.into()),
            (kind::CARD, self.card.as_str().into()),
            (VERSION, i64::from(self.version).into()),
            (TEMPLATE, self.template.map_or(Value::Null, RecordId::into)),
            (INPUTS, map(&self.inputs.items, written_input)),
            (FACTS, map(&self.inputs.facts, written_fact)),
            (SOURCES, map(&self.sources, |source| source.to_string().into())),
            (POINTS, map(&self.points, |points| i64::from(*points).into())),
            (EXACT, self.exact.map_or(Value::Null, |exact| exact.to_string().into())),
            (ROUNDED, self.score.map_or(Value::Null, |score| score.0.into())),
            (RAW_GRADE, self.raw_grade.map_or(Value::Null, |grade| grade.as_str().into())),
            (kind::GRADE, self.grade.map_or(UNGRADED, Key::as_str).into()),
            (CAPS, texts(&self.caps)),
            (MISSING, texts(&self.missing)),
            (CANDIDATE, if self.is_candidate { true.into() } else { Value::Null }),
        ];
        fields.into_iter().filter(|(_, value)| !value.is_blank()).collect()
    }

    /// Reads a record's fields, `get` giving the content of each.
    ///
    /// # Errors
    /// The first field that holds something it cannot.
    pub fn read<'v>(get: impl Fn(Key) -> &'v Value) -> Result<Self, BadField> {
        let text = |key| get(key).as_text().ok_or(BadField(key));
        let name = |key| optional(get(key), |value| Key::new(value.as_text()?).ok()).map_err(|()| BadField(key));
        Ok(Self {
            customer: text(kind::CUSTOMER_REF)?.parse().map_err(|_| BadField(kind::CUSTOMER_REF))?,
            at: text(AT)?.parse().map_err(|_| BadField(AT))?,
            card: name(kind::CARD)?.ok_or(BadField(kind::CARD))?,
            version: whole(get(VERSION)).ok_or(BadField(VERSION))?,
            template: optional(get(TEMPLATE), |value| value.as_text()?.parse().ok()).map_err(|()| BadField(TEMPLATE))?,
            inputs: Inputs {
                items: cells(get(INPUTS), read_input).ok_or(BadField(INPUTS))?,
                facts: cells(get(FACTS), read_fact).ok_or(BadField(FACTS))?,
            },
            sources: cells(get(SOURCES), |value| value.as_text()?.parse().ok()).ok_or(BadField(SOURCES))?,
            points: cells(get(POINTS), whole).ok_or(BadField(POINTS))?,
            exact: optional(get(EXACT), |value| value.as_text()?.parse().ok()).map_err(|()| BadField(EXACT))?,
            score: optional(get(ROUNDED), |value| value.as_int().map(Hundredths)).map_err(|()| BadField(ROUNDED))?,
            raw_grade: name(RAW_GRADE)?,
            grade: name(kind::GRADE)?.filter(|grade| *grade != *UNGRADED),
            caps: names(get(CAPS)).ok_or(BadField(CAPS))?,
            missing: names(get(MISSING)).ok_or(BadField(MISSING))?,
            is_candidate: get(CANDIDATE).as_bool().unwrap_or_default(),
        })
    }

    /// The whole trace, worked out again from the stored inputs.
    ///
    /// # Errors
    /// When the card is not the one that graded, or the result is no longer the stored one.
    pub fn outcome(&self, card: &Scorecard) -> Result<Outcome, Differs> {
        if (card.id, card.version) != (self.card, self.version) {
            return Err(Differs::OtherCard { card: self.card, version: self.version });
        }
        let outcome = grade(card, &self.inputs);
        let again = Self::new(self.customer, self.at, self.inputs.clone(), self.sources.clone(), &outcome)
            .by_version(self.template);
        if again == *self { Ok(outcome) } else { Err(Differs::OtherResult(Box::new(outcome))) }
    }
}

fn map<T>(cells: &Cells<T>, written: impl Fn(&T) -> Value) -> Value {
    if cells.is_empty() {
        return Value::Null;
    }
    let rows: BTreeMap<Key, Value> = cells.iter().map(|(key, content)| (key, written(content))).collect();
    Value::Map(Box::new(rows))
}

fn cells<T>(value: &Value, read: impl Fn(&Value) -> Option<T>) -> Option<Cells<T>> {
    match value {
        Value::Null => Some(Cells::default()),
        Value::Map(rows) => rows.iter().map(|(key, value)| Some((*key, read(value)?))).collect(),
        _ => None,
    }
}

fn optional<T>(value: &Value, read: impl Fn(&Value) -> Option<T>) -> Result<Option<T>, ()> {
    if *value == Value::Null { Ok(None) } else { read(value).map(Some).ok_or(()) }
}

fn whole<T: TryFrom<i64>>(value: &Value) -> Option<T> {
    T::try_from(value.as_int()?).ok()
}

fn names(value: &Value) -> Option<Vec<Key>> {
    match value {
        Value::Null => Some(Vec::new()),
        Value::List(items) => items.iter().map(|item| Key::new(item.as_text()?).ok()).collect(),
        _ => None,
    }
}

fn written_input(input: &Input) -> Value {
    match input {
        Input::Value(value) => value.to_string().into(),
        Input::NotApplicable => Value::Mark(Mark::NotApplicable),
        Input::Missing => Value::Mark(Mark::Missing),
    }
}

fn read_input(value: &Value) -> Option<Input> {
    match value {
        Value::Text(text) => text.parse().ok().map(Input::Value),
        Value::Mark(Mark::NotApplicable) => Some(Input::NotApplicable),
        Value::Mark(Mark::Missing) => Some(Input::Missing),
        _ => None,
    }
}

/// Words are texts, whole numbers are numbers; other numbers stand in a list, so that none is taken for a word.
fn written_fact(fact: &Fact) -> Value {
    match fact {
        Fact::Is(flag) => (*flag).into(),
        Fact::Word(word) => word.as_str().into(),
        Fact::Number(number) => match number.as_whole() {
            Some(whole) => whole.into(),
            None => Value::List(vec![number.to_string().into()]),
        },
    }
}

fn read_fact(value: &Value) -> Option<Fact> {
    match value {
        Value::Bool(flag) => Some(Fact::Is(*flag)),
        Value::Text(word) => Key::new(word).ok().map(Fact::Word),
        Value::Int(number) => Some(Fact::Number(Ratio::whole(*number))),
        Value::List(items) => items.first()?.as_text()?.parse().ok().map(Fact::Number),
        _ => None,
    }
}
