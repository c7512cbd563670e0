//! Versions of a scorecard: which numbers of it may be changed, what is kept of a changed one, and which is in force.
//!
//! A [`Template`] is a card in the form the parser reads. Changing it means setting some of its [`Dial`]s and parsing
//! what comes out, so that a version is held to every check of a shipped card. A version is a record of kind
//! [`kind::SCORECARD`]: proposed by one person, adopted by another, never overwritten (N4, N7). The one in force is the
//! one adopted last; the shipped card while none is. Results name the version that made them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::Value as Json;

use super::check::Problem;
use super::complaint::{self, ComplaintFacts, Level};
use super::ratio::Hundredths;
use super::{Inputs, Scorecard, churn, grade, scorecard};
use crate::book::{Book, Record};
use crate::change::Cells;
use crate::expr::{Expr, Function, Node};
use crate::form::{Form, Requirement};
use crate::key::Key;
use crate::kind;
use crate::stamp::{RecordId, Stamp};
use crate::text::Text;
use crate::value::Value;

/// Number of a version, counted from the shipped card's.
pub const VERSION: Key = Key::of("version");
/// The card of a version, as JSON in canonical order.
pub const CONTENT: Key = Key::of("content");
/// What became of a proposed version: [`ADOPTED`] or [`DECLINED`]; blank while nobody has decided.
pub const DECISION: Key = Key::of("decision");
/// Why it was decided so.
pub const DECISION_REASON: Key = Key::of("decision_reason");
/// The day from which an adopted version is used.
pub const FROM: Key = Key::of("from");
/// A version that is used from its day on.
pub const ADOPTED: &str = "adopted";
/// A version that is not to be used.
pub const DECLINED: &str = "declined";

/// The band of those proposed for more than the best grade; VIP in M01.
pub const CANDIDATE: Key = Key::of("VIP");

/// The models whose numbers a company may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Model {
    /// M01, the value of a customer.
    Value,
    /// M05, the severity of a complaint.
    Complaint,
    /// M15, the churn warning.
    Churn,
}

impl Model {
    /// All of them, in the order of the handbook.
    pub const ALL: [Self; 3] = [Self::Value, Self::Complaint, Self::Churn];

    /// Its name, such as `M01`.
    pub fn id(self) -> Key {
        Key::of(match self {
            Self::Value => "M01",
            Self::Complaint => "M05",
            Self::Churn => "M15",
        })
    }

    /// The model with this name.
    pub fn of(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|model| model.id() == *id)
    }

    /// The section of the handbook that holds its card.
    pub fn section(self) -> &'static str {
        match self {
            Self::Value => "4.1",
            Self::Complaint => "6.1",
            Self::Churn => "4.2",
        }
    }

    fn shipped(self) -> &'static str {
        match self {
            Self::Value => super::GRADING,
            Self::Complaint => complaint::SHIPPED,
            Self::Churn => churn::SHIPPED,
        }
    }

    /// The part of a file that holds the card.
    fn part(self) -> &'static str {
        match self {
            Self::Value => "card",
            Self::Complaint => "complaint",
            Self::Churn => "churn",
        }
    }

    fn root(self) -> &'static str {
        match self {
            Self::Value => "/card/0",
            Self::Complaint => "/complaint",
            Self::Churn => "/churn",
        }
    }
}

/// A card that may grade.
#[derive(Clone, Debug, PartialEq)]
pub enum Card {
    /// M01.
    Value(Scorecard),
    /// M05.
    Complaint(Box<complaint::Card>),
    /// M15.
    Churn(churn::Card),
}

/// What a card is asked about: the inputs of one customer or complaint.
#[derive(Clone, Debug)]
pub enum Facts {
    /// For M01.
    Value(Inputs),
    /// For M05.
    Complaint(ComplaintFacts),
    /// For M15.
    Churn(Box<churn::Signals>),
}

impl Card {
    /// What people call it.
    pub fn title(&self) -> &Text {
        match self {
            Self::Value(card) => &card.title,
            Self::Complaint(card) => &card.title,
            Self::Churn(card) => &card.title,
        }
    }

    /// Its bands from the first to the last, by what is stored, each with its name.
    pub fn bands(&self) -> Vec<(Key, Text)> {
        let named = |bands: &[scorecard::Band]| -> Vec<(Key, Text)> {
            bands.iter().map(|band| (band.code, band.label.clone())).collect()
        };
        match self {
            Self::Value(card) => {
                let candidate = card.candidate.as_ref().map(|rule| (CANDIDATE, rule.label.clone()));
                candidate.into_iter().chain(named(&card.grades)).collect()
            }
            Self::Complaint(card) => {
                Level::ALL.into_iter().map(|level| (level.code(), card.band(level).label.clone())).collect()
            }
            Self::Churn(card) => named(&card.colours),
        }
    }

    /// The band of one customer or complaint; none when it has none, or the facts are those of another model.
    pub fn band_of(&self, facts: &Facts) -> Option<Key> {
        match (self, facts) {
            (Self::Value(card), Facts::Value(inputs)) => {
                let outcome = grade(card, inputs);
                let graded = outcome.graded()?;
                Some(if graded.is_candidate { CANDIDATE } else { graded.grade })
            }
            (Self::Complaint(card), Facts::Complaint(facts)) => {
                Some(complaint::assess(card, facts).assessed()?.level.code())
            }
            (Self::Churn(card), Facts::Churn(signals)) => {
                let outcome = churn::assess(card, signals);
                outcome.colour.filter(|_| outcome.has_data())
            }
            _ => None,
        }
    }
}

/// What a number of a card is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DialKind {
    /// The weight of an item, per cent with at most two decimals; all together exactly 100.00.
    Weight,
    /// The lower bound of a band, 0–100 with at most two decimals.
    Bound,
    /// The points of an answer or a line, whole, 0–100.
    Points,
}

/// One number of a card that may be changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Dial {
    /// Where it stands in the card; names it in edits.
    pub place: String,
    /// What it is for.
    pub kind: DialKind,
    /// The item, factor, signal or band it belongs to.
    pub code: Key,
    /// What that is called; of a signal, its row.
    pub label: Text,
    /// What exactly the points are given for; nothing but for points.
    pub detail: Option<Detail>,
    /// What it is now, as it is typed.
    pub now: String,
}

/// What points are given for.
#[derive(Clone, Debug, PartialEq)]
pub enum Detail {
    /// A line of a scale, as written: `>= 30` or `else`.
    Line(String),
    /// An answer.
    Answer(Text),
}

/// Changed numbers by the place of their dials, as they were typed.
pub type Edits = BTreeMap<String, String>;

/// A card together with the form it is read from.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    /// The model.
    pub model: Model,
    /// What is worked with.
    pub card: Card,
    json: Json,
}

impl Template {
    /// The card as shipped.
    ///
    /// # Errors
    /// Never in a released app, whose cards are tested.
    pub fn shipped(model: Model) -> Result<Self, Vec<Problem>> {
        let mut json: Json = serde_json::from_str(model.shipped()).map_err(syntax)?;
        if let Some(parts) = json.as_object_mut() {
            parts.retain(|part, _| part == model.part());
        }
        Self::parsed(model, json)
    }

    /// A card as a version keeps it.
    ///
    /// # Errors
    /// Every [`Problem`] that keeps it from working.
    pub fn read(model: Model, content: &str) -> Result<Self, Vec<Problem>> {
        Self::parsed(model, serde_json::from_str(content).map_err(syntax)?)
    }

    fn parsed(model: Model, json: Json) -> Result<Self, Vec<Problem>> {
        let text = json.to_string();
        let card = match model {
            Model::Value => {
                let found = super::parse(&text)?.cards.into_iter().next();
                Card::Value(found.ok_or_else(|| vec![Problem::Empty(model.id().to_string())])?)
            }
            Model::Complaint => Card::Complaint(Box::new(complaint::parse(&text)?)),
            Model::Churn => Card::Churn(churn::parse(&text)?),
        };
        let id = match &card {
            Card::Value(card) => card.id,
            Card::Complaint(card) => card.id,
            Card::Churn(card) => card.id,
        };
        if id != model.id() {
            let (place, name) = (model.id().to_string(), id.to_string());
            return Err(vec![Problem::Unknown { place, name }]);
        }
        Ok(Self { model, card, json })
    }

    /// The number of the version.
    pub fn version(&self) -> u32 {
        match &self.card {
            Card::Value(card) => card.version,
            Card::Complaint(card) => card.version,
            Card::Churn(card) => card.version,
        }
    }

    /// What a version keeps of it: the same for the same card, whoever wrote it.
    pub fn content(&self) -> String {
        self.json.to_string()
    }

    /// Every number that may be changed, in the order of the card. The last band begins at 0 and stays there.
    pub fn dials(&self) -> Vec<Dial> {
        let root = self.model.root();
        let mut dials = Vec::new();
        let (groups, bands) = match self.model {
            Model::Value => ("item", "grade"),
            Model::Complaint => ("factor", "level"),
            Model::Churn => ("row", "colour"),
        };
        let items = self.listed(&format!("{root}/{groups}"));
        for (place, item) in &items {
            dials.extend(dial(place, item, "weight", DialKind::Weight, None));
        }
        let levels = self.listed(&format!("{root}/{bands}"));
        if let Some(candidate) = self.json.pointer(&format!("{root}/candidate")) {
            let found = dial(&format!("{root}/candidate"), candidate, "from", DialKind::Bound, None);
            dials.extend(found.map(|dial| Dial { code: CANDIDATE, ..dial }));
        }
        for (place, band) in levels.iter().take(levels.len().saturating_sub(1)) {
            dials.extend(dial(place, band, "from", DialKind::Bound, None));
        }
        for (place, item) in &items {
            self.points(place, item, &mut dials);
        }
        dials
    }

    fn listed(&self, place: &str) -> Vec<(String, &Json)> {
        let list = self.json.pointer(place).and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
        list.iter().enumerate().map(|(number, one)| (format!("{place}/{number}"), one)).collect()
    }

    fn points(&self, place: &str, owner: &Json, dials: &mut Vec<Dial>) {
        for (place, signal) in self.listed(&format!("{place}/signal")) {
            for (place, line) in self.listed(&format!("{place}/lines")) {
                let found = dial(&place, owner, "points", DialKind::Points, detail(line));
                let code = signal.get("signal").and_then(Json::as_str).and_then(|code| Key::new(code).ok());
                dials.extend(found.zip(code).map(|(dial, code)| Dial { code, now: points_of(line), ..dial }));
            }
        }
        for list in ["choices", "lines"] {
            for (place, line) in self.listed(&format!("{place}/{list}")) {
                let found = dial(&place, owner, "points", DialKind::Points, detail(line));
                dials.extend(found.map(|dial| Dial { now: points_of(line), ..dial }));
            }
        }
    }

    /// The card with some numbers changed, as version `version`.
    ///
    /// # Errors
    /// Every [`Problem`] that keeps it from working; a number that is none names its item or band.
    pub fn tuned(&self, edits: &Edits, version: u32) -> Result<Self, Vec<Problem>> {
        let mut json = self.json.clone();
        let mut problems = Vec::new();
        for dial in self.dials() {
            let Some(text) = edits.get(&dial.place) else { continue };
            let Some(number) = number(dial.kind, text) else {
                let max = Hundredths(10_000);
                let place = format!("{}.{}", self.model.id(), dial.code);
                problems.push(Problem::BadNumber { place, text: text.clone(), min: Hundredths(0), max });
                continue;
            };
            if let Some(stands) = json.pointer_mut(&dial.place) {
                *stands = number;
            }
        }
        if let Some(stands) = json.pointer_mut(&format!("{}/version", self.model.root())) {
            *stands = version.into();
        }
        if problems.is_empty() { Self::parsed(self.model, json) } else { Err(problems) }
    }

    /// Whether it differs from `other` in nothing but the numbers that may be changed.
    pub fn is_tuned_from(&self, other: &Self) -> bool {
        let numbers: Edits = other.dials().into_iter().map(|dial| (dial.place, dial.now)).collect();
        self.model == other.model
            && self.dials().len() == numbers.len()
            && self.tuned(&numbers, other.version()).is_ok_and(|same| same.json == other.json)
    }

    /// Whether every number is that of `other`.
    pub fn has_numbers_of(&self, other: &Self) -> bool {
        self.tuned(&Edits::new(), other.version()).is_ok_and(|same| same.json == other.json)
    }
}

fn syntax(error: impl ToString) -> Vec<Problem> {
    vec![Problem::Syntax(error.to_string())]
}

fn dial(place: &str, owner: &Json, cell: &str, kind: DialKind, detail: Option<Detail>) -> Option<Dial> {
    let label: Text = serde_json::from_value(owner.get("label")?.clone()).ok()?;
    let code = owner.get("code").and_then(Json::as_str).and_then(|code| Key::new(code).ok());
    let now = match kind {
        DialKind::Points => String::new(),
        DialKind::Weight | DialKind::Bound => owner.get(cell)?.as_str()?.to_owned(),
    };
    Some(Dial { place: format!("{place}/{cell}"), kind, code: code.unwrap_or(CANDIDATE), label, detail, now })
}

fn detail(line: &Json) -> Option<Detail> {
    match line.get("when").and_then(Json::as_str) {
        Some(when) => Some(Detail::Line(when.to_owned())),
        None => serde_json::from_value(line.get("label")?.clone()).ok().map(Detail::Answer),
    }
}

fn points_of(line: &Json) -> String {
    line.get("points").map(ToString::to_string).unwrap_or_default()
}

/// A typed number as the card writes it: shortest, so that equal numbers are written alike.
fn number(kind: DialKind, text: &str) -> Option<Json> {
    let typed: super::Ratio = text.trim().parse().ok()?;
    let rounded = typed.rounded();
    if typed != super::Ratio::hundredth(rounded.0) || !(0..=10_000).contains(&rounded.0) {
        return None;
    }
    match kind {
        DialKind::Points => typed.as_whole().map(Json::from),
        DialKind::Weight | DialKind::Bound => Some(typed.to_string().into()),
    }
}

/// A version as its record holds it.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    /// The record.
    pub record: RecordId,
    /// Its number; two devices that propose at once may give the same one, the records tell them apart.
    pub number: u32,
    /// Who proposed it, and when.
    pub proposed: (RecordId, Stamp),
    /// Why.
    pub reason: Box<str>,
    /// Whether it was adopted, by whom and when; none while nobody has decided.
    pub decided: Option<(bool, RecordId, Stamp)>,
    /// Why it was decided so.
    pub decision_reason: Box<str>,
    /// The day from which it is used; none while it is not adopted.
    pub from: Option<NaiveDate>,
}

impl Version {
    /// What a record of kind [`kind::SCORECARD`] says; none when it was never one.
    pub fn of(record: &Record) -> Option<Self> {
        let made = record.created()?;
        let decided = record.decided(DECISION).and_then(|change| match record.text(DECISION) {
            ADOPTED => Some((true, change.by, change.stamp)),
            DECLINED => Some((false, change.by, change.stamp)),
            _ => None,
        });
        Some(Self {
            record: record.id,
            number: record.get(VERSION).as_int().and_then(|number| u32::try_from(number).ok())?,
            proposed: (made.by, made.stamp),
            reason: record.text(kind::REASON).into(),
            decided,
            decision_reason: record.text(DECISION_REASON).into(),
            from: record.text(FROM).parse().ok(),
        })
    }

    /// Whether it was adopted and its day has come.
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.decided.is_some_and(|(is_adopted, ..)| is_adopted) && self.from.is_none_or(|from| from <= day)
    }
}

/// The fields of a proposed version.
pub fn proposal(template: &Template, reason: &str) -> Cells<Value> {
    let fields = [
        (kind::CARD, Value::from(template.model.id().as_str())),
        (VERSION, i64::from(template.version()).into()),
        (CONTENT, template.content().into()),
        (kind::REASON, reason.into()),
    ];
    fields.into_iter().collect()
}

/// Every version of a model's card, the newest first; deleted ones are left out.
pub fn versions(book: &Book, model: Model) -> Vec<Version> {
    let mut versions: Vec<Version> = book
        .of_kind(kind::SCORECARD)
        .filter(|record| record.text(kind::CARD) == model.id().as_str())
        .filter_map(Version::of)
        .collect();
    versions.sort_by_key(|version| std::cmp::Reverse((version.proposed.1, version.record)));
    versions
}

/// The version in force on a day: of those adopted and come to their day, the one decided last; none while the shipped
/// card is. Every device that knows the same changes finds the same one.
///
/// `is_usable` says of a version whether its card can be read and [`Template::is_tuned_from`] the shipped one; it is asked
/// instead of [`is_usable`] where the answers are kept.
pub fn in_force(
    book: &Book,
    model: Model,
    day: NaiveDate,
    is_usable: impl Fn(&Book, Model, RecordId) -> bool,
) -> Option<Version> {
    versions(book, model)
        .into_iter()
        .filter(|version| version.holds_on(day) && is_usable(book, model, version.record))
        .max_by_key(|version| (version.decided.map(|(_, _, stamp)| stamp), version.record))
}

/// Whether a version can be read and differs from the shipped card in its numbers alone.
pub fn is_usable(book: &Book, model: Model, version: RecordId) -> bool {
    let found = template_of(book, model, version).zip(Template::shipped(model).ok());
    found.is_some_and(|(found, shipped)| found.is_tuned_from(&shipped))
}

/// The card of a version, whether it is in force or not; none when there is no such version, or it cannot be read.
pub fn template_of(book: &Book, model: Model, version: RecordId) -> Option<Template> {
    let record = book.get(version).filter(|record| record.kind == kind::SCORECARD)?;
    Template::read(model, record.text(CONTENT)).ok()
}

/// The model with changeable numbers that works something out on a form; none where there is none.
pub fn model_of(form: &Form) -> Option<Model> {
    let asks = |expr: &Expr, model: Model| {
        expr.any(&|part| match &part.node {
            Node::Call(Function::Model, arguments) => {
                matches!(arguments.first().map(|name| &name.node), Some(Node::Text(name)) if model.id() == **name)
            }
            _ => false,
        })
    };
    let computed = || {
        form.fields().filter_map(|field| match &field.requirement {
            Requirement::Auto(Some(expr)) => Some(expr),
            _ => None,
        })
    };
    Model::ALL.into_iter().find(|model| computed().any(|expr| asks(expr, *model)))
}

/// The number of the next version: above every one ever given on this device.
pub fn next_number(book: &Book, model: Model, shipped: &Template) -> u32 {
    let given = versions(book, model).into_iter().map(|version| version.number);
    given.chain([shipped.version()]).max().unwrap_or_default().saturating_add(1)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::change::Act;
    use crate::stamp::Clock;

    fn in_force(book: &Book, model: Model, day: NaiveDate) -> Option<Version> {
        super::in_force(book, model, day, is_usable)
    }

    const NOON: u64 = 1_795_000_000_000;

    fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 26).unwrap()
    }

    fn edits(template: &Template, changes: &[(&str, &str)]) -> Edits {
        let dials = template.dials();
        let found = changes.iter().map(|(name, text)| {
            let dial = dials.iter().find(|dial| dial.kind != DialKind::Points && dial.code == **name).unwrap();
            (dial.place.clone(), (*text).to_owned())
        });
        found.collect()
    }

    fn acted(book: &mut Book, clock: &mut Clock, at: u64, build: impl FnOnce(&Book, &mut Act<'_>)) {
        let mut act = Act::begin(clock, at, RecordId::fixed(9));
        build(book, &mut act);
        for change in act.finish() {
            book.insert(change);
        }
    }

    fn adopt(book: &mut Book, clock: &mut Clock, at: u64, changes: &[(&str, &str)]) -> RecordId {
        let shipped = Template::shipped(Model::Value).unwrap();
        let tuned = shipped.tuned(&edits(&shipped, changes), next_number(book, Model::Value, &shipped)).unwrap();
        let mut made = None;
        acted(book, clock, at, |_, act| made = Some(act.create(kind::SCORECARD, proposal(&tuned, "why"))));
        let made = made.unwrap();
        acted(book, clock, at + 1, |book, act| {
            act.set(book, kind::SCORECARD, made, DECISION, ADOPTED.into());
            act.set(book, kind::SCORECARD, made, FROM, day().into());
        });
        made
    }

    #[test]
    fn every_number_that_may_be_changed_is_a_dial() {
        let count = |model, kind| {
            let dials = Template::shipped(model).unwrap().dials();
            assert!(dials.iter().all(|dial| !dial.now.is_empty()), "{dials:?}");
            dials.into_iter().filter(|dial| dial.kind == kind).count()
        };
        assert_eq!(
            [DialKind::Weight, DialKind::Bound, DialKind::Points].map(|kind| count(Model::Value, kind)),
            [8, 4, 41]
        );
        assert_eq!([DialKind::Weight, DialKind::Bound].map(|kind| count(Model::Complaint, kind)), [0, 3]);
        assert_eq!(count(Model::Complaint, DialKind::Points), 4 + 5 + 4 + 4 + 3);
        assert_eq!([DialKind::Weight, DialKind::Bound].map(|kind| count(Model::Churn, kind)), [0, 3]);
        assert_eq!(count(Model::Churn, DialKind::Points), 4 + 4 + 2 + 3 + 3 + 2 + 2 + 3);
    }

    #[test]
    fn a_tuned_card_is_read_back_and_nothing_else_of_it_changed() {
        let shipped = Template::shipped(Model::Value).unwrap();
        let tuned = shipped.tuned(&edits(&shipped, &[("V1", "30.50"), ("V2", "9.5"), ("A", "85")]), 2).unwrap();
        assert_eq!(Template::read(Model::Value, &tuned.content()).unwrap(), tuned);
        assert!(tuned.is_tuned_from(&shipped) && !tuned.has_numbers_of(&shipped));
        let Card::Value(card) = &tuned.card else { panic!("M01") };
        assert_eq!((card.version, card.item(Key::of("V1")).unwrap().weight), (2, 3050));
        let unchanged = shipped.tuned(&Edits::new(), 2).unwrap();
        assert!(unchanged.has_numbers_of(&shipped));
        let other = tuned.content().replace("年销售额", "销售额");
        assert!(!Template::read(Model::Value, &other).unwrap().is_tuned_from(&shipped));
    }

    #[test]
    fn a_card_that_cannot_work_is_refused_with_its_reasons() {
        let shipped = Template::shipped(Model::Value).unwrap();
        let said = |changes: &[(&str, &str)]| {
            let problems = shipped.tuned(&edits(&shipped, changes), 2).unwrap_err();
            problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
        };
        assert_eq!(said(&[("V1", "26")]), "M01: weights sum to 101.00 %, 1.00 % more than 100.00 %");
        assert_eq!(said(&[("A", "55")]), "M01.B does not begin below the grade above it");
        assert_eq!(
            said(&[("V1", "25,0")]),
            "M01.V1: \"25,0\" is no number from 0.00 to 100.00 with at most two decimals"
        );
        assert!(said(&[("V8", "0"), ("V1", "30")]).starts_with("M01.V8 weighs nothing"));
        assert!(Template::read(Model::Churn, "{").is_err());
        assert!(Template::read(Model::Value, &Template::shipped(Model::Churn).unwrap().content()).is_err());
    }

    #[test]
    fn the_version_adopted_last_is_in_force_in_whatever_order_it_arrives() {
        let (mut here, mut there) = (Book::new(), Book::new());
        let (mut one, mut two) = (Clock::new(1), Clock::new(2));
        assert_eq!(in_force(&here, Model::Value, day()), None);
        let first = adopt(&mut here, &mut one, NOON, &[("V1", "30"), ("V2", "10")]);
        let second = adopt(&mut there, &mut two, NOON + 50, &[("V1", "20"), ("V2", "20")]);
        assert_eq!(in_force(&here, Model::Value, day()).unwrap().record, first);
        let (all_here, all_there): (Vec<_>, Vec<_>) =
            (here.changes().into_iter().cloned().collect(), there.changes().into_iter().cloned().collect());
        here.merge(all_there, NOON + 100);
        there.merge(all_here, NOON + 100);
        for book in [&here, &there] {
            let found = in_force(book, Model::Value, day()).unwrap();
            assert_eq!((found.record, found.number), (second, 2));
            assert!(template_of(book, Model::Value, first).is_some());
        }
        assert_eq!(in_force(&here, Model::Value, day().pred_opt().unwrap()), None);
        assert_eq!(in_force(&here, Model::Churn, day()), None);
    }

    #[test]
    fn a_version_that_was_declined_undone_or_changes_more_is_not_in_force() {
        let (mut book, mut clock) = (Book::new(), Clock::new(1));
        let first = adopt(&mut book, &mut clock, NOON, &[("V1", "30"), ("V2", "10")]);
        let second = adopt(&mut book, &mut clock, NOON + 10, &[("A", "90")]);
        acted(&mut book, &mut clock, NOON + 20, |book, act| {
            act.set(book, kind::SCORECARD, second, DECISION, DECLINED.into());
        });
        assert_eq!(in_force(&book, Model::Value, day()).unwrap().record, first);
        let text = template_of(&book, Model::Value, first).unwrap().content().replace("\"70\"", "\"60\"");
        acted(&mut book, &mut clock, NOON + 30, |book, act| {
            act.set(book, kind::SCORECARD, first, CONTENT, text.into());
        });
        assert_eq!(in_force(&book, Model::Value, day()), None);
    }
}
