//! The menu by which a list is taken away as it is seen.

use leptos::prelude::*;
use web_sys::Blob;

use super::words::table_problem;
use crate::components::{Notice, Tone};
use crate::exchange::{TableFormat, TableProblem, save_blob, write_table};
use crate::i18n::{Locale, t, td_string, use_i18n};
use crate::moment;
use crate::words::store_problem;
use crate::workspace::{Source, Workspace, use_workspace};

/// What came of an export, in words.
pub type Said = (Tone, String);

/// A button that opens the choice of formats.
#[component]
pub fn ExportMenu(
    /// What the log calls it: a kind of records, or the name of a list. It also names the panel, so one page carries
    /// each but once.
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
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let with_all = RwSignal::new(false);
    let write = Action::new_unsync(move |format: &TableFormat| {
        let (workspace, format, locale) = (workspace.clone(), *format, i18n.get_locale_untracked());
        let (source, scope) = (source.run(with_all.get_untracked()), scope.get_untracked());
        async move { export(&workspace, locale, subject, &scope, source, format).await }
    });
    let panel = format!("export-{subject}");
    let choice = move |format: TableFormat| {
        view! {
            <button
                type="button"
                class="button"
                disabled=move || write.pending().get()
                on:click=move |_| _ = write.dispatch_local(format)
            >
                {move || format_name(i18n.get_locale(), format)}
            </button>
        }
    };
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
                    <p class="row">{choice(TableFormat::Csv)} {choice(TableFormat::Xlsx)}</p>
                </fieldset>
                <Outcome pending=write.pending().into() said=write.value().into() />
            </div>
        </span>
    }
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

/// What a format is called.
pub fn format_name(locale: Locale, format: TableFormat) -> &'static str {
    match format {
        TableFormat::Csv => td_string!(locale, export.menu.csv),
        TableFormat::Xlsx => td_string!(locale, export.menu.xlsx),
    }
}

/// A table ready to be handed over.
pub struct Ready {
    /// What the file is called.
    pub name: String,
    /// How many rows it has.
    pub count: usize,
    /// The file.
    pub file: Blob,
}

/// Gathers a table and writes it; what is wrong comes as words.
pub async fn prepare(
    workspace: &Workspace,
    locale: Locale,
    source: Source,
    format: TableFormat,
) -> Result<Ready, Said> {
    let sheet = workspace.gather(source).await.filter(|sheet| !sheet.rows.is_empty());
    let sheet = sheet.ok_or_else(|| (Tone::Info, td_string!(locale, export.menu.none).to_owned()))?;
    let count = sheet.rows.len();
    let name = format!("{}-{}.{}", sheet.name, moment::now().format("%Y%m%d-%H%M"), format.ending());
    let problem = |problem: TableProblem| (Tone::Problem, table_problem(locale, &problem));
    let file = write_table(sheet, format).await.map_err(problem)?;
    Ok(Ready { name, count, file })
}

/// Hands the file over and says so.
pub fn hand_over(locale: Locale, ready: &Ready) -> Said {
    if save_blob(&ready.name, &ready.file) {
        (Tone::Success, td_string!(locale, export.menu.done, name = ready.name.clone(), count = ready.count))
    } else {
        (Tone::Problem, td_string!(locale, export.menu.refused).to_owned())
    }
}

async fn export(
    workspace: &Workspace,
    locale: Locale,
    subject: &str,
    scope: &str,
    source: Source,
    format: TableFormat,
) -> Said {
    let ready = match prepare(workspace, locale, source, format).await {
        Ok(ready) => ready,
        Err(said) => return said,
    };
    // What leaves is written down first: a file without its line in the log must not be.
    match workspace.log_export(subject, scope, ready.count, &ready.name).await {
        Ok(()) => hand_over(locale, &ready),
        Err(problem) => (Tone::Problem, store_problem(locale, &problem)),
    }
}
