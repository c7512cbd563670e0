//! What a check accepts, and that it names whatever is wrong.
#![allow(clippy::unwrap_used)]

use chrono::NaiveDate;
use kehu_domain::arrival::{Mode, Note, Stamps};
use kehu_domain::attachment;
use kehu_domain::book::{Book, SYSTEM};
use kehu_domain::change::{Act, Change};
use kehu_domain::erasure::Erasure;
use kehu_domain::export;
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::packet;
use kehu_domain::score::template::{CONTENT, Dial, proposal};
use kehu_domain::score::{self, Card, CardFacts, DialKind, GradeBatch, Ledger, Model, StoredScore, Template};
use kehu_domain::snapshot::{self, SnapshotError};
use kehu_domain::stamp::{Clock, RecordId};
use kehu_domain::value::Value;

use super::finding::{Finding, Reason};
use super::{Options, check, examine};
use crate::files::Access;
use crate::verdict::Verdict;

/// 2026-11-23 in the evening, in Shanghai.
const NOW: u64 = 1_795_428_000_000;

fn company() -> Book {
    let today = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    let file = crate::demo::backup(3, 60, today, NOW);
    let mut book = Book::new();
    for change in snapshot::read(&file).unwrap().changes {
        book.insert(change);
    }
    book
}

/// The company after one more act, a minute later.
fn after(mut book: Book, build: impl FnOnce(&Book, &mut Act<'_>)) -> Book {
    let mut clock = Clock::new(9);
    let mut act = Act::begin(&mut clock, NOW + 60_000, SYSTEM);
    build(&book, &mut act);
    for change in act.finish() {
        book.insert(change);
    }
    book
}

fn file(book: &Book) -> Vec<u8> {
    snapshot::write("w", &book.changes())
}

fn findings(book: &Book) -> Vec<Finding> {
    examine(&file(book)).unwrap().findings
}

/// The only thing wrong after an act.
fn only(build: impl FnOnce(&Book, &mut Act<'_>)) -> (Option<Key>, Reason) {
    let findings = findings(&after(company(), build));
    assert_eq!(findings.len(), 1, "{findings:?}");
    let finding = findings.into_iter().next().unwrap();
    (finding.field, finding.reason)
}

fn first(book: &Book, kind: Key) -> RecordId {
    book.of_kind(kind).map(|record| record.id).min().unwrap()
}

#[test]
fn an_invented_company_is_sound_and_counted() {
    let book = company();
    let report = examine(&file(&book)).unwrap();
    assert_eq!(report.findings, []);
    assert_eq!(report.kinds.get(&kind::CUSTOMER), Some(&60));
    assert_eq!(report.header.count, book.len());
}

#[test]
fn a_file_that_was_altered_cut_off_or_is_too_new_is_refused() {
    let whole = String::from_utf8(file(&company())).unwrap();
    let altered = whole.replacen("\"kind\":\"customer\"", "\"kind\":\"custamer\"", 1);
    assert!(matches!(examine(altered.as_bytes()).unwrap_err(), SnapshotError::Altered { .. }));
    let cut = &whole.as_bytes()[..whole.len() / 2];
    assert_eq!(examine(cut).unwrap_err(), SnapshotError::Truncated);
    let newer = whole.replacen("\"version\":1", "\"version\":2", 1);
    assert_eq!(examine(newer.as_bytes()).unwrap_err(), SnapshotError::TooNew { found: 2, known: 1 });
    assert_eq!(examine(b"").unwrap_err(), SnapshotError::Empty);
    assert_eq!(examine(b"{\"a\":1}").unwrap_err(), SnapshotError::Foreign);
}

#[test]
fn a_reference_to_nobody_or_to_something_else_is_named() {
    let nobody = RecordId::fixed(77);
    let (field, reason) = only(|book, act| {
        act.set(book, kind::CUSTOMER, first(book, kind::CUSTOMER), kind::OWNER, nobody.into());
    });
    assert_eq!((field, reason), (Some(kind::OWNER), Reason::Dangling(nobody.to_string().into())));
    let (field, reason) = only(|book, act| {
        let contact = first(book, kind::CONTACT);
        act.set(book, kind::CONTACT, contact, kind::CUSTOMER_REF, contact.into());
    });
    assert_eq!(field, Some(kind::CUSTOMER_REF));
    assert_eq!(reason, Reason::WrongTarget { wanted: kind::CUSTOMER, found: kind::CONTACT });
}

#[test]
fn a_change_by_nobody_is_named() {
    let mut book = company();
    let mut clock = Clock::new(9);
    let nobody = RecordId::fixed(78);
    let mut act = Act::begin(&mut clock, NOW, nobody);
    act.set(&book, kind::CUSTOMER, first(&book, kind::CUSTOMER), kind::REMARK, "x".into());
    let changes: Vec<Change> = act.finish();
    changes.into_iter().for_each(|change| _ = book.insert(change));
    assert_eq!(
        findings(&book).into_iter().map(|finding| finding.reason).collect::<Vec<_>>(),
        [Reason::UnknownAuthor(nobody)]
    );
}

#[test]
fn contents_must_fit_the_dictionary() {
    let wrong = |key: &'static str, value: Value| {
        only(move |book, act| act.set(book, kind::CUSTOMER, first(book, kind::CUSTOMER), Key::of(key), value))
    };
    assert!(matches!(wrong("since", "soon".into()), (Some(_), Reason::Misfit(_))));
    assert!(matches!(wrong("stage", "asleep".into()), (Some(_), Reason::UnknownItem { .. })));
    assert!(matches!(wrong("grade", "E".into()), (Some(_), Reason::Misfit(_))));
    assert!(matches!(wrong("proposed_score", 10_001.into()), (Some(_), Reason::Misfit(_))));
    assert_eq!(wrong("shoe_size", 42.into()), (Some(Key::of("shoe_size")), Reason::UnknownField));
    assert_eq!(wrong("name", Value::Null), (Some(kind::NAME), Reason::Required));
    let (field, reason) =
        only(|_, act| _ = act.create(Key::of("ship"), [(kind::NAME, "x".into())].into_iter().collect()));
    assert_eq!((field, reason), (None, Reason::UnknownKind));
}

#[test]
fn a_workspace_may_add_fields_and_items_of_its_own() {
    use kehu_domain::dictionary::{DICT_ITEM, FIELD_DEF, names};
    let book = after(company(), |book, act| {
        let item = [(names::GROUP, "stage".into()), (names::KEY, "asleep".into()), (names::ZH, "休眠".into())];
        act.create(DICT_ITEM, item.into_iter().collect());
        let field = [
            (names::ENTITY, Value::from("customer")),
            (names::KEY, "shoe_size".into()),
            (names::TYPE, "int[1..60]".into()),
        ];
        act.create(FIELD_DEF, field.into_iter().collect());
        let customer = first(book, kind::CUSTOMER);
        act.set(book, kind::CUSTOMER, customer, kind::STAGE, "asleep".into());
        act.set(book, kind::CUSTOMER, customer, Key::of("shoe_size"), 42.into());
    });
    assert_eq!(findings(&book), []);
}

#[test]
fn a_document_must_fit_its_template_and_have_a_number_of_its_own() {
    let (field, reason) = only(|book, act| {
        act.set(book, kind::DOCUMENT, first(book, kind::DOCUMENT), kind::FORM, "F-0.0-0".into());
    });
    assert_eq!((field, reason), (Some(kind::FORM), Reason::NotInHandbook("F-0.0-0".into())));
    let (field, reason) = only(|book, act| {
        let mut numbers = book.of_kind(kind::DOCUMENT);
        let (one, other) = (numbers.next().unwrap(), numbers.next().unwrap());
        act.set(book, kind::DOCUMENT, other.id, kind::FORM_NO, one.text(kind::FORM_NO).into());
    });
    assert_eq!(field, Some(kind::FORM_NO));
    assert!(matches!(reason, Reason::DoubleNumber { .. }));
    let findings = findings(&after(company(), |book, act| {
        act.set(book, kind::DOCUMENT, first(book, kind::DOCUMENT), kind::AT, "yesterday".into());
    }));
    assert!(findings.iter().any(|found| found.field == Some(kind::AT) && matches!(found.reason, Reason::Misfit(_))));
}

#[test]
fn a_move_that_no_transition_allows_is_named_and_its_undo_is_not() {
    let (field, reason) = only(|book, act| {
        let is_planned = |case: &&kehu_domain::book::Record| case.text(kind::STEP) == "planned";
        let case = book.of_kind(kind::CASE).find(is_planned).unwrap().id;
        act.set(book, kind::CASE, case, kind::STEP, "closed".into());
        act.set(book, kind::CASE, case, kind::EVENT, "appoint".into());
    });
    assert_eq!(field, Some(kind::EVENT));
    assert!(matches!(reason, Reason::NoSuchMove { .. }), "{reason:?}");

    let mut book = company();
    let planned = book.of_kind(kind::CASE).find(|case| case.text(kind::STEP) == "planned").unwrap().id;
    let mut clock = Clock::new(9);
    let mut act = Act::begin(&mut clock, NOW, SYSTEM);
    act.set(&book, kind::CASE, planned, kind::STEP, "cancelled".into());
    act.set(&book, kind::CASE, planned, kind::EVENT, "cancel".into());
    let stamp = act.stamp().unwrap();
    act.finish().into_iter().for_each(|change| _ = book.insert(change));
    let mut undo = Act::begin(&mut clock, NOW + 1, SYSTEM);
    book.undo(stamp, &mut undo);
    undo.finish().into_iter().for_each(|change| _ = book.insert(change));
    assert_eq!(book.get(planned).unwrap().text(kind::STEP), "planned");
    assert_eq!(findings(&book), []);
}

#[test]
fn a_score_that_its_inputs_do_not_give_is_named() {
    let cards = score::parse(score::GRADING).unwrap();
    let card = cards.card("M01").unwrap();
    let graded = |book: &Book, act: &mut Act<'_>, spoil: &dyn Fn(&mut StoredScore)| {
        let customer = book.get(first(book, kind::CUSTOMER)).unwrap();
        let facts = [CardFacts::of(customer)];
        let ledger = Ledger::new(NaiveDate::from_ymd_opt(2026, 11, 23).unwrap(), 1, 365);
        let batch = GradeBatch { card, ledger: &ledger, cards: &facts };
        let (facts, outcome) = batch.outcome(0).unwrap();
        let mut stored = StoredScore::new(customer.id, ledger.day(), facts.inputs, Default::default(), &outcome);
        spoil(&mut stored);
        act.create(kind::SCORE, stored.cells());
    };
    let sound = after(company(), |book, act| graded(book, act, &|_| ()));
    assert_eq!(findings(&sound), []);
    let (field, reason) = only(|book, act| graded(book, act, &|stored| stored.is_candidate = !stored.is_candidate));
    assert_eq!((field, reason), (Some(kind::CARD), Reason::OtherResult));
    let (_, reason) = only(|book, act| graded(book, act, &|stored| stored.version = 99));
    assert_eq!(reason, Reason::OtherCard { version: 99 });
}

#[test]
fn a_score_is_checked_by_the_version_it_names() {
    let shipped = Template::shipped(Model::Value).unwrap();
    let place = |code: &str| {
        let is_weight = |dial: &Dial| dial.kind == DialKind::Weight && dial.code == *code;
        shipped.dials().into_iter().find(is_weight).unwrap().place
    };
    let edits = [(place("V1"), "35".to_owned()), (place("V2"), "5".to_owned())].into_iter().collect();
    let tuned = shipped.tuned(&edits, 2).unwrap();
    let Card::Value(card) = &tuned.card else { panic!("M01") };
    let graded = |book: &Book, act: &mut Act<'_>, spoil: &dyn Fn(&mut StoredScore)| {
        let version = act.create(kind::SCORECARD, proposal(&tuned, "trade fairs"));
        let customer = book.get(first(book, kind::CUSTOMER)).unwrap();
        let facts = [CardFacts::of(customer)];
        let ledger = Ledger::new(NaiveDate::from_ymd_opt(2026, 11, 23).unwrap(), 1, 365);
        let (facts, outcome) = GradeBatch { card, ledger: &ledger, cards: &facts }.outcome(0).unwrap();
        let stored = StoredScore::new(customer.id, ledger.day(), facts.inputs, Default::default(), &outcome);
        let mut stored = stored.by_version(Some(version));
        spoil(&mut stored);
        act.create(kind::SCORE, stored.cells());
    };
    assert_eq!(findings(&after(company(), |book, act| graded(book, act, &|_| ()))), []);
    let (_, reason) = only(|book, act| graded(book, act, &|stored| stored.template = None));
    assert_eq!(reason, Reason::OtherCard { version: 2 });
    let nobody = RecordId::named("nobody");
    let (_, reason) = only(|book, act| graded(book, act, &|stored| stored.template = Some(nobody)));
    assert_eq!(reason, Reason::Dangling(nobody.to_string().into()));
    let (field, reason) = only(|_, act| {
        let mut cells = proposal(&tuned, "trade fairs");
        cells.put(CONTENT, tuned.content().replace("年销售额", "销售额").into());
        act.create(kind::SCORECARD, cells);
    });
    assert_eq!((field, reason), (Some(CONTENT), Reason::OtherScorecard));
}

#[test]
fn the_bytes_of_an_attachment_have_to_be_those_it_is_named_by() {
    let name = attachment::sha256("客户".as_bytes());
    let attach = |sha256: &str, base64: &str| {
        let cells = attachment::cells("名片.txt", "text/plain", sha256, base64);
        after(company(), |_, act| {
            act.create(kind::ATTACHMENT, cells);
        })
    };
    assert_eq!(findings(&attach(&name, "5a6i5oi3")), []);
    for base64 in ["5a6i5oi4", "5a6i5oi", "", "客户"] {
        let found = findings(&attach(&name, base64));
        assert_eq!(found.len(), 1, "{base64}");
        assert_eq!((found[0].field, &found[0].reason), (Some(kind::DATA), &Reason::OtherBytes), "{base64}");
    }
}

#[test]
fn what_the_app_notes_of_files_in_and_out_is_no_fault() {
    let noted = after(company(), |_, act| {
        export::log(act, "customer", "", 60, "客户.xlsx");
        let note = Note {
            file: "备份.json".into(),
            mode: Mode::Everything,
            workspace: "w".into(),
            changes: 0,
            records: 0,
            customers: 0,
            clashes: 0,
        };
        note.write(&Stamps::default(), act);
    });
    assert_eq!(findings(&noted), []);
}

#[test]
fn what_was_erased_is_asked_for_nothing_and_what_names_it_is_no_fault() {
    let erased = after(company(), |book, act| {
        packet::note_whole(book, act);
        for kind in [kind::CONTACT, kind::CUSTOMER] {
            let ids: Vec<_> = book.of_kind(kind).map(|record| record.id).collect();
            Erasure::of(book, ids[0]).unwrap().carry_out(book, act);
        }
    });
    assert!(erased.records().filter(|record| record.is_forgotten()).count() > 2);
    assert_eq!(findings(&erased), []);
}

#[test]
fn the_report_says_what_was_found_and_the_verdict_follows() {
    let folder = std::env::temp_dir();
    let written = |name: &str, bytes: &[u8]| {
        let path = folder.join(format!("kehu-check-{}-{name}.json", std::process::id()));
        std::fs::write(&path, bytes).unwrap();
        let mut out = Vec::new();
        let verdict = check(&Options { file: path.clone(), access: Access::default() }, &mut out).unwrap();
        std::fs::remove_file(path).unwrap();
        (verdict, String::from_utf8(out).unwrap())
    };
    let (verdict, text) = written("sound", &file(&company()));
    assert_eq!(verdict, Verdict::Fine);
    assert!(text.contains("whole and consistent") && text.contains("customer        60"), "{text}");
    let bad = after(company(), |book, act| {
        act.set(book, kind::CUSTOMER, first(book, kind::CUSTOMER), kind::STAGE, "asleep".into());
    });
    let (verdict, text) = written("faulty", &file(&bad));
    assert_eq!(verdict, Verdict::Findings);
    assert!(text.contains("· stage: stage 中没有 asleep / stage has no item asleep"), "{text}");
    let (verdict, text) = written("cut", &file(&company())[..999]);
    assert_eq!(verdict, Verdict::Findings);
    assert!(text.contains("cut off"), "{text}");
    let mut out = Vec::new();
    assert!(check(&Options { file: folder.join("kehu-no-such-file"), access: Access::default() }, &mut out).is_err());
    assert!(out.is_empty());
}

#[test]
fn the_demo_companies_people_see_are_sound() {
    for (seed, customers, today) in [(1, 3_000, "2026-11-26"), (7, 900, "2026-10-09"), (2026, 500, "2027-02-21")] {
        let today: NaiveDate = today.parse().unwrap();
        let wall_ms = u64::try_from(today.and_hms_opt(2, 0, 0).unwrap().and_utc().timestamp_millis()).unwrap();
        let findings = examine(&crate::demo::backup(seed, customers, today, wall_ms)).unwrap().findings;
        assert!(findings.is_empty(), "seed {seed}: {findings:?}");
    }
}

#[test]
fn an_attachment_and_a_case_that_another_opened_are_sound() {
    let book = after(company(), |book, act| {
        let sha256 = kehu_domain::attachment::sha256(b"abc");
        act.create(kind::ATTACHMENT, kehu_domain::attachment::cells("a.txt", "text/plain", &sha256, "YWJj"));
        let origin = first(book, kind::CASE);
        let fields = [
            (kind::PROCESS, Value::from("A-1")),
            (kind::STEP, "due".into()),
            (kind::EVENT, "start".into()),
            (kind::ENTERED_AT, "2026-11-23T20:00".into()),
            (kind::OWNER, first(book, kind::STAFF).into()),
            (kind::ORIGIN, origin.into()),
            (Key::of("topic"), "samples".into()),
        ];
        act.create(kind::CASE, fields.into_iter().collect());
    });
    assert_eq!(findings(&book), Vec::new());
}
