//! Copies as files: packed and sealed on their way out, unsealed and unpacked on their way in.

use js_sys::{Array, Uint8Array};
use kehu_files::copy::{self, CopyError, Wrapping};
use kehu_files::gzip::Packer;
use kehu_files::seal::Sealer;
use kehu_ledger::errand::{Failure, Make};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, Crypto};

/// The largest file that is opened, in bytes.
const MAX_FILE_BYTES: f64 = 512_000_000.0;

/// How many bytes of a file are read at a time.
const READ_BYTES: f64 = 4_194_304.0;

/// How many bytes of a file are handed to the browser at a time.
const PIECE_BYTES: usize = 4 << 20;

/// How many bytes show what a file is wrapped in.
const MARK_BYTES: f64 = 64.0;

/// A file in the making; what is done of it lies with the browser.
pub struct Outlet {
    packer: Option<Packer>,
    sealer: Option<Sealer>,
    ready: Vec<u8>,
    pieces: Array,
    media_type: &'static str,
}

impl Outlet {
    /// Begins a file.
    ///
    /// # Errors
    /// [`Failure::File`] when it is to be sealed and the browser has no random numbers.
    pub fn new(make: &Make) -> Result<Self, Failure> {
        let mut ready = Vec::new();
        let sealer = match &make.passphrase {
            Some(passphrase) => Some(Sealer::new(passphrase, salt().ok_or(Failure::File)?, &mut ready)),
            None => None,
        };
        let media_type = match (sealer.is_some(), make.is_packed) {
            (true, _) => "application/octet-stream",
            (false, true) => "application/gzip",
            (false, false) => "application/json",
        };
        let packer = make.is_packed.then(Packer::new);
        Ok(Self { packer, sealer, ready, pieces: Array::new(), media_type })
    }

    /// Takes more of the file's text.
    ///
    /// # Errors
    /// [`Failure::File`] when the browser has no room.
    pub fn take(&mut self, text: &[u8]) -> Result<(), Failure> {
        match &mut self.packer {
            Some(packer) => {
                let mut packed = Vec::new();
                packer.push(text, &mut packed);
                self.seal(&packed);
            }
            None => self.seal(text),
        }
        if self.ready.len() >= PIECE_BYTES { self.hand_over() } else { Ok(()) }
    }

    /// Ends the file.
    ///
    /// # Errors
    /// [`Failure::File`] when the browser has no room.
    pub fn finish(mut self) -> Result<Blob, Failure> {
        if let Some(packer) = self.packer.take() {
            let mut packed = Vec::new();
            packer.finish(&mut packed);
            self.seal(&packed);
        }
        if let Some(sealer) = self.sealer.take() {
            sealer.finish(&mut self.ready);
        }
        self.hand_over()?;
        let options = BlobPropertyBag::new();
        options.set_type(self.media_type);
        Blob::new_with_blob_sequence_and_options(&self.pieces, &options).map_err(|_| Failure::File)
    }

    fn seal(&mut self, bytes: &[u8]) {
        match &mut self.sealer {
            Some(sealer) => sealer.push(bytes, &mut self.ready),
            None => self.ready.extend_from_slice(bytes),
        }
    }

    /// Gives what is ready to the browser, which may keep it on disk.
    fn hand_over(&mut self) -> Result<(), Failure> {
        let piece = Array::of1(&Uint8Array::from(self.ready.as_slice()));
        self.ready.clear();
        let piece = Blob::new_with_u8_array_sequence(&piece).map_err(|_| Failure::File)?;
        self.pieces.push(&piece);
        Ok(())
    }
}

pub fn salt() -> Option<[u8; 16]> {
    let crypto: Crypto = js_sys::Reflect::get(&js_sys::global(), &"crypto".into()).ok()?.dyn_into().ok()?;
    let mut salt = [0; 16];
    crypto.get_random_values_with_u8_array(&mut salt).ok()?;
    Some(salt)
}

/// The text of a copy, piece by piece.
pub enum Intake {
    /// Read from the file as it is asked for.
    File {
        /// The file.
        file: Blob,
        /// Where to go on.
        at: f64,
    },
    /// Unwrapped already.
    Text(Vec<u8>),
}

impl Intake {
    /// The next piece; `None` at the end.
    ///
    /// # Errors
    /// [`Failure::File`] when the browser cannot read it.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        match self {
            Self::Text(text) if text.is_empty() => Ok(None),
            Self::Text(text) => Ok(Some(std::mem::take(text))),
            Self::File { file, at } if *at >= file.size() => Ok(None),
            Self::File { file, at } => {
                let end = (*at + READ_BYTES).min(file.size());
                let piece = bytes_of(&file.slice_with_f64_and_f64(*at, end).map_err(|_| Failure::File)?).await?;
                *at = end;
                Ok(Some(piece))
            }
        }
    }
}

/// Opens a copy, whatever it is wrapped in; that is told by its bytes, never by its name.
///
/// # Errors
/// [`Failure::TooLarge`], [`Failure::File`], and what is wrong with its wrapping or passphrase.
pub async fn unwrapped(file: &Blob, passphrase: Option<&str>) -> Result<Intake, Failure> {
    if file.size() > MAX_FILE_BYTES {
        return Err(Failure::TooLarge { limit: MAX_FILE_BYTES as u64 });
    }
    let start = file.slice_with_f64_and_f64(0.0, MARK_BYTES.min(file.size())).map_err(|_| Failure::File)?;
    if copy::wrapping(&bytes_of(&start).await?) == Wrapping::Plain {
        return Ok(Intake::File { file: file.clone(), at: 0.0 });
    }
    Ok(Intake::Text(copy::open(bytes_of(file).await?, passphrase).map_err(failure)?))
}

fn failure(error: CopyError) -> Failure {
    match error {
        CopyError::NeedsPassphrase => Failure::Sealed,
        CopyError::WrongPassphrase => Failure::WrongPassphrase,
        CopyError::CutOff => kehu_domain::snapshot::SnapshotError::Truncated.into(),
        CopyError::TooNew { found } => {
            kehu_domain::snapshot::SnapshotError::TooNew { found: found.into(), known: 1 }.into()
        }
        CopyError::TooLarge { max } => Failure::TooLarge { limit: max as u64 },
        CopyError::Damaged => Failure::Damaged,
    }
}

async fn bytes_of(blob: &Blob) -> Result<Vec<u8>, Failure> {
    let buffer = JsFuture::from(blob.array_buffer()).await.map_err(|_| Failure::File)?;
    Ok(Uint8Array::new(&buffer).to_vec())
}
