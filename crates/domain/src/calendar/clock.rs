//! Runs deadlines: due moments, pauses and escalation marks, with their reasons (C3).

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use super::{Calendar, DayKind, WorkCalendar, working_time::add_clock_minutes};

/// How long something may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Limit {
    /// Minutes around the clock.
    CalendarMinutes(u32),
    /// Minutes within business hours.
    WorkingMinutes(u32),
    /// Working days: due at closing time of the n-th working day after day 0.
    WorkingDays(u32),
}

/// What a clock counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// All minutes.
    Calendar,
    /// Minutes within business hours.
    Working,
}

impl Limit {
    /// Hours around the clock.
    pub fn hours(hours: u32) -> Self {
        Self::CalendarMinutes(hours.saturating_mul(60))
    }

    /// Hours within business hours, `2WH` in the process tables.
    pub fn working_hours(hours: u32) -> Self {
        Self::WorkingMinutes(hours.saturating_mul(60))
    }

    /// What pauses and escalation count in.
    pub fn unit(self) -> Unit {
        match self {
            Self::CalendarMinutes(_) => Unit::Calendar,
            Self::WorkingMinutes(_) | Self::WorkingDays(_) => Unit::Working,
        }
    }
}

/// A deadline as a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClockRule {
    /// How long it may take.
    pub limit: Limit,
    /// Where a due moment on a day off moves: this time of the next working day; `None` stays.
    pub day_off: Option<NaiveTime>,
}

impl From<Limit> for ClockRule {
    fn from(limit: Limit) -> Self {
        Self { limit, day_off: None }
    }
}

/// A time in which a clock stands still: waiting for the customer or for a third party.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pause {
    /// When it began.
    pub from: NaiveDateTime,
    /// When it ended; `None` while it lasts.
    pub to: Option<NaiveDateTime>,
}

/// One step from the moment of receipt to the due moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// It came in on a day off, so a later day is day 0.
    ReceivedOnDayOff(DayKind),
    /// It came in at or after closing time, so a later day is day 0.
    ReceivedAfterClosing(NaiveTime),
    /// The working day that counts as day 0.
    DayZero(NaiveDate),
    /// The limit was added.
    Added(Limit),
    /// Days off between day 0 and the due day were not counted.
    DaysOffPassed(u32),
    /// Pauses moved it.
    Paused {
        /// Minutes stood still, overlaps once, in the clock's unit.
        minutes: i64,
        /// Due before the pauses.
        from: NaiveDateTime,
        /// Due after them.
        to: NaiveDateTime,
    },
    /// It fell on a day off and moved to the next working day.
    DueOnDayOff {
        /// Before the move.
        from: NaiveDateTime,
        /// After it.
        to: NaiveDateTime,
    },
    /// It rests on a year without a published table and may change with it.
    Provisional,
}

/// A due moment that explains itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The due moment; in time up to and including it.
    pub at: NaiveDateTime,
    /// Minutes the clock stood still, in its unit.
    pub paused: i64,
    /// Whether it stands still now; `at` then is the due moment if it resumed at once.
    pub is_paused: bool,
    /// Whether a day of a year without a published table took part.
    pub is_provisional: bool,
    /// How it came about, in order.
    pub reasons: Vec<Reason>,
}

impl Due {
    /// Whether the due moment has passed.
    pub fn is_late(&self, now: NaiveDateTime) -> bool {
        now > self.at
    }
}

/// When a case goes up a level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marks {
    /// Minutes from receipt to due in the clock's unit.
    pub total: i64,
    /// Percent of the total and the moment it is used up, minutes rounded up (ruling 16).
    pub shares: Vec<(u8, NaiveDateTime)>,
    /// The due moment, 100 %.
    pub due: NaiveDateTime,
    /// The first working day after the due day, at the due time of day, at latest closing.
    pub next_day: NaiveDateTime,
}

/// How far along its marks a case is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// No mark reached.
    Fresh,
    /// This percentage is used up.
    Used(u8),
    /// The due moment is reached.
    Due,
    /// The working day after it is reached.
    NextDay,
}

impl Marks {
    /// The last mark reached at a moment.
    pub fn stage(&self, now: NaiveDateTime) -> Stage {
        if now >= self.next_day {
            Stage::NextDay
        } else if now >= self.due {
            Stage::Due
        } else {
            let reached = self.shares.iter().rev().find(|(_, at)| *at <= now);
            reached.map_or(Stage::Fresh, |&(share, _)| Stage::Used(share))
        }
    }
}

impl Calendar {
    /// When something received is due under a rule, its pauses included (C3).
    ///
    /// A pause still open counts up to `now`; the part of a pause before receipt does not count.
    pub fn due(
        &self,
        rule: impl Into<ClockRule>,
        received: NaiveDateTime,
        pauses: &[Pause],
        now: NaiveDateTime,
    ) -> Due {
        let rule = rule.into();
        let mut reasons = Vec::new();
        let at = self.first_due(rule.limit, received, &mut reasons);
        let at = self.off_the_day_off(rule, at, &mut reasons);
        let unit = rule.limit.unit();
        let paused = self.paused(unit, received, pauses, now);
        let at = if paused > 0 {
            let to = self.delayed(unit, at, paused);
            reasons.push(Reason::Paused { minutes: paused, from: at, to });
            self.off_the_day_off(rule, to, &mut reasons)
        } else {
            at
        };
        let is_provisional = self.is_clock_provisional(rule, received, at);
        if is_provisional {
            reasons.push(Reason::Provisional);
        }
        let is_paused = pauses.iter().any(|pause| pause.to.is_none() && pause.from <= now);
        Due { at, paused, is_paused, is_provisional, reasons }
    }

    /// Day 0 of a working-day limit: the day of receipt if working and before closing, else the
    /// next working day.
    pub fn day_zero(&self, received: NaiveDateTime) -> NaiveDate {
        let day = received.date();
        if received.time() < self.hours.closing() { self.days.next_working(day) } else { self.days.add_wd(day, 1) }
    }

    /// Minutes a clock stood still since `received`; pauses add up, overlaps count once.
    pub fn paused(&self, unit: Unit, received: NaiveDateTime, pauses: &[Pause], now: NaiveDateTime) -> i64 {
        paused(self, unit, received, pauses, now)
    }

    /// A due moment after its clock stood still for some minutes of its unit.
    pub fn delayed(&self, unit: Unit, due: NaiveDateTime, minutes: i64) -> NaiveDateTime {
        delayed(self, unit, due, minutes)
    }

    /// The escalation marks between receipt and due, at rising percentages, e.g. 50 and 80.
    ///
    /// After a pause they are asked for again with the new due moment (ruling 16).
    pub fn marks(&self, unit: Unit, received: NaiveDateTime, due: NaiveDateTime, shares: &[u8]) -> Marks {
        marks(self, unit, received, due, shares)
    }

    /// The due moment before pauses and days off.
    fn first_due(&self, limit: Limit, received: NaiveDateTime, reasons: &mut Vec<Reason>) -> NaiveDateTime {
        match limit {
            Limit::CalendarMinutes(minutes) => {
                reasons.push(Reason::Added(limit));
                add_clock_minutes(received, i64::from(minutes))
            }
            Limit::WorkingMinutes(minutes) => {
                reasons.push(Reason::Added(limit));
                self.add_minutes(received, i64::from(minutes))
            }
            Limit::WorkingDays(days) => self.closing_of(days, received, reasons),
        }
    }

    /// Closing time of the n-th working day after day 0.
    fn closing_of(&self, days: u32, received: NaiveDateTime, reasons: &mut Vec<Reason>) -> NaiveDateTime {
        let kind = self.days.kind(received.date());
        if !kind.is_working() {
            reasons.push(Reason::ReceivedOnDayOff(kind));
        } else if received.time() >= self.hours.closing() {
            reasons.push(Reason::ReceivedAfterClosing(self.hours.closing()));
        }
        let day_zero = self.day_zero(received);
        let day = self.days.add_wd(day_zero, i32::try_from(days).unwrap_or(i32::MAX));
        reasons.push(Reason::DayZero(day_zero));
        reasons.push(Reason::Added(Limit::WorkingDays(days)));
        let days_off = (day - day_zero).num_days() - self.days.between_wd(day_zero, day);
        if days_off > 0 {
            reasons.push(Reason::DaysOffPassed(u32::try_from(days_off).unwrap_or(u32::MAX)));
        }
        day.and_time(self.hours.closing())
    }

    /// Moves a due moment off a day off, where the rule says so.
    fn off_the_day_off(&self, rule: ClockRule, at: NaiveDateTime, reasons: &mut Vec<Reason>) -> NaiveDateTime {
        let Some(time) = rule.day_off.filter(|_| !self.days.is_working(at.date())) else {
            return at;
        };
        let to = self.days.next_working(at.date()).and_time(time);
        reasons.push(Reason::DueOnDayOff { from: at, to });
        to
    }

    /// Whether a provisional day had a say: on a clock around the clock, none does.
    fn is_clock_provisional(&self, rule: ClockRule, received: NaiveDateTime, at: NaiveDateTime) -> bool {
        let asks_days = rule.limit.unit() == Unit::Working || rule.day_off.is_some();
        asks_days && self.days.is_provisional(received.date(), at.date())
    }
}

/// [`Calendar::paused`] on any working calendar.
pub(crate) fn paused(
    calendar: &dyn WorkCalendar,
    unit: Unit,
    received: NaiveDateTime,
    pauses: &[Pause],
    now: NaiveDateTime,
) -> i64 {
    let mut spans: Vec<(NaiveDateTime, NaiveDateTime)> =
        pauses.iter().map(|pause| (pause.from, pause.to.unwrap_or(now))).collect();
    spans.sort_unstable();
    let mut counted_until = received;
    let mut sum = 0;
    for (from, to) in spans {
        let from = from.max(counted_until);
        if to > from {
            sum += elapsed(calendar, unit, from, to);
            counted_until = to;
        }
    }
    sum
}

/// [`Calendar::delayed`] on any working calendar.
pub(crate) fn delayed(calendar: &dyn WorkCalendar, unit: Unit, due: NaiveDateTime, minutes: i64) -> NaiveDateTime {
    match unit {
        Unit::Calendar => add_clock_minutes(due, minutes),
        Unit::Working => calendar.add_working_minutes(due, u32::try_from(minutes.max(0)).unwrap_or(u32::MAX)),
    }
}

/// [`Calendar::marks`] on any working calendar.
pub(crate) fn marks(
    calendar: &dyn WorkCalendar,
    unit: Unit,
    received: NaiveDateTime,
    due: NaiveDateTime,
    shares: &[u8],
) -> Marks {
    let total = elapsed(calendar, unit, received, due).max(0);
    let mark = |&share: &u8| {
        let minutes = (total * i64::from(share) + 99) / 100;
        (share, delayed(calendar, unit, received, minutes))
    };
    let next_day = calendar.add_working_days(due.date(), 1);
    Marks {
        total,
        shares: shares.iter().map(mark).collect(),
        due,
        next_day: next_day.and_time(due.time().min(calendar.closing())),
    }
}

/// Minutes of a unit from one moment to another.
fn elapsed(calendar: &dyn WorkCalendar, unit: Unit, from: NaiveDateTime, to: NaiveDateTime) -> i64 {
    match unit {
        Unit::Calendar => (to - from).num_minutes(),
        Unit::Working => calendar.working_minutes(from, to),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;

    fn calendar() -> &'static Calendar {
        static CALENDAR: LazyLock<Calendar> = LazyLock::new(|| Calendar::shipped().unwrap());
        &CALENDAR
    }

    fn at(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
    }

    fn pause(from: &str, to: &str) -> Pause {
        Pause { from: at(from), to: Some(at(to)) }
    }

    /// The due moment without pauses.
    fn due(rule: impl Into<ClockRule>, received: &str) -> NaiveDateTime {
        calendar().due(rule, at(received), &[], at(received)).at
    }

    fn noon_after_a_day_off(hours: u32) -> ClockRule {
        ClockRule { limit: Limit::hours(hours), day_off: NaiveTime::from_hms_opt(12, 0, 0) }
    }

    #[test]
    fn the_complaint_deadlines_of_m05_come_out() {
        let days = Limit::WorkingDays;
        let cases = [
            (noon_after_a_day_off(24), "2026-11-23 10:20", "2026-11-24 10:20"),
            (days(3).into(), "2026-11-23 10:20", "2026-11-26 18:00"),
            (days(10).into(), "2026-11-23 10:20", "2026-12-07 18:00"),
            (Limit::hours(12).into(), "2026-11-20 17:30", "2026-11-21 05:30"),
            (days(2).into(), "2026-11-20 17:30", "2026-11-24 18:00"),
            (days(5).into(), "2026-11-20 17:30", "2026-11-27 18:00"),
            (days(2).into(), "2026-11-21 09:00", "2026-11-25 18:00"),
            (days(5).into(), "2026-11-21 09:00", "2026-11-30 18:00"),
            (Limit::hours(2).into(), "2026-09-30 19:10", "2026-09-30 21:10"),
            (Limit::hours(24).into(), "2026-09-30 19:10", "2026-10-01 19:10"),
            (days(2).into(), "2026-09-30 19:10", "2026-10-10 18:00"),
            (days(2).into(), "2026-10-02 08:00", "2026-10-10 18:00"),
            (noon_after_a_day_off(24), "2026-02-13 18:00", "2026-02-14 18:00"),
            (days(3).into(), "2026-02-13 18:00", "2026-02-26 18:00"),
            (days(7).into(), "2026-02-13 18:00", "2026-03-03 18:00"),
            (days(2).into(), "2026-02-14 17:59", "2026-02-25 18:00"),
            (days(5).into(), "2026-02-14 17:59", "2026-02-28 18:00"),
            (days(2).into(), "2026-11-23 00:00", "2026-11-25 18:00"),
            (noon_after_a_day_off(24), "2026-11-20 19:00", "2026-11-23 12:00"),
            (days(3).into(), "2026-11-20 19:00", "2026-11-26 18:00"),
        ];
        for (rule, received, expected) in cases {
            assert_eq!(due(rule, received), at(expected), "{rule:?} {received}");
        }
    }

    #[test]
    fn a_due_moment_says_how_it_came_about() {
        let received = at("2026-09-30 19:10");
        let due = calendar().due(Limit::WorkingDays(2), received, &[], received);
        let closing = NaiveTime::from_hms_opt(18, 0, 0).unwrap();
        assert_eq!(
            due.reasons,
            [
                Reason::ReceivedAfterClosing(closing),
                Reason::DayZero("2026-10-08".parse().unwrap()),
                Reason::Added(Limit::WorkingDays(2)),
            ]
        );
        let due = calendar().due(Limit::WorkingDays(3), at("2026-11-21 09:00"), &[], received);
        assert_eq!(due.reasons.first(), Some(&Reason::ReceivedOnDayOff(DayKind::Weekend)));
        let due = calendar().due(Limit::WorkingDays(6), at("2026-11-23 10:20"), &[], received);
        assert_eq!(due.reasons.last(), Some(&Reason::DaysOffPassed(2)));
        let due = calendar().due(noon_after_a_day_off(24), at("2026-11-20 19:00"), &[], received);
        let moved = Reason::DueOnDayOff { from: at("2026-11-21 19:00"), to: at("2026-11-23 12:00") };
        assert_eq!(due.reasons.last(), Some(&moved));
    }

    #[test]
    fn a_deadline_in_an_unpublished_year_is_provisional() {
        let received = at("2026-12-30 10:00");
        let into_2027 = calendar().due(Limit::WorkingDays(3), received, &[], received);
        assert!(into_2027.is_provisional);
        assert_eq!(into_2027.reasons.last(), Some(&Reason::Provisional));
        assert!(!calendar().due(Limit::WorkingDays(1), received, &[], received).is_provisional);
        assert!(!calendar().due(Limit::hours(72), received, &[], received).is_provisional);
    }

    #[test]
    fn overlapping_pauses_count_once_and_others_add_up() {
        let pauses = [
            pause("2026-11-25 09:00", "2026-11-25 11:00"),
            pause("2026-11-24 10:00", "2026-11-24 12:00"),
            pause("2026-11-24 11:00", "2026-11-24 15:00"),
            pause("2026-11-24 11:30", "2026-11-24 11:45"),
            pause("2026-11-20 09:00", "2026-11-23 10:30"),
            pause("2026-11-25 16:00", "2026-11-25 15:00"),
        ];
        let received = at("2026-11-23 10:20");
        let count = |unit| calendar().paused(unit, received, &pauses, received);
        assert_eq!(count(Unit::Working), 10 + 120 + 120 + 120);
        assert_eq!(count(Unit::Calendar), 10 + 300 + 120);
    }

    #[test]
    fn an_open_pause_runs_until_now() {
        let received = at("2026-11-23 10:20");
        let open = [Pause { from: at("2026-11-24 10:00"), to: None }];
        let now = at("2026-11-25 15:00");
        let due = calendar().due(Limit::WorkingDays(3), received, &open, now);
        assert!(due.is_paused && !due.is_late(now));
        assert_eq!((due.paused, due.at), (720, at("2026-11-30 14:00")));
        let resumed = [pause("2026-11-24 10:00", "2026-11-25 15:00")];
        let due = calendar().due(Limit::WorkingDays(3), received, &resumed, at("2026-12-09 00:00"));
        assert!(!due.is_paused && due.is_late(at("2026-11-30 14:01")));
        assert_eq!(due.at, at("2026-11-30 14:00"));
        let round_the_clock = calendar().due(Limit::hours(24), received, &open, now);
        assert_eq!(round_the_clock.at, at("2026-11-25 15:20"));
    }

    #[test]
    fn marks_are_reached_in_order() {
        let marks = calendar().marks(Unit::Working, at("2026-11-23 10:20"), at("2026-11-26 18:00"), &[50, 80]);
        let stage = |moment| marks.stage(at(moment));
        assert_eq!(stage("2026-11-25 09:39"), Stage::Fresh);
        assert_eq!(stage("2026-11-25 09:40"), Stage::Used(50));
        assert_eq!(stage("2026-11-26 10:52"), Stage::Used(80));
        assert_eq!(stage("2026-11-26 18:00"), Stage::Due);
        assert_eq!(stage("2026-11-27 17:59"), Stage::Due);
        assert_eq!(stage("2026-11-27 18:00"), Stage::NextDay);
    }

    #[test]
    fn the_step_after_due_is_no_later_than_closing() {
        let marks = |due| calendar().marks(Unit::Calendar, at("2026-09-30 10:01"), at(due), &[50]);
        assert_eq!(marks("2026-09-30 21:10").next_day, at("2026-10-08 18:00"));
        assert_eq!(marks("2026-09-30 11:00").next_day, at("2026-10-08 11:00"));
        // 59 minutes: half of it is rounded up to 30.
        assert_eq!(marks("2026-09-30 11:00").shares, [(50, at("2026-09-30 10:31"))]);
        // Due before receipt: nothing is left to share.
        assert_eq!(marks("2026-09-30 09:00").shares, [(50, at("2026-09-30 10:01"))]);
    }

    proptest! {
        #[test]
        fn a_longer_pause_never_brings_the_due_moment_forward(
            start in 0..20_000i64, a in 0..5_000i64, b in 0..5_000i64, days in 0..10u32,
        ) {
            let calendar = calendar();
            let received = at("2026-09-18 10:00");
            let from = add_clock_minutes(received, start);
            let with = |span| {
                let pauses = [Pause { from, to: Some(add_clock_minutes(from, span)) }];
                calendar.due(Limit::WorkingDays(days), received, &pauses, received).at
            };
            prop_assert!(with(a) <= with(a + b));
        }

        #[test]
        fn cutting_a_pause_in_two_changes_nothing(start in 0..20_000i64, a in 1..5_000i64, b in 1..5_000i64) {
            let calendar = calendar();
            let received = at("2026-09-18 10:00");
            let from = add_clock_minutes(received, start);
            let (middle, to) = (add_clock_minutes(from, a), add_clock_minutes(from, a + b));
            let whole = [Pause { from, to: Some(to) }];
            let parts = [Pause { from: middle, to: Some(to) }, Pause { from, to: Some(middle) }];
            for unit in [Unit::Calendar, Unit::Working] {
                let count = |pauses: &[Pause]| calendar.paused(unit, received, pauses, received);
                prop_assert_eq!(count(&whole), count(&parts));
            }
        }
    }

    #[test]
    fn the_ends_of_time_hold() {
        let calendar = calendar();
        for moment in [NaiveDateTime::MIN, NaiveDateTime::MAX] {
            for limit in [Limit::hours(u32::MAX), Limit::WorkingMinutes(u32::MAX), Limit::WorkingDays(u32::MAX)] {
                let pauses = [Pause { from: NaiveDateTime::MIN, to: Some(NaiveDateTime::MAX) }];
                let due = calendar.due(limit, moment, &pauses, moment);
                let marks = calendar.marks(limit.unit(), moment, due.at, &[50, 80]);
                assert!(marks.total >= 0);
            }
        }
    }
}
