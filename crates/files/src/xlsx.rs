//! Writes XLSX: typed cells, and text that stays text. Equal tables give equal bytes.

use chrono::{Datelike, NaiveDate, Timelike};
use kehu_domain::export::{Cell, Sheet};
use kehu_domain::text::Lang;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

/// The most rows of a sheet, its heading included.
pub const MAX_ROWS: usize = 1_048_576;
/// The most columns of a sheet.
pub const MAX_COLUMNS: usize = 16_384;
/// The most characters of a cell, as UTF-16 counts them.
pub const MAX_CELL_UNITS: usize = 32_767;
/// Spreadsheets keep 15 digits of a number; what has more is written as text.
const MAX_DIGITS: usize = 15;

/// Why a table cannot be written as a workbook.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// It has more rows than a sheet takes.
    #[error("sheet {sheet:?} has {rows} rows, more than {MAX_ROWS}")]
    TooManyRows {
        /// The table.
        sheet: String,
        /// How many it has, the heading included.
        rows: usize,
    },
    /// It has more columns than a sheet takes.
    #[error("sheet {sheet:?} has {columns} columns, more than {MAX_COLUMNS}")]
    TooManyColumns {
        /// The table.
        sheet: String,
        /// How many it has.
        columns: usize,
    },
    /// A text is longer than a cell takes.
    #[error("sheet {sheet:?}, row {row}, {column:?}: longer than {MAX_CELL_UNITS} characters")]
    CellTooLong {
        /// The table.
        sheet: String,
        /// Its row, from 1; the heading is row 1.
        row: usize,
        /// The heading of its column.
        column: String,
    },
    /// The writer failed; for the log.
    #[error("the workbook could not be written: {0}")]
    Writer(String),
}

/// What is wrong and what to do about it, as a sentence.
pub fn words(problem: &WriteError, lang: Lang) -> String {
    match (problem, lang) {
        (WriteError::TooManyRows { sheet, rows }, Lang::Zh) => {
            format!("“{sheet}”有 {rows} 行,超过 Excel 工作表的上限 {MAX_ROWS} 行。请改为导出 CSV,或先筛选。")
        }
        (WriteError::TooManyRows { sheet, rows }, Lang::En) => format!(
            "“{sheet}” has {rows} rows, more than the {MAX_ROWS} of an Excel sheet. Export it as CSV, or filter it first."
        ),
        (WriteError::TooManyColumns { sheet, columns }, Lang::Zh) => {
            format!("“{sheet}”有 {columns} 列,超过 Excel 工作表的上限 {MAX_COLUMNS} 列。请改为导出 CSV。")
        }
        (WriteError::TooManyColumns { sheet, columns }, Lang::En) => {
            format!("“{sheet}” has {columns} columns, more than the {MAX_COLUMNS} of an Excel sheet. Export it as CSV.")
        }
        (WriteError::CellTooLong { sheet, row, column }, Lang::Zh) => {
            format!("“{sheet}”第 {row} 行的“{column}”超过 {MAX_CELL_UNITS} 个字,Excel 的单元格放不下。请改为导出 CSV。")
        }
        (WriteError::CellTooLong { sheet, row, column }, Lang::En) => format!(
            "“{column}” in row {row} of “{sheet}” has more than {MAX_CELL_UNITS} characters, which no Excel cell holds. Export it as CSV."
        ),
        (WriteError::Writer(_), Lang::Zh) => "未能生成 Excel 文件。请改为导出 CSV。".to_owned(),
        (WriteError::Writer(_), Lang::En) => {
            "The Excel file could not be written. Export the table as CSV instead.".to_owned()
        }
    }
}

/// The tables as a workbook, a sheet for each.
///
/// # Errors
/// [`WriteError`] names the table, and the cell where there is one.
pub fn write(sheets: &[Sheet]) -> Result<Vec<u8>, WriteError> {
    let mut workbook = Workbook::new();
    // A time of its own would make equal tables differ.
    let created = ExcelDateTime::from_ymd(2000, 1, 1).map_err(failed)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
    let forms = Forms::new();
    let mut names = Vec::new();
    for sheet in sheets {
        let name = tab_name(&sheet.name, &names);
        let tab = workbook.add_worksheet();
        tab.set_name(&name).map_err(failed)?;
        names.push(name);
        Tab { tab, sheet, forms: &forms }.write()?;
    }
    workbook.save_to_buffer().map_err(failed)
}

fn failed(problem: XlsxError) -> WriteError {
    WriteError::Writer(problem.to_string())
}

/// A name that a tab may have: up to 31 characters, none of the forbidden ones, no apostrophe at its ends, and not one
/// of `taken`.
fn tab_name(name: &str, taken: &[String]) -> String {
    let allowed = |c: &char| !c.is_control() && !"[]:*?/\\".contains(*c);
    let cut = |text: &str, units: usize| {
        let mut used = 0;
        let fits = |c: &char| {
            used += c.len_utf16();
            used <= units
        };
        text.chars().take_while(fits).collect::<String>().trim_matches(['\'', ' ']).to_owned()
    };
    let clean: String = name.chars().filter(allowed).collect();
    let clean = Some(cut(clean.trim_matches(['\'', ' ']), 31)).filter(|name| !name.is_empty());
    // The one name that programs keep for themselves.
    let base = clean.filter(|name| !name.eq_ignore_ascii_case("history")).unwrap_or_else(|| "Sheet".to_owned());
    let is_free = |name: &String| !taken.iter().any(|other| other.to_lowercase() == name.to_lowercase());
    let numbered = (2..).map(|number| format!("{} {number}", cut(&base, 24)));
    std::iter::once(base.clone()).chain(numbered).find(is_free).unwrap_or(base)
}

struct Forms {
    heading: Format,
    text: Format,
    guarded: Format,
    whole: Format,
    hundredths: Format,
    percent: Format,
    date: Format,
    moment: Format,
}

impl Forms {
    fn new() -> Self {
        let number = |code: &str| Format::new().set_num_format(code);
        Self {
            heading: number("@").set_bold().set_align(FormatAlign::Top).set_text_wrap(),
            text: number("@"),
            // Shown as text even after somebody has edited the cell.
            guarded: number("@").set_quote_prefix(),
            whole: number("0"),
            hundredths: number("#,##0.00"),
            percent: number("0.00%"),
            date: number("yyyy-mm-dd"),
            moment: number("yyyy-mm-dd hh:mm"),
        }
    }
}

struct Tab<'a> {
    tab: &'a mut Worksheet,
    sheet: &'a Sheet,
    forms: &'a Forms,
}

impl Tab<'_> {
    fn write(&mut self) -> Result<(), WriteError> {
        let (rows, columns) = (self.sheet.rows.len() + 1, self.sheet.columns.len());
        if rows > MAX_ROWS {
            return Err(WriteError::TooManyRows { sheet: self.sheet.name.clone(), rows });
        }
        if columns > MAX_COLUMNS {
            return Err(WriteError::TooManyColumns { sheet: self.sheet.name.clone(), columns });
        }
        for (place, heading) in self.sheet.columns.iter().enumerate() {
            self.text(0, place, heading, &self.forms.heading)?;
        }
        for (row, cells) in self.sheet.rows.iter().enumerate() {
            for (column, cell) in cells.iter().take(columns).enumerate() {
                self.cell(row + 1, column, cell)?;
            }
        }
        for place in 0..columns {
            self.tab.set_column_width(place as u16, self.width(place)).map_err(failed)?;
        }
        self.tab.set_freeze_panes(1, 0).map_err(failed)?;
        Ok(())
    }

    fn cell(&mut self, row: usize, column: usize, cell: &Cell) -> Result<(), WriteError> {
        let forms = self.forms;
        match cell {
            Cell::Empty => Ok(()),
            Cell::Text(text) => self.any_text(row, column, text),
            Cell::Int(number) => self.number(row, column, &number.to_string(), 1.0, &forms.whole, cell),
            Cell::Decimal(number) => self.number(row, column, number, 1.0, &Format::new(), cell),
            Cell::Money(number) | Cell::Score(number) => {
                self.number(row, column, &number.to_string(), 100.0, &forms.hundredths, cell)
            }
            Cell::Percent(points) => self.number(row, column, &points.to_string(), 10_000.0, &forms.percent, cell),
            Cell::Date(day) => match moment(*day, 0, 0) {
                Some(serial) => self.date(row, column, &serial, &forms.date),
                None => self.any_text(row, column, &cell.written()),
            },
            Cell::DateTime(at) => match moment(at.date(), at.hour() as u16, at.minute() as u8) {
                Some(serial) => self.date(row, column, &serial, &forms.moment),
                None => self.any_text(row, column, &cell.written()),
            },
        }
    }

    /// A number of so many parts of a whole, if a spreadsheet keeps all its digits, else its text.
    fn number(
        &mut self,
        row: usize,
        column: usize,
        digits: &str,
        parts: f64,
        form: &Format,
        cell: &Cell,
    ) -> Result<(), WriteError> {
        let count = digits.bytes().filter(u8::is_ascii_digit).count();
        match digits.parse::<f64>() {
            Ok(number) if count <= MAX_DIGITS => {
                self.tab.write_number_with_format(row as u32, column as u16, number / parts, form).map_err(failed)?;
                Ok(())
            }
            _ => self.any_text(row, column, &cell.written()),
        }
    }

    fn date(&mut self, row: usize, column: usize, serial: &ExcelDateTime, form: &Format) -> Result<(), WriteError> {
        self.tab.write_datetime_with_format(row as u32, column as u16, serial, form).map_err(failed)?;
        Ok(())
    }

    fn any_text(&mut self, row: usize, column: usize, text: &str) -> Result<(), WriteError> {
        let evaluates = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\'']);
        let form = if evaluates { &self.forms.guarded } else { &self.forms.text };
        self.text(row, column, text, form)
    }

    fn text(&mut self, row: usize, column: usize, text: &str, form: &Format) -> Result<(), WriteError> {
        if text.encode_utf16().count() > MAX_CELL_UNITS {
            return Err(WriteError::CellTooLong {
                sheet: self.sheet.name.clone(),
                row: row + 1,
                column: self.sheet.columns.get(column).cloned().unwrap_or_default(),
            });
        }
        if !text.is_empty() {
            self.tab.write_string_with_format(row as u32, column as u16, text, form).map_err(failed)?;
        }
        Ok(())
    }

    /// As wide as the heading and the first rows ask for, within reason.
    fn width(&self, column: usize) -> f64 {
        let wide = |text: &str| text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>();
        let heading = self.sheet.columns.get(column).map_or(0, |heading| wide(heading));
        let cells = self.sheet.rows.iter().take(200).filter_map(|row| row.get(column));
        cells.map(|cell| wide(&cell.written())).fold(heading, usize::max).clamp(8, 48) as f64 + 2.0
    }
}

/// A moment that spreadsheets can count: from March 1900, before which they count a day too many, to 9999.
fn moment(day: NaiveDate, hour: u16, minute: u8) -> Option<ExcelDateTime> {
    if day < NaiveDate::from_ymd_opt(1900, 3, 1)? {
        return None;
    }
    let year = u16::try_from(day.year()).ok()?;
    let date = ExcelDateTime::from_ymd(year, day.month() as u8, day.day() as u8).ok()?;
    date.and_hms(hour, minute, 0).ok()
}
