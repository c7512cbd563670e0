//! The health of the storage in plain words: each thing, how it stands, and what to do about it.

use kehu_domain::stamp::MAX_AHEAD_MS;
use kehu_store::{Persistence, estimate, persist, persisted};
use leptos::prelude::*;
use leptos_router::components::A;

use crate::exchange::{Copies, FolderState, use_copies};
use crate::i18n::{Locale, t, t_string, td_string, use_i18n};
use crate::moment::{civil, wall_ms};
use crate::words::megabytes;
use crate::workspace::{Workspace, use_workspace};

/// From how many per cent on the room is called short.
const SHORT_PERCENT: u64 = 80;

/// By how much the newest change may be later than our clock before it is said, in milliseconds (2 min).
const CLOCK_SLACK_MS: u64 = 120_000;

/// How something stands, with the words for it.
struct Finding {
    /// `good`, `problem`, or nothing to say.
    state: Option<&'static str>,
    value: String,
}

impl Finding {
    fn good(value: impl Into<String>) -> Self {
        Self { state: Some("good"), value: value.into() }
    }

    fn problem(value: impl Into<String>) -> Self {
        Self { state: Some("problem"), value: value.into() }
    }

    fn plain(value: impl Into<String>) -> Self {
        Self { state: None, value: value.into() }
    }

    fn is_problem(&self) -> bool {
        self.state == Some("problem")
    }
}

/// What is known about the safety of the data, as a short list.
#[component]
pub fn Health() -> impl IntoView {
    let i18n = use_i18n();
    let (workspace, copies) = (use_workspace(), use_copies());
    let promise = LocalResource::new(persisted);
    let ask = Action::new_unsync(move |(): &()| async move {
        persist().await;
        promise.refetch();
    });
    let room = LocalResource::new(estimate);
    let minute = workspace.minute();
    let copy = {
        let copies = copies.clone();
        move || copy_finding(i18n.get_locale(), &copies)
    };
    let folder = move || folder_finding(i18n.get_locale(), &copies);
    let journal = {
        let workspace = workspace.clone();
        move || journal_finding(i18n.get_locale(), &workspace)
    };
    let clock = {
        let workspace = workspace.clone();
        move || {
            minute.track();
            clock_finding(i18n.get_locale(), &workspace)
        }
    };
    let records = move || {
        let (records, changes) =
            workspace.read(|book| (book.records().filter(|record| record.exists()).count(), book.len()));
        Finding::plain(t_string!(i18n, health.records_value, records = records, changes = changes))
    };
    let persistence = move || match promise.get() {
        Some(Persistence::Granted) => Finding::good(t_string!(i18n, health.granted)),
        Some(Persistence::Refused) => Finding::plain(t_string!(i18n, health.not_granted)),
        Some(Persistence::Unknown) => Finding::plain(t_string!(i18n, health.not_said)),
        None => Finding::plain("…"),
    };
    let used = move || match room.get() {
        Some(Some(room)) => {
            let text = t_string!(i18n, health.room_value, used = megabytes(room.used), quota = megabytes(room.quota));
            let is_short = room.used.saturating_mul(100) > room.quota.saturating_mul(SHORT_PERCENT);
            if is_short { Finding::problem(text) } else { Finding::good(text) }
        }
        Some(None) => Finding::plain(t_string!(i18n, health.room_unknown)),
        None => Finding::plain("…"),
    };
    let is_refused = move || promise.get() == Some(Persistence::Refused);
    view! {
        <section class="section">
            <h2>{t!(i18n, health.title)}</h2>
            <dl class="health-list">
                <Row name=move || t_string!(i18n, health.copy) finding=copy>
                    <A href="/data/backup">{t!(i18n, health.copy_do)}</A>
                </Row>
                <Row name=move || t_string!(i18n, health.folder) finding=folder>
                    <A href="/data/backup">{t!(i18n, health.folder_do)}</A>
                </Row>
                <Row name=move || t_string!(i18n, health.journal) finding=journal>
                    <A href="/data/repair">{t!(i18n, health.journal_do)}</A>
                </Row>
                <Row name=move || t_string!(i18n, health.clock) finding=clock>
                    {t!(i18n, health.clock_do)}
                </Row>
                <Row name=move || t_string!(i18n, health.room) finding=used>
                    {t!(i18n, health.room_do)}
                </Row>
                <Row name=move || t_string!(i18n, health.persistence) finding=persistence is_open=is_refused>
                    {t!(i18n, health.persistence_do)}
                    " "
                    <button
                        type="button"
                        class="button" data-size="small"
                        disabled=move || ask.pending().get()
                        on:click=move |_| { ask.dispatch(()); }
                    >
                        {t!(i18n, health.persistence_ask)}
                    </button>
                </Row>
                <Row name=move || t_string!(i18n, health.records) finding=records>
                    ""
                </Row>
            </dl>
        </section>
    }
}

/// A thing, how it stands, and, where that is bad, what to do.
#[component]
fn Row(
    /// What it is about.
    name: impl Fn() -> &'static str + Send + 'static,
    /// How it stands.
    finding: impl Fn() -> Finding + Send + 'static,
    /// Says what to do although nothing is bad.
    #[prop(optional, into)]
    is_open: Option<Signal<bool>>,
    children: ChildrenFn,
) -> impl IntoView {
    let children = StoredValue::new(children);
    view! {
        {move || {
            let finding = finding();
            let is_bad = finding.is_problem() || is_open.is_some_and(|is_open| is_open.get());
            view! {
                <div data-state=finding.state>
                    <dt>{name()}</dt>
                    <dd>{finding.value}</dd>
                    {is_bad.then(|| view! { <dd>{children.read_value()()}</dd> })}
                </div>
            }
        }}
    }
}

fn copy_finding(locale: Locale, copies: &Copies) -> Finding {
    let Some(mark) = copies.marks().latest() else {
        let text = td_string!(locale, health.copy_none);
        return if copies.is_overdue() { Finding::problem(text) } else { Finding::plain(text) };
    };
    let at = civil(mark.at_ms).format("%Y-%m-%d %H:%M").to_string();
    let mut text = td_string!(locale, health.copy_at, at = at, count = mark.changes);
    if mark.is_without_attachments {
        text = format!("{text} · {}", td_string!(locale, health.copy_bare));
    }
    let new = copies.changes_since();
    if new > 0 {
        text = format!("{text} · {}", td_string!(locale, health.copy_behind, count = new));
    }
    if copies.is_overdue() { Finding::problem(text) } else { Finding::good(text) }
}

fn folder_finding(locale: Locale, copies: &Copies) -> Finding {
    match copies.folder() {
        FolderState::Looking => Finding::plain("…"),
        FolderState::Unsupported => Finding::plain(td_string!(locale, health.folder_unsupported)),
        FolderState::None => Finding::plain(td_string!(locale, health.folder_none)),
        FolderState::Asks { name } => Finding::problem(td_string!(locale, health.folder_asks, name = name)),
        FolderState::Ready { name } if copies.problem().is_some() => {
            Finding::problem(td_string!(locale, health.folder_failed, name = name))
        }
        FolderState::Ready { name } => match copies.marks().folder {
            Some(mark) => {
                let at = civil(mark.at_ms).format("%Y-%m-%d %H:%M").to_string();
                Finding::good(td_string!(locale, health.folder_at, name = name, at = at))
            }
            None => Finding::plain(td_string!(locale, health.folder_empty, name = name)),
        },
    }
}

fn journal_finding(locale: Locale, workspace: &Workspace) -> Finding {
    match (workspace.is_complete().get(), workspace.integrity().get()) {
        (false, _) => Finding::plain(td_string!(locale, health.journal_reading)),
        (true, flaws) if flaws.is_whole() => Finding::good(td_string!(locale, health.journal_good)),
        (true, flaws) => {
            Finding::problem(td_string!(locale, health.journal_bad, count = flaws.damaged, missing = flaws.missing))
        }
    }
}

/// Our clock against the newest change: it cannot be later than now unless a clock is wrong.
fn clock_finding(locale: Locale, workspace: &Workspace) -> Finding {
    let now_ms = wall_ms();
    let newest_ms = workspace.read(|book| book.newest().millis());
    let ahead_ms = newest_ms.saturating_sub(now_ms);
    if ahead_ms <= CLOCK_SLACK_MS {
        return Finding::good(td_string!(locale, health.clock_good));
    }
    let now = civil(now_ms).format("%Y-%m-%d %H:%M").to_string();
    let newest = civil(newest_ms).format("%Y-%m-%d %H:%M").to_string();
    if ahead_ms <= MAX_AHEAD_MS {
        return Finding::problem(td_string!(locale, health.clock_ahead, now = now, newest = newest));
    }
    let latest_ms = now_ms.saturating_add(MAX_AHEAD_MS);
    let far = workspace.read(|book| {
        let changes = book.records().flat_map(kehu_domain::book::Record::changes);
        changes.filter(|change| change.stamp.millis() > latest_ms).count()
    });
    Finding::problem(td_string!(locale, health.clock_far, now = now, newest = newest, count = far))
}
