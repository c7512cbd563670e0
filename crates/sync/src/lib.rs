//! How the devices of a company come together over an endpoint; `docs/sync.md` is the protocol.
//!
//! Nothing here does I/O: the browser's worker, the native program and the simulator of the tests bring their own, as
//! [`Local`] (what a device keeps) and [`Remote`] (the endpoint). `Device` is the whole of a device's side; it comes with the
//! feature `device`, which pages do without: they need names and words only.

#[cfg(feature = "device")]
pub mod compaction;
#[cfg(feature = "device")]
mod device;
#[cfg(feature = "device")]
mod held;
#[cfg(feature = "device")]
mod memo;
pub mod name;
#[cfg(feature = "device")]
pub mod parcel;
#[cfg(feature = "device")]
mod plan;
mod sides;
mod status;
pub mod wire;

#[cfg(feature = "device")]
pub use device::{Device, Limits};
#[cfg(feature = "device")]
pub use memo::MEMO;
pub use sides::{Local, Remote, RemoteError, Removal, Stage};
pub use status::{Ahead, Refused, Status, Trouble, Why};
