//! What the book knows of a contact that matters for care: consent, tier, open complaints, care that is there already.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::consent::{self, CARE, Channels, Consent};
use super::occasion::Candidate;
use super::{CARE_PROCESS, CONTACT, CareRules, FESTIVAL, NoCare, OCCASION, PLANNED_ON, day, grouped};
use crate::book::{Book, Record};
use crate::calendar::Birthday;
use crate::field_text::lunar_parts;
use crate::key::Key;
use crate::kind;
use crate::roster::{self, Tier};
use crate::stamp::RecordId;

/// The processes of a complaint.
const COMPLAINTS: [&str; 2] = ["W-6.1", "W-6.2"];
/// The record of a complaint, which may name the contact.
const COMPLAINT_RECORD: &str = "F-6.1-1";
/// The classification of a complaint, which gives its level.
const CLASSIFICATION: &str = "F-6.1-2";
/// The level of a complaint.
const LEVEL: Key = Key::of("level");
/// The level somebody changed it to.
const LEVEL_SET: Key = Key::of("level_set");
/// The ends of a care action that was not done.
const UNDONE: [&str; 2] = ["skipped", "cancelled"];
/// A holiday keeps its care action when its day moves with a new table of days, by no more than this.
const SAME_HOLIDAY_DAYS: i64 = 31;

/// A contact with its customer.
pub(super) struct Person<'b> {
    pub contact: &'b Record,
    pub customer: &'b Record,
    consents: Vec<Consent>,
}

impl<'b> Person<'b> {
    /// The contact, if its customer is there.
    pub fn of(book: &'b Book, contact: &'b Record) -> Option<Self> {
        let customer = book.get(book.customer_of(contact)?)?;
        let consents = || consent::consents(book, contact);
        (customer.kind == kind::CUSTOMER && customer.exists()).then(|| Self { contact, customer, consents: consents() })
    }

    /// The customer's tier on a day.
    pub fn tier(&self, day: NaiveDate) -> Option<Tier> {
        roster::tier(self.customer, day).0
    }

    /// The birthday, solar or lunar.
    pub fn birthday(&self) -> Option<Birthday> {
        let stored = self.contact.text(kind::BIRTHDAY);
        if let Some((month, day, leap)) = lunar_parts(stored) {
            return Some(Birthday::Lunar { month, day, leap });
        }
        let mut parts = stored.get(..10)?.split('-').skip(1).map(str::parse);
        Some(Birthday::Solar { month: parts.next()?.ok()?, day: parts.next()?.ok()? })
    }

    /// What speaks against any care on a day.
    pub fn against(&self, day: NaiveDate) -> impl Iterator<Item = NoCare> + use<> {
        let is_resting = matches!(self.customer.text(kind::STAGE), "lost" | "blacklisted");
        let refuses = self.contact.get(kind::DO_NOT_CALL).as_bool() == Some(true);
        let reasons = [
            self.channels(day).is_none().then_some(NoCare::NoConsent),
            refuses.then_some(NoCare::DoNotCall),
            is_resting.then_some(NoCare::Resting),
        ];
        reasons.into_iter().flatten()
    }

    /// The channels through which care is agreed to on a day (L2).
    pub fn channels(&self, on: NaiveDate) -> Channels {
        consent::channels(&self.consents, CARE, on)
    }
}

/// Open complaints that hold greetings back, by whom they concern.
pub(super) struct Complaints(BTreeMap<RecordId, RecordId>);

impl Complaints {
    /// Those of the levels that do; of a whole customer where none of its contacts is named.
    pub fn open(book: &Book, rules: &CareRules<'_>) -> Self {
        let cases = book.of_kind(kind::CASE).filter(|case| COMPLAINTS.contains(&case.text(kind::PROCESS)));
        let open = cases.filter(|case| is_open(case, rules)).filter(|case| {
            level(book, case).is_some_and(|level| rules.standard.complaint.levels.iter().any(|held| *held == *level))
        });
        let mut concerned: Vec<_> = open.filter_map(|case| Some((concerned(book, case)?, case.id))).collect();
        // Of several the same one is named on every device.
        concerned.sort_unstable();
        Self(concerned.into_iter().collect())
    }

    /// The complaint that holds back greetings to a contact.
    pub fn of(&self, person: &Person<'_>) -> Option<RecordId> {
        self.0.get(&person.contact.id).or_else(|| self.0.get(&person.customer.id)).copied()
    }
}

fn is_open(case: &Record, rules: &CareRules<'_>) -> bool {
    let process = rules.playbook.process(case.text(kind::PROCESS));
    let step = |key: &str| process?.steps.iter().find(|step| step.key == *key);
    step(case.text(kind::STEP)).is_none_or(|step| !step.is_terminal)
}

/// The latest form of a template on a case.
fn latest<'b>(book: &'b Book, case: RecordId, form: &str) -> Option<&'b Record> {
    let filed = book.of_case(case, kind::DOCUMENT).filter(|document| document.text(kind::FORM) == form);
    filed.max_by_key(|document| document.created().map(|change| change.stamp))
}

/// The level as it was changed, else as the case says, else as it was classified.
fn level<'b>(book: &'b Book, case: &'b Record) -> Option<&'b str> {
    let own = [LEVEL_SET, LEVEL].map(|key| case.text(key));
    let classified = latest(book, case.id, CLASSIFICATION).map(|document| document.text(LEVEL));
    own.into_iter().chain(classified).find(|level| !level.is_empty())
}

/// The contact a complaint names on its record, else the customer.
fn concerned(book: &Book, case: &Record) -> Option<RecordId> {
    let cases = [Some(case.id), case.reference(kind::ORIGIN)].into_iter().flatten();
    let mut records = cases.filter_map(|case| latest(book, case, COMPLAINT_RECORD));
    records
        .find_map(|record| record.reference(CONTACT))
        .map(|contact| book.survivor(contact))
        .or_else(|| book.customer_of(case))
}

/// A care action that is there already.
pub(super) struct Existing {
    pub case: RecordId,
    pub day: NaiveDate,
    occasion: Box<str>,
    festival: Box<str>,
    /// Whether it counts against the limits.
    pub counts: bool,
}

/// All care actions that are there, by contact.
pub(super) fn existing(book: &Book) -> BTreeMap<RecordId, Vec<Existing>> {
    let cases = book.of_kind(kind::CASE).filter(|case| case.text(kind::PROCESS) == CARE_PROCESS);
    let described = cases.filter_map(|case| {
        let existing = Existing {
            case: case.id,
            day: day(case, PLANNED_ON)?,
            occasion: case.text(OCCASION).into(),
            festival: case.text(FESTIVAL).into(),
            counts: !UNDONE.contains(&case.text(kind::STEP)),
        };
        Some((book.survivor(case.reference(CONTACT)?), existing))
    });
    let mut existing = grouped(described);
    for cases in existing.values_mut() {
        cases.sort_by_key(|there| there.case);
    }
    existing
}

impl Existing {
    /// Whether it is the care action for an occasion: of its day, or of the same main holiday on a day that has moved.
    pub fn is_for(&self, candidate: &Candidate) -> bool {
        let is_same_day = self.day == candidate.day;
        let is_near = (self.day - candidate.day).num_days().abs() <= SAME_HOLIDAY_DAYS;
        let is_same = match &candidate.festival {
            // Whoever began it by hand need not have said which holiday.
            Some(_) if self.festival.is_empty() => is_same_day,
            Some(festival) => *festival == *self.festival && (is_same_day || (candidate.is_main() && is_near)),
            None => is_same_day,
        };
        candidate.occasion.key() == *self.occasion && is_same
    }
}
