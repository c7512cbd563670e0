//! Workbooks as rows of text: what is said is read, what lies is refused with its place.
#![allow(clippy::unwrap_used)]

mod made;

use kehu_domain::text::Lang;
use kehu_files::sheet::{SheetError, Workbook, words};
use made::{at, ods, record, xls, xlsx, xlsx_with, zipped};

fn rows(bytes: Vec<u8>) -> Result<Vec<(u32, Vec<String>)>, SheetError> {
    let mut book = Workbook::open(bytes)?;
    let sheet = book.sheets().first().unwrap().name.clone();
    Ok(book.rows(&sheet)?.into_iter().map(|row| (row.number, row.cells)).collect())
}

fn row(number: u32, cells: &[&str]) -> (u32, Vec<String>) {
    (number, cells.iter().map(ToString::to_string).collect())
}

#[test]
fn xlsx_cells_are_spelled_as_the_import_reads_them() {
    let sheet = r#"
        <row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c></row>
        <row r="3"><c r="A3" s="1"><v>46349</v></c><c r="B3" s="2"><v>0.85</v></c><c r="C3"><v>13800138000</v></c>
          <c r="D3" s="4"><v>46349.354166666664</v></c><c r="E3" t="b"><v>1</v></c><c r="F3" t="e"><v>#N/A</v></c>
          <c r="G3" t="str"><f>A1&amp;"x"</f><v>红x</v></c><c r="H3" t="inlineStr"><is><t>a &lt; b</t></is></c>
          <c r="I3" s="3"><v>46349</v></c><c r="J3"><v>1.3800138E10</v></c><c r="K3" s="5"><v>1.5</v></c>
          <c r="L3" s="6"><v>42</v></c><c r="M3" t="d"><v>2026-11-23T08:30:00</v></c><c r="N3"><f>SUM(A1)</f></c></row>
        <row><c><v>7.0</v></c><c/><c t="inlineStr"><is><t>=1+1</t></is></c></row>"#;
    assert_eq!(
        rows(xlsx(sheet)).unwrap(),
        [
            row(1, &["红", "青 山", "a\r\nbA"]),
            row(
                3,
                &[
                    "2026-11-23",
                    "85%",
                    "13800138000",
                    "2026-11-23 08:30",
                    "true",
                    "#N/A",
                    "红x",
                    "a < b",
                    "2026-11-23",
                    "13800138000",
                    "36:00:00",
                    "000042",
                    "2026-11-23 08:30"
                ]
            ),
            row(4, &["7", "", "=1+1"]),
        ]
    );
    let mut book = Workbook::open(xlsx(sheet)).unwrap();
    let tabs: Vec<_> = book.sheets().iter().map(|sheet| (sheet.name.as_str(), sheet.is_hidden)).collect();
    assert_eq!(tabs, [("客户 & 联系人", false), ("暗", true)]);
    // Row numbers and formulas survive the way through CSV.
    let csv = book.as_csv("客户 & 联系人").unwrap();
    assert!(csv.starts_with("红,青 山,\"a\r\nbA\"\n\n2026-11-23,85%"), "{csv}");
    assert!(csv.ends_with("7,,'=1+1\n"), "{csv}");
    assert_eq!(book.rows("暗").unwrap(), []);
    assert_eq!(book.rows("无"), Err(SheetError::NoSuchSheet { sheet: "无".to_owned() }));
}

#[test]
fn ods_cells_are_spelled_as_the_import_reads_them() {
    let sheet = r#"
        <table:table-header-rows><table:table-row><table:table-cell office:value-type="string"><text:p>名<text:s text:c="2"/>称</text:p><text:p>二</text:p></table:table-cell>
          <table:table-cell office:value-type="string"><office:annotation><text:p>note</text:p></office:annotation><text:p>a &amp; b</text:p></table:table-cell></table:table-row></table:table-header-rows>
        <table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
        <table:table-row table:number-rows-repeated="2">
          <table:table-cell office:value-type="percentage" office:value="0.85"><text:p>85.00%</text:p></table:table-cell>
          <table:table-cell office:value-type="date" office:date-value="2026-11-23T08:30:00"><text:p>x</text:p></table:table-cell>
          <table:table-cell office:value-type="time" office:time-value="PT08H30M00S"/>
          <table:table-cell office:value-type="boolean" office:boolean-value="true"/>
          <table:table-cell office:value-type="float" office:value="13800138000" table:number-columns-repeated="2"/>
          <table:table-cell office:value-type="string" office:string-value="" calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>
          <table:table-cell office:value-type="currency" office:value="1234.5"/>
        </table:table-row>
        <table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>"#;
    let cells = ["85%", "2026-11-23 08:30", "08:30:00", "true", "13800138000", "13800138000", "#N/A", "1234.5"];
    assert_eq!(rows(ods(sheet)).unwrap(), [row(1, &["名  称\n二", "a & b"]), row(4, &cells), row(5, &cells)]);
    assert!(Workbook::open(ods(sheet)).unwrap().sheets()[1].is_hidden);
}

#[test]
fn xls_cells_are_spelled_as_the_import_reads_them() {
    let number = |row, column, style, number: f64| {
        record(0x0203, &[at(row, column, style), number.to_le_bytes().to_vec()].concat())
    };
    let shared = |row, column, place: u32| record(0x00FD, &[at(row, column, 0), place.to_le_bytes().to_vec()].concat());
    let formula = |row, column, result: [u8; 8]| record(0x0006, &[&at(row, column, 0)[..], &result, &[0; 8]].concat());
    let rk = |value: i32| ((value << 2) as u32 | 2).to_le_bytes();
    let cells = [
        // Dimensions that lie.
        record(0x0200, &[0xFF; 14]),
        shared(0, 0, 0),
        shared(0, 1, 1),
        number(2, 0, 1, 46349.0),
        number(2, 1, 2, 46_349.354_166_666_664),
        number(2, 2, 3, 0.85),
        record(0x027E, &[&at(2, 3, 0)[..], &((12345 << 2) as u32 | 3).to_le_bytes()].concat()),
        record(
            0x00BD,
            &[&2u16.to_le_bytes()[..], &4u16.to_le_bytes(), &[0, 0], &rk(7), &[0, 0], &rk(-8), &5u16.to_le_bytes()]
                .concat(),
        ),
        record(0x0205, &[at(2, 6, 0), vec![1, 0]].concat()),
        record(0x0205, &[at(2, 7, 0), vec![0x2A, 1]].concat()),
        formula(2, 8, [0, 0, 0, 0, 0, 0, 0xFF, 0xFF]),
        record(0x0207, &[2, 0, 0, b'o', b'k']),
        formula(2, 9, 13_800_138_000f64.to_le_bytes()),
    ];
    assert_eq!(
        rows(xls(&cells)).unwrap(),
        [
            row(1, &["红山", "ab红山"]),
            row(
                3,
                &["2026-11-23", "2026-11-23 08:30", "85%", "123.45", "7", "-8", "true", "#N/A", "ok", "13800138000"]
            ),
        ]
    );
}

#[test]
fn a_lonely_cell_far_away_costs_nothing_and_is_refused_with_its_place() {
    let far = r#"<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>"#;
    let problem = rows(xlsx(far)).unwrap_err();
    assert_eq!(
        words(&problem, Lang::En),
        "The cell XFD1048576 of sheet “客户 & 联系人” lies beyond the 1000 columns that are read. Delete the columns not needed and try again."
    );
    let low = r#"<row r="1048576"><c r="A1048576"><v>1</v></c></row>"#;
    assert_eq!(rows(xlsx(low)).unwrap(), [row(1_048_576, &["1"])]);
    assert_eq!(Workbook::open(xlsx(low)).unwrap().as_csv("客户 & 联系人").unwrap().len(), 1_048_575 + 2);
    // An empty cell out there is nothing.
    assert_eq!(rows(xlsx(r#"<row><c r="XFD1"/></row>"#)).unwrap(), []);
    let wide = r#"<table:table-row table:number-rows-repeated="4000000000"><table:table-cell office:value-type="string" table:number-columns-repeated="4000000000"><text:p>x</text:p></table:table-cell></table:table-row>"#;
    assert!(matches!(rows(ods(wide)).unwrap_err(), SheetError::TooManyColumns { place } if place.cell() == "ALM1"));
    let deep = r#"<table:table-row table:number-rows-repeated="4000000000"><table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row>"#;
    let mut book = Workbook::open(ods(deep)).unwrap();
    let mut count = 0;
    let read = book.each_row("表一", |_, _| {
        count += 1;
        count < 1000
    });
    assert_eq!((read, count), (Ok(()), 1000));
}

#[test]
fn a_huge_cell_is_refused_with_its_place() {
    let huge = "x".repeat(10 << 20);
    let inline = format!(r#"<row r="2"><c r="B2" t="inlineStr"><is><t>{huge}</t></is></c></row>"#);
    let shared = r#"<row r="2"><c r="B2" t="s"><v>0</v></c></row>"#;
    let strings = format!("<sst><si><t>{}</t></si></sst>", &huge[..2 << 20]);
    let spaces = r#"<table:table-row/><table:table-row><table:table-cell/><table:table-cell office:value-type="string"><text:p><text:s text:c="4000000000"/></text:p></table:table-cell></table:table-row>"#;
    let text = format!(
        r#"<table:table-row/><table:table-row><table:table-cell/><table:table-cell office:value-type="string"><text:p>{huge}</text:p></table:table-cell></table:table-row>"#
    );
    for bytes in [xlsx(&inline), xlsx_with(shared, &strings), ods(spaces), ods(&text)] {
        let problem = rows(bytes).unwrap_err();
        assert!(matches!(&problem, SheetError::CellTooLarge { place } if place.cell() == "B2"), "{problem}");
    }
}

#[test]
fn bombs_and_broken_files_are_refused() {
    // 1.5 GB of blanks in a file of 1.5 MB.
    let bomb = zipped(&[("content.xml", &format!("<office:document-content>{}", " ".repeat(8 << 20)))]);
    assert!(rows(bomb).is_err());
    let whole = xlsx(r#"<row r="1"><c r="A1" t="s"><v>0</v></c></row>"#);
    for length in (0..whole.len()).step_by(37) {
        assert!(rows(whole[..length].to_vec()).is_err(), "cut to {length}");
    }
    assert_eq!(rows(b"PK\x03\x04".to_vec()), Err(SheetError::Damaged { place: None }));
    assert_eq!(rows(b"name,phone".to_vec()), Err(SheetError::NotAWorkbook));
    assert_eq!(rows(zipped(&[("a.txt", "b")])), Err(SheetError::NotAWorkbook));
    // XML that ends within the sheet, that goes back, that refers to nothing, or nests without end.
    for rows_of in [
        r#"<row r="5"><c r="A5"><v>1</v></c></row><row r="2"><c r="A2"><v>1</v></c></row>"#,
        r#"<row r="1"><c r="A1" t="s"><v>99</v></c></row>"#,
        r#"<row r="1"><c r="AAAAAAAA1"><v>1</v></c></row>"#,
        r#"<row r="1"><c r="A99999999999999999999"><v>1</v></c></row>"#,
        r#"<row><c><v>1</v></c>"#,
    ] {
        let read = rows(xlsx(rows_of).clone());
        let cut = rows(xlsx(&format!("{rows_of}</sheetData><!--")));
        assert!(read.is_err() || cut.is_ok() || cut.is_err());
        if !rows_of.ends_with("</c>") {
            assert!(matches!(read, Err(SheetError::Damaged { place: Some(_) })), "{rows_of}: {read:?}");
        }
    }
    let nested = format!("<row><c>{}", "<x>".repeat(100_000));
    assert!(matches!(rows(xlsx(&nested)), Err(SheetError::Damaged { .. })));
    let nested = format!("<table:table-row><table:table-cell>{}", "<office:annotation>".repeat(100_000));
    assert!(matches!(rows(ods(&nested)), Err(SheetError::Damaged { .. })));
}

#[test]
fn encrypted_and_other_formats_have_their_own_words() {
    let mut compound = cfb::CompoundFile::create(std::io::Cursor::new(Vec::new())).unwrap();
    compound.create_stream("/EncryptedPackage").unwrap();
    compound.flush().unwrap();
    assert_eq!(rows(compound.into_inner().into_inner()), Err(SheetError::Encrypted));
    let filepass = [record(0x0809, &[0, 6, 5, 0]), record(0x002F, &[1, 0])].concat();
    assert_eq!(rows(made::compound(&filepass)), Err(SheetError::Encrypted));
    let sealed = zipped(&[
        (
            "META-INF/manifest.xml",
            r#"<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>"#,
        ),
        ("content.xml", "noise"),
    ]);
    assert_eq!(rows(sealed), Err(SheetError::Encrypted));
    let old = record(0x0809, &[0, 5, 5, 0]);
    assert_eq!(rows(made::compound(&old)), Err(SheetError::OtherFormat { format: "Excel 5.0/95" }));
    for lang in [Lang::Zh, Lang::En] {
        assert!(!words(&SheetError::Encrypted, lang).is_empty());
    }
}
