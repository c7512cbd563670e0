//! Turns the files of a playbook into a playbook, or says everything that is wrong with them.

mod fields;
mod process;

use std::collections::BTreeSet;
use std::path::Path;

use rust_decimal::Decimal;
use serde::de::DeserializeOwned;

use super::source::{
    ChapterSource, CommonSource, FlagOrExpr, FormsSource, KpisSource, ProcessSource, RolesSource, RuleSource,
    SectionSource, TextSource,
};
use super::{
    Action, Chapter, Checklist, Example, Kpi, NumberedText, Playbook, PlaybookProblem, PlaybookProblemKind as Kind,
    RoleTitle, Section,
};
use crate::dictionary::{Dictionary, KindField};
use crate::expr::{self, Expr};
use crate::field::Field;
use crate::form::Rule;
use crate::key::Key;
use crate::kind;
use crate::text::{Lang, Text};
use crate::workflow::Role;
use crate::written;

impl Playbook {
    /// The playbook in `files`: pairs of path and content. A file's name says what it holds, its folder to which
    /// section it belongs. `scorecards.toml` is read elsewhere and passed over.
    ///
    /// Whether it works as a whole is looked into only where playbooks are made, with the feature `toml`: what the app
    /// carries has passed.
    ///
    /// # Errors
    /// Every [`PlaybookProblem`] found. A problem may hide others that build on what is wrong.
    pub fn load(files: &[(&str, &str)]) -> Result<Playbook, Vec<PlaybookProblem>> {
        let mut loader = Loader::default();
        let sources = loader.read(files);
        loader.build(&sources);
        #[cfg(feature = "toml")]
        if loader.problems.is_empty() {
            loader.problems = super::audit::problems(&loader.playbook);
        }
        if loader.problems.is_empty() { Ok(loader.playbook) } else { Err(loader.problems) }
    }
}

/// The files as they were read, each with its path.
#[derive(Default)]
struct Sources {
    common: Vec<(Box<str>, CommonSource)>,
    roles: Vec<(Box<str>, RolesSource)>,
    chapters: Vec<(Box<str>, ChapterSource)>,
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
                // A section with several processes has further files, such as `care.process.toml`.
                Some(name) if name == "process.toml" || name.ends_with(".process.toml") => {
                    self.read_into(content, &mut sources.processes);
                }
                Some("forms.toml") => self.read_into(content, &mut sources.forms),
                Some("kpis.toml") => self.read_into(content, &mut sources.kpis),
                Some("scorecards.toml") => {}
                _ => self.problem("", Kind::UnknownFile),
            }
        }
        sources
    }

    fn read_into<T: DeserializeOwned>(&mut self, content: &str, list: &mut Vec<(Box<str>, T)>) {
        match written::read(content) {
            Ok(source) => list.push((self.file.clone(), source)),
            Err(error) => self.problem("", Kind::Unreadable(error.into())),
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

    // ---- what everything shares --------------------------------------------------------------------------------

    fn common(&mut self, source: &CommonSource) {
        self.cancel = Some((self.text(&source.cancel, "cancel"), self.text(&source.cancelled, "cancelled")));
        self.reason = Some(self.text(&source.reason, "reason"));
        self.playbook.header_title = Some(self.text(&source.header_title, "header_title"));
        self.playbook.header_added = Some(self.text(&source.header_added, "header_added"));
        self.playbook.header = source.header.iter().filter_map(|source| self.form_field(source, "header")).collect();
        self.playbook.case_facts = self.plain_fields(&source.case, "case");
        let mut facts = self.plain_fields(&source.customer, "customer");
        let is_computed = |field: &Field| {
            let told = source.customer.iter().find(|told| field.key == *told.key);
            told.is_some_and(|told| told.auto != FlagOrExpr::default())
        };
        self.playbook.computed_facts = facts.iter().filter(|field| is_computed(field)).map(|field| field.key).collect();
        // Whatever else stands on a customer's card is known as well.
        let card = Dictionary::built_in().kind(kind::CUSTOMER).map_or(&[][..], |card| &card.fields);
        for KindField { field, .. } in card {
            if !facts.iter().any(|fact| fact.key == field.key) {
                facts.push(field.clone());
            }
        }
        self.playbook.customer_facts = facts;
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

    fn chapter(&mut self, source: &ChapterSource) {
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
        let examples = source.examples.iter().map(|example| Example {
            id: example.id.as_str().into(),
            given: self.text(&example.given, &example.id),
            outcome: self.text(&example.outcome, &example.id),
        });
        let examples = examples.collect();
        let section = Section {
            id: source.id.as_str().into(),
            title: self.text(&source.title, place),
            purpose: self.text(&source.purpose, place),
            owners: self.role_codes(&source.owners, place),
            tags: source.tags.iter().filter_map(|tag| self.key(tag, place)).collect(),
            kpis: source.kpis.iter().map(|kpi| kpi.as_str().into()).collect(),
            measure: self.optional_text(source.measure.as_ref(), place),
            processes: Vec::new(),
            forms: Vec::new(),
            actions,
            rules,
            checklists,
            examples,
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
}
