//! What contacts agreed to, for which purpose and through which channels, and what they took back (L2).

use chrono::NaiveDate;

use super::day;
use crate::book::{Book, Record};
use crate::change::{Act, Cells};
use crate::key::Key;
use crate::kind;
use crate::stamp::RecordId;
use crate::value::Value;

/// Greetings, visits and gifts.
pub const CARE: Key = Key::of("care");
/// Offers and campaigns.
pub const MARKETING: Key = Key::of("marketing");
/// The purposes there are.
pub const PURPOSES: [Key; 2] = [CARE, MARKETING];

/// The contact who agreed.
pub const CONTACT: Key = Key::of("contact");
/// What for: `care` or `marketing`.
pub const PURPOSE: Key = Key::of("purpose");
/// Through what: a set of `phone`, `sms`, `mail`, `post`, `visit`.
pub const CHANNELS: Key = Key::of("channels");
/// Since when, a date.
pub const GIVEN_ON: Key = Key::of("given_on");
/// How they said so: `written`, `spoken`, `online`, `import`.
pub const WAY: Key = Key::of("way");
/// Where that is recorded, in words.
pub const EVIDENCE: Key = Key::of("evidence");
/// From which day on it does not hold any more.
pub const WITHDRAWN_ON: Key = Key::of("withdrawn_on");
/// How they took it back.
pub const WITHDRAWN_WAY: Key = Key::of("withdrawn_way");

/// The way of a consent that came with the contact's own record, as from an import.
const IMPORTED: &str = "import";

/// One consent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// Its record; none when the contact's own record says so, as after an import.
    pub record: Option<RecordId>,
    /// What for.
    pub purpose: Key,
    /// Through what; everything when nothing is said.
    pub channels: Vec<Key>,
    /// Since when; for ever when nothing is known.
    pub given_on: Option<NaiveDate>,
    /// How it was given, a key of the group `consent_way`.
    pub way: Box<str>,
    /// Where that is recorded.
    pub evidence: Box<str>,
    /// From which day on it does not hold any more.
    pub withdrawn_on: Option<NaiveDate>,
    /// How it was withdrawn, a key of the group `consent_way`.
    pub withdrawn_way: Box<str>,
}

impl Consent {
    /// Whether it holds on a day: from the day it was given up to the one before it was withdrawn.
    pub fn holds_on(&self, on: NaiveDate) -> bool {
        self.given_on.is_none_or(|given| given <= on) && self.withdrawn_on.is_none_or(|withdrawn| on < withdrawn)
    }
}

/// The channels agreed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Channels {
    /// None.
    None,
    /// These.
    Some(Vec<Key>),
    /// Whatever there is.
    All,
}

impl Channels {
    /// Whether there is none.
    pub fn is_none(&self) -> bool {
        *self == Self::None
    }

    /// Whether `channel` is one of them.
    pub fn allows(&self, channel: Key) -> bool {
        match self {
            Self::None => false,
            Self::Some(channels) => channels.contains(&channel),
            Self::All => true,
        }
    }
}

/// Everything a contact ever agreed to, the earliest first; what was withdrawn stays.
pub fn consents(book: &Book, contact: &Record) -> Vec<Consent> {
    // A withdrawal on the contact's own record, as from a file, ends whatever was given up to then.
    let ended = day(contact, kind::CONSENT_WITHDRAWN_ON);
    let own = [(CARE, kind::CONSENT_CARE, kind::CONSENT_CARE_ON), (MARKETING, MARKETING_FLAG, MARKETING_ON)];
    let own = own.into_iter().filter(|(_, flag, _)| contact.get(*flag).as_bool() == Some(true));
    let own = own.map(|(purpose, _, since)| Consent {
        record: None,
        purpose,
        channels: Vec::new(),
        given_on: day(contact, since),
        way: IMPORTED.into(),
        evidence: "".into(),
        withdrawn_on: None,
        withdrawn_way: "".into(),
    });
    let customer = book.customer_of(contact).unwrap_or_default();
    let records = book.of_customer(customer, kind::CONSENT);
    let recorded = records
        .filter(|record| record.reference(CONTACT).map(|named| book.survivor(named)) == Some(contact.id))
        .filter_map(recorded);
    let mut all: Vec<Consent> = own.chain(recorded).collect();
    for consent in &mut all {
        // Without a day of its own a consent is older than any withdrawal.
        let is_ended = ended.filter(|ended| consent.given_on.is_none_or(|given| given <= *ended));
        consent.withdrawn_on = consent.withdrawn_on.into_iter().chain(is_ended).min();
    }
    all.sort_by_key(|consent| (consent.given_on, consent.record));
    all
}

/// Whether the contact consents to marketing, as its own record says.
const MARKETING_FLAG: Key = Key::of("consent_marketing");
/// Since when.
const MARKETING_ON: Key = Key::of("consent_marketing_on");

fn recorded(record: &Record) -> Option<Consent> {
    let channels = record.get(CHANNELS).items().iter().filter_map(Value::as_text);
    Some(Consent {
        record: Some(record.id),
        purpose: Key::new(record.text(PURPOSE)).ok()?,
        channels: channels.filter_map(|channel| Key::new(channel).ok()).collect(),
        given_on: day(record, GIVEN_ON),
        way: record.text(WAY).into(),
        evidence: record.text(EVIDENCE).into(),
        withdrawn_on: day(record, WITHDRAWN_ON),
        withdrawn_way: record.text(WITHDRAWN_WAY).into(),
    })
}

/// The channels through which `purpose` is agreed to on a day.
pub fn channels(consents: &[Consent], purpose: Key, on: NaiveDate) -> Channels {
    let mut agreed: Vec<Key> = Vec::new();
    let mut holds = false;
    for consent in consents.iter().filter(|consent| consent.purpose == purpose && consent.holds_on(on)) {
        if consent.channels.is_empty() {
            return Channels::All;
        }
        holds = true;
        agreed.extend(&consent.channels);
    }
    if holds { Channels::Some(agreed) } else { Channels::None }
}

/// Whether a contact agreed to `purpose` once, took it back, and has not agreed anew by `today`.
pub fn is_withdrawn(book: &Book, contact: &Record, purpose: Key, today: NaiveDate) -> bool {
    let consents = consents(book, contact);
    let of_purpose = || consents.iter().filter(|consent| consent.purpose == purpose);
    of_purpose().any(|consent| consent.withdrawn_on.is_some_and(|on| on <= today))
        && !of_purpose().any(|consent| consent.holds_on(today))
}

/// Writes down that a contact of `customer` agreed to something; gives the record.
pub fn give(act: &mut Act<'_>, customer: RecordId, contact: RecordId, given: Cells<Value>) -> RecordId {
    let mut cells = given;
    cells.put(kind::CUSTOMER_REF, customer.into());
    cells.put(CONTACT, contact.into());
    act.create(kind::CONSENT, cells)
}

/// Writes down that a consent was taken back on a day, and how.
///
/// One that stands on the contact's own record becomes a record of its own, so that what was agreed to and when it
/// ended can be shown later.
pub fn withdraw(book: &Book, act: &mut Act<'_>, contact: &Record, consent: &Consent, on: NaiveDate, way: &str) {
    let ends = [(WITHDRAWN_ON, Value::from(on)), (WITHDRAWN_WAY, Value::from(way))];
    if let Some(record) = consent.record {
        for (key, value) in ends {
            act.set(book, kind::CONSENT, record, key, value);
        }
        return;
    }
    let given = consent.given_on.map(|given| (GIVEN_ON, Value::from(given)));
    let known = [(PURPOSE, consent.purpose.as_str().into()), (WAY, Value::from(&*consent.way))];
    let cells = known.into_iter().chain(given).chain(ends).collect();
    give(act, book.customer_of(contact).unwrap_or_default(), contact.id, cells);
    let flag = if consent.purpose == CARE { kind::CONSENT_CARE } else { MARKETING_FLAG };
    act.set(book, kind::CONTACT, contact.id, flag, Value::Bool(false));
}
