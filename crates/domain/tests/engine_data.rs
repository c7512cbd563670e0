//! What a section may say as data: forms that look at their case, lists, people, what moves set and open, loops.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use kehu_domain::expr::{Datum, Names, Register};
use kehu_domain::form::{Answers, Background, Context, check, defaults, state};
use kehu_domain::key::Key;
use kehu_domain::playbook::{FILES, Playbook};
use kehu_domain::stamp::RecordId;
use kehu_domain::text::Lang;
use kehu_domain::value::Value;
use kehu_domain::workflow::{
    Actor, CaseView, Facts, Filed, Move, MoveError, Moved, Offer, Process, Refusal, Started, WorkCalendar, attempt,
    context, context_of_latest, offers, opened,
};

const SECTION: &str = r#"
id = "9.1"
title = { zh = "节", en = "Section" }
purpose = { zh = "目的", en = "Purpose" }
owners = ["MGR"]
tags = ["Q1"]
"#;

const FORMS: &str = r#"
[choices]
level = [{ key = "high", zh = "高", en = "High" }, { key = "low", zh = "低", en = "Low" }]

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
[[field]]
key = "handler"
label = { zh = "经办人", en = "Handler" }
type = "ref(staff)"
[[field]]
key = "level"
label = { zh = "级别", en = "Level" }
type = "enum(level)"
[[field]]
key = "count"
label = { zh = "次数", en = "Count" }
type = "int[0..3]"
[[field]]
key = "task"
label = { zh = "任务", en = "Task" }
type = "ref(case)"
[[field]]
key = "again"
label = { zh = "再次", en = "Again" }
type = "bool"
[[step]]
key = "start"
title = { zh = "开始", en = "Start" }
[[step.event]]
key = "order"
title = { zh = "订购", en = "Order" }
to = "start"
roles = ["MGR"]
[[step.event.asks]]
key = "parts"
label = { zh = "零件", en = "Parts" }
type = "list"
[[step.event.asks.column]]
key = "name"
label = { zh = "名称", en = "Name" }
type = "text(20)"
[step.event.starts]
process = "W-9.1b"
each = "parts"
set = { topic = "name" }
[[step.event]]
key = "call"
title = { zh = "致电", en = "Call" }
to = "start"
roles = ["MGR"]
due = "24h"
files = "F-9.1-2"
[[step.event]]
key = "assign"
title = { zh = "指派", en = "Assign" }
to = "start"
roles = ["MGR", "DIR"]
rules = [
  { holds = 'not urgent or role("DIR") or blank(documents("F-9.1-1"))', else = { zh = "加急由总监指派。", en = "The director assigns what is urgent." } },
  { holds = 'person != actor or case.step != "start"', else = { zh = "不得指派自己。", en = "Nobody assigns themselves." } },
]
sets = { handler = "person", level = 'if(urgent, "high", "low")', count = "or_else(count, 0) + 2", owner = "actor" }
[[step.event.asks]]
key = "person"
label = { zh = "人员", en = "Person" }
type = "ref(staff)"
required = true
rules = [{ holds = 'holds_post(person, "DIR") or not urgent', else = { zh = "加急交总监。", en = "What is urgent goes to a director." } }]
[[step.event.asks]]
key = "urgent"
label = { zh = "加急", en = "Urgent" }
type = "bool"
required = true
[[step.event.asks]]
key = "again"
label = { zh = "再次", en = "Again" }
type = "bool"
auto = 'count(moves("assign")) > 0'
[[step.event.starts]]
process = "W-9.1b"
link = "task"
when = "urgent"
set = { topic = '"urgent"', owner = "person" }
[[step.event.starts]]
process = "W-9.1b"
link = "task"
when = 'holds_post(handler, "MGR")'
set = { topic = '"plain"', level = "level" }
[[step.event.starts]]
process = "W-9.1b"
each = 'last(documents("F-9.1-1")).lines'
when = "total > 100"
set = { topic = "item", amount = "total", customer = '"not an id"' }
[[step.event]]
key = "approve"
title = { zh = "批准", en = "Approve" }
to = "end"
roles = ["MGR", "DIR"]
guards = [
  { holds = 'holds_post(handler, "DIR")', else = { zh = "须由总监经办。", en = "A director handles it." } },
  { holds = "actor != handler", else = { zh = "不得自批。", en = "Somebody else approves." } },
]
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

const TASK: &str = r#"
id = "W-9.1b"
title = { zh = "任务", en = "Task" }
[[field]]
key = "topic"
label = { zh = "主题", en = "Topic" }
type = "text(10)"
[[field]]
key = "amount"
label = { zh = "金额", en = "Amount" }
type = "money"
[[field]]
key = "level"
label = { zh = "级别", en = "Level" }
type = "enum(level)"
[[step]]
key = "open"
title = { zh = "打开", en = "Open" }
[[step.event]]
key = "close"
title = { zh = "关闭", en = "Close" }
to = "closed"
roles = ["MGR"]
guards = [{ holds = "filled(origin) and filled(case.origin)", else = { zh = "无来源。", en = "Nobody opened it." } }]
[[step]]
key = "closed"
title = { zh = "已关闭", en = "Closed" }
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
            ("9/9.1/task.process.toml", TASK),
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
const DIRECTOR: RecordId = RecordId::fixed(2);

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

fn director() -> Actor {
    Actor::Person { staff: DIRECTOR, posts: vec![key("DIR"), key("MGR")] }
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
        Facts {
            now: self.now,
            forms: playbook().forms(),
            calendar: &EveryDay,
            known: Names::new(),
            rule_dues: BTreeMap::new(),
            posts: Arc::new(BTreeMap::from([(MANAGER, vec![key("MGR")]), (DIRECTOR, vec![key("DIR"), key("MGR")])])),
            register: Register::default(),
        }
    }

    fn pass(&mut self, hours: i64) {
        self.now += TimeDelta::hours(hours);
    }

    fn attempt(&mut self, actor: &Actor, event: &str, given: &Answers) -> Result<Move, MoveError> {
        let made = attempt(self.process, &self.case, key(event), actor, &self.facts(), given)?;
        self.case.history.push(Moved { event: made.event, from: made.from, to: made.to, at: self.now });
        self.case.step = made.to;
        self.case.fields.extend(made.fields.clone());
        self.case.opened.extend(made.starts.iter().filter_map(|started| started.row.clone()));
        Ok(made)
    }

    fn assign(&mut self, actor: &Actor, person: RecordId, urgent: bool) -> Result<Move, MoveError> {
        self.attempt(actor, "assign", &answers(&[("person", person.into()), ("urgent", urgent.into())]))
    }

    fn file(&mut self, form: &str, pairs: &[(&str, Value)]) {
        let given = answers(pairs);
        let around = self.context();
        let answers = state(playbook().form(form).unwrap(), &given, &around).completed(&given);
        let filed = Filed { form: form.into(), created_by: Some(MANAGER), created_at: Some(self.now), answers };
        self.case.documents.push(filed);
    }

    fn context(&self) -> Context {
        context(self.process, &self.case, &manager(), &self.facts())
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
    let around = context_of_latest(world.process, &world.case, "F-9.1-2", &manager(), &world.facts());
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
    let crowded = Context { background: Background { documents, ..Background::default() }, ..alone.clone() };
    let sheet = answers(&[("calls", Value::Int(7)), ("lines", lines(&[5_000]))]);
    assert_eq!(check(quotation(), &sheet, &crowded).len(), 2);
    let apart = quotation().apart_from_case();
    assert_eq!(check(&apart, &sheet, &crowded), []);
    let completed = state(&apart, &sheet, &alone).completed(&sheet);
    assert_eq!(completed[&key("calls")], Value::Int(7), "as it was filed");
    assert_eq!(completed[&key("sum")], Value::Int(5_000));
    let plain = Playbook::built_in().form("F-3.1-1").unwrap();
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

// ---- people ----------------------------------------------------------------------------------------------------

#[test]
fn guards_ask_who_acts_and_what_posts_people_hold() {
    let mut world = World::new("W-9.1");
    let reasons = |world: &World, actor: &Actor| {
        let listed = offers(world.process, &world.case, actor, &world.facts());
        listed.into_iter().find(|offer| offer.transition.event == *"approve").unwrap().refusals.len()
    };
    assert_eq!(reasons(&world, &manager()), 2, "nobody handles it, which is not known to be somebody else");
    world.case.fields.insert(key("handler"), MANAGER.into());
    assert_eq!((reasons(&world, &manager()), reasons(&world, &director())), (2, 1));
    world.case.fields.insert(key("handler"), DIRECTOR.into());
    assert_eq!((reasons(&world, &manager()), reasons(&world, &director())), (0, 1));
    world.case.fields.insert(key("handler"), RecordId::fixed(9).into());
    assert_eq!(reasons(&world, &manager()), 1, "not of the staff, so nothing is known of their posts");
}

#[test]
fn rules_of_a_move_weigh_answers_case_documents_posts_and_roles() {
    let mut world = World::new("W-9.1");
    let broken = |refused: Result<Move, MoveError>| match refused {
        Err(MoveError::Incomplete(problems)) => problems.len(),
        other => panic!("{other:?}"),
    };
    assert_eq!(broken(world.assign(&manager(), MANAGER, true)), 2);
    assert_eq!(broken(world.assign(&manager(), MANAGER, false)), 1);
    assert!(world.clone().assign(&manager(), DIRECTOR, true).is_ok());
    world.file("F-9.1-1", &[("lines", lines(&[5_000]))]);
    assert_eq!(broken(world.assign(&manager(), DIRECTOR, true)), 1, "with a quotation only the director may");
    assert!(world.assign(&director(), MANAGER, false).is_ok());
}

// ---- what a move sets ------------------------------------------------------------------------------------------

#[test]
fn a_move_sets_fields_worked_out_from_its_answers_and_the_case() {
    let mut world = World::new("W-9.1");
    let made = world.assign(&manager(), DIRECTOR, true).unwrap();
    assert_eq!(made.fields[&key("handler")], DIRECTOR.into());
    assert_eq!(made.fields[&key("level")], "high".into());
    assert_eq!(made.fields[&key("count")], Value::Int(2));
    assert_eq!(made.fields[&key("owner")], MANAGER.into());
    assert_eq!(made.fields[&key("again")], false.into(), "what is asked may be computed");
    let made = world.assign(&director(), MANAGER, false).unwrap();
    assert_eq!((&made.fields[&key("again")], &made.fields[&key("level")]), (&true.into(), &"low".into()));
    assert!(!made.fields.contains_key(&key("count")), "4 does not fit and leaves the field as it is");
    assert_eq!(world.case.fields[&key("count")], Value::Int(2));
}

// ---- what a move opens -----------------------------------------------------------------------------------------

fn topics(made: &Move) -> Vec<String> {
    let task = playbook().process("W-9.1b").unwrap();
    let topic = |started: &Started| {
        assert_eq!(&*started.process, "W-9.1b");
        let fields = task.first_fields(&started.given);
        fields.get(&key("topic")).and_then(Value::as_text).unwrap_or_default().to_owned()
    };
    made.starts.iter().map(topic).collect()
}

#[test]
fn a_move_opens_the_cases_whose_conditions_hold_and_one_for_a_link() {
    let mut world = World::new("W-9.1");
    let made = world.clone().assign(&manager(), DIRECTOR, true).unwrap();
    assert_eq!(topics(&made), ["urgent"], "the second condition holds too, but the link is taken");
    let task = playbook().process("W-9.1b").unwrap();
    assert_eq!(made.starts[0].link, Some(key("task")));
    assert_eq!(task.first_fields(&made.starts[0].given)[&key("owner")], DIRECTOR.into());
    // The condition sees the handler that the same move sets.
    let made = world.assign(&director(), MANAGER, false).unwrap();
    assert_eq!(topics(&made), ["plain"]);
    assert_eq!(task.first_fields(&made.starts[0].given)[&key("level")], "low".into());
    world.case.fields.insert(key("task"), RecordId::fixed(20).into());
    assert_eq!(topics(&world.assign(&director(), MANAGER, false).unwrap()), [""; 0]);
}

#[test]
fn one_case_is_opened_for_each_row_that_has_not_had_one() {
    let mut world = World::new("W-9.1");
    let line = |item: &str, price: i64| row(&[("item", item.into()), ("price", Value::Int(price))]);
    let rows = Value::List(vec![line("pump", 20_000), line("bolt", 500), line("valve", 90_000), "no row".into()]);
    world.file("F-9.1-1", &[("lines", rows)]);
    world.case.fields.insert(key("task"), RecordId::fixed(20).into());
    let made = world.assign(&director(), MANAGER, false).unwrap();
    assert_eq!(topics(&made), ["pump", "valve"]);
    assert!(made.starts.iter().all(|started| started.link.is_none()));
    let fields = playbook().process("W-9.1b").unwrap().first_fields(&made.starts[1].given);
    assert_eq!(
        fields,
        answers(&[("topic", "valve".into()), ("amount", Value::Int(90_000))]),
        "what does not fit is left out"
    );
    assert_eq!(topics(&world.assign(&director(), MANAGER, false).unwrap()), [""; 0]);
    // A condition that holds later opens the case later; a new form has new rows, even if they say the same.
    let rows = |prices: [i64; 2]| Value::List(prices.map(|price| line("pump", price)).to_vec());
    world.pass(1);
    world.file("F-9.1-1", &[("lines", rows([20_000, 500]))]);
    assert_eq!(topics(&world.assign(&director(), MANAGER, false).unwrap()), ["pump"]);
    assert_eq!(topics(&world.assign(&director(), MANAGER, false).unwrap()), [""; 0]);
    world.case.documents.pop();
    world.file("F-9.1-1", &[("lines", rows([20_000, 30_000]))]);
    let made = world.assign(&director(), MANAGER, false).unwrap();
    assert_eq!(topics(&made), ["pump"], "the second row, now that it is dear");
    let row = made.starts[0].row.as_deref().unwrap();
    assert_eq!(row, "W-9.1b F-9.1-1@2026-11-23 11:00:00/lines/1", "what it is known by when two devices meet");
    let task = playbook().process("W-9.1b").unwrap();
    let fields = opened(task, &made.starts[0], RecordId::fixed(40), &world.facts());
    assert_eq!(fields[&key("origin_row")], row.into());
}

#[test]
fn rows_of_no_form_open_cases_each_time() {
    let mut world = World::new("W-9.1");
    let parts = |names: &[&str]| {
        let row = |name: &&str| row(&[("name", (*name).into())]);
        answers(&[("parts", Value::List(names.iter().map(row).collect()))])
    };
    assert_eq!(topics(&world.attempt(&manager(), "order", &parts(&["seal", "seal"])).unwrap()), ["seal", "seal"]);
    assert_eq!(topics(&world.attempt(&manager(), "order", &parts(&["seal"])).unwrap()), ["seal"]);
}

#[test]
fn a_case_knows_the_one_that_opened_it() {
    let mut world = World::new("W-9.1b");
    assert!(!world.offer("close").is_open());
    world.case.fields.insert(key("origin"), RecordId::fixed(20).into());
    assert!(world.offer("close").is_open());
}

// ---- loops -----------------------------------------------------------------------------------------------------

#[test]
fn a_loop_wants_a_new_form_each_time_and_its_deadline_begins_anew() {
    let mut world = World::new("W-9.1");
    let due = |world: &World| world.offer("call").due.unwrap().format("%d %H:%M").to_string();
    let missing = [Refusal::FormMissing("F-9.1-2".into())];
    assert_eq!((due(&world).as_str(), world.offer("call").refusals.as_slice()), ("24 10:00", missing.as_slice()));
    world.file("F-9.1-2", &[]);
    world.pass(2);
    world.attempt(&manager(), "call", &Answers::new()).unwrap();
    assert_eq!((due(&world).as_str(), world.offer("call").refusals.as_slice()), ("24 12:00", missing.as_slice()));
    // Another loop changes nothing for this one.
    world.pass(1);
    world.assign(&manager(), DIRECTOR, false).unwrap();
    assert_eq!(due(&world), "24 12:00");
    world.file("F-9.1-2", &[]);
    assert!(world.offer("call").is_open());
    // A form filed in the very moment of the last time is the one it was made with.
    world.attempt(&manager(), "call", &Answers::new()).unwrap();
    assert_eq!(world.offer("call").refusals, missing);
}

#[test]
fn a_loop_of_an_earlier_stay_does_not_count() {
    let mut world = World::new("W-9.1");
    let moved = |event: &str, from: &str, to: &str, at: NaiveDateTime| Moved {
        event: key(event),
        from: key(from),
        to: key(to),
        at,
    };
    let begun = world.now;
    world.case.history.push(moved("call", "start", "start", begun));
    world.pass(1);
    world.case.history.push(moved("leave", "start", "end", world.now));
    world.pass(1);
    world.case.history.push(moved("back", "end", "start", world.now));
    world.case.entered_at = Some(world.now);
    world.file("F-9.1-2", &[]);
    let offer = world.offer("call");
    assert!(offer.is_open(), "filed since arriving");
    assert_eq!(offer.due, Some(world.now + TimeDelta::days(1)));
}
