//! How the devices of a company come together over an endpoint; `docs/sync.md` is the protocol.
//!
//! Nothing here does I/O: the browser's worker, the native program and the simulator of the tests bring their own, as
//! [`Local`] (what a device keeps) and [`Remote`] (the endpoint). [`Device`] is the whole of a device's side.

pub mod compaction;
mod device;
mod held;
mod memo;
pub mod name;
pub mod parcel;
mod plan;
mod sides;
pub mod wire;

pub use device::{Device, Limits, Refused, Status};
pub use sides::{Local, Remote, RemoteError, Removal, Trouble};
