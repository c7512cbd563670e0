//! `kehu score`: grades by the handbook's models, as the app grades, each with its reasons.

mod churn;
mod complaint;
mod pareto;
mod proposal;
mod report;
mod rfm;
mod value;

use std::io::Write as _;
use std::path::PathBuf;

use chrono::NaiveDate;
use kehu_domain::book::{Book, Record};
use kehu_domain::kind;
use kehu_domain::score::{self, Model, Scorecards, Template, template};
use kehu_domain::stamp::RecordId;
use kehu_domain::text::Lang;

use crate::files::{self, Access};
use crate::moment::Moment;
use crate::problem::Problem;
use crate::verdict::Verdict;
use report::Row;

/// What `--help` says below the options.
pub const EXAMPLES: &str = "\
Grades as the app would on that day: by the version of the card in force, or else the shipped one, from the orders,
receivables, complaints, reviews and visits in SNAPSHOT. Nothing is stored.

  M01  value of a customer        score, grade, caps and what is missing
  M01b share of sales              the class by cumulative share
  M02  recency, frequency, amount  the index and the segment
  M05  severity of a complaint    of every complaint record: severity, level and priority
  M13  worth of a proposal        of every proposal that came under review: score, grade and decision of the last round
  M15  churn warning              of every key account under watch, or of the customer named

Examples:
  kehu score company.json --model M01                           everybody
  kehu score company.json --model M01 --customer KH00001 --explain
  kehu score company.json --model M15 --day 2026-11-30 --json

Exit codes: 0 everybody was graded; 1 some could not be, with reasons; 2 the file cannot be opened.";

/// What to grade.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The backup; `-` is standard input.
    #[arg(value_name = "SNAPSHOT")]
    file: PathBuf,
    /// The model.
    #[arg(long, value_enum, ignore_case = true)]
    model: Asked,
    /// Only the customer with this code.
    #[arg(long, value_name = "CODE")]
    customer: Option<String>,
    /// Every value, line, weight and reason.
    #[arg(long)]
    explain: bool,
    /// The day as of which it is graded, as 2026-11-24; today in Shanghai when nothing is said.
    #[arg(long)]
    day: Option<NaiveDate>,
    /// Report as JSON, numbers exact and as texts.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    access: Access,
}

/// A model that can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Asked {
    /// Value of a customer.
    #[value(name = "M01")]
    M01,
    /// Share of sales.
    #[value(name = "M01b")]
    M01b,
    /// Recency, frequency and amount.
    #[value(name = "M02")]
    M02,
    /// Severity of a complaint.
    #[value(name = "M05")]
    M05,
    /// Worth of a proposal.
    #[value(name = "M13")]
    M13,
    /// Churn warning.
    #[value(name = "M15")]
    M15,
}

/// What grading goes by: the records, the day, whom to grade and in which language to say it.
struct Desk<'b> {
    book: &'b Book,
    day: NaiveDate,
    customer: Option<RecordId>,
    lang: Lang,
}

impl Desk<'_> {
    /// Whether this customer is to be graded.
    fn wants(&self, customer: RecordId) -> bool {
        self.customer.is_none_or(|wanted| wanted == customer)
    }

    /// A customer's code and name.
    fn called(&self, customer: RecordId) -> (String, String) {
        let text = |key| self.book.get(customer).map(|record| record.text(key)).unwrap_or_default();
        (text(kind::CODE).to_owned(), text(kind::NAME).to_owned())
    }

    /// The card of a model in force on the day.
    fn in_force(&self, model: Model) -> Result<Template, Problem> {
        let version = template::in_force(self.book, model, self.day, template::is_usable);
        let adopted = version.and_then(|version| template::template_of(self.book, model, version.record));
        adopted.map_or_else(|| Template::shipped(model).map_err(unread), Ok)
    }
}

/// Grades and says how.
///
/// # Errors
/// When the file cannot be opened, or no customer has the code.
pub fn score(options: &Options, lang: Lang) -> Result<Verdict, Problem> {
    let backup = files::open(&options.file, &options.access)?;
    let customer = options.customer.as_deref().map(|code| customer(&backup.book, code)).transpose()?;
    let day = options.day.unwrap_or_else(|| Moment::now().day());
    let desk = Desk { book: &backup.book, day, customer, lang };
    let mut rows = match options.model {
        Asked::M01 => value::rows(&desk)?,
        Asked::M01b => pareto::rows(&desk)?,
        Asked::M02 => rfm::rows(&desk)?,
        Asked::M05 => complaint::rows(&desk)?,
        Asked::M13 => proposal::rows(&desk)?,
        Asked::M15 => churn::rows(&desk)?,
    };
    rows.sort_by(|a, b| (&a.code, &a.name).cmp(&(&b.code, &b.name)));
    if !options.explain {
        rows.iter_mut().for_each(|row| row.trace.clear());
    }
    let text = if options.json { report::json(&rows) } else { report::text(&rows, lang) };
    std::io::stdout().lock().write_all(text.as_bytes()).map_err(Problem::Output)?;
    Ok(if rows.iter().all(Row::is_graded) { Verdict::Fine } else { Verdict::Findings })
}

/// The customer with this code, or with this as one of their other codes.
fn customer(book: &Book, code: &str) -> Result<RecordId, Problem> {
    let is_other = |record: &&Record| {
        record.get(kehu_domain::import::OTHER_CODES).items().iter().any(|other| other.as_text() == Some(code))
    };
    let customers = || book.of_kind(kind::CUSTOMER);
    let found = customers().find(|record| record.text(kind::CODE) == code).or_else(|| customers().find(is_other));
    found.map(|record| record.id).ok_or_else(|| Problem::NoSuchCustomer(code.to_owned()))
}

fn scorecards() -> Result<Scorecards, Problem> {
    score::parse(score::GRADING).map_err(unread)
}

/// The shipped rules could not be read; the domain's tests rule it out.
fn unread(problems: Vec<score::Problem>) -> Problem {
    Problem::Rules(problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
}
