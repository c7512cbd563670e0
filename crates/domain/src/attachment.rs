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
