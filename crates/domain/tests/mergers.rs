//! Merging customers: what moves, what stays, what comes later, and the way back; R-3-2.
#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::BTreeMap;
use std::sync::Arc;

use kehu_domain::book::{Book, SYSTEM};
use kehu_domain::change::{Act, Change};
use kehu_domain::dictionary::Dictionary;
use kehu_domain::import::{BadCell, Decisions, Importer, Opening, Options, Proposal};
use kehu_domain::key::Key;
use kehu_domain::kind::{self, CONTACT, CUSTOMER, ORDER};
use kehu_domain::merger::*;
use kehu_domain::stamp::{Clock, RecordId, Stamp};
use kehu_domain::value::Value;
use proptest::prelude::*;

/// One device.
#[derive(Clone)]
struct Desk {
    book: Book,
    clock: Clock,
    wall: u64,
}

impl Desk {
    fn new(node: u64) -> Self {
        Self { book: Book::new(), clock: Clock::new(node), wall: 1_000 }
    }

    /// The same records on another device.
    fn copy(&self, node: u64) -> Self {
        Self { book: self.book.clone(), clock: Clock::new(node), wall: self.wall }
    }

    fn act<T>(&mut self, build: impl FnOnce(&Book, &mut Act<'_>) -> T) -> (T, Stamp) {
        self.wall += 1_000;
        let mut act = Act::begin(&mut self.clock, self.wall, SYSTEM);
        let made = build(&self.book, &mut act);
        let stamp = act.stamp().unwrap_or_default();
        for change in act.finish() {
            self.book.insert(change);
        }
        (made, stamp)
    }

    fn add(&mut self, kind: Key, fields: &[(Key, Value)]) -> RecordId {
        self.act(|_, act| act.create(kind, fields.iter().cloned().collect())).0
    }

    fn customer(&mut self, code: &str, name: &str) -> RecordId {
        self.add(CUSTOMER, &[(kind::CODE, code.into()), (kind::NAME, name.into())])
    }

    fn contact(&mut self, customer: RecordId, name: &str, mobile: &str) -> RecordId {
        let fields = [(kind::CUSTOMER_REF, customer.into()), (kind::NAME, name.into()), (kind::MOBILE, mobile.into())];
        self.add(CONTACT, &fields)
    }

    fn order(&mut self, customer: RecordId, code: &str) -> RecordId {
        self.add(ORDER, &[(kind::CUSTOMER_REF, customer.into()), (kind::CODE, code.into())])
    }

    fn set(&mut self, id: RecordId, field: Key, value: Value) {
        let kind = self.book.get(id).unwrap().kind;
        self.act(|book, act| act.set(book, kind, id, field, value));
    }

    fn merge(&mut self, survivor: RecordId, losers: &[RecordId]) -> Stamp {
        let plan = Plan::new(&self.book, survivor, losers).unwrap();
        self.act(|book, act| plan.carry_out(book, act)).1
    }

    fn take(&mut self, other: &Self) {
        let changes: Vec<Change> = other.book.changes().into_iter().cloned().collect();
        self.book.merge(changes, self.wall.max(other.wall));
        let newest = self.book.newest();
        self.clock.observe(newest, self.wall.max(other.wall)).unwrap();
        self.wall = self.wall.max(other.wall);
    }

    fn text(&self, id: RecordId, key: Key) -> &str {
        self.book.get(id).unwrap().text(key)
    }

    fn texts(&self, id: RecordId, key: Key) -> Vec<&str> {
        self.book.get(id).unwrap().get(key).items().iter().filter_map(Value::as_text).collect()
    }

    fn orders(&self, customer: RecordId) -> Vec<RecordId> {
        self.book.of_customer(customer, ORDER).map(|order| order.id).collect()
    }

    /// What every record that is there says, as canonical text.
    fn said(&self) -> BTreeMap<RecordId, Vec<(Key, String)>> {
        let there = self.book.records().filter(|record| record.exists());
        let fields = |record: &kehu_domain::book::Record| {
            record.fields().into_iter().map(|(key, value)| (key, value.canonical())).collect()
        };
        there.map(|record| (record.id, fields(record))).collect()
    }
}

#[test]
fn a_merger_keeps_the_newer_content_both_codes_and_everything_that_belongs_to_either() {
    let mut desk = Desk::new(1);
    let kept = desk.customer("KH1", "厦门蓝海有限公司");
    let lost = desk.customer("KH2", "厦门蓝海股份有限公司");
    desk.set(kept, kind::REMARK, "旧".into());
    desk.set(lost, kind::REMARK, "新".into());
    desk.set(lost, kind::INDUSTRY, "trade".into());
    desk.set(kept, kind::TAGS, Value::List(vec!["甲".into()]));
    desk.set(lost, kind::TAGS, Value::List(vec!["乙".into(), "甲".into()]));
    desk.set(kept, kind::GRADE, "B".into());
    desk.set(lost, kind::GRADE, "A".into());
    let (zhao, twin) = (desk.contact(kept, "赵一", "13800138000"), desk.contact(lost, "赵一一", "13800138000"));
    let qian = desk.contact(lost, "钱二", "13800138001");
    desk.set(twin, kind::DO_NOT_CALL, true.into());
    let orders = [desk.order(kept, "D1"), desk.order(lost, "D2")];

    let plan = Plan::new(&desk.book, kept, &[lost]).unwrap();
    assert_eq!(plan.contacts, [(twin, zhao)]);
    assert_eq!(plan.moving, BTreeMap::from([(CONTACT, 1), (ORDER, 1)]));
    let contested: Vec<Key> = plan.lines.iter().filter(|line| line.is_contested()).map(|line| line.field).collect();
    assert_eq!(contested, [kind::NAME, kind::REMARK]);

    desk.merge(kept, &[lost]);
    assert_eq!(desk.text(kept, kind::REMARK), "新");
    assert_eq!(desk.text(kept, kind::INDUSTRY), "trade");
    assert_eq!(desk.text(kept, kind::NAME), "厦门蓝海股份有限公司");
    assert_eq!(desk.text(kept, kind::GRADE), "B", "the grade is the survivor's");
    assert_eq!(desk.texts(kept, kind::TAGS), ["甲", "乙"]);
    assert_eq!(desk.text(kept, kind::CODE), "KH1");
    assert_eq!(desk.texts(kept, kind::OTHER_CODES), ["KH2"]);
    assert_eq!(desk.texts(kept, kind::OTHER_NAMES), ["厦门蓝海有限公司"]);
    assert_eq!(desk.orders(kept), orders);
    assert_eq!(desk.book.of_customer(kept, CONTACT).map(|contact| contact.id).collect::<Vec<_>>(), [zhao, qian]);
    assert_eq!(desk.text(zhao, kind::NAME), "赵一一");
    assert_eq!(desk.book.get(zhao).unwrap().get(kind::DO_NOT_CALL), &Value::Bool(true));
    assert_eq!(desk.book.survivor(lost), kept);
    assert_eq!(desk.book.of_kind(CUSTOMER).map(|customer| customer.id).collect::<Vec<_>>(), [kept]);
    assert_eq!(late(&desk.book, kept), []);
}

#[test]
fn a_case_that_names_another_as_its_survivor_is_still_there() {
    let mut desk = Desk::new(1);
    let first = desk.add(kind::CASE, &[(kind::CODE, "A".into())]);
    let second = desk.add(kind::CASE, &[(kind::CODE, "B".into()), (kind::MERGED_INTO, first.into())]);
    assert!(desk.book.get(second).unwrap().exists());
    assert_eq!(desk.book.survivor(second), second);
}

#[test]
fn a_number_without_a_name_takes_the_name_of_the_person_who_has_it() {
    let mut desk = Desk::new(1);
    let (kept, lost) = (desk.customer("KH1", "甲商行"), desk.customer("KH2", "乙商行"));
    let contact = desk.contact(kept, "赵一", "13800138000");
    desk.contact(lost, "乙商行", "13800138000");
    desk.merge(kept, &[lost]);
    assert_eq!(desk.text(contact, kind::NAME), "赵一");
}

#[test]
fn a_field_can_be_chosen_and_what_cannot_be_merged_is_refused() {
    let mut desk = Desk::new(1);
    let (kept, lost) = (desk.customer("KH1", "甲"), desk.customer("", "乙"));
    let mut plan = Plan::new(&desk.book, kept, &[lost]).unwrap();
    plan.choose(kind::NAME, kept);
    desk.act(|book, act| plan.carry_out(book, act));
    assert_eq!(desk.text(kept, kind::NAME), "甲");
    assert_eq!(desk.texts(kept, kind::OTHER_NAMES), ["乙"]);
    assert_eq!(desk.texts(kept, kind::OTHER_CODES), Vec::<&str>::new());
    assert_eq!(Plan::new(&desk.book, kept, &[lost]), None, "it was merged already");
    assert_eq!(Plan::new(&desk.book, kept, &[kept]), None);
    assert_eq!(Plan::new(&desk.book, kept, &[]), None);
}

#[test]
fn a_survivor_without_a_code_takes_the_first_of_the_others() {
    let mut desk = Desk::new(1);
    let (kept, lost, third) = (desk.customer("", "甲"), desk.customer("KH2", "甲"), desk.customer("KH3", "甲"));
    desk.merge(kept, &[lost, third]);
    assert_eq!(desk.text(kept, kind::CODE), "KH2");
    assert_eq!(desk.texts(kept, kind::OTHER_CODES), ["KH3"]);
}

#[test]
fn what_a_colleague_wrote_of_the_loser_meanwhile_is_shown_with_the_survivor() {
    let mut here = Desk::new(1);
    let (kept, lost) = (here.customer("KH1", "甲"), here.customer("KH2", "甲"));
    let mut there = here.copy(2);
    // Offline, before and after the merger here: the order of the clock does not matter.
    there.set(lost, ADDRESS, "湖滨南路 1 号".into());
    let order = there.order(lost, "D9");
    here.wall += 10_000;
    let act = here.merge(kept, &[lost]);
    here.take(&there);
    assert_eq!(here.orders(kept), [order], "what belongs to the loser belongs to the survivor");
    let found = late(&here.book, kept);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].field, found[0].value.as_text()), (ADDRESS, Some("湖滨南路 1 号")));
    let mut left = here.clone();
    left.act(|book, act| settle(book, act, &found[0], false));
    assert_eq!((late(&left.book, kept), left.text(kept, ADDRESS)), (vec![], ""));
    let mut taken = here.clone();
    taken.act(|book, act| settle(book, act, &found[0], true));
    assert_eq!((late(&taken.book, kept), taken.text(kept, ADDRESS)), (vec![], "湖滨南路 1 号"));
    // Taking the merger back gives the loser what came meanwhile.
    here.act(|book, undo| book.undo(act, undo));
    assert_eq!(here.orders(lost), [order]);
    assert_eq!((here.orders(kept), late(&here.book, kept)), (vec![], vec![]));
}

#[test]
fn the_same_two_merged_both_ways_on_two_devices_end_as_one_on_both() {
    let mut here = Desk::new(1);
    let (one, other) = (here.customer("KH1", "甲"), here.customer("KH2", "甲"));
    let orders = [here.order(one, "D1"), here.order(other, "D2")];
    let mut there = here.copy(2);
    here.merge(one, &[other]);
    there.wall += 5_000;
    there.merge(other, &[one]);
    let earlier = here.clone();
    here.take(&there);
    there.take(&earlier);
    for desk in [&here, &there] {
        assert_eq!(desk.book.survivor(one), other, "the later one counts");
        assert_eq!(desk.book.of_kind(CUSTOMER).map(|customer| customer.id).collect::<Vec<_>>(), [other]);
        let mut found = desk.orders(other);
        found.sort_unstable();
        assert_eq!(found, orders);
    }
    assert_eq!(here.said(), there.said());
}

#[test]
fn mergers_follow_one_another_and_are_taken_back_one_by_one() {
    let mut desk = Desk::new(1);
    let ids = [desk.customer("KH1", "甲"), desk.customer("KH2", "甲"), desk.customer("KH3", "甲")];
    let order = desk.order(ids[2], "D3");
    let first = desk.merge(ids[1], &[ids[2]]);
    desk.merge(ids[0], &[ids[1]]);
    assert_eq!((desk.book.survivor(ids[2]), desk.orders(ids[0])), (ids[0], vec![order]));
    assert_eq!(desk.texts(ids[0], kind::OTHER_CODES), ["KH2", "KH3"]);
    desk.act(|book, undo| book.undo(first, undo));
    assert_eq!((desk.book.survivor(ids[2]), desk.orders(ids[2])), (ids[2], vec![order]));
    assert_eq!(desk.book.survivor(ids[1]), ids[0]);
}

#[test]
fn an_import_with_the_old_code_or_name_reaches_the_survivor() {
    let mut desk = Desk::new(1);
    let (kept, lost) = (desk.customer("KH1", "厦门蓝海有限公司"), desk.customer("KH2", "厦门蓝海股份"));
    desk.contact(lost, "陈掌柜", "13800138000");
    desk.merge(kept, &[lost]);
    let import = |desk: &mut Desk, kind: Key, text: &str| {
        let dictionary = Arc::new(Dictionary::built_in().clone());
        let mut table = Opening::read(text.as_bytes().to_vec()).unwrap();
        Importer::find_header(&dictionary, kind, &mut table).unwrap();
        let mapping = Proposal::new(&dictionary, kind, table.headers(), &[]).unwrap().mapping().unwrap();
        let decisions = Decisions::default();
        let options = Options { bad_cells: BadCell::RefuseRow, decisions, ..Options::new("a.csv", "t") };
        let mut importer = Importer::new(table, &mapping, options, dictionary).unwrap();
        importer.dry_run(&desk.book).unwrap();
        desk.act(|book, act| while !importer.commit(book, act, 9).is_finished {});
        importer.counts()
    };
    let counts = import(&mut desk, CUSTOMER, "客户编号,客户名称,备注\nKH2,厦门蓝海股份,从旧系统\n");
    assert_eq!((counts.new, counts.changed), (0, 1));
    assert_eq!(desk.text(kept, kind::REMARK), "从旧系统");
    assert_eq!(desk.text(kept, kind::CODE), "KH1");
    let counts = import(&mut desk, ORDER, "订单编号,客户编号,日期,金额\nD1,KH2,2026-11-01,100\n");
    assert_eq!((counts.new, desk.orders(kept).len()), (1, 1));
    // The person was noted of the loser, and the file speaks of the survivor.
    let counts = import(&mut desk, CONTACT, "联系人,客户编号,手机,部门\n陈掌柜,KH1,13800138000,采购部\n");
    assert_eq!((counts.new, counts.changed), (0, 1));
}

#[test]
fn a_survivor_that_is_not_here_leaves_the_loser_where_it_is_until_it_comes() {
    let mut whole = Desk::new(1);
    let (kept, lost) = (whole.customer("KH1", "甲"), whole.customer("KH2", "甲"));
    whole.merge(kept, &[lost]);
    let mut changes: Vec<Change> = whole.book.changes().into_iter().cloned().collect();
    changes.sort_by_key(|change| change.record == kept);
    let mut book = Book::new();
    let (later, first): (Vec<Change>, Vec<Change>) = changes.into_iter().partition(|change| change.record == kept);
    book.merge(first, u64::MAX);
    assert!(book.get(lost).unwrap().exists());
    book.merge(later, u64::MAX);
    assert!(!book.get(lost).unwrap().exists());
}

const ADDRESS: Key = Key::of("address");
const FIELDS: [Key; 4] = [kind::NAME, kind::REMARK, kind::INDUSTRY, kind::USCC];

/// What is done with three customers, by number.
#[derive(Clone, Debug)]
enum Step {
    Set(usize, usize, u8),
    Order(usize),
    Contact(usize, u8),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        (0..3usize, 0..FIELDS.len(), 0..4u8).prop_map(|(who, field, value)| Step::Set(who, field, value)),
        (0..3usize).prop_map(Step::Order),
        (0..3usize, 0..3u8).prop_map(|(who, mobile)| Step::Contact(who, mobile)),
    ];
    prop::collection::vec(step, 0..14)
}

fn built(steps: &[Step]) -> (Desk, [RecordId; 3]) {
    let mut desk = Desk::new(1);
    let ids = [desk.customer("KH1", "甲"), desk.customer("KH2", "乙"), desk.customer("KH3", "丙")];
    for (number, step) in steps.iter().enumerate() {
        match step {
            Step::Set(who, field, value) => {
                desk.set(ids[*who], FIELDS[*field], Value::text(["", "a", "b", "c"][usize::from(*value)]))
            }
            Step::Order(who) => {
                desk.order(ids[*who], &format!("D{number}"));
            }
            Step::Contact(who, mobile) => {
                desk.contact(ids[*who], "人", &format!("1380013800{mobile}"));
            }
        }
    }
    (desk, ids)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn taking_a_merger_back_leaves_everything_as_it_was(steps in steps(), both in any::<bool>()) {
        let (mut desk, ids) = built(&steps);
        let before = desk.said();
        let act = desk.merge(ids[0], if both { &ids[1..] } else { &ids[1..2] });
        let merged = desk.said();
        prop_assert_ne!(&before, &merged);
        let mut quick = desk.clone();
        let merger = of_survivor(&desk.book, ids[0])[0].id;
        let taken = quick.act(|book, undo| take_back(book, merger, undo)).0;
        prop_assert_eq!((&before, taken.kept), (&quick.said(), vec![]), "the quick way does the same");
        let undo = desk.act(|book, undo| book.undo(act, undo)).1;
        prop_assert_eq!(before, desk.said());
        desk.act(|book, redo| book.undo(undo, redo));
        prop_assert_eq!(merged, desk.said());
    }

    #[test]
    fn mergers_on_two_devices_give_the_same_whatever_comes_first(
        steps in steps(), (a, b) in (0..3usize, 0..3usize), (c, d) in (0..3usize, 0..3usize),
    ) {
        prop_assume!(a != b && c != d);
        let (mut here, ids) = built(&steps);
        let mut there = here.copy(2);
        let orders: usize = ids.iter().map(|id| here.orders(*id).len()).sum();
        here.merge(ids[a], &[ids[b]]);
        there.merge(ids[c], &[ids[d]]);
        let earlier = here.clone();
        here.take(&there);
        there.take(&earlier);
        prop_assert_eq!(here.said(), there.said());
        let survivors: Vec<RecordId> = here.book.of_kind(CUSTOMER).map(|customer| customer.id).collect();
        prop_assert!(!survivors.is_empty());
        prop_assert_eq!(orders, survivors.iter().map(|id| here.orders(*id).len()).sum::<usize>(), "no order is lost");
    }
}
