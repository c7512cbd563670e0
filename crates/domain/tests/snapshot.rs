//! The backup file: read as its bytes come, written from lines, and every released version still opened.
#![allow(clippy::unwrap_used, missing_docs)]

use kehu_domain::attachment;
use kehu_domain::book::{Book, SYSTEM};
use kehu_domain::change::{Act, Change, DELETED, FORGOTTEN};
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::snapshot::{self, Extent, Lines, Reader, Snapshot, SnapshotError, Writer};
use kehu_domain::stamp::Clock;
use kehu_domain::value::{Mark, Value};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

const START: u64 = 1_764_000_000_000;

/// A small company in which everything happens that a file has to hold.
fn company() -> Book {
    let (mut mine, mut hers) = (Clock::new(0xa1), Clock::new(0xb2));
    let mut book = Book::new();
    let customer = edit(&mut book, &mut mine, 0, |_, act| {
        let row = Value::Map(Box::new([(Key::of("n"), Value::Int(-7))].into_iter().collect()));
        act.create(
            kind::CUSTOMER,
            [
                (kind::NAME, "青石茶行 “𠮷”\n\u{2028}\\".into()),
                (kind::REMARK, Value::Null),
                (Key::of("of a later app"), Value::Mark(Mark::Missing)),
                (Key::of("rows"), Value::List(vec![row])),
                (Key::of("yes"), Value::Bool(true)),
                (Key::of("amount"), Value::Int(9_007_199_254_740_993)),
            ]
            .into_iter()
            .collect(),
        )
    });
    hers.observe(book.newest(), START).unwrap();
    let base = book.clone();
    edit(&mut book, &mut mine, 10, |book, act| act.set(book, kind::CUSTOMER, customer, kind::REGION, "北京".into()));
    let mut other = base;
    edit(&mut other, &mut hers, 11, |book, act| act.set(book, kind::CUSTOMER, customer, kind::REGION, "上海".into()));
    book.merge(other.changes().into_iter().cloned(), START + 100);
    for clock in [&mut mine, &mut hers] {
        clock.observe(book.newest(), START + 100).unwrap();
    }
    let person = edit(&mut book, &mut mine, 20, |_, act| {
        act.create(kind::CONTACT, [(kind::NAME, "陈掌柜".into())].into_iter().collect())
    });
    edit(&mut book, &mut mine, 21, |book, act| act.set(book, kind::CONTACT, person, FORGOTTEN, Value::Bool(true)));
    let picture = edit(&mut book, &mut mine, 22, |_, act| {
        act.create(kind::ATTACHMENT, attachment::cells("图.png", "image/png", &attachment::sha256(b"abc"), "YWJj"))
    });
    edit(&mut book, &mut mine, 23, |book, act| act.set(book, kind::ATTACHMENT, picture, kind::NAME, "门头.png".into()));
    edit(&mut book, &mut mine, 24, |book, act| act.set(book, kind::CUSTOMER, customer, DELETED, Value::Bool(true)));
    book
}

fn edit<T>(book: &mut Book, clock: &mut Clock, after_ms: u64, work: impl FnOnce(&Book, &mut Act<'_>) -> T) -> T {
    let mut act = Act::begin(clock, START + after_ms, SYSTEM);
    let outcome = work(book, &mut act);
    for change in act.finish() {
        assert!(book.insert(change));
    }
    outcome
}

/// Changes enough for several parts.
fn many(count: u64) -> Vec<Change> {
    let mut clock = Clock::new(3);
    (0..count)
        .flat_map(|at| {
            let mut act = Act::begin(&mut clock, START + at, SYSTEM);
            act.create(kind::ORDER, [(kind::AMOUNT, Value::Int(at as i64))].into_iter().collect());
            act.finish()
        })
        .collect()
}

fn file_of(changes: &[Change]) -> Vec<u8> {
    snapshot::write("w", &changes.iter().collect::<Vec<_>>())
}

/// Reads a file in pieces that end at the given places.
fn read_in_pieces(file: &[u8], mut cuts: Vec<usize>) -> Result<Snapshot, SnapshotError> {
    cuts.push(file.len());
    cuts.sort_unstable();
    let (mut reader, mut changes, mut start) = (Reader::new(), Vec::new(), 0);
    for end in cuts {
        for part in reader.push(&file[start..end])? {
            changes.extend(part.changes()?);
        }
        start = end;
    }
    Ok(Snapshot { header: reader.finish()?, changes })
}

/// A file whose lines are changed by `how`, with every checksum made right again.
fn forged(file: &[u8], how: impl Fn(&str) -> String) -> Vec<u8> {
    let text = std::str::from_utf8(file).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let (mut sums, mut part, mut head) = (String::new(), Sha256::new(), 0);
    let hex = |sum: Sha256| -> String { sum.finalize().iter().map(|byte| format!("{byte:02x}")).collect() };
    for place in 1..lines.len() {
        let line = lines[place].clone();
        if line.starts_with("{\"count\"") {
            (head, part) = (place, Sha256::new());
        } else if line.starts_with("]}") {
            let sum = hex(std::mem::take(&mut part));
            let start = lines[head].find("\"sha256\":\"").unwrap() + 10;
            lines[head].replace_range(start..start + 64, &sum);
            sums += &sum;
        } else if line.starts_with(']') {
            let whole = Sha256::new().chain_update(&lines[0]).chain_update("\n").chain_update(&sums);
            lines[place] = format!("],\"sha256\":\"{}\"}}", hex(whole));
        } else {
            lines[place] = how(&line);
            part.update(lines[place].strip_suffix(',').unwrap_or(&lines[place]));
            part.update("\n");
        }
    }
    lines.join("\n").into_bytes()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn however_the_bytes_come_the_file_reads_the_same(cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..20)) {
        let file = snapshot::write("公司", &company().changes());
        let cuts = cuts.iter().map(|cut| cut.index(file.len())).collect();
        prop_assert_eq!(read_in_pieces(&file, cuts), snapshot::read(&file));
    }

    #[test]
    fn a_broken_file_is_refused_with_the_same_words_however_its_bytes_come(
        cut in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        flip in 0..=255u8,
    ) {
        let mut file = file_of(&many(20));
        let end = at.index(file.len() - 1);
        if flip == 0 {
            file.truncate(end);
        } else {
            file[end] ^= flip;
        }
        let whole = snapshot::read(&file);
        prop_assert!(whole.is_err());
        prop_assert_eq!(read_in_pieces(&file, vec![cut.index(file.len().max(1)).min(file.len())]), whole);
    }

    #[test]
    fn lines_gathered_in_any_order_give_the_file_of_the_records(
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..40),
        extent in prop_oneof![Just(Extent::Whole), Just(Extent::WithoutAttachments)],
    ) {
        let book = company();
        // What a forgotten person was called may still lie in a store that was not tidied yet.
        let mut stored: Vec<Change> = book.changes().into_iter().cloned().collect();
        let marker = stored.iter().find(|change| change.set.get(FORGOTTEN).is_some()).unwrap().clone();
        let older = Clock::new(9).tick(START + 5);
        let set = [(kind::NAME, "陈掌柜".into())].into_iter().collect();
        stored.push(Change { stamp: older, act: older, set, over: Default::default(), ..marker });
        let mut lines = Lines::new(extent);
        let extra: Vec<Change> = order.iter().map(|place| place.get(&stored).clone()).collect();
        for change in extra.iter().chain(stored.iter().rev()) {
            lines.add(&serde_json::to_vec(change).unwrap()).unwrap();
        }
        lines.settle();
        let mut file = Vec::new();
        let mut writer = Writer::begin(&lines.header("w"), &mut file);
        lines.from(0).for_each(|line| writer.add(line, &mut file));
        writer.finish(&mut file);
        prop_assert!(file == snapshot::write_extent("w", &book.changes(), extent));
        let mut reader = Reader::new();
        let mut from = 0;
        for part in reader.push(&file).unwrap() {
            prop_assert!(lines.agree(from, &part));
            from += part.count();
        }
        prop_assert_eq!((from, reader.finish().unwrap().extent()), (lines.len(), extent));
    }
}

#[test]
fn lines_that_differ_or_are_no_changes_are_told() {
    let changes = many(2);
    let mut lines = Lines::new(Extent::Whole);
    assert!(lines.add(b"{}").is_err());
    assert!(lines.is_empty());
    lines.add(&serde_json::to_vec(&changes[0]).unwrap()).unwrap();
    lines.settle();
    let part = |changes: &[Change]| Reader::new().push(&file_of(changes)).unwrap().remove(0);
    assert!(lines.agree(0, &part(&changes[..1])));
    assert!(!lines.agree(0, &part(&changes[1..])));
    assert!(!lines.agree(0, &part(&changes)));
    assert!(!lines.agree(1, &part(&changes[..1])));
}

#[test]
fn equal_stamps_stand_in_the_order_of_their_changes() {
    let mut twins = many(2);
    twins[1].stamp = twins[0].stamp;
    twins[1].act = twins[0].act;
    twins.sort_unstable();
    let mut lines = Lines::new(Extent::Whole);
    for change in twins.iter().rev() {
        lines.add(&serde_json::to_vec(change).unwrap()).unwrap();
    }
    lines.settle();
    let read: Vec<Change> = lines.from(0).map(|line| serde_json::from_slice(line).unwrap()).collect();
    assert_eq!(read, twins);
}

#[test]
fn a_copy_without_attachments_leaves_out_their_bytes_and_takes_them_from_nobody() {
    let book = company();
    let copy = snapshot::read(&snapshot::write_extent("w", &book.changes(), Extent::WithoutAttachments)).unwrap();
    assert_eq!(
        (copy.header.without.as_slice(), copy.header.extent()),
        (&["attachment".to_owned()][..], Extent::WithoutAttachments)
    );
    assert_eq!(copy.changes.len(), book.len() - 1);
    let mut here = book.clone();
    let merged = here.merge(copy.changes.clone(), START + 1_000);
    assert_eq!((merged.new, merged.known), (vec![], copy.changes.len()));
    assert!(attachment::find(&here, &attachment::sha256(b"abc")).is_some());
    // Whoever had nothing gets the rest now and the bytes with a whole copy.
    let mut elsewhere = Book::new();
    elsewhere.merge(copy.changes, START + 1_000);
    assert!(attachment::find(&elsewhere, &attachment::sha256(b"abc")).is_none());
    elsewhere.merge(book.changes().into_iter().cloned(), START + 1_000);
    assert_eq!(snapshot::write("w", &elsewhere.changes()), snapshot::write("w", &book.changes()));
}

#[test]
fn a_part_is_given_out_before_the_rest_has_come() {
    let file = file_of(&many(5_000));
    let half = file.len() * 9 / 10;
    let mut reader = Reader::new();
    let parts = reader.push(&file[..half]).unwrap();
    assert_eq!(parts.iter().map(|part| (part.number(), part.count())).collect::<Vec<_>>(), [(1, 4_096)]);
    assert_eq!(reader.header().unwrap().count, 5_000);
    let parts = reader.push(&file[half..]).unwrap();
    assert_eq!(parts.iter().map(|part| (part.number(), part.count())).collect::<Vec<_>>(), [(2, 904)]);
    assert_eq!(reader.finish().unwrap().count, 5_000);
}

#[test]
fn parts_of_large_changes_are_short() {
    let (mut clock, content) = (Clock::new(3), "QUJD".repeat(250_000));
    let changes: Vec<Change> = (0..9)
        .flat_map(|at| {
            let mut act = Act::begin(&mut clock, START + at, SYSTEM);
            act.create(kind::ATTACHMENT, attachment::cells("图", "image/png", "00", &content));
            act.finish()
        })
        .collect();
    let file = file_of(&changes);
    let parts = Reader::new().push(&file).unwrap();
    assert_eq!(parts.iter().map(|part| part.count()).collect::<Vec<_>>(), [5, 4]);
    assert_eq!(snapshot::read(&file).unwrap().changes, changes);
}

#[test]
fn what_was_altered_is_named_by_its_part() {
    let file = file_of(&many(9_000));
    let text = String::from_utf8(file.clone()).unwrap();
    for (number, old) in [(1, "\"amount\":17}"), (2, "\"amount\":5000}"), (3, "\"amount\":8999}")] {
        let altered = text.replace(old, &old.replace("\":", "\":1"));
        assert_eq!(snapshot::read(altered.as_bytes()), Err(SnapshotError::Altered { part: number }), "{old}");
    }
    let starts: Vec<usize> = text.match_indices("{\"count\"").map(|(at, _)| at).collect();
    let end = text.rfind("\n],\"sha256\"").unwrap();
    let (one, two, three) = (&text[starts[0]..starts[1] - 2], &text[starts[1]..starts[2] - 2], &text[starts[2]..end]);
    let with = |parts: &[&str]| format!("{}{}{}", &text[..starts[0]], parts.join(",\n"), &text[end..]);
    assert_eq!(with(&[one, two, three]), text);
    for parts in [&[two, one, three][..], &[one, three], &[one, two, two, three], &[one, two]] {
        assert_eq!(snapshot::read(with(parts).as_bytes()), Err(SnapshotError::Altered { part: 0 }));
    }
    assert_eq!(snapshot::read(with(&[]).as_bytes()), Err(SnapshotError::Altered { part: 1 }));
    // A header that claims something else, and something after the end.
    let count = text.replacen("\"count\":9000", "\"count\":9001", 1);
    assert_eq!(snapshot::read(count.as_bytes()), Err(SnapshotError::Altered { part: 0 }));
    let workspace = text.replacen("\"workspace\":\"w\"", "\"workspace\":\"x\"", 1);
    assert_eq!(snapshot::read(workspace.as_bytes()), Err(SnapshotError::Altered { part: 0 }));
    assert_eq!(snapshot::read(format!("{text}{text}").as_bytes()), Err(SnapshotError::Altered { part: 0 }));
    assert!(snapshot::read(format!("{text}\r\n \n").as_bytes()).is_ok());
    assert!(snapshot::read(text.trim_end().as_bytes()).is_ok());
    // Every line cut off there is a truncation.
    for (at, _) in text.match_indices('\n').step_by(997) {
        assert_eq!(snapshot::read(&text.as_bytes()[..at]), Err(SnapshotError::Truncated));
    }
}

#[test]
fn a_file_spaced_out_by_another_program_is_altered_and_not_foreign() {
    let text = String::from_utf8(file_of(&many(2))).unwrap();
    for altered in [text.replace("\":", "\": "), text.replace('\n', "\r\n"), text.replace('{', "{\n")] {
        assert!(matches!(snapshot::read(altered.as_bytes()), Err(SnapshotError::Altered { .. })), "{altered}");
    }
}

#[test]
fn a_change_that_cannot_be_read_is_named_by_its_line_though_its_checksum_is_right() {
    let file = file_of(&many(5_000));
    assert_eq!(snapshot::read(&forged(&file, str::to_owned)).unwrap().changes.len(), 5_000);
    let refused = |how: &dyn Fn(&str) -> String| match snapshot::read(&forged(&file, how)) {
        Err(SnapshotError::BadChange { line, .. }) => line,
        other => panic!("{other:?}"),
    };
    let of_4500 =
        |line: &str, new: &str| if line.contains("\"amount\":4500}") { new.to_owned() + "," } else { line.to_owned() };
    assert_eq!(refused(&|line| of_4500(line, "{\"stamp\":1}")), 4_501);
    assert_eq!(refused(&|line| of_4500(line, &"[".repeat(100_000))), 4_501);
    assert_eq!(refused(&|line| of_4500(line, "\u{0}")), 4_501);
    // A member this app does not know: it could not be written again as it was.
    assert_eq!(refused(&|line| line.replace("\"amount\":77}", "\"amount\":77},\"new\":1")), 78);
}

#[test]
fn a_change_given_twice_is_one_and_unknown_members_of_the_header_are_passed_over() {
    let changes = many(1);
    let twice = file_of(&[changes.clone(), changes.clone()].concat());
    let mut book = Book::new();
    let merged = book.merge(snapshot::read(&twice).unwrap().changes, START + 1_000);
    assert_eq!((merged.new.len(), merged.known, book.len()), (1, 1, 1));
    let text =
        String::from_utf8(file_of(&changes)).unwrap().replacen("\"parts\"", "\"made by\":{\"a\":[1]},\"parts\"", 1);
    assert!(snapshot::read(text.as_bytes()).is_err(), "its checksum covers them");
    assert_eq!(snapshot::read(&forged(text.as_bytes(), str::to_owned)).unwrap().changes, changes);
}

/// Files as released versions wrote them; none is ever changed or taken away.
const CORPUS: [(&str, &[u8], Extent); 2] = [
    ("snapshot-1.json", include_bytes!("corpus/snapshot-1.json"), Extent::Whole),
    ("snapshot-1-without.json", include_bytes!("corpus/snapshot-1-without.json"), Extent::WithoutAttachments),
];

#[test]
fn every_released_version_opens_and_is_written_the_same_today() {
    let book = company();
    for (name, file, extent) in CORPUS {
        let opened = snapshot::read(file).unwrap_or_else(|problem| panic!("{name}: {problem}"));
        let kept: Vec<&Change> = book.changes().into_iter().filter(|change| extent.admits(change)).collect();
        assert_eq!(opened.changes.iter().collect::<Vec<_>>(), kept, "{name}");
        assert_eq!(opened.header.extent(), extent, "{name}");
        assert!(snapshot::write_extent("公司", &book.changes(), extent) == file, "{name}");
    }
}

#[test]
fn half_a_character_in_a_change_is_named_by_its_line() {
    let file = file_of(&many(3));
    for half in ["\"\\ud800\"", "\"\\udc00\\ud800\"", "[{\"\\ud83d\":1}]"] {
        let altered = forged(&file, |line| line.replace("\"amount\":1}", &format!("\"amount\":{half}}}")));
        assert!(matches!(snapshot::read(&altered), Err(SnapshotError::BadChange { line: 2, .. })), "{half}");
    }
}

#[test]
fn kinds_and_fields_nobody_knows_are_kept_byte_for_byte() {
    let odd = |line: &str| {
        let line = line.replace("\"amount\":0}", "\"amount\":{\"of\":[1,{\"deep\":null}]},\"zz_never_heard\":[true]}");
        line.replace("\"kind\":\"order\"", "\"kind\":\"kind_of_tomorrow\"")
    };
    let file = forged(&file_of(&many(3)), odd);
    let read = snapshot::read(&file).unwrap();
    let text = String::from_utf8(file.clone()).unwrap();
    assert!(text.contains("zz_never_heard") && text.contains("kind_of_tomorrow"));
    let mut book = Book::new();
    assert_eq!(book.merge(read.changes, START + 10_000).new.len(), 3);
    assert_eq!(snapshot::write("w", &book.changes()).trim_ascii_end(), file.trim_ascii_end());
}
