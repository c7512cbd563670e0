//! A copy of what is stored: gathered, written by stream, read back and compared.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use kehu_domain::change::Change;
use kehu_domain::kind;
use kehu_domain::snapshot::{Extent, Lines, Reader, Writer};
use kehu_domain::stamp::RecordId;
use kehu_ledger::errand::{BackupWritten, Failure, Make};
use kehu_ledger::{Flaws, read_bodies};
use kehu_store::{Class, Store, StoreEvent};
use web_sys::Blob;

use crate::desk::Errand;
use crate::wrapping::{Outlet, unwrapped};

/// Stages as the page names them.
const READING: u8 = 0;
const WRITING: u8 = 1;
const PROVING: u8 = 2;

/// How many bytes of stored records are read at a time.
const SLICE_BYTES: usize = 4 << 20;

/// How many bytes of a backup are handed on at a time.
const PIECE_BYTES: usize = 1 << 20;

/// The record that holds the workspace's identity.
const WORKSPACE_RECORD: RecordId = RecordId::fixed(1);

/// The changes of a workspace that a copy is to hold.
pub struct Gathered {
    lines: Lines,
    company: String,
    flaws: Flaws,
}

impl Gathered {
    /// The identity of the workspace.
    pub fn company(&self) -> &str {
        &self.company
    }
}

/// Gathers what is stored, whatever is saved meanwhile included, so that no act is inside by half.
///
/// # Errors
/// What the browser reports, or a wish to stop.
pub async fn gather(errand: &Errand, store: &Store, extent: Extent) -> Result<Gathered, Failure> {
    let heard = Rc::new(RefCell::new(Vec::new()));
    store.on_event({
        let heard = heard.clone();
        move |event| {
            if let StoreEvent::Committed { keys, .. } = event {
                heard.borrow_mut().extend(keys);
            }
        }
    });
    let total = usize::try_from(store.totals().await?.changes()).unwrap_or(usize::MAX);
    let gathering = RefCell::new(Gathering { lines: Lines::new(extent), identity: Vec::new() });
    let done = Cell::new(0);
    let mut flaws = Flaws::default();
    for class in [Class::Hot, Class::Cold] {
        let take = |body: &[u8]| {
            let lost = gathering.borrow_mut().take(body);
            done.set(gathering.borrow().lines.len());
            lost
        };
        let pause = async || _ = errand.step(READING, done.get(), total).await;
        flaws += read_bodies(store, class, SLICE_BYTES, take, pause).await?;
        errand.step(READING, done.get(), total).await?;
    }
    loop {
        let keys = heard.take();
        if keys.is_empty() {
            break;
        }
        for entry in store.read_keys(&keys).await?.entries {
            gathering.borrow_mut().take(&entry.body);
        }
    }
    let Gathering { mut lines, identity } = gathering.into_inner();
    lines.settle();
    Ok(Gathered { lines, company: company(identity), flaws })
}

struct Gathering {
    lines: Lines,
    /// The changes of the record that names the workspace.
    identity: Vec<Change>,
}

impl Gathering {
    /// Takes the lines of an entry; says how many of them are no changes.
    fn take(&mut self, body: &[u8]) -> usize {
        let mut lost = 0;
        for line in body.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            match self.lines.add(line) {
                Ok(change) if change.record == WORKSPACE_RECORD => self.identity.push(change),
                Ok(_) => (),
                Err(_) => lost += 1,
            }
        }
        lost
    }
}

/// The workspace's identity, as its record says it.
fn company(identity: Vec<Change>) -> String {
    let mut book = kehu_domain::book::Book::new();
    for change in identity {
        book.insert(change);
    }
    book.get(WORKSPACE_RECORD).map(|record| record.text(kind::WORKSPACE_ID).to_owned()).unwrap_or_default()
}

/// Writes a copy of the extent it was gathered in.
///
/// # Errors
/// [`Failure::File`] when the browser has no room for it, or a wish to stop.
pub async fn write(errand: &Errand, gathered: &Gathered, make: &Make) -> Result<Blob, Failure> {
    let Gathered { lines, company, .. } = gathered;
    let mut outlet = Outlet::new(make)?;
    let mut piece = Vec::with_capacity(PIECE_BYTES + 4096);
    let mut writer = Writer::begin(&lines.header(company), &mut piece);
    for (written, line) in lines.from(0).enumerate() {
        writer.add(line, &mut piece);
        if piece.len() >= PIECE_BYTES {
            outlet.take(&piece)?;
            piece.clear();
            errand.step(WRITING, written, lines.len()).await?;
        }
    }
    writer.finish(&mut piece);
    outlet.take(&piece)?;
    outlet.finish()
}

/// Opens a finished copy again, verifies every checksum, and compares it line by line with what is stored.
///
/// # Errors
/// When the browser cannot read it back, or a wish to stop; a copy that differs is no error, but not proven.
pub async fn prove(errand: &Errand, gathered: &Gathered, file: &Blob, make: &Make) -> Result<BackupWritten, Failure> {
    let count = gathered.lines.len();
    let is_proven = match is_same(errand, &gathered.lines, file, make).await {
        Err(failure @ (Failure::Stopped | Failure::File)) => return Err(failure),
        outcome => outcome.unwrap_or(false),
    };
    Ok(BackupWritten { count, is_proven, flaws: gathered.flaws })
}

async fn is_same(errand: &Errand, lines: &Lines, file: &Blob, make: &Make) -> Result<bool, Failure> {
    let mut reader = Reader::new();
    let mut from = 0;
    let mut intake = unwrapped(file, make.passphrase.as_deref()).await?;
    while let Some(piece) = intake.next().await? {
        for part in reader.push(&piece)? {
            if !lines.agree(from, &part) {
                return Ok(false);
            }
            from += part.count();
        }
        errand.step(PROVING, from, lines.len()).await?;
    }
    Ok(from == lines.len() && reader.finish()?.count == lines.len())
}

/// The extent of what is asked for.
pub fn extent(make: &Make) -> Extent {
    if make.is_without_attachments { Extent::WithoutAttachments } else { Extent::Whole }
}
