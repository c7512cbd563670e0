//! Problems in the user's words: each variant has its sentence, naming the thing and the way on.

use kehu_domain::dictionary::Dictionary;
use kehu_domain::field::{Choices, Field, FieldType};
use kehu_domain::field_text::{self, Showing};
use kehu_domain::snapshot::SnapshotError;
use kehu_domain::stamp::Stamp;
use kehu_domain::text::Lang;
use kehu_domain::value::Value;
use kehu_ledger::errand::Failure;
use kehu_store::StoreError;
use kehu_sync::Trouble;
use leptos::prelude::*;
use leptos_i18n::I18nContext;

use crate::exchange::FileProblem;
use crate::i18n::{Locale, td_string};
use crate::moment::civil;
use crate::workspace::AttachProblem;

/// The language handle of the app.
pub type I18n = I18nContext<Locale>;

/// The language of playbook texts; runs again when the user changes it.
pub fn lang(i18n: I18n) -> Lang {
    lang_of(i18n.get_locale())
}

/// The playbook's language for a locale.
pub fn lang_of(locale: Locale) -> Lang {
    match locale {
        Locale::zh => Lang::Zh,
        Locale::en => Lang::En,
    }
}

/// What a storage problem means and what to do.
pub fn store_problem(locale: Locale, problem: &StoreError) -> String {
    match problem {
        StoreError::Unavailable => td_string!(locale, problem.store.unavailable).to_owned(),
        StoreError::Full => td_string!(locale, problem.store.full).to_owned(),
        StoreError::TooNew { found, known } => {
            td_string!(locale, problem.store.too_new, found = found, known = known)
        }
        StoreError::UpgradeBlocked => td_string!(locale, problem.store.blocked).to_owned(),
        StoreError::Emptied { expected, found } => {
            td_string!(locale, problem.store.emptied, expected = expected, found = found)
        }
        StoreError::Incomplete { recorded, found } => {
            td_string!(locale, problem.store.incomplete, recorded = recorded, found = found)
        }
        StoreError::Damaged { key, .. } => td_string!(locale, problem.store.damaged, key = key),
        StoreError::NotSaved(_) => td_string!(locale, problem.store.not_saved).to_owned(),
        StoreError::BadKey(detail) => td_string!(locale, problem.store.browser, detail = detail),
        StoreError::Closed => td_string!(locale, problem.store.closed).to_owned(),
        StoreError::Browser(detail) => td_string!(locale, problem.store.browser, detail = detail),
    }
}

/// What came of the last run of an action that saves something: nothing, or why it was not saved.
pub fn problem_of<I: Send + Sync + 'static, T: Clone + Send + Sync + 'static>(
    i18n: I18n,
    action: Action<I, Result<T, StoreError>>,
) -> Signal<Option<String>> {
    Signal::derive(move || {
        action.value().get().and_then(Result::err).map(|problem| store_problem(i18n.get_locale(), &problem))
    })
}

/// A moment as people read it, to the minute.
pub fn when(at: Stamp) -> String {
    civil(at.millis()).format("%Y-%m-%d %H:%M").to_string()
}

/// Why the worker came to nothing, and what to do.
pub fn failure(locale: Locale, failure: &Failure) -> String {
    copy_failure(locale, td_string!(locale, problem.file.some), failure)
}

/// Like [`failure`], about a file of that name.
pub fn copy_failure(locale: Locale, name: &str, failure: &Failure) -> String {
    match failure {
        Failure::Stopped => td_string!(locale, problem.worker.stopped).to_owned(),
        Failure::Store(problem) => store_problem(locale, problem),
        Failure::File => td_string!(locale, problem.worker.file).to_owned(),
        Failure::Backup(problem) => snapshot_problem(locale, name, problem),
        Failure::OtherCompany => td_string!(locale, problem.file.other_company, name = name),
        Failure::Sealed => td_string!(locale, problem.file.sealed, name = name),
        Failure::WrongPassphrase => td_string!(locale, problem.file.wrong_passphrase, name = name),
        Failure::Damaged => td_string!(locale, problem.file.damaged, name = name),
        Failure::TooLarge { limit } => {
            td_string!(locale, problem.file.too_large_inside, name = name, limit = megabytes(*limit))
        }
        Failure::Unproven => td_string!(locale, problem.worker.unproven).to_owned(),
        Failure::NoLeave => td_string!(locale, problem.worker.no_leave).to_owned(),
        Failure::NoFolder => td_string!(locale, problem.worker.no_folder).to_owned(),
        Failure::Sync(trouble) => sync_trouble(locale, trouble),
        Failure::Lost => td_string!(locale, problem.worker.lost).to_owned(),
        Failure::Strange => td_string!(locale, problem.worker.strange).to_owned(),
    }
}

/// What keeps this device from the others, and what to do.
pub fn sync_trouble(locale: Locale, trouble: &Trouble) -> String {
    match trouble {
        Trouble::Offline => td_string!(locale, sync.trouble.offline),
        Trouble::Busy { wait_ms } => {
            return td_string!(locale, sync.trouble.busy, count = wait_ms.div_ceil(1_000));
        }
        Trouble::ShutOut => td_string!(locale, sync.trouble.shut_out),
        Trouble::NotOurs => td_string!(locale, sync.trouble.not_ours),
        Trouble::Unready => td_string!(locale, sync.trouble.unready),
        Trouble::Full => td_string!(locale, sync.trouble.full),
        Trouble::TooLarge => td_string!(locale, sync.trouble.too_large),
        Trouble::Strange => td_string!(locale, sync.trouble.strange),
        Trouble::NeedsPassphrase => td_string!(locale, sync.trouble.needs_passphrase),
        Trouble::WrongPassphrase => td_string!(locale, sync.trouble.wrong_passphrase),
        Trouble::OtherCompany => td_string!(locale, sync.trouble.other_company),
        Trouble::Here(detail) => return td_string!(locale, sync.trouble.here, detail = detail),
    }
    .to_owned()
}

/// Why a file could not be opened and what to do.
pub fn file_problem(locale: Locale, name: &str, problem: &FileProblem) -> String {
    match problem {
        FileProblem::Empty => td_string!(locale, problem.file.empty, name = name),
        FileProblem::TooLarge { size, limit } => {
            td_string!(locale, problem.file.too_large, name = name, size = megabytes(*size), limit = megabytes(*limit))
        }
        FileProblem::Unreadable => td_string!(locale, problem.file.unreadable, name = name),
        FileProblem::OtherCompany => td_string!(locale, problem.file.other_company, name = name),
        FileProblem::Snapshot(problem) => snapshot_problem(locale, name, problem),
    }
}

fn snapshot_problem(locale: Locale, name: &str, problem: &SnapshotError) -> String {
    match problem {
        SnapshotError::Empty => td_string!(locale, problem.file.empty, name = name),
        SnapshotError::Foreign => td_string!(locale, problem.file.foreign, name = name),
        SnapshotError::Truncated => td_string!(locale, problem.file.truncated, name = name),
        SnapshotError::Altered { part } => td_string!(locale, problem.file.altered, name = name, part = part),
        SnapshotError::TooNew { found, known } => {
            td_string!(locale, problem.file.too_new, name = name, found = found, known = known)
        }
        SnapshotError::BadChange { line, .. } => td_string!(locale, problem.file.bad_change, name = name, line = line),
    }
}

/// A size people can compare: `12.3 MB`; what is too small for that in `12 KB`.
pub fn megabytes(bytes: u64) -> String {
    match bytes {
        0..100_000 => format!("{} KB", bytes.div_ceil(1_000)),
        100_000..10_000_000_000 => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
        _ => format!("{} GB", bytes / 1_000_000_000),
    }
}

/// Why something was not attached.
pub fn attach_problem(locale: Locale, problem: &AttachProblem) -> String {
    match problem {
        AttachProblem::TooLarge { bytes } => {
            let size = megabytes(u64::try_from(*bytes).unwrap_or(u64::MAX));
            td_string!(locale, cases.form.attach_too_large, size = size)
        }
        AttachProblem::Unreadable => td_string!(locale, problem.file.unreadable, name = ""),
        AttachProblem::NotSaved(problem) => store_problem(locale, problem),
    }
}

/// A field's content as people read it.
pub fn shown_value(locale: Locale, kind: &FieldType, value: &Value) -> String {
    match (kind, value) {
        (FieldType::Bool, Value::Bool(true)) => td_string!(locale, cases.form.yes).to_owned(),
        (FieldType::Bool, Value::Bool(false)) => td_string!(locale, cases.form.no).to_owned(),
        (FieldType::Choice(Choices::Given(choices)), Value::Text(key)) => choices
            .iter()
            .find(|choice| choice.key.as_str() == &**key)
            .map_or_else(|| key.to_string(), |choice| choice.label.get(lang_of(locale)).to_owned()),
        _ => {
            let showing = Showing { meanings: Dictionary::built_in(), writes_dates_out: false };
            field_text::show(kind, value, lang_of(locale), showing)
        }
    }
}

/// A field's content as it stands in an input: plain, so that typing can go on.
pub fn typed_value(kind: &FieldType, value: &Value) -> String {
    match (kind, value) {
        (_, Value::Text(text)) => text.to_string(),
        (FieldType::Money | FieldType::Percent | FieldType::Score, Value::Int(hundredths)) => {
            let sign = if *hundredths < 0 { "-" } else { "" };
            let (whole, rest) = (hundredths.unsigned_abs() / 100, hundredths.unsigned_abs() % 100);
            if rest == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest:02}") }
        }
        (_, Value::Int(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// The answers a field offers, marks included; nothing where there is no list of them.
pub fn answers(locale: Locale, field: &Field) -> Vec<String> {
    let mut answers = match &field.kind {
        FieldType::Choice(choices) | FieldType::ChoiceSet(choices) => labels(lang_of(locale), choices),
        FieldType::Bool => {
            let (yes, no) = (td_string!(locale, handbook.answer.yes), td_string!(locale, handbook.answer.no));
            vec![yes.to_owned(), no.to_owned()]
        }
        FieldType::Rating => (1..=5).map(|points| points.to_string()).collect(),
        _ => Vec::new(),
    };
    if field.takes_marks {
        answers.push(td_string!(locale, handbook.answer.not_applicable).to_owned());
        answers.push(td_string!(locale, handbook.answer.missing).to_owned());
    }
    answers
}

fn labels(lang: Lang, choices: &Choices) -> Vec<String> {
    match choices {
        Choices::Given(choices) => choices.iter().map(|choice| choice.label.get(lang).to_owned()).collect(),
        Choices::Group(group) => {
            let items = Dictionary::built_in().group(*group).map(|group| group.items()).unwrap_or_default();
            items.iter().map(|item| item.label.get(lang).to_owned()).collect()
        }
    }
}
