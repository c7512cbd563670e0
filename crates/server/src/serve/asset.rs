//! One file of the app: its bytes, what they are, and the shorter forms they travel in.

use super::accept::Coding;
use axum::body::Bytes;
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use sha2::{Digest, Sha256};
use std::io::{Read, Write};
use std::sync::OnceLock;

/// Below this many bytes the headers outweigh what compressing saves.
const WORTH_COMPRESSING: usize = 512;

/// brotli's best: a tenth smaller than what is quick, and made once a release.
const BROTLI_QUALITY: u32 = 11;

/// brotli's largest window: 16 MiB, so that a whole wasm is looked back upon.
const BROTLI_WINDOW: u32 = 24;

/// A file of the app.
pub struct Asset {
    bytes: Bytes,
    media_type: &'static str,
    cache_control: &'static str,
    digest: String,
    brotli: OnceLock<Bytes>,
    gzip: OnceLock<Bytes>,
}

impl Asset {
    /// The file at `path` below the app's folder, holding `bytes`.
    pub fn new(path: &str, bytes: Vec<u8>) -> Self {
        let digest = Sha256::digest(&bytes).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        Self {
            bytes: bytes.into(),
            media_type: media_type(path),
            cache_control: kehu_policy::cache_control(path),
            digest,
            brotli: OnceLock::new(),
            gzip: OnceLock::new(),
        }
    }

    /// The value of `Content-Type`.
    pub fn media_type(&self) -> &'static str {
        self.media_type
    }

    /// The value of `Cache-Control`.
    pub fn cache_control(&self) -> &'static str {
        self.cache_control
    }

    /// The value of `ETag` for the form in `coding`.
    pub fn etag(&self, coding: Coding) -> String {
        match coding.name() {
            Some(name) => format!("\"{}-{name}\"", self.digest),
            None => format!("\"{}\"", self.digest),
        }
    }

    /// The best form that `is_accepted` and is ready; plain while the shorter ones are still being made.
    pub fn form(&self, is_accepted: impl Fn(Coding) -> bool) -> (Coding, Bytes) {
        let ready = |coding, form: &OnceLock<Bytes>| {
            form.get().filter(|_| is_accepted(coding)).map(|bytes| (coding, bytes.clone()))
        };
        ready(Coding::Brotli, &self.brotli)
            .or_else(|| ready(Coding::Gzip, &self.gzip))
            .unwrap_or_else(|| (Coding::Plain, self.bytes.clone()))
    }

    /// The file as it is.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many bytes the file has, uncompressed.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Takes a shorter form that was made before; one that is not shorter, or is of another file, is left out.
    pub fn take_made(&self, coding: Coding, bytes: Vec<u8>) {
        if unpacked(coding, &bytes).is_ok_and(|content| content == self.bytes) {
            self.take(coding, bytes);
        } else {
            tracing::warn!("a compressed file is not what lies beside it and is made anew");
        }
    }

    fn take(&self, coding: Coding, bytes: Vec<u8>) {
        if let Some(place) = self.place(coding).filter(|_| bytes.len() < self.bytes.len()) {
            _ = place.set(bytes.into());
        }
    }

    /// The form in `coding`, if it has been made and is shorter.
    pub fn packed(&self, coding: Coding) -> Option<&Bytes> {
        self.place(coding)?.get()
    }

    fn place(&self, coding: Coding) -> Option<&OnceLock<Bytes>> {
        match coding {
            Coding::Plain => None,
            Coding::Gzip => Some(&self.gzip),
            Coding::Brotli => Some(&self.brotli),
        }
    }

    /// Makes the shorter forms that are not there yet, if the kind of file gains from it: half a minute for a large
    /// wasm.
    pub fn compress(&self) {
        let is_compressed_already = self.media_type == "image/png" || self.media_type == "font/woff2";
        if is_compressed_already || self.bytes.len() < WORTH_COMPRESSING {
            return;
        }
        for (coding, pack) in [(Coding::Gzip, gzip as Packer), (Coding::Brotli, brotli)] {
            if self.packed(coding).is_some() {
                continue;
            }
            match pack(&self.bytes) {
                Ok(packed) => self.take(coding, packed),
                Err(error) => tracing::warn!("served uncompressed: {error}"),
            }
        }
    }
}

/// Makes a shorter form of some bytes.
type Packer = fn(&[u8]) -> std::io::Result<Vec<u8>>;

fn gzip(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}

fn brotli(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut packed = Vec::new();
    let mut encoder = brotli::CompressorWriter::new(&mut packed, 64 * 1024, BROTLI_QUALITY, BROTLI_WINDOW);
    encoder.write_all(bytes)?;
    encoder.flush()?;
    drop(encoder);
    Ok(packed)
}

fn unpacked(coding: Coding, bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut content = Vec::new();
    match coding {
        Coding::Plain => content.extend_from_slice(bytes),
        Coding::Gzip => _ = GzDecoder::new(bytes).read_to_end(&mut content)?,
        Coding::Brotli => _ = brotli::Decompressor::new(bytes, 64 * 1024).read_to_end(&mut content)?,
    }
    Ok(content)
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("webmanifest") => "application/manifest+json; charset=utf-8",
        Some("json") => "application/json; charset=utf-8",
        Some("svg") => "image/svg+xml; charset=utf-8",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        Some("csv") => "text/csv; charset=utf-8",
        _ => "application/octet-stream",
    }
}
