//! What the playbook's expressions say, in words: conditions as sentences, values as the names of things.
//!
//! A reader of the handbook never meets the notation. Names become the labels of their fields, keys the labels of
//! their choices, and what has no words of its own is described by what it is about.

mod condition;
mod value;

use crate::dictionary::Dictionary;
use crate::expr::{Expr, Function, Node};
use crate::field::{Choice, Choices, Field, FieldType};
use crate::form::Form;
use crate::key::Key;
use crate::kind;
use crate::playbook::{CLIENT, Playbook};
use crate::text::{Lang, Text};
use crate::workflow::Process;

/// The case a form belongs to, in expressions.
const CASE: Key = Key::of("case");

/// The things expressions of one place may speak of, and what they are called.
#[derive(Clone)]
pub struct Terms<'p> {
    playbook: &'p Playbook,
    lang: Lang,
    /// Fields by name, the nearest first.
    fields: Vec<&'p Field>,
    /// Stages of the form and steps of the process.
    stages: Vec<(Key, &'p Text)>,
    events: Vec<(Key, &'p Text)>,
}

impl<'p> Terms<'p> {
    /// For what stands on a form.
    pub fn of_form(playbook: &'p Playbook, form: &'p Form, lang: Lang) -> Self {
        let own = form.fields().map(|field| &field.field);
        let process = form.process.as_deref().and_then(|id| playbook.process(id));
        let section = playbook.sections.iter().find(|section| section.forms.contains(&form.id));
        let main = section.and_then(|section| playbook.process(section.processes.first()?));
        let process = process.or(main);
        let carried = process.into_iter().flat_map(|process| &process.fields);
        let mut terms = Self {
            playbook,
            lang,
            fields: own.chain(carried).collect(),
            stages: form.stages.iter().map(|stage| (stage.key, &stage.label)).collect(),
            events: Vec::new(),
        };
        if let Some(process) = process {
            terms.add_process(process);
        }
        terms.add_common();
        terms
    }

    /// For what is said of a process: the fields of its cases, then those of its forms and of what its moves ask.
    pub fn of_process(playbook: &'p Playbook, process: &'p Process, lang: Lang) -> Self {
        let forms = process.forms().into_iter().filter_map(|id| playbook.form(id));
        let asked = process.transitions.iter().filter_map(|made| made.asks.as_ref());
        let filled = forms.chain(asked).flat_map(|form| form.fields().map(|field| &field.field));
        let fields = process.fields.iter().chain(filled).collect();
        let mut terms = Self { playbook, lang, fields, stages: Vec::new(), events: Vec::new() };
        terms.add_process(process);
        terms.add_common();
        terms
    }

    fn add_process(&mut self, process: &'p Process) {
        self.events = process.transitions.iter().map(|made| (made.event, &made.label)).collect();
        self.stages.extend(process.steps.iter().map(|step| (step.key, &step.label)));
    }

    fn add_common(&mut self) {
        let header = self.playbook.header.iter().map(|field| &field.field);
        self.fields.extend(self.playbook.case_facts.iter().chain(header));
    }

    /// The condition as (part of) a sentence.
    pub fn condition(&self, expr: &Expr) -> String {
        self.says(expr, true)
    }

    /// What a value is called.
    pub fn value(&self, expr: &Expr) -> String {
        self.noun(expr)
    }

    /// What a value is called as the content of `field`: of a choice, its label.
    pub fn value_of(&self, expr: &Expr, field: &Field) -> String {
        self.constant(expr, Some(field)).unwrap_or_else(|| self.noun(expr))
    }

    /// The same where a row of `rows` is spoken of: its cells come first.
    #[must_use]
    pub fn within(&self, rows: &Expr) -> Self {
        let mut fields = self.columns(rows);
        fields.extend(&self.fields);
        Self { fields, ..self.clone() }
    }

    fn pick<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        match self.lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    fn is_zh(&self) -> bool {
        self.lang == Lang::Zh
    }

    /// The fields that rows, or a row, have.
    fn columns(&self, rows: &Expr) -> Vec<&'p Field> {
        match &rows.node {
            Node::Call(Function::Documents, arguments) => {
                let form = text_of(arguments.first()).and_then(|id| self.playbook.form(id));
                form.into_iter().flat_map(|form| form.fields().map(|field| &field.field)).collect()
            }
            Node::Call(Function::Filter | Function::Last | Function::First, arguments) => {
                arguments.first().map(|rows| self.columns(rows)).unwrap_or_default()
            }
            Node::Name(name) if *name == CASE => self.fields.clone(),
            Node::Name(name) if is_customer(*name) => self.playbook.customer_facts.iter().collect(),
            _ => match self.field(rows).map(|field| &field.kind) {
                Some(FieldType::Rows(cells)) => cells.iter().map(|cell| &cell.field).collect(),
                _ => Vec::new(),
            },
        }
    }

    /// The field that an expression names, directly or as a cell.
    fn field(&self, expr: &Expr) -> Option<&'p Field> {
        let by_name = |fields: &[&'p Field], key: Key| fields.iter().copied().find(|field| field.key == key);
        match &expr.node {
            Node::Name(name) => by_name(&self.fields, *name),
            Node::Cell(of, key) => by_name(&self.columns(of), *key)
                .or_else(|| {
                    let is_about_customer = matches!(&of.node, Node::Name(name) if is_customer(*name));
                    let kind = Dictionary::built_in().kind(kind::CUSTOMER)?;
                    kind.field(*key).filter(|_| is_about_customer).map(|known| &known.field)
                })
                .or_else(|| by_name(&self.fields, *key)),
            Node::Call(Function::OrElse | Function::Round | Function::Max | Function::Min, arguments) => {
                self.field(arguments.first()?)
            }
            _ => None,
        }
    }

    fn label(&self, field: &Field) -> String {
        field.label.get(self.lang).to_owned()
    }

    /// What a form is called, marked as a title.
    fn form_title(&self, id: &str) -> String {
        match self.playbook.form(id) {
            Some(form) if self.is_zh() => format!("《{}》", form.title.get(self.lang)),
            Some(form) => format!("the {}", form.title.get(self.lang)),
            None => id.to_owned(),
        }
    }

    fn role_title(&self, code: &str) -> String {
        let role = self.playbook.roles.iter().find(|role| role.code == *code);
        role.map_or_else(|| code.to_owned(), |role| role.title.get(self.lang).to_owned())
    }

    fn event_title(&self, event: &str) -> String {
        let known = self.events.iter().find(|(key, _)| *key == *event);
        known.map_or_else(|| event.to_owned(), |(_, label)| label.get(self.lang).to_owned())
    }

    /// A number, text or list of them as a reader sees it; texts are choices of `field` where it has any.
    fn constant(&self, expr: &Expr, field: Option<&Field>) -> Option<String> {
        match &expr.node {
            Node::Number(number) => Some(written_number(&number.normalize().to_string(), field)),
            Node::Text(key) => Some(self.quoted(&self.choice(key, field))),
            Node::Bool(flag) => Some(self.quoted(self.yes_no(*flag))),
            _ => None,
        }
    }

    fn yes_no(&self, flag: bool) -> &'static str {
        match (flag, self.lang) {
            (true, Lang::Zh) => "是",
            (false, Lang::Zh) => "否",
            (true, Lang::En) => "yes",
            (false, Lang::En) => "no",
        }
    }

    fn quoted(&self, text: &str) -> String {
        format!("“{text}”")
    }

    /// The label of the choice `key` of `field`, else the text as it stands.
    fn choice(&self, key: &str, field: Option<&Field>) -> String {
        let label = |choices: &[Choice]| {
            choices.iter().find(|choice| choice.key == *key).map(|choice| choice.label.get(self.lang).to_owned())
        };
        let known = match field.map(|field| &field.kind) {
            Some(FieldType::Choice(Choices::Given(choices)) | FieldType::ChoiceSet(Choices::Given(choices))) => {
                label(choices)
            }
            Some(FieldType::Choice(Choices::Group(group)) | FieldType::ChoiceSet(Choices::Group(group))) => {
                let item = Dictionary::built_in().group(*group).and_then(|group| group.item(key));
                item.map(|item| item.label.get(self.lang).to_owned())
            }
            _ => None,
        };
        let stage =
            || self.stages.iter().find(|(stage, _)| *stage == *key).map(|(_, label)| label.get(self.lang).into());
        // What a model gives has the keys of one of the lists.
        let listed = || self.playbook.choices.values().find_map(|choices| label(choices));
        known.or_else(stage).or_else(listed).unwrap_or_else(|| key.to_owned())
    }

    /// Several things one after another, the last joined by `or`.
    fn any_of(&self, things: &[String]) -> String {
        match things {
            [] => String::new(),
            [one] => one.clone(),
            [first @ .., last] if self.is_zh() => format!("{}或{last}", first.join("、")),
            [first @ .., last] => format!("{} or {last}", first.join(", ")),
        }
    }

    /// Several things one after another.
    fn all_of(&self, things: &[String]) -> String {
        things.join(self.pick("、", ", "))
    }
}

fn is_customer(name: Key) -> bool {
    name == kind::CUSTOMER || name == CLIENT
}

fn text_of(expr: Option<&Expr>) -> Option<&str> {
    match &expr?.node {
        Node::Text(text) => Some(text),
        _ => None,
    }
}

/// A number with its unit where the field it is held against has one: `¥5,000`, `10 %`.
fn written_number(digits: &str, field: Option<&Field>) -> String {
    let (whole, rest) = digits.split_once('.').map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if let Some(rest) = rest {
        grouped.push('.');
        grouped.push_str(rest);
    }
    match field.map(|field| &field.kind) {
        Some(FieldType::Money) => format!("¥{grouped}"),
        Some(FieldType::Percent) => format!("{grouped} %"),
        _ => grouped,
    }
}
