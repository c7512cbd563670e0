//! How Chinese characters are read, in the letters people type; from tables made when this crate is built.

include!(concat!(env!("OUT_DIR"), "/syllables.rs"));

/// A syllable by number; 0 is none.
pub(crate) type Sound = u16;

/// The common sound of a character; 0 when it has none.
pub(crate) fn common(letter: char) -> Sound {
    let place = u32::from(letter).checked_sub(u32::from(FIRST));
    place.and_then(|place| COMMON.get(place as usize)).copied().unwrap_or(0)
}

/// The other sounds of a character that is often read in a second way; none for most.
pub(crate) fn others(letter: char) -> &'static [Sound] {
    let place = OTHERS.binary_search_by_key(&letter, |(letter, _)| *letter);
    place.ok().and_then(|place| OTHERS.get(place)).map_or(&[], |(_, others)| others)
}

/// The letters of a sound, ü as v; none for 0.
pub(crate) fn letters(sound: Sound) -> &'static str {
    SYLLABLES.get(usize::from(sound)).copied().unwrap_or_default()
}

/// Whether some syllable begins with these letters.
pub(crate) fn begins(letters: &[u8]) -> bool {
    let place = SYLLABLES.partition_point(|syllable| syllable.as_bytes() < letters);
    SYLLABLES.get(place).is_some_and(|syllable| syllable.as_bytes().starts_with(letters))
}

#[cfg(test)]
mod tests {
    use pinyin::{ToPinyin, ToPinyinMulti};

    use super::*;

    #[test]
    fn every_character_is_read_as_its_source_says() {
        let typed = |plain: &str| if plain == "ê" { String::new() } else { plain.replace('ü', "v") };
        for letter in '\u{3400}'..='\u{9fff}' {
            let plain = letter.to_pinyin().map_or("", |reading| reading.plain());
            assert_eq!(letters(common(letter)), typed(plain), "{letter}");
            let all = letter.to_pinyin_multi().into_iter().flatten();
            let all: Vec<String> = all.map(|reading| typed(reading.plain())).collect();
            assert!(others(letter).iter().all(|sound| all.iter().any(|plain| plain == letters(*sound))), "{letter}");
        }
        assert_eq!(others('乐').iter().map(|sound| letters(*sound)).collect::<Vec<_>>(), ["yue"]);
        assert_eq!(['a', '。', '\u{33ff}', '\u{a000}', '\u{20bb7}'].map(common), [0; 5]);
    }

    #[test]
    fn letters_that_begin_no_syllable_are_told_apart() {
        assert!(["", "l", "zhuan", "zhuang", "nv", "hm"].iter().all(|letters| begins(letters.as_bytes())));
        assert!(["zhuangg", "v", "i", "zz", "~"].iter().all(|letters| !begins(letters.as_bytes())));
    }
}
