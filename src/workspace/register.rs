//! Every case and every filed form, as expressions ask for them.

use std::rc::{Rc, Weak};

use kehu_domain::book::Book;
use kehu_domain::dictionary::Dictionary;
use kehu_domain::expr::{Datum, Records, Register};
use kehu_domain::field::{Choices, Field, FieldType};
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::playbook::Playbook;
use kehu_domain::stamp::RecordId;
use kehu_domain::text::{Lang, Text};
use kehu_domain::workflow;
use send_wrapper::SendWrapper;

use super::{Inner, Workspace};
use crate::moment::civil;

/// The open workspace as a register; it keeps no workspace alive.
pub(super) struct Kept(SendWrapper<Weak<Inner>>);

impl Kept {
    /// The register of a workspace that is just being made.
    pub(super) fn register(inner: &Weak<Inner>) -> Register {
        Register::new(Self(SendWrapper::new(inner.clone())))
    }

    fn read<T: Default>(&self, look: impl FnOnce(&Book) -> T) -> T {
        self.0.upgrade().map(|inner: Rc<Inner>| look(&inner.book.borrow())).unwrap_or_default()
    }
}

impl Records for Kept {
    fn documents(&self, form: &str) -> Vec<Datum> {
        let Some(form) = Playbook::built_in().form(form) else { return Vec::new() };
        self.read(|book| workflow::all_documents(book, form, civil))
    }

    fn cases(&self, process: &str) -> Vec<Datum> {
        let Some(process) = Playbook::built_in().process(process) else { return Vec::new() };
        self.read(|book| workflow::all_cases(book, process, civil))
    }

    fn records(&self, kind: &str) -> Vec<Datum> {
        Key::new(kind).map(|kind| self.read(|book| workflow::all_records(book, kind))).unwrap_or_default()
    }

    fn customers(&self) -> Vec<Datum> {
        self.0.upgrade().map(|inner: Rc<Inner>| workflow::all_customers(&inner.roster.borrow())).unwrap_or_default()
    }

    fn label(&self, place: &str, field: Key, choice: Option<&str>) -> Option<Box<str>> {
        let field = field_of(place, field)?;
        let lang = crate::device::shown_language();
        let Some(choice) = choice else { return Some(field.label.get(lang).into()) };
        match &field.kind {
            FieldType::Reference(_) => self.read(|book| {
                let name = book.get(choice.parse().ok()?)?.text(kind::NAME);
                (!name.is_empty()).then(|| name.into())
            }),
            FieldType::Choice(choices) | FieldType::ChoiceSet(choices) => label_of(choices, choice, lang),
            _ => None,
        }
    }
}

fn field_of(place: &str, key: Key) -> Option<&'static Field> {
    let book = Playbook::built_in();
    match book.form(place) {
        Some(form) => form.field(key).map(|field| &field.field),
        None => book.process(place)?.fields.iter().find(|field| field.key == key),
    }
}

fn label_of(choices: &Choices, key: &str, lang: Lang) -> Option<Box<str>> {
    let label = |label: &Text| label.get(lang).into();
    match choices {
        Choices::Given(choices) => choices.iter().find(|choice| choice.key == *key).map(|choice| label(&choice.label)),
        Choices::Group(group) => {
            let group = Dictionary::built_in().group(*group)?;
            group.items().iter().find(|item| item.key == *key).map(|item| label(&item.label))
        }
    }
}

impl Workspace {
    /// The records of all cases, for expressions; what was asked of them is kept until something changes.
    pub(super) fn register(&self) -> Register {
        self.0.register.clone()
    }

    /// Forgets what changed records make untrue: the rows of their forms, processes and kinds, and what was worked out from any.
    pub(super) fn forget_rows(&self, touched: &[RecordId]) {
        let book = self.book();
        let records = touched.iter().filter_map(|record| book.get(*record));
        let names =
            records.flat_map(|record| [record.text(kind::FORM), record.text(kind::PROCESS), record.kind.as_str()]);
        self.0.register.forget(names);
    }
}
