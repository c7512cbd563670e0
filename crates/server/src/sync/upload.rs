//! Bodies on their way in: never more than is allowed, never slower than a slow line.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, header};
use http_body_util::BodyExt;
use kehu_sync::wire::Refusal;
use tokio::time::{Instant, timeout, timeout_at};

use super::refused::Refused;

/// The slowest line, in bytes a second, over the whole of a body.
const SLOWEST: u64 = 8 * 1024;

/// How long the rest of a refused body is listened to, so that whoever sends it hears why.
const LISTEN: Duration = Duration::from_secs(5);

/// A request's body, and how much of it has come.
pub struct Upload {
    body: Body,
    /// What the sender says it has.
    told: Option<u64>,
    /// Whether the sender waits for our word before it sends.
    is_waiting: bool,
    came: u64,
    /// Whether nothing more is to be expected of it.
    is_over: bool,
}

impl Upload {
    /// The body of a request with these headers.
    pub fn new(headers: &HeaderMap, body: Body) -> Self {
        let told = headers.get(header::CONTENT_LENGTH).and_then(|told| told.to_str().ok()?.parse().ok());
        Self { body, told, is_waiting: headers.contains_key(header::EXPECT), came: 0, is_over: false }
    }

    /// How many bytes have come.
    pub fn came(&self) -> u64 {
        self.came
    }

    /// How many bytes it may have, where at most `limit` are taken.
    pub fn at_most(&self, limit: u64) -> u64 {
        self.told.unwrap_or(limit).min(limit)
    }

    /// Refuses at once what says itself that it is too large.
    ///
    /// # Errors
    /// When it does.
    pub fn fits(&self, limit: u64) -> Result<(), Refused> {
        if self.told.is_some_and(|told| told > limit) { Err(large(limit)) } else { Ok(()) }
    }

    /// Reads it to its end.
    ///
    /// # Errors
    /// When it has more than `limit` bytes, comes too slowly, or breaks off.
    pub async fn read(&mut self, limit: u64, silence: Duration) -> Result<Bytes, Refused> {
        self.fits(limit)?;
        self.is_over = true;
        let all = silence + Duration::from_secs(self.told.unwrap_or(limit) / SLOWEST);
        let deadline = Instant::now() + all;
        let slow = |_| Refused::new(Refusal::Slow, "the body comes too slowly or not at all");
        let mut bytes = Vec::with_capacity(usize::try_from(self.told.unwrap_or(0)).unwrap_or(0));
        loop {
            let next = Instant::now() + silence;
            match timeout_at(next.min(deadline), self.body.frame()).await.map_err(slow)? {
                None => return Ok(bytes.into()),
                Some(Err(_)) => return Err(Refused::new(Refusal::Malformed, "the body broke off")),
                Some(Ok(frame)) => {
                    let Ok(piece) = frame.into_data() else { continue };
                    self.came += piece.len() as u64;
                    if self.came > limit {
                        self.is_over = false;
                        return Err(large(limit));
                    }
                    bytes.extend_from_slice(&piece);
                }
            }
        }
    }

    /// Lets go of what still comes, as much again as is taken at most. A connection that is closed while its other end
    /// sends loses the answer.
    pub async fn let_go(mut self, limit: u64) {
        if self.is_over || self.is_waiting {
            return;
        }
        let rest = async {
            let mut gone = 0;
            while gone <= limit {
                let Some(Ok(frame)) = self.body.frame().await else { return };
                gone += frame.data_ref().map_or(0, |piece| piece.len() as u64);
            }
        };
        // What has not come by then will not be waited for.
        let _ = timeout(LISTEN, rest).await;
    }
}

fn large(limit: u64) -> Refused {
    Refused::new(Refusal::Large, format!("more than {limit} bytes are not taken"))
}
