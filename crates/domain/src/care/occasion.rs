//! The birthdays and festivals of a month: their day, their ways, and what comes before (C6, C6.1).

use chrono::NaiveDate;

use super::consent::Channels;
use super::person::Person;
use super::{CareAction, CareRules, CareStandard, Errand, Month, NoCare, Occasion, Preparation};
use crate::calendar::{FestivalPlan, lunar};
use crate::key::Key;
use crate::roster::Tier;
use crate::stamp::RecordId;

/// The festival that is none for greetings (R-3.3-1).
const QINGMING: &str = "qingming";

/// How much an occasion weighs where not all can be kept (R-3.3-2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    Birthday,
    MainHoliday,
    Other,
}

/// An occasion somebody may be shown care on.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub occasion: Occasion,
    pub festival: Option<Key>,
    pub rank: Rank,
    /// The day of the occasion itself, whose tier counts.
    pub date: NaiveDate,
    /// The day of the care.
    pub day: NaiveDate,
    pub tier: Option<Tier>,
    ways: Vec<Key>,
    is_bought: bool,
    preparations: Vec<Preparation>,
    is_provisional: bool,
}

impl Candidate {
    /// The order in which occasions are decided on: of two on one day, the one with a gift, then the earlier one.
    pub fn order(&self) -> impl Ord + use<'_> {
        (self.rank, self.day, !self.is_bought, self.date, &self.occasion)
    }

    pub fn is_main(&self) -> bool {
        self.rank == Rank::MainHoliday
    }

    /// What speaks against this occasion, with the complaint that is open, if any.
    pub fn against(&self, complaint: Option<RecordId>) -> impl Iterator<Item = NoCare> + use<> {
        let for_tier = match self.tier {
            None => Some(NoCare::Ungraded),
            Some(tier) => self.ways.is_empty().then_some(NoCare::NotForTier(tier)),
        };
        let (qingming, held) = match &self.occasion {
            Occasion::Birthday => (None, None),
            Occasion::Holiday(keys) => {
                let is_qingming = keys.iter().any(|key| **key == *QINGMING) || is_qingming(self.day);
                (is_qingming.then_some(NoCare::Qingming), complaint.map(NoCare::OwnerDecides))
            }
        };
        [for_tier, qingming, held].into_iter().flatten()
    }

    /// The same by those ways alone whose channel was agreed to (L2).
    #[must_use]
    pub fn through(mut self, channels: &Channels, standard: &CareStandard) -> Self {
        self.ways.retain(|way| standard.channels.get(way).is_some_and(|channel| channels.allows(*channel)));
        self.is_bought = standard.is_bought(&self.ways);
        let (ways, is_bought) = (&self.ways, self.is_bought);
        self.preparations.retain(|preparation| match preparation.what {
            Errand::Remember => !ways.is_empty(),
            Errand::Get(what) => ways.contains(&what) || (is_bought && standard.ways.bought.contains(&what)),
            Errand::EndApproval => is_bought,
        });
        self
    }

    /// Whether it would be done by some way.
    pub fn has_ways(&self) -> bool {
        !self.ways.is_empty()
    }

    pub fn action(self, person: &Person<'_>, tier: Tier) -> CareAction {
        CareAction {
            customer: person.customer.id,
            contact: person.contact.id,
            owner: person.customer.reference(crate::kind::OWNER),
            tier,
            occasion: self.occasion,
            festival: self.festival,
            day: self.day,
            ways: self.ways,
            preparations: self.preparations,
            is_provisional: self.is_provisional,
        }
    }
}

/// The birthdays of a contact in a month; the day never moves, whoever works on it.
pub(super) fn birthdays(rules: &CareRules<'_>, month: Month, person: &Person<'_>) -> Vec<Candidate> {
    let Some(birthday) = person.birthday() else { return Vec::new() };
    // The end of a lunar year lies in the next solar one.
    let years = [month.year().saturating_sub(1), month.year()];
    let days = years.into_iter().filter_map(|year| birthday.in_year(rules.birthdays, year));
    days.filter(|day| month.contains(*day)).map(|day| birthday_on(rules, day, person.tier(day))).collect()
}

fn birthday_on(rules: &CareRules<'_>, day: NaiveDate, tier: Option<Tier>) -> Candidate {
    let ways = rules.standard.birthday(tier).to_vec();
    let mut preparations = Vec::new();
    if !ways.is_empty() {
        let reminders = rules.reminders.of_birthday(rules.days, day, tier.map_or("", Tier::as_str));
        let before = reminders.iter().filter(|reminder| reminder.lead > 0);
        preparations.extend(before.map(|reminder| Preparation { on: reminder.on, what: Errand::Remember }));
    }
    if rules.standard.is_bought(&ways) {
        let gift = rules.reminders.gift(rules.days, day);
        preparations.push(Preparation { on: gift.task, what: Errand::Get(Key::of("gift")) });
        preparations.push(Preparation { on: gift.approval, what: Errand::EndApproval });
    }
    preparations.sort_unstable();
    Candidate {
        occasion: Occasion::Birthday,
        festival: None,
        rank: Rank::Birthday,
        date: day,
        day,
        tier,
        is_bought: rules.standard.is_bought(&ways),
        ways,
        is_provisional: is_provisional(rules, preparations.first().map(|first| first.on), day),
        preparations,
    }
}

/// The festivals whose care for a tier falls into a month.
pub(super) fn holidays(rules: &CareRules<'_>, month: Month, tier: Option<Tier>) -> Vec<Candidate> {
    // The care of 1 January may lie in December.
    let years = month.year().saturating_sub(1)..=month.year().saturating_add(1);
    let plans = years.flat_map(|year| rules.festivals.plan(rules.days, year, tier.map_or("", Tier::as_str)));
    plans.map(|plan| holiday(rules, plan, tier)).filter(|holiday| month.contains(holiday.day)).collect()
}

fn holiday(rules: &CareRules<'_>, plan: FestivalPlan, tier: Option<Tier>) -> Candidate {
    let standard = rules.standard;
    let ways = ways_of(rules, &plan, tier);
    let takes_people = standard.takes_people(&ways);
    let day = if takes_people { day_at_work(rules, &plan) } else { plan.message };
    let ready = plan.tasks.iter().filter_map(|(what, on)| {
        let way = ways.iter().find(|way| **way == **what)?;
        Some(Preparation { on: *on, what: Errand::Get(*way) })
    });
    let mut preparations: Vec<Preparation> = ready.collect();
    if standard.is_bought(&ways) {
        let approval = rules.reminders.gift(rules.days, day).approval;
        preparations.push(Preparation { on: approval, what: Errand::EndApproval });
    }
    preparations.sort_unstable();
    let moved = takes_people.then_some(day);
    let first = preparations.iter().map(|preparation| preparation.on).chain(moved).min();
    let main = plan.keys.iter().find(|festival| standard.is_main(festival));
    Candidate {
        festival: main.or(plan.keys.first()).map(|festival| standard.festival(festival)),
        rank: if main.is_some() { Rank::MainHoliday } else { Rank::Other },
        occasion: Occasion::Holiday(plan.keys.into_iter().map(Into::into).collect()),
        date: plan.date,
        day,
        tier,
        is_bought: standard.is_bought(&ways),
        ways,
        is_provisional: is_provisional(rules, first, plan.date),
        preparations,
    }
}

/// The ways of a festival; of two that share one greeting those of both, but one visit or call.
fn ways_of(rules: &CareRules<'_>, plan: &FestivalPlan, tier: Option<Tier>) -> Vec<Key> {
    let mut ways: Vec<Key> = Vec::new();
    for way in plan.keys.iter().flat_map(|festival| rules.standard.holiday(tier, festival)) {
        if !ways.contains(way) {
            ways.push(*way);
        }
    }
    if plan.keys.len() > 1 {
        let at_work = &rules.standard.ways.at_work;
        let kept = at_work.iter().copied().find(|way| ways.contains(way));
        ways.retain(|way| !at_work.contains(way) || kept == Some(*way));
    }
    ways
}

/// The last working day for a visit or call: the one the festival names, else in its window, else up to its greeting.
fn day_at_work(rules: &CareRules<'_>, plan: &FestivalPlan) -> NaiveDate {
    let latest = plan.call.map_or(plan.message, |(_, to)| to);
    plan.greet.unwrap_or_else(|| rules.days.previous_working(latest))
}

/// Whether the days from the first that was worked out up to the occasion rest on a year without a published table.
fn is_provisional(rules: &CareRules<'_>, first: Option<NaiveDate>, date: NaiveDate) -> bool {
    let before = date.pred_opt().unwrap_or(date);
    first.is_some_and(|first| rules.days.is_provisional(first, before.max(first)))
}

fn is_qingming(day: NaiveDate) -> bool {
    use chrono::Datelike as _;
    lunar::qingming(day.year()) == Some(day)
}
