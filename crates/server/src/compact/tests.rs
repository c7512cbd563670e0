use std::path::{Path, PathBuf};

use kehu_domain::book::SYSTEM;
use kehu_domain::change::Act;
use kehu_domain::kind;
use kehu_domain::stamp::{Clock, Stamp};
use kehu_sync::name::Sort;
use kehu_sync::parcel::{self, KeyFile};

use super::*;

/// A folder of this test's own.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("kehu-compact-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn options(folder: &Path, passphrase: &str) -> Options {
    let word = folder.join("word.txt");
    std::fs::write(&word, format!("{passphrase}\n")).unwrap();
    let store = folder.join("store").display().to_string();
    let word = word.display().to_string();
    let arguments = ["kehu", "--store", &store, "--workspace", "acme", "--passphrase-file", &word, "--remove"];
    #[derive(clap::Parser)]
    struct Line {
        #[command(flatten)]
        options: Options,
    }
    <Line as clap::Parser>::try_parse_from(arguments).unwrap().options
}

/// A moment at which nobody needs what was gathered now.
fn after_the_grace() -> Moment {
    Moment(Moment::now().0 + 31 * DAY_MS)
}

/// Puts `count` files of one change each there; gives all changes.
async fn filled(depot: &Depot, count: u64) -> Vec<Change> {
    let (workspace, device): (Workspace, DeviceName) = ("acme".parse().unwrap(), "dev1".parse().unwrap());
    let put = async |bytes: Vec<u8>, sort, stamp| {
        let name = parcel::named(&device, &bytes, sort, stamp);
        depot.put(&workspace, &name, Bytes::from(bytes)).await.unwrap();
    };
    let (file, key) = KeyFile::new("a long passphrase", [3; 16], 10);
    put(file.written(), Sort::Key, Stamp::ZERO).await;
    let mut clock = Clock::new(7);
    let mut all = Vec::new();
    for place in 0..count {
        let mut act = Act::begin(&mut clock, 1_790_000_000_000 + place, SYSTEM);
        act.create(kind::CUSTOMER, [(kind::NAME, format!("客户 {place}").into())].into_iter().collect());
        let changes = act.finish();
        let lines: Vec<Vec<u8>> = changes.iter().map(|change| serde_json::to_vec(change).unwrap()).collect();
        let bytes = parcel::seal_lines("00aa", changes[0].stamp, lines.iter().map(Vec::as_slice), &key);
        put(bytes, Sort::Changes, changes[0].stamp).await;
        all.extend(changes);
    }
    all
}

/// What a device that joins gets.
async fn joined(options: &Options) -> (usize, Vec<Refused>) {
    let shelf = Shelf { depot: Depot::open(&options.store).unwrap(), workspace: options.workspace.clone() };
    let mut device = Device::new("dev2".parse().unwrap(), Limits::default(), Counting::default(), shelf, None, &[]);
    device.unlock("a long passphrase").await.unwrap();
    device.pull().await.unwrap();
    (device.local.0, device.status().refused)
}

#[tokio::test(flavor = "current_thread")]
async fn many_files_become_one_that_holds_the_same_and_the_spare_ones_go() {
    let folder = Folder::new("many");
    let options = options(&folder.0, "a long passphrase");
    let depot = Depot::open(&options.store).unwrap();
    let all = filled(&depot, 40).await;
    let report = options.run(Moment::now()).await.unwrap();
    assert_eq!((report.before.0, report.after.0, report.spare, report.removed), (40, 1, 40, 0), "{report:?}");
    let later = options.run(after_the_grace()).await.unwrap();
    assert_eq!((later.before.0, later.after.0, later.spare, later.removed), (1, 1, 0, 40), "{later:?}");
    let again = options.run(after_the_grace()).await.unwrap();
    assert_eq!((again.after.0, again.removed), (1, 0), "{again:?}");
    assert_eq!((report.changes, again.changes), (all.len(), all.len()));
    assert_eq!(joined(&options).await, (all.len(), Vec::new()));
}

#[tokio::test(flavor = "current_thread")]
async fn a_file_that_was_damaged_is_named_and_left_alone() {
    let folder = Folder::new("damaged");
    let options = options(&folder.0, "a long passphrase");
    let depot = Depot::open(&options.store).unwrap();
    filled(&depot, 40).await;
    let files = Path::new(&options.store).join("v1/acme/files/dev1");
    let victim = std::fs::read_dir(&files).unwrap().map(|entry| entry.unwrap().path());
    let victim = victim.into_iter().find(|path| path.display().to_string().contains("-c-")).unwrap();
    std::fs::write(&victim, b"something else").unwrap();
    let report = options.run(after_the_grace()).await.unwrap();
    let name = victim.file_name().unwrap().display().to_string();
    assert_eq!((report.refused.len(), report.removed), (1, 39), "{report:?}");
    assert!(victim.exists());
    assert!(report.refused[0].name.to_string().ends_with(&name), "{report:?}");
    assert_eq!(joined(&options).await.0, 39);
}

#[tokio::test(flavor = "current_thread")]
async fn another_passphrase_does_nothing_and_says_so() {
    let folder = Folder::new("wrong");
    let options = options(&folder.0, "another passphrase");
    filled(&Depot::open(&options.store).unwrap(), 3).await;
    let problem = options.run(Moment::now()).await.unwrap_err();
    assert!(matches!(problem, Problem::NotTheirPassphrase { .. }), "{problem:?}");
}
