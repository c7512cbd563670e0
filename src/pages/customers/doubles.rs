//! Customers that may be the one being typed, and the words for why.

use kehu_domain::duplicate::{Certainty, Likeness, Profile, Reason};
use kehu_domain::kind;
use kehu_domain::stamp::RecordId;
use leptos::prelude::*;
use leptos_router::components::A;

use crate::i18n::{Locale, t, td_string, use_i18n};
use crate::workspace::use_workspace;

/// How many are shown.
const SHOWN: usize = 5;

/// The customers that may be the one being typed, with reasons and links; nothing where there is none.
#[component]
pub fn LikelyDoubles(
    /// What is typed so far.
    typed: Signal<Profile>,
    /// The customer that is being changed, which is not its own double.
    #[prop(default = None)]
    except: Option<RecordId>,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    leptos::task::spawn_local({
        let workspace = workspace.clone();
        async move { workspace.know_doubles().await }
    });
    let doubles = Memo::new(move |_| {
        let mut found = workspace.likely_doubles(&typed.read(), except);
        found.truncate(SHOWN);
        workspace.read(|book| {
            let named = |(id, likeness): (RecordId, Likeness)| {
                let record = book.get(id)?;
                Some((id, record.text(kind::CODE).to_owned(), record.text(kind::NAME).to_owned(), likeness))
            };
            found.into_iter().filter_map(named).collect::<Vec<_>>()
        })
    });
    view! {
        <div role="status">
            <Show when=move || !doubles.read().is_empty()>
                <p>{t!(i18n, duplicate.typing.title)}</p>
                <ul>
                    <For
                        each=move || doubles.get()
                        key=|(id, _, _, likeness)| (*id, likeness.reasons.clone())
                        let((id, code, name, likeness))
                    >
                        <li>
                            <A href=format!("/customers/{id}")>{name}</A>
                            " "
                            <span class="hint">
                                {code} " · " {move || reasons(i18n.get_locale(), &likeness)}
                            </span>
                        </li>
                    </For>
                </ul>
            </Show>
        </div>
    }
}

/// Why two customers may be one, in words.
pub fn reasons(locale: Locale, likeness: &Likeness) -> String {
    let all = likeness.reasons.iter().map(|reason| reason_name(locale, *reason));
    let caution = likeness.has_other_uscc.then(|| td_string!(locale, duplicate.reason.other_uscc));
    let between = if locale == Locale::zh { "、" } else { ", " };
    all.chain(caution).collect::<Vec<_>>().join(between)
}

fn reason_name(locale: Locale, reason: Reason) -> &'static str {
    match reason {
        Reason::Uscc => td_string!(locale, duplicate.reason.uscc),
        Reason::Phone => td_string!(locale, duplicate.reason.phone),
        Reason::Name => td_string!(locale, duplicate.reason.name),
        Reason::Core => td_string!(locale, duplicate.reason.core),
        Reason::Sound => td_string!(locale, duplicate.reason.sound),
        Reason::Near => td_string!(locale, duplicate.reason.near),
    }
}

/// How sure it is, in one word.
pub fn certainty_name(locale: Locale, certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Certain => td_string!(locale, duplicate.certainty.certain),
        Certainty::Likely => td_string!(locale, duplicate.certainty.likely),
        Certainty::Possible => td_string!(locale, duplicate.certainty.possible),
    }
}
