//! What a page and its worker share: how changes lie in the store, and what the two say to each other.

pub mod arrival;
pub mod errand;
mod flaws;
pub mod identity;
pub mod import;
pub mod journal;
#[cfg(target_arch = "wasm32")]
pub mod pace;
#[cfg(target_arch = "wasm32")]
mod reading;
pub mod sync;

pub use flaws::Flaws;

#[cfg(target_arch = "wasm32")]
pub use reading::{read_bodies, read_class};
