//! Packed and sealed backups, wherever the program reads or writes one.

use crate::stage::{NOW, Stage};

fn made(name: &str) -> Stage {
    let stage = Stage::new(name);
    stage.put("list.csv", "客户编号,客户名称\nK1,厦门蓝屿科技有限公司\n");
    stage.put("key.txt", "开门 Öffne dich\nwhat follows is no part of it\n");
    stage.put("other.txt", "another one\n");
    assert_eq!(stage.run(&format!("import list.csv --now {NOW} -o a.json")).code, 0);
    stage
}

#[test]
fn a_packed_backup_is_the_same_backup() {
    let stage = made("packed");
    assert_eq!(stage.run("merge a.json -o b.json.gz").code, 0);
    assert_eq!(stage.run("merge a.json --gzip -o c.bin").code, 0);
    assert_eq!(stage.bytes("b.json.gz"), stage.bytes("c.bin"));
    assert!(stage.bytes("b.json.gz").starts_with(&[0x1f, 0x8b]));
    assert_eq!(stage.run("diff a.json b.json.gz").code, 0);
    assert_eq!(stage.run("merge b.json.gz -o d.json").code, 0);
    assert_eq!(stage.bytes("a.json"), stage.bytes("d.json"));
    assert_eq!(stage.run("import list.csv --into b.json.gz --now 2026-11-25T09:00 -o e.json").code, 0);
    assert_eq!(stage.bytes("a.json"), stage.bytes("e.json"));
}

#[test]
fn a_sealed_backup_opens_by_its_passphrase_alone() {
    let stage = made("sealed");
    let seal = "merge a.json --seal --passphrase-file key.txt";
    assert_eq!(stage.run(&format!("{seal} -o s1.kehu")).code, 0);
    assert_eq!(stage.run(&format!("{seal} -o s2.kehu")).code, 0);
    assert_ne!(stage.bytes("s1.kehu"), stage.bytes("s2.kehu"), "no two seals are alike");
    assert_eq!(stage.run("diff s1.kehu s2.kehu --passphrase-file key.txt").code, 0);
    assert_eq!(stage.run("merge s1.kehu a.json --passphrase-file key.txt -o back.json").code, 0);
    assert_eq!(stage.bytes("a.json"), stage.bytes("back.json"));

    let missing = stage.run("diff a.json s1.kehu");
    assert!(missing.code == 2 && missing.err.contains("s1.kehu: is sealed"), "{missing:?}");
    let wrong = stage.run("diff a.json s1.kehu --passphrase-file other.txt");
    assert!(wrong.code == 2 && wrong.err.contains("passphrase is wrong"), "{wrong:?}");
    let mut damaged = stage.bytes("s1.kehu");
    let place = damaged.len() - 40;
    damaged[place] ^= 1;
    stage.put("damaged.kehu", &damaged);
    let other = stage.run("diff a.json damaged.kehu --passphrase-file key.txt");
    assert!(other.code == 2 && other.err.contains("damaged.kehu: The file is damaged"), "{other:?}");
    let zh = stage.run("diff a.json s1.kehu --lang zh");
    assert!(zh.err.contains("请用 --passphrase-file"), "{}", zh.err);
}

#[test]
fn a_passphrase_has_to_be_there() {
    let stage = made("passphrase");
    assert_eq!(stage.run("merge a.json --seal -o s.kehu").code, 2);
    stage.put("empty.txt", "\nsecond line\n");
    let ran = stage.run("merge a.json --seal --passphrase-file empty.txt -o s.kehu");
    assert!(ran.code == 2 && ran.err.contains("empty.txt"), "{ran:?}");
    assert_eq!(stage.run("merge a.json --seal --passphrase-file no-such.txt -o s.kehu").code, 2);
    assert!(!stage.has("s.kehu"));
}

#[test]
fn a_package_that_lies_is_refused_in_words() {
    let stage = made("package");
    stage.run("merge a.json -o a.json.gz");
    let whole = stage.bytes("a.json.gz");
    stage.put("cut.gz", &whole[..whole.len() / 2]);
    let ran = stage.run("diff a.json cut.gz");
    assert!(ran.code == 2 && ran.err.contains("cut.gz: The file is incomplete"), "{ran:?}");
    let mut changed = whole.clone();
    let place = changed.len() / 2;
    changed[place] ^= 0x55;
    stage.put("changed.gz", changed);
    assert_eq!(stage.run("diff a.json changed.gz").code, 2);
}
