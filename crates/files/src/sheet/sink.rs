//! Where the cells of a sheet go: gathered into rows, with every limit kept before anything grows.

use kehu_domain::import::file::{MAX_CELL_BYTES, MAX_COLUMNS, MAX_ROWS};

use super::error::{Place, SheetError};
use super::{MAX_SHEET_BYTES, parts};

/// A row with content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number, from 1.
    pub number: u32,
    /// Its cells, up to the last one with content.
    pub cells: Vec<String>,
}

/// Why reading ended before the sheet did.
#[derive(Debug)]
pub(super) enum Halt {
    /// Nobody wants more.
    Stopped,
    /// Something is wrong.
    Problem(SheetError),
}

impl From<SheetError> for Halt {
    fn from(problem: SheetError) -> Self {
        Self::Problem(problem)
    }
}

/// Takes cells in the order of rows.
pub(super) struct Sink<'a> {
    sheet: &'a str,
    /// From 0; where the cell stands that came last.
    at: (u32, u32),
    cells: Vec<String>,
    bytes: usize,
    each: &'a mut dyn FnMut(u32, &[String]) -> bool,
}

impl<'a> Sink<'a> {
    pub(super) fn new(sheet: &'a str, each: &'a mut dyn FnMut(u32, &[String]) -> bool) -> Self {
        Self { sheet, at: (0, 0), cells: Vec::new(), bytes: 0, each }
    }

    /// Takes a cell; `row` and `column` count from 0.
    pub(super) fn cell(&mut self, row: u32, column: u32, text: String) -> Result<(), Halt> {
        if text.is_empty() {
            return Ok(());
        }
        if row < self.at.0 {
            return Err(self.damaged());
        }
        if row > self.at.0 {
            self.give()?;
        }
        self.at = (row, column);
        if column as usize >= MAX_COLUMNS {
            return Err(SheetError::TooManyColumns { place: self.place() }.into());
        }
        if row >= MAX_ROWS {
            return Err(SheetError::TooManyRows { place: self.place() }.into());
        }
        if text.len() > MAX_CELL_BYTES {
            return Err(SheetError::CellTooLarge { place: self.place() }.into());
        }
        self.bytes += text.len() + 1;
        if self.bytes > MAX_SHEET_BYTES {
            return Err(SheetError::SheetTooLarge { sheet: self.sheet.to_owned() }.into());
        }
        let column = column as usize;
        if self.cells.len() <= column {
            self.cells.resize(column + 1, String::new());
        }
        if let Some(cell) = self.cells.get_mut(column) {
            *cell = text;
        }
        Ok(())
    }

    /// The sheet that is read.
    pub(super) fn sheet(&self) -> &str {
        self.sheet
    }

    /// Gives out the last row.
    pub(super) fn finish(&mut self) -> Result<(), Halt> {
        self.give()
    }

    /// What a broken part means here: at the cell that `row` and `column` name, from 0.
    pub(super) fn broken(&self, broken: parts::Broken, row: u32, column: u32) -> Halt {
        match broken {
            parts::Broken::TooLarge => SheetError::TooLarge.into(),
            parts::Broken::PieceTooLarge => SheetError::CellTooLarge {
                place: Place {
                    sheet: self.sheet.to_owned(),
                    row: row.saturating_add(1),
                    column: column.saturating_add(1),
                },
            }
            .into(),
            parts::Broken::Damaged => self.damaged(),
        }
    }

    /// The file is broken behind the last cell.
    pub(super) fn damaged(&self) -> Halt {
        SheetError::Damaged { place: Some(self.place()) }.into()
    }

    fn place(&self) -> Place {
        Place { sheet: self.sheet.to_owned(), row: self.at.0.saturating_add(1), column: self.at.1.saturating_add(1) }
    }

    fn give(&mut self) -> Result<(), Halt> {
        if self.cells.is_empty() {
            return Ok(());
        }
        let wants_more = (self.each)(self.at.0 + 1, &self.cells);
        self.cells.clear();
        if wants_more { Ok(()) } else { Err(Halt::Stopped) }
    }
}
