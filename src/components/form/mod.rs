//! A form on screen: its sections and fields, what is asked when, and what is wrong with the answers.

mod attach;
mod field;
mod input;
mod place;
mod problems;
mod rows;
mod table;

use std::collections::BTreeMap;
use std::rc::Rc;

use kehu_domain::field::{Choice, Choices};
use kehu_domain::form::{self, Answers, Context, Form, Problem};
use kehu_domain::key::Key;
use leptos::prelude::*;

use crate::i18n::use_i18n;
use crate::words::lang;
use attach::{Keep, Show};
use field::FieldRow;
use place::Locate;

pub use attach::Shown as ShownAttachment;

pub use table::rows_table;

pub use problems::{ErrorSummary, problem_text};

/// What a field may choose from beyond the form itself: records by kind, and dictionary groups.
#[derive(Clone)]
pub struct Lookups {
    /// Records of a kind as (id, name).
    pub records: Rc<dyn Fn(Key) -> Vec<(String, String)>>,
    /// Choices of a dictionary group.
    pub group: Rc<dyn Fn(Key) -> Vec<Choice>>,
    /// Keeps a file, a photo or a signature.
    pub keep: Keep,
    /// What is kept.
    pub show: Show,
    /// Finds out where the device is, once somebody asks.
    pub locate: Locate,
}

impl Lookups {
    /// What a record that a field of the form refers to is called.
    pub fn name(&self, kind: Key, id: &str) -> Option<String> {
        (self.records)(kind).into_iter().find(|(record, _)| record == id).map(|(_, name)| name)
    }

    /// The choices of a field, wherever they come from.
    pub fn choices(&self, choices: &Choices) -> Vec<Choice> {
        match choices {
            Choices::Given(choices) => choices.clone(),
            Choices::Group(group) => (self.group)(*group),
        }
    }
}

/// Everything a field needs to know about the form it stands on.
#[derive(Clone, Copy)]
pub(super) struct Sheet {
    pub answers: RwSignal<Answers>,
    pub problems: Signal<Vec<Problem>>,
    pub lookups: StoredValue<Lookups, LocalStorage>,
    pub earlier: StoredValue<Earlier>,
}

/// What was answered last time, told beside the fields.
#[derive(Clone, Default)]
pub struct Earlier {
    /// In words, by field.
    pub told: BTreeMap<Key, String>,
    /// What of it may be taken over.
    pub repeatable: Answers,
}

/// The sections and fields of a form; the answers are kept with every key press.
#[component]
pub fn FormSheet(
    /// The template.
    form: Form,
    /// What is answered so far.
    answers: RwSignal<Answers>,
    /// What surrounds the form: the time, the stage, the case.
    context: Signal<Context, LocalStorage>,
    /// What is to be corrected, once somebody tried to file it.
    #[prop(into)]
    problems: Signal<Vec<Problem>>,
    /// What fields may choose from.
    lookups: Lookups,
    /// What was answered last time.
    #[prop(optional)]
    earlier: Earlier,
) -> impl IntoView {
    let i18n = use_i18n();
    let sheet =
        Sheet { answers, problems, lookups: StoredValue::new_local(lookups), earlier: StoredValue::new(earlier) };
    let template = StoredValue::new_local(form.clone());
    let looks = Memo::new_with_compare(
        move |_| template.with_value(|form| form::state(form, &answers.read(), &context.get())),
        |old, new| old != new,
    );
    form.sections
        .into_iter()
        .map(|section| {
            let keys: Vec<Key> = section.fields.iter().map(|field| field.field.key).collect();
            let is_shown = move || {
                let looks = looks.read();
                keys.iter().any(|key| looks.field(*key).is_some_and(|field| field.is_visible))
            };
            let (title, hint) = (section.title, section.hint);
            let fields = section.fields;
            view! {
                <Show when=is_shown>
                    <section class="form-section">
                        <h2>
                            {
                                let title = title.clone();
                                move || title.get(lang(i18n)).to_owned()
                            }
                        </h2>
                        {hint
                            .clone()
                            .map(|hint| view! { <p class="hint">{move || hint.get(lang(i18n)).to_owned()}</p> })}
                        {fields
                            .clone()
                            .into_iter()
                            .map(|field| {
                                let key = field.field.key;
                                let look = Memo::new(move |_| looks.read().field(key).cloned());
                                view! { <FieldRow field look sheet /> }
                            })
                            .collect_view()}
                    </section>
                </Show>
            }
        })
        .collect_view()
}
