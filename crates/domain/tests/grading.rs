//! Customers graded by their case (W-4.1) and watched as key accounts (W-4.2): models in forms, and records that move cases.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use kehu_domain::book::{Book, SYSTEM};
use kehu_domain::calendar::{Cadence, Calendar, civil};
use kehu_domain::change::{Act, Cells};
use kehu_domain::expr::{self, Datum, Names};
use kehu_domain::form::{Answers, Context, check, defaults, state};
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::model::{self, RECORDS, SIGNALS};
use kehu_domain::playbook::{CLIENT, Playbook};
use kehu_domain::roster::{Tier, customer_fact, tier};
use kehu_domain::score::churn::{self, Signals, gather};
use kehu_domain::score::{self, CardFacts, GradeBatch, Ledger, OrderLine, Receivable};
use kehu_domain::stamp::{Clock, RecordId};
use kehu_domain::text::Lang;
use kehu_domain::value::{Mark, Value};
use kehu_domain::workflow::{
    Actor, CaseView, Facts, Filed, MoveError, Moved, Refusal, app_move, attempt, context, watched,
};
use serde_json::Value as Json;

const OWNER: RecordId = RecordId::fixed(1);
const SUPERIOR: RecordId = RecordId::fixed(2);
const KA_S: RecordId = RecordId::fixed(6);
const MGR: RecordId = RecordId::fixed(7);
const DIR: RecordId = RecordId::fixed(8);
const SUBSTITUTE: RecordId = RecordId::fixed(9);
const CUSTOMER: RecordId = RecordId::fixed(30);
const CASE: RecordId = RecordId::fixed(40);

fn key(name: &str) -> Key {
    Key::new(name).unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn answers(pairs: &[(&str, Value)]) -> Answers {
    pairs.iter().map(|(name, value)| (key(name), value.clone())).collect()
}

fn row(pairs: &[(&str, Value)]) -> Value {
    Value::Map(Box::new(answers(pairs)))
}

fn vectors(model: &str) -> Vec<Json> {
    let all: Json = serde_json::from_str(include_str!("spec/vectors.json")).unwrap();
    all["vectors"][model].as_array().unwrap().clone()
}

fn worked_out(source: &str, names: &Names) -> Datum {
    expr::evaluate(&expr::parse(source).unwrap(), names)
}

fn number(text: &str) -> Datum {
    Datum::Number(text.parse().unwrap())
}

// ---- the models through forms and expressions ------------------------------------------------------------------

/// The answers of a grading sheet that a vector gives.
fn sheet(raw: &Json) -> Answers {
    let fields = [
        ("V1", "v1_sales", 100),
        ("V2", "v2_margin", 0),
        ("V3", "v3_ontime", 100),
        ("V4", "v4_months", 1),
        ("V5", "v5_years", 0),
        ("V6", "v6_growth", 0),
        ("V7", "v7_influence", 1),
        ("V8", "v8_cost", 0),
    ];
    let value = |text: &str, factor: i64| match (text, factor) {
        ("N/A", _) => Value::Mark(Mark::NotApplicable),
        // Decimals are stored as they are written.
        (text, 0) => text.into(),
        (text, factor) => Value::Int(text.parse::<i64>().unwrap() * factor),
    };
    fields.iter().filter_map(|(code, field, factor)| Some((key(field), value(raw[*code].as_str()?, *factor)))).collect()
}

#[test]
fn a_grading_sheet_works_out_every_vector_of_m01() {
    let template = Playbook::built_in().form("F-4.1-1").unwrap();
    for vector in vectors("M01") {
        let (id, input, expect) = (&vector["id"], &vector["in"], &vector["expect"]);
        let mut records = Names::new();
        if let Some(days) = input["overdue_days_max"].as_i64() {
            records.insert(key("overdue_days"), Datum::Number(days.into()));
        }
        if let Some(grade) = input["credit_grade"].as_str() {
            records.insert(key("credit_grade"), Datum::text(grade));
        }
        let now = "2026-11-23T10:00:00".parse().unwrap();
        let context = Context::at(now).with(RECORDS, Datum::Row(records));
        let given = sheet(&input["raw"]);
        let done = state(template, &given, &context).completed(&given);
        let points: BTreeMap<String, Option<i64>> = done[&key("points")]
            .items()
            .iter()
            .map(|row| (row.cell(key("item")).as_text().unwrap().to_owned(), row.cell(key("points")).as_int()))
            .collect();
        for (code, wanted) in expect["points"].as_object().unwrap() {
            assert_eq!(points.get(code).copied().flatten(), wanted.as_i64(), "{id} {code}");
        }
        let score = done[&key("score")].as_int().map(|score| format!("{}.{:02}", score / 100, score % 100));
        assert_eq!(score.as_deref(), expect["score"].as_str(), "{id}");
        let grade = done[&key("grade")].as_text().unwrap();
        assert_eq!(grade.to_uppercase(), expect["grade"].as_str().unwrap(), "{id}");
        assert_eq!(done[&key("raw_grade")].as_text(), expect["raw_grade"].as_str(), "{id}");
        let is_capped = expect["grade"] != expect["raw_grade"] && expect["score"].is_string();
        assert_eq!(done[&key("caps")].items().len(), usize::from(is_capped), "{id}");
    }
}

#[test]
fn a_capped_grade_says_why_in_the_language_of_the_app() {
    let template = Playbook::built_in().form("F-4.1-1").unwrap();
    let given = sheet(&vectors("M01")[0]["in"]["raw"]);
    for (lang, words) in [(Lang::Zh, "应收"), (Lang::En, "receivable")] {
        let overdue = Names::from([(key("overdue_days"), Datum::Number(91.into()))]);
        let mut context = Context::at("2026-11-23T10:00:00".parse().unwrap()).with(RECORDS, Datum::Row(overdue));
        context.background.lang = lang;
        let done = state(template, &given, &context).completed(&given);
        let reason = done[&key("caps")].items()[0].cell(key("item")).as_text().unwrap().to_owned();
        assert!(reason.contains(words), "{reason}");
        assert!(reason.chars().count() <= 60);
    }
}

#[test]
fn m02_through_an_expression() {
    for vector in vectors("M02").iter().filter(|vector| vector["in"]["mode"] == "fixed") {
        let of = |name: &str| Datum::Number(vector["in"][name].as_i64().unwrap().into());
        let records = Datum::Row(Names::from(
            [("rfm_days", "R"), ("rfm_count", "F"), ("rfm_amount", "M")].map(|(cell, name)| (key(cell), of(name))),
        ));
        let names = Names::from([(RECORDS, records)]);
        let expect = &vector["expect"];
        let (cell, segment) =
            (worked_out("model(\"M02\", records).cell", &names), worked_out("model(\"M02\", records).segment", &names));
        assert_eq!(cell, Datum::text(expect["cell"].as_str().unwrap_or_default()), "{}", vector["id"]);
        assert_eq!(segment, Datum::text(expect["segment"].as_str().unwrap_or_default()), "{}", vector["id"]);
    }
}

#[test]
fn m15_through_an_expression() {
    let signals = |change: &str, gap: &str, complaints: &[&str], satisfaction, left, visit: &str, overdue: i64| {
        let levels = complaints.iter().map(|level| Datum::text(level)).collect();
        Datum::Row(Names::from([
            (key("sales_change"), number(change)),
            (key("order_gap"), number(gap)),
            (key("complaints"), Datum::List(levels)),
            (key("satisfaction"), satisfaction),
            (key("key_person_left"), Datum::Bool(left)),
            (key("visit_overdue"), number(visit)),
            (key("overdue_days"), Datum::Number(overdue.into())),
        ]))
    };
    let examples = [
        signals("-35", "2.2", &["III"], number("71"), true, "0", 12),
        signals("-10", "1.2", &[], number("88"), false, "0", 0),
        signals("-18", "1.6", &[], number("74"), false, "1.1", 0),
        signals("-55", "3.5", &[], Datum::Blank, false, "0", 0),
    ];
    for (vector, signals) in vectors("M15").iter().zip(examples) {
        let names = Names::from([(SIGNALS, signals)]);
        let (expect, id) = (&vector["expect"], &vector["id"]);
        let score = worked_out("model(\"M15\", signals).score", &names);
        assert_eq!(score, Datum::Number(expect["sum"].as_i64().unwrap().into()), "{id}");
        assert_eq!(worked_out("sum(model(\"M15\", signals).points.points)", &names), score, "{id}");
        let colour = worked_out("model(\"M15\", signals).colour", &names);
        assert_eq!(colour, Datum::text(expect["colour"].as_str().unwrap()), "{id}");
    }
    let nothing = Names::from([(SIGNALS, Datum::Row(Names::new()))]);
    assert_eq!(worked_out("model(\"M15\", signals).score", &nothing), Datum::Blank, "nothing known is not green");
    assert_eq!(worked_out("count(model(\"M15\", signals).no_data)", &nothing), number("8"));
}

// ---- a company in a book ---------------------------------------------------------------------------------------

/// One customer's records with one case, as the app holds them.
struct Company {
    book: Book,
    clock: Clock,
    now: NaiveDateTime,
}

impl Company {
    fn new(process: &str, customer: &[(&str, Value)], case: &[(&str, Value)]) -> Self {
        let mut company = Self { book: Book::new(), clock: Clock::new(5), now: "2026-11-23T10:00:00".parse().unwrap() };
        let first = Playbook::built_in().process(process).unwrap().first_step().unwrap().key;
        company.act(OWNER, |_, act| {
            act.create_as(kind::CUSTOMER, CUSTOMER, cells(customer));
            let mut fields = cells(case);
            fields.put(kind::PROCESS, process.into());
            fields.put(kind::CUSTOMER_REF, CUSTOMER.into());
            fields.put(kind::OWNER, OWNER.into());
            fields.put(kind::STEP, first.as_str().into());
            fields.put(kind::EVENT, "start".into());
            fields.put(kind::ENTERED_AT, "2026-11-23T10:00".into());
            act.create_as(kind::CASE, CASE, fields);
        });
        company
    }

    fn wall_ms(&self) -> u64 {
        u64::try_from((self.now - TimeDelta::hours(8)).and_utc().timestamp_millis()).unwrap()
    }

    /// Does something as one act, a minute later; gives its stamp.
    fn act(&mut self, by: RecordId, build: impl FnOnce(&Book, &mut Act<'_>)) -> Option<kehu_domain::stamp::Stamp> {
        self.now += TimeDelta::minutes(1);
        let wall_ms = self.wall_ms();
        let mut act = Act::begin(&mut self.clock, wall_ms, by);
        build(&self.book, &mut act);
        let changes = act.finish();
        let stamp = changes.first().map(|change| change.act);
        changes.into_iter().for_each(|change| assert!(self.book.insert(change)));
        stamp
    }

    fn order(&mut self, on: &str, yuan: i64) {
        let order = [("on", on.into()), ("amount", Value::Int(yuan * 100)), ("margin", Value::Int(yuan * 25))];
        self.of_customer(kind::ORDER, &order);
    }

    fn of_customer(&mut self, kind: Key, fields: &[(&str, Value)]) {
        let mut fields = cells(fields);
        fields.put(kind::CUSTOMER_REF, CUSTOMER.into());
        self.act(OWNER, |_, act| assert_ne!(act.create(kind, fields), CUSTOMER));
    }

    fn customer(&self) -> &kehu_domain::book::Record {
        self.book.get(CUSTOMER).unwrap()
    }

    fn tier(&self) -> Option<Tier> {
        tier(self.customer(), self.now.date()).0
    }

    fn case(&self) -> CaseView {
        let record = self.book.get(CASE).unwrap();
        let mut documents: Vec<_> = self.book.of_case(CASE, kind::DOCUMENT).collect();
        documents.sort_by_key(|document| document.created().map(|change| change.stamp));
        let filed = |document: &&kehu_domain::book::Record| Filed {
            form: document.text(kind::FORM).into(),
            created_by: document.created().map(|change| change.by),
            created_at: document.created().map(|change| civil(change.stamp.millis())),
            answers: document.fields().into_iter().map(|(key, value)| (key, value.clone())).collect(),
        };
        let mut history = Vec::new();
        let mut step = None;
        for change in record.changes() {
            let name = |key| change.set.get(key).and_then(Value::as_text).map(|text| Key::new(text).unwrap());
            let to = name(kind::STEP).or(step);
            if let (Some(from), Some(to), Some(event)) = (step, to, name(kind::EVENT)) {
                history.push(Moved { event, from, to, at: civil(change.stamp.millis()) });
            }
            step = to;
        }
        CaseView {
            id: Some(CASE),
            step: key(record.text(kind::STEP)),
            owner: record.reference(kind::OWNER),
            superiors: vec![SUPERIOR],
            persons: BTreeMap::new(),
            begun_at: record.created().map(|change| civil(change.stamp.millis())),
            entered_at: NaiveDateTime::parse_from_str(record.text(kind::ENTERED_AT), "%Y-%m-%dT%H:%M").ok(),
            fields: record.fields().into_iter().map(|(key, value)| (key, value.clone())).collect(),
            documents: documents.iter().map(filed).collect(),
            history,
            opened: std::collections::BTreeSet::new(),
        }
    }

    fn process(&self) -> &'static kehu_domain::workflow::Process {
        Playbook::built_in().process(self.book.get(CASE).unwrap().text(kind::PROCESS)).unwrap()
    }

    fn facts(&self) -> Facts<'static> {
        let today = self.now.date();
        let customer = Playbook::built_in().customer_facts(|fact| customer_fact(self.customer(), today, fact));
        let posts = [(OWNER, "KA-E"), (SUBSTITUTE, "KA-E"), (KA_S, "KA-S"), (MGR, "MGR"), (DIR, "DIR")];
        Facts {
            now: self.now,
            forms: Playbook::built_in().forms(),
            calendar: calendar(),
            known: Names::from([(kind::CUSTOMER, customer.clone()), (CLIENT, customer)]),
            rule_dues: BTreeMap::new(),
            posts: Arc::new(posts.iter().map(|(staff, post)| (*staff, vec![key(post)])).collect()),
            register: kehu_domain::expr::Register::default(),
        }
    }

    /// What surrounds a form that `by` fills, with what the records say for a grading sheet.
    fn context(&self, by: &Actor) -> Context {
        let records = self.records();
        context(self.process(), &self.case(), by, &self.facts()).with(RECORDS, records)
    }

    fn records(&self) -> Datum {
        let cards = score::parse(score::GRADING).unwrap();
        let mut ledger = Ledger::new(self.now.date(), 1, 365);
        let orders: Vec<_> =
            self.book.of_customer(CUSTOMER, kind::ORDER).filter_map(|order| OrderLine::of(order, 0)).collect();
        let owed: Vec<_> =
            self.book.of_customer(CUSTOMER, kind::RECEIVABLE).filter_map(|owed| Receivable::of(owed, 0)).collect();
        ledger.add_orders(&orders);
        ledger.add_receivables(&owed);
        let facts = [CardFacts::of(self.customer())];
        let card = cards.card("M01").unwrap();
        let batch = GradeBatch { card, ledger: &ledger, cards: &facts };
        let (facts, _) = batch.outcome(0).unwrap();
        model::records(card, &facts, ledger.purchases(0), ledger.day(), |origin| origin.source.to_string())
    }

    /// Fills in what a form begins with and `more`, and files it.
    fn file(&mut self, by: (RecordId, &str), form: &str, more: &[(&str, Value)]) {
        let template = Playbook::built_in().form(form).unwrap();
        let context = self.context(&person(by));
        let mut given = defaults(template, &context, Lang::En);
        given.extend(answers(more));
        assert_eq!(check(template, &given, &context), [], "{form}");
        let mut fields: Cells<Value> = state(template, &given, &context)
            .completed(&given)
            .into_iter()
            .filter(|(_, value)| !value.is_blank())
            .collect();
        fields.put(kind::FORM, form.into());
        fields.put(kind::CASE_REF, CASE.into());
        fields.put(kind::CUSTOMER_REF, CUSTOMER.into());
        self.act(by.0, |_, act| assert_ne!(act.create(kind::DOCUMENT, fields), CUSTOMER));
    }

    fn does(
        &mut self,
        actor: &Actor,
        event: &str,
        given: &[(&str, Value)],
    ) -> Result<kehu_domain::stamp::Stamp, MoveError> {
        let made = attempt(self.process(), &self.case(), key(event), actor, &self.facts(), &answers(given))?;
        let by = actor.staff().unwrap_or(SYSTEM);
        Ok(self.act(by, |book, act| made.write(book, act, CASE, Some(CUSTOMER))).unwrap())
    }

    /// What the app does when it looks at the case; the moves it made.
    fn looks(&mut self) -> Vec<Key> {
        let mut made = Vec::new();
        loop {
            let calendar = calendar();
            let signals = self.signals();
            let row = model::signals(&signals, &calendar.0.days, self.now.date());
            let changed = watched(self.process(), &self.case(), &self.facts(), row);
            if !changed.is_empty() {
                self.act(SYSTEM, |book, act| {
                    for (key, value) in changed {
                        act.set(book, kind::CASE, CASE, key, value);
                    }
                });
            }
            let Some(event) = app_move(self.process(), &self.case(), &self.facts()) else { return made };
            self.does(&Actor::App, event.as_str(), &[]).unwrap();
            made.push(event);
        }
    }

    fn signals(&self) -> Signals {
        let card = churn::parse(churn::SHIPPED).unwrap();
        let cadence = Cadence::shipped().unwrap();
        gather(&self.book, self.customer(), &card, &cadence, &calendar().0.days, self.now.date())
    }

    fn says(&self, field: &str) -> Value {
        self.book.get(CASE).unwrap().get(key(field)).clone()
    }

    fn step(&self) -> &str {
        self.book.get(CASE).unwrap().text(kind::STEP)
    }
}

fn cells(pairs: &[(&str, Value)]) -> Cells<Value> {
    pairs.iter().map(|(name, value)| (key(name), value.clone())).collect()
}

fn person((staff, post): (RecordId, &str)) -> Actor {
    Actor::Person { staff, posts: vec![key(post)] }
}

/// The calendar as shipped, as moves want it.
struct Work(Calendar);

impl kehu_domain::workflow::WorkCalendar for Work {
    fn is_working(&self, day: NaiveDate) -> bool {
        self.0.days.is_working(day)
    }

    fn add_working_days(&self, day: NaiveDate, count: i32) -> NaiveDate {
        self.0.days.add_wd(day, count)
    }

    fn add_working_minutes(&self, moment: NaiveDateTime, minutes: u32) -> NaiveDateTime {
        self.0.add_minutes(moment, minutes.into())
    }
}

fn calendar() -> &'static Work {
    static CALENDAR: std::sync::OnceLock<Work> = std::sync::OnceLock::new();
    CALENDAR.get_or_init(|| Work(Calendar::shipped().unwrap()))
}

/// A customer since 2021 with an order of `yuan` every month of 2024, 2025 and 2026 until October.
fn buyer(process: &str, yuan: i64, card: &[(&str, Value)], case: &[(&str, Value)]) -> Company {
    let mut customer = vec![("name", "Pump works".into()), ("since", "2021-03-01".into()), ("stage", "active".into())];
    customer.extend(card.iter().cloned());
    let mut company = Company::new(process, &customer, case);
    for month in 0..34 {
        company.order(&format!("{}-{:02}-05", 2024 + month / 12, month % 12 + 1), yuan);
    }
    company
}

fn graded(yuan: i64, card: &[(&str, Value)]) -> Company {
    buyer("W-4.1", yuan, card, &[("trigger", "yearly".into())])
}

// ---- W-4.1 -----------------------------------------------------------------------------------------------------

#[test]
fn the_sheet_begins_with_the_records_and_gives_the_grade_that_grading_all_gives() {
    // 500,000 a month at 25 %: V1 100, V2 80, V3 N/A, V4 100, V5 100, V6 40, V7 and V8 as on the card.
    let company = graded(500_000, &[("v7_influence", Value::Int(5)), ("v8_cost", "1".into())]);
    let template = Playbook::built_in().form("F-4.1-1").unwrap();
    let context = company.context(&person((OWNER, "KA-E")));
    let begun = defaults(template, &context, Lang::En);
    for (field, value) in [
        ("v1_sales", Value::Int(600_000_000)),
        ("v2_margin", "25".into()),
        ("v3_ontime", Value::Mark(Mark::NotApplicable)),
        ("v4_months", Value::Int(12)),
        ("v5_years", "5.7".into()),
        ("v6_growth", "0".into()),
        ("v7_influence", Value::Int(5)),
        ("v8_cost", "1".into()),
    ] {
        assert_eq!(begun.get(&key(field)), Some(&value), "{field}");
    }
    let sources = begun[&key("sources")].items();
    assert_eq!(sources.len(), 7, "one for every value there is");
    assert_eq!(sources[0].cell(key("source")), &"orders 12 2025-11-01 2026-10-31".into());
    assert_eq!(check(template, &begun, &context), []);
    let done = state(template, &begun, &context).completed(&begun);
    assert_eq!((done[&key("score")].clone(), done[&key("grade")].clone()), (Value::Int(8_941), "A".into()));
    assert_eq!(done[&key("rfm_cell")], "445".into());
    // What a person knows better counts.
    let mut better = begun;
    better.insert(key("v7_influence"), Value::Int(1));
    let done = state(template, &better, &context).completed(&better);
    assert_eq!(done[&key("score")], Value::Int(8_000));
}

#[test]
fn a_rounded_value_earns_what_the_exact_one_earns() {
    let cards = score::parse(score::GRADING).unwrap();
    let read =
        |code: &str, exact: &str| cards.card("M01").unwrap().item(key(code)).unwrap().as_read(exact.parse().unwrap());
    // 2.96 years are not yet three, 19.996 % are not 20; ordinary values are rounded as everywhere.
    assert_eq!((read("V5", "2.96"), read("V5", "2.94"), read("V5", "2.86")), (29, 29, 29));
    assert_eq!((read("V2", "19.996"), read("V2", "19.994"), read("V2", "25.005")), (1_999, 1_999, 2_501));
    // The scale of costs turns the other way.
    assert_eq!((read("V8", "2.004"), read("V8", "1.004"), read("V8", "2")), (201, 101, 200));
    assert_eq!(read("V2", "0.001"), 1);
}

/// A grading that was submitted.
fn submitted(mut company: Company, more: &[(&str, Value)]) -> Company {
    company.looks();
    company.file((OWNER, "KA-E"), "F-4.1-1", &[]);
    assert_eq!(company.looks(), [key("score")]);
    company.file((KA_S, "KA-S"), "F-4.1-2", more);
    company.does(&person((KA_S, "KA-S")), "submit", &[]).unwrap();
    company.looks();
    company
}

#[test]
fn publishing_sets_the_customer_s_grade_and_undoing_it_takes_it_back() {
    let card = [("grade", "B".into()), ("grade_until", "2026-12-31".into()), ("v7_influence", Value::Int(5))];
    let mut company = submitted(graded(500_000, &card), &[]);
    assert_eq!(company.tier(), Some(Tier::B));
    let refused = company.does(&person((SUPERIOR, "KA-S")), "approve", &[]).unwrap_err();
    assert!(matches!(refused, MoveError::Refused(reasons) if matches!(reasons[..], [Refusal::Guard(_)])));
    let published = company.does(&person((MGR, "MGR")), "approve", &[]).unwrap();
    assert_eq!(company.tier(), Some(Tier::A));
    let customer = company.customer();
    assert_eq!(customer.get(kind::GRADE_UNTIL), &"2027-11-23".into());
    assert_eq!(customer.get(kind::VIP_UNTIL), &Value::Null);
    // One act: the case goes back with the customer, though the app has looked at it since.
    assert_eq!(company.looks(), Vec::<Key>::new());
    company.act(MGR, |book, act| drop(book.undo(published, act)));
    assert_eq!((company.tier(), company.step()), (Some(Tier::B), "submitted"));
    assert_eq!(company.customer().get(kind::GRADE_UNTIL), &"2026-12-31".into());
    company.does(&person((MGR, "MGR")), "approve", &[]).unwrap();
    assert_eq!(company.looks(), Vec::<Key>::new());
    // Nothing is ordered any more: three months' sales fall behind the year before, and the app grades again.
    company.now += TimeDelta::days(100);
    assert_eq!(company.looks(), [key("regrade")]);
    assert_eq!((company.step(), company.says("event_now")), ("superseded", "sales_down".into()));
}

#[test]
fn c_and_d_are_approved_by_the_superior_a_and_b_by_the_manager_vips_by_the_director() {
    let approvers = [(SUPERIOR, "CR-S"), (MGR, "MGR"), (DIR, "DIR")];
    let who = |yuan, card: &[(&str, Value)], more: &[(&str, Value)]| -> Vec<RecordId> {
        let company = submitted(graded(yuan, card), more);
        let may = |one: &&(RecordId, &str)| {
            attempt(
                company.process(),
                &company.case(),
                key("approve"),
                &person(**one),
                &company.facts(),
                &Answers::new(),
            )
            .is_ok()
        };
        approvers.iter().filter(may).map(|(staff, _)| *staff).collect()
    };
    let high = [("v7_influence", Value::Int(5)), ("v8_cost", "1".into())];
    let higher = [("v3_ontime", Value::Int(10_000)), ("v7_influence", Value::Int(5)), ("v8_cost", "1".into())];
    let exception = |proposed: &str, score: i64| {
        let one = row(&[
            ("customer", CUSTOMER.into()),
            ("score", Value::Int(score)),
            ("proposed", proposed.into()),
            ("exception", true.into()),
            ("reason", "strategic".into()),
        ]);
        [("rows", Value::List(vec![one]))]
    };
    // Capped to C by the credit grade, D by the blacklist.
    let credit = [("credit_grade", "C".into())];
    assert_eq!(who(500_000, &credit, &[]), [SUPERIOR, MGR, DIR]);
    assert_eq!(who(500_000, &[("stage", "blacklisted".into())], &[]), [SUPERIOR, MGR, DIR]);
    assert_eq!(who(500_000, &high, &[]), [MGR, DIR]);
    // From B down to C by exception it is still a B that was worked out.
    let lowered = graded(100_000, &[]);
    let context = lowered.context(&person((OWNER, "KA-E")));
    let template = Playbook::built_in().form("F-4.1-1").unwrap();
    let begun = defaults(template, &context, Lang::En);
    let done = state(template, &begun, &context).completed(&begun);
    assert_eq!(done[&key("grade")], "B".into());
    assert_eq!(who(100_000, &[], &exception("C", done[&key("score")].as_int().unwrap())), [MGR, DIR]);
    // A total of 90 proposes VIP at once.
    assert_eq!(who(500_000, &higher, &[]), [DIR]);
}

#[test]
fn a_vip_by_score_ends_with_a_grading_that_does_not_renew_it_and_a_designation_on_its_own_day() {
    let higher = [("v3_ontime", Value::Int(10_000)), ("v7_influence", Value::Int(5)), ("v8_cost", "1".into())];
    let mut company = submitted(graded(500_000, &higher), &[]);
    company.does(&person((DIR, "DIR")), "approve", &[]).unwrap();
    assert_eq!((company.tier(), company.customer().text(kind::VIP_BY)), (Some(Tier::Vip), "score"));
    for (by, stays) in [("score", Tier::B), ("partner", Tier::Vip)] {
        let vip = [
            ("grade", "A".into()),
            ("grade_until", "2026-12-31".into()),
            ("vip_until", "2026-12-31".into()),
            ("vip_by", by.into()),
        ];
        let mut company = submitted(graded(100_000, &vip), &[]);
        assert_eq!(company.case().latest("F-4.1-1").unwrap().answers[&key("previous_grade")], "VIP".into());
        company.does(&person((MGR, "MGR")), "approve", &[]).unwrap();
        assert_eq!(company.tier(), Some(stays), "{by}");
    }
}

#[test]
fn an_event_after_publishing_opens_a_new_grading_and_one_known_before_does_not() {
    let approved = |card: &[(&str, Value)]| {
        let mut company = submitted(graded(500_000, card), &[]);
        company.does(&person((DIR, "DIR")), "approve", &[]).unwrap();
        company
    };
    let mut company = approved(&[]);
    assert_eq!(company.looks(), Vec::<Key>::new());
    company.act(OWNER, |book, act| act.set(book, kind::CUSTOMER, CUSTOMER, kind::CREDIT_GRADE, "C".into()));
    assert_eq!(company.looks(), [key("regrade")]);
    assert_eq!((company.step(), company.says("event_now")), ("superseded", "credit".into()));

    let mut company = approved(&[("credit_grade", "C".into())]);
    assert_eq!(company.says("event_before"), "credit".into());
    assert_eq!(company.looks(), Vec::<Key>::new(), "the grade is capped by it already");
    company.of_customer(
        kind::RECEIVABLE,
        &[("due_on", "2026-08-01".into()), ("amount", Value::Int(100)), ("paid", Value::Int(0))],
    );
    assert_eq!(company.looks(), Vec::<Key>::new(), "credit C is the graver");
    company.act(OWNER, |book, act| act.set(book, kind::CUSTOMER, CUSTOMER, kind::STAGE, "blacklisted".into()));
    assert_eq!(company.looks(), [key("regrade")]);
}

#[test]
fn a_sheet_without_what_is_required_stays_in_collecting() {
    let mut company = Company::new("W-4.1", &[("name", "New".into())], &[("trigger", "yearly".into())]);
    let refused = |company: &mut Company| match company.does(&Actor::App, "score", &[]).unwrap_err() {
        MoveError::Refused(reasons) => reasons.len(),
        other => panic!("{other:?}"),
    };
    assert_eq!(company.looks(), Vec::<Key>::new());
    // Nothing was ever ordered, so the sheet begins empty and is filled by hand: too little of it.
    let source = row(&[("item", "V1".into()), ("source", "their books".into()), ("on", "2026-11-01".into())]);
    let told =
        [("v1_sales", Value::Int(100)), ("v3_ontime", Value::Int(9_000)), ("sources", Value::List(vec![source]))];
    company.file((OWNER, "KA-E"), "F-4.1-1", &told);
    assert_eq!(company.looks(), Vec::<Key>::new());
    assert_eq!(refused(&mut company), 1);
    assert_eq!(company.case().latest("F-4.1-1").unwrap().answers[&key("grade")], "ungraded".into());
}

// ---- W-4.2 -----------------------------------------------------------------------------------------------------

/// A key account in service: grade A, ordering every month until October.
fn account() -> Company {
    let card = [("grade", "A".into()), ("grade_until", "2027-10-31".into()), ("last_contact", "2026-11-01".into())];
    let case = [("substitute", SUBSTITUTE.into())];
    let mut company = buyer("W-4.2", 500_000, &card, &case);
    company.act(MGR, |book, act| act.note(book, kind::CASE, CASE, kind::STEP, "serving".into()));
    company
}

#[test]
fn signals_follow_the_records_and_what_they_do_not_say_stays_unknown() {
    let mut company = account();
    let signals = company.signals();
    // 1,500,000 in August to October as in the year before; the last order is 49 days old, the mean interval a month.
    assert_eq!(signals.sales_change, Some(score::Ratio::ZERO));
    assert_eq!(
        signals.order_gap,
        score::Ratio::new(49 * 33, i128::from((day("2026-10-05") - day("2024-01-05")).num_days()))
    );
    assert_eq!((signals.satisfaction, signals.key_person_left, signals.overdue_days), (None, None, None));
    assert_eq!(signals.visit_overdue, Some(score::Ratio::ZERO));
    company.of_customer(
        kind::CONTACT,
        &[("name", "He".into()), ("role", "decision".into()), ("left_on", "2026-11-20".into())],
    );
    assert_eq!(company.signals().key_person_left, Some(true));
    company.of_customer(kind::CONTACT, &[("name", "Wu".into()), ("role", "decision".into())]);
    assert_eq!(company.signals().key_person_left, Some(false), "a successor");
    company.of_customer(
        kind::RECEIVABLE,
        &[("due_on", "2026-11-03".into()), ("amount", Value::Int(100)), ("paid", Value::Int(0))],
    );
    assert_eq!(company.signals().overdue_days, Some(20));
    // Orders that do not reach back a year cannot be compared.
    let young = Company::new("W-4.2", &[("name", "Young".into())], &[]);
    assert_eq!((young.signals().sales_change, young.signals().order_gap), (None, None));
}

#[test]
fn the_records_raise_an_alert_that_is_cleared_and_raised_again_when_it_gets_worse() {
    let mut company = account();
    assert_eq!(company.looks(), Vec::<Key>::new());
    assert_eq!(company.says("churn_score"), Value::Int(600));
    assert_eq!(company.says("churn_at"), "2026-11-02T00:00".into());
    let unknown: Vec<&str> =
        company.book.get(CASE).unwrap().get(key("churn_unknown")).items().iter().filter_map(Value::as_text).collect();
    assert_eq!(unknown, ["satisfaction", "key_person_left", "overdue_days"]);
    let before = company.book.len();
    let changes = company.book.changes().len();
    company.looks();
    assert_eq!((company.book.len(), company.book.changes().len()), (before, changes), "nothing new, nothing written");

    // A key person leaves, and a payment is overdue for 40 days: 6 + 10 + 10.
    company.of_customer(
        kind::CONTACT,
        &[("name", "He".into()), ("role", "decision".into()), ("left_on", "2026-11-20".into())],
    );
    company.of_customer(
        kind::RECEIVABLE,
        &[("due_on", "2026-10-14".into()), ("amount", Value::Int(100)), ("paid", Value::Int(0))],
    );
    assert_eq!(company.looks(), [key("warn")]);
    assert_eq!(
        (company.step(), company.says("churn_score"), company.says("churn_colour")),
        ("alert", Value::Int(2_600), "yellow".into())
    );
    let points: Vec<(&str, i64)> = company
        .book
        .get(CASE)
        .unwrap()
        .get(key("churn_points"))
        .items()
        .iter()
        .map(|row| (row.cell(key("row")).as_text().unwrap(), row.cell(key("points")).as_int().unwrap()))
        .collect();
    assert_eq!(points, [("orders", 6), ("contact", 10), ("payment", 10)]);
    assert_eq!(company.says("warned_on"), "2026-11-23".into());

    let cleared =
        [("contacted_by", OWNER.into()), ("contacted_on", "2026-11-23".into()), ("reason", "stocktaking".into())];
    company.does(&person((KA_S, "KA-S")), "clear", &cleared).unwrap();
    assert_eq!(company.looks(), Vec::<Key>::new(), "dealt with");
    company.now += TimeDelta::days(10);
    // December has come, and the orders stay away: 59 days are almost twice the interval.
    assert_eq!(company.looks(), [key("warn")]);
    assert_eq!(company.says("churn_at"), "2026-12-01T00:00".into());
}

#[test]
fn an_account_that_comes_back_is_recovered_and_one_that_does_not_is_lost() {
    let raised = || {
        let mut company = account();
        company.now = "2027-01-20T10:00:00".parse().unwrap();
        company.of_customer(
            kind::CONTACT,
            &[("name", "He".into()), ("role", "decision".into()), ("left_on", "2026-11-20".into())],
        );
        company.of_customer(
            kind::RECEIVABLE,
            &[
                ("code", "R1".into()),
                ("due_on", "2026-10-14".into()),
                ("amount", Value::Int(100)),
                ("paid", Value::Int(0)),
            ],
        );
        assert_eq!(company.looks(), [key("warn")]);
        assert_eq!(company.says("churn_colour"), "red".into());
        let today = company.now.date();
        let plan = [
            ("rescue_plan", "visit the owner".into()),
            ("rescue_approver", DIR.into()),
            ("rescue_approved_on", today.into()),
        ];
        company.does(&person((KA_S, "KA-S")), "rescue", &plan).unwrap();
        company.looks();
        assert_eq!(company.step(), "rescue");
        company
    };
    let mut company = raised();
    assert!(company.does(&person((KA_S, "KA-S")), "recovered", &[]).is_err());
    // They order again, pay, and a successor is found.
    company.order("2027-01-19", 2_000_000);
    company.order("2026-12-19", 2_000_000);
    company.of_customer(kind::CONTACT, &[("name", "Wu".into()), ("role", "decision".into())]);
    company.looks();
    assert!(company.says("churn_score").as_int().unwrap() < 2_000, "{:?}", company.says("churn_points"));
    company.does(&person((KA_S, "KA-S")), "recovered", &[]).unwrap();
    assert_eq!((company.looks(), company.step()), (Vec::new(), "serving"));

    let mut company = raised();
    let today = company.now.date();
    let loss = [("lost_on", today.into()), ("reason", "price".into()), ("lesson", "ask earlier".into())];
    company.file((KA_S, "KA-S"), "F-4.2-6", &loss);
    let filed = company.case().latest("F-4.2-6").unwrap().answers.clone();
    // January to October 2026 with an order each; from November on there was none.
    assert_eq!(filed[&key("last_12m_sales")], Value::Int(500_000_000));
    company.does(&person((KA_S, "KA-S")), "lose", &[]).unwrap();
    assert_eq!((company.looks(), company.step()), (Vec::new(), "lost"));
}

#[test]
fn an_expired_grade_is_no_longer_in_force_but_remembered() {
    let card = [("grade", "A".into()), ("grade_until", "2026-11-22".into())];
    let company = graded(20_000, &card);
    let today = company.now.date();
    let fact = |name: &str| customer_fact(company.customer(), today, key(name));
    assert_eq!((fact("grade"), fact("tier"), fact("last_tier")), (Value::Null, Value::Null, "A".into()));
    assert_eq!(fact("id"), CUSTOMER.into());
}
