//! What exports are called.

use kehu_domain::dictionary::Dictionary;
use kehu_domain::export::{Export, State};
use kehu_domain::key::Key;
use kehu_domain::kind;

use crate::exchange::TableProblem;
use crate::i18n::{Locale, td_string};
use crate::words::{failure, lang_of};
use crate::workspace::Workspace;

/// The subject of the log for the list of all work.
pub const WORK: &str = "work";
/// The subject of the log for the list of cases.
pub const CASES: &str = "cases";
/// The subject of the log for the history of everything.
pub const HISTORY: &str = "history";
/// The subject of the log for customers that may be the same.
pub const DUPLICATES: &str = "duplicates";
/// The subject of the log for those whom the numbers tried on a card would move.
pub const MOVERS: &str = "movers";
/// The subject of the log for a table of a page, which its scope names.
pub const TABLE: &str = "table";

/// What was exported, by the subject its record names.
pub fn subject_name(locale: Locale, subject: &str) -> String {
    match subject {
        WORK => td_string!(locale, export.list.work).to_owned(),
        CASES => td_string!(locale, export.list.cases).to_owned(),
        HISTORY => td_string!(locale, export.list.history).to_owned(),
        DUPLICATES => td_string!(locale, export.list.duplicates).to_owned(),
        MOVERS => td_string!(locale, scores.movers).to_owned(),
        TABLE => td_string!(locale, export.list.table).to_owned(),
        kind => {
            let known = Key::new(kind).ok().and_then(|kind| Dictionary::built_in().kind(kind));
            known.map_or_else(|| kind.to_owned(), |known| known.label.get(lang_of(locale)).to_owned())
        }
    }
}

/// Whose records an export takes, and how they were chosen, a line for each that there is to say.
pub fn whose(locale: Locale, workspace: &Workspace, export: &Export) -> Vec<String> {
    let of = export.customers.as_deref().map(|customers| match customers {
        [customer] => {
            let name = workspace.read_once(|book| book.get(*customer).map(|of| of.text(kind::NAME).to_owned()));
            td_string!(locale, export.log.of, name = name.unwrap_or_default())
        }
        many => td_string!(locale, export.log.of, name = td_string!(locale, export.log.of_many, count = many.len())),
    });
    let scope =
        (!export.scope.is_empty()).then(|| td_string!(locale, export.log.scope, scope = export.scope.to_string()));
    of.into_iter().chain(scope).collect()
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

/// Why there is no file, and what to do.
pub fn table_problem(locale: Locale, problem: &TableProblem) -> String {
    match problem {
        TableProblem::Refused(text) => text.get(lang_of(locale)).to_owned(),
        TableProblem::Failed(problem) => failure(locale, problem),
    }
}
