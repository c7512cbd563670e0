//! The import itself: rows against records, first as a dry run, then as one act.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use chrono::NaiveDate;

use super::file::{ImportError, MAX_CELL_BYTES, MAX_COLUMNS, MAX_ROWS, Table};
use super::findings::{Findings, Found, List};
use super::mapping::{Mapping, Target, Use, find_header};
use super::outcome::{
    BadCell, Blanks, Counts, Decision, FieldChange, MatchBy, Options, Outcome, Progress, Reason, Refusal, RowReport,
    Twin, Why, Writes,
};
use super::refused::{guarded_text, unguarded};
use super::standing::{Contents, Marks, Mode, Standing, united};
use super::words::{reason_heading, refusal_words};
use crate::book::Book;
use crate::change::{Act, Cells};
use crate::dictionary::{DICT_ITEM, Dictionary, FIELD_DEF, KindField, field_type, folded, names};
use crate::field::{Choices, Field, FieldType};
use crate::field_text::{Meanings, ProblemCode, Reading, parse_field};
use crate::key::{Key, MAX_KEY_BYTES};
use crate::kind::{BATCH, CODE, CONTACT, CUSTOMER, CUSTOMER_REF, NAME, OTHER_CODES, OTHER_NAMES, TAGS, USCC};
use crate::stamp::RecordId;
use crate::syllable;
use crate::text::{Lang, Text};
use crate::value::Value;

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

/// A field the import adds to its kind.
struct NewField {
    key: Key,
    label: Text,
    notation: Box<str>,
}

/// Where a column goes and how it is read.
struct ColumnPlan {
    target: Target,
    field: Field,
    is_mandatory: bool,
    /// Whether an empty cell may empty the field.
    clears: bool,
    /// The group an unknown choice is added to, if it may grow.
    grows: Option<Key>,
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

#[derive(Clone, Copy)]
enum Lesson {
    Own,
    Carried,
    Named(Key),
}

/// How much of the act is written.
#[derive(Default)]
struct Written {
    has_begun: bool,
    slots: usize,
}

/// Records by code and name, for columns that refer to them; `None` where a name stands for several.
#[derive(Default)]
struct Names(HashMap<Key, HashMap<String, Option<RecordId>>>);

impl Names {
    fn learn(&mut self, kind: Key, word: &str, id: RecordId, is_code: bool) {
        if word.is_empty() {
            return;
        }
        let words = self.0.entry(kind).or_default();
        match words.entry(folded(word)) {
            std::collections::hash_map::Entry::Vacant(place) => drop(place.insert(Some(id))),
            std::collections::hash_map::Entry::Occupied(mut place) if is_code => drop(place.insert(Some(id))),
            std::collections::hash_map::Entry::Occupied(mut place) if *place.get() != Some(id) => {
                place.insert(None);
            }
            std::collections::hash_map::Entry::Occupied(_) => (),
        }
    }
}

/// The dictionary's choices together with the workspace's records.
struct Known<'k> {
    dictionary: &'k Dictionary,
    records: &'k Names,
}

impl Meanings for Known<'_> {
    fn choice(&self, group: Key, text: &str) -> Option<Key> {
        self.dictionary.choice(group, text)
    }

    fn choice_label(&self, group: Key, key: &str, lang: Lang) -> Option<String> {
        self.dictionary.choice_label(group, key, lang)
    }

    fn record(&self, kind: Key, text: &str) -> Option<RecordId> {
        self.records.0.get(&kind)?.get(&folded(text)).copied().flatten()
    }

    fn record_label(&self, _kind: Key, _id: RecordId) -> Option<String> {
        None
    }
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

    /// The rows of one list of findings from the `start`-th on, at most `count`, each with what a person needs to
    /// judge it.
    pub fn page(&mut self, list: List, start: usize, count: usize) -> Vec<Found> {
        let places: Vec<u32> = self.findings.places(list).iter().skip(start).take(count).copied().collect();
        let names: Vec<usize> = [NAME, CODE].into_iter().filter_map(|field| self.column_of(field)).collect();
        let mut found = Vec::with_capacity(places.len());
        for report in places.into_iter().filter_map(|place| self.reports.get(place as usize)) {
            let cells = corrected(self.table.cells_at(report.at), &self.options, report.row);
            let label = names.iter().filter_map(|column| cells.get(*column)).find(|cell| !cell.trim().is_empty());
            let label = label.map(|cell| unguarded(cell).trim().chars().take(80).collect()).unwrap_or_default();
            found.push(Found::new(report, label, list, &self.findings, &cells));
        }
        found
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

    /// Writes at most `max_records` more into `act`; begins with the batch itself. An unfinished dry run writes nothing.
    ///
    /// When no row brings anything new, not even a batch is written. To stop, drop the act.
    pub fn commit(&mut self, book: &Book, act: &mut Act<'_>, max_records: usize) -> Progress {
        let total = self.standing.slots.len();
        if !matches!(self.stage, Stage::Finished) {
            return Progress { done: 0, total: 1, is_finished: false };
        }
        if !self.written.has_begun {
            self.written.has_begun = true;
            if !self.has_news() {
                self.written.slots = total;
            } else {
                self.write_batch(act);
            }
        }
        let end = self.written.slots.saturating_add(max_records.max(1)).min(total);
        for slot in self.written.slots..end {
            self.write_slot(book, act, slot);
        }
        self.written.slots = end;
        Progress { done: end, total, is_finished: end == total }
    }

    /// The refused rows as a CSV file in UTF-8 with its mark: the original columns, and a column with the reasons.
    pub fn refused_csv(&mut self, lang: Lang) -> Vec<u8> {
        let reason = reason_heading(lang);
        let headers = self.table.headers().to_vec();
        let is_again =
            headers.last().is_some_and(|last| [Lang::Zh, Lang::En].map(reason_heading).contains(&last.trim()));
        let width = headers.len() - usize::from(is_again);
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer("\u{feff}".as_bytes().to_vec());
        let heading = headers.iter().take(width).map(|header| guarded_text(unguarded(header)).into_owned());
        // Writing into memory cannot fail.
        let _ = writer.write_record(heading.chain([reason.to_owned()]));
        for report in &self.reports {
            let Outcome::Refused(refusals) = &report.outcome else { continue };
            let reasons: Vec<String> =
                refusals.iter().map(|refusal| refusal_words(refusal, &self.dictionary, lang)).collect();
            let cells = corrected(self.table.cells_at(report.at), &self.options, report.row);
            let kept = if is_again && cells.len() == headers.len() { width } else { cells.len() };
            let mut row: Vec<String> =
                cells.iter().take(kept).map(|cell| guarded_text(unguarded(cell)).into_owned()).collect();
            row.resize(row.len().max(width), String::new());
            row.push(reasons.join(if lang == Lang::Zh { ";" } else { "; " }));
            let _ = writer.write_record(row);
        }
        writer.into_inner().unwrap_or_default()
    }

    /// What is to be learnt. Lessons are taken from the end, so owners stand behind what they carry.
    fn lessons(&self) -> Stage {
        let references: HashSet<Key> = self
            .columns
            .iter()
            .flatten()
            .filter_map(|plan| if let FieldType::Reference(kind) = plan.field.kind { Some(kind) } else { None })
            .collect();
        let mut kinds = vec![(Lesson::Own, self.kind)];
        kinds.extend(self.with.map(|with| (Lesson::Carried, with)));
        kinds.extend(references.into_iter().map(|kind| (Lesson::Named(kind), kind)));
        Stage::Listing { kinds, work: Vec::new() }
    }

    fn list(&mut self, book: &Book) {
        let Stage::Listing { kinds, work } = &mut self.stage else { return };
        let Some((lesson, kind)) = kinds.pop() else {
            let work = std::mem::take(work);
            let records = work.len() + self.table.lines();
            self.standing.expect(records, &self.marks);
            self.reports.reserve(self.table.lines());
            self.stage = Stage::Learning { total: work.len(), work };
            return;
        };
        let start = work.len();
        work.extend(book.of_kind(kind).map(|record| (lesson, record.id)));
        if let Some(new) = work.get_mut(start..) {
            new.reverse();
        }
    }

    fn learn(&mut self, book: &Book, max_records: usize) {
        let Stage::Learning { work, .. } = &mut self.stage else { return };
        for _ in 0..max_records.max(1) {
            let Some((lesson, id)) = work.pop() else {
                self.stage = Stage::Reading;
                return;
            };
            let Some(record) = book.get(id) else { continue };
            match lesson {
                Lesson::Own => self.standing.know(record, book.customer_of(record), &self.marks),
                Lesson::Carried => {
                    if let Some(owner) = book.customer_of(record) {
                        self.standing.know_carried(record, owner);
                    }
                }
                Lesson::Named(kind) => {
                    self.records.learn(kind, record.text(CODE), id, true);
                    for code in record.get(OTHER_CODES).items().iter().filter_map(Value::as_text) {
                        self.records.learn(kind, code, id, false);
                    }
                    self.records.learn(kind, record.text(NAME), id, false);
                    for name in record.get(OTHER_NAMES).items().iter().filter_map(Value::as_text) {
                        self.records.learn(kind, name, id, false);
                    }
                }
            }
        }
    }

    fn read(&mut self, book: &Book, max_rows: usize) -> Result<(), ImportError> {
        let is_sheet = self.table.is_sheet();
        for _ in 0..max_rows.max(1) {
            let width = self.table.headers().len();
            let Some(row) = self.table.next_row() else {
                self.stage = Stage::Finished;
                return Ok(());
            };
            if row.cells.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            if self.counts.rows >= MAX_ROWS {
                return Err(ImportError::TooManyRows);
            }
            let (number, at) = (row.number, row.at);
            let cells = corrected(row.cells, &self.options, number);
            let known = Known { dictionary: &self.dictionary, records: &self.records };
            let clears = self.options.blanks == Blanks::Clear;
            let (contents, problems) = match whole(&cells, width, is_sheet) {
                Ok(()) => contents(&cells, &self.columns, known, &mut self.new_items, (self.kind, clears)),
                Err(reason) => (Contents::default(), vec![Refusal { column: None, header: "".into(), reason }]),
            };
            let (outcome, dropped) = if self.accepts(&problems) {
                (self.place(book, number, contents), problems)
            } else {
                (Outcome::Refused(problems), Vec::new())
            };
            let mut report = RowReport { row: number, outcome, dropped, at };
            self.name_headers(&mut report);
            self.counts.add(&report.outcome);
            self.findings.note(self.reports.len(), &report);
            self.reports.push(report);
        }
        Ok(())
    }

    /// Whether a row with these problems is taken without the cells in question.
    fn accepts(&self, problems: &[Refusal]) -> bool {
        let is_optional = |refusal: &Refusal| match (&refusal.reason, refusal.column) {
            (Reason::Cell(_), Some(column)) => {
                self.columns.get(column).and_then(Option::as_ref).is_some_and(|plan| !plan.is_mandatory)
            }
            _ => false,
        };
        problems.is_empty() || (self.options.bad_cells == BadCell::DropCell && problems.iter().all(is_optional))
    }

    fn name_headers(&self, report: &mut RowReport) {
        let refused =
            if let Outcome::Refused(refusals) = &mut report.outcome { refusals.as_mut_slice() } else { &mut [] };
        for refusal in refused.iter_mut().chain(&mut report.dropped) {
            let header = refusal.column.and_then(|column| self.table.headers().get(column));
            refusal.header = header.map_or("", String::as_str).into();
        }
    }

    /// Finds the record a row speaks of and lets it meet the row.
    fn place(&mut self, book: &Book, row: u32, contents: Contents) -> Outcome {
        let coded = self.standing.by_code(&contents);
        match self.match_by() {
            MatchBy::Usual | MatchBy::Code => {
                if let Some(found) = coded {
                    return self.known_by_code(book, row, contents, found.slot, found.is_alias);
                }
            }
            chosen => {
                let found = self.standing.by_choice(&contents, chosen);
                if found.len() > 1 {
                    return self.refused(chosen_field(chosen), Reason::Ambiguous { count: found.len() });
                }
                let found = found.first().copied();
                if coded.is_some_and(|coded| Some(coded.slot) != found) {
                    return self.refused(CODE, Reason::CodeTaken);
                }
                if let Some(slot) = found {
                    return self.known_by_choice(book, row, contents, slot);
                }
            }
        }
        if self.kind == CUSTOMER {
            return self.new_or_double(book, row, contents);
        }
        if self.marks.are_people
            && let Some(slot) = self.standing.by_person(book, &contents)
        {
            return self.meet(book, slot, contents, self.mode(slot), row);
        }
        if !self.marks.printed.is_empty()
            && let Some(slot) = self.standing.by_print(&self.marks.printed, &contents)
        {
            self.apply(book, slot, contents, Mode::Fill, row);
            return Outcome::Same;
        }
        self.add(row, contents)
    }

    /// The row as a whole is refused for the column that fills `field`.
    fn refused(&self, field: Key, reason: Reason) -> Outcome {
        let column = self.column_of(field);
        Outcome::Refused(vec![Refusal { column, header: "".into(), reason }])
    }

    /// The first row that speaks of a record is newer than it; later ones only add.
    fn mode(&self, slot: usize) -> Mode {
        let is_untouched = self.standing.slots.get(slot).is_some_and(|slot| slot.row.is_none());
        if is_untouched { Mode::Replace } else { Mode::Fill }
    }

    /// Whether the record stays as it is because only new ones are wanted.
    fn is_closed(&self, slot: usize) -> bool {
        self.options.writes == Writes::OnlyNew
            && self.standing.slots.get(slot).is_some_and(|slot| slot.record.is_some())
    }

    /// Makes a record of the row, unless only known ones are wanted.
    fn add(&mut self, row: u32, contents: Contents) -> Outcome {
        if self.options.writes == Writes::OnlyKnown {
            return Outcome::PassedOver;
        }
        self.standing.create(row, contents, &self.marks);
        Outcome::New
    }

    /// Lets the row meet the record, unless only new ones are wanted.
    fn meet(&mut self, book: &Book, slot: usize, contents: Contents, mode: Mode, row: u32) -> Outcome {
        if self.is_closed(slot) {
            let is_known = self.standing.says(book, slot, &contents);
            return if is_known { Outcome::Same } else { Outcome::PassedOver };
        }
        said(self.apply(book, slot, contents, mode, row))
    }

    fn known_by_code(&mut self, book: &Book, row: u32, mut contents: Contents, slot: usize, is_alias: bool) -> Outcome {
        if is_alias {
            contents.own.retain(|(key, _)| *key != CODE);
            return self.meet(book, slot, contents, Mode::Fill, row);
        }
        if self.is_closed(slot) {
            return self.meet(book, slot, contents, Mode::Fill, row);
        }
        let coded_by = self.standing.slots.get(slot).and_then(|slot| slot.coded_by);
        if let Some(earlier) = coded_by {
            if self.standing.contradicts(book, slot, &contents) {
                return self.refused(CODE, Reason::RepeatedCode { row: earlier });
            }
            return self.meet(book, slot, contents, Mode::Fill, row);
        }
        if let Some(slot) = self.standing.slots.get_mut(slot) {
            slot.coded_by = Some(row);
        }
        self.meet(book, slot, contents, Mode::Replace, row)
    }

    /// The record is the row's by the chosen key; a code of the row's own becomes an alias of it.
    fn known_by_choice(&mut self, book: &Book, row: u32, mut contents: Contents, slot: usize) -> Outcome {
        if self.is_closed(slot) {
            return self.meet(book, slot, contents, Mode::Fill, row);
        }
        let mode = self.mode(slot);
        let aliased = self.take_other_code(book, &mut contents, slot);
        let mut changes = self.apply(book, slot, contents, mode, row);
        changes.extend(aliased);
        said(changes)
    }

    /// Lets a code of the row that is not the record's own lead to the record; gives what that changes.
    fn take_other_code(&mut self, book: &Book, contents: &mut Contents, slot: usize) -> Option<FieldChange> {
        let own = self.standing.current(book, slot, CODE).clone();
        if own.is_blank() {
            return None;
        }
        let place = contents.own.iter().position(|(key, _)| *key == CODE)?;
        let (_, code) = contents.own.swap_remove(place);
        if code == own {
            return None;
        }
        let before = self.standing.current(book, slot, OTHER_CODES).clone();
        self.standing.alias(book, slot, code);
        let after = self.standing.current(book, slot, OTHER_CODES).clone();
        let target = Target { kind: self.kind, field: OTHER_CODES };
        (before != after).then_some(FieldChange { target, before, after })
    }

    fn new_or_double(&mut self, book: &Book, row: u32, contents: Contents) -> Outcome {
        let twins = self.standing.twins(&contents);
        let Some((first, why)) = twins.first().copied() else { return self.add(row, contents) };
        if let Some((slot, _)) = twins.iter().find(|(slot, _)| self.standing.says(book, *slot, &contents)) {
            return self.meet(book, *slot, contents, Mode::Fill, row);
        }
        let is_usual = self.match_by() == MatchBy::Usual;
        let is_certain = is_usual && matches!(why, Why::Uscc | Why::NameAndPhone);
        let has_code = contents.own.iter().any(|(key, _)| *key == CODE);
        let has_other_code = has_code && !self.standing.current(book, first, CODE).is_blank();
        let is_untouched = self.standing.slots.get(first).is_some_and(|slot| slot.row.is_none());
        let chosen = self.options.decisions.rows.get(&row).copied();
        if is_certain && is_untouched && !has_other_code && chosen.is_none() {
            return self.meet(book, first, contents, Mode::Replace, row);
        }
        let of: Vec<Twin> = twins.iter().take(5).filter_map(|twin| self.standing.twin(*twin)).collect();
        let rule = &self.options.decisions;
        let wanted = chosen.unwrap_or(if is_certain { rule.certain } else { rule.suspected });
        let is_barred = match wanted {
            Decision::New => self.options.writes == Writes::OnlyKnown,
            Decision::Merge => self.is_closed(first),
            Decision::Skip => false,
        };
        let decision = if is_barred { Decision::Skip } else { wanted };
        match decision {
            Decision::New => self.standing.create(row, contents, &self.marks),
            Decision::Merge => self.merge(book, row, contents, first),
            Decision::Skip => (),
        }
        Outcome::Double { of, is_certain, decision }
    }

    fn merge(&mut self, book: &Book, row: u32, mut contents: Contents, slot: usize) {
        self.take_other_code(book, &mut contents, slot);
        self.apply(book, slot, contents, self.mode(slot), row);
    }

    fn apply(&mut self, book: &Book, slot: usize, contents: Contents, mode: Mode, row: u32) -> Vec<FieldChange> {
        self.standing.apply(book, slot, contents, mode, (row, self.kind, self.with))
    }

    fn has_news(&self) -> bool {
        let own = self.standing.slots.iter().any(|slot| !slot.pending.is_empty());
        own || self.standing.carried.iter().any(|slot| !slot.pending.is_empty())
    }

    fn write_batch(&self, act: &mut Act<'_>) {
        let count = |number: u32| Value::Int(i64::from(number));
        let counts = self.counts;
        let cells: Cells<Value> = [
            (TAG, Value::from(self.options.tag.as_str())),
            (Key::of("file"), Value::from(self.options.file.as_str())),
            (Key::of("of"), Value::from(self.kind.as_str())),
            (Key::of("rows"), count(counts.rows)),
            (Key::of("new"), count(counts.new)),
            (Key::of("changed"), count(counts.changed)),
            (Key::of("same"), count(counts.same)),
            (Key::of("refused"), count(counts.refused)),
            (Key::of("doubles"), count(counts.doubles)),
            (Key::of("passed_over"), count(counts.passed_over)),
        ]
        .into_iter()
        .collect();
        act.create(BATCH, cells);
        for ((group, _), label) in &self.new_items {
            let label = Value::from(label.as_ref());
            let cells = [
                (names::GROUP, Value::from(group.as_str())),
                (names::KEY, label.clone()),
                (names::ZH, label.clone()),
                (names::EN, label),
            ];
            act.create(DICT_ITEM, cells.into_iter().collect());
        }
        for NewField { key, label, notation } in &self.fields {
            let cells = [
                (names::ENTITY, Value::from(self.kind.as_str())),
                (names::KEY, Value::from(key.as_str())),
                (names::ZH, Value::from(label.zh.as_ref())),
                (names::EN, Value::from(label.en.as_ref())),
                (names::TYPE, Value::from(notation.as_ref())),
            ];
            act.create(FIELD_DEF, cells.into_iter().collect());
        }
    }

    fn write_slot(&mut self, book: &Book, act: &mut Act<'_>, place: usize) {
        let tag = Value::List(vec![Value::from(self.options.tag.as_str())]);
        let tags = united(self.standing.current(book, place, TAGS), &tag);
        let Some(slot) = self.standing.slots.get_mut(place) else { return };
        let carried = std::mem::take(&mut slot.carried);
        let brings = |place: &usize| self.standing.carried.get(*place).is_some_and(|slot| !slot.pending.is_empty());
        if slot.pending.is_empty() && !carried.iter().any(brings) {
            return;
        }
        let mut pending = std::mem::take(&mut slot.pending);
        pending.retain(|(key, _)| *key != TAGS);
        pending.push((TAGS, tags));
        let owner = match slot.record {
            Some(record) => {
                for (key, value) in pending {
                    act.set(book, self.kind, record, key, value);
                }
                record
            }
            None => {
                let record = act.create(self.kind, pending.into_iter().collect());
                slot.record = Some(record);
                record
            }
        };
        for place in carried {
            self.write_carried(book, act, place, owner);
        }
    }

    fn write_carried(&mut self, book: &Book, act: &mut Act<'_>, place: usize, owner: RecordId) {
        let (Some(kind), Some(slot)) = (self.with, self.standing.carried.get_mut(place)) else { return };
        let mut pending = std::mem::take(&mut slot.pending);
        if pending.is_empty() {
            return;
        }
        match slot.record {
            Some(record) => {
                for (key, value) in pending {
                    act.set(book, kind, record, key, value);
                }
            }
            None => {
                pending.push((CUSTOMER_REF, Value::from(owner)));
                slot.record = Some(act.create(kind, pending.into_iter().collect()));
            }
        }
    }
}

fn said(changes: Vec<FieldChange>) -> Outcome {
    if changes.is_empty() { Outcome::Same } else { Outcome::Changed(changes) }
}

/// How a column is read; custom fields are noted in `fields`.
fn column(dictionary: &Dictionary, kind: Key, decided: &Use, fields: &mut Vec<NewField>) -> Option<ColumnPlan> {
    let (label, notation) = match decided {
        Use::Ignore => return None,
        Use::Field(target) => {
            let known = dictionary.kind(target.kind)?.field(target.field)?;
            let grows = match &known.field.kind {
                FieldType::Choice(Choices::Group(group)) => Some(*group),
                _ => None,
            };
            let grows = grows.filter(|group| dictionary.group(*group).is_some_and(|group| group.grows));
            // What the kind demands of its own records, it does not demand of those carried along.
            let is_mandatory = known.is_mandatory && target.kind == kind;
            let clears = !known.is_mandatory && ![CODE, OTHER_CODES, TAGS].contains(&target.field);
            return Some(ColumnPlan { target: *target, field: known.field.clone(), is_mandatory, clears, grows });
        }
        Use::Custom(label) => (label, "long"),
        Use::Typed { label, notation } => (label, notation.as_str()),
    };
    let same = |known: &&KindField| folded(&known.field.label.zh) == folded(label);
    if let Some(known) = dictionary.kind(kind)?.fields.iter().find(same) {
        // An earlier import made the field.
        return column(dictionary, kind, &Use::Field(Target { kind, field: known.field.key }), fields);
    }
    let key = custom_key(dictionary, kind, label, fields)?;
    let content = field_type(notation).ok()?;
    let label = Text { zh: label.as_str().into(), en: label.as_str().into() };
    fields.push(NewField { key, label: label.clone(), notation: notation.into() });
    let field = Field { key, label, kind: content, takes_marks: false };
    Some(ColumnPlan { target: Target { kind, field: key }, field, is_mandatory: false, clears: true, grows: None })
}

/// A key for a custom field: `c_` and the label in pinyin, a–z0–9_, at most 30 characters; platform 2.
fn custom_key(dictionary: &Dictionary, kind: Key, label: &str, fields: &[NewField]) -> Option<Key> {
    let spoken: String = label
        .chars()
        .map(|c| match syllable::letters(syllable::common(c)) {
            "" => c.to_lowercase().to_string(),
            // Keys have always been without ü, and its v stands for nothing else.
            letters => letters.replace('v', ""),
        })
        .collect();
    let plain = spoken.chars().filter(|c| c.is_ascii_alphanumeric()).take(24).collect::<String>();
    let is_taken = |key: &Key| {
        fields.iter().any(|other| other.key == *key)
            || dictionary.kind(kind).is_some_and(|kind| kind.field(*key).is_some())
    };
    (1..1_000u32)
        .filter_map(|n| Key::new(&if n == 1 { format!("c_{plain}") } else { format!("c_{plain}_{n}") }).ok())
        .find(|key| !is_taken(key))
}

/// The cells of a row as they stand, or as they were put right.
fn corrected<'c>(cells: &'c csv::StringRecord, options: &Options, row: u32) -> Cow<'c, csv::StringRecord> {
    let (rewritten, corrections) = (options.rewritten.get(&row), options.corrections.get(&row));
    if rewritten.is_none() && corrections.is_none() {
        return Cow::Borrowed(cells);
    }
    // What somebody typed says what it says.
    let mut texts: Vec<Cow<'_, str>> = match rewritten {
        Some(texts) => texts.iter().map(|text| guarded_text(text)).collect(),
        None => cells.iter().map(Cow::Borrowed).collect(),
    };
    for (column, text) in corrections.into_iter().flatten().filter(|(column, _)| **column < MAX_COLUMNS) {
        // A row that is too short is made whole by what is put into its missing cells.
        texts.resize(texts.len().max(column + 1), Cow::Borrowed(""));
        if let Some(cell) = texts.get_mut(*column) {
            *cell = guarded_text(text);
        }
    }
    Cow::Owned(texts.iter().map(AsRef::as_ref).collect())
}

/// Whether the row has a cell for each heading, and none out of all proportion; a sheet leaves out empty cells at
/// the end of a row.
fn whole(cells: &csv::StringRecord, width: usize, is_sheet: bool) -> Result<(), Reason> {
    let is_padded = || is_sheet && cells.iter().skip(width).all(|cell| cell.trim().is_empty());
    if cells.iter().any(|cell| cell.len() > MAX_CELL_BYTES) {
        Err(Reason::CellTooLarge)
    } else if cells.len() != width && !is_padded() {
        Err(Reason::Ragged { expected: width, found: cells.len() })
    } else {
        Ok(())
    }
}

/// What the cells say, and what is wrong with them, all at once.
fn contents(
    cells: &csv::StringRecord,
    columns: &[Option<ColumnPlan>],
    known: Known<'_>,
    new_items: &mut BTreeMap<(Key, String), Box<str>>,
    (kind, clears): (Key, bool),
) -> (Contents, Vec<Refusal>) {
    let mut contents = Contents::default();
    let mut problems = Vec::new();
    let reading = Reading::new(&known);
    // Cells that a sheet left out at the end of a row are empty.
    for (place, (plan, cell)) in columns.iter().zip(cells.iter().chain(std::iter::repeat(""))).enumerate() {
        let Some(plan) = plan else { continue };
        let text = unguarded(cell);
        let refuse = |reason: Reason| Refusal { column: Some(place), header: "".into(), reason };
        let value = match (parse_field(&plan.field, text, reading), plan.grows) {
            (Ok(value), _) => Ok(value),
            (Err(problem), Some(group)) if problem.code == ProblemCode::UnknownChoice => {
                new_choice(group, text, new_items).ok_or(problem)
            }
            (Err(problem), _) => Err(problem),
        };
        match value {
            Ok(value) if value.is_blank() && plan.is_mandatory => problems.push(refuse(Reason::Missing(plan.target))),
            Ok(value) if value.is_blank() && !(clears && plan.clears) => (),
            Ok(value) if plan.target.kind == kind => contents.own.push((plan.target.field, value)),
            Ok(value) => contents.carried.push((plan.target.field, value)),
            Err(problem) => problems.push(refuse(Reason::Cell(problem))),
        }
    }
    if contents.carried.iter().all(|(_, value)| value.is_blank()) {
        // A row without a contact says nothing about contacts.
        contents.carried.clear();
    }
    (contents, problems)
}

/// The field by which rows and records are the same, for naming the column at fault.
pub(super) fn chosen_field(match_by: MatchBy) -> Key {
    match match_by {
        MatchBy::Usual | MatchBy::Code => CODE,
        MatchBy::Uscc => USCC,
        MatchBy::NameAndPhone => NAME,
        MatchBy::Field(key) => key,
    }
}

/// The text as a new item of its group; all spellings of one word give the first.
fn new_choice(group: Key, text: &str, items: &mut BTreeMap<(Key, String), Box<str>>) -> Option<Value> {
    let text = text.trim();
    let is_label = text.len() <= MAX_KEY_BYTES && !text.contains(char::is_control);
    if !is_label || items.len() >= MAX_NEW_ITEMS {
        return None;
    }
    let label = items.entry((group, folded(text))).or_insert_with(|| text.into());
    Some(Value::from(label.as_ref()))
}

/// The most choices one file may add; more are a sign that the wrong column was taken.
const MAX_NEW_ITEMS: usize = 500;
