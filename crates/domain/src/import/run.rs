//! The import itself: rows against records, first as a dry run, then as one act.

mod learn;
mod place;
mod plan;
mod read;
mod show;
mod write;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;

use super::file::{ImportError, Table};
use super::findings::Findings;
use super::mapping::{Mapping, Target, find_header};
use super::outcome::{Counts, MatchBy, Options, Progress, RowReport};
use super::standing::{Marks, Standing};
use crate::book::Book;
use crate::dictionary::Dictionary;
use crate::key::Key;
use crate::kind::{BATCH, CONTACT, CUSTOMER, TAGS};
use crate::stamp::RecordId;
use crate::text::Text;
use learn::{Lesson, Names};
use plan::{ColumnPlan, NewField, column};
use write::Written;

pub(super) use place::chosen_field;

/// A file on its way into the records of a workspace.
pub struct Importer {
    table: Table,
    dictionary: Arc<Dictionary>,
    kind: Key,
    with: Option<Key>,
    columns: Vec<Option<ColumnPlan>>,
    marks: Marks,
    fields: Vec<NewField>,
    options: Options,
    stage: Stage,
    standing: Standing,
    records: Names,
    new_items: BTreeMap<(Key, String), Box<str>>,
    reports: Vec<RowReport>,
    counts: Counts,
    findings: Findings,
    written: Written,
}

/// What the dry run is at.
enum Stage {
    /// Listing what there is to learn, one kind of record at a time.
    Listing { kinds: Vec<(Lesson, Key)>, work: Vec<(Lesson, RecordId)> },
    /// Learning what is there: what remains to be learnt, and how much there was.
    Learning { work: Vec<(Lesson, RecordId)>, total: usize },
    /// Reading rows.
    Reading,
    /// Every row has its outcome.
    Finished,
}

/// The default tag of the next batch of the day: `导入-20261124-1`, `-2` …; platform 3.
pub fn default_tag(book: &Book, today: NaiveDate) -> String {
    let prefix = today.format("导入-%Y%m%d-").to_string();
    let number = |tag: &str| tag.strip_prefix(&prefix)?.parse::<u32>().ok();
    let last = book.of_kind(BATCH).filter_map(|batch| number(batch.text(TAG))).max().unwrap_or(0);
    format!("{prefix}{}", last.saturating_add(1))
}

const TAG: Key = Key::of("tag");

impl Importer {
    /// Finds the header row and says which it is; the table keeps the choice.
    ///
    /// # Errors
    /// [`ImportError::NoHeader`] when no heading is recognised; the header can then be chosen by hand.
    pub fn find_header(dictionary: &Dictionary, kind: Key, table: &mut Table) -> Result<usize, ImportError> {
        let place = find_header(dictionary, kind, table.preview()).ok_or(ImportError::NoHeader)?;
        table.use_header(place);
        Ok(place)
    }

    /// Prepares a dry run of `table`, read as `mapping` says.
    ///
    /// # Errors
    /// [`ImportError::UnknownKind`] when the dictionary does not know the mapping's kind.
    pub fn new(
        mut table: Table,
        mapping: &Mapping,
        options: Options,
        dictionary: Arc<Dictionary>,
    ) -> Result<Self, ImportError> {
        let kind = dictionary.kind(mapping.kind).ok_or(ImportError::UnknownKind)?;
        let (kind, with) = (kind.key, kind.with);
        let mut fields = Vec::new();
        let columns: Vec<Option<ColumnPlan>> =
            mapping.uses.iter().map(|decided| column(&dictionary, kind, decided, &mut fields)).collect();
        table.rewind();
        let mut importer = Self {
            table,
            dictionary,
            kind,
            with,
            columns,
            marks: Marks::default(),
            fields,
            options,
            stage: Stage::Finished,
            standing: Standing::default(),
            records: Names::default(),
            new_items: BTreeMap::new(),
            reports: Vec::new(),
            counts: Counts::default(),
            findings: Findings::default(),
            written: Written::default(),
        };
        importer.marks = importer.marks();
        importer.stage = importer.lessons();
        Ok(importer)
    }

    /// The table again, for another mapping.
    pub fn into_table(self) -> Table {
        self.table
    }

    /// Does at most `max_rows` rows or records more of the dry run; nothing is changed by it.
    ///
    /// # Errors
    /// [`ImportError::TooManyRows`].
    pub fn step(&mut self, book: &Book, max_rows: usize) -> Result<Progress, ImportError> {
        match &mut self.stage {
            Stage::Listing { .. } => self.list(book),
            Stage::Learning { .. } => self.learn(book, max_rows),
            Stage::Reading => self.read(book, max_rows)?,
            Stage::Finished => (),
        }
        Ok(self.progress())
    }

    /// Does the whole dry run at once.
    ///
    /// # Errors
    /// As [`Importer::step`].
    pub fn dry_run(&mut self, book: &Book) -> Result<Counts, ImportError> {
        while !self.step(book, 10_000)?.is_finished {}
        Ok(self.counts)
    }

    /// Begins the dry run anew under other options, such as decisions about doubles.
    pub fn restart(&mut self, options: Options) {
        self.options = options;
        self.table.rewind();
        self.marks = self.marks();
        self.stage = self.lessons();
        self.standing = Standing::default();
        self.records = Names::default();
        self.new_items.clear();
        self.reports.clear();
        self.counts = Counts::default();
        self.findings = Findings::default();
        self.written = Written::default();
    }

    /// What rows and records are the same by; what only customers have serves customers alone.
    fn match_by(&self) -> MatchBy {
        match self.options.match_by {
            MatchBy::Uscc | MatchBy::NameAndPhone if self.kind != CUSTOMER => MatchBy::Usual,
            match_by => match_by,
        }
    }

    /// What records are recognised by under the rules in force.
    fn marks(&self) -> Marks {
        let own = |target: &Target| target.kind == self.kind && target.field != TAGS;
        let targets = self.columns.iter().flatten().map(|plan| plan.target);
        let is_usual = self.match_by() == MatchBy::Usual;
        let (is_customer, is_contact) = (self.kind == CUSTOMER, self.kind == CONTACT);
        let printed = if is_usual && !is_customer && !is_contact {
            targets.filter(own).map(|target| target.field).collect()
        } else {
            // With doubles to be found, or a chosen key, contents are not what a record is recognised by.
            Vec::new()
        };
        let chosen = match self.match_by() {
            MatchBy::Field(key) => Some(key),
            _ => None,
        };
        Marks { finds_doubles: is_customer, are_people: is_contact && is_usual, chosen, printed }
    }

    /// How far the dry run is: the learning counts as a tenth of the reading.
    pub fn progress(&self) -> Progress {
        let total = 110;
        let done = match &self.stage {
            Stage::Listing { .. } => 0,
            Stage::Learning { work, total } => 10 * (total - work.len()) / (*total).max(1),
            Stage::Reading => 10 + 100 * self.table.position() / self.table.bytes().max(1),
            Stage::Finished => total,
        };
        Progress { done: done.min(total), total, is_finished: matches!(self.stage, Stage::Finished) }
    }

    /// How many rows have which outcome so far.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Every row so far with its outcome.
    pub fn reports(&self) -> &[RowReport] {
        &self.reports
    }

    /// What was found so far, by outcome and reason.
    pub fn findings(&self) -> &Findings {
        &self.findings
    }

    /// The column that fills a field of the imported kind.
    fn column_of(&self, field: Key) -> Option<usize> {
        let target = Target { kind: self.kind, field };
        self.columns.iter().position(|plan| plan.as_ref().is_some_and(|plan| plan.target == target))
    }

    /// The choices that groups will gain: group and label.
    pub fn new_choices(&self) -> impl Iterator<Item = (Key, &str)> {
        self.new_items.iter().map(|((group, _), label)| (*group, label.as_ref()))
    }

    /// The fields that the kind will gain: key and label.
    pub fn new_fields(&self) -> impl Iterator<Item = (Key, &Text)> {
        self.fields.iter().map(|field| (field.key, &field.label))
    }

    /// The headings of the file.
    pub fn headers(&self) -> &[String] {
        self.table.headers()
    }

    /// The options in force.
    pub fn options(&self) -> &Options {
        &self.options
    }
}
