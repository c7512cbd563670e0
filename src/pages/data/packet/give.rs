//! Making the packet: for whom, with which words, sealed or not; and what is inside.

use std::collections::BTreeSet;

use kehu_domain::dictionary::Dictionary;
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::stamp::RecordId;
use kehu_domain::telling::Telling;
use kehu_ledger::arrival::{Ask, Packed};
use kehu_ledger::errand::Failure;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::Selection;
use crate::components::{Notice, Tone};
use crate::exchange::save_blob;
use crate::i18n::{t, t_string, use_i18n};
use crate::moment::{civil, wall_ms};
use crate::pages::data::open::ask_worker;
use crate::pages::data::passphrase::{NewPassphrase, Passphrase};
use crate::words::{self, lang, megabytes};
use crate::workspace::{Workspace, staff_name, use_workspace};

/// A packet that was made.
#[derive(Clone)]
struct Made {
    name: String,
    size: String,
    packed: Packed,
}

/// What is given along, and the button that makes the file.
#[component]
pub fn Give(chosen: Selection) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let given_to = RwSignal::new(None::<RecordId>);
    let (spoken, is_sealed, is_refused) = (RwSignal::new(String::new()), RwSignal::new(false), RwSignal::new(false));
    let passphrase = Passphrase::default();
    let make = Action::new_unsync({
        let workspace = workspace.clone();
        move |passphrase: &Option<String>| {
            let (workspace, passphrase) = (workspace.clone(), passphrase.clone());
            let (customers, to, words) = (chosen.get_untracked(), given_to.get_untracked(), spoken.get_untracked());
            async move { give(&workspace, customers, to, words, passphrase).await }
        }
    });
    let weigh = Action::new_unsync({
        let workspace = workspace.clone();
        move |(): &()| {
            let (workspace, customers) = (workspace.clone(), chosen.get_untracked().into_iter().collect());
            async move {
                workspace.complete().await;
                let ask = Ask::Weigh { workspace: workspace.name().to_owned(), customers };
                ask_worker::<Packed>(ask).await.map(|(packed, _)| packed)
            }
        }
    });
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let sealed = if is_sealed.get() { passphrase.chosen() } else { Ok(None) };
        is_refused.set(sealed.is_err());
        if let Ok(passphrase) = sealed {
            weigh.value().set(None);
            make.dispatch_local(passphrase);
        }
    };
    let is_idle = move || !make.pending().get() && !weigh.pending().get();
    let cannot = move || chosen.read().is_empty() || !is_idle();
    let staff = move || {
        let people = workspace.read(|book| {
            let people = book.of_kind(kind::STAFF).map(|person| (person.id, staff_name(book, person.id)));
            people.collect::<Vec<_>>()
        });
        people.into_iter().map(|(id, name)| view! { <option value=id.to_string()>{name}</option> }).collect_view()
    };
    view! {
        <section class="section stack">
            <h2>{t!(i18n, packet.give.title)}</h2>
            <form class="stack" novalidate on:submit=on_submit>
                <div class="field">
                    <label for="packet-to">{t!(i18n, packet.give.to)}</label>
                    <select
                        id="packet-to"
                        on:change=move |event| given_to.set(event_target_value(&event).parse().ok())
                    >
                        <option value="">{t!(i18n, packet.give.nobody)}</option>
                        {staff}
                    </select>
                </div>
                <div class="field">
                    <label for="packet-words">{t!(i18n, packet.give.words)}</label>
                    <p class="hint" id="packet-words-hint">{t!(i18n, packet.give.words_hint)}</p>
                    <textarea
                        id="packet-words"
                        maxlength="500"
                        aria-describedby="packet-words-hint"
                        prop:value=spoken
                        on:input=move |event| spoken.set(event_target_value(&event))
                    ></textarea>
                </div>
                <label>
                    <input
                        type="checkbox"
                        prop:checked=is_sealed
                        on:change=move |event| is_sealed.set(event_target_checked(&event))
                    />
                    " "
                    {t!(i18n, packet.give.seal)}
                </label>
                <Show when=move || is_sealed.get()>
                    <NewPassphrase passphrase is_refused>{t!(i18n, backup.passphrase.warning)}</NewPassphrase>
                </Show>
                <p class="row">
                    <button type="submit" class="button" data-kind="primary" disabled=cannot>
                        {t!(i18n, packet.give.button)}
                    </button>
                    <button
                        type="button"
                        class="button"
                        disabled=cannot
                        on:click=move |_| { weigh.dispatch_local(()); }
                    >
                        {t!(i18n, packet.give.weigh)}
                    </button>
                </p>
            </form>
            <Show when=move || !is_idle()>
                <p role="status">
                    {move || match make.pending().get() {
                        true => t_string!(i18n, packet.give.busy),
                        false => t_string!(i18n, packet.give.weighing),
                    }}
                </p>
            </Show>
            {move || {
                let weighed = weigh.value().get().filter(|_| is_idle())?;
                Some(match weighed {
                    Ok(packed) => view! { <p role="status"><Content packed /></p> }.into_any(),
                    Err(failure) => failed(words::failure(i18n.get_locale(), &failure)),
                })
            }}
            {move || {
                let made = make.value().get().filter(|_| is_idle())?;
                Some(match made {
                    Ok(made) => view! { <Outcome made /> }.into_any(),
                    Err(failure) => failed(words::failure(i18n.get_locale(), &failure)),
                })
            }}
        </section>
    }
}

fn failed(text: String) -> AnyView {
    view! { <Notice tone=Tone::Problem>{text}</Notice> }.into_any()
}

async fn give(
    workspace: &Workspace,
    customers: BTreeSet<RecordId>,
    given_to: Option<RecordId>,
    words: String,
    passphrase: Option<String>,
) -> Result<Made, Failure> {
    workspace.complete().await;
    let sealed = if passphrase.is_some() { ".sealed" } else { "" };
    let at = civil(wall_ms()).format("%Y%m%d-%H%M");
    let name = format!("kehu-packet-{at}.json.gz{sealed}");
    let (customers, by) = (customers.into_iter().collect(), workspace.person());
    let ask = Ask::Pack { workspace: workspace.name().to_owned(), customers, given_to, words, passphrase, by };
    let (packed, files): (Packed, _) = ask_worker(ask).await?;
    let file: web_sys::Blob = files.into_iter().next().and_then(|file| file.dyn_into().ok()).ok_or(Failure::Strange)?;
    if let Some(last) = packed.last {
        workspace.has_taken(last).await;
    }
    if packed.is_proven && !save_blob(&name, &file) {
        return Err(Failure::File);
    }
    Ok(Made { name, size: megabytes(file.size() as u64), packed })
}

/// How much of what kind is inside.
#[component]
fn Content(packed: Packed) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    move || {
        let kinds = workspace.read_once(|book| {
            let telling = Telling::new(book, Dictionary::built_in(), lang(i18n));
            let named =
                |(kind, count): &(String, usize)| Some(format!("{} {count}", telling.kind(Key::new(kind).ok()?)));
            packed.kinds.iter().filter_map(named).collect::<Vec<_>>().join(" · ")
        });
        t_string!(i18n, packet.give.content, kinds = kinds, changes = packed.changes)
    }
}

/// What was made, and what comes next.
#[component]
fn Outcome(made: Made) -> impl IntoView {
    let i18n = use_i18n();
    let Made { name, size, packed } = made;
    if !packed.is_proven {
        return failed(t_string!(i18n, packet.give.unproven, name = name));
    }
    let (customers, changes) = (packed.customers, packed.changes);
    view! {
        <Notice tone=Tone::Success>
            <p>
                {move || {
                    let (name, size) = (name.clone(), size.clone());
                    t_string!(i18n, packet.give.done, name = name, customers = customers, changes = changes, size = size)
                }}
            </p>
            <p><Content packed /></p>
            <p>{t!(i18n, packet.give.next)}</p>
        </Notice>
    }
    .into_any()
}
