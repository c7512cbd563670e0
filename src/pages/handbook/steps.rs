//! The table of a section: who does what, with what, until when, and what if it goes otherwise.

use kehu_domain::key::Key;
use kehu_domain::playbook::{Action, Playbook, Section};
use leptos::prelude::*;
use leptos_router::components::A;

use super::words::role_titles;
use crate::i18n::{Locale, td_string};
use crate::words::lang_of;

/// Every action of the section, numbered; nothing where none is written down.
#[component]
pub fn Steps(section: &'static Section, locale: Locale) -> impl IntoView {
    if section.actions.is_empty() {
        return ().into_any();
    }
    let rows = section.actions.iter().zip(1..);
    view! {
        <section class="section">
            <div class="section-head">
                <h2>{td_string!(locale, handbook.steps.title)}</h2>
            </div>
            <table class="data-table step-table" data-stack="">
                <caption class="visually-hidden">{td_string!(locale, handbook.steps.caption)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{td_string!(locale, handbook.steps.number)}</th>
                        <th scope="col">{td_string!(locale, handbook.steps.action)}</th>
                        <th scope="col">{td_string!(locale, handbook.steps.step)}</th>
                        <th scope="col">{td_string!(locale, handbook.steps.input)}</th>
                        <th scope="col">{td_string!(locale, handbook.steps.output)}</th>
                        <th scope="col">{td_string!(locale, handbook.steps.until)}</th>
                        <th scope="col">{td_string!(locale, handbook.steps.otherwise)}</th>
                    </tr>
                </thead>
                <tbody>
                    {rows.map(|(action, number)| view! { <Row section action number locale /> }).collect_view()}
                </tbody>
            </table>
        </section>
    }
    .into_any()
}

#[component]
fn Row(
    section: &'static Section,
    action: &'static Action,
    /// Its place in the table, from 1.
    number: usize,
    locale: Locale,
) -> impl IntoView {
    let lang = lang_of(locale);
    let otherwise = action.otherwise.as_ref().map(|text| {
        view! { <td data-label=td_string!(locale, handbook.steps.otherwise)>{text.get(lang)}</td> }.into_any()
    });
    view! {
        <tr>
            <td class="step-number">{number}</td>
            <th scope="row">
                {action.does.get(lang)} <small>{role_titles(locale, action.roles.iter().copied())}</small>
            </th>
            <td data-label=td_string!(locale, handbook.steps.step)>{step_label(locale, section, action.step)}</td>
            <td data-label=td_string!(locale, handbook.steps.input)>{action.input.get(lang)}</td>
            <td data-label=td_string!(locale, handbook.steps.output)>
                <div>
                    {action.output.get(lang)}
                    {action
                        .forms
                        .iter()
                        .map(|form| {
                            view! {
                                " "
                                <A href=format!("/handbook/{}?form={form}", section.id)>{&**form}</A>
                            }
                        })
                        .collect_view()}
                </div>
            </td>
            <td data-label=td_string!(locale, handbook.steps.until)>{action.until.get(lang)}</td>
            {otherwise.unwrap_or_else(|| view! { <td></td> }.into_any())}
        </tr>
    }
}

fn step_label(locale: Locale, section: &Section, step: Key) -> String {
    let playbook = Playbook::built_in();
    let processes = section.processes.iter().filter_map(|id| playbook.process(id));
    let known = processes.filter_map(|process| process.step(step)).next();
    known.map_or_else(|| step.to_string(), |step| step.label.get(lang_of(locale)).to_owned())
}
