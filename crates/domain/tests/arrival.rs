//! The laws of arrivals and hand-overs, as property tests: counts add up, nothing is lost, all of it can be taken back.
#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::{BTreeMap, BTreeSet};

use kehu_domain::arrival::{self, Chosen, Inside, Mode, Note, Scope, Stamps, State, Turning};
use kehu_domain::belonging::{Lead, leads, owner};
use kehu_domain::book::{Book, Undone};
use kehu_domain::change::{Act, Change};
use kehu_domain::key::Key;
use kehu_domain::snapshot::Extent;
use kehu_domain::stamp::{Clock, RecordId, Stamp};
use kehu_domain::value::Value;
use kehu_domain::{kind, packet, snapshot};
use proptest::prelude::*;

const WALL: u64 = 1_000;
const PERSON: RecordId = RecordId::fixed(50);
const PICTURE: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

/// Three customers with what may belong to any of them, and some that belongs to none.
const RECORDS: [(u32, Key); 12] = [
    (2, kind::SETTINGS),
    (10, kind::CUSTOMER),
    (11, kind::CUSTOMER),
    (12, kind::CUSTOMER),
    (20, kind::CONTACT),
    (21, kind::CONTACT),
    (30, kind::CASE),
    (31, kind::CASE),
    (40, kind::DOCUMENT),
    (41, kind::DOCUMENT),
    (50, kind::STAFF),
    (60, kind::ATTACHMENT),
];

/// One field of one record, set to one of a few contents.
fn content(place: usize, field: usize, value: u32) -> (Key, Key, Value) {
    let (_, kind) = RECORDS[place];
    let customer = || Value::from(RecordId::fixed(10 + value % 3));
    let (key, value) = match (kind.as_str(), field) {
        ("contact" | "case", 0) => (kind::CUSTOMER_REF, customer()),
        ("document", 0) => (kind::CASE_REF, RecordId::fixed(30 + value % 2).into()),
        ("document", 1) => (Key::of("photo"), Value::List(vec![PICTURE.into()])),
        ("attachment", 0) => (kind::SHA256, PICTURE.into()),
        ("customer", 1) => (kind::OWNER, RecordId::fixed(50).into()),
        ("customer", 2) => (Key::of("referred_by"), customer()),
        _ if value == 0 => (kind::NAME, Value::Null),
        _ if field == 3 => (kind::REMARK, i64::from(value).into()),
        _ => (kind::NAME, i64::from(value).into()),
    };
    (kind, key, value)
}

#[derive(Clone, Debug)]
enum Step {
    Set { device: usize, place: usize, field: usize, value: u32, wall: u64 },
    Exchange { from: usize, to: usize },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let set = (0..2usize, 0..RECORDS.len(), 0..4usize, 0..4u32, 0..50u64)
        .prop_map(|(device, place, field, value, wall)| Step::Set { device, place, field, value, wall });
    let exchange = (0..2usize, 0..2usize).prop_map(|(from, to)| Step::Exchange { from, to });
    prop::collection::vec(prop_oneof![8 => set, 1 => exchange], 0..60)
}

/// What two people hold after the steps.
fn two(steps: &[Step]) -> (Book, Book) {
    let mut devices: Vec<(Book, Clock)> = (0..2).map(|node| (Book::new(), Clock::new(node))).collect();
    for step in steps {
        match *step {
            Step::Set { device, place, field, value, wall } => {
                let (book, clock) = &mut devices[device];
                let (kind, key, value) = content(place, field, value);
                let mut act = Act::begin(clock, wall, PERSON);
                act.set(book, kind, RecordId::fixed(RECORDS[place].0), key, value);
                apply(book, act.finish());
            }
            Step::Exchange { from, to } => {
                let sent = changes(&devices[from].0);
                let (book, clock) = &mut devices[to];
                sent.iter().for_each(|change| clock.observe(change.stamp, WALL).unwrap());
                book.merge(sent, WALL);
            }
        }
    }
    let mut books = devices.into_iter().map(|(book, _)| book);
    (books.next().unwrap(), books.next().unwrap())
}

fn changes(book: &Book) -> Vec<Change> {
    book.changes().into_iter().cloned().collect()
}

fn apply(book: &mut Book, changes: Vec<Change>) {
    changes.into_iter().for_each(|change| _ = book.insert(change));
}

fn bytes(book: &Book) -> Vec<u8> {
    snapshot::write("w", &book.changes())
}

/// What people see: every record with its fields, without those that hold nothing and the notes of what came in.
fn contents(book: &Book) -> BTreeMap<RecordId, Vec<(Key, Value)>> {
    let fields = |record: &kehu_domain::book::Record| -> Vec<(Key, Value)> {
        record.fields().into_iter().map(|(key, value)| (key, value.clone())).collect()
    };
    let records = book.records().filter(|record| record.kind != kind::ARRIVAL);
    records.map(|record| (record.id, fields(record))).filter(|(_, fields)| !fields.is_empty()).collect()
}

/// The fields that clash, with the contents that do.
fn clashes(book: &Book) -> Vec<(RecordId, Key, BTreeSet<Value>)> {
    let sides = |clash: &kehu_domain::book::Clash| clash.sides.iter().map(|side| side.1.clone()).collect();
    book.clashes().iter().map(|clash| (clash.record, clash.field, sides(clash))).collect()
}

/// Brings changes in, as the app does: they and the note of them in one go.
fn bring_in(book: &mut Book, clock: &mut Clock, fresh: Vec<Change>, back_to: Option<&Inside>) -> RecordId {
    fresh.iter().for_each(|change| clock.observe(change.stamp, WALL).unwrap());
    let stamps: Stamps = fresh.iter().map(|change| change.stamp).collect();
    apply(book, fresh);
    let mut act = Act::begin(clock, WALL, PERSON);
    let note = Note {
        file: "a.json".into(),
        mode: if back_to.is_some() { Mode::GoneBack } else { Mode::Everything },
        workspace: "w".into(),
        changes: 0,
        records: 0,
        customers: 0,
        clashes: 0,
    };
    let record = note.write(&stamps, &mut act);
    if let Some(inside) = back_to {
        arrival::go_back(book, inside, Scope::Whole, &mut act);
    }
    let made = act.finish();
    apply(book, made);
    record
}

fn acted(book: &mut Book, clock: &mut Clock, build: impl FnOnce(&Book, &mut Act<'_>) -> Undone) -> Undone {
    let mut act = Act::begin(clock, WALL, PERSON);
    let undone = build(book, &mut act);
    let made = act.finish();
    apply(book, made);
    undone
}

fn clock(book: &Book) -> Clock {
    let mut clock = Clock::new(9);
    clock.observe(book.newest(), WALL).unwrap();
    clock
}

/// The customers a record names, or belongs to, that are not among these.
fn strangers(book: &Book, customers: &BTreeSet<RecordId>, id: RecordId) -> bool {
    let owner = owner(book, book.get(id).unwrap());
    owner.is_some_and(|owner| !customers.contains(&owner))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn the_counts_of_a_file_add_up(steps in steps(), is_part in any::<bool>()) {
        let (here, there) = two(&steps);
        let inside = Inside::of(&here, changes(&there), WALL, if is_part { Scope::Part } else { Scope::Whole });
        let preview = here.preview(changes(&there), WALL);
        prop_assert_eq!((inside.new_changes, inside.known()), (preview.new.len(), preview.known));
        let groups: usize = inside.groups.iter().map(|group| group.tally.total()).sum();
        prop_assert_eq!(groups, inside.tally.total());
        for state in State::ALL {
            let of_groups: usize = inside.groups.iter().map(|group| group.tally.of(state)).sum();
            prop_assert_eq!(of_groups, inside.tally.of(state));
        }
        let only_here = here.records().filter(|record| record.exists() && there.get(record.id).is_none()).count();
        let missing = if is_part { 0 } else { only_here };
        prop_assert_eq!(inside.tally.of(State::Missing), missing);
        prop_assert_eq!(inside.tally.total(), there.records().count() + missing);
        let fresh: usize = inside.groups.iter().map(|group| group.new_changes).sum();
        prop_assert_eq!(fresh, inside.new_changes);
    }

    #[test]
    fn what_a_field_will_hold_is_foretold(steps in steps()) {
        let (here, there) = two(&steps);
        let inside = Inside::of(&here, changes(&there), WALL, Scope::Whole);
        let mut united = here.clone();
        united.merge(changes(&there), WALL);
        for group in &inside.groups {
            for (id, state) in &group.records {
                let rows = inside.rows(&here, *id);
                for row in &rows {
                    let after = united.get(*id).unwrap().get(row.field);
                    match row.state {
                        State::New | State::Changed => prop_assert_eq!(after, &row.there.value),
                        State::Older | State::Missing => prop_assert_eq!(after, &row.here.value),
                        State::Clashing => prop_assert!(*after == row.here.value || *after == row.there.value),
                        State::Same => prop_assert!(false, "what is the same is not listed"),
                    }
                }
                let has = |state| rows.iter().any(|row| row.state == state);
                prop_assert_eq!(*state == State::Clashing, has(State::Clashing));
            }
        }
    }

    #[test]
    fn all_of_a_file_is_what_a_merge_brings_in_whatever_order(steps in steps(), turn in any::<prop::sample::Index>()) {
        let (here, there) = two(&steps);
        let mut file = changes(&there);
        let mut merged = here.clone();
        merged.merge(file.clone(), WALL);
        if !file.is_empty() {
            let at = turn.index(file.len());
            file.rotate_left(at);
            file.push(file[at].clone());
        }
        let inside = Inside::of(&here, file, WALL, Scope::Whole);
        let mut all = here.clone();
        apply(&mut all, inside.changes_of(&here, &inside.everything()));
        prop_assert_eq!(bytes(&all), bytes(&merged));
    }

    #[test]
    fn an_arrival_taken_back_in_steps_is_the_same_as_at_once(steps in steps(), later in steps(), count in 1..5usize) {
        let (mut here, there) = two(&steps);
        let mut clock = clock(&here);
        let inside = Inside::of(&here, changes(&there), WALL, Scope::Whole);
        let fresh = inside.changes_of(&here, &inside.everything());
        let record = bring_in(&mut here, &mut clock, fresh, None);
        // Some of it was edited since.
        here.merge(changes(&two(&later).1), WALL);
        _ = clock.observe(here.newest(), WALL);
        for is_redo in [false, true] {
            let begin = || if is_redo { Turning::redo(&here, record) } else { Turning::undo(&here, record) };
            let (mut whole_clock, mut slow_clock) = (clock.clone(), clock.clone());
            let mut whole = Act::begin(&mut whole_clock, WALL, PERSON);
            let all = if is_redo { arrival::redo(&here, record, &mut whole) } else { arrival::undo(&here, record, &mut whole) };
            let mut slow = Act::begin(&mut slow_clock, WALL, PERSON);
            let mut turning = begin().unwrap();
            let total = turning.progress().1;
            let mut told = 0;
            while turning.step(&here, count, &mut slow) {
                told += count;
                prop_assert_eq!(turning.progress(), (told, total));
            }
            prop_assert_eq!(turning.progress(), (total, total));
            prop_assert_eq!(turning.finish(&here, &mut slow), all);
            let made = whole.finish();
            prop_assert_eq!(&slow.finish(), &made);
            apply(&mut here, made);
            _ = clock.observe(here.newest(), WALL);
        }
        prop_assert!(Turning::redo(&here, record).is_none());
    }

    #[test]
    fn a_choice_and_then_the_rest_is_everything(
        steps in steps(),
        customers in prop::collection::btree_set(prop::option::of(10..13u32), 0..4),
        records in prop::collection::btree_set(0..RECORDS.len(), 0..3),
    ) {
        let (here, there) = two(&steps);
        let inside = Inside::of(&here, changes(&there), WALL, Scope::Whole);
        let chosen = Chosen {
            customers: customers.iter().map(|number| number.map(RecordId::fixed)).collect(),
            records: records.iter().map(|place| RecordId::fixed(RECORDS[*place].0)).collect(),
        };
        let taken = inside.closed(&here, &chosen);
        let mut some = here.clone();
        apply(&mut some, inside.changes_of(&here, &taken));

        // What was chosen is whole, and everything it names that the file has is here.
        for id in &taken {
            prop_assert!(there.get(*id).unwrap().changes().iter().all(|change| some.contains(change)));
            leads(there.get(*id).unwrap(), &mut |lead| {
                if let Lead::Record(named) = lead {
                    assert!(some.get(named).is_some() || there.get(named).is_none(), "{named} is named and left behind");
                }
            });
        }
        for group in inside.groups.iter().filter(|group| chosen.customers.contains(&group.customer)) {
            prop_assert!(group.records.iter().all(|(id, _)| taken.contains(id) || there.get(*id).is_none()));
        }

        let rest = Inside::of(&some, changes(&there), WALL, Scope::Whole);
        apply(&mut some, rest.changes_of(&here, &rest.everything()));
        let mut merged = here.clone();
        merged.merge(changes(&there), WALL);
        prop_assert_eq!(bytes(&some), bytes(&merged));
    }

    #[test]
    fn an_arrival_is_taken_back_and_brought_back(steps in steps()) {
        let (mut here, there) = two(&steps);
        let before = (contents(&here), clashes(&here));
        let inside = Inside::of(&here, changes(&there), WALL, Scope::Whole);
        let mut clock = clock(&here);
        let fresh = inside.changes_of(&here, &inside.everything());
        let record = bring_in(&mut here, &mut clock, fresh, None);
        let after = (contents(&here), clashes(&here));

        let undone = acted(&mut here, &mut clock, |book, act| arrival::undo(book, record, act));
        prop_assert!(undone.kept.is_empty(), "{:?}", undone);
        prop_assert_eq!(&(contents(&here), clashes(&here)), &before);
        prop_assert!(arrival::arrivals(&here)[0].undone_by.is_some());
        let redone = acted(&mut here, &mut clock, |book, act| arrival::redo(book, record, act));
        prop_assert!(redone.kept.is_empty());
        prop_assert_eq!((contents(&here), clashes(&here)), after);
        prop_assert_eq!(arrival::arrivals(&here)[0].undone_by, None);
        acted(&mut here, &mut clock, |book, act| arrival::undo(book, record, act));
        prop_assert_eq!((contents(&here), clashes(&here)), before);
    }

    #[test]
    fn taking_back_a_choice_leaves_what_a_later_file_brought(
        steps in steps(),
        records in prop::collection::btree_set(0..RECORDS.len(), 1..6),
    ) {
        let (mut here, there) = two(&steps);
        let inside = Inside::of(&here, changes(&there), WALL, Scope::Whole);
        let mut clock = clock(&here);
        // Single changes, so that the second file brings changes of the same acts and within the runs of the first.
        let fresh = inside.changes_of(&here, &inside.everything());
        let (first, second): (Vec<_>, Vec<_>) =
            fresh.into_iter().enumerate().partition(|(place, _)| records.contains(&(place % RECORDS.len())));
        let (first, second): (Vec<Change>, Vec<Change>) =
            (first.into_iter().map(|(_, c)| c).collect(), second.into_iter().map(|(_, c)| c).collect());
        let mut only_second = here.clone();
        apply(&mut only_second, second.clone());
        let record = bring_in(&mut here, &mut clock, first, None);
        bring_in(&mut here, &mut clock, second, None);
        let undone = acted(&mut here, &mut clock, |book, act| arrival::undo(book, record, act));
        let (now, want) = (contents(&here), contents(&only_second));
        for (id, _) in RECORDS {
            let id = RecordId::fixed(id);
            if !undone.kept.contains(&id) {
                prop_assert_eq!(now.get(&id), want.get(&id));
            }
        }
    }

    #[test]
    fn going_back_makes_the_workspace_as_it_was_and_is_taken_back_as_one(steps in steps()) {
        let (mut here, there) = two(&steps);
        let before = contents(&here);
        let inside = Inside::of(&here, changes(&there), WALL, Scope::Whole);
        let mut clock = clock(&here);
        let fresh = inside.changes_of(&here, &inside.everything());
        let record = bring_in(&mut here, &mut clock, fresh, Some(&inside));
        for (id, _) in RECORDS {
            let id = RecordId::fixed(id);
            match there.get(id) {
                Some(then) => prop_assert_eq!(here.get(id).unwrap().fields(), then.fields()),
                None => prop_assert!(!here.get(id).is_some_and(kehu_domain::book::Record::exists)),
            }
        }
        let after = contents(&here);
        let undone = acted(&mut here, &mut clock, |book, act| arrival::undo(book, record, act));
        prop_assert!(undone.kept.is_empty(), "{:?}", undone);
        prop_assert_eq!(contents(&here), before);
        acted(&mut here, &mut clock, |book, act| arrival::redo(book, record, act));
        prop_assert_eq!(contents(&here), after);
    }

    #[test]
    fn a_packet_holds_its_customers_and_nothing_of_another(
        steps in steps(),
        customers in prop::collection::btree_set(10..13u32, 1..3),
    ) {
        let (book, _) = two(&steps);
        let customers: BTreeSet<RecordId> = customers.into_iter().map(RecordId::fixed).collect();
        let records = packet::records(&book, &customers);
        for id in &records {
            prop_assert!(!strangers(&book, &customers, *id));
            leads(book.get(*id).unwrap(), &mut |lead| {
                let Lead::Record(named) = lead else { return };
                let may_stay = book.get(named).is_none_or(|record| {
                    strangers(&book, &customers, named) || [kind::CASE, kind::DOCUMENT].contains(&record.kind)
                });
                assert!(records.contains(&named) || may_stay, "{named} is named and left behind");
            });
        }
        for record in book.records() {
            let owner = owner(&book, record);
            prop_assert_eq!(owner.is_some_and(|owner| customers.contains(&owner)), owner.is_some() && records.contains(&record.id));
        }
        let has_picture = |id: &RecordId| book.get(*id).unwrap().get(Key::of("photo")) != Value::NULL;
        if records.iter().any(has_picture) && book.get(RecordId::fixed(60)).is_some_and(|r| r.text(kind::SHA256) == PICTURE) {
            prop_assert!(records.contains(&RecordId::fixed(60)));
        }
    }

    #[test]
    fn a_packet_goes_there_and_back(steps in steps(), edits in prop::collection::vec((0..RECORDS.len(), 0..4usize, 0..4u32), 0..8)) {
        let (mut mine, _) = two(&steps);
        let customers = BTreeSet::from([RecordId::fixed(10)]);
        let mut my_clock = clock(&mine);
        let note = give(&mut mine, &mut my_clock, &customers);
        let file: Vec<Change> = packet::packet(&mine, &note).into_iter().cloned().collect();
        let mut theirs = Book::new();
        theirs.merge(file.clone(), WALL);
        prop_assert_eq!(packet::Note::of_file(&theirs), Some(note));

        let mut their_clock = Clock::new(8);
        their_clock.observe(theirs.newest(), WALL).unwrap();
        for (place, field, value) in edits {
            let id = RecordId::fixed(RECORDS[place].0);
            if theirs.get(id).is_none() || field == 0 {
                continue;
            }
            let (kind, key, value) = content(place, field, value);
            let mut act = Act::begin(&mut their_clock, WALL, PERSON);
            act.set(&theirs, kind, id, key, value);
            apply(&mut theirs, act.finish());
        }
        let back = give(&mut theirs, &mut their_clock, &customers);
        let sent: Vec<Change> = packet::packet(&theirs, &back).into_iter().cloned().collect();
        mine.merge(sent, WALL);
        // Nobody else worked on it meanwhile: nothing clashes, and what they did is here.
        prop_assert_eq!(contents(&mine).into_iter().filter(|(id, _)| theirs.get(*id).is_some()).collect::<BTreeMap<_, _>>(),
            contents(&theirs));
    }
}

fn give(book: &mut Book, clock: &mut Clock, customers: &BTreeSet<RecordId>) -> packet::Note {
    let mut act = Act::begin(clock, WALL, PERSON);
    let record = packet::write_down(book, customers, None, "back on Friday", &mut act);
    let made = act.finish();
    apply(book, made);
    packet::Note::of(book.get(record).unwrap()).unwrap()
}

#[test]
fn what_was_edited_since_is_left_alone_and_listed() {
    let (mut theirs, mut here) = (Book::new(), Book::new());
    let mut clock = Clock::new(1);
    let mut act = Act::begin(&mut clock, 1, PERSON);
    let ids: Vec<RecordId> = ["Anna", "Boris", "Clara"]
        .into_iter()
        .map(|name| act.create(kind::CUSTOMER, [(kind::NAME, name.into())].into_iter().collect()))
        .collect();
    apply(&mut theirs, act.finish());
    let inside = Inside::of(&here, changes(&theirs), WALL, Scope::Whole);
    assert_eq!(inside.tally.of(State::New), 3);
    let mut own = Clock::new(2);
    let fresh = inside.changes_of(&here, &inside.everything());
    let record = bring_in(&mut here, &mut own, fresh, None);
    let mut act = Act::begin(&mut own, WALL, PERSON);
    act.set(&here, kind::CUSTOMER, ids[1], kind::REMARK, "call on Monday".into());
    let made = act.finish();
    apply(&mut here, made);

    let undone = acted(&mut here, &mut own, |book, act| arrival::undo(book, record, act));
    assert_eq!(undone.kept, [ids[1]]);
    assert_eq!(here.of_kind(kind::CUSTOMER).map(|record| record.id).collect::<Vec<_>>(), [ids[1]]);
    // A second time there is nothing to take back.
    assert_eq!(acted(&mut here, &mut own, |book, act| arrival::undo(book, record, act)), Undone::default());
}

#[test]
fn a_whole_backup_is_no_packet_although_it_has_notes_of_some() {
    let mut book = Book::new();
    let mut clock = Clock::new(1);
    let mut act = Act::begin(&mut clock, 1, PERSON);
    let ids: Vec<RecordId> =
        (0..2).map(|n: i64| act.create(kind::CUSTOMER, [(kind::NAME, n.into())].into_iter().collect())).collect();
    apply(&mut book, act.finish());
    let note = give(&mut book, &mut clock, &BTreeSet::from([ids[0]]));
    assert_eq!(packet::Note::of_file(&book), None);
    assert_eq!(Scope::of(&book, Extent::Whole), Scope::Whole);
    assert_eq!(Scope::of(&book, Extent::WithoutAttachments), Scope::WithoutAttachments);
    assert_eq!(packet::notes(&book), [note]);
}

#[test]
fn a_backup_of_a_workspace_that_began_with_a_packet_is_a_part_until_a_whole_one_comes_in() {
    let (mut main, mut clock) = (Book::new(), Clock::new(1));
    let mut act = Act::begin(&mut clock, 1, PERSON);
    let ids: Vec<RecordId> =
        (0..3).map(|n: i64| act.create(kind::CUSTOMER, [(kind::NAME, n.into())].into_iter().collect())).collect();
    apply(&mut main, act.finish());
    let before = changes(&main);
    let packet_of = |book: &mut Book, clock: &mut Clock, ids: &[RecordId]| -> Vec<Change> {
        let note = give(book, clock, &ids.iter().copied().collect());
        packet::packet(book, &note).into_iter().cloned().collect()
    };
    let first = packet_of(&mut main, &mut clock, &ids[..1]);
    let second = packet_of(&mut main, &mut clock, &ids[1..2]);
    let whole = changes(&main);

    // The colleague begins with one packet, works, takes in another, and hands results back.
    let (mut part, mut hers) = (Book::new(), Clock::new(2));
    for packet in [&first, &second] {
        packet.iter().for_each(|change| hers.observe(change.stamp, WALL).unwrap());
        part.merge(packet.iter().cloned(), WALL);
        let mut act = Act::begin(&mut hers, WALL, PERSON);
        packet::note_whole(&part, &mut act);
        act.create(kind::CUSTOMER, [(kind::NAME, "new".into())].into_iter().collect());
        apply(&mut part, act.finish());
        assert_eq!(Scope::of(&part, Extent::Whole), Scope::Part);
    }
    let results = packet_of(&mut part, &mut hers, &ids[..1]);
    assert_eq!(Scope::of(&part, Extent::Whole), Scope::Part, "giving results back does not make it whole");
    let inside = Inside::of(&main, changes(&part), WALL, Scope::of(&part, Extent::Whole));
    assert_eq!(inside.tally.of(State::Missing), 0);

    // What comes back does not make a part of the main device, not even of a copy that never gave anything away itself.
    let mut copy = Book::new();
    copy.merge(before, WALL);
    let mut act = Act::begin(&mut hers, WALL, PERSON);
    packet::note_whole(&copy, &mut act);
    apply(&mut copy, act.finish());
    for book in [&mut main, &mut copy] {
        book.merge(results.iter().cloned(), WALL);
        assert_eq!(Scope::of(book, Extent::Whole), Scope::Whole);
    }

    // A choice of a whole backup leaves a part a part; all of it makes it whole.
    let inside = Inside::of(&part, whole, WALL, Scope::Whole);
    let chosen = Chosen { customers: BTreeSet::from([Some(ids[2]), None]), records: BTreeSet::new() };
    let mut some = part.clone();
    let fresh = inside.changes_of(&part, &inside.closed(&part, &chosen));
    apply(&mut some, fresh);
    assert!(some.get(ids[2]).is_some());
    assert_eq!(Scope::of(&some, Extent::Whole), Scope::Part);
    let fresh = inside.changes_of(&part, &inside.everything());
    apply(&mut part, fresh);
    assert_eq!(Scope::of(&part, Extent::Whole), Scope::Whole);
}

#[test]
fn a_change_from_the_far_future_is_set_aside() {
    let far = Stamp::new(kehu_domain::stamp::MAX_AHEAD_MS + WALL + 1, 0, 1);
    let set = [(kind::NAME, "later".into())].into_iter().collect();
    let change = Change {
        stamp: far,
        act: far,
        by: PERSON,
        kind: kind::CUSTOMER,
        record: RecordId::fixed(9),
        set,
        over: Default::default(),
    };
    let inside = Inside::of(&Book::new(), [change], WALL, Scope::Whole);
    assert_eq!((inside.in_file, inside.new_changes, inside.set_aside.len(), inside.tally.total()), (1, 0, 1, 0));
}
