//! `kehu import` by other rules than the usual ones, and from other files than CSV.

use kehu_domain::book::Book;
use kehu_domain::kind;

use crate::stage::{NOW, Stage};

const BASE: &str =
    "客户编号,客户名称,地址\nK1,厦门蓝屿科技有限公司,湖里大道 1 号\nK2,杭州晨星食品有限公司,人民路 2 号\n";
const NEXT: &str = "客户编号,客户名称,地址\nK1,厦门蓝屿科技有限公司,\nK3,成都远山机械有限公司,解放路 3 号\n";

fn addresses(book: &Book) -> Vec<(String, String)> {
    let field = kehu_domain::key::Key::of("address");
    let mut all: Vec<_> =
        book.of_kind(kind::CUSTOMER).map(|it| (it.text(kind::CODE).to_owned(), it.text(field).to_owned())).collect();
    all.sort();
    all
}

fn after(name: &str, rules: &str) -> (i32, String, Vec<(String, String)>) {
    let stage = Stage::new(name);
    stage.put("base.csv", BASE);
    stage.put("next.csv", NEXT);
    stage.run(&format!("import base.csv --now {NOW} -o a.json"));
    let ran = stage.run(&format!("import next.csv --into a.json {rules} --now 2026-11-25T09:00 -o b.json"));
    (ran.code, ran.out, addresses(&stage.book("b.json")))
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(code, address)| ((*code).to_owned(), (*address).to_owned())).collect()
}

#[test]
fn only_new_only_known_or_both() {
    let (k1, k2, k3) = (("K1", "湖里大道 1 号"), ("K2", "人民路 2 号"), ("K3", "解放路 3 号"));
    let (code, out, both) = after("both", "");
    assert_eq!((code, both), (0, pairs(&[k1, k2, k3])), "{out}");
    let (_, out, added) = after("add", "--mode add --empty clear");
    assert_eq!(added, pairs(&[k1, k2, k3]), "{out}");
    assert!(out.contains("1 left out by rule"), "{out}");
    let (_, out, updated) = after("update", "--mode update");
    assert_eq!(updated, pairs(&[k1, k2]), "{out}");
    let (_, out, cleared) = after("clear", "--mode update --empty clear");
    assert_eq!(cleared, pairs(&[("K1", ""), k2]), "{out}");
}

#[test]
fn what_makes_a_row_the_same_can_be_chosen() {
    let stage = Stage::new("match");
    stage.put("base.csv", BASE);
    stage.put("moved.csv", "客户名称,地址\n厦门蓝屿科技有限公司,海沧大道 9 号\n");
    stage.run(&format!("import base.csv --now {NOW} -o a.json"));
    let ran = stage.run("import moved.csv --into a.json --match name --now 2026-11-25T09:00 -o b.json");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(addresses(&stage.book("b.json"))[0], ("K1".to_owned(), "海沧大道 9 号".to_owned()));
    let ran = stage.run("import moved.csv --into a.json --match shoe_size --dry-run");
    assert!(ran.code == 2 && ran.err.contains("shoe_size"), "{ran:?}");
}

#[test]
fn json_is_a_table_too() {
    let stage = Stage::new("json");
    stage.put(
        "list.json",
        r#"[{"客户编号":"K1","客户名称":"厦门蓝屿科技有限公司"},{"客户编号":"K2","客户名称":"杭州晨星"}]"#,
    );
    let ran = stage.run(&format!("import list.json --now {NOW} -o a.json"));
    assert_eq!((ran.code, stage.book("a.json").of_kind(kind::CUSTOMER).count()), (0, 2), "{ran:?}");
    stage.put("cut.json", r#"[{"客户编号":"K1","客户名"#);
    let ran = stage.run("import cut.json --dry-run");
    assert!(ran.code == 2 && ran.err.contains("cut.json: not valid JSON at line 1"), "{ran:?}");
}
