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
    let options = Options { bad_cells: BadCell::DropCell, decisions, ..Options::new("c.csv", "t") };
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
    assert_eq!(found, (5_001..=5_099).collect::<Vec<_>>(), "every planted double is certain");
    // Names such as 厦门仁和堂商贸 and 厦门雍和堂商贸 come near one another; with a credit code each they are left alone.
    assert_eq!(others, [], "and nobody else is taken for one");
}

#[test]
fn each_reason_is_told_and_weighed() {
    let mut desk = Desk::new();
    let first = desk.add("厦门蓝海科技有限公司", "91350200MA32CBAX1T", "13800138000");
    let mut seen = |name: &str, uscc: &str, mobile: &str| {
        let other = desk.add(name, uscc, mobile);
        desk.likeness(first, other).map(|likeness| (likeness.certainty, likeness.reasons, likeness.has_other_uscc))
    };
    use Certainty::*;
    let other_code = "91350200MA2XYZAB3C";
    assert_eq!(seen("蓝海", "91350200ma32cbax1t", ""), Some((Certain, vec![Reason::Uscc], false)));
    assert_eq!(
        seen(" 厦门蓝海科技（有限公司）", "", "13800138000"),
        Some((Certain, vec![Reason::Phone, Reason::Name], false))
    );
    assert_eq!(
        seen("厦门蓝海科技股份有限公司", "", "13800138000"),
        Some((Certain, vec![Reason::Phone, Reason::Core], false))
    );
    assert_eq!(
        seen("厦门蓝海科技", other_code, "13800138000"),
        Some((Likely, vec![Reason::Phone, Reason::Core], true))
    );
    assert_eq!(seen("厦门蓝海科技有限公司", "", ""), Some((Likely, vec![Reason::Name], false)));
    assert_eq!(seen("厦门蓝海科技有限公司", other_code, ""), Some((Possible, vec![Reason::Name], true)));
    assert_eq!(
        seen("厦门兰海科技有限公司", "", "13800138000"),
        Some((Likely, vec![Reason::Phone, Reason::Sound], false))
    );
    assert_eq!(seen("厦门兰海科技有限公司", "", ""), Some((Possible, vec![Reason::Sound], false)));
    assert_eq!(seen("厦门兰海科技有限公司", other_code, ""), None);
    assert_eq!(seen("泉州红土商行", "", "13800138000"), Some((Possible, vec![Reason::Phone], false)));
    assert_eq!(seen("泉州红土商行", "", ""), None);
    let long = desk.add("Northern Lights Paper Co., Ltd.", "", "");
    let near = desk.add("NORTHERN LIGHT PAPER LTD", "", "");
    assert_eq!(desk.likeness(long, near).unwrap().reasons, [Reason::Near]);
    let (first, second) = (desk.add("厦门蓝海大药房第一分店", "", ""), desk.add("厦门蓝海大药房第二分店", "", ""));
    assert_eq!(desk.likeness(first, second), None, "branches are told apart by their numerals");
}

#[test]
fn what_is_typed_finds_its_double_and_the_index_follows_the_records() {
    let mut desk = Desk::new();
    let first = desk.add("厦门蓝海科技有限公司", "", "13800138000");
    let mut index = desk.index();
    let found = |desk: &Desk, index: &Index, name: &str, phone: &str| {
        let typed = Profile::typed(name, "", [phone]);
        index.likely(&desk.book, &typed, None).into_iter().map(|(id, _)| id).collect::<Vec<_>>()
    };
    assert_eq!(found(&desk, &index, "厦门蓝海科技", ""), [first]);
    assert_eq!(found(&desk, &index, "", "+86 138-0013-8000"), [first]);
    assert_eq!(found(&desk, &index, "厦", ""), []);
    let second = desk.add("泉州红土商行", "", "");
    index.put(&desk.book, second);
    assert_eq!(found(&desk, &index, "泉州红土商行", ""), [second]);
    desk.act(|book, act| act.set(book, CUSTOMER, second, kind::NAME, "泉州黑土商行".into()));
    index.put(&desk.book, second);
    assert_eq!(found(&desk, &index, "泉州红土商行", ""), []);
    desk.act(|book, act| act.set(book, CUSTOMER, second, DELETED, true.into()));
    index.put(&desk.book, second);
    assert_eq!(found(&desk, &index, "泉州黑土商行", ""), []);
    assert_eq!(index.len(), 1);
}

#[test]
fn an_index_that_is_put_in_anew_for_ever_neither_grows_nor_forgets() {
    let mut desk = Desk::new();
    let customers: Vec<RecordId> = (0..40).map(|n| desk.add(&format!("厦门第{n}号商行"), "", "")).collect();
    let mut index = Index::new();
    for _ in 0..1_000 {
        customers.iter().for_each(|customer| index.put(&desk.book, *customer));
    }
    assert!(index.size() < 2_000_000, "{}", index.size());
    for (n, customer) in customers.iter().enumerate() {
        let typed = Profile::typed(&format!("厦门第{n}号商行"), "", []);
        assert!(index.likely(&desk.book, &typed, None).iter().any(|(found, _)| found == customer));
    }
}

#[test]
fn those_told_apart_are_not_shown_again_until_that_is_undone() {
    let mut desk = Desk::new();
    let one = desk.add("厦门蓝海科技有限公司", "", "");
    let other = desk.add("厦门蓝海科技有限公司", "", "");
    assert_eq!(desk.sweep().len(), 1);
    let word = desk.act(|book, act| {
        tell_apart(book, act, other, one);
        act.stamp().unwrap()
    });
    assert_eq!(desk.sweep(), []);
    let profile = Profile::of(&desk.book, desk.book.get(one).unwrap());
    assert_eq!(desk.index().likely(&desk.book, &profile, Some(one)), []);
    desk.act(|book, act| book.undo(word, act));
    assert_eq!(desk.sweep().len(), 1);
}

#[test]
fn a_number_that_very_many_share_is_passed_over() {
    let mut desk = Desk::new();
    for n in 0..60 {
        desk.add(&format!("商行{n}"), "", "059221880000");
    }
    let mut index = desk.index();
    let mut sweep = Sweep::begin(&desk.book, &mut index);
    while sweep.step(&desk.book, &index, 7) {}
    assert_eq!(sweep.crowds(), 1);
    assert_eq!(sweep.finish(), []);
}
