//! Work as a table: a row for each entry, as the list has it.

use kehu_domain::agenda::{Entry, Subject};
use kehu_domain::export::{Cell, Sheet};
use kehu_domain::kind;
use kehu_domain::stamp::RecordId;

use super::words::{end_text, kind_name, state_name};
use crate::i18n::{Locale, td_string};
use crate::pages::cases::{case_subject, form_title, step_name};
use crate::words::lang_of;
use crate::workspace::{Workspace, staff_name};

/// The entries as a table called `name`.
pub fn sheet(locale: Locale, workspace: &Workspace, name: &str, entries: &[Entry]) -> Sheet {
    let columns = [
        td_string!(locale, export.column.kind),
        td_string!(locale, export.column.customer),
        td_string!(locale, export.column.work),
        td_string!(locale, export.column.step),
        td_string!(locale, export.column.people),
        td_string!(locale, export.column.due_at),
        td_string!(locale, export.column.state),
    ];
    Sheet {
        name: name.to_owned(),
        columns: columns.map(str::to_owned).to_vec(),
        rows: entries.iter().map(|entry| row(locale, workspace, entry)).collect(),
    }
}

fn row(locale: Locale, workspace: &Workspace, entry: &Entry) -> Vec<Cell> {
    let name_of = |id: RecordId| {
        workspace.read_once(|book| book.get(id).map(|record| record.text(kind::NAME).to_owned())).unwrap_or_default()
    };
    let separator = if locale == Locale::zh { "、" } else { ", " };
    let people: Vec<String> =
        workspace.read_once(|book| entry.people().iter().map(|person| staff_name(book, *person)).collect());
    let (work, step) = match &entry.item.subject {
        Subject::Case(case) => match workspace.open_case(*case) {
            Some(open) => {
                let title = open.process.title.get(lang_of(locale)).to_owned();
                let about = case_subject(locale, &open).map(|about| format!("{title} · {about}"));
                (about.unwrap_or(title), step_name(locale, open.process, open.view.step))
            }
            None => (String::new(), String::new()),
        },
        Subject::Contact(_) => (kind_name(locale, entry.kind).to_owned(), String::new()),
        Subject::Expiry(validity) => (end_text(locale, validity, workspace.today()), String::new()),
        Subject::Draft { form, .. } => (form_title(locale, form), String::new()),
    };
    vec![
        Cell::text(kind_name(locale, entry.kind)),
        Cell::text(entry.item.customer.map(name_of).unwrap_or_default()),
        Cell::text(work),
        Cell::text(step),
        Cell::text(people.join(separator)),
        entry.due.map_or(Cell::Empty, Cell::DateTime),
        Cell::text(state_name(locale, entry.state)),
    ]
}
