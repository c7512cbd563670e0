//! The company's devices, for those who may invite: who they are, a way in for another, and shutting out a lost one.

use kehu_ledger::errand::Failure;
use kehu_ledger::sync::{Ask, InvitedBy};
use kehu_sync::name::Device;
use kehu_sync::wire::{DeviceCard, Invitation};
use leptos::html;
use leptos::prelude::*;

use super::moment_text;
use crate::components::{Dialog, Failed, Notice, Tone};
use crate::device::copy_text;
use crate::i18n::{t, t_string, use_i18n};
use crate::sync::use_sync;
use crate::words;
use crate::workspace::use_workspace;

/// How long a device's name may be.
const NAME_CHARS: &str = "60";

/// All devices, with what may be done about them.
#[component]
pub fn Devices() -> impl IntoView {
    let i18n = use_i18n();
    let (sync, workspace) = (use_sync(), use_workspace());
    let cards = RwSignal::new(None::<Vec<DeviceCard>>);
    let own = {
        let sync = sync.clone();
        Memo::new(move |_| sync.link().map(|link| link.token.device))
    };
    let look = Action::new_unsync(move |(): &()| {
        let (sync, workspace) = (sync.clone(), workspace.name().to_owned());
        async move {
            let (found, _) = sync.ask::<Vec<DeviceCard>>(Ask::Devices { workspace }).await?;
            cards.set(Some(found));
            Ok::<_, Failure>(())
        }
    });
    look.dispatch_local(());
    let (is_asking, lost) = (RwSignal::new(false), RwSignal::new(None::<DeviceCard>));
    let on_lost = Callback::new(move |card: DeviceCard| {
        lost.set(Some(card));
        is_asking.set(true);
    });
    view! {
        <section class="section stack">
            <h2>{t!(i18n, sync.devices.title)}</h2>
            {move || match (look.pending().get(), look.value().get()) {
                (true, _) => view! { <p class="hint" role="status">{t!(i18n, sync.devices.busy)}</p> }.into_any(),
                (false, Some(Err(failure))) => {
                    let text = words::failure(i18n.get_locale(), &failure);
                    view! {
                        <Notice tone=Tone::Problem>
                            <p>{text}</p>
                            <p class="row">
                                <button type="button" class="button" on:click=move |_| _ = look.dispatch_local(())>
                                    {t!(i18n, shell.action.retry)}
                                </button>
                            </p>
                        </Notice>
                    }.into_any()
                }
                _ => ().into_any(),
            }}
            <Show when=move || cards.read().is_some()>
                <table class="data-table" data-stack>
                    <thead>
                        <tr>
                            <th scope="col">{t!(i18n, sync.devices.name)}</th>
                            <th scope="col">{t!(i18n, sync.devices.since)}</th>
                            <th scope="col">{t!(i18n, sync.devices.state)}</th>
                            <th scope="col"><span class="visually-hidden">{t!(i18n, sync.devices.actions)}</span></th>
                        </tr>
                    </thead>
                    <tbody>
                        <For
                            each=move || cards.get().unwrap_or_default()
                            key=|card| (card.device.clone(), card.shut_out)
                            let:card
                        >
                            <Row card own on_lost />
                        </For>
                    </tbody>
                </table>
                <Invite cards />
            </Show>
            <ShutOut open=is_asking lost cards />
        </section>
    }
}

#[component]
fn Row(card: DeviceCard, own: Memo<Option<Device>>, on_lost: Callback<DeviceCard>) -> impl IntoView {
    let i18n = use_i18n();
    let (name, since) = (card.name.clone(), moment_text(card.made));
    let state = {
        let (shut_out, may_invite) = (card.shut_out, card.may_invite);
        move || match shut_out {
            Some(at) => t_string!(i18n, sync.devices.shut_out, at = moment_text(at)),
            None if may_invite => t_string!(i18n, sync.devices.may_invite).to_owned(),
            None => t_string!(i18n, sync.devices.in_use).to_owned(),
        }
    };
    let device = card.device.clone();
    let is_own = Memo::new(move |_| own.read().as_ref() == Some(&device));
    let may_shut_out = card.shut_out.is_none();
    let label = card.name.clone();
    view! {
        <tr>
            <th scope="row">
                {name}
                {move || is_own.get().then(|| view! { " " <span class="tag">{t!(i18n, sync.devices.own)}</span> })}
                <small>{card.device.to_string()}</small>
            </th>
            <td data-label=move || t_string!(i18n, sync.devices.since)>{since}</td>
            <td data-label=move || t_string!(i18n, sync.devices.state)>{state}</td>
            <td>
                <Show when=move || may_shut_out && !is_own.get()>
                    <button
                        type="button"
                        class="button"
                        data-size="small"
                        aria-label={
                            let label = label.clone();
                            move || t_string!(i18n, sync.devices.shut_out_named, name = label.clone())
                        }
                        on:click={
                            let card = card.clone();
                            move |_| on_lost.run(card.clone())
                        }
                    >
                        {t!(i18n, sync.devices.shut_out_button)}
                    </button>
                </Show>
            </td>
        </tr>
    }
}

/// Shutting a lost device out, after a question.
#[component]
fn ShutOut(
    /// Whether it is asked.
    open: RwSignal<bool>,
    /// The device.
    lost: RwSignal<Option<DeviceCard>>,
    cards: RwSignal<Option<Vec<DeviceCard>>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let (sync, workspace) = (use_sync(), use_workspace());
    let act = Action::new_unsync(move |device: &Device| {
        let (sync, ask) =
            (sync.clone(), Ask::ShutOut { workspace: workspace.name().to_owned(), device: device.clone() });
        async move {
            let (found, _) = sync.ask::<Vec<DeviceCard>>(ask).await?;
            cards.set(Some(found));
            open.set(false);
            Ok::<_, Failure>(())
        }
    });
    let name = move || lost.get().map(|card| card.name).unwrap_or_default();
    let title = Signal::derive(move || t_string!(i18n, sync.devices.question, name = name()));
    view! {
        <Dialog open title>
            <div class="dialog-body">
                <p>{t!(i18n, sync.devices.question_text)}</p>
                {move || act.value().get().and_then(Result::err).map(|failure| view! { <Failed failure /> })}
            </div>
            <div class="dialog-actions">
                <button type="button" class="button" on:click=move |_| open.set(false)>
                    {t!(i18n, shell.action.cancel)}
                </button>
                <button
                    type="button"
                    class="button"
                    data-kind="danger"
                    disabled=move || act.pending().get()
                    on:click=move |_| {
                        if let Some(card) = lost.get_untracked() {
                            act.dispatch_local(card.device);
                        }
                    }
                >
                    {t!(i18n, sync.devices.shut_out_button)}
                </button>
            </div>
        </Dialog>
    }
}

/// A way in for another device: a link, to be sent or scanned.
#[component]
fn Invite(cards: RwSignal<Option<Vec<DeviceCard>>>) -> impl IntoView {
    let i18n = use_i18n();
    let (sync, workspace) = (use_sync(), use_workspace());
    let (name, may_invite) = (RwSignal::new(String::new()), RwSignal::new(false));
    let invite = Action::new_unsync(move |invitation: &Invitation| {
        let app = window().location().origin().unwrap_or_default();
        let ask = Ask::Invite { workspace: workspace.name().to_owned(), invitation: invitation.clone(), app };
        let sync = sync.clone();
        async move {
            let (invited, _) = sync.ask::<InvitedBy>(ask).await?;
            cards.set(Some(invited.devices.clone()));
            name.set(String::new());
            Ok::<_, Failure>(invited)
        }
    });
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let invitation =
            Invitation { name: name.get_untracked().trim().to_owned(), may_invite: may_invite.get_untracked() };
        if !invitation.name.is_empty() {
            invite.dispatch_local(invitation);
        }
    };
    view! {
        <form class="stack" novalidate on:submit=on_submit>
            <h3>{t!(i18n, sync.invite.title)}</h3>
            <div class="field">
                <label for="invited-name">{t!(i18n, sync.invite.name)}</label>
                <p class="hint" id="invited-name-hint">{t!(i18n, sync.invite.name_hint)}</p>
                <input
                    id="invited-name"
                    type="text"
                    maxlength=NAME_CHARS
                    autocomplete="off"
                    aria-describedby="invited-name-hint"
                    bind:value=name
                />
            </div>
            <fieldset class="choice-field">
                <legend class="visually-hidden">{t!(i18n, sync.invite.title)}</legend>
                <label>
                    <input
                        type="checkbox"
                        prop:checked=may_invite
                        on:change=move |event| may_invite.set(event_target_checked(&event))
                    />
                    <span>{t!(i18n, sync.invite.may_invite)}</span>
                </label>
            </fieldset>
            <p class="row">
                <button
                    type="submit"
                    class="button"
                    disabled=move || { invite.pending().get() || name.read().trim().is_empty() }
                >
                    {t!(i18n, sync.invite.button)}
                </button>
            </p>
        </form>
        {move || invite.value().get().filter(|_| !invite.pending().get()).map(|outcome| match outcome {
            Ok(invited) => view! { <WayIn invited /> }.into_any(),
            Err(failure) => view! { <Failed failure /> }.into_any(),
        })}
    }
}

/// The link as text and as a picture.
#[component]
fn WayIn(invited: InvitedBy) -> impl IntoView {
    let i18n = use_i18n();
    let InvitedBy { link, path, size, .. } = invited;
    let field = NodeRef::<html::Input>::new();
    let copied = RwSignal::new(None::<bool>);
    let shown = link.clone();
    let copy = move |_| {
        if let Some(field) = field.get() {
            field.select();
        }
        let link = link.clone();
        leptos::task::spawn_local(async move { copied.set(Some(copy_text(&link).await)) });
    };
    view! {
        <div class="stack">
            <Notice tone=Tone::Info>{t!(i18n, sync.invite.once)}</Notice>
            <div class="field">
                <label for="invited-link">{t!(i18n, sync.invite.link)}</label>
                <input id="invited-link" type="text" readonly node_ref=field value=shown />
            </div>
            <p class="row">
                <button type="button" class="button" on:click=copy>{t!(i18n, sync.invite.copy)}</button>
                <span class="hint" role="status">
                    {move || copied.get().map(|is_copied| {
                        if is_copied { t_string!(i18n, sync.invite.copied) } else { t_string!(i18n, sync.invite.selected) }
                    })}
                </span>
            </p>
            <svg
                class="qr-code"
                viewBox=format!("0 0 {size} {size}")
                role="img"
                aria-label=move || t_string!(i18n, sync.invite.code)
            >
                <path d=path />
            </svg>
        </div>
    }
}
