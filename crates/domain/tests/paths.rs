//! Every way through every process, walked from the first step to each end.
//!
//! A walk goes along a simple path of the process: no step twice. Moves that lead back, and loops, are walked on the way of
//! a walk of their own. For each move the test fills what it files and asks: it begins with what a form begins with, gives
//! answers of the right types, and changes what a refusal or a problem is about until nothing speaks against the move.
//! Only the engine decides: [`Stage`] has `begin`, `file` and `attempt` and nothing else.
#![allow(clippy::unwrap_used)]

mod stage;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate, NaiveTime, TimeDelta};
use kehu_domain::dictionary::Dictionary;
use kehu_domain::expr::{Expr, Function, Node};
use kehu_domain::field::{Cell, Choices, FieldType};
use kehu_domain::form::{self, Answers, Form, Problem, ProblemKind, Requirement, Rule};
use kehu_domain::key::Key;
use kehu_domain::playbook::Playbook;
use kehu_domain::text::{Lang, Text};
use kehu_domain::value::Value;
use kehu_domain::workflow::{Actor, CANCEL, Move, MoveError, Process, Refusal, Role, Started, Transition, offers};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use stage::{CAST, CUSTOMER, OTHER_CASE, SUPERIOR, Stage, acting, holder};

/// How often one move is tried with other answers, and one walk from its beginning.
const TRIES: u32 = 400;
const RESTARTS: u64 = 60;

/// What must have happened in a step before a move can be made: process, step, event, the moves before it.
const DETOURS: &[(&str, &str, &str, &[&str])] = &[
    // Three attempts on three days (R-3.1-3).
    ("W-3.1", "planned", "give_up", &["no_answer", "no_answer", "no_answer"]),
    // The third round that fails goes outside.
    ("W-6.2", "negotiating", "escalate_out", &["refuse", "approve", "refuse", "approve"]),
];

/// Forms that decide together: process, event, form, how many, and the whole number they all begin with.
const JOINTLY: &[(&str, &str, &str, usize, i64)] = &[
    // Three reviewers, and a mean in the range of each decision (M13).
    ("W-3.4", "adopt", "F-3.4-2", 3, 70),
    ("W-3.4", "keep", "F-3.4-2", 3, 55),
    ("W-3.4", "not_adopt", "F-3.4-2", 3, 20),
];

/// Fields that the app works out from other records: process, field.
const WORKED_OUT: &[(&str, &str)] = &[("W-4.2", "churn_score"), ("W-4.2", "churn_colour"), ("W-4.2", "churn_at")];

// ---- ways through a process ----------------------------------------------------------------------------------------

type Way<'p> = Vec<&'p Transition>;

fn planned(process: &Process) -> impl Iterator<Item = &Transition> {
    process.transitions.iter().filter(|made| made.event != CANCEL)
}

/// Every way from `step` to an end on which no step comes twice.
fn simple_ways<'p>(process: &'p Process, step: Key, passed: &BTreeSet<Key>) -> Vec<Way<'p>> {
    if process.step(step).unwrap().is_terminal {
        return vec![Vec::new()];
    }
    let passed: BTreeSet<Key> = passed.iter().copied().chain([step]).collect();
    let onward = planned(process).filter(|made| made.from == step && !passed.contains(&made.to));
    onward
        .flat_map(|made| {
            let rest = simple_ways(process, made.to, &passed);
            rest.into_iter().map(move |rest| [vec![made], rest].concat())
        })
        .collect()
}

/// All simple ways, and one through each move that is on none: to it, back, and on to an end.
fn ways(process: &Process) -> Vec<Way<'_>> {
    let first = process.first_step().unwrap().key;
    let mut ways = simple_ways(process, first, &BTreeSet::new());
    for made in planned(process) {
        if ways.iter().flatten().any(|one| *one == made) {
            continue;
        }
        let to = ways.iter().filter_map(|way| Some(&way[..way.iter().position(|one| one.from == made.from)?]));
        let to = to.min_by_key(|way| way.len()).unwrap().to_vec();
        let on = simple_ways(process, made.to, &BTreeSet::new()).into_iter().min_by_key(Vec::len).unwrap();
        ways.push([to, vec![made], on].concat());
    }
    ways
}

// ---- chance --------------------------------------------------------------------------------------------------------

/// Numbers that look like chance and are the same at every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, count: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(count.max(1)).unwrap()).unwrap()
    }

    fn pick<'t, T>(&mut self, from: &'t [T]) -> Option<&'t T> {
        from.get(self.below(from.len()))
    }

    fn happens(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

// ---- answers -------------------------------------------------------------------------------------------------------

/// The numbers and texts that conditions of a process and its forms spell out.
#[derive(Default)]
struct Mentioned {
    numbers: BTreeSet<Decimal>,
    texts: BTreeSet<Box<str>>,
}

impl Mentioned {
    fn of(process: &Process) -> Self {
        let mut mentioned = Self::default();
        let playbook = Playbook::built_in();
        let forms = process.forms().into_iter().filter_map(|form| playbook.form(form));
        let asks = process.transitions.iter().filter_map(|made| made.asks.as_ref());
        let begin = process.begin.iter().filter_map(|begin| begin.asks.as_ref());
        for form in forms.chain(asks).chain(begin) {
            conditions(form).for_each(|expr| mentioned.add(expr));
        }
        process.transitions.iter().flat_map(|made| &made.guards).for_each(|guard| mentioned.add(&guard.holds));
        mentioned
    }

    fn add(&mut self, expr: &Expr) {
        match &expr.node {
            Node::Number(number) => drop(self.numbers.insert(*number)),
            Node::Text(text) => drop(self.texts.insert(text.clone())),
            _ => {}
        }
        expr.parts().into_iter().for_each(|part| self.add(part));
    }
}

fn rules(form: &Form) -> impl Iterator<Item = &Rule> {
    form.rules.iter().chain(form.fields().flat_map(|field| &field.rules))
}

fn conditions(form: &Form) -> impl Iterator<Item = &Expr> {
    let of_fields = form.fields().flat_map(|field| {
        let required = match &field.requirement {
            Requirement::When(when) | Requirement::Auto(Some(when)) => Some(when),
            _ => None,
        };
        required.into_iter().chain(&field.visible_when)
    });
    rules(form).map(|rule| &rule.holds).chain(of_fields)
}

/// Gives answers of the right type.
struct Pen<'a> {
    chance: &'a mut Chance,
    mentioned: &'a Mentioned,
    now: chrono::NaiveDateTime,
}

impl Pen<'_> {
    fn answer(&mut self, kind: &FieldType) -> Value {
        match kind {
            FieldType::Text { max } => self.text(usize::from(*max)),
            FieldType::Long => self.text(100),
            FieldType::Int { min, max } => {
                let (min, max) = (min.unwrap_or(0), max.unwrap_or(1_000));
                Value::Int(self.number(1).clamp(min, max))
            }
            FieldType::Money => Value::Int(self.number(100)),
            FieldType::Percent | FieldType::Score => Value::Int(self.number(100).clamp(0, 10_000)),
            FieldType::Seconds => Value::Int(self.number(1).clamp(0, 86_400)),
            FieldType::Rating => Value::Int(self.number(1).clamp(1, 5)),
            FieldType::Decimal { .. } => Value::text(self.number(1).to_string()),
            FieldType::Date => self.day().into(),
            FieldType::DateTime => {
                let minutes = [0, 1, -1, 60, -60, 120, 1_440, -1_440, -2_880, -4_320, 2_880, 14_400];
                (self.now + TimeDelta::minutes(*self.chance.pick(&minutes).unwrap())).into()
            }
            FieldType::Time => "10:00".into(),
            FieldType::Lunar => "L08-15".into(),
            FieldType::DateOrLunar => self.day().into(),
            FieldType::Bool => self.chance.happens(50).into(),
            FieldType::Choice(choices) => self.choice(choices),
            FieldType::ChoiceSet(choices) => Value::List(vec![self.choice(choices)]),
            FieldType::Tags => Value::List(vec!["甲".into()]),
            FieldType::Reference(target) => match target.as_str() {
                "staff" => {
                    let people: Vec<_> = CAST.keys().copied().collect();
                    (*self.chance.pick(&people).unwrap()).into()
                }
                "customer" => CUSTOMER.into(),
                _ => OTHER_CASE.into(),
            },
            FieldType::Phone => Value::text(format!("1380000000{}", self.chance.below(10))),
            FieldType::Email => "a@b.cn".into(),
            FieldType::Uscc => "91350100M000100Y43".into(),
            FieldType::Gtin => "06901234567892".into(),
            FieldType::Gln => "6901234567892".into(),
            FieldType::File | FieldType::Photo | FieldType::Sign => "file1".into(),
            FieldType::Place => "大厅".into(),
            FieldType::Rows(cells) => {
                let count = *self.chance.pick(&[1, 1, 1, 2, 3, 4]).unwrap();
                Value::List((0..count).map(|_| self.row(cells)).collect())
            }
        }
    }

    fn row(&mut self, cells: &[Cell]) -> Value {
        let mut row = Answers::new();
        for cell in cells.iter().filter(|cell| cell.auto.is_none()) {
            if !cell.is_optional || self.chance.happens(30) {
                row.insert(cell.field.key, self.answer(&cell.field.kind));
            }
        }
        Value::Map(Box::new(row))
    }

    fn text(&mut self, max: usize) -> Value {
        let spelled: Vec<&str> = self.mentioned.texts.iter().map(|text| &**text).collect();
        let text = match self.chance.pick(&spelled) {
            Some(text) if self.chance.happens(10) => (*text).to_owned(),
            _ => format!("第{}条", self.chance.below(1_000)),
        };
        Value::text(text.chars().take(max).collect::<String>())
    }

    /// A number some condition mentions or one near it, or a plain one, `scale` times.
    fn number(&mut self, scale: i64) -> i64 {
        let mut numbers: Vec<i64> = vec![0, 1, 2, 3, 4, 5, 10, 50, 55, 100];
        numbers.extend(self.mentioned.numbers.iter().filter_map(Decimal::to_i64));
        let number = *self.chance.pick(&numbers).unwrap() + *self.chance.pick(&[0, 0, 0, 1, -1]).unwrap();
        number.max(0).saturating_mul(scale)
    }

    fn day(&mut self) -> NaiveDate {
        let today = self.now.date();
        if self.chance.happens(25) {
            let month = today.month0() / 3 * 3 + 4 + 3 * u32::from(self.chance.happens(30));
            let (year, month) = (today.year() + i32::try_from((month - 1) / 12).unwrap(), (month - 1) % 12 + 1);
            return NaiveDate::from_ymd_opt(year, month, 1).unwrap().pred_opt().unwrap();
        }
        let days = [0, 0, 1, 1, 3, 7, 30, 90, -1, -7];
        let days: i64 = *self.chance.pick(&days).unwrap();
        today + TimeDelta::days(days)
    }

    fn choice(&mut self, choices: &Choices) -> Value {
        let keys: Vec<Key> = match choices {
            Choices::Given(choices) => choices.iter().map(|choice| choice.key).collect(),
            Choices::Group(group) => {
                let items = Dictionary::built_in().group(*group).unwrap().items();
                items.iter().take(5).map(|item| item.key).collect()
            }
        };
        Value::from(self.chance.pick(&keys).unwrap().as_str())
    }
}

// ---- one move with what it takes -----------------------------------------------------------------------------------

/// A form to be filed for a move.
#[derive(Clone)]
struct Sheet {
    form: &'static Form,
    by: Actor,
    stage: Option<Key>,
    goes_on: bool,
    /// Whether the move can perhaps do without.
    is_optional: bool,
    is_used: bool,
    answers: Answers,
}

/// Everything a person decides before a move.
#[derive(Clone)]
struct Plan {
    actor: Actor,
    wait: TimeDelta,
    customer: BTreeMap<Key, Value>,
    worked_out: Answers,
    sheets: Vec<Sheet>,
    asks: Answers,
}

/// Where something is wrong, and what it is about.
#[derive(Debug)]
#[allow(dead_code, reason = "what is refused is shown where a way cannot be walked")]
struct Trouble {
    /// The sheet; none for what the move itself asks or is refused for.
    sheet: Option<usize>,
    problem: Option<Problem>,
    refusal: Option<Refusal>,
    names: Vec<Key>,
    /// The forms whose content is asked about.
    forms: Vec<Box<str>>,
}

fn names(expr: &Expr, names: &mut Vec<Key>, forms: &mut Vec<Box<str>>) {
    match &expr.node {
        Node::Name(name) => names.push(*name),
        Node::Cell(_, cell) => names.push(*cell),
        Node::Call(Function::Documents, arguments) => {
            if let Some(Node::Text(form)) = arguments.first().map(|form| &form.node) {
                forms.push(form.clone());
            }
        }
        _ => {}
    }
    expr.parts().into_iter().for_each(|part| self::names(part, names, forms));
}

/// What the condition behind a message is about.
fn about<'e>(text: &Text, mut among: impl Iterator<Item = (&'e Text, &'e Expr)>) -> (Vec<Key>, Vec<Box<str>>) {
    let (mut found, mut forms) = (Vec::new(), Vec::new());
    if let Some((_, expr)) = among.find(|(otherwise, _)| *otherwise == text) {
        names(expr, &mut found, &mut forms);
    }
    (found, forms)
}

fn problem_trouble(sheet: Option<usize>, form: &Form, problem: Problem) -> Trouble {
    let (mut names, forms) = match &problem.kind {
        ProblemKind::Broken(text) => about(text, rules(form).map(|rule| (&rule.otherwise, &rule.holds))),
        _ => (Vec::new(), Vec::new()),
    };
    names.extend(problem.field);
    Trouble { sheet, problem: Some(problem), refusal: None, names, forms }
}

fn refusal_trouble(transition: &Transition, refusal: Refusal) -> Trouble {
    let (names, forms) = match &refusal {
        Refusal::Guard(text) => about(text, transition.guards.iter().map(|guard| (&guard.otherwise, &guard.holds))),
        Refusal::FormMissing(form) | Refusal::FormIncomplete { form, .. } | Refusal::OwnWork(form) => {
            (Vec::new(), vec![form.clone()])
        }
        Refusal::WrongRole { .. } => (Vec::new(), Vec::new()),
    };
    Trouble { sheet: None, problem: None, refusal: Some(refusal), names, forms }
}

/// Walks one process.
struct Walker {
    process: &'static Process,
    chance: Chance,
    mentioned: Mentioned,
    /// What kept the last move from being made.
    last: String,
}

impl Walker {
    fn new(process: &'static Process, seed: u64) -> Self {
        let chance = Chance(0x9E37_79B9_7F4A_7C15 ^ (seed + 1).wrapping_mul(0xBF58_476D_1CE4_E5B9));
        Self { process, chance, mentioned: Mentioned::of(process), last: String::new() }
    }

    fn pen(&mut self, now: chrono::NaiveDateTime) -> Pen<'_> {
        Pen { chance: &mut self.chance, mentioned: &self.mentioned, now }
    }

    /// Somebody who has one of the roles.
    fn somebody(&mut self, roles: &[Role], stage: &Stage) -> Actor {
        let person = match *self.chance.pick(roles).unwrap() {
            Role::App => return Actor::App,
            Role::Owner => stage.case.owner,
            Role::Supervisor => Some(SUPERIOR),
            Role::Person(field) => stage.case.persons.get(&field).copied(),
            Role::Post(post) => Some(holder(post)),
        };
        acting(person.unwrap_or(SUPERIOR))
    }

    /// What a form begins with, and an answer to everything it asks for at once.
    fn filled(&mut self, form: &Form, context: &form::Context, before: Answers) -> Answers {
        let mut answers = before;
        for (key, value) in form::defaults(form, context, Lang::Zh) {
            // Now and then somebody chooses otherwise.
            let kind = &form.field(key).unwrap().field.kind;
            let is_kept = !matches!(kind, FieldType::Choice(_)) || self.chance.happens(70);
            let value = if is_kept { value } else { self.pen(context.now).answer(kind) };
            answers.entry(key).or_insert(value);
        }
        // Answers make further questions appear.
        for _ in 0..3 {
            let looks = form::state(form, &answers, context);
            for (field, looks) in form.fields().zip(&looks.fields) {
                let is_blank = answers.get(&field.field.key).is_none_or(Value::is_blank);
                if looks.is_required && !looks.is_auto && is_blank {
                    let value = self.pen(context.now).answer(&field.field.kind);
                    answers.insert(field.field.key, value);
                }
            }
        }
        answers
    }

    fn sheet(&mut self, id: &str, stage_wanted: Option<Key>, goes_on: bool, by: Actor, stage: &Stage) -> Sheet {
        let form = Playbook::built_in().form(id).unwrap();
        let goes_on = goes_on && stage.case.latest(id).is_some();
        let wanted = stage_wanted.or_else(|| form.first_stage());
        let context = form::Context { stage: wanted, ..stage.form_context(id, goes_on, &by) };
        let before = stage.case.latest(id).filter(|_| goes_on).map(|filed| filed.answers.clone());
        let answers = self.filled(form, &context, before.unwrap_or_default());
        Sheet { form, by, stage: wanted, goes_on, is_optional: false, is_used: true, answers }
    }

    /// The first plan for a move: its forms and answers as they come.
    fn plan(&mut self, transition: &Transition, stage: &Stage) -> Plan {
        let actor = self.somebody(&transition.roles, stage);
        let mut sheets = Vec::new();
        if let Some(completion) = &transition.completes {
            let form = Playbook::built_in().form(&completion.form).unwrap();
            let last = completion.stage.or_else(|| form.stages.last().map(|stage| stage.key));
            sheets.push(self.sheet(&completion.form, last, true, actor.clone(), stage));
        }
        if let Some(form) = transition.files.as_ref() {
            // Somebody else files what is approved.
            let is_approved = transition.approves.as_ref() == Some(form);
            let by = if is_approved { self.somebody(&[Role::Owner], stage) } else { actor.clone() };
            let jointly = JOINTLY.iter().find(|(process, event, joint, ..)| {
                **process == *self.process.id && transition.event == **event && **joint == **form
            });
            let (copies, number) = jointly.map_or((1, None), |(.., copies, number)| (*copies, Some(*number)));
            for _ in 0..copies {
                let mut sheet = self.sheet(form, None, false, by.clone(), stage);
                for answer in sheet.answers.values_mut().filter(|answer| answer.as_int().is_some()) {
                    *answer = number.map_or_else(|| answer.clone(), Value::Int);
                }
                sheets.push(sheet);
            }
        }
        let mut looked_at = Vec::new();
        for guard in &transition.guards {
            names(&guard.holds, &mut Vec::new(), &mut looked_at);
        }
        looked_at.retain(|id| !sheets.iter().any(|sheet| *sheet.form.id == **id));
        looked_at.sort();
        looked_at.dedup();
        for id in looked_at {
            let last = Playbook::built_in().form(&id).unwrap().stages.last().map(|stage| stage.key);
            let goes_on = last.is_some();
            let sheet = self.sheet(&id, last, goes_on, actor.clone(), stage);
            sheets.push(Sheet { is_optional: true, is_used: false, ..sheet });
        }
        let context = stage.context(&actor);
        let asks = transition.asks.as_ref().map(|asks| self.filled(asks, &context, Answers::new()));
        Plan {
            actor,
            wait: TimeDelta::zero(),
            customer: stage.customer.clone(),
            worked_out: Answers::new(),
            sheets,
            asks: asks.unwrap_or_default(),
        }
    }

    /// Carries the plan out, or says everything that is in its way.
    fn carry_out(&self, plan: &Plan, transition: &Transition, stage: &Stage) -> Result<(Stage, Move), Vec<Trouble>> {
        let mut stage = stage.clone();
        stage.now += plan.wait;
        stage.customer = plan.customer.clone();
        stage.case.fields.extend(plan.worked_out.clone());
        let mut troubles = Vec::new();
        for (index, sheet) in plan.sheets.iter().enumerate().filter(|(_, sheet)| sheet.is_used) {
            let filed = stage.file(&sheet.form.id, &sheet.by, sheet.stage, sheet.goes_on, &sheet.answers);
            let found = filed.err().into_iter().flatten();
            troubles.extend(found.map(|problem| problem_trouble(Some(index), sheet.form, problem)));
        }
        if !troubles.is_empty() {
            return Err(troubles);
        }
        match stage.attempt(&plan.actor, transition.event, &plan.asks) {
            Ok(made) => Ok((stage, made)),
            Err(MoveError::Refused(refusals)) => {
                Err(refusals.into_iter().map(|refusal| refusal_trouble(transition, refusal)).collect())
            }
            Err(MoveError::Incomplete(problems)) => {
                let asks = transition.asks.as_ref().unwrap();
                Err(problems.into_iter().map(|problem| problem_trouble(None, asks, problem)).collect())
            }
            Err(other) => panic!("{other:?}"),
        }
    }

    /// Changes something that the trouble is about.
    fn mend(&mut self, plan: &mut Plan, trouble: &Trouble, transition: &Transition, stage: &Stage) {
        let now = stage.now + plan.wait;
        if let Some(problem) = &trouble.problem
            && !self.chance.happens(15)
        {
            let (form, answers) = match trouble.sheet {
                Some(sheet) => (plan.sheets[sheet].form, &mut plan.sheets[sheet].answers),
                None => (transition.asks.as_ref().unwrap(), &mut plan.asks),
            };
            let own: Vec<Key> = trouble.names.iter().copied().filter(|name| form.field(*name).is_some()).collect();
            if let (Some(row), Some(cell), Some(field)) = (problem.row, problem.cell, problem.field) {
                return self.mend_cell(form, answers, (field, row, cell), now);
            }
            if let Some(field) = self.chance.pick(&own).copied() {
                return self.answer_anew(form, answers, field, now);
            }
        }
        // What else the condition is about: forms, the customer, what the app works out, who, when, in which order.
        match self.chance.below(7) {
            0 => plan.wait += TimeDelta::days(*self.chance.pick(&[1, 1, 7, 31, 61, 92]).unwrap()),
            1 => {
                plan.actor = self.somebody(&transition.roles, stage);
                for sheet in &mut plan.sheets {
                    let anybody: Vec<_> = CAST.keys().copied().collect();
                    sheet.by = match self.chance.happens(60) {
                        true => plan.actor.clone(),
                        false => acting(*self.chance.pick(&anybody).unwrap()),
                    };
                }
            }
            2 if trouble.names.contains(&Key::of("customer")) || trouble.names.contains(&Key::of("tier")) => {
                let tiers = ["VIP", "A", "B", "C", "D"];
                plan.customer.insert(Key::of("tier"), (*self.chance.pick(&tiers).unwrap()).into());
            }
            3 => {
                let is_worked_out = |name: &&Key| {
                    WORKED_OUT.iter().any(|(process, field)| **process == *self.process.id && **name == **field)
                };
                let fields: Vec<Key> = trouble.names.iter().filter(is_worked_out).copied().collect();
                for field in fields {
                    let kind = &self.process.fields.iter().find(|known| known.key == field).unwrap().kind;
                    let value = self.pen(now).answer(kind);
                    plan.worked_out.insert(field, value);
                }
            }
            4 => {
                let asked: Vec<usize> =
                    (0..plan.sheets.len()).filter(|at| trouble.forms.contains(&plan.sheets[*at].form.id)).collect();
                let Some(at) = self.chance.pick(&asked).copied() else { return };
                let sheet = plan.sheets[at].clone();
                if sheet.is_optional && self.chance.happens(60) {
                    plan.sheets[at].is_used = !sheet.is_used;
                } else if !sheet.goes_on && plan.sheets.len() < 6 {
                    let by = acting(*self.chance.pick(&CAST.keys().copied().collect::<Vec<_>>()).unwrap());
                    let another = self.sheet(&sheet.form.id, sheet.stage, false, by, stage);
                    plan.sheets.push(another);
                }
            }
            5 if plan.sheets.len() > 1 => plan.sheets.rotate_left(1),
            _ => {
                let asked: Vec<(usize, Key)> = (0..plan.sheets.len())
                    .flat_map(|at| trouble.names.iter().map(move |name| (at, *name)))
                    .filter(|(at, name)| {
                        let sheet = &plan.sheets[*at];
                        trouble.forms.contains(&sheet.form.id) && sheet.form.field(*name).is_some()
                    })
                    .collect();
                let any = |walker: &mut Self, plan: &Plan| {
                    let at = walker.chance.below(plan.sheets.len());
                    let fields: Vec<Key> = plan.sheets.get(at)?.form.fields().map(|field| field.field.key).collect();
                    Some((at, *walker.chance.pick(&fields)?))
                };
                let found = match self.chance.pick(&asked).copied() {
                    Some(found) if self.chance.happens(70) => Some(found),
                    _ => any(self, plan),
                };
                if let Some((at, field)) = found {
                    let sheet = &mut plan.sheets[at];
                    self.answer_anew(sheet.form, &mut sheet.answers, field, now);
                }
            }
        }
    }

    fn mend_cell(&mut self, form: &Form, answers: &mut Answers, at: (Key, usize, Key), now: chrono::NaiveDateTime) {
        let (field, row, cell) = at;
        let FieldType::Rows(cells) = &form.field(field).unwrap().field.kind else { return };
        let kind = &cells.iter().find(|known| known.field.key == cell).unwrap().field.kind;
        let value = self.pen(now).answer(kind);
        if let Some(Value::List(rows)) = answers.get_mut(&field)
            && let Some(Value::Map(cells)) = rows.get_mut(row)
        {
            cells.insert(cell, value);
        }
    }

    /// Another answer, or none where none is needed. What is worked out by an expression is left to the form.
    fn answer_anew(&mut self, form: &Form, answers: &mut Answers, field: Key, now: chrono::NaiveDateTime) {
        let asked = form.field(field).unwrap();
        if matches!(asked.requirement, Requirement::Auto(Some(_))) {
            // What it is worked out from.
            let inputs: Vec<Key> = form.fields().map(|field| field.field.key).collect();
            if let Some(other) = self.chance.pick(&inputs).copied()
                && !matches!(form.field(other).unwrap().requirement, Requirement::Auto(Some(_)))
            {
                self.answer_anew(form, answers, other, now);
            }
            return;
        }
        if asked.requirement == Requirement::Optional && self.chance.happens(25) {
            answers.remove(&field);
            return;
        }
        let value = self.pen(now).answer(&asked.field.kind);
        answers.insert(field, value);
    }

    /// Makes the move, with whatever it takes.
    fn make(&mut self, transition: &Transition, stage: &Stage) -> Option<(Stage, Move)> {
        let mut plan = self.plan(transition, stage);
        let mut troubles = match self.carry_out(&plan, transition, stage) {
            Ok(made) => return Some(made),
            Err(troubles) => troubles,
        };
        for _ in 0..TRIES {
            let mut other = plan.clone();
            let about = self.chance.below(troubles.len());
            self.mend(&mut other, &troubles[about], transition, stage);
            match self.carry_out(&other, transition, stage) {
                Ok(made) => return Some(made),
                Err(found) if found.len() <= troubles.len() || self.chance.happens(20) => {
                    (plan, troubles) = (other, found);
                }
                Err(_) => {}
            }
        }
        self.last = format!("{}.{}: {:?}", transition.from, transition.event, troubles);
        None
    }

    /// A new case of the process: begun by a person, or opened by the case of another process.
    fn begin(&mut self) -> Option<Stage> {
        let now = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap().and_time(NaiveTime::from_hms_opt(10, 0, 0).unwrap());
        let Some(begin) = &self.process.begin else { return self.begin_by_another() };
        let mut stage = Stage::empty(self.process, now);
        for _ in 0..TRIES {
            let actor = self.somebody(&begin.roles, &stage);
            let context = stage.begin_context(&actor);
            let asks = begin.asks.as_ref();
            let mut given = asks.map(|asks| self.filled(asks, &context, Answers::new())).unwrap_or_default();
            for _ in 0..40 {
                match stage.begin(&actor, &given) {
                    Ok(()) => return Some(stage),
                    Err(MoveError::Incomplete(problems)) => {
                        let asks = asks.unwrap();
                        let problem = problems[self.chance.below(problems.len())].clone();
                        let trouble = problem_trouble(None, asks, problem);
                        let own: Vec<Key> =
                            trouble.names.into_iter().filter(|name| asks.field(*name).is_some()).collect();
                        if let Some(field) = self.chance.pick(&own).copied() {
                            self.answer_anew(asks, &mut given, field, stage.now);
                        }
                    }
                    Err(other) => panic!("{other:?}"),
                }
            }
        }
        self.last = "begin".into();
        None
    }

    fn begin_by_another(&mut self) -> Option<Stage> {
        let opens = |made: &&Transition| made.starts.iter().any(|start| start.process == self.process.id);
        let (other, opening) = Playbook::built_in()
            .processes
            .iter()
            .filter(|other| other.begin.is_some())
            .find_map(|other| Some((other, planned(other).find(opens)?)))?;
        let way = ways(other).into_iter().find(|way| way.contains(&opening))?;
        let seed = self.chance.0 >> 8;
        let (walked, started) = Walker::new(other, seed).walk_until(&way, opening)?;
        let started = started.iter().find(|started| started.process == self.process.id)?;
        Some(Stage::opened(self.process, started, &walked))
    }

    /// Walks a way up to and with `last`, and gives what that opened.
    fn walk_until(&mut self, way: &[&Transition], last: &Transition) -> Option<(Stage, Vec<Started>)> {
        let mut stage = self.begin()?;
        for transition in way {
            let (next, made) = self.go(transition, &stage)?;
            stage = next;
            if *transition == last {
                return Some((stage, made.starts));
            }
        }
        None
    }

    /// One move, after whatever must have happened before it.
    fn go(&mut self, transition: &Transition, stage: &Stage) -> Option<(Stage, Move)> {
        let mut stage = stage.clone();
        let detour = DETOURS.iter().find(|(process, step, event, _)| {
            **process == *self.process.id && transition.from == **step && transition.event == **event
        });
        for event in detour.into_iter().flat_map(|(_, _, _, events)| *events) {
            let before = self.process.transitions_from(stage.case.step).find(|made| made.event == **event).unwrap();
            stage = self.make(before, &stage)?.0;
        }
        self.make(transition, &stage)
    }

    /// The whole way, if these answers lead along it; every case it passes through.
    fn walk(&mut self, way: &[&Transition]) -> Option<Vec<Stage>> {
        let mut passed = vec![self.begin()?];
        for transition in way {
            let (next, made) = self.go(transition, passed.last().unwrap())?;
            assert_eq!((made.from, made.to), (transition.from, transition.to));
            passed.push(next);
        }
        Some(passed)
    }
}

/// Cancels the case where it is, as its owner's superior with a reason, and as nobody else.
fn cancels(stage: &Stage) {
    let mut stage = stage.clone();
    let reason: Answers = [(Key::of("reason"), "重复".into())].into();
    let superior = acting(SUPERIOR);
    let listed = offers(stage.process, &stage.case, &superior, &stage.facts());
    assert!(listed.iter().any(|offer| offer.transition.event == CANCEL && offer.is_open()));
    assert!(matches!(stage.attempt(&superior, CANCEL, &Answers::new()), Err(MoveError::Incomplete(_))));
    assert!(matches!(stage.attempt(&Actor::App, CANCEL, &reason), Err(MoveError::Refused(_))));
    stage.attempt(&superior, CANCEL, &reason).unwrap();
    assert_eq!(stage.attempt(&superior, CANCEL, &reason), Err(MoveError::Closed));
}

/// Walks every way of the process and cancels in every step; what could not be walked comes back.
fn walk_all(id: &str) -> Vec<String> {
    let process = Playbook::built_in().process(id).unwrap();
    let mut missing = Vec::new();
    let mut walked: BTreeSet<(Key, Key)> = BTreeSet::new();
    let mut cancelled: BTreeSet<Key> = BTreeSet::new();
    for way in ways(process) {
        let mut last = String::new();
        let found = (0..RESTARTS).find_map(|seed| {
            let mut walker = Walker::new(process, seed);
            let found = walker.walk(&way);
            last = walker.last;
            found
        });
        let Some(passed) = found else {
            let events: Vec<&str> = way.iter().map(|made| made.event.as_str()).collect();
            missing.push(format!("{id}: {}\n    {last}", events.join(" → ")));
            continue;
        };
        walked.extend(way.iter().map(|made| (made.from, made.event)));
        assert!(process.step(passed.last().unwrap().case.step).unwrap().is_terminal);
        for stage in &passed {
            let step = stage.case.step;
            if !process.step(step).unwrap().is_terminal && cancelled.insert(step) {
                cancels(stage);
            }
        }
    }
    let moves: BTreeSet<(Key, Key)> = planned(process).map(|made| (made.from, made.event)).collect();
    missing.extend(moves.difference(&walked).map(|(from, event)| format!("{id} {from}.{event} was never made")));
    let steps = process.steps.iter().filter(|step| !step.is_terminal && !cancelled.contains(&step.key));
    missing.extend(steps.map(|step| format!("{id} {} was never cancelled", step.key)));
    missing
}

macro_rules! processes {
    ($($name:ident = $id:literal;)*) => {
        $(#[test]
        fn $name() {
            let missing = walk_all($id);
            assert!(missing.is_empty(), "{}", missing.join("\n"));
        })*

        const WALKED: &[&str] = &[$($id),*];
    };
}

processes! {
    corrective_action = "A-0";
    task = "A-1";
    follow_up = "W-3.1";
    reception = "W-3.2";
    maintenance = "W-3.3";
    care = "W-3.3a";
    proposal = "W-3.4";
    grading = "W-4.1";
    key_account = "W-4.2";
    complaint_reception = "W-6.1";
    complaint_handling = "W-6.2";
}

#[test]
fn every_process_is_walked() {
    let all: BTreeSet<&str> = Playbook::built_in().processes.iter().map(|process| &*process.id).collect();
    assert_eq!(all, WALKED.iter().copied().collect());
}

#[test]
fn ways_are_simple_and_pass_every_move() {
    for process in &Playbook::built_in().processes {
        let ways = ways(process);
        let passed: BTreeSet<(Key, Key)> = ways.iter().flatten().map(|made| (made.from, made.event)).collect();
        assert_eq!(passed.len(), planned(process).count(), "{}", process.id);
        let different: BTreeSet<Vec<(Key, Key)>> =
            ways.iter().map(|way| way.iter().map(|made| (made.from, made.event)).collect()).collect();
        assert_eq!(different.len(), ways.len(), "{}", process.id);
        for way in &ways {
            assert_eq!(way[0].from, process.first_step().unwrap().key);
            assert!(way.windows(2).all(|pair| pair[0].to == pair[1].from), "{}", process.id);
            assert!(process.step(way.last().unwrap().to).unwrap().is_terminal);
        }
    }
    let count = |id: &str| ways(Playbook::built_in().process(id).unwrap()).len();
    assert_eq!((count("A-1"), count("W-4.2")), (4, 6));
}
