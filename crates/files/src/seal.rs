//! A file sealed with a passphrase: AES-256-GCM in chunks under a key by PBKDF2-HMAC-SHA-256; design section 6.
//!
//! ```text
//! header, 64 bytes   magic (11) version (1) rounds (4) salt (16) check (16) checksum (16)
//! chunk              64 KiB sealed, and 16 bytes of proof; the last one may be shorter, and is there even if empty
//! end, 8 bytes       tells a file that was cut off from one that was changed
//! ```
//! The number of a chunk and whether it is the last stand in its nonce, the header is authenticated with each: chunks
//! left out, put elsewhere, or taken from another file do not open. The check value says whether the passphrase is
//! right before anything is opened, so that a wrong passphrase and a damaged file are told apart.
//!
//! The same code runs in the browser and outside. `WebCrypto` is not used: browsers offer it on `https` and
//! `localhost` only, and Kehu is served over plain `http` in many an office.

mod company;

pub use company::{CompanyKey, KeyId};

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

/// How often the passphrase is hashed for files written today.
pub const ROUNDS: u32 = 600_000;
/// The most rounds that are done for a file: a hostile one could ask for hours.
pub const MAX_ROUNDS: u32 = 10_000_000;
/// How many bytes of content a chunk holds.
pub const CHUNK_BYTES: usize = 64 * 1024;

const MAGIC: &[u8] = b"kehu-sealed";
const VERSION: u8 = 1;
const HEADER_BYTES: usize = 64;
const PROOF_BYTES: usize = 16;
const END: &[u8] = b"\nsealed\n";

/// Why a sealed file cannot be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// It is no sealed file.
    #[error("not a sealed file")]
    NotSealed,
    /// Written by a newer version.
    #[error("sealed by version {found}, known is {VERSION}")]
    TooNew {
        /// The version it was written by.
        found: u8,
    },
    /// The passphrase is not the one it was sealed with.
    #[error("wrong passphrase")]
    WrongPassphrase,
    /// Its bytes changed: altered, left out in the middle, or put in another order.
    #[error("the sealed file is damaged")]
    Damaged,
    /// Its end is missing.
    #[error("the sealed file is cut off")]
    CutOff,
}

/// Whether `bytes` begin as a sealed file does.
pub fn is_sealed(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// Seals `plain` with a passphrase. `salt` must be fresh from the system's random source for every file: it is what
/// makes the key of each file its own.
pub fn seal(plain: &[u8], passphrase: &str, salt: [u8; 16]) -> Vec<u8> {
    let mut sealed = Vec::with_capacity(plain.len() + plain.len() / CHUNK_BYTES * PROOF_BYTES + 128);
    let mut sealer = Sealer::new(passphrase, salt, &mut sealed);
    sealer.push(plain, &mut sealed);
    sealer.finish(&mut sealed);
    sealed
}

/// Opens a sealed file.
///
/// # Errors
/// [`SealError`]; what was opened before the problem is not given out.
pub fn open(sealed: &[u8], passphrase: &str) -> Result<Vec<u8>, SealError> {
    let header = Header::read(sealed)?;
    let keys = Keys::new(passphrase, header.salt, header.rounds);
    if !is_equal(&keys.check, &header.check) {
        return Err(SealError::WrongPassphrase);
    }
    let cipher = Cipher::new(&keys.key, sealed.get(..HEADER_BYTES).unwrap_or_default());
    cipher.open_all(sealed.get(HEADER_BYTES..).unwrap_or_default())
}

/// Seals bytes that come piece by piece.
pub struct Sealer {
    cipher: Cipher,
    waiting: Vec<u8>,
    place: usize,
}

impl Sealer {
    /// Begins a sealed file; its header is appended to `out`. `salt` as for [`seal`].
    pub fn new(passphrase: &str, salt: [u8; 16], out: &mut Vec<u8>) -> Self {
        Self::by_rounds(ROUNDS, passphrase, salt, out)
    }

    fn by_rounds(rounds: u32, passphrase: &str, salt: [u8; 16], out: &mut Vec<u8>) -> Self {
        let keys = Keys::new(passphrase, salt, rounds);
        let header = Header { rounds, salt, check: keys.check }.written();
        out.extend_from_slice(&header);
        Self { cipher: Cipher::new(&keys.key, &header), waiting: Vec::new(), place: 0 }
    }

    /// Takes more bytes; whole chunks are appended to `out`.
    pub fn push(&mut self, mut bytes: &[u8], out: &mut Vec<u8>) {
        // The last chunk is marked, so one is held back until it is known to be none.
        while self.waiting.len() + bytes.len() > CHUNK_BYTES {
            let (now, later) = bytes.split_at(CHUNK_BYTES - self.waiting.len());
            self.waiting.extend_from_slice(now);
            self.give(false, out);
            bytes = later;
        }
        self.waiting.extend_from_slice(bytes);
    }

    /// Ends the file and appends the rest to `out`.
    pub fn finish(mut self, out: &mut Vec<u8>) {
        self.give(true, out);
        out.extend_from_slice(END);
    }

    fn give(&mut self, is_last: bool, out: &mut Vec<u8>) {
        out.extend(self.cipher.seal(self.place, is_last, &self.waiting));
        self.waiting.clear();
        self.place += 1;
    }
}

struct Header {
    rounds: u32,
    salt: [u8; 16],
    check: [u8; 16],
}

impl Header {
    fn written(&self) -> Vec<u8> {
        let mut bytes = [MAGIC, &[VERSION], &self.rounds.to_be_bytes(), &self.salt, &self.check].concat();
        let checksum = checksum(&bytes);
        bytes.extend_from_slice(&checksum);
        bytes
    }

    fn read(sealed: &[u8]) -> Result<Self, SealError> {
        let rest = sealed.strip_prefix(MAGIC).ok_or(SealError::NotSealed)?;
        let (version, rest) = rest.split_first().ok_or(SealError::CutOff)?;
        if *version > VERSION {
            return Err(SealError::TooNew { found: *version });
        }
        let read = || {
            let (rounds, rest) = rest.split_first_chunk::<4>()?;
            let (salt, rest) = rest.split_first_chunk::<16>()?;
            let (check, rest) = rest.split_first_chunk::<16>()?;
            let (said, _) = rest.split_first_chunk::<16>()?;
            Some((Self { rounds: u32::from_be_bytes(*rounds), salt: *salt, check: *check }, said))
        };
        let (header, said) = read().ok_or(SealError::CutOff)?;
        let is_whole = sealed.get(..HEADER_BYTES - 16).is_some_and(|bytes| checksum(bytes) == *said);
        if !is_whole || *version == 0 || !(1..=MAX_ROUNDS).contains(&header.rounds) {
            return Err(SealError::Damaged);
        }
        Ok(header)
    }
}

fn checksum(bytes: &[u8]) -> [u8; 16] {
    first_half(Sha256::digest(bytes).into())
}

fn first_half(bytes: [u8; 32]) -> [u8; 16] {
    std::array::from_fn(|place| bytes.get(place).copied().unwrap_or_default())
}

/// Compares without telling by its time how much is alike.
fn is_equal(a: &[u8; 16], b: &[u8; 16]) -> bool {
    a.iter().zip(b).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}

struct Keys {
    key: [u8; 32],
    check: [u8; 16],
}

impl Keys {
    fn new(passphrase: &str, salt: [u8; 16], rounds: u32) -> Self {
        let root = root(passphrase, &salt, rounds);
        Self { key: derived(&root, b"kehu-sealed key"), check: first_half(derived(&root, b"kehu-sealed check")) }
    }
}

/// What a passphrase is stretched to; it is composed as NFKC first, so that it does not matter how a keyboard wrote it.
fn root(passphrase: &str, salt: &[u8; 16], rounds: u32) -> [u8; 32] {
    let passphrase: String = passphrase.nfkc().collect();
    pbkdf2::pbkdf2_hmac_array::<Sha256, 32>(passphrase.as_bytes(), salt, rounds)
}

/// A key for one purpose; the root is secret and of fixed length, so hashing it is enough.
fn derived(root: &[u8; 32], purpose: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(purpose).chain_update(root).finalize().into()
}

struct Cipher {
    cipher: Aes256Gcm,
    header: Vec<u8>,
}

impl Cipher {
    fn new(key: &[u8; 32], header: &[u8]) -> Self {
        Self { cipher: Aes256Gcm::new(key.into()), header: header.to_vec() }
    }

    fn nonce(place: usize, is_last: bool) -> [u8; 12] {
        let mut nonce = [0; 12];
        for (to, from) in nonce.iter_mut().skip(3).zip((place as u64).to_be_bytes()) {
            *to = from;
        }
        if let Some(flag) = nonce.last_mut() {
            *flag = u8::from(is_last);
        }
        nonce
    }

    fn seal(&self, place: usize, is_last: bool, plain: &[u8]) -> Vec<u8> {
        let payload = Payload { msg: plain, aad: &self.header };
        // It fails for texts of 64 GB, and a chunk is small.
        self.cipher.encrypt(&Nonce::from(Self::nonce(place, is_last)), payload).unwrap_or_default()
    }

    fn open(&self, place: usize, is_last: bool, chunk: &[u8]) -> Option<Vec<u8>> {
        let payload = Payload { msg: chunk, aad: &self.header };
        self.cipher.decrypt(&Nonce::from(Self::nonce(place, is_last)), payload).ok()
    }

    /// Opens all chunks and the end of a file.
    fn open_all(&self, body: &[u8]) -> Result<Vec<u8>, SealError> {
        let body = body.strip_suffix(END).ok_or(SealError::CutOff)?;
        let chunks: Vec<&[u8]> = body.chunks(CHUNK_BYTES + PROOF_BYTES).collect();
        let mut plain = Vec::with_capacity(body.len());
        for (place, chunk) in chunks.iter().enumerate() {
            let is_last = place + 1 == chunks.len();
            plain.extend(self.open(place, is_last, chunk).ok_or(SealError::Damaged)?);
        }
        // A file has at least one chunk, however empty.
        if chunks.is_empty() { Err(SealError::Damaged) } else { Ok(plain) }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "seal/tests.rs"]
mod tests;
