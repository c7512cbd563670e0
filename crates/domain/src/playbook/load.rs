//! Turns the files of a playbook into a playbook, or says everything that is wrong with them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rust_decimal::Decimal;
use serde::de::DeserializeOwned;

use super::notation::{Notation, notation};
use super::source::{
    ChoiceSource, CommonSource, DueSource, EventSource, FieldSource, FlagOrExpr, FormSource, FormsSource, KpisSource,
    ProcessSource, RolesSource, RuleSource, SectionSource, TextSource,
};
use super::{
    Action, Chapter, Checklist, Kpi, NumberedText, Playbook, PlaybookProblem, PlaybookProblemKind as Kind, RoleTitle,
    Section, audit,
};
use crate::expr::{self, Expr, type_of_field};
use crate::field::{Cell, Choice, Choices, Field, FieldType};
use crate::form::{self, Form, FormField, Requirement, Rule, Stage};
use crate::key::Key;
use crate::kind;
use crate::text::{Lang, Text};
use crate::workflow::{CANCEL, CANCELLED, Completion, DueRule, Guard, Process, Role, Step, Transition};

impl Playbook {
    /// The playbook in `files`: pairs of path and content. A file's name says what it holds, its folder to which
    /// section it belongs. `scorecards.toml` is read elsewhere and passed over.
    ///
    /// # Errors
    /// Every [`PlaybookProblem`] found. A problem may hide others that build on what is wrong.
    pub fn load(files: &[(&str, &str)]) -> Result<Playbook, Vec<PlaybookProblem>> {
        let mut loader = Loader::default();
        let sources = loader.read(files);
        loader.build(&sources);
        if loader.problems.is_empty() {
            loader.problems = audit::problems(&loader.playbook);
        }
        if loader.problems.is_empty() { Ok(loader.playbook) } else { Err(loader.problems) }
    }
}

/// The files as they were read, each with its path.
#[derive(Default)]
struct Sources {
    common: Vec<(Box<str>, CommonSource)>,
    roles: Vec<(Box<str>, RolesSource)>,
    chapters: Vec<(Box<str>, super::source::ChapterSource)>,
    sections: Vec<(Box<str>, SectionSource)>,
    processes: Vec<(Box<str>, ProcessSource)>,
    forms: Vec<(Box<str>, FormsSource)>,
    kpis: Vec<(Box<str>, KpisSource)>,
}

#[derive(Default)]
struct Loader {
    playbook: Playbook,
    problems: Vec<PlaybookProblem>,
    file: Box<str>,
    /// Texts that every process shares.
    cancel: Option<(Text, Text)>,
    reason: Option<Text>,
}

impl Loader {
    fn read(&mut self, files: &[(&str, &str)]) -> Sources {
        let mut sources = Sources::default();
        for (path, content) in files {
            self.file = (*path).into();
            match Path::new(path).file_name().and_then(|name| name.to_str()) {
                Some("common.toml") => self.read_into(content, &mut sources.common),
                Some("roles.toml") => self.read_into(content, &mut sources.roles),
                Some("chapter.toml") => self.read_into(content, &mut sources.chapters),
                Some("section.toml") => self.read_into(content, &mut sources.sections),
                Some("process.toml") => self.read_into(content, &mut sources.processes),
                Some("forms.toml") => self.read_into(content, &mut sources.forms),
                Some("kpis.toml") => self.read_into(content, &mut sources.kpis),
                Some("scorecards.toml") => {}
                _ => self.problem("", Kind::UnknownFile),
            }
        }
        sources
    }

    fn read_into<T: DeserializeOwned>(&mut self, content: &str, list: &mut Vec<(Box<str>, T)>) {
        match toml::from_str(content) {
            Ok(source) => list.push((self.file.clone(), source)),
            Err(error) => self.problem("", Kind::Unreadable(error.to_string().into())),
        }
    }

    fn build(&mut self, sources: &Sources) {
        for (file, source) in &sources.forms {
            self.file = file.clone();
            self.choices(&source.choices);
        }
        for (file, source) in &sources.common {
            self.file = file.clone();
            self.common(source);
        }
        for (file, source) in &sources.roles {
            self.file = file.clone();
            self.roles(source);
        }
        for (file, source) in &sources.chapters {
            self.file = file.clone();
            self.chapter(source);
        }
        for (file, source) in &sources.kpis {
            self.file = file.clone();
            self.kpis(source);
        }
        for (file, source) in &sources.sections {
            self.file = file.clone();
            self.section(source);
        }
        for (file, source) in &sources.forms {
            self.file = file.clone();
            for form in &source.forms {
                self.form(form, sources);
            }
        }
        for (file, source) in &sources.processes {
            self.file = file.clone();
            self.process(source, sources);
        }
    }

    fn problem(&mut self, place: &str, kind: Kind) {
        self.problems.push(PlaybookProblem { file: self.file.clone(), place: place.into(), kind });
    }

    // ---- small parts -------------------------------------------------------------------------------------------

    fn text(&mut self, source: &TextSource, place: &str) -> Text {
        self.bilingual(&source.zh, &source.en, place)
    }

    fn bilingual(&mut self, zh: &str, en: &str, place: &str) -> Text {
        for (lang, text) in [(Lang::Zh, zh), (Lang::En, en)] {
            if text.trim().is_empty() {
                self.problem(place, Kind::MissingTranslation(lang));
            }
        }
        Text { zh: zh.trim().into(), en: en.trim().into() }
    }

    fn optional_text(&mut self, source: Option<&TextSource>, place: &str) -> Option<Text> {
        source.map(|source| self.text(source, place))
    }

    fn texts(&mut self, sources: &[TextSource], place: &str) -> Vec<Text> {
        sources.iter().map(|source| self.text(source, place)).collect()
    }

    fn key(&mut self, text: &str, place: &str) -> Option<Key> {
        let is_plain = text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
        match Key::new(text).ok().filter(|_| is_plain) {
            Some(key) => Some(key),
            None => {
                self.problem(place, Kind::BadName(text.into()));
                None
            }
        }
    }

    /// Reports every second use of a name.
    fn unique<'t>(&mut self, names: impl Iterator<Item = &'t str>, place: &str) {
        let mut seen = BTreeSet::new();
        for name in names {
            if !seen.insert(name) {
                self.problem(place, Kind::Duplicate(name.into()));
            }
        }
    }

    fn expr(&mut self, source: &str, place: &str) -> Option<Expr> {
        match expr::parse(source) {
            Ok(expr) => Some(expr),
            Err(error) => {
                self.problem(place, Kind::BadExpression(source.into(), error));
                None
            }
        }
    }

    fn optional_expr(&mut self, source: Option<&String>, place: &str) -> Option<Expr> {
        source.and_then(|source| self.expr(source, place))
    }

    fn rule(&mut self, source: &RuleSource, place: &str) -> Option<Rule> {
        let otherwise = self.text(&source.otherwise, place);
        let holds = self.expr(&source.holds, place)?;
        Some(Rule { holds, otherwise, is_per_row: source.each_row })
    }

    fn rules(&mut self, sources: &[RuleSource], place: &str) -> Vec<Rule> {
        sources.iter().filter_map(|source| self.rule(source, place)).collect()
    }

    fn known_role(&mut self, code: &str, place: &str) -> Option<Role> {
        match self.playbook.roles.iter().find(|role| role.code == *code) {
            Some(role) => Some(Role::of(role.code, role.is_relative)),
            None => {
                self.problem(place, Kind::UnknownRole(code.into()));
                None
            }
        }
    }

    fn role_codes(&mut self, codes: &[String], place: &str) -> Vec<Key> {
        codes.iter().filter_map(|code| self.known_role(code, place)).map(Role::code).collect()
    }

    // ---- fields ------------------------------------------------------------------------------------------------

    fn choice_list(&mut self, sources: &[ChoiceSource], place: &str) -> Vec<Choice> {
        self.unique(sources.iter().map(|source| &*source.key), place);
        if sources.is_empty() {
            self.problem(place, Kind::Empty);
        }
        let mut choices = Vec::new();
        for source in sources {
            let label = self.bilingual(&source.zh, &source.en, &format!("{place} {}", source.key));
            if let Some(key) = self.key(&source.key, place) {
                choices.push(Choice { key, label });
            }
        }
        choices
    }

    fn choices(&mut self, named: &BTreeMap<String, Vec<ChoiceSource>>) {
        for (name, sources) in named {
            let choices = self.choice_list(sources, name);
            if self.playbook.choices.insert(name.as_str().into(), choices).is_some() {
                self.problem(name, Kind::Duplicate(name.as_str().into()));
            }
        }
    }

    fn chosen(&mut self, name: Option<&str>, source: &FieldSource, place: &str) -> Choices {
        let Some(name) = name else { return Choices::Given(self.choice_list(&source.choices, place)) };
        match self.playbook.choices.get(name) {
            Some(choices) => Choices::Given(choices.clone()),
            None => {
                self.problem(place, Kind::UnknownChoices(name.into()));
                Choices::Given(Vec::new())
            }
        }
    }

    fn field(&mut self, source: &FieldSource, place: &str) -> Option<Field> {
        let label = self.text(&source.label, place);
        let key = self.key(&source.key, place)?;
        let Some((found, takes_marks)) = notation(&source.kind) else {
            self.problem(place, Kind::BadType(source.kind.as_str().into()));
            return None;
        };
        let kind = match found {
            Notation::Plain(kind) => kind,
            Notation::Enum(name) => FieldType::Choice(self.chosen(name, source, place)),
            Notation::Set(name) => FieldType::ChoiceSet(self.chosen(name, source, place)),
            Notation::Rows => FieldType::Rows(self.cells(&source.columns, place)),
        };
        Some(Field { key, label, kind, takes_marks })
    }

    fn cells(&mut self, sources: &[FieldSource], place: &str) -> Vec<Cell> {
        self.unique(sources.iter().map(|source| &*source.key), place);
        if sources.is_empty() {
            self.problem(place, Kind::Empty);
        }
        let mut cells = Vec::new();
        for source in sources {
            if let Some(field) = self.field(source, &format!("{place}.{}", source.key)) {
                cells.push(Cell { field, is_optional: source.optional });
            }
        }
        cells
    }

    fn plain_fields(&mut self, sources: &[FieldSource], place: &str) -> Vec<Field> {
        self.unique(sources.iter().map(|source| &*source.key), place);
        sources.iter().filter_map(|source| self.field(source, &format!("{place}.{}", source.key))).collect()
    }

    fn requirement(&mut self, source: &FieldSource, place: &str) -> Requirement {
        let stage = source.required_from.as_deref();
        match (&source.auto, &source.required, stage) {
            (FlagOrExpr::Flag(false), FlagOrExpr::Flag(true), None) => Requirement::Mandatory,
            (FlagOrExpr::Flag(false), FlagOrExpr::Flag(false), None) => Requirement::Optional,
            (FlagOrExpr::Flag(true), FlagOrExpr::Flag(false), None) => Requirement::Auto(None),
            (FlagOrExpr::Expr(auto), FlagOrExpr::Flag(false), None) => {
                self.expr(auto, place).map_or(Requirement::Optional, |auto| Requirement::Auto(Some(auto)))
            }
            (FlagOrExpr::Flag(false), FlagOrExpr::Expr(when), None) => {
                self.expr(when, place).map_or(Requirement::Optional, Requirement::When)
            }
            (FlagOrExpr::Flag(false), FlagOrExpr::Flag(false), Some(stage)) => {
                self.key(stage, place).map_or(Requirement::Optional, Requirement::From)
            }
            _ => {
                self.problem(place, Kind::Contradiction("required, required_from and auto"));
                Requirement::Optional
            }
        }
    }

    fn form_field(&mut self, source: &FieldSource, place: &str) -> Option<FormField> {
        let place = format!("{place} {}", source.key);
        let requirement = self.requirement(source, &place);
        let visible_when = self.optional_expr(source.visible_when.as_ref(), &place);
        let hint = self.optional_text(source.hint.as_ref(), &place);
        let default = self.optional_expr(source.default.as_ref(), &place);
        let rules = self.rules(&source.rules, &place);
        let carries = source.carries.as_deref().map(Into::into);
        let field = self.field(source, &place)?;
        Some(FormField { field, requirement, visible_when, hint, default, rules, carries })
    }

    // ---- what everything shares --------------------------------------------------------------------------------

    fn common(&mut self, source: &CommonSource) {
        self.cancel = Some((self.text(&source.cancel, "cancel"), self.text(&source.cancelled, "cancelled")));
        self.reason = Some(self.text(&source.reason, "reason"));
        self.playbook.header_title = Some(self.text(&source.header_title, "header_title"));
        self.playbook.header = source.header.iter().filter_map(|source| self.form_field(source, "header")).collect();
        let types = |fields: Vec<Field>| fields.iter().map(|field| (field.key, type_of_field(&field.kind))).collect();
        self.playbook.case_types = types(self.plain_fields(&source.case, "case"));
        self.playbook.customer_types = types(self.plain_fields(&source.customer, "customer"));
    }

    fn roles(&mut self, source: &RolesSource) {
        self.unique(source.roles.iter().map(|role| &*role.code), "roles");
        for role in &source.roles {
            let title = self.text(&role.title, &role.code);
            let position = role.position.as_ref().and_then(|position| self.key(position, &role.code));
            let level = role.level.as_ref().and_then(|level| self.key(level, &role.code));
            if let Some(code) = self.key(&role.code, &role.code) {
                let is_relative = role.relative;
                self.playbook.roles.push(RoleTitle { code, title, position, level, is_relative });
            }
        }
    }

    fn chapter(&mut self, source: &super::source::ChapterSource) {
        let place = source.number.to_string();
        if self.playbook.chapters.iter().any(|chapter| chapter.number == source.number) {
            self.problem(&place, Kind::Duplicate(place.as_str().into()));
        }
        let title = self.text(&source.title, &place);
        let summary = self.text(&source.summary, &place);
        self.playbook.chapters.push(Chapter { number: source.number, title, summary });
        self.playbook.chapters.sort_by_key(|chapter| chapter.number);
    }

    fn kpis(&mut self, source: &KpisSource) {
        let Some(position) = self.key(&source.position, &source.position) else { return };
        let mut sum = Decimal::ZERO;
        for kpi in &source.kpis {
            let place = &kpi.id;
            if self.playbook.kpi(&kpi.id).is_some() {
                self.problem(place, Kind::Duplicate(place.as_str().into()));
            }
            let title = self.text(&kpi.title, place);
            let formula = self.text(&kpi.formula, place);
            let Ok(weight) = Decimal::from_str_exact(&kpi.weight) else {
                self.problem(place, Kind::BadNumber(kpi.weight.as_str().into()));
                continue;
            };
            sum += weight;
            let (Some(period), Some(source)) = (self.key(&kpi.period, place), self.key(&kpi.source, place)) else {
                continue;
            };
            self.playbook.kpis.push(Kpi {
                id: kpi.id.as_str().into(),
                position,
                title,
                formula,
                target: kpi.target.as_str().into(),
                period,
                weight,
                method: kpi.method.as_str().into(),
                source,
            });
        }
        if sum != Decimal::ONE_HUNDRED {
            self.problem(&source.position, Kind::Weights(sum));
        }
    }

    // ---- sections and forms ------------------------------------------------------------------------------------

    fn section(&mut self, source: &SectionSource) {
        let place = &source.id;
        if self.playbook.section(place).is_some() {
            self.problem(place, Kind::Duplicate(place.as_str().into()));
        }
        let actions = source.actions.iter().enumerate().filter_map(|(index, action)| {
            let place = format!("{place} action {}", index + 1);
            let step = self.key(&action.step, &place)?;
            Some(Action {
                step,
                roles: self.role_codes(&action.roles, &place),
                does: self.text(&action.does, &place),
                input: self.text(&action.input, &place),
                output: self.text(&action.output, &place),
                forms: action.forms.iter().map(|form| form.as_str().into()).collect(),
                until: self.text(&action.until, &place),
                otherwise: self.optional_text(action.otherwise.as_ref(), &place),
            })
        });
        let actions = actions.collect();
        self.unique(source.rules.iter().map(|rule| &*rule.id), place);
        let rules = source
            .rules
            .iter()
            .map(|rule| NumberedText { id: rule.id.as_str().into(), text: self.text(&rule.text, &rule.id) });
        let rules = rules.collect();
        let checklists = source
            .checklists
            .iter()
            .map(|list| Checklist { title: self.text(&list.title, place), points: self.texts(&list.points, place) });
        let checklists = checklists.collect();
        let section = Section {
            id: source.id.as_str().into(),
            title: self.text(&source.title, place),
            purpose: self.text(&source.purpose, place),
            owners: self.role_codes(&source.owners, place),
            tags: source.tags.iter().filter_map(|tag| self.key(tag, place)).collect(),
            kpis: source.kpis.iter().map(|kpi| kpi.as_str().into()).collect(),
            measure: self.optional_text(source.measure.as_ref(), place),
            process: None,
            forms: Vec::new(),
            actions,
            rules,
            checklists,
            acceptance: self.texts(&source.acceptance, place),
        };
        self.playbook.sections.push(section);
    }

    /// The section whose folder the present file is in.
    fn own_section(&mut self, sources: &Sources) -> Option<&mut Section> {
        let folder = Path::new(&*self.file).parent()?.to_owned();
        let (_, source) = sources.sections.iter().find(|(file, _)| Path::new(&**file).parent() == Some(&folder))?;
        self.playbook.sections.iter_mut().find(|section| *section.id == *source.id)
    }

    fn form(&mut self, source: &FormSource, sources: &Sources) {
        let place = &source.id;
        let title = self.text(&source.title, place);
        let purpose = self.optional_text(source.purpose.as_ref(), place);
        let mut sections = Vec::new();
        for section in &source.sections {
            let title = self.text(&section.title, place);
            let hint = self.optional_text(section.hint.as_ref(), place);
            let visible_when = self.optional_expr(section.visible_when.as_ref(), place);
            let fields = section.fields.iter().filter_map(|field| self.form_field(field, place)).collect();
            sections.push(form::Section { title, hint, visible_when, fields });
        }
        let keys = source.sections.iter().flat_map(|section| &section.fields).map(|field| &*field.key);
        self.unique(keys, place);
        if sections.iter().all(|section| section.fields.is_empty()) {
            self.problem(place, Kind::Empty);
        }
        let stages = match source.stages.is_empty() {
            true => Vec::new(),
            false => self.choice_list(&source.stages, place),
        };
        let stages = stages.into_iter().map(|stage| Stage { key: stage.key, label: stage.label }).collect();
        let rules = self.rules(&source.rules, place);
        let id: Box<str> = place.as_str().into();
        let built = Form {
            id: id.clone(),
            code: source.code.as_str().into(),
            title,
            purpose,
            is_customer_facing: source.customer_facing,
            stages,
            sections,
            rules,
        };
        if self.playbook.forms.insert(id.clone(), built).is_some() {
            self.problem(place, Kind::Duplicate(id.clone()));
        }
        if let Some(section) = self.own_section(sources) {
            section.forms.push(id);
        }
    }

    // ---- processes ---------------------------------------------------------------------------------------------

    fn process(&mut self, source: &ProcessSource, sources: &Sources) {
        let place = &source.id;
        if self.playbook.process(place).is_some() {
            self.problem(place, Kind::Duplicate(place.as_str().into()));
        }
        let title = self.text(&source.title, place);
        let fields = self.plain_fields(&source.fields, place);
        let mut process =
            Process { id: place.as_str().into(), title, fields, steps: Vec::new(), transitions: Vec::new() };
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
        if let Some(section) = self.own_section(sources) {
            section.process = Some(process.id.clone());
        }
        self.playbook.processes.push(process);
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
            guards,
            files: event.files.as_deref().map(Into::into),
            completes,
            asks,
            approves: event.approves.as_deref().map(Into::into),
            self_approval,
        })
    }

    fn due(&mut self, source: &DueSource, place: &str) -> Vec<DueRule> {
        let rules = match source {
            DueSource::One(notation) => return self.deadline(None, notation, place).into_iter().collect(),
            DueSource::Several(rules) => rules,
        };
        let mut due = Vec::new();
        for rule in rules {
            let when = self.optional_expr(rule.when.as_ref(), place);
            match (&rule.by, &rule.at) {
                (Some(notation), None) => due.extend(self.deadline(when, notation, place)),
                (None, Some(source)) => {
                    let at = self.expr(source, place).map(crate::workflow::Deadline::At);
                    due.extend(at.map(|by| DueRule { when, by }));
                }
                _ => self.problem(place, Kind::Contradiction("by and at")),
            }
        }
        due
    }

    fn deadline(&mut self, when: Option<Expr>, notation: &str, place: &str) -> Option<DueRule> {
        match notation.parse() {
            Ok(by) => Some(DueRule { when, by }),
            Err(_) => {
                self.problem(place, Kind::BadDeadline(notation.into()));
                None
            }
        }
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
                guards: Vec::new(),
                files: None,
                completes: None,
                asks: asks.clone(),
                approves: None,
                self_approval: None,
            });
        }
        process.steps.push(Step { key: CANCELLED, label: step_label, is_terminal: true, is_paused: false });
    }
}

fn small_form(title: Text, fields: Vec<FormField>, rules: Vec<Rule>) -> Form {
    Form {
        id: "".into(),
        code: "".into(),
        title: title.clone(),
        purpose: None,
        is_customer_facing: false,
        stages: Vec::new(),
        sections: vec![form::Section { title, hint: None, visible_when: None, fields }],
        rules,
    }
}
