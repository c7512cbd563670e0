//! A refusal on its way out.

use std::time::Duration;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kehu_sync::wire::{Problem, Refusal};

use super::depot::DepotError;

/// How long to wait when the storage does not answer.
const STORAGE_WAIT: Duration = Duration::from_secs(5);

/// Why a request is refused, and what goes with it.
#[derive(Debug)]
pub struct Refused {
    why: Refusal,
    message: String,
    wait: Option<Duration>,
    allow: Option<&'static str>,
}

impl Refused {
    /// For this reason, in these words.
    pub fn new(why: Refusal, message: impl Into<String>) -> Self {
        Self { why, message: message.into(), wait: None, allow: None }
    }

    /// Too much is asked; less in a while.
    pub fn busy(message: &str, wait: Duration) -> Self {
        Self { wait: Some(wait), ..Self::new(Refusal::Busy, message) }
    }

    /// This is not done there; `allow` is what is.
    pub fn method(allow: &'static str) -> Self {
        Self { allow: Some(allow), ..Self::new(Refusal::Method, format!("what can be asked here is {allow}")) }
    }

    /// The storage does not do its part. Its words are for the log; they may name its place.
    pub fn unready(reason: &dyn std::fmt::Display) -> Self {
        tracing::error!("storage: {reason}");
        Self::still_unready()
    }

    /// The storage does not do its part, as was logged a moment ago.
    pub fn still_unready() -> Self {
        Self { wait: Some(STORAGE_WAIT), ..Self::new(Refusal::Unready, "the storage does not answer; try later") }
    }
}

impl From<DepotError> for Refused {
    fn from(error: DepotError) -> Self {
        match error {
            DepotError::Cursor(_) => Self::new(Refusal::Malformed, "the cursor is none that was given out here"),
            other => Self::unready(&other),
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.why.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(Problem { error: self.why, message: self.message })).into_response();
        let headers = response.headers_mut();
        if let Some(wait) = self.wait {
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        if let Some(allow) = self.allow {
            headers.insert(header::ALLOW, HeaderValue::from_static(allow));
        }
        if self.why == Refusal::Unknown {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
