//! The log of exports: who took what, when, why, and who agreed (L7).

use kehu_domain::export::{Export, exports};
use leptos::prelude::*;

use super::words::{state_name, subject_name, whose};
use crate::i18n::{t, t_string, use_i18n};
use crate::words::when;
use crate::workspace::{staff_name, use_workspace};

/// How many exports are shown at first, and more at a time.
const ROWS: usize = 50;

/// Every export, the newest first.
#[component]
pub fn Log() -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let all = Memo::new(move |_| workspace.read(exports));
    let shown = RwSignal::new(ROWS);
    let rows = move || all.read().iter().take(shown.get()).cloned().collect::<Vec<_>>();
    let left = move || all.read().len().saturating_sub(shown.get());
    view! {
        <section class="section">
            <div class="section-head"><h2>{t!(i18n, export.log.title)}</h2></div>
            <Show
                when=move || !all.read().is_empty()
                fallback=move || view! { <p class="hint">{t!(i18n, export.log.empty)}</p> }
            >
                <ol class="timeline">
                    <For
                        each=rows
                        key=|export| (export.record, export.state() as u8)
                        let:export
                    >
                        <Entry export />
                    </For>
                </ol>
                <Show when=move || left() != 0>
                    <p>
                        <button type="button" class="button" on:click=move |_| shown.update(|shown| *shown += ROWS)>
                            {move || t!(i18n, agenda.more, count = left().min(ROWS))}
                        </button>
                    </p>
                </Show>
            </Show>
        </section>
    }
}

#[component]
fn Entry(export: Export) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let (by, at) = (workspace.read_once(|book| staff_name(book, export.asked.0)), when(export.asked.1));
    let decider = export.decided.map(|(_, by, _)| workspace.read_once(|book| staff_name(book, by)));
    let state = export.state();
    let was_asked = !export.reason.is_empty();
    let lines = {
        let (workspace, export) = (workspace.clone(), export.clone());
        move || {
            let mut lines = whose(i18n.get_locale(), &workspace, &export);
            if was_asked {
                lines.push(t_string!(i18n, export.log.reason, reason = export.reason.to_string()));
            }
            lines
        }
    };
    let trail = {
        let export = export.clone();
        move || {
            let (who, at) = (by.clone(), at.clone());
            let mut lines = vec![match was_asked {
                true => t_string!(i18n, export.log.asked, who = who, at = at),
                false => t_string!(i18n, export.log.made_by, who = who, at = at),
            }];
            if let (Some((is_approved, _, stamp)), Some(who)) = (export.decided, decider.clone()) {
                let (at, reason) = (when(stamp), export.decision_reason.to_string());
                lines.push(match is_approved {
                    true => t_string!(i18n, export.log.approved, who = who, at = at, reason = reason),
                    false => t_string!(i18n, export.log.declined, who = who, at = at, reason = reason),
                });
            }
            if let Some((file, stamp)) = export.made.clone() {
                lines.push(t_string!(i18n, export.log.made, file = file.to_string(), at = when(stamp)));
            }
            lines
        }
    };
    let (subject, count) = (export.subject.to_string(), export.count);
    view! {
        <li>
            <h3>
                {move || {
                    let what = subject_name(i18n.get_locale(), &subject);
                    t_string!(i18n, export.log.what, what = what, count = count)
                }}
                " "
                <span class="tag">{move || state_name(i18n.get_locale(), state)}</span>
            </h3>
            {move || lines().into_iter().map(|line| view! { <p>{line}</p> }).collect_view()}
            {move || trail().into_iter().map(|line| view! { <p class="who">{line}</p> }).collect_view()}
        </li>
    }
}
