//! The care calendar of a month: whom to greet on which day and how, and why somebody gets nothing (3.3.a, R-3.3-1…3).

pub mod consent;
mod occasion;
mod person;
mod standard;

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, NaiveDateTime};

pub use standard::{CareError, CareStandard, CareWays, ComplaintHold, Limit, TierCare};

use crate::book::{Book, Record};
use crate::calendar::{BirthdayRules, DayTable, Festivals, ReminderRules};
use crate::form::Answers;
use crate::key::Key;
use crate::kind;
use crate::playbook::Playbook;
use crate::roster::{self, Tier};
use crate::stamp::RecordId;
use crate::value::Value;
use occasion::{Candidate, birthdays, holidays};
use person::{Complaints, Existing, Person, existing};

/// The process of one care action.
pub const CARE_PROCESS: &str = "W-3.3a";

/// The contact a care action is for.
const CONTACT: Key = Key::of("contact");
/// What it is for: `birthday`, `holiday`, …
const OCCASION: Key = Key::of("occasion");
/// Which holiday.
const FESTIVAL: Key = Key::of("festival");
/// The day of the occasion.
const PLANNED_ON: Key = Key::of("planned_on");
/// How: a set of ways.
const WAY: Key = Key::of("way");

/// A month of the civil calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i32,
    /// 1–12.
    month: u32,
}

impl Month {
    /// The month a day lies in.
    pub fn of(day: NaiveDate) -> Self {
        Self { year: day.year(), month: day.month() }
    }

    /// The month after it: on the 20th its care calendar is made.
    #[must_use]
    pub fn next(self) -> Self {
        match self.month {
            12 => Self { year: self.year.saturating_add(1), month: 1 },
            month => Self { month: month + 1, ..self },
        }
    }

    /// Its year.
    pub fn year(self) -> i32 {
        self.year
    }

    /// Whether a day lies in it.
    pub fn contains(self, day: NaiveDate) -> bool {
        Self::of(day) == self
    }
}

/// What a care calendar is worked out by.
#[derive(Clone, Copy, Debug)]
pub struct CareRules<'a> {
    /// What each tier gets, and the limits.
    pub standard: &'a CareStandard,
    /// The festivals (C6.1).
    pub festivals: &'a Festivals,
    /// How birthdays are kept that not every year has (C6).
    pub birthdays: BirthdayRules,
    /// Reminders before a birthday, deadlines of a gift (C6).
    pub reminders: &'a ReminderRules,
    /// The working days (C1).
    pub days: &'a DayTable,
    /// The processes, which say whether a complaint is over.
    pub playbook: &'a Playbook,
}

/// What care is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Occasion {
    /// The contact's birthday.
    Birthday,
    /// These festivals, by their keys; two when they share one greeting.
    Holiday(Vec<Box<str>>),
}

impl Occasion {
    /// Its key in a care action.
    pub fn key(&self) -> Key {
        match self {
            Self::Birthday => Key::of("birthday"),
            Self::Holiday(_) => Key::of("holiday"),
        }
    }
}

/// One care action that is due: one case of W-3.3a.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CareAction {
    /// The customer.
    pub customer: RecordId,
    /// Whom it is for.
    pub contact: RecordId,
    /// Who is responsible for the customer.
    pub owner: Option<RecordId>,
    /// The customer's tier on that day.
    pub tier: Tier,
    /// What it is for.
    pub occasion: Occasion,
    /// The holiday in the words of a care action; none for a birthday.
    pub festival: Option<Key>,
    /// The day to show it: of the birthday, of the greeting, or the working day before.
    pub day: NaiveDate,
    /// How, in the words of a care action.
    pub ways: Vec<Key>,
    /// What to do beforehand, in order of days.
    pub preparations: Vec<Preparation>,
    /// Whether a day rests on a year without a published table.
    pub is_provisional: bool,
}

/// Something to do before a care action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Preparation {
    /// The day.
    pub on: NaiveDate,
    /// What.
    pub what: Errand,
}

/// What there is to do beforehand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Errand {
    /// Remember it.
    Remember,
    /// Get this ready: `card`, `gift`.
    Get(Key),
    /// Have the gift approved, at the latest.
    EndApproval,
}

/// A contact who gets nothing on an occasion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The customer.
    pub customer: RecordId,
    /// The contact.
    pub contact: RecordId,
    /// The occasion.
    pub occasion: Occasion,
    /// The day it would have been.
    pub day: NaiveDate,
    /// Every reason; a limit is one only where there is no other.
    pub reasons: Vec<NoCare>,
}

/// A reason why a contact gets no care on an occasion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoCare {
    /// No consent to care on that day, or it was withdrawn (L2).
    NoConsent,
    /// The contact does not want to be called on.
    DoNotCall,
    /// The customer is lost or blacklisted.
    Resting,
    /// The customer has no tier yet.
    Ungraded,
    /// The tier gets nothing on this occasion.
    NotForTier(Tier),
    /// A grave complaint is open, this case; the owner decides (R-3.3-3).
    OwnerDecides(RecordId),
    /// Qingming is no occasion for greetings (R-3.3-1).
    Qingming,
    /// There is this case for it already.
    Exists(RecordId),
    /// The day has as many as it may (R-3.3-2).
    DayFull,
    /// The month has as many as it may (R-3.3-2).
    MonthFull,
}

/// The care of a month.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CareCalendar {
    /// What is due and not there yet, by day.
    pub actions: Vec<CareAction>,
    /// Who gets nothing on which occasion, by day.
    pub left_out: Vec<LeftOut>,
}

impl CareCalendar {
    /// The care of a month: for every contact and each birthday or festival whose day of care lies in it.
    ///
    /// Care actions that exist are not planned again and count against the limits, unless skipped or cancelled.
    pub fn of(book: &Book, rules: &CareRules<'_>, month: Month) -> Self {
        let contacts: Vec<RecordId> = book.of_kind(kind::CONTACT).map(|contact| contact.id).collect();
        let mut planning = CarePlanning::begin(book, *rules, month);
        planning.decide_on(book, &contacts);
        planning.end()
    }

    /// Decides on a contact's occasions of the month, the weightiest first.
    fn decide(
        &mut self,
        rules: &CareRules<'_>,
        month: Month,
        person: &Person<'_>,
        mut candidates: Vec<Candidate>,
        (existing, complaints): (&[Existing], &Complaints),
    ) {
        let limit = rules.standard.limit;
        let counted = existing.iter().filter(|there| there.counts && month.contains(there.day));
        let mut taken: Vec<NaiveDate> = counted.map(|there| there.day).collect();
        candidates.sort_by(|a, b| a.order().cmp(&b.order()));
        let is_full = |taken: &[NaiveDate], day: NaiveDate| {
            let on_the_day = taken.iter().filter(|taken| **taken == day).count();
            let day_full = (on_the_day >= usize::from(limit.a_day)).then_some(NoCare::DayFull);
            let month_full = (taken.len() >= usize::from(limit.a_month)).then_some(NoCare::MonthFull);
            day_full.into_iter().chain(month_full).collect::<Vec<NoCare>>()
        };
        let mut left: Vec<(Candidate, Vec<NoCare>)> = Vec::new();
        for candidate in candidates {
            let there = existing.iter().find(|there| there.is_for(&candidate));
            let mut reasons: Vec<NoCare> = there.map(|there| NoCare::Exists(there.case)).into_iter().collect();
            reasons.extend(person.against(candidate.day));
            reasons.extend(candidate.against(complaints.of(person)));
            let had_ways = candidate.has_ways();
            let channels = person.channels(candidate.day);
            let candidate = candidate.through(&channels, rules.standard);
            if had_ways && !candidate.has_ways() && !reasons.contains(&NoCare::NoConsent) {
                reasons.push(NoCare::NoConsent);
            }
            match candidate.tier.filter(|_| reasons.is_empty() && is_full(&taken, candidate.day).is_empty()) {
                Some(tier) => {
                    taken.push(candidate.day);
                    self.actions.push(candidate.action(person, tier));
                }
                None => left.push((candidate, reasons)),
            }
        }
        // What only the limits stand against is told by the whole month, so that planning again says the same.
        self.left_out.extend(left.into_iter().map(|(candidate, mut reasons)| {
            if reasons.is_empty() {
                reasons = is_full(&taken, candidate.day);
            }
            LeftOut {
                customer: person.customer.id,
                contact: person.contact.id,
                occasion: candidate.occasion,
                day: candidate.day,
                reasons,
            }
        }));
    }
}

/// The open care actions of contacts who have withdrawn their consent to care, each in the step it was begun in.
///
/// They are skipped with [`skipped`]; one that waits for an approval is looked at again once it is back.
pub fn withdrawn(book: &Book, playbook: &Playbook, today: NaiveDate) -> Vec<RecordId> {
    let Some(first) = playbook.process(CARE_PROCESS).and_then(|process| process.first_step()) else {
        return Vec::new();
    };
    let open = book.of_kind(kind::CASE).filter(|case| case.text(kind::PROCESS) == CARE_PROCESS);
    let open = open.filter(|case| first.key == *case.text(kind::STEP));
    let mut cases: Vec<RecordId> = open
        .filter(|case| {
            let contact = case.reference(CONTACT).and_then(|contact| book.get(book.survivor(contact)));
            contact.is_some_and(|contact| {
                contact.is_forgotten() || consent::is_withdrawn(book, contact, consent::CARE, today)
            })
        })
        .map(|case| case.id)
        .collect();
    cases.sort_unstable();
    cases
}

/// What a care action holds once it is skipped because consent to care was withdrawn (L2).
pub fn skipped(now: NaiveDateTime) -> [(Key, Value); 4] {
    [
        (kind::STEP, "skipped".into()),
        (kind::EVENT, "skip".into()),
        (kind::ENTERED_AT, now.into()),
        (Key::of("skip_reason"), "no_consent".into()),
    ]
}

/// The care of a month in the making, some contacts at a time: a page that plans for many answers in between.
pub struct CarePlanning<'a> {
    rules: CareRules<'a>,
    month: Month,
    complaints: Complaints,
    existing: BTreeMap<RecordId, Vec<Existing>>,
    holidays: Vec<(Option<Tier>, Vec<Candidate>)>,
    calendar: CareCalendar,
}

impl<'a> CarePlanning<'a> {
    /// Gathers what all contacts are decided by.
    pub fn begin(book: &Book, rules: CareRules<'a>, month: Month) -> Self {
        let tiers = Tier::ALL.map(Some).into_iter().chain([None]);
        Self {
            rules,
            month,
            complaints: Complaints::open(book, &rules),
            existing: existing(book),
            holidays: tiers.map(|tier| (tier, holidays(&rules, month, tier))).collect(),
            calendar: CareCalendar::default(),
        }
    }

    /// Decides on the occasions of these contacts; each is to be given once.
    pub fn decide_on(&mut self, book: &Book, contacts: &[RecordId]) {
        for contact in contacts.iter().filter_map(|contact| book.get(*contact)).filter(|contact| contact.exists()) {
            let Some(person) = Person::of(book, contact) else { continue };
            let mut candidates = birthdays(&self.rules, self.month, &person);
            for (tier, holidays) in &self.holidays {
                candidates.extend(holidays.iter().filter(|holiday| person.tier(holiday.date) == *tier).cloned());
            }
            let existing = self.existing.remove(&contact.id).unwrap_or_default();
            self.calendar.decide(&self.rules, self.month, &person, candidates, (&existing, &self.complaints));
        }
    }

    /// The care of the month for the contacts decided on.
    pub fn end(self) -> CareCalendar {
        let mut calendar = self.calendar;
        calendar.actions.sort_by_key(|action| (action.day, action.contact));
        calendar.left_out.sort_by(|a, b| (a.day, a.contact, &a.occasion).cmp(&(b.day, b.contact, &b.occasion)));
        calendar
    }
}

impl CareAction {
    /// The id of its case, the same on every device: by contact, occasion and year, whatever day tables say.
    pub fn record_id(&self) -> RecordId {
        let festival = self.festival.map(|festival| festival.to_string()).unwrap_or_default();
        let (contact, occasion, year) = (self.contact, self.occasion.key(), self.day.year());
        RecordId::named(&format!("care/{contact}/{occasion}/{festival}/{year}"))
    }

    /// The first fields of its case, begun at `now`.
    pub fn fields(&self, playbook: &Playbook, now: NaiveDateTime) -> Answers {
        let first = playbook.process(CARE_PROCESS).and_then(|process| process.first_step());
        let ways = self.ways.iter().map(|way| Value::from(way.as_str())).collect();
        let fields: [(Key, Value); 11] = [
            (kind::PROCESS, CARE_PROCESS.into()),
            (kind::STEP, first.map(|step| Value::from(step.key.as_str())).unwrap_or_default()),
            (kind::ENTERED_AT, now.into()),
            (kind::EVENT, "start".into()),
            (kind::CUSTOMER_REF, self.customer.into()),
            (kind::OWNER, self.owner.map(Value::from).unwrap_or_default()),
            (CONTACT, self.contact.into()),
            (OCCASION, self.occasion.key().as_str().into()),
            (FESTIVAL, self.festival.map(|festival| Value::from(festival.as_str())).unwrap_or_default()),
            (PLANNED_ON, self.day.into()),
            (WAY, Value::List(ways)),
        ];
        fields.into_iter().filter(|(_, value)| !value.is_blank()).collect()
    }
}

/// Records by the one that a field of theirs names.
fn grouped<T>(items: impl Iterator<Item = (RecordId, T)>) -> BTreeMap<RecordId, Vec<T>> {
    let mut groups: BTreeMap<RecordId, Vec<T>> = BTreeMap::new();
    for (key, item) in items {
        groups.entry(key).or_default().push(item);
    }
    groups
}

/// The day a field holds.
fn day(record: &Record, key: Key) -> Option<NaiveDate> {
    roster::date(record.get(key))
}
