//! Packs bytes by gzip and unpacks them again, never more than allowed.

use std::io::{ErrorKind, Read, Write};

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;

/// The most bytes a packed file may have unpacked (2 GB less one): more is no memory of a browser's tab.
pub const MAX_UNPACKED_BYTES: usize = i32::MAX as usize;

/// Why packed bytes cannot be unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GzipError {
    /// The bytes are not packed by gzip, or changed since.
    #[error("the packed bytes are damaged")]
    Damaged,
    /// The end is missing.
    #[error("the packed bytes are cut off")]
    CutOff,
    /// Unpacked it would be more than allowed.
    #[error("more than {max} bytes unpacked")]
    TooLarge {
        /// The most bytes allowed.
        max: usize,
    },
}

/// Whether `bytes` begin as gzip does.
pub fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1F, 0x8B])
}

/// Packs `bytes`; equal bytes give equal packages.
pub fn pack(bytes: &[u8]) -> Vec<u8> {
    let mut packed = Vec::with_capacity(bytes.len() / 8);
    let mut packer = Packer::new();
    packer.push(bytes, &mut packed);
    packer.finish(&mut packed);
    packed
}

/// Packs bytes that come piece by piece.
pub struct Packer(GzEncoder<Vec<u8>>);

impl Default for Packer {
    fn default() -> Self {
        Self::new()
    }
}

impl Packer {
    /// Begins a package.
    pub fn new() -> Self {
        Self(GzEncoder::new(Vec::new(), Compression::new(6)))
    }

    /// Takes more bytes; what is packed by now is appended to `out`.
    pub fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        // Writing to memory cannot fail.
        let _ = self.0.write_all(bytes);
        out.append(self.0.get_mut());
    }

    /// Ends the package and appends the rest to `out`.
    pub fn finish(self, out: &mut Vec<u8>) {
        out.append(&mut self.0.finish().unwrap_or_default());
    }
}

/// Unpacks `bytes` to at most `max` bytes.
///
/// # Errors
/// [`GzipError`]; nothing is allocated beyond `max` and what is read at a time.
pub fn unpack(bytes: &[u8], max: usize) -> Result<Vec<u8>, GzipError> {
    let mut unpacked = Vec::new();
    let mut unpacker = MultiGzDecoder::new(bytes);
    let mut piece = vec![0; 1 << 16];
    loop {
        let count = match unpacker.read(&mut piece) {
            Ok(0) => return Ok(unpacked),
            Ok(count) => count,
            Err(problem) if problem.kind() == ErrorKind::UnexpectedEof => return Err(GzipError::CutOff),
            Err(problem) if problem.kind() == ErrorKind::Interrupted => continue,
            Err(_) => return Err(GzipError::Damaged),
        };
        if unpacked.len() + count > max {
            return Err(GzipError::TooLarge { max });
        }
        unpacked.extend_from_slice(piece.get(..count).unwrap_or_default());
    }
}
