//! The handbook's rules as shipped, parsed once per run.

use std::sync::OnceLock;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use kehu_domain::agenda::EscalationRules;
use kehu_domain::calendar::{Cadence, Calendar, CallRules, Festivals, HoursFile, ReminderRules};
use kehu_domain::care::CareStandard;
use kehu_domain::score::{self, Scorecards};
use kehu_domain::workflow::WorkCalendar;

/// Cards, calendar and rhythm.
pub struct Rules {
    /// The grading cards of section 4.1.
    pub scorecards: Scorecards,
    /// The churn card of section 4.2; M15.
    pub churn: score::churn::Card,
    /// Working days and business hours; C1–C3.
    pub calendar: Calendar,
    /// The shares of a deadline at which a case goes up a level; R-6.2-1.
    pub escalation: Vec<u8>,
    /// Who is told when the clock of a case runs on; R-6.2-1.
    pub told: EscalationRules,
    /// Visit frequency; C4.
    pub cadence: Cadence,
    /// Festivals with their care; C6.1.
    pub festivals: Festivals,
    /// Reminders before birthdays and ends of terms; C6, C7.
    pub reminders: ReminderRules,
    /// When and how often customers may be called; C5.
    pub call: CallRules,
    /// Who gets what care; 3.3.a.
    pub care: CareStandard,
}

/// The rules of this run.
///
/// # Panics
/// Never in a released app: all of it is compiled in, and the domain's tests load it.
#[expect(clippy::expect_used, reason = "compiled in, and loaded by tests of the domain")]
pub fn rules() -> &'static Rules {
    static RULES: OnceLock<Rules> = OnceLock::new();
    RULES.get_or_init(|| Rules {
        scorecards: score::parse(score::GRADING).expect("the grading cards as shipped"),
        churn: score::churn::parse(score::churn::SHIPPED).expect("the churn card as shipped"),
        calendar: Calendar::shipped().expect("the calendar as shipped"),
        escalation: HoursFile::shipped().expect("the hours as shipped").escalation,
        told: EscalationRules::shipped().expect("the rules of escalation as shipped"),
        cadence: Cadence::shipped().expect("the visit frequency as shipped"),
        festivals: Festivals::shipped().expect("the festivals as shipped"),
        reminders: ReminderRules::shipped().expect("the reminders as shipped"),
        call: CallRules::shipped().expect("the rules of calls as shipped"),
        care: CareStandard::shipped().expect("the care standard as shipped"),
    })
}

/// The grading cards of section 4.1.
pub fn scorecards() -> &'static Scorecards {
    &rules().scorecards
}

impl WorkCalendar for Rules {
    fn is_working(&self, day: NaiveDate) -> bool {
        self.calendar.days.is_working(day)
    }

    fn add_working_days(&self, day: NaiveDate, count: i32) -> NaiveDate {
        self.calendar.days.add_wd(day, count)
    }

    fn add_working_minutes(&self, moment: NaiveDateTime, minutes: u32) -> NaiveDateTime {
        self.calendar.add_minutes(moment, minutes.into())
    }

    fn working_minutes(&self, from: NaiveDateTime, to: NaiveDateTime) -> i64 {
        self.calendar.minutes(from, to)
    }

    fn closing(&self) -> NaiveTime {
        self.calendar.hours.closing()
    }

    fn escalation(&self) -> &[u8] {
        &self.escalation
    }
}
