//! The second light: whether what is on this device is elsewhere too, and if not, how much and why.

use kehu_sync::Trouble;
use leptos::prelude::*;
use leptos_router::components::A;

use crate::i18n::{t, t_string, use_i18n};
use crate::moment::{civil, today};
use crate::sync::use_sync;

/// What the light says.
#[derive(Clone, Copy, PartialEq)]
enum Says {
    Looking,
    All,
    ToGo,
    Offline,
    Passphrase,
    ShutOut,
    Stopped,
}

/// How it stands with the company's other devices, and the way to more; nothing where the workspace is on this device alone.
#[component]
pub fn ElsewhereLight() -> impl IntoView {
    let i18n = use_i18n();
    let sync = use_sync();
    let is_linked = {
        let sync = sync.clone();
        Memo::new(move |_| sync.link().is_some())
    };
    let light = Memo::new(move |_| {
        let (standing, (count, since)) = (sync.standing(), sync.to_go());
        let says = match &standing.trouble {
            Some(Trouble::Offline | Trouble::Unready) => Says::Offline,
            Some(Trouble::NeedsPassphrase | Trouble::WrongPassphrase) => Says::Passphrase,
            Some(Trouble::ShutOut) => Says::ShutOut,
            Some(Trouble::Busy { .. }) | None if count > 0 => Says::ToGo,
            Some(Trouble::Busy { .. }) => Says::Looking,
            Some(_) => Says::Stopped,
            None if standing.status.is_none() => Says::Looking,
            None => Says::All,
        };
        (says, count, since)
    });
    let state = move || match light.get().0 {
        Says::All => "saved",
        Says::Looking | Says::ToGo | Says::Offline => "saving",
        Says::Passphrase | Says::ShutOut | Says::Stopped => "failed",
    };
    let long = move || {
        let (says, count, since) = light.get();
        match says {
            Says::Looking => t_string!(i18n, sync.light.looking).to_owned(),
            Says::All => t_string!(i18n, sync.light.all).to_owned(),
            Says::ToGo => t_string!(i18n, sync.light.to_go, count = count, at = short_moment(since)),
            Says::Offline => t_string!(i18n, sync.light.offline).to_owned(),
            Says::Passphrase => t_string!(i18n, sync.light.passphrase).to_owned(),
            Says::ShutOut => t_string!(i18n, sync.light.shut_out).to_owned(),
            Says::Stopped => t_string!(i18n, sync.light.stopped).to_owned(),
        }
    };
    let also = move || {
        let (says, count, since) = light.get();
        let is_said = matches!(says, Says::ToGo) || count == 0;
        (!is_said).then(|| t_string!(i18n, sync.light.also_to_go, count = count, at = short_moment(since)))
    };
    let short = move || {
        let (says, count, _) = light.get();
        match says {
            Says::Looking => t_string!(i18n, sync.short.looking).to_owned(),
            Says::All => t_string!(i18n, sync.short.all).to_owned(),
            Says::ToGo => t_string!(i18n, sync.short.to_go, count = count),
            Says::Offline if count > 0 => t_string!(i18n, sync.short.offline_to_go, count = count),
            Says::Offline => t_string!(i18n, sync.short.offline).to_owned(),
            Says::Passphrase => t_string!(i18n, sync.short.passphrase).to_owned(),
            Says::ShutOut => t_string!(i18n, sync.short.shut_out).to_owned(),
            Says::Stopped => t_string!(i18n, sync.short.stopped).to_owned(),
        }
    };
    view! {
        <Show when=move || is_linked.get()>
            <A href="/data/sync" attr:class="save-status" attr:data-state=state>
                <span data-width="wide">
                    {long} {move || also().map(|also| view! { " · " {also} })}
                </span>
                <span data-width="narrow">
                    <span class="visually-hidden">{t!(i18n, sync.light.elsewhere)} " "</span>
                    {short}
                </span>
            </A>
        </Show>
    }
}

/// A moment: of today the time, else the day too.
fn short_moment(at_ms: Option<u64>) -> String {
    let Some(at) = at_ms.map(civil) else { return String::new() };
    let shape = if at.date() == today() { "%H:%M" } else { "%m-%d %H:%M" };
    at.format(shape).to_string()
}
