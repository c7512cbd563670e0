//! What waits to go: act by act as the history tells it, tried again, or taken along as a file.

use kehu_domain::history::Deed;
use kehu_domain::stamp::Stamp;
use kehu_ledger::errand::Failure;
use kehu_ledger::sync::{Ask, Outbox, OutboxAct};
use leptos::html;
use leptos::prelude::*;
use leptos_router::components::A;
use wasm_bindgen::JsCast;

use crate::components::{Failed, Notice, Tone};
use crate::exchange::save_blob;
use crate::i18n::{t, t_string, use_i18n};
use crate::moment::{civil, wall_ms};
use crate::pages::customers::author_name;
use crate::pages::history::{deed_title, deeds_of};
use crate::sync::{Sync, use_sync};
use crate::words::{self, megabytes};
use crate::workspace::{Workspace, use_workspace};

/// What waits, with what it is called.
#[derive(Clone)]
struct Opened {
    outbox: Outbox,
    deeds: Vec<Deed>,
}

/// What waits to go, once somebody opens it.
#[component]
pub fn Waiting() -> impl IntoView {
    let i18n = use_i18n();
    let (sync, workspace) = (use_sync(), use_workspace());
    let fold = NodeRef::<html::Details>::new();
    let count = {
        let sync = sync.clone();
        Memo::new(move |_| sync.to_go().0)
    };
    let is_open = RwSignal::new(false);
    let opened = {
        let (sync, workspace) = (sync.clone(), workspace.clone());
        LocalResource::new(move || {
            count.track();
            let (is_open, sync, workspace) = (is_open.get(), sync.clone(), workspace.clone());
            async move { if is_open { Some(open(&sync, &workspace).await) } else { None } }
        })
    };
    let save = Action::new_unsync(move |(): &()| {
        let (sync, workspace) = (sync.clone(), workspace.name().to_owned());
        async move { save_outbox(&sync, workspace).await }
    });
    view! {
        <section class="section">
            <details class="fold" node_ref=fold on:toggle=move |_| {
                is_open.set(fold.get().is_some_and(|fold| fold.open()));
            }>
                <summary>{t!(i18n, sync.outbox.title)}<span class="count">{count}</span></summary>
                <div class="stack">
                    <p class="hint">{t!(i18n, sync.outbox.text)}</p>
                    {move || opened.get().flatten().map(|opened| match opened {
                        Ok(opened) => view! { <Acts opened /> }.into_any(),
                        Err(failure) => view! { <Failed failure /> }.into_any(),
                    })}
                    <p class="row">
                        <button
                            type="button"
                            class="button"
                            disabled=move || { save.pending().get() || count.get() == 0 }
                            on:click=move |_| _ = save.dispatch_local(())
                        >
                            {t!(i18n, sync.outbox.save)}
                        </button>
                    </p>
                    {move || save.value().get().filter(|_| !save.pending().get()).map(|outcome| match outcome {
                        Ok((name, count)) => view! {
                            <Notice tone=Tone::Success>
                                {move || t_string!(i18n, sync.outbox.saved, name = name.clone(), count = count)}
                            </Notice>
                        }.into_any(),
                        Err(failure) => view! { <Failed failure /> }.into_any(),
                    })}
                </div>
            </details>
        </section>
    }
}

/// The latest acts of which something waits.
#[component]
fn Acts(opened: Opened) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let Opened { outbox, deeds } = opened;
    if outbox.acts.is_empty() {
        return view! { <p class="hint" role="status">{t!(i18n, sync.outbox.none)}</p> }.into_any();
    }
    let (count, size, shown) = (outbox.count, megabytes(outbox.bytes), outbox.acts.len());
    let find = move |act: Stamp| deeds.iter().find(|deed| deed.act == act).cloned();
    let rows = move || {
        let locale = i18n.get_locale();
        workspace.read(|book| {
            let row = |waiting: &OutboxAct| {
                let title = find(waiting.act).map(|deed| deed_title(book, &deed, &find, locale));
                let title = title.unwrap_or_else(|| waiting.act.to_string());
                let (who, at) = (author_name(book, waiting.by), words::when(waiting.act));
                let about = t_string!(i18n, sync.outbox.by, who = who, at = at, count = waiting.changes);
                view! {
                    <li>
                        <A href=format!("/data/history?act={}", waiting.act) attr:class="task">
                            <span class="task-name">{title}</span>
                            <span class="task-detail">{about}</span>
                        </A>
                    </li>
                }
            };
            outbox.acts.iter().map(row).collect_view()
        })
    };
    view! {
        <p role="status">{move || t_string!(i18n, sync.outbox.count, count = count, size = size.clone(), shown = shown)}</p>
        <ul class="task-list">{rows}</ul>
    }
    .into_any()
}

async fn open(sync: &Sync, workspace: &Workspace) -> Result<Opened, Failure> {
    let (outbox, _) = sync.ask::<Outbox>(Ask::Outbox { workspace: workspace.name().to_owned() }).await?;
    let acts: Vec<Stamp> = outbox.acts.iter().map(|waiting| waiting.act).collect();
    let deeds = deeds_of(workspace, &acts).await;
    Ok(Opened { outbox, deeds })
}

/// Hands over what waits as a file; gives its name and how many changes it holds.
async fn save_outbox(sync: &Sync, workspace: String) -> Result<(String, u64), Failure> {
    let (count, files) = sync.ask::<u64>(Ask::OutboxFile { workspace }).await?;
    let file: web_sys::Blob = files.into_iter().next().and_then(|file| file.dyn_into().ok()).ok_or(Failure::Strange)?;
    let name = format!("kehu-outbox-{}.json", civil(wall_ms()).format("%Y%m%d-%H%M"));
    if save_blob(&name, &file) { Ok((name, count)) } else { Err(Failure::File) }
}
