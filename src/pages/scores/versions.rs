//! Every version of a card: who proposed and decided it, when and why; deciding, and going back to an earlier one.

use kehu_domain::score::template::versions;
use kehu_domain::score::{Model, Version};
use leptos::prelude::*;

use super::page::Tried;
use super::words::{posts_named, refused_words, version_name};
use crate::components::Decision;
use crate::i18n::{t, t_string, use_i18n};
use crate::pages::customers::GradeAll;
use crate::words::{problem_of, when};
use crate::workspace::{in_force, refused, staff_name, template_by, use_workspace};

/// The versions, the newest first, and the shipped card last.
#[component]
pub fn Versions(
    /// The model.
    model: Model,
    /// What is being tried.
    tried: Tried,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let known = {
        let workspace = workspace.clone();
        Memo::new(move |_| workspace.read(|book| versions(book, model)))
    };
    let used = Memo::new(move |_| workspace.read(|book| in_force(book, model).0.map(|version| version.record)));
    view! {
        <section class="section">
            <div class="section-head">
                <h2>{t!(i18n, scores.versions)}</h2>
            </div>
            <ol class="timeline">
                <For each=move || known.get() key=|version| (version.record, version.decided) let:version>
                    <Entry version=version.clone() model tried is_used=Signal::derive(move || used.get() == Some(version.record)) />
                </For>
                <li>
                    <h3>
                        {move || version_name(i18n.get_locale(), 1)}
                        " "
                        <Show when=move || used.get().is_none()>
                            <span class="tag">{t!(i18n, scores.is_in_force)}</span>
                        </Show>
                    </h3>
                    <p>{t!(i18n, scores.shipped_version)}</p>
                    <Again model record=None tried />
                </li>
            </ol>
            {(model == Model::Value)
                .then(|| {
                    view! {
                        <p class="hint">{t!(i18n, scores.regrade)}</p>
                        <p class="row"><GradeAll /></p>
                    }
                })}
        </section>
    }
}

#[component]
fn Entry(version: Version, model: Model, tried: Tried, is_used: Signal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let number = version.number;
    let name = |person| workspace.read(|book| staff_name(book, person));
    let proposed = (name(version.proposed.0), when(version.proposed.1), version.reason.to_string());
    let decided = version
        .decided
        .map(|(is_adopted, by, stamp)| (is_adopted, name(by), when(stamp), version.decision_reason.to_string()));
    let waits = decided.is_none();
    let record = version.record;
    view! {
        <li>
            <h3>
                {move || version_name(i18n.get_locale(), number)}
                " "
                <Show when=move || is_used.get()>
                    <span class="tag">{t!(i18n, scores.is_in_force)}</span>
                </Show>
                <Show when=move || waits>
                    <span class="tag">{t!(i18n, scores.waits)}</span>
                </Show>
            </h3>
            <p>{proposed.2}</p>
            <p class="who">
                {move || t_string!(i18n, scores.proposed_by, who = proposed.0.clone(), at = proposed.1.clone())}
            </p>
            {decided
                .map(|(is_adopted, who, at, reason)| {
                    let line = move || {
                        if is_adopted {
                            t_string!(i18n, scores.adopted_by, who = who.clone(), at = at.clone())
                        } else {
                            t_string!(i18n, scores.declined_by, who = who.clone(), at = at.clone())
                        }
                    };
                    view! {
                        {(!reason.is_empty()).then(|| view! { <p>{reason}</p> })}
                        <p class="who">{line}</p>
                    }
                })}
            <Again model record=Some(record) tried />
            {waits.then(|| view! { <Decide version /> })}
        </li>
    }
}

/// Puts the numbers of a version into the fields, to be tried and proposed again.
#[component]
fn Again(model: Model, record: Option<kehu_domain::stamp::RecordId>, tried: Tried) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let take = move |_| {
        if let Some(template) = workspace.read_once(|book| template_by(book, model, record)) {
            tried.take(template);
            if let Some(heading) = document().query_selector("main h1").ok().flatten() {
                heading.scroll_into_view();
            }
        }
    };
    view! {
        <p>
            <button type="button" class="button" data-kind="quiet" data-size="small" on:click=take>
                {t!(i18n, scores.take)}
            </button>
        </p>
    }
}

/// Adopting or declining; or who may.
#[component]
fn Decide(version: Version) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let person = workspace.person();
    let against = workspace.read(|book| refused(book, person, Some(&version)));
    if let Some(against) = against {
        let text = move || refused_words(i18n.get_locale(), against, &posts_named(i18n.get_locale(), against));
        return view! { <p class="hint">{text}</p> }.into_any();
    }
    let decide = Action::new_unsync(move |(is_adopted, reason): &(bool, String)| {
        let (workspace, is_adopted, reason) = (workspace.clone(), *is_adopted, reason.clone());
        async move { workspace.decide_version(version.record, is_adopted, &reason).await }
    });
    view! {
        <Decision
            id=format!("decision-{}", version.record)
            label=Signal::derive(move || t_string!(i18n, scores.decision_reason))
            yes=Signal::derive(move || t_string!(i18n, scores.adopt))
            no=Signal::derive(move || t_string!(i18n, scores.decline))
            pending=decide.pending().into()
            problem=problem_of(i18n, decide)
            on_decide=Callback::new(move |decision| _ = decide.dispatch_local(decision))
        />
    }
    .into_any()
}
