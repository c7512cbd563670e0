//! Files in and out: read whole within a limit, written wholly or not at all, never over another unasked.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use kehu_domain::book::Book;
use kehu_domain::snapshot::{self, Snapshot};

use crate::problem::Problem;

/// The largest file that is opened, in bytes; more would hardly fit into memory beside its records.
pub const MAX_BYTES: u64 = 4_000_000_000;

/// Where a result goes.
#[derive(Debug, clap::Args)]
pub struct Output {
    /// The file to write; standard output when none is named.
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
    /// Replace OUT if it is there already.
    #[arg(long)]
    overwrite: bool,
}

impl Output {
    /// Whether the result goes to standard output.
    pub fn is_stdout(&self) -> bool {
        self.output.is_none()
    }

    /// Whether files that are there already may be replaced.
    pub fn overwrites(&self) -> bool {
        self.overwrite
    }

    /// Refuses at once what could not be written in the end.
    ///
    /// # Errors
    /// [`Problem::Exists`].
    pub fn check(&self) -> Result<(), Problem> {
        self.output.as_deref().map_or(Ok(()), |file| check(file, self.overwrite))
    }

    /// Writes the result.
    ///
    /// # Errors
    /// When it cannot be written; a file that was there is as it was.
    pub fn write(&self, bytes: &[u8]) -> Result<(), Problem> {
        match &self.output {
            Some(file) => write(file, bytes, self.overwrite),
            None => {
                let mut out = io::stdout().lock();
                out.write_all(bytes).and_then(|()| out.flush()).map_err(Problem::Output)
            }
        }
    }
}

/// A backup that was opened.
#[derive(Debug)]
pub struct Backup {
    /// The file as given.
    pub file: String,
    /// The workspace it is of; empty where that was never said.
    pub workspace: String,
    /// Its records.
    pub book: Book,
}

/// The bytes of a file, or of standard input where it is called `-`.
///
/// # Errors
/// When it cannot be read, or is larger than [`MAX_BYTES`].
pub fn read(file: &Path) -> Result<Vec<u8>, Problem> {
    let name = file.display().to_string();
    let unreadable = |reason| Problem::Unreadable { file: name.clone(), reason };
    let source: Box<dyn Read> = match file.to_str() {
        Some("-") => Box::new(io::stdin().lock()),
        _ => Box::new(File::open(file).map_err(unreadable)?),
    };
    let mut bytes = Vec::new();
    source.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    let size = bytes.len() as u64;
    if size > MAX_BYTES {
        return Err(Problem::TooLarge { file: name, bytes: size, limit: MAX_BYTES });
    }
    Ok(bytes)
}

/// Opens a backup: its changes, with every checksum verified.
///
/// # Errors
/// When it cannot be read, or is not whole and unaltered.
pub fn open_snapshot(file: &Path) -> Result<Snapshot, Problem> {
    snapshot::read(&read(file)?).map_err(|problem| Problem::Snapshot { file: file.display().to_string(), problem })
}

/// Opens a backup: its records.
///
/// # Errors
/// As [`open_snapshot`].
pub fn open(file: &Path) -> Result<Backup, Problem> {
    let Snapshot { header, changes } = open_snapshot(file)?;
    let mut book = Book::new();
    for change in changes {
        book.insert(change);
    }
    Ok(Backup { file: file.display().to_string(), workspace: header.workspace, book })
}

/// The backup of all records, the same bytes wherever the same changes are.
pub fn backup(workspace: &str, book: &Book) -> Vec<u8> {
    snapshot::write(workspace, &book.changes())
}

/// Refuses a file that is there already, unless it may be replaced.
///
/// # Errors
/// [`Problem::Exists`].
pub fn check(file: &Path, overwrites: bool) -> Result<(), Problem> {
    let is_there = fs::symlink_metadata(file).is_ok();
    if is_there && !overwrites { Err(Problem::Exists { file: file.display().to_string() }) } else { Ok(()) }
}

/// Writes a file wholly or not at all: beside it first, then under its name.
///
/// # Errors
/// When it is there and may not be replaced, or cannot be written; what was there is as it was.
pub fn write(file: &Path, bytes: &[u8], overwrites: bool) -> Result<(), Problem> {
    check(file, overwrites)?;
    let unwritable = |reason| Problem::Unwritable { file: file.display().to_string(), reason };
    // A link is followed, so that the file it leads to is replaced and the link stays.
    let place = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    if fs::metadata(&place).is_ok_and(|known| !known.is_file()) {
        // A pipe or device takes the bytes as they come; a folder refuses them.
        return OpenOptions::new().write(true).open(&place).and_then(|mut it| it.write_all(bytes)).map_err(unwritable);
    }
    let beside = Beside::new(&place);
    beside.fill(bytes).map_err(unwritable)?;
    let put = if overwrites { fs::rename(&beside.0, &place) } else { put_new(&beside.0, &place) };
    match put {
        Err(reason) if reason.kind() == io::ErrorKind::AlreadyExists => {
            Err(Problem::Exists { file: file.display().to_string() })
        }
        put => put.map_err(unwritable),
    }
}

/// Gives a file its name unless another came to have it meanwhile.
fn put_new(beside: &Path, place: &Path) -> io::Result<()> {
    match fs::hard_link(beside, place) {
        Err(reason) if reason.kind() != io::ErrorKind::AlreadyExists && fs::symlink_metadata(place).is_err() => {
            // Not every file system has links.
            fs::rename(beside, place)
        }
        linked => linked,
    }
}

/// A file under a passing name, which is gone when this is.
struct Beside(PathBuf);

impl Beside {
    fn new(place: &Path) -> Self {
        let name = place.file_name().unwrap_or_default().to_string_lossy();
        Self(place.with_file_name(format!(".{name}.{}.part", std::process::id())))
    }

    fn fill(&self, bytes: &[u8]) -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).create_new(true).open(&self.0)?;
        file.write_all(bytes)?;
        file.sync_all()
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        // After a rename there is nothing left to remove.
        let _ = fs::remove_file(&self.0);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("kehu-files-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn a_file_that_is_there_stays_unless_it_may_be_replaced() {
        let folder = folder("stay");
        let file = folder.join("a.json");
        write(&file, b"one", false).unwrap();
        assert!(matches!(write(&file, b"two", false), Err(Problem::Exists { .. })));
        assert_eq!(fs::read(&file).unwrap(), b"one");
        write(&file, b"two", true).unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"two");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "nothing passing is left");
    }

    #[test]
    fn what_cannot_be_written_leaves_nothing_behind() {
        let folder = folder("leave");
        assert!(matches!(write(&folder.join("no/such/a.json"), b"x", false), Err(Problem::Unwritable { .. })));
        assert!(matches!(write(&folder, b"x", true), Err(Problem::Unwritable { .. })));
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_and_leads_to_the_new_content() {
        let folder = folder("link");
        let (file, link) = (folder.join("a.json"), folder.join("b.json"));
        fs::write(&file, b"one").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        assert!(matches!(write(&link, b"two", false), Err(Problem::Exists { .. })));
        write(&link, b"two", true).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&file).unwrap(), b"two");
    }
}
