//! Every conversion of platform 3, and the round trip of every type.

use super::*;
use crate::dictionary::Dictionary;
use crate::text::Text;
use proptest::prelude::*;

fn reading() -> Reading<'static> {
    Reading::new(Dictionary::built_in())
}

fn read(kind: &FieldType, text: &str) -> Result<Value, ProblemCode> {
    parse(kind, text, reading()).map_err(|problem| problem.code)
}

#[test]
fn dates_are_read_in_all_their_forms() {
    for text in [
        "2026-11-23",
        "2026/11/23",
        "2026.11.23",
        "20261123",
        "2026年11月23日",
        "46349",
        " ２０２６－１１－２３ ",
        "2026/11/23 0:00:00",
        "23 Nov 2026",
        "46349.0",
    ] {
        assert_eq!(read(&FieldType::Date, text), Ok(Value::from("2026-11-23")), "{text}");
    }
    assert_eq!(read(&FieldType::Date, "2026/3/8"), Ok(Value::from("2026-03-08")));
    for text in ["2026-02-30", "20260230", "2026年13月1日", "1900-02-29"] {
        assert_eq!(read(&FieldType::Date, text), Err(ProblemCode::NoSuchDay), "{text}");
    }
    for text in ["昨天", "26-11-23", "2026", "202611", "2026-11", "11/23/2026", "2026-11-23 10:20", "1.2"] {
        assert_eq!(read(&FieldType::Date, text), Err(ProblemCode::NotADate), "{text}");
    }
}

#[test]
fn amounts_are_read_exactly() {
    for (text, fen) in [
        ("1,234.5", 123_450),
        ("¥1,234.50", 123_450),
        ("￥1,234.50元", 123_450),
        ("1.2万", 1_200_000),
        ("13.4276万", 13_427_600),
        ("3亿元", 30_000_000_000),
        ("12,345,678", 1_234_567_800),
        ("１２３．４０", 12_340),
        ("-12.5", -1_250),
        ("¥-12.5", -1_250),
        ("-¥12.5", -1_250),
        ("0.10", 10),
    ] {
        assert_eq!(read(&FieldType::Money, text), Ok(Value::Int(fen)), "{text}");
    }
    for text in ["约三十万", "1,23", "12,34,567", "--5", "-¥-5", "1.2.3", "万", "1e5", "=1+1", "¥"] {
        assert_eq!(read(&FieldType::Money, text), Err(ProblemCode::NotANumber), "{text}");
    }
    assert_eq!(read(&FieldType::Money, "1.234"), Err(ProblemCode::TooManyPlaces { places: 2 }));
    assert_eq!(read(&FieldType::Money, "999999999999999999"), Err(ProblemCode::OutOfRange));
}

#[test]
fn percentages_follow_the_cell() {
    for text in ["85%", "85", "８５％", "85.00 %"] {
        assert_eq!(read(&FieldType::Percent, text), Ok(Value::Int(8_500)), "{text}");
    }
    let cell = Reading { is_percent_cell: true, ..reading() };
    assert_eq!(parse(&FieldType::Percent, "0.85", cell), Ok(Value::Int(8_500)));
    assert_eq!(read(&FieldType::Percent, "33.335"), Ok(Value::Int(3_334)));
    assert_eq!(read(&FieldType::Percent, "101"), Err(ProblemCode::OutOfRange));
}

#[test]
fn phones_lose_what_is_not_theirs() {
    for text in ["+86 138-0013-8000", "138 0013 8000", "１３８００１３８０００", "86 13800138000", "0086-13800138000"]
    {
        assert_eq!(read(&FieldType::Phone, text), Ok(Value::from("13800138000")), "{text}");
    }
    for (text, digits) in [
        ("(021) 6888-8888", "02168888888"),
        ("+86 21 68888888", "02168888888"),
        ("0592-2345678", "05922345678"),
        ("400-820-8820", "4008208820"),
        ("68888888", "68888888"),
    ] {
        assert_eq!(read(&FieldType::Phone, text), Ok(Value::from(digits)), "{text}");
    }
    for text in ["138001380", "12800138000", "+1 212 555 0100", "电话", "1380013800012"] {
        assert_eq!(read(&FieldType::Phone, text), Err(ProblemCode::NotAPhone), "{text}");
    }
    assert_eq!(masked_phone("13812345678"), "138****5678");
    assert_eq!(masked_email("anna@b.cn"), "a***@b.cn");
}

#[test]
fn yes_and_no_have_many_spellings() {
    for (yes, no) in [("是", "否"), ("Y", "N"), ("1", "0"), ("true", "FALSE"), ("√", "×"), ("Yes", "no")] {
        assert_eq!(read(&FieldType::Bool, yes), Ok(Value::Bool(true)));
        assert_eq!(read(&FieldType::Bool, no), Ok(Value::Bool(false)));
    }
    assert_eq!(read(&FieldType::Bool, "也许"), Err(ProblemCode::NotYesNo));
}

#[test]
fn durations_are_read_as_call_logs_write_them() {
    for text in [
        "205",
        "205.0",
        "205秒",
        "205 s",
        "3:25",
        "03:25",
        "0:03:25",
        "00:03:25.000",
        "３：２５",
        "3分25秒",
        "3 分钟 25 秒",
        "3m25s",
        "3 min 25 sec",
        "3'25\"",
        "0时3分25秒",
    ] {
        assert_eq!(read(&FieldType::Seconds, text), Ok(Value::Int(205)), "{text}");
    }
    for (text, seconds) in
        [("0", 0), ("3分", 180), ("125:30", 7_530), ("1小时", 3_600), ("1h 1s", 3_601), ("24:00:00", 86_400)]
    {
        assert_eq!(read(&FieldType::Seconds, text), Ok(Value::Int(seconds)), "{text}");
    }
    // Each of these could be two lengths at least.
    for text in [
        "3.25",
        "3:5",
        "3:65",
        "3分25",
        "3m25",
        "25秒3分",
        "3分3分",
        "1:2:3:4",
        "1时90分",
        "-5",
        "约3分钟",
        ":",
        "分",
        "1e3",
        "2026-11-23 08:30",
        "0.0023726852",
        "9999999999",
    ] {
        assert_eq!(read(&FieldType::Seconds, text), Err(ProblemCode::NotASpan), "{text}");
    }
    for text in ["86401", "24:00:01", "25小时", "999999999小时"] {
        assert_eq!(read(&FieldType::Seconds, text), Err(ProblemCode::OutOfRange), "{text}");
    }
}

#[test]
fn lunar_dates_are_read_as_spoken() {
    for (text, stored) in [
        ("农历八月十五", "L08-15"),
        ("农历闰六月十五", "L06-15+"),
        ("正月初一", "L01-01"),
        ("腊月廿三", "L12-23"),
        ("十一月三十", "L11-30"),
        ("lunar leap 6/15", "L06-15+"),
    ] {
        assert_eq!(read(&FieldType::Lunar, text), Ok(Value::from(stored)), "{text}");
        assert_eq!(read(&FieldType::DateOrLunar, text), Ok(Value::from(stored)), "{text}");
    }
    for text in ["农历十三月初一", "农历八月三十一", "八月", "月", "L13-01"] {
        assert_eq!(read(&FieldType::Lunar, text), Err(ProblemCode::NotLunar), "{text}");
    }
}

#[test]
fn check_digits_follow_m11() {
    for (data, full) in [
        ("690123456789", "6901234567892"),
        ("692123456789", "6921234567890"),
        ("730001100001", "7300011000017"),
        ("9638507", "96385074"),
        ("03600029145", "036000291452"),
        ("1690123456789", "16901234567899"),
        ("690000000000", "6900000000007"),
        ("69012345678900001", "690123456789000015"),
    ] {
        let check = gs1_check_digit(data).unwrap();
        assert_eq!(format!("{data}{check}"), full);
        assert!(is_gs1(full));
    }
    assert_eq!(read(&FieldType::Gtin, "6901234567893"), Err(ProblemCode::CheckDigit));
    assert_eq!(read(&FieldType::Gtin, "69012345678"), Err(ProblemCode::NotACode));
    assert_eq!(read(&FieldType::Gtin, "690123456789X"), Err(ProblemCode::NotACode));
    assert!(!is_gs1(""));
    assert!(is_chinese_gs1("6901234567892") && is_chinese_gs1("16901234567899") && !is_chinese_gs1("7300011000017"));
    assert_eq!(read(&FieldType::Uscc, "91350100m000100y43"), Ok(Value::from("91350100M000100Y43")));
    assert_eq!(read(&FieldType::Uscc, "91350100M000100Y4Z"), Err(ProblemCode::NotACode));
    assert_eq!(read(&FieldType::Uscc, "91350100M000100Y44"), Err(ProblemCode::CheckDigit));
    assert_eq!(uscc_check_character("91110000000000000"), Some('E'));
}

#[test]
fn addresses_need_one_at_and_a_dotted_domain() {
    assert_eq!(read(&FieldType::Email, "Li.Ming＠Example.CN"), Ok(Value::from("Li.Ming@example.cn")));
    for text in ["a@b", "@b.cn", "a@", "a@b..cn", "a@b@c.cn", "a b@c.cn"] {
        assert_eq!(read(&FieldType::Email, text), Err(ProblemCode::NotAnEmail), "{text}");
    }
}

#[test]
fn a_long_text_is_refused_not_cut() {
    assert_eq!(read(&FieldType::Text { max: 2 }, "客户服务"), Err(ProblemCode::TooLong { max: 2 }));
    assert_eq!(read(&FieldType::Text { max: 9 }, "a\r\n b"), Ok(Value::from("a b")));
    assert_eq!(read(&FieldType::Long, "a\r\nb"), Ok(Value::from("a\nb")));
}

#[test]
fn dates_and_money_are_shown_by_language() {
    let showing = Showing::new(Dictionary::built_in());
    let out = Showing { writes_dates_out: true, ..showing };
    let day = Value::from("2026-11-03");
    assert_eq!(show(&FieldType::Date, &day, Lang::Zh, showing), "2026-11-03");
    assert_eq!(show(&FieldType::Date, &day, Lang::Zh, out), "2026年11月3日");
    assert_eq!(show(&FieldType::Date, &day, Lang::En, out), "3 Nov 2026");
    assert_eq!(show(&FieldType::Money, &Value::Int(-123_456_705), Lang::Zh, showing), "-1,234,567.05");
    assert_eq!(show(&FieldType::Money, &Value::Int(5), Lang::Zh, showing), "0.05");
    assert_eq!(show(&FieldType::Lunar, &Value::from("L12-23"), Lang::Zh, showing), "农历十二月廿三");
}

/// A type with a value it may hold.
fn content() -> impl Strategy<Value = (FieldType, Value)> {
    prop_oneof![flat(), prop::collection::vec(flat(), 1..4).prop_map(row)]
}

/// One row whose cells are these.
fn row(contents: Vec<(FieldType, Value)>) -> (FieldType, Value) {
    let mut values = std::collections::BTreeMap::new();
    let mut cells = Vec::new();
    for (place, (kind, value)) in contents.into_iter().enumerate() {
        let key = Key::new(&format!("c{place}")).unwrap();
        let label = Text { zh: "列".into(), en: "column".into() };
        cells.push(Cell { field: Field { key, label, kind, takes_marks: true }, is_optional: true, auto: None });
        values.insert(key, value);
    }
    (FieldType::Rows(cells), Value::List(vec![Value::Map(Box::new(values))]))
}

fn flat() -> impl Strategy<Value = (FieldType, Value)> {
    let text = |kind: FieldType, pattern: &'static str| pattern.prop_map(move |text| (kind.clone(), Value::from(text)));
    let int = |kind: FieldType, range: std::ops::RangeInclusive<i64>| {
        range.prop_map(move |number| (kind.clone(), Value::Int(number)))
    };
    let industry = || Choices::Group(Key::of("industry"));
    let region = || Choices::Group(Key::of("region"));
    let items = |group: &str| -> Vec<Value> {
        let group = Dictionary::built_in().group(Key::new(group).unwrap()).unwrap();
        group.items().iter().map(|item| Value::from(item.key.as_str())).collect()
    };
    let (industries, regions) = (items("industry"), items("region"));
    prop_oneof![
        text(FieldType::Text { max: 20 }, "[a-z=+|\\\\，一-龟]{1,10}"),
        text(FieldType::Long, "[a-z|\\\\]{1,5}\n[a-z一-龟]{1,5}"),
        int(FieldType::Int { min: None, max: None }, i64::MIN..=i64::MAX),
        text(FieldType::Decimal { places: 3 }, "-?[1-9][0-9]{0,8}(\\.[0-9]{0,2}[1-9])?"),
        int(FieldType::Money, i64::MIN..=i64::MAX),
        int(FieldType::Percent, 0..=10_000),
        int(FieldType::Score, 0..=10_000),
        int(FieldType::Rating, 1..=5),
        text(FieldType::Date, "[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])"),
        text(FieldType::DateOrLunar, "[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])"),
        text(FieldType::DateTime, "20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])T([01][0-9]|2[0-3]):[0-5][0-9]"),
        int(FieldType::Seconds, 0..=86_400),
        text(FieldType::Time, "([01][0-9]|2[0-3]):[0-5][0-9]"),
        text(FieldType::Lunar, "L(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-9]|30)\\+?"),
        text(FieldType::DateOrLunar, "L(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-9]|30)\\+?"),
        any::<bool>().prop_map(|flag| (FieldType::Bool, Value::Bool(flag))),
        prop::sample::select(regions.clone()).prop_map(move |key| (FieldType::Choice(region()), key)),
        prop::sample::subsequence(industries, 1..4)
            .prop_map(move |keys| (FieldType::ChoiceSet(industry()), Value::List(keys))),
        prop::sample::subsequence(regions, 1..4)
            .prop_map(move |keys| (FieldType::ChoiceSet(region()), Value::List(keys))),
        prop::collection::btree_set("[a-z一-龟]{1,5}", 1..4)
            .prop_map(|tags| (FieldType::Tags, Value::List(tags.into_iter().map(Value::from).collect()))),
        any::<u32>().prop_map(|id| (FieldType::Reference(Key::of("staff")), Value::from(RecordId::fixed(id)))),
        text(FieldType::Phone, "1[3-9][0-9]{9}|02[0-9]{9}|0[3-9][0-9]{9,10}|400[0-9]{7}|[2-8][0-9]{7}"),
        text(FieldType::Email, "[a-zA-Z.]{1,8}@[a-z]{1,5}\\.cn"),
        "[0-9A-HJ-NPQRTUWXY]{17}".prop_map(|first| {
            let check = uscc_check_character(&first).unwrap();
            (FieldType::Uscc, Value::from(format!("{first}{check}")))
        }),
        "([0-9]{7}|[0-9]{11,13})".prop_map(|data| {
            let check = gs1_check_digit(&data).unwrap();
            (FieldType::Gtin, Value::from(format!("{data}{check}")))
        }),
        text(FieldType::Photo, "[0-9a-f]{64}"),
        Just((FieldType::Score, Value::Null)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn what_is_shown_is_read_back((kind, value) in content(), zh in any::<bool>(), out in any::<bool>()) {
        let lang = if zh { Lang::Zh } else { Lang::En };
        let showing = Showing { meanings: Dictionary::built_in(), writes_dates_out: out };
        let shown = show(&kind, &value, lang, showing);
        let back = parse(&kind, &shown, reading());
        let mut expected = value.clone();
        if let Value::List(rows) = &mut expected
            && let Some(Value::Map(cells)) = rows.first_mut()
        {
            // An empty cell is no cell, and a row of empty cells is no row.
            cells.retain(|_, cell| *cell != Value::Null);
        }
        if shown.replace(['|', ' '], "").is_empty() {
            return Ok(());
        }
        prop_assert_eq!(back, Ok(expected), "{}", shown);
    }

    #[test]
    fn no_text_makes_reading_fail_badly((kind, value) in content(), text in "\\PC{0,40}") {
        let _ = parse(&kind, &text, reading());
        let _ = show(&FieldType::Money, &value, Lang::Zh, Showing::new(Dictionary::built_in()));
        let _ = show(&FieldType::Lunar, &value, Lang::En, Showing::new(Dictionary::built_in()));
    }
}

#[test]
fn marks_are_read_where_they_are_offered() {
    let label = Text { zh: "率".into(), en: "rate".into() };
    let field = Field { key: Key::of("v3"), label, kind: FieldType::Percent, takes_marks: true };
    assert_eq!(parse_field(&field, "不适用", reading()), Ok(Value::Mark(Mark::NotApplicable)));
    assert_eq!(parse_field(&field, "Missing", reading()), Ok(Value::Mark(Mark::Missing)));
    let strict = Field { takes_marks: false, ..field };
    assert!(parse_field(&strict, "不适用", reading()).is_err());
}
