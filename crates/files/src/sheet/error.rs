//! Why a workbook cannot be read, and the words for it.

use kehu_domain::import::file::{MAX_COLUMNS, MAX_ROWS};
use kehu_domain::text::Lang;

use super::{MAX_SHEET_BYTES, MAX_UNPACKED_BYTES};

/// Where in a workbook something is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The sheet.
    pub sheet: String,
    /// The row, from 1.
    pub row: u32,
    /// The column, from 1.
    pub column: u32,
}

/// Why a workbook, or a sheet of it, cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SheetError {
    /// No workbook of a kind that is read.
    #[error("not a workbook")]
    NotAWorkbook,
    /// A workbook in a format that is not read: XLSB, or one from before 1997.
    #[error("a workbook of another format: {format}")]
    OtherFormat {
        /// What the format is called.
        format: &'static str,
    },
    /// It is protected by a password.
    #[error("the workbook is encrypted")]
    Encrypted,
    /// It has no sheet of cells.
    #[error("the workbook has no sheets")]
    NoSheets,
    /// There is no sheet of that name.
    #[error("no sheet {sheet:?}")]
    NoSuchSheet {
        /// The name asked for.
        sheet: String,
    },
    /// The file is damaged or cut off; where, as far as known.
    #[error("the workbook is damaged at {place:?}")]
    Damaged {
        /// The last place that was read well; `None` when the file's frame is broken.
        place: Option<Place>,
    },
    /// Unpacked it has more than [`MAX_UNPACKED_BYTES`].
    #[error("the workbook unpacks to more than {MAX_UNPACKED_BYTES} bytes")]
    TooLarge,
    /// The texts of one sheet have more than [`MAX_SHEET_BYTES`].
    #[error("sheet {sheet:?} has more than {MAX_SHEET_BYTES} bytes")]
    SheetTooLarge {
        /// The sheet.
        sheet: String,
    },
    /// A cell has more than the import takes (1 MB).
    #[error("a cell is too large: {place:?}")]
    CellTooLarge {
        /// Which.
        place: Place,
    },
    /// There is content beyond the most columns the import takes.
    #[error("more than {MAX_COLUMNS} columns: {place:?}")]
    TooManyColumns {
        /// Where.
        place: Place,
    },
    /// There is content beyond the most rows the import takes.
    #[error("more than {MAX_ROWS} rows: {place:?}")]
    TooManyRows {
        /// Where.
        place: Place,
    },
}

/// What is wrong and what to do about it, as a sentence.
pub fn words(problem: &SheetError, lang: Lang) -> String {
    match lang {
        Lang::Zh => zh(problem),
        Lang::En => en(problem),
    }
}

impl Place {
    /// The place as a spreadsheet names it, such as `XFD1048576`.
    pub fn cell(&self) -> String {
        format!("{}{}", column_letters(self.column), self.row)
    }
}

/// A column as a spreadsheet names it: 1 is A, 27 is AA.
fn column_letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column;
    while rest > 0 {
        letters.push(char::from(b'A' + ((rest - 1) % 26) as u8));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

fn zh(problem: &SheetError) -> String {
    let at = |place: &Place| format!("工作表“{}”的单元格 {}", place.sheet, place.cell());
    match problem {
        SheetError::NotAWorkbook => "这不是可以读取的工作簿。请在表格软件中另存为 XLSX 或 CSV 后再试。".to_owned(),
        SheetError::OtherFormat { format } => {
            format!("这是 {format} 格式的工作簿,不能读取。请在表格软件中另存为 XLSX 后再试。")
        }
        SheetError::Encrypted => "工作簿设有打开密码。请先在表格软件中取消密码并另存,再选择新文件。".to_owned(),
        SheetError::NoSheets => "工作簿中没有工作表。".to_owned(),
        SheetError::NoSuchSheet { sheet } => format!("工作簿中没有名为“{sheet}”的工作表。"),
        SheetError::Damaged { place: None } => {
            "工作簿已损坏或不完整。请重新获取该文件,或在表格软件中打开并另存后再试。".to_owned()
        }
        SheetError::Damaged { place: Some(place) } => {
            format!("工作簿在{}之后已损坏或不完整。请重新获取该文件,或在表格软件中打开并另存后再试。", at(place))
        }
        SheetError::TooLarge => "工作簿解压后超过 1 GB,不予读取。请拆分成几个文件,或另存为 CSV。".to_owned(),
        SheetError::SheetTooLarge { sheet } => {
            format!("工作表“{sheet}”的文字超过 512 MB,不予读取。请拆分成几个工作表。")
        }
        SheetError::CellTooLarge { place } => format!("{}超过 1 MB。请缩短其内容后再试。", at(place)),
        SheetError::TooManyColumns { place } => {
            format!("{}超出上限:最多 {MAX_COLUMNS} 列。请删除多余的列后再试。", at(place))
        }
        SheetError::TooManyRows { place } => format!("{}超出上限:最多 {MAX_ROWS} 行。请拆分后再试。", at(place)),
    }
}

fn en(problem: &SheetError) -> String {
    let at = |place: &Place| format!("cell {} of sheet “{}”", place.cell(), place.sheet);
    match problem {
        SheetError::NotAWorkbook => {
            "This is no workbook that can be read. Save it as XLSX or CSV in your spreadsheet program and try again."
                .to_owned()
        }
        SheetError::OtherFormat { format } => format!(
            "This is a workbook in {format} format, which cannot be read. Save it as XLSX in your spreadsheet program and try again."
        ),
        SheetError::Encrypted => {
            "The workbook is protected by a password. Remove the password in your spreadsheet program, save, and choose the new file."
                .to_owned()
        }
        SheetError::NoSheets => "The workbook has no sheets.".to_owned(),
        SheetError::NoSuchSheet { sheet } => format!("The workbook has no sheet named “{sheet}”."),
        SheetError::Damaged { place: None } => {
            "The workbook is damaged or incomplete. Get the file again, or open it in your spreadsheet program and save it anew."
                .to_owned()
        }
        SheetError::Damaged { place: Some(place) } => format!(
            "The workbook is damaged or incomplete after {}. Get the file again, or open it in your spreadsheet program and save it anew.",
            at(place)
        ),
        SheetError::TooLarge => {
            "The workbook unpacks to more than 1 GB and is not read. Split it, or save it as CSV.".to_owned()
        }
        SheetError::SheetTooLarge { sheet } => {
            format!("The texts of sheet “{sheet}” exceed 512 MB and are not read. Split it into several sheets.")
        }
        SheetError::CellTooLarge { place } => format!("The {} exceeds 1 MB. Shorten it and try again.", at(place)),
        SheetError::TooManyColumns { place } => format!(
            "The {} lies beyond the {MAX_COLUMNS} columns that are read. Delete the columns not needed and try again.",
            at(place)
        ),
        SheetError::TooManyRows { place } => {
            format!("The {} lies beyond the {MAX_ROWS} rows that are read. Split the sheet and try again.", at(place))
        }
    }
}
