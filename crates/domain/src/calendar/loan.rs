//! Due days of borrowed files (C8, R-8.2-1).

use chrono::NaiveDate;

use super::{DayTable, add_days};

/// When a borrowed file is to be back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoanDue {
    /// The loan day and the days of the loan.
    pub raw: NaiveDate,
    /// `raw`, or the next working day when it is a day off.
    pub due: NaiveDate,
    /// Whether the due day rests on a year without a published table.
    pub is_provisional: bool,
}

/// When a file lent for so many days is due; a renewal counts from the old due day.
pub fn loan_due(days: &DayTable, lent: NaiveDate, loan_days: u16) -> LoanDue {
    let raw = add_days(lent, i32::from(loan_days));
    let due = days.next_working(raw);
    LoanDue { raw, due, is_provisional: days.is_provisional(raw, due) }
}
