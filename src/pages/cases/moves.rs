//! What comes next: every move of the step, those that cannot be made with the reasons why.

use kehu_domain::form::{self, Answers, Form};
use kehu_domain::key::Key;
use kehu_domain::workflow::{self, Offer, Refusal, Role};
use leptos::prelude::*;
use leptos_router::components::A;

use super::words::{due_text, form_title, move_problem, refusal_text};
use crate::components::{ErrorSummary, FormSheet, Notice, Tone};
use crate::i18n::{t, t_string, use_i18n};
use crate::words::lang;
use crate::workspace::{OpenCase, lookups, use_workspace};

/// The offers of the case's step.
#[component]
pub fn Moves(case: OpenCase) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    if case.is_closed() {
        return view! { <p class="notice">{t!(i18n, cases.closed)}</p> }.into_any();
    }
    let offers = workspace.offers(&case);
    let (open, refused): (Vec<_>, Vec<_>) = offers.into_iter().partition(|offer| is_within_reach(offer));
    let row = move |offer: Offer<'static>| {
        let case = case.clone();
        view! { <OfferRow case offer /> }
    };
    view! {
        <section class="section">
            <div class="section-head"><h2>{t!(i18n, cases.next)}</h2></div>
            <ul class="offer-list">{open.into_iter().chain(refused).map(row).collect_view()}</ul>
        </section>
    }
    .into_any()
}

/// Whether the move can be made now, or only a form of it is still to be filled.
fn is_within_reach(offer: &Offer<'_>) -> bool {
    offer.is_open() || form_to_fill(offer).is_some()
}

/// The form that is all that stands against a move, and whether it was begun.
fn form_to_fill(offer: &Offer<'_>) -> Option<(String, bool)> {
    let mut found = None;
    for refusal in &offer.refusals {
        match refusal {
            Refusal::FormMissing(form) => found = Some((form.to_string(), false)),
            Refusal::FormIncomplete { form, .. } => found = Some((form.to_string(), true)),
            // What the app does of itself as soon as a form is filed, people fill the form for.
            Refusal::WrongRole { may } if may.contains(&Role::App) => {}
            Refusal::WrongRole { .. } | Refusal::OwnWork(_) => return None,
            // A guard may well hold once the form is filled: it often asks about its answers.
            Refusal::Guard(_) => {}
        }
    }
    found
}

/// The form to be filled anew where only conditions stand against the move: they often ask about its answers.
fn form_to_refill(offer: &Offer<'_>) -> Option<String> {
    let is_guarded = offer.refusals.iter().all(|refusal| matches!(refusal, Refusal::Guard(_)));
    offer.transition.form_to_fill().filter(|_| is_guarded).map(ToOwned::to_owned)
}

#[component]
fn OfferRow(case: OpenCase, offer: Offer<'static>) -> impl IntoView {
    let i18n = use_i18n();
    let transition = offer.transition;
    let due = offer.due;
    let title = move || transition.label.get(lang(i18n)).to_owned();
    let until = move || due.map(|due| view! { <small>{due_text(i18n.get_locale(), Some(due))}</small> });
    let refusals = offer.refusals.clone();
    if let Some((form, is_begun)) = form_to_fill(&offer) {
        let target = format!("/cases/{}?form={form}&then={}", case.id, transition.event);
        let label = move || {
            let form = form_title(i18n.get_locale(), &form);
            if is_begun { t_string!(i18n, cases.go_on, form = form) } else { t_string!(i18n, cases.fill, form = form) }
        };
        return view! {
            <li>
                <A href=target attr:class="button" attr:data-kind="primary">
                    <span>{title} ": " {label}</span>
                    {until}
                </A>
            </li>
        }
        .into_any();
    }
    if !offer.is_open() {
        let refill = form_to_refill(&offer).map(|form| {
            let target = format!("/cases/{}?form={form}&then={}", case.id, transition.event);
            let label = move || t_string!(i18n, cases.refill, form = form_title(i18n.get_locale(), &form));
            view! { <p class="refusal"><A href=target>{label}</A></p> }
        });
        return view! {
            <li>
                <button type="button" class="button" disabled>{title}</button>
                {refusals
                    .into_iter()
                    .map(|refusal| {
                        view! { <p class="refusal">{move || refusal_text(i18n.get_locale(), &refusal)}</p> }
                    })
                    .collect_view()}
                {refill}
            </li>
        }
        .into_any();
    }
    view! { <li><OpenMove case event=transition.event asks=transition.asks.clone() due /></li> }.into_any()
}

/// A move that can be made: at once, or after a few questions.
#[component]
fn OpenMove(
    case: OpenCase,
    event: Key,
    /// What is asked of the person who makes it.
    asks: Option<Form>,
    due: Option<chrono::NaiveDateTime>,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let is_asking = RwSignal::new(false);
    let answers = RwSignal::new(Answers::new());
    let problems = RwSignal::new(Vec::new());
    let id = case.id;
    let go = {
        let workspace = workspace.clone();
        Action::new_unsync(move |given: &Answers| {
            let (workspace, given) = (workspace.clone(), given.clone());
            async move { workspace.move_case(id, event, &given).await }
        })
    };
    let context = {
        let (workspace, case) = (workspace.clone(), case.clone());
        move || workspace.context(&case)
    };
    let label = {
        let process = case.process;
        let step = case.view.step;
        move || {
            process
                .transitions_from(step)
                .find(|transition| transition.event == event)
                .map(|transition| transition.label.get(lang(i18n)).to_owned())
                .unwrap_or_default()
        }
    };
    let has_questions = asks.is_some();
    let begin = {
        let (asks, context) = (asks.clone(), context.clone());
        move |_| match &asks {
            None => {
                go.dispatch_local(Answers::new());
            }
            Some(asks) => {
                answers.set(form::defaults(asks, &context(), untrack(|| lang(i18n))));
                problems.set(Vec::new());
                is_asking.set(true);
            }
        }
    };
    let kind = if event == workflow::CANCEL { "quiet" } else { "" };
    let asks = StoredValue::new_local(asks);
    let context = StoredValue::new_local(context);
    let customer = case.customer;
    let lookups = StoredValue::new_local(lookups(&workspace, customer));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let found = asks.with_value(|asks| {
            asks.as_ref()
                .map(|asks| form::check(asks, &answers.read_untracked(), &context.with_value(|context| context())))
        });
        let found = found.unwrap_or_default();
        let is_right = found.is_empty();
        problems.set(found);
        if is_right {
            go.dispatch_local(answers.get_untracked());
        }
    };
    view! {
        <button
            type="button"
            class="button"
            data-kind=kind
            aria-expanded=move || has_questions.then(|| is_asking.get().to_string())
            disabled=move || go.pending().get()
            on:click=begin
        >
            <span>{label}</span>
            {move || due.map(|due| view! { <small>{due_text(i18n.get_locale(), Some(due))}</small> })}
        </button>
        <Show when=move || is_asking.get()>
            <form class="form-page" novalidate on:submit=submit>
                {asks
                    .get_value()
                    .map(|asks| {
                        view! {
                            <ErrorSummary form=asks.clone() problems />
                            <FormSheet
                                form=asks
                                answers
                                context=Signal::derive_local(move || context.with_value(|context| context()))
                                problems
                                lookups=lookups.get_value()
                            />
                        }
                    })}
                <div class="row">
                    <button type="submit" class="button" data-kind="primary" disabled=move || go.pending().get()>
                        {t!(i18n, cases.moving.confirm)}
                    </button>
                    <button type="button" class="button" data-kind="quiet" on:click=move |_| is_asking.set(false)>
                        {t!(i18n, shell.action.cancel)}
                    </button>
                </div>
            </form>
        </Show>
        {move || {
            go.value()
                .get()
                .and_then(Result::err)
                .map(|problem| {
                    let lines = move_problem(i18n.get_locale(), &problem);
                    view! {
                        <Notice tone=Tone::Problem>
                            {lines.into_iter().map(|line| view! { <p>{line}</p> }).collect_view()}
                        </Notice>
                    }
                })
        }}
    }
}
