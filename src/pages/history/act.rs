//! One act: what it did, record by record and field by field, with the way back.

use kehu_domain::book::SYSTEM;
use kehu_domain::history::{Deed, DeedKind, Deeds};
use kehu_domain::stamp::{RecordId, Stamp};
use leptos::prelude::*;
use leptos_router::components::A;
use send_wrapper::SendWrapper;

use super::reader::of_act;
use super::record::Lines;
use super::turning::{Outcome, TurnButtons, Turned};
use super::words::{address_of, deed_title, kind_label, record_title};
use crate::i18n::{t, t_string, use_i18n};
use crate::pages::customers::{Terms, author_name};
use crate::words::when;
use crate::workspace::{Workspace, use_workspace};

/// How many records are shown at first, and more at a time.
const SHOWN: usize = 50;

/// What is known of an act: its records in order, and it and those it took back, summed up.
#[derive(Clone, PartialEq)]
struct Known {
    touched: Vec<RecordId>,
    deeds: Vec<Deed>,
}

impl Known {
    fn find(&self, act: Stamp) -> Option<Deed> {
        self.deeds.iter().find(|deed| deed.act == act).cloned()
    }
}

/// Sums up an act and what it took back, from the records it touched.
pub async fn sum_up(workspace: &Workspace, act: Stamp) -> (Vec<RecordId>, Vec<Deed>) {
    workspace.complete().await;
    let touched = workspace.ever_touched(&[act]).await;
    let deeds = summed_up(workspace, &touched);
    (touched, deeds)
}

/// Sums up acts and what else was done to their records, the latest first.
pub async fn deeds_of(workspace: &Workspace, acts: &[Stamp]) -> Vec<Deed> {
    workspace.complete().await;
    let touched = workspace.ever_touched(acts).await;
    summed_up(workspace, &touched)
}

fn summed_up(workspace: &Workspace, touched: &[RecordId]) -> Vec<Deed> {
    workspace.read_once(|book| {
        let mut deeds = Deeds::default();
        touched.iter().filter_map(|id| book.get(*id)).for_each(|record| deeds.gather(record));
        deeds.latest_first()
    })
}

/// One act.
#[component]
pub fn ActPage(act: Stamp) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let known = RwSignal::new(None::<Known>);
    let turned: RwSignal<Turned> = RwSignal::new(None);
    {
        let (pulse, workspace) = (workspace.pulse(), SendWrapper::new(workspace.clone()));
        Effect::new(move || {
            pulse.track();
            let workspace = workspace.clone();
            leptos::task::spawn_local(async move {
                let (touched, deeds) = sum_up(&workspace, act).await;
                known.try_set(Some(Known { touched, deeds }));
            });
        });
    }
    let deed = Memo::new(move |_| known.read().as_ref().and_then(|known| known.find(act)));
    let title = {
        let workspace = workspace.clone();
        move || {
            let locale = i18n.get_locale();
            let deed = deed.get()?;
            let find = |act| known.read_untracked().as_ref().and_then(|known| known.find(act));
            Some(workspace.read(|book| deed_title(book, &deed, find, locale)))
        }
    };
    let by = move || {
        let deed = deed.get()?;
        let who = workspace.read(|book| author_name(book, deed.by));
        Some(t_string!(i18n, history.by, who = who, at = when(deed.act), count = deed.records))
    };
    let note = move || {
        let deed = deed.get()?;
        Some(match (deed.is_undone(), deed.taken_back, deed.kind, deed.by) {
            (true, ..) => t_string!(i18n, history.note.undone).to_owned(),
            (_, taken, ..) if taken > 0 => t_string!(i18n, history.note.partly, taken = taken, count = deed.records),
            (_, _, DeedKind::Forgotten, _) => t_string!(i18n, history.note.forgotten).to_owned(),
            (_, _, DeedKind::Moved | DeedKind::Begun, SYSTEM) => t_string!(i18n, history.note.app).to_owned(),
            _ => return None,
        })
    };
    view! {
        <main class="page" tabindex="-1">
            <header class="page-header">
                <A href="/data/history" attr:class="back-link">"‹ " {t!(i18n, history.title)}</A>
                <h1>{title}</h1>
                <p>{by}</p>
            </header>
            {move || note().map(|note| view! { <p class="hint">{note}</p> })}
            <Outcome turned />
            {move || match (known.read().is_some(), deed.read().is_some()) {
                (false, _) => view! { <p role="status">{t!(i18n, history.busy)}</p> }.into_any(),
                (true, false) => view! { <p class="empty-state">{t!(i18n, history.gone)}</p> }.into_any(),
                _ => view! { <Touched act known /> }.into_any(),
            }}
            <div class="page-actions">
                {move || deed.get().map(|deed| view! { <TurnButtons deed=Signal::stored(deed) turned /> })}
            </div>
        </main>
    }
}

/// The records an act touched, each with its fields before and after.
#[component]
fn Touched(act: Stamp, known: RwSignal<Option<Known>>) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let terms = Terms::of(&workspace);
    let shown = RwSignal::new(SHOWN);
    let count = move || known.read().as_ref().map_or(0, |known| known.touched.len());
    let rows = move || {
        let (locale, dictionary) = (i18n.get_locale(), terms.get());
        let touched = known.read().as_ref().map(|known| known.touched.clone()).unwrap_or_default();
        workspace.read(|book| {
            let row = |id: &RecordId| {
                let record = book.get(*id)?;
                let entry = of_act(book, act, *id, &dictionary, locale)?;
                let title = record_title(book, record, locale);
                let kind = kind_label(locale, &dictionary, record.kind);
                let address = address_of(record);
                Some(view! {
                    <li>
                        <h3>
                            <span class="hint">{kind}</span> " " <A href=address>{title}</A>
                            {entry
                                .is_undone
                                .then(|| view! { " " <span class="tag">{t!(i18n, history.state.undone)}</span> })}
                        </h3>
                        <Lines lines=entry.lines />
                    </li>
                })
            };
            touched.iter().take(shown.get()).filter_map(row).collect_view()
        })
    };
    view! {
        <section class="section">
            <div class="section-head"><h2>{t!(i18n, history.touched)}</h2><span>{count}</span></div>
            <ol class="timeline">{rows}</ol>
            <Show when=move || { count() > shown.get() }>
                <p>
                    <button type="button" class="button" on:click=move |_| shown.update(|shown| *shown += SHOWN)>
                        {t!(i18n, shell.action.more)}
                    </button>
                </p>
            </Show>
        </section>
    }
}
