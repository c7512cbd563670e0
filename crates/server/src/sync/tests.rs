//! What the endpoint answers, request by request, without a socket.
#![allow(clippy::unwrap_used)]

mod contract;
mod log;
mod protocol;
mod stage;
