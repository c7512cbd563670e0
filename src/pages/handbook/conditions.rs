//! Conditions of the playbook in words, as far as they can be said plainly.

use kehu_domain::dictionary::Dictionary;
use kehu_domain::expr::{Expr, Function, Node, Operator};
use kehu_domain::field::{Choices, Field, FieldType};
use kehu_domain::form::Form;
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::playbook::Playbook;
use kehu_domain::workflow::Process;

use crate::i18n::{Locale, td_string};
use crate::words::lang_of;

/// The fields a condition may speak of, the nearest first.
#[derive(Clone, Default)]
pub struct Terms(Vec<&'static Field>);

impl Terms {
    /// The fields of a form.
    pub fn of_form(form: &'static Form) -> Self {
        Self(form.fields().map(|field| &field.field).collect())
    }

    /// The fields of a process's cases, then those of its forms and of what its moves ask.
    pub fn of_process(process: &'static Process) -> Self {
        let forms = process.forms().into_iter().filter_map(|id| Playbook::built_in().form(id));
        let asked = process.transitions.iter().filter_map(|made| made.asks.as_ref());
        let filled = forms.chain(asked).flat_map(|form| form.fields().map(|field| &field.field));
        Self(process.fields.iter().chain(filled).collect())
    }

    fn field(&self, key: Key) -> Option<&'static Field> {
        self.0.iter().copied().find(|field| field.key == key)
    }
}

/// The condition in words; where there are none, as the playbook writes it.
pub fn condition(locale: Locale, expr: &Expr, terms: &Terms) -> String {
    in_words(locale, expr, terms).unwrap_or_else(|| expr.to_string())
}

fn in_words(locale: Locale, expr: &Expr, terms: &Terms) -> Option<String> {
    let inner = |expr| in_words(locale, expr, terms);
    match &expr.node {
        Node::Binary(Operator::And, a, b) => {
            Some(td_string!(locale, handbook.condition.both, one = inner(a)?, other = inner(b)?).to_string())
        }
        Node::Binary(Operator::Or, a, b) => {
            Some(td_string!(locale, handbook.condition.either, one = inner(a)?, other = inner(b)?).to_string())
        }
        Node::Binary(operator, a, b) => comparison(locale, *operator, a, b, terms),
        Node::Call(Function::Filled, subjects) => {
            let what = subject(locale, subjects.first()?, terms)?;
            Some(td_string!(locale, handbook.condition.filled, what = what).to_string())
        }
        Node::Call(Function::Blank, subjects) => {
            let what = subject(locale, subjects.first()?, terms)?;
            Some(td_string!(locale, handbook.condition.blank, what = what).to_string())
        }
        _ => None,
    }
}

fn comparison(locale: Locale, operator: Operator, a: &Expr, b: &Expr, terms: &Terms) -> Option<String> {
    let what = subject(locale, a, terms)?;
    let value = match &b.node {
        Node::Text(key) => choice(locale, a, key, terms)?,
        Node::Number(number) => number.to_string(),
        _ => return None,
    };
    let sign = match operator {
        Operator::Equal => {
            return Some(td_string!(locale, handbook.condition.is, what = what, value = value).to_string());
        }
        Operator::NotEqual => {
            return Some(td_string!(locale, handbook.condition.is_not, what = what, value = value).to_string());
        }
        Operator::Less => "<",
        Operator::AtMost => "≤",
        Operator::Greater => ">",
        Operator::AtLeast => "≥",
        _ => return None,
    };
    Some(format!("{what} {sign} {value}"))
}

/// What is spoken of: the label of a field.
pub fn subject(locale: Locale, expr: &Expr, terms: &Terms) -> Option<String> {
    named(expr, terms).map(|field| field.label.get(lang_of(locale)).to_owned())
}

/// The label of the choice `key` of the field that `expr` names.
fn choice(locale: Locale, expr: &Expr, key: &str, terms: &Terms) -> Option<String> {
    let label = match &named(expr, terms)?.kind {
        FieldType::Choice(Choices::Given(choices)) => &choices.iter().find(|choice| choice.key == *key)?.label,
        FieldType::Choice(Choices::Group(group)) => &Dictionary::built_in().group(*group)?.item(key)?.label,
        _ => return Some(key.to_owned()),
    };
    Some(label.get(lang_of(locale)).to_owned())
}

/// The field that `expr` names: one of the form or case, or one of the customer.
fn named(expr: &Expr, terms: &Terms) -> Option<&'static Field> {
    match &expr.node {
        Node::Name(key) => terms.field(*key),
        Node::Cell(of, key) if is_customer(of) => {
            Dictionary::built_in().kind(kind::CUSTOMER)?.field(*key).map(|known| &known.field)
        }
        Node::Cell(_, key) => terms.field(*key),
        _ => None,
    }
}

fn is_customer(expr: &Expr) -> bool {
    matches!(&expr.node, Node::Name(name) if *name == kind::CUSTOMER)
}
