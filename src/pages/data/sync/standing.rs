//! How it stands in plain words: what is elsewhere, what is to come, and what needs a person.

use kehu_domain::book::Book;
use kehu_ledger::sync::Ask;
use kehu_sync::{Ahead, Refused, Stage, Trouble, Why};
use leptos::prelude::*;
use leptos_router::components::A;

use super::moment_text;
use super::passphrase::EnterChanged;
use crate::components::{Notice, Progress, Tone};
use crate::device::become_another;
use crate::i18n::{Locale, t, t_string, td_string, use_i18n};
use crate::moment::now;
use crate::pages::customers::author_name;
use crate::sync::use_sync;
use crate::words;
use crate::workspace::use_workspace;

/// How many refused files are named.
const NAMED: usize = 10;

/// What is elsewhere, what is to come, when last, and where.
#[component]
pub fn HowItStands() -> impl IntoView {
    let i18n = use_i18n();
    let sync = use_sync();
    let link = {
        let sync = sync.clone();
        Memo::new(move |_| sync.link().map(|link| (link.at, link.name)).unwrap_or_default())
    };
    let elsewhere = {
        let sync = sync.clone();
        move || match (sync.to_go(), sync.standing().status.is_some()) {
            ((0, _), false) => t_string!(i18n, sync.stands.unknown).to_owned(),
            ((0, _), true) => t_string!(i18n, sync.stands.all).to_owned(),
            ((count, since), _) => {
                t_string!(i18n, sync.stands.to_go, count = count, at = since.map(moment_text).unwrap_or_default())
            }
        }
    };
    let to_come = {
        let sync = sync.clone();
        move || match sync.standing().status {
            None => t_string!(i18n, sync.stands.unknown).to_owned(),
            Some(status) if status.to_come > 0 => t_string!(i18n, sync.stands.files_to_come, count = status.to_come),
            Some(status) if status.is_settled => t_string!(i18n, sync.stands.nothing_to_come).to_owned(),
            Some(_) => t_string!(i18n, sync.stands.unknown).to_owned(),
        }
    };
    let last = {
        let sync = sync.clone();
        move || match sync.standing().met_ms {
            None => t_string!(i18n, sync.stands.never).to_owned(),
            Some(at) => moment_text(at),
        }
    };
    let try_now = {
        let sync = sync.clone();
        move |_| sync.try_now()
    };
    view! {
        <section class="section">
            <h2>{t!(i18n, sync.stands.title)}</h2>
            <dl class="definition-list">
                <dt>{t!(i18n, sync.stands.elsewhere)}</dt>
                <dd>{elsewhere}</dd>
                <dt>{t!(i18n, sync.stands.to_come)}</dt>
                <dd>{to_come}</dd>
                <dt>{t!(i18n, sync.stands.last)}</dt>
                <dd>{last}</dd>
                <dt>{t!(i18n, sync.stands.server)}</dt>
                <dd>{move || link.get().0}</dd>
                <dt>{t!(i18n, sync.stands.this_device)}</dt>
                <dd>{move || link.get().1}</dd>
            </dl>
            <p class="row">
                <button type="button" class="button" disabled=move || sync.standing().is_under_way on:click=try_now>
                    {t!(i18n, sync.stands.try_now)}
                </button>
            </p>
        </section>
    }
}

/// How far a long round is; a short one leaves no trace.
#[component]
pub fn UnderWay() -> impl IntoView {
    let i18n = use_i18n();
    let sync = use_sync();
    let step = Signal::derive(move || sync.standing().step);
    let name = Signal::derive(move || {
        let is_sending = step.read().as_ref().is_some_and(|step| step.stage == Stage::Sending as u8);
        if is_sending { t_string!(i18n, sync.stage.sending) } else { t_string!(i18n, sync.stage.taking) }.to_owned()
    });
    view! {
        <Show when=move || step.read().is_some()>
            <Progress name step on_stop=None />
            <p class="hint">{t!(i18n, sync.stage.leave_running)}</p>
        </Show>
    }
}

/// Everything that keeps the devices apart or is left out, each with the way on.
#[component]
pub fn Troubles(
    /// Asks for another token.
    is_joining: RwSignal<bool>,
) -> impl IntoView {
    let i18n = use_i18n();
    let sync = use_sync();
    let trouble = {
        let sync = sync.clone();
        Memo::new(move |_| sync.standing().trouble)
    };
    let status = Memo::new(move |_| sync.standing().status.unwrap_or_default());
    let content = move || {
        let trouble = trouble.get()?;
        let text = words::sync_trouble(i18n.get_locale(), &trouble);
        Some(match trouble {
            Trouble::NeedsPassphrase | Trouble::WrongPassphrase => view! {
                <section class="section">
                    <Notice tone=Tone::Problem>{t!(i18n, sync.trouble.needs_passphrase)}</Notice>
                    <EnterChanged />
                </section>
            }
            .into_any(),
            Trouble::ShutOut | Trouble::NotOurs => view! {
                <Notice tone=Tone::Problem>
                    <p>{text}</p>
                    <p class="row">
                        <button type="button" class="button" on:click=move |_| is_joining.set(true)>
                            {t!(i18n, sync.trouble.other_token)}
                        </button>
                    </p>
                </Notice>
            }
            .into_any(),
            Trouble::Offline | Trouble::Busy { .. } | Trouble::Unready => {
                view! { <Notice tone=Tone::Info>{text}</Notice> }.into_any()
            }
            _ => view! { <Notice tone=Tone::Problem>{text}</Notice> }.into_any(),
        })
    };
    let is_copied = Memo::new(move |_| status.read().is_copied);
    let set_aside = Memo::new(move |_| status.read().set_aside.clone());
    let refused = Memo::new(move |_| status.read().refused.clone());
    let needs_compaction = Memo::new(move |_| status.read().needs_compaction);
    view! {
        {content}
        <Show when=move || is_copied.get()>
            <Copied />
        </Show>
        <Show when=move || !set_aside.read().is_empty()>
            <SetAside set_aside />
        </Show>
        <Show when=move || !refused.read().is_empty()>
            <Notice tone=Tone::Problem>
                <p>{move || t_string!(i18n, sync.trouble.refused, count = refused.read().len())}</p>
                <ul>
                    {move || refused.get().iter().take(NAMED).map(|file| {
                        view! { <li>{refused_text(i18n.get_locale(), file)}</li> }
                    }).collect_view()}
                </ul>
            </Notice>
        </Show>
        <Show when=move || needs_compaction.get()>
            <Notice tone=Tone::Info>{t!(i18n, sync.trouble.needs_compaction)}</Notice>
        </Show>
    }
}

/// Changes that are dated too far ahead: who made them, and when they come in.
#[component]
fn SetAside(set_aside: Memo<Vec<Ahead>>) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let text = move || {
        let count = set_aside.read().iter().map(|ahead| ahead.changes).sum::<u64>();
        let now = now().format("%Y-%m-%d %H:%M").to_string();
        t_string!(i18n, sync.trouble.set_aside, count = count, now = now)
    };
    let rows = move || {
        let locale = i18n.get_locale();
        let texts = workspace.read(|book| {
            let shown = set_aside.read();
            shown.iter().take(NAMED).map(|ahead| ahead_text(locale, book, ahead)).collect::<Vec<_>>()
        });
        texts.into_iter().map(|text| view! { <li>{text}</li> }).collect_view()
    };
    view! {
        <Notice tone=Tone::Problem>
            <p>{text}</p>
            <ul>{rows}</ul>
        </Notice>
    }
}

/// The browser's profile was copied: this one becomes a device of its own.
#[component]
fn Copied() -> impl IntoView {
    let i18n = use_i18n();
    let (sync, workspace) = (use_sync(), use_workspace());
    let renew = Action::new_unsync(move |(): &()| {
        let (sync, workspace) = (sync.clone(), workspace.name().to_owned());
        async move {
            become_another();
            sync.ask_status(Ask::CopySeen { workspace }).await
        }
    });
    view! {
        <Notice tone=Tone::Problem>
            <p>{t!(i18n, sync.trouble.copied)}</p>
            <p class="row">
                <button
                    type="button"
                    class="button"
                    disabled=move || renew.pending().get()
                    on:click=move |_| _ = renew.dispatch_local(())
                >
                    {t!(i18n, sync.trouble.become_another)}
                </button>
            </p>
            {move || renew.value().get().and_then(Result::err).map(|failure| {
                view! { <p>{words::failure(i18n.get_locale(), &failure)}</p> }
            })}
        </Notice>
    }
}

/// The way to clashes that wait, whichever way they came.
#[component]
pub fn Clashing() -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let count = Memo::new(move |_| workspace.read(|book| book.clashes().len()));
    view! {
        <Show when=move || count.get() != 0>
            <section class="notice">
                <p>{move || t_string!(i18n, sync.clashes.text, count = count.get())}</p>
                <p><A href="/data#clashes" attr:class="button">{t!(i18n, sync.clashes.link)}</A></p>
            </section>
        </Show>
    }
}

fn refused_text(locale: Locale, file: &Refused) -> String {
    let (device, at) = (file.name.device.to_string(), words::when(file.name.file.stamp));
    let why = match file.why {
        Why::Altered => td_string!(locale, sync.why.altered),
        Why::Locked => td_string!(locale, sync.why.locked),
        Why::TooNew => td_string!(locale, sync.why.too_new),
        Why::Unreadable => td_string!(locale, sync.why.unreadable),
        Why::Gone => td_string!(locale, sync.why.gone),
    };
    td_string!(locale, sync.trouble.refused_file, device = device, at = at, why = why)
}

fn ahead_text(locale: Locale, book: &Book, ahead: &Ahead) -> String {
    let (who, device, at) = (author_name(book, ahead.by), ahead.device.to_string(), moment_text(ahead.until));
    td_string!(locale, sync.trouble.ahead, who = who, device = device, count = ahead.changes, at = at)
}
