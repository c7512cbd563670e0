//! Coming together over an endpoint: what a page asks its worker, and what it hears.

use kehu_domain::stamp::{RecordId, Stamp};
use kehu_sync::name::{Device, Token};
pub use kehu_sync::wire::Join;
use kehu_sync::wire::{DeviceCard, Invitation};
use kehu_sync::{Refused, Status};
use serde::{Deserialize, Serialize};

/// Under which key the store notes the [`Link`] of a workspace; absent where it is on this device alone.
pub const LINK: &str = "sync/link";

/// How often an idle device asks for news, in seconds, unless somebody says otherwise.
pub const EVERY_S: u32 = 60;

/// The endpoint of a workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Its address, without a slash at the end: `https://sync.example.org`.
    pub at: String,
    /// What opens it.
    pub token: Token,
    /// What people call this device there.
    pub name: String,
    /// Whether this device may invite others.
    pub may_invite: bool,
    /// How often an idle device asks for news, in seconds; 0 for only when something was saved or somebody asks.
    pub every_s: u32,
}

/// What a page asks about coming together. Every request may fail with [`crate::errand::Failure::Sync`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Ask {
    /// Try a token and the company's passphrase at an endpoint, and from then on come together there; where the company has no
    /// passphrase yet, this one becomes it. Gives a [`Link`].
    Join {
        /// The workspace, by the store's name for it.
        workspace: String,
        /// The endpoint.
        join: Join,
        /// The company's passphrase.
        passphrase: String,
    },
    /// Whether an endpoint knows a token, and whether the company has its passphrase there already; nothing is kept. Gives a
    /// [`Tried`].
    Try {
        /// The endpoint.
        join: Join,
    },
    /// Come together; gives a [`Round`]. Its steps: stage 0 taking in, 1 sending, in files and changes.
    Round {
        /// The workspace, by the store's name for it.
        workspace: String,
        /// What it is about.
        extent: Extent,
    },
    /// Give the passphrase that was changed elsewhere; gives a [`Status`].
    Passphrase {
        /// The workspace, by the store's name for it.
        workspace: String,
        /// The passphrase in force.
        passphrase: String,
    },
    /// Put another passphrase in force: everything is written anew with it by the next compaction. Gives a [`Status`].
    ChangePassphrase {
        /// The workspace, by the store's name for it.
        workspace: String,
        /// The passphrase in force, to be sure who asks.
        old: String,
        /// The new one.
        new: String,
    },
    /// What waits to go; gives an [`Outbox`].
    Outbox {
        /// The workspace, by the store's name for it.
        workspace: String,
    },
    /// What waits to go as a file that any device can open; gives how many changes it holds, and the file.
    OutboxFile {
        /// The workspace, by the store's name for it.
        workspace: String,
    },
    /// Forget what is known of the endpoint but the link and keys, and begin anew: everything is listed and compared again, and
    /// what is not there is sent. Gives a [`Status`].
    Anew {
        /// The workspace, by the store's name for it.
        workspace: String,
    },
    /// Have nothing to do with the endpoint any more; what is on this device stays, and so does what is there. Gives nothing.
    Leave {
        /// The workspace, by the store's name for it.
        workspace: String,
    },
    /// The copied profile has its own number now; gives a [`Status`].
    CopySeen {
        /// The workspace, by the store's name for it.
        workspace: String,
    },
    /// All devices of the company; gives a list of [`DeviceCard`].
    Devices {
        /// The workspace, by the store's name for it.
        workspace: String,
    },
    /// A token for another device; gives an [`InvitedBy`].
    Invite {
        /// The workspace, by the store's name for it.
        workspace: String,
        /// The device.
        invitation: Invitation,
        /// Where the app is, so that the link leads there: `https://app.example.org`.
        app: String,
    },
    /// Shut a device out; gives a list of [`DeviceCard`].
    ShutOut {
        /// The workspace, by the store's name for it.
        workspace: String,
        /// The device.
        device: Device,
    },
}

/// How far coming together goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Extent {
    /// Only what the notes say: no request is made.
    Look,
    /// Only send: one request for one small change.
    Send,
    /// Take in and send: one request more.
    Both,
    /// The same, and gather files where that is due.
    Tidy,
}

/// What a token opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    /// What people call the device there.
    pub name: String,
    /// Whether the company has a passphrase there already.
    pub has_passphrase: bool,
    /// Whether there is anything yet.
    pub is_empty: bool,
}

/// What came of a round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    /// How the device stands now.
    pub status: Status,
    /// What kept it from the endpoint, if anything did; what was done by then is done.
    pub trouble: Option<kehu_sync::Trouble>,
}

/// What waits to go.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Outbox {
    /// The latest acts of which something waits, at most a hundred.
    pub acts: Vec<OutboxAct>,
    /// How many acts there are in all.
    pub count: u64,
    /// How many bytes their changes have.
    pub bytes: u64,
    /// Files at the endpoint that cannot be used.
    pub refused: Vec<Refused>,
}

/// Something a person did that waits to go.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutboxAct {
    /// The act.
    pub act: Stamp,
    /// Who did it.
    pub by: RecordId,
    /// How many of its changes wait.
    pub changes: u64,
    /// One of the records it concerns.
    pub record: RecordId,
}

/// A new device's way in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitedBy {
    /// The link.
    pub link: String,
    /// The link as a QR code: a path in a square of `size` units, for an SVG.
    pub path: String,
    /// The side of the square, quiet zone included.
    pub size: u32,
    /// All devices now.
    pub devices: Vec<DeviceCard>,
}
