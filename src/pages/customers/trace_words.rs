//! The words of a score's trace: values with units, lines, sources, and why something has no value.

use kehu_domain::key::Key;
use kehu_domain::score::scorecard::{Item, Scale};
use kehu_domain::score::{
    Condition, Hundredths, Input, ItemTrace, Period, Ratio, Scorecard, Source, State, Ungraded, Why,
};
use kehu_domain::text::Lang;

use crate::i18n::{Locale, td_string};
use crate::words::lang_of;
use crate::workspace::two_decimals;

/// A number as people read it: whole if it is, else rounded to two decimals, thousands apart.
pub fn number(value: Ratio) -> String {
    match value.as_whole() {
        Some(whole) => grouped(&whole.to_string()),
        None => grouped(&two_decimals(value.rounded())),
    }
}

/// A decimal number with a comma between its thousands.
pub fn grouped(number: &str) -> String {
    let (sign, digits) = number.strip_prefix('-').map_or(("", number), |digits| ("-", digits));
    let (whole, rest) = digits.find('.').map_or((digits, ""), |point| digits.split_at(point));
    let mut text = String::from(sign);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text + rest
}

/// A number with its unit: `16 %`, `2,100,000 元`; a rating has none.
pub fn with_unit(value: Ratio, item: &Item, lang: Lang) -> String {
    if matches!(item.scale, Scale::Rating { .. }) {
        return number(value);
    }
    format!("{} {}", number(value), item.unit.get(lang))
}

/// A line of a scale: `≥ 2,000,000`.
pub fn condition(locale: Locale, condition: Condition) -> String {
    match condition {
        Condition::AtLeast(bound) => format!("≥ {}", number(bound)),
        Condition::Above(bound) => format!("> {}", number(bound)),
        Condition::AtMost(bound) => format!("≤ {}", number(bound)),
        Condition::Below(bound) => format!("< {}", number(bound)),
        Condition::Else => td_string!(locale, customers.trace.otherwise).to_owned(),
    }
}

/// The line of an item's scale that held; a rating is its own line.
pub fn line(locale: Locale, held: Condition, item: &Item) -> String {
    match (&item.scale, held.bound()) {
        (Scale::Rating { .. }, Some(rating)) => number(rating),
        _ => condition(locale, held),
    }
}

/// What stands in the value column of an item: the value, or that it is missing or cannot apply.
pub fn raw(locale: Locale, trace: &ItemTrace, item: &Item) -> String {
    match (&trace.state, trace.raw) {
        (State::NotApplicable | State::RuledOut { .. }, _) => {
            td_string!(locale, customers.trace.not_applicable).to_owned()
        }
        (State::Scored { .. } | State::OffScale, Input::Value(value)) => with_unit(value, item, lang_of(locale)),
        _ => td_string!(locale, customers.trace.missing).to_owned(),
    }
}

/// Why an item has no points; nothing when it has.
pub fn absence(locale: Locale, trace: &ItemTrace, item: &Item, why: Option<Why>) -> Option<String> {
    match trace.state {
        State::Scored { .. } => None,
        State::RuledOut { .. } => item.na_when.as_ref().map(|rule| rule.reason.get(lang_of(locale)).to_owned()),
        State::OffScale => Some(td_string!(locale, customers.why.off_scale).to_owned()),
        State::Missing if trace.raw == Input::NotApplicable => {
            Some(td_string!(locale, customers.why.takes_no_na).to_owned())
        }
        State::NotApplicable | State::Missing => why.map(|why| reason(locale, why)),
    }
}

/// Why an input has no value.
pub fn reason(locale: Locale, why: Why) -> String {
    match why {
        Why::NoOrders => td_string!(locale, customers.why.no_orders).to_owned(),
        Why::HistoryFrom(day) => td_string!(locale, customers.why.history_from, day = day),
        Why::NoSales => td_string!(locale, customers.why.no_sales).to_owned(),
        Why::MarginUnknown(count) => td_string!(locale, customers.why.margin_unknown, count = count),
        Why::NothingDue => td_string!(locale, customers.why.nothing_due).to_owned(),
        Why::PaymentUnknown(count) => td_string!(locale, customers.why.payment_unknown, count = count),
        Why::NoStart => td_string!(locale, customers.why.no_start).to_owned(),
        Why::StartAhead(day) => td_string!(locale, customers.why.start_ahead, day = day),
        Why::Young(day) => td_string!(locale, customers.why.young, day = day),
        Why::NoSalesBefore => td_string!(locale, customers.why.no_sales_before).to_owned(),
        Why::NotRecorded => td_string!(locale, customers.why.not_recorded).to_owned(),
        Why::Said => td_string!(locale, customers.why.said).to_owned(),
        Why::Unreadable => td_string!(locale, customers.why.unreadable).to_owned(),
    }
}

/// What an input was worked out from.
pub fn source(locale: Locale, source: Source) -> String {
    match source {
        Source::Orders(count, Period { from, to }) => {
            td_string!(locale, customers.source.orders, count = count, from = from, to = to)
        }
        Source::Growth(count, Period { from, to }, before, _) => {
            td_string!(locale, customers.source.growth, count = count, from = from, to = to, before = before)
        }
        Source::Receivables(count, Period { from, to }) => {
            td_string!(locale, customers.source.receivables, count = count, from = from, to = to)
        }
        Source::Start(day) => td_string!(locale, customers.source.start, day = day),
        Source::FirstPurchase(day) => td_string!(locale, customers.source.first_purchase, day = day),
        Source::Card => td_string!(locale, customers.source.card).to_owned(),
    }
}

/// Why there is no grade.
pub fn ungraded(locale: Locale, card: &Scorecard, reason: &Ungraded) -> String {
    match reason {
        Ungraded::MissingRequired(items) => {
            let names: Vec<String> = items.iter().map(|code| item_name(card, *code, lang_of(locale))).collect();
            let items = names.join(td_string!(locale, customers.trace.comma));
            td_string!(locale, customers.trace.required, items = items)
        }
        Ungraded::TooLittleWeight { present, minimum } => td_string!(
            locale,
            customers.trace.too_little,
            present = percent(i64::from(*present)),
            minimum = percent(i64::from(*minimum))
        ),
        Ungraded::NoBand(score) => td_string!(locale, customers.trace.no_band, score = two_decimals(*score)),
    }
}

/// Basis points as a percentage, without a needless fraction: `70 %`.
pub fn percent(basis_points: i64) -> String {
    format!("{} %", number(Ratio::hundredth(basis_points)))
}

/// A share in per cent with two decimals.
pub fn share(value: Ratio) -> String {
    two_decimals(value.rounded())
}

/// What an item is called; its code when the card does not know it.
pub fn item_name(card: &Scorecard, code: Key, lang: Lang) -> String {
    card.item(code).map_or_else(|| code.to_string(), |item| item.label.get(lang).to_owned())
}

/// A stored number of hundredths, such as a score or an index.
pub fn hundredths(value: i64) -> String {
    two_decimals(Hundredths(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn thousands_are_kept_apart() {
        for (plain, shown) in [("0", "0"), ("999", "999"), ("-1000", "-1,000"), ("2100000.50", "2,100,000.50")] {
            assert_eq!(grouped(plain), shown);
        }
    }
}
