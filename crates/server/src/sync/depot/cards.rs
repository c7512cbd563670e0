//! The cards of devices: what is kept of a token, and who it is.

use futures_util::{FutureExt, StreamExt, TryStreamExt, stream};
use kehu_sync::name::{Device, Hash, Workspace};
use object_store::{ObjectMeta, ObjectStoreExt};
use serde::{Deserialize, Serialize};

use super::{Depot, DepotError, within};

/// How many cards are read at the same time.
const AT_ONCE: usize = 16;

/// A device's token as the endpoint keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// Of the token, which itself is kept nowhere.
    #[serde(with = "text")]
    pub hash: Hash,
    /// What people call the device.
    pub name: String,
    /// Whether it may make tokens and shut devices out.
    pub may_invite: bool,
    /// When the token was made: milliseconds since 1970-01-01 UTC.
    pub made: u64,
    /// When the device was shut out, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shut_out: Option<u64>,
}

mod text {
    use super::Hash;
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(hash: &Hash, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(hash)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Hash, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl Depot {
    /// The device's card, if it has one. It is read anew each time, so that a device that is shut out is out at once.
    ///
    /// # Errors
    /// When the card cannot be read, or the storage fails or takes too long.
    pub async fn card(&self, w: &Workspace, d: &Device) -> Result<Option<Card>, DepotError> {
        let Some(bytes) = self.read(&self.path(w, &format!("devices/{d}.json"))).await? else { return Ok(None) };
        let card = serde_json::from_slice(&bytes);
        card.map(Some).map_err(|source| DepotError::Card { device: d.to_string(), source })
    }

    /// Keeps the device's card in place of the one it had.
    ///
    /// # Errors
    /// When the storage fails or takes too long.
    pub async fn put_card(&self, w: &Workspace, d: &Device, card: &Card) -> Result<(), DepotError> {
        let unwritable = |source| DepotError::Card { device: d.to_string(), source };
        let bytes = serde_json::to_vec(card).map_err(unwritable)?;
        within(self.store.put(&self.path(w, &format!("devices/{d}.json")), bytes.into())).await?;
        Ok(())
    }

    /// The cards of all devices of the workspace, by device.
    ///
    /// # Errors
    /// When a card cannot be read, or the storage fails or takes too long.
    pub async fn cards(&self, w: &Workspace) -> Result<Vec<(Device, Card)>, DepotError> {
        let listed: Vec<_> = within(self.store.list(Some(&self.path(w, "devices"))).try_collect()).await?;
        // Gathered and boxed, for the compiler cannot tell otherwise that all this may go from thread to thread.
        let named = |meta: &ObjectMeta| meta.location.filename()?.strip_suffix(".json")?.parse().ok();
        let devices: Vec<Device> = listed.iter().filter_map(named).collect();
        let cards = stream::iter(devices).map(|device| {
            async move { Ok::<_, DepotError>(self.card(w, &device).await?.map(|card| (device, card))) }.boxed()
        });
        let mut cards: Vec<_> = cards.buffered(AT_ONCE).try_filter_map(async |card| Ok(card)).try_collect().await?;
        cards.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(cards)
    }
}
