//! `kehu export`, as the built program: every format, and back again as it was.

use std::collections::BTreeMap;

use kehu_domain::book::Book;
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::value::Value;

use crate::stage::{NOW, Stage};

const HEAD: &[u8] = include_bytes!("../../../domain/tests/data/customers-head.csv");

fn made(name: &str) -> Stage {
    let stage = Stage::new(name);
    stage.put("head.csv", HEAD);
    stage.run(&format!("import head.csv --now {NOW} -o a.json"));
    stage
}

/// What the records of a kind hold, by code; records they refer to by their code, tags left out.
fn contents(book: &Book, of: Key) -> Contents {
    let code = |value: &Value| -> Option<Value> {
        let record = book.get(value.as_text()?.parse().ok()?)?;
        Some(record.text(kind::CODE).into())
    };
    let record = |record: &kehu_domain::book::Record| {
        let fields = record.fields().into_iter().filter(|(key, _)| *key != kind::TAGS);
        let fields: BTreeMap<Key, Value> =
            fields.map(|(key, value)| (key, code(value).unwrap_or(value.clone()))).collect();
        let name = [kind::CUSTOMER_REF, kind::CODE, kind::NAME, kind::MOBILE]
            .map(|key| fields.get(&key).map(Value::canonical));
        (format!("{name:?}"), fields)
    };
    book.of_kind(of).map(record).collect()
}

type Contents = BTreeMap<String, BTreeMap<Key, Value>>;

/// The first record that two sets of contents do not have alike.
fn first_difference(a: &Contents, b: &Contents) -> Option<String> {
    let one = a.iter().find(|(name, fields)| b.get(*name) != Some(*fields));
    let one = one.or_else(|| b.iter().find(|(name, _)| !a.contains_key(*name)));
    one.map(|(name, fields)| format!("{name}: {fields:?} and {:?}", b.get(name)))
}

#[test]
fn what_goes_out_comes_back_as_it_was() {
    let stage = made("back");
    let book = stage.book("a.json");
    for lang in ["zh", "en"] {
        for format in ["csv", "xlsx", "json"] {
            let (customers, contacts) = (format!("c-{lang}.{format}"), format!("p-{lang}.{format}"));
            assert_eq!(stage.run(&format!("export a.json --kind customer -o {customers} --lang {lang}")).code, 0);
            assert_eq!(stage.run(&format!("export a.json --kind contact -o {contacts} --lang {lang}")).code, 0);
            let rules = format!("--suspected new --certain new --now {NOW}");
            let ran = stage.run(&format!("import {customers} --kind customer {rules} -o half.json --overwrite"));
            assert_eq!(ran.code, 0, "{format} {lang}: {}", ran.out);
            let whole = format!("back-{lang}-{format}.json");
            let ran = stage.run(&format!("import {contacts} --kind contact --into half.json {rules} -o {whole}"));
            assert_eq!(ran.code, 0, "{format} {lang}: {}", ran.out);
            let back = stage.book(&whole);
            for kind in [kind::CUSTOMER, kind::CONTACT] {
                assert_eq!(first_difference(&contents(&back, kind), &contents(&book, kind)), None, "{format} {lang}");
            }
        }
    }
}

#[test]
fn nothing_in_a_table_evaluates() {
    let stage = Stage::new("formula");
    stage.put("list.csv", "客户编号,客户名称,备注\nK1,=1+1,\"@SUM(A1)\"\nK2,+86 科技,-1+2\n");
    stage.run(&format!("import list.csv --now {NOW} -o a.json"));
    stage.run("export a.json --kind customer --fields code,name,remark -o out.csv --lang zh");
    let text = stage.text("out.csv");
    assert_eq!(text, "\u{feff}客户编号,客户名称,备注\nK1,'=1+1,'@SUM(A1)\nK2,'+86 科技,'-1+2\n");
    assert_eq!(stage.run(&format!("import out.csv --now {NOW} -o b.json")).code, 0);
    let names: Vec<String> =
        stage.book("b.json").of_kind(kind::CUSTOMER).map(|it| it.text(kind::NAME).to_owned()).collect();
    assert_eq!(names, ["=1+1", "+86 科技"]);
}

#[test]
fn json_has_names_and_keys_as_they_are_stored() {
    let stage = made("json");
    let ran = stage.run("export a.json --kind customer --format json");
    let rows: Vec<serde_json::Value> = serde_json::from_str(&ran.out).unwrap();
    let book = stage.book("a.json");
    assert_eq!(rows.len(), book.of_kind(kind::CUSTOMER).count());
    let first = book.of_kind(kind::CUSTOMER).min_by_key(|record| record.text(kind::CODE)).unwrap();
    assert_eq!(rows[0]["code"], first.text(kind::CODE));
    assert_eq!(rows[0]["region"], first.text(kind::REGION), "a key and no label");
    assert_eq!(stage.run("export a.json --kind order --format json").out, "[]\n");
}

#[test]
fn the_same_records_give_the_same_bytes() {
    let stage = made("stable");
    for format in ["csv", "xlsx", "json"] {
        stage.run(&format!("export a.json --kind customer -o 1.{format}"));
        stage.run(&format!("export a.json --kind customer -o 2.{format}"));
        assert_eq!(stage.bytes(&format!("1.{format}")), stage.bytes(&format!("2.{format}")), "{format}");
    }
}

#[test]
fn what_cannot_be_taken_out_is_said() {
    let stage = made("refused");
    let ran = stage.run("export a.json --kind spaceship");
    assert!(ran.code == 2 && ran.err.contains("spaceship") && ran.err.contains("customer"), "{ran:?}");
    let ran = stage.run("export a.json --kind customer --fields code,colour");
    assert!(ran.code == 2 && ran.err.contains("colour"), "{ran:?}");
    stage.put("there.csv", "mine");
    assert_eq!(stage.run("export a.json --kind customer -o there.csv").code, 2);
    assert_eq!(stage.text("there.csv"), "mine");
}
