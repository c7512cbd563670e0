//! Files in and out: reading what a person chose, saving what they take away, and proving a backup.

mod copies;
mod files;
mod pictures;
mod tables;
mod worker;

pub use copies::{
    Backup, Copies, FolderState, Mark, Marks, Source, find_copies, kept_folder, restore, use_copies, write_backup,
};
pub use files::{FileProblem, read_file, save_blob};
pub use pictures::{NewFile, base64, drawn, shrunk};
pub use tables::{TableFormat, TableProblem, write_table};
pub use worker::Worker;
