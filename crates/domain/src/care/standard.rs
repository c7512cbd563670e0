//! What each tier gets on which occasion, read from the playbook (3.3.a).

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::key::Key;
use crate::roster::Tier;
use crate::written;

/// The shipped standard.
const SHIPPED: &str = include_str!(concat!(env!("OUT_DIR"), "/playbook/calendar/care.json"));

/// The care of all tiers, and its limits.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CareStandard {
    /// How much a contact may get.
    pub limit: Limit,
    /// Complaints that hold greetings back.
    pub complaint: ComplaintHold,
    /// What there is to know about ways.
    pub ways: CareWays,
    /// The channel of a consent that each way goes through (L2).
    pub channels: BTreeMap<Key, Key>,
    /// The main holidays: festival and its name in a care action.
    pub holidays: BTreeMap<String, Key>,
    /// The care of each tier.
    #[serde(rename = "tier")]
    pub tiers: Vec<TierCare>,
}

/// How many care actions a contact may get (R-3.3-2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// On one day.
    pub a_day: u8,
    /// In one month.
    pub a_month: u8,
}

/// Complaints that hold greetings back (R-3.3-3).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComplaintHold {
    /// Their levels.
    pub levels: Vec<Key>,
}

/// What there is to know about ways.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CareWays {
    /// Those for which people must be at work.
    pub at_work: Vec<Key>,
    /// Those that are bought, and so approved beforehand.
    pub bought: Vec<Key>,
}

/// What one tier gets.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TierCare {
    /// Key of the tier.
    pub tier: String,
    /// Ways of a birthday.
    #[serde(default)]
    pub birthday: Vec<Key>,
    /// Ways of each main holiday.
    #[serde(default)]
    pub holidays: BTreeMap<String, Vec<Key>>,
    /// Ways of any other festival.
    #[serde(default)]
    pub other: Vec<Key>,
}

/// What is wrong with a care standard.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CareError {
    /// Not TOML, or not of this shape; the text names the place.
    #[error("the care standard cannot be read: {0}")]
    Syntax(String),
    /// No such tier.
    #[error("there is no tier {0}")]
    UnknownTier(String),
    /// A tier listed twice.
    #[error("tier {0} is listed twice")]
    TierTwice(String),
    /// Ways for a festival that is no main holiday.
    #[error("{0} is none of the main holidays")]
    UnknownHoliday(String),
    /// A way that goes through no channel could not be agreed to.
    #[error("way {0} has no channel")]
    NoChannel(Key),
    /// A limit of nothing would stop all care.
    #[error("a limit is at least one")]
    NoLimit,
}

impl CareStandard {
    /// The standard of a TOML text, as in `playbook/calendar/care.toml`.
    ///
    /// # Errors
    /// Every problem found, not only the first.
    pub fn parse(text: &str) -> Result<Self, Vec<CareError>> {
        let standard: Self = written::read(text).map_err(|error| vec![CareError::Syntax(error)])?;
        let problems = standard.problems();
        if problems.is_empty() { Ok(standard) } else { Err(problems) }
    }

    /// The standard the app ships with.
    ///
    /// # Errors
    /// As [`Self::parse`]; the shipped standard itself has no problems.
    pub fn shipped() -> Result<Self, Vec<CareError>> {
        Self::parse(SHIPPED)
    }

    fn problems(&self) -> Vec<CareError> {
        let mut problems = Vec::new();
        if self.limit.a_day == 0 || self.limit.a_month == 0 {
            problems.push(CareError::NoLimit);
        }
        let all =
            self.tiers.iter().flat_map(|tier| tier.holidays.values().chain([&tier.birthday, &tier.other]).flatten());
        let mut lost: Vec<Key> = all.copied().filter(|way| !self.channels.contains_key(way)).collect();
        lost.sort_unstable();
        lost.dedup();
        problems.extend(lost.into_iter().map(CareError::NoChannel));
        for (place, care) in self.tiers.iter().enumerate() {
            if Tier::from_key(&care.tier).is_none() {
                problems.push(CareError::UnknownTier(care.tier.clone()));
            }
            if self.tiers.iter().take(place).any(|above| above.tier == care.tier) {
                problems.push(CareError::TierTwice(care.tier.clone()));
            }
            let unknown = care.holidays.keys().filter(|holiday| !self.holidays.contains_key(*holiday));
            problems.extend(unknown.map(|holiday| CareError::UnknownHoliday(holiday.clone())));
        }
        problems
    }

    fn of(&self, tier: Option<Tier>) -> Option<&TierCare> {
        self.tiers.iter().find(|care| Some(&*care.tier) == tier.map(Tier::as_str))
    }

    /// How a birthday is kept for a tier; not at all when empty.
    pub fn birthday(&self, tier: Option<Tier>) -> &[Key] {
        self.of(tier).map_or(&[], |care| &care.birthday)
    }

    /// How a festival is kept for a tier; not at all when empty.
    pub fn holiday(&self, tier: Option<Tier>, festival: &str) -> &[Key] {
        let Some(care) = self.of(tier) else { return &[] };
        if self.is_main(festival) { care.holidays.get(festival).map_or(&[], Vec::as_slice) } else { &care.other }
    }

    /// Whether a festival is one of the main holidays.
    pub fn is_main(&self, festival: &str) -> bool {
        self.holidays.contains_key(festival)
    }

    /// A festival in the words of a care action.
    pub fn festival(&self, festival: &str) -> Key {
        self.holidays.get(festival).copied().unwrap_or(Key::of("other"))
    }

    /// Whether people must be at work for one of the ways.
    pub fn takes_people(&self, ways: &[Key]) -> bool {
        ways.iter().any(|way| self.ways.at_work.contains(way))
    }

    /// Whether one of the ways is bought.
    pub fn is_bought(&self, ways: &[Key]) -> bool {
        ways.iter().any(|way| self.ways.bought.contains(way))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn bad_standards_name_all_their_problems() {
        let text = include_str!("../../../../playbook/calendar/care.toml");
        let broken = text
            .replace("a_day = 1", "a_day = 0")
            .replace("tier = \"A\"", "tier = \"VIP\"")
            .replace("tier = \"C\"", "tier = \"E\"")
            .replacen("mid_autumn = [", "qingming = [", 1);
        assert_eq!(
            CareStandard::parse(&broken),
            Err(vec![
                CareError::NoLimit,
                CareError::UnknownHoliday("qingming".into()),
                CareError::TierTwice("VIP".into()),
                CareError::UnknownTier("E".into()),
            ])
        );
        assert!(matches!(CareStandard::parse("x = 1").unwrap_err().as_slice(), [CareError::Syntax(_)]));
        assert_eq!(CareStandard::parse(text), CareStandard::shipped());
    }
}
