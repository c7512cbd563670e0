//! Dates, times and lunar dates as people and spreadsheets write them; platform 3.

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};

use super::ProblemCode;
use crate::text::Lang;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const LUNAR_MONTHS: [&str; 12] = ["正", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"];
const NUMERALS: [&str; 11] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];

/// The day of a spreadsheet's serial number, counted from 30 December 1899.
pub fn serial_date(serial: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(u64::from(serial)))
}

/// Reads `2026-11-23` and its kin, a five-digit spreadsheet serial, or `23 Nov 2026`; a midnight behind it is ignored.
pub(super) fn date(text: &str) -> Result<NaiveDate, ProblemCode> {
    let text = without_midnight(text);
    if is_digits(text) {
        return match text.len() {
            8 => {
                let whole = number(text)?;
                civil(whole / 10_000, whole / 100 % 100, whole % 100)
            }
            5 => serial_date(number(text)?).ok_or(ProblemCode::NoSuchDay),
            _ => Err(ProblemCode::NotADate),
        };
    }
    let (year, month, day) = parts(text).ok_or(ProblemCode::NotADate)?;
    civil(year, month, day)
}

fn civil(year: u32, month: u32, day: u32) -> Result<NaiveDate, ProblemCode> {
    if !(1000..=9999).contains(&year) {
        return Err(ProblemCode::NotADate);
    }
    NaiveDate::from_ymd_opt(year as i32, month, day).ok_or(ProblemCode::NoSuchDay)
}

/// Year, month and day of a date with separators.
fn parts(text: &str) -> Option<(u32, u32, u32)> {
    if let Some((year, rest)) = text.split_once('年') {
        let (month, day) = rest.split_once('月')?;
        let day = day.strip_suffix(['日', '号']).unwrap_or(day);
        return numbers([year, month, day]);
    }
    let by = |separator: char| {
        let mut parts = text.split(separator).map(str::trim);
        let three = [parts.next()?, parts.next()?, parts.next()?];
        parts.next().is_none().then_some(three)
    };
    if let Some(three) = ['-', '/', '.'].into_iter().find_map(by) {
        return numbers(three);
    }
    let mut words = text.split_whitespace();
    let (day, month, year) = (words.next()?, words.next()?, words.next()?);
    let month = MONTHS.iter().position(|name| name.eq_ignore_ascii_case(month))? as u32 + 1;
    let (year, _, day) = numbers([year, "1", day])?;
    words.next().is_none().then_some((year, month, day))
}

fn numbers(texts: [&str; 3]) -> Option<(u32, u32, u32)> {
    let [year, month, day] = texts.map(str::trim);
    let small = |text: &str| number(text).ok().filter(|_| text.len() <= 2);
    if year.len() != 4 {
        return None;
    }
    Some((number(year).ok()?, small(month)?, small(day)?))
}

fn number(text: &str) -> Result<u32, ProblemCode> {
    if is_digits(text) { text.parse().map_err(|_| ProblemCode::NotADate) } else { Err(ProblemCode::NotADate) }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn without_midnight(text: &str) -> &str {
    if let Some(serial) = text.strip_suffix(".0") {
        return serial;
    }
    match text.split_once([' ', 'T']) {
        Some((day, clock)) if time(clock.trim()).is_ok_and(|time| time == NaiveTime::MIN) => day,
        _ => text,
    }
}

/// Reads `10:20`; seconds are taken when they are whole and dropped, since the app keeps minutes.
pub(super) fn time(text: &str) -> Result<NaiveTime, ProblemCode> {
    let mut parts = text.split(':');
    let mut next = || parts.next().filter(|part| is_digits(part) && part.len() <= 2).and_then(|part| part.parse().ok());
    let (hour, minute): (u32, u32) = (next().ok_or(ProblemCode::NotATime)?, next().ok_or(ProblemCode::NotATime)?);
    let second = if text.matches(':').count() == 2 { next().ok_or(ProblemCode::NotATime)? } else { 0 };
    if text.matches(':').count() > 2 || second > 59 {
        return Err(ProblemCode::NotATime);
    }
    NaiveTime::from_hms_opt(hour, minute, 0).ok_or(ProblemCode::NotATime)
}

/// Reads a date with a time of day, a spreadsheet serial with a fraction, or a date alone as its midnight.
pub(super) fn moment(text: &str) -> Result<NaiveDateTime, ProblemCode> {
    if let Some((day, clock)) = text.split_once(['T', ' '])
        && let (Ok(day), Ok(clock)) = (date(day.trim()), time(clock.trim()))
    {
        return Ok(day.and_time(clock));
    }
    if let Some((day, share)) = text.split_once('.')
        && is_digits(day)
        && day.len() == 5
        && is_digits(share)
    {
        return serial_moment(day, share);
    }
    date(text).map(|day| day.and_time(NaiveTime::MIN))
}

/// The share of a day after a serial's point, rounded to the nearest minute.
fn serial_moment(day: &str, share: &str) -> Result<NaiveDateTime, ProblemCode> {
    let share: String = share.chars().take(12).collect();
    let unit = 10u64.pow(share.len() as u32);
    let parsed: u64 = share.parse().map_err(|_| ProblemCode::NotADate)?;
    let minutes = (parsed * 1_440 + unit / 2) / unit;
    let day = serial_date(number(day)?).ok_or(ProblemCode::NoSuchDay)?;
    let start = day.and_time(NaiveTime::MIN);
    start.checked_add_signed(chrono::TimeDelta::minutes(minutes as i64)).ok_or(ProblemCode::NoSuchDay)
}

/// Reads 农历八月十五, 农历闰六月十五, `lunar leap 6/15` or the stored `L06-15+`; gives the stored form.
pub(super) fn lunar(text: &str) -> Result<String, ProblemCode> {
    let packed: String = text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
    let (month, day, is_leap) = stored_lunar(&packed).or_else(|| spoken_lunar(&packed)).ok_or(ProblemCode::NotLunar)?;
    if !(1..=12).contains(&month) || !(1..=30).contains(&day) {
        return Err(ProblemCode::NotLunar);
    }
    Ok(format!("L{month:02}-{day:02}{}", if is_leap { "+" } else { "" }))
}

/// Month, day and whether the month is a leap month, of a stored lunar date such as `L06-15+`.
pub fn lunar_parts(stored: &str) -> Option<(u8, u8, bool)> {
    stored_lunar(&stored.to_ascii_lowercase())
}

fn stored_lunar(text: &str) -> Option<(u8, u8, bool)> {
    let rest = text.strip_prefix('l')?;
    let (rest, is_leap) = rest.strip_suffix('+').map_or((rest, false), |rest| (rest, true));
    let (month, day) = rest.split_once('-')?;
    Some((small(month)?, small(day)?, is_leap))
}

fn spoken_lunar(text: &str) -> Option<(u8, u8, bool)> {
    let text = ["农历", "阴历", "旧历", "lunar"].iter().find_map(|word| text.strip_prefix(word)).unwrap_or(text);
    let text = text.strip_prefix(':').unwrap_or(text);
    let leap = text.strip_prefix('闰').or_else(|| text.strip_prefix("leap"));
    let text = leap.unwrap_or(text);
    let (month, day) = text.split_once('月').or_else(|| text.split_once('/'))?;
    let day = day.strip_suffix(['日', '号']).unwrap_or(day);
    let month = match month {
        "正" => 1,
        "冬" => 11,
        "腊" => 12,
        other => numeral(other)?,
    };
    Some((month, numeral(day.strip_prefix('初').unwrap_or(day))?, leap.is_some()))
}

fn small(text: &str) -> Option<u8> {
    if is_digits(text) && text.len() <= 2 { text.parse().ok() } else { None }
}

/// A number from 1 to 39 in digits or numerals: 8, 十五, 二十, 廿三, 三十.
fn numeral(text: &str) -> Option<u8> {
    let unit = |text: &str| NUMERALS.iter().position(|word| *word == text).map(|value| value as u8);
    if let Some(value) = small(text) {
        return Some(value);
    }
    if let Some(value) = unit(text).filter(|value| *value > 0) {
        return Some(value);
    }
    let tens = [("二十", 20), ("三十", 30), ("廿", 20), ("卅", 30), ("十", 10)];
    let (rest, ten) = tens.iter().find_map(|(word, ten)| Some((text.strip_prefix(word)?, *ten)))?;
    unit(rest).filter(|value| *value < 10).map(|value| value + ten)
}

/// A stored date or lunar date as people read it; anything else as it is.
pub(super) fn show(stored: &str, lang: Lang, writes_out: bool) -> String {
    if let Some(lunar) = lunar_parts(stored) {
        return show_lunar(lunar, lang).unwrap_or_else(|| stored.to_owned());
    }
    let date = if writes_out { NaiveDate::parse_from_str(stored, "%Y-%m-%d").ok() } else { None };
    match (date, lang) {
        (None, _) => stored.to_owned(),
        (Some(date), Lang::Zh) => date.format("%Y年%-m月%-d日").to_string(),
        (Some(date), Lang::En) => date.format("%-d %b %Y").to_string(),
    }
}

fn show_lunar((month, day, is_leap): (u8, u8, bool), lang: Lang) -> Option<String> {
    if lang == Lang::En {
        return Some(format!("lunar {}{month}/{day}", if is_leap { "leap " } else { "" }));
    }
    let month = LUNAR_MONTHS.get(usize::from(month).checked_sub(1)?)?;
    let unit = |value: u8| NUMERALS.get(usize::from(value)).copied();
    let day = match day {
        1..=10 => format!("初{}", unit(day)?),
        11..=19 => format!("十{}", unit(day - 10)?),
        20 => "二十".to_owned(),
        21..=29 => format!("廿{}", unit(day - 20)?),
        30 => "三十".to_owned(),
        _ => return None,
    };
    Some(format!("农历{}{month}月{day}", if is_leap { "闰" } else { "" }))
}
