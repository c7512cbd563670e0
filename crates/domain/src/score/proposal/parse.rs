//! Reads the card of M13 from TOML and refuses what cannot work, with every problem at once.

use serde::Deserialize;

use super::card::{Card, Criterion, Decision, Grade};
use crate::key::Key;
use crate::score::check::{Check, Problem};
use crate::text::Text;
use crate::written;

/// The card of M13 of a file.
///
/// # Errors
/// Every [`Problem`] that keeps the card from working; with [`Problem::Syntax`] only the first.
pub fn parse(text: &str) -> Result<Card, Vec<Problem>> {
    let raw: RawFile = written::read(text).map_err(|error| vec![Problem::Syntax(error)])?;
    let mut check = Check::default();
    let card = check.proposal(raw.proposal);
    if check.problems.is_empty() { Ok(card) } else { Err(check.problems) }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    proposal: RawCard,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCard {
    id: Key,
    version: u32,
    title: Text,
    minimum_reviewers: u16,
    trim_from: u16,
    #[serde(default)]
    criterion: Vec<RawCriterion>,
    #[serde(default)]
    grade: Vec<RawGrade>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCriterion {
    code: Key,
    field: Key,
    label: Text,
    weight: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawGrade {
    code: Key,
    label: Text,
    from: String,
    decision: Decision,
}

impl Check {
    fn proposal(&mut self, raw: RawCard) -> Card {
        let id = raw.id;
        self.text(id, "title", &raw.title);
        let is_fine = [("minimum_reviewers", raw.minimum_reviewers >= 1), ("trim_from", raw.trim_from >= 3)];
        for (name, _) in is_fine.into_iter().filter(|(_, is_fine)| !is_fine) {
            self.problems.push(Problem::Setting(format!("{id}.{name}")));
        }
        let card = Card {
            id,
            version: raw.version,
            title: raw.title,
            minimum_reviewers: raw.minimum_reviewers,
            trim_from: raw.trim_from,
            criteria: raw.criterion.into_iter().map(|one| self.criterion(id, one)).collect(),
            grades: raw.grade.into_iter().map(|grade| self.grade(id, grade)).collect(),
        };
        self.weights(id.to_string(), card.criteria.iter().map(|one| one.weight));
        self.doubles(id, card.criteria.iter().map(|one| one.code));
        self.doubles(format!("{id}.field"), card.criteria.iter().map(|one| one.field));
        self.doubles(id, card.grades.iter().map(|grade| grade.code));
        self.steps(id, card.grades.iter().map(|grade| (grade.code, grade.from)));
        for pair in card.grades.windows(2) {
            if let [above, grade] = pair
                && grade.decision < above.decision
            {
                self.problems.push(Problem::DecisionOrder(format!("{id}.{}", grade.code)));
            }
        }
        card
    }

    fn criterion(&mut self, card: Key, raw: RawCriterion) -> Criterion {
        let place = format!("{card}.{}", raw.code);
        self.text(&place, "label", &raw.label);
        let weight = self.basis_points(place.clone(), &raw.weight);
        if weight == 0 {
            self.problems.push(Problem::NoWeight(place));
        }
        Criterion { code: raw.code, field: raw.field, label: raw.label, weight }
    }

    fn grade(&mut self, card: Key, raw: RawGrade) -> Grade {
        let place = format!("{card}.{}", raw.code);
        self.text(&place, "label", &raw.label);
        Grade { code: raw.code, from: self.score(place, &raw.from), label: raw.label, decision: raw.decision }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const WRITTEN: &str = include_str!("../../../../../playbook/03-relationship/3.4-proposals/scorecards.toml");

    #[test]
    fn the_shipped_card_is_sound() {
        assert_eq!(parse(WRITTEN).map(|card| card.version), Ok(1));
    }

    #[test]
    fn a_card_that_cannot_work_says_why() {
        for (old, new, said) in [
            ("weight = \"30\"", "weight = \"29\"", "M13: weights sum to 99.00 %, 1.00 % short of 100.00 %"),
            ("en = \"Benefit\"", "en = \"\"", "M13.benefit.label has no En text"),
            ("code = \"value\"", "code = \"benefit\"", "M13.benefit stands twice"),
            ("field = \"s_value\"", "field = \"s_benefit\"", "M13.field.s_benefit stands twice"),
            ("minimum_reviewers = 3", "minimum_reviewers = 0", "M13.minimum_reviewers is out of range"),
            ("trim_from = 5", "trim_from = 2", "M13.trim_from is out of range"),
            ("from = \"80\"", "from = \"90\"", "M13.second does not begin below the grade above it"),
            ("from = \"0\"", "from = \"10\"", "M13: the last grade does not begin at 0"),
            ("code = \"third\"", "code = \"second\"", "M13.second stands twice"),
            ("\"adopted\"", "\"kept\"", "M13.second decides better than the grade above it"),
        ] {
            assert!(WRITTEN.contains(old), "{old}");
            let problems = parse(&WRITTEN.replacen(old, new, 1)).unwrap_err();
            assert_eq!(problems.iter().map(ToString::to_string).collect::<Vec<_>>(), [said], "{old} → {new}");
        }
        assert!(matches!(parse("[proposal]").unwrap_err()[..], [Problem::Syntax(_)]));
    }
}
