//! The playbook as it is written: the shapes of its TOML files.
//!
//! Everything here may be incomplete; [`super::Playbook::load`] says what is wrong with it.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::calendar::AttemptRule;

/// A text in both languages; an absent one is empty.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TextSource {
    /// Simplified Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// `chapter.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChapterSource {
    /// Its number, 1–10.
    pub number: u8,
    /// Its heading.
    pub title: TextSource,
    /// What it is about.
    pub summary: TextSource,
}

/// `section.toml`: the page a reader sees.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SectionSource {
    /// Its number, `3.1`.
    pub id: String,
    /// Its heading.
    pub title: TextSource,
    /// What it is for.
    pub purpose: TextSource,
    /// The roles that own it.
    pub owners: Vec<String>,
    /// Quality principles Q1–Q7.
    pub tags: Vec<String>,
    /// The KPIs it works for.
    #[serde(default)]
    pub kpis: Vec<String>,
    /// Its measure, where it has one of its own.
    #[serde(default)]
    pub measure: Option<TextSource>,
    /// Who does what, with what, until when, and what if.
    #[serde(default, rename = "action")]
    pub actions: Vec<ActionSource>,
    /// Its business rules.
    #[serde(default, rename = "rule")]
    pub rules: Vec<NumberedSource>,
    /// Lists of points to look at.
    #[serde(default, rename = "checklist")]
    pub checklists: Vec<ChecklistSource>,
    /// Its rules at work on figures.
    #[serde(default, rename = "example")]
    pub examples: Vec<ExampleSource>,
    /// What must be true of it.
    #[serde(default)]
    pub acceptance: Vec<TextSource>,
}

/// A worked example.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExampleSource {
    /// Its identifier, that of the test of the rule, such as `M05-E1`.
    pub id: String,
    /// What there is.
    pub given: TextSource,
    /// What comes of it, and why.
    pub outcome: TextSource,
}

/// One row of the handbook's table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActionSource {
    /// The step it belongs to.
    pub step: String,
    /// Who does it, in order.
    pub roles: Vec<String>,
    /// What is done.
    pub does: TextSource,
    /// What is needed for it.
    pub input: TextSource,
    /// What comes of it.
    pub output: TextSource,
    /// The forms it fills.
    #[serde(default)]
    pub forms: Vec<String>,
    /// Until when.
    pub until: TextSource,
    /// What if it goes otherwise.
    #[serde(default)]
    pub otherwise: Option<TextSource>,
}

/// A text with a number of its own, such as R-3.1-1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberedSource {
    /// Its identifier.
    pub id: String,
    /// What it says.
    pub text: TextSource,
}

/// A list of points to look at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChecklistSource {
    /// Its heading.
    pub title: TextSource,
    /// The points.
    pub points: Vec<TextSource>,
}

/// `process.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProcessSource {
    /// Its identifier.
    pub id: String,
    /// What people call it.
    pub title: TextSource,
    /// The field that says what a case is about.
    #[serde(default)]
    pub subject: Option<String>,
    /// What a case carries besides the fields of every case.
    #[serde(default, rename = "field")]
    pub fields: Vec<FieldSource>,
    /// How a person begins a case; without it, cases are begun by other cases alone.
    #[serde(default)]
    pub begin: Option<BeginSource>,
    /// What the app keeps up to date in its cases.
    #[serde(default, rename = "watch")]
    pub watches: Vec<WatchSource>,
    /// When the customer of a case is to be phoned.
    #[serde(default)]
    pub calls: Option<CallsSource>,
    /// Its steps, the first one where a case begins.
    #[serde(rename = "step")]
    pub steps: Vec<StepSource>,
}

/// When the customer of a case is to be phoned (C5).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallsSource {
    /// The step in which they are.
    pub step: String,
    /// What must be known to hold.
    pub when: String,
    /// The event of that step that notes an attempt without an answer.
    pub attempt: String,
    /// How often and how far apart it may be tried.
    pub rule: AttemptRule,
}

/// Fields of a case that follow the records of its customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WatchSource {
    /// The steps in which they do.
    pub steps: Vec<String>,
    /// The fields, each an expression.
    pub sets: BTreeMap<String, String>,
}

/// How a case is begun.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BeginSource {
    /// Who may.
    pub roles: Vec<String>,
    /// Whether it is about a customer.
    pub customer: WithCustomer,
    /// Which fields of the case are asked for.
    #[serde(default)]
    pub asks: Vec<AskSource>,
    /// Rules over several of the answers.
    #[serde(default)]
    pub rules: Vec<RuleSource>,
}

/// A field of the case that is asked for when it is begun.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskSource {
    /// The field.
    pub key: String,
    /// Whether it must be answered.
    #[serde(default)]
    pub required: FlagOrExpr,
    /// What it begins with.
    #[serde(default)]
    pub default: Option<String>,
    /// Help beside it.
    #[serde(default)]
    pub hint: Option<TextSource>,
    /// What must hold.
    #[serde(default)]
    pub rules: Vec<RuleSource>,
}

/// Whether a case is about a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WithCustomer {
    /// It always is.
    Required,
    /// It may be.
    Optional,
    /// It never is.
    None,
}

/// A step with its events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepSource {
    /// Its name.
    pub key: String,
    /// What people call it.
    pub title: TextSource,
    /// Whether a case ends here.
    #[serde(default)]
    pub terminal: bool,
    /// Whether the clock stands still here.
    #[serde(default)]
    pub paused: bool,
    /// What may happen here.
    #[serde(default, rename = "event")]
    pub events: Vec<EventSource>,
}

/// What may happen in a step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventSource {
    /// Its name.
    pub key: String,
    /// What people call it.
    pub title: TextSource,
    /// The step it leads to.
    pub to: String,
    /// Who may do it.
    pub roles: Vec<String>,
    /// Until when: a deadline, or several with conditions.
    #[serde(default)]
    pub due: DueSource,
    /// Whether it need not happen: nobody is pressed to do it.
    #[serde(default)]
    pub optional: bool,
    /// What must hold.
    #[serde(default)]
    pub guards: Vec<RuleSource>,
    /// The form that must be filed in this step.
    #[serde(default)]
    pub files: Option<String>,
    /// The form that must be complete.
    #[serde(default)]
    pub completes: Option<CompletionSource>,
    /// Whether a reason is asked for.
    #[serde(default)]
    pub reason: bool,
    /// What is asked for.
    #[serde(default)]
    pub asks: Vec<FieldSource>,
    /// Rules over several of the answers.
    #[serde(default)]
    pub rules: Vec<RuleSource>,
    /// The form it approves.
    #[serde(default)]
    pub approves: Option<String>,
    /// When it may be approved by the one who filed it.
    #[serde(default)]
    pub self_approval: Option<String>,
    /// Fields of the case it sets, each an expression.
    #[serde(default)]
    pub sets: BTreeMap<String, String>,
    /// Fields of the case's customer it sets, each an expression.
    #[serde(default)]
    pub sets_customer: BTreeMap<String, String>,
    /// What it sets in other cases: one table or several.
    #[serde(default, deserialize_with = "one_or_several")]
    pub sets_of: Vec<SetsOfSource>,
    /// The cases it opens elsewhere: one table or several.
    #[serde(default, deserialize_with = "one_or_several")]
    pub starts: Vec<StartSource>,
}

/// What a move sets in another case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetsOfSource {
    /// The field of this case, or the answer, that names the other one.
    pub case: String,
    /// The process of the other one.
    pub process: String,
    /// Fields of the other case, each an expression over this one and `other`.
    pub set: BTreeMap<String, String>,
}

/// A case of another process that a move opens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StartSource {
    /// The process.
    pub process: String,
    /// The field of this case that names the new one.
    #[serde(default)]
    pub link: Option<String>,
    /// The rows for each of which one is opened: an expression.
    #[serde(default)]
    pub each: Option<String>,
    /// The condition on which it is opened.
    #[serde(default)]
    pub when: Option<String>,
    /// Fields of the new case, each an expression over this one and the row.
    #[serde(default)]
    pub set: BTreeMap<String, String>,
}

/// Reads a table as the only one of its kind, an array of tables as several.
///
/// Unlike an untagged `enum` it says what is wrong with a table.
fn one_or_several<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    struct Tables<T>(PhantomData<T>);
    impl<'de, T: Deserialize<'de>> Visitor<'de> for Tables<T> {
        type Value = Vec<T>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a table or an array of tables")
        }
        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Vec<T>, A::Error> {
            T::deserialize(MapAccessDeserializer::new(map)).map(|one| vec![one])
        }
        fn visit_seq<A: SeqAccess<'de>>(self, tables: A) -> Result<Vec<T>, A::Error> {
            Vec::deserialize(SeqAccessDeserializer::new(tables))
        }
    }
    deserializer.deserialize_any(Tables(PhantomData))
}

/// One deadline, or several with conditions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum DueSource {
    /// Always the same.
    One(String),
    /// The first whose condition holds.
    Several(Vec<DueRuleSource>),
}

impl Default for DueSource {
    fn default() -> Self {
        Self::Several(Vec::new())
    }
}

/// A deadline with its condition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DueRuleSource {
    /// When it applies.
    #[serde(default)]
    pub when: Option<String>,
    /// The deadline, as notation.
    #[serde(default)]
    pub by: Option<String>,
    /// The deadline, as an expression for a date or moment.
    #[serde(default)]
    pub at: Option<String>,
    /// What `at` counts in: working time, if nothing is said. A notation says it itself, unless it is fixed.
    #[serde(default)]
    pub unit: Option<DueUnit>,
    /// The moment it counts from, as an expression.
    #[serde(default)]
    pub from: Option<String>,
    /// Where a due moment on a day off moves: this time of the next working day.
    #[serde(default)]
    pub day_off: Option<String>,
    /// The date or moment it is due by at the latest, whatever pauses: an expression.
    #[serde(default)]
    pub not_after: Option<String>,
}

/// What a deadline counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DueUnit {
    /// Working time: a pause moves it by the working minutes it lasts.
    Working,
    /// Time around the clock.
    Calendar,
    /// Time that runs on elsewhere: no pause moves it.
    Fixed,
}

/// A condition with what to say when it does not hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSource {
    /// The condition.
    pub holds: String,
    /// What to say otherwise.
    #[serde(rename = "else")]
    pub otherwise: TextSource,
    /// Whether it is asked of each row.
    #[serde(default)]
    pub each_row: bool,
}

/// A form that must be complete up to a stage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompletionSource {
    /// The template.
    pub form: String,
    /// The stage.
    #[serde(default)]
    pub stage: Option<String>,
}

/// `forms.toml`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FormsSource {
    /// Lists of choices with names, for `enum(name)` and `set(name)` anywhere.
    pub choices: BTreeMap<String, Vec<ChoiceSource>>,
    /// The forms.
    #[serde(rename = "form")]
    pub forms: Vec<FormSource>,
}

/// A form template.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormSource {
    /// Its identifier.
    pub id: String,
    /// Its form code.
    pub code: String,
    /// Its version; the first, if nothing is said.
    #[serde(default = "first_version")]
    pub version: u16,
    /// What people call it.
    pub title: TextSource,
    /// What it is for.
    #[serde(default)]
    pub purpose: Option<TextSource>,
    /// Whether it is about one customer.
    #[serde(default)]
    pub customer_facing: bool,
    /// The process of its section whose cases it is filled for; the main one when none is named.
    #[serde(default)]
    pub process: Option<String>,
    /// When the place it was filled in at is asked for.
    #[serde(default)]
    pub place: Option<String>,
    /// Its stages.
    #[serde(default)]
    pub stages: Vec<ChoiceSource>,
    /// Its parts.
    #[serde(rename = "section")]
    pub sections: Vec<FormSectionSource>,
    /// Rules over several fields.
    #[serde(default)]
    pub rules: Vec<RuleSource>,
}

/// A part of a form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormSectionSource {
    /// Its heading.
    pub title: TextSource,
    /// A sentence below it.
    #[serde(default)]
    pub hint: Option<TextSource>,
    /// When it is shown.
    #[serde(default)]
    pub visible_when: Option<String>,
    /// Its fields.
    #[serde(rename = "field")]
    pub fields: Vec<FieldSource>,
}

/// A field of a form, a case or a row.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldSource {
    /// Its name.
    pub key: String,
    /// What people call it.
    pub label: TextSource,
    /// Its type in the spec's notation.
    #[serde(rename = "type")]
    pub kind: String,
    /// Choices spelled out here.
    #[serde(default)]
    pub choices: Vec<ChoiceSource>,
    /// The cells of each row of a list.
    #[serde(default, rename = "column")]
    pub columns: Vec<FieldSource>,
    /// M: `true`; C: a condition.
    #[serde(default)]
    pub required: FlagOrExpr,
    /// C: the stage from which it is mandatory.
    #[serde(default)]
    pub required_from: Option<String>,
    /// A: `true` when the app fills it, an expression when it is computed; a cell is computed or given.
    #[serde(default)]
    pub auto: FlagOrExpr,
    /// Whether a cell may stay empty.
    #[serde(default)]
    pub optional: bool,
    /// When it is shown.
    #[serde(default)]
    pub visible_when: Option<String>,
    /// Help beside it.
    #[serde(default)]
    pub hint: Option<TextSource>,
    /// What it begins with: an expression.
    #[serde(default)]
    pub default: Option<String>,
    /// The rows a list begins with: texts of some of their cells.
    #[serde(default)]
    pub rows: Vec<BTreeMap<String, TextSource>>,
    /// Rules its content must keep.
    #[serde(default)]
    pub rules: Vec<RuleSource>,
    /// Where its content goes on to.
    #[serde(default)]
    pub carries: Option<String>,
}

/// `true`, `false` or an expression.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FlagOrExpr {
    /// Plainly yes or no.
    Flag(bool),
    /// Depends.
    Expr(String),
}

impl Default for FlagOrExpr {
    fn default() -> Self {
        Self::Flag(false)
    }
}

/// A choice or stage.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChoiceSource {
    /// The stored key.
    pub key: String,
    /// Simplified Chinese.
    #[serde(default)]
    pub zh: String,
    /// English.
    #[serde(default)]
    pub en: String,
}

/// `kpis.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KpisSource {
    /// The position they belong to, `P4`.
    pub position: String,
    /// The KPIs; their weights sum to 100 %.
    #[serde(rename = "kpi")]
    pub kpis: Vec<KpiSource>,
}

/// A key figure of a position.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KpiSource {
    /// Its identifier, `K4-1`.
    pub id: String,
    /// What people call it.
    pub title: TextSource,
    /// How it is worked out, in words.
    pub formula: TextSource,
    /// `≥95 %`.
    pub target: String,
    /// M, Q, H or Y.
    pub period: String,
    /// Per cent, exact: `25` or `12.5`.
    pub weight: String,
    /// M09 method: `up`, `down`, `ded(5,10)` …
    pub method: String,
    /// `auto` or `manual`.
    pub source: String,
}

/// `roles.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RolesSource {
    /// The roles.
    #[serde(rename = "role")]
    pub roles: Vec<RoleSource>,
}

/// A role.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleSource {
    /// Its code.
    pub code: String,
    /// What people call it.
    pub title: TextSource,
    /// The position it belongs to.
    #[serde(default)]
    pub position: Option<String>,
    /// director, manager, supervisor or specialist.
    #[serde(default)]
    pub level: Option<String>,
    /// Whether it names a person by their relation to the case.
    #[serde(default)]
    pub relative: bool,
}

/// `common.toml`: what every case and form has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommonSource {
    /// The event that cancels any case.
    pub cancel: TextSource,
    /// The step it leads to.
    pub cancelled: TextSource,
    /// The label of the reason that moves ask for.
    pub reason: TextSource,
    /// The heading of the form header.
    pub header_title: TextSource,
    /// The heading of what a person may add to any form.
    pub header_added: TextSource,
    /// The header of every form.
    #[serde(rename = "header")]
    pub header: Vec<FieldSource>,
    /// Fields of every case that conditions may use.
    #[serde(rename = "case")]
    pub case: Vec<FieldSource>,
    /// Facts about the customer that conditions may use.
    #[serde(rename = "customer")]
    pub customer: Vec<FieldSource>,
}

fn first_version() -> u16 {
    1
}
