//! Names of the kinds of records, for counts.

use crate::i18n::{Locale, td_string};

/// What a kind of record is called in counts.
pub fn kind_name(locale: Locale, kind: &str) -> &'static str {
    match kind {
        "customer" => td_string!(locale, data.kind.customer),
        "contact" => td_string!(locale, data.kind.contact),
        "order" => td_string!(locale, data.kind.order),
        "receivable" => td_string!(locale, data.kind.receivable),
        "agreement" => td_string!(locale, data.kind.agreement),
        "product" => td_string!(locale, data.kind.product),
        "call" => td_string!(locale, data.kind.call),
        "interaction" => td_string!(locale, data.kind.interaction),
        "staff" => td_string!(locale, data.kind.staff),
        "case" => td_string!(locale, data.kind.case),
        "document" => td_string!(locale, data.kind.document),
        "score" => td_string!(locale, data.kind.score),
        "batch" => td_string!(locale, data.kind.batch),
        "workspace" => td_string!(locale, data.kind.workspace),
        "settings" => td_string!(locale, data.kind.settings),
        _ => td_string!(locale, data.kind.other),
    }
}
