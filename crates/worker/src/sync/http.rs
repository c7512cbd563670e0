//! The endpoint over HTTP.

use gloo_net::http::{Request, RequestBuilder, Response};
use js_sys::Uint8Array;
use kehu_sync::name::{Device, Name, Token};
use kehu_sync::wire::{Arrivals, BASE, DeviceCard, Invitation, Invited, Me, Problem, Refusal};
use kehu_sync::{Remote, RemoteError, Removal};
use serde::de::DeserializeOwned;
use web_sys::AbortSignal;

/// How long a request may take, in milliseconds: a large file over a slow line, and no longer.
const PATIENCE_MS: u32 = 120_000;

/// How many files are listed at a time.
const LISTED: usize = 1_000;

/// An endpoint and the token that opens it.
pub struct Http {
    base: String,
    bearer: String,
}

impl Http {
    /// At an address such as `https://sync.example.org`.
    pub fn new(at: &str, token: &Token) -> Self {
        let base = format!("{}{BASE}/{}", at.trim_end_matches('/'), token.workspace);
        Self { base, bearer: format!("Bearer {token}") }
    }

    /// Who the token is.
    ///
    /// # Errors
    /// [`RemoteError`].
    pub async fn me(&self) -> Result<Me, kehu_sync::Trouble> {
        Ok(read(self.send(self.ask(Request::get, "me").build()).await?).await?)
    }

    /// All devices.
    ///
    /// # Errors
    /// [`RemoteError`].
    pub async fn devices(&self) -> Result<Vec<DeviceCard>, kehu_sync::Trouble> {
        Ok(read(self.send(self.ask(Request::get, "devices").build()).await?).await?)
    }

    /// A token for another device.
    ///
    /// # Errors
    /// [`RemoteError`].
    pub async fn invite(&self, invitation: &Invitation) -> Result<Invited, kehu_sync::Trouble> {
        let text = serde_json::to_string(invitation).unwrap_or_default();
        let request = self.ask(Request::post, "devices").header("Content-Type", "application/json").body(text);
        Ok(read(self.send(request).await?).await?)
    }

    /// Shuts a device out.
    ///
    /// # Errors
    /// [`RemoteError`].
    pub async fn shut_out(&self, device: &Device) -> Result<(), kehu_sync::Trouble> {
        self.send(self.ask(Request::delete, &format!("devices/{device}")).build()).await?;
        Ok(())
    }

    fn ask(&self, method: fn(&str) -> RequestBuilder, path: &str) -> RequestBuilder {
        method(&format!("{}/{path}", self.base))
            .header("Authorization", &self.bearer)
            .abort_signal(Some(&AbortSignal::timeout_with_u32(PATIENCE_MS)))
    }

    /// Sends a request and gives an answer that grants it.
    async fn send(&self, request: Result<Request, gloo_net::Error>) -> Result<Response, RemoteError> {
        // An address that is none cannot be asked.
        let answer = request.map_err(|_| RemoteError::Strange)?.send().await.map_err(|_| RemoteError::Offline)?;
        if answer.ok() { Ok(answer) } else { Err(refusal(&answer).await) }
    }
}

impl Remote for Http {
    async fn arrivals(&mut self, after: &str) -> Result<Arrivals, RemoteError> {
        let request = self.ask(Request::get, "arrivals").query([("after", after), ("limit", &LISTED.to_string())]);
        read(self.send(request.build()).await?).await
    }

    async fn get(&mut self, name: &Name) -> Result<Option<Vec<u8>>, RemoteError> {
        match self.send(self.ask(Request::get, &format!("files/{name}")).build()).await {
            // Cut off on its way: asked for again the next time.
            Ok(answer) => answer.binary().await.map(Some).map_err(|_| RemoteError::Offline),
            Err(RemoteError::Refused { why: Refusal::Absent, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn put(&mut self, name: &Name, bytes: Vec<u8>) -> Result<(), RemoteError> {
        let request =
            self.ask(Request::put, &format!("files/{name}")).header("Content-Type", "application/octet-stream");
        self.send(request.body(Uint8Array::from(bytes.as_slice()))).await?;
        Ok(())
    }

    async fn remove(&mut self, name: &Name) -> Result<Removal, RemoteError> {
        match self.send(self.ask(Request::delete, &format!("files/{name}")).build()).await {
            Ok(_) | Err(RemoteError::Refused { why: Refusal::Absent, .. }) => Ok(Removal::Done),
            Err(RemoteError::Refused { why: Refusal::Young, .. }) => Ok(Removal::Young),
            Err(error) => Err(error),
        }
    }
}

/// An answer's JSON; anything else than ours is not from an endpoint of ours.
async fn read<T: DeserializeOwned>(answer: Response) -> Result<T, RemoteError> {
    let text = answer.text().await.map_err(|_| RemoteError::Offline)?;
    serde_json::from_str(&text).map_err(|_| RemoteError::Strange)
}

/// What a refusal says; a gateway on the way that says nothing of ours is taken for a line that is broken.
async fn refusal(answer: &Response) -> RemoteError {
    let wait_ms = answer.headers().get("Retry-After").and_then(|seconds| seconds.parse::<u64>().ok());
    let wait_ms = wait_ms.map(|seconds| seconds.saturating_mul(1_000));
    let text = answer.text().await.unwrap_or_default();
    match serde_json::from_str::<Problem>(&text) {
        Ok(problem) => RemoteError::Refused { why: problem.error, wait_ms },
        Err(_) if answer.status() == 429 => RemoteError::Refused { why: Refusal::Busy, wait_ms },
        Err(_) if answer.status() >= 500 => RemoteError::Offline,
        Err(_) => RemoteError::Strange,
    }
}
