//! Likely doubles: which customers may be one and the same, for which reasons, and how sure that is; platform 3.
//!
//! Two customers are compared only when they share a word of the index: a credit code, a telephone number, a name in
//! normal form, its sound, or a name with one character left out. So typing asks a handful of customers and a sweep of
//! all of them takes time in proportion to their number.

mod index;
mod normal;
mod sweep;

use crate::book::{Book, Record};
use crate::change::{Act, Cells};
use crate::key::Key;
use crate::kind;
use crate::stamp::RecordId;
use crate::value::Value;

pub use index::Index;
pub use normal::{compared_name, core_name};
pub use sweep::{Pair, Sweep};

use normal::{differs_by_one, sound};

/// Why two customers may be one and the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The same unified social credit code.
    Uscc,
    /// A telephone number in common, of whichever contact.
    Phone,
    /// The same name: NFKC, without spaces and brackets, in capitals.
    Name,
    /// The same name but for the legal form, such as 有限公司 and 有限责任公司.
    Core,
    /// Names that are read alike.
    Sound,
    /// Long names that differ in one character.
    Near,
}

impl Reason {
    /// All of them, the weightiest first.
    pub const ALL: [Self; 6] = [Self::Uscc, Self::Phone, Self::Name, Self::Core, Self::Sound, Self::Near];

    /// Its name in addresses and records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Uscc => "uscc",
            Self::Phone => "phone",
            Self::Name => "name",
            Self::Core => "core",
            Self::Sound => "sound",
            Self::Near => "near",
        }
    }
}

/// How sure it is that two customers are one and the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// The same credit code, or the same name and telephone number.
    Certain,
    /// Two signs that agree, or the very same name.
    Likely,
    /// One sign.
    Possible,
}

impl Certainty {
    /// All of them, the surest first.
    pub const ALL: [Self; 3] = [Self::Certain, Self::Likely, Self::Possible];

    /// Its name in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Likely => "likely",
            Self::Possible => "possible",
        }
    }
}

/// What speaks for two customers being one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Likeness {
    /// How sure it is.
    pub certainty: Certainty,
    /// The reasons, the weightiest first.
    pub reasons: Vec<Reason>,
    /// Both have a credit code, and not the same one: they may be two companies of one owner.
    pub has_other_uscc: bool,
}

/// What a customer is compared by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// The credit code, in capitals; empty when unknown.
    uscc: String,
    /// The name as [`compared_name`] gives it, and the further names.
    names: Vec<String>,
    /// The digits of every telephone number.
    phones: Vec<String>,
}

impl Profile {
    /// The profile of what is being typed: texts as they are, empty ones for what is not known.
    pub fn typed<'t>(name: &str, uscc: &str, phones: impl IntoIterator<Item = &'t str>) -> Self {
        let mut profile = Self { uscc: compared_name(uscc), ..Self::default() };
        profile.add_name(name);
        phones.into_iter().for_each(|phone| profile.add_phone(phone));
        profile
    }

    /// The profile of a customer with its contacts.
    pub fn of(book: &Book, customer: &Record) -> Self {
        let mut profile = Self::typed(customer.text(kind::NAME), customer.text(kind::USCC), []);
        for name in customer.get(kind::OTHER_NAMES).items().iter().filter_map(Value::as_text) {
            profile.add_name(name);
        }
        for contact in book.of_customer(customer.id, kind::CONTACT) {
            profile.add_phone(contact.text(kind::MOBILE));
            profile.add_phone(contact.text(kind::PHONE));
        }
        profile
    }

    fn add_name(&mut self, name: &str) {
        let name = compared_name(name);
        if !name.is_empty() && !self.names.contains(&name) {
            self.names.push(name);
        }
    }

    fn add_phone(&mut self, phone: &str) {
        let phone = normal::phone(phone);
        // A short service number is shared by everybody.
        if phone.len() >= 7 && !self.phones.contains(&phone) {
            self.phones.push(phone);
        }
    }

    /// What speaks for two profiles being of one customer; `None` when nothing does.
    pub fn likeness(&self, other: &Self) -> Option<Likeness> {
        let mut reasons = Vec::new();
        let has_codes = !self.uscc.is_empty() && !other.uscc.is_empty();
        if has_codes && self.uscc == other.uscc {
            reasons.push(Reason::Uscc);
        }
        if self.phones.iter().any(|phone| other.phones.contains(phone)) {
            reasons.push(Reason::Phone);
        }
        let pairs = self.names.iter().flat_map(|name| other.names.iter().map(move |other| (name, other)));
        reasons.extend(pairs.filter_map(|(one, other)| of_names(one, other)).min());
        let has_other_uscc = has_codes && self.uscc != other.uscc;
        let certainty = certainty(&reasons, has_other_uscc)?;
        Some(Likeness { certainty, reasons, has_other_uscc })
    }
}

/// What speaks for two names in normal form being of one customer.
fn of_names(one: &str, other: &str) -> Option<Reason> {
    if one == other {
        return Some(Reason::Name);
    }
    let (one, other) = (core_name(one), core_name(other));
    if one == other {
        return Some(Reason::Core);
    }
    let (read, read_too) = (sound(one), sound(other));
    if read.is_some() && read == read_too {
        Some(Reason::Sound)
    } else {
        differs_by_one(one, other).then_some(Reason::Near)
    }
}

/// How sure the reasons make it; with two credit codes that differ, less sure.
fn certainty(reasons: &[Reason], has_other_uscc: bool) -> Option<Certainty> {
    let has = |reason| reasons.contains(&reason);
    let is_named_alike = has(Reason::Name) || has(Reason::Core);
    let sure = match reasons {
        [] => return None,
        // Two companies that both are known by their codes may well be called nearly alike.
        [Reason::Sound | Reason::Near] if has_other_uscc => return None,
        _ if has(Reason::Uscc) => Certainty::Certain,
        _ if has(Reason::Phone) && is_named_alike => Certainty::Certain,
        [_, _, ..] | [Reason::Name] => Certainty::Likely,
        _ => Certainty::Possible,
    };
    Some(match sure {
        Certainty::Certain if has_other_uscc => Certainty::Likely,
        Certainty::Likely if has_other_uscc => Certainty::Possible,
        sure => sure,
    })
}

/// One of the two customers that somebody said are not the same; the smaller id.
pub const ONE: Key = Key::of("one");
/// The other of them.
pub const OTHER: Key = Key::of("other");

/// Writes down that two customers are not the same, so that they are not shown as doubles again.
pub fn tell_apart(book: &Book, act: &mut Act<'_>, one: RecordId, other: RecordId) {
    if !is_told_apart(book, one, other) {
        let (one, other) = (one.min(other), one.max(other));
        let cells: Cells<Value> = [(ONE, Value::from(one)), (OTHER, Value::from(other))].into_iter().collect();
        act.create(kind::DISTINCT, cells);
    }
}

/// The pairs of customers that somebody said are not the same, each with the smaller id first.
pub fn told_apart(book: &Book) -> impl Iterator<Item = (RecordId, RecordId)> {
    book.of_kind(kind::DISTINCT).filter_map(|word| {
        let (one, other) = (book.survivor(word.reference(ONE)?), book.survivor(word.reference(OTHER)?));
        Some((one.min(other), one.max(other)))
    })
}

/// Whether somebody said that two customers are not the same.
pub fn is_told_apart(book: &Book, one: RecordId, other: RecordId) -> bool {
    told_apart(book).any(|pair| pair == (one.min(other), one.max(other)))
}
