//! Coming together with other devices over an endpoint.
//!
//! The worker keeps the device's side open between rounds, so that a small change costs one small request and no reading.

mod http;
mod keeping;
mod outbox;

use std::cell::{Cell, RefCell};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gloo_timers::future::TimeoutFuture;
use kehu_ledger::errand::Failure;
use kehu_ledger::sync::{Ask, EVERY_S, Extent, InvitedBy, Join, LINK, Link, Round, Tried};
use kehu_store::{Class, Opening, Store};
use kehu_sync::wire::Invitation;
use kehu_sync::{Device, Limits, MEMO, Remote, Trouble};
use qrcode::{Color, EcLevel, QrCode};

use crate::desk::{Answer, Errand};
use http::Http;
use keeping::Keeping;

/// How many bytes of stored records are read at a time.
const SLICE_BYTES: usize = 4 << 20;

/// A device that is open.
struct Opened {
    workspace: String,
    link: Link,
    device: Device<Keeping, Http>,
}

thread_local! {
    /// Absent while an errand works on it, and after the device could not save or read.
    static OPENED: RefCell<Option<Opened>> = const { RefCell::new(None) };
    /// Whether an errand works on it: others wait for their turn.
    static IS_BUSY: Cell<bool> = const { Cell::new(false) };
}

/// How often whoever waits for a turn asks, in milliseconds.
const TURN_MS: u32 = 50;

/// A turn at the device; the next errand has its own once this is dropped.
struct Turn;

impl Turn {
    async fn wait(errand: &Errand) -> Result<Self, Failure> {
        while IS_BUSY.replace(true) {
            TimeoutFuture::new(TURN_MS).await;
            errand.step(0, 0, 0).await?;
        }
        Ok(Self)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        IS_BUSY.set(false);
    }
}

/// Does what a page asks about coming together.
///
/// # Errors
/// [`Failure::Sync`], and what the store reports. What was taken in or sent by then stays so.
pub async fn attend(errand: &Errand, ask: Ask) -> Result<Answer, Failure> {
    let _turn = Turn::wait(errand).await?;
    match ask {
        Ask::Try { join } => Ok(Answer::new(&try_out(&join).await?, &[])),
        Ask::Join { workspace, join, passphrase } => {
            Ok(Answer::new(&enter(errand, &workspace, join, &passphrase).await?, &[]))
        }
        Ask::Leave { workspace } => leave(&workspace).await,
        Ask::Round { workspace, extent } => {
            with(errand, &workspace, async |opened| Ok(Answer::new(&round(opened, extent).await?, &[]))).await
        }
        Ask::Passphrase { workspace, passphrase } => {
            with(errand, &workspace, async |opened| {
                opened.device.enter_passphrase(&passphrase, salt()?).await?;
                Ok(Answer::new(&opened.device.status(), &[]))
            })
            .await
        }
        Ask::ChangePassphrase { workspace, old, new } => {
            with(errand, &workspace, async |opened| {
                // It has to be the one in force: otherwise somebody else changed it meanwhile.
                opened.device.enter_passphrase(&old, salt()?).await?;
                opened.device.change_passphrase(&new, salt()?).await?;
                // The passphrase is in force; what cannot be written anew now is by a later compaction.
                _ = opened.device.rewrite().await;
                Ok(Answer::new(&opened.device.status(), &[]))
            })
            .await
        }
        Ask::Outbox { workspace } => {
            with(errand, &workspace, async |opened| {
                opened.device.catch_up().await?;
                let refused = opened.device.status().refused;
                Ok(Answer::new(&outbox::outbox(opened.device.outbox(), refused), &[]))
            })
            .await
        }
        Ask::OutboxFile { workspace } => {
            with(errand, &workspace, async |opened| {
                opened.device.catch_up().await?;
                let (count, file) = outbox::file(&opened.device)?;
                Ok(Answer::new(&count, &[file.into()]))
            })
            .await
        }
        Ask::Anew { workspace } => {
            with(errand, &workspace, async |opened| Ok(opened.device.begin_anew().await?)).await?;
            // What is stored is told to the device again when it is opened.
            OPENED.set(None);
            with(errand, &workspace, async |opened| Ok(Answer::new(&opened.device.status(), &[]))).await
        }
        Ask::CopySeen { workspace } => {
            with(errand, &workspace, async |opened| {
                opened.device.forget_copy().await?;
                Ok(Answer::new(&opened.device.status(), &[]))
            })
            .await
        }
        Ask::Devices { workspace } => {
            with(errand, &workspace, async |opened| Ok(Answer::new(&opened.device.remote.devices().await?, &[]))).await
        }
        Ask::Invite { workspace, invitation, app } => {
            with(errand, &workspace, async |opened| Ok(Answer::new(&invite(opened, &invitation, &app).await?, &[])))
                .await
        }
        Ask::ShutOut { workspace, device } => {
            with(errand, &workspace, async |opened| {
                opened.device.remote.shut_out(&device).await?;
                Ok(Answer::new(&opened.device.remote.devices().await?, &[]))
            })
            .await
        }
    }
}

/// Works with the device of a workspace, opening it first where that is needed.
async fn with<T>(
    errand: &Errand,
    workspace: &str,
    work: impl AsyncFnOnce(&mut Opened) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let mut opened = match OPENED.take().filter(|opened| opened.workspace == workspace) {
        Some(opened) => opened,
        None => open(errand, workspace).await?,
    };
    opened.device.local.errand = Some(errand.clone());
    let outcome = work(&mut opened).await;
    opened.device.local.errand = None;
    // A device that could not save is read anew the next time.
    if !matches!(outcome, Err(Failure::Sync(Trouble::Here(_)) | Failure::Store(_))) {
        OPENED.set(Some(opened));
    }
    outcome
}

/// The store of a workspace that the page has open; what is committed there came from other devices.
async fn opened_store(workspace: &str) -> Result<Store, Failure> {
    Ok(Store::open_with(Opening::new(workspace).bringing()).await?)
}

async fn open(errand: &Errand, workspace: &str) -> Result<Opened, Failure> {
    let store = opened_store(workspace).await?;
    let link = store.get_meta(LINK).await?;
    let link: Link = link.and_then(|link| serde_json::from_slice(&link).ok()).ok_or(Failure::Strange)?;
    open_with(errand, store, link).await
}

/// Opens the device's side, and tells it what is stored.
async fn open_with(errand: &Errand, store: Store, link: Link) -> Result<Opened, Failure> {
    let workspace = store.workspace().to_owned();
    let memo = store.get_meta(MEMO).await?;
    let mut log = Vec::new();
    for key in Device::<Keeping, Http>::notes(memo.as_deref()) {
        log.extend(store.get_meta(&key).await?);
    }
    let http = Http::new(&link.at, &link.token);
    let keeping = Keeping::new(store).await?;
    let name = link.token.device.clone();
    let device = Device::new(name, Limits::default(), keeping, http, memo.as_deref(), &log);
    let mut opened = Opened { workspace, link, device };
    for class in [Class::Hot, Class::Cold] {
        read(errand, &mut opened.device, class).await?;
    }
    Ok(opened)
}

async fn read(errand: &Errand, device: &mut Device<Keeping, Http>, class: Class) -> Result<(), Failure> {
    let mut after = None;
    loop {
        let slice = device.local.store.read(class, after.as_ref(), SLICE_BYTES).await?;
        for entry in slice.entries {
            for line in entry.body.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
                device.hold(line);
            }
            errand.step(0, 0, 0).await?;
        }
        match slice.next {
            Some(next) => after = Some(next),
            None => return Ok(()),
        }
    }
}

async fn round(opened: &mut Opened, extent: Extent) -> Result<Round, Failure> {
    let device = &mut opened.device;
    let outcome = match extent {
        Extent::Look => device.catch_up().await,
        Extent::Send => device.push().await,
        Extent::Both => device.round().await,
        Extent::Tidy => match device.round().await {
            Ok(()) => device.tidy().await,
            trouble => trouble,
        },
    };
    match outcome {
        Err(trouble @ Trouble::Here(_)) => Err(trouble.into()),
        outcome => Ok(Round { status: device.status(), trouble: outcome.err() }),
    }
}

async fn try_out(join: &Join) -> Result<Tried, Failure> {
    let mut http = Http::new(&join.at, &join.token);
    let me = http.me().await?;
    let first = http.arrivals("").await.map_err(Trouble::from)?;
    // A company that has anything there has its passphrase there first.
    let is_empty = first.files.is_empty();
    Ok(Tried { name: me.name, has_passphrase: !is_empty, is_empty })
}

/// Comes together at an endpoint from now on.
async fn enter(errand: &Errand, workspace: &str, join: Join, passphrase: &str) -> Result<Link, Failure> {
    let http = Http::new(&join.at, &join.token);
    let me = http.me().await?;
    let store = opened_store(workspace).await?;
    let before = store.get_meta(LINK).await?.and_then(|link| serde_json::from_slice::<Link>(&link).ok());
    let is_same_place =
        before.as_ref().is_some_and(|link| link.at == join.at && link.token.workspace == join.token.workspace);
    if !is_same_place {
        forget_notes(&store).await?;
    }
    let every_s = before.map_or(EVERY_S, |link| link.every_s);
    let link = Link { at: join.at, token: join.token, name: me.name, may_invite: me.may_invite, every_s };
    OPENED.set(None);
    let mut opened = open_with(errand, store, link).await?;
    opened.device.enter_passphrase(passphrase, salt()?).await?;
    // What can be written can be kept: texts and numbers.
    let note = serde_json::to_vec(&opened.link).unwrap_or_default();
    opened.device.local.store.put_meta(LINK, &note).await?;
    let link = opened.link.clone();
    OPENED.set(Some(opened));
    Ok(link)
}

async fn leave(workspace: &str) -> Result<Answer, Failure> {
    OPENED.set(None);
    let store = opened_store(workspace).await?;
    store.discard_meta(LINK).await?;
    forget_notes(&store).await?;
    Ok(Answer::new(&(), &[]))
}

async fn forget_notes(store: &Store) -> Result<(), Failure> {
    let memo = store.get_meta(MEMO).await?;
    store.discard_meta(MEMO).await?;
    for key in Device::<Keeping, Http>::notes(memo.as_deref()) {
        store.discard_meta(&key).await?;
    }
    Ok(())
}

async fn invite(opened: &Opened, invitation: &Invitation, app: &str) -> Result<InvitedBy, Failure> {
    let remote = &opened.device.remote;
    let invited = remote.invite(invitation).await?;
    let join = Join { at: opened.link.at.clone(), token: invited.token };
    let join = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&join).unwrap_or_default());
    let link = format!("{app}/data/sync#join={join}");
    let (path, size) = drawn(&link).ok_or(Failure::Strange)?;
    Ok(InvitedBy { link, path, size, devices: remote.devices().await? })
}

/// Units around a QR code that stay empty.
const QUIET: usize = 4;

/// A QR code as the path of its dark modules, and the side of its square.
fn drawn(text: &str) -> Option<(String, u32)> {
    use std::fmt::Write as _;
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (row, modules) in code.to_colors().chunks(width).enumerate() {
        let mut column = 0;
        for run in modules.chunk_by(|one, other| one == other) {
            if run.first() == Some(&Color::Dark) {
                // Writing to a text cannot fail.
                let _ = write!(path, "M{} {}h{}v1h-{}z", column + QUIET, row + QUIET, run.len(), run.len());
            }
            column += run.len();
        }
    }
    Some((path, u32::try_from(width + 2 * QUIET).ok()?))
}

/// Fresh random bytes for a key.
fn salt() -> Result<[u8; 16], Failure> {
    crate::wrapping::salt().ok_or(Failure::File)
}
