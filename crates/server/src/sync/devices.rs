//! Tokens: made, told apart from others, shut out.

use kehu_sync::name::{Device, Hash, Token, Workspace};
use kehu_sync::wire::{DeviceCard, Invitation};
use subtle::ConstantTimeEq;

use super::depot::{Card, Depot, DepotError};

/// The most characters of a device's name for people.
pub const MAX_NAME_CHARS: usize = 60;

/// What names of devices are made of: as `domain::stamp`, without letters that look like digits.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const DEVICE_CHARS: usize = 10;

/// Why no token was made.
#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    /// The name for people is blank, too long, or has characters that are no text.
    #[error("the name of a device has 1 to {MAX_NAME_CHARS} characters")]
    BadName,
    /// As many devices as are allowed can come in already.
    #[error("the workspace lets in {0} devices already; shut out some")]
    TooMany(usize),
    /// The system gives no random numbers.
    #[error("the system gives no random numbers: {0}")]
    NoRandomness(getrandom::Error),
    /// The storage does not do its part.
    #[error(transparent)]
    Depot(#[from] DepotError),
}

/// Makes a token for a new device; this is the only time its secret is known.
///
/// # Errors
/// When the name is none, there are too many devices, or the storage fails; then there is no token.
pub async fn invite(
    depot: &Depot,
    workspace: &Workspace,
    invitation: &Invitation,
    now_ms: u64,
    max_devices: usize,
) -> Result<Token, InviteError> {
    let name = invitation.name.trim();
    let is_name = (1..=MAX_NAME_CHARS).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if !is_name {
        return Err(InviteError::BadName);
    }
    let cards = depot.cards(workspace).await?;
    let inside = cards.iter().filter(|(_, card)| card.shut_out.is_none()).count();
    if inside >= max_devices {
        return Err(InviteError::TooMany(inside));
    }
    let device = loop {
        let device = random_device()?;
        if !cards.iter().any(|(known, _)| *known == device) {
            break device;
        }
    };
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).map_err(InviteError::NoRandomness)?;
    let token = Token::new(workspace.clone(), device, secret);
    let card = Card {
        hash: token.hash(),
        name: name.to_owned(),
        may_invite: invitation.may_invite,
        made: now_ms,
        shut_out: None,
    };
    depot.put_card(workspace, &token.device, &card).await?;
    Ok(token)
}

fn random_device() -> Result<Device, InviteError> {
    loop {
        let mut bytes = [0; DEVICE_CHARS];
        getrandom::fill(&mut bytes).map_err(InviteError::NoRandomness)?;
        let text: String = bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect();
        if let Ok(device) = text.parse() {
            return Ok(device);
        }
    }
}

/// Shuts a device out, from `now_ms` on; once and for all. False when there is no such device.
///
/// # Errors
/// When the storage fails.
pub async fn shut_out(depot: &Depot, workspace: &Workspace, device: &Device, now_ms: u64) -> Result<bool, DepotError> {
    let Some(card) = depot.card(workspace, device).await? else { return Ok(false) };
    if card.shut_out.is_none() {
        depot.put_card(workspace, device, &Card { shut_out: Some(now_ms), ..card }).await?;
    }
    Ok(true)
}

/// The devices as the others see them, the first made first.
///
/// # Errors
/// When the storage fails.
pub async fn list(depot: &Depot, workspace: &Workspace) -> Result<Vec<DeviceCard>, DepotError> {
    let told = |(device, card): (Device, Card)| DeviceCard {
        device,
        name: card.name,
        may_invite: card.may_invite,
        made: card.made,
        shut_out: card.shut_out,
    };
    let mut cards: Vec<DeviceCard> = depot.cards(workspace).await?.into_iter().map(told).collect();
    cards.sort_by(|a, b| (a.made, &a.device).cmp(&(b.made, &b.device)));
    Ok(cards)
}

/// Whether a card is that of a token which may come in. The time it takes tells nothing of the secret.
pub fn admits(card: &Card, token: &Hash) -> bool {
    bool::from(card.hash.bytes().ct_eq(token.bytes())) && card.shut_out.is_none()
}
