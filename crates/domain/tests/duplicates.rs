//! Likely doubles in a file of 5,099 customers with 99 planted ones, and the reasons for them.
#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::BTreeMap;
use std::sync::Arc;

use kehu_domain::book::{Book, SYSTEM};
use kehu_domain::change::{Act, Cells, DELETED};
use kehu_domain::dictionary::Dictionary;
use kehu_domain::duplicate::*;
use kehu_domain::import::{BadCell, Decision, Decisions, Importer, Opening, Options, Proposal};
use kehu_domain::kind::{self, CONTACT, CUSTOMER};
use kehu_domain::stamp::{Clock, RecordId};
use kehu_domain::value::Value;

/// Code, name, credit code, contact and mobile of 5,099 customers; those from KH05001 on were planted as doubles.
const FILE: &[u8] = include_bytes!("data/customers-doubles.csv");

struct Desk {
    book: Book,
    clock: Clock,
    wall: u64,
}

impl Desk {
    fn new() -> Self {
        Self { book: Book::new(), clock: Clock::new(1), wall: 1_000 }
    }

    fn act<T>(&mut self, build: impl FnOnce(&Book, &mut Act<'_>) -> T) -> T {
        self.wall += 1_000;
        let mut act = Act::begin(&mut self.clock, self.wall, SYSTEM);
        let made = build(&self.book, &mut act);
        for change in act.finish() {
            self.book.insert(change);
        }
        made
    }

    fn add(&mut self, name: &str, uscc: &str, mobile: &str) -> RecordId {
        let cells: Cells<Value> = [(kind::NAME, name.into()), (kind::USCC, uscc.into())].into_iter().collect();
        let (name, mobile) = (name.to_owned(), mobile.to_owned());
        self.act(|_, act| {
            let customer = act.create(CUSTOMER, cells);
            if !mobile.is_empty() {
                let cells =
                    [(kind::CUSTOMER_REF, customer.into()), (kind::NAME, name.into()), (kind::MOBILE, mobile.into())];
                act.create(CONTACT, cells.into_iter().collect());
            }
            customer
        })
    }

    fn index(&self) -> Index {
        let mut index = Index::new();
        for customer in self.book.ids_of_kind(CUSTOMER) {
            index.put(&self.book, *customer);
        }
        index
    }

    fn sweep(&self) -> Vec<Pair> {
        let mut index = self.index();
        let mut sweep = Sweep::begin(&self.book, &mut index);
        while sweep.step(&self.book, &index, 512) {}
        sweep.finish()
    }

    fn likeness(&self, one: RecordId, other: RecordId) -> Option<Likeness> {
        let profile = |id| Profile::of(&self.book, self.book.get(id).unwrap());
        profile(one).likeness(&profile(other))
    }
}

/// The whole file, every row a customer of its own.
fn planted() -> Desk {
    let mut desk = Desk::new();
    let dictionary = Arc::new(Dictionary::built_in().clone());
    let mut table = Opening::read(FILE.to_vec()).unwrap();
    Importer::find_header(&dictionary, CUSTOMER, &mut table).unwrap();
    let mapping = Proposal::new(&dictionary, CUSTOMER, table.headers(), &[]).unwrap().mapping().unwrap();
    let decisions = Decisions { certain: Decision::New, suspected: Decision::New, rows: BTreeMap::new() };
    let options = Options { file: "c.csv".into(), tag: "t".into(), bad_cells: BadCell::DropCell, decisions };
    let mut importer = Importer::new(table, &mapping, options, dictionary).unwrap();
    importer.dry_run(&desk.book).unwrap();
    desk.act(|book, act| while !importer.commit(book, act, 500).is_finished {});
    desk
}

fn number(desk: &Desk, id: RecordId) -> u32 {
    desk.book.get(id).unwrap().text(kind::CODE).trim_start_matches("KH").parse().unwrap()
}

#[test]
fn all_planted_doubles_are_found_and_hardly_anything_else() {
    let desk = planted();
    let pairs = desk.sweep();
    let mut found: Vec<u32> = Vec::new();
    let mut others: Vec<(Certainty, String)> = Vec::new();
    for pair in &pairs {
        let (one, other) = (number(&desk, pair.one), number(&desk, pair.other));
        if one.max(other) > 5_000 {
            if pair.likeness.certainty == Certainty::Certain {
                found.push(one.max(other));
            }
            continue;
        }
        let name = |id| desk.book.get(id).unwrap().text(kind::NAME).to_owned();
        others.push((pair.likeness.certainty, format!("{} {} {:?}", name(pair.one), name(pair.other), pair.likeness)));
    }
    found.sort_unstable();
    found.dedup();
    let sure = |wanted: Certainty| others.iter().filter(|(certainty, _)| *certainty == wanted).count();
    for (_, text) in &others {
        eprintln!("{text}");
    }
    eprintln!("found {} of 99, others {:?}", found.len(), Certainty::ALL.map(sure));
    assert_eq!(found, (5_001..=5_099).collect::<Vec<_>>(), "every planted double is certain");
}
