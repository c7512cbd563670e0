//! Memory for files on their way in and out, shared so that no company takes it all.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Bytes, HttpBody};
use http_body::{Frame, SizeHint};
use kehu_sync::name::Workspace;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::refused::Refused;

/// How much there is, in KiB: 256 MiB.
const ALL_KIB: u32 = 256 * 1024;

/// How much of it one workspace may have, in KiB.
const SHARE_KIB: u32 = ALL_KIB / 4;

/// How long to wait for room.
const WAIT: Duration = Duration::from_secs(10);

/// How much of a file goes out in one piece, so that what is left of it stays with its [`Taken`].
const PIECE: usize = 64 * 1024;

/// The memory there is.
pub struct Room {
    share_kib: u32,
    wait: Duration,
    all: Arc<Semaphore>,
    /// Only devices that were let in take room, so there are no more than workspaces.
    shares: Mutex<HashMap<Workspace, Arc<Semaphore>>>,
}

/// Room that is taken, until this is dropped.
#[derive(Debug)]
pub struct Taken {
    share: OwnedSemaphorePermit,
    all: OwnedSemaphorePermit,
}

impl Default for Room {
    fn default() -> Self {
        Self::new(ALL_KIB, SHARE_KIB, WAIT)
    }
}

impl Room {
    fn new(all_kib: u32, share_kib: u32, wait: Duration) -> Self {
        Self { share_kib, wait, all: permits(all_kib), shares: Mutex::default() }
    }

    /// Takes room for so many bytes, or as much as a workspace may have.
    ///
    /// # Errors
    /// When there is none in a while.
    pub async fn take(&self, workspace: &Workspace, bytes: u64) -> Result<Taken, Refused> {
        let kib = kib(bytes).min(self.share_kib);
        let share = self.share(workspace);
        let taken = async {
            let share = share.acquire_many_owned(kib).await.ok()?;
            let all = Arc::clone(&self.all).acquire_many_owned(kib).await.ok()?;
            Some(Taken { share, all })
        };
        let taken = timeout(self.wait, taken).await.ok().flatten();
        taken.ok_or_else(|| Refused::busy("too many files are on their way", self.wait))
    }

    fn share(&self, workspace: &Workspace) -> Arc<Semaphore> {
        let mut shares = self.shares.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(shares.entry(workspace.clone()).or_insert_with(|| permits(self.share_kib)))
    }
}

impl Taken {
    /// Gives back what is not needed for so many bytes.
    pub fn keep(&mut self, bytes: u64) {
        let needed = usize::try_from(kib(bytes)).unwrap_or(usize::MAX);
        for permit in [&mut self.share, &mut self.all] {
            drop(permit.split(permit.num_permits().saturating_sub(needed)));
        }
    }
}

fn permits(kib: u32) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(usize::try_from(kib).unwrap_or(Semaphore::MAX_PERMITS)))
}

fn kib(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(1024)).unwrap_or(u32::MAX)
}

/// A file on its way out, and the room it has.
pub struct Outgoing {
    left: Bytes,
    _room: Vec<Taken>,
}

impl Outgoing {
    /// These bytes, in this room.
    pub fn new(bytes: Bytes, room: Vec<Taken>) -> Self {
        Self { left: bytes, _room: room }
    }
}

impl HttpBody for Outgoing {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let length = self.left.len().min(PIECE);
        Poll::Ready((length > 0).then(|| Ok(Frame::data(self.left.split_to(length)))))
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left.len() as u64)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const KIB: u64 = 1024;

    #[tokio::test]
    async fn no_workspace_takes_all_the_room() {
        let room = Room::new(8, 4, Duration::from_millis(20));
        let workspaces = ["acme", "globex", "third"].map(|name| name.parse::<Workspace>().unwrap());
        let [acme, globex, third] = &workspaces;
        let mut first = room.take(acme, 3 * KIB).await.unwrap();
        assert!(room.take(acme, 2 * KIB).await.is_err(), "its share is used up");
        let second = room.take(globex, 100 * KIB).await.unwrap();
        assert!(room.take(third, 2 * KIB).await.is_err(), "all is used up");
        first.keep(1);
        let third_file = room.take(third, 3 * KIB).await.unwrap();
        drop((second, third_file, first));
        assert!(room.take(acme, 4 * KIB).await.is_ok());
    }

    #[tokio::test]
    async fn whoever_waits_gets_room_that_becomes_free() {
        let room = Room::new(4, 4, Duration::from_secs(20));
        let acme: Workspace = "acme".parse().unwrap();
        let taken = room.take(&acme, 4 * KIB).await.unwrap();
        let free = async {
            tokio::time::sleep(Duration::from_millis(20)).await;
            drop(taken);
        };
        assert!(tokio::join!(room.take(&acme, KIB), free).0.is_ok());
    }

    #[tokio::test]
    async fn a_file_goes_out_in_pieces_and_gives_its_room_back_at_the_end() {
        use http_body_util::BodyExt;
        let room = Room::new(200, 200, Duration::from_millis(20));
        let acme: Workspace = "acme".parse().unwrap();
        let bytes = Bytes::from(vec![7; 150 * 1024]);
        let taken = room.take(&acme, 150 * KIB).await.unwrap();
        let mut body = Outgoing::new(bytes.clone(), vec![taken]);
        assert_eq!(body.size_hint().exact(), Some(150 * KIB));
        let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
        assert_eq!(first.len(), PIECE);
        assert!(room.take(&acme, 100 * KIB).await.is_err());
        assert_eq!(body.collect().await.unwrap().to_bytes(), bytes.slice(PIECE..));
        assert!(room.take(&acme, 200 * KIB).await.is_ok());
    }
}
