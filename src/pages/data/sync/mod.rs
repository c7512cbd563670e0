//! Coming together: joining the company's other devices, how it stands with them, and what can be done about it.

mod choices;
mod devices;
mod outbox;
mod passphrase;
mod set_up;
mod standing;

use kehu_ledger::sync::Join;
use kehu_sync::Trouble;
use leptos::prelude::*;
use leptos_router::components::A;

use crate::device::{DEMO, MAIN, Remembered};
use crate::i18n::{t, use_i18n};
use crate::moment::civil;
use crate::sync::{JoinProblem, follow_fragment, take_fragment, use_sync};
use crate::workspace::use_workspace;

use choices::Choices;
use devices::Devices;
use outbox::Waiting;
use set_up::SetUp;
use standing::{Clashing, HowItStands, Troubles, UnderWay};

/// A way in that came with the page's address.
pub type Invited = Option<Result<Join, JoinProblem>>;

/// Joining, or how it stands.
#[component]
pub fn SyncPage() -> impl IntoView {
    let i18n = use_i18n();
    let sync = use_sync();
    let is_demo = use_workspace().name() == DEMO;
    // A link leads into the company's own workspace, never into the demo, and so waits until that is open.
    follow_fragment();
    let invited = if is_demo { None } else { take_fragment() };
    let may_invite = {
        let sync = sync.clone();
        Memo::new(move |_| sync.is_known().then(|| sync.link().map(|link| link.may_invite)))
    };
    // A device that was shut out may ask nothing, and what it knew of the others is out of date.
    let is_shut_out = {
        let sync = sync.clone();
        Memo::new(move |_| matches!(sync.standing().trouble, Some(Trouble::ShutOut | Trouble::NotOurs)))
    };
    let is_joining = RwSignal::new(invited.is_some());
    let invited = StoredValue::new(invited);
    let content = move || match may_invite.get() {
        None => ().into_any(),
        Some(None) => view! { <SetUp invited=invited.get_value() is_joining /> }.into_any(),
        Some(Some(may_invite)) => view! {
            <HowItStands />
            <UnderWay />
            <Troubles is_joining />
            <Show when=move || is_joining.get()>
                <SetUp invited=invited.get_value() is_joining />
            </Show>
            <Clashing />
            <Waiting />
            <Show when=move || may_invite && !is_shut_out.get()>
                <Devices />
            </Show>
            <Choices />
        }
        .into_any(),
    };
    view! {
        <main class="page" tabindex="-1">
            <header class="page-header">
                <A href="/data" attr:class="back-link">"‹ " {t!(i18n, data.title)}</A>
                <h1>{t!(i18n, sync.title)}</h1>
                <p>{t!(i18n, sync.lead)}</p>
            </header>
            {if is_demo { view! { <NotTheDemo /> }.into_any() } else { content.into_any() }}
        </main>
    }
}

/// The demo company stays on this device.
#[component]
fn NotTheDemo() -> impl IntoView {
    let i18n = use_i18n();
    let leave = move |_| {
        Remembered::Workspace.write(MAIN);
        // With its fragment, if it has one.
        _ = window().location().reload();
    };
    view! {
        <section class="notice">
            <p>{t!(i18n, sync.demo.text)}</p>
            <p><button type="button" class="button" on:click=leave>{t!(i18n, sync.demo.leave)}</button></p>
        </section>
    }
}

/// A moment of this device's clock, in milliseconds, as people read it.
fn moment_text(at_ms: u64) -> String {
    civil(at_ms).format("%Y-%m-%d %H:%M").to_string()
}
