//! Reads XLS: the binary format of Excel 97 to 2003 (BIFF8).

use std::collections::HashMap;
use std::io::{Cursor, Read};

use super::error::{Place, SheetError};
use super::form::Form;
use super::sink::{Halt, Sink};
use super::{MAX_SHEET_BYTES, Sheet};

/// How a compound file begins.
pub(super) const COMPOUND: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

const BIFF8: u16 = 0x0600;
const CONTINUE: u16 = 0x003C;
const DAMAGED: SheetError = SheetError::Damaged { place: None };

/// An opened XLS workbook.
pub(super) struct Xls {
    stream: Vec<u8>,
    /// Where each sheet begins.
    places: Vec<usize>,
    strings: Vec<String>,
    forms: Vec<Form>,
    counts_from_1904: bool,
}

impl Xls {
    pub(super) fn open(bytes: Vec<u8>) -> Result<(Self, Vec<Sheet>), SheetError> {
        let limit = bytes.len() as u64;
        let mut compound = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(|_| DAMAGED)?;
        if compound.is_stream("/EncryptedPackage") {
            return Err(SheetError::Encrypted);
        }
        let name = ["/Workbook", "/Book"].into_iter().find(|name| compound.is_stream(name));
        let stream = compound.open_stream(name.ok_or(SheetError::NotAWorkbook)?).map_err(|_| DAMAGED)?;
        let mut content = Vec::new();
        stream.take(limit).read_to_end(&mut content).map_err(|_| DAMAGED)?;
        Self::globals(content)
    }

    /// Reads what is said for all sheets.
    fn globals(stream: Vec<u8>) -> Result<(Self, Vec<Sheet>), SheetError> {
        let mut book =
            Self { stream, places: Vec::new(), strings: Vec::new(), forms: Vec::new(), counts_from_1904: false };
        let (mut sheets, mut codes, mut ids) = (Vec::new(), HashMap::new(), Vec::new());
        let mut records = Records { stream: &book.stream, at: 0 };
        let mut is_first = true;
        while let Some(record) = records.next()? {
            if is_first && (record.kind, u16_at(record.data, 0)) != (0x0809, Some(BIFF8)) {
                return Err(SheetError::OtherFormat { format: "Excel 5.0/95" });
            }
            is_first = false;
            match record.kind {
                0x002F => return Err(SheetError::Encrypted),
                0x0022 => book.counts_from_1904 = u16_at(record.data, 0) == Some(1),
                0x041E => {
                    let code = text(record.data.get(2..).unwrap_or_default());
                    if let (Some(id), Some(code)) = (u16_at(record.data, 0), code) {
                        codes.insert(id, Form::of(&code));
                    }
                }
                0x00E0 => ids.push(u16_at(record.data, 2).ok_or(DAMAGED)?),
                0x0085 => {
                    if let Some((place, sheet)) = bound_sheet(record.data).ok_or(DAMAGED)? {
                        book.places.push(place);
                        sheets.push(sheet);
                    }
                }
                0x00FC => book.strings = shared(record.data, &mut records).ok_or(DAMAGED)?,
                0x000A => break,
                _ => (),
            }
        }
        book.forms =
            ids.iter().map(|id| codes.get(id).copied().unwrap_or_else(|| Form::built_in(u32::from(*id)))).collect();
        Ok((book, sheets))
    }

    pub(super) fn read(&mut self, sheet: usize, sink: &mut Sink<'_>) -> Result<(), Halt> {
        let at = self.places.get(sheet).copied().ok_or_else(|| sink.damaged())?;
        let mut cells = self.cells(at, sink)?;
        // A row's cells need not stand together; of two for one place the later counts.
        cells.sort_by_key(|cell| (cell.row, cell.column));
        for cell in cells {
            sink.cell(u32::from(cell.row), u32::from(cell.column), cell.text)?;
        }
        Ok(())
    }

    fn cells(&self, at: usize, sink: &Sink<'_>) -> Result<Vec<Cell>, Halt> {
        let mut records = Records { stream: &self.stream, at };
        let mut cells: Vec<Cell> = Vec::new();
        let (mut depth, mut bytes, mut awaited) = (0u32, 0, None);
        let last = |cells: &[Cell]| match cells.last() {
            Some(cell) => Halt::from(SheetError::Damaged { place: Some(cell.place(sink)) }),
            None => sink.damaged(),
        };
        loop {
            let Ok(Some(record)) = records.next() else { return Err(last(&cells)) };
            // Charts within a sheet have records of their own, some of which look like cells.
            match record.kind {
                0x0809 => depth += 1,
                0x000A if depth <= 1 => return Ok(cells),
                0x000A => depth -= 1,
                _ if depth != 1 => (),
                // The text that the formula before it gives.
                0x0207 => {
                    let said = text(record.data);
                    if let (Some((row, column)), Some(text)) = (awaited.take(), said) {
                        cells.push(Cell { row, column, text });
                    }
                }
                kind => {
                    let before = cells.len();
                    awaited = self.cell(kind, record.data, &mut cells).ok_or_else(|| last(&cells))?;
                    bytes += cells.iter().skip(before).map(|cell| cell.text.len()).sum::<usize>();
                }
            }
            if bytes > MAX_SHEET_BYTES {
                return Err(SheetError::SheetTooLarge { sheet: sink.sheet().to_owned() }.into());
            }
        }
    }

    /// Reads a record of cells; gives the place of a formula whose text comes next, and `None` for a broken record.
    fn cell(&self, kind: u16, data: &[u8], cells: &mut Vec<Cell>) -> Option<Option<(u16, u16)>> {
        let mut say = |column: u16, text: String| {
            let row = u16_at(data, 0)?;
            cells.push(Cell { row, column, text });
            Some(())
        };
        let column = || u16_at(data, 2);
        let form = || u16_at(data, 4).map(|style| self.form(style));
        match kind {
            // NUMBER
            0x0203 => say(column()?, form()?.text(f64_at(data, 6)?, self.counts_from_1904))?,
            // RK, MULRK: short numbers
            0x027E => say(column()?, form()?.text(short_number(u32_at(data, 6)?), self.counts_from_1904))?,
            0x00BD => {
                let numbers = data.get(4..data.len().checked_sub(2)?)?;
                for (place, number) in numbers.as_chunks::<6>().0.iter().enumerate() {
                    let form = self.form(u16_at(number, 0)?);
                    let column = column()?.checked_add(u16::try_from(place).ok()?)?;
                    say(column, form.text(short_number(u32_at(number, 2)?), self.counts_from_1904))?;
                }
            }
            // LABELSST, LABEL, RSTRING
            0x00FD => say(column()?, self.strings.get(u32_at(data, 6)? as usize)?.clone())?,
            0x0204 | 0x00D6 => say(column()?, text(data.get(6..)?)?)?,
            // BOOLERR
            0x0205 => say(column()?, yes_or_error(*data.get(6)?, *data.get(7)? != 0))?,
            // FORMULA
            0x0006 => {
                let result: [u8; 8] = data.get(6..14)?.try_into().ok()?;
                match result {
                    [0, .., 0xFF, 0xFF] => return Some(Some((u16_at(data, 0)?, column()?))),
                    [kind @ (1 | 2), _, value, .., 0xFF, 0xFF] => say(column()?, yes_or_error(value, kind == 2))?,
                    [.., 0xFF, 0xFF] => (),
                    number => say(column()?, form()?.text(f64::from_le_bytes(number), self.counts_from_1904))?,
                }
            }
            _ => (),
        }
        Some(None)
    }

    fn form(&self, style: u16) -> Form {
        self.forms.get(usize::from(style)).copied().unwrap_or_default()
    }
}

struct Cell {
    row: u16,
    column: u16,
    text: String,
}

impl Cell {
    fn place(&self, sink: &Sink<'_>) -> Place {
        Place { sheet: sink.sheet().to_owned(), row: u32::from(self.row) + 1, column: u32::from(self.column) + 1 }
    }
}

#[derive(Clone, Copy)]
struct Record<'a> {
    kind: u16,
    data: &'a [u8],
}

/// The records of a stream, one after the other.
struct Records<'a> {
    stream: &'a [u8],
    at: usize,
}

impl<'a> Records<'a> {
    fn next(&mut self) -> Result<Option<Record<'a>>, SheetError> {
        let rest = self.stream.get(self.at..).unwrap_or_default();
        if rest.is_empty() {
            return Ok(None);
        }
        let (kind, length) = (u16_at(rest, 0).ok_or(DAMAGED)?, u16_at(rest, 2).ok_or(DAMAGED)?);
        let data = rest.get(4..4 + usize::from(length)).ok_or(DAMAGED)?;
        self.at += 4 + usize::from(length);
        Ok(Some(Record { kind, data }))
    }

    /// The data of the next record, if it goes on with the one before.
    fn next_part(&mut self) -> Option<&'a [u8]> {
        let before = self.at;
        match self.next() {
            Ok(Some(record)) if record.kind == CONTINUE => Some(record.data),
            _ => {
                self.at = before;
                None
            }
        }
    }
}

/// Where a sheet begins and what it is called; `Some(None)` for a chart or a macro, `None` for a broken record.
fn bound_sheet(data: &[u8]) -> Option<Option<(usize, Sheet)>> {
    let place = u32_at(data, 0)? as usize;
    let (state, kind, length, flags) = (*data.get(4)?, *data.get(5)?, *data.get(6)?, *data.get(7)?);
    let name = characters(data.get(8..)?, usize::from(length), flags & 1 != 0)?;
    Some((kind == 0).then_some((place, Sheet { name, is_hidden: state & 3 != 0 })))
}

/// A text with its length before it.
fn text(data: &[u8]) -> Option<String> {
    let (length, flags) = (u16_at(data, 0)?, *data.get(2)?);
    characters(data.get(3..)?, usize::from(length), flags & 1 != 0)
}

fn characters(data: &[u8], length: usize, is_wide: bool) -> Option<String> {
    if is_wide {
        let units = data.get(..length.checked_mul(2)?)?.as_chunks::<2>().0;
        Some(String::from_utf16_lossy(&units.iter().map(|unit| u16::from_le_bytes(*unit)).collect::<Vec<_>>()))
    } else {
        Some(data.get(..length)?.iter().map(|byte| char::from(*byte)).collect())
    }
}

/// The texts that cells refer to by number; they run on over several records.
fn shared<'a>(first: &'a [u8], records: &mut Records<'a>) -> Option<Vec<String>> {
    let count = u32_at(first, 4)?;
    let mut parts = Run { part: first.get(8..)?, records };
    let mut strings = Vec::new();
    for _ in 0..count {
        strings.push(parts.string()?);
    }
    Some(strings)
}

/// Bytes that run on over records.
struct Run<'r, 'a> {
    part: &'a [u8],
    records: &'r mut Records<'a>,
}

impl Run<'_, '_> {
    fn byte(&mut self) -> Option<u8> {
        while self.part.is_empty() {
            self.part = self.records.next_part()?;
        }
        let (byte, rest) = self.part.split_first()?;
        self.part = rest;
        Some(*byte)
    }

    fn number(&mut self, bytes: u32) -> Option<u32> {
        (0..bytes).try_fold(0, |sum, place| Some(sum | u32::from(self.byte()?) << (8 * place)))
    }

    fn skip(&mut self, mut count: usize) -> Option<()> {
        while count > self.part.len() {
            count -= self.part.len();
            self.part = self.records.next_part()?;
        }
        self.part = self.part.get(count..)?;
        Some(())
    }

    fn string(&mut self) -> Option<String> {
        let length = self.number(2)?;
        let flags = self.byte()?;
        let runs = if flags & 8 != 0 { self.number(2)? as usize } else { 0 };
        let extra = if flags & 4 != 0 { self.number(4)? as usize } else { 0 };
        let mut units = Vec::new();
        let mut is_wide = flags & 1 != 0;
        for _ in 0..length {
            if self.part.is_empty() {
                // What goes on in another record says anew how wide its characters are.
                self.part = self.records.next_part()?;
                is_wide = self.byte()? & 1 != 0;
            }
            units.push(self.number(if is_wide { 2 } else { 1 })? as u16);
        }
        self.skip(runs * 4 + extra)?;
        Some(String::from_utf16_lossy(&units))
    }
}

fn yes_or_error(value: u8, is_error: bool) -> String {
    match (is_error, value) {
        (false, 0) => "false",
        (false, _) => "true",
        (true, 0x00) => "#NULL!",
        (true, 0x07) => "#DIV/0!",
        (true, 0x0F) => "#VALUE!",
        (true, 0x17) => "#REF!",
        (true, 0x1D) => "#NAME?",
        (true, 0x24) => "#NUM!",
        (true, _) => "#N/A",
    }
    .to_owned()
}

/// A number packed into 30 bits: whole or the upper half of a double, and perhaps in hundredths.
fn short_number(packed: u32) -> f64 {
    let number =
        if packed & 2 != 0 { f64::from(packed as i32 >> 2) } else { f64::from_bits(u64::from(packed & !3) << 32) };
    if packed & 1 != 0 { number / 100.0 } else { number }
}

fn u16_at(data: &[u8], at: usize) -> Option<u16> {
    data.get(at..at + 2)?.try_into().ok().map(u16::from_le_bytes)
}

fn u32_at(data: &[u8], at: usize) -> Option<u32> {
    data.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes)
}

fn f64_at(data: &[u8], at: usize) -> Option<f64> {
    data.get(at..at + 8)?.try_into().ok().map(f64::from_le_bytes)
}
