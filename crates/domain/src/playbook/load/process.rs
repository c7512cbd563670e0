//! Reads processes, and gives every one of them its way out.

use std::collections::BTreeMap;

use chrono::NaiveTime;

use super::{Loader, Sources};
use crate::calendar::plain_time;
use crate::expr::Expr;
use crate::field::{Field, FieldType};
use crate::form::{self, Form, FormField, Requirement, Rule};
use crate::key::Key;
use crate::kind;
use crate::playbook::PlaybookProblemKind as Kind;
use crate::playbook::source::{
    BeginSource, CallsSource, DueRuleSource, DueSource, EventSource, FieldSource, ProcessSource, SetsOfSource,
    StartSource, WatchSource,
};
use crate::text::Text;
use crate::workflow::{
    Begin, CANCEL, CANCELLED, Calls, Completion, Deadline, DueRule, DueUnit, Guard, Process, Role, SetsOf, Start, Step,
    Transition, Watch,
};

impl Loader {
    pub(super) fn process(&mut self, source: &ProcessSource, sources: &Sources) {
        let place = &source.id;
        if self.playbook.process(place).is_some() {
            self.problem(place, Kind::Duplicate(place.as_str().into()));
        }
        let title = self.text(&source.title, place);
        let fields = self.plain_fields(&source.fields, place);
        let subject = source.subject.as_ref().and_then(|subject| self.key(subject, place));
        if let Some(unknown) = subject.filter(|subject| fields.iter().all(|field| field.key != *subject)) {
            self.problem(place, Kind::UnknownReference(unknown.as_str().into()));
        }
        let begin = source.begin.as_ref().map(|begin| self.begin(begin, source, &title));
        let mut process = Process {
            id: place.as_str().into(),
            title,
            subject,
            fields,
            begin,
            steps: Vec::new(),
            transitions: Vec::new(),
            watches: Vec::new(),
            calls: None,
        };
        process.calls = source.calls.as_ref().and_then(|calls| self.calls(calls, place));
        process.watches = source.watches.iter().map(|watch| self.watch(watch, place)).collect();
        self.unique(source.steps.iter().map(|step| &*step.key), place);
        for step in &source.steps {
            let step_place = format!("{place} {}", step.key);
            self.unique(step.events.iter().map(|event| &*event.key), &step_place);
            let label = self.text(&step.title, &step_place);
            let Some(key) = self.key(&step.key, &step_place) else { continue };
            for event in &step.events {
                let transition = self.transition(key, event, source, &format!("{step_place}.{}", event.key));
                process.transitions.extend(transition);
            }
            process.steps.push(Step { key, label, is_terminal: step.terminal, is_paused: step.paused });
        }
        if process.steps.is_empty() {
            self.problem(place, Kind::Empty);
        }
        self.add_cancel(&mut process);
        // The file says which one is the main one, whatever the order of their names.
        let is_main = self.file.rsplit('/').next() == Some("process.toml");
        if let Some(section) = self.own_section(sources) {
            let place = if is_main { 0 } else { section.processes.len() };
            section.processes.insert(place, process.id.clone());
        }
        self.playbook.processes.push(process);
    }

    fn calls(&mut self, source: &CallsSource, process: &str) -> Option<Calls> {
        let place = format!("{process} calls");
        let step = self.key(&source.step, &place)?;
        let attempt = self.key(&source.attempt, &place)?;
        Some(Calls { step, when: self.expr(&source.when, &place)?, attempt, rule: source.rule })
    }

    fn watch(&mut self, source: &WatchSource, process: &str) -> Watch {
        let place = format!("{process} watch");
        if source.steps.is_empty() || source.sets.is_empty() {
            self.problem(&place, Kind::Empty);
        }
        let steps = source.steps.iter().filter_map(|step| self.key(step, &place)).collect();
        Watch { steps, sets: self.exprs(&source.sets, &place) }
    }

    /// What is set in the customer: fields that are neither unknown nor worked out by the app.
    fn customer_settings(&mut self, sources: &BTreeMap<String, String>, place: &str) -> Vec<(Field, Expr)> {
        let mut settings = Vec::new();
        for (key, expr) in self.exprs(sources, place) {
            match self.playbook.customer_field(key) {
                Some(field) => settings.push((field.clone(), expr)),
                None => self.problem(place, Kind::UnknownReference(key.as_str().into())),
            }
        }
        settings
    }

    fn transition(
        &mut self,
        from: Key,
        event: &EventSource,
        process: &ProcessSource,
        place: &str,
    ) -> Option<Transition> {
        let label = self.text(&event.title, place);
        let roles = event.roles.iter().filter_map(|code| self.known_role(code, place)).collect();
        if event.roles.is_empty() {
            self.problem(place, Kind::Empty);
        }
        let due = self.due(&event.due, place);
        let guards = self.rules(&event.guards, place);
        let guards = guards.into_iter().map(|rule| Guard { holds: rule.holds, otherwise: rule.otherwise }).collect();
        let completes = event.completes.as_ref().and_then(|source| {
            let stage = match &source.stage {
                Some(stage) => Some(self.key(stage, place)?),
                None => None,
            };
            Some(Completion { form: source.form.as_str().into(), stage })
        });
        let asks = self.asks(event, place);
        let self_approval = self.optional_expr(event.self_approval.as_ref(), place);
        let sets = self.exprs(&event.sets, place);
        let sets_customer = self.customer_settings(&event.sets_customer, place);
        let sets_of = event.sets_of.iter().filter_map(|source| self.sets_of(source, place)).collect();
        let starts = event.starts.iter().filter_map(|source| self.start(source, place)).collect();
        if !process.steps.iter().any(|step| step.key == event.to) {
            self.problem(place, Kind::UnknownStep(event.to.as_str().into()));
        }
        Some(Transition {
            from,
            event: self.key(&event.key, place)?,
            label,
            to: self.key(&event.to, place)?,
            roles,
            due,
            is_optional: event.optional,
            guards,
            files: event.files.as_deref().map(Into::into),
            completes,
            asks,
            approves: event.approves.as_deref().map(Into::into),
            self_approval,
            sets,
            sets_customer,
            sets_of,
            starts,
        })
    }

    fn begin(&mut self, source: &BeginSource, process: &ProcessSource, title: &Text) -> Begin {
        let place = format!("{} begin", process.id);
        let roles = source.roles.iter().filter_map(|code| self.known_role(code, &place)).collect();
        if source.roles.is_empty() {
            self.problem(&place, Kind::Empty);
        }
        self.unique(source.asks.iter().map(|ask| &*ask.key), &place);
        let mut fields = Vec::new();
        for ask in &source.asks {
            let Some(field) = process.fields.iter().find(|field| field.key == ask.key) else {
                self.problem(&place, Kind::UnknownReference(ask.key.as_str().into()));
                continue;
            };
            let asked = FieldSource {
                required: ask.required.clone(),
                default: ask.default.clone(),
                hint: ask.hint.clone().or_else(|| field.hint.clone()),
                rules: ask.rules.clone(),
                ..field.clone()
            };
            fields.extend(self.form_field(&asked, &place));
        }
        let rules = self.rules(&source.rules, &place);
        let asks = (!fields.is_empty()).then(|| small_form(title.clone(), fields, rules));
        Begin { roles, customer: source.customer, asks }
    }

    fn start(&mut self, source: &StartSource, place: &str) -> Option<Start> {
        let link = match &source.link {
            Some(link) => Some(self.key(link, place)?),
            None => None,
        };
        let each = self.optional_expr(source.each.as_ref(), place);
        if link.is_some() && source.each.is_some() {
            self.problem(place, Kind::Contradiction("link and each"));
        }
        let when = self.optional_expr(source.when.as_ref(), place);
        let set = self.exprs(&source.set, place);
        Some(Start { process: source.process.as_str().into(), link, each, when, set })
    }

    fn sets_of(&mut self, source: &SetsOfSource, place: &str) -> Option<SetsOf> {
        let case = self.key(&source.case, place)?;
        let set = self.exprs(&source.set, place);
        Some(SetsOf { case, process: source.process.as_str().into(), set })
    }

    fn exprs(&mut self, sources: &BTreeMap<String, String>, place: &str) -> Vec<(Key, Expr)> {
        let read = |(key, expr): (&String, &String)| Some((self.key(key, place)?, self.expr(expr, place)?));
        sources.iter().filter_map(read).collect()
    }

    fn due(&mut self, source: &DueSource, place: &str) -> Vec<DueRule> {
        match source {
            DueSource::One(notation) => self.deadline(notation, place).map(DueRule::from).into_iter().collect(),
            DueSource::Several(rules) => rules.iter().filter_map(|rule| self.due_rule(rule, place)).collect(),
        }
    }

    fn due_rule(&mut self, source: &DueRuleSource, place: &str) -> Option<DueRule> {
        let when = self.optional_expr(source.when.as_ref(), place);
        let from = self.optional_expr(source.from.as_ref(), place);
        let not_after = self.optional_expr(source.not_after.as_ref(), place);
        let day_off = source.day_off.as_ref().and_then(|time| self.time(time, place));
        let by = match (&source.by, &source.at) {
            (Some(notation), None) => self.deadline(notation, place),
            (None, Some(source)) => self.expr(source, place).map(Deadline::At),
            _ => {
                self.problem(place, Kind::Contradiction("by and at"));
                None
            }
        }?;
        if source.at.is_none() && source.unit.is_some_and(|unit| unit != DueUnit::Fixed) {
            self.problem(place, Kind::Contradiction("unit and by"));
        }
        Some(DueRule { when, by, from, unit: source.unit, day_off, not_after })
    }

    fn deadline(&mut self, notation: &str, place: &str) -> Option<Deadline> {
        let deadline = notation.parse().ok();
        if deadline.is_none() {
            self.problem(place, Kind::BadDeadline(notation.into()));
        }
        deadline
    }

    fn time(&mut self, text: &str, place: &str) -> Option<NaiveTime> {
        let time = plain_time(text).ok();
        if time.is_none() {
            self.problem(place, Kind::BadDeadline(text.into()));
        }
        time
    }

    /// What a move asks for, as a small form; the reason comes last.
    fn asks(&mut self, event: &EventSource, place: &str) -> Option<Form> {
        let mut fields: Vec<FormField> = event.asks.iter().filter_map(|field| self.form_field(field, place)).collect();
        self.unique(event.asks.iter().map(|field| &*field.key), place);
        if event.reason {
            fields.extend(self.reason_field());
        }
        let rules = self.rules(&event.rules, place);
        let title = self.bilingual(&event.title.zh, &event.title.en, place);
        (!fields.is_empty()).then(|| small_form(title, fields, rules))
    }

    fn reason_field(&self) -> Option<FormField> {
        let label = self.reason.clone()?;
        let field = Field { key: kind::REASON, label, kind: FieldType::Long, takes_marks: false };
        Some(FormField {
            field,
            requirement: Requirement::Mandatory,
            visible_when: None,
            hint: None,
            default: None,
            first_rows: Vec::new(),
            rules: Vec::new(),
            carries: None,
        })
    }

    /// R-0-4, for every process alike: from each step that is no end, the owner's supervisor may cancel with a reason.
    fn add_cancel(&mut self, process: &mut Process) {
        let Some((event_label, step_label)) = self.cancel.clone() else { return };
        let asks = self.reason_field().map(|reason| small_form(event_label.clone(), vec![reason], Vec::new()));
        for step in process.steps.iter().filter(|step| !step.is_terminal) {
            process.transitions.push(Transition {
                from: step.key,
                event: CANCEL,
                label: event_label.clone(),
                to: CANCELLED,
                roles: vec![Role::Supervisor],
                due: Vec::new(),
                is_optional: true,
                guards: Vec::new(),
                files: None,
                completes: None,
                asks: asks.clone(),
                approves: None,
                self_approval: None,
                sets: Vec::new(),
                sets_customer: Vec::new(),
                sets_of: Vec::new(),
                starts: Vec::new(),
            });
        }
        process.steps.push(Step { key: CANCELLED, label: step_label, is_terminal: true, is_paused: false });
    }
}

fn small_form(title: Text, fields: Vec<FormField>, rules: Vec<Rule>) -> Form {
    Form {
        id: "".into(),
        code: "".into(),
        version: 1,
        title: title.clone(),
        purpose: None,
        is_customer_facing: false,
        process: None,
        place: None,
        stages: Vec::new(),
        sections: vec![form::Section { title, hint: None, visible_when: None, fields }],
        rules,
    }
}
