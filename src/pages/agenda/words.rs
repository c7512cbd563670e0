//! What kinds, urgencies and ends are called.

use kehu_domain::agenda::{Choice, Entry, EntryKind, State, Validity, Whose};
use kehu_domain::calendar::{Stage, days_left};

use crate::i18n::{Locale, td_string};
use crate::workspace::{Workspace, staff_name};

/// What a kind of work is called.
pub fn kind_name(locale: Locale, kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Approval => td_string!(locale, agenda.kind.approval),
        EntryKind::Escalation => td_string!(locale, agenda.kind.escalation),
        EntryKind::Complaint => td_string!(locale, agenda.kind.complaint),
        EntryKind::Visit => td_string!(locale, agenda.kind.visit),
        EntryKind::Contact => td_string!(locale, agenda.kind.contact),
        EntryKind::Care => td_string!(locale, agenda.kind.care),
        EntryKind::Expiry => td_string!(locale, agenda.kind.expiry),
        EntryKind::Task => td_string!(locale, agenda.kind.task),
        EntryKind::Case => td_string!(locale, agenda.kind.case),
        EntryKind::Draft => td_string!(locale, agenda.kind.draft),
    }
}

/// What an urgency is called.
pub fn state_name(locale: Locale, state: State) -> &'static str {
    match state {
        State::Overdue => td_string!(locale, agenda.state.overdue),
        State::Escalated => td_string!(locale, agenda.state.escalated),
        State::Today => td_string!(locale, agenda.state.today),
        State::Soon => td_string!(locale, agenda.state.soon),
        State::Week => td_string!(locale, agenda.state.week),
        State::Forgotten => td_string!(locale, agenda.state.forgotten),
        State::Later => td_string!(locale, agenda.state.later),
        State::Undated => td_string!(locale, agenda.state.undated),
    }
}

/// Whose work a list shows.
pub fn whose_name(locale: Locale, workspace: &Workspace, whose: Whose) -> String {
    match whose {
        Whose::Everyone => td_string!(locale, agenda.whose.everyone).to_owned(),
        Whose::Mine => td_string!(locale, agenda.whose.mine).to_owned(),
        Whose::Team => td_string!(locale, agenda.whose.team).to_owned(),
        Whose::Person(person) => {
            let name = workspace.read(|book| staff_name(book, person));
            td_string!(locale, agenda.whose.person, name = name)
        }
    }
}

/// What narrows a list; nothing where nothing does.
pub fn narrowed_to(locale: Locale, choice: &Choice) -> Option<String> {
    let parts = [
        choice.kind.map(|kind| kind_name(locale, kind).to_owned()),
        choice.state.map(|state| state_name(locale, state).to_owned()),
        choice.day.map(|day| day.to_string()),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}

/// How far the clock of an entry has run, and why somebody is told of it; nothing before the first mark.
pub fn stage_text(locale: Locale, entry: &Entry) -> Option<String> {
    let mark = |stage: Stage| match stage {
        Stage::Fresh => None,
        Stage::Used(share) => Some(td_string!(locale, agenda.stage.used, share = share)),
        Stage::Due => Some(td_string!(locale, agenda.stage.due).to_owned()),
        Stage::NextDay => Some(td_string!(locale, agenda.stage.next_day).to_owned()),
    };
    match entry.told.and_then(mark) {
        Some(why) if entry.kind == EntryKind::Escalation => Some(td_string!(locale, agenda.stage.told, why = why)),
        // Whoever has the move sees how far along it is now, not only from where on they are reminded.
        Some(why) => {
            let why = mark(entry.stage).unwrap_or(why);
            Some(td_string!(locale, agenda.stage.reminded, why = why))
        }
        None => mark(entry.stage).filter(|_| matches!(entry.stage, Stage::Used(_))),
    }
}

/// What it is that ends, and how many days are left.
pub fn end_text(locale: Locale, validity: &Validity, today: chrono::NaiveDate) -> String {
    let what = match &*validity.chain {
        "designation" => td_string!(locale, agenda.chain.designation),
        "grade" => td_string!(locale, agenda.chain.grade),
        "contract" => td_string!(locale, agenda.chain.contract),
        "subscription" => td_string!(locale, agenda.chain.subscription),
        "warranty" => td_string!(locale, agenda.chain.warranty),
        "loan" => td_string!(locale, agenda.chain.loan),
        _ => td_string!(locale, agenda.chain.other),
    };
    let left = match days_left(validity.end, today) {
        0 => td_string!(locale, agenda.end.today).to_owned(),
        days @ 1.. => td_string!(locale, agenda.end.left, days = days),
        days => td_string!(locale, agenda.end.passed, days = -days),
    };
    format!("{what} · {left}")
}
