//! How the devices of a company come together over an endpoint; `docs/sync.md` is the protocol.
//!
//! Nothing here does I/O: the browser's worker, the native program and the simulator of the tests bring their own.

pub mod name;
pub mod wire;
