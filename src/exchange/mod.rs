//! Files in and out: reading what a person chose, saving what they take away, and proving a backup.

mod copies;
mod files;
mod pictures;
mod worker;

pub use copies::{
    Backup, Copies, FolderState, Mark, Marks, Source, find_copies, kept_folder, restore, use_copies, write_backup,
};
pub use files::{FileProblem, gb18030, read_file, save_blob, save_file};
pub use pictures::{NewFile, base64, drawn, shrunk};
pub use worker::Worker;
