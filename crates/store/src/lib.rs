//! Durable bytes in IndexedDB: it knows keys, frames and totals, and nothing of customers.
//!
//! One database per workspace, five stores, values in ASCII frames ([`frame`]) that plain
//! JavaScript can read too. Everything a person does is one strict transaction; a call resolves
//! when the browser says it is durable. What can be said without a browser (frames, totals, page
//! names) compiles everywhere; [`Store`] itself exists on `wasm32` only.

// Without a browser nobody calls the inner half; its tests still run there.
#![cfg_attr(not(target_arch = "wasm32"), allow(dead_code))]

mod entry;
mod error;
pub mod frame;
mod page;
mod totals;

pub use entry::{Class, Compaction, Damage, Draft, Entry, Found, Integrity, Place, Slice, Tally, Whole};
pub use error::StoreError;
pub use frame::Flaw;
pub use page::{COMPACT_FROM, PAGE_BYTES};
pub use totals::{Total, Totals};

#[cfg(target_arch = "wasm32")]
mod browser;
#[cfg(target_arch = "wasm32")]
pub use browser::{
    FORMAT, Memory, Opening, Persistence, Position, Room, Store, StoreEvent, estimate, keep, kept, persist, persisted,
    remembered,
};
