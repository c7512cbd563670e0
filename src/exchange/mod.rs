//! Files in and out: reading what a person chose, saving what they take away, and proving a backup.

mod backup;
mod files;

pub use backup::{open_backup, write_backup};
pub use files::{FileProblem, gb18030, read_file, save_file};
