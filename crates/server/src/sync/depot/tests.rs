//! The same checks on every storage; `servers` has those that a server speaks for.
#![allow(clippy::unwrap_used)]

mod costs;
mod rounds;
mod servers;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};

use kehu_domain::stamp::Stamp;
use kehu_sync::name::{Device, FileName, Hash, Sort};
use kehu_sync::wire::Arrivals;

use super::*;

const SECOND: u64 = 1000;
const MINUTE: u64 = 60 * SECOND;
const DAY: u64 = 24 * 60 * MINUTE;

/// A storage under test, and the time there.
pub struct Place {
    depot: Depot,
    time: Arc<AtomicU64>,
    /// Whether of two who put the same at once one alone is told that it was made.
    is_strict: bool,
    _folder: Option<Folder>,
}

/// A folder that goes with its owner.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let name = format!("kehu-depot-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Place {
    pub fn of(depot: Depot) -> Self {
        let time = Arc::new(AtomicU64::new(now()));
        let told = time.clone();
        let depot = depot.with_clock(Arc::new(move || told.load(Ordering::SeqCst)));
        Self { depot, time, is_strict: true, _folder: None }
    }

    pub fn memory() -> Self {
        Self::of(Depot::open("memory:").unwrap())
    }

    pub fn folder() -> Self {
        let folder = Folder::new();
        let place = Self::of(Depot::open(folder.path()).unwrap());
        Self { _folder: Some(folder), ..place }
    }

    /// Another instance over the same storage, whose clock goes wrong by so many milliseconds.
    pub fn instance(&self, ahead: i64) -> Depot {
        let told = self.time.clone();
        let Depot { store, root, folder, .. } = self.depot.clone();
        Depot::over(store, root, folder)
            .with_clock(Arc::new(move || told.load(Ordering::SeqCst).saturating_add_signed(ahead)))
    }

    pub fn now(&self) -> u64 {
        self.time.load(Ordering::SeqCst)
    }

    pub fn wait(&self, millis: u64) {
        self.time.fetch_add(millis, Ordering::SeqCst);
    }

    pub fn go_to(&self, millis: u64) {
        self.time.store(millis, Ordering::SeqCst);
    }
}

pub fn workspace(text: &str) -> Workspace {
    text.parse().unwrap()
}

pub fn device(text: &str) -> Device {
    text.parse().unwrap()
}

pub fn file(who: &str, content: &str) -> (Name, Bytes) {
    let bytes = Bytes::copy_from_slice(content.as_bytes());
    let file = FileName::of(&bytes, Sort::Changes, Stamp::new(1_764_000_000_000, 0, 7));
    (Name { device: device(who), file }, bytes)
}

pub async fn put(depot: &Depot, w: &Workspace, content: &str) -> Name {
    let (name, bytes) = file("d4k2", content);
    assert_eq!(depot.put(w, &name, bytes).await.unwrap(), Put::Made);
    name
}

/// All that comes from the cursor on, and the cursor then.
pub async fn round(depot: &Depot, w: &Workspace, cursor: &str, limit: usize) -> (Vec<Name>, String) {
    let (mut names, mut cursor) = (Vec::new(), cursor.to_owned());
    for _ in 0..1000 {
        let Arrivals { files, next, more } = depot.arrivals(w, &cursor, limit).await.unwrap();
        assert!(files.len() <= limit && (!more || !files.is_empty()));
        names.extend(files.into_iter().map(|file| file.name));
        cursor = next;
        if !more {
            return (names, cursor);
        }
    }
    panic!("the round does not end");
}

pub async fn all(depot: &Depot, w: &Workspace) -> Vec<Name> {
    round(depot, w, "", 100).await.0
}

/// Every check that any storage must pass.
pub async fn pass(place: &Place) {
    place.depot.ready().await.unwrap();
    keeps(place).await;
    removes(place).await;
    tells_workspaces_apart(place).await;
    mends(place).await;
    takes_the_same_from_many(place).await;
    is_one_to_instances(place).await;
    keeps_cards(place).await;
    rounds::pass(place).await;
}

async fn keeps(place: &Place) {
    let (w, depot) = (workspace("keeps"), &place.depot);
    let (name, bytes) = file("d4k2", "one");
    assert_eq!(depot.get(&w, &name).await.unwrap(), None);
    assert_eq!(depot.count(&w).await.unwrap(), 0);
    assert_eq!(depot.put(&w, &name, bytes.clone()).await.unwrap(), Put::Made);
    assert_eq!(depot.put(&w, &name, bytes.clone()).await.unwrap(), Put::Stood);
    assert_eq!(depot.get(&w, &name).await.unwrap(), Some(bytes));
    assert_eq!(depot.count(&w).await.unwrap(), 1);
    assert_eq!(place.instance(0).count(&w).await.unwrap(), 1);
    let arrivals = depot.arrivals(&w, "", 10).await.unwrap();
    let [arrival] = arrivals.files.as_slice() else { panic!("{arrivals:?}") };
    assert_eq!((&arrival.name, arrival.bytes, arrival.at), (&name, 3, place.now()));
    assert!(!arrivals.more);
}

async fn removes(place: &Place) {
    let (w, depot) = (workspace("removes"), &place.depot);
    let name = put(depot, &w, "gone").await;
    let other = put(depot, &w, "stays").await;
    let came = place.now();
    assert_eq!(depot.remove(&w, &name, came).await.unwrap(), Removal::Young);
    assert_eq!(all(depot, &w).await.len(), 2);
    place.wait(MINUTE);
    assert_eq!(depot.remove(&w, &name, came + 1).await.unwrap(), Removal::Done);
    assert_eq!(depot.get(&w, &name).await.unwrap(), None);
    assert_eq!(all(depot, &w).await, [other]);
    assert_eq!(depot.count(&w).await.unwrap(), 1);
    assert_eq!(depot.remove(&w, &name, came + 1).await.unwrap(), Removal::Absent);
    // What was removed may come again.
    assert_eq!(put(depot, &w, "gone").await, name);
    assert_eq!(all(depot, &w).await.len(), 2);
}

async fn tells_workspaces_apart(place: &Place) {
    let depot = &place.depot;
    // The one's name begins with the other's.
    let (acme, acme_2) = (workspace("acme"), workspace("acme-2"));
    let name = put(depot, &acme, "of acme").await;
    assert_eq!(depot.get(&acme_2, &name).await.unwrap(), None);
    let other = put(depot, &acme_2, "of acme-2").await;
    assert_eq!(all(depot, &acme).await, [name]);
    assert_eq!(all(depot, &acme_2).await, [other]);
    assert_eq!((depot.count(&acme).await.unwrap(), depot.count(&acme_2).await.unwrap()), (1, 1));
}

async fn mends(place: &Place) {
    let (w, depot) = (workspace("mends"), &place.depot);
    // Cut between the file and its mark.
    let (name, bytes) = file("d4k2", "cut");
    depot.create(&depot.file_path(&w, &name), bytes.clone()).await.unwrap();
    let (seen, cursor) = round(depot, &w, "", 10).await;
    assert_eq!(seen, []);
    place.wait(10 * MINUTE);
    assert_eq!(depot.put(&w, &name, bytes.clone()).await.unwrap(), Put::Stood);
    assert_eq!(round(depot, &w, &cursor, 10).await.0, std::slice::from_ref(&name));

    // A mark that was under way so long that a cursor had gone by.
    let (late, bytes) = file("d4k2", "late");
    let (_, cursor) = round(depot, &w, "", 10).await;
    depot.create(&depot.file_path(&w, &late), bytes.clone()).await.unwrap();
    let mark = Mark { at: now() - 10 * MINUTE, bytes: 4, name: late.clone() };
    depot.create(&depot.mark_path(&w, &mark), Bytes::new()).await.unwrap();
    assert_eq!(depot.put(&w, &late, bytes).await.unwrap(), Put::Stood);
    assert!(round(depot, &w, &cursor, 10).await.0.contains(&late));
    // The late mark goes with the other one.
    assert_eq!(depot.remove(&w, &late, u64::MAX).await.unwrap(), Removal::Done);
    assert_eq!(all(depot, &w).await, std::slice::from_ref(&name));

    // Cut between the mark and the file, on removal.
    for seen in depot.marks_of(&w, &name, now()).await.unwrap() {
        depot.delete(&depot.mark_path(&w, &seen.mark)).await.unwrap();
    }
    assert_eq!(depot.remove(&w, &name, u64::MAX).await.unwrap(), Removal::Done);
    assert_eq!(depot.get(&w, &name).await.unwrap(), None);

    // Damaged where it lies.
    let (rotten, bytes) = file("d4k2", "rotten");
    depot.create(&depot.file_path(&w, &rotten), Bytes::from_static(b"something else")).await.unwrap();
    assert_eq!(depot.get(&w, &rotten).await.unwrap().as_deref(), Some(b"something else".as_slice()));
    assert_eq!(depot.put(&w, &rotten, bytes.clone()).await.unwrap(), Put::Stood);
    let other = depot.clone().with_listings_lasting(std::time::Duration::ZERO);
    assert_eq!(
        (depot.get(&w, &rotten).await.unwrap(), other.read(&depot.file_path(&w, &rotten)).await.unwrap()),
        (Some(bytes.clone()), Some(bytes))
    );
    assert_eq!(depot.remove(&w, &rotten, u64::MAX).await.unwrap(), Removal::Done);

    // What is no mark of ours is passed over.
    let stray = depot.path(&w, &format!("arrivals/{}/notes.txt", mark::day(place.now())));
    depot.create(&stray, Bytes::new()).await.unwrap();
    assert_eq!(all(depot, &w).await, []);
}

async fn takes_the_same_from_many(place: &Place) {
    let w = workspace("many");
    let (name, bytes) = file("d4k2", "the same");
    let tasks = (0..16).map(|_| {
        let (depot, w, name, bytes) = (place.instance(0), w.clone(), name.clone(), bytes.clone());
        tokio::spawn(async move { depot.put(&w, &name, bytes).await.unwrap() })
    });
    let mut made = 0;
    for task in tasks.collect::<Vec<_>>() {
        made += usize::from(task.await.unwrap() == Put::Made);
    }
    assert!(made == 1 || !place.is_strict && made > 0, "made {made} times");
    assert_eq!(place.depot.get(&w, &name).await.unwrap(), Some(bytes));
    let seen = all(&place.depot, &w).await;
    assert!(!seen.is_empty() && seen.iter().all(|seen| *seen == name));
    assert_eq!(place.depot.count(&w).await.unwrap(), 1);
    assert_eq!(place.depot.remove(&w, &name, u64::MAX).await.unwrap(), Removal::Done);
    assert_eq!(all(&place.depot, &w).await, []);
}

async fn is_one_to_instances(place: &Place) {
    let w = workspace("instances");
    let three = [place.instance(0), place.instance(0), place.instance(0)];
    let mut expected = BTreeSet::new();
    for (number, depot) in three.iter().enumerate() {
        expected.insert(put(depot, &w, &format!("by {number}")).await);
        place.wait(3 * SECOND);
        for other in &three {
            assert_eq!(all(other, &w).await.into_iter().collect::<BTreeSet<_>>(), expected);
        }
    }
    let gone = expected.pop_first().unwrap();
    assert_eq!(three[2].remove(&w, &gone, u64::MAX).await.unwrap(), Removal::Done);
    place.wait(10 * MINUTE);
    assert_eq!(three[0].get(&w, &gone).await.unwrap(), None);
    assert_eq!(three[1].remove(&w, &gone, u64::MAX).await.unwrap(), Removal::Absent);
}

async fn keeps_cards(place: &Place) {
    let (w, depot) = (workspace("cards"), &place.depot);
    let card = |name: &str| Card {
        hash: Hash::of(name.as_bytes()),
        name: name.to_owned(),
        may_invite: true,
        made: 1_764_000_000_000,
        shut_out: None,
    };
    assert_eq!(depot.card(&w, &device("d4k2")).await.unwrap(), None);
    assert_eq!(depot.cards(&w).await.unwrap(), []);
    let (ours, theirs) = (card("前台 iPad"), card("Laptop"));
    depot.put_card(&w, &device("d4k2"), &ours).await.unwrap();
    depot.put_card(&w, &device("a1b2"), &theirs).await.unwrap();
    depot.put_card(&workspace("cards-2"), &device("z9z9"), &theirs).await.unwrap();
    let shut_out = Card { shut_out: Some(1_764_000_000_001), ..ours };
    depot.put_card(&w, &device("d4k2"), &shut_out).await.unwrap();
    // Another instance knows at once.
    assert_eq!(place.instance(0).card(&w, &device("d4k2")).await.unwrap(), Some(shut_out.clone()));
    assert_eq!(depot.cards(&w).await.unwrap(), [(device("a1b2"), theirs), (device("d4k2"), shut_out)]);
}

#[tokio::test]
async fn memory() {
    pass(&Place::memory()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn folder() {
    pass(&Place::folder()).await;
}

#[tokio::test]
async fn below_a_path_in_a_store() {
    let Place { depot, time, .. } = Place::memory();
    let below = Depot { root: Path::from("some/where"), ..depot.clone() };
    pass(&Place { depot: below, time, is_strict: true, _folder: None }).await;
    let all: Vec<_> = depot.store.list(None).try_collect().await.unwrap();
    assert!(!all.is_empty() && all.iter().all(|meta| meta.location.as_ref().starts_with("some/where/v1/")));
}

#[tokio::test]
async fn a_folder_that_goes_away_is_not_ready() {
    let folder = Folder::new();
    let depot = Depot::open(folder.path()).unwrap();
    depot.ready().await.unwrap();
    std::fs::remove_dir_all(folder.path()).unwrap();
    assert!(matches!(depot.ready().await, Err(DepotError::Folder { .. })));
}

#[tokio::test]
async fn a_card_that_cannot_be_read_is_told_apart_from_none() {
    let depot = Place::memory().depot;
    depot.create(&depot.path(&workspace("w"), "devices/d4k2.json"), Bytes::from_static(b"{}")).await.unwrap();
    assert!(matches!(depot.card(&workspace("w"), &device("d4k2")).await, Err(DepotError::Card { .. })));
}

#[test]
fn an_address_that_names_no_storage_is_refused() {
    for address in ["", "ftp://host/path", "s3://", "gs://"] {
        let error = Depot::open(address).err();
        assert!(matches!(error, Some(DepotError::Address { .. })), "{address}: {error:?}");
    }
    let file = std::env::current_exe().unwrap();
    assert!(matches!(Depot::open(file.to_str().unwrap()).err(), Some(DepotError::Folder { .. })));
}

#[test]
fn a_distant_storage_is_opened_by_the_usual_settings() {
    let open = |url: &str, settings: &[(&str, &str)]| {
        address::open(url, settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    };
    let s3 = [("AWS_ACCESS_KEY_ID", "id"), ("AWS_SECRET_ACCESS_KEY", "key"), ("AWS_REGION", "eu-central-1")];
    assert_eq!(open("s3://bucket/a/b", &s3).unwrap().root.as_ref(), "a/b");
    // Without its account Azure's storage has no address.
    assert!(matches!(open("az://box", &s3).err(), Some(DepotError::Address { .. })));
    let azure = [("AZURE_STORAGE_ACCOUNT_NAME", "acme"), ("AZURE_STORAGE_ACCOUNT_KEY", "a2V5")];
    assert_eq!(open("az://box/kehu", &azure).unwrap().root.as_ref(), "kehu");
    let account = r#"{"gcs_base_url": "http://localhost", "disable_oauth": true, "client_email": "", "private_key": "", "private_key_id": ""}"#;
    let google = [("GOOGLE_SERVICE_ACCOUNT_KEY", account)];
    assert_eq!(open("gs://bucket", &google).unwrap().root.as_ref(), "");
}
