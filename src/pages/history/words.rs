//! What deeds, records and the reasons against an undo are called.

use kehu_domain::book::{Book, Obstacle, Record};
use kehu_domain::change::{Change, UNDOES};
use kehu_domain::dictionary::Dictionary;
use kehu_domain::history::{Deed, DeedKind};
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::playbook::Playbook;
use kehu_domain::stamp::{RecordId, Stamp};

use super::reader::{ever, field_label};
use crate::i18n::{Locale, td_string};
use crate::pages::customers::author_name;
use crate::words::{lang_of, when};
use crate::workspace::erased;

/// How far an undo of an undo of an undo is followed for its name.
const DEPTH: usize = 8;

/// What a kind of deed is called.
pub fn deed_kind(locale: Locale, kind: DeedKind) -> &'static str {
    match kind {
        DeedKind::Redone => td_string!(locale, history.deed.redo),
        DeedKind::Undone => td_string!(locale, history.deed.undo),
        DeedKind::Forgotten => td_string!(locale, history.deed.forget),
        DeedKind::Imported => td_string!(locale, history.deed.import),
        DeedKind::Arrived => td_string!(locale, history.deed.arrival),
        DeedKind::United => td_string!(locale, history.deed.merger),
        DeedKind::Exported => td_string!(locale, history.deed.export),
        DeedKind::Settled => td_string!(locale, history.deed.settle),
        DeedKind::Restored => td_string!(locale, history.deed.restore),
        DeedKind::Deleted => td_string!(locale, history.deed.delete),
        DeedKind::Moved => td_string!(locale, history.deed.moved),
        DeedKind::Filed => td_string!(locale, history.deed.file),
        DeedKind::Begun => td_string!(locale, history.deed.begin),
        DeedKind::Graded => td_string!(locale, history.deed.grade),
        DeedKind::Made => td_string!(locale, history.deed.make),
        DeedKind::Edited => td_string!(locale, history.deed.edit),
    }
}

/// What an act was, in a line: its kind and what it is named after.
pub fn deed_title(book: &Book, deed: &Deed, find: impl Fn(Stamp) -> Option<Deed>, locale: Locale) -> String {
    let (what, name) = deed_words(book, deed, find, locale);
    td_string!(locale, history.of, what = what, name = name)
}

/// What kind of act it was, an undo with what it took back; and what it is named after.
pub fn deed_words(book: &Book, deed: &Deed, find: impl Fn(Stamp) -> Option<Deed>, locale: Locale) -> (String, String) {
    let mut subject = deed.clone();
    for _ in 0..DEPTH {
        let is_turned = matches!(subject.kind, DeedKind::Undone | DeedKind::Redone);
        match subject.undoes.filter(|_| is_turned).and_then(&find) {
            Some(of) => subject = of,
            None => break,
        }
    }
    let known = book.get(subject.record).filter(|record| !record.is_forgotten());
    let name = known.map(|record| record_title(book, record, locale)).unwrap_or_default();
    let kind = book.get(subject.record).map(|record| kind_label(locale, Dictionary::built_in(), record.kind));
    let name = if name.is_empty() { kind.unwrap_or_default() } else { name };
    let what = deed_kind(locale, deed.kind);
    let what = if subject.kind == deed.kind {
        what.to_owned()
    } else {
        td_string!(locale, history.of, what = what, name = deed_kind(locale, subject.kind))
    };
    (what, name)
}

/// What a record is called: a case by its process and customer, a document by its form and number; also once it is gone.
pub fn record_title(book: &Book, record: &Record, locale: Locale) -> String {
    let lang = lang_of(locale);
    if record.is_forgotten() {
        return erased(lang).to_owned();
    }
    let join = |parts: [String; 2]| parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    if record.kind == kind::CASE {
        let process = Playbook::built_in().process(ever(record, kind::PROCESS));
        let customer = ever(record, kind::CUSTOMER_REF).parse().ok().and_then(|customer| book.get(customer));
        let customer = customer.map(|customer| ever(customer, kind::NAME).to_owned()).unwrap_or_default();
        return join([process.map(|process| process.title.get(lang).to_owned()).unwrap_or_default(), customer]);
    }
    if record.kind == kind::DOCUMENT {
        let form = Playbook::built_in().form(ever(record, kind::FORM));
        let form = form.map_or_else(|| ever(record, kind::FORM).to_owned(), |form| form.title.get(lang).to_owned());
        return join([form, ever(record, kind::FORM_NO).to_owned()]);
    }
    if record.kind == kind::BATCH {
        return batch_file(record);
    }
    if record.kind == kind::SETTINGS {
        return kind_label(locale, Dictionary::built_in(), kind::SETTINGS);
    }
    const NAMES: [Key; 5] = [kind::NAME, kind::CODE, Key::of("topic"), Key::of("file"), kind::CARD];
    let own = NAMES.into_iter().map(|key| ever(record, key)).find(|text| !text.is_empty());
    let owner = || ever(record, kind::CUSTOMER_REF).parse().ok().and_then(|owner: RecordId| book.get(owner));
    own.or_else(|| owner().map(|owner| ever(owner, kind::NAME))).unwrap_or_default().to_owned()
}

/// The file of an import, else its tag.
pub fn batch_file(batch: &Record) -> String {
    let file = ever(batch, Key::of("file"));
    if file.is_empty() { ever(batch, Key::of("tag")).to_owned() } else { file.to_owned() }
}

/// What a kind of record is called.
pub fn kind_label(locale: Locale, dictionary: &Dictionary, kind: Key) -> String {
    if let Some(kind) = dictionary.kind(kind) {
        return kind.label.get(lang_of(locale)).to_owned();
    }
    match kind.as_str() {
        "case" => td_string!(locale, history.kind.case),
        "document" => td_string!(locale, history.kind.document),
        "score" => td_string!(locale, history.kind.score),
        "scorecard" => td_string!(locale, history.kind.scorecard),
        "settings" => td_string!(locale, history.kind.settings),
        "attachment" => td_string!(locale, history.kind.attachment),
        "arrival" => td_string!(locale, history.kind.arrival),
        "merger" => td_string!(locale, history.kind.merger),
        "export" => td_string!(locale, history.kind.export),
        other => other,
    }
    .to_owned()
}

/// What a change is called that is part of an undo or a redo; nothing of any other.
pub fn undo_name(locale: Locale, record: &Record, change: &Change) -> Option<&'static str> {
    let taken = change.over.get(UNDOES)?.first()?;
    let taken = record.changes().iter().find(|other| other.stamp == *taken);
    Some(match taken.and_then(|taken| taken.over.get(UNDOES)) {
        Some(_) => deed_kind(locale, DeedKind::Redone),
        None => deed_kind(locale, DeedKind::Undone),
    })
}

/// Where a record is looked at: its own page if it has one, else its history.
pub fn address_of(record: &Record) -> String {
    let id = record.id;
    match record.kind.as_str() {
        "customer" if record.exists() => format!("/customers/{id}"),
        "case" if record.exists() => format!("/cases/{id}"),
        _ => format!("/data/history?record={id}"),
    }
}

/// Why a record was left alone.
pub fn obstacle_text(book: &Book, record: RecordId, obstacle: &Obstacle, locale: Locale) -> String {
    match obstacle {
        Obstacle::Edited { field, by, at } => td_string!(
            locale,
            history.kept.edited,
            field = field_label(book, record, *field, locale),
            who = author_name(book, *by),
            at = when(*at)
        ),
        Obstacle::Belongings { first, count } => {
            let named = book.get(*first).map(|record| {
                let kind = kind_label(locale, Dictionary::built_in(), record.kind);
                td_string!(locale, history.of, what = kind, name = record_title(book, record, locale))
            });
            td_string!(locale, history.kept.belongings, count = count, first = named.unwrap_or_default())
        }
        Obstacle::MovedOn { by, at, .. } => {
            td_string!(locale, history.kept.moved_on, who = author_name(book, *by), at = when(*at))
        }
        Obstacle::Forgotten => td_string!(locale, history.kept.forgotten).to_owned(),
    }
}
