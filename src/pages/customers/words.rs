//! Names of tiers, stages and urgencies in the user's language.

use kehu_domain::roster::{Tier, Urgency};
use leptos::prelude::*;

use crate::components::Seal;
use crate::i18n::{Locale, td_string, use_i18n};

/// What a tier is called.
pub fn tier_name(locale: Locale, tier: Option<Tier>) -> &'static str {
    match tier {
        Some(Tier::Vip) => td_string!(locale, customers.tier.vip),
        Some(Tier::A) => td_string!(locale, customers.tier.a),
        Some(Tier::B) => td_string!(locale, customers.tier.b),
        Some(Tier::C) => td_string!(locale, customers.tier.c),
        Some(Tier::D) => td_string!(locale, customers.tier.d),
        None => td_string!(locale, customers.tier.ungraded),
    }
}

/// What a tier is called, and that it waits for approval if it does.
pub fn tier_meaning(locale: Locale, tier: Option<Tier>, is_proposed: bool) -> String {
    let name = tier_name(locale, tier);
    if is_proposed && tier.is_some() {
        td_string!(locale, customers.tier.proposed, tier = name)
    } else {
        name.to_owned()
    }
}

/// What an urgency is called.
pub fn urgency_name(locale: Locale, urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Forgotten => td_string!(locale, customers.urgency.forgotten),
        Urgency::Overdue => td_string!(locale, customers.urgency.overdue),
        Urgency::Due => td_string!(locale, customers.urgency.due),
        Urgency::Soon => td_string!(locale, customers.urgency.soon),
        Urgency::Later => td_string!(locale, customers.urgency.later),
        Urgency::Resting => td_string!(locale, customers.urgency.resting),
    }
}

/// What a stage is called; an unknown one is shown as it stands.
pub fn stage_name(locale: Locale, stage: &str) -> String {
    match stage {
        "lead" => td_string!(locale, customers.stage.lead),
        "prospect" => td_string!(locale, customers.stage.prospect),
        "active" => td_string!(locale, customers.stage.active),
        "dormant" => td_string!(locale, customers.stage.dormant),
        "lost" => td_string!(locale, customers.stage.lost),
        "blacklisted" => td_string!(locale, customers.stage.blacklisted),
        "" => td_string!(locale, customers.stage.unknown),
        other => return other.to_owned(),
    }
    .to_owned()
}

/// A tier as a seal; its meaning says whether it is still to be approved.
#[component]
pub fn TierSeal(
    /// The tier, if graded.
    tier: Option<Tier>,
    /// Whether it waits for approval.
    is_proposed: bool,
    /// Large, as the one seal of a page.
    #[prop(optional)]
    is_large: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let mark = match tier {
        Some(Tier::Vip) => "贵",
        Some(tier) => tier.as_str(),
        None => "—",
    };
    let meaning = Signal::derive(move || tier_meaning(i18n.get_locale(), tier, is_proposed));
    let grade = tier.map_or("none", Tier::as_str);
    view! { <Seal mark meaning grade is_large /> }
}
