//! A card with its numbers, what another one would do, and its versions.

use kehu_domain::score::template::Edits;
use kehu_domain::score::{Model, Moves, Template};
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_params_map;

use super::editor::Editor;
use super::trial::Trial;
use super::versions::Versions;
use super::words::version_name;
use crate::i18n::{t, t_string, use_i18n};
use crate::pages::not_found::NotFound;
use crate::words::{lang, when};
use crate::workspace::{in_force, template_by, use_workspace};

/// What is being tried on the page.
#[derive(Clone, Copy)]
pub struct Tried {
    /// The card in force.
    pub base: Memo<&'static Template>,
    /// Every number as it is typed.
    pub edits: RwSignal<Edits>,
    /// Who would move, and by which content.
    pub moves: RwSignal<Option<(String, Moves)>>,
}

impl Tried {
    /// Sets every number to that of `template`.
    pub fn take(self, template: &Template) {
        self.edits.set(template.dials().into_iter().map(|dial| (dial.place, dial.now)).collect());
    }
}

/// The card of the address.
#[component]
pub fn ScoresPage() -> impl IntoView {
    let params = use_params_map();
    let model = Memo::new(move |_| params.read().get("model").and_then(|id| Model::of(&id)));
    move || match model.get() {
        Some(model) => view! { <Sheet model /> }.into_any(),
        None => view! { <NotFound /> }.into_any(),
    }
}

#[component]
fn Sheet(model: Model) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let base = {
        let workspace = workspace.clone();
        Memo::new(move |_| workspace.read(|book| in_force(book, model).1))
    };
    let version = {
        let workspace = workspace.clone();
        Memo::new(move |_| workspace.read(|book| in_force(book, model).0))
    };
    let tried = Tried { base, edits: RwSignal::default(), moves: RwSignal::new(None) };
    Effect::new(move || tried.take(base.get()));
    let shipped = workspace.read_once(|book| template_by(book, model, None));
    let source = move || {
        let section = model.section();
        match version.get() {
            None => t_string!(i18n, scores.in_force_shipped, section = section),
            Some(version) => t_string!(
                i18n,
                scores.in_force,
                version = version_name(i18n.get_locale(), version.number),
                from = version.decided.map(|(_, _, stamp)| when(stamp)).unwrap_or_default(),
                section = section
            ),
        }
    };
    view! {
        <main class="page" tabindex="-1">
            <header class="page-header">
                <A href=format!("/handbook/{}", model.section()) attr:class="back-link">
                    "‹ " {t!(i18n, scores.back, section = model.section())}
                </A>
                <h1>
                    {move || base.get().card.title().get(lang(i18n)).to_owned()} <small>{model.id().as_str()}</small>
                </h1>
                <p>{source}</p>
            </header>
            <nav class="section-tabs" aria-label=move || t_string!(i18n, scores.models)>
                <ul>
                    {Model::ALL
                        .into_iter()
                        .map(|other| {
                            let title = Signal::derive(move || title_of(other, lang(i18n)));
                            view! {
                                <li>
                                    <A href=format!("/scores/{}", other.id())>{other.id().as_str()} " " {title}</A>
                                </li>
                            }
                        })
                        .collect_view()}
                </ul>
            </nav>
            <Editor tried shipped />
            <Trial tried />
            <Versions model tried />
        </main>
    }
}

fn title_of(model: Model, lang: kehu_domain::text::Lang) -> String {
    let workspace = use_context::<crate::workspace::Workspace>();
    let template = workspace.and_then(|workspace| workspace.read_once(|book| template_by(book, model, None)));
    template.map(|template| template.card.title().get(lang).to_owned()).unwrap_or_default()
}

/// The way from a section of the handbook to the card its results are made by; nothing where it has none.
#[component]
pub fn ScoreCardLink(
    /// The section, such as `4.1`.
    section: &'static str,
) -> impl IntoView {
    let i18n = use_i18n();
    let model = Model::ALL.into_iter().find(|model| model.section() == section)?;
    Some(view! {
        <section class="section">
            <div class="section-head">
                <h2>{t!(i18n, scores.card)}</h2>
            </div>
            <ul class="form-links">
                <li>
                    <A href=format!("/scores/{}", model.id())>{move || title_of(model, lang(i18n))}</A>
                    <span>{model.id().as_str()}</span>
                </li>
            </ul>
        </section>
    })
}
