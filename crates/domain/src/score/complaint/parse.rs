//! Reads the card of M05 from TOML and refuses what cannot work, with every problem at once.

use serde::Deserialize;

use super::card::{
    Card, Choice, Factor, FactorScale, Floor, Level, LevelBand, Priority, PriorityLimit, Raise, Sla, Veto,
};
use crate::calendar::{ClockRule, Limit, plain_time};
use crate::key::Key;
use crate::score::check::{Check, Problem, RawLine};
use crate::text::Text;
use crate::workflow::Deadline;
use crate::written;

/// The card of M05 of a file.
///
/// # Errors
/// Every [`Problem`] that keeps the card from working; with [`Problem::Syntax`] only the first.
pub fn parse(text: &str) -> Result<Card, Vec<Problem>> {
    let raw: RawFile = written::read(text).map_err(|error| vec![Problem::Syntax(error)])?;
    let mut check = Check::default();
    let card = check.complaint(raw.complaint);
    match card {
        Some(card) if check.problems.is_empty() => Ok(card),
        _ => Err(check.problems),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    complaint: RawCard,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCard {
    id: Key,
    version: u32,
    title: Text,
    #[serde(default)]
    factor: Vec<RawFactor>,
    #[serde(default)]
    level: Vec<RawLevel>,
    #[serde(default)]
    veto: Vec<RawVeto>,
    #[serde(default)]
    floor: Vec<RawFloor>,
    #[serde(default)]
    raise: Vec<RawRaise>,
    #[serde(default)]
    limit: Vec<RawLimit>,
    #[serde(default)]
    priority: Vec<RawSla>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFactor {
    code: Key,
    field: Key,
    label: Text,
    choices: Option<Vec<RawChoice>>,
    unit: Option<Text>,
    #[serde(default)]
    money: bool,
    least: Option<String>,
    lines: Option<Vec<RawLine>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawChoice {
    code: Key,
    label: Text,
    points: u8,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLevel {
    code: Level,
    label: Text,
    from: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawVeto {
    factor: Key,
    is: Key,
    reason: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFloor {
    factor: Key,
    is: Key,
    at_least: Level,
    reason: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRaise {
    tiers: Vec<Key>,
    by: u8,
    reason: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLimit {
    factor: Key,
    is: Key,
    at_most: Priority,
    reason: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSla {
    code: Priority,
    first_response: String,
    first_day_off: Option<Box<str>>,
    plan: String,
    resolution: String,
}

impl Check {
    /// None only with a problem noted.
    fn complaint(&mut self, raw: RawCard) -> Option<Card> {
        let id = raw.id;
        self.text(id, "title", &raw.title);
        let factors: Vec<Factor> = raw.factor.into_iter().map(|factor| self.factor(id, factor)).collect();
        self.factors(id, &factors);
        let levels = self.levels(id, raw.level);
        let slas = self.slas(id, &raw.priority);
        let vetoes = raw.veto.into_iter().map(|veto| self.veto(id, &factors, veto)).collect();
        let floors = raw.floor.into_iter().map(|floor| self.floor(id, &factors, floor)).collect();
        let raises: Vec<Raise> = raw.raise.into_iter().map(|raise| self.raise(id, raise)).collect();
        let limits = raw.limit.into_iter().map(|limit| self.limit(id, &factors, limit)).collect();
        self.doubles(format!("{id}.raise"), raises.iter().flat_map(|raise| raise.tiers.iter().copied()));
        Some(Card {
            id,
            version: raw.version,
            title: raw.title,
            factors,
            levels: levels?,
            vetoes,
            floors,
            raises,
            limits,
            slas: slas?,
        })
    }

    fn factor(&mut self, card: Key, raw: RawFactor) -> Factor {
        let place = format!("{card}.{}", raw.code);
        self.text(&place, "label", &raw.label);
        let scale = match (raw.choices, raw.lines, raw.unit) {
            (Some(choices), None, None) if raw.least.is_none() && !raw.money => {
                let choices: Vec<Choice> = choices.into_iter().map(|choice| self.choice(&place, choice)).collect();
                self.doubles(&place, choices.iter().map(|choice| choice.code));
                if choices.is_empty() {
                    self.problems.push(Problem::Empty(place));
                }
                FactorScale::Choices(choices)
            }
            (None, Some(lines), Some(unit)) => {
                self.text(&place, "unit", &unit);
                let least = raw.least.unwrap_or_else(|| "0".into());
                FactorScale::Lines {
                    unit,
                    is_money: raw.money,
                    least: self.number(format!("{place}.least"), &least, 0, i64::MAX),
                    ladder: self.directed_ladder(&place, lines, true),
                }
            }
            _ => {
                self.problems.push(Problem::AnswerChoice(place));
                FactorScale::Choices(Vec::new())
            }
        };
        Factor { code: raw.code, field: raw.field, label: raw.label, scale }
    }

    fn choice(&mut self, factor: &str, raw: RawChoice) -> Choice {
        self.text(format!("{factor}.{}", raw.code), "label", &raw.label);
        Choice { code: raw.code, label: raw.label, points: raw.points }
    }

    fn factors(&mut self, card: Key, factors: &[Factor]) {
        if factors.is_empty() {
            self.problems.push(Problem::Empty(card.to_string()));
        }
        self.doubles(card, factors.iter().map(|factor| factor.code));
        self.doubles(format!("{card}.field"), factors.iter().map(|factor| factor.field));
        self.point_sum(card, factors.iter().map(|factor| factor.scale.highest()));
    }

    fn levels(&mut self, card: Key, raw: Vec<RawLevel>) -> Option<[LevelBand; 4]> {
        self.in_order(card, "level", raw.iter().map(|level| level.code), Level::ALL, Level::code)?;
        let bands: Vec<(Key, LevelBand)> = raw
            .into_iter()
            .map(|raw| {
                let place = format!("{card}.{}", raw.code.code());
                self.text(&place, "label", &raw.label);
                (raw.code.code(), LevelBand { from: self.score(place, &raw.from), label: raw.label })
            })
            .collect();
        self.steps(card, bands.iter().map(|(code, band)| (*code, band.from)));
        bands.into_iter().map(|(_, band)| band).collect::<Vec<_>>().try_into().ok()
    }

    fn slas(&mut self, card: Key, raw: &[RawSla]) -> Option<[Sla; 4]> {
        self.in_order(card, "priority", raw.iter().map(|sla| sla.code), Priority::ALL, Priority::code)?;
        let slas: Vec<Sla> = raw.iter().map(|raw| self.sla(card, raw)).collect();
        for (pair, raw) in slas.windows(2).zip(raw.iter().skip(1)) {
            if let [above, sla] = pair {
                self.rising(format!("{card}.{}", raw.code.code()), above, sla);
            }
        }
        slas.try_into().ok()
    }

    fn sla(&mut self, card: Key, raw: &RawSla) -> Sla {
        let place = |name: &str| format!("{card}.{}.{name}", raw.code.code());
        let day_off = raw.first_day_off.as_ref().and_then(|written| {
            let time = plain_time(written).ok();
            if time.is_none() {
                self.problems.push(Problem::BadTime { place: place("first_day_off"), text: written.to_string() });
            }
            time
        });
        Sla {
            first_response: ClockRule { limit: self.time_limit(place("first_response"), &raw.first_response), day_off },
            plan: self.time_limit(place("plan"), &raw.plan).into(),
            resolution: self.time_limit(place("resolution"), &raw.resolution).into(),
        }
    }

    /// Of two limits in one unit, the less urgent priority has the longer; others cannot be compared.
    fn rising(&mut self, place: String, above: &Sla, sla: &Sla) {
        let limits = |sla: &Sla| [sla.first_response, sla.plan, sla.resolution].map(|rule| rule.limit);
        let is_shorter = limits(above).into_iter().zip(limits(sla)).any(|limits| match limits {
            (Limit::CalendarMinutes(above), Limit::CalendarMinutes(below))
            | (Limit::WorkingMinutes(above), Limit::WorkingMinutes(below))
            | (Limit::WorkingDays(above), Limit::WorkingDays(below)) => below < above,
            _ => false,
        });
        if is_shorter {
            self.problems.push(Problem::LimitOrder(place));
        }
    }

    fn time_limit(&mut self, place: String, text: &str) -> Limit {
        let limit = match text.parse() {
            Ok(Deadline::WorkingDays(days)) => Some(Limit::WorkingDays(days.into())),
            Ok(Deadline::WorkingHours(hours)) => Some(Limit::working_hours(hours.into())),
            Ok(Deadline::WorkingMinutes(minutes)) => Some(Limit::WorkingMinutes(minutes.into())),
            Ok(Deadline::Hours(hours)) => Some(Limit::hours(hours.into())),
            Ok(Deadline::Minutes(minutes)) => Some(Limit::CalendarMinutes(minutes.into())),
            _ => None,
        };
        limit.unwrap_or_else(|| {
            self.problems.push(Problem::BadLimit { place, text: text.to_owned() });
            Limit::WorkingDays(0)
        })
    }

    fn veto(&mut self, card: Key, factors: &[Factor], raw: RawVeto) -> Veto {
        let RawVeto { factor, is, reason } = raw;
        self.answer(card, "veto", factors, (factor, is), &reason);
        Veto { factor, is, reason }
    }

    fn floor(&mut self, card: Key, factors: &[Factor], raw: RawFloor) -> Floor {
        let RawFloor { factor, is, at_least, reason } = raw;
        self.answer(card, "floor", factors, (factor, is), &reason);
        if at_least == Level::IV {
            self.problems.push(Problem::Idle(format!("{card}.floor.{factor}")));
        }
        Floor { factor, is, at_least, reason }
    }

    fn raise(&mut self, card: Key, raw: RawRaise) -> Raise {
        let RawRaise { tiers, by, reason } = raw;
        let place = format!("{card}.raise");
        self.text(&place, "reason", &reason);
        if tiers.is_empty() {
            self.problems.push(Problem::Empty(place.clone()));
        }
        if !(1..=3).contains(&by) {
            self.problems.push(Problem::Setting(format!("{place}.by")));
        }
        Raise { tiers, by, reason }
    }

    fn limit(&mut self, card: Key, factors: &[Factor], raw: RawLimit) -> PriorityLimit {
        let RawLimit { factor, is, at_most, reason } = raw;
        self.answer(card, "limit", factors, (factor, is), &reason);
        if at_most == Priority::P4 {
            self.problems.push(Problem::Idle(format!("{card}.limit.{factor}")));
        }
        PriorityLimit { factor, is, at_most, reason }
    }

    /// An answer that a factor with choices can have.
    fn answer(&mut self, card: Key, rule: &str, factors: &[Factor], (code, is): (Key, Key), reason: &Text) {
        let place = format!("{card}.{rule}.{code}");
        self.text(&place, "reason", reason);
        let unknown = match factors.iter().find(|factor| factor.code == code).map(|factor| &factor.scale) {
            None => Some(code),
            Some(FactorScale::Choices(choices)) => choices.iter().all(|choice| choice.code != is).then_some(is),
            Some(FactorScale::Lines { .. }) => Some(is),
        };
        if let Some(name) = unknown {
            self.problems.push(Problem::Unknown { place, name: name.to_string() });
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const WRITTEN: &str = include_str!("../../../../../playbook/06-complaints/6.1-reception/scorecards.toml");

    /// What is wrong with the shipped card after the first of `old` became `new`.
    fn problems(old: &str, new: &str) -> Vec<String> {
        assert!(WRITTEN.contains(old), "{old}");
        parse(&WRITTEN.replacen(old, new, 1)).unwrap_err().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_shipped_card_is_sound() {
        assert_eq!(parse(WRITTEN).map(|card| card.version), Ok(1));
    }

    #[test]
    fn a_card_that_cannot_work_says_why() {
        for (old, new, said) in [
            ("points = 40", "points = 41", "M05: the highest points sum to 101, more than 100"),
            ("en = \"Safety\"", "en = \" \"", "M05.F1.label has no En text"),
            ("code = \"F2\"", "code = \"F1\"", "M05.F1 stands twice"),
            ("field = \"scope\"", "field = \"safety\"", "M05.field.safety stands twice"),
            ("code = \"minor\"", "code = \"none\"", "M05.F1.none stands twice"),
            (
                "least = \"0\"",
                "least = \"-1\"",
                "M05.F2.least: \"-1\" is no number from 0.00 to 92233720368547758.07 with at most two decimals",
            ),
            ("> 0\"", "< 0\"", "M05.F2: the scale line 4 turns the direction of the scale"),
            ("from = \"35\"", "from = \"60\"", "M05.II does not begin below the grade above it"),
            ("from = \"0\"", "from = \"1\"", "M05: the last grade does not begin at 0"),
            ("code = \"II\"", "code = \"III\"", "M05.level needs I, II, III, IV, in this order"),
            ("code = \"P1\"", "code = \"P2\"", "M05.priority needs P1, P2, P3, P4, in this order"),
            ("is = \"serious\"", "is = \"deadly\"", "M05.veto.F1 names deadly, which is not there"),
            ("factor = \"F1\"", "factor = \"F9\"", "M05.veto.F9 names F9, which is not there"),
            ("factor = \"F1\"", "factor = \"F2\"", "M05.veto.F2 names serious, which is not there"),
            ("at_least = \"II\"", "at_least = \"IV\"", "M05.floor.F4 changes nothing"),
            ("at_most = \"P2\"", "at_most = \"P4\"", "M05.limit.F4 changes nothing"),
            ("by = 1", "by = 4", "M05.raise.by is out of range"),
            ("[\"VIP\", \"A\"]", "[\"A\", \"A\"]", "M05.raise.A stands twice"),
            ("[\"VIP\", \"A\"]", "[]", "M05.raise is empty"),
            ("\"24h\"", "\"soon\"", "M05.P1.plan: \"soon\" is no time limit such as \"24h\" or \"2WD\""),
            ("\"24h\"", "\"C4\"", "M05.P1.plan: \"C4\" is no time limit such as \"24h\" or \"2WD\""),
            ("\"12h\"", "\"1h\"", "M05.P2 is given less time than the priority above it"),
            ("12:00:00", "12:00:30", "M05.P3.first_day_off: 12:00:30 is no time of day in whole minutes"),
        ] {
            assert_eq!(problems(old, new), [said], "{old} → {new}");
        }
    }

    #[test]
    fn a_factor_has_choices_or_lines() {
        let said = ["M05.F2 needs either choices, or lines and a unit"];
        assert_eq!(problems("unit = { zh = \"元\", en = \"CNY\" }\n", ""), said);
        assert_eq!(problems("money = true\n", "money = true\nchoices = []\n"), said);
    }

    #[test]
    fn every_problem_is_named_at_once() {
        let broken = WRITTEN.replacen("from = \"60\"", "from = \"100.001\"", 1).replacen("\"2h\"", "\"2 hours\"", 1);
        assert_eq!(parse(&broken).unwrap_err().len(), 3);
        assert!(matches!(parse("complaint = 1").unwrap_err()[..], [Problem::Syntax(_)]));
        assert!(matches!(parse(&format!("{WRITTEN}\nnew = 1")).unwrap_err()[..], [Problem::Syntax(_)]));
    }
}
