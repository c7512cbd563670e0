//! Who would move by the numbers tried, and proposing them as the next version.

use kehu_domain::export::{Cell, Sheet};
use kehu_domain::kind;
use kehu_domain::playbook::Playbook;
use kehu_domain::score::what_if::Mover;
use kehu_domain::score::{Model, Moves, Template};
use leptos::prelude::*;
use leptos_router::components::A;

use super::page::Tried;
use super::words::{posts_named, refused_words, version_name};
use crate::components::{Notice, Tone};
use crate::i18n::{t, t_string, use_i18n};
use crate::pages::export::{ExportMenu, MOVERS, TableMenu};
use crate::words::{lang, store_problem};
use crate::workspace::{Source, Workspace, refused, use_workspace};

/// How many of those who would move are listed.
const LISTED: usize = 50;

/// The button that tries, its result, and the proposal.
#[component]
pub fn Trial(
    /// What is being tried.
    tried: Tried,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let progress = RwSignal::new((0usize, 0usize));
    let card = Memo::new(move |_| {
        let base = tried.base.get();
        let tuned = base.tuned(&tried.edits.read(), base.version()).ok()?;
        (!tuned.has_numbers_of(base)).then_some(tuned)
    });
    let look = Action::new_unsync(move |template: &Template| {
        let (workspace, template) = (workspace.clone(), template.clone());
        async move {
            let moves = workspace.who_would_move(&template, move |done, total| progress.set((done, total))).await;
            tried.moves.set(Some((template.content(), moves)));
        }
    });
    // A result holds for just the numbers it was worked out with.
    let shown = Memo::new(move |_| {
        let content = card.get()?.content();
        tried.moves.get().filter(|(by, _)| *by == content).map(|(_, moves)| moves)
    });
    view! {
        <p class="row">
            <button
                type="button"
                class="button"
                data-kind="primary"
                disabled=move || card.read().is_none() || look.pending().get()
                on:click=move |_| {
                    if let Some(card) = card.get() {
                        look.dispatch_local(card);
                    }
                }
            >
                {t!(i18n, scores.see)}
            </button>
            <button type="button" class="button" on:click=move |_| tried.take(tried.base.get())>
                {t!(i18n, scores.reset)}
            </button>
            <Show when=move || look.pending().get()>
                <span role="status" class="progress-text">
                    {move || {
                        let (done, total) = progress.get();
                        t!(i18n, scores.looking, done, total)
                    }}
                </span>
            </Show>
        </p>
        {move || shown.get().map(|moves| view! { <Outcome moves model=tried.base.get().model /> })}
        {move || card.get().filter(|_| shown.read().is_some()).map(|card| view! { <Propose card tried /> })}
    }
}

#[component]
fn Outcome(moves: Moves, model: Model) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let (total, moved) = (moves.total(), moves.movers.len());
    let summary = move || match model {
        Model::Complaint => t_string!(i18n, scores.moved_complaints, moved = moved, total = total),
        Model::Value => t_string!(i18n, scores.moved_customers, moved = moved, total = total),
        Model::Churn => t_string!(i18n, scores.moved_accounts, moved = moved, total = total),
    };
    let rest = moved.saturating_sub(LISTED);
    let moves = StoredValue::new(moves);
    let source = Callback::new(move |_| Source::Table(sheet(i18n, &workspace, moves)));
    view! {
        <section class="section" aria-live="polite">
            <div class="section-head">
                <h2>{t!(i18n, scores.who_moves)}</h2>
                <span>{summary}</span>
            </div>
            <Matrix moves />
            {(moved > 0)
                .then(|| {
                    view! {
                        <ul class="form-links" aria-label=move || t_string!(i18n, scores.movers)>
                            {moves
                                .with_value(|moves| moves.movers.iter().take(LISTED).copied().collect::<Vec<_>>())
                                .into_iter()
                                .map(|mover| view! { <MoverRow mover moves model /> })
                                .collect_view()}
                        </ul>
                        <p><ExportMenu subject=MOVERS scope=model.id().to_string() source is_small=true /></p>
                    }
                })}
            {(rest > 0).then(|| view! { <p class="hint">{t!(i18n, scores.more, count = rest)}</p> })}
        </section>
    }
}

/// Everybody who would move, as a table.
fn sheet(i18n: crate::words::I18n, workspace: &Workspace, moves: StoredValue<Moves>) -> Sheet {
    let columns = [
        t_string!(i18n, export.column.customer),
        t_string!(i18n, scores.count_now),
        t_string!(i18n, scores.count_then),
    ];
    let row = |mover: &Mover| {
        let name = name_of(workspace, *mover, lang(i18n));
        [name, band_code(i18n, moves, mover.from), band_code(i18n, moves, mover.to)].map(Cell::text).to_vec()
    };
    let movers = moves.with_value(|moves| moves.movers.clone());
    Sheet {
        name: t_string!(i18n, scores.movers).to_owned(),
        columns: columns.map(str::to_owned).to_vec(),
        rows: movers.iter().map(row).collect(),
    }
}

/// From band to band: what is now down the side, what would be along the top.
#[component]
fn Matrix(moves: StoredValue<Moves>) -> impl IntoView {
    let i18n = use_i18n();
    let size = moves.with_value(Moves::size);
    let code = move |band| band_code(i18n, moves, band);
    let row = move |from: usize| {
        let cells = (0..size).map(move |to| {
            let count = moves.with_value(|moves| moves.count(from, to));
            let state = (from != to && count > 0).then_some("moved");
            view! { <td class="number" data-state=state>{if count > 0 { count.to_string() } else { "·".to_owned() }}</td> }
        });
        view! {
            <tr>
                <th scope="row">{move || band_name(i18n, moves, from)}</th>
                {cells.collect_view()}
                <td class="number">{moves.with_value(|moves| moves.now(from))}</td>
            </tr>
        }
    };
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label=move || t_string!(i18n, scores.matrix)>
            <table class="data-table move-matrix">
                <caption>{t!(i18n, scores.matrix)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t!(i18n, scores.now_then)}</th>
                        {(0..size)
                            .map(|to| view! { <th scope="col" class="number">{move || code(to)}</th> })
                            .collect_view()}
                        <th scope="col" class="number">{t!(i18n, scores.count_now)}</th>
                    </tr>
                </thead>
                <tbody>{(0..size).map(row).collect_view()}</tbody>
                <tfoot>
                    <tr>
                        <th scope="row">{t!(i18n, scores.count_then)}</th>
                        {(0..size)
                            .map(|to| {
                                view! { <td class="number">{moves.with_value(|moves| moves.then(to))}</td> }
                            })
                            .collect_view()}
                        <td class="number">{moves.with_value(Moves::total)}</td>
                    </tr>
                </tfoot>
            </table>
        </div>
        <TableMenu />
    }
}

fn band_code(i18n: crate::words::I18n, moves: StoredValue<Moves>, band: usize) -> String {
    let found = moves.with_value(|moves| {
        moves.bands.get(band).map(|(code, label)| {
            // Colours are words themselves.
            if code.as_str().chars().all(char::is_uppercase) {
                code.to_string()
            } else {
                label.get(lang(i18n)).to_owned()
            }
        })
    });
    found.unwrap_or_else(|| t_string!(i18n, scores.no_band).to_owned())
}

fn band_name(i18n: crate::words::I18n, moves: StoredValue<Moves>, band: usize) -> String {
    let code = band_code(i18n, moves, band);
    let label = moves
        .with_value(|moves| moves.bands.get(band).map(|(_, label)| label.get(lang(i18n)).to_owned()))
        .filter(|label| *label != code);
    label.map_or(code.clone(), |label| format!("{code} {label}"))
}

#[component]
fn MoverRow(mover: Mover, moves: StoredValue<Moves>, model: Model) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let name = name_of(&workspace, mover, lang(i18n));
    let href = match model {
        Model::Complaint => format!("/cases/{}", mover.who),
        Model::Value | Model::Churn => format!("/customers/{}", mover.who),
    };
    view! {
        <li>
            <A href>{name}</A>
            <span>
                {move || band_code(i18n, moves, mover.from)} " → " {move || band_code(i18n, moves, mover.to)}
            </span>
        </li>
    }
}

/// A customer's name; of a case, its customer's, or else what the process is called.
fn name_of(workspace: &Workspace, mover: Mover, lang: kehu_domain::text::Lang) -> String {
    workspace.read_once(|book| {
        let Some(record) = book.get(mover.who) else { return mover.who.to_string() };
        let customer = book.customer_of(record).and_then(|customer| book.get(customer)).unwrap_or(record);
        let name = customer.text(kind::NAME);
        if !name.is_empty() {
            return name.to_owned();
        }
        let process = Playbook::built_in().process(record.text(kind::PROCESS));
        process.map_or_else(|| mover.who.to_string(), |process| process.title.get(lang).to_owned())
    })
}

/// Why, and the button; or who may.
#[component]
fn Propose(card: Template, tried: Tried) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let reason = RwSignal::new(String::new());
    let person = workspace.person();
    let against = workspace.read(|book| refused(book, person, None));
    if let Some(against) = against {
        let text = move || refused_words(i18n.get_locale(), against, &posts_named(i18n.get_locale(), against));
        return view! { <Notice tone=Tone::Info>{text}</Notice> }.into_any();
    }
    let propose = Action::new_unsync(move |reason: &String| {
        let (workspace, card, reason) = (workspace.clone(), card.clone(), reason.clone());
        async move {
            let saved = workspace.propose_version(&card, &reason).await;
            if saved.is_ok() {
                tried.take(tried.base.get_untracked());
            }
            saved
        }
    });
    let next = tried.base.get_untracked().version() + 1;
    view! {
        <form
            class="stack"
            on:submit=move |event| {
                event.prevent_default();
                if !reason.read().trim().is_empty() {
                    propose.dispatch_local(reason.get());
                }
            }
        >
            <div class="field" data-wide="">
                <label for="why">{t!(i18n, scores.why)} " " <span class="required">{t!(i18n, customers.edit.required)}</span></label>
                <p class="hint" id="why-hint">{t!(i18n, scores.why_hint)}</p>
                <textarea id="why" rows="2" maxlength="500" aria-describedby="why-hint" bind:value=reason></textarea>
            </div>
            <p class="row">
                <button
                    type="submit"
                    class="button"
                    disabled=move || reason.read().trim().is_empty() || propose.pending().get()
                >
                    {move || {
                        t_string!(i18n, scores.propose, version = version_name(i18n.get_locale(), next))
                    }}
                </button>
            </p>
            {move || {
                propose
                    .value()
                    .get()
                    .and_then(Result::err)
                    .map(|problem| {
                        let text = store_problem(i18n.get_locale(), &problem);
                        view! { <Notice tone=Tone::Problem>{text}</Notice> }
                    })
            }}
        </form>
    }
    .into_any()
}
