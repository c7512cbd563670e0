//! The customers of the demo company: who they are, and how much they matter.

use std::collections::HashSet;

use chrono::{Datelike, NaiveDate};

use super::diary::{Diary, at, before, weekday};
use super::people::{Mobiles, Staff, full_name};
use super::random::Random;
use super::words;
use crate::key::Key;
use crate::kind;
use crate::stamp::RecordId;
use crate::syllable;
use crate::value::Value;

/// The symbols of a unified social credit code in the order of their values; M11b.
const USCC: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/// The customer whose contact everybody looks for.
const KNOWN: usize = 6;

/// How much a customer matters; the grade itself is worked out by the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    Key,
    Important,
    Ordinary,
    Small,
}

impl Weight {
    /// The usual interval between contacts in days, C4.
    pub fn interval(self) -> i64 {
        match self {
            Self::Key => 14,
            Self::Important => 30,
            Self::Ordinary => 90,
            Self::Small => 180,
        }
    }
}

/// What the rest of the story needs to know of a customer.
pub(super) struct Firm {
    pub id: RecordId,
    pub weight: Weight,
    pub stage: &'static str,
    pub is_channel: bool,
    pub owner: RecordId,
    pub since: NaiveDate,
    pub last_contact: Option<NaiveDate>,
    pub contact: RecordId,
    pub mobile: String,
    /// Whether its history is told in full.
    pub is_rich: bool,
    pub is_known: bool,
}

/// Finds customers one after another.
pub(super) struct Founder {
    names: HashSet<String>,
    mobiles: Mobiles,
}

impl Founder {
    pub fn new() -> Self {
        Self { names: HashSet::new(), mobiles: Mobiles::new(2_000) }
    }

    /// Writes one customer with its contacts.
    pub fn found(
        &mut self,
        diary: &mut Diary,
        random: &mut Random,
        staff: &Staff,
        number: usize,
        is_rich: bool,
    ) -> Firm {
        let is_known = number == KNOWN;
        let weight = if is_known { Weight::Important } else { weight(random) };
        let stage = if is_known { "active" } else { stage(random, weight) };
        let identity = self.identity(random, is_known);
        let owner = match (stage, weight) {
            ("lead" | "prospect", _) => staff.any("CD-E", random),
            (_, Weight::Key) => staff.any("KA-E", random),
            _ => staff.any("CR-E", random),
        };
        let since = since(random, diary.today, weight, stage, is_known);
        let last_contact = last_contact(random, diary.today, weight, stage).map(|day| day.max(since));
        let (id, contact) = (diary.name(), diary.name());
        let written = at(weekday(since.max(before(diary.today, 780))), 9 * 60 + random.between(5, 470));
        diary.act();
        let mut fields = identity.fields;
        fields.extend([
            (kind::CODE, format!("KH-{:05}", number + 1).into()),
            (kind::STAGE, stage.into()),
            (kind::OWNER, owner.into()),
            (kind::SINCE, since.into()),
            (kind::V7, influence(random, weight, is_known).into()),
        ]);
        let clerk = staff.any("CI-E", random);
        diary.rewrite(written, clerk, kind::CUSTOMER, id, fields);
        let mobile = self.contact(diary, random, (written, clerk), id, contact, is_known);
        let others = if !is_rich { 0 } else { random.between(0, 2) * random.between(0, 1) };
        for _ in 0..others {
            let other = diary.name();
            self.contact(diary, random, (written, clerk), id, other, false);
        }
        let firm = Firm {
            id,
            weight,
            stage,
            is_channel: identity.is_channel,
            owner,
            since,
            last_contact,
            contact,
            mobile,
            is_rich,
            is_known,
        };
        tend(diary, random, staff, &firm);
        firm
    }

    fn identity(&mut self, random: &mut Random, is_known: bool) -> Identity {
        loop {
            let identity = if is_known { Identity::enterprise(random) } else { Identity::any(random) };
            // People may share a name; firms do not.
            if identity.is_person || self.names.insert(identity.name.clone()) {
                return identity;
            }
        }
    }

    fn contact(
        &mut self,
        diary: &mut Diary,
        random: &mut Random,
        written: (chrono::NaiveDateTime, RecordId),
        customer: RecordId,
        contact: RecordId,
        is_known: bool,
    ) -> String {
        let (name, is_woman) = if is_known { ("李明朗".to_owned(), true) } else { full_name(random) };
        let (title, role) =
            if is_known { ("采购总监", "decision") } else { random.pick(&words::TITLES, ("经理", "influence")) };
        let mobile = self.mobiles.next();
        let mut fields = vec![
            (kind::CUSTOMER_REF, customer.into()),
            (kind::NAME, name.as_str().into()),
            (Key::of("gender"), if is_woman { "female" } else { "male" }.into()),
            (kind::TITLE, title.into()),
            (Key::of("role"), role.into()),
            (kind::MOBILE, mobile.as_str().into()),
        ];
        if random.happens(45) {
            fields.push((kind::EMAIL, email(&name, random).into()));
        }
        if random.happens(60) || is_known {
            fields.push((kind::BIRTHDAY, birthday(random, diary.today).into()));
        }
        if random.happens(20) {
            fields.push((Key::of("preference"), random.word(&words::PREFERENCES).into()));
        }
        // Without their consent nobody is greeted (L2).
        if random.happens(55) {
            fields.push((kind::CONSENT_CARE, true.into()));
            fields.push((kind::CONSENT_CARE_ON, written.0.date().into()));
        }
        diary.write(written.0, written.1, kind::CONTACT, contact, fields);
        mobile
    }
}

/// Later notes on a customer by those who look after it.
fn tend(diary: &mut Diary, random: &mut Random, staff: &Staff, firm: &Firm) {
    let mut fields = Vec::new();
    if let Some(day) = firm.last_contact {
        fields.push((kind::LAST_CONTACT, day.into()));
    }
    if random.happens(35) {
        fields.push((kind::REMARK, random.word(&words::REMARKS).into()));
    }
    if random.happens(25) {
        fields.push((kind::TAGS, Value::List(vec![random.word(&words::TAGS).into()])));
    }
    if matches!(firm.weight, Weight::Key | Weight::Important) && !matches!(firm.stage, "lead" | "prospect") {
        let cost = if firm.weight == Weight::Key { random.between(8, 22) } else { random.between(18, 45) };
        fields.push((kind::V8, tenths(cost).into()));
    }
    if !fields.is_empty() {
        let day = firm.last_contact.unwrap_or_else(|| before(diary.today, random.between(1, 200)));
        let moment = at(weekday(day.max(firm.since).max(before(diary.today, 779))), 17 * 60 + random.between(1, 50));
        let by = if firm.is_rich { firm.owner } else { staff.any("CI-E", random) };
        diary.act();
        diary.rewrite(moment, by, kind::CUSTOMER, firm.id, fields);
    }
}

struct Identity {
    name: String,
    is_person: bool,
    is_channel: bool,
    fields: Vec<(Key, Value)>,
}

impl Identity {
    fn any(random: &mut Random) -> Self {
        match random.between(1, 100) {
            1..=5 => Self::individual(random),
            6..=12 => Self::institution(random),
            13..=22 => Self::dealer(random),
            _ => Self::enterprise(random),
        }
    }

    fn enterprise(random: &mut Random) -> Self {
        let (place, region) = random.pick(&words::PLACES, ("厦门", "350200"));
        let (trade, industry) = random.pick(&words::TRADES, ("商贸", "retail"));
        let brand = brand(random);
        let suffix = random.pick(&["有限公司", "有限公司", "有限公司", "股份有限公司", "集团有限公司"], "有限公司");
        let short = format!("{brand}{trade}");
        Self::new(random, (format!("{place}{short}{suffix}"), short), "enterprise", region, industry)
    }

    fn dealer(random: &mut Random) -> Self {
        let (place, region) = random.pick(&words::PLACES, ("厦门", "350200"));
        let short = format!("{}{}", brand(random), random.word(&words::DEALERS));
        Self::new(random, (format!("{place}{short}"), short), "channel", region, "retail")
    }

    fn institution(random: &mut Random) -> Self {
        let (place, region) = random.pick(&words::PLACES, ("厦门", "350200"));
        let (what, industry) = random.pick(&words::INSTITUTIONS, ("图书馆", "culture"));
        let short = format!("{}{what}", brand(random));
        Self::new(random, (format!("{place}{short}"), short), "institution", region, industry)
    }

    fn individual(random: &mut Random) -> Self {
        let (_, region) = random.pick(&words::PLACES, ("厦门", "350200"));
        let (name, _) = full_name(random);
        Self::new(random, (name, String::new()), "individual", region, "other")
    }

    fn new(
        random: &mut Random,
        (name, short): (String, String),
        customer_type: &'static str,
        region: &'static str,
        industry: &'static str,
    ) -> Self {
        let is_person = customer_type == "individual";
        let fields = vec![
            (kind::NAME, name.as_str().into()),
            (kind::SHORT_NAME, short.into()),
            (kind::TYPE, customer_type.into()),
            (kind::USCC, if is_person { Value::Null } else { uscc(random, customer_type, region).into() }),
            (kind::REGION, region.into()),
            (kind::INDUSTRY, industry.into()),
            (kind::SOURCE, random.word(&words::SOURCES).into()),
        ];
        Self { name, is_person, is_channel: customer_type == "channel", fields }
    }
}

fn brand(random: &mut Random) -> String {
    let mut brand = String::from(random.letter(words::BRAND_FIRST));
    if random.happens(25) {
        brand.push(random.letter(words::BRAND_FIRST));
    }
    brand.push(random.letter(words::BRAND_SECOND));
    brand
}

/// A code with the right check digit; M11b.
fn uscc(random: &mut Random, customer_type: &str, region: &str) -> String {
    let opening = match customer_type {
        "institution" => "12",
        "channel" => "92",
        _ => "91",
    };
    let mut code = format!("{opening}{region}");
    while code.len() < 17 {
        code.push(random.letter(USCC));
    }
    let value = |letter: char| USCC.chars().position(|symbol| symbol == letter).unwrap_or(0);
    let (sum, _) = code.chars().fold((0, 1), |(sum, weight), letter| (sum + value(letter) * weight, weight * 3 % 31));
    code.extend(USCC.chars().nth((31 - sum % 31) % 31));
    code
}

fn weight(random: &mut Random) -> Weight {
    match random.between(1, 100) {
        1..=6 => Weight::Key,
        7..=21 => Weight::Important,
        22..=52 => Weight::Ordinary,
        _ => Weight::Small,
    }
}

fn stage(random: &mut Random, weight: Weight) -> &'static str {
    let rest = match weight {
        Weight::Key => return "active",
        Weight::Important => 3,
        Weight::Ordinary => 12,
        Weight::Small => 45,
    };
    if !random.happens(rest) {
        return "active";
    }
    match random.between(1, 100) {
        1..=25 => "lead",
        26..=50 => "prospect",
        51..=82 => "dormant",
        83..=96 => "lost",
        _ => "blacklisted",
    }
}

fn since(random: &mut Random, today: NaiveDate, weight: Weight, stage: &str, is_known: bool) -> NaiveDate {
    let days = match (stage, weight) {
        _ if is_known => 1_180,
        ("lead" | "prospect", _) => random.between(5, 240),
        (_, Weight::Key) => random.between(1_500, 4_000),
        (_, Weight::Important) => random.between(500, 2_800),
        _ => random.between(60, 2_400),
    };
    before(today, days)
}

/// Most were seen in time; some are due, some overdue, a few forgotten (C4).
fn last_contact(random: &mut Random, today: NaiveDate, weight: Weight, stage: &str) -> Option<NaiveDate> {
    let interval = weight.interval();
    let days = match random.between(1, 100) {
        _ if matches!(stage, "lost" | "blacklisted") => random.between(200, 700),
        1..=4 if stage == "lead" => return None,
        1..=72 => random.between(1, interval * 92 / 100),
        73..=84 => random.between(interval, interval + interval / 10 + 2),
        85..=94 => random.between(interval * 13 / 10 + 3, interval * 19 / 10),
        _ => random.between(interval * 22 / 10 + 5, interval * 4),
    };
    Some(weekday(before(today, days)))
}

fn influence(random: &mut Random, weight: Weight, is_known: bool) -> i64 {
    match weight {
        _ if is_known => 3,
        Weight::Key => random.between(4, 5),
        Weight::Important => random.between(2, 4),
        Weight::Ordinary => random.between(1, 3),
        Weight::Small => random.between(1, 2),
    }
}

/// A solar or lunar birthday; some lie in the days to come.
fn birthday(random: &mut Random, today: NaiveDate) -> String {
    let year = i64::from(today.year()) - random.between(24, 60);
    if random.happens(12) {
        return format!("L{:02}-{:02}", random.between(1, 12), random.between(1, 29));
    }
    let day = before(today, if random.happens(6) { -random.between(0, 10) } else { random.between(0, 364) });
    format!("{year}-{:02}-{:02}", day.month(), day.day().min(28))
}

fn email(name: &str, random: &mut Random) -> String {
    let letters: String = name.chars().map(|letter| syllable::letters(syllable::common(letter))).collect();
    format!("{letters}{}@example.com", random.between(1, 99))
}

/// Tenths as an exact decimal, written as decimals are stored.
fn tenths(number: i64) -> String {
    if number % 10 == 0 { (number / 10).to_string() } else { format!("{}.{}", number / 10, number % 10) }
}
