//! Attachments: pictures, signatures and files as records of their own, so that they are saved, merged, backed up and
//! undone like everything else. A field names one by the SHA-256 of its bytes.

use sha2::{Digest, Sha256};

use crate::book::{Book, Record};
use crate::change::Cells;
use crate::kind;
use crate::value::Value;

/// The largest attachment, in bytes; pictures are made smaller before they come here.
pub const MAX_BYTES: usize = 1_000_000;

/// The name of some bytes: their SHA-256 in lower-case hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes written as `base64`, padded; `None` when it is none.
pub fn bytes(base64: &str) -> Option<Vec<u8>> {
    let text = base64.as_bytes();
    let (whole, rest) = text.as_chunks::<4>();
    if !rest.is_empty() {
        return None;
    }
    let mut bytes = Vec::with_capacity(whole.len() * 3);
    for (place, four) in whole.iter().enumerate() {
        let padding = four.iter().rev().take_while(|digit| **digit == b'=').count();
        if padding > 2 || (padding > 0 && place + 1 != whole.len()) {
            return None;
        }
        let digits =
            four.iter().take(4 - padding).try_fold(0, |bits: u32, digit| Some(bits << 6 | digit_of(*digit)?))?;
        let bits = digits << (6 * padding);
        bytes.extend(bits.to_be_bytes().iter().skip(1).take(3 - padding));
        // Digits that say more than the bytes do would make two texts of one content.
        if bits & ((1 << (8 * padding)) - 1) != 0 {
            return None;
        }
    }
    Some(bytes)
}

fn digit_of(digit: u8) -> Option<u32> {
    Some(u32::from(match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}

/// The fields of an attachment's record; `base64` is its content.
pub fn cells(name: &str, media_type: &str, sha256: &str, base64: &str) -> Cells<Value> {
    [
        (kind::NAME, Value::text(name)),
        (kind::MEDIA_TYPE, Value::text(media_type)),
        (kind::SHA256, Value::text(sha256)),
        (kind::DATA, Value::text(base64)),
    ]
    .into_iter()
    .collect()
}

/// The attachment whose bytes have this SHA-256, if it is here.
pub fn find<'b>(book: &'b Book, sha256: &str) -> Option<&'b Record> {
    book.of_kind(kind::ATTACHMENT).find(|record| record.text(kind::SHA256) == sha256)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::SYSTEM;
    use crate::change::Act;
    use crate::stamp::Clock;

    #[test]
    fn base64_is_read_as_it_is_written() {
        let texts = [("", ""), ("YQ==", "a"), ("YWI=", "ab"), ("YWJj", "abc"), ("5a6i5oi3", "客户")];
        for (base64, text) in texts {
            assert_eq!(bytes(base64).as_deref(), Some(text.as_bytes()), "{base64}");
        }
        assert_eq!(bytes("+/+/"), Some(vec![0xfb, 0xff, 0xbf]));
        for bad in ["Y", "YQ=", "YQ", "Y===", "====", "YR==", "YWI=YWJj", "YW J", "客户"] {
            assert_eq!(bytes(bad), None, "{bad}");
        }
    }

    #[test]
    fn an_attachment_is_found_by_the_hash_of_its_bytes() {
        assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        let (mut book, mut clock) = (Book::new(), Clock::new(1));
        let mut act = Act::begin(&mut clock, 1, SYSTEM);
        act.create(kind::ATTACHMENT, cells("a.txt", "text/plain", &sha256(b"abc"), "YWJj"));
        act.finish().into_iter().for_each(|change| assert!(book.insert(change)));
        assert_eq!(find(&book, &sha256(b"abc")).map(|record| record.text(kind::DATA)), Some("YWJj"));
        assert!(find(&book, &sha256(b"abd")).is_none());
    }
}
