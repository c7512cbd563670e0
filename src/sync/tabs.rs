//! The tabs of this device: which of them leads, and what they tell each other.

use std::rc::Rc;

use futures_channel::oneshot;
use gloo_timers::future::TimeoutFuture;
use js_sys::Promise;
use leptos::prelude::window_event_listener;
use leptos::task::spawn_local;
use send_wrapper::SendWrapper;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;
use web_sys::{BroadcastChannel, MessageEvent, Storage};

use super::Standing;
use crate::device::random_bits;
use crate::moment::wall_ms;

/// What tabs tell each other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Word {
    /// A tab is new here, and asks how it stands.
    Hello,
    /// How it stands.
    Standing(Standing),
    /// Look for news, unless that was done at or after this moment.
    Look {
        /// Milliseconds since 1970-01-01 UTC.
        since_ms: u64,
    },
    /// Try at once.
    Try,
    /// Somebody acts in another tab: let that one lead.
    Yield,
    /// The workspace has joined, left, or looks for news more or less often.
    Linked,
}

/// The channel to the other tabs; closed when dropped.
pub struct Tabs {
    raw: BroadcastChannel,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

impl Tabs {
    /// Joins the other tabs of a workspace; `None` where the browser has no such channel.
    pub fn join(workspace: &str, hear: impl Fn(Word) + 'static) -> Option<Self> {
        let raw = BroadcastChannel::new(&name(workspace)).ok()?;
        let on_message = Closure::new(move |event: MessageEvent| {
            // What a tab of another release says is left alone.
            let word = event.data().as_string().and_then(|text| serde_json::from_str(&text).ok());
            if let Some(word) = word {
                hear(word);
            }
        });
        raw.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        Some(Self { raw, _on_message: on_message })
    }

    /// Tells the others; a lost word costs them freshness only.
    pub fn tell(&self, word: &Word) {
        if let Ok(text) = serde_json::to_string(word) {
            _ = self.raw.post_message(&text.into());
        }
    }
}

impl Drop for Tabs {
    fn drop(&mut self) {
        self.raw.set_onmessage(None);
        self.raw.close();
    }
}

/// That this tab is the one that leads; given back when dropped, and when the tab is closed.
pub struct Lead(#[expect(dead_code, reason = "held until it is dropped")] Held);

#[expect(dead_code, reason = "held until it is dropped")]
enum Held {
    Lock(oneshot::Sender<()>),
    Lease(Rc<Lease>),
}

/// Waits until no other tab of the device leads.
pub async fn lead(workspace: &str) -> Lead {
    let name = name(workspace);
    let ((told, held), (kept, gone)) = (oneshot::channel(), oneshot::channel::<()>());
    let on_held = Closure::once_into_js(move |_: JsValue| -> Promise {
        _ = told.send(());
        future_to_promise(async move {
            // Nothing is ever sent: it ends when the other end is dropped.
            _ = gone.await;
            Ok(JsValue::UNDEFINED)
        })
    });
    // The promise is settled when the lock is given back, which nobody waits for.
    match request_lock(&name, &on_held) {
        Ok(_) => {
            _ = held.await;
            Lead(Held::Lock(kept))
        }
        Err(_) => Lead(Held::Lease(Lease::take(name).await)),
    }
}

/// How long a lease holds that nobody renews, how often it is renewed, and how long two that take it at once may need to see
/// each other, in milliseconds. Hidden tabs get a turn once a minute.
const LEASE_MS: u64 = 90_000;
const RENEW_MS: u32 = 20_000;
const SETTLE_MS: u32 = 300;

/// What stands for a lock where browsers offer none: on plain `http` beyond this computer.
struct Lease {
    name: String,
    tab: String,
}

impl Lease {
    async fn take(name: String) -> Rc<Self> {
        let lease = Rc::new(Self { name, tab: format!("{:x}", random_bits()) });
        while !lease.is_ours() {
            if lease.is_free() {
                lease.renew();
                TimeoutFuture::new(SETTLE_MS).await;
            } else {
                TimeoutFuture::new(SETTLE_MS * 10).await;
            }
        }
        let held = Rc::downgrade(&lease);
        // Once for each time this tab leads, and harmless afterwards.
        let _ = window_event_listener(leptos::ev::pagehide, {
            let leaving = SendWrapper::new(held.clone());
            move |_| {
                if let Some(lease) = leaving.upgrade() {
                    lease.give_back();
                }
            }
        });
        spawn_local(async move {
            while let Some(lease) = held.upgrade() {
                lease.renew();
                drop(lease);
                TimeoutFuture::new(RENEW_MS).await;
            }
        });
        lease
    }

    fn read(&self) -> Option<(String, u64)> {
        let note = shelf()?.get_item(&self.name).ok()??;
        let (tab, at) = note.split_once(' ')?;
        Some((tab.to_owned(), at.parse().ok()?))
    }

    fn is_ours(&self) -> bool {
        // Where nothing can be remembered, no other tab can be told from this one.
        shelf().is_none() || self.read().is_some_and(|(tab, _)| tab == self.tab)
    }

    fn is_free(&self) -> bool {
        self.read().is_none_or(|(_, at)| wall_ms().saturating_sub(at) > LEASE_MS)
    }

    fn give_back(&self) {
        if let Some(shelf) = shelf().filter(|_| self.is_ours()) {
            _ = shelf.remove_item(&self.name);
        }
    }

    fn renew(&self) {
        if let Some(shelf) = shelf() {
            _ = shelf.set_item(&self.name, &format!("{} {}", self.tab, wall_ms()));
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.give_back();
    }
}

fn shelf() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

fn name(workspace: &str) -> String {
    format!("kehu-sync-{workspace}")
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["navigator", "locks"], js_name = request, catch)]
    fn request_lock(name: &str, on_held: &JsValue) -> Result<JsValue, JsValue>;
}
