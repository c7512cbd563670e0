//! What is written as XLSX or CSV is read back as it was, and never evaluates.
#![allow(clippy::unwrap_used)]

use std::io::Read;

use chrono::NaiveDate;
use kehu_domain::export::{Cell, Sheet};
use kehu_domain::import::unguarded;
use kehu_files::sheet::Workbook;
use kehu_files::xlsx::{WriteError, write};
use proptest::prelude::*;

fn one(cells: Vec<Cell>) -> Sheet {
    Sheet { name: "表".into(), columns: (0..cells.len()).map(|n| format!("c{n}")).collect(), rows: vec![cells] }
}

fn through_xlsx(sheet: &Sheet) -> Vec<String> {
    let mut book = Workbook::open(write(std::slice::from_ref(sheet)).unwrap()).unwrap();
    let name = book.sheets()[0].name.clone();
    let rows = book.rows(&name).unwrap();
    rows.get(1).map(|row| row.cells.clone()).unwrap_or_default()
}

fn through_csv(csv: &[u8]) -> Vec<String> {
    let mut reader = csv_core(csv);
    reader.next().unwrap();
    reader.next().unwrap_or_default().iter().map(|cell| unguarded(cell).to_owned()).collect()
}

/// Reads CSV by the import's own reader.
fn csv_core(csv: &[u8]) -> std::vec::IntoIter<Vec<String>> {
    let mut table = kehu_domain::import::Opening::read(csv.to_vec()).unwrap();
    let headers = table.headers().to_vec();
    let mut rows = vec![headers];
    while let Some(row) = table.next_row() {
        rows.push(row.cells.iter().map(str::to_owned).collect());
    }
    rows.into_iter()
}

#[test]
fn typed_cells_come_back_as_the_import_reads_them() {
    let day = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    let cells = vec![
        Cell::text("=cmd|' /C calc'!A0"),
        Cell::text("13800138000"),
        Cell::text("440301199001011234"),
        Cell::Int(42),
        Cell::Int(i64::MIN),
        Cell::Decimal("12.5".into()),
        Cell::Decimal("1234567890123456.78".into()),
        Cell::Money(123_450),
        Cell::Money(-7),
        Cell::Percent(8_550),
        Cell::Score(9_950),
        Cell::Date(day),
        Cell::DateTime(day.and_hms_opt(8, 30, 0).unwrap()),
        Cell::Date(NaiveDate::from_ymd_opt(1899, 1, 1).unwrap()),
        Cell::text("'=1"),
        Cell::text("+86 138"),
        Cell::text("-"),
        Cell::text("@x"),
        Cell::text("\t=1"),
        Cell::text("0001"),
        Cell::text("_x0041_"),
    ];
    let expected: Vec<String> = [
        "=cmd|' /C calc'!A0",
        "13800138000",
        "440301199001011234",
        "42",
        "-9223372036854775808",
        "12.5",
        "1234567890123456.78",
        "1234.5",
        "-0.07",
        "85.5%",
        "99.5",
        "2026-11-23",
        "2026-11-23 08:30",
        "1899-01-01",
        "'=1",
        "+86 138",
        "-",
        "@x",
        "\t=1",
        "0001",
        "_x0041_",
    ]
    .map(str::to_owned)
    .to_vec();
    assert_eq!(through_xlsx(&one(cells)), expected);
}

#[test]
fn no_cell_is_a_formula_and_equal_tables_are_equal_bytes() {
    let sheet =
        one(vec![Cell::text("=1+1"), Cell::text("+1"), Cell::text("-1"), Cell::text("@SUM(A1)"), Cell::text("\r=1")]);
    let bytes = write(std::slice::from_ref(&sheet)).unwrap();
    assert_eq!(bytes, write(std::slice::from_ref(&sheet)).unwrap());
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut part = String::new();
    archive.by_name("xl/worksheets/sheet1.xml").unwrap().read_to_string(&mut part).unwrap();
    assert!(!part.contains("<f>"), "{part}");
    assert_eq!(part.matches("t=\"s\"").count(), 10, "{part}");
    let mut styles = String::new();
    archive.by_name("xl/styles.xml").unwrap().read_to_string(&mut styles).unwrap();
    assert!(styles.contains("quotePrefix=\"1\""));
}

#[test]
fn what_no_sheet_holds_is_refused_with_its_place() {
    let mut sheet = one(vec![Cell::text("x".repeat(32_768))]);
    let refused = write(std::slice::from_ref(&sheet)).unwrap_err();
    assert_eq!(refused, WriteError::CellTooLong { sheet: "表".into(), row: 2, column: "c0".into() });
    sheet.columns = vec!["c".into(); 16_385];
    assert!(matches!(write(std::slice::from_ref(&sheet)), Err(WriteError::TooManyColumns { columns: 16_385, .. })));
    let odd = [
        "a/b:c",
        "A/B:C",
        "",
        "'",
        "history",
        "很长的名字很长的名字很长的名字很长的名字很长的名字很长的名字很长的名字",
    ];
    let sheets: Vec<Sheet> = odd.iter().map(|name| Sheet { name: (*name).into(), ..Sheet::default() }).collect();
    let book = Workbook::open(write(&sheets).unwrap()).unwrap();
    assert_eq!(book.sheets().len(), odd.len());
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof!["[=+@\\-'\t ,;\"\n|_x0-9A-F客＝]{0,12}", "\\PC{0,20}", any::<String>(),]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_survives_xlsx(text in texts()) {
        let sheet = one(vec![Cell::text(text.as_str()), Cell::text("end")]);
        let read = through_xlsx(&sheet);
        prop_assert_eq!(read.first().map(String::as_str).unwrap_or_default(), text.as_str());
    }

    #[test]
    fn any_text_survives_csv(text in texts()) {
        // A file with NUL or too many odd characters is no text for the import.
        prop_assume!(text.chars().all(|c| !c.is_control() || "\t\n\r".contains(c)) && !text.chars().any(|c| ('\u{e000}'..='\u{f8ff}').contains(&c) || c >= '\u{fff0}'));
        let sheet = one(vec![Cell::text(text.as_str()), Cell::text("end")]);
        for csv in [kehu_files::delimited::for_spreadsheets(&sheet), kehu_files::delimited::plain(&sheet)] {
            prop_assert_eq!(&through_csv(&csv), &vec![text.clone(), "end".to_owned()]);
        }
    }

    #[test]
    fn any_amount_survives_xlsx(fen in any::<i64>()) {
        let read = through_xlsx(&one(vec![Cell::Money(fen)]));
        let fen_read = |text: &str| {
            let (whole, part) = text.split_once('.').unwrap_or((text, ""));
            format!("{whole}{part:0<2}").parse::<i64>().unwrap()
        };
        prop_assert_eq!(read.first().map_or(0, |text| fen_read(text)), fen);
    }
}
