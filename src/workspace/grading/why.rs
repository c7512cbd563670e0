//! Why an input of a score has no value, kept with the score so that its trace can say so later.

use std::collections::BTreeMap;

use kehu_domain::book::Record;
use kehu_domain::key::Key;
use kehu_domain::score::{ItemFact, Why};
use kehu_domain::value::Value;

/// The reasons of a score record, by item.
pub const REASONS: Key = Key::of("reasons");

/// The reasons as they are stored; [`Value::Null`] when every item has a value.
pub fn written_reasons(origins: &[ItemFact]) -> Value {
    let reasons: BTreeMap<Key, Value> =
        origins.iter().filter_map(|origin| Some((origin.code, Value::from(written(origin.why?))))).collect();
    if reasons.is_empty() { Value::Null } else { Value::Map(Box::new(reasons)) }
}

/// The reasons a score record holds; one written by a newer app is left out.
pub fn reasons(score: &Record) -> BTreeMap<Key, Why> {
    match score.get(REASONS) {
        Value::Map(rows) => rows.iter().filter_map(|(key, value)| Some((*key, read(value.as_text()?)?))).collect(),
        _ => BTreeMap::new(),
    }
}

/// The compact form, such as "history_from 2025-01-01".
fn written(why: Why) -> String {
    match why {
        Why::NoOrders => "no_orders".to_owned(),
        Why::HistoryFrom(day) => format!("history_from {day}"),
        Why::NoSales => "no_sales".to_owned(),
        Why::MarginUnknown(count) => format!("margin_unknown {count}"),
        Why::NothingDue => "nothing_due".to_owned(),
        Why::PaymentUnknown(count) => format!("payment_unknown {count}"),
        Why::NoStart => "no_start".to_owned(),
        Why::StartAhead(day) => format!("start_ahead {day}"),
        Why::Young(day) => format!("young {day}"),
        Why::NoSalesBefore => "no_sales_before".to_owned(),
        Why::NotRecorded => "not_recorded".to_owned(),
        Why::Said => "said".to_owned(),
        Why::Unreadable => "unreadable".to_owned(),
    }
}

fn read(text: &str) -> Option<Why> {
    let (name, rest) = text.split_once(' ').unwrap_or((text, ""));
    Some(match name {
        "no_orders" => Why::NoOrders,
        "history_from" => Why::HistoryFrom(rest.parse().ok()?),
        "no_sales" => Why::NoSales,
        "margin_unknown" => Why::MarginUnknown(rest.parse().ok()?),
        "nothing_due" => Why::NothingDue,
        "payment_unknown" => Why::PaymentUnknown(rest.parse().ok()?),
        "no_start" => Why::NoStart,
        "start_ahead" => Why::StartAhead(rest.parse().ok()?),
        "young" => Why::Young(rest.parse().ok()?),
        "no_sales_before" => Why::NoSalesBefore,
        "not_recorded" => Why::NotRecorded,
        "said" => Why::Said,
        "unreadable" => Why::Unreadable,
        _ => return None,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn every_reason_is_read_back() {
        let day = NaiveDate::from_ymd_opt(2025, 1, 31).unwrap();
        let all = [
            Why::NoOrders,
            Why::HistoryFrom(day),
            Why::NoSales,
            Why::MarginUnknown(3),
            Why::NothingDue,
            Why::PaymentUnknown(7),
            Why::NoStart,
            Why::StartAhead(day),
            Why::Young(day),
            Why::NoSalesBefore,
            Why::NotRecorded,
            Why::Said,
            Why::Unreadable,
        ];
        for why in all {
            assert_eq!(read(&written(why)), Some(why));
        }
        assert_eq!(read("something new"), None);
    }
}
