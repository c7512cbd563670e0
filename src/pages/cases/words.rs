//! Names of steps, roles and deadlines in the user's language.

use chrono::NaiveDateTime;
use kehu_domain::form::Answers;
use kehu_domain::key::Key;
use kehu_domain::playbook::Playbook;
use kehu_domain::stamp::RecordId;
use kehu_domain::workflow::{MoveError, Process, Refusal, Role};

use crate::components::problem_text;
use crate::i18n::{Locale, td_string};
use crate::moment;
use crate::words::{lang_of, shown_value, store_problem};
use crate::workspace::{MoveProblem, OpenCase};

/// The most characters of what a case is about.
const MAX_SUBJECT: usize = 40;

/// What a step is called.
pub fn step_name(locale: Locale, process: &Process, step: Key) -> String {
    process.step(step).map_or_else(|| step.to_string(), |step| step.label.get(lang_of(locale)).to_owned())
}

/// What a case is about, in a few words; nothing where its process does not say.
pub fn case_subject(locale: Locale, case: &OpenCase) -> Option<String> {
    let key = case.process.subject?;
    let field = case.process.fields.iter().find(|field| field.key == key)?;
    let said = shown_value(locale, &field.kind, case.view.fields.get(&key).filter(|value| !value.is_blank())?);
    let mut short: String = said.chars().take(MAX_SUBJECT).collect();
    if short.len() < said.len() {
        short.push('…');
    }
    Some(short)
}

/// What a case is called: its customer, else what it is about, else its process.
pub fn case_title(locale: Locale, case: &OpenCase) -> String {
    if !case.customer_name.is_empty() {
        return case.customer_name.clone();
    }
    case_subject(locale, case).unwrap_or_else(|| case.process.title.get(lang_of(locale)).to_owned())
}

/// Until when something is due, and whether that has passed.
pub fn due_text(locale: Locale, due: Option<NaiveDateTime>) -> String {
    match due {
        None => td_string!(locale, cases.due.none).to_owned(),
        Some(due) => {
            let at = due.format("%Y-%m-%d %H:%M").to_string();
            if due < moment::now() {
                td_string!(locale, cases.due.late, at = at)
            } else {
                td_string!(locale, cases.due.at, at = at)
            }
        }
    }
}

/// What a role is called.
pub fn role_name(locale: Locale, role: Role) -> String {
    let code = role.code();
    Playbook::built_in().role(code).map_or_else(|| code.to_string(), |role| role.title.get(lang_of(locale)).to_owned())
}

/// A form's title.
pub fn form_title(locale: Locale, form: &str) -> String {
    Playbook::built_in().form(form).map_or_else(|| form.to_owned(), |form| form.title.get(lang_of(locale)).to_owned())
}

/// A reason against a move, as a sentence.
pub fn refusal_text(locale: Locale, refusal: &Refusal) -> String {
    match refusal {
        Refusal::WrongRole { may } => {
            let separator = if locale == Locale::zh { "、" } else { ", " };
            let roles: Vec<String> = may.iter().map(|role| role_name(locale, *role)).collect();
            td_string!(locale, cases.refused.role, roles = roles.join(separator))
        }
        Refusal::Guard(text) => text.get(lang_of(locale)).to_owned(),
        Refusal::FormMissing(form) => {
            td_string!(locale, cases.refused.form_missing, form = form_title(locale, form))
        }
        Refusal::FormIncomplete { form, problems } => {
            td_string!(locale, cases.refused.form_incomplete, form = form_title(locale, form), count = problems.len())
        }
        Refusal::OwnWork(form) => td_string!(locale, cases.refused.own_work, form = form_title(locale, form)),
    }
}

/// Why a case did not move, one sentence each.
pub fn move_problem(locale: Locale, problem: &MoveProblem) -> Vec<String> {
    match problem {
        MoveProblem::Gone => vec![td_string!(locale, cases.moving.gone).to_owned()],
        MoveProblem::NotSaved(problem) => vec![store_problem(locale, problem)],
        MoveProblem::Refused(MoveError::Closed) => vec![td_string!(locale, cases.closed).to_owned()],
        MoveProblem::Refused(MoveError::NoSuchEvent(_)) => {
            vec![td_string!(locale, cases.moving.no_such_event).to_owned()]
        }
        MoveProblem::Refused(MoveError::Refused(refusals)) => {
            refusals.iter().map(|refusal| refusal_text(locale, refusal)).collect()
        }
        MoveProblem::Refused(MoveError::Incomplete(problems)) => {
            problems.iter().map(|problem| problem_text(locale, problem, None)).collect()
        }
    }
}

/// What stands for the case in the draft of a form that is filled for itself.
const ALONE: &str = "alone";

/// The draft of a form of a case, or of one filled for itself, kept on this device.
pub fn draft_id(case: Option<RecordId>, form: &str) -> String {
    let case = case.map_or_else(|| ALONE.to_owned(), |case| case.to_string());
    format!("form/{case}/{form}")
}

/// What a draft is of: its case, if it is for one, and the form.
pub fn draft_of(id: &str) -> Option<(Option<RecordId>, &str)> {
    let (case, form) = id.strip_prefix("form/")?.split_once('/')?;
    let case = if case == ALONE { None } else { Some(case.parse().ok()?) };
    Some((case, form))
}

/// Where the form is gone on with.
pub fn fill_address(case: Option<RecordId>, form: &str) -> String {
    match case {
        Some(case) => format!("/cases/{case}?form={form}"),
        None => format!("/cases/new?form={form}"),
    }
}

/// The answers kept in a draft; nothing when it is not legible any more.
pub fn draft_answers(bytes: &[u8]) -> Option<Answers> {
    serde_json::from_slice(bytes).ok()
}
