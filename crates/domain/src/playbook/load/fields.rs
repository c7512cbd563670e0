//! Reads choices, fields and forms.

use std::collections::BTreeMap;

use super::{Loader, Sources};
use crate::expr::Expr;
use crate::field::{Cell, Choice, Choices, Field, FieldType};
use crate::form::{self, Form, FormField, Requirement, Stage};
use crate::key::Key;
use crate::playbook::PlaybookProblemKind as Kind;
use crate::playbook::notation::{Notation, notation};
use crate::playbook::source::{ChoiceSource, FieldSource, FlagOrExpr, FormSource};
use crate::text::Text;
use crate::value::Value;

impl Loader {
    pub(super) fn choice_list(&mut self, sources: &[ChoiceSource], place: &str) -> Vec<Choice> {
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

    pub(super) fn choices(&mut self, named: &BTreeMap<String, Vec<ChoiceSource>>) {
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

    pub(super) fn field(&mut self, source: &FieldSource, place: &str) -> Option<Field> {
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
            let place = format!("{place}.{}", source.key);
            let auto = self.computed_cell(source, &place);
            if let Some(field) = self.field(source, &place) {
                if has_computed_cells(&field) {
                    self.problem(&place, Kind::Contradiction("auto and a row within a row"));
                }
                cells.push(Cell { field, is_optional: source.optional, auto });
            }
        }
        cells
    }

    fn computed_cell(&mut self, source: &FieldSource, place: &str) -> Option<Expr> {
        match &source.auto {
            FlagOrExpr::Expr(auto) => self.expr(auto, place),
            FlagOrExpr::Flag(false) => None,
            FlagOrExpr::Flag(true) => {
                self.problem(place, Kind::Contradiction("auto = true and a cell"));
                None
            }
        }
    }

    /// Fields outside forms, where nothing is computed.
    pub(super) fn plain_fields(&mut self, sources: &[FieldSource], place: &str) -> Vec<Field> {
        self.unique(sources.iter().map(|source| &*source.key), place);
        let mut fields = Vec::new();
        for source in sources {
            let place = format!("{place}.{}", source.key);
            let field = self.field(source, &place);
            if field.as_ref().is_some_and(has_computed_cells) {
                self.problem(&place, Kind::Contradiction("auto and a field that is on no form"));
            }
            fields.extend(field);
        }
        fields
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

    pub(super) fn form_field(&mut self, source: &FieldSource, place: &str) -> Option<FormField> {
        let place = format!("{place} {}", source.key);
        let requirement = self.requirement(source, &place);
        let visible_when = self.optional_expr(source.visible_when.as_ref(), &place);
        let hint = self.optional_text(source.hint.as_ref(), &place);
        let default = self.optional_expr(source.default.as_ref(), &place);
        let rules = self.rules(&source.rules, &place);
        let carries = source.carries.as_deref().map(Into::into);
        let field = self.field(source, &place)?;
        let first_rows = self.first_rows(source, &field, &place);
        Some(FormField { field, requirement, visible_when, hint, default, first_rows, rules, carries })
    }

    /// The rows a list begins with: every cell one of its columns, a text, and given rather than computed.
    fn first_rows(&mut self, source: &FieldSource, field: &Field, place: &str) -> Vec<Vec<(Key, Text)>> {
        if source.rows.is_empty() {
            return Vec::new();
        }
        let FieldType::Rows(cells) = &field.kind else {
            self.problem(place, Kind::Contradiction("rows and a field that is no list"));
            return Vec::new();
        };
        if source.default.is_some() || source.auto != FlagOrExpr::default() {
            self.problem(place, Kind::Contradiction("rows, default and auto"));
        }
        let mut rows = Vec::new();
        for source in &source.rows {
            let mut row = Vec::new();
            for (name, text) in source {
                let text = self.text(text, place);
                let Some(cell) = cells.iter().find(|cell| cell.field.key == **name) else {
                    self.problem(place, Kind::UnknownReference(name.as_str().into()));
                    continue;
                };
                let is_text = matches!(cell.field.kind, FieldType::Text { .. } | FieldType::Long);
                if !is_text || cell.auto.is_some() {
                    self.problem(place, Kind::Contradiction("rows and a cell that takes no text"));
                }
                let fits = |text: &str| form::fit(&Value::text(text), &cell.field).is_ok();
                for text in [&text.zh, &text.en].into_iter().filter(|text| is_text && !fits(text)) {
                    self.problem(place, Kind::TooLong(text.clone()));
                }
                row.push((cell.field.key, text));
            }
            rows.push(row);
        }
        rows
    }

    pub(super) fn form(&mut self, source: &FormSource, sources: &Sources) {
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
        let asks_place = self.optional_expr(source.place.as_ref(), place);
        let id: Box<str> = place.as_str().into();
        let built = Form {
            id: id.clone(),
            code: source.code.as_str().into(),
            version: source.version,
            title,
            purpose,
            is_customer_facing: source.customer_facing,
            process: source.process.as_deref().map(Into::into),
            place: asks_place,
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
}

fn has_computed_cells(field: &Field) -> bool {
    matches!(&field.kind, FieldType::Rows(cells) if cells.iter().any(|cell| cell.auto.is_some()))
}
