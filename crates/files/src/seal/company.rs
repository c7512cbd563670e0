//! A key that seals many files: a company's, made once from its passphrase and kept by its devices.
//!
//! ```text
//! header, 43 bytes   magic (10) version (1) key (16) salt (16)
//! chunks and end     as of a file sealed with a passphrase
//! ```
//! The salt is made of the content under the key, so equal content gives equal bytes: a file that is sent again after a broken
//! connection is the same file. Each file has a cipher key of its own, of key and salt.

use std::fmt;
use std::str::FromStr;

use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::{Cipher, SealError, Sealer, derived, first_half, root};

const MAGIC: &[u8] = b"kehu-keyed";
const VERSION: u8 = 1;
const HEADER_BYTES: usize = 43;

/// What a key is recognised by; it gives nothing away of the key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId([u8; 16]);

impl From<[u8; 16]> for KeyId {
    fn from(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

impl From<KeyId> for [u8; 16] {
    fn from(id: KeyId) -> Self {
        id.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is not 32 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not 32 hexadecimal digits")]
pub struct BadKeyId;

impl FromStr for KeyId {
    type Err = BadKeyId;
    fn from_str(text: &str) -> Result<Self, BadKeyId> {
        if text.len() != 32 || !text.is_ascii() {
            return Err(BadKeyId);
        }
        let mut bytes = [0; 16];
        for (place, byte) in bytes.iter_mut().enumerate() {
            let digits = text.get(2 * place..2 * place + 2).ok_or(BadKeyId)?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| BadKeyId)?;
        }
        Ok(Self(bytes))
    }
}

/// A company's key.
#[derive(Clone, PartialEq, Eq)]
pub struct CompanyKey {
    root: [u8; 32],
}

impl fmt::Debug for CompanyKey {
    /// Without the key: it must not reach a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CompanyKey({})", self.id())
    }
}

impl CompanyKey {
    /// Makes the key of a passphrase. `salt` must have come fresh from the system's random source when the key was first made;
    /// `rounds` as [`super::ROUNDS`], at most [`super::MAX_ROUNDS`].
    pub fn derive(passphrase: &str, salt: &[u8; 16], rounds: u32) -> Self {
        Self { root: root(passphrase, salt, rounds) }
    }

    /// The key that [`CompanyKey::bytes`] gave.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self { root: bytes }
    }

    /// What a device keeps, so that nobody types the passphrase at every start.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.root
    }

    /// What it is recognised by.
    pub fn id(&self) -> KeyId {
        KeyId(first_half(derived(&self.root, b"kehu-keyed id")))
    }

    /// Which key sealed a file.
    ///
    /// # Errors
    /// [`SealError::NotSealed`], [`SealError::TooNew`] or [`SealError::CutOff`].
    pub fn of(sealed: &[u8]) -> Result<KeyId, SealError> {
        let rest = sealed.strip_prefix(MAGIC).ok_or(SealError::NotSealed)?;
        let (version, rest) = rest.split_first().ok_or(SealError::CutOff)?;
        if *version > VERSION {
            return Err(SealError::TooNew { found: *version });
        }
        let (id, _) = rest.split_first_chunk::<16>().ok_or(SealError::CutOff)?;
        Ok(KeyId(*id))
    }

    /// Seals `plain`; equal content gives equal bytes.
    pub fn seal(&self, plain: &[u8]) -> Vec<u8> {
        let salt = self.mac(b"kehu-keyed salt", plain);
        let header = [MAGIC, &[VERSION], &self.id().0, &first_half(salt)].concat();
        let mut sealed = Vec::with_capacity(plain.len() + plain.len() / super::CHUNK_BYTES * super::PROOF_BYTES + 128);
        sealed.extend_from_slice(&header);
        let mut sealer = Sealer { cipher: self.cipher(&header), waiting: Vec::new(), place: 0 };
        sealer.push(plain, &mut sealed);
        sealer.finish(&mut sealed);
        sealed
    }

    /// Opens a file that this key sealed.
    ///
    /// # Errors
    /// [`SealError::WrongPassphrase`] when another key sealed it; else as [`super::open`].
    pub fn open(&self, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        if Self::of(sealed)? != self.id() {
            return Err(SealError::WrongPassphrase);
        }
        let (header, body) = sealed.split_at_checked(HEADER_BYTES).ok_or(SealError::CutOff)?;
        self.cipher(header).open_all(body)
    }

    /// The cipher of the file with this header.
    fn cipher(&self, header: &[u8]) -> Cipher {
        Cipher::new(&self.mac(b"kehu-keyed file", header), header)
    }

    fn mac(&self, purpose: &[u8], content: &[u8]) -> [u8; 32] {
        let key = derived(&self.root, purpose);
        // HMAC takes keys of any length.
        let Ok(mac) = <Hmac<Sha256> as Mac>::new_from_slice(&key) else { return key };
        mac.chain_update(content).finalize().into_bytes().into()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn key(passphrase: &str) -> CompanyKey {
        CompanyKey::derive(passphrase, &[7; 16], 2)
    }

    #[test]
    fn what_is_sealed_opens_again_and_equal_content_gives_equal_bytes() {
        for len in [0, 1, 65_536, 65_537, 200_000] {
            let plain: Vec<u8> = (0..len).map(|place| (place % 251) as u8).collect();
            let sealed = key("a").seal(&plain);
            assert_eq!(key("a").open(&sealed).unwrap(), plain, "{len}");
            assert_eq!(key("a").seal(&plain), sealed);
            assert_ne!(key("b").seal(&plain), sealed);
        }
    }

    #[test]
    fn another_key_is_told_from_damage() {
        let sealed = key("a").seal(&[1; 100_000]);
        assert_eq!(key("b").open(&sealed), Err(SealError::WrongPassphrase));
        assert_eq!(CompanyKey::of(&sealed).unwrap(), key("a").id());
        for place in [26, 27, 43, 65_000, 99_000, sealed.len() - 30] {
            let mut bad = sealed.clone();
            bad[place] ^= 1;
            let problem = key("a").open(&bad).unwrap_err();
            let expected = if place == 26 { SealError::WrongPassphrase } else { SealError::Damaged };
            assert_eq!(problem, expected, "{place}");
        }
        for len in [0, 5, 11, 20, 42, 43, 1000, sealed.len() - 1] {
            let problem = key("a").open(&sealed[..len]).unwrap_err();
            assert!(matches!(problem, SealError::CutOff | SealError::NotSealed), "{len}: {problem}");
        }
    }

    #[test]
    fn a_key_kept_is_the_key_and_its_name_is_read_as_written() {
        let kept = CompanyKey::from_bytes(*key("a").bytes());
        assert_eq!(kept, key("a"));
        assert_eq!(key("a").id().to_string().parse::<KeyId>().unwrap(), key("a").id());
        assert!("zz".repeat(16).parse::<KeyId>().is_err() && "é".repeat(16).parse::<KeyId>().is_err());
    }
}
