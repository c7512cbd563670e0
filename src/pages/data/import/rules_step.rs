//! The third step: what is written, by what records are recognised, and what empty and unreadable cells do.

use kehu_domain::import::{BadCell, Blanks, MatchBy, Options, Proposal, Target, Use, Writes};
use kehu_domain::key::Key;
use kehu_domain::kind::{CODE, CONTACT, CUSTOMER, MOBILE, NAME, PHONE, TAGS, USCC};
use leptos::prelude::*;

use super::StepHeading;
use super::as_before::AsBefore;
use super::wizard::{Step, Wizard, live};
use super::words::field_name;
use crate::i18n::{Locale, t, t_string, td_string, use_i18n};

/// The rules of the import; the usual ones are chosen, so that a beginner only goes on.
#[component]
pub fn RulesStep(wizard: Wizard) -> impl IntoView {
    let i18n = use_i18n();
    let has_moved = wizard.has_moved.get();
    let options = live(&wizard.options);
    let set = {
        let wizard = wizard.clone();
        move |change: Box<dyn FnOnce(&mut Options)>| wizard.options.update(change)
    };
    let (set_writes, set_blanks, set_cells) = (set.clone(), set.clone(), set);
    view! {
        <section class="section stack">
            <StepHeading has_moved>{t!(i18n, import.rules.title)}</StepHeading>
            <p>{t!(i18n, import.rules.text)}</p>
            <AsBefore wizard=wizard.clone() />
            <RadioGroup
                name="import-writes"
                legend=Signal::derive(move || t_string!(i18n, import.rules.writes))
                choices=vec![Writes::Both, Writes::OnlyNew, Writes::OnlyKnown]
                word=writes_word
                chosen=Signal::derive(move || options.read().writes)
                on_choose=Callback::new(move |choice| set_writes(Box::new(move |options| options.writes = choice)))
            />
            <MatchGroup wizard=wizard.clone() />
            <RadioGroup
                name="import-blanks"
                legend=Signal::derive(move || t_string!(i18n, import.rules.blanks))
                choices=vec![Blanks::Keep, Blanks::Clear]
                word=blanks_word
                chosen=Signal::derive(move || options.read().blanks)
                on_choose=Callback::new(move |choice| set_blanks(Box::new(move |options| options.blanks = choice)))
            />
            <RadioGroup
                name="import-cells"
                legend=Signal::derive(move || t_string!(i18n, import.rules.bad_cells))
                choices=vec![BadCell::RefuseRow, BadCell::DropCell]
                word=cells_word
                chosen=Signal::derive(move || options.read().bad_cells)
                on_choose=Callback::new(move |choice| set_cells(Box::new(move |options| options.bad_cells = choice)))
            />
            <TagField wizard />
        </section>
    }
}

/// One question with a few answers.
#[component]
fn RadioGroup<T: Copy + PartialEq + Send + Sync + 'static>(
    /// What the radio buttons are called together.
    name: &'static str,
    /// The question.
    legend: Signal<&'static str>,
    /// The answers, the usual one first.
    choices: Vec<T>,
    /// What an answer is called.
    word: fn(Locale, T) -> &'static str,
    /// The answer in force.
    chosen: Signal<T>,
    /// Takes another answer.
    on_choose: Callback<T>,
) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <fieldset class="choice-field">
            <legend>{move || legend.get()}</legend>
            {choices
                .into_iter()
                .map(|choice| view! {
                    <label>
                        <input
                            type="radio"
                            name=name
                            prop:checked=move || chosen.get() == choice
                            on:change=move |_| on_choose.run(choice)
                        />
                        <span>{move || word(i18n.get_locale(), choice)}</span>
                    </label>
                })
                .collect_view()}
        </fieldset>
    }
}

/// By what rows and records are the same: the usual way, one of the known keys, or any column.
#[component]
fn MatchGroup(wizard: Wizard) -> impl IntoView {
    let i18n = use_i18n();
    let options = live(&wizard.options);
    let dictionary = wizard.dictionary.get_untracked();
    let (kind, ways, fields) = wizard.proposal.with_untracked(|proposal| {
        proposal.as_ref().map(|proposal| (proposal.kind, ways(proposal), fields(proposal))).unwrap_or_else(|| {
            // Without columns there is nothing to choose from.
            (CUSTOMER, vec![Way::Usual], Vec::new())
        })
    });
    let chosen = Signal::derive(move || Way::of(options.read().match_by));
    let first = fields.first().copied();
    let on_choose = {
        let wizard = wizard.clone();
        Callback::new(move |way: Way| {
            if let Some(match_by) = way.match_by(first) {
                wizard.options.update(|options| options.match_by = match_by);
            }
        })
    };
    let is_chosen = move |field: Key| move || options.read().match_by == MatchBy::Field(field);
    view! {
        <RadioGroup
            name="import-match"
            legend=Signal::derive(move || t_string!(i18n, import.rules.match_by))
            choices=ways
            word=way_word(kind)
            chosen
            on_choose
        />
        <Show when=move || chosen.get() == Way::Field>
            {
                let (wizard, dictionary, fields) = (wizard.clone(), dictionary.clone(), fields.clone());
                view! {
                    <div class="field">
                        <label for="import-match-field">{t!(i18n, import.rules.field)}</label>
                        <select
                            id="import-match-field"
                            on:change=move |event| {
                                if let Ok(field) = Key::new(&event_target_value(&event)) {
                                    wizard.options.update(|options| options.match_by = MatchBy::Field(field));
                                }
                            }
                        >
                            {fields
                                .into_iter()
                                .map(|field| {
                                    let dictionary = dictionary.clone();
                                    let label = move || {
                                        field_name(i18n.get_locale(), &dictionary, Target { kind, field })
                                    };
                                    view! {
                                        <option value=field.as_str() prop:selected=is_chosen(field)>{label}</option>
                                    }
                                })
                                .collect_view()}
                        </select>
                    </div>
                }
            }
        </Show>
    }
}

/// The tag every record of the batch gets.
#[component]
fn TagField(wizard: Wizard) -> impl IntoView {
    let i18n = use_i18n();
    let options = live(&wizard.options);
    let set = move |event| {
        let tag = event_target_value(&event).trim().to_owned();
        // Without a tag a batch could not be told apart: an empty field takes the last one again.
        wizard.options.update(|options| {
            if !tag.is_empty() {
                options.tag = tag;
            }
        });
    };
    view! {
        <div class="field">
            <label for="import-tag">{t!(i18n, import.check.tag)}</label>
            <p class="hint" id="import-tag-hint">{t!(i18n, import.check.tag_hint)}</p>
            <input
                id="import-tag"
                type="text"
                maxlength="60"
                aria-describedby="import-tag-hint"
                prop:value=move || options.read().tag.clone()
                on:change=set
            />
        </div>
    }
}

/// A way to recognise records, before any field is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Usual,
    Code,
    Uscc,
    NameAndPhone,
    Field,
}

impl Way {
    fn of(match_by: MatchBy) -> Self {
        match match_by {
            MatchBy::Usual => Self::Usual,
            MatchBy::Code => Self::Code,
            MatchBy::Uscc => Self::Uscc,
            MatchBy::NameAndPhone => Self::NameAndPhone,
            MatchBy::Field(_) => Self::Field,
        }
    }

    fn match_by(self, field: Option<Key>) -> Option<MatchBy> {
        Some(match self {
            Self::Usual => MatchBy::Usual,
            Self::Code => MatchBy::Code,
            Self::Uscc => MatchBy::Uscc,
            Self::NameAndPhone => MatchBy::NameAndPhone,
            Self::Field => MatchBy::Field(field?),
        })
    }
}

/// The ways that the columns of the file allow.
fn ways(proposal: &Proposal) -> Vec<Way> {
    let has = |kind: Key, field: Key| {
        proposal.columns.iter().any(|column| column.decided == Use::Field(Target { kind, field }))
    };
    let is_customer = proposal.kind == CUSTOMER;
    let has_number = has(CONTACT, MOBILE) || has(CONTACT, PHONE);
    let mut ways = vec![Way::Usual];
    ways.extend(has(proposal.kind, CODE).then_some(Way::Code));
    ways.extend((is_customer && has(CUSTOMER, USCC)).then_some(Way::Uscc));
    ways.extend((is_customer && has(CUSTOMER, NAME) && has_number).then_some(Way::NameAndPhone));
    ways.extend((!fields(proposal).is_empty()).then_some(Way::Field));
    ways
}

/// The fields of the imported kind that columns fill and records can be recognised by.
fn fields(proposal: &Proposal) -> Vec<Key> {
    let own = proposal.columns.iter().filter_map(|column| match column.decided {
        Use::Field(target) if target.kind == proposal.kind && ![TAGS, CODE].contains(&target.field) => {
            Some(target.field)
        }
        _ => None,
    });
    own.collect()
}

fn writes_word(locale: Locale, choice: Writes) -> &'static str {
    match choice {
        Writes::Both => td_string!(locale, import.rules.both),
        Writes::OnlyNew => td_string!(locale, import.rules.only_new),
        Writes::OnlyKnown => td_string!(locale, import.rules.only_known),
    }
}

fn blanks_word(locale: Locale, choice: Blanks) -> &'static str {
    match choice {
        Blanks::Keep => td_string!(locale, import.rules.keep),
        Blanks::Clear => td_string!(locale, import.rules.clear),
    }
}

fn cells_word(locale: Locale, choice: BadCell) -> &'static str {
    match choice {
        BadCell::RefuseRow => td_string!(locale, import.rules.refuse),
        BadCell::DropCell => td_string!(locale, import.rules.drop),
    }
}

/// The words for the ways: what is usual differs by kind.
fn way_word(kind: Key) -> fn(Locale, Way) -> &'static str {
    if kind == CUSTOMER {
        |locale, way| match way {
            Way::Usual => td_string!(locale, import.rules.usual_customer),
            other => other_way_word(locale, other),
        }
    } else if kind == CONTACT {
        |locale, way| match way {
            Way::Usual => td_string!(locale, import.rules.usual_contact),
            other => other_way_word(locale, other),
        }
    } else {
        other_way_word
    }
}

fn other_way_word(locale: Locale, way: Way) -> &'static str {
    match way {
        Way::Usual => td_string!(locale, import.rules.usual),
        Way::Code => td_string!(locale, import.rules.code),
        Way::Uscc => td_string!(locale, import.rules.uscc),
        Way::NameAndPhone => td_string!(locale, import.rules.name_phone),
        Way::Field => td_string!(locale, import.rules.by_field),
    }
}

/// Back to the columns, or on to the rehearsal.
#[component]
pub fn RulesActions(wizard: Wizard) -> impl IntoView {
    let i18n = use_i18n();
    let (back, free) = (wizard.clone(), wizard.clone());
    let is_busy = move || free.is_busy();
    view! {
        <div class="page-actions">
            <button type="button" class="button" on:click=move |_| back.go(Step::Columns)>
                {t!(i18n, import.action.back)}
            </button>
            <button
                type="button"
                class="button"
                data-kind="primary"
                disabled=is_busy
                on:click=move |_| wizard.check()
            >
                {t!(i18n, import.action.next)}
            </button>
        </div>
    }
}
