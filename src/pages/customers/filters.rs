//! The filters of the customer list: kept in the address, so that a list can be linked and gone back to.

use std::collections::BTreeMap;

use kehu_domain::agenda::EntryKind;
use kehu_domain::roster::{Line, Tier, Urgency};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use leptos_router::params::ParamsMap;

use super::choosing::Choosing;
use super::words::{stage_name, tier_name, urgency_name};
use crate::i18n::{t, t_string, use_i18n};
use crate::pages::agenda::{narrowed_to, whose_name};
use crate::workspace::use_workspace;

/// What a list is narrowed to; empty means all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filters {
    /// Words to find.
    pub query: String,
    /// A tier's key, or `ungraded`.
    pub tier: String,
    /// A stage's key.
    pub stage: String,
    /// An urgency's key.
    pub urgency: String,
    /// A region as recorded.
    pub region: String,
    /// A tag.
    pub tag: String,
    /// Only customers to contact: this part of the agenda.
    pub contact: Option<Contact>,
}

/// A part of the agenda, of customers to contact.
pub type Contact = kehu_domain::agenda::Choice;

const QUERY: &str = "q";
const TIER: &str = "tier";
const STAGE: &str = "stage";
const URGENCY: &str = "urgency";
const REGION: &str = "region";
const TAG: &str = "tag";

/// The key of customers without a tier.
const UNGRADED: &str = "ungraded";

impl Filters {
    /// The filters an address asks for.
    pub fn of(params: &ParamsMap) -> Self {
        let read = |name: &str| params.get(name).unwrap_or_default();
        Self {
            query: read(QUERY),
            tier: read(TIER),
            stage: read(STAGE),
            urgency: read(URGENCY),
            region: read(REGION),
            tag: read(TAG),
            contact: Some(Contact::read(|name| params.get(name)))
                .filter(|choice| choice.kind == Some(EntryKind::Contact)),
        }
    }

    /// Whether a line passes everything but the words to find.
    pub fn admit(&self, line: &Line) -> bool {
        let tier = line.tier.map_or(UNGRADED, Tier::as_str);
        (self.tier.is_empty() || self.tier == tier)
            && (self.stage.is_empty() || *self.stage == *line.stage)
            && (self.urgency.is_empty() || self.urgency == line.urgency.as_str())
            && (self.region.is_empty() || *self.region == *line.region)
            && (self.tag.is_empty() || line.tags.iter().any(|tag| **tag == *self.tag))
    }

    /// Whether anything is narrowed.
    pub fn is_any(&self) -> bool {
        *self != Self::default()
    }

    /// The address of the list.
    fn address(&self) -> String {
        let fields = [
            (QUERY, &self.query),
            (TIER, &self.tier),
            (STAGE, &self.stage),
            (URGENCY, &self.urgency),
            (REGION, &self.region),
            (TAG, &self.tag),
        ];
        let mut params = ParamsMap::new();
        for (name, value) in fields {
            if !value.is_empty() {
                params.insert(name, value.clone());
            }
        }
        let (query, part) = (params.to_query_string(), self.contact.map(|part| part.query()).unwrap_or_default());
        match (query.is_empty(), part.strip_prefix('?')) {
            (false, Some(part)) => format!("/customers{query}&{part}"),
            _ => format!("/customers{query}{part}"),
        }
    }
}

/// The filters of the present address.
pub fn use_filters() -> Memo<Filters> {
    let params = use_query_map();
    Memo::new(move |_| Filters::of(&params.read()))
}

/// The search field and the choices below it.
#[component]
pub fn FilterBar(
    /// What the address asks for now.
    filters: Memo<Filters>,
    /// How many customers pass.
    count: Signal<usize>,
    /// How many there are.
    #[prop(into)]
    total: Signal<usize>,
    choosing: Choosing,
) -> impl IntoView {
    let i18n = use_i18n();
    let navigate = use_navigate();
    let go = Callback::new(move |filters: Filters| {
        let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
        navigate(&filters.address(), options);
    });
    let workspace = use_workspace();
    let (regions, tags) = (
        {
            let workspace = workspace.clone();
            Memo::new(move |_| {
                counted(workspace.roster(|roster| tally(roster.lines().iter().map(|line| &*line.region))))
            })
        },
        Memo::new(move |_| {
            counted(
                workspace
                    .roster(|roster| tally(roster.lines().iter().flat_map(|line| line.tags.iter()).map(|tag| &**tag))),
            )
        }),
    );
    view! {
        <div class="toolbar" role="search">
            <label class="search-field">
                <span class="visually-hidden">{t!(i18n, customers.search.label)}</span>
                <input
                    type="search"
                    autocomplete="off"
                    placeholder=move || t_string!(i18n, customers.search.hint)
                    prop:value=move || filters.read().query.clone()
                    on:input=move |event| {
                        let query = event_target_value(&event);
                        go.run(Filters { query, ..filters.get_untracked() });
                    }
                />
            </label>
            <span class="filter-menu">
                <button
                    type="button"
                    class="chip"
                    popovertarget="customer-filters"
                    data-state=move || {
                        Filters { query: String::new(), contact: None, ..filters.get() }.is_any().then_some("set")
                    }
                >
                    {t!(i18n, customers.filter.title)}
                </button>
                <div class="popover-panel" id="customer-filters" popover="auto">
                    <div class="stack">
                    <Choice
                        label=Signal::derive(move || t_string!(i18n, customers.filter.tier))
                        value=Signal::derive(move || filters.read().tier.clone())
                        options=Signal::derive(move || {
                            let locale = i18n.get_locale();
                            Tier::ALL
                                .into_iter()
                                .map(|tier| (tier.as_str().to_owned(), tier_name(locale, Some(tier)).to_owned()))
                                .chain([(UNGRADED.to_owned(), tier_name(locale, None).to_owned())])
                                .collect()
                        })
                        on_choose=Callback::new(move |tier| go.run(Filters { tier, ..filters.get_untracked() }))
                    />
                    <Choice
                        label=Signal::derive(move || t_string!(i18n, customers.filter.urgency))
                        value=Signal::derive(move || filters.read().urgency.clone())
                        options=Signal::derive(move || {
                            let locale = i18n.get_locale();
                            Urgency::ALL
                                .into_iter()
                                .map(|urgency| (urgency.as_str().to_owned(), urgency_name(locale, urgency).to_owned()))
                                .collect()
                        })
                        on_choose=Callback::new(move |urgency| go.run(Filters { urgency, ..filters.get_untracked() }))
                    />
                    <Choice
                        label=Signal::derive(move || t_string!(i18n, customers.filter.stage))
                        value=Signal::derive(move || filters.read().stage.clone())
                        options=Signal::derive(move || {
                            let locale = i18n.get_locale();
                            ["lead", "prospect", "active", "dormant", "lost", "blacklisted"]
                                .into_iter()
                                .map(|stage| (stage.to_owned(), stage_name(locale, stage)))
                                .collect()
                        })
                        on_choose=Callback::new(move |stage| go.run(Filters { stage, ..filters.get_untracked() }))
                    />
                    <Choice
                        label=Signal::derive(move || t_string!(i18n, customers.filter.region))
                        value=Signal::derive(move || filters.read().region.clone())
                        options=regions.into()
                        on_choose=Callback::new(move |region| go.run(Filters { region, ..filters.get_untracked() }))
                    />
                    <Choice
                        label=Signal::derive(move || t_string!(i18n, customers.filter.tag))
                        value=Signal::derive(move || filters.read().tag.clone())
                        options=tags.into()
                        on_choose=Callback::new(move |tag| go.run(Filters { tag, ..filters.get_untracked() }))
                    />
                    <button
                        type="button"
                        class="button"
                        data-kind="quiet"
                        on:click=move |_| go.run(Filters::default())
                    >
                        {t!(i18n, customers.filter.clear)}
                    </button>
                    </div>
                </div>
            </span>
            {
                let workspace = use_workspace();
                move || {
                    filters.get().contact.map(|part| {
                        let locale = i18n.get_locale();
                        let whose = whose_name(locale, &workspace, part.whose);
                        let what = narrowed_to(locale, &part).map(|what| format!("{whose} · {what}")).unwrap_or(whose);
                        view! {
                            <button
                                type="button"
                                class="chip"
                                data-state="set"
                                aria-label=t_string!(i18n, customers.filter.part_clear, what = what.clone())
                                on:click=move |_| go.run(Filters { contact: None, ..filters.get_untracked() })
                            >
                                {what.clone()} " ×"
                            </button>
                        }
                    })
                }
            }
            <button
                type="button"
                class="chip"
                aria-pressed=move || choosing.is_on.get().to_string()
                on:click=move |_| choosing.switch()
            >
                {t!(i18n, customers.choose.button)}
            </button>
            <span class="list-count" role="status">
                {move || match (count.get(), total.get()) {
                    (count, total) if count == total => t_string!(i18n, customers.count, count = count),
                    (count, total) => t_string!(i18n, customers.count_of, count = count, total = total),
                }}
            </span>
        </div>
    }
}

/// One choice of several, or all.
#[component]
fn Choice(
    #[prop(into)] label: Signal<&'static str>,
    /// The chosen key; empty for all.
    value: Signal<String>,
    /// Keys and what they are called.
    options: Signal<Vec<(String, String)>>,
    on_choose: Callback<String>,
) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <label class="field">
            <span class="label">{label}</span>
            <select
                prop:value=move || {
                    options.track();
                    value.get()
                }
                on:change=move |event| on_choose.run(event_target_value(&event))
            >
                <option value="">{t!(i18n, customers.filter.any)}</option>
                <For each=move || options.get() key=Clone::clone let((key, name))>
                    <option value=key.clone() selected=move || value.get_untracked() == key>{name}</option>
                </For>
            </select>
        </label>
    }
}

fn tally<'t>(texts: impl Iterator<Item = &'t str>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for text in texts.filter(|text| !text.is_empty()) {
        match counts.get_mut(text) {
            Some(count) => *count += 1,
            None => {
                counts.insert(text.to_owned(), 1);
            }
        }
    }
    counts
}

/// The most frequent first, at most as many as a menu can show.
fn counted(counts: BTreeMap<String, usize>) -> Vec<(String, String)> {
    let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts.truncate(200);
    counts.into_iter().map(|(text, count)| (text.clone(), format!("{text} · {count}"))).collect()
}
