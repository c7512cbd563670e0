//! M15 as processes call it, and the signals it is called with.

use chrono::{Datelike, NaiveDate, NaiveTime};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::{Signature, cells, choice, row, rows};
use crate::calendar::DayTable;
use crate::expr::{Datum, Names, Type};
use crate::key::Key;
use crate::score::Ratio;
use crate::score::churn::{Card, ComplaintCounts, Signals, assess};
use crate::score::complaint::Level;

/// The cells M15 looks at, as [`signals`] names them.
const NEEDED: [&str; 7] =
    ["sales_change", "order_gap", "complaints", "satisfaction", "key_person_left", "visit_overdue", "overdue_days"];

#[cfg(feature = "toml")]
pub(super) fn signals_type() -> Type {
    row(&[
        ("sales_change", Type::Number),
        ("order_gap", Type::Number),
        ("complaints", Type::List(Box::new(choice(&mut Level::ALL.into_iter().map(Level::code))))),
        ("satisfaction", Type::Number),
        ("key_person_left", Type::Bool),
        ("visit_overdue", Type::Number),
        ("overdue_days", Type::Number),
        ("month_from", Type::Moment),
    ])
}

pub(super) fn signature(card: &Card) -> Signature {
    let mut signals = card.rows.iter().flat_map(|row| &row.signals).map(|scale| scale.signal.code());
    let row_of_card = choice(&mut card.rows.iter().map(|row| row.code));
    Signature {
        needs: NEEDED.map(Key::of).to_vec(),
        takes_list: false,
        gives: row(&[
            ("score", Type::Number),
            ("colour", choice(&mut card.colours.iter().map(|colour| colour.code))),
            ("points", rows(&[("row", row_of_card), ("points", Type::Number)])),
            ("no_data", Type::List(Box::new(choice(&mut signals)))),
        ]),
    }
}

/// The row [`super::SIGNALS`]: the signals of a customer on `day`, blank where there is no data, and `month_from`, the
/// beginning of the first working day of the month that is worked out (section 4.2, step 9).
pub fn signals(signals: &Signals, days: &DayTable, day: NaiveDate) -> Datum {
    let number = |ratio: Option<Ratio>| ratio.and_then(Ratio::to_decimal).map_or(Datum::Blank, Datum::Number);
    let levels = |counts: ComplaintCounts| {
        let counts = Level::ALL.into_iter().zip([counts.first, counts.second, counts.third, counts.fourth]);
        let each = counts.flat_map(|(level, count)| (0..count).map(move |_| Datum::text(level.code().as_str())));
        Datum::List(each.collect())
    };
    cells([
        ("sales_change", number(signals.sales_change)),
        ("order_gap", number(signals.order_gap)),
        ("complaints", signals.complaints.map_or(Datum::Blank, levels)),
        ("satisfaction", number(signals.satisfaction)),
        ("key_person_left", signals.key_person_left.map_or(Datum::Blank, Datum::Bool)),
        ("visit_overdue", number(signals.visit_overdue)),
        ("overdue_days", signals.overdue_days.map_or(Datum::Blank, |days| Datum::Number(days.into()))),
        ("month_from", Datum::Moment(month_from(days, day).and_time(NaiveTime::MIN))),
    ])
}

/// The first working day of the month, or, on the days off before it, that of the month before.
fn month_from(days: &DayTable, day: NaiveDate) -> NaiveDate {
    let before = |day: NaiveDate| day.with_day(1).and_then(|first| first.pred_opt()).unwrap_or(day);
    let this = days.add_wd(before(day), 1);
    if day < this { days.add_wd(before(before(day)), 1) } else { this }
}

pub(super) fn warned(card: &Card, signals: &Names) -> Datum {
    let outcome = assess(card, &read(signals));
    let no_data = outcome.no_data().map(|signal| Datum::text(signal.code().as_str()));
    let no_data = ("no_data", Datum::List(no_data.collect()));
    // Where nothing is known the best colour would mean nothing.
    if !outcome.has_data() {
        return cells([no_data]);
    }
    let points = outcome
        .rows
        .iter()
        .filter(|row| row.points > 0)
        .map(|row| cells([("row", Datum::text(row.code.as_str())), ("points", Datum::Number(row.points.into()))]));
    cells([
        no_data,
        ("score", Datum::Number(Decimal::from(outcome.score))),
        ("colour", outcome.colour.map_or(Datum::Blank, |colour| Datum::text(colour.as_str()))),
        ("points", Datum::List(points.collect())),
    ])
}

fn read(row: &Names) -> Signals {
    let get = |name| row.get(&Key::of(name)).unwrap_or(&Datum::Blank);
    let number = |name| match get(name) {
        Datum::Number(number) => Some(*number),
        _ => None,
    };
    let ratio = |name| number(name).map(Ratio::from);
    let level = |datum: &Datum| match datum {
        Datum::Text(level) => Key::new(level).ok().and_then(Level::of),
        _ => None,
    };
    Signals {
        sales_change: ratio("sales_change"),
        order_gap: ratio("order_gap"),
        complaints: match get("complaints") {
            Datum::List(levels) => Some(levels.iter().filter_map(level).collect()),
            _ => None,
        },
        satisfaction: ratio("satisfaction"),
        key_person_left: match get("key_person_left") {
            Datum::Bool(left) => Some(*left),
            _ => None,
        },
        visit_overdue: ratio("visit_overdue"),
        overdue_days: number("overdue_days").and_then(|days| days.to_i64()),
    }
}
