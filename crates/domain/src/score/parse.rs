//! Reads scorecards from TOML and refuses what cannot work, with every problem at once.

use std::collections::HashSet;

use serde::Deserialize;

use super::check::{Check, Problem, RawLine, Scores};
use super::ladder::Ladder;
use super::outcome::Fact;
use super::pareto::ParetoCuts;
use super::rfm::{High, RfmAxis, RfmTable, Segment};
use super::scorecard::{Band, Candidate, Cap, CapCondition, Item, NaRule, Scale, Scorecard, Scorecards};
use crate::key::Key;
use crate::text::Text;
use crate::written;

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
    field: Option<Key>,
    #[serde(default = "two")]
    places: u8,
    na_when: Option<RawNaRule>,
    lines: Option<Vec<RawLine>>,
    rating: Option<RawRating>,
}

fn yes() -> bool {
    true
}

fn two() -> u8 {
    2
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

impl Check {
    fn card(&mut self, raw: RawCard) -> Scorecard {
        let id = raw.id;
        let before = self.problems.len();
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
        self.steps(id, card.grades.iter().map(|band| (band.code, band.from)));
        if card.items.is_empty() && !card.grades.is_empty() {
            self.problems.push(Problem::Empty(id.to_string()));
        }
        self.references(&card);
        if self.problems.len() == before {
            self.grades_are_reached(&card);
        }
        card
    }

    /// Every grade is earned by some score, or a better one is held down to it; somebody can be proposed for more.
    fn grades_are_reached(&mut self, card: &Scorecard) {
        let (lowest, highest) = card.ends();
        let is_held_down = |grade: Key| {
            let is_earned = card.rank(grade).and_then(|rank| card.grades.get(..rank)).into_iter().flatten();
            card.caps.iter().any(|cap| cap.at_most == grade)
                && is_earned.into_iter().any(|better| better.from <= highest)
        };
        let bounds = card.grades.iter().map(|band| (band.code, band.from));
        self.reached(card.id, bounds, &Scores::Between(lowest, highest), is_held_down);
        if card.candidate.as_ref().is_some_and(|rule| rule.from > highest) {
            self.problems.push(Problem::OutOfReach { place: format!("{}.candidate", card.id), lowest, highest });
        }
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
            field: raw.field,
            places: raw.places,
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
}
