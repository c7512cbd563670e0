//! Looking into a file, bringing it in, and taking that back.

mod lists;

use std::cell::RefCell;

use kehu_domain::arrival::{self, Inside, Look, Note, Scope, Stamps, Turning};
use kehu_domain::book::{Book, Undone};
use kehu_domain::change::{Act, Change};
use kehu_domain::packet;
use kehu_domain::snapshot::{Header, Reader};
use kehu_domain::stamp::{RecordId, Stamp};
use kehu_domain::text::Lang;
use kehu_ledger::arrival::{Ask, Brought, Choice, Summary, TakenBack};
use kehu_ledger::errand::Failure;
use kehu_ledger::{journal, pace};
use kehu_store::Store;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Blob;

use crate::desk::{Answer, Errand};
use crate::records;
use crate::wrapping::unwrapped;

/// Stages as the page names them.
const READING: u8 = 0;
const OPENING: u8 = 1;
const COMPARING: u8 = 2;
const SAVING: u8 = 3;

/// How many records are compared before the page is told how far it is.
const SLICE: usize = 2_048;

/// How many records that were left alone are named.
const NAMED: usize = 20;

/// A file that was looked into, with what is here.
struct Opened {
    file: String,
    store: Store,
    /// How many changes the store held when it was read.
    stored: u64,
    here: Book,
    header: Header,
    scope: Scope,
    inside: Inside,
}

thread_local! {
    static OPENED: RefCell<Option<Opened>> = const { RefCell::new(None) };
}

/// Does what a page asks about files that come in and packets that go out.
///
/// # Errors
/// What is wrong with the file, what the browser reports, or a wish to stop.
pub async fn attend(errand: &Errand, ask: Ask, files: &[JsValue]) -> Result<Answer, Failure> {
    match ask {
        Ask::Open { workspace, file, passphrase } => {
            OPENED.set(None);
            let blob: &Blob = files.first().and_then(|file| file.dyn_ref()).ok_or(Failure::File)?;
            let opened = open(errand, &workspace, file, blob, passphrase.as_deref()).await?;
            let summary = summary(&opened);
            OPENED.set(Some(opened));
            Ok(Answer::new(&summary, &[]))
        }
        Ask::Groups { show, find, from, is_english } => looked(|opened| {
            Answer::new(&lists::groups(&opened.here, &opened.inside, show, &find, from, lang(is_english)), &[])
        }),
        Ask::Records { customer, show, from, is_english } => looked(|opened| {
            Answer::new(&lists::records(&opened.here, &opened.inside, customer, show, from, lang(is_english)), &[])
        }),
        Ask::Fields { record, is_english } => {
            looked(|opened| Answer::new(&lists::fields(&opened.here, &opened.inside, record, lang(is_english)), &[]))
        }
        Ask::Bring { choice, by } => {
            let mut opened = OPENED.take().ok_or(Failure::Strange)?;
            let brought = bring(errand, &mut opened, &choice, by).await;
            if brought.is_err() {
                // Nothing came in, and the file is still open.
                OPENED.set(Some(opened));
            }
            Ok(Answer::new(&brought?, &[]))
        }
        Ask::TakeBack { workspace, arrival, is_redo, by } => {
            Ok(Answer::new(&take_back(errand, &workspace, arrival, is_redo, by).await?, &[]))
        }
        Ask::Weigh { workspace, customers } => crate::packet::weigh(errand, &workspace, customers).await,
        Ask::Pack { workspace, customers, given_to, words, passphrase, by } => {
            let gift = crate::packet::Gift { customers, given_to, words, passphrase, by };
            crate::packet::pack(errand, &workspace, gift).await
        }
    }
}

fn lang(is_english: bool) -> Lang {
    if is_english { Lang::En } else { Lang::Zh }
}

fn looked(tell: impl FnOnce(&Opened) -> Answer) -> Result<Answer, Failure> {
    OPENED.with_borrow(|opened| opened.as_ref().map(tell)).ok_or(Failure::Strange)
}

async fn open(
    errand: &Errand,
    workspace: &str,
    file: String,
    blob: &Blob,
    passphrase: Option<&str>,
) -> Result<Opened, Failure> {
    // What is wrong with the file is said before anything else is read.
    let (header, look) = read(errand, blob, passphrase).await?;
    let store = records::open(workspace).await?;
    let stored = store.totals().await?.changes();
    let here = records::read(errand, &store, READING, |_| true).await?;
    let own = records::identity(&here);
    if !own.is_empty() && !header.workspace.is_empty() && own != header.workspace {
        return Err(Failure::OtherCompany);
    }
    let scope = Scope::of(look.there(), header.extent());
    let inside = compare(errand, look, &here, scope).await?;
    Ok(Opened { file, store, stored, here, header, scope, inside })
}

/// The changes of a file, verified to its end.
async fn read(errand: &Errand, blob: &Blob, passphrase: Option<&str>) -> Result<(Header, Look), Failure> {
    let mut intake = unwrapped(blob, passphrase).await?;
    let mut reader = Reader::new();
    let mut look = Look::new(pace::wall_ms());
    let mut taken = 0;
    while let Some(piece) = intake.next().await? {
        for part in reader.push(&piece)? {
            taken += part.count();
            look.take(part.changes()?);
            let total = reader.header().map_or(0, |header| header.count);
            errand.step(OPENING, taken, total).await?;
        }
    }
    Ok((reader.finish()?, look))
}

async fn compare(errand: &Errand, mut look: Look, here: &Book, scope: Scope) -> Result<Inside, Failure> {
    let total = look.begin(here, scope);
    loop {
        let rest = look.compare(here, SLICE);
        errand.step(COMPARING, total - rest, total).await?;
        if rest == 0 {
            return Ok(look.finish());
        }
    }
}

fn summary(opened: &Opened) -> Summary {
    let Opened { here, inside, header, scope, .. } = opened;
    let customers = || inside.groups.iter().filter(|group| group.customer.is_some());
    Summary {
        scope: *scope,
        newest_ms: header.newest.millis(),
        in_file: inside.in_file,
        new_changes: inside.new_changes,
        known: inside.known(),
        tally: inside.tally,
        customers: customers().count(),
        differing: customers().filter(|group| !group.records.is_empty()).count(),
        set_aside: inside.set_aside.len(),
        ahead: inside.set_aside.iter().take(NAMED).map(|change| lists::ahead(here, change)).collect(),
        packet: packet::Note::of_file(inside.there()).map(|note| lists::packet(inside.there(), &note)),
        is_first: here.is_empty(),
    }
}

/// Saves what was chosen together with the note of it, in one transaction.
async fn bring(errand: &Errand, opened: &mut Opened, choice: &Choice, by: RecordId) -> Result<Brought, Failure> {
    refresh(errand, opened).await?;
    let (here, inside) = (&mut opened.here, &opened.inside);
    let records = match choice {
        Choice::Everything | Choice::GoBack => inside.everything(),
        Choice::Some(chosen) => inside.closed(here, chosen),
    };
    let fresh = inside.changes_of(here, &records);
    let concerned = concerned(here, inside, &fresh);
    let (is_first, clashes) = (here.is_empty(), here.clashes_with(&fresh));
    let stamps: Stamps = fresh.iter().map(|change| change.stamp).collect();
    errand.step(SAVING, 0, fresh.len()).await?;
    for change in &fresh {
        here.insert(change.clone());
    }
    let mut clock = records::clock(here);
    let mut act = Act::begin(&mut clock, pace::wall_ms(), by);
    let note = Note {
        file: opened.file.clone(),
        mode: choice.mode(opened.scope),
        workspace: opened.header.workspace.clone(),
        changes: fresh.len(),
        records: concerned.0,
        customers: concerned.1,
        clashes,
    };
    // A workspace that begins with a file is that file, byte for byte: there is nothing to take it back to.
    let arrival = (!is_first).then(|| note.write(&stamps, &mut act));
    let set_back = match choice {
        Choice::GoBack => arrival::go_back(here, inside, opened.scope, &mut act),
        Choice::Everything | Choice::Some(_) => 0,
    };
    let made = act.finish();
    let last = last_of(&made).max(last_of(&fresh)).ok_or(Failure::Strange)?;
    let changes = fresh.len();
    let saved = save(errand, &opened.store, fresh.into_iter().chain(made).collect()).await;
    if saved.is_err() {
        // The records in memory are ahead of the store now, and are read again before anything else is tried.
        opened.stored = u64::MAX;
    }
    saved?;
    Ok(Brought { last, arrival, changes, records: concerned.0, customers: concerned.1, clashes, set_back })
}

/// Compares anew where somebody has saved something meanwhile.
async fn refresh(errand: &Errand, opened: &mut Opened) -> Result<(), Failure> {
    let stored = opened.store.totals().await?.changes();
    if stored == opened.stored {
        return Ok(());
    }
    opened.here = records::read(errand, &opened.store, READING, |_| true).await?;
    let mut look = Look::new(pace::wall_ms());
    look.take(opened.inside.there().changes().into_iter().cloned());
    opened.inside = compare(errand, look, &opened.here, opened.scope).await?;
    opened.stored = stored;
    Ok(())
}

/// How many records some changes concern, and how many customers.
fn concerned(here: &Book, inside: &Inside, changes: &[Change]) -> (usize, usize) {
    let mut records: Vec<RecordId> = changes.iter().map(|change| change.record).collect();
    records.sort_unstable();
    records.dedup();
    let mut customers: Vec<RecordId> = records.iter().filter_map(|id| inside.customer(here, *id)).collect();
    customers.sort_unstable();
    customers.dedup();
    (records.len(), customers.len())
}

/// Takes an arrival back or brings it back, as one transaction.
async fn take_back(
    errand: &Errand,
    workspace: &str,
    arrival: RecordId,
    is_redo: bool,
    by: RecordId,
) -> Result<TakenBack, Failure> {
    let store = records::open(workspace).await?;
    let book = records::read(errand, &store, READING, |_| true).await?;
    let turning = if is_redo { Turning::redo(&book, arrival) } else { Turning::undo(&book, arrival) };
    let Some(mut turning) = turning else { return Ok(TakenBack::default()) };
    let mut clock = records::clock(&book);
    let mut act = Act::begin(&mut clock, pace::wall_ms(), by);
    while turning.step(&book, SLICE, &mut act) {
        let (done, total) = turning.progress();
        errand.step(COMPARING, done, total).await?;
    }
    let Undone { restored, mut kept } = turning.finish(&book, &mut act);
    let made = act.finish();
    let last = last_of(&made);
    save(errand, &store, made).await?;
    let count = kept.len();
    kept.truncate(NAMED);
    Ok(TakenBack { last, restored: restored.len(), kept: count, kept_records: kept })
}

/// The latest stamp of some changes: once it is here, all of them are.
pub fn last_of(changes: &[Change]) -> Option<Stamp> {
    changes.iter().map(|change| change.stamp).max()
}

/// Saves changes in one transaction: all of them or none.
pub async fn save(errand: &Errand, store: &Store, changes: Vec<Change>) -> Result<(), Failure> {
    if changes.is_empty() {
        return Ok(());
    }
    let done = std::cell::Cell::new(0);
    let total = changes.len();
    let entries = journal::entries(&changes, async || {
        done.set((done.get() + 256).min(total));
        _ = errand.step(SAVING, done.get(), total).await;
    })
    .await;
    // The last moment to stop: from here on it is saved as a whole.
    errand.step(SAVING, total, total).await?;
    Ok(store.append(entries, &[]).await?)
}
