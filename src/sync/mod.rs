//! Coming together with the company's other devices: who of this device's tabs does it, when, and what came of it.

mod join;
mod tabs;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures_util::lock::Mutex;
use gloo_timers::future::TimeoutFuture;
use kehu_ledger::errand::{Ask, Failure, Step};
use kehu_ledger::sync::{self, Extent, LINK, Link, Round};
use kehu_sync::{Status, Trouble};
use leptos::prelude::*;
use leptos::task::spawn_local;
use send_wrapper::SendWrapper;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;

use crate::device::{Remembered, random_bits};
use crate::exchange::Worker;
use crate::moment::wall_ms;
use crate::workspace::{Saved, Workspace};
use tabs::{Lead, Tabs, Word, lead};

pub use join::{JoinProblem, follow_fragment, read_join, take_fragment};

/// How long after the shell stands it is looked whether there is a link, in milliseconds.
const LOOK_AFTER_MS: u32 = 300;

/// How long after all records are in memory the first round begins, in milliseconds.
const BEGIN_AFTER_MS: u32 = 1_000;

/// How long saves are gathered before they are sent, in milliseconds.
const GATHER_MS: u64 = 400;

/// The shortest and the longest pause after a failure, in milliseconds.
const PAUSE_MS: (u64, u64) = (1_000, 300_000);

/// How often a tab in which somebody acts asks the others to let it lead, in milliseconds.
const YIELD_MS: u32 = 100;

/// How long a round takes at least for people to be told how far it is, in milliseconds.
const LONG_MS: u64 = 700;

/// A look on focus is left out when the last one is no older than this, in milliseconds.
const FOCUS_MS: u64 = 5_000;

/// How often files are gathered at most, and how long nothing else may have happened, in milliseconds.
const TIDY_MS: u64 = 3_600_000;
const IDLE_MS: u32 = 20_000;

/// How it stands with the other devices; the same in every tab.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// What the last round said; nothing before the first.
    pub status: Option<Status>,
    /// What keeps this device from the endpoint at present.
    pub trouble: Option<Trouble>,
    /// When it last came together, in milliseconds since 1970-01-01 UTC.
    pub met_ms: Option<u64>,
    /// Whether a round is under way.
    pub is_under_way: bool,
    /// How far that is.
    pub step: Option<Step>,
}

/// What was saved since the last status, and when the first of it was.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Fresh {
    changes: u64,
    since: Option<u64>,
}

/// How this device comes together with others; provided as context below the shell. Cheap to clone.
#[derive(Clone)]
pub struct Sync(SendWrapper<Rc<Inner>>);

struct Inner {
    workspace: Workspace,
    link: ArcRwSignal<Option<Link>>,
    /// Whether it was looked whether there is one.
    has_looked: ArcRwSignal<bool>,
    standing: ArcRwSignal<Standing>,
    fresh: ArcRwSignal<Fresh>,
    tabs: RefCell<Option<Tabs>>,
    worker: Mutex<Option<Worker>>,
    has_begun: Cell<bool>,
    /// The same when the round began that is under way.
    before: Cell<Fresh>,
    /// There while this tab is the one that does it: two would write the same notes.
    lead: RefCell<Option<Lead>>,
    /// What is wanted next, and when.
    wanted: Cell<Option<Extent>>,
    due_ms: Cell<u64>,
    /// Not before this moment, after failures.
    not_before_ms: Cell<u64>,
    failures: Cell<u32>,
    /// Which timer counts: the latest.
    timer: Cell<u64>,
    looked_ms: Cell<u64>,
    ended_ms: Cell<u64>,
}

/// How the open workspace comes together with other devices.
///
/// # Panics
/// Outside the shell, which provides it.
#[expect(clippy::expect_used, reason = "pages exist only below an open workspace, for which the shell provides it")]
pub fn use_sync() -> Sync {
    use_context().expect("a page below an open workspace")
}

impl Sync {
    /// Looks after a workspace from now on; without a link nothing happens.
    pub fn of(workspace: Workspace) -> Self {
        let standing = Standing { met_ms: remembered(Remembered::SyncMet), ..Standing::default() };
        let sync = Self(SendWrapper::new(Rc::new(Inner {
            workspace,
            link: ArcRwSignal::default(),
            has_looked: ArcRwSignal::default(),
            standing: ArcRwSignal::new(standing),
            fresh: ArcRwSignal::default(),
            before: Cell::default(),
            tabs: RefCell::default(),
            worker: Mutex::default(),
            has_begun: Cell::default(),
            lead: RefCell::default(),
            wanted: Cell::default(),
            due_ms: Cell::new(u64::MAX),
            not_before_ms: Cell::default(),
            failures: Cell::default(),
            timer: Cell::default(),
            looked_ms: Cell::default(),
            ended_ms: Cell::default(),
        })));
        let first = sync.clone();
        spawn_local(async move {
            TimeoutFuture::new(LOOK_AFTER_MS).await;
            let hears = first.clone();
            let tabs = Tabs::join(first.workspace().name(), move |word| hears.hear(word));
            first.0.tabs.replace(tabs);
            first.look_for_link().await;
        });
        sync
    }

    fn workspace(&self) -> &Workspace {
        &self.0.workspace
    }

    /// Whether it is known if there is an endpoint: what is shown before that would be replaced under somebody's hands.
    pub fn is_known(&self) -> bool {
        self.0.has_looked.get()
    }

    /// The endpoint, where there is one.
    pub fn link(&self) -> Option<Link> {
        self.0.link.get()
    }

    /// Whether there is one, for what does not follow it.
    pub fn is_linked(&self) -> bool {
        self.0.link.with_untracked(Option::is_some)
    }

    /// How it stands.
    pub fn standing(&self) -> Standing {
        self.0.standing.get()
    }

    /// How many changes are not elsewhere yet, and since when the first of them waits.
    pub fn to_go(&self) -> (u64, Option<u64>) {
        let (standing, fresh) = (self.0.standing.read(), self.0.fresh.get());
        let status = standing.status.as_ref();
        let since = status.and_then(|status| status.since).into_iter().chain(fresh.since).min();
        (status.map_or(0, |status| status.to_go) + fresh.changes, since)
    }

    /// Asks the worker for something about the endpoint.
    ///
    /// # Errors
    /// What the worker says.
    pub async fn ask<T: DeserializeOwned>(&self, ask: sync::Ask) -> Result<(T, Vec<JsValue>), Failure> {
        self.ask_with(ask, |_| ()).await
    }

    async fn ask_with<T: DeserializeOwned>(
        &self,
        ask: sync::Ask,
        hear: impl Fn(Step) + 'static,
    ) -> Result<(T, Vec<JsValue>), Failure> {
        while self.is_linked() && !self.leads() {
            self.tell(&Word::Yield);
            TimeoutFuture::new(YIELD_MS).await;
        }
        let worker = {
            let mut kept = self.0.worker.lock().await;
            match &*kept {
                Some(worker) => worker.clone(),
                None => kept.insert(Worker::start().await?).clone(),
            }
        };
        let outcome = worker.ask(&Ask::Sync(ask), &[], hear).await;
        if matches!(outcome, Err(Failure::Lost)) {
            self.0.worker.lock().await.take();
        }
        outcome
    }

    /// Asks for something that gives a new status, and takes note of that in every tab.
    ///
    /// # Errors
    /// What the worker says.
    pub async fn ask_status(&self, ask: sync::Ask) -> Result<(), Failure> {
        let (status, _) = self.ask::<Status>(ask).await?;
        self.note(|standing| {
            standing.status = Some(status);
            standing.trouble = None;
        });
        self.try_now();
        Ok(())
    }

    /// Tries at once, however often it failed before.
    pub fn try_now(&self) {
        self.0.failures.set(0);
        self.0.not_before_ms.set(0);
        self.tell(&Word::Try);
        self.want(Extent::Both, 0);
    }

    /// Looks for the link anew, in every tab: the workspace has joined, or left.
    pub async fn link_changed(&self) {
        self.note(|standing| *standing = Standing::default());
        self.0.fresh.set(Fresh::default());
        self.look_for_link().await;
        self.tell(&Word::Linked);
        self.try_now();
    }

    /// Asks for news so often from now on, in seconds.
    ///
    /// # Errors
    /// What the storage reports.
    pub async fn set_every(&self, every_s: u32) -> Result<(), Failure> {
        let Some(mut link) = self.0.link.get_untracked() else { return Ok(()) };
        link.every_s = every_s;
        let text = serde_json::to_vec(&link).map_err(|_| Failure::Strange)?;
        self.workspace().store().put_meta(LINK, &text).await?;
        self.0.link.set(Some(link));
        self.tell(&Word::Linked);
        Ok(())
    }

    async fn look_for_link(&self) {
        self.read_link().await;
        self.0.has_looked.set(true);
        if self.is_linked() && !self.0.has_begun.replace(true) {
            self.begin().await;
        }
    }

    async fn read_link(&self) {
        let link = match self.workspace().store().get_meta(LINK).await {
            Ok(text) => text.and_then(|text| {
                let link = serde_json::from_slice(&text);
                link.inspect_err(|problem| leptos::logging::warn!("the link cannot be read: {problem}")).ok()
            }),
            Err(problem) => return leptos::logging::warn!("the link cannot be read: {problem}"),
        };
        self.0.link.set(link);
    }

    async fn begin(&self) {
        self.workspace().on_saved({
            let sync = self.clone();
            move |saved| sync.count(saved)
        });
        self.tell(&Word::Hello);
        for name in ["focus", "visibilitychange", "online"] {
            let (sync, is_online) = (self.clone(), name == "online");
            // Lives as long as the shell does, which is as long as the page.
            let _ = window_event_listener(leptos::ev::Custom::<web_sys::Event>::new(name), move |_| {
                if is_online && sync.leads() {
                    sync.try_now();
                } else if is_visible() {
                    sync.look_unless_since(wall_ms().saturating_sub(FOCUS_MS));
                }
            });
        }
        spawn_local(self.clone().tick());
        self.wait_for_lead();
    }

    /// Leads once no other tab does.
    fn wait_for_lead(&self) {
        let sync = self.clone();
        spawn_local(async move {
            let lead = lead(sync.workspace().name()).await;
            // What a worker of this tab knew is out of date: another tab has led meanwhile.
            if let Some(worker) = sync.0.worker.lock().await.take() {
                worker.end();
            }
            sync.0.lead.replace(Some(lead));
            if !sync.workspace().is_complete().get_untracked() {
                sync.workspace().complete().await;
                TimeoutFuture::new(BEGIN_AFTER_MS).await;
            }
            sync.want(Extent::Both, 0);
        });
    }

    /// Lets another tab lead: whatever the worker does ends first, and goes on there from what was durable.
    fn let_lead(&self) {
        let sync = self.clone();
        spawn_local(async move {
            if let Some(worker) = sync.0.worker.lock().await.take() {
                worker.end();
            }
            if sync.0.lead.take().is_some() {
                sync.wait_for_lead();
            }
        });
    }

    fn leads(&self) -> bool {
        self.0.lead.borrow().is_some()
    }

    /// Looks for news now and then while somebody sees the page.
    async fn tick(self) {
        loop {
            let every_s = self.0.link.with_untracked(|link| link.as_ref().map_or(0, |link| link.every_s));
            TimeoutFuture::new(if every_s == 0 { 15_000 } else { every_s * 1_000 }).await;
            if every_s > 0 && is_visible() {
                self.look_unless_since(wall_ms().saturating_sub(u64::from(every_s) * 800));
            }
        }
    }

    /// Looks for news, unless that was done at or after a moment.
    fn look_unless_since(&self, since_ms: u64) {
        if !self.leads() {
            self.tell(&Word::Look { since_ms });
        } else if self.0.looked_ms.get() < since_ms {
            self.want(Extent::Both, 0);
        }
    }

    fn count(&self, saved: Saved) {
        let changes = match saved {
            Saved::Here(changes) => changes,
            Saved::Elsewhere(entries) => entries,
            // It is elsewhere: that is where it came from.
            Saved::Arrived => return,
        };
        if changes > 0 && self.is_linked() {
            self.0.fresh.update(|fresh| {
                fresh.changes += changes as u64;
                fresh.since = fresh.since.or(Some(wall_ms()));
            });
        }
        self.want(Extent::Send, GATHER_MS);
    }

    fn hear(&self, word: Word) {
        match word {
            Word::Hello if self.leads() => self.tell(&Word::Standing(self.0.standing.get_untracked())),
            Word::Hello => (),
            Word::Look { since_ms } if self.leads() => self.look_unless_since(since_ms),
            Word::Look { .. } => (),
            Word::Try if self.leads() => {
                self.0.failures.set(0);
                self.0.not_before_ms.set(0);
                self.want(Extent::Both, 0);
            }
            Word::Try => (),
            Word::Yield if self.leads() => self.let_lead(),
            Word::Yield => (),
            Word::Linked => {
                let sync = self.clone();
                spawn_local(async move { sync.look_for_link().await });
            }
            Word::Standing(standing) => self.take(standing),
        }
    }

    /// Takes over how it stands, as the tab that leads tells it.
    fn take(&self, standing: Standing) {
        let was_under_way = self.0.standing.read_untracked().is_under_way;
        match (was_under_way, standing.is_under_way) {
            (false, true) => self.0.before.set(self.0.fresh.get_untracked()),
            (true, false) if has_status(standing.trouble.as_ref()) => self.settle(),
            _ => (),
        }
        self.0.standing.set(standing);
    }

    /// What was saved before a round began stands in its status. What was saved meanwhile may be counted twice until the next
    /// round, never left out.
    fn settle(&self) {
        let before = self.0.before.take();
        self.0.fresh.update(|fresh| {
            fresh.changes = fresh.changes.saturating_sub(before.changes);
            fresh.since = fresh.since.filter(|_| fresh.changes > 0);
        });
    }

    /// Changes how it stands, here and in the other tabs.
    fn note(&self, change: impl FnOnce(&mut Standing)) {
        self.0.standing.update(change);
        self.tell(&Word::Standing(self.0.standing.get_untracked()));
    }

    fn tell(&self, word: &Word) {
        if let Some(tabs) = &*self.0.tabs.borrow() {
            tabs.tell(word);
        }
    }

    /// Wants a round, together with whatever is wanted already.
    fn want(&self, extent: Extent, in_ms: u64) {
        let inner = &self.0;
        if !self.leads() || !self.is_linked() {
            return;
        }
        inner.wanted.set(inner.wanted.get().max(Some(extent)));
        inner.due_ms.set(inner.due_ms.get().min(wall_ms() + in_ms));
        self.arm();
    }

    /// Sets the timer for what is wanted.
    fn arm(&self) {
        let inner = &self.0;
        let timer = inner.timer.get() + 1;
        inner.timer.set(timer);
        if inner.wanted.get().is_none() || inner.standing.read_untracked().is_under_way {
            return;
        }
        let wait_ms = inner.due_ms.get().max(inner.not_before_ms.get()).saturating_sub(wall_ms());
        let sync = self.clone();
        spawn_local(async move {
            TimeoutFuture::new(wait_ms.min(PAUSE_MS.1 * 2) as u32).await;
            if sync.0.timer.get() == timer {
                sync.round().await;
                sync.arm();
            }
        });
    }

    async fn round(&self) {
        let inner = &self.0;
        let Some(extent) = inner.wanted.take() else { return };
        inner.due_ms.set(u64::MAX);
        inner.before.set(inner.fresh.get_untracked());
        let (had_to_go, began_ms) = (self.to_go_untracked() > 0, wall_ms());
        self.note(|standing| standing.is_under_way = true);
        let ask = sync::Ask::Round { workspace: self.workspace().name().to_owned(), extent };
        let hears = self.clone();
        let hear = move |step| {
            if wall_ms().saturating_sub(began_ms) >= LONG_MS {
                hears.note(|standing| standing.step = Some(step));
            }
        };
        let outcome = self.ask_with::<Round>(ask, hear).await;
        if !self.leads() {
            // Another tab leads now, and says how it stands.
            return inner.standing.update(|standing| (standing.is_under_way, standing.step) = (false, None));
        }
        let (status, trouble) = match outcome {
            Ok((round, _)) => (Some(round.status), round.trouble),
            Err(Failure::Sync(trouble)) => (None, Some(trouble)),
            Err(failure) => (None, Some(Trouble::Here(failure.to_string()))),
        };
        if status.is_some() {
            self.settle();
        }
        match &trouble {
            Some(trouble) => self.pause(extent, trouble),
            None => {
                inner.failures.set(0);
                inner.not_before_ms.set(0);
            }
        }
        // Sending nothing meets nobody.
        let has_met = trouble.is_none() && (extent > Extent::Send || had_to_go);
        if extent > Extent::Send {
            inner.looked_ms.set(began_ms);
        }
        inner.ended_ms.set(wall_ms());
        if has_met {
            Remembered::SyncMet.write(&wall_ms().to_string());
        }
        self.note(|standing| {
            standing.is_under_way = false;
            standing.step = None;
            standing.status = status.or(standing.status.take());
            standing.trouble = trouble;
            standing.met_ms = if has_met { Some(wall_ms()) } else { standing.met_ms };
        });
        if has_met {
            self.tidy_when_idle(extent);
        }
    }

    fn to_go_untracked(&self) -> u64 {
        let standing = self.0.standing.read_untracked();
        standing.status.as_ref().map_or(0, |status| status.to_go) + self.0.fresh.get_untracked().changes
    }

    /// Waits after a failure, longer each time, and then tries everything again.
    fn pause(&self, extent: Extent, trouble: &Trouble) {
        let inner = &self.0;
        let failures = inner.failures.get();
        inner.failures.set(failures.saturating_add(1));
        let wait_ms = pause_ms(trouble, failures, random_bits());
        inner.not_before_ms.set(wall_ms() + wait_ms);
        inner.wanted.set(inner.wanted.get().max(Some(extent.max(Extent::Both))));
        inner.due_ms.set(0);
    }

    /// Gathers files once an hour, when nothing else has happened for a while.
    fn tidy_when_idle(&self, extent: Extent) {
        if extent == Extent::Tidy {
            return Remembered::SyncTidied.write(&wall_ms().to_string());
        }
        let is_due = remembered(Remembered::SyncTidied).is_none_or(|at| wall_ms().saturating_sub(at) >= TIDY_MS);
        let (sync, ended_ms) = (self.clone(), self.0.ended_ms.get());
        if is_due {
            spawn_local(async move {
                TimeoutFuture::new(IDLE_MS).await;
                if sync.0.ended_ms.get() == ended_ms {
                    sync.want(Extent::Tidy, 0);
                }
            });
        }
    }
}

/// How long to wait after so many failures before this one, in milliseconds; `bits` are random.
fn pause_ms(trouble: &Trouble, failures: u32, bits: u64) -> u64 {
    let (least, most) = PAUSE_MS;
    match trouble {
        Trouble::Busy { wait_ms } => (*wait_ms).max(least),
        // Only a person can change these.
        Trouble::ShutOut
        | Trouble::NotOurs
        | Trouble::NeedsPassphrase
        | Trouble::WrongPassphrase
        | Trouble::OtherCompany => most,
        _ => {
            let wait_ms = (least << failures.min(10)).min(most);
            wait_ms * (75 + bits % 51) / 100
        }
    }
}

/// Whether a round that ended in such trouble, or in none, gave a status.
fn has_status(trouble: Option<&Trouble>) -> bool {
    !matches!(trouble, Some(Trouble::Here(_)))
}

fn is_visible() -> bool {
    !document().hidden()
}

fn remembered(what: Remembered) -> Option<u64> {
    what.read()?.parse().ok()
}
