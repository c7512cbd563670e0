//! How a stored number is shown: as a date, a time, a percentage, or as it is.

use chrono::NaiveDate;
use kehu_domain::field_text::serial_date;

/// What a number format makes of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(super) enum Form {
    /// The number itself.
    #[default]
    Number,
    /// A day, a time of day, or both, by serial number.
    Date,
    /// Hours that may exceed 24.
    Duration,
    /// Hundredths.
    Percent,
    /// A code with so many digits at least.
    Padded(u8),
}

impl Form {
    /// The meaning of a format that every program knows by number; what East Asian editions add are dates.
    pub(super) fn built_in(id: u32) -> Self {
        match id {
            9 | 10 => Self::Percent,
            14..=22 | 27..=36 | 45 | 47 | 50..=58 => Self::Date,
            46 => Self::Duration,
            _ => Self::Number,
        }
    }

    /// The meaning of a format by its code, such as `yyyy"年"m"月"d"日"`; the first section decides.
    pub(super) fn of(code: &str) -> Self {
        if (2..=20).contains(&code.len()) && code.bytes().all(|b| b == b'0') {
            return Self::Padded(code.len() as u8);
        }
        let mut chars = code.chars();
        let (mut is_date, mut is_percent) = (false, false);
        while let Some(c) = chars.next() {
            match c {
                ';' => break,
                '"' => drop(chars.by_ref().find(|c| *c == '"')),
                '\\' | '_' | '*' => drop(chars.next()),
                '[' => {
                    let inside: String = chars.by_ref().take_while(|c| *c != ']').collect();
                    let inside = inside.to_ascii_lowercase();
                    if !inside.is_empty() && ["h", "m", "s"].iter().any(|unit| inside.replace(unit, "").is_empty()) {
                        return Self::Duration;
                    }
                }
                '%' => is_percent = true,
                'y' | 'Y' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' | 'm' | 'M' => is_date = true,
                _ => (),
            }
        }
        match (is_date, is_percent) {
            (true, _) => Self::Date,
            (_, true) => Self::Percent,
            _ => Self::Number,
        }
    }

    /// A number as the import reads it; `counts_from_1904` tells how days are numbered.
    pub(super) fn text(self, number: f64, counts_from_1904: bool) -> String {
        match self {
            Self::Number => plain(number),
            Self::Percent => format!("{}%", plain(number * 100.0)),
            Self::Date => date(number, counts_from_1904).unwrap_or_else(|| plain(number)),
            Self::Duration => duration(number).unwrap_or_else(|| plain(number)),
            Self::Padded(width) => format!("{:0>width$}", plain(number), width = usize::from(width)),
        }
    }
}

/// A number to the 15 digits that spreadsheets keep, without exponent and without trailing zeros.
pub(super) fn plain(number: f64) -> String {
    if number == 0.0 {
        return "0".to_owned();
    }
    // Nobody's data has such numbers, and written out they would be hundreds of digits.
    if !number.is_finite() || !(1e-20..1e30).contains(&number.abs()) {
        return format!("{number:e}");
    }
    let written = format!("{number:.14e}");
    let Some((mantissa, exponent)) = written.split_once('e') else { return written };
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_end_matches('0');
    let point = exponent.parse::<i32>().unwrap_or(0) + 1;
    let sign = if number < 0.0 { "-" } else { "" };
    let Ok(whole) = usize::try_from(point) else {
        return format!("{sign}0.{}{digits}", "0".repeat(point.unsigned_abs() as usize));
    };
    match digits.split_at_checked(whole) {
        Some(("", fraction)) => format!("{sign}0.{fraction}"),
        Some((whole, "")) => format!("{sign}{whole}"),
        Some((whole, fraction)) => format!("{sign}{whole}.{fraction}"),
        None => format!("{sign}{digits}{}", "0".repeat(whole - digits.len())),
    }
}

/// A serial number as a day, a time of day, or both; `None` outside the calendar.
fn date(serial: f64, counts_from_1904: bool) -> Option<String> {
    if !(0.0..2_958_466.0).contains(&serial) {
        return None;
    }
    let seconds = (serial * 86_400.0).round() as u64;
    let (day, second) = (seconds / 86_400, seconds % 86_400);
    if day == 0 && !counts_from_1904 {
        return Some(span(second));
    }
    let day = day_of(day as u32, counts_from_1904)?;
    Some(if second == 0 { day.to_string() } else { format!("{day} {}", clock(second)) })
}

/// The day of a serial number; spreadsheets count a 29 February 1900 that never was.
fn day_of(serial: u32, counts_from_1904: bool) -> Option<NaiveDate> {
    match serial {
        _ if counts_from_1904 => serial_date(serial.checked_add(1_462)?),
        60 => None,
        0..60 => serial_date(serial + 1),
        _ => serial_date(serial),
    }
}

fn duration(days: f64) -> Option<String> {
    (0.0..1e6).contains(&days).then(|| span((days * 86_400.0).round() as u64))
}

/// Hours, minutes and seconds: without a day it may be a length of time, and `0:03` would be read as three seconds.
fn span(second: u64) -> String {
    format!("{:02}:{:02}:{:02}", second / 3_600, second / 60 % 60, second % 60)
}

fn clock(second: u64) -> String {
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    if second == 0 { format!("{hour:02}:{minute:02}") } else { format!("{hour:02}:{minute:02}:{second:02}") }
}

/// A day or moment written as `2026-11-23T08:30:00`, as the import reads it.
pub(super) fn iso_moment(text: &str) -> String {
    let Some((day, clock)) = text.split_once('T') else { return text.to_owned() };
    let clock = clock.trim_end_matches('Z').split('.').next().unwrap_or_default();
    match clock {
        "" | "00:00" | "00:00:00" => day.to_owned(),
        clock => format!("{day} {}", clock.strip_suffix(":00").filter(|rest| rest.contains(':')).unwrap_or(clock)),
    }
}

/// A time written as `PT08H30M00S`, as the import reads it.
pub(super) fn iso_duration(text: &str) -> String {
    let read = || {
        let mut rest = text.strip_prefix("PT")?;
        let mut take = |unit: char| match rest.split_once(unit) {
            Some((number, behind)) => {
                rest = behind;
                number.split('.').next().unwrap_or_default().parse::<u64>().ok().filter(|n| *n < 100_000_000)
            }
            None => Some(0),
        };
        Some(take('H')? * 3_600 + take('M')? * 60 + take('S')?)
    };
    read().map_or_else(|| text.to_owned(), span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_they_are_read() {
        let cases = [
            (13_800_138_000.0, "13800138000"),
            (0.1 + 0.2, "0.3"),
            (1234.5, "1234.5"),
            (-0.05, "-0.05"),
            (0.000_012_3, "0.0000123"),
            (1e15, "1000000000000000"),
            (440_301_199_001_011_000.0, "440301199001011000"),
            (100.0, "100"),
            (f64::NAN, "NaN"),
            (1e300, "1e300"),
        ];
        for (number, text) in cases {
            assert_eq!(plain(number), text);
        }
        assert_eq!(Form::Percent.text(0.85, false), "85%");
        assert_eq!(Form::Percent.text(0.07, false), "7%");
        assert_eq!(Form::Padded(6).text(123.0, false), "000123");
    }

    #[test]
    fn serials_are_days_and_times() {
        let cases = [
            (46349.0, "2026-11-23"),
            (46_349.354_166_666_67, "2026-11-23 08:30"),
            (46_349.354_166_666_6, "2026-11-23 08:30"),
            (0.354_166_666_67, "08:30:00"),
            (0.002_083_333_33, "00:03:00"),
            (1.0, "1900-01-01"),
            (59.0, "1900-02-28"),
            (60.0, "60"),
            (61.0, "1900-03-01"),
            (46_349.999_999_999, "2026-11-24"),
            (-1.0, "-1"),
            (3e9, "3000000000"),
        ];
        for (serial, text) in cases {
            assert_eq!(Form::Date.text(serial, false), text);
        }
        assert_eq!(Form::Date.text(44887.0, true), "2026-11-23");
        assert_eq!(Form::Duration.text(1.104_166_666_67, false), "26:30:00");
        assert_eq!(iso_moment("2026-11-23T08:30:00"), "2026-11-23 08:30");
        assert_eq!(iso_moment("2026-11-23T00:00:00"), "2026-11-23");
        assert_eq!(iso_duration("PT08H30M00S"), "08:30:00");
        assert_eq!(iso_duration("PT99999999999999999999H"), "PT99999999999999999999H");
    }

    #[test]
    fn formats_are_told_by_their_code() {
        let cases = [
            ("General", Form::Number),
            ("#,##0.00", Form::Number),
            ("0.00%", Form::Percent),
            ("yyyy\"年\"m\"月\"d\"日\"", Form::Date),
            ("[$-804]yyyy/m/d;@", Form::Date),
            ("h:mm AM/PM", Form::Date),
            ("[h]:mm:ss", Form::Duration),
            ("\"days\"0", Form::Number),
            ("[Red]0.0", Form::Number),
            ("0_d", Form::Number),
            ("00000", Form::Padded(5)),
            ("G/通用格式", Form::Number),
        ];
        for (code, form) in cases {
            assert_eq!(Form::of(code), form, "{code}");
        }
    }
}
