//! `kehu merge` and `kehu diff`, as the built program: nothing lost, order irrelevant, clashes and differences named.

use crate::stage::{NOW_MS, Ran, Stage};
use kehu_domain::book::Book;
use kehu_domain::kind;
use kehu_domain::snapshot;
use kehu_domain::value::Value;

const DAY: u64 = 24 * 60 * 60 * 1000;
const MERGE_NOW: &str = "--now 2026-11-24T12:00";

/// A firm with one customer, and two devices that went on from there: A renames the customer, B gives it an address.
fn two_devices(stage: &Stage) {
    stage.act("base.json", "w", Book::new(), (1, NOW_MS - DAY), |_, act| {
        act.create(kind::STAFF, [(kind::CODE, "Z01".into()), (kind::NAME, "王芳".into())].into_iter().collect());
        act.create(kind::CUSTOMER, [(kind::CODE, "K1".into()), (kind::NAME, "厦门蓝屿".into())].into_iter().collect());
    });
    set(stage, "base.json", "a.json", 2, kind::NAME, "厦门蓝屿科技");
    set(stage, "base.json", "b.json", 3, kehu_domain::key::Key::of("address"), "湖里大道 1 号");
}

fn set(stage: &Stage, from: &str, to: &str, node: u64, field: kehu_domain::key::Key, text: &str) {
    let book = stage.book(from);
    let customer = book.of_kind(kind::CUSTOMER).next().unwrap().id;
    stage.act(to, "w", book, (node, NOW_MS), |book, act| act.set(book, kind::CUSTOMER, customer, field, text.into()));
}

fn json(ran: &Ran) -> serde_json::Value {
    serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{ran:?}"))
}

#[test]
fn two_devices_become_one_in_any_order() {
    let stage = Stage::new("united");
    two_devices(&stage);
    let ran = stage.run(&format!("merge a.json b.json {MERGE_NOW} -o ab.json"));
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.contains("b.json: 1 changes new, 2 known, 0 set aside"), "{}", ran.out);
    assert_eq!(stage.run(&format!("merge b.json a.json base.json {MERGE_NOW} -o ba.json")).code, 0);
    assert_eq!(stage.bytes("ab.json"), stage.bytes("ba.json"));
    // Once more changes nothing, and one file alone comes out as it went in.
    assert_eq!(stage.run(&format!("merge ab.json a.json {MERGE_NOW} -o again.json")).code, 0);
    assert_eq!(stage.bytes("ab.json"), stage.bytes("again.json"));
    assert_eq!(stage.run(&format!("merge a.json {MERGE_NOW} -o alone.json")).code, 0);
    assert_eq!(stage.bytes("a.json"), stage.bytes("alone.json"));
    let book = stage.book("ab.json");
    let customer = book.of_kind(kind::CUSTOMER).next().unwrap();
    assert_eq!(customer.text(kind::NAME), "厦门蓝屿科技");
    assert_eq!(stage.run("check ab.json").code, 0);
}

#[test]
fn a_clash_keeps_both_contents_and_is_named() {
    let stage = Stage::new("clash");
    two_devices(&stage);
    set(&stage, "base.json", "c.json", 4, kind::NAME, "厦门兰屿");
    let ran = stage.run(&format!("merge a.json c.json {MERGE_NOW} -o ac.json"));
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("clash: K1 厦门兰屿 · Customer name: “厦门兰屿”"), "{}", ran.out);
    assert!(ran.out.contains("“厦门蓝屿科技”"), "{}", ran.out);
    assert_eq!(stage.book("ac.json").clashes().len(), 1);
    let zh = stage.run(&format!("merge a.json c.json {MERGE_NOW} -o zh.json --lang zh"));
    assert!(zh.out.contains("冲突：K1 厦门兰屿 · 客户名称：“厦门兰屿”"), "{}", zh.out);
    let told = json(&stage.run(&format!("merge a.json c.json {MERGE_NOW} -o js.json --json")));
    assert_eq!(told["clashes"][0]["field"], "name");
    assert_eq!(told["clashes"][0]["sides"].as_array().unwrap().len(), 2);
}

#[test]
fn another_company_is_refused_unless_it_is_adopted() {
    let stage = Stage::new("other");
    two_devices(&stage);
    let other = stage.run("demo --customers 3 --today 2026-11-23 -o demo.json");
    assert_eq!(other.code, 0, "{other:?}");
    let ran = stage.run(&format!("merge a.json demo.json {MERGE_NOW} -o out.json"));
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("demo.json: is of another workspace than a.json"), "{}", ran.err);
    assert!(!stage.has("out.json"));
    let ran = stage.run(&format!("merge a.json demo.json --adopt {MERGE_NOW} -o out.json"));
    assert_eq!(ran.code, 0, "{ran:?}");
    let opened = snapshot::read(&stage.bytes("out.json")).unwrap();
    assert_eq!(opened.header.workspace, "w");
    assert_eq!(stage.book("out.json").of_kind(kind::CUSTOMER).count(), 4);
    assert_eq!(
        stage.book("out.json").of_kind(kind::WORKSPACE).count(),
        0,
        "the adopted one has no identity of its own"
    );
    // A table's backup belongs to nobody yet and goes with anybody.
    stage.put("list.csv", "客户编号,客户名称\nK9,成都远山\n");
    stage.run("import list.csv --now 2026-11-24T10:30 -o list.json");
    let ran = stage.run(&format!("merge list.json a.json {MERGE_NOW} -o both.json"));
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(snapshot::read(&stage.bytes("both.json")).unwrap().header.workspace, "w");
}

#[test]
fn changes_from_the_future_are_set_aside() {
    let stage = Stage::new("future");
    two_devices(&stage);
    let ran = stage.run("merge base.json a.json --now 2026-11-23T10:00 -o out.json");
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("a.json: 0 changes new, 2 known, 1 set aside"), "{}", ran.out);
    assert_eq!(stage.bytes("out.json"), stage.bytes("base.json"));
}

#[test]
fn broken_backups_are_refused_by_name_and_reason() {
    let stage = Stage::new("broken");
    two_devices(&stage);
    let whole = stage.text("a.json");
    let mut swapped: Vec<&str> = whole.split('\n').collect();
    swapped.swap(2, 3);
    let deep = format!("{{\"format\":\"kehu-snapshot\",\"version\":1,\"x\":{}", "[".repeat(100_000));
    let closed = format!("{deep}{}}}", "]".repeat(100_000));
    let files: [(&str, Vec<u8>, &str, &str); 10] = [
        ("cut.json", whole.as_bytes()[..whole.len() / 2].to_vec(), "cut off", "结尾缺失"),
        ("changed.json", whole.replace("科技", "科枝").into_bytes(), "altered: part 1", "改动过：第 1 段"),
        ("swapped.json", swapped.join("\n").into_bytes(), "altered", "改动过"),
        ("sum.json", whole.replace("],\"sha256\":\"", "],\"sha256\":\"0").into_bytes(), "altered", "改动过"),
        ("newer.json", whole.replacen("\"version\":1", "\"version\":9", 1).into_bytes(), "version 9", "备份版本 9"),
        ("other.json", b"{\"customers\":[]}".to_vec(), "not a Kehu backup", "不是客户备份文件"),
        ("empty.json", b"\n".to_vec(), "is empty", "空的"),
        ("deep.json", deep.into_bytes(), "cut off", "结尾缺失"),
        ("closed.json", closed.into_bytes(), "cut off", "结尾缺失"),
        ("bytes.json", b"{\"format\":\"kehu-snapshot\"\xff\xfe".to_vec(), "cut off", "结尾缺失"),
    ];
    for (name, bytes, en, zh) in files {
        stage.put(name, bytes);
        for words in [
            format!("merge a.json {name} -o out.json"),
            format!("diff a.json {name}"),
            format!("score {name} --model M01"),
        ] {
            let ran = stage.run(&words);
            assert_eq!(ran.code, 2, "{words}: {ran:?}");
            assert!(ran.err.contains(name) && ran.err.contains(en), "{words}: {}", ran.err);
            let told = stage.run(&format!("{words} --lang zh"));
            assert!(told.err.contains(name) && told.err.contains(zh), "{words}: {}", told.err);
        }
        assert!(!stage.has("out.json"), "{name}");
    }
}

#[test]
fn the_same_backup_does_not_differ() {
    let stage = Stage::new("alike");
    two_devices(&stage);
    let ran = stage.run("diff a.json a.json");
    assert_eq!(
        (ran.code, ran.out.trim()),
        (0, "0 fields differ; 0 changes only in a.json, 0 only in a.json, 3 in both")
    );
}

#[test]
fn differences_are_told_by_customer_and_field() {
    let stage = Stage::new("differ");
    two_devices(&stage);
    let ran = stage.run("diff base.json a.json");
    assert_eq!(ran.code, 1);
    let expected = "K1 厦门蓝屿科技\n  Customer name: 厦门蓝屿 (2026-11-23 10:20 system) → 厦门蓝屿科技 (2026-11-24 10:20 system) [newer]\n";
    assert!(ran.out.starts_with(expected), "{}", ran.out);
    let zh = stage.run("diff a.json b.json --lang zh");
    assert!(zh.out.contains("地址: （空） → 湖里大道 1 号 (2026-11-24 10:20 系统) [新增]"), "{}", zh.out);
    set(&stage, "base.json", "c.json", 4, kind::NAME, "厦门兰屿");
    let told = json(&stage.run("diff a.json c.json --json"));
    assert_eq!(told["differences"][0]["state"], "clashing");
    assert_eq!(told["differences"][0]["a"]["value"], "厦门蓝屿科技");
    assert_eq!((&told["shared"], &told["a"]["only"], &told["b"]["only"]), (&2.into(), &1.into(), &1.into()));
}

#[test]
fn what_hangs_on_a_customer_is_listed_below_it() {
    let stage = Stage::new("below");
    two_devices(&stage);
    let book = stage.book("base.json");
    let customer = book.of_kind(kind::CUSTOMER).next().unwrap().id;
    stage.act("d.json", "w", book, (5, NOW_MS), |_, act| {
        let cells = [
            (kind::CUSTOMER_REF, Value::from(customer)),
            (kind::NAME, "李明朗".into()),
            (kind::MOBILE, "13800138000".into()),
        ];
        act.create(kind::CONTACT, cells.into_iter().collect());
    });
    let ran = stage.run("diff base.json d.json");
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(lines[0], "K1 厦门蓝屿");
    assert!(lines[1..4].iter().all(|line| line.starts_with("  Contact 李明朗 · ")), "{}", ran.out);
    assert!(ran.out.contains("Mobile: (empty) → 13800138000"), "{}", ran.out);
}
