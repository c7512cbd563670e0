//! Plans reminders around birthdays and ends of validity (C6, C7).

use crate::written;
use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;

use super::{DayTable, add_days};

/// The shipped reminders.
const SHIPPED: &str = include_str!(concat!(env!("OUT_DIR"), "/playbook/calendar/reminders.json"));

/// Which reminders come before what.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReminderRules {
    /// Days before a birthday or anniversary, by tier; tiers not listed get none.
    pub birthday: BTreeMap<String, Vec<u16>>,
    /// Deadlines of a gift.
    pub gift: GiftRule,
    /// Chains around the end of validity.
    pub expiry: Vec<ExpiryRule>,
}

/// Deadlines of a gift for an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GiftRule {
    /// The task appears this many days before the event.
    pub task_days: u16,
    /// The approval ends this many working days before it.
    pub approval_working_days: u16,
}

/// The chain of reminders of one kind of validity.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpiryRule {
    /// Key of the kind, e.g. `contract`.
    pub kind: String,
    /// Days before the last valid day; negative after it.
    pub before: Vec<i16>,
    /// More days before, for some tiers.
    #[serde(default)]
    pub extra: BTreeMap<String, Vec<i16>>,
    /// Days after expiry on which a task tries to win the customer back.
    pub win_back: Vec<u16>,
}

/// One reminder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Reminder {
    /// The day it appears.
    pub on: NaiveDate,
    /// Days before the event it stands for; 0 is the day itself, negative after it.
    pub lead: i32,
    /// Whether its day rests on a year without a published table.
    pub is_provisional: bool,
}

/// When the steps of a gift are due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GiftDue {
    /// The task appears.
    pub task: NaiveDate,
    /// The approval has ended.
    pub approval: NaiveDate,
}

/// What is wrong with reminders.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReminderError {
    /// Not TOML, or not of this shape; the text names the place.
    #[error("the reminders cannot be read: {0}")]
    Syntax(String),
    /// A kind with two chains.
    #[error("{0} is listed twice")]
    KindTwice(String),
}

impl ReminderRules {
    /// The reminders of a TOML text, as in `playbook/calendar/reminders.toml`.
    ///
    /// # Errors
    /// The first problem met.
    pub fn parse(text: &str) -> Result<Self, ReminderError> {
        let rules: Self = written::read(text).map_err(ReminderError::Syntax)?;
        for (place, rule) in rules.expiry.iter().enumerate() {
            if rules.expiry.iter().take(place).any(|above| above.kind == rule.kind) {
                return Err(ReminderError::KindTwice(rule.kind.clone()));
            }
        }
        Ok(rules)
    }

    /// The reminders the app ships with.
    ///
    /// # Errors
    /// As [`Self::parse`]; the shipped reminders themselves have no problems.
    pub fn shipped() -> Result<Self, ReminderError> {
        Self::parse(SHIPPED)
    }

    /// The reminders of a birthday or anniversary, in order of days (C6).
    pub fn of_birthday(&self, days: &DayTable, event: NaiveDate, tier: &str) -> Vec<Reminder> {
        let leads = self.birthday.get(tier).map_or(&[][..], Vec::as_slice);
        merged(leads.iter().map(|&lead| reminder(days, event, i32::from(lead))).collect())
    }

    /// When the steps of a gift for an event are due (C6).
    pub fn gift(&self, days: &DayTable, event: NaiveDate) -> GiftDue {
        GiftDue {
            task: reminder_day(days, event, i32::from(self.gift.task_days)),
            approval: days.add_wd(event, -i32::from(self.gift.approval_working_days)),
        }
    }

    /// The chain of a kind of validity that ends on a day; `None` for an unknown kind (C7).
    ///
    /// `entered` is the day the agreement was entered: of the reminders before it only the
    /// nearest is kept, for that day; nothing is kept once the whole chain has passed.
    /// Renewal or cancellation ends the chain: the caller then asks no more.
    pub fn of_expiry(
        &self,
        days: &DayTable,
        kind: &str,
        tier: &str,
        end: NaiveDate,
        entered: NaiveDate,
    ) -> Option<Vec<Reminder>> {
        let rule = self.expiry.iter().find(|rule| rule.kind == kind)?;
        let extra = rule.extra.get(tier).map_or(&[][..], Vec::as_slice);
        let before = rule.before.iter().chain(extra).map(|&lead| i32::from(lead));
        let after = rule.win_back.iter().map(|&days| -i32::from(days));
        let chain = merged(before.chain(after).map(|lead| expiry_reminder(days, end, lead)).collect());
        Some(from_day(chain, entered))
    }
}

/// The day of a reminder so many days before an event (C6, C7).
///
/// A day off moves to the previous working day; one after the event (negative `lead`) to the
/// next (ruling 18); the day of the event itself stays.
pub fn reminder_day(days: &DayTable, event: NaiveDate, lead: i32) -> NaiveDate {
    let raw = add_days(event, lead.saturating_neg());
    match lead {
        0 => raw,
        1.. => days.previous_working(raw),
        _ => days.next_working(raw),
    }
}

fn reminder(days: &DayTable, event: NaiveDate, lead: i32) -> Reminder {
    let on = reminder_day(days, event, lead);
    let raw = add_days(event, lead.saturating_neg());
    // The day of the event stays whatever the table says.
    Reminder { on, lead, is_provisional: lead != 0 && days.is_provisional(on, raw) }
}

/// As [`reminder`], but on the last valid day it moves back off a day off too (C7).
fn expiry_reminder(days: &DayTable, end: NaiveDate, lead: i32) -> Reminder {
    if lead != 0 {
        return reminder(days, end, lead);
    }
    let on = days.previous_working(end);
    Reminder { on, lead, is_provisional: days.is_provisional(on, end) }
}

/// In order of days; of several on one day the one nearest to the event stays.
fn merged(mut reminders: Vec<Reminder>) -> Vec<Reminder> {
    reminders.sort_by_key(|reminder| (reminder.on, reminder.lead.abs()));
    reminders.dedup_by_key(|reminder| reminder.on);
    reminders
}

/// The reminders from a day on, the nearest of those before it made for that day.
fn from_day(chain: Vec<Reminder>, day: NaiveDate) -> Vec<Reminder> {
    let passed = chain.partition_point(|reminder| reminder.on < day);
    if passed == chain.len() {
        return Vec::new();
    }
    let nearest = chain.iter().take(passed).next_back();
    let nearest = nearest.map(|reminder| Reminder { on: day, ..*reminder });
    merged(nearest.into_iter().chain(chain.iter().skip(passed).copied()).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::sync::LazyLock;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn table() -> &'static DayTable {
        static TABLE: LazyLock<DayTable> = LazyLock::new(|| DayTable::shipped().unwrap());
        &TABLE
    }

    fn shown(reminders: &[Reminder]) -> Vec<(i32, String)> {
        reminders.iter().map(|reminder| (reminder.lead, reminder.on.to_string())).collect()
    }

    fn chain(kind: &str, tier: &str, end: &str, entered: &str) -> Vec<(i32, String)> {
        let rules = ReminderRules::shipped().unwrap();
        shown(&rules.of_expiry(table(), kind, tier, day(end), day(entered)).unwrap())
    }

    fn pairs(expected: &[(i32, &str)]) -> Vec<(i32, String)> {
        expected.iter().map(|&(lead, on)| (lead, on.to_owned())).collect()
    }

    #[test]
    fn tiers_differ_in_birthday_reminders() {
        let rules = ReminderRules::shipped().unwrap();
        let of = |tier| shown(&rules.of_birthday(table(), day("2026-11-29"), tier));
        let vip = [(7, "2026-11-20"), (1, "2026-11-27"), (0, "2026-11-29")];
        assert_eq!(of("VIP"), pairs(&vip));
        assert_eq!(of("A"), pairs(&vip));
        assert_eq!(of("B"), pairs(&[(3, "2026-11-26"), (0, "2026-11-29")]));
        assert_eq!(of("C"), pairs(&[(0, "2026-11-29")]));
        assert_eq!(of("D"), []);
    }

    #[test]
    fn reminders_on_one_day_merge() {
        let rules = ReminderRules::shipped().unwrap();
        let of = shown(&rules.of_birthday(table(), day("2026-02-23"), "VIP"));
        assert_eq!(of, pairs(&[(1, "2026-02-14"), (0, "2026-02-23")]));
    }

    #[test]
    fn a_gift_is_approved_three_working_days_before() {
        let gift = ReminderRules::shipped().unwrap().gift(table(), day("2026-10-05"));
        let expected = GiftDue { task: day("2026-09-28"), approval: day("2026-09-28") };
        assert_eq!(gift, expected);
    }

    #[test]
    fn a_subscription_is_reminded_and_then_won_back() {
        let tail = [
            (30, "2026-10-30"),
            (15, "2026-11-13"),
            (7, "2026-11-20"),
            (1, "2026-11-27"),
            (-1, "2026-11-30"),
            (-7, "2026-12-07"),
        ];
        // The end, 29 November, is a Sunday: +7 falls on a Sunday too and moves on.
        let without_extra = chain("subscription", "B", "2026-11-29", "2026-01-01");
        assert_eq!(without_extra, pairs(&tail.map(|(lead, on)| (lead, on))));
        let vip = chain("subscription", "VIP", "2026-11-29", "2026-01-01");
        assert_eq!(vip.first(), Some(&(60, "2026-09-30".to_owned())));
        assert_eq!(vip.len(), 7);
    }

    #[test]
    fn entered_late_only_the_nearest_missed_reminder_is_made_up() {
        let late = chain("contract", "B", "2026-12-31", "2026-11-23");
        let expected =
            [(60, "2026-11-23"), (30, "2026-12-01"), (7, "2026-12-24"), (-1, "2027-01-04"), (-7, "2027-01-07")];
        assert_eq!(late, pairs(&expected));
        let on_the_day = chain("contract", "B", "2026-12-31", "2026-12-01");
        assert_eq!(on_the_day.first(), Some(&(30, "2026-12-01".to_owned())));
        assert_eq!(on_the_day.len(), 4);
        assert_eq!(chain("contract", "B", "2026-12-31", "2027-01-08"), []);
    }

    #[test]
    fn a_borrowed_file_is_asked_for_again() {
        let loan = chain("loan", "-", "2026-10-08", "2026-09-24");
        let expected = [(1, "2026-09-30"), (0, "2026-10-08"), (-1, "2026-10-09"), (-3, "2026-10-12")];
        assert_eq!(loan, pairs(&expected));
    }

    #[test]
    fn bad_reminders_are_refused() {
        let rules = ReminderRules::shipped().unwrap();
        assert_eq!(rules.of_expiry(table(), "moon", "A", day("2026-10-08"), day("2026-10-08")), None);
        let twice = SHIPPED.replace("\"warranty\"", "\"contract\"");
        assert_eq!(ReminderRules::parse(&twice), Err(ReminderError::KindTwice("contract".into())));
        let error = ReminderRules::parse("birthday = 3").unwrap_err();
        assert!(matches!(error, ReminderError::Syntax(text) if text.contains("birthday")));
    }
}
