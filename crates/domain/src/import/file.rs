//! The bytes of a file as text, and the text as rows of cells.

use std::io::Cursor;

use super::encoding::{Encoding, Gb18030, MAX_CHARACTER_BYTES};
use super::json;
use super::refused::guarded_text;

/// The largest file that is read, in bytes (200 MB).
pub const MAX_FILE_BYTES: usize = 200 * 1024 * 1024;
/// The largest cell, in bytes (1 MB).
pub const MAX_CELL_BYTES: usize = 1024 * 1024;
/// The most columns a file may have.
pub const MAX_COLUMNS: usize = 1_000;
/// The longest line a text may have, in bytes (16 MB); a file without line breaks is no table.
pub const MAX_LINE_BYTES: usize = 16 * 1024 * 1024;
/// The most rows a file may have.
pub const MAX_ROWS: u32 = 2_000_000;

/// Among how many rows at the start the header is looked for.
const HEADER_WITHIN: usize = 10;
/// How much of the text the separator is judged by, in bytes.
const SAMPLE_BYTES: usize = 64 * 1024;

/// Why a file cannot be imported at all; nothing of it was used.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, thiserror::Error)]
pub enum ImportError {
    /// There is nothing in the file.
    #[error("the file is empty")]
    Empty,
    /// The file is a workbook (xlsx, xls, ods) and not a text.
    #[error("the file is a workbook")]
    Workbook,
    /// The file is no text: a picture, a program, or noise.
    #[error("the file is not text")]
    NotText,
    /// The file looks like text but is neither UTF-8 nor GB18030; what makes no character begins at byte `at`, from 0.
    #[error("byte {at} is neither UTF-8 nor GB18030")]
    WrongEncoding {
        /// Where, in bytes from the start.
        at: usize,
    },
    /// The file has more than [`MAX_FILE_BYTES`].
    #[error("the file has {bytes} bytes, more than {MAX_FILE_BYTES}")]
    TooLarge {
        /// How many it has.
        bytes: usize,
    },
    /// The file has more than [`MAX_COLUMNS`].
    #[error("the file has {columns} columns, more than {MAX_COLUMNS}")]
    TooManyColumns {
        /// How many it has.
        columns: usize,
    },
    /// The file has more than [`MAX_ROWS`].
    #[error("the file has more than {MAX_ROWS} rows")]
    TooManyRows,
    /// Line `row` of the text has more than [`MAX_LINE_BYTES`].
    #[error("line {row} has more than {MAX_LINE_BYTES} bytes")]
    LineTooLong {
        /// Which line, from 1.
        row: u32,
    },
    /// A cell of this row holds a NUL, which no text does.
    #[error("row {row} holds a NUL character")]
    NulCharacter {
        /// Which row, as a spreadsheet counts, from 1.
        row: u32,
    },
    /// The file is a backup and not a table.
    #[error("the file is a backup")]
    Backup,
    /// The file begins like JSON but breaks off or breaks its rules at this place.
    #[error("not valid JSON at line {line}, column {column}")]
    BrokenJson {
        /// The line, from 1.
        line: usize,
        /// The byte in it, from 1.
        column: usize,
    },
    /// The file is JSON, but not a list of records with plain fields.
    #[error("the JSON is not a list of flat objects: row {row} {field:?}")]
    NestedJson {
        /// The row the record would be, as a spreadsheet counts.
        row: u32,
        /// The field that holds more than a plain value; empty when the record itself is no object.
        field: Box<str>,
    },
    /// None of the first rows holds headings this kind of record knows.
    #[error("no header row found")]
    NoHeader,
    /// The dictionary has no such kind of record.
    #[error("unknown kind of record")]
    UnknownKind,
}

/// A file on its way from bytes to text.
pub struct Opening {
    bytes: Vec<u8>,
    at: usize,
    text: String,
    encoding: Encoding,
    has_mark: bool,
    gb18030: Gb18030,
    odd: usize,
    line: u32,
    line_start: usize,
}

impl Opening {
    /// Begins to read a file; should it be in GB18030, by `gb18030`.
    ///
    /// # Errors
    /// [`ImportError`] when the file is empty, too large, or a workbook.
    pub fn new(bytes: Vec<u8>, gb18030: Gb18030) -> Result<Self, ImportError> {
        if bytes.len() > MAX_FILE_BYTES {
            return Err(ImportError::TooLarge { bytes: bytes.len() });
        }
        if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
            return Err(ImportError::Workbook);
        }
        let (encoding, mark) = Encoding::of(&bytes);
        if bytes.iter().skip(mark).all(u8::is_ascii_whitespace) {
            return Err(ImportError::Empty);
        }
        Ok(Self {
            bytes,
            at: mark,
            text: String::new(),
            encoding,
            has_mark: mark > 0,
            gb18030,
            odd: 0,
            line: 1,
            line_start: 0,
        })
    }

    /// Reads a whole file at once.
    ///
    /// # Errors
    /// [`ImportError`] says why the file cannot be read.
    #[cfg(feature = "encodings")]
    pub fn read(bytes: Vec<u8>) -> Result<Table, ImportError> {
        let mut opening = Self::new(bytes, super::encoding::gb18030)?;
        while opening.step(1 << 20)? {}
        opening.finish()
    }

    /// Decodes the characters within `max_bytes` more, at least one; says whether more are to come.
    ///
    /// # Errors
    /// [`ImportError::NotText`] or [`ImportError::WrongEncoding`].
    pub fn step(&mut self, max_bytes: usize) -> Result<bool, ImportError> {
        let end = self.at.saturating_add(max_bytes.max(MAX_CHARACTER_BYTES)).min(self.bytes.len());
        let slice = self.bytes.get(self.at..end).unwrap_or_default();
        let is_last = end == self.bytes.len();
        let start = self.text.len();
        match self.encoding.decode(slice, is_last, &mut self.text, self.gb18030) {
            Ok(read) => {
                self.at += read;
                self.judge(start)?;
                Ok(!is_last)
            }
            Err(_) if self.encoding == Encoding::Utf8 && !self.has_mark => {
                self.restart();
                Ok(true)
            }
            Err(_) if memchr::memchr(0, &self.bytes).is_some() => Err(ImportError::NotText),
            Err(place) => Err(ImportError::WrongEncoding { at: self.at + place }),
        }
    }

    /// The share that is decoded, as bytes done and bytes in all.
    pub fn progress(&self) -> (usize, usize) {
        (self.at, self.bytes.len())
    }

    /// The decoded file as a table; its header row is still to be found.
    ///
    /// # Errors
    /// [`ImportError`] when there is too much of it.
    pub fn finish(self) -> Result<Table, ImportError> {
        if self.text.trim().is_empty() {
            return Err(ImportError::Empty);
        }
        drop(self.bytes);
        match json::begins_like(&self.text) {
            json::Looks::Backup => Err(ImportError::Backup),
            json::Looks::Records => json::table(&self.text),
            json::Looks::Other => {
                let delimiter = delimiter(sample(&self.text));
                Table::new(self.text.into_bytes(), delimiter, self.encoding, Origin::Text)
            }
        }
    }

    fn restart(&mut self) {
        self.encoding = Encoding::Gb18030;
        self.text.clear();
        (self.at, self.odd, self.line, self.line_start) = (0, 0, 1, 0);
    }

    /// Refuses what decodes without being text: a NUL, or more than 2 % of characters nobody types.
    fn judge(&mut self, start: usize) -> Result<(), ImportError> {
        let new = self.text.get(start..).unwrap_or_default();
        if memchr::memchr(0, new.as_bytes()).is_some() {
            return Err(ImportError::NotText);
        }
        self.odd += new.chars().filter(|c| is_odd(*c)).count();
        if self.odd > 8 && self.odd * 50 > self.text.len() / 2 {
            return Err(ImportError::NotText);
        }
        self.measure(start)
    }

    /// Refuses a line out of all proportion before anything is made of it. JSON may stand on one line.
    fn measure(&mut self, start: usize) -> Result<(), ImportError> {
        let is_json = matches!(json::begins_like(&self.text), json::Looks::Records | json::Looks::Backup);
        for place in memchr::memchr2_iter(b'\n', b'\r', self.text.get(start..).unwrap_or_default().as_bytes()) {
            let bytes = start + place - self.line_start;
            if bytes > MAX_LINE_BYTES && !is_json {
                return Err(ImportError::LineTooLong { row: self.line });
            }
            self.line_start = start + place + 1;
            self.line += u32::from(self.text.as_bytes().get(start + place) == Some(&b'\n'));
        }
        if self.text.len() - self.line_start > MAX_LINE_BYTES && !is_json {
            return Err(ImportError::LineTooLong { row: self.line });
        }
        Ok(())
    }
}

fn is_odd(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' => false,
        '\0'..'\u{20}' | '\u{7f}'..='\u{9f}' | '\u{e000}'..='\u{f8ff}' | '\u{fff0}'..='\u{ffff}' => true,
        c => c > '\u{effff}',
    }
}

/// Where the rows of a table come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Origin {
    /// A text with separators.
    Text,
    /// A sheet of a workbook, or other rows of cells.
    Sheet,
    /// Records in JSON; their fields are the columns.
    Json,
}

/// The rows of a file, read one after the other.
pub struct Table {
    reader: csv::Reader<Cursor<Vec<u8>>>,
    /// How the file wrote characters.
    pub encoding: Encoding,
    /// What stands between two cells.
    pub delimiter: char,
    /// Where the rows come from.
    pub origin: Origin,
    preview: Vec<(u32, Vec<String>)>,
    header: usize,
    record: csv::StringRecord,
    counted: Counted,
}

/// How far rows have been counted: a spreadsheet counts line ends, except those within a cell.
#[derive(Clone, Copy, Default)]
struct Counted {
    bytes: usize,
    row: u32,
    inner: u32,
}

/// One row with its number, as a spreadsheet counts (the header of most files is row 1).
pub struct Row<'t> {
    /// Its number, from 1.
    pub number: u32,
    /// Where it begins, in bytes of the decoded text.
    pub at: u64,
    /// Its cells.
    pub cells: &'t csv::StringRecord,
}

impl Table {
    /// The rows of a sheet as a table. Each cell is written as a converter reads it; an empty row counts.
    ///
    /// # Errors
    /// [`ImportError`] when there is too much of it, nothing in it, or a NUL in a cell.
    pub fn of_rows<R, C>(rows: impl IntoIterator<Item = R>) -> Result<Self, ImportError>
    where
        R: AsRef<[C]>,
        C: AsRef<str>,
    {
        let mut writing = RowWriter::new(Origin::Sheet);
        for row in rows {
            writing.push(row.as_ref())?;
        }
        writing.finish()
    }

    /// Whether empty cells at the end of a row may be left out.
    pub(super) fn is_sheet(&self) -> bool {
        self.origin != Origin::Text
    }

    fn new(text: Vec<u8>, delimiter: u8, encoding: Encoding, origin: Origin) -> Result<Self, ImportError> {
        let mut table = Self {
            reader: reader(Cursor::new(text), delimiter),
            encoding,
            delimiter: char::from(delimiter),
            origin,
            preview: Vec::new(),
            header: 0,
            record: csv::StringRecord::new(),
            counted: Counted::default(),
        };
        while table.preview.len() < HEADER_WITHIN {
            let Some(row) = table.next_row() else { break };
            if row.cells.len() > MAX_COLUMNS {
                return Err(ImportError::TooManyColumns { columns: row.cells.len() });
            }
            let cells = row.cells.iter().map(|cell| cell.chars().take(200).collect()).collect();
            let row = (row.number, cells);
            table.preview.push(row);
        }
        table.rewind();
        Ok(table)
    }

    /// The first rows, for choosing the header: each with its number.
    pub fn preview(&self) -> &[(u32, Vec<String>)] {
        &self.preview
    }

    /// Takes the `place`-th of the previewed rows (from 0) as the header; one out of range is ignored.
    pub fn use_header(&mut self, place: usize) {
        if place < self.preview.len() {
            self.header = place;
            self.rewind();
        }
    }

    /// The headings in use.
    pub fn headers(&self) -> &[String] {
        self.preview.get(self.header).map(|(_, cells)| cells.as_slice()).unwrap_or_default()
    }

    /// The size of the decoded text in bytes, for progress.
    pub fn bytes(&self) -> usize {
        self.reader.get_ref().get_ref().len()
    }

    /// How many lines the text has, at most [`MAX_ROWS`]; rows with line breaks in cells have several.
    pub(super) fn lines(&self) -> usize {
        memchr::memchr_iter(b'\n', self.reader.get_ref().get_ref()).count().min(MAX_ROWS as usize)
    }

    /// How many bytes of it have been read.
    pub fn position(&self) -> usize {
        self.reader.position().byte() as usize
    }

    /// Goes back to the first row behind the header.
    pub fn rewind(&mut self) {
        self.seek(0);
        self.counted = Counted::default();
        if !self.preview.is_empty() {
            for _ in 0..=self.header {
                self.next_row();
            }
        }
    }

    /// The next row; `None` behind the last one. Empty lines are passed over, but counted.
    pub fn next_row(&mut self) -> Option<Row<'_>> {
        let at = self.reader.position().byte();
        // Reading from memory cannot fail, and the text is valid UTF-8.
        if !matches!(self.reader.read_record(&mut self.record), Ok(true)) {
            return None;
        }
        let bytes = self.reader.get_ref().get_ref();
        let start = (at as usize..bytes.len())
            .find(|place| !matches!(bytes.get(*place), Some(b'\r' | b'\n')))
            .unwrap_or(bytes.len());
        let before = line_ends(bytes.get(self.counted.bytes..start).unwrap_or_default());
        let row = self.counted.row + before - self.counted.inner.min(before);
        let inner = self.record.iter().map(|cell| line_ends(cell.as_bytes())).sum();
        self.counted = Counted { bytes: start, row, inner };
        Some(Row { number: row + 1, at, cells: &self.record })
    }

    /// The cells of the row that begins at `at`, as [`Row::at`] said.
    pub(super) fn cells_at(&mut self, at: u64) -> &csv::StringRecord {
        self.seek(at);
        if !matches!(self.reader.read_record(&mut self.record), Ok(true)) {
            self.record.clear();
        }
        &self.record
    }

    fn seek(&mut self, at: u64) {
        let mut position = csv::Position::new();
        position.set_byte(at);
        // A cursor over memory takes any position.
        let _ = self.reader.seek_raw(std::io::SeekFrom::Start(at), position);
    }
}

/// Writes rows of cells down as the text a [`Table`] reads, one at a time.
pub struct RowWriter {
    text: Vec<u8>,
    rows: u32,
    origin: Origin,
    has_content: bool,
}

impl RowWriter {
    /// A writer without rows.
    pub fn new(origin: Origin) -> Self {
        Self { text: Vec::new(), rows: 0, origin, has_content: false }
    }

    /// Passes over rows without content, up to the one before `number`, which counts from 1.
    pub fn skip_to(&mut self, number: u32) {
        while self.rows < number.saturating_sub(1).min(MAX_ROWS) {
            self.rows += 1;
            self.text.push(b'\n');
        }
    }

    /// Adds a row; one without content counts as an empty line. What is written guarded is read as it stands.
    ///
    /// # Errors
    /// [`ImportError::TooManyColumns`], [`ImportError::TooManyRows`], [`ImportError::TooLarge`] or
    /// [`ImportError::NulCharacter`].
    pub fn push<C: AsRef<str>>(&mut self, cells: &[C]) -> Result<(), ImportError> {
        self.rows += 1;
        let is_empty = |cell: &C| cell.as_ref().is_empty();
        let width = cells.iter().rposition(|cell| !is_empty(cell)).map_or(0, |last| last + 1);
        if width > MAX_COLUMNS {
            return Err(ImportError::TooManyColumns { columns: width });
        }
        if self.rows > MAX_ROWS {
            return Err(ImportError::TooManyRows);
        }
        for (place, cell) in cells.iter().take(width).enumerate() {
            if place > 0 {
                self.text.push(b',');
            }
            self.write(&guarded_text(cell.as_ref()))?;
        }
        self.has_content |= width > 0;
        self.text.push(b'\n');
        if self.text.len() > MAX_FILE_BYTES { Err(ImportError::TooLarge { bytes: self.text.len() }) } else { Ok(()) }
    }

    fn write(&mut self, cell: &str) -> Result<(), ImportError> {
        match memchr::memchr(0, cell.as_bytes()) {
            Some(_) => Err(ImportError::NulCharacter { row: self.rows }),
            None if cell.contains(['"', ',', '\n', '\r']) => {
                self.text.push(b'"');
                self.text.extend_from_slice(cell.replace('"', "\"\"").as_bytes());
                self.text.push(b'"');
                Ok(())
            }
            None => {
                self.text.extend_from_slice(cell.as_bytes());
                Ok(())
            }
        }
    }

    /// The rows as a table.
    ///
    /// # Errors
    /// [`ImportError::Empty`].
    pub fn finish(self) -> Result<Table, ImportError> {
        if !self.has_content {
            return Err(ImportError::Empty);
        }
        Table::new(self.text, b',', Encoding::Utf8, self.origin)
    }

    /// Puts a row before all others and makes the table.
    pub(super) fn finish_below<C: AsRef<str>>(self, headings: &[C]) -> Result<Table, ImportError> {
        let mut first = Self::new(self.origin);
        first.push(headings)?;
        first.text.extend_from_slice(&self.text);
        first.finish()
    }
}

/// The line ends in `bytes`: line feeds, and carriage returns without one.
fn line_ends(bytes: &[u8]) -> u32 {
    let feeds = memchr::memchr_iter(b'\n', bytes).count();
    let lone = memchr::memchr_iter(b'\r', bytes).filter(|place| bytes.get(place + 1) != Some(&b'\n')).count();
    (feeds + lone) as u32
}

fn reader<R: std::io::Read>(source: R, delimiter: u8) -> csv::Reader<R> {
    csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(source)
}

fn sample(text: &str) -> &str {
    let end = (0..=SAMPLE_BYTES.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text.get(..end).unwrap_or_default()
}

/// The separator under which the first rows agree best on a number of columns above one.
fn delimiter(sample: &str) -> u8 {
    let agreement = |delimiter: u8| {
        let mut rows = reader(sample.as_bytes(), delimiter);
        let counts: Vec<usize> =
            rows.records().take(HEADER_WITHIN).filter_map(Result::ok).map(|row| row.len()).collect();
        let agreeing = |count: &usize| counts.iter().filter(|other| *other == count).count();
        counts.iter().filter(|count| **count > 1).map(|count| (agreeing(count), *count)).max().unwrap_or_default()
    };
    // Of equals the last wins, so the comma stands last.
    [b';', b'\t', b','].into_iter().max_by_key(|delimiter| agreement(*delimiter)).unwrap_or(b',')
}
