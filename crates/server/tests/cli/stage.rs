//! The built program in a folder of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use kehu_domain::book::{Book, SYSTEM};
use kehu_domain::change::Act;
use kehu_domain::snapshot;
use kehu_domain::stamp::Clock;

/// When everything takes place, unless a test says otherwise.
pub const NOW: &str = "2026-11-24T10:20";
/// The same in milliseconds.
pub const NOW_MS: u64 = 1_795_486_800_000;

/// A folder that is gone with the test.
pub struct Stage(PathBuf);

/// What a run of the program came to.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Stage {
    pub fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("kehu-cli-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub fn put(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), bytes).unwrap();
    }

    pub fn bytes(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    pub fn text(&self, name: &str) -> String {
        String::from_utf8(self.bytes(name)).unwrap()
    }

    pub fn has(&self, name: &str) -> bool {
        self.path(name).exists()
    }

    /// Every file in the folder, sorted.
    pub fn files(&self) -> Vec<String> {
        let mut names: Vec<String> =
            self.0.read_dir().unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// The records of a backup.
    pub fn book(&self, name: &str) -> Book {
        book_of(&self.bytes(name))
    }

    /// Writes the backup of a book after one more act of `node`.
    pub fn act(
        &self,
        name: &str,
        workspace: &str,
        mut book: Book,
        (node, at): (u64, u64),
        build: impl FnOnce(&Book, &mut Act<'_>),
    ) {
        let mut clock = Clock::new(node);
        let mut act = Act::begin(&mut clock, at, SYSTEM);
        build(&book, &mut act);
        for change in act.finish() {
            book.insert(change);
        }
        self.put(name, snapshot::write(workspace, &book.changes()));
    }

    /// Runs `kehu` in the folder, in English unless the words say otherwise; `words` are parted by spaces.
    pub fn run(&self, words: &str) -> Ran {
        self.fed(words, None)
    }

    /// The same with a file as its standard input.
    pub fn fed(&self, words: &str, input: Option<&Path>) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kehu"));
        command.current_dir(&self.0).args(words.split_whitespace());
        for name in ["LC_ALL", "LC_MESSAGES", "LANG"] {
            command.env_remove(name);
        }
        let input = input.map(|name| std::fs::File::open(self.0.join(name)).unwrap());
        command.stdin(input.map_or(Stdio::null(), Stdio::from));
        let Output { status, stdout, stderr } = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ran { code: status.code().unwrap_or(-1), out: text(stdout), err: text(stderr) }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The records of a backup.
pub fn book_of(bytes: &[u8]) -> Book {
    let mut book = Book::new();
    for change in snapshot::read(bytes).unwrap().changes {
        book.insert(change);
    }
    book
}
