//! Says when a customer is next due for contact, visit and review, and why (C4).

use crate::written;
use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use serde::Deserialize;

use super::{DayTable, add_days, add_months};

/// The shipped rhythms.
const SHIPPED: &str = include_str!(concat!(env!("OUT_DIR"), "/playbook/calendar/cadence.json"));

/// The rhythms of all tiers and what follows an event.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cadence {
    /// When a task counts as overdue.
    pub grace: Grace,
    /// The rhythm of each tier.
    #[serde(rename = "tier")]
    pub tiers: Vec<Rhythm>,
    /// Contacts that follow an event.
    #[serde(rename = "event")]
    pub events: Events,
}

/// How long after the due day a task is not yet overdue: the longer of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grace {
    /// At least this many days.
    pub days: u16,
    /// This percentage of the interval in days, rounded up.
    pub percent: u16,
}

/// How often a tier is contacted, visited and reviewed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rhythm {
    /// Key of the tier, e.g. `VIP`.
    pub tier: String,
    /// Days between contacts by phone, message or online.
    pub contact: u16,
    /// Days between on-site visits; `None` is on request.
    pub visit: Option<u16>,
    /// Visits by senior staff, if any.
    pub senior: Option<Senior>,
    /// Account reviews, if any.
    pub review: Option<ReviewPeriod>,
}

/// Visits by senior staff.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Senior {
    /// Days between them.
    pub every: u16,
    /// Roles that may make them.
    pub by: Vec<String>,
}

/// The period an account review covers; it is due by the period's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewPeriod {
    /// A calendar quarter.
    Quarter,
    /// January to June or July to December.
    HalfYear,
    /// A calendar year.
    Year,
}

/// Contacts that follow an event.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Events {
    /// Days after delivery to a new customer; after the last of them the tier decides.
    pub new_customer: Vec<u16>,
    /// Days after a service.
    pub after_sales: u16,
    /// Working days after a complaint is settled, by priority.
    pub complaint: BTreeMap<String, u16>,
    /// The contact after a downgrade.
    pub downgrade: Downgrade,
    /// Winning back who no longer buys.
    pub lapsed: Lapsed,
}

/// The contact after a downgrade.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Downgrade {
    /// Tiers whose loss is worth a contact.
    pub from: Vec<String>,
    /// Working days after the downgrade.
    pub working_days: u16,
}

/// Contacts with a customer without transactions (R-3.1-4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lapsed {
    /// Days without a transaction after which a customer has lapsed.
    pub after: u16,
    /// Days from one contact to the next.
    pub again: u16,
    /// Contacts in all.
    pub times: u16,
}

/// What a due day is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Touch {
    /// Phone, message or online.
    Contact,
    /// A visit on site.
    Visit,
    /// A visit by senior staff.
    Senior,
}

/// The last effective contacts of a customer, of each kind.
///
/// An imported last visit stands in `visit` and so counts as contact too (ruling 29).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LastTouches {
    /// By phone, message or online.
    pub contact: Option<NaiveDate>,
    /// On site.
    pub visit: Option<NaiveDate>,
    /// On site, by senior staff.
    pub senior: Option<NaiveDate>,
}

impl LastTouches {
    /// The last day that counts for a kind: a visit is a contact, a senior visit is both.
    pub fn last(&self, touch: Touch) -> Option<NaiveDate> {
        match touch {
            Touch::Contact => self.contact.max(self.visit).max(self.senior),
            Touch::Visit => self.visit.max(self.senior),
            Touch::Senior => self.senior,
        }
    }
}

/// A next due day, with all that led to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NextDue {
    /// The day counted from.
    pub last: NaiveDate,
    /// Days added.
    pub interval: u16,
    /// Their sum.
    pub raw: NaiveDate,
    /// `raw`, or the next working day when `raw` is a day off.
    pub due: NaiveDate,
    /// The first day on which it is overdue.
    pub overdue_from: NaiveDate,
    /// Whether the due day rests on a year without a published table.
    pub is_provisional: bool,
}

impl NextDue {
    /// Whether the due day is another than counted, because that is a day off.
    pub fn is_moved(&self) -> bool {
        self.raw != self.due
    }

    /// How it stands on a day.
    pub fn standing(&self, today: NaiveDate) -> Standing {
        if today >= self.overdue_from {
            Standing::Overdue
        } else if today >= self.due {
            Standing::Due
        } else {
            Standing::Ahead
        }
    }
}

/// How a due day stands today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// Still to come.
    Ahead,
    /// Reached, within the grace.
    Due,
    /// Past the grace.
    Overdue,
}

/// The answer to when something is next due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// On a day.
    On(NextDue),
    /// The tier plans it, but there was none yet to count from.
    NoneYet,
    /// The tier plans none: on request only.
    NotPlanned,
}

/// Where a lapsed customer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LapsedStep {
    /// The next contact: its number, from 1, and its due day.
    Contact(u16, NextDue),
    /// All contacts are made; the customer stays lapsed.
    Exhausted,
}

/// What is wrong with rhythms.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CadenceError {
    /// Not TOML, or not of this shape; the text names the place.
    #[error("the contact rhythms cannot be read: {0}")]
    Syntax(String),
    /// A tier with two rhythms.
    #[error("tier {0} is listed twice")]
    TierTwice(String),
    /// An interval of no days would be due for ever; the text says where.
    #[error("{0}: an interval has at least one day")]
    NoDays(String),
    /// The days after delivery do not rise.
    #[error("the days after delivery do not rise: {0:?}")]
    Unordered(Vec<u16>),
}

impl Cadence {
    /// The rhythms of a TOML text, as in `playbook/calendar/cadence.toml`.
    ///
    /// # Errors
    /// Every problem found, not only the first.
    pub fn parse(text: &str) -> Result<Self, Vec<CadenceError>> {
        let cadence: Self = written::read(text).map_err(|err| vec![CadenceError::Syntax(err)])?;
        let problems = cadence.problems();
        if problems.is_empty() { Ok(cadence) } else { Err(problems) }
    }

    /// The rhythms the app ships with.
    ///
    /// # Errors
    /// As [`Self::parse`]; the shipped rhythms themselves have no problems.
    pub fn shipped() -> Result<Self, Vec<CadenceError>> {
        Self::parse(SHIPPED)
    }

    /// The rhythm of a tier, if it has one.
    pub fn rhythm(&self, tier: &str) -> Option<&Rhythm> {
        self.tiers.iter().find(|rhythm| rhythm.tier == tier)
    }

    /// When a customer of a rhythm is next due.
    pub fn next(&self, days: &DayTable, rhythm: &Rhythm, touch: Touch, last: &LastTouches) -> Next {
        match (rhythm.interval(touch), last.last(touch)) {
            (None, _) => Next::NotPlanned,
            (Some(_), None) => Next::NoneYet,
            (Some(interval), Some(last)) => Next::On(self.grace.next(days, last, interval)),
        }
    }

    /// The due day after a tier change: the old one, or the one of the new tier if earlier.
    pub fn after_tier_change(&self, days: &DayTable, old: NextDue, interval: u16) -> NextDue {
        let new = self.grace.next(days, old.last, interval);
        if new.due < old.due { new } else { old }
    }

    /// When the next account review is due: the end of the period after the one last reviewed.
    pub fn next_review(&self, days: &DayTable, period: ReviewPeriod, last: NaiveDate) -> NextDue {
        let start = period.end(last);
        let end = period.end(add_days(start, 1));
        let interval = u16::try_from((end - start).num_days()).unwrap_or(u16::MAX);
        NextDue { last, ..self.grace.next(days, start, interval) }
    }

    /// The contacts after delivery to a new customer.
    pub fn after_delivery(&self, days: &DayTable, delivered: NaiveDate) -> Vec<NextDue> {
        let after = self.events.new_customer.iter();
        after.map(|&interval| self.grace.next(days, delivered, interval)).collect()
    }

    /// The contact after a service (R-3.1-3).
    pub fn after_service(&self, days: &DayTable, served: NaiveDate) -> NextDue {
        self.grace.next(days, served, self.events.after_sales)
    }

    /// The contact after a complaint is settled; `None` for an unknown priority (R-3.1-2).
    pub fn after_complaint(&self, days: &DayTable, settled: NaiveDate, priority: &str) -> Option<NextDue> {
        let working_days = *self.events.complaint.get(priority)?;
        Some(self.grace.next_in_working_days(days, settled, working_days))
    }

    /// The contact after a downgrade; `None` when the tier left asks for none.
    pub fn after_downgrade(&self, days: &DayTable, downgraded: NaiveDate, tier_left: &str) -> Option<NextDue> {
        let rule = &self.events.downgrade;
        let counts = rule.from.iter().any(|tier| tier == tier_left);
        counts.then(|| self.grace.next_in_working_days(days, downgraded, rule.working_days))
    }

    /// The next contact with a customer who does not buy (R-3.1-4).
    ///
    /// `contacts` are the days of the win-back contacts made, in any order; those up to the last
    /// transaction belong to an earlier lapse and do not count.
    pub fn lapsed(&self, days: &DayTable, last_transaction: NaiveDate, contacts: &[NaiveDate]) -> LapsedStep {
        let rule = self.events.lapsed;
        let made = contacts.iter().filter(|&&day| day > last_transaction);
        let count = u16::try_from(made.clone().count()).unwrap_or(u16::MAX);
        if count >= rule.times {
            return LapsedStep::Exhausted;
        }
        let next = match made.max() {
            Some(&last) => self.grace.next(days, last, rule.again),
            None => self.grace.next(days, last_transaction, rule.after),
        };
        LapsedStep::Contact(count + 1, next)
    }

    /// Whether a customer has lapsed: that many days, or more, without a transaction.
    pub fn is_lapsed(&self, last_transaction: NaiveDate, today: NaiveDate) -> bool {
        (today - last_transaction).num_days() >= i64::from(self.events.lapsed.after)
    }

    fn problems(&self) -> Vec<CadenceError> {
        let mut problems = Vec::new();
        for (place, rhythm) in self.tiers.iter().enumerate() {
            if self.tiers.iter().take(place).any(|above| above.tier == rhythm.tier) {
                problems.push(CadenceError::TierTwice(rhythm.tier.clone()));
            }
            let touches = [Touch::Contact, Touch::Visit, Touch::Senior];
            if touches.into_iter().any(|touch| rhythm.interval(touch) == Some(0)) {
                problems.push(CadenceError::NoDays(rhythm.tier.clone()));
            }
        }
        let lapsed = self.events.lapsed;
        if lapsed.after == 0 || lapsed.again == 0 {
            problems.push(CadenceError::NoDays("lapsed".into()));
        }
        if !self.events.new_customer.is_sorted_by(|a, b| a < b) {
            problems.push(CadenceError::Unordered(self.events.new_customer.clone()));
        }
        problems
    }
}

impl Grace {
    /// The due day an interval after the last: raw, moved off a day off, and overdue from.
    pub fn next(&self, days: &DayTable, last: NaiveDate, interval: u16) -> NextDue {
        self.moved(days, last, interval, add_days(last, i32::from(interval)))
    }

    /// The first day on which something due on a day is overdue.
    pub fn overdue_from(&self, due: NaiveDate, interval: u16) -> NaiveDate {
        let share = (u32::from(interval) * u32::from(self.percent)).div_ceil(100);
        let grace = share.max(u32::from(self.days));
        add_days(due, i32::try_from(grace + 1).unwrap_or(i32::MAX))
    }

    /// The due day so many working days after another.
    fn next_in_working_days(&self, days: &DayTable, last: NaiveDate, n: u16) -> NextDue {
        let raw = days.add_wd(last, i32::from(n));
        let interval = u16::try_from((raw - last).num_days()).unwrap_or(u16::MAX);
        let next = self.moved(days, last, interval, raw);
        NextDue { is_provisional: days.is_provisional(last, next.due), ..next }
    }

    fn moved(&self, days: &DayTable, last: NaiveDate, interval: u16, raw: NaiveDate) -> NextDue {
        let due = days.next_working(raw);
        NextDue {
            last,
            interval,
            raw,
            due,
            overdue_from: self.overdue_from(due, interval),
            is_provisional: days.is_provisional(raw, due),
        }
    }
}

impl Rhythm {
    /// Days between two of a kind, if the tier plans them.
    pub fn interval(&self, touch: Touch) -> Option<u16> {
        match touch {
            Touch::Contact => Some(self.contact),
            Touch::Visit => self.visit,
            Touch::Senior => self.senior.as_ref().map(|senior| senior.every),
        }
    }
}

impl ReviewPeriod {
    /// Months in the period.
    pub fn months(self) -> u8 {
        match self {
            Self::Quarter => 3,
            Self::HalfYear => 6,
            Self::Year => 12,
        }
    }

    /// The last day of the period a day lies in.
    pub fn end(self, day: NaiveDate) -> NaiveDate {
        let months = u32::from(self.months());
        let left = months - 1 - day.month0() % months;
        let first = day.with_day(1).unwrap_or(day);
        let last_month = add_months(first, i32::try_from(left).unwrap_or(0));
        let days = u32::from(last_month.num_days_in_month());
        last_month.with_day(days).unwrap_or(last_month)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn table() -> &'static DayTable {
        static TABLE: LazyLock<DayTable> = LazyLock::new(|| DayTable::shipped().unwrap());
        &TABLE
    }

    fn cadence() -> Cadence {
        Cadence::shipped().unwrap()
    }

    fn due(next: Next) -> NaiveDate {
        match next {
            Next::On(next) => next.due,
            other => panic!("not due on a day: {other:?}"),
        }
    }

    #[test]
    fn the_tiers_have_their_rhythms() {
        let cadence = cadence();
        let all = ["VIP", "A", "B", "C", "D"].map(|tier| {
            let rhythm = cadence.rhythm(tier).unwrap();
            let every = |touch| rhythm.interval(touch);
            (rhythm.contact, every(Touch::Visit), every(Touch::Senior), rhythm.review)
        });
        let expected = [
            (7, Some(30), Some(180), Some(ReviewPeriod::Quarter)),
            (14, Some(60), Some(365), Some(ReviewPeriod::Quarter)),
            (30, Some(90), None, Some(ReviewPeriod::HalfYear)),
            (90, Some(180), None, Some(ReviewPeriod::Year)),
            (180, None, None, None),
        ];
        assert_eq!(all, expected);
        assert_eq!(cadence.rhythm("E"), None);
    }

    #[test]
    fn a_visit_also_counts_as_a_contact() {
        let (cadence, table) = (cadence(), table());
        let rhythm = cadence.rhythm("A").unwrap();
        let last = LastTouches { contact: Some(day("2026-11-02")), visit: Some(day("2026-11-09")), senior: None };
        let next = |touch| cadence.next(table, rhythm, touch, &last);
        assert_eq!(due(next(Touch::Contact)), day("2026-11-23"));
        assert_eq!(due(next(Touch::Visit)), day("2027-01-08"));
        assert_eq!(next(Touch::Senior), Next::NoneYet);
        let rhythm = cadence.rhythm("D").unwrap();
        assert_eq!(cadence.next(table, rhythm, Touch::Visit, &last), Next::NotPlanned);
    }

    #[test]
    fn an_imported_visit_is_the_last_contact_and_visit() {
        let imported = LastTouches { visit: Some(day("2026-10-10")), ..LastTouches::default() };
        assert_eq!(imported.last(Touch::Contact), Some(day("2026-10-10")));
        assert_eq!(imported.last(Touch::Visit), Some(day("2026-10-10")));
        assert_eq!(imported.last(Touch::Senior), None);
    }

    #[test]
    fn it_is_overdue_only_after_the_grace() {
        let next = cadence().grace.next(table(), day("2026-11-23"), 14);
        assert_eq!(next.standing(day("2026-12-06")), Standing::Ahead);
        assert_eq!(next.standing(day("2026-12-07")), Standing::Due);
        assert_eq!(next.standing(day("2026-12-10")), Standing::Due);
        assert_eq!(next.standing(day("2026-12-11")), Standing::Overdue);
    }

    #[test]
    fn a_tier_change_never_puts_the_due_day_off() {
        let (cadence, table) = (cadence(), table());
        let old = cadence.grace.next(table, day("2026-11-02"), 30);
        let up = cadence.after_tier_change(table, old, 7);
        assert_eq!((up.interval, up.due), (7, day("2026-11-09")));
        assert_eq!(cadence.after_tier_change(table, old, 90), old);
    }

    #[test]
    fn events_are_followed_up() {
        let (cadence, table) = (cadence(), table());
        let new: Vec<_> = cadence.after_delivery(table, day("2026-09-24")).iter().map(|n| n.due).collect();
        assert_eq!(new, [day("2026-09-28"), day("2026-10-08"), day("2026-10-26")]);
        assert_eq!(cadence.after_service(table, day("2026-11-19")).due, day("2026-11-23"));
        let complaint = |p| cadence.after_complaint(table, day("2026-11-20"), p).map(|n| n.due);
        assert_eq!(complaint("P1"), Some(day("2026-11-23")));
        assert_eq!(complaint("P4"), Some(day("2026-11-27")));
        assert_eq!(complaint("P9"), None);
        let downgrade = |tier| cadence.after_downgrade(table, day("2026-11-23"), tier).map(|n| n.due);
        assert_eq!(downgrade("VIP"), Some(day("2026-12-07")));
        assert_eq!(downgrade("B"), None);
    }

    #[test]
    fn a_lapsed_customer_is_contacted_three_times() {
        let (cadence, table) = (cadence(), table());
        let bought = day("2026-01-05");
        assert!(!cadence.is_lapsed(bought, day("2026-07-03")));
        assert!(cadence.is_lapsed(bought, day("2026-07-04")));
        let step = |made: &[&str]| {
            let made: Vec<_> = made.iter().map(|text| day(text)).collect();
            match cadence.lapsed(table, bought, &made) {
                LapsedStep::Contact(number, next) => Some((number, next.due.to_string())),
                LapsedStep::Exhausted => None,
            }
        };
        // 4 July 2026 is a Saturday; a contact before the purchase is of an earlier lapse.
        assert_eq!(step(&["2025-12-01"]), Some((1, "2026-07-06".into())));
        assert_eq!(step(&["2026-07-06"]), Some((2, "2026-10-08".into())));
        assert_eq!(step(&["2026-10-08", "2026-07-06"]), Some((3, "2027-01-06".into())));
        assert_eq!(step(&["2026-07-06", "2026-10-08", "2027-01-06"]), None);
    }

    #[test]
    fn a_review_is_due_by_the_end_of_the_next_period() {
        let (cadence, table) = (cadence(), table());
        let next = |period, last| cadence.next_review(table, period, day(last));
        let quarter = next(ReviewPeriod::Quarter, "2025-12-31");
        assert_eq!((quarter.raw, quarter.due), (day("2026-03-31"), day("2026-03-31")));
        assert_eq!(quarter.interval, 90);
        assert_eq!(next(ReviewPeriod::HalfYear, "2026-01-15").raw, day("2026-12-31"));
        assert_eq!(next(ReviewPeriod::Year, "2025-06-30").due, day("2026-12-31"));
        assert_eq!(ReviewPeriod::Year.end(NaiveDate::MAX), NaiveDate::MAX);
    }

    #[test]
    fn a_due_day_next_year_is_provisional() {
        let grace = cadence().grace;
        assert!(grace.next(table(), day("2026-12-01"), 60).is_provisional);
        assert!(!grace.next(table(), day("2026-11-01"), 30).is_provisional);
    }

    #[test]
    fn bad_rhythms_name_all_their_problems() {
        let text = include_str!("../../../../playbook/calendar/cadence.toml")
            .replace("tier = \"A\"", "tier = \"VIP\"")
            .replace("contact = 180", "contact = 0")
            .replace("[3, 7, 30]", "[3, 30, 7]");
        assert_eq!(
            Cadence::parse(&text),
            Err(vec![
                CadenceError::TierTwice("VIP".into()),
                CadenceError::NoDays("D".into()),
                CadenceError::Unordered(vec![3, 30, 7]),
            ])
        );
        let text = SHIPPED.replace("\"quarter\"", "\"fortnight\"");
        let problems = Cadence::parse(&text).unwrap_err();
        assert!(matches!(problems.as_slice(), [CadenceError::Syntax(text)] if text.contains("fortnight")));
    }

    proptest! {
        #[test]
        fn a_due_day_is_working_and_never_before_the_interval(ce in 738_000..741_000i32, interval in 1..400u16) {
            let table = table();
            let last = NaiveDate::from_num_days_from_ce_opt(ce).unwrap();
            let next = cadence().grace.next(table, last, interval);
            prop_assert!(table.is_working(next.due));
            prop_assert_eq!(table.between_wd(next.raw, next.due), i64::from(next.is_moved()));
            prop_assert!(next.overdue_from > add_days(next.due, 3));
        }
    }
}
