//! What is asked of the storage, counted.

use std::fmt;
use std::sync::atomic::AtomicUsize;

use async_trait::async_trait;
use futures_util::stream::BoxStream;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, PutMultipartOptions, PutOptions,
    PutPayload, PutResult, Result,
};

use super::*;

/// A storage that counts what it is asked.
#[derive(Debug)]
struct Counting {
    store: Arc<dyn ObjectStore>,
    lists: AtomicUsize,
    gets: AtomicUsize,
    puts: AtomicUsize,
}

impl fmt::Display for Counting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "counting {}", self.store)
    }
}

fn add(counter: &AtomicUsize) {
    counter.fetch_add(1, Ordering::SeqCst);
}

#[async_trait]
impl ObjectStore for Counting {
    async fn put_opts(&self, location: &Path, payload: PutPayload, opts: PutOptions) -> Result<PutResult> {
        add(&self.puts);
        self.store.put_opts(location, payload, opts).await
    }

    async fn put_multipart_opts(&self, _: &Path, _: PutMultipartOptions) -> Result<Box<dyn MultipartUpload>> {
        unreachable!("files are small enough to go in one piece")
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        add(&self.gets);
        self.store.get_opts(location, options).await
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.store.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        add(&self.lists);
        self.store.list(prefix)
    }

    fn list_with_offset(&self, prefix: Option<&Path>, offset: &Path) -> BoxStream<'static, Result<ObjectMeta>> {
        add(&self.lists);
        self.store.list_with_offset(prefix, offset)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        add(&self.lists);
        self.store.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.store.copy_opts(from, to, options).await
    }
}

impl Counting {
    /// Puts itself between.
    fn watching(place: Place) -> (Arc<Self>, Place) {
        let counting = Arc::new(Self {
            store: place.depot.store.clone(),
            lists: AtomicUsize::new(0),
            gets: AtomicUsize::new(0),
            puts: AtomicUsize::new(0),
        });
        let depot = Depot { store: counting.clone(), ..place.depot.clone() };
        (counting, Place { depot, ..place })
    }

    /// Listings, looks at one thing, and things put since the last time.
    fn asked(&self) -> (usize, usize, usize) {
        let take = |counter: &AtomicUsize| counter.swap(0, Ordering::SeqCst);
        (take(&self.lists), take(&self.gets), take(&self.puts))
    }
}

#[tokio::test]
async fn a_poll_is_one_listing_whatever_the_history() {
    let (counting, place) = Counting::watching(Place::memory());
    let w = workspace("w");
    for number in 0..60 {
        place.wait(DAY);
        put(&place.depot, &w, &format!("{number}")).await;
    }
    assert_eq!(counting.asked(), (0, 0, 120), "a file and its mark");
    let mut cursor = round(&place.depot, &w, "", 1000).await.1;
    assert_eq!(counting.asked(), (1, 0, 0), "the first time");
    for away in [MINUTE, MINUTE, 3 * DAY, MINUTE] {
        place.wait(away);
        cursor = round(&place.depot, &w, &cursor, 1000).await.1;
        assert_eq!(counting.asked(), (1, 0, 0), "after {away} ms");
    }
}

#[tokio::test]
async fn in_a_folder_a_poll_reads_the_days_since_alone() {
    let (counting, place) = Counting::watching(Place::folder());
    let w = workspace("w");
    for number in 0..10 {
        place.wait(DAY);
        put(&place.depot, &w, &format!("{number}")).await;
    }
    let cursor = round(&place.depot, &w, "", 1000).await.1;
    assert_eq!(counting.asked().0, 11, "which days there are, and each of them");
    place.wait(MINUTE);
    round(&place.depot, &w, &cursor, 1000).await;
    assert!(counting.asked().0 <= 3, "which days there are, today, and yesterday shortly after midnight");
}

#[tokio::test]
async fn who_asks_at_the_same_time_shares_one_listing() {
    let (counting, place) = Counting::watching(Place::memory());
    let w = workspace("w");
    put(&place.depot, &w, "one").await;
    let cursor = round(&place.depot, &w, "", 10).await.1;
    place.wait(MINUTE);
    counting.asked();
    let polls = || futures_util::future::join_all((0..100).map(|_| round(&place.depot, &w, &cursor, 10)));
    assert!(polls().await.iter().all(|(names, _)| names.len() == 1));
    assert_eq!(counting.asked(), (1, 0, 0));
    // What comes by another instance is seen a little later, what comes here at once.
    let elsewhere = put(&place.instance(0), &w, "elsewhere").await;
    assert!(polls().await.iter().all(|(names, _)| names.len() == 1));
    place.wait(2 * SECOND);
    assert!(polls().await.iter().all(|(names, _)| names.contains(&elsewhere)));
    let here = put(&place.depot, &w, "here").await;
    counting.asked();
    assert!(polls().await.iter().all(|(names, _)| names.contains(&here)));
    assert_eq!(counting.asked(), (1, 0, 0));
}

#[tokio::test]
async fn a_listing_may_last_longer_and_hides_nothing() {
    let (counting, place) = Counting::watching(Place::memory());
    let depot = place.depot.clone().with_listings_lasting(Duration::from_secs(600));
    let w = workspace("w");
    let mut cursor = round(&depot, &w, "", 10).await.1;
    counting.asked();
    let mut names = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for minute in 0..120 {
        place.wait(MINUTE);
        if minute % 13 == 0 {
            names.insert(put(&place.instance(-40_000), &w, &format!("{minute}")).await);
        }
        let (came, next) = round(&depot, &w, &cursor, 10).await;
        seen.extend(came);
        cursor = next;
    }
    assert!(counting.asked().0 <= 12, "once in ten minutes");
    place.wait(10 * MINUTE);
    seen.extend(round(&depot, &w, &cursor, 10).await.0);
    assert_eq!(seen, names);
}

#[tokio::test]
async fn more_than_is_shared_comes_all_the_same() {
    let place = Place::memory();
    let w = workspace("w");
    let cursor = round(&place.depot, &w, "", 10).await.1;
    let mut names = BTreeSet::new();
    for number in 0..1500 {
        place.wait(1);
        names.insert(put(&place.depot, &w, &format!("{number}")).await);
    }
    let seen = round(&place.depot, &w, &cursor, 400).await.0;
    assert_eq!((seen.len(), seen.into_iter().collect::<BTreeSet<_>>()), (1500, names));
}

#[tokio::test]
async fn removing_looks_for_the_mark_near_the_file() {
    let (counting, place) = Counting::watching(Place::memory());
    let w = workspace("w");
    let name = put(&place.depot, &w, "one").await;
    counting.asked();
    assert_eq!(place.depot.remove(&w, &name, u64::MAX).await.unwrap(), Removal::Done);
    assert_eq!(counting.asked(), (1, 1, 0));
}

#[tokio::test]
async fn counting_is_done_now_and_then() {
    let (counting, place) = Counting::watching(Place::memory());
    let w = workspace("w");
    for number in 0..5 {
        assert_eq!(place.depot.count(&w).await.unwrap(), number);
        put(&place.depot, &w, &format!("{number}")).await;
    }
    assert_eq!(counting.asked(), (1, 0, 10));
    put(&place.instance(0), &w, "elsewhere").await;
    place.wait(10 * MINUTE);
    // Nobody waits for the second count.
    assert_eq!(place.depot.count(&w).await.unwrap(), 5);
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert_eq!(place.depot.count(&w).await.unwrap(), 6);
    assert_eq!(counting.asked().0, 1);
}

#[tokio::test]
async fn a_file_that_just_came_is_read_from_the_storage_no_more() {
    let (counting, place) = Counting::watching(Place::memory());
    let w = workspace("w");
    let here = put(&place.depot, &w, "here").await;
    let elsewhere = put(&place.instance(0), &w, "elsewhere").await;
    counting.asked();
    for _ in 0..10 {
        assert!(place.depot.get(&w, &here).await.unwrap().is_some());
        assert!(place.depot.get(&w, &elsewhere).await.unwrap().is_some());
    }
    assert_eq!(counting.asked(), (0, 1, 0), "the one that came elsewhere, once");
    // A name in one workspace opens nothing in another.
    assert_eq!(place.depot.get(&workspace("w-2"), &here).await.unwrap(), None);
    assert_eq!(place.depot.remove(&w, &here, u64::MAX).await.unwrap(), Removal::Done);
    assert_eq!(place.depot.get(&w, &here).await.unwrap(), None);
}
