//! The list of customers as a table: as it is seen, or with every field.

use std::sync::Arc;

use kehu_domain::export::Cell;
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::roster::{Line, Tier, Urgency};
use kehu_domain::stamp::RecordId;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use super::filters::Filters;
use super::handed::{HANDED, Handed, use_handed};
use super::words::{stage_name, tier_name, urgency_name};
use crate::i18n::{Locale, t, t_string, td_string, use_i18n};
use crate::pages::agenda::{narrowed_to, whose_name};
use crate::pages::export::ExportMenu;
use crate::workspace::{Source, Worked, Workspace, use_workspace};

/// The fields among the columns of the list, in their order.
const SEEN: [Key; 5] = [kind::NAME, kind::CODE, kind::STAGE, kind::REGION, kind::OWNER];

/// Takes the list away.
#[component]
pub fn ExportCustomers(
    /// The customers, in the order of the list.
    matches: Memo<Vec<RecordId>>,
    /// What it is narrowed to.
    filters: Memo<Filters>,
    /// Whether somebody chose the customers one by one.
    #[prop(optional)]
    is_chosen: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let navigate = use_navigate();
    let handed = use_handed();
    let scope = {
        let workspace = workspace.clone();
        Signal::derive(move || match is_chosen {
            true => t_string!(i18n, export.scope.chosen).to_owned(),
            false => scope(i18n.get_locale(), &workspace, &filters.read()),
        })
    };
    let is_all = move || !is_chosen && !filters.read_untracked().is_any();
    let ask_for_contacts = move |_| {
        if is_all() {
            return navigate("/data/export", Default::default());
        }
        handed.set(Handed { customers: matches.get_untracked(), scope: scope.get_untracked() });
        navigate(&format!("/data/export?{HANDED}"), Default::default());
    };
    let source = Callback::new(move |with_all: bool| Source::Records {
        kind: kind::CUSTOMER,
        ids: matches.get_untracked(),
        keys: if with_all { Vec::new() } else { SEEN.to_vec() },
        worked: worked(i18n.get_locale_untracked(), &workspace),
    });
    view! {
        <ExportMenu subject=kind::CUSTOMER.as_str() scope source has_all=true>
            <p>
                <button
                    type="button"
                    class="button"
                    data-kind="quiet"
                    data-size="small"
                    on:click=ask_for_contacts.clone()
                >
                    {t!(i18n, export.ask.of_list)}
                </button>
            </p>
        </ExportMenu>
    }
}

/// What the list shows beyond what a customer's record holds.
fn worked(locale: Locale, workspace: &Workspace) -> Vec<Worked> {
    let column = |place, heading: &str, cell: fn(&Line) -> Cell| {
        let workspace = workspace.clone();
        let cell = move |id| workspace.roster_once(|roster| roster.line(id).map(cell).unwrap_or_default());
        Worked { place, heading: heading.to_owned(), cell: Arc::new(cell) }
    };
    vec![
        column(0, td_string!(locale, export.column.tier), |line| {
            line.tier.map_or(Cell::Empty, |tier| Cell::text(tier.as_str()))
        }),
        column(usize::MAX, td_string!(locale, export.column.due), |line| {
            line.due.map_or(Cell::Empty, |due| Cell::Date(due.on))
        }),
    ]
}

/// What the list is narrowed to, in words.
fn scope(locale: Locale, workspace: &Workspace, filters: &Filters) -> String {
    let query = filters.query.trim();
    let said = |key: &str, name: &dyn Fn() -> String| (!key.is_empty()).then(name);
    let parts = [
        said(query, &|| td_string!(locale, export.scope.query, text = query.to_owned())),
        said(&filters.tier, &|| {
            tier_name(locale, Tier::ALL.into_iter().find(|tier| tier.as_str() == filters.tier)).to_owned()
        }),
        said(&filters.stage, &|| stage_name(locale, &filters.stage)),
        Urgency::ALL
            .into_iter()
            .find(|urgency| urgency.as_str() == filters.urgency)
            .map(|urgency| urgency_name(locale, urgency).to_owned()),
        said(&filters.region, &|| filters.region.clone()),
        said(&filters.tag, &|| filters.tag.clone()),
        filters.contact.as_ref().map(|part| whose_name(locale, workspace, part.whose)),
        filters.contact.as_ref().and_then(|part| narrowed_to(locale, part)),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}
