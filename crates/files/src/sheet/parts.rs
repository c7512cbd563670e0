//! The parts of a zipped workbook as XML, counted while they are unpacked.

use std::cell::Cell;
use std::collections::HashMap;
use std::io::{BufReader, Cursor, Read};
use std::rc::Rc;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use zip::ZipArchive;
use zip::read::ZipFile;

use super::MAX_UNPACKED_BYTES;
use super::error::SheetError;

/// How a ZIP file begins.
pub(super) const ZIP: &[u8] = b"PK\x03\x04";
/// The most bytes between two tags, or within one.
const MAX_PIECE_BYTES: u64 = 4 << 20;
/// The most files a workbook has inside.
const MAX_PARTS: usize = 65_536;

/// Why a part cannot be read on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// The workbook unpacks to more than [`MAX_UNPACKED_BYTES`].
    TooLarge,
    /// A single text or tag is larger than [`MAX_PIECE_BYTES`].
    PieceTooLarge,
    /// What comes is no XML, or the ZIP file is broken.
    Damaged,
}

impl From<Broken> for SheetError {
    fn from(broken: Broken) -> Self {
        match broken {
            Broken::TooLarge => Self::TooLarge,
            Broken::PieceTooLarge | Broken::Damaged => Self::Damaged { place: None },
        }
    }
}

/// A ZIP file; its parts are found whatever the case and the slashes of their names.
pub(super) struct Parts {
    archive: ZipArchive<Cursor<Vec<u8>>>,
    places: HashMap<String, usize>,
    left: Rc<Cell<u64>>,
}

impl Parts {
    pub(super) fn open(bytes: Vec<u8>) -> Result<Self, SheetError> {
        if !bytes.starts_with(ZIP) {
            return Err(SheetError::NotAWorkbook);
        }
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| SheetError::Damaged { place: None })?;
        if archive.len() > MAX_PARTS {
            return Err(SheetError::TooLarge);
        }
        let names = archive.file_names().enumerate();
        let places = names.filter_map(|(place, name)| Some((normal(&name.ok()?), place))).collect();
        Ok(Self { archive, places, left: Rc::new(Cell::new(MAX_UNPACKED_BYTES)) })
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.places.contains_key(&normal(name))
    }

    /// A part as XML; `None` when there is no such part.
    pub(super) fn xml(&mut self, name: &str) -> Result<Option<Xml<'_>>, SheetError> {
        let Some(place) = self.places.get(&normal(name)).copied() else { return Ok(None) };
        // Each part may be read once in full and then again: a sheet is listed first and read later.
        self.left.set(MAX_UNPACKED_BYTES);
        let file = self.archive.by_index(place).map_err(|problem| match problem {
            zip::result::ZipError::UnsupportedArchive(zip::result::ZipError::PASSWORD_REQUIRED) => {
                SheetError::Encrypted
            }
            _ => SheetError::Damaged { place: None },
        })?;
        if file.size() > MAX_UNPACKED_BYTES {
            return Err(SheetError::TooLarge);
        }
        Ok(Some(Xml::new(file, Rc::clone(&self.left))))
    }
}

fn normal(name: &str) -> String {
    name.trim_start_matches('/').replace('\\', "/").to_lowercase()
}

/// The unpacked bytes of a part.
type Part<'z> = ZipFile<'z, Cursor<Vec<u8>>>;

/// Counts what is unpacked.
struct Counted<R> {
    source: R,
    left: Rc<Cell<u64>>,
    piece: Rc<Cell<u64>>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.left.get() == 0 || self.piece.get() > MAX_PIECE_BYTES {
            return Err(std::io::ErrorKind::FileTooLarge.into());
        }
        let count = self.source.read(buffer)?;
        self.left.set(self.left.get().saturating_sub(count as u64));
        self.piece.set(self.piece.get() + count as u64);
        Ok(count)
    }
}

/// The events of a part, one after the other; an empty element comes as its start and its end.
pub(super) struct Xml<'z> {
    reader: Reader<BufReader<Counted<Part<'z>>>>,
    buffer: Vec<u8>,
    left: Rc<Cell<u64>>,
    piece: Rc<Cell<u64>>,
}

impl<'z> Xml<'z> {
    fn new(file: Part<'z>, left: Rc<Cell<u64>>) -> Self {
        let piece = Rc::new(Cell::new(0));
        let counted = Counted { source: file, left: Rc::clone(&left), piece: Rc::clone(&piece) };
        let mut reader = Reader::from_reader(BufReader::with_capacity(1 << 16, counted));
        let config = reader.config_mut();
        config.check_end_names = false;
        config.expand_empty_elements = true;
        Self { reader, buffer: Vec::new(), left, piece }
    }

    /// The next event; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Event<'_>>, Broken> {
        self.buffer.clear();
        self.piece.set(0);
        match self.reader.read_event_into(&mut self.buffer) {
            Ok(Event::Eof) => Ok(None),
            Ok(event) => Ok(Some(event)),
            Err(_) if self.left.get() == 0 => Err(Broken::TooLarge),
            Err(_) if self.piece.get() > MAX_PIECE_BYTES => Err(Broken::PieceTooLarge),
            Err(_) => Err(Broken::Damaged),
        }
    }
}

/// The attribute of that name, without regard to prefixes unless `name` has one.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let has_prefix = name.contains(':');
    element
        .attributes()
        .with_checks(false)
        .filter_map(Result::ok)
        .find(|attribute| match has_prefix {
            true => attribute.key.as_ref() == name,
            false => attribute.key.local_name().as_ref() == name,
        })
        .map(|attribute| {
            attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_or_else(|_| attribute.value.to_string(), |text| text.into())
        })
}

/// Appends what a text event says; anything else appends nothing.
pub(super) fn append(event: &Event<'_>, text: &mut String) {
    match event {
        Event::Text(piece) => text.push_str(&piece.xml10_content()),
        Event::CData(piece) => text.push_str(&piece.xml10_content()),
        Event::GeneralRef(reference) => match &**reference {
            "amp" => text.push('&'),
            "lt" => text.push('<'),
            "gt" => text.push('>'),
            "quot" => text.push('"'),
            "apos" => text.push('\''),
            _ => text.extend(reference.resolve_char_ref().ok().flatten()),
        },
        _ => (),
    }
}
