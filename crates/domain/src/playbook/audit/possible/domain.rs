//! What a term can be, and how a demand narrows it.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use crate::field::{Choices, Field, FieldType};

pub(super) const VALUE: u8 = 1;
pub(super) const BLANK: u8 = 2;
pub(super) const NOT_APPLICABLE: u8 = 4;
pub(super) const MISSING: u8 = 8;
pub(super) const ANYTHING: u8 = VALUE | BLANK | NOT_APPLICABLE | MISSING;

/// What a term can be.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::playbook::audit) struct Domain {
    /// Which of value, blank, N/A and missing.
    pub(super) states: u8,
    /// A list is blank when it is empty, and is compared all the same.
    pub(super) is_list: bool,
    pub(super) content: Content,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Content {
    Any,
    /// One of these; yes and no are `true` and `false`.
    OneOf(BTreeSet<Box<str>>),
    /// Any text but these.
    NoneOf(BTreeSet<Box<str>>),
    Number(Range),
}

/// Numbers between two bounds, some of them left out; dates are counted in days.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Range {
    pub(super) from: Option<Bound>,
    pub(super) to: Option<Bound>,
    pub(super) is_whole: bool,
    pub(super) without: BTreeSet<Decimal>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bound {
    pub(super) at: Decimal,
    pub(super) is_included: bool,
}

/// A spelled-out value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Constant {
    Word(Box<str>),
    Number(Decimal),
}

impl Domain {
    /// Nothing is known about it.
    pub(in crate::playbook::audit) const ANY: Self = Self { states: ANYTHING, is_list: false, content: Content::Any };

    /// What `field` can contain.
    pub(in crate::playbook::audit) fn of(field: &Field) -> Self {
        let mut domain = Self::of_type(&field.kind);
        if !field.takes_marks {
            domain.states = VALUE | BLANK;
        }
        domain
    }

    fn of_type(kind: &FieldType) -> Self {
        let within = |from: i64, to: i64, is_whole| Range {
            from: Some(Bound { at: from.into(), is_included: true }),
            to: Some(Bound { at: to.into(), is_included: true }),
            is_whole,
            ..Range::default()
        };
        let content = match kind {
            FieldType::Bool => Content::OneOf(["true".into(), "false".into()].into()),
            FieldType::Choice(Choices::Given(choices)) => {
                Content::OneOf(choices.iter().map(|choice| choice.key.as_str().into()).collect())
            }
            FieldType::Int { min, max } => {
                let bound = |at: Option<i64>| at.map(|at| Bound { at: at.into(), is_included: true });
                Content::Number(Range { from: bound(*min), to: bound(*max), is_whole: true, ..Range::default() })
            }
            FieldType::Rating => Content::Number(within(1, 5, true)),
            FieldType::Seconds => Content::Number(within(0, 86_400, true)),
            FieldType::Percent | FieldType::Score => Content::Number(within(0, 100, false)),
            FieldType::Money | FieldType::Decimal { .. } => Content::Number(Range::default()),
            FieldType::Date => Content::Number(Range { is_whole: true, ..Range::default() }),
            FieldType::Rows(_) | FieldType::ChoiceSet(_) | FieldType::Tags | FieldType::DateTime => Content::Any,
            _ => Content::NoneOf(BTreeSet::new()),
        };
        let is_list = matches!(kind, FieldType::Rows(_) | FieldType::ChoiceSet(_) | FieldType::Tags);
        Self { states: ANYTHING, is_list, content }
    }

    /// The same for what is worked out, which no form holds to the bounds of its type.
    pub(in crate::playbook::audit) fn computed(field: &Field) -> Self {
        Self { states: ANYTHING, content: Content::Any, ..Self::of(field) }
    }

    /// The same for a question that nobody is ever asked.
    pub(in crate::playbook::audit) fn never_answered(self) -> Self {
        Self { states: BLANK, ..self }
    }

    pub(super) fn count(most: Option<usize>) -> Self {
        let to = most.map(|most| Bound { at: most.into(), is_included: true });
        let from = Some(Bound { at: Decimal::ZERO, is_included: true });
        let range = Range { from, to, is_whole: true, ..Range::default() };
        Self { states: VALUE, is_list: false, content: Content::Number(range) }
    }

    pub(super) fn is_possible(&self) -> bool {
        let has_content = match &self.content {
            Content::OneOf(words) => !words.is_empty(),
            Content::Number(range) => range.is_possible(),
            Content::Any | Content::NoneOf(_) => true,
        };
        self.states & !VALUE != 0 || (self.states & VALUE != 0 && has_content)
    }

    pub(super) fn must_be(&mut self, states: u8) -> bool {
        self.states &= states;
        self.is_possible()
    }

    /// Whatever is compared has a value; only a list may be empty.
    pub(super) fn is_compared(&mut self) -> bool {
        self.is_list || self.must_be(VALUE)
    }

    pub(super) fn is(&mut self, constant: &Constant, wanted: bool) -> bool {
        if matches!(self.content, Content::Any) {
            self.content = match constant {
                Constant::Word(_) => Content::NoneOf(BTreeSet::new()),
                Constant::Number(_) => Content::Number(Range::default()),
            };
        }
        match (&mut self.content, constant) {
            (Content::OneOf(words), Constant::Word(word)) => words.retain(|other| (other == word) == wanted),
            (Content::NoneOf(words), Constant::Word(word)) if !wanted => {
                words.insert(word.clone());
            }
            (Content::NoneOf(words), Constant::Word(word)) => {
                let is_left = !words.contains(word);
                self.content = Content::OneOf(Some(word.clone()).filter(|_| is_left).into_iter().collect());
            }
            (Content::Number(range), Constant::Number(number)) if wanted => {
                let bound = Bound { at: *number, is_included: true };
                range.at_least(bound);
                range.at_most(bound);
            }
            (Content::Number(range), Constant::Number(number)) => {
                range.without.insert(*number);
            }
            _ => {}
        }
        self.is_compared() && self.is_possible()
    }

    pub(super) fn is_above(&mut self, at: Decimal, is_included: bool) -> bool {
        self.narrowed(|range| range.at_least(Bound { at, is_included }))
    }

    pub(super) fn is_below(&mut self, at: Decimal, is_included: bool) -> bool {
        self.narrowed(|range| range.at_most(Bound { at, is_included }))
    }

    pub(super) fn narrowed(&mut self, narrow: impl FnOnce(&mut Range)) -> bool {
        let mut range = match std::mem::replace(&mut self.content, Content::Any) {
            Content::Number(range) => range,
            _ => Range::default(),
        };
        narrow(&mut range);
        self.content = Content::Number(range);
        self.is_compared() && self.is_possible()
    }
}

impl Range {
    fn at_least(&mut self, bound: Bound) {
        let is_tighter = |known: Bound| bound.at > known.at || (bound.at == known.at && !bound.is_included);
        if self.from.is_none_or(is_tighter) {
            self.from = Some(bound);
        }
    }

    fn at_most(&mut self, bound: Bound) {
        let is_tighter = |known: Bound| bound.at < known.at || (bound.at == known.at && !bound.is_included);
        if self.to.is_none_or(is_tighter) {
            self.to = Some(bound);
        }
    }

    pub(super) fn is_possible(&self) -> bool {
        let (Some(mut from), Some(mut to)) = (self.from, self.to) else { return true };
        if self.is_whole {
            let (up, down) = (from.at.ceil(), to.at.floor());
            from =
                Bound { at: if from.is_included || up != from.at { up } else { up + Decimal::ONE }, is_included: true };
            to = Bound {
                at: if to.is_included || down != to.at { down } else { down - Decimal::ONE },
                is_included: true,
            };
            let left_out =
                self.without.iter().filter(|one| one.is_integer() && (from.at..=to.at).contains(*one)).count();
            return to.at - from.at + Decimal::ONE > Decimal::from(left_out);
        }
        from.at < to.at || (from.at == to.at && from.is_included && to.is_included && !self.without.contains(&from.at))
    }
}
