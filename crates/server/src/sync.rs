//! The endpoint at which the devices of a company meet; `docs/sync.md` is its protocol.

pub mod depot;
