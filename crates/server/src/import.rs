//! `kehu import`: rows of other programs' files become records, by the rules of the app's import.

mod report;
mod sources;

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kehu_domain::book::{Book, SYSTEM};
use kehu_domain::change::Act;
use kehu_domain::dictionary::Dictionary;
use kehu_domain::import::{
    self, BadCell, Blanks, Decision, Decisions, ImportError, Importer, MappingProblem, MatchBy, Profile, Proposal,
    Table, Writes, default_tag, guess_kind, heading, recognise,
};
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::stamp::{Clock, RecordId};
use kehu_domain::text::Lang;
use sha2::{Digest, Sha256};

use crate::files::{self, Access, Backup, Output, Wrapping};
use crate::moment::{self, Moment};
use crate::problem::Problem;
use crate::verdict::Verdict;
use crate::words;
use report::FileReport;

/// What `--help` says below the options.
pub const EXAMPLES: &str = "\
Each FILE becomes one batch, which the app can undo as one. Its kind of record and its columns are recognised by their
headings; a column whose meaning is only guessed is left out and named, until a mapping says what it is.

The same files, snapshot, rules and --now give the same bytes.

Examples:
  kehu import customers.csv --dry-run                     what would happen, row by row
  kehu import customers.csv -o company.json               a backup the app can open
  kehu import orders.csv --into company.json -o new.json  added to what is there
  kehu import customers.csv --refused back.csv -o a.json  refused rows, to be corrected and imported again
  kehu import prices.csv --mode update --match code --into a.json -o b.json
  kehu import list.csv --dry-run --save-map map.json      the mapping, to be corrected and given by --map

Exit codes: 0 every row was taken; 1 some rows were refused, the rest is in OUT; 2 nothing was written.";

/// What to bring in.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Tables: CSV in UTF-8, UTF-16 or GB18030, or workbooks (XLSX, XLS, ODS); `-` is standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The backup whose records the rows meet; it is not changed itself.
    #[arg(long, value_name = "SNAPSHOT")]
    into: Option<PathBuf>,
    /// Which sheet of a workbook; its first one that is not hidden when nothing is said.
    #[arg(long)]
    sheet: Option<String>,
    /// What the rows are: customer, contact, order, receivable …; recognised by the headings when nothing is said.
    #[arg(long)]
    kind: Option<String>,
    /// Which row holds the headings, from 1 among the first 10; looked for when nothing is said.
    #[arg(long, value_name = "ROW")]
    header_row: Option<usize>,
    /// A file that says what each column is, as --save-map writes it.
    #[arg(long, value_name = "PROFILE")]
    map: Option<PathBuf>,
    /// Write what each column is taken for, to be corrected and given by --map.
    #[arg(long, value_name = "PROFILE")]
    save_map: Option<PathBuf>,
    /// Add what is new, update what is known, or both.
    #[arg(long, value_enum, default_value_t = Mode::Both)]
    mode: Mode,
    /// What a row and a record are the same by: usual (code, then credit code, then name and number), code, uscc,
    /// name-and-phone, or one field of the kind by its name in the data.
    #[arg(long = "match", value_name = "RULE", default_value = "usual")]
    match_by: String,
    /// What an empty cell does to a known record: keep what it says, or clear it.
    #[arg(long, value_enum, default_value_t = Empty::Keep)]
    empty: Empty,
    /// A row with a cell that cannot be read: refuse the row, or drop the cell.
    #[arg(long, value_enum, default_value_t = Bad::Refuse)]
    bad_cells: Bad,
    /// A row that is certainly a customer already there, under another code.
    #[arg(long, value_enum, default_value_t = Double::Merge)]
    certain: Double,
    /// A row that may be a customer already there.
    #[arg(long, value_enum, default_value_t = Double::New)]
    suspected: Double,
    /// The tag of the batch; 导入- with day and number when nothing is said.
    #[arg(long)]
    tag: Option<String>,
    /// Who imports: code or name of a member of staff in SNAPSHOT.
    #[arg(long, value_name = "STAFF")]
    by: Option<String>,
    /// When it takes place, in the time of Shanghai, as 2026-11-24T10:20; now when nothing is said.
    #[arg(long)]
    now: Option<Moment>,
    /// The node of the changes, up to 12 hexadecimal digits; follows from the files when nothing is said.
    #[arg(long, value_parser = moment::node)]
    node: Option<u64>,
    /// Only say what would happen; nothing is written.
    #[arg(long)]
    dry_run: bool,
    /// Write the refused rows with their reasons to this file, to be corrected and imported again.
    #[arg(long, value_name = "FILE")]
    refused: Option<PathBuf>,
    /// Report as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    access: Access,
    #[command(flatten)]
    wrapping: Wrapping,
    #[command(flatten)]
    output: Output,
}

/// What is written.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Mode {
    /// New records; known ones stay as they are.
    Add,
    /// Known records; nothing is added.
    Update,
    /// Both.
    Both,
}

/// What an empty cell does.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Empty {
    /// Nothing.
    Keep,
    /// It empties the field.
    Clear,
}

/// What becomes of a row with a cell that cannot be read.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Bad {
    /// The row is refused.
    Refuse,
    /// The cell is left out, unless its field is mandatory.
    Drop,
}

/// What becomes of a row that looks like a customer already there.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Double {
    /// A record of its own.
    New,
    /// United with what it looks like.
    Merge,
    /// Left out.
    Skip,
}

impl From<Double> for Decision {
    fn from(double: Double) -> Self {
        match double {
            Double::New => Self::New,
            Double::Merge => Self::Merge,
            Double::Skip => Self::Skip,
        }
    }
}

/// Imports the files and writes the backup that comes of it.
///
/// # Errors
/// When a file cannot be read, is no table, or has columns that cannot be carried out; nothing was written.
pub fn import(options: &Options, lang: Lang) -> Result<Verdict, Problem> {
    options.check()?;
    let now = options.now.unwrap_or_else(Moment::now);
    let sources = options.files.iter().map(|file| Source::read(file)).collect::<Result<Vec<_>, _>>()?;
    let profile = options.map.as_deref().map(read_profile).transpose()?;
    let mut desk = Desk::open(options, &sources, profile, now)?;
    let mut reports = Vec::new();
    let mut refused = None;
    for source in sources {
        let (report, rows) = desk.import(source, options, lang)?;
        if report.refused > 0 {
            refused = Some(rows);
        }
        reports.push(report);
    }
    if let (Some(file), Some(rows)) = (&options.refused, &refused) {
        files::write(file, rows, options.output.overwrites())?;
    }
    if !options.dry_run {
        options.output.write_backup(&desk.backup, &options.wrapping, &options.access)?;
    }
    say(&reports, options, lang)?;
    Ok(if refused.is_some() { Verdict::Findings } else { Verdict::Fine })
}

fn say(reports: &[FileReport], options: &Options, lang: Lang) -> Result<(), Problem> {
    let text = if options.json { report::json(reports) } else { report::text(reports, lang) };
    if options.output.is_stdout() && !options.dry_run {
        // Standard output has the backup.
        eprint!("{text}");
        Ok(())
    } else {
        std::io::stdout().lock().write_all(text.as_bytes()).map_err(Problem::Output)
    }
}

impl Options {
    /// Refuses at once what could not be done in the end.
    fn check(&self) -> Result<(), Problem> {
        if self.files.len() > 1 && (self.refused.is_some() || self.save_map.is_some()) {
            return Err(Problem::OneFileAtATime);
        }
        if !self.dry_run {
            self.output.check()?;
        }
        let mut beside = [&self.refused, &self.save_map].into_iter().flatten();
        beside.try_for_each(|file| files::check(file, self.output.overwrites()))
    }

    /// What, beside the files and the records, decides what comes of them.
    fn rules(&self) -> String {
        let Self { mode, match_by, empty, .. } = self;
        let matching = format!("{mode:?} {match_by} {empty:?}");
        let Self { sheet, kind, header_row, bad_cells, certain, suspected, tag, by, .. } = self;
        format!("{matching} {sheet:?} {kind:?} {header_row:?} {bad_cells:?} {certain:?} {suspected:?} {tag:?} {by:?}")
    }

    /// What rows and records of `kind` are the same by.
    fn match_by(&self, dictionary: &Dictionary, kind: Key) -> Result<MatchBy, Problem> {
        Ok(match self.match_by.as_str() {
            "usual" => MatchBy::Usual,
            "code" => MatchBy::Code,
            "uscc" => MatchBy::Uscc,
            "name-and-phone" => MatchBy::NameAndPhone,
            name => {
                let fields = || dictionary.kind(kind).into_iter().flat_map(|kind| &kind.fields).map(|it| it.field.key);
                let unknown = || Problem::UnknownField {
                    field: name.to_owned(),
                    known: fields().map(|key| key.to_string()).collect(),
                };
                MatchBy::Field(fields().find(|key| *key == *name).ok_or_else(unknown)?)
            }
        })
    }

    fn of_importer(&self, file: &str, tag: String, match_by: MatchBy) -> import::Options {
        import::Options {
            writes: match self.mode {
                Mode::Add => Writes::OnlyNew,
                Mode::Update => Writes::OnlyKnown,
                Mode::Both => Writes::Both,
            },
            match_by,
            blanks: match self.empty {
                Empty::Keep => Blanks::Keep,
                Empty::Clear => Blanks::Clear,
            },
            file: file.to_owned(),
            tag,
            bad_cells: match self.bad_cells {
                Bad::Refuse => BadCell::RefuseRow,
                Bad::Drop => BadCell::DropCell,
            },
            decisions: Decisions {
                certain: self.certain.into(),
                suspected: self.suspected.into(),
                ..Decisions::default()
            },
            ..import::Options::default()
        }
    }
}

/// A file as it was given, read once.
struct Source {
    /// As given.
    name: String,
    /// Without its folders, as the batch keeps it.
    plain: String,
    bytes: Vec<u8>,
}

impl Source {
    fn read(file: &Path) -> Result<Self, Problem> {
        let name = file.display().to_string();
        let plain = file.file_name().map_or_else(|| name.clone(), |name| name.to_string_lossy().into_owned());
        let bytes = files::read(file)?;
        if bytes.starts_with(br#"{"format":"kehu-snapshot""#) {
            return Err(Problem::IsBackup { file: name });
        }
        Ok(Self { name, plain, bytes })
    }
}

/// The records as they stand, and who brings in what when.
struct Desk {
    backup: Backup,
    clock: Clock,
    now: Moment,
    by: RecordId,
    profile: Option<Profile>,
}

impl Desk {
    fn open(options: &Options, sources: &[Source], profile: Option<Profile>, now: Moment) -> Result<Self, Problem> {
        let backup = match &options.into {
            Some(file) => files::open(file, &options.access)?,
            // A table belongs to nobody yet: its backup can be brought into any workspace.
            None => Backup::empty(),
        };
        let Backup { workspace, book, .. } = &backup;
        let node = options.node.unwrap_or_else(|| {
            let mut all = Sha256::new();
            all.update(format!("{workspace} {} {} {profile:?} {}", book.newest(), book.len(), options.rules()));
            for source in sources {
                all.update(Sha256::digest(&source.plain));
                all.update(Sha256::digest(&source.bytes));
            }
            all.finalize().iter().take(6).fold(0, |bits, byte| bits << 8 | u64::from(*byte))
        });
        let mut clock = Clock::new(node);
        for change in book.records().flat_map(|record| record.changes()) {
            // One too far ahead does not move the clock.
            let _ = clock.observe(change.stamp, now.0);
        }
        let by = options.by.as_deref().map_or(Ok(SYSTEM), |name| staff(book, name))?;
        Ok(Self { backup, clock, now, by, profile })
    }

    /// Imports one file into the records; gives what became of its rows, and the refused ones as a file.
    fn import(&mut self, source: Source, options: &Options, lang: Lang) -> Result<(FileReport, Vec<u8>), Problem> {
        let Source { name, plain, bytes } = source;
        let as_table = |problem| Problem::Table { file: name.clone(), problem };
        let dictionary = Arc::new(Dictionary::built_in().with_records(&self.backup.book));
        let mut table = sources::table(bytes, &name, options.sheet.as_deref())?;
        let kind =
            kind_of(options, &dictionary, &mut table, self.profile.as_ref()).map_err(|problem| match problem {
                Unplaced::Header => as_table(ImportError::NoHeader),
                Unplaced::Kind(problem) => problem,
            })?;
        let proposal = self.propose(&dictionary, kind, table.headers(), &name, options)?;
        if let Some(file) = &options.save_map {
            let map = serde_json::to_string_pretty(&proposal.profile()).unwrap_or_default() + "\n";
            files::write(file, map.as_bytes(), options.output.overwrites())?;
        }
        let told = |problem: &MappingProblem| words::columns(problem, table.headers(), &dictionary, lang);
        let mapping = proposal.mapping().map_err(|problems| Problem::Columns {
            file: name.clone(),
            reasons: problems.iter().map(told).collect(),
        })?;
        let tag = options.tag.clone().unwrap_or_else(|| default_tag(&self.backup.book, self.now.day()));
        let asked = options.of_importer(&plain, tag, options.match_by(&dictionary, kind)?);
        let mut importer = Importer::new(table, &mapping, asked, dictionary.clone()).map_err(as_table)?;
        importer.dry_run(&self.backup.book).map_err(as_table)?;
        let report = FileReport::new(&name, &importer, &proposal, &dictionary, &self.backup.book, lang);
        let refused = importer.refused_csv(lang);
        let mut act = Act::begin(&mut self.clock, self.now.0, self.by);
        while !importer.commit(&self.backup.book, &mut act, usize::MAX).is_finished {}
        for change in act.finish() {
            self.backup.book.insert(change);
        }
        Ok((report, refused))
    }

    fn propose(
        &self,
        dictionary: &Dictionary,
        kind: Key,
        headers: &[String],
        name: &str,
        options: &Options,
    ) -> Result<Proposal, Problem> {
        if let (Some(profile), Some(map)) = (&self.profile, &options.map) {
            let (known, found) = (profile.uses.keys(), headers.iter().map(|header| heading(header)));
            let (known, found): (BTreeSet<String>, BTreeSet<String>) = (known.cloned().collect(), found.collect());
            if known != found {
                return Err(Problem::OtherHeadings {
                    file: name.to_owned(),
                    map: map.display().to_string(),
                    missing: known.difference(&found).cloned().collect(),
                    unknown: found.difference(&known).cloned().collect(),
                });
            }
        }
        Proposal::new(dictionary, kind, headers, self.profile.as_slice())
            .ok_or_else(|| Problem::Table { file: name.to_owned(), problem: ImportError::UnknownKind })
    }
}

/// Why it is not known what the rows are.
enum Unplaced {
    /// No row of headings was found.
    Header,
    /// The kind asked for is none.
    Kind(Problem),
}

/// What the rows are, as told or as the headings say; the table knows its header then.
fn kind_of(
    options: &Options,
    dictionary: &Dictionary,
    table: &mut Table,
    profile: Option<&Profile>,
) -> Result<Key, Unplaced> {
    let told = options.kind.as_deref().map(|kind| importable(dictionary, kind)).transpose().map_err(Unplaced::Kind)?;
    let told = told.or(profile.map(|profile| profile.kind));
    let Some(row) = options.header_row else {
        let Some(kind) = told else {
            let (kind, place) = recognise(dictionary, table.preview()).ok_or(Unplaced::Header)?;
            table.use_header(place);
            return Ok(kind);
        };
        Importer::find_header(dictionary, kind, table).map_err(|_| Unplaced::Header)?;
        return Ok(kind);
    };
    let place = table.preview().iter().position(|(number, _)| *number as usize == row).ok_or(Unplaced::Header)?;
    table.use_header(place);
    told.or_else(|| guess_kind(dictionary, table.headers())).ok_or(Unplaced::Header)
}

fn importable(dictionary: &Dictionary, name: &str) -> Result<Key, Problem> {
    let kinds = || dictionary.kinds().iter().filter(|kind| kind.imports).map(|kind| kind.key);
    let unknown =
        || Problem::UnknownKind { kind: name.to_owned(), known: kinds().map(|kind| kind.to_string()).collect() };
    kinds().find(|kind| *kind == *name).ok_or_else(unknown)
}

fn read_profile(file: &Path) -> Result<Profile, Problem> {
    serde_json::from_slice(&files::read(file)?).map_err(|reason| Problem::BadMap {
        file: file.display().to_string(),
        line: reason.line(),
        column: reason.column(),
        reason: reason.to_string(),
    })
}

fn staff(book: &Book, name: &str) -> Result<RecordId, Problem> {
    let is_meant = |key: Key| book.of_kind(kind::STAFF).find(|staff| staff.text(key) == name);
    let found = is_meant(kind::CODE).or_else(|| is_meant(kind::NAME));
    found.map(|staff| staff.id).ok_or_else(|| Problem::NoSuchStaff(name.to_owned()))
}
