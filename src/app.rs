//! The shell: opens the workspace in one place, and holds routes, navigation and language.

use kehu_store::StoreError;
use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::hooks::use_location;
use leptos_router::path;

use crate::components::{CommandBox, NavBar, RunningHead, Standing, UpdateCard};
use crate::device::{Remembered, apply_language, apply_theme, open_workspace};
use crate::exchange::Copies;
use crate::i18n::{I18nContextProvider, Locale, t, use_i18n};
use crate::pages::agenda::WorkPage;
use crate::pages::cases::{BeginPage, CasePage, CasesPage};
use crate::pages::customers::{CustomerPage, CustomersPage, provide_handed};
use crate::pages::data::{
    BackupPage, DataPage, DuplicatesPage, ImportPage, OpenPage, PacketPage, PairPage, RepairPage, SyncPage,
};
use crate::pages::export::ExportPage;
use crate::pages::first::FirstRun;
use crate::pages::handbook::{HandbookPage, SectionPage};
use crate::pages::history::{BinPage, HistoryPage, UndoKeys, provide_undo};
use crate::pages::not_found::NotFound;
use crate::pages::recovery::Recovery;
use crate::pages::scores::ScoresPage;
use crate::pages::settings::SettingsPage;
use crate::pages::today::TodayPage;
use crate::sync::Sync;
use crate::workspace::{Opened, open, use_workspace};

/// The whole app.
#[component]
pub fn App() -> impl IntoView {
    apply_theme(&Remembered::Theme.read().unwrap_or_default());
    if let Some(opening) = document().get_element_by_id("opening") {
        opening.remove();
    }
    view! {
        <I18nContextProvider set_lang_attr_on_html=false>
            <Language />
            <Router>
                <Doorway />
            </Router>
        </I18nContextProvider>
    }
}

/// Keeps the chosen language, and tells the page about it.
#[component]
fn Language() -> impl IntoView {
    let i18n = use_i18n();
    Effect::new(move || {
        // After the provider's own choice, which knows the browser's language only.
        let remembered = Remembered::Language.read().or_else(|| window().navigator().language());
        let is_english = remembered.is_some_and(|language| language.starts_with("en"));
        i18n.set_locale(if is_english { Locale::en } else { Locale::zh });
    });
    Effect::new(move || {
        let language = i18n.get_locale().to_string();
        apply_language(&language);
    });
}

/// Waits for the workspace, the one wait of the app, and shows the shell or what went wrong.
#[component]
fn Doorway() -> impl IntoView {
    let i18n = use_i18n();
    let accept_loss = RwSignal::new(false);
    let opened = LocalResource::new(move || open(open_workspace(), accept_loss.get()));
    view! {
        <Suspense fallback=move || {
            view! { <main class="page opening">{t!(i18n, shell.opening.message)}</main> }
        }>
            {move || Suspend::new(async move {
                match opened.await {
                    Ok(opened) => view! { <Shell opened /> }.into_any(),
                    Err(problem) => {
                        let is_loss = matches!(
                            problem,
                            StoreError::Emptied { .. } | StoreError::Incomplete { .. } | StoreError::Damaged { .. }
                        );
                        view! {
                            <Recovery
                                problem
                                on_retry=move |()| opened.refetch()
                                on_accept=is_loss.then(|| Callback::new(move |()| accept_loss.set(true)))
                            />
                        }
                            .into_any()
                    }
                }
            })}
        </Suspense>
    }
}

/// Navigation and the page; before anything was saved, the three doors.
#[component]
fn Shell(
    /// The open workspace.
    opened: Opened,
) -> impl IntoView {
    provide_context(opened.workspace.clone());
    provide_context(Copies::of(opened.workspace.clone()));
    provide_context(Sync::of(opened.workspace.clone()));
    provide_undo();
    provide_handed();
    let workspace = opened.workspace;
    let path = use_location().pathname;
    let is_new = Memo::new(move |_| workspace.read(|book| book.is_empty()) && !path.read().starts_with("/data"));
    let is_finding = RwSignal::new(false);
    let i18n = use_i18n();
    view! {
        <Standing event=opened.standing />
        <Show when=move || !is_new.get() fallback=FirstRun>
            <div class="shell">
                <a class="skip-link" href="#places">{t!(i18n, shell.place.skip)}</a>
                <RunningHead />
                <Pages />
                <NavBar on_find=Callback::new(move |()| is_finding.set(true)) />
                <CommandBox open=is_finding />
                <UndoKeys />
            </div>
        </Show>
        <UpdateCard />
    }
}

/// The routes: one place, one address.
#[component]
fn Pages() -> impl IntoView {
    // Pages are handed the workspace by the shell above them.
    let _ = use_workspace();
    view! {
        <Routes fallback=NotFound>
            <Route path=path!("/") view=TodayPage />
            <Route path=path!("/customers") view=CustomersPage />
            <Route path=path!("/customers/:id") view=CustomerPage />
            <Route path=path!("/work") view=WorkPage />
            <Route path=path!("/cases") view=CasesPage />
            <Route path=path!("/cases/new") view=BeginPage />
            <Route path=path!("/cases/:id") view=CasePage />
            <Route path=path!("/handbook") view=HandbookPage />
            <Route path=path!("/handbook/:section") view=SectionPage />
            <Route path=path!("/scores/:model") view=ScoresPage />
            <Route path=path!("/data") view=DataPage />
            <Route path=path!("/data/import") view=ImportPage />
            <Route path=path!("/data/duplicates") view=DuplicatesPage />
            <Route path=path!("/data/duplicates/:one/:other") view=PairPage />
            <Route path=path!("/data/export") view=ExportPage />
            <Route path=path!("/data/backup") view=BackupPage />
            <Route path=path!("/data/repair") view=RepairPage />
            <Route path=path!("/data/history") view=HistoryPage />
            <Route path=path!("/data/bin") view=BinPage />
            <Route path=path!("/data/open") view=OpenPage />
            <Route path=path!("/data/packet") view=PacketPage />
            <Route path=path!("/data/sync") view=SyncPage />
            <Route path=path!("/settings") view=SettingsPage />
        </Routes>
    }
}
