//! Bytes as characters: UTF-8 and UTF-16 here, GB18030 by whoever has its tables.

/// How a file writes characters as bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Encoding {
    /// UTF-8, with or without its mark.
    Utf8,
    /// UTF-16 with the low byte first, by its mark or by where its NULs stand.
    Utf16Le,
    /// UTF-16 with the high byte first, by its mark or by where its NULs stand.
    Utf16Be,
    /// GB18030, of which GBK and GB2312 are parts.
    Gb18030,
}

/// Reads whole characters of GB18030 as the WHATWG's encoding standard says; `None` when a byte of them is bad.
///
/// Its tables are large, and every browser has them: the app passes the browser's decoder, other programs
/// `gb18030` of this module (feature `encodings`).
pub type Gb18030 = fn(&[u8]) -> Option<String>;

/// GB18030 by tables compiled in, for where there is no browser.
#[cfg(feature = "encodings")]
pub fn gb18030(bytes: &[u8]) -> Option<String> {
    encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(bytes).map(std::borrow::Cow::into_owned)
}

/// How much of a file without a mark its encoding is judged by, in bytes; an even number.
const SAMPLE_BYTES: usize = 64 * 1024;

/// The most bytes a character takes in any encoding.
pub(super) const MAX_CHARACTER_BYTES: usize = 4;

impl Encoding {
    /// The encoding a file says it has, and how many bytes the mark that says so takes; without one UTF-8.
    pub(super) fn of(bytes: &[u8]) -> (Self, usize) {
        match bytes {
            [0xEF, 0xBB, 0xBF, ..] => (Self::Utf8, 3),
            [0xFF, 0xFE, ..] => (Self::Utf16Le, 2),
            [0xFE, 0xFF, ..] => (Self::Utf16Be, 2),
            _ => (Self::unmarked(bytes), 0),
        }
    }

    /// The encoding of bytes without a mark: UTF-16 when NULs stand in one half of the units only, else UTF-8.
    ///
    /// A table has separators and line ends, of which UTF-16 writes one byte as NUL; no other text has any.
    fn unmarked(bytes: &[u8]) -> Self {
        let (units, half) = bytes.get(..SAMPLE_BYTES.min(bytes.len())).unwrap_or_default().as_chunks::<2>();
        let nuls = |place: usize| units.iter().filter(|unit| unit.get(place) == Some(&0)).count();
        match (nuls(0), nuls(1)) {
            (0, low) if low > 0 && half.is_empty() => Self::Utf16Le,
            (high, 0) if high > 0 && half.is_empty() => Self::Utf16Be,
            _ => Self::Utf8,
        }
    }

    /// Appends the characters of `bytes` to `text` and says how many bytes they took.
    ///
    /// A character that `bytes` only begin is left for the next call, unless they are the last: then it is bad.
    ///
    /// # Errors
    /// Where in `bytes` what makes no character begins; `text` may have grown by what stands before it.
    pub(super) fn decode(
        self,
        bytes: &[u8],
        is_last: bool,
        text: &mut String,
        gb18030: Gb18030,
    ) -> Result<usize, usize> {
        match self {
            Self::Utf8 => utf8(bytes, is_last, text),
            Self::Utf16Le => utf16(bytes, is_last, text, u16::from_le_bytes),
            Self::Utf16Be => utf16(bytes, is_last, text, u16::from_be_bytes),
            Self::Gb18030 => by_characters(bytes, is_last, text, gb18030),
        }
    }
}

fn utf8(bytes: &[u8], is_last: bool, text: &mut String) -> Result<usize, usize> {
    let (valid, problem) = match std::str::from_utf8(bytes) {
        Ok(valid) => (valid, None),
        Err(problem) => {
            let valid = bytes.get(..problem.valid_up_to()).and_then(|valid| std::str::from_utf8(valid).ok());
            (valid.unwrap_or_default(), Some(problem))
        }
    };
    text.push_str(valid);
    match problem {
        Some(problem) if is_last || problem.error_len().is_some() => Err(valid.len()),
        _ => Ok(valid.len()),
    }
}

fn utf16(bytes: &[u8], is_last: bool, text: &mut String, unit: fn([u8; 2]) -> u16) -> Result<usize, usize> {
    let (pairs, half) = bytes.as_chunks::<2>();
    let whole = bytes.len() - half.len();
    let mut read = 0;
    for decoded in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        match decoded {
            Ok(letter) => {
                text.push(letter);
                read += letter.len_utf16() * 2;
            }
            // The other surrogate may come with the next bytes.
            Err(_) if !is_last && read + 2 == whole => return Ok(read),
            Err(_) => return Err(read),
        }
    }
    if is_last && !half.is_empty() { Err(read) } else { Ok(read) }
}

fn by_characters(bytes: &[u8], is_last: bool, text: &mut String, gb18030: Gb18030) -> Result<usize, usize> {
    let whole = if is_last { bytes.len() } else { ends(bytes).last().unwrap_or(0) };
    let bytes = bytes.get(..whole).unwrap_or_default();
    match gb18030(bytes) {
        Some(decoded) => {
            text.push_str(&decoded);
            Ok(whole)
        }
        None => Err(first_bad(bytes, gb18030)),
    }
}

/// Where the first character begins that cannot be read, given that there is one.
fn first_bad(bytes: &[u8], gb18030: Gb18030) -> usize {
    let ends: Vec<usize> = ends(bytes).collect();
    let good = ends.partition_point(|end| bytes.get(..*end).is_some_and(|start| gb18030(start).is_some()));
    good.checked_sub(1).and_then(|last| ends.get(last)).copied().unwrap_or(0)
}

/// Where the characters of GB18030 end, as far as they are whole and good: behind a bad one it means nothing.
fn ends(bytes: &[u8]) -> impl Iterator<Item = usize> {
    let mut end = 0;
    std::iter::from_fn(move || {
        end += match bytes.get(end..)? {
            [0x81..=0xFE, 0x30..=0x39, ..] => 4,
            [0x81..=0xFE, ..] => 2,
            _ => 1,
        };
        (end <= bytes.len()).then_some(end)
    })
}

#[cfg(all(test, feature = "encodings"))]
mod tests {
    use encoding_rs::{Encoding as Reference, UTF_8, UTF_16BE, UTF_16LE};
    use proptest::prelude::*;

    use super::*;

    /// Characters of every length in every encoding, and what stands at the edges.
    const TEXT: &str = "ab€é龍客户𠮷名称\u{feff}\u{10ffff}ü公🍵司\r\n\u{7f}\u{e5e6}丂z";

    const ALL: [(Encoding, &Reference); 4] = [
        (Encoding::Utf8, UTF_8),
        (Encoding::Utf16Le, UTF_16LE),
        (Encoding::Utf16Be, UTF_16BE),
        (Encoding::Gb18030, encoding_rs::GB18030),
    ];

    fn encoded(encoding: Encoding, text: &str) -> Vec<u8> {
        match encoding {
            Encoding::Utf8 => text.as_bytes().to_vec(),
            Encoding::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Encoding::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            Encoding::Gb18030 => encoding_rs::GB18030.encode(text).0.into_owned(),
        }
    }

    /// Decodes in pieces of `size` bytes, each with what the one before left over.
    fn in_pieces(encoding: Encoding, bytes: &[u8], size: usize) -> Result<String, usize> {
        let (mut text, mut at, mut end) = (String::new(), 0, 0);
        while end < bytes.len() {
            end = (end + size).min(bytes.len());
            let is_last = end == bytes.len();
            at += encoding.decode(&bytes[at..end], is_last, &mut text, gb18030).map_err(|place| at + place)?;
        }
        assert_eq!(at, bytes.len());
        Ok(text)
    }

    /// What another decoder makes of all bytes at once, or the length of the longest start it can read.
    fn reference(decoder: &'static Reference, bytes: &[u8]) -> Result<String, usize> {
        let read = |end: usize| decoder.decode_without_bom_handling_and_without_replacement(&bytes[..end]);
        let whole = read(bytes.len()).map(|text| text.into_owned());
        whole.ok_or_else(|| (0..bytes.len()).rev().find(|end| read(*end).is_some()).unwrap_or(0))
    }

    #[test]
    fn pieces_of_any_size_read_as_the_whole_does() {
        for (encoding, _) in ALL {
            // A letter before moves every boundary by one more byte.
            for before in 0..4 {
                let text = format!("{}{TEXT}", "x".repeat(before));
                let bytes = encoded(encoding, &text);
                for size in (1..=7).chain([64, bytes.len()]) {
                    assert_eq!(in_pieces(encoding, &bytes, size).as_ref(), Ok(&text), "{encoding:?} by {size}");
                }
            }
        }
    }

    #[test]
    fn a_bad_character_is_found_where_it_begins() {
        let cases: [(Encoding, &[u8]); 12] = [
            (Encoding::Utf8, b"\xff"),
            (Encoding::Utf8, b"\xe4\xbd\x41"),
            (Encoding::Utf8, b"\xed\xa0\x80"),
            (Encoding::Utf8, b"\xf0\x9f\x8d"),
            (Encoding::Utf16Le, b"\x00\xd8\x41\x00"),
            (Encoding::Utf16Le, b"\x00\xdc"),
            (Encoding::Utf16Be, b"\xd8\x00\x00"),
            (Encoding::Utf16Be, b"\x00"),
            (Encoding::Gb18030, b"\xff"),
            (Encoding::Gb18030, b"\x81\x20"),
            (Encoding::Gb18030, b"\x81\x30\xff\x30"),
            (Encoding::Gb18030, b"\xfe\x39\xfe"),
        ];
        for (encoding, bad) in cases {
            for before in ["", "x", "xy", "xyz", TEXT] {
                let start = encoded(encoding, before);
                // At the very end, and with more behind it that would read well by itself.
                for behind in [&[][..], &encoded(encoding, "客户")] {
                    let bytes = [&start, bad, behind].concat();
                    // A half unit of UTF-16 is bad at the end alone.
                    if !behind.is_empty() && bytes.len() % 2 == 1 && encoding != Encoding::Utf8 {
                        continue;
                    }
                    for size in (1..=7).chain([bytes.len()]) {
                        let found = in_pieces(encoding, &bytes, size);
                        assert_eq!(found, Err(start.len()), "{encoding:?} {bad:x?} behind {before} by {size}");
                    }
                }
            }
        }
    }

    proptest! {
        #[test]
        fn any_bytes_read_as_the_standard_says(
            start in "[a-z客户𠮷ü]{0,8}",
            noise in prop::collection::vec(prop_oneof![any::<u8>(), 0x81..=0xfe_u8, 0x30..=0x39_u8], 0..12),
            size in 1..9_usize,
        ) {
            for (encoding, decoder) in ALL {
                let bytes = [encoded(encoding, &start), noise.clone()].concat();
                prop_assert_eq!(in_pieces(encoding, &bytes, size), reference(decoder, &bytes));
            }
        }
    }
}
