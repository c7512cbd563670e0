//! Durable bytes in IndexedDB: the only code that names it.
