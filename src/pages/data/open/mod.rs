//! Opening a backup or packet: look inside, choose, bring in, and take it back. Nothing is overwritten.

mod bring;
mod done;
mod file;
mod groups;
mod looking;
mod past;
mod record;
mod summary;

use kehu_domain::arrival::State;
use leptos::prelude::*;
use leptos_router::components::A;

use super::clashes::Clashes;
use crate::i18n::{t, use_i18n};
use crate::workspace::use_workspace;

use bring::BringIn;
use done::Done;
use file::{ChooseFile, Outcome};
use groups::Groups;
use looking::{Looking, Stage, WorkPanel};
use past::Past;
use summary::Inside;

pub use looking::ask_worker;

/// A file on its way in, and all that came in before.
#[component]
pub fn OpenPage() -> impl IntoView {
    let i18n = use_i18n();
    let looking = Looking::new(use_workspace());
    let content = move || match looking.stage.get() {
        Stage::File => view! { <ChooseFile looking /> }.into_any(),
        Stage::Inside(summary) => view! {
            <Inside looking summary=summary.clone() />
            <Show when={
                let differs = summary.tally.total() > summary.tally.of(State::Same) || summary.new_changes > 0;
                move || differs
            }>
                <Groups looking />
            </Show>
            <BringIn looking summary />
        }
        .into_any(),
        Stage::Done(brought, copy) => view! { <Done looking brought copy /> }.into_any(),
    };
    view! {
        <main class="page" tabindex="-1">
            <header class="page-header">
                <A href="/data" attr:class="back-link">"‹ " {t!(i18n, data.title)}</A>
                <h1>{t!(i18n, arrival.title)}</h1>
                <p>{t!(i18n, arrival.lead)}</p>
            </header>
            {content}
            <WorkPanel task=looking.task on_stop=Callback::new(move |()| looking.stop()) />
            <Outcome looking />
            <Clashes />
            <Past looking />
        </main>
    }
}
