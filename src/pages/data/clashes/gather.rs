//! Gathering the clashes of the whole workspace in slices, put in words.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;

use kehu_domain::belonging::owner;
use kehu_domain::book::{Book, Clash};
use kehu_domain::dictionary::Dictionary;
use kehu_domain::field::{Field, FieldType};
use kehu_domain::stamp::RecordId;
use kehu_domain::telling::Telling;
use kehu_domain::value::Value;
use leptos::prelude::*;

use crate::moment::{breathe, civil};
use crate::words;
use crate::workspace::{Workspace, staff_name};

/// How many records are looked at before the clock is.
const SLICE: usize = 256;

/// A clash in words.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// The clash.
    pub clash: Clash,
    /// Whose it is, and what they are called.
    pub owner: (Option<RecordId>, String),
    /// What kind of record it is and what that is called.
    pub record: String,
    /// What the field is called.
    pub label: String,
    /// What it means, where that is known; then another content can be written.
    pub field: Option<Field>,
    /// Each content, who wrote it, and when.
    pub sides: Vec<(String, String, String)>,
    /// What was there before both.
    pub before: Option<String>,
}

impl Told {
    /// The clash with its newest or its oldest content.
    pub fn by_age(&self, newest: bool) -> Option<(Clash, Value)> {
        let sides = self.clash.sides.iter();
        let side = if newest {
            sides.max_by_key(|(change, _)| change.stamp)
        } else {
            sides.min_by_key(|(change, _)| change.stamp)
        };
        side.map(|(_, value)| (self.clash.clone(), value.clone()))
    }
}

/// All clashes, by customer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gathered {
    /// The clashes.
    pub clashes: Vec<Told>,
}

impl Gathered {
    /// The places of the clashes about one field; of all for an empty name.
    pub fn of_field(&self, label: &str) -> Vec<usize> {
        let fits = |(place, told): (usize, &Told)| (label.is_empty() || told.label == label).then_some(place);
        self.clashes.iter().enumerate().filter_map(fits).collect()
    }

    /// The fields that clash, and how often.
    pub fn fields(&self) -> Vec<(String, usize)> {
        let mut fields: BTreeMap<&str, usize> = BTreeMap::new();
        for told in &self.clashes {
            *fields.entry(&told.label).or_default() += 1;
        }
        fields.into_iter().map(|(label, count)| (label.to_owned(), count)).collect()
    }
}

/// Gathers after every commit and in the language of the page, in slices between which the page answers.
pub fn gather(workspace: &Workspace, gathered: RwSignal<Gathered>) {
    let i18n = crate::i18n::use_i18n();
    let (pulse, cold) = (workspace.pulse(), workspace.is_complete());
    let run = Rc::new(Cell::new(0_u64));
    on_cleanup({
        let run = send_wrapper::SendWrapper::new(run.clone());
        move || run.set(u64::MAX)
    });
    let workspace = workspace.clone();
    Effect::new(move || {
        pulse.track();
        cold.track();
        let lang = words::lang(i18n);
        let this = run.get().saturating_add(1);
        run.set(this);
        let (workspace, run) = (workspace.clone(), run.clone());
        leptos::task::spawn_local(async move {
            let dictionary = workspace.read_once(|book| Dictionary::built_in().with_records(book));
            let several = |book: &Book| -> Vec<RecordId> {
                book.records().filter(|record| record.changes().len() > 1).map(|record| record.id).collect()
            };
            let ids = workspace.read_once(several);
            let mut clashes = Vec::new();
            for slice in ids.chunks(SLICE) {
                workspace.read_once(|book| {
                    let telling = Telling::new(book, &dictionary, lang);
                    let found = slice.iter().filter_map(|id| book.get(*id)).flat_map(|record| record.clashes());
                    clashes.extend(found.map(|clash| told(book, &telling, clash)));
                });
                breathe().await;
                if run.get() != this {
                    return;
                }
            }
            clashes.sort_by(|a, b| {
                let key = |told: &Told| (told.owner.1.clone(), told.owner.0, told.clash.record, told.clash.field);
                key(a).cmp(&key(b))
            });
            gathered.set(Gathered { clashes });
        });
    });
}

fn told(book: &Book, telling: &Telling<'_>, clash: Clash) -> Told {
    let Some(record) = book.get(clash.record) else {
        let (owner, record) = ((None, String::new()), clash.record.to_string());
        return Told { clash, owner, record, label: String::new(), field: None, sides: Vec::new(), before: None };
    };
    let customer = owner(book, record);
    let side = |(change, value): &(kehu_domain::change::Change, Value)| {
        let at = civil(change.stamp.millis()).format("%Y-%m-%d %H:%M").to_string();
        (telling.content(record, clash.field, value), staff_name(book, change.by), at)
    };
    let name = telling.name(record.id);
    let kind = telling.kind(record.kind);
    Told {
        owner: (customer, customer.map(|customer| telling.name(customer)).unwrap_or_default()),
        record: if name.is_empty() { kind } else { format!("{kind} {name}") },
        label: telling.label(record, clash.field),
        field: telling.field(record, clash.field, Field::clone).filter(is_written),
        sides: clash.sides.iter().map(side).collect(),
        before: clash.before.as_ref().map(|before| telling.content(record, clash.field, before)),
        clash,
    }
}

/// Whether a content of the field can be written in one line; others are chosen where they belong.
fn is_written(field: &Field) -> bool {
    use FieldType::{File, Photo, Reference, Rows, Sign};
    !matches!(field.kind, Reference(_) | Rows(_) | File | Photo | Sign)
}
