//! The functions of the expression language, by name.

macro_rules! functions {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        /// A function of the expression language.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Function { $($(#[$doc])* $name,)* }

        impl Function {
            /// Every function.
            pub const ALL: &'static [Function] = &[$(Self::$name,)*];

            /// Its name in expressions.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

functions! {
    /// `filled(x)`: whether x has a value; blank, N/A and missing are none.
    Filled = "filled";
    /// `blank(x)`: whether nothing was said about x.
    Blank = "blank";
    /// `na(x)`: whether x was said to be not applicable.
    NotApplicable = "na";
    /// `missing(x)`: whether x was said to be missing.
    Missing = "missing";
    /// `rated(a, b, …)`: how many of them have a value.
    Rated = "rated";
    /// `count(list)`: how many; `count(rows, condition)`: for how many rows it holds.
    Count = "count";
    /// `any(rows, condition)`: whether it holds for at least one row.
    Any = "any";
    /// `all(rows, condition)`: whether it holds for every row; true for none.
    All = "all";
    /// `filter(rows, condition)`: the rows for which it holds.
    Filter = "filter";
    /// `sum(numbers)`: 0 for none; elements without value are passed over.
    Sum = "sum";
    /// `mean(numbers)`: blank for none.
    Mean = "mean";
    /// `min(list)`: the least number, text or date; blank for none.
    Min = "min";
    /// `max(list)`: the greatest number, text or date; blank for none.
    Max = "max";
    /// `distinct(list)`: its different values.
    Distinct = "distinct";
    /// `days(list)`: the day of each date or moment.
    Days = "days";
    /// `distinct_days(list)`: on how many different days its dates or moments lie.
    DistinctDays = "distinct_days";
    /// `first(list)`: its first element.
    First = "first";
    /// `last(list)`: its last element.
    Last = "last";
    /// `day(x)`: the day of a date or moment.
    Day = "day";
    /// `days_between(a, b)`: days from a to b; negative when b is earlier.
    DaysBetween = "days_between";
    /// `add_days(date, n)`: the day n days later.
    AddDays = "add_days";
    /// `add_months(date, n)`: the same day n months later, the month's last where it is shorter (C2).
    AddMonths = "add_months";
    /// `add_working_days(date, n)`: the nth working day after the day, or before it when n is negative (C1).
    AddWorkingDays = "add_working_days";
    /// `working_days_between(a, b)`: working days after a, up to and including b (C1).
    WorkingDaysBetween = "working_days_between";
    /// `date("2026-11-23")`: that day.
    Date = "date";
    /// `add_minutes(moment, n)`: the moment n minutes later.
    AddMinutes = "add_minutes";
    /// `minutes_between(a, b)`: whole minutes from a to b; negative when b is earlier.
    MinutesBetween = "minutes_between";
    /// `time(moment)`: its time of day as a text, such as `09:30`.
    Time = "time";
    /// `year(date)`: its year.
    Year = "year";
    /// `quarter(date)`: its quarter as a text, such as `2026-Q4`.
    Quarter = "quarter";
    /// `month(date)`: its month as a text, such as `2026-11`.
    Month = "month";
    /// `week(date)`: its ISO week as a text, such as `2026-W48`.
    Week = "week";
    /// `is_month(text)`: whether a text is a month such as `2026-11`.
    IsMonth = "is_month";
    /// `length(text)`: its number of characters.
    Length = "length";
    /// `round(number, places)`: half away from zero (N2).
    Round = "round";
    /// `if(condition, a, b)`: a when it holds, b when it does not, blank when that is unknown.
    If = "if";
    /// `or_else(a, b)`: a when it has a value, else b.
    OrElse = "or_else";
    /// `documents("F-3.1-2")`: the filed forms of that template on the case, oldest first.
    Documents = "documents";
    /// `all_documents("F-3.1-2")`: the filed forms of that template of every case, oldest first.
    AllDocuments = "all_documents";
    /// `all_cases("W-6.2")`: every case of that process, oldest first.
    AllCases = "all_cases";
    /// `all_records("receivable")`: every record of that kind.
    AllRecords = "all_records";
    /// `all_customers()`: every customer, a row each, with their rhythm (C4).
    AllCustomers = "all_customers";
    /// `map(rows, x)`: x for each of the rows.
    Map = "map";
    /// `row("item", a, "amount", b)`: a row of these cells.
    Row = "row";
    /// `join(a, b, …)`: lists and single rows one after another; a list of lists gives the elements of all of them.
    Join = "join";
    /// `tally(list)`: how often each value occurs, the most frequent first: rows of value, count and cumulative per cent.
    Tally = "tally";
    /// `label("F-6.2-1", "cause_code")`, `label("F-6.2-1", "cause_code", x)`: what the field, or its choice x, is called.
    Label = "label";
    /// `moves("no_answer")`: when that event happened since the case came to its step.
    Moves = "moves";
    /// `role("MGR")`: whether the acting person holds that role for this case.
    Role = "role";
    /// `holds_post(person, "DIR")`: whether that member of staff holds the post; blank when nobody is known by that name.
    HoldsPost = "holds_post";
    /// `rows(a, b, …)`: a list of these rows.
    Rows = "rows";
    /// `model("M05", x)`, `model("M05", x, y)`: what that model makes of x, a row of results; see [`crate::model`].
    Model = "model";
}

impl Function {
    /// The function called `name`.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|function| function.name() == name)
    }

    /// Whether its second argument is asked of each row of the first.
    pub const fn takes_rows(self) -> bool {
        matches!(self, Self::Count | Self::Any | Self::All | Self::Filter | Self::Map)
    }

    /// Whether it answers with yes or no.
    pub const fn is_condition(self) -> bool {
        matches!(
            self,
            Self::Filled
                | Self::Blank
                | Self::NotApplicable
                | Self::Missing
                | Self::Any
                | Self::All
                | Self::IsMonth
                | Self::Role
                | Self::HoldsPost
        )
    }

    /// Whether it gives what was filed or begun for every case.
    pub const fn is_of_all(self) -> bool {
        matches!(self, Self::AllDocuments | Self::AllCases | Self::AllRecords)
    }

    /// The fewest and the most arguments it takes.
    pub const fn arity(self) -> (usize, usize) {
        match self {
            Self::AllCustomers => (0, 0),
            Self::Rated | Self::Join | Self::Rows => (1, 32),
            Self::Row => (2, 32),
            Self::Label => (2, 3),
            Self::Count => (1, 2),
            Self::Model => (2, 3),
            Self::Any | Self::All | Self::Filter | Self::Map | Self::Round | Self::OrElse | Self::HoldsPost => (2, 2),
            Self::DaysBetween
            | Self::WorkingDaysBetween
            | Self::AddDays
            | Self::AddMonths
            | Self::AddWorkingDays
            | Self::AddMinutes
            | Self::MinutesBetween => (2, 2),
            Self::If => (3, 3),
            _ => (1, 1),
        }
    }
}
