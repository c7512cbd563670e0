//! Rows and records as other programs, other devices and other versions say them: they may be odd in every way, and
//! everything that reads them has to go on.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate, TimeDelta};
use kehu_domain::arrival::{self, Chosen, Inside, Scope, State};
use kehu_domain::book::{Book, SYSTEM};
use kehu_domain::change::{Act, Change};
use kehu_domain::dictionary::Dictionary;
use kehu_domain::duplicate::{Index, Profile, Sweep};
use kehu_domain::export;
use kehu_domain::form::number;
use kehu_domain::history::Deeds;
use kehu_domain::import::{
    BadCell, Blanks, Importer, List, MatchBy, Opening, Options, Outcome, Proposal, Remembered, Target, Use, Writes,
    guess_kind,
};
use kehu_domain::key::Key;
use kehu_domain::kind::{self, CUSTOMER};
use kehu_domain::packet;
use kehu_domain::roster::{DueContact, Rhythm, Roster, Tier};
use kehu_domain::score::template::{in_force, is_usable, next_number, versions};
use kehu_domain::score::{Model, Template};
use kehu_domain::stamp::{Clock, RecordId};
use kehu_domain::telling::Telling;
use kehu_domain::text::Lang;
use kehu_domain::value::Value;
use kehu_domain::{merger, snapshot};
use kehu_fuzz::fuzz;

const WALL: u64 = 1_780_000_000_000;

/// How many records an input may make: everything is done to each of them.
const MOST_RECORDS: usize = 60;

// ---- rows ------------------------------------------------------------------------------------------------------

/// A file of rows, imported to the end; its first byte chooses the rules.
#[test]
fn imported_rows() {
    let dictionary = Arc::new(Dictionary::built_in().clone());
    fuzz("rows", |bytes| {
        let Some((choice, bytes)) = bytes.split_first() else { return };
        let Ok(mut table) = Opening::read(bytes.to_vec()) else { return };
        let kind = guess_kind(&dictionary, table.headers()).unwrap_or(CUSTOMER);
        let _ = Importer::find_header(&dictionary, kind, &mut table);
        let mut proposal = Proposal::new(&dictionary, kind, table.headers(), &[]).unwrap();
        if proposal.mapping().is_err() {
            // Whoever is asked says something: the first column is the name, and there is no other.
            let uses = proposal.columns.len();
            (1..uses).for_each(|place| proposal.choose(place, Use::Ignore));
            proposal.choose(0, Use::Field(Target { kind, field: kind::NAME }));
        }
        let Ok(mapping) = proposal.mapping() else { return };
        let mut importer = Importer::new(table, &mapping, options(*choice), dictionary.clone()).unwrap();
        let mut book = Book::new();
        if importer.dry_run(&book).is_err() {
            return;
        }
        look_through(&mut importer);
        let mut clock = Clock::new(1);
        let mut act = Act::begin(&mut clock, WALL, SYSTEM);
        while !importer.commit(&book, &mut act, 1_000).is_finished {}
        act.finish().into_iter().for_each(|change| assert!(book.insert(change)));
        // What was written is written and read again, and the rows corrected at random are judged again.
        let changes = book.changes();
        assert_eq!(snapshot::read(&snapshot::write("w", &changes)).unwrap().changes.len(), changes.len());
        let mut options = importer.options().clone();
        options.correct(2, usize::from(*choice), "改");
        options.rewrite(3, vec!["=改".to_owned(); usize::from(*choice) % 9]);
        importer.restart(options);
        importer.dry_run(&book).unwrap();
        look_through(&mut importer);
    });
}

fn options(choice: u8) -> Options {
    let mut options = Options::new("a.json", "t");
    options.bad_cells = if choice & 1 == 0 { BadCell::RefuseRow } else { BadCell::DropCell };
    options.blanks = if choice & 2 == 0 { Blanks::Keep } else { Blanks::Clear };
    options.writes = [Writes::Both, Writes::OnlyNew, Writes::OnlyKnown][usize::from(choice >> 2) % 3];
    options.match_by =
        [MatchBy::Usual, MatchBy::Code, MatchBy::Uscc, MatchBy::NameAndPhone, MatchBy::Field(kind::NAME)]
            [usize::from(choice >> 4) % 5];
    options
}

/// Counts that add up, lists that hold what they say, and a file of the refused rows.
fn look_through(importer: &mut Importer) {
    let counts = importer.counts();
    let sum = counts.new + counts.changed + counts.same + counts.refused + counts.doubles + counts.passed_over;
    assert_eq!(sum, counts.rows);
    assert_eq!(importer.reports().len(), counts.rows as usize);
    let (refused, dropped) = (importer.findings().refused.len(), importer.findings().dropped.len());
    let lists = (0..refused).map(List::Refused).chain((0..dropped).map(List::Dropped));
    for list in lists.chain([List::Doubles, List::Changed, List::PassedOver]) {
        assert!(importer.page(list, 0, 20).len() <= 20);
    }
    let is_refused = importer.reports().iter().any(|report| matches!(report.outcome, Outcome::Refused(_)));
    assert_eq!(is_refused, counts.refused > 0);
    for lang in [Lang::Zh, Lang::En] {
        assert!(importer.refused_csv(lang).starts_with("\u{feff}".as_bytes()));
    }
}

/// What a device remembers of its imports: anybody may have written into the browser's storage.
#[test]
fn remembered_imports() {
    let dictionary = Dictionary::built_in();
    fuzz("remembered", |bytes| {
        let all = Remembered::read(&String::from_utf8_lossy(bytes));
        let told = serde_json::to_string(&all).unwrap();
        assert_eq!(Remembered::read(&told), all);
        for entry in &all {
            let _ = entry.day();
            let headers: Vec<String> = entry.profile.uses.keys().cloned().collect();
            for kind in dictionary.kinds() {
                let Some(found) = Remembered::find(&all, dictionary, kind.key, &headers) else { continue };
                let profiles = std::slice::from_ref(&found.profile);
                let proposal = Proposal::new(dictionary, kind.key, &headers, profiles).unwrap();
                if let Ok(mapping) = proposal.mapping() {
                    let _ = mapping.allowed(found.rules.match_by);
                    // What is remembered names only what there is, so no column is lost.
                    let table = kehu_domain::import::Table::of_rows([headers.clone(), headers.clone()]);
                    let Ok(table) = table else { continue };
                    let mut options = Options::default();
                    options.follow(found.rules);
                    let made = Importer::new(table, &mapping, options, Arc::new(dictionary.clone()));
                    let _ = made.unwrap().dry_run(&Book::new());
                }
            }
            assert!(entry.clone().kept(all.clone()).len() <= all.len().max(1));
        }
    });
}

// ---- records ---------------------------------------------------------------------------------------------------

/// A file's records meet those that are here.
///
/// A line is `who record kind {"field": value}`; `who` is a digit for the device, and with `!` it has not seen what the
/// others wrote. `"@3"` stands for the third record. What stands above a line of `-` is here too.
#[test]
fn foreign_records() {
    fuzz("records", |bytes| {
        let (here, file) = books(&String::from_utf8_lossy(bytes));
        set_up_by(&file);
        told(&file);
        done_to(&file);
        united(&here, &file);
    });
}

/// Changes as they stand in a file, in which every detail may be forged: stamps, order, kinds that change.
#[test]
fn foreign_changes() {
    fuzz("change", |bytes| {
        let (mut here, mut there) = (Book::new(), Vec::new());
        for (place, line) in bytes.split(|byte| *byte == b'\n').take(MOST_RECORDS).enumerate() {
            let Ok(change) = serde_json::from_slice::<Change>(line) else { continue };
            if change.stamp.millis() > WALL * 2 {
                // So far ahead it is never let in, only shown.
                let inside = Inside::of(&here, [change], WALL, Scope::Whole);
                assert_eq!((inside.set_aside.len(), inside.new_changes), (1, 0));
                continue;
            }
            if place.is_multiple_of(3) {
                here.insert(change.clone());
            }
            there.push(change);
        }
        let file: Book = {
            let mut file = Book::new();
            there.iter().cloned().for_each(|change| _ = file.insert(change));
            file
        };
        set_up_by(&file);
        told(&file);
        united(&here, &file);
    });
}

/// A line that is not understood tries nothing.
#[test]
fn every_line_of_the_corpus_of_records_is_one() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/records");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = text.lines().filter(|line| *line != "---").collect();
        assert!(lines.len() < MOST_RECORDS);
        for line in lines {
            assert!(parts(line).is_some(), "{}: {line}", path.display());
        }
    }
}

fn books(text: &str) -> (Book, Book) {
    let (mut here, mut file) = (Book::new(), Book::new());
    let mut clocks: Vec<Clock> = (1..=10).map(Clock::new).collect();
    let mut is_shared = true;
    let mut count = 0_u64;
    for line in text.lines() {
        if !line.is_empty() && line.bytes().all(|byte| byte == b'-') {
            is_shared = false;
            continue;
        }
        let Some((who, record, kind, fields)) = parts(line) else { continue };
        count += 1;
        if count > MOST_RECORDS as u64 {
            break;
        }
        let (is_blind, who) = who.strip_prefix('!').map_or((false, who), |who| (true, who));
        let clock = &mut clocks[who.bytes().next().map_or(0, |byte| usize::from(byte % 10))];
        let mut act = Act::begin(clock, WALL + count * 1_000, RecordId::fixed(u32::from(count.is_multiple_of(3))));
        let unseen = Book::new();
        let seen = if is_blind { &unseen } else { &file };
        for (key, value) in fields {
            act.set(seen, kind, record, key, value);
        }
        for change in act.finish() {
            if is_shared {
                here.insert(change.clone());
            }
            file.insert(change);
        }
    }
    (here, file)
}

type Line<'l> = (&'l str, RecordId, Key, Vec<(Key, Value)>);

fn parts(line: &str) -> Option<Line<'_>> {
    let mut words = line.splitn(4, ' ');
    let (who, record, kind, fields) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let record: u32 = record.parse().ok()?;
    let Ok(Value::Map(fields)) = serde_json::from_str::<Value>(fields) else { return None };
    let fields = fields.into_iter().map(|(key, value)| (key, referring(value))).collect();
    Some((who, RecordId::fixed(record), Key::new(kind).ok()?, fields))
}

/// `@3` is the third record.
fn referring(value: Value) -> Value {
    match value {
        Value::Text(text) => match text.strip_prefix('@').and_then(|number| number.parse().ok()) {
            Some(number) => Value::from(RecordId::fixed(number)),
            None => Value::Text(text),
        },
        Value::List(items) => Value::List(items.into_iter().map(referring).collect()),
        other => other,
    }
}

/// What a workspace is set up by: its dictionary, its scorecards, its numbers.
fn set_up_by(book: &Book) {
    let dictionary = Arc::new(Dictionary::built_in().with_records(book));
    let today = NaiveDate::from_ymd_opt(2026, 6, 1).unwrap();
    for model in ["M01", "M03", "M05", "M15"].into_iter().filter_map(Model::of) {
        let shipped = Template::shipped(model).unwrap();
        let found = in_force(book, model, today, is_usable);
        assert!(found.is_none_or(|version| is_usable(book, model, version.record)));
        assert!(next_number(book, model, &shipped) > 0);
        assert!(versions(book, model).len() <= book.len());
    }
    let taken = number::taken(book);
    assert!(!taken.contains(number::draw(7, &taken).as_str()));
    for code in taken.iter().take(5) {
        let _ = number::ownership(book, code, "token");
    }
    // A file is read with what was added to the dictionary.
    for kind in dictionary.kinds() {
        let headers: Vec<&str> = kind.fields.iter().map(|field| &*field.field.label.zh).collect();
        let cells: Vec<&str> = kind.fields.iter().map(|_| "甲").collect();
        let Ok(mut table) = kehu_domain::import::Table::of_rows([headers, cells]) else { continue };
        if Importer::find_header(&dictionary, kind.key, &mut table).is_err() {
            continue;
        }
        let Some(proposal) = Proposal::new(&dictionary, kind.key, table.headers(), &[]) else { continue };
        if let Ok(mapping) = proposal.mapping() {
            let mut importer = Importer::new(table, &mapping, Options::default(), dictionary.clone()).unwrap();
            importer.dry_run(book).unwrap();
        }
    }
}

/// Everything about every record in words.
fn told(book: &Book) {
    let dictionary = Dictionary::built_in().with_records(book);
    for lang in [Lang::Zh, Lang::En] {
        let telling = Telling::new(book, &dictionary, lang);
        for record in book.records() {
            let _ = (telling.kind(record.kind), telling.name(record.id), telling.author(record.id));
            for (key, value) in record.fields() {
                let _ = (telling.label(record, key), telling.content(record, key, value));
            }
            let _ = (record.clashes(), record.standing(), record.taken_back());
        }
    }
    let mut deeds = Deeds::default();
    book.records().for_each(|record| deeds.gather(record));
    let _ = deeds.latest_first();
}

struct Monthly;

impl Rhythm for Monthly {
    fn next_contact(&self, _: Option<Tier>, last: NaiveDate) -> Option<DueContact> {
        let on = last.checked_add_signed(TimeDelta::days(30))?;
        Some(DueContact { interval: 30, on, overdue_from: on }).filter(|due| due.on.year() < 9_999)
    }
}

/// What people do with records: lists, doubles, hand-over, undo.
fn done_to(book: &Book) {
    let today = NaiveDate::from_ymd_opt(2026, 6, 1).unwrap();
    assert_eq!(Roster::new(book, today, &Monthly).lines().len(), book.of_kind(CUSTOMER).count());
    let mut index = Index::new();
    book.of_kind(CUSTOMER).for_each(|customer| index.put(book, customer.id));
    for customer in book.of_kind(CUSTOMER) {
        let _ = index.likely(book, &Profile::of(book, customer), Some(customer.id));
    }
    let mut sweep = Sweep::begin(book, &mut index);
    while sweep.step(book, &index, 100) {}
    for pair in sweep.finish() {
        assert_ne!(pair.one, pair.other);
    }
    let _ = (export::exports(book), packet::notes(book), arrival::arrivals(book), packet::Note::of_file(book));
    let customers: BTreeSet<RecordId> = book.of_kind(CUSTOMER).map(|customer| customer.id).take(3).collect();
    assert!(packet::records(book, &customers).is_superset(&customers));
    for customer in &customers {
        let _ = (merger::late(book, *customer), merger::of_survivor(book, *customer).len());
        assert_eq!(book.survivor(book.survivor(*customer)), book.survivor(*customer));
        let losers: Vec<RecordId> = customers.iter().filter(|other| *other != customer).copied().collect();
        if let Some(plan) = merger::Plan::new(book, *customer, &losers) {
            acted(book, |book, act| _ = plan.carry_out(book, act));
        }
    }
    let acts: BTreeSet<_> = book.changes().into_iter().map(|change| change.act).collect();
    for stamp in acts.into_iter().take(6) {
        acted(book, |book, act| drop(book.undo(stamp, act)));
    }
    for arrived in arrival::arrivals(book) {
        acted(book, |book, act| drop(arrival::undo(book, arrived.record, act)));
        acted(book, |book, act| drop(arrival::redo(book, arrived.record, act)));
    }
}

/// Does something to a copy; its changes must be ones a file can hold.
fn acted(book: &Book, work: impl FnOnce(&Book, &mut Act<'_>)) {
    let mut clock = Clock::new(99);
    let _ = clock.observe(book.newest(), WALL);
    let mut act = Act::begin(&mut clock, WALL, SYSTEM);
    work(book, &mut act);
    let mut after = book.clone();
    act.finish().into_iter().for_each(|change| _ = after.insert(change));
    let changes = after.changes();
    assert_eq!(snapshot::read(&snapshot::write("w", &changes)).unwrap().changes.len(), changes.len());
}

/// The file is looked into, and brought in: in any way the counts add up, and both orders give the same.
fn united(here: &Book, file: &Book) {
    let changes = || file.changes().into_iter().cloned();
    for scope in [Scope::Whole, Scope::WithoutAttachments, Scope::Part] {
        let inside = Inside::of(here, changes(), WALL * 2, scope);
        let counted: usize = State::ALL.iter().map(|state| inside.tally.of(*state)).sum();
        assert_eq!(counted, inside.tally.total());
        assert_eq!(inside.groups.iter().map(|group| group.tally.total()).sum::<usize>(), counted);
        let dictionary = Dictionary::built_in().with_records(here);
        let telling = Telling::of_file(here, inside.there(), &dictionary, Lang::Zh);
        for (id, _) in inside.groups.iter().flat_map(|group| &group.records) {
            let _ = (telling.name(*id), inside.rows(here, *id));
        }
        let customers = inside.groups.iter().map(|group| group.customer).take(2).collect();
        let chosen = Chosen { customers, records: BTreeSet::new() };
        let closed = inside.closed(here, &chosen);
        let _ = inside.changes_of(here, &closed);
        let mut all = here.clone();
        inside.changes_of(here, &inside.everything()).into_iter().for_each(|change| _ = all.insert(change));
        acted(&all, |book, act| _ = arrival::go_back(book, &inside, scope, act));
    }
    let (mut one, mut other) = (here.clone(), file.clone());
    let ours: Vec<Change> = here.changes().into_iter().cloned().collect();
    one.merge(changes(), WALL * 2);
    other.merge(ours, WALL * 2);
    assert_eq!(one.changes(), other.changes());
}

// ---- messages --------------------------------------------------------------------------------------------------

/// What a page and its worker say to each other: each may be of another release than the other.
#[test]
fn errands() {
    use kehu_ledger::errand::{Ask, BackupWritten, Failure, Restored, Step};
    use kehu_ledger::import::{Checked, Seen};
    fn heard<T: serde::de::DeserializeOwned + serde::Serialize + PartialEq + std::fmt::Debug>(line: &str) {
        if let Ok(message) = serde_json::from_str::<T>(line) {
            let told = serde_json::to_string(&message).unwrap();
            assert_eq!(serde_json::from_str::<T>(&told).unwrap(), message);
        }
    }
    fuzz("errand", |bytes| {
        for line in String::from_utf8_lossy(bytes).lines() {
            heard::<Ask>(line);
            heard::<Step>(line);
            heard::<Failure>(line);
            heard::<BackupWritten>(line);
            heard::<Restored>(line);
            heard::<Seen>(line);
            heard::<Checked>(line);
        }
    });
}
