//! Who is told when the clock of a case runs on (C3, R-6.2-1).

use serde::Deserialize;

use crate::calendar::Stage;
use crate::key::Key;
use crate::workflow::Role;
use crate::written;

/// The shipped rules.
const SHIPPED: &str = include_str!(concat!(env!("OUT_DIR"), "/playbook/calendar/escalation.json"));

/// Who is told of which cases at which mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EscalationRules {
    /// The processes whose cases go up.
    processes: Vec<Box<str>>,
    /// The marks in order, each with who is told from there on.
    told: Vec<(Stage, Role)>,
}

/// What is wrong with rules of escalation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EscalationError {
    /// Not of this shape; the text names the place.
    #[error("the rules of escalation cannot be read: {0}")]
    Syntax(String),
    /// A mark that is no share of a clock.
    #[error("{0} % is not a share between 1 and 100")]
    NotAShare(u8),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    processes: Vec<Box<str>>,
    told: Vec<RawTold>,
    next_day: Vec<Key>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTold {
    used: u8,
    who: Vec<Key>,
}

impl EscalationRules {
    /// The rules of a text, as in `playbook/calendar/escalation.toml`.
    ///
    /// # Errors
    /// The first problem met.
    pub fn parse(text: &str) -> Result<Self, EscalationError> {
        let raw: Raw = written::read(text).map_err(EscalationError::Syntax)?;
        let mut told = Vec::new();
        for mark in raw.told {
            let stage = match mark.used {
                share @ 1..=99 => Stage::Used(share),
                100 => Stage::Due,
                share => return Err(EscalationError::NotAShare(share)),
            };
            told.extend(mark.who.into_iter().map(|who| (stage, Role::of(who, false))));
        }
        told.extend(raw.next_day.into_iter().map(|who| (Stage::NextDay, Role::of(who, false))));
        told.sort_by_key(|(stage, _)| *stage);
        Ok(Self { processes: raw.processes, told })
    }

    /// The rules the app ships with.
    ///
    /// # Errors
    /// As [`Self::parse`]; the shipped rules themselves have no problems.
    pub fn shipped() -> Result<Self, EscalationError> {
        Self::parse(SHIPPED)
    }

    /// Who is told of the cases of a process, from which mark on.
    pub fn of(&self, process: &str) -> &[(Stage, Role)] {
        if self.processes.iter().any(|one| **one == *process) { &self.told } else { &[] }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_complaint_goes_up_as_r_6_2_1_says() {
        let rules = EscalationRules::shipped().unwrap();
        let told: Vec<(Stage, String)> =
            rules.of("W-6.2").iter().map(|(stage, role)| (*stage, role.code().to_string())).collect();
        let expected =
            [(Stage::Used(50), "owner"), (Stage::Used(80), "supervisor"), (Stage::Due, "MGR"), (Stage::NextDay, "DIR")];
        assert_eq!(told, expected.map(|(stage, role)| (stage, role.to_owned())));
        assert_eq!(rules.of("W-3.1"), []);
        let hours = crate::calendar::HoursFile::shipped().unwrap();
        for (stage, _) in rules.of("W-6.2") {
            // A mark no clock has would never be reached.
            assert!(!matches!(stage, Stage::Used(share) if !hours.escalation.contains(share)));
        }
    }

    #[test]
    fn a_mark_is_a_share_of_a_clock() {
        let text = SHIPPED.replace("80", "101");
        assert_eq!(EscalationRules::parse(&text), Err(EscalationError::NotAShare(101)));
        assert!(matches!(EscalationRules::parse("{}"), Err(EscalationError::Syntax(_))));
    }
}
