//! Where rows come from: texts in every encoding, sheets, JSON; and files made to break an import.
#![allow(clippy::unwrap_used, missing_docs)]

mod desk;

use desk::Desk;
use kehu_domain::import::file::{MAX_COLUMNS, MAX_LINE_BYTES, RowWriter};
use kehu_domain::import::*;
use kehu_domain::kind::{self, CUSTOMER};
use kehu_domain::value::Value;

fn refused(bytes: impl Into<Vec<u8>>) -> ImportError {
    Opening::read(bytes.into()).err().unwrap()
}

fn of_table(desk: &Desk, mut table: Table) -> Importer {
    let dictionary = desk.dictionary();
    Importer::find_header(&dictionary, CUSTOMER, &mut table).unwrap();
    let mapping = Proposal::new(&dictionary, CUSTOMER, table.headers(), &[]).unwrap().mapping().unwrap();
    let mut importer = Importer::new(table, &mapping, desk.options(), dictionary).unwrap();
    importer.dry_run(&desk.book).unwrap();
    importer
}

fn rows(importer: &Importer) -> Vec<u32> {
    importer.reports().iter().map(|report| report.row).collect()
}

#[test]
fn utf_16_is_read_with_and_without_a_mark() {
    let text = "客户名称,手机\r\n甲公司,13800138000\r\n";
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for (mark, bytes, encoding) in [
        (vec![], &little, Encoding::Utf16Le),
        (vec![0xFF, 0xFE], &little, Encoding::Utf16Le),
        (vec![], &big, Encoding::Utf16Be),
        (vec![0xFE, 0xFF], &big, Encoding::Utf16Be),
    ] {
        let table = Opening::read([mark, bytes.clone()].concat()).unwrap();
        assert_eq!(table.encoding, encoding);
        assert_eq!(table.headers(), ["客户名称", "手机"]);
        assert_eq!(of_table(&Desk::new(), table).counts().new, 1);
    }
}

#[test]
fn a_sheet_is_a_table_with_the_rows_it_counts() {
    let sheet: Vec<Vec<&str>> = vec![
        vec!["客户一览"],
        vec![],
        vec!["客户名称", "手机", "备注", "成立日期"],
        vec!["甲", "13800138000", "两行\n\"引号\",逗号", "2026-01-02"],
        vec!["", "", ""],
        vec!["乙", "13800138001", "'=1+1"],
        vec!["丙", "", "", "", "", ""],
        vec!["丁", "", "", "", "旁注"],
    ];
    let mut desk = Desk::new();
    let mut importer = of_table(&desk, Table::of_rows(&sheet).unwrap());
    assert_eq!(rows(&importer), [4, 6, 7, 8]);
    assert_eq!((importer.counts().new, importer.counts().refused), (3, 1));
    let Outcome::Refused(refusals) = &importer.reports()[3].outcome else { panic!("a cell stands outside") };
    assert_eq!(refusals[0].reason, Reason::Ragged { expected: 4, found: 5 });
    desk.commit(&mut importer);
    let first = desk.book.of_kind(CUSTOMER).next().unwrap();
    assert_eq!(first.text(kind::REMARK), "两行\n\"引号\",逗号");
    let remarks: Vec<&str> = desk.book.of_kind(CUSTOMER).map(|record| record.text(kind::REMARK)).collect();
    assert!(remarks.contains(&"'=1+1"), "an apostrophe that stands in the sheet is no guard: {remarks:?}");
    let mut writer = RowWriter::new(Origin::Sheet);
    writer.push(&["客户名称"]).unwrap();
    writer.skip_to(4);
    writer.push(&["甲"]).unwrap();
    assert_eq!(rows(&of_table(&Desk::new(), writer.finish().unwrap())), [4]);
}

#[test]
fn a_sheet_out_of_all_proportion_is_refused() {
    let wide = vec![vec!["x"; MAX_COLUMNS + 1]];
    assert!(matches!(Table::of_rows(wide), Err(ImportError::TooManyColumns { columns: 1_001 })));
    assert!(matches!(Table::of_rows([["a"], ["\0"]]), Err(ImportError::NulCharacter { row: 2 })));
    assert!(matches!(Table::of_rows([[""], [""]]), Err(ImportError::Empty)));
    let mut writer = RowWriter::new(Origin::Sheet);
    let long = "x".repeat(50 * 1024 * 1024);
    let problem = (0..5).find_map(|_| writer.push(&[&long]).err()).unwrap();
    assert!(matches!(problem, ImportError::TooLarge { .. }));
}

#[test]
fn records_in_json_are_rows_and_their_fields_columns() {
    let list = r#"[
        {"客户名称": "甲", "手机": 13800138000, "标签": ["重点", "华北"], "年采购额": 1234567.80},
        {"客户名称": "乙", "行业": null, "谢绝来电": true, "成立日期": "2026-01-02"}
    ]"#;
    let lines = "{\"客户名称\":\"甲\",\"手机\":13800138000,\"标签\":[\"重点\",\"华北\"],\"年采购额\":1234567.80}\n\n{\"客户名称\":\"乙\",\"行业\":null,\"谢绝来电\":true,\"成立日期\":\"2026-01-02\"}\n";
    for text in [list, lines] {
        let mut desk = Desk::new();
        let table = Opening::read(text.into()).unwrap();
        assert_eq!(table.origin, Origin::Json);
        assert_eq!(table.headers(), ["客户名称", "手机", "标签", "年采购额", "行业", "谢绝来电", "成立日期"]);
        let mut importer = of_table(&desk, table);
        assert_eq!(rows(&importer), [2, 3]);
        assert_eq!(importer.counts().new, 2, "{:?}", importer.reports());
        desk.commit(&mut importer);
        let first = desk.book.of_kind(CUSTOMER).next().unwrap();
        assert_eq!(first.get(kind::STATED_SALES), &Value::Int(123_456_780));
        assert_eq!(first.get(kind::TAGS).items().len(), 3);
    }
}

#[test]
fn json_that_is_no_list_of_records_is_refused_with_its_place() {
    let nested = |row: u32, field: &str| ImportError::NestedJson { row, field: field.into() };
    assert_eq!(refused(r#"[{"name":"a"},{"name":{"zh":"甲"}}]"#), nested(3, "name"));
    assert_eq!(refused(r#"[{"name":"a"}, 7]"#), nested(3, ""));
    assert_eq!(refused(r#"{"data":[{"name":"a"}]}"#), nested(2, "data"));
    assert_eq!(refused("[]"), ImportError::Empty);
    assert_eq!(refused("[{\"name\":\"a\"},\n{\"name\":}]"), ImportError::BrokenJson { line: 2, column: 9 });
    assert_eq!(refused("[{\"name\":\"a\"}"), ImportError::BrokenJson { line: 1, column: 13 });
    assert_eq!(refused("[{\"name\":\"a\"}] x"), ImportError::BrokenJson { line: 1, column: 16 });
    assert_eq!(refused(r#"{"format":"kehu-snapshot","version":1}"#), ImportError::Backup);
    // A lone half of a surrogate pair is no character.
    assert_eq!(
        refused("[{\"name\":\"a\"},\n {\"name\":\"\\ud800\"}]"),
        ImportError::BrokenJson { line: 2, column: 17 }
    );
    assert_eq!(refused("[{\"\\udc00\":\"a\"}]"), ImportError::BrokenJson { line: 1, column: 9 });
    assert_eq!(refused("[{\"name\":\"a\\u0000\"}]"), ImportError::NulCharacter { row: 2 });
    let wide: Vec<String> = (0..=MAX_COLUMNS).map(|n| format!("\"f{n}\":1")).collect();
    assert_eq!(refused(format!("[{{{}}}]", wide.join(","))), ImportError::TooManyColumns { columns: 1_001 });
}

#[test]
fn nesting_a_hundred_thousand_deep_is_refused() {
    let deep = 100_000;
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let whole = format!("{}1{}", open.repeat(deep), close.repeat(deep));
        assert!(matches!(refused(whole), ImportError::NestedJson { row: 2, .. }));
        assert!(matches!(refused(open.repeat(deep)), ImportError::BrokenJson { .. }));
        let inside = format!("[{{\"name\":{}1{}}}]", open.repeat(deep), close.repeat(deep));
        assert!(matches!(refused(inside), ImportError::NestedJson { row: 2, .. }));
    }
}

#[test]
fn a_text_without_line_breaks_is_refused() {
    assert_eq!(refused(vec![b'x'; MAX_LINE_BYTES + 1]), ImportError::LineTooLong { row: 1 });
    assert_eq!(refused(b"a,".repeat(MAX_LINE_BYTES / 2 + 1)), ImportError::LineTooLong { row: 1 });
    let late = [b"name,phone\r\nx,1\r\n".to_vec(), vec![b'y'; MAX_LINE_BYTES + 1], b"\nz,2\n".to_vec()].concat();
    assert_eq!(refused(late), ImportError::LineTooLong { row: 3 });
    let mut opening = Opening::new(vec![b'x'; 2 * MAX_LINE_BYTES], encoding::gb18030).unwrap();
    let mut steps = 0;
    while opening.step(1 << 16).is_ok() {
        steps += 1;
    }
    assert_eq!(steps, MAX_LINE_BYTES >> 16, "given up as soon as the line is too long");
}

#[test]
fn a_huge_cell_costs_its_own_row_only() {
    let file = format!("客户名称,备注\n甲,{}\n乙,好\n", "长".repeat(3_500_000));
    let importer = Desk::new().look(CUSTOMER, file.as_bytes());
    assert_eq!((importer.counts().new, importer.counts().refused), (1, 1));
    let Outcome::Refused(refusals) = &importer.reports()[0].outcome else { panic!("10 MB in a cell") };
    assert_eq!(refusals[0].reason, Reason::CellTooLarge);
}

#[test]
fn nuls_and_repeated_headings_are_named() {
    assert_eq!(refused("客户名称,手机\n甲\0,1\n"), ImportError::NotText);
    let headers = ["客户名称", "客户名称", "备注"].map(str::to_owned);
    let proposal = Proposal::new(Desk::new().dictionary().as_ref(), CUSTOMER, &headers, &[]).unwrap();
    let target = Target { kind: CUSTOMER, field: kind::NAME };
    assert_eq!(proposal.mapping(), Err(vec![MappingProblem::Clash { target, columns: vec![0, 1] }]));
}

#[test]
fn a_text_that_only_begins_like_json_is_a_table() {
    for text in ["[客户名称],手机\n甲,13800138000\n", "{客户名称},手机\n甲,13800138000\n"] {
        let table = Opening::read(text.into()).unwrap();
        assert_eq!((table.origin, table.headers().len()), (Origin::Text, 2));
    }
}
