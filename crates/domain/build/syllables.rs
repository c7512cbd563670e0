//! Writes down how Chinese characters are read: a quarter of what the `pinyin` crate would bring into the app.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use pinyin::{Pinyin, ToPinyin, ToPinyinMulti};

/// The characters of common use and of names.
const LETTERS: std::ops::RangeInclusive<char> = '\u{3400}'..='\u{9fff}';

/// Characters of names, firms and places that are often read in a second way.
const READ_TWICE: &str = "重长乐行厦单曾解仇朴查区都朝藏车盛沈翟缪贾会系校宿番尉俟石奇调传便种种繁洗那万强降参省柏蔚";

/// The tables of `src/syllable.rs`, as code.
pub fn tables() -> Result<String, std::fmt::Error> {
    let common: Vec<&str> = LETTERS.map(|letter| letter.to_pinyin().map_or("", typed)).collect();
    let twice: BTreeSet<char> = READ_TWICE.chars().collect();
    let others: Vec<(char, Vec<&str>)> = twice.into_iter().map(|letter| (letter, others(letter))).collect();
    let used = others.iter().flat_map(|(_, others)| others).chain(&common);
    // No syllable sorts first and is number 0.
    let syllables: Vec<&str> = used.copied().chain([""]).collect::<BTreeSet<_>>().into_iter().collect();
    let number = |syllable: &&str| syllables.partition_point(|other| other < syllable);
    let mut code = format!("const FIRST: char = {:?};\n", LETTERS.start());
    writeln!(code, "static SYLLABLES: [&str; {}] = {syllables:?};", syllables.len())?;
    let common: Vec<usize> = common.iter().map(number).collect();
    writeln!(code, "static COMMON: [Sound; {}] = {common:?};", common.len())?;
    writeln!(code, "static OTHERS: [(char, &[Sound]); {}] = [", others.len())?;
    for (letter, others) in &others {
        writeln!(code, "    ({letter:?}, &{:?}),", others.iter().map(number).collect::<Vec<usize>>())?;
    }
    code.push_str("];\n");
    Ok(code)
}

/// The readings of a character besides the common one.
fn others(letter: char) -> Vec<&'static str> {
    let common = letter.to_pinyin().map_or("", typed);
    let mut others: Vec<&str> = letter.to_pinyin_multi().into_iter().flatten().map(typed).collect();
    others.retain(|other| !other.is_empty() && *other != common);
    others.dedup();
    others
}

/// A reading as it is typed; nothing for one that cannot be.
fn typed(reading: Pinyin) -> &'static str {
    // Keyboards have no ü; people type v, or u.
    match reading.plain() {
        "lü" => "lv",
        "lüe" => "lve",
        "nü" => "nv",
        "nüe" => "nve",
        other if other.is_ascii() => other,
        _ => "",
    }
}
