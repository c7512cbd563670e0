//! What devices and endpoint say to each other: the JSON of `docs/sync.md`.

use serde::{Deserialize, Serialize};

use crate::name::{Device, Name, Token, Workspace};

/// Where the interface begins, below the address of the endpoint.
pub const BASE: &str = "/sync/v1";

/// A file at the endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrival {
    /// Its name.
    pub name: Name,
    /// How many bytes it has.
    pub bytes: u64,
    /// When it came, by the endpoint's clock: milliseconds since 1970-01-01 UTC.
    pub at: u64,
}

/// What came after a cursor, the first first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrivals {
    /// The files; some of them may have been named before.
    pub files: Vec<Arrival>,
    /// Where to go on the next time; opaque.
    pub next: String,
    /// Whether there are more already.
    pub more: bool,
}

/// Who a token is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// The workspace it opens.
    pub workspace: Workspace,
    /// Whose it is.
    pub device: Device,
    /// What people call the device.
    pub name: String,
    /// Whether it may make tokens and shut devices out.
    pub may_invite: bool,
}

/// A device that is to get a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invitation {
    /// What people will call it, 1 to 60 characters.
    pub name: String,
    /// Whether it may invite in its turn.
    #[serde(default)]
    pub may_invite: bool,
}

/// A new device's token: told this one time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invited {
    /// The device.
    pub device: Device,
    /// What opens the workspace to it.
    pub token: Token,
}

/// A device as the others see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceCard {
    /// The device.
    pub device: Device,
    /// What people call it.
    pub name: String,
    /// Whether it may invite.
    pub may_invite: bool,
    /// When its token was made: milliseconds since 1970-01-01 UTC.
    pub made: u64,
    /// When it was shut out; absent while it may come in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shut_out: Option<u64>,
}

/// What a joining link brings to a new device: `<app>/data/sync#join=<base64url, unpadded, of this as JSON>`.
///
/// It stands behind `#`, which browsers send to nobody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Join {
    /// The address of the endpoint, without [`BASE`].
    pub at: String,
    /// What opens it.
    pub token: Token,
}

/// Why the endpoint refuses, in a word that programs read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Refusal {
    /// Name, cursor or body cannot be read; 400.
    Malformed,
    /// The token is not known or was shut out; 401.
    Unknown,
    /// Another workspace, another device's folder, or no right to invite; 403.
    Elsewhere,
    /// There is no such thing; 404.
    Absent,
    /// The path does not know the method; 405.
    Method,
    /// The body comes too slowly or not at all; 408.
    Slow,
    /// The file may not be removed yet; 409.
    Young,
    /// More bytes than are taken; 413.
    Large,
    /// The bytes are not those the name tells of; 422.
    Altered,
    /// Too many requests; 429.
    Busy,
    /// The storage does not answer; 503.
    Unready,
    /// The workspace has as many files as are allowed; 507.
    Full,
}

impl Refusal {
    /// The status of HTTP that goes with it.
    pub fn status(self) -> u16 {
        match self {
            Self::Malformed => 400,
            Self::Unknown => 401,
            Self::Elsewhere => 403,
            Self::Absent => 404,
            Self::Method => 405,
            Self::Slow => 408,
            Self::Young => 409,
            Self::Large => 413,
            Self::Altered => 422,
            Self::Busy => 429,
            Self::Unready => 503,
            Self::Full => 507,
        }
    }
}

/// A refusal as it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Why, in a word.
    pub error: Refusal,
    /// Why, in a sentence for whoever reads logs.
    pub message: String,
}
