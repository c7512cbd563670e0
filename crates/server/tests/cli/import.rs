//! `kehu import`, as the built program: what the app would make of the same file, exit codes, words, hostile files.

use std::sync::Arc;

use crate::stage::{NOW, NOW_MS, Stage};
use chrono::NaiveDate;
use kehu_domain::book::{Book, SYSTEM};
use kehu_domain::change::Act;
use kehu_domain::dictionary::Dictionary;
use kehu_domain::import::{Importer, Opening, Options, Proposal, default_tag, recognise};
use kehu_domain::kind;
use kehu_domain::snapshot;
use kehu_domain::stamp::Clock;

const HEAD: &[u8] = include_bytes!("../../../domain/tests/data/customers-head.csv");
const DIRTY: &[u8] = include_bytes!("../../../domain/tests/data/customers-gb18030.csv");
const ORDERS: &[u8] = include_bytes!("../../../domain/tests/data/orders-sample.csv");

const TWO: &str = "客户编号,客户名称,手机\nK1,厦门蓝屿科技有限公司,13800138000\nK2,杭州晨星食品有限公司,13900139000\n";

fn count(book: &Book, kind: kehu_domain::key::Key) -> usize {
    book.of_kind(kind).count()
}

/// The bytes the app's own steps give for a file, by a clock of `node`.
fn as_the_app_does(bytes: &[u8], file: &str, node: u64) -> Vec<u8> {
    let mut book = Book::new();
    let dictionary = Arc::new(Dictionary::built_in().with_records(&book));
    let mut table = Opening::new(bytes.to_vec(), kehu_domain::import::encoding::gb18030).unwrap();
    while table.step(4_096).unwrap() {}
    let mut table = table.finish().unwrap();
    let (kind, header) = recognise(&dictionary, table.preview()).unwrap();
    table.use_header(header);
    let mapping = Proposal::new(&dictionary, kind, table.headers(), &[]).unwrap().mapping().unwrap();
    let tag = default_tag(&book, NaiveDate::from_ymd_opt(2026, 11, 24).unwrap());
    let options = Options::new(file, tag);
    let mut importer = Importer::new(table, &mapping, options, dictionary).unwrap();
    // In slices, as a page does it.
    while !importer.step(&book, 7).unwrap().is_finished {}
    let mut clock = Clock::new(node);
    let mut act = Act::begin(&mut clock, NOW_MS, SYSTEM);
    while !importer.commit(&book, &mut act, 5).is_finished {}
    for change in act.finish() {
        book.insert(change);
    }
    snapshot::write("", &book.changes())
}

#[test]
fn the_program_and_the_app_make_the_same_bytes() {
    let stage = Stage::new("same");
    for (name, bytes) in [("customers-head.csv", HEAD), ("customers-gb18030.csv", DIRTY)] {
        stage.put(name, bytes);
        let ran = stage.run(&format!("import {name} --now {NOW} --node a1b2c3 -o {name}.json"));
        assert_eq!(ran.code, 1, "{ran:?}");
        assert_eq!(
            stage.text(&format!("{name}.json")),
            String::from_utf8(as_the_app_does(bytes, name, 0xa1b2c3)).unwrap()
        );
    }
}

#[test]
fn the_same_input_gives_the_same_bytes_wherever_it_lies() {
    let (one, other) = (Stage::new("here"), Stage::new("there"));
    one.put("list.csv", TWO);
    std::fs::create_dir(other.path("deep")).unwrap();
    other.put("deep/list.csv", TWO);
    assert_eq!(one.run(&format!("import list.csv --now {NOW} -o a.json")).code, 0);
    assert_eq!(other.run(&format!("import deep/list.csv --now {NOW} -o b.json --json")).code, 0);
    assert_eq!(one.bytes("a.json"), other.bytes("b.json"));
    // Another rule is another import, and its changes are not mistaken for those.
    assert_eq!(one.run(&format!("import list.csv --now {NOW} --tag x -o c.json")).code, 0);
    let node = |name: &str| one.book(name).newest().node();
    assert_ne!(node("a.json"), node("c.json"));
}

#[test]
fn rows_are_refused_by_file_row_and_column_in_both_languages() {
    let stage = Stage::new("refused");
    stage.put(
        "list.csv",
        "客户名称,手机\n厦门蓝屿科技有限公司,13800138000\n杭州晨星食品有限公司,1380013800\n,13900139000\n",
    );
    let ran = stage.run("import list.csv --dry-run");
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("list.csv: Customer, 3 rows: 1 new, 0 changed, 0 same, 2 refused"), "{}", ran.out);
    assert!(ran.out.contains("list.csv: row 3, column 2: “手机”: “1380013800” is neither"), "{}", ran.out);
    assert!(ran.out.contains("list.csv: row 4, column 1: “Customer name” is mandatory but empty"), "{}", ran.out);
    let zh = stage.run("import list.csv --dry-run --lang zh");
    assert!(zh.out.contains("list.csv：第 3 行第 2 列：“手机”"), "{}", zh.out);
    assert_eq!(stage.files(), ["list.csv"], "a dry run writes nothing");
}

#[test]
fn refused_rows_come_back_and_go_in_when_they_are_corrected() {
    let stage = Stage::new("again");
    stage.put("list.csv", "客户名称,手机\n厦门蓝屿科技有限公司,13800138000\n杭州晨星食品有限公司,1390013\n");
    let ran = stage.run(&format!("import list.csv --now {NOW} --refused back.csv -o a.json --lang zh"));
    assert_eq!(ran.code, 1);
    let back = stage.text("back.csv");
    assert_eq!(back.lines().count(), 2);
    assert!(back.contains("退回原因") && back.contains("杭州晨星食品有限公司"), "{back}");
    stage.put("back.csv", back.replace("1390013,", "13900139000,"));
    let ran = stage.run("import back.csv --into a.json --now 2026-11-24T10:30 -o b.json");
    assert_eq!((ran.code, count(&stage.book("b.json"), kind::CUSTOMER)), (0, 2), "{ran:?}");
    assert_eq!(
        stage.book("b.json").of_kind(kind::CONTACT).filter(|it| it.text(kind::MOBILE) == "13900139000").count(),
        1
    );
}

#[test]
fn a_file_twice_changes_nothing_the_second_time() {
    let stage = Stage::new("twice");
    stage.put("list.csv", TWO);
    stage.run(&format!("import list.csv --now {NOW} -o a.json"));
    let ran = stage.run("import list.csv --into a.json --now 2026-11-25T09:00 -o b.json");
    assert_eq!(ran.code, 0);
    assert!(ran.out.contains("0 new, 0 changed, 2 same"), "{}", ran.out);
    assert_eq!(stage.bytes("a.json"), stage.bytes("b.json"));
}

#[test]
fn several_files_meet_one_after_the_other() {
    let stage = Stage::new("several");
    stage.put("customers.csv", HEAD);
    stage.put("orders.csv", ORDERS);
    let ran = stage.run(&format!("import customers.csv orders.csv --now {NOW} --json -o a.json"));
    let reports: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(reports[1]["kind"], "order");
    let book = stage.book("a.json");
    assert_eq!(count(&book, kind::BATCH), reports.as_array().unwrap().iter().filter(|it| it["new"] != 0).count());
    assert_eq!(book.of_kind(kind::ORDER).count() as u64, reports[1]["new"].as_u64().unwrap());
    let adds_up = |it: &serde_json::Value| {
        let sum: u64 =
            ["new", "changed", "same", "refused", "doubles"].iter().map(|key| it[key].as_u64().unwrap()).sum();
        sum == it["rows"].as_u64().unwrap()
    };
    assert!(reports.as_array().unwrap().iter().all(adds_up), "{}", ran.out);
}

#[test]
fn columns_that_are_guessed_wait_for_a_mapping() {
    let stage = Stage::new("map");
    stage.put("list.csv", "客户名称,主要联系手机号,手机,移动电话\n厦门蓝屿科技有限公司,1,13800138000,13900139000\n");
    let ran = stage.run("import list.csv --dry-run");
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("column 3 “手机”, column 4 “移动电话” all go to “Mobile”"), "{}", ran.err);
    stage.put("list.csv", "客户名称,主要联系手机号\n厦门蓝屿科技有限公司,13800138000\n");
    let ran = stage.run("import list.csv --dry-run --save-map map.json");
    assert!(ran.out.contains("column 2 “主要联系手机号” was left out; it may be “Mobile”"), "{}", ran.out);
    let map = stage.text("map.json");
    let confirmed = map.replace("\"ignore\"", r#"{"field":{"kind":"contact","field":"mobile"}}"#);
    assert_ne!(map, confirmed);
    stage.put("map.json", confirmed);
    assert_eq!(stage.run(&format!("import list.csv --map map.json --now {NOW} -o a.json")).code, 0);
    assert_eq!(stage.book("a.json").of_kind(kind::CONTACT).next().unwrap().text(kind::MOBILE), "13800138000");
    // For other headings it is no use, and said so.
    stage.put("other.csv", TWO);
    let ran = stage.run("import other.csv --map map.json --dry-run");
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("has other headings than map.json"), "{}", ran.err);
    stage.put("map.json", "{\n \"kind\": 5}");
    let ran = stage.run("import list.csv --map map.json --dry-run");
    assert!(ran.code == 2 && ran.err.contains("map.json:2:"), "{}", ran.err);
}

#[test]
fn a_missing_mandatory_column_is_named() {
    let stage = Stage::new("missing");
    stage.put("list.csv", "客户编号,手机\nK1,13800138000\n");
    let ran = stage.run("import list.csv -o a.json --lang zh");
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("缺少必填列“客户名称”"), "{}", ran.err);
    assert!(!stage.has("a.json"));
}

#[test]
fn what_is_there_stays_as_it_is() {
    let stage = Stage::new("stays");
    stage.put("list.csv", TWO);
    stage.put("a.json", "mine");
    let ran = stage.run(&format!("import list.csv --now {NOW} -o a.json"));
    assert!(ran.code == 2 && ran.err.contains("a.json: is there already"), "{ran:?}");
    assert_eq!(stage.text("a.json"), "mine");
    assert_eq!(stage.run(&format!("import list.csv --now {NOW} -o a.json --overwrite")).code, 0);
    assert_eq!(count(&stage.book("a.json"), kind::CUSTOMER), 2);
    assert_eq!(stage.files(), ["a.json", "list.csv"], "nothing passing is left");
}

#[test]
fn a_backup_goes_to_standard_output_and_the_report_beside_it() {
    let stage = Stage::new("stdout");
    stage.put("list.csv", TWO);
    let ran = stage.fed(&format!("import - --now {NOW}"), Some("list.csv".as_ref()));
    assert_eq!(ran.code, 0);
    assert_eq!(count(&crate::stage::book_of(ran.out.as_bytes()), kind::CUSTOMER), 2);
    assert!(ran.err.contains("2 new"), "{}", ran.err);
}

#[test]
fn the_author_is_somebody_of_the_staff() {
    let stage = Stage::new("staff");
    stage.put("list.csv", TWO);
    stage.act("firm.json", "w", Book::new(), (7, NOW_MS - 1_000), |_, act| {
        act.create(kind::STAFF, [(kind::CODE, "Z01".into()), (kind::NAME, "王芳".into())].into_iter().collect());
    });
    assert_eq!(stage.run(&format!("import list.csv --into firm.json --by 王芳 --now {NOW} -o a.json")).code, 0);
    let book = stage.book("a.json");
    let wang = book.of_kind(kind::STAFF).next().unwrap().id;
    assert!(book.of_kind(kind::CUSTOMER).all(|customer| customer.created().unwrap().by == wang));
    let ran = stage.run("import list.csv --into firm.json --by 李四 -o b.json");
    assert!(ran.code == 2 && ran.err.contains("李四"), "{}", ran.err);
}

#[test]
fn stamps_come_after_what_is_there_even_when_the_clock_is_behind() {
    let stage = Stage::new("clock");
    stage.put("list.csv", TWO);
    stage.run(&format!("import list.csv --now {NOW} -o a.json"));
    stage.put("list.csv", TWO.replace("厦门蓝屿", "厦门蓝海"));
    assert_eq!(stage.run("import list.csv --into a.json --now 2026-11-24T03:00 -o b.json").code, 0);
    let named = stage.book("b.json").of_kind(kind::CUSTOMER).any(|it| it.text(kind::NAME).contains("蓝海"));
    assert!(named, "the later import is the one that counts");
}

#[test]
fn files_that_are_no_tables_are_refused_in_words() {
    let stage = Stage::new("hostile");
    let deep = "[".repeat(100_000);
    let wide = vec!["x"; 1_001].join(",");
    let files: [(&str, &[u8], &str); 8] = [
        ("empty.csv", b"", "is empty"),
        ("blank.csv", b" \n\n ", "is empty"),
        ("nul.csv", "客户名称,备注\n甲公司\0,好\n".as_bytes(), "not text"),
        ("noise.csv", &[0xff; 300], "neither UTF-8 nor GB18030"),
        ("wide.csv", wide.as_bytes(), "1001 columns"),
        ("unknown.csv", b"alpha,beta\n1,2\n", "none of the first 10 rows has headings"),
        ("deep.csv", deep.as_bytes(), "not valid JSON at line 1"),
        ("backup.csv", br#"{"format":"kehu-snapshot","version":1}"#, "use kehu merge"),
    ];
    for (name, bytes, words) in files {
        stage.put(name, bytes);
        let ran = stage.run(&format!("import {name} -o out.json"));
        assert_eq!(ran.code, 2, "{name}: {ran:?}");
        assert!(ran.err.contains(name) && ran.err.contains(words), "{name}: {}", ran.err);
        let zh = stage.run(&format!("import {name} -o out.json --lang zh"));
        assert!(zh.err.contains(name) && zh.err != ran.err, "{name}: {}", zh.err);
        assert!(!stage.has("out.json"));
    }
    assert!(stage.run("import no-such.csv -o out.json").err.contains("no-such.csv: cannot be read"));
    // A cell of ten megabytes costs its row, and no more.
    stage.put("fat.csv", format!("客户名称,备注\n甲公司,{}\n乙公司,好\n", "x".repeat(10 << 20)));
    let ran = stage.run(&format!("import fat.csv --now {NOW} -o out.json"));
    assert!(ran.code == 1 && ran.out.contains("row 2: a cell exceeds 1 MB"), "{}", ran.out);
    // So does a quotation mark that is never closed.
    stage.put("open.csv", format!("客户名称,备注\n甲公司,\"{}\n", "乙公司,好\n".repeat(200_000)));
    let ran = stage.run("import open.csv --dry-run");
    assert!(ran.code == 1 && ran.out.contains("may be missing"), "{}", ran.out);
}

#[test]
fn arguments_that_make_no_sense_are_refused() {
    let stage = Stage::new("arguments");
    stage.put("list.csv", TWO);
    for words in [
        "import",
        "import list.csv --kind spaceship --dry-run",
        "import list.csv --now yesterday --dry-run",
        "import list.csv --node xyz --dry-run",
        "import list.csv --header-row 9 --dry-run",
        "import list.csv list.csv --refused a.csv --dry-run",
        "import list.csv --into list.csv --dry-run",
    ] {
        let ran = stage.run(words);
        assert!(ran.code == 2 && !ran.err.is_empty(), "{words}: {ran:?}");
    }
    assert!(stage.run("import --help").out.contains("Exit codes"));
}
