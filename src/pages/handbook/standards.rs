//! What a section is measured by: its forms, rules, checklists, key figures and acceptance.

use kehu_domain::playbook::{Kpi, Playbook, Section};
use leptos::prelude::*;
use leptos_router::components::A;

use super::words::{form_title, period, role_titles};
use crate::i18n::{Locale, td_string};
use crate::pages::export::TableMenu;
use crate::words::lang_of;

/// The section's forms, each leading to its blank sheet.
#[component]
pub fn Forms(section: &'static Section, locale: Locale) -> impl IntoView {
    (!section.forms.is_empty()).then(|| {
        let link = |form: &'static str| {
            view! {
                <li>
                    <A href=format!("/handbook/{}?form={form}", section.id)>{form_title(locale, form)}</A>
                    <span class="tag">{form}</span>
                </li>
            }
        };
        view! {
            <section class="section">
                <div class="section-head">
                    <h2>{td_string!(locale, handbook.forms.title)}</h2>
                </div>
                <ul class="form-links">{section.forms.iter().map(|form| link(form)).collect_view()}</ul>
            </section>
        }
    })
}

/// The section's business rules.
#[component]
pub fn Rules(section: &'static Section, locale: Locale) -> impl IntoView {
    (!section.rules.is_empty()).then(|| {
        let rules = section.rules.iter().map(|rule| {
            view! {
                <li>
                    <span>{&*rule.id}</span>
                    <span>{rule.text.get(lang_of(locale))}</span>
                </li>
            }
        });
        view! {
            <section class="section">
                <div class="section-head">
                    <h2>{td_string!(locale, handbook.rules.title)}</h2>
                </div>
                <ul class="rule-list">{rules.collect_view()}</ul>
            </section>
        }
    })
}

/// The section's lists of points to look at.
#[component]
pub fn Checklists(section: &'static Section, locale: Locale) -> impl IntoView {
    let lang = lang_of(locale);
    let list = move |checklist: &'static kehu_domain::playbook::Checklist| {
        let points = checklist.points.iter().map(|point| view! { <li>{point.get(lang)}</li> });
        view! {
            <section class="section">
                <div class="section-head">
                    <h2>{td_string!(locale, handbook.checklist.title, name = checklist.title.get(lang)).to_string()}</h2>
                </div>
                <ul class="check-list">{points.collect_view()}</ul>
            </section>
        }
    };
    section.checklists.iter().map(list).collect_view()
}

/// The section's rules and models at work on figures.
#[component]
pub fn Examples(section: &'static Section, locale: Locale) -> impl IntoView {
    let lang = lang_of(locale);
    (!section.examples.is_empty()).then(|| {
        let lines = section.examples.iter().map(|example| {
            view! {
                <li>
                    <span>{&*example.id}</span>
                    <div>
                        <p>{example.given.get(lang)}</p>
                        <p class="hint">"→ " {example.outcome.get(lang)}</p>
                    </div>
                </li>
            }
        });
        view! {
            <section class="section">
                <div class="section-head">
                    <h2>{td_string!(locale, handbook.examples.title)}</h2>
                </div>
                <ul class="rule-list">{lines.collect_view()}</ul>
            </section>
        }
    })
}

/// The key figures the section works for, and its own measure.
#[component]
pub fn KeyFigures(section: &'static Section, locale: Locale) -> impl IntoView {
    let known: Vec<&'static Kpi> = section.kpis.iter().filter_map(|id| Playbook::built_in().kpi(id)).collect();
    let measure = section.measure.as_ref().map(|measure| measure.get(lang_of(locale)));
    (!known.is_empty() || measure.is_some()).then(|| {
        view! {
            <section class="section">
                <div class="section-head">
                    <h2>{td_string!(locale, handbook.kpi.title)}</h2>
                    {(!known.is_empty()).then(|| view! { <TableMenu /> })}
                </div>
                {measure.map(|measure| view! { <p>{measure}</p> })}
                {(!known.is_empty()).then(|| view! { <KpiTable known locale /> })}
            </section>
        }
    })
}

#[component]
fn KpiTable(
    /// The key figures, in order.
    known: Vec<&'static Kpi>,
    locale: Locale,
) -> impl IntoView {
    let lang = lang_of(locale);
    let row = |kpi: &'static Kpi| {
        view! {
            <tr>
                <th scope="row">{kpi.title.get(lang)} <small>{&*kpi.id}</small></th>
                <td data-label=td_string!(locale, handbook.kpi.formula)>{kpi.formula.get(lang)}</td>
                <td class="number" data-label=td_string!(locale, handbook.kpi.target)>{&*kpi.target}</td>
                <td data-label=td_string!(locale, handbook.kpi.period)>{period(locale, kpi.period)}</td>
                <td class="number" data-label=td_string!(locale, handbook.kpi.weight)>
                    {format!("{} %", kpi.weight.normalize())}
                </td>
                <td data-label=td_string!(locale, handbook.kpi.position)>{position(locale, kpi)}</td>
            </tr>
        }
    };
    view! {
        <table class="data-table" data-stack="">
            <thead>
                <tr>
                    <th scope="col">{td_string!(locale, handbook.kpi.name)}</th>
                    <th scope="col">{td_string!(locale, handbook.kpi.formula)}</th>
                    <th scope="col" class="number">{td_string!(locale, handbook.kpi.target)}</th>
                    <th scope="col">{td_string!(locale, handbook.kpi.period)}</th>
                    <th scope="col" class="number">{td_string!(locale, handbook.kpi.weight)}</th>
                    <th scope="col">{td_string!(locale, handbook.kpi.position)}</th>
                </tr>
            </thead>
            <tbody>{known.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
}

/// The roles of the position whose sheet has the key figure.
fn position(locale: Locale, kpi: &Kpi) -> String {
    let roles = Playbook::built_in().roles.iter().filter(|role| role.position == Some(kpi.position));
    let titles = role_titles(locale, roles.map(|role| role.code));
    if titles.is_empty() { kpi.position.to_string() } else { titles }
}

/// What must be true of the section.
#[component]
pub fn Acceptance(section: &'static Section, locale: Locale) -> impl IntoView {
    (!section.acceptance.is_empty()).then(|| {
        let lines = section.acceptance.iter().map(|line| view! { <li>{line.get(lang_of(locale))}</li> });
        view! {
            <section class="section">
                <div class="section-head">
                    <h2>{td_string!(locale, handbook.acceptance.title)}</h2>
                </div>
                <ul class="check-list">{lines.collect_view()}</ul>
            </section>
        }
    })
}
