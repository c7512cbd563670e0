//! What exports are called.

use kehu_domain::dictionary::Dictionary;
use kehu_domain::export::State;
use kehu_domain::key::Key;
use kehu_domain::stamp::Stamp;

use crate::exchange::TableProblem;
use crate::i18n::{Locale, td_string};
use crate::moment::civil;
use crate::words::{failure, lang_of};

/// The subject of the log for the list of all work.
pub const WORK: &str = "work";
/// The subject of the log for the list of cases.
pub const CASES: &str = "cases";

/// What was exported, by the subject its record names.
pub fn subject_name(locale: Locale, subject: &str) -> String {
    match subject {
        WORK => td_string!(locale, export.list.work).to_owned(),
        CASES => td_string!(locale, export.list.cases).to_owned(),
        kind => {
            let known = Key::new(kind).ok().and_then(|kind| Dictionary::built_in().kind(kind));
            known.map_or_else(|| kind.to_owned(), |known| known.label.get(lang_of(locale)).to_owned())
        }
    }
}

/// How far an export is.
pub fn state_name(locale: Locale, state: State) -> &'static str {
    match state {
        State::Waiting => td_string!(locale, export.state.waiting),
        State::Approved => td_string!(locale, export.state.approved),
        State::Declined => td_string!(locale, export.state.declined),
        State::Made => td_string!(locale, export.state.made),
    }
}

/// When something was written.
pub fn when(stamp: Stamp) -> String {
    civil(stamp.millis()).format("%Y-%m-%d %H:%M").to_string()
}

/// Why there is no file, and what to do.
pub fn table_problem(locale: Locale, problem: &TableProblem) -> String {
    match problem {
        TableProblem::Refused(text) => text.get(lang_of(locale)).to_owned(),
        TableProblem::Failed(problem) => failure(locale, problem),
    }
}
