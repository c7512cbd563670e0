//! Forms that were begun on this device and not filed.

use kehu_domain::stamp::RecordId;
use leptos::prelude::*;
use leptos_router::components::A;

use crate::i18n::{t, use_i18n};
use crate::moment::civil;
use crate::pages::cases::{draft_of, fill_address, form_title};
use crate::workspace::use_workspace;

/// A draft as it is listed.
#[derive(Clone, PartialEq)]
struct Begun {
    case: Option<RecordId>,
    form: String,
    customer: String,
    at: String,
}

/// The drafts of open cases; nothing where there are none.
#[component]
pub fn Drafts() -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let drafts = LocalResource::new(move || {
        let workspace = workspace.clone();
        workspace.pulse().track();
        async move {
            let (drafts, _) = workspace.store().drafts().await.unwrap_or_default();
            drafts
                .into_iter()
                .filter_map(|draft| {
                    let (case, form) = draft_of(&draft.id)?;
                    let customer = match case {
                        Some(case) => workspace.case(case).filter(|case| !case.is_closed())?.customer_name,
                        None => String::new(),
                    };
                    let at = civil(draft.saved_at_ms).format("%Y-%m-%d %H:%M").to_string();
                    Some(Begun { case, form: form.to_owned(), customer, at })
                })
                .collect::<Vec<_>>()
        }
    });
    let begun = move || drafts.get().unwrap_or_default();
    view! {
        <Show when=move || !begun().is_empty()>
            <section class="section">
                <div class="section-head"><h2>{t!(i18n, today.drafts.title)}</h2></div>
                <ul class="task-list">
                    {move || {
                        begun()
                            .into_iter()
                            .map(|draft| {
                                let Begun { case, form, customer, at } = draft;
                                let target = fill_address(case, &form);
                                view! {
                                    <li>
                                        <A href=target attr:class="task">
                                            <span class="task-name">{customer}</span>
                                            <span class="task-detail">
                                                {move || form_title(i18n.get_locale(), &form)} " · "
                                                {t!(i18n, today.drafts.at, at)}
                                            </span>
                                            <span class="task-due">{t!(i18n, today.drafts.open)}</span>
                                        </A>
                                    </li>
                                }
                            })
                            .collect_view()
                    }}
                </ul>
            </section>
        </Show>
    }
}
