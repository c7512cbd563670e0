//! Reads scorecards from TOML and refuses what cannot work, with every problem at once.

use std::collections::HashSet;
use std::fmt::Display;

use serde::Deserialize;

use super::ladder::{Condition, Ladder, LadderFault, Line};
use super::outcome::Fact;
use super::pareto::ParetoCuts;
use super::ratio::{Hundredths, Ratio};
use super::rfm::{High, RfmAxis, RfmTable, Segment};
use super::scorecard::{Band, Candidate, Cap, CapCondition, Item, NaRule, Scale, Scorecard, Scorecards};
use crate::key::Key;
use crate::text::{Lang, Text};
use crate::written;

/// All weights together, in basis points; spec N4.
const WHOLE: i64 = 10_000;

/// Why a file of scorecards cannot be used; `place` is a path such as `M01.V2`.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Problem {
    /// Not TOML, or not of the shape of a scorecard; the message names the line.
    #[error("{0}")]
    Syntax(String),
    /// A number that is none, or out of its range.
    #[error("{place}: {text:?} is no number from {min} to {max} with at most two decimals")]
    BadNumber {
        /// Where.
        place: String,
        /// What stands there.
        text: String,
        /// The least it may be.
        min: Hundredths,
        /// The most it may be.
        max: Hundredths,
    },
    /// A condition that says nothing.
    #[error("{place}: {text:?} is no condition such as \">= 30\" or \"else\"")]
    BadCondition {
        /// Where.
        place: String,
        /// What stands there.
        text: String,
    },
    /// Weights that are not exactly 100.00 %; spec N4.
    #[error("{place}: weights sum to {sum} %, {} % {} 100.00 %", Hundredths((sum.0 - WHOLE).abs()), if sum.0 < WHOLE { "short of" } else { "more than" })]
    WeightSum {
        /// The card.
        place: String,
        /// What they sum to, in basis points.
        sum: Hundredths,
    },
    /// An item without weight.
    #[error("{0} weighs nothing")]
    NoWeight(String),
    /// A scale that cannot work.
    #[error("{place}: the scale {fault}")]
    Scale {
        /// The item.
        place: String,
        /// What is wrong.
        fault: LadderFault,
    },
    /// A rating that leaves no step, or gives more than 100 points.
    #[error("{0}: the rating leaves no step or exceeds 100 points")]
    Rating(String),
    /// Neither lines nor a rating, or both.
    #[error("{0} needs either lines or a rating")]
    ScaleChoice(String),
    /// A name given twice.
    #[error("{0} stands twice")]
    Doubled(String),
    /// A name that is nowhere defined.
    #[error("{place} names {name}, which is not there")]
    Unknown {
        /// Where.
        place: String,
        /// What it names.
        name: String,
    },
    /// A text missing in one language.
    #[error("{place} has no {lang:?} text")]
    NoText {
        /// Where.
        place: String,
        /// The language.
        lang: Lang,
    },
    /// A card without items or without grades.
    #[error("{0} is empty")]
    Empty(String),
    /// Lower bounds that do not fall from grade to grade.
    #[error("{0} does not begin below the grade above it")]
    GradeOrder(String),
    /// The worst grade does not begin at 0, so some score would have no grade.
    #[error("{0}: the last grade does not begin at 0")]
    GradeGap(String),
    /// A cap with neither or both of `is` and `above`.
    #[error("{0} needs either \"is\" or \"above\"")]
    CapChoice(String),
    /// A cap at the best grade holds nothing down.
    #[error("{0} allows the best grade")]
    IdleCap(String),
    /// The second cut of the cumulative share is not above the first.
    #[error("{0}: the cuts do not rise")]
    CutOrder(String),
    /// An axis of M02 that does not give 5, 4, 3, 2, 1.
    #[error("{0} does not give the points 5, 4, 3, 2, 1")]
    AxisPoints(String),
    /// The eight segments are not each there once.
    #[error("{0}: not every combination of high and low has just one segment")]
    Segments(String),
    /// "High" outside 2–5, or a window or minimum below 1.
    #[error("{0} is out of range")]
    Setting(String),
}

/// The scorecards of a file.
///
/// # Errors
/// Every [`Problem`] that keeps a card from working; with [`Problem::Syntax`] only the first.
pub fn parse(text: &str) -> Result<Scorecards, Vec<Problem>> {
    let raw: RawFile = written::read(text).map_err(|error| vec![Problem::Syntax(error)])?;
    let mut check = Check::default();
    let cards: Vec<Scorecard> = raw.card.into_iter().map(|card| check.card(card)).collect();
    check.doubles("card", cards.iter().map(|card| card.id));
    let pareto = raw.pareto.map(|cuts| check.pareto(&cuts));
    let rfm = raw.rfm.map(|table| check.rfm(table));
    if check.problems.is_empty() { Ok(Scorecards { cards, pareto, rfm }) } else { Err(check.problems) }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    #[serde(default)]
    card: Vec<RawCard>,
    pareto: Option<RawPareto>,
    rfm: Option<RawRfm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCard {
    id: Key,
    version: u32,
    title: Text,
    minimum_present: String,
    #[serde(default)]
    item: Vec<RawItem>,
    #[serde(default)]
    grade: Vec<RawBand>,
    #[serde(default)]
    cap: Vec<RawCap>,
    candidate: Option<RawCandidate>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawItem {
    code: Key,
    label: Text,
    unit: Text,
    weight: String,
    #[serde(default)]
    required: bool,
    #[serde(default = "yes")]
    takes_na: bool,
    na_when: Option<RawNaRule>,
    lines: Option<Vec<RawLine>>,
    rating: Option<RawRating>,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLine {
    when: String,
    points: u8,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRating {
    min: u8,
    max: u8,
    points_per_step: u8,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawNaRule {
    item: Key,
    when: String,
    reason: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawBand {
    code: Key,
    label: Text,
    from: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCap {
    input: Key,
    is: Option<RawFact>,
    above: Option<String>,
    at_most: Key,
    reason: Text,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawFact {
    Is(bool),
    Word(Key),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCandidate {
    label: Text,
    grade: Key,
    from: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPareto {
    a_below: String,
    b_below: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRfm {
    version: u32,
    title: Text,
    window_days: u32,
    high: u8,
    quintile_minimum: u32,
    recency: RawAxis,
    frequency: RawAxis,
    monetary: RawAxis,
    #[serde(default)]
    segment: Vec<RawSegment>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAxis {
    label: Text,
    unit: Text,
    weight: String,
    lines: Vec<RawLine>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSegment {
    high: RawHigh,
    label: Text,
    action: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHigh {
    recency: bool,
    frequency: bool,
    monetary: bool,
}

/// Converts the raw shapes and collects what is wrong on the way.
#[derive(Default)]
struct Check {
    problems: Vec<Problem>,
}

impl Check {
    fn card(&mut self, raw: RawCard) -> Scorecard {
        let id = raw.id;
        self.text(id, "title", &raw.title);
        let card = Scorecard {
            id,
            version: raw.version,
            minimum_present: self.basis_points(format!("{id}.minimum_present"), &raw.minimum_present),
            items: raw.item.into_iter().map(|item| self.item(id, item)).collect(),
            grades: raw.grade.into_iter().map(|band| self.band(id, band)).collect(),
            caps: raw.cap.into_iter().map(|cap| self.cap(id, cap)).collect(),
            candidate: raw.candidate.map(|rule| self.candidate(id, rule)),
            title: raw.title,
        };
        self.weights(id.to_string(), card.items.iter().map(|item| item.weight));
        self.doubles(id, card.items.iter().map(|item| item.code));
        self.doubles(id, card.grades.iter().map(|band| band.code));
        self.grades(&card);
        self.references(&card);
        card
    }

    fn item(&mut self, card: Key, raw: RawItem) -> Item {
        let place = format!("{card}.{}", raw.code);
        self.text(&place, "label", &raw.label);
        self.text(&place, "unit", &raw.unit);
        let weight = self.basis_points(place.clone(), &raw.weight);
        if weight == 0 {
            self.problems.push(Problem::NoWeight(place.clone()));
        }
        Item {
            code: raw.code,
            weight,
            is_required: raw.required,
            takes_na: raw.takes_na,
            na_when: raw.na_when.map(|rule| self.na_rule(&place, rule)),
            scale: self.scale(place, raw.lines, raw.rating),
            label: raw.label,
            unit: raw.unit,
        }
    }

    fn na_rule(&mut self, place: &str, raw: RawNaRule) -> NaRule {
        self.text(place, "na_when", &raw.reason);
        NaRule { item: raw.item, when: self.condition(place, &raw.when), reason: raw.reason }
    }

    fn scale(&mut self, place: String, lines: Option<Vec<RawLine>>, rating: Option<RawRating>) -> Scale {
        match (lines, rating) {
            (Some(lines), None) => Scale::Lines(self.ladder(&place, lines)),
            (None, Some(RawRating { min, max, points_per_step })) => {
                if min >= max || points_per_step == 0 || u16::from(max) * u16::from(points_per_step) > 100 {
                    self.problems.push(Problem::Rating(place));
                }
                Scale::Rating { min, max, points_per_step }
            }
            _ => {
                self.problems.push(Problem::ScaleChoice(place));
                Scale::Lines(Ladder::default())
            }
        }
    }

    fn ladder(&mut self, place: &str, lines: Vec<RawLine>) -> Ladder {
        let before = self.problems.len();
        let lines = lines.into_iter();
        let ladder =
            Ladder(lines.map(|line| Line { when: self.condition(place, &line.when), points: line.points }).collect());
        // A line that says nothing would be blamed twice.
        if self.problems.len() == before {
            let faults = ladder.faults().into_iter();
            self.problems.extend(faults.map(|fault| Problem::Scale { place: place.to_owned(), fault }));
        }
        ladder
    }

    fn condition(&mut self, place: &str, text: &str) -> Condition {
        text.parse().unwrap_or_else(|_| {
            self.problems.push(Problem::BadCondition { place: place.to_owned(), text: text.to_owned() });
            Condition::Else
        })
    }

    fn band(&mut self, card: Key, raw: RawBand) -> Band {
        let place = format!("{card}.{}", raw.code);
        self.text(&place, "label", &raw.label);
        Band { code: raw.code, from: self.score(place, &raw.from), label: raw.label }
    }

    fn cap(&mut self, card: Key, raw: RawCap) -> Cap {
        let place = format!("{card}.{}", raw.input);
        self.text(&place, "reason", &raw.reason);
        let when = match (raw.is, raw.above) {
            (Some(RawFact::Is(flag)), None) => CapCondition::Is(Fact::Is(flag)),
            (Some(RawFact::Word(word)), None) => CapCondition::Is(Fact::Word(word)),
            (None, Some(text)) => CapCondition::Above(self.number(place, &text, i64::MIN, i64::MAX)),
            _ => {
                self.problems.push(Problem::CapChoice(place));
                CapCondition::Is(Fact::Is(true))
            }
        };
        Cap { input: raw.input, when, at_most: raw.at_most, reason: raw.reason }
    }

    fn candidate(&mut self, card: Key, raw: RawCandidate) -> Candidate {
        let place = format!("{card}.candidate");
        self.text(&place, "label", &raw.label);
        Candidate { grade: raw.grade, from: self.score(place, &raw.from), label: raw.label }
    }

    fn grades(&mut self, card: &Scorecard) {
        if card.items.is_empty() || card.grades.is_empty() {
            self.problems.push(Problem::Empty(card.id.to_string()));
        }
        for pair in card.grades.windows(2) {
            if let [above, band] = pair
                && band.from >= above.from
            {
                self.problems.push(Problem::GradeOrder(format!("{}.{}", card.id, band.code)));
            }
        }
        if card.grades.last().is_some_and(|last| last.from != Hundredths(0)) {
            self.problems.push(Problem::GradeGap(card.id.to_string()));
        }
    }

    fn references(&mut self, card: &Scorecard) {
        let unknown = |place: String, name: Key| Problem::Unknown { place, name: name.to_string() };
        for item in &card.items {
            let rule = item.na_when.as_ref().map(|rule| rule.item);
            if let Some(other) = rule.filter(|other| *other == item.code || card.item(*other).is_none()) {
                self.problems.push(unknown(format!("{}.{}.na_when", card.id, item.code), other));
            }
        }
        for cap in &card.caps {
            let place = format!("{}.{}", card.id, cap.input);
            match card.rank(cap.at_most) {
                None => self.problems.push(unknown(place, cap.at_most)),
                Some(0) => self.problems.push(Problem::IdleCap(place)),
                Some(_) => (),
            }
        }
        if let Some(rule) = card.candidate.as_ref().filter(|rule| card.rank(rule.grade).is_none()) {
            self.problems.push(unknown(format!("{}.candidate", card.id), rule.grade));
        }
    }

    fn pareto(&mut self, raw: &RawPareto) -> ParetoCuts {
        let cuts = ParetoCuts {
            a_below: self.basis_points("pareto.a_below".into(), &raw.a_below),
            b_below: self.basis_points("pareto.b_below".into(), &raw.b_below),
        };
        if cuts.a_below == 0 || cuts.a_below >= cuts.b_below {
            self.problems.push(Problem::CutOrder("pareto".into()));
        }
        cuts
    }

    fn rfm(&mut self, raw: RawRfm) -> RfmTable {
        self.text("rfm", "title", &raw.title);
        for (name, is_fine) in [
            ("rfm.high", (2..=5).contains(&raw.high)),
            ("rfm.window_days", (1..=36_600).contains(&raw.window_days)),
            ("rfm.quintile_minimum", raw.quintile_minimum >= 1),
        ] {
            if !is_fine {
                self.problems.push(Problem::Setting(name.into()));
            }
        }
        let table = RfmTable {
            version: raw.version,
            title: raw.title,
            window_days: raw.window_days,
            high: raw.high,
            quintile_minimum: raw.quintile_minimum,
            recency: self.axis("rfm.recency", raw.recency),
            frequency: self.axis("rfm.frequency", raw.frequency),
            monetary: self.axis("rfm.monetary", raw.monetary),
            segments: raw.segment.into_iter().map(|segment| self.segment(segment)).collect(),
        };
        self.weights("rfm".into(), table.axes().map(|axis| axis.weight).into_iter());
        let patterns: HashSet<High> = table.segments.iter().map(|segment| segment.high).collect();
        if patterns.len() != 8 || table.segments.len() != 8 {
            self.problems.push(Problem::Segments("rfm".into()));
        }
        table
    }

    fn axis(&mut self, place: &str, raw: RawAxis) -> RfmAxis {
        self.text(place, "label", &raw.label);
        self.text(place, "unit", &raw.unit);
        let axis = RfmAxis {
            weight: self.basis_points(place.to_owned(), &raw.weight),
            ladder: self.ladder(place, raw.lines),
            label: raw.label,
            unit: raw.unit,
        };
        if !axis.ladder.0.iter().map(|line| line.points).eq([5, 4, 3, 2, 1]) {
            self.problems.push(Problem::AxisPoints(place.to_owned()));
        }
        axis
    }

    fn segment(&mut self, raw: RawSegment) -> Segment {
        let RawHigh { recency, frequency, monetary } = raw.high;
        let place = format!("rfm.segment {}{}{}", u8::from(recency), u8::from(frequency), u8::from(monetary));
        self.text(&place, "label", &raw.label);
        self.text(&place, "action", &raw.action);
        Segment { high: High { recency, frequency, monetary }, label: raw.label, action: raw.action }
    }

    fn weights(&mut self, place: String, weights: impl Iterator<Item = u16>) {
        let sum: i64 = weights.map(i64::from).sum();
        if sum != WHOLE {
            self.problems.push(Problem::WeightSum { place, sum: Hundredths(sum) });
        }
    }

    fn doubles(&mut self, place: impl Display, names: impl Iterator<Item = Key>) {
        let mut seen = HashSet::new();
        let doubled = names.filter(|name| !seen.insert(*name));
        self.problems.extend(doubled.map(|name| Problem::Doubled(format!("{place}.{name}"))));
    }

    fn text(&mut self, place: impl Display, name: &str, text: &Text) {
        for lang in [Lang::Zh, Lang::En] {
            if text.get(lang).trim().is_empty() {
                self.problems.push(Problem::NoText { place: format!("{place}.{name}"), lang });
            }
        }
    }

    /// A percentage as basis points; nought, with a problem, where it is none.
    fn basis_points(&mut self, place: String, text: &str) -> u16 {
        u16::try_from(self.score(place, text).0).unwrap_or_default()
    }

    /// A number from 0 to 100 with two decimals.
    fn score(&mut self, place: String, text: &str) -> Hundredths {
        self.number(place, text, 0, WHOLE).rounded()
    }

    /// A number with at most two decimals, within hundredths.
    fn number(&mut self, place: String, text: &str, min: i64, max: i64) -> Ratio {
        let number = text.parse::<Ratio>().ok().filter(|number| {
            let rounded = number.rounded();
            *number == Ratio::hundredth(rounded.0) && (min..=max).contains(&rounded.0)
        });
        number.unwrap_or_else(|| {
            let (min, max) = (Hundredths(min), Hundredths(max));
            self.problems.push(Problem::BadNumber { place, text: text.to_owned(), min, max });
            Ratio::ZERO
        })
    }
}
