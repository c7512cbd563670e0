//! Files of other programs, and the wrappers of our own: bytes in, bytes out. No clock, no randomness, no I/O.
//!
//! Used by the native program and by the Web Worker, never by the page itself: this is too heavy for its first load.
//! Whatever the bytes are, the answer is a result or a sentence, never a panic or memory without bound.

pub mod copy;
pub mod delimited;
pub mod gzip;
pub mod seal;
pub mod sheet;
pub mod xlsx;
