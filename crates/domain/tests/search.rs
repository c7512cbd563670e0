//! What the search promises: every part of a text finds its record, by any way of typing it, in a fixed order.
#![allow(clippy::unwrap_used, missing_docs)]

use kehu_domain::kind::{CODE, MOBILE, NAME, SHORT_NAME, USCC};
use kehu_domain::search::{Entry, Index, Rank, highlight};
use kehu_domain::stamp::RecordId;
use proptest::prelude::*;

const CONTACT: kehu_domain::key::Key = kehu_domain::key::Key::of("contact");

fn name(text: &str) -> Entry<'_> {
    Entry { field: NAME, text, weight: 9, is_number: false }
}

fn contact(text: &str) -> Entry<'_> {
    Entry { field: CONTACT, text, weight: 5, is_number: false }
}

fn number(field: kehu_domain::key::Key, text: &str) -> Entry<'_> {
    Entry { field, text, weight: 3, is_number: true }
}

fn company() -> Index {
    let mut index = Index::new();
    let rows: [(u32, &str, &str, &str, &str, &str); 5] = [
        (1, "厦门蓝屿科技有限公司", "蓝屿", "李明朗", "138 0013 8000", "KH-0001"),
        (2, "长沙衡石机械（集团）有限公司", "衡石机械", "吕曾", "13912345678", "KH-0002"),
        (3, "李记米粉店", "李记", "王五", "0592-2188000", "KH-0003"),
        (4, "Müller Blue Sea 贸易", "", "单行", "15011112222", "KH-0004"),
        (5, "蓝屿", "", "重乐", "15933334444", "KH-0005"),
    ];
    for (id, full, short, person, phone, code) in rows {
        index.put(
            RecordId::fixed(id),
            1,
            &[
                name(full),
                Entry { field: SHORT_NAME, ..name(short) },
                contact(person),
                number(MOBILE, phone),
                number(CODE, code),
            ],
        );
    }
    index
}

fn ids(index: &Index, query: &str) -> Vec<u32> {
    let all: Vec<RecordId> = index.find(query, 100).hits.iter().map(|hit| hit.record).collect();
    (1..=5)
        .map(|id| (all.iter().position(|record| *record == RecordId::fixed(id)), id))
        .filter_map(|(place, id)| Some((place?, id)))
        .collect::<std::collections::BTreeMap<usize, u32>>()
        .into_values()
        .collect()
}

#[test]
fn a_person_is_found_however_the_name_is_typed() {
    let index = company();
    for query in
        ["李明朗", "lml", "LML", "liminglang", "limingl", "liml", "明朗", "minglang", "李ml", "李ming", "ｌｍｌ"]
    {
        let found = index.find(query, 10);
        assert_eq!(
            found.hits.first().map(|hit| (hit.record, hit.field)),
            Some((RecordId::fixed(1), CONTACT)),
            "{query}"
        );
        assert!(!highlight("李明朗", query).is_empty(), "{query}");
    }
}

#[test]
fn characters_with_two_readings_are_found_by_both() {
    let index = company();
    for (query, id) in [
        ("xiamen", 1),
        ("shamen", 1),
        ("cshs", 2),
        ("changsha", 2),
        ("zhangsha", 2),
        ("lvz", 2),
        ("luz", 2),
        ("lvceng", 2),
        ("shanxing", 4),
        ("danhang", 4),
        ("zhongyue", 5),
        ("chongle", 5),
    ] {
        assert!(ids(&index, query).contains(&id), "{query}: {:?}", ids(&index, query));
    }
}

#[test]
fn numbers_are_found_by_any_part_however_they_are_grouped() {
    let index = company();
    for (query, id) in [
        ("8000", 1),
        ("13800138000", 1),
        ("+86 138-0013-8000", 1),
        ("138 8000", 1),
        ("05922188", 3),
        ("kh0004", 4),
        ("KH-0004", 4),
    ] {
        assert!(ids(&index, query).contains(&id), "{query}");
    }
    assert_eq!(index.find("0013", 5).hits[0].rank, Rank::InNumber);
    assert_eq!(index.find("13912345678", 5).hits[0].rank, Rank::Exact);
}

#[test]
fn brackets_width_case_and_accents_do_not_matter() {
    let index = company();
    for query in ["机械(集团)", "机械集团", "衡石 集团"] {
        assert_eq!(ids(&index, query), [2], "{query}");
    }
    for query in ["muller", "MÜLLER", "bluesea", "blue sea", "sea mul"] {
        assert_eq!(ids(&index, query), [4], "{query}");
    }
}

#[test]
fn every_word_must_be_found() {
    let index = company();
    assert_eq!(ids(&index, "蓝屿 lml"), [1]);
    assert_eq!(ids(&index, "蓝屿 lml 8009"), Vec::<u32>::new());
    assert_eq!(ids(&index, "蓝屿 lml 8000"), [1]);
}

#[test]
fn the_better_find_comes_first() {
    let index = company();
    assert_eq!(ids(&index, "蓝屿"), [5, 1], "two exact finds: the shorter name first");
    assert_eq!(index.find("蓝屿科技", 5).hits[0].rank, Rank::Inside);
    assert_eq!(ids(&index, "li")[0], 3, "李记 is spelled from its start");
    let ranks: Vec<Rank> = ["蓝屿", "厦门", "sea", "lml", "lm", "屿科", "minglang", "0138"]
        .into_iter()
        .map(|query| index.find(query, 1).hits[0].rank)
        .collect();
    let all = [
        Rank::Exact,
        Rank::Prefix,
        Rank::WordStart,
        Rank::SpelledExact,
        Rank::SpelledPrefix,
        Rank::Inside,
        Rank::SpelledInside,
        Rank::InNumber,
    ];
    assert_eq!(ranks, all);
    assert!(all.is_sorted());
}

#[test]
fn the_total_counts_what_the_limit_hides_and_tags_are_told_apart() {
    let mut index = Index::new();
    for id in 0..50 {
        index.put(RecordId::fixed(id), (id % 2) as u8, &[name("海风贸易"), number(USCC, "91350100M000100Y43")]);
    }
    let found = index.find("hfmy", 7);
    assert_eq!((found.hits.len(), found.total), (7, 50));
    assert_eq!(index.find_where("海风", 100, |tag| tag == 1).total, 25);
    assert_eq!(index.find("海风", 0).hits.len(), 0);
    assert_eq!(index.find("m000100", 1).total, 50);
}

#[test]
fn a_record_put_again_is_found_by_its_new_texts_only() {
    let mut index = company();
    index.put(RecordId::fixed(1), 1, &[name("晨星物流")]);
    assert_eq!(ids(&index, "lml"), Vec::<u32>::new());
    assert_eq!(ids(&index, "cxwl"), [1]);
    assert_eq!(index.len(), 5);
    assert!(index.remove(RecordId::fixed(1)));
    assert!(!index.remove(RecordId::fixed(1)));
    assert_eq!(index.find("晨星", 9).total, 0);
}

#[test]
fn an_index_edited_for_long_stays_small_and_right() {
    let mut index = Index::new();
    let text = |round: u32, id: u32| format!("第{round}轮客户{id}号 Blue {id} Sea");
    for round in 0..40 {
        for id in 0..200 {
            index.put(RecordId::fixed(id), 0, &[name(&text(round, id))]);
        }
    }
    assert!(index.size() < 400_000, "{}", index.size());
    assert_eq!(index.len(), 200);
    assert_eq!(index.find("第38轮", 5).total, 0);
    assert_eq!(index.find("第39轮", 5).total, 200);
    assert_eq!(index.find("sea", 1).hits[0].rank, Rank::WordStart);
    assert_eq!(index.find("d39lkh77h", 5).total, 1);
}

#[test]
fn more_fields_than_slots_are_still_found() {
    let mut index = Index::new();
    for id in 0..60u8 {
        let text = format!("条目{id}");
        index.put(RecordId::fixed(u32::from(id)), 0, &[Entry { weight: id, ..name(&text) }]);
    }
    assert_eq!(index.find("条目59", 5).total, 1);
    assert_eq!(index.find("tm", 5).total, 60);
}

fn texts() -> impl Strategy<Value = Vec<String>> {
    let text = prop_oneof!["[一-龥]{1,6}", "[a-zA-Z0-9 一-龥（）()·-]{1,12}", "\\PC{1,10}", "[长行重厦曾单解]{1,5}"];
    prop::collection::vec(text, 1..12)
}

fn index_of(texts: &[String]) -> Index {
    let mut index = Index::new();
    for (id, text) in texts.iter().enumerate() {
        index.put(RecordId::fixed(id as u32), 0, &[name(text), number(CODE, &format!("c{id}"))]);
    }
    index
}

fn finds(index: &Index, query: &str, id: usize) -> bool {
    index.find(query, usize::MAX).hits.iter().any(|hit| hit.record == RecordId::fixed(id as u32))
}

/// Whether anything is left of a text for searching: some query that is not only spaces and punctuation.
fn says_something(text: &str) -> bool {
    !highlight(text, text).is_empty()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_part_of_a_text_finds_its_record(texts in texts(), which in any::<prop::sample::Index>(), cut in any::<(u8, u8)>()) {
        let index = index_of(&texts);
        let id = which.index(texts.len());
        let chars: Vec<char> = texts[id].chars().collect();
        let from = usize::from(cut.0) % chars.len();
        let to = from + 1 + usize::from(cut.1) % (chars.len() - from);
        let part: String = chars[from..to].iter().collect();
        if says_something(&part) {
            prop_assert!(finds(&index, &part, id), "{part:?} in {:?}", texts[id]);
            prop_assert!(!highlight(&texts[id], &part).is_empty());
        }
    }

    #[test]
    fn initials_and_beginnings_of_syllables_find_their_text(text in "[一-龥]{1,8}", cuts in prop::collection::vec(1..7usize, 8)) {
        use pinyin::ToPinyin;
        let syllables: Option<Vec<&str>> = text.as_str().to_pinyin().map(|sound| sound.map(|sound| sound.plain())).collect();
        let syllables = syllables.filter(|all| all.iter().all(|syllable| syllable.is_ascii()));
        if let Some(syllables) = syllables {
            let typed: String = syllables.iter().zip(cuts).map(|(syllable, cut)| &syllable[..cut.min(syllable.len())]).collect();
            let index = index_of(&[text.clone(), "其他".to_owned()]);
            prop_assert!(finds(&index, &typed, 0), "{typed} for {text}");
            prop_assert!(!highlight(&text, &typed).is_empty());
        }
    }

    #[test]
    fn what_is_removed_is_found_no_more_and_the_rest_still_is(texts in texts(), gone in any::<prop::sample::Index>()) {
        let mut index = index_of(&texts);
        let gone = gone.index(texts.len());
        index.remove(RecordId::fixed(gone as u32));
        for (id, text) in texts.iter().enumerate().filter(|(_, text)| says_something(text)) {
            prop_assert_eq!(finds(&index, text, id), id != gone);
        }
    }

    #[test]
    fn no_query_panics_and_hits_are_in_order(texts in texts(), query in "\\PC{0,80}|[a-z ]{0,90}", limit in 0..20usize) {
        let index = index_of(&texts);
        let found = index.find(&query, limit);
        prop_assert_eq!(found.hits.len(), found.total.min(limit));
        prop_assert!(found.hits.is_sorted_by_key(|hit| hit.rank));
        let all = index.find(&query, usize::MAX);
        prop_assert_eq!(&all.hits[..found.hits.len()], &found.hits[..]);
        for range in texts.iter().flat_map(|text| highlight(text, &query).into_iter().map(move |range| text.get(range))) {
            prop_assert!(range.is_some());
        }
    }
}
