//! The third step: what would happen, how to deal with it, and the button that makes it happen.

use std::sync::Arc;

use kehu_domain::import::{BadCell, Counts, Decision, Options};
use kehu_domain::kind;
use leptos::prelude::*;

use super::StepHeading;
use super::findings::Findings;
use super::lists::{ChangedRows, Choices, Doubles, FaultyRows, SaveRefused};
use super::wizard::{Wizard, live};
use super::words::{decision, grouped};
use crate::components::{Notice, Tone};
use crate::i18n::{t, t_string, use_i18n};

/// What would happen to the rows.
#[component]
pub fn CheckStep(wizard: Wizard) -> impl IntoView {
    let i18n = use_i18n();
    let has_moved = wizard.has_moved.get();
    let findings = wizard.findings.clone();
    view! {
        <section class="section stack">
            <StepHeading has_moved>{t!(i18n, import.check.title)}</StepHeading>
            <p>{t!(i18n, import.check.text)}</p>
            <Standing wizard=wizard.clone() />
            {move || findings.get().map(|findings| view! { <Report wizard=wizard.clone() findings /> })}
        </section>
    }
}

/// Whether there is a rehearsal to go by, and the way to another one.
#[component]
fn Standing(wizard: Wizard) -> impl IntoView {
    let i18n = use_i18n();
    let (findings, again) = (wizard.findings.clone(), wizard.clone());
    let reason = Memo::new(move |_| {
        if wizard.is_busy() || wizard.is_checked() {
            return None;
        }
        let is_stale = findings.read().is_some();
        let is_clear = wizard.trouble.read().is_none();
        (is_stale || is_clear).then_some(is_stale)
    });
    let can_repeat = {
        let wizard = again.clone();
        move || !wizard.is_busy() && !wizard.is_checked()
    };
    view! {
        {move || reason.get().map(|is_stale| view! {
            <Notice tone=Tone::Info>
                <p>
                    {move || if is_stale { t_string!(i18n, import.check.stale) } else { t_string!(i18n, import.check.stopped) }}
                </p>
            </Notice>
        })}
        <Show when=can_repeat>
            {
                let wizard = again.clone();
                view! {
                    <p class="row">
                        <button type="button" class="button" on:click=move |_| wizard.check_again()>
                            {t!(i18n, import.action.again)}
                        </button>
                    </p>
                }
            }
        </Show>
    }
}

/// Numbers, options, and the rows worth a look.
#[component]
fn Report(wizard: Wizard, findings: Arc<Findings>) -> impl IntoView {
    let i18n = use_i18n();
    let writable = findings.writable() as usize;
    let dictionary = wizard.dictionary.get_untracked();
    let refused = findings.refused.clone();
    let dropped = findings.dropped.clone();
    let has_refused = !refused.is_empty();
    let has_doubles = findings.counts.doubles > 0;
    view! {
        <Tally counts=findings.counts />
        <p role="status">
            {move || match writable {
                0 => t_string!(i18n, import.check.nothing).to_owned(),
                count => t_string!(i18n, import.check.ready, count = grouped(count)),
            }}
        </p>
        <OptionsForm wizard=wizard.clone() has_doubles />
        {has_refused.then(|| view! {
            <section class="stack">
                <h3>{t!(i18n, import.refused.title)}</h3>
                <p>{t!(i18n, import.refused.text)}</p>
                <SaveRefused wizard=wizard.clone() />
                <FaultyRows groups=refused dictionary=dictionary.clone() />
            </section>
        })}
        {(!dropped.is_empty()).then(|| view! {
            <section class="stack">
                <h3>{t!(i18n, import.refused.dropped)}</h3>
                <FaultyRows groups=dropped dictionary=dictionary.clone() />
            </section>
        })}
        <Doubles wizard=wizard.clone() findings=findings.clone() />
        <ChangedRows findings=findings.clone() dictionary=dictionary.clone() />
        <Choices findings dictionary />
    }
}

/// Counts that add up.
#[component]
pub fn Tally(counts: Counts) -> impl IntoView {
    let i18n = use_i18n();
    let number = |count: u32| grouped(count as usize);
    view! {
        <dl class="tally">
            <div><dt>{t!(i18n, import.check.rows)}</dt><dd>{number(counts.rows)}</dd></div>
            <div><dt>{t!(i18n, import.check.new)}</dt><dd>{number(counts.new)}</dd></div>
            <div><dt>{t!(i18n, import.check.changed)}</dt><dd>{number(counts.changed)}</dd></div>
            <div><dt>{t!(i18n, import.check.same)}</dt><dd>{number(counts.same)}</dd></div>
            <div data-state=(counts.refused > 0).then_some("problem")>
                <dt>{t!(i18n, import.check.refused)}</dt>
                <dd>{number(counts.refused)}</dd>
            </div>
            <div><dt>{t!(i18n, import.check.doubles)}</dt><dd>{number(counts.doubles)}</dd></div>
        </dl>
    }
}

/// Tag, bad cells and doubles; every choice rehearses again.
#[component]
fn OptionsForm(
    wizard: Wizard,
    /// Whether there are likely doubles to decide about.
    has_doubles: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let options = live(&wizard.options);
    let is_customer = wizard.file.with_untracked(|file| file.as_ref().is_some_and(|file| file.kind == kind::CUSTOMER));
    let (by_tag, by_cell) = (wizard.clone(), wizard.clone());
    let set_tag = move |event| {
        let tag = event_target_value(&event).trim().to_owned();
        if !tag.is_empty() && tag != options.with_untracked(|options| options.tag.clone()) {
            by_tag.decide(move |options| options.tag = tag);
        }
    };
    view! {
        <section class="stack">
            <h3>{t!(i18n, import.check.options)}</h3>
            <div class="field">
                <label for="import-tag">{t!(i18n, import.check.tag)}</label>
                <p class="hint" id="import-tag-hint">{t!(i18n, import.check.tag_hint)}</p>
                <input
                    id="import-tag"
                    type="text"
                    maxlength="60"
                    aria-describedby="import-tag-hint"
                    prop:value=move || options.read().tag.clone()
                    on:change=set_tag
                />
            </div>
            <label class="row">
                <input
                    type="checkbox"
                    prop:checked=move || options.read().bad_cells == BadCell::DropCell
                    on:change=move |event| {
                        let drops = event_target_checked(&event);
                        by_cell.decide(move |options| {
                            options.bad_cells = if drops { BadCell::DropCell } else { BadCell::RefuseRow };
                        });
                    }
                />
                <span>{t!(i18n, import.check.drop)}</span>
            </label>
            {(has_doubles && is_customer).then(|| {
                let (certain, suspected) = (wizard.clone(), wizard.clone());
                view! {
                    <PolicyMenu
                        id="import-certain"
                        label=Signal::derive(move || t_string!(i18n, import.check.certain))
                        chosen=Signal::derive(move || options.read().decisions.certain)
                        on_choose=Callback::new(move |choice| {
                            certain.decide(move |options: &mut Options| options.decisions.certain = choice);
                        })
                    />
                    <PolicyMenu
                        id="import-suspected"
                        label=Signal::derive(move || t_string!(i18n, import.check.suspected))
                        chosen=Signal::derive(move || options.read().decisions.suspected)
                        on_choose=Callback::new(move |choice| {
                            suspected.decide(move |options: &mut Options| options.decisions.suspected = choice);
                        })
                    />
                }
            })}
        </section>
    }
}

/// What becomes of one sort of double.
#[component]
fn PolicyMenu(
    /// The menu's id.
    id: &'static str,
    /// Which sort.
    label: Signal<&'static str>,
    /// The rule in force.
    chosen: Signal<Decision>,
    /// Takes another rule.
    on_choose: Callback<Decision>,
) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="field">
            <label for=id>{move || label.get()}</label>
            <select
                id=id
                on:change=move |event| {
                    if let Some(choice) = decision_of(&event_target_value(&event)) {
                        on_choose.run(choice);
                    }
                }
            >
                {[Decision::New, Decision::Merge, Decision::Skip]
                    .map(|choice| view! {
                        <option value=decision_key(choice) prop:selected=move || chosen.get() == choice>
                            {move || decision(i18n.get_locale(), choice)}
                        </option>
                    })
                    .into_iter()
                    .collect_view()}
            </select>
        </div>
    }
}

/// A decision as a menu's value.
pub fn decision_key(choice: Decision) -> &'static str {
    match choice {
        Decision::New => "new",
        Decision::Merge => "merge",
        Decision::Skip => "skip",
    }
}

/// The decision behind a menu's value.
pub fn decision_of(key: &str) -> Option<Decision> {
    [Decision::New, Decision::Merge, Decision::Skip].into_iter().find(|choice| decision_key(*choice) == key)
}

/// Back to the columns, or the import itself.
#[component]
pub fn CheckActions(wizard: Wizard) -> impl IntoView {
    let i18n = use_i18n();
    let (back, write, free) = (wizard.clone(), wizard.clone(), wizard.clone());
    let is_writing = move || free.is_writing();
    let is_ready = move || {
        let brings = wizard.findings.read().as_ref().is_some_and(|findings| findings.writable() > 0);
        brings && !wizard.is_busy() && wizard.is_checked()
    };
    view! {
        <div class="page-actions">
            <button type="button" class="button" disabled=is_writing on:click=move |_| back.back_to_columns()>
                {t!(i18n, import.action.back)}
            </button>
            <button
                type="button"
                class="button"
                data-kind="primary"
                disabled=move || !is_ready()
                on:click=move |_| write.write()
            >
                {t!(i18n, import.action.start)}
            </button>
        </div>
    }
}
