//! Erasing for good (L3): what goes, what stays, and that it never comes back.
#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::BTreeMap;

use kehu_domain::arrival::{self, Inside, Scope};
use kehu_domain::book::{Book, SYSTEM};
use kehu_domain::change::{Act, Change, DELETED};
use kehu_domain::erasure::{Erasure, may_erase};
use kehu_domain::key::Key;
use kehu_domain::stamp::{Clock, RecordId};
use kehu_domain::value::Value;
use kehu_domain::{belonging, kind, snapshot};

const WALL: u64 = 1_000;
const PICTURE: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const SHARED: &str = "cb8379ac2098aa165029e3938a51da0bcecfc008fd6795f401178647f96c5b34";

/// A company of two customers, the first with everything that can belong to one.
struct Company {
    book: Book,
    clock: Clock,
    customer: RecordId,
    contact: RecordId,
    consent: RecordId,
    case: RecordId,
    form: RecordId,
    other: RecordId,
    pictures: [RecordId; 2],
}

fn cells(cells: &[(Key, &str)]) -> kehu_domain::change::Cells<Value> {
    cells.iter().map(|(key, text)| (*key, Value::text(*text))).collect()
}

fn company() -> Company {
    let (mut book, mut clock) = (Book::new(), Clock::new(1));
    let mut act = Act::begin(&mut clock, 1, SYSTEM);
    let customer = act.create(kind::CUSTOMER, cells(&[(kind::NAME, "青石茶行"), (kind::CODE, "K-1")]));
    let of = |id: RecordId| id.to_string();
    let contact = act.create(
        kind::CONTACT,
        cells(&[(kind::CUSTOMER_REF, &of(customer)), (kind::NAME, "陈掌柜"), (kind::MOBILE, "13800138000")]),
    );
    let consent = act.create(
        kind::CONSENT,
        cells(&[
            (kind::CUSTOMER_REF, &of(customer)),
            (kind::CONTACT_REF, &of(contact)),
            (Key::of("evidence"), "陈的签字"),
        ]),
    );
    let case = act.create(
        kind::CASE,
        cells(&[(kind::CUSTOMER_REF, &of(customer)), (kind::CONTACT_REF, &of(contact)), (kind::PROCESS, "W-3.1")]),
    );
    let form = act.create(
        kind::DOCUMENT,
        cells(&[(kind::CASE_REF, &of(case)), (kind::CONTACT_REF, &of(contact)), (Key::of("photo"), PICTURE)]),
    );
    let other = act.create(kind::CUSTOMER, cells(&[(kind::NAME, "白鹭纸业"), (Key::of("logo"), SHARED)]));
    act.create(kind::ORDER, cells(&[(kind::CUSTOMER_REF, &of(customer)), (Key::of("slip"), SHARED)]));
    let pictures = [PICTURE, SHARED].map(|sha256| act.create(kind::ATTACHMENT, cells(&[(kind::SHA256, sha256)])));
    let made = act.finish();
    apply(&mut book, made);
    Company { book, clock, customer, contact, consent, case, form, other, pictures }
}

fn apply(book: &mut Book, changes: Vec<Change>) {
    changes.into_iter().for_each(|change| _ = book.insert(change));
}

fn changes(book: &Book) -> Vec<Change> {
    book.changes().into_iter().cloned().collect()
}

fn set(book: &mut Book, clock: &mut Clock, id: RecordId, key: Key, value: Value) {
    let kind = book.get(id).unwrap().kind;
    let mut act = Act::begin(clock, WALL, SYSTEM);
    act.set(book, kind, id, key, value);
    let made = act.finish();
    apply(book, made);
}

fn erase(book: &mut Book, clock: &mut Clock, id: RecordId) -> Vec<Change> {
    let mut erasure = Erasure::of(book, id).unwrap();
    book.records().for_each(|record| erasure.spare(record));
    let mut act = Act::begin(clock, WALL, SYSTEM);
    erasure.carry_out(book, &mut act);
    let made = act.finish();
    apply(book, made.clone());
    made
}

fn text(book: &Book) -> String {
    String::from_utf8(snapshot::write("w", &book.changes())).unwrap()
}

#[test]
fn a_contact_goes_with_its_consents_and_what_names_it_stays() {
    let Company { mut book, mut clock, customer, contact, consent, case, form, .. } = company();
    let erasure = Erasure::of(&book, contact).unwrap();
    assert_eq!(erasure.along(&book), BTreeMap::from([(kind::CONSENT, 1)]));
    let mut mentions = erasure.mentions(&book);
    mentions.sort_unstable();
    assert_eq!(mentions, [case, form]);
    erase(&mut book, &mut clock, contact);
    for id in [contact, consent] {
        assert!(!book.get(id).unwrap().exists() && book.get(id).unwrap().is_forgotten());
        assert_eq!(book.get(id).unwrap().changes().len(), 1);
    }
    for id in [customer, case, form] {
        assert!(book.get(id).unwrap().exists());
    }
    assert_eq!(book.of_customer(customer, kind::CONTACT).count(), 0);
    let text = text(&book);
    assert!(!text.contains("13800138000") && !text.contains("陈") && text.contains("青石茶行"));
    assert_eq!(Erasure::of(&book, contact), None, "it is erased already");
    assert_eq!(Erasure::of(&book, case), None, "only contacts and customers are erased");
}

#[test]
fn a_customer_goes_with_everything_and_what_others_name_too_is_spared() {
    let Company { mut book, mut clock, customer, other, pictures, .. } = company();
    // Even what was put into the bin, or was undone, goes: its values are still in its history.
    let mut act = Act::begin(&mut clock, 2, SYSTEM);
    let gone = act.create(kind::CONTACT, cells(&[(kind::CUSTOMER_REF, &customer.to_string()), (kind::NAME, "老陈")]));
    let loser =
        act.create(kind::CUSTOMER, cells(&[(kind::NAME, "青石茶庄"), (kind::MERGED_INTO, &customer.to_string())]));
    let hers = act.create(kind::CONTACT, cells(&[(kind::CUSTOMER_REF, &loser.to_string()), (kind::NAME, "陈夫人")]));
    let moved =
        act.create(kind::CONTACT, cells(&[(kind::CUSTOMER_REF, &customer.to_string()), (kind::NAME, "调走的")]));
    let made = act.finish();
    apply(&mut book, made);
    set(&mut book, &mut clock, gone, DELETED, true.into());
    set(&mut book, &mut clock, gone, kind::CUSTOMER_REF, Value::Null);
    set(&mut book, &mut clock, moved, kind::CUSTOMER_REF, other.into());
    erase(&mut book, &mut clock, customer);
    assert!([customer, gone, loser, hers, pictures[0]].iter().all(|id| book.get(*id).unwrap().is_forgotten()));
    assert!([other, moved, pictures[1]].iter().all(|id| book.get(*id).unwrap().exists()));
    let text = text(&book);
    for word in ["青石", "陈", "13800138000", "K-1", PICTURE] {
        assert!(!text.contains(word), "{word}");
    }
    assert!(text.contains("白鹭纸业") && text.contains("调走的") && text.contains(SHARED));
    let left: Vec<_> = book.records().filter(|record| record.exists()).collect();
    assert!(left.iter().all(|record| belonging::owner(&book, record).is_none_or(|owner| owner == other)));
    assert_eq!(left.len(), 3);
}

#[test]
fn what_was_erased_comes_back_by_no_file_and_no_day_gone_back_to() {
    let Company { mut book, mut clock, customer, contact, .. } = company();
    let backup = changes(&book);
    let marks = erase(&mut book, &mut clock, customer);
    let dropped = book.dropped();
    assert!(dropped > 0);
    let erased = text(&book);

    let merged = book.merge(backup.iter().cloned(), WALL);
    assert!(merged.new.is_empty());
    assert_eq!(text(&book), erased);
    let inside = Inside::of(&book, backup.clone(), WALL, Scope::Whole);
    assert!(inside.changes_of(&book, &inside.everything()).is_empty());
    let mut act = Act::begin(&mut clock, WALL, SYSTEM);
    arrival::go_back(&book, &inside, Scope::Whole, &mut act);
    assert_eq!(act.finish(), []);

    // A device that has the values loses them when it hears of the erasure, in whatever order.
    let mut elsewhere = Book::new();
    elsewhere.merge(marks.iter().cloned().chain(backup), WALL);
    assert_eq!(text(&elsewhere), erased);
    assert_eq!(elsewhere.forgotten().len(), marks.len());
    assert!(elsewhere.dropped() > 0);

    // Who wrote of it there without knowing makes nothing visible again.
    let mut late = Act::begin(&mut clock, WALL, SYSTEM);
    late.set(&Book::new(), kind::CONTACT, contact, kind::NAME, "陈掌柜".into());
    let made = late.finish();
    apply(&mut book, made);
    assert!(!book.get(contact).unwrap().exists());
}

#[test]
fn managers_erase_and_whoever_works_alone() {
    let (mut book, mut clock) = (Book::new(), Clock::new(1));
    assert!(may_erase(&book, SYSTEM));
    let mut member = |roles: &[&str], book: &mut Book| {
        let roles = Value::List(roles.iter().map(|role| Value::from(*role)).collect());
        let mut act = Act::begin(&mut clock, 1, SYSTEM);
        let id = act.create(kind::STAFF, [(kind::ROLES, roles)].into_iter().collect());
        let made = act.finish();
        apply(book, made);
        id
    };
    let clerk = member(&["CRS"], &mut book);
    assert!(may_erase(&book, clerk) && !may_erase(&book, SYSTEM));
    let manager = member(&["MGR"], &mut book);
    assert!(may_erase(&book, manager) && !may_erase(&book, clerk));
}
