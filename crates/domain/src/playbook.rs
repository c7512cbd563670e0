//! The handbook as data: chapters, sections, processes, forms, roles and KPIs, checked as a whole.

#[cfg(feature = "toml")]
mod audit;
mod built_in;
mod load;
mod notation;
mod problem;
pub mod source;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

pub use built_in::FILES;
pub use notation::written;
pub use problem::{PlaybookProblem, PlaybookProblemKind};
pub use words::Terms;

use crate::expr::Datum;
use crate::field::{Choice, Field};
use crate::form::{Form, FormField, Requirement};
use crate::key::Key;
use crate::kind;
use crate::text::Text;
use crate::value::Value;
use crate::workflow::{Forms, Process};

/// Another name for the customer of a case, for forms that have a field called `customer`.
pub const CLIENT: Key = Key::of("client");

/// Where a form was filled in, a field of the header of forms that ask for it.
pub const PLACE: Key = Key::of("place");

/// The fields of the header that a person fills in, besides whom the form is about.
const ADDED: [Key; 3] = [PLACE, Key::of("attachments"), kind::REMARK];

/// The handbook, whole and consistent: [`Playbook::load`] gives none that is not.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Playbook {
    /// Its chapters, by number.
    pub chapters: Vec<Chapter>,
    /// Its sections, in order.
    pub sections: Vec<Section>,
    /// Its processes, in order.
    pub processes: Vec<Process>,
    /// Its roles, in order.
    pub roles: Vec<RoleTitle>,
    /// The key figures of its positions.
    pub kpis: Vec<Kpi>,
    /// Lists of choices by name.
    pub choices: BTreeMap<Box<str>, Vec<Choice>>,
    forms: Forms,
    header: Vec<FormField>,
    header_title: Option<Text>,
    header_added: Option<Text>,
    /// What conditions may ask about every case, and about its customer.
    case_facts: Vec<Field>,
    customer_facts: Vec<Field>,
    /// Those of them that the app works out, so that nothing else sets them.
    computed_facts: BTreeSet<Key>,
}

/// A chapter.
#[derive(Clone, Debug, PartialEq)]
pub struct Chapter {
    /// Its number, 1–10.
    pub number: u8,
    /// Its heading.
    pub title: Text,
    /// What it is about.
    pub summary: Text,
}

/// A section: one page of the handbook.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// Its number, such as `3.1`.
    pub id: Box<str>,
    /// Its heading.
    pub title: Text,
    /// What it is for.
    pub purpose: Text,
    /// The roles that own it.
    pub owners: Vec<Key>,
    /// Its quality principles, `Q1`–`Q7`.
    pub tags: Vec<Key>,
    /// The KPIs it works for.
    pub kpis: Vec<Box<str>>,
    /// Its own measure, if it has one.
    pub measure: Option<Text>,
    /// Its processes; what it is mainly about comes first.
    pub processes: Vec<Box<str>>,
    /// Its forms, in order.
    pub forms: Vec<Box<str>>,
    /// Who does what, with what, until when, and what if.
    pub actions: Vec<Action>,
    /// Its business rules.
    pub rules: Vec<NumberedText>,
    /// Lists of points to look at.
    pub checklists: Vec<Checklist>,
    /// Its rules at work on figures.
    pub examples: Vec<Example>,
    /// What must be true of it.
    pub acceptance: Vec<Text>,
}

/// One row of the handbook's table.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// The step it belongs to.
    pub step: Key,
    /// Who does it, in order.
    pub roles: Vec<Key>,
    /// What is done.
    pub does: Text,
    /// What is needed for it.
    pub input: Text,
    /// What comes of it.
    pub output: Text,
    /// The forms it fills.
    pub forms: Vec<Box<str>>,
    /// Until when.
    pub until: Text,
    /// What if it goes otherwise.
    pub otherwise: Option<Text>,
}

/// A text with a number of its own, such as R-3.1-1.
#[derive(Clone, Debug, PartialEq)]
pub struct NumberedText {
    /// Its identifier.
    pub id: Box<str>,
    /// What it says.
    pub text: Text,
}

/// A list of points to look at.
#[derive(Clone, Debug, PartialEq)]
pub struct Checklist {
    /// Its heading.
    pub title: Text,
    /// The points.
    pub points: Vec<Text>,
}

/// A worked example of a rule or model.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// Its identifier, such as `M05-E1`.
    pub id: Box<str>,
    /// What there is.
    pub given: Text,
    /// What comes of it, and why.
    pub outcome: Text,
}

/// A role with its title; spec 2.1.
#[derive(Clone, Debug, PartialEq)]
pub struct RoleTitle {
    /// Its code, such as `CR-E`.
    pub code: Key,
    /// What people call it.
    pub title: Text,
    /// The position it belongs to, `P1`–`P8`.
    pub position: Option<Key>,
    /// `director`, `manager`, `supervisor` or `specialist`.
    pub level: Option<Key>,
    /// Whether it names a person by their relation to the case (ruling 20).
    pub is_relative: bool,
}

/// A key figure of a position; spec positions.md.
#[derive(Clone, Debug, PartialEq)]
pub struct Kpi {
    /// Its identifier, such as `K4-1`.
    pub id: Box<str>,
    /// The position it belongs to.
    pub position: Key,
    /// What people call it.
    pub title: Text,
    /// How it is worked out, in words.
    pub formula: Text,
    /// Its target, such as `≥95 %`.
    pub target: Box<str>,
    /// `M`, `Q`, `H` or `Y`.
    pub period: Key,
    /// Its weight in the position's sheet, in per cent.
    pub weight: Decimal,
    /// Its M09 method, such as `up` or `ded(5,10)`.
    pub method: Box<str>,
    /// `auto` or `manual`.
    pub source: Key,
}

impl Playbook {
    /// The process `id`, such as `W-3.1`.
    pub fn process(&self, id: &str) -> Option<&Process> {
        self.processes.iter().find(|process| *process.id == *id)
    }

    /// The form `id`, such as `F-3.1-2`.
    pub fn form(&self, id: &str) -> Option<&Form> {
        self.forms.get(id)
    }

    /// Every form by identifier.
    pub fn forms(&self) -> &Forms {
        &self.forms
    }

    /// The section `id`, such as `3.1`.
    pub fn section(&self, id: &str) -> Option<&Section> {
        self.sections.iter().find(|section| *section.id == *id)
    }

    /// The sections of a chapter, in order.
    pub fn sections_of(&self, chapter: u8) -> impl Iterator<Item = &Section> {
        self.sections
            .iter()
            .filter(move |section| section.id.split('.').next().is_some_and(|number| number.parse() == Ok(chapter)))
    }

    /// The section whose process is `id`.
    pub fn section_of_process(&self, id: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.processes.iter().any(|process| **process == *id))
    }

    /// The KPI `id`, such as `K4-1`.
    pub fn kpi(&self, id: &str) -> Option<&Kpi> {
        self.kpis.iter().find(|kpi| *kpi.id == *id)
    }

    /// The role with this code.
    pub fn role(&self, code: Key) -> Option<&RoleTitle> {
        self.roles.iter().find(|role| role.code == code)
    }

    /// What conditions may ask about a customer, as the value of the name `customer`; `value` gives the content of
    /// the customer's fields `type`, `stage`, `grade`, `tier` and so on.
    pub fn customer_facts(&self, value: impl Fn(Key) -> Value) -> Datum {
        let fact = |field: &Field| (field.key, Datum::of(&value(field.key), &field.kind));
        // What is blank need not be carried along.
        Datum::Row(self.customer_facts.iter().map(fact).filter(|(_, datum)| *datum != Datum::Blank).collect())
    }

    /// A field of a customer that a move may set: on their card, or given by the handbook and not worked out.
    pub fn customer_field(&self, key: Key) -> Option<&Field> {
        let fact = self.customer_facts.iter().find(|field| field.key == key)?;
        (!self.computed_facts.contains(&key)).then_some(fact)
    }

    /// The form `id` as it is filled in: with what of the header a person may add, at its end.
    pub fn filled_form(&self, id: &str) -> Option<Form> {
        let mut form = self.form(id)?.clone();
        let mut fields = self.header_fields(&form);
        fields.retain(|field| ADDED.contains(&field.field.key));
        let title = self.header_added.clone()?;
        form.sections.push(crate::form::Section { title, hint: None, visible_when: None, fields });
        Some(form)
    }

    /// The header's fields that are not fields of the form itself; the place only where the form asks for it.
    fn header_fields(&self, form: &Form) -> Vec<FormField> {
        let own = |field: &&FormField| form.field(field.field.key).is_none();
        let mut fields: Vec<FormField> = self.header.iter().filter(own).cloned().collect();
        fields.retain(|field| field.field.key != PLACE || form.place.is_some());
        for field in fields.iter_mut().filter(|field| field.field.key == PLACE) {
            field.visible_when = form.place.clone();
        }
        fields
    }

    /// The header of the form `id` (spec 1.5): itself a form, with the customer mandatory where the form is about
    /// one. Fields the form has under the same key are left to the form (ruling 22).
    pub fn header_of(&self, id: &str) -> Option<Form> {
        let form = self.form(id)?;
        let mut fields = self.header_fields(form);
        for field in fields.iter_mut().filter(|field| field.field.key == kind::CUSTOMER_REF) {
            field.requirement = if form.is_customer_facing { Requirement::Mandatory } else { Requirement::Optional };
        }
        let section =
            crate::form::Section { title: self.header_title.clone()?, hint: None, visible_when: None, fields };
        Some(Form { sections: vec![section], stages: Vec::new(), rules: Vec::new(), ..form.clone() })
    }
}
