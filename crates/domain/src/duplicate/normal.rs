//! Names and numbers in the form in which they are compared.

use unicode_normalization::UnicodeNormalization;

use crate::field_text;
use crate::syllable;

/// Endings that say in which legal form a company trades, the longest first, as they are written and in English.
const LEGAL_FORMS: [&str; 16] = [
    "有限责任公司",
    "股份有限公司",
    "集团有限公司",
    "有限公司",
    "股份公司",
    "责任公司",
    "分公司",
    "公司",
    "集团",
    "股份",
    "CO.,LTD.",
    "CO.,LTD",
    "COLTD",
    "LIMITED",
    "LTD",
    "INC",
];

/// The least characters of a name for which one different character is a sign.
const NEAR_FROM: usize = 7;

const NUMERALS: &str = "一二三四五六七八九十";

/// A name for comparing: NFKC, no spaces, no brackets, in capitals; platform 3.
pub fn compared_name(name: &str) -> String {
    let is_kept =
        |letter: &char| !letter.is_whitespace() && !letter.is_control() && !"()[]{}【】〔〕〈〉《》".contains(*letter);
    name.nfkc().filter(is_kept).flat_map(char::to_uppercase).collect()
}

/// What of a compared name is left without its legal form; the name itself when nothing would be.
pub fn core_name(compared: &str) -> &str {
    let mut core = compared;
    // A form may follow another: 股份 in front of 有限公司.
    while let Some(shorter) = LEGAL_FORMS.iter().find_map(|form| core.strip_suffix(form)) {
        core = shorter.trim_end_matches(['.', ',', '·']);
    }
    if core.chars().nth(1).is_none() { compared } else { core }
}

/// A telephone number as digits; as the forms read it, else whatever digits there are.
pub(super) fn phone(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    // What is stored is digits already.
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.to_owned();
    }
    let plain: String = text.nfkc().collect();
    field_text::phone_digits(&plain).unwrap_or_else(|| plain.chars().filter(char::is_ascii_digit).collect())
}

/// How a core name is read, as one number; `None` when it is too short to tell anything, or holds no Chinese character.
pub(super) fn sound(core: &str) -> Option<u64> {
    let mut hash = Hash::new("sound");
    let (mut letters, mut spelled) = (0, 0);
    for letter in core.chars() {
        letters += 1;
        match syllable::common(letter) {
            0 => hash.add(letter as u32),
            sound => {
                spelled += 1;
                // Beyond any character, so that no syllable is taken for a letter.
                hash.add(0x0020_0000 + u32::from(sound));
            }
        }
    }
    (spelled > 1 && letters > 3).then_some(hash.0)
}

/// Whether two long names differ in one character: another, one more or one less; not where that is a numeral, as in the
/// names of branches.
pub(super) fn differs_by_one(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    if short.len() < NEAR_FROM || long.len() - short.len() > 1 {
        return false;
    }
    let same = short.iter().zip(&long).take_while(|(one, other)| one == other).count();
    let rest = |chars: &[char], from: usize| chars.get(from..).map(<[char]>::to_vec).unwrap_or_default();
    let skip = usize::from(short.len() == long.len());
    let differing = [short.get(same).filter(|_| skip == 1), long.get(same)];
    let is_numeral = |letter: &char| letter.is_ascii_digit() || NUMERALS.contains(*letter);
    !differing.into_iter().flatten().any(is_numeral) && rest(&short, same + skip) == rest(&long, same + 1)
}

/// The words under which long names that differ in one character meet: the name with each character left out once.
pub(super) fn near_words(core: &str) -> Vec<u64> {
    let letters: Vec<char> = core.chars().collect();
    let word = |left_out: Option<usize>| {
        let mut hash = Hash::new("near");
        let kept = letters.iter().enumerate().filter(|(place, _)| Some(*place) != left_out);
        kept.for_each(|(_, letter)| hash.add(*letter as u32));
        hash.0
    };
    if letters.len() < NEAR_FROM {
        return Vec::new();
    }
    let mut words: Vec<u64> = (0..letters.len()).map(|place| word(Some(place))).collect();
    words.push(word(None));
    words.sort_unstable();
    words.dedup();
    words
}

/// A small hash (FNV-1a) that is the same on every device and in every run.
pub(super) struct Hash(pub u64);

impl Hash {
    /// Begins a hash of words of one sort.
    pub fn new(sort: &str) -> Self {
        let mut hash = Self(0xcbf2_9ce4_8422_2325);
        sort.bytes().for_each(|byte| hash.add(u32::from(byte)));
        hash
    }

    /// Adds one character.
    pub fn add(&mut self, letter: u32) {
        self.0 = (self.0 ^ u64::from(letter)).wrapping_mul(0x0000_0100_0000_01b3);
    }

    /// The hash of a whole text.
    pub fn of(sort: &str, text: &str) -> u64 {
        let mut hash = Self::new(sort);
        text.chars().for_each(|letter| hash.add(letter as u32));
        hash.0
    }
}
