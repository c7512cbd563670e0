//! The cards of tokens that were looked up a moment ago.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use kehu_sync::name::{Device, Workspace};

use super::depot::Card;

/// How long a card may be gone by. A device that is shut out at one instance is out at all of them after this time and
/// one look-up: within ten seconds.
pub const KEPT: Duration = Duration::from_secs(8);

/// How many cards are kept.
const MOST: usize = 10_000;

/// Cards by workspace and device. Those that are not there are not kept: they would be others' to fill the memory with.
#[derive(Default)]
pub struct Cards(Mutex<HashMap<(Workspace, Device), (Instant, Card)>>);

impl Cards {
    /// The card, if it was looked up lately.
    pub fn get(&self, workspace: &Workspace, device: &Device, now: Instant) -> Option<Card> {
        let cards = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, card) = cards.get(&(workspace.clone(), device.clone()))?;
        (now.saturating_duration_since(*at) < KEPT).then(|| card.clone())
    }

    /// Keeps a card that was asked for at `asked`.
    pub fn keep(&self, workspace: &Workspace, device: &Device, card: Card, asked: Instant) {
        let mut cards = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if cards.len() >= MOST {
            cards.retain(|_, (at, _)| asked.saturating_duration_since(*at) < KEPT);
        }
        if cards.len() >= MOST {
            cards.clear();
        }
        cards.insert((workspace.clone(), device.clone()), (asked, card));
    }

    /// Looks a card up anew the next time.
    pub fn drop(&self, workspace: &Workspace, device: &Device) {
        let mut cards = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        cards.remove(&(workspace.clone(), device.clone()));
    }
}
