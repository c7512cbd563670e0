//! The fourth step: what would happen, how to deal with it, and the button that makes it happen.

use std::sync::Arc;

use kehu_domain::import::{Counts, Decision, List, Options};
use kehu_ledger::import::Checked;
use leptos::prelude::*;

use super::StepHeading;
use super::lists::{ChangedRows, Choices, Doubles, FaultyRows, PassedOver, SaveRefused};
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
        if *wizard.unjudged.read() > 0 {
            // The corrections say so themselves.
            return None;
        }
        let is_clear = wizard.trouble.read().is_none();
        (is_stale || is_clear).then_some(is_stale)
    });
    let can_repeat = {
        let wizard = again.clone();
        move || !wizard.is_busy() && !wizard.is_checked() && *wizard.unjudged.read() == 0
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

/// Numbers, and the rows worth a look.
#[component]
fn Report(wizard: Wizard, findings: Arc<Checked>) -> impl IntoView {
    let i18n = use_i18n();
    let writable = findings.writable() as usize;
    let dictionary = wizard.dictionary.get_untracked();
    let refused = findings.refused.clone();
    let dropped = findings.dropped.clone();
    let counts = findings.counts;
    let fields = Arc::new(findings.fields.clone());
    let [doubles, changed, passed_over] =
        [counts.doubles, counts.changed, counts.passed_over].map(|count| count as usize);
    view! {
        <Tally counts />
        <p role="status">
            {move || match writable {
                0 => t_string!(i18n, import.check.nothing).to_owned(),
                count => t_string!(i18n, import.check.ready, count = grouped(count)),
            }}
        </p>
        {(!refused.is_empty()).then(|| view! {
            <section class="stack">
                <h3>{t!(i18n, import.refused.title)}</h3>
                <p>{t!(i18n, import.refused.text)}</p>
                <FaultyRows wizard=wizard.clone() groups=refused list=List::Refused dictionary=dictionary.clone() />
            </section>
        })}
        <Corrections wizard=wizard.clone() />
        {(counts.refused > 0).then(|| view! { <SaveRefused wizard=wizard.clone() /> })}
        {(!dropped.is_empty()).then(|| view! {
            <section class="stack">
                <h3>{t!(i18n, import.refused.dropped)}</h3>
                <FaultyRows wizard=wizard.clone() groups=dropped list=List::Dropped dictionary=dictionary.clone() />
            </section>
        })}
        {(doubles > 0).then(|| view! {
            <section class="stack">
                <h3>{t!(i18n, import.doubles.heading)}</h3>
                <DoubleRules wizard=wizard.clone() />
                <Doubles wizard=wizard.clone() count=doubles />
            </section>
        })}
        {(changed > 0).then(|| view! {
            <ChangedRows wizard=wizard.clone() count=changed dictionary=dictionary.clone() fields=fields />
        })}
        {(passed_over > 0).then(|| view! { <PassedOver wizard=wizard.clone() count=passed_over /> })}
        <Choices findings dictionary />
    }
}

/// Cells that were put right, and what to do with them.
#[component]
fn Corrections(wizard: Wizard) -> impl IntoView {
    let i18n = use_i18n();
    let options = live(&wizard.options);
    let count = Memo::new(move |_| options.read().corrections.values().map(|row| row.len()).sum::<usize>());
    let rows = Memo::new(move |_| options.read().rewritten.len());
    let unjudged = live(&wizard.unjudged);
    let is_busy = {
        let wizard = wizard.clone();
        Signal::derive(move || wizard.is_busy())
    };
    let (again, drop) = (wizard.clone(), wizard);
    view! {
        <Show when=move || { count.get() + rows.get() > 0 }>
            {
                let (again, drop) = (again.clone(), drop.clone());
                view! {
                    <div class="row">
                        {move || (count.get() > 0).then(|| view! {
                            <span class="hint">{t_string!(i18n, import.refused.fixed, count = grouped(count.get()))}</span>
                        })}
                        {move || (rows.get() > 0).then(|| view! {
                            <span class="hint">{t_string!(i18n, import.refused.fixed_rows, count = grouped(rows.get()))}</span>
                        })}
                        <button
                            type="button"
                            class="button"
                            data-size="small"
                            disabled=move || is_busy.get() || unjudged.get() == 0
                            on:click=move |_| again.check_again()
                        >
                            {t!(i18n, import.refused.judge)}
                        </button>
                        <button
                            type="button"
                            class="button"
                            data-kind="quiet"
                            data-size="small"
                            disabled=move || is_busy.get()
                            on:click=move |_| drop.drop_corrections()
                        >
                            {t!(i18n, import.refused.restore)}
                        </button>
                    </div>
                }
            }
        </Show>
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
            {(counts.passed_over > 0).then(|| view! {
                <div><dt>{t!(i18n, import.check.passed_over)}</dt><dd>{number(counts.passed_over)}</dd></div>
            })}
        </dl>
    }
}

/// What becomes of doubles; every choice rehearses again.
#[component]
fn DoubleRules(wizard: Wizard) -> impl IntoView {
    let i18n = use_i18n();
    let options = live(&wizard.options);
    let (certain, suspected) = (wizard.clone(), wizard);
    view! {
        <div class="columns" data-split="even">
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
        </div>
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

/// Back to the rules, or the import itself.
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
            <button type="button" class="button" disabled=is_writing on:click=move |_| back.back_to_rules()>
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
