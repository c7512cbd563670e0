//! The laws of changes, as property tests: merging is set union, undo restores, nothing is lost.
#![allow(clippy::unwrap_used, missing_docs)]

use kehu_domain::book::{Book, Obstacle, Record, SYSTEM, Undone};
use kehu_domain::change::{Act, Change, FORGOTTEN};
use kehu_domain::history::{Deed, DeedKind, Deeds};
use kehu_domain::key::Key;
use kehu_domain::snapshot;
use kehu_domain::stamp::{Clock, RecordId, Stamp};
use kehu_domain::value::Value;
use proptest::prelude::*;

const KIND: Key = Key::of("customer");
const FIELDS: [Key; 4] = [Key::of("name"), Key::of("stage"), Key::of("region"), Key::of("grade")];

/// What one device does: set a field of one of four records, at some wall time, or take in all of another device.
#[derive(Clone, Debug)]
enum Step {
    Set { device: usize, record: u32, field: usize, value: i64, wall: u64 },
    Exchange { from: usize, to: usize },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let set = (0..3usize, 1..5u32, 0..4usize, 0..5i64, 0..50u64)
        .prop_map(|(device, record, field, value, wall)| Step::Set { device, record, field, value, wall });
    let exchange = (0..3usize, 0..3usize).prop_map(|(from, to)| Step::Exchange { from, to });
    prop::collection::vec(prop_oneof![4 => set, 1 => exchange], 0..40)
}

/// The books of three devices after the steps.
fn devices(steps: &[Step]) -> Vec<Book> {
    let mut devices: Vec<(Book, Clock)> = (0..3).map(|node| (Book::new(), Clock::new(node))).collect();
    for step in steps {
        match *step {
            Step::Set { device, record, field, value, wall } => {
                let (book, clock) = &mut devices[device];
                let mut act = Act::begin(clock, wall, SYSTEM);
                let value = if value == 0 { Value::Null } else { Value::Int(value) };
                act.set(book, KIND, RecordId::fixed(record), FIELDS[field], value);
                for change in act.finish() {
                    book.insert(change);
                }
            }
            Step::Exchange { from, to } => {
                let sent: Vec<Change> = devices[from].0.changes().into_iter().cloned().collect();
                let (book, clock) = &mut devices[to];
                for change in &sent {
                    clock.observe(change.stamp, 50).unwrap();
                }
                book.merge(sent, 50);
            }
        }
    }
    devices.into_iter().map(|(book, _)| book).collect()
}

fn bytes(book: &Book) -> Vec<u8> {
    snapshot::write("w", &book.changes())
}

fn united(books: &[&Book]) -> Book {
    let mut all = Book::new();
    for book in books {
        all.merge(book.changes().into_iter().cloned(), 1_000);
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn merge_is_commutative_associative_and_idempotent(steps in steps()) {
        let books = devices(&steps);
        let (a, b, c) = (&books[0], &books[1], &books[2]);
        prop_assert_eq!(bytes(&united(&[a, b])), bytes(&united(&[b, a])));
        prop_assert_eq!(bytes(&united(&[&united(&[a, b]), c])), bytes(&united(&[a, &united(&[b, c])])));
        prop_assert_eq!(bytes(&united(&[a, a])), bytes(a));
    }

    #[test]
    fn any_delivery_order_with_duplicates_gives_the_same_bytes(
        steps in steps(),
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..120),
    ) {
        let whole = united(&devices(&steps).iter().collect::<Vec<_>>());
        let changes: Vec<Change> = whole.changes().into_iter().cloned().collect();
        let mut shuffled: Vec<Change> =
            if changes.is_empty() { vec![] } else { order.iter().map(|place| place.get(&changes).clone()).collect() };
        shuffled.extend(changes.iter().rev().cloned());
        let mut book = Book::new();
        book.merge(shuffled, 1_000);
        prop_assert_eq!(bytes(&book), bytes(&whole));
        for record in whole.records() {
            prop_assert_eq!(book.get(record.id).unwrap().fields(), record.fields());
            prop_assert_eq!(book.get(record.id).unwrap().clashes(), record.clashes());
        }
    }

    #[test]
    fn undo_of_an_act_restores_the_fields_and_redo_brings_them_back(
        steps in steps(),
        edits in prop::collection::vec((1..6u32, 0..4usize, 0..5i64), 1..6),
    ) {
        let mut book = united(&devices(&steps).iter().collect::<Vec<_>>());
        let before: Vec<_> = (1..6).map(|id| fields(&book, id)).collect();
        let mut clock = Clock::new(9);
        clock.observe(book.newest(), 1_000).unwrap();
        let mut act = Act::begin(&mut clock, 60, SYSTEM);
        for (record, field, value) in edits {
            act.set(&book, KIND, RecordId::fixed(record), FIELDS[field], Value::Int(value + 10));
        }
        let done = act.stamp().unwrap();
        apply(&mut book, act.finish());
        let after: Vec<_> = (1..6).map(|id| fields(&book, id)).collect();

        let undone = undo(&mut book, &mut clock, done);
        prop_assert_eq!((1..6).map(|id| fields(&book, id)).collect::<Vec<_>>(), before);
        undo(&mut book, &mut clock, undone);
        prop_assert_eq!((1..6).map(|id| fields(&book, id)).collect::<Vec<_>>(), after);
    }

    #[test]
    fn acts_undone_and_redone_in_any_order_leave_what_stands_and_can_all_be_redone(
        edits in prop::collection::vec(prop::collection::vec((1..4u32, 0..3usize, 0..4i64), 1..4), 1..5),
        turns in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
    ) {
        let (mut book, mut clock) = (Book::new(), Clock::new(1));
        let mut acts = Vec::new();
        for (wall, edit) in (1..).zip(&edits) {
            let mut act = Act::begin(&mut clock, wall, SYSTEM);
            for (record, field, value) in edit {
                act.note(&book, KIND, RecordId::fixed(*record), FIELDS[*field], Value::Int(*value));
            }
            acts.push(act.stamp().unwrap());
            apply(&mut book, act.finish());
        }
        let done: Vec<_> = (1..4).map(|id| fields(&book, id)).collect();
        let (mut is_done, mut turned) = (vec![true; acts.len()], Vec::new());
        for turn in turns {
            let place = turn.index(acts.len());
            if let Some(turn) = toggle(&mut book, &mut clock, acts[place], is_done[place]) {
                turned.push(turn);
                is_done[place] = !is_done[place];
                prop_assert_eq!(book.touched(|_, change| change.act == acts[place]).is_empty(), !is_done[place]);
            }
            let standing: Vec<Stamp> =
                acts.iter().zip(&is_done).filter(|(_, is_done)| **is_done).map(|(act, _)| *act).collect();
            prop_assert_eq!((1..4).map(|id| fields(&book, id)).collect::<Vec<_>>(), replayed(&book, &standing));
            prop_assert!(book.clashes().is_empty());
        }
        // Taken back themselves, the last first, the undos and redos leave everything as it was when all was done.
        while let Some(turn) = turned.pop() {
            prop_assert_eq!(undo_now(&mut book, &mut clock, &[turn]).0.kept, vec![]);
        }
        prop_assert_eq!((1..4).map(|id| fields(&book, id)).collect::<Vec<_>>(), done);
    }

    #[test]
    fn no_value_becomes_unrecoverable_by_a_merge(steps in steps()) {
        let books = devices(&steps);
        let whole = united(&books.iter().collect::<Vec<_>>());
        for change in books.iter().flat_map(Book::changes) {
            prop_assert!(whole.get(change.record).unwrap().changes().contains(change));
        }
    }

    #[test]
    fn the_file_gives_back_every_change(steps in steps()) {
        let whole = united(&devices(&steps).iter().collect::<Vec<_>>());
        let file = bytes(&whole);
        let opened = snapshot::read(&file).unwrap();
        prop_assert_eq!(opened.header.count, whole.len());
        let mut book = Book::new();
        book.merge(opened.changes, 1_000);
        prop_assert_eq!(bytes(&book), file);
    }

    #[test]
    fn a_file_cut_or_changed_anywhere_is_refused(steps in steps(), place in any::<prop::sample::Index>(), flip in 1..=255u8) {
        let file = bytes(&devices(&steps)[0]);
        let end = place.index(file.len() - 1);
        prop_assert!(snapshot::read(&file[..end]).is_err());
        let mut altered = file.clone();
        altered[end] ^= flip;
        if let Ok(opened) = snapshot::read(&altered) {
            // Only white space between the tokens may differ unnoticed.
            prop_assert_eq!(opened, snapshot::read(&file).unwrap());
        }
    }

    #[test]
    fn what_is_forgotten_stays_forgotten_whatever_comes_later(steps in steps()) {
        let whole = united(&devices(&steps).iter().collect::<Vec<_>>());
        let mut clock = Clock::new(9);
        clock.observe(whole.newest(), 1_000).unwrap();
        let mut act = Act::begin(&mut clock, 60, SYSTEM);
        act.set(&whole, KIND, RecordId::fixed(1), FORGOTTEN, Value::Bool(true));
        let marker = act.finish();
        let mut first = whole.clone();
        first.merge(marker.clone(), 1_000);
        let mut second = Book::new();
        second.merge(marker, 1_000);
        second.merge(whole.changes().into_iter().cloned(), 1_000);
        prop_assert_eq!(bytes(&first), bytes(&second));
        prop_assert_eq!(first.get(RecordId::fixed(1)).unwrap().changes().len(), 1);
    }
}

fn fields(book: &Book, record: u32) -> Vec<(Key, Value)> {
    let record = book.get(RecordId::fixed(record));
    record
        .map(|record| record.fields().into_iter().map(|(key, value)| (key, value.clone())).collect())
        .unwrap_or_default()
}

fn apply(book: &mut Book, changes: Vec<Change>) {
    for change in changes {
        assert!(book.insert(change));
    }
}

fn undo(book: &mut Book, clock: &mut Clock, act: Stamp) -> Stamp {
    let mut undo = Act::begin(clock, 60, SYSTEM);
    let undone = book.undo(act, &mut undo);
    assert!(undone.kept.is_empty(), "{undone:?}");
    let stamp = undo.stamp().unwrap_or(act);
    apply(book, undo.finish());
    stamp
}

/// Undoes or redoes an act if nothing stands in its way, as an act of its own.
fn toggle(book: &mut Book, clock: &mut Clock, act: Stamp, is_undo: bool) -> Option<Stamp> {
    let ever: Vec<RecordId> = book.records().map(|record| record.id).collect();
    let acts = if is_undo { vec![act] } else { book.undos_of(act, &ever) };
    let which = |_: &Record, change: &Change| acts.contains(&change.act);
    let touched = book.touched(which);
    if touched.is_empty() || touched.iter().any(|id| !book.obstacles(*id, which).is_empty()) {
        return None;
    }
    undo_now(book, clock, &acts).1
}

fn undo_now(book: &mut Book, clock: &mut Clock, acts: &[Stamp]) -> (Undone, Option<Stamp>) {
    let mut undo = Act::begin(clock, 60, SYSTEM);
    let undone = book.undo_where(|_, change| acts.contains(&change.act), &mut undo);
    let stamp = undo.stamp();
    apply(book, undo.finish());
    (undone, stamp)
}

/// The fields as they would be had only these acts been done.
fn replayed(book: &Book, acts: &[Stamp]) -> Vec<Vec<(Key, Value)>> {
    let mut other = Book::new();
    for change in book.changes().into_iter().filter(|change| acts.contains(&change.act)) {
        other.insert(change.clone());
    }
    (1..4).map(|id| fields(&other, id)).collect()
}

#[test]
fn edits_of_different_fields_do_not_clash_and_edits_of_one_field_do_until_settled() {
    let id = RecordId::fixed(1);
    let (mut a, mut b) = (Clock::new(1), Clock::new(2));
    let mut base = Book::new();
    let mut act = Act::begin(&mut a, 1, SYSTEM);
    act.set(&base, KIND, id, FIELDS[0], "old".into());
    apply(&mut base, act.finish());
    b.observe(base.newest(), 1).unwrap();

    let (mut mine, mut theirs) = (base.clone(), base.clone());
    let mut act = Act::begin(&mut a, 2, SYSTEM);
    act.set(&mine, KIND, id, FIELDS[0], "mine".into());
    act.set(&mine, KIND, id, FIELDS[1], "active".into());
    apply(&mut mine, act.finish());
    let mut act = Act::begin(&mut b, 3, SYSTEM);
    act.set(&theirs, KIND, id, FIELDS[0], "theirs".into());
    act.set(&theirs, KIND, id, FIELDS[2], "北京".into());
    apply(&mut theirs, act.finish());

    let mut both = united(&[&mine, &theirs]);
    let clashes = both.clashes();
    assert_eq!(clashes.len(), 1);
    assert_eq!(clashes[0].field, FIELDS[0]);
    assert_eq!(clashes[0].before, Some("old".into()));
    assert_eq!(
        clashes[0].sides.iter().map(|side| &side.1).collect::<Vec<_>>(),
        [&"theirs".into(), &Value::from("mine")]
    );
    assert_eq!(both.get(id).unwrap().text(FIELDS[1]), "active");

    let mut act = Act::begin(&mut a, 4, SYSTEM);
    act.settle(both.get(id).unwrap(), FIELDS[0], "mine".into());
    apply(&mut both, act.finish());
    assert!(both.clashes().is_empty());
    assert_eq!(both.get(id).unwrap().text(FIELDS[0]), "mine");
}

#[test]
fn a_record_edited_since_is_left_alone_by_undo() {
    let mut clock = Clock::new(1);
    let mut book = Book::new();
    let mut act = Act::begin(&mut clock, 1, SYSTEM);
    let ids: Vec<RecordId> =
        (0..3).map(|n| act.create(KIND, [(FIELDS[0], Value::Int(n))].into_iter().collect())).collect();
    let import = act.stamp().unwrap();
    apply(&mut book, act.finish());
    let mut act = Act::begin(&mut clock, 2, SYSTEM);
    act.set(&book, KIND, ids[1], FIELDS[1], "active".into());
    apply(&mut book, act.finish());

    // Being graded is no edit: a grade is worked out again from what is there.
    let mut act = Act::begin(&mut clock, 2, SYSTEM);
    act.set(&book, KIND, ids[2], kehu_domain::kind::PROPOSED_GRADE, "B".into());
    apply(&mut book, act.finish());

    let mut act = Act::begin(&mut clock, 3, SYSTEM);
    let undone = book.undo(import, &mut act);
    apply(&mut book, act.finish());
    assert_eq!((undone.restored.len(), undone.kept), (2, vec![ids[1]]));
    assert_eq!(book.of_kind(KIND).map(|record| record.id).collect::<Vec<_>>(), [ids[1]]);
}

#[test]
fn redo_leaves_alone_what_was_edited_after_the_undo_and_says_who_did() {
    let (mut book, mut clock) = (Book::new(), Clock::new(1));
    let (one, two) = (RecordId::fixed(11), RecordId::fixed(12));
    let someone = RecordId::fixed(5);
    let mut act = Act::begin(&mut clock, 1, SYSTEM);
    for id in [one, two] {
        act.set(&book, KIND, id, FIELDS[0], "before".into());
    }
    apply(&mut book, act.finish());
    let mut act = Act::begin(&mut clock, 2, SYSTEM);
    for id in [one, two] {
        act.set(&book, KIND, id, FIELDS[0], "after".into());
    }
    let edit = act.stamp().unwrap();
    apply(&mut book, act.finish());
    let undone = undo(&mut book, &mut clock, edit);
    let mut act = Act::begin(&mut clock, 70, someone);
    act.set(&book, KIND, two, FIELDS[0], "other".into());
    let at = act.stamp().unwrap();
    apply(&mut book, act.finish());

    let result = undo_now(&mut book, &mut clock, &[undone]).0;
    assert_eq!((result.restored, result.kept), (vec![one], vec![two]));
    assert_eq!(book.get(one).unwrap().text(FIELDS[0]), "after");
    assert_eq!(book.get(two).unwrap().text(FIELDS[0]), "other");
    let reason = Obstacle::Edited { field: FIELDS[0], by: someone, at };
    assert_eq!(book.obstacles(two, |_, change| change.act == undone), [reason]);
    let kinds: Vec<(DeedKind, u32, u32)> =
        told(&book).iter().map(|deed| (deed.kind, deed.records, deed.taken_back)).collect();
    assert_eq!(
        kinds,
        [
            (DeedKind::Redone, 1, 0),
            (DeedKind::Edited, 1, 0),
            (DeedKind::Undone, 2, 1),
            (DeedKind::Edited, 2, 1),
            (DeedKind::Made, 2, 0)
        ]
    );
}

#[test]
fn an_undone_settlement_lets_the_clash_come_back() {
    let id = RecordId::fixed(1);
    let (mut a, mut b) = (Clock::new(1), Clock::new(2));
    let (mut mine, mut theirs) = (Book::new(), Book::new());
    for (book, clock, name) in [(&mut mine, &mut a, "mine"), (&mut theirs, &mut b, "theirs")] {
        let mut act = Act::begin(clock, 1, SYSTEM);
        act.set(book, KIND, id, FIELDS[0], name.into());
        apply(book, act.finish());
    }
    let mut both = united(&[&mine, &theirs]);
    a.observe(both.newest(), 1).unwrap();
    let mut act = Act::begin(&mut a, 2, SYSTEM);
    act.settle(both.get(id).unwrap(), FIELDS[0], "mine".into());
    let settled = act.stamp().unwrap();
    apply(&mut both, act.finish());
    assert!(both.clashes().is_empty());
    let undone = undo(&mut both, &mut a, settled);
    assert_eq!(both.clashes().len(), 1);
    assert_eq!(both.get(id).unwrap().text(FIELDS[0]), "theirs");
    // Whoever writes the field now has seen what the undo put back, and with it both sides.
    let mut edited = both.clone();
    let mut act = Act::begin(&mut a, 80, SYSTEM);
    act.settle(edited.get(id).unwrap(), FIELDS[0], "third".into());
    apply(&mut edited, act.finish());
    assert!(edited.clashes().is_empty());
    undo(&mut both, &mut a, undone);
    assert!(both.clashes().is_empty());
    assert_eq!(both.get(id).unwrap().text(FIELDS[0]), "mine");
}

#[test]
fn an_edit_of_what_an_undo_put_back_does_not_clash() {
    let (mut book, mut clock) = (Book::new(), Clock::new(1));
    let id = RecordId::fixed(1);
    let write = |book: &mut Book, clock: &mut Clock, text: &str| {
        let mut act = Act::begin(clock, 1, SYSTEM);
        act.set(book, KIND, id, FIELDS[0], text.into());
        let stamp = act.stamp().unwrap();
        apply(book, act.finish());
        stamp
    };
    write(&mut book, &mut clock, "first");
    let second = write(&mut book, &mut clock, "second");
    undo(&mut book, &mut clock, second);
    write(&mut book, &mut clock, "third");
    assert!(book.clashes().is_empty());
    let record = book.get(id).unwrap();
    let seen: Vec<&str> = record.standing().iter().filter_map(|change| change.set.get(FIELDS[0])?.as_text()).collect();
    assert_eq!(seen, ["first", "third"]);
    assert_eq!(record.as_of(second).unwrap().text(FIELDS[0]), "second");
    assert_eq!(record.as_of(Stamp::ZERO), None);
}

#[test]
fn a_made_customer_stays_once_people_gave_it_orders_and_takes_the_app_s_own_with_it() {
    use kehu_domain::kind::{CASE, CUSTOMER_REF, NAME, ORDER};
    let (mut book, mut clock) = (Book::new(), Clock::new(1));
    let person = RecordId::fixed(5);
    let mut act = Act::begin(&mut clock, 1, person);
    let customer = act.create(KIND, [(NAME, "晨光".into())].into_iter().collect());
    let made = act.stamp().unwrap();
    apply(&mut book, act.finish());
    let mut act = Act::begin(&mut clock, 2, SYSTEM);
    let care = act.create(CASE, [(CUSTOMER_REF, customer.into())].into_iter().collect());
    apply(&mut book, act.finish());
    let mut act = Act::begin(&mut clock, 3, person);
    let order = act.create(ORDER, [(CUSTOMER_REF, customer.into())].into_iter().collect());
    let ordered = act.stamp().unwrap();
    apply(&mut book, act.finish());

    assert_eq!(undo_now(&mut book, &mut clock, &[made]).0.kept, [customer]);
    let reasons = book.obstacles(customer, |_, change| change.act == made);
    assert_eq!(reasons, [Obstacle::Belongings { first: order, count: 1 }]);
    undo(&mut book, &mut clock, ordered);
    let undone = undo(&mut book, &mut clock, made);
    assert!([customer, care, order].iter().all(|id| !book.get(*id).unwrap().exists()));
    undo(&mut book, &mut clock, undone);
    assert!([customer, care].iter().all(|id| book.get(*id).unwrap().exists()));
    assert!(!book.get(order).unwrap().exists());
    assert_eq!(book.ever_held(KIND, NAME).collect::<Vec<_>>(), ["晨光", "晨光"]);
}

#[test]
fn forgetting_cannot_be_undone_and_says_so() {
    let (mut book, mut clock) = (Book::new(), Clock::new(1));
    let id = RecordId::fixed(1);
    for (wall, key) in [(1, FIELDS[0]), (2, FORGOTTEN)] {
        let mut act = Act::begin(&mut clock, wall, SYSTEM);
        act.set(&book, KIND, id, key, Value::Bool(true));
        apply(&mut book, act.finish());
    }
    let deeds = told(&book);
    assert_eq!((deeds.len(), deeds[0].kind, deeds[0].can_be_undone()), (1, DeedKind::Forgotten, false));
    let act = deeds[0].act;
    assert_eq!(book.obstacles(id, |_, change| change.act == act), [Obstacle::Forgotten]);
    assert_eq!(undo_now(&mut book, &mut clock, &[act]).0.kept, [id]);
}

fn told(book: &Book) -> Vec<Deed> {
    let mut deeds = Deeds::default();
    book.records().for_each(|record| deeds.gather(record));
    deeds.latest_first()
}

#[test]
fn files_that_are_no_backup_say_what_they_are() {
    use kehu_domain::snapshot::SnapshotError::*;
    assert_eq!(snapshot::read(b" \n"), Err(Empty));
    assert_eq!(snapshot::read(b"name,phone\n"), Err(Foreign));
    assert_eq!(snapshot::read(b"{\"format\":\"other\",\"version\":1}"), Err(Foreign));
    assert_eq!(snapshot::read("[".repeat(100_000).as_bytes()), Err(Foreign));
    assert_eq!(
        snapshot::read(b"{\"format\":\"kehu-snapshot\",\"version\":2,\"cells\":[]}"),
        Err(TooNew { found: 2, known: 1 })
    );
    let file = snapshot::write("w", &[]);
    assert_eq!(snapshot::read(&file).unwrap().changes, []);
    assert_eq!(snapshot::read(&file[..file.len() / 2]), Err(Truncated));
}
