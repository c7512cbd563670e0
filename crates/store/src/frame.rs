//! The ASCII frame around every stored value: how it is written, checked and taken off.
//!
//! ```text
//! kehu-entry 1 <count> <crc32, 8 hex digits> <body length in bytes>\n<body>
//! ```
//! The checksum (CRC-32, IEEE) covers `<count> <length>\n` and the body, so a changed count shows
//! as surely as a changed body. `public/rescue.js` reads the same format without this code.

/// The version of the frame this app writes.
pub const FRAME_VERSION: u32 = 1;

const MAGIC: &[u8] = b"kehu-entry ";
/// Longer than any header: magic, three numbers of up to 20 digits, checksum, separators.
const HEADER_LIMIT: usize = 96;

/// What is wrong with a stored value.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, thiserror::Error)]
pub enum Flaw {
    /// The value is not bytes at all.
    #[error("not bytes")]
    NotBytes,
    /// The value does not begin with a readable frame header.
    #[error("no frame header")]
    Header,
    /// The frame has a newer version than this app knows.
    #[error("frame version {0} is newer than this app")]
    Newer(u32),
    /// The body is shorter or longer than its header says.
    #[error("{found} bytes instead of {expected}")]
    Length {
        /// Bytes the header promises.
        expected: u64,
        /// Bytes that are there.
        found: u64,
    },
    /// The body or its count is not what was written.
    #[error("checksum differs")]
    Checksum,
    /// The browser cannot read the value back.
    #[error("unreadable: {0}")]
    Unreadable(String),
}

/// A flawed frame, with the count its header claims where that much is legible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flawed {
    /// What is wrong.
    pub flaw: Flaw,
    /// The changes the header claims to be inside, unproven.
    pub claimed: Option<u32>,
}

impl From<Flaw> for Flawed {
    fn from(flaw: Flaw) -> Self {
        Self { flaw, claimed: None }
    }
}

/// The header that belongs before `body`, its line end included.
pub fn header(count: u32, body: &[u8]) -> String {
    let length = body.len() as u64;
    let crc = checksum(count, length, body);
    format!("kehu-entry {FRAME_VERSION} {count} {crc:08x} {length}\n")
}

/// The whole frame: header and body.
pub fn framed(count: u32, body: &[u8]) -> Vec<u8> {
    let mut bytes = header(count, body).into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// Takes the frame off: the count and the body, in the same allocation.
///
/// # Errors
/// [`Flawed`] when header, length or checksum do not hold.
pub fn unframed(mut bytes: Vec<u8>) -> Result<(u32, Vec<u8>), Flawed> {
    let (count, start) = checked(&bytes)?;
    bytes.drain(..start);
    Ok((count, bytes))
}

/// Checks a frame; gives its count and where its body starts.
fn checked(bytes: &[u8]) -> Result<(u32, usize), Flawed> {
    let line = header_line(bytes).ok_or(Flaw::Header)?;
    let start = MAGIC.len() + line.len() + 1;
    let mut words = line.split(' ');
    let version: u32 = number(words.next()).ok_or(Flaw::Header)?;
    if version > FRAME_VERSION {
        return Err(Flaw::Newer(version).into());
    }
    let count: u32 = number(words.next()).ok_or(Flaw::Header)?;
    let flawed = |flaw| Flawed { flaw, claimed: Some(count) };
    let crc = words
        .next()
        .filter(|word| word.len() == 8 && word.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')))
        .and_then(|word| u32::from_str_radix(word, 16).ok())
        .ok_or_else(|| flawed(Flaw::Header))?;
    let expected: u64 = number(words.next()).ok_or_else(|| flawed(Flaw::Header))?;
    if version == 0 || words.next().is_some() {
        return Err(flawed(Flaw::Header));
    }
    let body = bytes.get(start..).unwrap_or_default();
    let found = body.len() as u64;
    if found != expected {
        return Err(flawed(Flaw::Length { expected, found }));
    }
    if checksum(count, expected, body) != crc {
        return Err(flawed(Flaw::Checksum));
    }
    Ok((count, start))
}

/// The header between magic and line end, if there is one within reach.
fn header_line(bytes: &[u8]) -> Option<&str> {
    let rest = bytes.strip_prefix(MAGIC)?;
    let reach = rest.get(..HEADER_LIMIT).unwrap_or(rest);
    let end = memchr::memchr(b'\n', reach)?;
    std::str::from_utf8(reach.get(..end)?).ok()
}

/// A number written the one way we write it: digits, no sign, no leading zero.
fn number<N: std::str::FromStr>(word: Option<&str>) -> Option<N> {
    let word = word?;
    let plain = word.bytes().all(|byte| byte.is_ascii_digit());
    let canonical = word == "0" || !word.starts_with('0');
    (plain && canonical).then(|| word.parse().ok()).flatten()
}

fn checksum(count: u32, length: u64, body: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(format!("{count} {length}\n").as_bytes());
    hasher.update(body);
    hasher.finalize()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_as_documented() {
        let text = String::from_utf8(framed(2, "{\"名\":1}\n{}\n".as_bytes())).unwrap();
        assert_eq!(text, "kehu-entry 1 2 f289b738 13\n{\"名\":1}\n{}\n");
    }

    #[test]
    fn a_frame_comes_off_as_it_went_on() {
        for body in [&b""[..], b"x", b"{}\n{}\n", "客户".as_bytes()] {
            assert_eq!(unframed(framed(7, body)).unwrap(), (7, body.to_vec()));
        }
    }

    #[test]
    fn every_flipped_bit_is_noticed() {
        let whole = framed(12, b"{\"a\":1}\n");
        for at in 0..whole.len() * 8 {
            let mut bytes = whole.clone();
            bytes[at / 8] ^= 1 << (at % 8);
            assert!(unframed(bytes).is_err(), "bit {at}");
        }
    }

    #[test]
    fn every_truncation_and_any_addition_is_noticed() {
        let whole = framed(12, b"{\"a\":1}\n");
        for end in 0..whole.len() {
            assert!(unframed(whole[..end].to_vec()).is_err(), "cut at {end}");
        }
        let longer = [whole.as_slice(), b"\n"].concat();
        assert_eq!(
            unframed(longer).unwrap_err(),
            Flawed { flaw: Flaw::Length { expected: 8, found: 9 }, claimed: Some(12) }
        );
    }

    #[test]
    fn a_newer_frame_is_told_from_a_broken_one() {
        let newer = b"kehu-entry 2 whatever\n".to_vec();
        assert_eq!(unframed(newer).unwrap_err().flaw, Flaw::Newer(2));
        assert_eq!(unframed(b"SQLite format 3".to_vec()).unwrap_err().flaw, Flaw::Header);
    }
}
