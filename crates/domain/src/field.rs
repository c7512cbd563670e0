//! What a field means: its type, its label, and the rules its content must keep.

use crate::expr::Expr;
use crate::key::Key;
use crate::text::Text;

/// A field of a record or form.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its name in changes and expressions.
    pub key: Key,
    /// What people call it.
    pub label: Text,
    /// What its content means.
    pub kind: FieldType,
    /// Whether "N/A" and "missing" are offered as answers; spec 1.4.
    pub takes_marks: bool,
}

/// The types of spec 1.2.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldType {
    /// `text(n)`: a single line of up to `max` characters.
    Text {
        /// The most characters.
        max: u16,
    },
    /// `long`: several lines, up to 4,000 characters.
    Long,
    /// `int[a..b]`: a whole number within bounds, both inclusive.
    Int {
        /// The least, if bounded.
        min: Option<i64>,
        /// The most, if bounded.
        max: Option<i64>,
    },
    /// `dec(n)`: an exact decimal with at most `places` digits after the point.
    Decimal {
        /// Digits after the point.
        places: u8,
    },
    /// `money`: CNY in fen.
    Money,
    /// `pct`: 0–100 % in basis points.
    Percent,
    /// `score`: 0.00–100.00 in hundredths.
    Score,
    /// `rating`: 1–5.
    Rating,
    /// `seconds`: how long something took, in whole seconds up to a day.
    Seconds,
    /// `date`.
    Date,
    /// `dt`: date and time of day, to the minute, in Asia/Shanghai.
    DateTime,
    /// `time` of day.
    Time,
    /// `lunar`: month, day and leap flag, written `L08-15` or `L06-15+` for a leap month.
    Lunar,
    /// `date or lunar`, as birthdays are.
    DateOrLunar,
    /// `bool`.
    Bool,
    /// `enum{…}` or `dict(…)`: one of several.
    Choice(Choices),
    /// `set{…}`: any of several.
    ChoiceSet(Choices),
    /// `set{}`: free tags.
    Tags,
    /// `ref(X)`: a record of that kind; kind `any` for any record.
    Reference(Key),
    /// A Chinese mobile or landline number, stored as digits.
    Phone,
    /// An e-mail address.
    Email,
    /// A unified social credit code, M11b.
    Uscc,
    /// A GTIN with its check digit, M11a.
    Gtin,
    /// A GLN with its check digit, M11a.
    Gln,
    /// An attachment by its SHA-256.
    File,
    /// A picture by its SHA-256.
    Photo,
    /// A handwritten signature by its SHA-256.
    Sign,
    /// `place`: where something happened, in words or as coordinates; see [`crate::place`].
    Place,
    /// `list<…>`: repeating rows of these cells; a cell marked optional may be empty.
    Rows(Vec<Cell>),
}

/// One column of a list of rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// The cell itself.
    pub field: Field,
    /// Whether a row may leave it empty.
    pub is_optional: bool,
    /// What it is computed by, over the other cells of its row and the fields of the form.
    pub auto: Option<Expr>,
}

impl Cell {
    /// Whether a row without it is in order: it may be left empty, or the app fills it.
    pub fn may_be_blank(&self) -> bool {
        self.is_optional || self.auto.is_some()
    }
}

/// Where the choices of a field come from.
#[derive(Clone, Debug, PartialEq)]
pub enum Choices {
    /// Spelled out with the field.
    Given(Vec<Choice>),
    /// A group of the data dictionary, which a workspace may extend.
    Group(Key),
}

/// One choice: its key is stored, its label is read.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// The stored key.
    pub key: Key,
    /// What people read.
    pub label: Text,
}
