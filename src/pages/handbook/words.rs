//! Roles, deadlines, requirements and types of fields in the reader's language.

use chrono::NaiveDate;
use kehu_domain::dictionary::Dictionary;
use kehu_domain::expr::Expr;
use kehu_domain::field::FieldType;
use kehu_domain::form::{Form, Requirement};
use kehu_domain::key::Key;
use kehu_domain::playbook::{Playbook, Terms};
use kehu_domain::workflow::{Deadline, DueRule};

use crate::i18n::{Locale, td_string};
use crate::words::lang_of;

/// Several words one after another.
pub fn joined(locale: Locale, words: &[String]) -> String {
    words.join(if locale == Locale::zh { "、" } else { ", " })
}

/// What roles are called.
pub fn role_titles(locale: Locale, codes: impl IntoIterator<Item = Key>) -> String {
    let title = |code: Key| {
        let role = Playbook::built_in().role(code);
        role.map_or_else(|| code.to_string(), |role| role.title.get(lang_of(locale)).to_owned())
    };
    joined(locale, &codes.into_iter().map(title).collect::<Vec<_>>())
}

/// What a form is called.
pub fn form_title(locale: Locale, id: &str) -> String {
    let form = Playbook::built_in().form(id);
    form.map_or_else(|| id.to_owned(), |form| form.title.get(lang_of(locale)).to_owned())
}

/// What a quality principle is called: `Q1` to `Q7`.
pub fn principle(locale: Locale, code: Key) -> String {
    let name = match code.as_str() {
        "Q1" => td_string!(locale, handbook.principle.customer),
        "Q2" => td_string!(locale, handbook.principle.leadership),
        "Q3" => td_string!(locale, handbook.principle.people),
        "Q4" => td_string!(locale, handbook.principle.process),
        "Q5" => td_string!(locale, handbook.principle.improvement),
        "Q6" => td_string!(locale, handbook.principle.evidence),
        "Q7" => td_string!(locale, handbook.principle.relations),
        other => other,
    };
    name.to_owned()
}

/// How often a key figure is worked out: `M`, `Q`, `H` or `Y`.
pub fn period(locale: Locale, code: Key) -> String {
    let name = match code.as_str() {
        "M" => td_string!(locale, handbook.kpi.month),
        "Q" => td_string!(locale, handbook.kpi.quarter),
        "H" => td_string!(locale, handbook.kpi.half),
        "Y" => td_string!(locale, handbook.kpi.year),
        other => other,
    };
    name.to_owned()
}

/// Until when a move is due, a line for each case; the last one says “otherwise” when others come before it.
pub fn due(locale: Locale, rules: &[DueRule], terms: &Terms<'_>) -> Vec<String> {
    // To a reader, rules that differ only in how their clock runs are one; the last of them is the most general.
    let is_told = |(index, rule): &(usize, &DueRule)| rules.get(index + 1).is_none_or(|next| next.by != rule.by);
    let told: Vec<&DueRule> = rules.iter().enumerate().filter(is_told).map(|(_, rule)| rule).collect();
    let has_conditions = told.iter().any(|rule| rule.when.is_some());
    let line = |rule: &DueRule| {
        let by = counted(locale, rule, terms);
        match &rule.when {
            Some(when) => {
                td_string!(locale, handbook.deadline.given, condition = terms.condition(when), by = by).to_string()
            }
            None if has_conditions => td_string!(locale, handbook.deadline.otherwise, by = by).to_string(),
            None => by,
        }
    };
    told.into_iter().map(line).collect()
}

/// A deadline with what it counts from and by when at the latest, where that is said.
fn counted(locale: Locale, rule: &DueRule, terms: &Terms<'_>) -> String {
    let named = |expr: &Expr| terms.value(expr);
    let by = deadline(locale, &rule.by, terms);
    let by = match &rule.from {
        Some(from) if !matches!(rule.by, Deadline::At(_)) => {
            td_string!(locale, handbook.deadline.counted_from, by = by, what = named(from)).to_string()
        }
        _ => by,
    };
    match &rule.not_after {
        Some(latest) => td_string!(locale, handbook.deadline.latest, by = by, what = named(latest)).to_string(),
        None => by,
    }
}

/// A deadline as people say it, counted from the beginning of the step.
pub fn deadline(locale: Locale, deadline: &Deadline, terms: &Terms<'_>) -> String {
    let within = |span: String| td_string!(locale, handbook.deadline.within, span = span).to_string();
    match deadline {
        Deadline::WorkingDays(count) => within(working_days(locale, *count)),
        Deadline::WorkingHours(count) => within(working_hours(locale, *count)),
        Deadline::WorkingMinutes(count) => within(working_minutes(locale, *count)),
        Deadline::Hours(count) => within(hours(locale, *count)),
        Deadline::Minutes(count) => within(minutes(locale, *count)),
        Deadline::Days(count) => within(days(locale, *count)),
        Deadline::Months(count) => within(months(locale, *count)),
        Deadline::SameDay => td_string!(locale, handbook.deadline.same_day).to_owned(),
        Deadline::Planned | Deadline::FromPlanned { working_days: 0 } => {
            td_string!(locale, handbook.deadline.planned).to_owned()
        }
        Deadline::FromPlanned { working_days: count } => {
            let span = working_days(locale, count.unsigned_abs());
            if *count < 0 {
                td_string!(locale, handbook.deadline.before_planned, span = span).to_string()
            } else {
                td_string!(locale, handbook.deadline.after_planned, span = span).to_string()
            }
        }
        Deadline::Yearly { month, day } => {
            td_string!(locale, handbook.deadline.yearly, day = day_of_year(locale, *month, *day)).to_string()
        }
        Deadline::QuarterStart { working_day: 0 | 1 } => td_string!(locale, handbook.deadline.quarter_start).to_owned(),
        Deadline::QuarterStart { working_day: count } => {
            td_string!(locale, handbook.deadline.within_quarter, count = *count).to_string()
        }
        Deadline::QuarterEnd { working_days: 0 } => td_string!(locale, handbook.deadline.quarter_end).to_owned(),
        Deadline::QuarterEnd { working_days: count } => {
            td_string!(locale, handbook.deadline.after_quarter, span = working_days(locale, *count)).to_string()
        }
        Deadline::Rule(name) if &**name == "C4" => td_string!(locale, handbook.deadline.rhythm).to_owned(),
        Deadline::Rule(name) => td_string!(locale, handbook.deadline.rule, name = &**name).to_string(),
        Deadline::At(expr) => at(locale, expr, terms),
    }
}

fn at(locale: Locale, expr: &Expr, terms: &Terms<'_>) -> String {
    td_string!(locale, handbook.deadline.on, what = terms.value(expr)).to_string()
}

/// A day of every year: `31 January`, `1 月 31 日`.
fn day_of_year(locale: Locale, month: u8, day: u8) -> String {
    // In a leap year every day of a year exists.
    let date = NaiveDate::from_ymd_opt(2000, month.into(), day.into());
    match (locale, date) {
        (Locale::en, Some(date)) => date.format("%-d %B").to_string(),
        _ => format!("{month} 月 {day} 日"),
    }
}

fn working_days(locale: Locale, count: u16) -> String {
    match count {
        1 => td_string!(locale, handbook.span.working_day).to_owned(),
        _ => td_string!(locale, handbook.span.working_days, count = count).to_string(),
    }
}

fn working_hours(locale: Locale, count: u16) -> String {
    match count {
        1 => td_string!(locale, handbook.span.working_hour).to_owned(),
        _ => td_string!(locale, handbook.span.working_hours, count = count).to_string(),
    }
}

fn working_minutes(locale: Locale, count: u16) -> String {
    td_string!(locale, handbook.span.working_minutes, count = count).to_string()
}

fn hours(locale: Locale, count: u16) -> String {
    match count {
        1 => td_string!(locale, handbook.span.hour).to_owned(),
        _ => td_string!(locale, handbook.span.hours, count = count).to_string(),
    }
}

fn minutes(locale: Locale, count: u16) -> String {
    td_string!(locale, handbook.span.minutes, count = count).to_string()
}

fn days(locale: Locale, count: u16) -> String {
    match count {
        1 => td_string!(locale, handbook.span.day).to_owned(),
        _ => td_string!(locale, handbook.span.days, count = count).to_string(),
    }
}

fn months(locale: Locale, count: u16) -> String {
    match count {
        1 => td_string!(locale, handbook.span.month).to_owned(),
        _ => td_string!(locale, handbook.span.months, count = count).to_string(),
    }
}

/// Who fills a field, and whether it may stay empty.
pub fn requirement(locale: Locale, requirement: &Requirement, form: &Form, terms: &Terms<'_>) -> String {
    match requirement {
        Requirement::Mandatory => td_string!(locale, handbook.requirement.mandatory).to_owned(),
        Requirement::Optional => td_string!(locale, handbook.requirement.optional).to_owned(),
        Requirement::Auto(None) => td_string!(locale, handbook.requirement.auto).to_owned(),
        Requirement::Auto(Some(_)) => td_string!(locale, handbook.requirement.computed).to_owned(),
        Requirement::When(expr) => {
            td_string!(locale, handbook.requirement.when, condition = terms.condition(expr)).to_string()
        }
        Requirement::From(stage) => {
            let known = form.stages.iter().find(|known| known.key == *stage);
            let name = known.map_or(stage.as_str(), |known| known.label.get(lang_of(locale)));
            td_string!(locale, handbook.requirement.from, stage = name).to_string()
        }
    }
}

/// What a field takes, in a few words.
pub fn field_type(locale: Locale, kind: &FieldType) -> String {
    let name = match kind {
        FieldType::Text { max } => return td_string!(locale, handbook.kind.text, max = *max).to_string(),
        FieldType::Int { min, max } => return whole_number(locale, *min, *max),
        FieldType::Decimal { places } => {
            return td_string!(locale, handbook.kind.decimal, places = *places).to_string();
        }
        FieldType::Reference(kind) => return reference(locale, *kind),
        FieldType::Long => td_string!(locale, handbook.kind.long),
        FieldType::Money => td_string!(locale, handbook.kind.money),
        FieldType::Percent => td_string!(locale, handbook.kind.percent),
        FieldType::Score => td_string!(locale, handbook.kind.score),
        FieldType::Rating => td_string!(locale, handbook.kind.rating),
        FieldType::Seconds => td_string!(locale, handbook.kind.seconds),
        FieldType::Date => td_string!(locale, handbook.kind.date),
        FieldType::DateTime => td_string!(locale, handbook.kind.moment),
        FieldType::Time => td_string!(locale, handbook.kind.time),
        FieldType::Lunar => td_string!(locale, handbook.kind.lunar),
        FieldType::DateOrLunar => td_string!(locale, handbook.kind.date_or_lunar),
        FieldType::Bool => td_string!(locale, handbook.kind.yes_no),
        FieldType::Choice(_) => td_string!(locale, handbook.kind.choice),
        FieldType::ChoiceSet(_) => td_string!(locale, handbook.kind.choices),
        FieldType::Tags => td_string!(locale, handbook.kind.tags),
        FieldType::Phone => td_string!(locale, handbook.kind.phone),
        FieldType::Email => td_string!(locale, handbook.kind.email),
        FieldType::Uscc => td_string!(locale, handbook.kind.uscc),
        FieldType::Gtin => td_string!(locale, handbook.kind.gtin),
        FieldType::Gln => td_string!(locale, handbook.kind.gln),
        FieldType::File => td_string!(locale, handbook.kind.file),
        FieldType::Photo => td_string!(locale, handbook.kind.photo),
        FieldType::Sign => td_string!(locale, handbook.kind.signature),
        FieldType::Place => td_string!(locale, handbook.kind.place),
        FieldType::Rows(_) => td_string!(locale, handbook.kind.rows),
    };
    name.to_owned()
}

fn whole_number(locale: Locale, min: Option<i64>, max: Option<i64>) -> String {
    match (min, max) {
        (Some(min), Some(max)) => td_string!(locale, handbook.kind.between, min = min, max = max).to_string(),
        (Some(min), None) => td_string!(locale, handbook.kind.at_least, min = min).to_string(),
        (None, Some(max)) => td_string!(locale, handbook.kind.at_most, max = max).to_string(),
        (None, None) => td_string!(locale, handbook.kind.whole).to_owned(),
    }
}

fn reference(locale: Locale, kind: Key) -> String {
    match Dictionary::built_in().kind(kind) {
        Some(kind) => td_string!(locale, handbook.kind.reference, what = kind.label.get(lang_of(locale))).to_string(),
        None => td_string!(locale, handbook.kind.any_record).to_owned(),
    }
}
