//! Checks a playbook as a whole: references, conditions, and whether every case can come to an end.
//!
//! The app has a playbook that was checked when it was made and does without all of this.

mod acting;
mod possible;
mod time;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use possible::{Documents, Domain, Ground};

use super::{Playbook, PlaybookProblem, PlaybookProblemKind as Kind, RoleTitle, Section};
use crate::dictionary::Dictionary;
use crate::expr::{Expr, Known, Node, Operator, Type, type_of_field};
use crate::field::{Cell, Choices, Field, FieldType};
use crate::form::{self, Form, FormField, Requirement, Rule};
use crate::key::Key;
use crate::kind;
use crate::model::{self, SIGNALS};
use crate::playbook::CLIENT;
use crate::workflow::{
    ACTOR, DUE, Deadline, OTHER, Process, Role, SET_AT_START, SET_BY_MOVE, SetsOf, Start, Transition, case_row_type,
};

/// The chapter whose processes every other one uses: corrective actions and tasks.
const COMMON_CHAPTER: u8 = 0;

/// Everything that keeps the playbook from working; empty when it works.
pub(super) fn problems(playbook: &Playbook) -> Vec<PlaybookProblem> {
    let documents = Arc::new(documents(playbook));
    let cases = playbook.processes.iter().map(|process| (process.id.clone(), case_row_type(process)));
    let cases = Arc::new(cases.collect());
    let domains = Arc::new(domains(playbook));
    let mut audit = Audit { playbook, documents, cases, domains, problems: Vec::new(), file: "".into() };
    for field in
        playbook.header.iter().map(|field| &field.field).chain(&playbook.case_facts).chain(&playbook.customer_facts)
    {
        audit.field_type(field, "header");
    }
    for section in &playbook.sections {
        audit.section(section);
    }
    for form in playbook.forms.values() {
        audit.file = form.id.clone();
        audit.needs_own_process(form);
        let process = audit.process_of(form);
        let known = audit.form_scope(form, process);
        audit.form(form, &known, audit.form_ground(form, process), &form.id);
    }
    for process in &playbook.processes {
        audit.file = process.id.clone();
        audit.process(process);
        audit.roles(process);
        let is_possible = |made: &&Transition| {
            let ground = audit.case_ground(process, Some(made.from));
            let guards: Vec<&Expr> = made.guards.iter().map(|guard| &guard.holds).collect();
            audit.can_be_made(process, made) && audit.can_hold(&ground, &guards)
        };
        let moves: Vec<&Transition> = acting::planned(process).filter(is_possible).collect();
        audit.steps(process, &moves);
    }
    audit.endless();
    audit.problems
}

/// What references may name besides the kinds of the dictionary and forms.
const RECORDS: [Key; 4] = [kind::CASE, kind::DOCUMENT, kind::SCORE, Key::of("any")];

struct Audit<'a> {
    playbook: &'a Playbook,
    /// What `documents` gives, by form.
    documents: Arc<BTreeMap<Box<str>, Type>>,
    /// What `all_cases` gives, by process.
    cases: Arc<BTreeMap<Box<str>, Type>>,
    /// What the fields of filed forms can contain, by form.
    domains: Arc<Documents>,
    problems: Vec<PlaybookProblem>,
    /// The identifier of what is looked at; by now the file is as good as its content.
    file: Box<str>,
}

impl Audit<'_> {
    fn problem(&mut self, place: &str, kind: Kind) {
        self.problems.push(PlaybookProblem { file: self.file.clone(), place: place.into(), kind });
    }

    // ---- references --------------------------------------------------------------------------------------------

    fn section(&mut self, section: &Section) {
        self.file = section.id.clone();
        for kpi in section.kpis.iter().filter(|kpi| self.playbook.kpi(kpi).is_none()) {
            self.problem("kpis", Kind::UnknownKpi(kpi.clone()));
        }
        let processes: Vec<&Process> = section.processes.iter().filter_map(|id| self.playbook.process(id)).collect();
        for action in &section.actions {
            if !processes.iter().any(|process| process.step(action.step).is_some()) {
                self.problem("action", Kind::UnknownStep(action.step.as_str().into()));
            }
            for form in &action.forms {
                self.needs_form(form, "action");
            }
        }
    }

    fn needs_form(&mut self, id: &str, place: &str) {
        if self.playbook.form(id).is_none() {
            self.problem(place, Kind::UnknownForm(id.into()));
        }
    }

    /// Content may go on to a section that is not in this playbook, but not to nothing within one that is.
    fn needs_target(&mut self, target: &str, place: &str) {
        let exists = self.playbook.form(target).is_some() || self.playbook.process(target).is_some();
        // The second process of section 3.3 is W-3.3a.
        let number = target.split('-').nth(1).unwrap_or_default().trim_end_matches(|c: char| c.is_ascii_lowercase());
        if !exists && self.playbook.section(number).is_some() {
            self.problem(place, Kind::UnknownReference(target.into()));
        }
    }

    /// A form is filled for cases of its own section, or for those that every chapter has.
    fn needs_own_process(&mut self, form: &Form) {
        let Some(process) = &form.process else { return };
        let common = self.playbook.sections_of(COMMON_CHAPTER);
        if !self.section_of(form).into_iter().chain(common).any(|section| section.processes.contains(process)) {
            self.problem("process", Kind::UnknownReference(process.clone()));
        }
    }

    /// The groups and kinds of records that a type names.
    fn field_type(&mut self, field: &Field, place: &str) {
        let dictionary = Dictionary::built_in();
        match &field.kind {
            FieldType::Choice(Choices::Group(group)) | FieldType::ChoiceSet(Choices::Group(group))
                if dictionary.group(*group).is_none() =>
            {
                self.problem(place, Kind::UnknownChoices(group.as_str().into()));
            }
            FieldType::Reference(target)
                if !RECORDS.contains(target)
                    && dictionary.kind(*target).is_none()
                    && self.playbook.form(target.as_str()).is_none() =>
            {
                self.problem(place, Kind::UnknownReference(target.as_str().into()));
            }
            FieldType::Rows(cells) => cells.iter().for_each(|cell| self.field_type(&cell.field, place)),
            _ => {}
        }
    }

    // ---- expressions -------------------------------------------------------------------------------------------

    fn condition(&mut self, expr: &Expr, known: &Known, place: &str) {
        self.expr(expr, &Type::Bool, known, place);
    }

    fn expr(&mut self, expr: &Expr, expected: &Type, known: &Known, place: &str) {
        for problem in known.problems(expr, expected) {
            self.problem(place, Kind::BadCondition(expr.to_string().into(), problem));
        }
    }

    /// The names every expression may use.
    fn common_scope(&self, process: Option<&Process>) -> Known {
        let mut names = BTreeMap::from([
            (Key::of("today"), Type::Date),
            (Key::of("now"), Type::Moment),
            (kind::CUSTOMER, Type::Row(types(&self.playbook.customer_facts))),
            (CLIENT, Type::Row(types(&self.playbook.customer_facts))),
            (kind::CASE, Type::Row(self.case_types(process))),
        ]);
        names.retain(|_, kind| !matches!(kind, Type::Row(cells) if cells.is_empty()));
        let is_post = |role: &&RoleTitle| !role.is_relative && role.code != Role::App.code();
        let posts = self.playbook.roles.iter().filter(is_post).map(|role| role.code).collect();
        let transitions = process.into_iter().flat_map(|process| &process.transitions);
        let events = transitions.map(|transition| transition.event).collect();
        let (forms, cases) = (self.documents.clone(), self.cases.clone());
        Known { names, forms, cases, events, posts, ..Known::default() }
    }

    fn case_types(&self, process: Option<&Process>) -> BTreeMap<Key, Type> {
        let mut known = types(&self.playbook.case_facts);
        known.extend(process.map(|process| types(&process.fields)).unwrap_or_default());
        known
    }

    fn section_of(&self, form: &Form) -> Option<&Section> {
        self.playbook.sections.iter().find(|section| section.forms.contains(&form.id))
    }

    /// The process whose cases the form is filled for.
    fn process_of(&self, form: &Form) -> Option<&Process> {
        let main = || self.section_of(form)?.processes.first();
        self.playbook.process(form.process.as_ref().or_else(main)?)
    }

    fn form_scope(&self, form: &Form, process: Option<&Process>) -> Known {
        let mut known = self.common_scope(process);
        known.names.extend(model::known_rows().into_iter().filter(|(name, _)| *name == model::RECORDS));
        known.names.insert(form::OWN, Type::Row(types_of_form(form)));
        known.names.insert(Key::of("stage"), Type::Choice(form.stages.iter().map(|stage| stage.key).collect()));
        known.names.extend(form.fields().map(|field| (field.field.key, type_of_field(&field.field.kind))));
        known
    }

    fn case_scope(&self, process: &Process) -> Known {
        let mut known = self.common_scope(Some(process));
        known.names.extend(self.case_types(Some(process)));
        with_actor(known, process)
    }

    // ---- what conditions can find --------------------------------------------------------------------------------

    fn common_ground(&self, process: Option<&Process>) -> Ground {
        let customer: BTreeMap<Key, Domain> =
            self.playbook.customer_facts.iter().map(|fact| (fact.key, Domain::computed(fact))).collect();
        let case = process.into_iter().flat_map(|process| &process.fields).chain(&self.playbook.case_facts);
        let case = case.map(|field| (field.key, Domain::of(field))).collect();
        Ground {
            rows: [(kind::CUSTOMER, customer.clone()), (CLIENT, customer), (kind::CASE, case)].into(),
            documents: Some(self.domains.clone()),
            ..Ground::default()
        }
    }

    fn form_ground(&self, form: &Form, process: Option<&Process>) -> Ground {
        let mut ground = self.common_ground(process);
        ground.names = domains_of(form);
        ground
    }

    /// Within a case in the step `at`, where only its loops can have happened since.
    fn case_ground(&self, process: &Process, at: Option<Key>) -> Ground {
        let mut ground = self.common_ground(Some(process));
        ground.names = ground.rows.get(&kind::CASE).cloned().unwrap_or_default();
        let loops = acting::planned(process).filter(|made| Some(made.from) == at && made.is_loop());
        ground.events = Some(loops.map(|made| made.event).collect());
        ground
    }

    /// What a move, or a beginning, asks for.
    fn asks_ground(&self, asks: &Form, process: &Process, at: Option<Key>) -> Ground {
        Ground { names: domains_of(asks), ..self.case_ground(process, at) }
    }

    fn must_be_possible<'e>(&mut self, ground: &Ground, conditions: impl IntoIterator<Item = &'e Expr>, place: &str) {
        let conditions: Vec<&Expr> = conditions.into_iter().collect();
        if !self.can_hold(ground, &conditions) {
            self.problem(place, Kind::NeverHolds(joined(&conditions)));
        }
    }

    /// Whether the conditions can hold together; what does not fit its place at all has been named already.
    fn can_hold(&self, ground: &Ground, conditions: &[&Expr]) -> bool {
        let is_named = |expr: &&Expr| {
            let words = expr.to_string();
            self.problems.iter().any(|problem| matches!(&problem.kind, Kind::BadCondition(bad, _) if **bad == *words))
        };
        ground.can_hold(conditions.iter().copied()) || conditions.iter().any(is_named)
    }

    /// Questions that can be shown, and asked for where they are said to be.
    fn questions(&mut self, form: &Form, mut ground: Ground, place: &str) {
        let fields = || {
            form.sections.iter().flat_map(|section| {
                section.fields.iter().map(|field| (field, section.visible_when.iter().chain(&field.visible_when)))
            })
        };
        // A question that is never shown has no answer, so others may never be shown for want of it.
        let mut never: BTreeSet<Key> = BTreeSet::new();
        loop {
            let hidden = fields().find(|(field, shown)| {
                !never.contains(&field.field.key) && !self.can_hold(&ground, &shown.clone().collect::<Vec<_>>())
            });
            let Some((field, shown)) = hidden else { break };
            let key = field.field.key;
            self.problem(&format!("{place} {key}"), Kind::NeverShown(joined(&shown.collect::<Vec<_>>())));
            never.insert(key);
            if field.default.is_none() && !matches!(field.requirement, Requirement::Auto(_)) {
                let domain = ground.names.remove(&key);
                ground.names.extend(domain.map(|domain| (key, domain.never_answered())));
            }
        }
        for (field, shown) in fields().filter(|(field, _)| !never.contains(&field.field.key)) {
            if let Requirement::When(condition) = &field.requirement {
                let place = format!("{place} {}", field.field.key);
                self.must_be_possible(&ground, shown.chain([condition]), &place);
            }
        }
        self.keepable(form, &ground, place);
    }

    /// Rules that some answers keep. One that may be left unknown is kept by that.
    fn keepable(&mut self, form: &Form, ground: &Ground, place: &str) {
        let asked = form.sections.iter().filter(|section| section.visible_when.is_none());
        let asked = asked.flat_map(|section| &section.fields).filter(|field| {
            let is_answered = field.requirement == Requirement::Mandatory && !field.field.takes_marks;
            is_answered && field.visible_when.is_none()
        });
        let answered: BTreeSet<Key> = asked.map(|field| field.field.key).collect();
        let rules = form.rules.iter().chain(form.fields().flat_map(|field| &field.rules));
        for rule in rules.filter(|rule| !rule.is_per_row && is_decided(&rule.holds, &answered)) {
            if !self.can_hold(ground, &[&rule.holds]) {
                self.problem(place, Kind::NeverKept(rule.holds.to_string().into()));
            }
        }
    }

    // ---- forms -------------------------------------------------------------------------------------------------

    fn form(&mut self, form: &Form, known: &Known, ground: Ground, place: &str) {
        if let Some(condition) = &form.place {
            self.condition(condition, known, place);
            self.must_be_possible(&ground, [condition], place);
        }
        for section in &form.sections {
            if let Some(condition) = &section.visible_when {
                self.condition(condition, known, place);
            }
        }
        for (index, field) in form.fields().enumerate() {
            let place = format!("{place} {}", field.field.key);
            self.field_type(&field.field, &place);
            if let Requirement::Auto(Some(computed)) = &field.requirement {
                let (kind, known) = (type_of_field(&field.field.kind), known_before(form, index, known));
                self.expr(computed, &kind, &known, &place);
                for problem in known.lost_cells(computed, &kind) {
                    self.problem(&place, Kind::BadCondition(computed.to_string().into(), problem));
                }
            }
            if let FieldType::Rows(cells) = &field.field.kind {
                self.computed_cells(cells, || known_before(form, index, known), &place);
            }
            self.form_field(form, field, known, &place);
        }
        for rule in &form.rules {
            self.rule(rule, None, known, place);
        }
        self.questions(form, ground, place);
    }

    /// A computed cell sees the cells that are given and the computed ones before it.
    fn computed_cells(&mut self, cells: &[Cell], known: impl Fn() -> Known, place: &str) {
        for (index, cell) in cells.iter().enumerate() {
            let Some(computed) = &cell.auto else { continue };
            let seen = cells.iter().enumerate().filter(|(other, cell)| *other < index || cell.auto.is_none());
            let mut known = known();
            // A cell that comes later hides a field of the form all the same.
            known.names.retain(|name, _| !cells.iter().any(|cell| cell.field.key == *name));
            known.names.extend(seen.map(|(_, cell)| (cell.field.key, type_of_field(&cell.field.kind))));
            let place = format!("{place}.{}", cell.field.key);
            self.expr(computed, &type_of_field(&cell.field.kind), &known, &place);
        }
    }

    fn form_field(&mut self, form: &Form, field: &FormField, known: &Known, place: &str) {
        match &field.requirement {
            Requirement::When(condition) => self.condition(condition, known, place),
            Requirement::From(stage) if !form.stages.iter().any(|known| known.key == *stage) => {
                self.problem(place, Kind::UnknownStage(stage.as_str().into()));
            }
            _ => {}
        }
        if let Some(condition) = &field.visible_when {
            self.condition(condition, known, place);
        }
        if let Some(default) = &field.default {
            // Only what a form begins with may depend on who fills it in; what is right is right for everybody.
            let mut known = known.clone();
            known.names.entry(ACTOR).or_insert(Type::Text);
            self.expr(default, &type_of_field(&field.field.kind), &known, place);
        }
        for rule in &field.rules {
            self.rule(rule, Some(&field.field), known, place);
        }
        if let Some(target) = &field.carries {
            self.needs_target(target, place);
        }
    }

    fn rule(&mut self, rule: &Rule, field: Option<&Field>, known: &Known, place: &str) {
        if !rule.is_per_row {
            return self.condition(&rule.holds, known, place);
        }
        let Some(FieldType::Rows(cells)) = field.map(|field| &field.kind) else {
            return self.problem(place, Kind::Contradiction("each_row and a field without rows"));
        };
        let mut known = known.clone();
        known.names.extend(cells.iter().map(|cell| (cell.field.key, type_of_field(&cell.field.kind))));
        self.condition(&rule.holds, &known, place);
    }

    // ---- processes ---------------------------------------------------------------------------------------------

    fn process(&mut self, process: &Process) {
        let known = self.case_scope(process);
        if let Some(asks) = process.begin.as_ref().and_then(|begin| begin.asks.as_ref()) {
            let scope = self.form_scope(asks, Some(process));
            self.form(asks, &scope, self.asks_ground(asks, process, None), "begin");
        }
        for field in &process.fields {
            self.field_type(field, field.key.as_str());
        }
        if let Some(calls) = &process.calls {
            self.condition(&calls.when, &known, "calls");
            let mut moves = process.transitions_from(calls.step);
            if moves.all(|made| made.event != calls.attempt) {
                self.problem("calls", Kind::UnknownReference(calls.attempt.as_str().into()));
            }
        }
        for watch in &process.watches {
            for step in watch.steps.iter().filter(|step| process.step(**step).is_none()) {
                self.problem("watch", Kind::UnknownStep(step.as_str().into()));
            }
            let mut known = known.clone();
            known.names.remove(&ACTOR);
            known.roles.clear();
            known.names.extend(model::known_rows().into_iter().filter(|(name, _)| *name == SIGNALS));
            self.settings(&watch.sets, process, &[], &known, "watch");
        }
        for transition in acting::planned(process) {
            let place = format!("{}.{}", transition.from, transition.event);
            self.transition(process, transition, &known, &place);
        }
    }

    fn transition(&mut self, process: &Process, transition: &Transition, known: &Known, place: &str) {
        for guard in &transition.guards {
            self.condition(&guard.holds, known, place);
        }
        let ground = self.case_ground(process, Some(transition.from));
        self.must_be_possible(&ground, transition.guards.iter().map(|guard| &guard.holds), place);
        self.deadlines(process, transition, place);
        // Until when something is due does not depend on who looks at it.
        let mut known_to_all = known.clone();
        known_to_all.names.retain(|name, _| *name != ACTOR || self.case_types(Some(process)).contains_key(name));
        known_to_all.roles.clear();
        for due in &transition.due {
            if let Some(condition) = &due.when {
                self.condition(condition, &known_to_all, place);
                self.must_be_possible(&ground, [condition], place);
            }
            if let Deadline::At(expr) = &due.by {
                self.date(expr, &known_to_all, place);
            }
            if let Some(latest) = &due.not_after {
                self.date(latest, &known_to_all, place);
            }
            if let Some(from) = &due.from {
                self.expr(from, &Type::Moment, &known_to_all, place);
            }
        }
        if let Some(condition) = &transition.self_approval {
            self.condition(condition, known, place);
            self.must_be_possible(&ground, [condition], place);
        }
        for form in [&transition.files, &transition.approves].into_iter().flatten() {
            self.needs_form(form, place);
        }
        if let Some(completion) = &transition.completes {
            self.needs_form(&completion.form, place);
            let stages = self.playbook.form(&completion.form).map(|form| &form.stages);
            let is_unknown = |stage: &Key| stages.is_some_and(|stages| !stages.iter().any(|known| known.key == *stage));
            if let Some(stage) = completion.stage.filter(is_unknown) {
                self.problem(place, Kind::UnknownStage(stage.as_str().into()));
            }
        }
        if let Some(asks) = &transition.asks {
            let known = with_actor(self.form_scope(asks, Some(process)), process);
            self.form(asks, &known, self.asks_ground(asks, process, Some(transition.from)), place);
        }
        // The answers hide the fields of the case.
        let (mut known, mut ground) = (known.clone(), ground);
        ground.names.extend(transition.asks.iter().flat_map(domains_of));
        for Field { key, kind, .. } in transition.asks.iter().flat_map(Form::fields).map(|asked| &asked.field) {
            known.names.insert(*key, type_of_field(kind));
            if transition.sets.iter().any(|(set, _)| set == key) {
                self.problem(place, Kind::Contradiction("asks and sets"));
            }
        }
        let mut timed = known.clone();
        timed.names.insert(DUE, Type::Moment);
        self.settings(&transition.sets, process, &SET_BY_MOVE, &timed, place);
        for (field, expr) in &transition.sets_customer {
            self.expr(expr, &type_of_field(&field.kind), &known, place);
        }
        for sets in &transition.sets_of {
            let is_asked = |asked: &FormField| asked.field.key == sets.case && is_case(&asked.field);
            let mut asked = transition.asks.iter().flat_map(Form::fields);
            self.sets_of(process, sets, asked.any(is_asked), &known, place);
        }
        for start in &transition.starts {
            self.start(process, start, &known, ground.clone(), place);
        }
    }

    /// What is set in a case: fields of its process, or one of `common`, which are references to records.
    fn settings(&mut self, set: &[(Key, Expr)], process: &Process, common: &[Key], known: &Known, place: &str) {
        for (key, expr) in set {
            match process.fields.iter().find(|field| field.key == *key) {
                _ if common.contains(key) => self.expr(expr, &Type::Text, known, place),
                Some(field) => self.expr(expr, &type_of_field(&field.kind), known, place),
                None => self.problem(place, Kind::UnknownReference(key.as_str().into())),
            }
        }
    }

    /// What a move sets in another case: the field that names it, which may have been asked, its process, and its fields.
    fn sets_of(&mut self, process: &Process, sets: &SetsOf, is_asked: bool, known: &Known, place: &str) {
        if !is_asked && !process.fields.iter().any(|field| field.key == sets.case && is_case(field)) {
            self.problem(place, Kind::UnknownReference(sets.case.as_str().into()));
        }
        let Some(target) = self.playbook.process(&sets.process) else {
            return self.problem(place, Kind::UnknownReference(sets.process.clone()));
        };
        let mut known = known.clone();
        known.names.insert(OTHER, case_row_type(target));
        self.settings(&sets.set, target, &[], &known, place);
    }

    /// The cases that a move opens: their rows and condition, the field that names one, its process, and what it is given.
    fn start(&mut self, process: &Process, start: &Start, known: &Known, mut ground: Ground, place: &str) {
        let is_link = |field: &Field| Some(field.key) == start.link && matches!(field.kind, FieldType::Reference(_));
        if let Some(link) = start.link.filter(|_| !process.fields.iter().any(is_link)) {
            self.problem(place, Kind::UnknownReference(link.as_str().into()));
        }
        let mut known = known.clone();
        if let Some(each) = &start.each {
            self.expr(each, &Type::List(Box::new(Type::Row(BTreeMap::new()))), &known, place);
            if let Type::List(row) = known.type_of(each)
                && let Type::Row(cells) = *row
            {
                ground.names.retain(|name, _| !cells.contains_key(name));
                known.names.extend(cells);
            }
        }
        if let Some(when) = &start.when {
            self.condition(when, &known, place);
            self.must_be_possible(&ground, [when], place);
        }
        match self.playbook.process(&start.process) {
            Some(target) => self.settings(&start.set, target, &SET_AT_START, &known, place),
            None => self.needs_target(&start.process, place),
        }
    }

    fn date(&mut self, expr: &Expr, known: &Known, place: &str) {
        if known.problems(expr, &Type::Moment).is_empty() {
            return;
        }
        self.expr(expr, &Type::Date, known, place);
    }
}

fn is_case(field: &Field) -> bool {
    matches!(field.kind, FieldType::Reference(kind) if kind == *"case")
}

/// The same where somebody acts in a case of `process`.
fn with_actor(mut known: Known, process: &Process) -> Known {
    known.names.entry(ACTOR).or_insert(Type::Text);
    known.roles = process.transitions.iter().flat_map(|made| &made.roles).map(|role| role.code()).collect();
    known
}

/// What `documents` gives, by form: its fields, who filed it and when.
fn documents(playbook: &Playbook) -> BTreeMap<Box<str>, Type> {
    let filed = [(Key::of("created_by"), Type::Text), (Key::of("created_at"), Type::Moment)];
    let row = |form: &Form| Type::Row(types_of_form(form).into_iter().chain(filed.clone()).collect());
    playbook.forms.iter().map(|(id, form)| (id.clone(), row(form))).collect()
}

/// What is known while the field at `index` is worked out: not what is worked out later, nor computed cells of lists
/// from there on, so that no two wait for each other.
fn known_before(form: &Form, index: usize, known: &Known) -> Known {
    let mut known = known.clone();
    for field in form.fields().skip(index) {
        let key = field.field.key;
        match (&field.requirement, &field.field.kind) {
            (Requirement::Auto(Some(_)), _) => drop(known.names.remove(&key)),
            (_, FieldType::Rows(cells)) => {
                let given = cells.iter().filter(|cell| cell.auto.is_none()).cloned().collect();
                known.names.insert(key, type_of_field(&FieldType::Rows(given)));
            }
            _ => {}
        }
    }
    // Its own answers as one row are those that are known by themselves.
    let own = form.fields().filter_map(|field| Some((field.field.key, known.names.get(&field.field.key)?.clone())));
    let own = Type::Row(own.collect());
    known.names.insert(form::OWN, own);
    known
}

fn types_of_form(form: &Form) -> BTreeMap<Key, Type> {
    form.fields().map(|field| (field.field.key, type_of_field(&field.field.kind))).collect()
}

fn types(fields: &[Field]) -> BTreeMap<Key, Type> {
    fields.iter().map(|field| (field.key, type_of_field(&field.kind))).collect()
}

/// What the fields of filed forms can contain, by form.
fn domains(playbook: &Playbook) -> Documents {
    let row = |form: &Form| {
        let mut row = domains_of(form);
        row.extend([Key::of("created_by"), Key::of("created_at")].map(|key| (key, Domain::ANY)));
        row
    };
    playbook.forms.iter().map(|(id, form)| (id.clone(), row(form))).collect()
}

fn domains_of(form: &Form) -> BTreeMap<Key, Domain> {
    let domain = |field: &FormField| match &field.requirement {
        Requirement::Auto(_) => Domain::computed(&field.field),
        _ => Domain::of(&field.field),
    };
    form.fields().map(|field| (field.field.key, domain(field))).collect()
}

/// Conditions that are asked together, as one.
fn joined(conditions: &[&Expr]) -> Box<str> {
    conditions.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ").into()
}

/// Whether the condition is known to hold or not to once the fields are `answered`.
fn is_decided(expr: &Expr, answered: &BTreeSet<Key>) -> bool {
    match &expr.node {
        Node::Name(name) => answered.contains(name),
        Node::Cell(..) | Node::Call(..) => false,
        Node::Binary(Operator::Plus | Operator::Minus | Operator::Times | Operator::Divide, ..) => false,
        _ => expr.parts().into_iter().all(|part| is_decided(part, answered)),
    }
}
