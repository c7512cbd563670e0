//! Decides whether a customer may be called now, and if not, when (C5).

use crate::written;
use std::collections::BTreeSet;

use chrono::{Duration, NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};

use super::working_time::{RawPeriod, plain_time};
use super::{BusinessHours, DayKind, DayTable, HoursError, add_days};

/// The shipped rules.
const SHIPPED: &str = include_str!(concat!(env!("OUT_DIR"), "/playbook/calendar/call.json"));

/// When and how often customers may be called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallRules {
    /// Windows of a working day, each without its end.
    pub windows: BusinessHours,
    /// The window of promised times, on any day.
    pub promised: BusinessHours,
    /// Attempts per task, unless its process says otherwise.
    pub attempts: AttemptRule,
}

/// How often one task may try.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttemptRule {
    /// Attempts in all.
    pub most: u8,
    /// Hours between two of them, at least.
    pub hours_apart: u8,
    /// Days they are spread over, at least, once all are made.
    pub days: u8,
}

/// What is known of a task when the call is about to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallTask<'a> {
    /// Whether the call is marketing: then no promise opens another window.
    pub is_marketing: bool,
    /// The time promised to the customer.
    pub promised: Option<NaiveDateTime>,
    /// Whether the customer must not be called.
    pub do_not_call: bool,
    /// Whether the consent the call needs is there.
    pub has_consent: bool,
    /// Attempts already made.
    pub attempts: &'a [NaiveDateTime],
    /// The process's own rule for attempts (ruling 17).
    pub own_rule: Option<AttemptRule>,
}

/// A reason against a call at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CallRefusal {
    /// The customer must not be called.
    DoNotCall,
    /// Consent is missing.
    NoConsent,
    /// All attempts are used up.
    AttemptsUsed(u8),
    /// The last attempt is too recent; the next may be made from here.
    TooSoon(NaiveDateTime),
    /// The attempts must be spread over more days; the next may be made from this one.
    OtherDay(NaiveDate),
    /// A day off, and no time was promised.
    DayOff(DayKind),
    /// Outside the windows, and no time was promised.
    OutsideWindow,
}

impl CallRules {
    /// The rules of a TOML text, as in `playbook/calendar/call.toml`.
    ///
    /// # Errors
    /// The first problem met.
    pub fn parse(text: &str) -> Result<Self, HoursError> {
        let raw: RawRules = written::read(text).map_err(HoursError::Syntax)?;
        Ok(Self { windows: hours(raw.windows)?, promised: hours(vec![raw.promised])?, attempts: raw.attempts })
    }

    /// The rules the app ships with.
    ///
    /// # Errors
    /// As [`Self::parse`]; the shipped rules themselves have no problems.
    pub fn shipped() -> Result<Self, HoursError> {
        Self::parse(SHIPPED)
    }

    /// Everything that speaks against a call at a moment; nothing when it may be made.
    pub fn refusals(&self, days: &DayTable, at: NaiveDateTime, task: &CallTask) -> Vec<CallRefusal> {
        let mut refusals = self.blocks(task);
        // A promise is kept even shortly after an attempt.
        let is_promised = self.keeps_promise(at, task);
        if !is_promised {
            refusals.extend(self.too_soon(at, task));
            refusals.extend(self.same_day(at, task));
            let kind = days.kind(at.date());
            if !kind.is_working() {
                refusals.push(CallRefusal::DayOff(kind));
            } else if !self.windows.contains(at.time()) {
                refusals.push(CallRefusal::OutsideWindow);
            }
        }
        refusals
    }

    /// The first moment from `from` on at which a call may be made without a promise.
    ///
    /// `None` when the task is blocked or its attempts are used up.
    pub fn next_slot(&self, days: &DayTable, from: NaiveDateTime, task: &CallTask) -> Option<NaiveDateTime> {
        if !self.blocks(task).is_empty() {
            return None;
        }
        let mut from = from;
        if let Some(CallRefusal::TooSoon(until)) = self.too_soon(from, task) {
            from = from.max(until);
        }
        if let Some(CallRefusal::OtherDay(day)) = self.same_day(from, task) {
            from = from.max(day.and_time(chrono::NaiveTime::MIN));
        }
        let today = from.date();
        let opens = |time| self.windows.opening_from(time);
        if let Some(time) = opens(from.time()).filter(|_| days.is_working(today)) {
            return Some(today.and_time(time));
        }
        opens(chrono::NaiveTime::MIN).map(|time| days.add_wd(today, 1).and_time(time))
    }

    /// What speaks against a call at any time.
    fn blocks(&self, task: &CallTask) -> Vec<CallRefusal> {
        let rule = self.attempt_rule(task);
        let used = task.attempts.len() >= usize::from(rule.most);
        [
            task.do_not_call.then_some(CallRefusal::DoNotCall),
            (!task.has_consent).then_some(CallRefusal::NoConsent),
            used.then_some(CallRefusal::AttemptsUsed(rule.most)),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn attempt_rule(&self, task: &CallTask) -> AttemptRule {
        task.own_rule.unwrap_or(self.attempts)
    }

    /// Whether a call keeps a promise: on the promised day, from the promised time on.
    fn keeps_promise(&self, at: NaiveDateTime, task: &CallTask) -> bool {
        task.promised.is_some_and(|promised| {
            !task.is_marketing && at.date() == promised.date() && at >= promised && self.promised.contains(at.time())
        })
    }

    fn too_soon(&self, at: NaiveDateTime, task: &CallTask) -> Option<CallRefusal> {
        let last = task.attempts.iter().max()?;
        let apart = Duration::hours(i64::from(self.attempt_rule(task).hours_apart));
        let next = last.checked_add_signed(apart)?;
        (at < next).then_some(CallRefusal::TooSoon(next))
    }

    /// Refuses an attempt after which those left could no longer reach enough days.
    fn same_day(&self, at: NaiveDateTime, task: &CallTask) -> Option<CallRefusal> {
        let rule = self.attempt_rule(task);
        let made = task.attempts.iter().map(NaiveDateTime::date);
        let days: BTreeSet<NaiveDate> = made.chain([at.date()]).collect();
        let left = usize::from(rule.most).saturating_sub(task.attempts.len() + 1);
        let is_new_day = task.attempts.iter().all(|attempt| attempt.date() != at.date());
        let refused = !is_new_day && days.len() + left < usize::from(rule.days);
        refused.then(|| CallRefusal::OtherDay(add_days(at.date(), 1)))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRules {
    windows: Vec<RawPeriod>,
    promised: RawPeriod,
    attempts: AttemptRule,
}

fn hours(raw: Vec<RawPeriod>) -> Result<BusinessHours, HoursError> {
    let periods = raw
        .into_iter()
        .map(|period| Ok((plain_time(&period.from)?, plain_time(&period.to)?)))
        .collect::<Result<Vec<_>, HoursError>>()?;
    BusinessHours::new(&periods)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn at(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
    }

    fn task(attempts: &[NaiveDateTime]) -> CallTask<'_> {
        CallTask {
            is_marketing: false,
            promised: None,
            do_not_call: false,
            has_consent: true,
            attempts,
            own_rule: None,
        }
    }

    fn refusals(moment: &str, task: &CallTask) -> Vec<CallRefusal> {
        CallRules::shipped().unwrap().refusals(&DayTable::shipped().unwrap(), at(moment), task)
    }

    fn slot(from: &str, task: &CallTask) -> Option<NaiveDateTime> {
        CallRules::shipped().unwrap().next_slot(&DayTable::shipped().unwrap(), at(from), task)
    }

    #[test]
    fn windows_hold_their_beginning_and_not_their_end() {
        for (time, allowed) in [
            ("08:59", false),
            ("09:00", true),
            ("11:59", true),
            ("12:00", false),
            ("13:59", false),
            ("14:00", true),
            ("17:59", true),
            ("18:00", false),
        ] {
            let refused = refusals(&format!("2026-11-23 {time}"), &task(&[]));
            let expected = if allowed { vec![] } else { vec![CallRefusal::OutsideWindow] };
            assert_eq!(refused, expected, "{time}");
        }
        let weekend = [CallRefusal::DayOff(DayKind::Weekend)];
        assert_eq!(refusals("2026-11-22 10:00", &task(&[])), weekend);
        assert_eq!(refusals("2026-10-10 10:00", &task(&[])), []);
    }

    #[test]
    fn a_promise_opens_the_wider_window_but_not_for_marketing() {
        let promised = CallTask { promised: Some(at("2026-11-22 19:30")), ..task(&[]) };
        assert_eq!(refusals("2026-11-22 19:30", &promised), []);
        assert_eq!(refusals("2026-11-22 20:59", &promised), []);
        let weekend = [CallRefusal::DayOff(DayKind::Weekend)];
        assert_eq!(refusals("2026-11-22 21:00", &promised), weekend);
        assert_eq!(refusals("2026-11-22 19:29", &promised), weekend);
        assert_eq!(refusals("2026-11-23 19:30", &promised), [CallRefusal::OutsideWindow]);
        let marketing = CallTask { is_marketing: true, ..promised };
        assert_eq!(refusals("2026-11-22 19:30", &marketing), weekend);
    }

    #[test]
    fn attempts_keep_their_distance() {
        let made = [at("2026-11-23 09:00")];
        let soon = [CallRefusal::TooSoon(at("2026-11-23 13:00"))];
        assert_eq!(refusals("2026-11-23 11:59", &task(&made)), soon);
        assert_eq!(refusals("2026-11-23 14:00", &task(&made)), []);
        let made = [at("2026-11-23 09:00"), at("2026-11-23 14:00")];
        let same_day = CallRefusal::OtherDay("2026-11-24".parse().unwrap());
        assert!(refusals("2026-11-23 17:59", &task(&made)).contains(&same_day));
        assert_eq!(slot("2026-11-23 17:00", &task(&made)), Some(at("2026-11-24 09:00")));
        assert_eq!(refusals("2026-11-24 09:00", &task(&made)), []);
        let made = [made[0], made[1], at("2026-11-24 09:00")];
        assert_eq!(refusals("2026-11-25 09:00", &task(&made)), [CallRefusal::AttemptsUsed(3)]);
        assert_eq!(slot("2026-11-25 09:00", &task(&made)), None);
    }

    #[test]
    fn a_process_may_have_its_own_attempts() {
        let made = [at("2026-11-23 09:00")];
        let own_rule = Some(AttemptRule { most: 3, hours_apart: 0, days: 3 });
        let visit = CallTask { own_rule, ..task(&made) };
        let other_day = CallRefusal::OtherDay("2026-11-24".parse().unwrap());
        assert_eq!(refusals("2026-11-23 15:00", &visit), [other_day]);
        assert_eq!(slot("2026-11-23 15:00", &visit), Some(at("2026-11-24 09:00")));
    }

    #[test]
    fn blocked_tasks_say_why() {
        let blocked = CallTask { do_not_call: true, has_consent: false, ..task(&[]) };
        let both = [CallRefusal::DoNotCall, CallRefusal::NoConsent];
        assert_eq!(refusals("2026-11-23 10:00", &blocked), both);
        assert_eq!(slot("2026-11-23 10:00", &blocked), None);
    }

    #[test]
    fn the_next_slot_is_the_next_open_minute() {
        for (from, expected) in [
            ("2026-11-23 10:17", "2026-11-23 10:17"),
            ("2026-11-23 12:00", "2026-11-23 14:00"),
            ("2026-11-23 07:00", "2026-11-23 09:00"),
            ("2026-11-20 18:00", "2026-11-23 09:00"),
            ("2026-10-01 10:00", "2026-10-08 09:00"),
        ] {
            assert_eq!(slot(from, &task(&[])), Some(at(expected)), "{from}");
        }
    }
}
