//! Acts of the work itself, undone and redone: moves and forms together, the app's own with what caused them.
#![allow(clippy::unwrap_used, missing_docs)]

use kehu_domain::book::{Book, Obstacle, SYSTEM, Undone};
use kehu_domain::change::{Act, DELETED};
use kehu_domain::history::{Deed, DeedKind, Deeds};
use kehu_domain::key::Key;
use kehu_domain::kind::{BATCH, CASE, CASE_REF, CONTACT, CUSTOMER, CUSTOMER_REF, DOCUMENT, EVENT, FORM_NO, NAME, STEP};
use kehu_domain::stamp::{Clock, RecordId, Stamp};
use kehu_domain::value::Value;

const PERSON: RecordId = RecordId::fixed(7);
const COLLEAGUE: RecordId = RecordId::fixed(8);

/// A workspace with one clock.
struct Desk {
    book: Book,
    clock: Clock,
    wall: u64,
}

impl Desk {
    fn new() -> Self {
        Self { book: Book::new(), clock: Clock::new(1), wall: 0 }
    }

    fn act<T>(&mut self, by: RecordId, build: impl FnOnce(&Book, &mut Act<'_>) -> T) -> (T, Stamp) {
        self.wall += 1_000;
        let mut act = Act::begin(&mut self.clock, self.wall, by);
        let made = build(&self.book, &mut act);
        let changes = act.finish();
        let stamp = changes.first().map(|change| change.act).unwrap_or_default();
        changes.into_iter().for_each(|change| assert!(self.book.insert(change)));
        (made, stamp)
    }

    fn undo(&mut self, act: Stamp) -> (Undone, Stamp) {
        self.act(PERSON, |book, undo| book.undo(act, undo))
    }

    fn move_case(&mut self, by: RecordId, case: RecordId, step: &str) -> Stamp {
        let event = format!("to_{step}");
        self.act(by, |book, act| {
            act.set(book, CASE, case, STEP, step.into());
            act.set(book, CASE, case, EVENT, event.as_str().into());
        })
        .1
    }

    fn file(&mut self, case: RecordId, number: &str) -> (RecordId, Stamp) {
        let fields = [(CASE_REF, case.into()), (FORM_NO, number.into())];
        self.act(PERSON, |_, act| act.create(DOCUMENT, fields.into_iter().collect()))
    }

    fn begin(&mut self) -> (RecordId, Stamp) {
        let fields = [(STEP, "planned".into()), (EVENT, "start".into())];
        self.act(PERSON, |_, act| act.create(CASE, fields.into_iter().collect()))
    }

    fn step(&self, case: RecordId) -> &str {
        self.book.get(case).unwrap().text(STEP)
    }

    /// The events of a case that stand, in order.
    fn events(&self, case: RecordId) -> Vec<&str> {
        let standing = self.book.get(case).unwrap().standing();
        standing.into_iter().filter_map(|change| change.set.get(EVENT)?.as_text()).collect()
    }

    fn told(&self) -> Vec<Deed> {
        let mut deeds = Deeds::default();
        self.book.records().for_each(|record| deeds.gather(record));
        deeds.latest_first()
    }
}

#[test]
fn a_form_is_undone_with_the_move_the_app_made_because_of_it_and_redone_with_it() {
    let mut desk = Desk::new();
    let (case, _) = desk.begin();
    let (document, filed) = desk.file(case, "FW-1");
    desk.move_case(SYSTEM, case, "scored");
    let (undone, undo) = desk.undo(filed);
    assert_eq!((undone.restored.len(), undone.kept), (2, vec![]));
    assert_eq!((desk.step(case), desk.events(case)), ("planned", vec!["start"]));
    assert!(!desk.book.get(document).unwrap().exists());
    // The number stays taken, for the form may come back.
    assert_eq!(desk.book.ever_held(DOCUMENT, FORM_NO).collect::<Vec<_>>(), ["FW-1"]);

    let (redone, _) = desk.undo(undo);
    assert_eq!((redone.restored.len(), redone.kept), (2, vec![]));
    assert_eq!((desk.step(case), desk.events(case)), ("scored", vec!["start", "to_scored"]));
    assert_eq!(desk.book.get(document).unwrap().text(FORM_NO), "FW-1");
    let told: Vec<(DeedKind, bool)> = desk.told().iter().map(|deed| (deed.kind, deed.is_undone())).collect();
    assert_eq!(
        told,
        [
            (DeedKind::Redone, false),
            (DeedKind::Undone, true),
            (DeedKind::Moved, false),
            (DeedKind::Filed, false),
            (DeedKind::Begun, false)
        ]
    );
    // Who redid it did not decide it.
    let decided = desk.book.get(case).unwrap().decided(STEP).unwrap();
    assert_eq!((decided.by, decided.set.get(STEP)), (SYSTEM, Some(&"scored".into())));
    assert_eq!(desk.told()[0].undoes, Some(undo));
}

#[test]
fn what_a_case_went_on_from_stays_until_the_later_is_undone() {
    let mut desk = Desk::new();
    let (case, begun) = desk.begin();
    let (document, filed) = desk.file(case, "FW-1");
    let moved = desk.move_case(COLLEAGUE, case, "visited");
    for act in [begun, filed] {
        let (undone, _) = desk.undo(act);
        assert_eq!(undone.restored, []);
        assert!(undone.kept.contains(&if act == begun { case } else { document }));
    }
    let reasons = desk.book.obstacles(document, |_, change| change.act == filed);
    assert_eq!(reasons, [Obstacle::MovedOn { case, by: COLLEAGUE, at: moved }]);
    for act in [moved, filed, begun] {
        assert_eq!(desk.undo(act).0.kept, []);
    }
    assert!(!desk.book.get(case).unwrap().exists());
}

#[test]
fn a_move_stays_once_a_form_was_filed_in_the_step_it_led_to() {
    let mut desk = Desk::new();
    let (case, _) = desk.begin();
    let moved = desk.move_case(PERSON, case, "visited");
    let (_, filed) = desk.file(case, "FW-1");
    assert_eq!(desk.undo(moved).0.restored, []);
    desk.undo(filed);
    assert_eq!(desk.undo(moved).0.restored, [case]);
    assert_eq!(desk.step(case), "planned");
}

#[test]
fn an_act_that_moves_a_case_is_taken_back_whole_or_not_at_all() {
    let mut desk = Desk::new();
    let (customer, _) = desk.act(PERSON, |_, act| act.create(CUSTOMER, [(NAME, "甲".into())].into_iter().collect()));
    let (case, _) = desk.begin();
    let ((), approved) = desk.act(PERSON, |book, act| {
        act.set(book, CUSTOMER, customer, Key::of("grade"), "A".into());
        act.set(book, CASE, case, STEP, "approved".into());
        act.set(book, CASE, case, EVENT, "approve".into());
    });
    desk.act(COLLEAGUE, |book, act| act.set(book, CUSTOMER, customer, Key::of("grade"), "B".into()));
    let (undone, _) = desk.undo(approved);
    assert_eq!(undone.restored, []);
    assert_eq!(undone.kept.len(), 2);
    assert_eq!(desk.step(case), "approved");
}

#[test]
fn an_import_is_taken_back_record_by_record_and_can_be_redone() {
    let mut desk = Desk::new();
    let ((batch, customers), imported) = desk.act(PERSON, |_, act| {
        let customers: Vec<RecordId> =
            ["甲", "乙"].map(|name| act.create(CUSTOMER, [(NAME, name.into())].into_iter().collect())).to_vec();
        let contact = [(NAME, "王".into()), (CUSTOMER_REF, customers[0].into())];
        act.create(CONTACT, contact.into_iter().collect());
        (act.create(BATCH, [(Key::of("file"), "c.csv".into())].into_iter().collect()), customers)
    });
    let contact = desk.book.of_customer(customers[0], CONTACT).next().unwrap().id;
    desk.act(PERSON, |book, act| act.set(book, CONTACT, contact, NAME, "王五".into()));
    let (undone, undo) = desk.undo(imported);
    // The contact was edited, and so its customer stays with it.
    assert_eq!(undone.kept.len(), 2);
    assert_eq!((undone.restored.len(), desk.book.of_kind(CUSTOMER).count()), (2, 1));
    let reasons = desk.book.obstacles(customers[0], |_, change| change.act == imported);
    assert_eq!(reasons, [Obstacle::Belongings { first: contact, count: 1 }]);
    let deed = |desk: &Desk| desk.told().into_iter().find(|deed| deed.act == imported).unwrap();
    assert_eq!((deed(&desk).kind, deed(&desk).record), (DeedKind::Imported, batch));
    assert_eq!((deed(&desk).records, deed(&desk).taken_back), (4, 2));

    let ever: Vec<RecordId> = desk.book.records().map(|record| record.id).collect();
    assert_eq!(desk.book.undos_of(imported, &ever), [undo]);
    assert_eq!(desk.undo(undo).0.kept, []);
    assert_eq!((deed(&desk).taken_back, desk.book.of_kind(CUSTOMER).count()), (0, 2));
    assert_eq!(desk.book.undos_of(imported, &ever), []);
}

#[test]
fn a_customer_goes_to_the_bin_with_all_that_belongs_to_it_and_comes_back_whole() {
    let mut desk = Desk::new();
    let (customer, _) = desk.act(PERSON, |_, act| act.create(CUSTOMER, [(NAME, "甲".into())].into_iter().collect()));
    let fields = [(CUSTOMER_REF, customer.into()), (STEP, "planned".into())];
    let (case, _) = desk.act(PERSON, |_, act| act.create(CASE, fields.into_iter().collect()));
    let (document, _) = desk.file(case, "FW-1");
    let before = Stamp::new(desk.wall, u32::MAX, u64::MAX);
    let of_customer: Vec<RecordId> = desk.book.everything_of(customer).iter().map(|record| record.id).collect();
    assert_eq!(of_customer, [case, document]);
    let ((), deleted) = desk.act(PERSON, |book, act| {
        for record in book.get(customer).into_iter().chain(book.everything_of(customer)) {
            act.set(book, record.kind, record.id, DELETED, Value::Bool(true));
        }
    });
    assert!([customer, case, document].iter().all(|id| !desk.book.get(*id).unwrap().exists()));
    assert_eq!(desk.told()[0].kind, DeedKind::Deleted);
    let past = desk.book.customer_as_of(customer, before);
    assert_eq!(past.of_customer(customer, CASE).count(), 1);
    assert_eq!(desk.undo(deleted).0.kept, []);
    assert!([customer, case, document].iter().all(|id| desk.book.get(*id).unwrap().exists()));
}

#[test]
fn an_arrival_taken_back_and_brought_back_is_told_as_undone_and_redone() {
    use kehu_domain::arrival::{self, Arrival, Mode, Note, Stamps};
    let mut there = Desk::new();
    there.clock = Clock::new(2);
    let (customer, _) =
        there.act(COLLEAGUE, |_, act| act.create(CUSTOMER, [(NAME, "甲".into())].into_iter().collect()));
    let brought: Vec<_> = there.book.changes().into_iter().cloned().collect();
    let mut desk = Desk { wall: 9_000, ..Desk::new() };
    let stamps: Stamps = brought.iter().map(|change| change.stamp).collect();
    brought.into_iter().for_each(|change| assert!(desk.book.insert(change)));
    let note = Note {
        file: "备份.json".into(),
        mode: Mode::Everything,
        workspace: "w".into(),
        changes: 1,
        records: 1,
        customers: 1,
        clashes: 0,
    };
    let (record, arrived) = desk.act(PERSON, |_, act| note.write(&stamps, act));
    let (undone, undo) = desk.act(PERSON, |book, act| arrival::undo(book, record, act));
    assert_eq!(undone.restored, [customer]);
    let find = |desk: &Desk, act: Stamp| desk.told().into_iter().find(|deed| deed.act == act).unwrap();
    assert!(find(&desk, arrived).is_undone());
    assert_eq!((find(&desk, undo).kind, find(&desk, undo).undoes), (DeedKind::Undone, Some(arrived)));
    let (_, redo) = desk.act(PERSON, |book, act| arrival::redo(book, record, act));
    assert!(!find(&desk, arrived).is_undone());
    assert!(find(&desk, undo).is_undone());
    assert_eq!((find(&desk, redo).kind, find(&desk, redo).record), (DeedKind::Redone, record));
    assert_eq!(arrival::of_act(&desk.book, redo).map(|arrival: Arrival| arrival.record), Some(record));
    assert!(desk.book.get(customer).unwrap().exists());
}
