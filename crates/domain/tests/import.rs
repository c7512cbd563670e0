//! Importing: the spec's cases P3-E1 to P3-E6, real files with their dirt, and files that are no files.
#![allow(clippy::unwrap_used, missing_docs)]

mod desk;

use chrono::NaiveDate;
use desk::{Desk, counts_add_up};
use kehu_domain::book::SYSTEM;
use kehu_domain::change::Act;
use kehu_domain::dictionary::Dictionary;
use kehu_domain::field_text::ProblemCode;
use kehu_domain::import::*;
use kehu_domain::key::Key;
use kehu_domain::kind::{self, BATCH, CONTACT, CUSTOMER, ORDER};
use kehu_domain::snapshot;
use kehu_domain::text::Lang;
use kehu_domain::value::Value;
use proptest::prelude::*;

const HEAD: &[u8] = include_bytes!("data/customers-head.csv");
const DIRTY: &[u8] = include_bytes!("data/customers-gb18030.csv");
const ORDERS: &[u8] = include_bytes!("data/orders-sample.csv");

fn proposal(headers: &[&str]) -> Proposal {
    let headers: Vec<String> = headers.iter().map(|header| (*header).to_owned()).collect();
    Proposal::new(Dictionary::built_in(), CUSTOMER, &headers, &[]).unwrap()
}

fn target(kind: Key, field: Key) -> Target {
    Target { kind, field }
}

#[test]
fn p3_e1_the_order_of_columns_does_not_matter() {
    let (mut one, mut other) = (Desk::new(), Desk::new());
    one.import(
        CUSTOMER,
        "客户名称,联系人,手机\n甲,赵一,13800138000\n乙,钱二,13800138001\n丙,孙三,13800138002\n".as_bytes(),
    );
    other.import(
        CUSTOMER,
        "手机,客户名称,联系人\n138 0013 8000,甲,赵一\n13800138001,乙,钱二\n+86 13800138002,丙,孙三\n".as_bytes(),
    );
    assert_eq!(one.said(CUSTOMER).len(), 3);
    assert_eq!(one.said(CUSTOMER), other.said(CUSTOMER));
    assert_eq!(one.said(CONTACT), other.said(CONTACT));
}

#[test]
fn p3_e2_a_decorated_heading_is_recognised() {
    let proposal = proposal(&["客户名称*（必填）", "手 机：", "ＴＥＬ"]);
    assert_eq!(proposal.columns[0].proposed, Some(target(CUSTOMER, kind::NAME)));
    assert_eq!(proposal.columns[1].proposed, Some(target(CONTACT, kind::MOBILE)));
    assert_eq!(proposal.columns[2].proposed, Some(target(CONTACT, kind::PHONE)));
}

#[test]
fn p3_e3_two_columns_for_one_field_need_a_choice() {
    let mut proposal = proposal(&["客户名称", "手机", "移动电话"]);
    let mobile = target(CONTACT, kind::MOBILE);
    assert_eq!(proposal.mapping(), Err(vec![MappingProblem::Clash { target: mobile, columns: vec![1, 2] }]));
    proposal.choose(2, Use::Ignore);
    assert!(proposal.mapping().is_ok());
}

#[test]
fn p3_e4_without_a_name_column_nothing_is_committed() {
    let missing = MappingProblem::Missing { target: target(CUSTOMER, kind::NAME) };
    assert_eq!(proposal(&["联系人", "手机"]).mapping(), Err(vec![missing]));
}

#[test]
fn p3_e5_the_same_file_again_creates_nothing() {
    for file in [HEAD, DIRTY, "客户名称,手机\n甲,13800138000\n甲,13800138000\n乙,13800138000\n乙,\n".as_bytes()]
    {
        let mut desk = Desk::new();
        let (first, _) = desk.import(CUSTOMER, file);
        assert!(first.new > 0);
        let before = snapshot::write("w", &desk.book.changes());
        let (again, act) = desk.import(CUSTOMER, file);
        assert_eq!((again.new, again.changed, again.doubles), (0, 0, 0), "{again:?}");
        assert_eq!((again.same, again.refused), (first.rows - first.refused, first.refused));
        assert_eq!(act, None);
        assert_eq!(snapshot::write("w", &desk.book.changes()), before);
    }
}

#[test]
fn p3_e6_undo_removes_what_nobody_touched_since() {
    let mut desk = Desk::new();
    let (_, act) = desk.import(CUSTOMER, "客户编号,客户名称\nA1,甲\nA2,乙\nA3,丙\n".as_bytes());
    let edited = desk.customer("A2").id;
    desk.wall += 1_000;
    let mut edit = Act::begin(&mut desk.clock, desk.wall, SYSTEM);
    edit.set(&desk.book, CUSTOMER, edited, kind::REMARK, "改过".into());
    edit.finish().into_iter().for_each(|change| assert!(desk.book.insert(change)));
    let mut undo = Act::begin(&mut desk.clock, desk.wall + 1, SYSTEM);
    let undone = desk.book.undo(act.unwrap(), &mut undo);
    undo.finish().into_iter().for_each(|change| assert!(desk.book.insert(change)));
    assert_eq!(undone.kept, [edited]);
    let removed = undone.restored.iter().filter(|id| desk.book.get(**id).unwrap().kind == CUSTOMER).count();
    assert_eq!(removed, 2);
    assert_eq!(desk.said(CUSTOMER).len(), 1);
    assert_eq!(desk.book.of_kind(BATCH).count(), 0);
}

#[test]
fn a_real_file_becomes_customers_and_contacts() {
    let mut desk = Desk::new();
    let importer = desk.look(CUSTOMER, HEAD);
    counts_add_up(importer.counts());
    let (counts, _) = desk.import(CUSTOMER, HEAD);
    let customers = desk.book.of_kind(CUSTOMER).count();
    assert_eq!(customers, (counts.new + counts.doubles) as usize);
    let first = desk.customer("KH00001");
    assert_eq!(first.text(kind::NAME), "北京商东有限公司");
    assert_eq!(first.get(kind::STATED_SALES), &Value::Int(128_928_269));
    assert_eq!(first.text(kind::LAST_CONTACT), "2026-03-10");
    assert_eq!(first.text(kind::REGION), "110108");
    assert_eq!(first.text(kind::STAGE), "active");
    assert_eq!(first.get(kind::TAGS), &Value::List(vec!["导入-20261124-1".into()]));
    let contact = desk.book.of_kind(CONTACT).find(|c| c.reference(kind::CUSTOMER_REF) == Some(first.id)).unwrap();
    assert_eq!(contact.text(kind::NAME), "钱子勇");
    assert_eq!(contact.text(kind::MOBILE), "13551485722");
    assert_eq!(contact.text(kind::BIRTHDAY), "1999-10-18");
    let batch = desk.book.of_kind(BATCH).next().unwrap();
    assert_eq!(batch.get(Key::of("new")), &Value::Int(i64::from(counts.new)));
}

#[test]
fn every_bad_row_is_named_with_its_reason() {
    let desk = Desk::new();
    let importer = desk.look(CUSTOMER, DIRTY);
    counts_add_up(importer.counts());
    let refused: Vec<(u32, &str, Option<ProblemCode>)> = importer
        .reports()
        .iter()
        .filter_map(|report| match &report.outcome {
            Outcome::Refused(refusals) => {
                let code = if let Reason::Cell(problem) = &refusals[0].reason { Some(problem.code) } else { None };
                Some((report.row, refusals[0].header.as_ref(), code))
            }
            _ => None,
        })
        .collect();
    assert_eq!(
        refused,
        [
            (5, "客户名称", None),
            (6, "年采购额", Some(ProblemCode::NotANumber)),
            (7, "上次回访", Some(ProblemCode::NoSuchDay)),
            (8, "手机", Some(ProblemCode::NotAPhone)),
            (9, "统一社会信用代码", Some(ProblemCode::CheckDigit)),
            (13, "", None),
        ]
    );
    assert_eq!(importer.counts().rows, 12);
}

#[test]
fn bad_cells_can_be_left_out_unless_they_are_mandatory() {
    let desk = Desk::new();
    let mut importer = desk.importer(CUSTOMER, DIRTY, Options { bad_cells: BadCell::DropCell, ..desk.options() });
    let counts = importer.dry_run(&desk.book).unwrap();
    assert_eq!(counts.refused, 2);
    assert_eq!(importer.reports().iter().filter(|report| !report.dropped.is_empty()).count(), 4);
}

#[test]
fn likely_doubles_are_shown_and_decided() {
    let mut desk = Desk::new();
    let mut importer = desk.look(CUSTOMER, DIRTY);
    let doubles: Vec<(u32, Twin, bool, Decision)> = importer
        .reports()
        .iter()
        .filter_map(|report| match &report.outcome {
            Outcome::Double { of, is_certain, decision } => Some((report.row, of[0], *is_certain, *decision)),
            _ => None,
        })
        .collect();
    assert_eq!(
        doubles,
        [
            (10, Twin { who: Who::Row(2), why: Why::Uscc }, true, Decision::Merge),
            (11, Twin { who: Who::Row(3), why: Why::NameAndPhone }, true, Decision::Merge),
            (12, Twin { who: Who::Row(4), why: Why::Phone }, false, Decision::New),
        ]
    );
    let mut options = importer.options().clone();
    options.decisions.rows.insert(10, Decision::New);
    options.decisions.rows.insert(12, Decision::Skip);
    importer.restart(options);
    importer.dry_run(&desk.book).unwrap();
    desk.commit(&mut importer);
    let mut codes: Vec<&str> = desk.book.of_kind(CUSTOMER).map(|record| record.text(kind::CODE)).collect();
    codes.sort_unstable();
    assert_eq!(codes, ["KH90001", "KH90002", "KH90003", "KH90009"]);
    assert_eq!(desk.customer("KH90002").get(OTHER_CODES), &Value::List(vec!["KH90010".into()]));
    // The merged row filled what was empty, and replaced nothing.
    assert_eq!(desk.customer("KH90002").text(kind::STAGE), "prospect");
}

#[test]
fn an_unknown_industry_becomes_a_new_choice() {
    let mut desk = Desk::new();
    let mut importer = desk.look(CUSTOMER, DIRTY);
    assert_eq!(importer.new_choices().collect::<Vec<_>>(), [(kind::INDUSTRY, "宠物服务")]);
    desk.commit(&mut importer);
    assert_eq!(desk.customer("KH90003").text(kind::INDUSTRY), "宠物服务");
    assert!(desk.dictionary().group(kind::INDUSTRY).unwrap().find("宠物服务").is_some());
    assert_eq!(desk.look(CUSTOMER, DIRTY).new_choices().count(), 0);
    let stage = desk.look(CUSTOMER, "客户名称,阶段\n甲,犹豫\n".as_bytes());
    assert_eq!(stage.counts().refused, 1);
}

#[test]
fn refused_rows_come_back_as_they_were() {
    let mut desk = Desk::new();
    let file =
        "客户名称,手机,备注\n甲,123,=1+1\n乙,13800138000,=2+2\n丙,456,\"多行,\n备注\"\n,,+x\n丁,789,-5\n".as_bytes();
    let mut importer = desk.look(CUSTOMER, file);
    let back = importer.refused_csv(Lang::Zh);
    let text = String::from_utf8(back.clone()).unwrap();
    assert!(text.starts_with("\u{feff}客户名称,手机,备注,退回原因\n甲,123,'=1+1,"), "{text}");
    assert!(text.contains("“123”不是手机或固定电话号码"), "{text}");
    assert!(text.contains(",789,-5,"), "{text}");
    // Mended, they bring the very values; and the reason is written once.
    let mended = text.replace("123", "13800138001").replace("456", "13800138002").replace("789", "");
    let mut again = desk.look(CUSTOMER, mended.as_bytes());
    assert_eq!((again.counts().new, again.counts().refused), (3, 1));
    assert_eq!(String::from_utf8(again.refused_csv(Lang::En)).unwrap().matches("refused").count(), 1);
    desk.commit(&mut again);
    let remarks: Vec<&str> = desk.book.of_kind(CUSTOMER).map(|record| record.text(kind::REMARK)).collect();
    assert_eq!(remarks, ["=1+1", "多行,\n备注", "-5"]);
}

#[test]
fn orders_find_their_customers_by_code_and_alias() {
    let mut desk = Desk::new();
    desk.import(CUSTOMER, DIRTY);
    let importer = desk.look(ORDER, ORDERS);
    assert_eq!((importer.counts().new, importer.counts().refused), (3, 1));
    let Outcome::Refused(refusals) = &importer.reports()[2].outcome else { panic!("row 4 names no customer") };
    let Reason::Cell(problem) = &refusals[0].reason else { panic!("the cell is at fault") };
    assert_eq!((problem.code, problem.text.as_ref()), (ProblemCode::UnknownRecord, "KH00000"));
    desk.import(ORDER, ORDERS);
    let of = |code: &str| desk.book.of_kind(ORDER).find(|order| order.text(kind::CODE) == code).unwrap();
    assert_eq!(of("DD2").reference(kind::CUSTOMER_REF), Some(desk.customer("KH90001").id));
    assert_eq!(of("DD4").get(kind::AMOUNT), &Value::Int(-500));
    assert_eq!(desk.look(ORDER, ORDERS).counts().same, 3);
}

#[test]
fn a_later_file_changes_what_differs() {
    let mut desk = Desk::new();
    desk.import(CUSTOMER, "客户编号,客户名称,阶段,联系人,手机\nA1,甲,线索,赵一,13800138000\n".as_bytes());
    let later = "客户编号,客户名称,阶段,联系人,手机,标签\nA1,甲,在用,赵一,13800138009,重点\n".as_bytes();
    let importer = desk.look(CUSTOMER, later);
    let Outcome::Changed(changes) = &importer.reports()[0].outcome else { panic!("the row changes something") };
    let change = |kind, field, before: &str, after: &str| FieldChange {
        target: target(kind, field),
        before: before.into(),
        after: after.into(),
    };
    assert_eq!(changes[0], change(CUSTOMER, kind::STAGE, "lead", "active"));
    assert_eq!(changes[2], change(CONTACT, kind::MOBILE, "13800138000", "13800138009"));
    desk.import(CUSTOMER, later);
    assert_eq!(desk.said(CUSTOMER).len(), 1);
    assert_eq!(desk.said(CONTACT).len(), 1);
    assert_eq!(desk.customer("A1").get(kind::TAGS).items().len(), 3);
}

#[test]
fn a_code_that_stands_twice_with_other_words_is_refused() {
    let desk = Desk::new();
    let file = "客户编号,客户名称,联系人,手机\nA1,甲,赵一,13800138000\nA1,甲,钱二,13800138001\nA1,乙,,\n".as_bytes();
    let importer = desk.look(CUSTOMER, file);
    let counts = importer.counts();
    assert_eq!((counts.new, counts.changed, counts.refused), (1, 1, 1));
    let Outcome::Refused(refusals) = &importer.reports()[2].outcome else { panic!("row 4 contradicts row 2") };
    assert_eq!(refusals[0].reason, Reason::RepeatedCode { row: 2 });
}

#[test]
fn a_column_can_become_a_custom_field() {
    let mut desk = Desk::new();
    let file = "客户名称,停车位\n甲,两个\n".as_bytes();
    let dictionary = desk.dictionary();
    let mut table = Opening::read(file.to_vec()).unwrap();
    Importer::find_header(&dictionary, CUSTOMER, &mut table).unwrap();
    let mut proposal = Proposal::new(&dictionary, CUSTOMER, table.headers(), &[]).unwrap();
    proposal.choose(1, Use::Custom("停车位".into()));
    let mut importer = Importer::new(table, &proposal.mapping().unwrap(), desk.options(), dictionary).unwrap();
    importer.dry_run(&desk.book).unwrap();
    desk.commit(&mut importer);
    let customer = desk.book.of_kind(CUSTOMER).next().unwrap();
    assert_eq!(customer.text(Key::of("c_tingchewei")), "两个");
    assert_eq!(desk.look(CUSTOMER, file).counts().same, 1);
    // A profile that remembers the decision finds the field it made.
    let mut table = Opening::read(file.to_vec()).unwrap();
    let dictionary = desk.dictionary();
    Importer::find_header(&dictionary, CUSTOMER, &mut table).unwrap();
    let again = Proposal::new(&dictionary, CUSTOMER, table.headers(), &[proposal.profile()]).unwrap();
    let mut importer = Importer::new(table, &again.mapping().unwrap(), desk.options(), dictionary).unwrap();
    assert_eq!(importer.dry_run(&desk.book).unwrap().same, 1);
}

#[test]
fn a_double_of_a_record_can_be_merged_into_it() {
    let mut desk = Desk::new();
    desk.import(CUSTOMER, "客户名称,联系人,手机\n甲,赵一,13800138000\n".as_bytes());
    let known = desk.book.of_kind(CUSTOMER).next().unwrap().id;
    let later = "客户名称,简称,联系人,手机,职务\n甲公司,甲,赵一,13800138000,经理\n".as_bytes();
    let mut importer = desk.look(CUSTOMER, later);
    let of = vec![Twin { who: Who::Record(known), why: Why::Phone }];
    let expected = Outcome::Double { of, is_certain: false, decision: Decision::New };
    assert_eq!(importer.reports()[0].outcome, expected);
    let mut options = importer.options().clone();
    options.decisions.suspected = Decision::Merge;
    importer.restart(options);
    importer.dry_run(&desk.book).unwrap();
    desk.commit(&mut importer);
    assert_eq!(desk.said(CUSTOMER).len(), 1);
    assert_eq!(desk.said(CONTACT).len(), 1);
    let customer = desk.book.get(known).unwrap();
    assert_eq!((customer.text(kind::NAME), customer.text(kind::SHORT_NAME)), ("甲公司", "甲"));
    assert_eq!(desk.look(CUSTOMER, later).counts().same, 1);
}

#[test]
fn a_profile_is_found_by_the_set_of_headings() {
    let mut first = proposal(&["客户名称", "手机", "移动电话"]);
    first.choose(1, Use::Ignore);
    let json = serde_json::to_string(&first.profile()).unwrap();
    let profile: Profile = serde_json::from_str(&json).unwrap();
    let headers = ["移动电话 ", "客户名称*", "手机"].map(str::to_owned);
    let again = Proposal::new(Dictionary::built_in(), CUSTOMER, &headers, &[profile]).unwrap();
    assert_eq!(again.columns[2].decided, Use::Ignore);
    assert!(again.columns.iter().all(|column| column.by == Match::Profile));
    assert!(again.mapping().is_ok());
}

#[test]
fn a_likely_heading_is_only_suggested() {
    let column = &proposal(&["客户名称", "常用邮箱"]).columns[1];
    assert_eq!(column.proposed, Some(target(CONTACT, kind::EMAIL)));
    assert_eq!((column.by, &column.decided), (Match::Suggested { shared: 2 }, &Use::Ignore));
}

#[test]
fn encodings_and_separators_are_recognised() {
    let text = "客户名称;手机\r\n甲公司;13800138000\r\n";
    let wide: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let marked = [b"\xEF\xBB\xBF", text.as_bytes()].concat();
    for (bytes, encoding) in [
        (text.as_bytes().to_vec(), Encoding::Utf8),
        (marked, Encoding::Utf8),
        (wide, Encoding::Utf16Le),
        (
            text.encode_utf16().fold(vec![0xFE, 0xFF], |all, unit| [all, unit.to_be_bytes().to_vec()].concat()),
            Encoding::Utf16Be,
        ),
    ] {
        let table = Opening::read(bytes).unwrap();
        assert_eq!((table.encoding, table.delimiter), (encoding, ';'));
        assert_eq!(table.headers(), ["客户名称", "手机"]);
    }
    let table = Opening::read(DIRTY.to_vec()).unwrap();
    assert_eq!((table.encoding, table.delimiter), (Encoding::Gb18030, ','));
    assert_eq!(Opening::read("a\tb,c\n1\t2\n".into()).unwrap().delimiter, '\t');
}

#[test]
fn what_is_no_table_is_refused_kindly() {
    let refused = |bytes: &[u8]| Opening::read(bytes.to_vec()).err();
    assert_eq!(refused(b""), Some(ImportError::Empty));
    assert_eq!(refused(b"\xEF\xBB\xBF \r\n"), Some(ImportError::Empty));
    assert_eq!(refused(b"PK\x03\x04rest"), Some(ImportError::Workbook));
    assert_eq!(refused(b"name\n\0\0\0\n"), Some(ImportError::NotText));
    assert_eq!(refused(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xff"), Some(ImportError::NotText));
    assert!(matches!(refused(b"name,phone\n\xff\xff\xff,1\n"), Some(ImportError::WrongEncoding { at: 11 })));
    assert_eq!(refused(&b"\x01\x02\x03\x04\x05".repeat(20)), Some(ImportError::NotText));
    assert_eq!(refused(&b",".repeat(2_000)), Some(ImportError::TooManyColumns { columns: 2_001 }));
    let mut table = Opening::read(b"x,y\n1,2\n".to_vec()).unwrap();
    let none = Importer::find_header(Dictionary::built_in(), CUSTOMER, &mut table);
    assert_eq!(none, Err(ImportError::NoHeader));
}

#[test]
fn the_bad_byte_is_counted_from_the_start_of_the_file() {
    let text = "客户名称,手机\n甲公司,1\n";
    let marked = [b"\xEF\xBB\xBF", text.as_bytes(), b"\xe4\xb9"].concat();
    let unmarked = [&encoding_rs::GB18030.encode(text).0, &b"\x81\x30\x81,1\n"[..]].concat();
    for (bytes, at) in [(&marked, marked.len() - 2), (&unmarked, unmarked.len() - 6)] {
        for slice in 1..=9 {
            let mut opening = Opening::new(bytes.clone(), encoding::gb18030).unwrap();
            let problem = loop {
                match opening.step(slice) {
                    Ok(is_more) => assert!(is_more, "the last character is bad"),
                    Err(problem) => break problem,
                }
            };
            assert_eq!(problem, ImportError::WrongEncoding { at });
        }
    }
}

#[test]
fn rows_are_numbered_as_a_spreadsheet_does() {
    let file = "客户表\r\n\r\n客户名称,手机,备注\r\n甲,1,\"a\r\nb\"\r\n\r\n乙,2,\r\n,,\r\n丙,3,\r\n";
    for file in [file.to_owned(), file.replace("\r\n", "\n")] {
        let importer = Desk::new().look(CUSTOMER, file.as_bytes());
        assert_eq!(importer.reports().iter().map(|report| report.row).collect::<Vec<_>>(), [4, 6, 8]);
    }
}

#[test]
fn the_kind_is_guessed_from_the_headings() {
    let guess =
        |headers: &str| guess_kind(Dictionary::built_in(), &headers.split(',').map(str::to_owned).collect::<Vec<_>>());
    assert_eq!(guess("订单号,客户编号,日期,金额,毛利,退货金额"), Some(ORDER));
    assert_eq!(guess("行业,联系人,区域,来源,上次回访,客户名称"), Some(CUSTOMER));
    assert_eq!(guess("工号,姓名,部门"), Some(kind::STAFF));
    assert_eq!(guess("x,y"), None);
}

#[test]
fn rows_without_codes_are_counted_not_united() {
    let mut desk = Desk::new();
    desk.import(CUSTOMER, "客户编号,客户名称\nA1,甲\n".as_bytes());
    let orders = "客户编号,日期,金额\nA1,2026-01-01,5\nA1,2026-01-01,5\n".as_bytes();
    assert_eq!(desk.import(ORDER, orders).0.new, 2);
    assert_eq!(desk.import(ORDER, orders).0.same, 2);
}

#[test]
fn a_small_slice_does_what_a_large_one_does() {
    let desk = Desk::new();
    let whole = desk.look(CUSTOMER, DIRTY);
    let mut sliced = desk.importer(CUSTOMER, DIRTY, desk.options());
    let mut last = 0;
    loop {
        let progress = sliced.step(&desk.book, 1).unwrap();
        assert!(progress.done >= last && progress.done <= progress.total);
        last = progress.done;
        if progress.is_finished {
            break;
        }
    }
    assert_eq!(sliced.reports(), whole.reports());
    let mut opening = Opening::new(DIRTY.to_vec(), encoding::gb18030).unwrap();
    while opening.step(3).unwrap() {}
    assert_eq!(opening.finish().unwrap().headers(), whole.headers());
}

/// Bytes that may be a table: noise, or a table with some bytes changed.
fn files() -> impl Strategy<Value = Vec<u8>> {
    let broken =
        (0..DIRTY.len(), prop::collection::vec((0..DIRTY.len(), any::<u8>()), 0..8)).prop_map(|(end, hits)| {
            let mut bytes = DIRTY.to_vec();
            hits.into_iter().for_each(|(place, byte)| bytes[place] = byte);
            bytes.truncate(end + 1);
            bytes
        });
    let texts =
        "(客户名称|手机|生日|年采购额)([,\"\n](客户名称|手机|'?=1|\"|L08|1.2万|2026-02-30|\r|\n|[0-9]{1,6}|一)){0,30}";
    prop_oneof![prop::collection::vec(any::<u8>(), 0..400), broken, texts.prop_map(String::into_bytes)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_bytes_break_an_import(bytes in files(), drops in any::<bool>()) {
        let mut desk = Desk::new();
        let dictionary = desk.dictionary();
        let Ok(mut table) = Opening::read(bytes.clone()) else { return Ok(()) };
        let _ = Importer::find_header(&dictionary, CUSTOMER, &mut table);
        let mut proposal = Proposal::new(&dictionary, CUSTOMER, table.headers(), &[]).unwrap();
        for place in 0..proposal.columns.len() {
            let is_doubled = matches!(&proposal.mapping(), Err(problems) if problems.iter().any(
                |problem| matches!(problem, MappingProblem::Clash { columns, .. } if columns.contains(&place))
            ));
            if is_doubled {
                proposal.choose(place, Use::Ignore);
            }
        }
        let Ok(mapping) = proposal.mapping() else { return Ok(()) };
        let bad_cells = if drops { BadCell::DropCell } else { BadCell::RefuseRow };
        let options = Options { bad_cells, ..desk.options() };
        let mut importer = Importer::new(table, &mapping, options.clone(), dictionary).unwrap();
        let counts = importer.dry_run(&desk.book).unwrap();
        counts_add_up(counts);
        prop_assert_eq!(importer.reports().len(), counts.rows as usize);
        let _ = importer.refused_csv(Lang::En);
        desk.commit(&mut importer);
        // P3-E5 holds for any file.
        let mut table = Opening::read(bytes).unwrap();
        let _ = Importer::find_header(&desk.dictionary(), CUSTOMER, &mut table);
        let mut again = Importer::new(table, &mapping, options, desk.dictionary()).unwrap();
        let repeated = again.dry_run(&desk.book).unwrap();
        prop_assert_eq!((repeated.new, repeated.changed), (0, 0));
    }

    #[test]
    fn a_guarded_cell_is_read_back(cell in "'{0,2}[=+\\-@\t＝]{0,2}[0-9a-z,.=]{0,6}") {
        // What is read counts: a cell that came guarded says the same when it is written again.
        let said = unguarded(&cell).to_owned();
        let written = guarded(&cell).into_owned();
        prop_assert_eq!(unguarded(&written), said);
        let exact = guarded_text(&cell).into_owned();
        prop_assert_eq!(unguarded(&exact), cell.as_str());
    }
}

/// The demo company, exported kind by kind in both languages, comes back as what is there already.
#[test]
fn what_was_exported_is_the_same_when_it_comes_back() {
    let today = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
    let mut desk = Desk::new();
    for change in kehu_domain::demo::company(1, 60, today, 1_795_000_000_000) {
        desk.book.insert(change);
    }
    for kind in [CUSTOMER, CONTACT, ORDER, kind::RECEIVABLE, kind::AGREEMENT] {
        for lang in [Lang::Zh, Lang::En] {
            let ids = kehu_domain::export::all_of(&desk.book, kind);
            let sheet = kehu_domain::export::records(&desk.book, &desk.dictionary(), kind, &ids, lang).unwrap();
            assert_eq!(sheet.rows.len(), ids.len());
            if ids.is_empty() {
                continue;
            }
            let importer = desk.look(kind, &sheet.csv(true));
            let counts = importer.counts();
            let all = ids.len() as u32;
            assert_eq!((counts.rows, counts.same), (all, all), "{kind} {lang:?}: {counts:?}");
        }
    }
}
