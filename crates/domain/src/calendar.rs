//! Answers for dates: working days, deadlines, contact rhythms, lunar days and reminders (C1–C8).
//!
//! Everything is civil time in Asia/Shanghai, passed in. No function reads a clock.

mod birthday;
mod cadence;
mod call;
mod clock;
mod day_table;
mod expiry;
mod festival;
mod loan;
pub mod lunar;
mod lunar_years;
mod reminder;
mod work_calendar;
mod working_days;
mod working_time;

pub use birthday::*;
pub use cadence::*;
pub use call::*;
pub use clock::*;
pub use day_table::*;
pub use expiry::*;
pub use festival::*;
pub use loan::*;
pub use lunar::LunarDate;
pub use reminder::*;
pub use work_calendar::WorkCalendar;
pub use working_days::{add_days, add_months};
pub(crate) use working_time::plain_time;
pub use working_time::{BusinessHours, HoursError, HoursFile, parse_hours};

/// The civil time in Asia/Shanghai (UTC+8, no daylight saving; spec 1.2) of so many milliseconds since 1970-01-01 UTC.
pub fn civil(wall_ms: u64) -> chrono::NaiveDateTime {
    let millis = i64::try_from(wall_ms).unwrap_or(i64::MAX);
    let utc = chrono::DateTime::from_timestamp_millis(millis).unwrap_or_default().naive_utc();
    utc.checked_add_signed(chrono::TimeDelta::hours(8)).unwrap_or(utc)
}

/// The milliseconds since 1970-01-01 UTC of a civil time in Asia/Shanghai; none before 1970.
pub fn wall_ms(civil: chrono::NaiveDateTime) -> Option<u64> {
    let utc = civil.checked_sub_signed(chrono::TimeDelta::hours(8))?;
    utc.and_utc().timestamp_millis().try_into().ok()
}

/// The days and hours of a firm, which its deadlines run on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// Which days are working.
    pub days: DayTable,
    /// Which minutes of a working day count.
    pub hours: BusinessHours,
}

/// Why the shipped calendar could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// The table of days.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Days(Vec<DayTableError>),
    /// The business hours.
    #[error(transparent)]
    Hours(#[from] HoursError),
}

impl Calendar {
    /// The published years and hours the app ships with.
    ///
    /// # Errors
    /// None with the shipped playbook, which a test proves.
    pub fn shipped() -> Result<Self, CalendarError> {
        Ok(Self { days: DayTable::shipped().map_err(CalendarError::Days)?, hours: HoursFile::shipped()?.business })
    }
}
