//! The menu by which a list is taken away as it is seen.

use std::sync::atomic::{AtomicUsize, Ordering};

use kehu_store::StoreError;
use leptos::prelude::*;
use web_sys::Blob;

use super::words::table_problem;
use crate::components::{Notice, Tone};
use crate::exchange::{TableFormat, TableProblem, save_blob, write_table};
use crate::i18n::{Locale, t, t_string, td_string, use_i18n};
use crate::moment;
use crate::words::store_problem;
use crate::workspace::{Source, Workspace, use_workspace};

/// What came of an export, in words.
pub type Said = (Tone, String);

/// A button that opens the choice of formats.
#[component]
pub fn ExportMenu(
    /// What the log calls it: a kind of records, or the name of a list.
    subject: &'static str,
    /// What the list is narrowed to, in words; empty for all of it.
    #[prop(into)]
    scope: Signal<String>,
    /// The table as it is seen, or, when asked for, with all fields.
    source: Callback<bool, Source>,
    /// Whether all fields are offered.
    #[prop(optional)]
    has_all: bool,
    /// Whether the button stands within a row.
    #[prop(optional)]
    is_small: bool,
    /// What else can be done with the list.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let with_all = RwSignal::new(false);
    let write = Action::new_unsync(move |format: &TableFormat| {
        let (workspace, format, locale) = (workspace.clone(), *format, i18n.get_locale_untracked());
        let (source, scope) = (source.run(with_all.get_untracked()), scope.get_untracked());
        async move {
            let log = async |ready: &Ready| {
                workspace.log_export(subject, &scope, ready.count, &ready.name).await.map(|()| true)
            };
            take(&workspace, locale, source, format, log).await
        }
    });
    let panel = panel_id();
    view! {
        <span class="filter-menu">
            <button type="button" class="button" data-size=is_small.then_some("small") popovertarget=panel.clone()>
                {t!(i18n, export.menu.button)}
            </button>
            <div class="popover-panel" id=panel popover="auto">
                <fieldset>
                    <legend class="hint">{t!(i18n, export.menu.title)}</legend>
                    {has_all
                        .then(|| {
                            view! {
                                <label>
                                    <input
                                        type="checkbox"
                                        prop:checked=move || with_all.get()
                                        on:change=move |event| with_all.set(event_target_checked(&event))
                                    />
                                    {t!(i18n, export.menu.all)}
                                </label>
                            }
                        })}
                    <Formats
                        pending=write.pending().into()
                        on_choose=Callback::new(move |format| _ = write.dispatch_local(format))
                    />
                </fieldset>
                {children.map(|children| children())}
                <Outcome pending=write.pending().into() said=write.value().into() />
            </div>
        </span>
    }
}

/// An id for the panel of a menu: a page may have many.
fn panel_id() -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    format!("export-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A button for each format.
#[component]
pub fn Formats(
    /// Whether a file is being written.
    pending: Signal<bool>,
    on_choose: Callback<TableFormat>,
) -> impl IntoView {
    let i18n = use_i18n();
    let choice = move |format: TableFormat| {
        view! {
            <button type="button" class="button" disabled=pending on:click=move |_| on_choose.run(format)>
                {move || match format {
                    TableFormat::Csv => t_string!(i18n, export.menu.csv),
                    TableFormat::Xlsx => t_string!(i18n, export.menu.xlsx),
                }}
            </button>
        }
    };
    view! { <p class="row">{choice(TableFormat::Csv)} {choice(TableFormat::Xlsx)}</p> }
}

/// What is under way, or what came of it.
#[component]
pub fn Outcome(
    /// Whether a file is being written.
    pending: Signal<bool>,
    /// What came of the last one.
    said: Signal<Option<Said>>,
) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        {move || {
            if pending.get() {
                return Some(view! { <p role="status" class="hint">{t!(i18n, export.menu.busy)}</p> }.into_any());
            }
            said.get().map(|(tone, text)| view! { <Notice tone>{text}</Notice> }.into_any())
        }}
    }
}

/// A table ready to be handed over.
pub struct Ready {
    /// What the file is called.
    pub name: String,
    /// How many rows it has.
    pub count: usize,
    file: Blob,
}

/// Gathers a table, writes it and hands it over; what comes of it, in words.
///
/// What leaves is written down first by `log`, which says whether it may leave: a file without its line in the log must
/// not be.
pub async fn take(
    workspace: &Workspace,
    locale: Locale,
    source: Source,
    format: TableFormat,
    log: impl AsyncFnOnce(&Ready) -> Result<bool, StoreError>,
) -> Said {
    let ready = match prepare(workspace, locale, source, format).await {
        Ok(ready) => ready,
        Err(said) => return said,
    };
    match log(&ready).await {
        Err(problem) => (Tone::Problem, store_problem(locale, &problem)),
        // Another tab was quicker.
        Ok(false) => (Tone::Problem, td_string!(locale, export.state.made).to_owned()),
        Ok(true) if save_blob(&ready.name, &ready.file) => {
            (Tone::Success, td_string!(locale, export.menu.done, name = ready.name, count = ready.count))
        }
        Ok(true) => (Tone::Problem, td_string!(locale, export.menu.refused).to_owned()),
    }
}

async fn prepare(workspace: &Workspace, locale: Locale, source: Source, format: TableFormat) -> Result<Ready, Said> {
    let sheet = workspace.gather(source).await.filter(|sheet| !sheet.rows.is_empty());
    let sheet = sheet.ok_or_else(|| (Tone::Info, td_string!(locale, export.menu.none).to_owned()))?;
    let count = sheet.rows.len();
    let name = format!("{}-{}.{}", sheet.name, moment::now().format("%Y%m%d-%H%M"), format.ending());
    let problem = |problem: TableProblem| (Tone::Problem, table_problem(locale, &problem));
    let file = write_table(sheet, format).await.map_err(problem)?;
    Ok(Ready { name, count, file })
}
