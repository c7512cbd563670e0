//! Importing under rules: what is written, by what rows and records are the same, what empty cells do, and cells put
//! right in place.
#![allow(clippy::unwrap_used, missing_docs)]

mod desk;

use chrono::NaiveDate;
use desk::{Desk, counts_add_up};
use kehu_domain::dictionary::Dictionary;
use kehu_domain::import::*;
use kehu_domain::key::Key;
use kehu_domain::kind::{self, AGREEMENT, CALL, CONTACT, CUSTOMER, ORDER, PRODUCT, RECEIVABLE};
use kehu_domain::stamp::RecordId;
use kehu_domain::text::Lang;
use kehu_domain::value::Value;

const USCC_ONE: &str = "91800067MAB1QAT148";

/// Five columns of two customers.
const KNOWN: &str =
    "客户编号,客户名称,简称,联系人,手机\nA1,甲公司,甲,赵一,13800138000\nA2,乙公司,乙,钱二,13800138001\n";

fn known() -> Desk {
    let mut desk = Desk::new();
    desk.import(CUSTOMER, KNOWN.as_bytes());
    desk
}

/// Imports under changed rules; gives the counts, which add up.
fn import(desk: &mut Desk, kind: Key, file: &str, rule: impl FnOnce(&mut Options)) -> (Counts, Vec<Outcome>) {
    let mut options = desk.options();
    rule(&mut options);
    let mut importer = desk.importer(kind, file.as_bytes(), options);
    let counts = importer.dry_run(&desk.book).unwrap();
    counts_add_up(counts);
    desk.commit(&mut importer);
    (counts, importer.reports().iter().map(|report| report.outcome.clone()).collect())
}

fn names(desk: &Desk) -> Vec<&str> {
    let mut names: Vec<&str> = desk.book.of_kind(CUSTOMER).map(|record| record.text(kind::NAME)).collect();
    names.sort_unstable();
    names
}

const BOTH: &str = "客户编号,客户名称,简称\nA1,甲公司,新甲\nA2,乙公司,乙\nA3,丙公司,丙\nA3,丙公司,丙\n";

#[test]
fn both_is_the_rule_unless_another_is_chosen() {
    let mut desk = known();
    let (counts, _) = import(&mut desk, CUSTOMER, BOTH, |_| ());
    assert_eq!((counts.new, counts.changed, counts.same, counts.passed_over), (1, 1, 2, 0));
}

#[test]
fn only_new_records_leaves_known_ones_as_they_are() {
    let mut desk = known();
    let before = desk.customer("A1").text(kind::SHORT_NAME).to_owned();
    let (counts, outcomes) = import(&mut desk, CUSTOMER, BOTH, |options| options.writes = Writes::OnlyNew);
    assert_eq!((counts.new, counts.changed, counts.same, counts.passed_over), (1, 0, 2, 1));
    assert_eq!(outcomes[0], Outcome::PassedOver);
    assert_eq!(desk.customer("A1").text(kind::SHORT_NAME), before);
    assert_eq!(names(&desk).len(), 3);
}

#[test]
fn only_known_records_adds_nothing() {
    let mut desk = known();
    let (counts, outcomes) = import(&mut desk, CUSTOMER, BOTH, |options| options.writes = Writes::OnlyKnown);
    assert_eq!((counts.new, counts.changed, counts.same, counts.passed_over), (0, 1, 1, 2));
    assert_eq!(outcomes[2..], [Outcome::PassedOver, Outcome::PassedOver]);
    assert_eq!(desk.customer("A1").text(kind::SHORT_NAME), "新甲");
    assert_eq!(names(&desk).len(), 2);
}

#[test]
fn a_double_is_not_made_new_where_nothing_is_added_nor_merged_where_nothing_is_changed() {
    let like = "客户名称,联系人,手机\n甲分店,赵一,13800138000\n";
    let decision = |writes: Writes, suspected: Decision| {
        let mut desk = known();
        let (counts, outcomes) = import(&mut desk, CUSTOMER, like, |options| {
            options.writes = writes;
            options.decisions.suspected = suspected;
        });
        assert_eq!(counts.doubles, 1);
        let Outcome::Double { decision, .. } = &outcomes[0] else { panic!("the row looks like A1") };
        (*decision, names(&desk).len())
    };
    assert_eq!(decision(Writes::OnlyKnown, Decision::New), (Decision::Skip, 2));
    assert_eq!(decision(Writes::OnlyKnown, Decision::Merge), (Decision::Merge, 2));
    assert_eq!(decision(Writes::OnlyNew, Decision::Merge), (Decision::Skip, 2));
    assert_eq!(decision(Writes::OnlyNew, Decision::New), (Decision::New, 3));
}

#[test]
fn by_code_alone_the_rest_is_only_suspected() {
    let mut desk = Desk::new();
    desk.import(CUSTOMER, format!("客户编号,客户名称,信用代码\nA1,甲公司,{USCC_ONE}\n").as_bytes());
    let file = format!("客户名称,信用代码,简称\n甲公司,{USCC_ONE},甲\n");
    let (counts, _) = import(&mut desk, CUSTOMER, &file, |options| options.match_by = MatchBy::Code);
    assert_eq!((counts.doubles, counts.changed), (1, 0));
    let (counts, _) = import(&mut known(), CUSTOMER, &file, |_| ());
    assert_eq!((counts.doubles, counts.new), (1, 0), "of another credit code but the same name");
}

#[test]
fn by_credit_code_a_foreign_code_becomes_an_alias() {
    let mut desk = Desk::new();
    let one = format!("客户编号,客户名称,信用代码\nA1,甲公司,{USCC_ONE}\nB7,别家,\n");
    desk.import(CUSTOMER, one.as_bytes());
    let file = format!("客户编号,客户名称,信用代码\nX9,甲股份,{USCC_ONE}\n");
    let (counts, _) = import(&mut desk, CUSTOMER, &file, |options| options.match_by = MatchBy::Uscc);
    assert_eq!((counts.changed, counts.new, counts.doubles), (1, 0, 0));
    let customer = desk.customer("A1");
    assert_eq!(customer.text(kind::NAME), "甲股份");
    assert_eq!(customer.get(kind::OTHER_CODES), &Value::List(vec!["X9".into()]));
    // Again it brings nothing, and a code of somebody else's is refused.
    let (counts, _) = import(&mut desk, CUSTOMER, &file, |options| options.match_by = MatchBy::Uscc);
    assert_eq!(counts.same, 1);
    let file = format!("客户编号,客户名称,信用代码\nB7,甲股份,{USCC_ONE}\n");
    let (counts, outcomes) = import(&mut desk, CUSTOMER, &file, |options| options.match_by = MatchBy::Uscc);
    assert_eq!(counts.refused, 1);
    let Outcome::Refused(refusals) = &outcomes[0] else { panic!("B7 is another's") };
    assert_eq!((&refusals[0].reason, refusals[0].column), (&Reason::CodeTaken, Some(0)));
}

#[test]
fn by_name_and_number_both_have_to_agree() {
    let mut desk = known();
    let file = "客户名称,联系人,手机,简称\n甲公司,赵一,13800138000,甲甲\n甲公司,孙三,13900139000,另\n";
    let rule = |options: &mut Options| options.match_by = MatchBy::NameAndPhone;
    let (counts, _) = import(&mut desk, CUSTOMER, file, rule);
    assert_eq!((counts.changed, counts.doubles), (1, 1));
    assert_eq!(desk.customer("A1").text(kind::SHORT_NAME), "甲甲");
}

#[test]
fn by_a_chosen_field_one_record_is_meant_or_the_row_is_refused() {
    let mut desk = known();
    let by_short = |options: &mut Options| options.match_by = MatchBy::Field(kind::SHORT_NAME);
    let (counts, _) = import(&mut desk, CUSTOMER, "简称,客户名称\n甲,甲集团\n 乙 ,乙公司\n", by_short);
    assert_eq!((counts.changed, counts.same), (1, 1));
    assert_eq!(desk.customer("A1").text(kind::NAME), "甲集团");
    desk.import(CUSTOMER, "客户编号,客户名称,简称\nA4,丁公司,甲\n".as_bytes());
    let (counts, outcomes) = import(&mut desk, CUSTOMER, "简称,客户名称\n甲,甲集团公司\n", by_short);
    assert_eq!(counts.refused, 1);
    let Outcome::Refused(refusals) = &outcomes[0] else { panic!("two are called 甲 for short") };
    assert_eq!((&refusals[0].reason, refusals[0].column), (&Reason::Ambiguous { count: 2 }, Some(0)));
}

#[test]
fn an_empty_cell_keeps_what_is_there_unless_it_is_to_clear() {
    let file = "客户编号,客户名称,简称,联系人,手机,标签\nA1,甲公司,,赵一,,\nA2,乙公司,乙,,,\n";
    let mut desk = known();
    let (counts, _) = import(&mut desk, CUSTOMER, file, |_| ());
    assert_eq!((counts.same, counts.changed), (2, 0));
    let (counts, outcomes) = import(&mut desk, CUSTOMER, file, |options| options.blanks = Blanks::Clear);
    assert_eq!((counts.same, counts.changed), (1, 1));
    let Outcome::Changed(changes) = &outcomes[0] else { panic!("two fields are emptied") };
    let cleared: Vec<Key> = changes.iter().map(|change| change.target.field).collect();
    assert_eq!(cleared, [kind::SHORT_NAME, kind::MOBILE]);
    assert!(changes.iter().all(|change| change.after == Value::Null));
    assert_eq!(desk.customer("A1").text(kind::SHORT_NAME), "");
    assert_eq!(desk.customer("A1").get(kind::TAGS).items().len(), 2, "tags stay, and the batch's is added");
    let mobiles: Vec<&str> = desk.book.of_kind(CONTACT).map(|record| record.text(kind::MOBILE)).collect();
    assert!(
        mobiles.contains(&"") && mobiles.contains(&"13800138001"),
        "a row without a contact clears none: {mobiles:?}"
    );
    // Nothing is left to be emptied.
    let (counts, _) = import(&mut desk, CUSTOMER, file, |options| options.blanks = Blanks::Clear);
    assert_eq!((counts.same, counts.changed), (2, 0));
}

#[test]
fn a_corrected_cell_is_judged_again() {
    let mut desk = Desk::new();
    let file = "客户名称,手机,成立日期\n甲,123,2026-02-30\n乙,13800138001,昨天\n丙,13800138002,前天\n丁,1\n";
    let mut importer = desk.look(CUSTOMER, file.as_bytes());
    assert_eq!((importer.counts().new, importer.counts().refused), (0, 4));
    let dates: Vec<usize> = importer.findings().refused.iter().map(Group::count).collect();
    assert_eq!(dates, [1, 1, 2, 1], "by column and reason");
    let group = importer.findings().refused.iter().position(|group| group.count() == 2).unwrap();
    assert_eq!(importer.findings().refused[group].header.as_ref(), "成立日期");
    let page = importer.page(List::Refused(group), 0, 10);
    assert_eq!(page.iter().map(|found| (found.row, found.label.as_str())).collect::<Vec<_>>(), [(3, "乙"), (4, "丙")]);
    let What::Fault { cell, .. } = &page[1].what else { panic!("a cell is at fault") };
    assert_eq!(cell.as_deref(), Some("前天"));
    assert_eq!(importer.page(List::Refused(group), 1, 10).len(), 1);
    assert_eq!(importer.page(List::Refused(99), 0, 10), []);
    let mut options = importer.options().clone();
    options.correct(2, 1, "13800138000");
    options.correct(3, 2, "2020-01-02");
    options.correct(5, 1, "13800138003");
    options.correct(5, 2, "");
    importer.restart(options.clone());
    let counts = importer.dry_run(&desk.book).unwrap();
    counts_add_up(counts);
    assert_eq!((counts.new, counts.refused), (2, 2), "the first row has another bad cell");
    // What is given back is what was put right.
    let back = String::from_utf8(importer.refused_csv(Lang::Zh)).unwrap();
    assert!(back.contains("甲,13800138000,2026-02-30,"), "{back}");
    options.correct(2, 2, "2020年2月3日");
    options.correct(4, 2, "");
    importer.restart(options);
    assert_eq!(importer.dry_run(&desk.book).unwrap().new, 4);
    desk.commit(&mut importer);
    let founded = |name: &str| {
        let customer = desk.book.of_kind(CUSTOMER).find(|record| record.text(kind::NAME) == name).unwrap();
        customer.text(Key::of("founded_on")).to_owned()
    };
    assert_eq!((founded("甲"), founded("乙"), founded("丙")), ("2020-02-03".into(), "2020-01-02".into(), "".into()));
}

#[test]
fn the_column_of_reasons_is_no_field_when_it_comes_back() {
    let desk = Desk::new();
    let mut importer = desk.look(CUSTOMER, "客户名称,手机\n甲,123\n".as_bytes());
    for lang in [Lang::Zh, Lang::En] {
        let back = importer.refused_csv(lang);
        let again = desk.look(CUSTOMER, &back);
        assert_eq!(again.headers().len(), 3);
        let mut table = Opening::read(back).unwrap();
        Importer::find_header(&desk.dictionary(), CUSTOMER, &mut table).unwrap();
        let proposal = Proposal::new(&desk.dictionary(), CUSTOMER, table.headers(), &[]).unwrap();
        assert_eq!(proposal.columns[2].decided, Use::Ignore);
        assert_eq!(proposal.columns[2].by, Match::Reasons);
    }
}

#[test]
fn changes_doubles_and_rows_passed_over_are_asked_for_by_page() {
    let mut desk = known();
    let mut options = desk.options();
    options.writes = Writes::OnlyKnown;
    let file = format!("{BOTH}A2,乙公司改,乙\n");
    let mut importer = desk.importer(CUSTOMER, file.as_bytes(), options);
    importer.dry_run(&desk.book).unwrap();
    let changed = importer.page(List::Changed, 0, 5);
    assert_eq!((changed.len(), changed[0].row, changed[0].label.as_str()), (1, 2, "甲公司"));
    assert!(matches!(&changed[0].what, What::Changed(changes) if changes[0].after == Value::from("新甲")));
    assert_eq!(importer.page(List::PassedOver, 0, 5).iter().map(|found| found.row).collect::<Vec<_>>(), [4, 5]);
    desk.commit(&mut importer);
    let mut doubles = desk.look(CUSTOMER, "客户名称,手机\n某店,13800138001\n".as_bytes());
    let page = doubles.page(List::Doubles, 0, 5);
    assert!(matches!(&page[0].what, What::Double { is_certain: false, decision: Decision::New, of } if of.len() == 1));
}

/// The id of what a record refers to.
fn reference(desk: &Desk, of: Key, field: Key) -> Vec<Option<RecordId>> {
    desk.book.of_kind(of).map(|record| record.reference(field)).collect()
}

#[test]
fn every_kind_of_list_comes_in_and_comes_in_once() {
    let mut desk = known();
    desk.import(kind::STAFF, "工号,姓名\nE1,周工\n".as_bytes());
    let files: [(Key, &str); 6] = [
        (CONTACT, "所属客户,姓名,职务,手机\nA1,孙三,经理,13800138009\nA2,李四,,\n"),
        (ORDER, "订单号,客户编号,日期,金额,毛利\nD1,A1,2026-01-01,100,20\n,A2,2026-01-02,5,\n"),
        (RECEIVABLE, "发票号,客户编号,到期日,应收金额,已收金额\nF1,A1,2026-03-01,100,\n"),
        (PRODUCT, "商品编号,商品名称,单位,单价,保修月数\nP1,水泵,台,1200,12\n"),
        (AGREEMENT, "合同号,客户编号,合同种类,生效日,期限（月）\nH1,A1,保修,2026-01-01,12\n"),
        (
            CALL,
            "流水号,来电时间,呼叫方向,主叫号码,客户编号,坐席工号,通话结果,通话时长\nC1,2026-11-23 09:30:15,呼入,138 0013 8000,A1,E1,接通,95\nC2,2026-11-23 09:31:00,呼入,13800138077,,,未接,\n",
        ),
    ];
    for (kind, file) in files {
        let headers: Vec<String> = file.lines().next().unwrap().split(',').map(str::to_owned).collect();
        assert_eq!(guess_kind(&desk.dictionary(), &headers), Some(kind));
        let before = desk.book.of_kind(kind).count();
        let rows = file.lines().count() - 1;
        let (counts, outcomes) = import(&mut desk, kind, file, |_| ());
        assert_eq!(counts.new as usize, rows, "{kind}: {outcomes:?}");
        assert_eq!(desk.book.of_kind(kind).count(), before + rows);
        let (again, _) = import(&mut desk, kind, file, |_| ());
        assert_eq!((again.same as usize, again.new), (rows, 0), "{kind}");
    }
    assert_eq!(reference(&desk, CALL, kind::CUSTOMER_REF)[0], Some(desk.customer("A1").id));
    assert_eq!(reference(&desk, RECEIVABLE, kind::CUSTOMER_REF), [Some(desk.customer("A1").id)]);
    let call = desk.book.of_kind(CALL).next().unwrap();
    assert_eq!((call.text(kind::AT), call.text(Key::of("result"))), ("2026-11-23T09:30", "answered"));
}

#[test]
fn a_contact_is_known_by_its_customer_with_mobile_or_name() {
    let mut desk = known();
    let file = "客户编号,姓名,职务,手机\nA1,赵一,经理,13800138000\nA1,赵一凡,总监,13800138000\nA2,赵一,副理,\nA2,钱二,,13800138005\n";
    let (counts, _) = import(&mut desk, CONTACT, file, |_| ());
    // The second row fills nothing that the first left empty; the last has a new number.
    assert_eq!((counts.changed, counts.same, counts.new), (2, 1, 1));
    assert_eq!(desk.book.of_kind(CONTACT).count(), 3);
    let (again, _) = import(&mut desk, CONTACT, file, |_| ());
    assert_eq!((again.changed, again.same, again.new), (0, 4, 0));
}

#[test]
fn a_new_field_takes_the_type_chosen_for_it() {
    let mut desk = Desk::new();
    let file = "客户名称,注册资本,员工生日\n甲,1.2万,2026-01-02\n乙,约三万,2026-01-03\n";
    let dictionary = desk.dictionary();
    let mut table = Opening::read(file.into()).unwrap();
    Importer::find_header(&dictionary, CUSTOMER, &mut table).unwrap();
    let mut proposal = Proposal::new(&dictionary, CUSTOMER, table.headers(), &[]).unwrap();
    let typed = |label: &str, notation: &str| Use::Typed { label: label.into(), notation: notation.into() };
    proposal.choose(1, typed("注册资本", "money"));
    proposal.choose(2, typed("注册资本", "date"));
    let problem = MappingProblem::SameName { label: "注册资本".into(), columns: vec![1, 2] };
    assert_eq!(proposal.mapping(), Err(vec![problem]));
    proposal.choose(2, typed("员工生日", "date"));
    let mut importer = Importer::new(table, &proposal.mapping().unwrap(), desk.options(), dictionary).unwrap();
    let counts = importer.dry_run(&desk.book).unwrap();
    assert_eq!((counts.new, counts.refused), (1, 1));
    desk.commit(&mut importer);
    let customer = desk.book.of_kind(CUSTOMER).next().unwrap();
    assert_eq!(customer.get(Key::of("c_zhuceziben")), &Value::Int(1_200_000));
    let again = Proposal::new(&desk.dictionary(), CUSTOMER, &["注册资本".to_owned()], &[]).unwrap();
    assert_eq!(again.columns[0].by.sureness(), Sureness::Certain);
}

#[test]
fn the_type_of_a_new_field_is_suggested_by_its_contents() {
    for (contents, notation) in [
        (vec!["2026-01-02", "", "2026年3月4日"], "date"),
        (vec!["12", "3,000"], "int"),
        (vec!["12", "3.5"], "dec(2)"),
        (vec!["007", "12"], "long"),
        (vec!["85%", "3%"], "pct"),
        (vec!["是", "否"], "bool"),
        (vec!["13800138000"], "phone"),
        (vec!["a@b.cn"], "email"),
        (vec!["两个", "12"], "long"),
        (vec!["", ""], "long"),
    ] {
        assert_eq!(mapping::suggested_type(contents.iter().copied()), notation, "{contents:?}");
    }
}

#[test]
fn rules_are_told_and_heard_as_they_are() {
    let mut options = Options::new("a.csv", "导入-1");
    options.match_by = MatchBy::Field(kind::NAME);
    options.decisions.rows.insert(7, Decision::Skip);
    options.correct(3, 1, "x");
    let told = serde_json::to_string(&options).unwrap();
    assert_eq!(serde_json::from_str::<Options>(&told).unwrap(), options);
    assert_eq!(serde_json::from_str::<Options>("{}").unwrap(), Options::default());
}

#[test]
fn call_logs_come_in_with_their_durations_and_what_is_unclear_is_refused() {
    let mut desk = Desk::new();
    let file = "流水号,来电时间,主叫号码,通话时长,等待时长\nC1,2026-11-23 09:30,13800138000,0:03:25,12\nC2,2026-11-23 09:31,13800138000,3分25秒,0:12\nC3,2026-11-23 09:32,13800138000,3.25,\n";
    let (counts, outcomes) = import(&mut desk, CALL, file, |_| ());
    assert_eq!((counts.new, counts.refused), (2, 1));
    let seconds: Vec<_> = desk.book.of_kind(CALL).map(|call| call.get(Key::of("talk_s")).clone()).collect();
    assert_eq!(seconds, [Value::Int(205), Value::Int(205)]);
    let Outcome::Refused(refusals) = &outcomes[2] else { panic!("3.25 is no definite duration") };
    let zh = refusal_words(&refusals[0], &desk.dictionary(), Lang::Zh);
    assert!(zh.contains("“3.25”不是确定的时长"), "{zh}");
}

/// Six rows: one too long by a comma in its name, one too short, one whole.
const RAGGED: &str =
    "客户编号,客户名称,简称,手机\nA1,南山,布庄,南山,13800138001\nA2,北河米店\nA3,青石茶行,青石,13800138000\n";

#[test]
fn rows_of_other_lengths_are_shown_and_put_in_order() {
    let mut desk = Desk::new();
    let mut importer = desk.look(CUSTOMER, RAGGED.as_bytes());
    assert_eq!((importer.counts().new, importer.counts().refused), (1, 2));
    let page = importer.page(List::Refused(0), 0, 50);
    let What::Ragged { refusal, cells } = &page[0].what else { panic!("{page:?}") };
    assert_eq!(refusal.reason, Reason::Ragged { expected: 4, found: 5 });
    assert_eq!(cells, &["A1", "南山", "布庄", "南山", "13800138001"]);
    let What::Ragged { cells, .. } = &page[1].what else { panic!("{page:?}") };
    assert_eq!(cells, &["A2", "北河米店"]);

    let mut options = desk.options();
    options.correct(2, 1, "忘掉的");
    options.rewrite(2, ["A1", "南山,布庄", "南山", "1380013"].map(str::to_owned).to_vec());
    options.rewrite(3, ["A2", "北河米店", "", "=13800138002"].map(str::to_owned).to_vec());
    importer.restart(options.clone());
    importer.dry_run(&desk.book).unwrap();
    assert_eq!((importer.counts().new, importer.counts().refused), (1, 2));
    // What is wrong now is a cell, which is put right on top of the row; the file has the row as it was written anew.
    let found = importer.page(List::Refused(0), 0, 50);
    assert!(matches!(&found[0].what, What::Fault { cell: Some(cell), .. } if cell == "1380013"), "{found:?}");
    let back = String::from_utf8(importer.refused_csv(Lang::Zh)).unwrap();
    assert!(back.contains("A1,\"南山,布庄\",南山,1380013,"), "{back}");
    options.correct(2, 3, "13800138001");
    options.correct(3, 3, "13800138002");
    importer.restart(options);
    importer.dry_run(&desk.book).unwrap();
    assert_eq!((importer.counts().new, importer.counts().refused), (3, 0));
    desk.commit(&mut importer);
    assert_eq!(desk.customer("A1").text(kind::NAME), "南山,布庄");
}

#[test]
fn a_row_written_anew_in_a_wrong_length_is_still_refused() {
    let desk = Desk::new();
    let mut options = desk.options();
    options.rewrite(2, vec!["A1".into(); 5_000]);
    options.rewrite(3, Vec::new());
    options.correct(4, usize::MAX, "x");
    let mut importer = desk.importer(CUSTOMER, RAGGED.as_bytes(), options);
    let counts = importer.dry_run(&desk.book).unwrap();
    counts_add_up(counts);
    assert_eq!((counts.new, counts.refused), (1, 2));
    // So long a row is not put in order on a page.
    let page = importer.page(List::Refused(0), 0, 50);
    assert!(matches!(&page[0].what, What::Ragged { cells, .. } if cells.is_empty()), "{page:?}");
}

#[test]
fn rules_are_remembered_with_the_columns_until_they_no_longer_fit() {
    let mut desk = known();
    let file = "客户编号,客户名称,面积\nA1,甲公司,12\n";
    let dictionary = desk.dictionary();
    let mut table = Opening::read(file.into()).unwrap();
    Importer::find_header(&dictionary, CUSTOMER, &mut table).unwrap();
    let headers = table.headers().to_vec();
    let mut proposal = Proposal::new(&dictionary, CUSTOMER, &headers, &[]).unwrap();
    proposal.choose(2, Use::Typed { label: "面积".into(), notation: "int".into() });
    let mut options = desk.options();
    (options.writes, options.blanks, options.match_by) = (Writes::OnlyKnown, Blanks::Clear, MatchBy::Code);
    (options.bad_cells, options.decisions.suspected) = (BadCell::DropCell, Decision::Skip);
    let remembered =
        Remembered { profile: proposal.profile(), rules: options.rules(), imported: Some("2026-11-03".into()) };
    let other = Remembered::from(Proposal::new(&dictionary, ORDER, &headers, &[]).unwrap().profile());
    let stored = serde_json::to_string(&remembered.kept(vec![other])).unwrap();

    let all = Remembered::read(&stored);
    assert_eq!(all.len(), 2);
    // The same headings in another order, and decorated.
    let next: Vec<String> = ["面积(平米)", "*客户编号", "客户名称："].map(str::to_owned).to_vec();
    let found = Remembered::find(&all, &dictionary, CUSTOMER, &next).unwrap();
    assert_eq!((found.day(), found.rules), (NaiveDate::from_ymd_opt(2026, 11, 3), options.rules()));
    let mut followed = desk.options();
    followed.follow(found.rules);
    assert_eq!(followed, Options { decisions: options.decisions.clone(), ..options });
    let proposal = Proposal::new(&dictionary, CUSTOMER, &next, std::slice::from_ref(&found.profile)).unwrap();
    assert!(proposal.columns.iter().all(|column| column.by == Match::Profile));
    assert!(Remembered::find(&all, &dictionary, CUSTOMER, &next[1..]).is_none());
    assert!(Remembered::find(&all, &dictionary, CALL, &next).is_none());

    // A way of recognising that the columns do not have is not taken.
    let mapping = proposal.mapping().unwrap();
    assert_eq!(mapping.allowed(MatchBy::Code), MatchBy::Code);
    assert_eq!(mapping.allowed(MatchBy::Uscc), MatchBy::Usual);
    assert_eq!(mapping.allowed(MatchBy::Field(kind::SHORT_NAME)), MatchBy::Usual);
    let mut importer = Importer::new(table, &mapping, followed, dictionary).unwrap();
    importer.dry_run(&desk.book).unwrap();
    desk.commit(&mut importer);
}

#[test]
fn what_was_remembered_before_there_were_rules_is_still_read_and_what_is_odd_is_passed_over() {
    let dictionary = Dictionary::built_in();
    let sound = r#"{"kind":"customer","uses":{"名称":{"field":{"kind":"customer","field":"name"}}}}"#;
    let gone = r#"{"kind":"customer","uses":{"名称":{"field":{"kind":"customer","field":"c_gone"}}}}"#;
    let odd = r#"{"profile":{"kind":"customer","uses":{}},"rules":{"writes":"never"}}"#;
    let headers = ["名称".to_owned()];
    let all = Remembered::read(&format!("[3,null,{odd},{gone},{sound}]"));
    assert_eq!(all.len(), 2, "{all:?}");
    let found = Remembered::find(&all, dictionary, CUSTOMER, &headers).unwrap();
    assert_eq!((found.rules, found.day()), (Rules::default(), None));
    assert!(matches!(found.profile.uses["名称"], Use::Field(target) if target.field == kind::NAME));
    for text in ["", "{}", "[", "null", "[{}]"] {
        assert!(Remembered::read(text).is_empty(), "{text}");
    }
}

#[test]
fn one_code_twice_with_different_contents_is_refused_from_json_too() {
    let mut desk = Desk::new();
    let file = r#"[{"客户编号":"A1","客户名称":"青石茶行"},{"客户编号":"A1","客户名称":"青石茶庄"},{"客户编号":"A1","客户名称":"青石茶行"}]"#;
    let (counts, outcomes) = import(&mut desk, CUSTOMER, file, |_| ());
    assert_eq!((counts.new, counts.refused, counts.same), (1, 1, 1));
    let Outcome::Refused(refusals) = &outcomes[1] else { panic!("{outcomes:?}") };
    assert_eq!(refusals[0].reason, Reason::RepeatedCode { row: 2 });
}
