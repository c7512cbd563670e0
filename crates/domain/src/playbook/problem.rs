//! What can be wrong with a playbook.

use crate::expr::{ParseError, TypeProblem};
use crate::text::Lang;

/// One thing wrong with a playbook, and where.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{file}: {place}: {kind}")]
pub struct PlaybookProblem {
    /// The file, or, once every file could be read, the process, form or section.
    pub file: Box<str>,
    /// The place in it, such as `W-3.1 planned.appoint`.
    pub place: Box<str>,
    /// What is wrong.
    pub kind: PlaybookProblemKind,
}

/// What can be wrong with a playbook.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PlaybookProblemKind {
    /// The file is not what its name says.
    #[error("cannot be read: {0}")]
    Unreadable(Box<str>),
    /// No such kind of file is known.
    #[error("no file of a playbook is called so")]
    UnknownFile,
    /// A text lacks a language.
    #[error("lacks a text in {0:?}")]
    MissingTranslation(Lang),
    /// Two things share an identifier or key.
    #[error("{0} stands twice")]
    Duplicate(Box<str>),
    /// A name that cannot be one.
    #[error("{0:?} cannot be a name")]
    BadName(Box<str>),
    /// A role that does not exist.
    #[error("there is no role {0}")]
    UnknownRole(Box<str>),
    /// A step that does not exist.
    #[error("there is no step {0}")]
    UnknownStep(Box<str>),
    /// A form that does not exist.
    #[error("there is no form {0}")]
    UnknownForm(Box<str>),
    /// A stage of a form that does not exist.
    #[error("there is no stage {0}")]
    UnknownStage(Box<str>),
    /// A KPI that does not exist.
    #[error("there is no KPI {0}")]
    UnknownKpi(Box<str>),
    /// A form or process that content is to go on to does not exist.
    #[error("there is no {0}")]
    UnknownReference(Box<str>),
    /// A list of choices that does not exist.
    #[error("there is no list of choices {0}")]
    UnknownChoices(Box<str>),
    /// A field type that cannot be read.
    #[error("{0:?} is no type of field")]
    BadType(Box<str>),
    /// A deadline that cannot be read.
    #[error("{0:?} is no deadline")]
    BadDeadline(Box<str>),
    /// An expression that cannot be read.
    #[error("{0:?} {1}")]
    BadExpression(Box<str>, ParseError),
    /// An expression that cannot work in its place.
    #[error("{0:?} {1}")]
    BadCondition(Box<str>, TypeProblem),
    /// Both `required` and `auto`, or another pair that excludes itself.
    #[error("{0} exclude each other")]
    Contradiction(&'static str),
    /// A text a row begins with is longer than its cell.
    #[error("{0:?} is too long for its cell")]
    TooLong(Box<str>),
    /// A process or form without steps, sections or choices.
    #[error("is empty")]
    Empty,
    /// A step that no case can come to.
    #[error("nobody reaches the step {0}")]
    Unreachable(Box<str>),
    /// A step from which no end can be reached.
    #[error("no case leaves the step {0} for an end")]
    DeadEnd(Box<str>),
    /// An end from which moves lead on.
    #[error("the end {0} has moves")]
    MovesFromEnd(Box<str>),
    /// Weights that do not sum to 100.00 %.
    #[error("the weights sum to {0} %, not 100.00 %")]
    Weights(rust_decimal::Decimal),
    /// A target, period or other figure that cannot be read.
    #[error("{0:?} is no number")]
    BadNumber(Box<str>),
    /// A role that nobody can have where it is named: before any case exists, or before anything names the person.
    #[error("nobody can be {0} here: nothing before names who that is")]
    NobodyActs(Box<str>),
    /// A move of the app that asks for something.
    #[error("the app answers no questions, so it cannot make this move")]
    AppIsAsked,
    /// An approval by the one person who alone files the form (R-0-2).
    #[error("only who files {0} could approve it, and nobody approves their own")]
    OnlyOwnWork(Box<str>),
    /// A condition that no case and no answers can satisfy.
    #[error("{0:?} can never hold")]
    NeverHolds(Box<str>),
    /// A question that is shown under a condition that no answers can satisfy.
    #[error("the question is never shown: {0:?} can never hold")]
    NeverShown(Box<str>),
    /// A rule that no answers keep, so that the form could never be filed.
    #[error("no answers keep the rule {0:?}")]
    NeverKept(Box<str>),
    /// A deadline that counts from a planned date in a process that has none.
    #[error("{0:?} counts from a planned date, and nothing gives cases one")]
    NoPlannedDate(Box<str>),
    /// A deadline by a rule that the app does not work out.
    #[error("no rule {0:?} is worked out by the app")]
    UnknownRule(Box<str>),
    /// A deadline that is over as soon as it begins.
    #[error("{0:?} is over as soon as it begins")]
    NoTime(Box<str>),
    /// A deadline beyond what the calendar can tell, or beyond its quarter.
    #[error("{0:?} is further ahead than the calendar reaches")]
    TooFarAhead(Box<str>),
    /// A deadline that another one always comes before.
    #[error("{0:?} never counts: another deadline always comes first")]
    Superseded(Box<str>),
    /// Cases that open one another without end.
    #[error("cases would be opened for ever: {0}")]
    Endless(Box<str>),
}
