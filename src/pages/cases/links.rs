//! Where a case comes from and what it has led to.

use kehu_domain::kind;
use kehu_domain::stamp::RecordId;
use leptos::prelude::*;
use leptos_router::components::A;

use crate::i18n::{t, use_i18n};
use crate::words::lang_of;
use crate::workspace::{record_name, use_workspace};

/// The case that opened this one and the cases this one has opened; nothing when there are none.
#[component]
pub fn Links(
    /// The case.
    id: RecordId,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let linked = move || {
        let lang = lang_of(i18n.get_locale());
        workspace.read(|book| {
            let named = |record: &_| record_name(book, record, lang);
            let origin = book.get(id).and_then(|case| book.get(case.reference(kind::ORIGIN)?));
            let opened: Vec<_> = book.opened_by(id).map(|case| (case.id, named(case))).collect();
            (origin.map(|origin| (origin.id, named(origin))), opened)
        })
    };
    let link = |(id, name): (RecordId, String)| view! { <A href=format!("/cases/{id}")>{name}</A> };
    move || {
        let (origin, opened) = linked();
        (origin.is_some() || !opened.is_empty()).then(|| {
            view! {
                <section class="section">
                    <div class="section-head"><h2>{t!(i18n, cases.links.title)}</h2></div>
                    <dl class="definition-list">
                        {origin.map(|origin| view! { <dt>{t!(i18n, cases.links.origin)}</dt> <dd>{link(origin)}</dd> })}
                        {(!opened.is_empty()).then(|| view! { <dt>{t!(i18n, cases.links.opened)}</dt> })}
                        {opened.into_iter().map(|case| view! { <dd>{link(case)}</dd> }).collect_view()}
                    </dl>
                </section>
            }
        })
    }
}
