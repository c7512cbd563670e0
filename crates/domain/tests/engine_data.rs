//! What a section may say as data: forms that look at their case, computed cells, first rows.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::sync::OnceLock;

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use kehu_domain::expr::{Datum, Names};
use kehu_domain::form::{Answers, Background, Context, check, defaults, state};
use kehu_domain::key::Key;
use kehu_domain::playbook::{FILES, Playbook};
use kehu_domain::stamp::RecordId;
use kehu_domain::text::Lang;
use kehu_domain::value::Value;
use kehu_domain::workflow::{
    Actor, CaseView, Facts, Filed, Moved, Offer, Process, Refusal, WorkCalendar, context, context_of_latest, offers,
};

const SECTION: &str = r#"
id = "9.1"
title = { zh = "节", en = "Section" }
purpose = { zh = "目的", en = "Purpose" }
owners = ["MGR"]
tags = ["Q1"]
"#;

const FORMS: &str = r#"
[[form]]
id = "F-9.1-1"
code = "XX"
title = { zh = "报价单", en = "Quotation" }
rules = [{ holds = 'count(documents("F-9.1-1")) < 2', else = { zh = "最多两份。", en = "Two at most." } }]
[[form.section]]
title = { zh = "部分", en = "Part" }
[[form.section.field]]
key = "round"
label = { zh = "轮次", en = "Round" }
type = "int"
default = 'count(documents("F-9.1-1")) + 1'
[[form.section.field]]
key = "discount"
label = { zh = "折扣", en = "Discount" }
type = "pct"
[[form.section.field]]
key = "why_again"
label = { zh = "再报原因", en = "Why again" }
type = "text(20)"
visible_when = 'count(documents("F-9.1-1")) > 0'
required = 'last(documents("F-9.1-1")).sum > 100'
[[form.section.field]]
key = "calls"
label = { zh = "电话次数", en = "Calls" }
type = "int"
auto = 'count(moves("call"))'
[[form.section.field]]
key = "lines"
label = { zh = "明细", en = "Lines" }
type = "list"
rows = [{ item = { zh = "运费", en = "Freight" } }, { item = { zh = "关税", en = "Duty" } }]
rules = [{ holds = "total <= 1000", each_row = true, else = { zh = "过高。", en = "Too much." } }]
[[form.section.field.column]]
key = "item"
label = { zh = "项目", en = "Item" }
type = "text(10)"
[[form.section.field.column]]
key = "total"
label = { zh = "金额", en = "Total" }
type = "money"
auto = "price * (100 - or_else(discount, 0)) / 100"
[[form.section.field.column]]
key = "price"
label = { zh = "单价", en = "Price" }
type = "money"
[[form.section.field.column]]
key = "share"
label = { zh = "占比", en = "Share" }
type = "pct"
auto = "round(total / sum(lines.price) * 100, 2)"
[[form.section.field]]
key = "sum"
label = { zh = "合计", en = "Sum" }
type = "money"
auto = "sum(lines.total)"

[[form]]
id = "F-9.1-2"
code = "YY"
title = { zh = "跟进表", en = "Follow-up" }
stages = [{ key = "open", zh = "打开", en = "Open" }, { key = "done", zh = "完成", en = "Done" }]
[[form.section]]
title = { zh = "部分", en = "Part" }
[[form.section.field]]
key = "quoted"
label = { zh = "报价数", en = "Quotations" }
type = "int"
auto = 'count(documents("F-9.1-1")) + 10 * count(documents("F-9.1-2"))'
"#;

const PROCESS: &str = r#"
id = "W-9.1"
title = { zh = "流程", en = "Process" }
[[step]]
key = "start"
title = { zh = "开始", en = "Start" }
[[step.event]]
key = "call"
title = { zh = "致电", en = "Call" }
to = "start"
roles = ["MGR"]
[[step.event]]
key = "go"
title = { zh = "去", en = "Go" }
to = "end"
roles = ["MGR"]
files = "F-9.1-1"
[[step]]
key = "end"
title = { zh = "结束", en = "End" }
terminal = true
"#;

fn playbook() -> &'static Playbook {
    static PLAYBOOK: OnceLock<Playbook> = OnceLock::new();
    PLAYBOOK.get_or_init(|| {
        let shared = |name: &str| FILES.iter().find(|(path, _)| *path == name).unwrap().1;
        let files = [
            ("common.toml", shared("common.toml")),
            ("roles.toml", shared("roles.toml")),
            ("9/9.1/section.toml", SECTION),
            ("9/9.1/forms.toml", FORMS),
            ("9/9.1/process.toml", PROCESS),
        ];
        Playbook::load(&files).unwrap_or_else(|problems| panic!("{problems:?}"))
    })
}

struct EveryDay;

impl WorkCalendar for EveryDay {
    fn is_working(&self, _: NaiveDate) -> bool {
        true
    }

    fn add_working_days(&self, day: NaiveDate, count: i32) -> NaiveDate {
        day + TimeDelta::days(count.into())
    }

    fn add_working_minutes(&self, moment: NaiveDateTime, minutes: u32) -> NaiveDateTime {
        moment + TimeDelta::minutes(minutes.into())
    }
}

const MANAGER: RecordId = RecordId::fixed(1);

fn key(name: &str) -> Key {
    Key::new(name).unwrap()
}

fn answers(pairs: &[(&str, Value)]) -> Answers {
    pairs.iter().map(|(name, value)| (key(name), value.clone())).collect()
}

fn row(pairs: &[(&str, Value)]) -> Value {
    Value::Map(Box::new(answers(pairs)))
}

fn manager() -> Actor {
    Actor::Person { staff: MANAGER, posts: vec![key("MGR")] }
}

// ---- a case of the section -------------------------------------------------------------------------------------

#[derive(Clone)]
struct World {
    process: &'static Process,
    case: CaseView,
    now: NaiveDateTime,
}

impl World {
    fn new(process: &str) -> Self {
        let process = playbook().process(process).unwrap();
        let now = "2026-11-23T10:00:00".parse().unwrap();
        Self { process, case: CaseView::begun(process, Some(MANAGER), now), now }
    }

    fn facts(&self) -> Facts<'static> {
        let forms = playbook().forms();
        Facts { now: self.now, forms, calendar: &EveryDay, known: Names::new(), rule_dues: BTreeMap::new() }
    }

    fn file(&mut self, form: &str, pairs: &[(&str, Value)]) {
        let given = answers(pairs);
        let around = self.context();
        let answers = state(playbook().form(form).unwrap(), &given, &around).completed(&given);
        let filed = Filed { form: form.into(), created_by: Some(MANAGER), created_at: Some(self.now), answers };
        self.case.documents.push(filed);
    }

    fn context(&self) -> Context {
        context(self.process, &self.case, &self.facts())
    }

    fn offer(&self, event: &str) -> Offer<'static> {
        let listed = offers(self.process, &self.case, &manager(), &self.facts());
        listed.into_iter().find(|offer| offer.transition.event == *event).unwrap()
    }
}

fn quotation() -> &'static kehu_domain::form::Form {
    playbook().form("F-9.1-1").unwrap()
}

fn lines(prices: &[i64]) -> Value {
    let line = |price: &i64| row(&[("item", "pump".into()), ("price", Value::Int(*price))]);
    Value::List(prices.iter().map(line).collect())
}

// ---- forms that look at their case -----------------------------------------------------------------------------

#[test]
fn a_form_sees_what_was_filed_for_its_case_before() {
    let mut world = World::new("W-9.1");
    let begun = |world: &World| defaults(quotation(), &world.context(), Lang::Zh)[&key("round")].clone();
    let why = |world: &World| state(quotation(), &Answers::new(), &world.context()).field(key("why_again")).cloned();
    assert_eq!(begun(&world), Value::Int(1));
    assert!(!why(&world).unwrap().is_visible);
    world.file("F-9.1-1", &[("lines", lines(&[5_000]))]);
    assert_eq!(begun(&world), Value::Int(2));
    assert!(why(&world).unwrap().is_visible && !why(&world).unwrap().is_required);
    world.file("F-9.1-1", &[("lines", lines(&[50_000]))]);
    assert!(why(&world).unwrap().is_required);
    let problems = check(quotation(), &answers(&[("why_again", "cheaper".into())]), &world.context());
    assert_eq!(problems.len(), 1, "two at most: {problems:?}");
}

#[test]
fn a_filed_form_is_judged_by_what_was_there_when_it_was_filed() {
    let mut world = World::new("W-9.1");
    world.file("F-9.1-1", &[("lines", lines(&[5_000]))]);
    world.file("F-9.1-1", &[("lines", lines(&[5_000]))]);
    assert_eq!(world.offer("go").refusals, []);
    world.file("F-9.1-1", &[("lines", lines(&[5_000]))]);
    assert!(matches!(world.offer("go").refusals.as_slice(), [Refusal::FormIncomplete { .. }]));
}

#[test]
fn a_form_that_is_gone_on_with_sees_all_others_but_not_itself() {
    let mut world = World::new("W-9.1");
    let quoted = |around: &Context| {
        let looks = state(playbook().form("F-9.1-2").unwrap(), &Answers::new(), around);
        looks.field(key("quoted")).unwrap().computed.clone()
    };
    world.file("F-9.1-1", &[("lines", lines(&[5_000]))]);
    world.file("F-9.1-2", &[]);
    world.file("F-9.1-1", &[("lines", lines(&[5_000]))]);
    let around = context_of_latest(world.process, &world.case, "F-9.1-2", &world.facts());
    assert_eq!(quoted(&around), Some(Value::Int(2)));
    assert_eq!(quoted(&world.context()), Some(Value::Int(12)));
    assert_eq!(quoted(&Context::at(world.now)), Some(Value::Int(0)));
}

#[test]
fn a_form_counts_the_moves_of_its_case() {
    let mut world = World::new("W-9.1");
    world.case.history.push(Moved { event: key("call"), from: key("start"), to: key("start"), at: world.now });
    world.file("F-9.1-1", &[]);
    assert_eq!(world.case.documents[0].answers[&key("calls")], Value::Int(1));
}

#[test]
fn apart_from_its_case_a_form_is_not_blamed_for_what_only_the_case_can_tell() {
    let alone = Context::at("2026-11-23T10:00:00".parse().unwrap());
    let filed = Names::from([(key("sum"), Datum::Number(200.into()))]);
    let documents = BTreeMap::from([("F-9.1-1".into(), vec![Datum::Row(filed.clone()), Datum::Row(filed)])]);
    let crowded = Context { background: Background { documents, moves: Vec::new() }, ..alone.clone() };
    let sheet = answers(&[("calls", Value::Int(7)), ("lines", lines(&[5_000]))]);
    assert_eq!(check(quotation(), &sheet, &crowded).len(), 2);
    let apart = quotation().apart_from_case();
    assert_eq!(check(&apart, &sheet, &crowded), []);
    let completed = state(&apart, &sheet, &alone).completed(&sheet);
    assert_eq!(completed[&key("calls")], Value::Int(7), "as it was filed");
    assert_eq!(completed[&key("sum")], Value::Int(5_000));
    let plain = Playbook::built_in().form("F-3.1-4").unwrap();
    assert_eq!(*plain.apart_from_case(), *plain);
}

// ---- lists -----------------------------------------------------------------------------------------------------

#[test]
fn a_list_begins_with_its_first_rows_in_the_language_of_the_app() {
    let around = World::new("W-9.1").context();
    let items = |lang: Lang| {
        let begun = defaults(quotation(), &around, lang);
        let rows = begun[&key("lines")].items().to_vec();
        rows.iter().map(|row| row.cell(key("item")).as_text().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(items(Lang::Zh), ["运费", "关税"]);
    assert_eq!(items(Lang::En), ["Freight", "Duty"]);
}

#[test]
fn cells_are_computed_from_their_row_and_the_form_and_add_up() {
    let around = World::new("W-9.1").context();
    let sheet = answers(&[("discount", Value::Int(1_000)), ("lines", lines(&[10_000, 30_000]))]);
    let completed = state(quotation(), &sheet, &around).completed(&sheet);
    let cells = |name: &str| {
        let rows = completed[&key("lines")].items().to_vec();
        rows.iter().map(|row| row.cell(key(name)).as_int()).collect::<Vec<_>>()
    };
    assert_eq!(cells("total"), [Some(9_000), Some(27_000)]);
    assert_eq!(cells("share"), [Some(2_250), Some(6_750)]);
    assert_eq!(cells("price"), [Some(10_000), Some(30_000)]);
    assert_eq!(completed[&key("sum")], Value::Int(36_000));
    // What is computed is computed anew, whatever stands in the cell.
    let forged = answers(&[("lines", Value::List(vec![row(&[("total", Value::Int(1)), ("item", "x".into())])]))]);
    let completed = state(quotation(), &forged, &around).completed(&forged);
    assert_eq!(completed[&key("lines")], Value::List(vec![row(&[("item", "x".into())])]));
}

#[test]
fn computed_cells_are_not_asked_for_but_keep_the_rules_of_their_row() {
    let around = World::new("W-9.1").context();
    assert_eq!(check(quotation(), &answers(&[("lines", lines(&[5_000]))]), &around), []);
    let problems = check(quotation(), &answers(&[("lines", lines(&[5_000, 100_001]))]), &around);
    assert!(matches!(problems.as_slice(), [problem] if problem.row == Some(1)), "{problems:?}");
}
