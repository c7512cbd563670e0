//! Opening a backup: look inside, then bring it in or leave it. Nothing is overwritten.

use std::collections::BTreeMap;

use kehu_domain::book::Merged;
use kehu_domain::snapshot::Snapshot;
use leptos::html;
use leptos::prelude::*;

use super::kinds::kind_name;
use crate::components::{Notice, Tone};
use crate::exchange::{FileProblem, open_backup, read_file};
use crate::i18n::{t, t_string, use_i18n};
use crate::moment;
use crate::words;
use crate::workspace::{Workspace, use_workspace};

/// What looking into a backup found.
#[derive(Clone)]
struct Inside {
    name: String,
    count: usize,
    merged: Merged,
    kinds: Vec<(&'static str, usize)>,
    clashes: usize,
}

/// Chooses a backup, shows what it would bring, and brings it in when told to.
#[component]
pub fn OpenBackup() -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let input = NodeRef::<html::Input>::new();
    let look = {
        let workspace = workspace.clone();
        Action::new_unsync(move |file: &web_sys::File| look_inside(workspace.clone(), file.clone()))
    };
    let bring = Action::new_unsync(move |inside: &Inside| {
        let (workspace, changes) = (workspace.clone(), inside.merged.new.clone());
        async move { workspace.merge(changes).await.map(|merged| merged.new.len()) }
    });
    let choose = move |_| {
        let file = input.get().and_then(|input| input.files()).and_then(|files| files.get(0));
        if let Some(file) = file {
            bring.value().set(None);
            look.dispatch_local(file);
        }
    };
    let leave = Callback::new(move |()| {
        look.value().set(None);
        if let Some(input) = input.get_untracked() {
            input.set_value("");
        }
    });
    view! {
        <section class="section">
            <h2>{t!(i18n, data.backup.read.title)}</h2>
            <p>{t!(i18n, data.backup.read.text)}</p>
            <div class="field">
                <label for="backup-file">{t!(i18n, data.backup.read.label)}</label>
                <input
                    id="backup-file"
                    type="file"
                    accept=".json,application/json"
                    node_ref=input
                    on:change=choose
                />
            </div>
            <Show when=move || look.pending().get()>
                <p role="status">{t!(i18n, data.backup.read.busy)}</p>
            </Show>
            {move || match look.value().get() {
                Some(Ok(inside)) => {
                    let accepted = inside.clone();
                    let on_accept = Callback::new(move |()| {
                        bring.dispatch_local(accepted.clone());
                    });
                    Some(view! { <Contents inside on_accept on_leave=leave is_busy=bring.pending() /> }.into_any())
                }
                Some(Err((name, problem))) => {
                    let text = words::file_problem(i18n.get_locale(), &name, &problem);
                    Some(view! { <Notice tone=Tone::Problem>{text}</Notice> }.into_any())
                }
                None => None,
            }}
            {move || match bring.value().get() {
                Some(Ok(count)) => {
                    leave.run(());
                    let text = t_string!(i18n, data.backup.read.done, count = count);
                    Some(view! { <Notice tone=Tone::Success>{text}</Notice> })
                }
                Some(Err(problem)) => {
                    let text = words::store_problem(i18n.get_locale(), &problem);
                    Some(view! { <Notice tone=Tone::Problem>{text}</Notice> })
                }
                None => None,
            }}
        </section>
    }
}

/// What a backup would bring, and the decision.
#[component]
fn Contents(
    inside: Inside,
    /// Brings it in.
    on_accept: Callback<()>,
    /// Leaves it.
    on_leave: Callback<()>,
    /// While it is being brought in.
    #[prop(into)]
    is_busy: Signal<bool>,
) -> impl IntoView {
    let i18n = use_i18n();
    let Inside { name, count, merged, kinds, clashes } = inside;
    let (fresh, known, aside) = (merged.new.len(), merged.known, merged.set_aside.len());
    view! {
        <div class="stack">
            <h3>{t!(i18n, data.backup.read.inside, name, count)}</h3>
            <dl class="fact-list">
                <div><dt>{t!(i18n, data.backup.read.new)}</dt><dd>{fresh}</dd></div>
                <div><dt>{t!(i18n, data.backup.read.known)}</dt><dd>{known}</dd></div>
                <div><dt>{t!(i18n, data.backup.read.aside)}</dt><dd>{aside}</dd></div>
            </dl>
            {if fresh == 0 {
                view! { <p>{t!(i18n, data.backup.read.same)}</p> }.into_any()
            } else {
                let listed = move || {
                    let parts: Vec<String> = kinds
                        .iter()
                        .map(|(kind, count)| format!("{} {count}", kind_name(i18n.get_locale(), kind)))
                        .collect();
                    parts.join(" · ")
                };
                view! {
                    <p>{t!(i18n, data.backup.read.kinds)} " " {listed}</p>
                    <p>
                        {move || match clashes {
                            0 => t_string!(i18n, data.backup.read.no_clashes).to_owned(),
                            count => t_string!(i18n, data.backup.read.clashes, count = count),
                        }}
                    </p>
                    <p class="row">
                        <button
                            type="button"
                            class="button" data-kind="primary"
                            disabled=move || is_busy.get()
                            on:click=move |_| on_accept.run(())
                        >
                            {t!(i18n, data.backup.read.accept, count = fresh)}
                        </button>
                        <button type="button" class="button" data-kind="quiet" on:click=move |_| on_leave.run(())>
                            {t!(i18n, data.backup.read.cancel)}
                        </button>
                    </p>
                }
                    .into_any()
            }}
        </div>
    }
}

async fn look_inside(workspace: Workspace, file: web_sys::File) -> Result<Inside, (String, FileProblem)> {
    let name = file.name();
    let opened: Result<Snapshot, FileProblem> = async {
        let bytes = read_file(&file).await?;
        open_backup(&workspace, &bytes)
    }
    .await;
    let opened = opened.map_err(|problem| (name.clone(), problem))?;
    workspace.complete().await;
    let count = opened.changes.len();
    let (merged, clashes) = workspace.read_once(|book| {
        let merged = book.preview(opened.changes, moment::wall_ms());
        (merged.clone(), book.clashes_with(&merged.new))
    });
    let mut kinds: BTreeMap<&'static str, usize> = BTreeMap::new();
    for change in &merged.new {
        *kinds.entry(change.kind.as_str()).or_default() += 1;
    }
    Ok(Inside { name, count, merged, kinds: kinds.into_iter().collect(), clashes })
}
