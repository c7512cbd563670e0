//! The roster: one line per customer with tier, last contact and next due date, kept up to date.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::book::{Book, Record};
use crate::key::Key;
use crate::kind;
use crate::merger;
use crate::stamp::RecordId;
use crate::value::Value;

/// A customer's tier: VIP while in force, else the grade; R-4.1-1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// VIP 贵宾.
    Vip,
    /// A key customer 关键客户.
    A,
    /// B important customer 重要客户.
    B,
    /// C ordinary customer 一般客户.
    C,
    /// D basic customer 普通客户.
    D,
}

impl Tier {
    /// All tiers, the most valuable first.
    pub const ALL: [Self; 5] = [Self::Vip, Self::A, Self::B, Self::C, Self::D];

    /// The tier's key in data: `VIP`, `A` … `D`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Vip => "VIP",
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::D => "D",
        }
    }

    /// The tier with that key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tier| tier.as_str() == key)
    }
}

/// How pressing the next contact is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Urgency {
    /// Never contacted, or more than one whole interval late.
    Forgotten,
    /// Past the limit of C4.
    Overdue,
    /// Due today or before, still within the limit.
    Due,
    /// Due within the next seven days.
    Soon,
    /// Due later.
    Later,
    /// Nobody to visit: lost, blacklisted, or of no tier with a rhythm.
    Resting,
}

impl Urgency {
    /// All of them, the most pressing first.
    pub const ALL: [Self; 6] = [Self::Forgotten, Self::Overdue, Self::Due, Self::Soon, Self::Later, Self::Resting];

    /// The key in addresses and texts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Forgotten => "forgotten",
            Self::Overdue => "overdue",
            Self::Due => "due",
            Self::Soon => "soon",
            Self::Later => "later",
            Self::Resting => "resting",
        }
    }
}

/// When the next contact is due, worked out by C4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DueContact {
    /// The interval of the tier, in days.
    pub interval: u32,
    /// The due date, moved to a working day.
    pub on: NaiveDate,
    /// The first day that counts as overdue.
    pub overdue_from: NaiveDate,
}

/// The rhythm of C4: how a tier and a last contact give a due date.
pub trait Rhythm {
    /// The next contact; `None` for a tier without a rhythm. `tier` is `None` for an ungraded customer.
    fn next_contact(&self, tier: Option<Tier>, last: NaiveDate) -> Option<DueContact>;
}

/// One customer in a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The customer.
    pub id: RecordId,
    /// Customer code.
    pub code: Box<str>,
    /// Name.
    pub name: Box<str>,
    /// Stage, a dictionary key; empty when unknown.
    pub stage: Box<str>,
    /// Region, a dictionary key or the text as imported.
    pub region: Box<str>,
    /// Type, a dictionary key.
    pub customer_type: Box<str>,
    /// Tags.
    pub tags: Box<[Box<str>]>,
    /// Who is responsible.
    pub owner: Option<RecordId>,
    /// The tier, if graded.
    pub tier: Option<Tier>,
    /// Whether the tier comes from a grade that waits for approval.
    pub is_proposed: bool,
    /// The score behind the tier, in hundredths.
    pub score: Option<i64>,
    /// The last effective contact.
    pub last: Option<NaiveDate>,
    /// The next contact, if there is a rhythm.
    pub due: Option<DueContact>,
    /// How pressing it is.
    pub urgency: Urgency,
}

/// Every customer's line, by customer.
#[derive(Clone, Debug, Default)]
pub struct Roster {
    lines: Vec<Line>,
    places: HashMap<RecordId, usize>,
}

impl Roster {
    /// The lines of all customers of the book, as of `today`.
    pub fn new(book: &Book, today: NaiveDate, rhythm: &dyn Rhythm) -> Self {
        let lines: Vec<Line> =
            book.of_kind(kind::CUSTOMER).map(|customer| line(book, customer, today, rhythm)).collect();
        let places = lines.iter().enumerate().map(|(place, line)| (line.id, place)).collect();
        Self { lines, places }
    }

    /// Works out the lines of some customers again, after changes that concern them.
    pub fn refresh(
        &mut self,
        book: &Book,
        customers: impl IntoIterator<Item = RecordId>,
        today: NaiveDate,
        rhythm: &dyn Rhythm,
    ) {
        for id in customers {
            let fresh = book
                .get(id)
                .filter(|record| record.kind == kind::CUSTOMER && record.exists())
                .map(|record| line(book, record, today, rhythm));
            match (self.places.get(&id).copied(), fresh) {
                (Some(place), Some(fresh)) => {
                    if let Some(line) = self.lines.get_mut(place) {
                        *line = fresh;
                    }
                }
                (None, Some(fresh)) => {
                    self.places.insert(id, self.lines.len());
                    self.lines.push(fresh);
                }
                (Some(place), None) => self.remove(id, place),
                (None, None) => {}
            }
        }
    }

    fn remove(&mut self, id: RecordId, place: usize) {
        self.places.remove(&id);
        self.lines.swap_remove(place);
        if let Some(moved) = self.lines.get(place) {
            self.places.insert(moved.id, place);
        }
    }

    /// All lines.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// One customer's line.
    pub fn line(&self, customer: RecordId) -> Option<&Line> {
        self.places.get(&customer).and_then(|place| self.lines.get(*place))
    }
}

/// The customers a change of `record` concerns: itself, the one it belongs to, and those that stand or stood for them.
pub fn customers_of(book: &Book, record: RecordId) -> Vec<RecordId> {
    let Some(record) = book.get(record) else { return Vec::new() };
    let named = if record.kind == kind::CUSTOMER {
        vec![record.id]
    } else if record.kind == kind::MERGER {
        // Taken back, a merger concerns those it had united.
        merger::concerned(record)
    } else {
        record.reference(kind::CUSTOMER_REF).into_iter().collect()
    };
    let standing: Vec<RecordId> = named.iter().map(|customer| book.survivor(*customer)).collect();
    let mut all = [named, standing].concat();
    all.sort_unstable();
    all.dedup();
    all
}

fn line(book: &Book, customer: &Record, today: NaiveDate, rhythm: &dyn Rhythm) -> Line {
    let (tier, is_proposed) = tier(customer, today);
    let last = last_contact(book, customer);
    let stage = customer.text(kind::STAGE);
    let is_resting = matches!(stage, "lost" | "blacklisted");
    // Whoever was never contacted counts from the day the card was made.
    let since = last.or_else(|| date(customer.get(kind::SINCE)));
    let due = if is_resting { None } else { since.and_then(|since| rhythm.next_contact(tier, since)) };
    let urgency = match (is_resting, last, due) {
        (true, ..) => Urgency::Resting,
        (false, None, _) => Urgency::Forgotten,
        (false, Some(_), None) => Urgency::Resting,
        (false, Some(_), Some(due)) => urgency(due, today),
    };
    Line {
        id: customer.id,
        code: customer.text(kind::CODE).into(),
        name: customer.text(kind::NAME).into(),
        stage: stage.into(),
        region: customer.text(kind::REGION).into(),
        customer_type: customer.text(kind::TYPE).into(),
        tags: customer.get(kind::TAGS).items().iter().filter_map(|tag| tag.as_text().map(Into::into)).collect(),
        owner: customer.reference(kind::OWNER),
        tier,
        is_proposed,
        score: customer.get(kind::PROPOSED_SCORE).as_int(),
        last,
        due,
        urgency,
    }
}

fn urgency(due: DueContact, today: NaiveDate) -> Urgency {
    let days = |count: u32| chrono::Days::new(u64::from(count));
    let forgotten_from = due.on.checked_add_days(days(due.interval)).unwrap_or(NaiveDate::MAX).max(due.overdue_from);
    let soon = today.checked_add_days(days(7)).unwrap_or(today);
    if today > forgotten_from {
        Urgency::Forgotten
    } else if today >= due.overdue_from {
        Urgency::Overdue
    } else if today >= due.on {
        Urgency::Due
    } else if due.on <= soon {
        Urgency::Soon
    } else {
        Urgency::Later
    }
}

/// The tier in force on `today`, and whether it rests on a grade not yet approved; R-4.1-1.
pub fn tier(customer: &Record, today: NaiveDate) -> (Option<Tier>, bool) {
    let in_force = |until: &Value| date(until).is_none_or(|until| until >= today);
    if let Some(until) = date(customer.get(kind::VIP_UNTIL))
        && until >= today
    {
        return (Some(Tier::Vip), false);
    }
    let grade = Tier::from_key(customer.text(kind::GRADE));
    if let Some(grade) = grade.filter(|_| in_force(customer.get(kind::GRADE_UNTIL))) {
        return (Some(grade), false);
    }
    (Tier::from_key(customer.text(kind::PROPOSED_GRADE)), true)
}

/// What conditions may ask about a customer as `customer.…`, by name, on `today`: the fields of the card, and
///
/// - `id`: the record; `grade`: the grade while it is in force; `tier`: as [`tier`] gives it;
/// - `last_tier`: the tier last approved, though its term may be over.
pub fn customer_fact(customer: &Record, today: NaiveDate, name: Key) -> Value {
    let last_day = |key| date(customer.get(key));
    match name.as_str() {
        "id" => customer.id.into(),
        "tier" => tier(customer, today).0.map_or(Value::Null, |tier| tier.as_str().into()),
        "grade" if last_day(kind::GRADE_UNTIL).is_some_and(|until| until < today) => Value::Null,
        "last_tier" => match last_day(kind::VIP_UNTIL) {
            Some(until) if until >= today || Some(until) >= last_day(kind::GRADE_UNTIL) => Tier::Vip.as_str().into(),
            _ => customer.get(kind::GRADE).clone(),
        },
        _ => customer.get(name).clone(),
    }
}

/// The latest effective contact: an imported date (ruling 29) or an effective record of F-3.1-2 (R-3.1-1).
fn last_contact(book: &Book, customer: &Record) -> Option<NaiveDate> {
    let imported = date(customer.get(kind::LAST_CONTACT));
    book.of_customer(customer.id, kind::DOCUMENT)
        .filter(|document| *document.get(kind::EFFECTIVE) == Value::Bool(true))
        .filter_map(|document| date(document.get(kind::AT)))
        .chain(imported)
        .max()
}

/// The day of a date or date-time value.
pub fn date(value: &Value) -> Option<NaiveDate> {
    value.as_text()?.get(..10)?.parse().ok()
}
