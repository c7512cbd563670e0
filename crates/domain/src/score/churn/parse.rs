//! Reads the card of M15 from TOML and refuses what cannot work, with every problem at once.

use std::num::NonZeroU16;

use serde::Deserialize;

use super::card::{Card, Row, Signal, SignalScale};
use crate::key::Key;
use crate::score::check::{Check, Problem, RawLine};
use crate::score::scorecard::Band;
use crate::text::Text;
use crate::written;

/// The card of M15 of a file.
///
/// # Errors
/// Every [`Problem`] that keeps the card from working; with [`Problem::Syntax`] only the first.
pub fn parse(text: &str) -> Result<Card, Vec<Problem>> {
    let raw: RawFile = written::read(text).map_err(|error| vec![Problem::Syntax(error)])?;
    let mut check = Check::default();
    let card = check.churn(raw.churn);
    if check.problems.is_empty() { Ok(card) } else { Err(check.problems) }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    churn: RawCard,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCard {
    id: Key,
    version: u32,
    title: Text,
    slight_per_ordinary: u16,
    sales_months: u16,
    complaint_days: u16,
    satisfaction_months: u16,
    #[serde(default)]
    row: Vec<RawRow>,
    #[serde(default)]
    colour: Vec<RawColour>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRow {
    code: Key,
    label: Text,
    #[serde(default)]
    signal: Vec<RawSignal>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSignal {
    signal: Signal,
    lines: Vec<RawLine>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawColour {
    code: Key,
    label: Text,
    from: String,
}

impl Check {
    fn churn(&mut self, raw: RawCard) -> Card {
        let id = raw.id;
        self.text(id, "title", &raw.title);
        for (name, setting) in [
            ("slight_per_ordinary", raw.slight_per_ordinary),
            ("sales_months", raw.sales_months),
            ("complaint_days", raw.complaint_days),
            ("satisfaction_months", raw.satisfaction_months),
        ] {
            if setting == 0 {
                self.problems.push(Problem::Setting(format!("{id}.{name}")));
            }
        }
        let card = Card {
            id,
            version: raw.version,
            title: raw.title,
            slight_per_ordinary: NonZeroU16::new(raw.slight_per_ordinary).unwrap_or(NonZeroU16::MIN),
            sales_months: raw.sales_months,
            complaint_days: raw.complaint_days,
            satisfaction_months: raw.satisfaction_months,
            rows: raw.row.into_iter().map(|row| self.row(id, row)).collect(),
            colours: raw.colour.into_iter().map(|colour| self.colour(id, colour)).collect(),
        };
        if card.rows.is_empty() {
            self.problems.push(Problem::Empty(format!("{id}.row")));
        }
        self.doubles(id, card.rows.iter().map(|row| row.code));
        self.doubles(id, card.rows.iter().flat_map(|row| &row.signals).map(|scale| scale.signal.code()));
        self.point_sum(id, card.rows.iter().map(Row::highest));
        self.doubles(id, card.colours.iter().map(|colour| colour.code));
        self.steps(id, card.colours.iter().map(|colour| (colour.code, colour.from)));
        card
    }

    fn row(&mut self, card: Key, raw: RawRow) -> Row {
        let place = format!("{card}.{}", raw.code);
        self.text(&place, "label", &raw.label);
        if raw.signal.is_empty() {
            self.problems.push(Problem::Empty(place.clone()));
        }
        let scales = raw.signal.into_iter().map(|RawSignal { signal, lines }| SignalScale {
            signal,
            ladder: self.directed_ladder(&format!("{place}.{}", signal.code()), lines, signal.warns_when_high()),
        });
        Row { code: raw.code, signals: scales.collect(), label: raw.label }
    }

    fn colour(&mut self, card: Key, raw: RawColour) -> Band {
        let place = format!("{card}.{}", raw.code);
        self.text(&place, "label", &raw.label);
        Band { code: raw.code, from: self.score(place, &raw.from), label: raw.label }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const WRITTEN: &str = include_str!("../../../../../playbook/04-key-accounts/4.2-key-accounts/scorecards.toml");

    #[test]
    fn the_shipped_card_is_sound() {
        assert_eq!(parse(WRITTEN).map(|card| card.version), Ok(1));
    }

    #[test]
    fn a_card_that_cannot_work_says_why() {
        for (old, new, said) in [
            ("points = 30", "points = 31", "M15: the highest points sum to 101, more than 100"),
            ("en = \"Contact\"", "en = \"\"", "M15.contact.label has no En text"),
            ("code = \"orders\"", "code = \"sales\"", "M15.sales stands twice"),
            ("signal = \"order_gap\"", "signal = \"overdue_days\"", "M15.overdue_days stands twice"),
            ("slight_per_ordinary = 2", "slight_per_ordinary = 0", "M15.slight_per_ordinary is out of range"),
            ("complaint_days = 90", "complaint_days = 0", "M15.complaint_days is out of range"),
            (
                "\"<= -50\"",
                "\"minus\"",
                "M15.sales.sales_change: \"minus\" is no condition such as \">= 30\" or \"else\"",
            ),
            (
                "points = 12",
                "points = 6",
                "M15.orders.order_gap: the scale line 3 does not give fewer points than the line above",
            ),
            ("from = \"40\"", "from = \"70\"", "M15.orange does not begin below the grade above it"),
            ("from = \"0\"", "from = \"10\"", "M15: the last grade does not begin at 0"),
            ("signal = \"satisfaction\"", "signal = \"mood\"", ""),
        ] {
            assert!(WRITTEN.contains(old), "{old}");
            let problems = parse(&WRITTEN.replacen(old, new, 1)).unwrap_err();
            if said.is_empty() {
                assert!(matches!(problems[..], [Problem::Syntax(_)]), "{problems:?}");
            } else {
                assert_eq!(problems.iter().map(ToString::to_string).collect::<Vec<_>>(), [said], "{old} → {new}");
            }
        }
    }

    #[test]
    fn a_scale_that_warns_of_growth_is_refused() {
        let turned = WRITTEN.replace("<= -", ">= ").replacen("\">= 15\"", "\">= 20\"", 1);
        let turned = turned.replacen("\">= 50\"", "\">= 70\"", 1).replacen("\">= 30\"", "\">= 60\"", 1);
        assert_eq!(parse(&turned), Err(vec![Problem::WrongWay("M15.sales.sales_change".into())]));
    }
}
