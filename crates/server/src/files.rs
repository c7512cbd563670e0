//! Files in and out: read whole within a limit, written wholly or not at all, never over another unasked.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use kehu_domain::book::Book;
use kehu_domain::snapshot::{self, Extent, Snapshot};
use kehu_files::copy::{self, CopyError};
use kehu_files::{gzip, seal};

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

    /// What the name of the file ends in, behind its last dot.
    pub fn ending(&self) -> Option<&OsStr> {
        self.output.as_deref().and_then(Path::extension)
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

    /// Writes the backup of all records; unsealed, the same bytes wherever the same changes are.
    ///
    /// # Errors
    /// As [`Output::write`]; and when the passphrase cannot be had, or there is no randomness for a seal.
    pub fn write_backup(&self, backup: &Backup, wrapping: &Wrapping, access: &Access) -> Result<(), Problem> {
        let text = snapshot::write_extent(&backup.workspace, &backup.book.changes(), backup.extent);
        let is_named_so = self.ending().is_some_and(|ending| ending == "gz");
        if !(wrapping.gzip || wrapping.seal || is_named_so) {
            return self.write(&text);
        }
        let packed = gzip::pack(&text);
        match access.passphrase()?.filter(|_| wrapping.seal) {
            None => self.write(&packed),
            Some(passphrase) => {
                let mut salt = [0; 16];
                getrandom::fill(&mut salt).map_err(|reason| Problem::NoRandomness(reason.to_string()))?;
                self.write(&seal::seal(&packed, &passphrase, salt))
            }
        }
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

/// How backups are opened that are sealed.
#[derive(Debug, Default, clap::Args)]
pub struct Access {
    /// A file whose first line is the passphrase of sealed backups.
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

impl Access {
    /// The passphrase, where there is one.
    ///
    /// # Errors
    /// When its file cannot be read, is no text or begins with an empty line.
    pub fn passphrase(&self) -> Result<Option<String>, Problem> {
        let Some(file) = &self.passphrase_file else { return Ok(None) };
        let name = || file.display().to_string();
        let text = String::from_utf8(read(file)?).map_err(|_| Problem::NoPassphrase { file: name() })?;
        let line = text.lines().next().filter(|line| !line.is_empty());
        line.map(|line| Some(line.to_owned())).ok_or_else(|| Problem::NoPassphrase { file: name() })
    }
}

/// How a backup is wrapped when it is written.
#[derive(Debug, clap::Args)]
pub struct Wrapping {
    /// Pack OUT with gzip, as is done where its name ends in .gz.
    #[arg(long)]
    gzip: bool,
    /// Pack OUT and seal it with the passphrase of --passphrase-file; its bytes then differ every time.
    #[arg(long, requires = "passphrase_file")]
    seal: bool,
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
    /// How much of the workspace it holds.
    pub extent: Extent,
}

impl Backup {
    /// One without records, of no workspace.
    pub fn empty() -> Self {
        Self { file: String::new(), workspace: String::new(), book: Book::new(), extent: Extent::Whole }
    }
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

/// The text of a backup, packed or sealed or neither; within, what is wrong with its bytes.
///
/// # Errors
/// When the file or its passphrase cannot be read, or the passphrase is missing or wrong.
pub fn unwrap(file: &Path, access: &Access) -> Result<Result<Vec<u8>, CopyError>, Problem> {
    match copy::open(read(file)?, access.passphrase()?.as_deref()) {
        Err(problem @ (CopyError::NeedsPassphrase | CopyError::WrongPassphrase)) => {
            Err(Problem::Copy { file: file.display().to_string(), problem })
        }
        opened => Ok(opened),
    }
}

/// Opens a backup, packed or sealed or neither: its changes, with every checksum verified.
///
/// # Errors
/// When it cannot be read, or is not whole and unaltered, or its passphrase is missing or wrong.
pub fn open_snapshot(file: &Path, access: &Access) -> Result<Snapshot, Problem> {
    let name = || file.display().to_string();
    let text = unwrap(file, access)?.map_err(|problem| Problem::Copy { file: name(), problem })?;
    snapshot::read(&text).map_err(|problem| Problem::Snapshot { file: name(), problem })
}

/// Opens a backup, packed or sealed or neither: its records.
///
/// # Errors
/// As [`open_snapshot`].
pub fn open(file: &Path, access: &Access) -> Result<Backup, Problem> {
    let Snapshot { header, changes } = open_snapshot(file, access)?;
    let mut book = Book::new();
    for change in changes {
        book.insert(change);
    }
    let extent = header.extent();
    Ok(Backup { file: file.display().to_string(), workspace: header.workspace, book, extent })
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
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn what_cannot_be_written_leaves_nothing_behind() {
        let folder = folder("leave");
        assert!(matches!(write(&folder.join("no/such/a.json"), b"x", false), Err(Problem::Unwritable { .. })));
        assert!(matches!(write(&folder, b"x", true), Err(Problem::Unwritable { .. })));
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
        fs::remove_dir_all(folder).unwrap();
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
        fs::remove_dir_all(folder).unwrap();
    }
}
