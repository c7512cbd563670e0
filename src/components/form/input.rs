//! The input of one field, by its type; what cannot be read yet is kept as it was typed.

use kehu_domain::dictionary::Dictionary;
use kehu_domain::field::{Choice, Field, FieldType};
use kehu_domain::field_text::{self, Reading};
use kehu_domain::kind;
use kehu_domain::value::{Mark, Value};
use leptos::prelude::*;

use super::Lookups;
use super::attach::{Attach, Attaching};
use super::place::PlaceInput;
use crate::i18n::{t, t_string, use_i18n};
use crate::words::{lang, typed_value};

/// The most choices shown as buttons; more become a menu.
const MAX_BUTTONS: usize = 4;

/// Whether a field is several buttons under one legend rather than one input with a label.
pub fn is_group(field: &Field) -> bool {
    match &field.kind {
        FieldType::Rating | FieldType::Bool | FieldType::ChoiceSet(_) => true,
        FieldType::Choice(kehu_domain::field::Choices::Given(choices)) => choices.len() <= MAX_BUTTONS,
        _ => field.takes_marks,
    }
}

/// An input for a field's type.
#[component]
pub fn Input(
    /// The element's id, which its label names.
    id: String,
    field: Field,
    /// The present content.
    value: Signal<Value>,
    /// Hears the new content with every key press.
    on_change: Callback<Value>,
    /// Whether it is to be corrected.
    is_wrong: Signal<bool>,
    /// The ids of hint and problem.
    described: Signal<String>,
    lookups: StoredValue<Lookups, LocalStorage>,
) -> impl IntoView {
    let marks = field.takes_marks;
    let name = id.clone();
    let main = match field.kind.clone() {
        FieldType::Rating => view! { <Rating name=name.clone() value on_change marks /> }.into_any(),
        FieldType::Bool => view! { <YesNo name=name.clone() value on_change /> }.into_any(),
        FieldType::Choice(choices) => {
            let choices = lookups.with_value(|lookups| lookups.choices(&choices));
            if is_group(&field) {
                view! { <Buttons name=name.clone() choices value on_change /> }.into_any()
            } else {
                let options = choices;
                view! { <Menu id=id.clone() options value on_change is_wrong described /> }.into_any()
            }
        }
        FieldType::ChoiceSet(choices) => {
            let choices = lookups.with_value(|lookups| lookups.choices(&choices));
            view! { <Checks choices value on_change /> }.into_any()
        }
        FieldType::Reference(kind) => {
            let options = lookups.with_value(|lookups| (lookups.records)(kind));
            let is_contact = kind == kind::CONTACT;
            view! { <RecordMenu id=id.clone() options is_contact value on_change is_wrong described /> }.into_any()
        }
        FieldType::File | FieldType::Photo | FieldType::Sign => {
            let kind = match field.kind {
                FieldType::Photo => Attaching::Photo,
                FieldType::Sign => Attaching::Signature,
                _ => Attaching::File,
            };
            view! { <Attach id=id.clone() kind value on_change described lookups /> }.into_any()
        }
        FieldType::Place => {
            view! { <PlaceInput id=id.clone() value on_change is_wrong described lookups /> }.into_any()
        }
        FieldType::Long => view! {
            <textarea
                id=id.clone()
                rows="4"
                maxlength="4000"
                aria-invalid=move || is_wrong.get().then_some("true")
                aria-describedby=described
                prop:value=move || value.get().as_text().unwrap_or_default().to_owned()
                on:input=move |event| on_change.run(Value::text(event_target_value(&event)))
            ></textarea>
        }
        .into_any(),
        kind => view! { <TextLine id=id.clone() kind value on_change is_wrong described /> }.into_any(),
    };
    let has_marks = marks && !matches!(field.kind, FieldType::Rating);
    view! {
        {main}
        {has_marks.then(|| view! { <Marks name=format!("{name}-mark") value on_change /> })}
    }
}

/// One line of text, a number, a date or a time.
#[component]
fn TextLine(
    id: String,
    kind: FieldType,
    value: Signal<Value>,
    on_change: Callback<Value>,
    is_wrong: Signal<bool>,
    described: Signal<String>,
) -> impl IntoView {
    let (input_type, mode) = match kind {
        FieldType::Date => ("date", "none"),
        FieldType::DateTime => ("datetime-local", "none"),
        FieldType::Time => ("time", "none"),
        FieldType::Int { .. } => ("text", "numeric"),
        FieldType::Decimal { .. } | FieldType::Money | FieldType::Percent | FieldType::Score => ("text", "decimal"),
        FieldType::Phone => ("tel", "tel"),
        FieldType::Email => ("email", "email"),
        _ => ("text", "text"),
    };
    let max = match kind {
        FieldType::Text { max } => max.to_string(),
        _ => "120".to_owned(),
    };
    let shown = {
        let kind = kind.clone();
        move || typed_value(&kind, &value.get())
    };
    let read = move |text: String| {
        let text = text.trim();
        if text.is_empty() {
            return Value::Null;
        }
        match kind {
            FieldType::Date | FieldType::DateTime | FieldType::Time | FieldType::Text { .. } => Value::text(text),
            // What does not read as the type stays as typed: the check says what is wrong with it.
            ref kind => field_text::parse(kind, text, Reading::new(Dictionary::built_in()))
                .unwrap_or_else(|_| Value::text(text)),
        }
    };
    let node = NodeRef::<leptos::html::Input>::new();
    let typed = read.clone();
    let now_shown = shown.clone();
    Effect::new(move || {
        // What is typed stays as it is typed; what came from elsewhere is written into the input.
        let now = value.get();
        if let Some(input) = node.get()
            && typed(input.value()) != now
        {
            input.set_value(&now_shown());
        }
    });
    view! {
        <input
            node_ref=node
            id=id
            type=input_type
            inputmode=(mode != "none").then_some(mode)
            maxlength=(input_type == "text").then_some(max)
            autocomplete="off"
            aria-invalid=move || is_wrong.get().then_some("true")
            aria-describedby=described
            value=shown.clone()()
            on:input=move |event| on_change.run(read(event_target_value(&event)))
        />
    }
}

/// One to five as large buttons, and the two marks where they are offered.
#[component]
fn Rating(name: String, value: Signal<Value>, on_change: Callback<Value>, marks: bool) -> impl IntoView {
    let i18n = use_i18n();
    let caption = move |rating: i64| match rating {
        1 => Some(t!(i18n, cases.form.rating_low).into_any()),
        5 => Some(t!(i18n, cases.form.rating_high).into_any()),
        _ => None,
    };
    view! {
        <div class="rating-choices">
            {(1..=5)
                .map(|rating| {
                    view! {
                        <label>
                            <input
                                type="radio"
                                name=name.clone()
                                prop:checked=move || *value.read() == Value::Int(rating)
                                on:change=move |_| on_change.run(Value::Int(rating))
                            />
                            {rating}
                            <small>{caption(rating)}</small>
                        </label>
                    }
                })
                .collect_view()}
            {marks.then(|| view! { <MarkChoices name=name.clone() value on_change /> })}
        </div>
    }
}

/// "Not applicable" and "missing" as two more choices; spec 1.4.
#[component]
fn MarkChoices(name: String, value: Signal<Value>, on_change: Callback<Value>) -> impl IntoView {
    let i18n = use_i18n();
    [Mark::NotApplicable, Mark::Missing]
        .into_iter()
        .map(|mark| {
            let label = move || match mark {
                Mark::NotApplicable => t_string!(i18n, cases.form.na),
                Mark::Missing => t_string!(i18n, cases.form.missing),
            };
            view! {
                <label data-choice=mark.as_str()>
                    <input
                        type="radio"
                        name=name.clone()
                        prop:checked=move || *value.read() == Value::Mark(mark)
                        on:change=move |_| on_change.run(Value::Mark(mark))
                    />
                    {label}
                </label>
            }
        })
        .collect_view()
}

/// The two marks beside an input of another type; typing takes them back.
#[component]
fn Marks(name: String, value: Signal<Value>, on_change: Callback<Value>) -> impl IntoView {
    view! {
        <div class="rating-choices">
            <MarkChoices name value on_change />
        </div>
    }
}

#[component]
fn YesNo(name: String, value: Signal<Value>, on_change: Callback<Value>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="segmented-control">
            {[true, false]
                .into_iter()
                .map(|answer| {
                    view! {
                        <label>
                            <input
                                type="radio"
                                name=name.clone()
                                prop:checked=move || *value.read() == Value::Bool(answer)
                                on:change=move |_| on_change.run(Value::Bool(answer))
                            />
                            {move || {
                                if answer { t_string!(i18n, cases.form.yes) } else { t_string!(i18n, cases.form.no) }
                            }}
                        </label>
                    }
                })
                .collect_view()}
        </div>
    }
}

/// A few choices as buttons side by side.
#[component]
fn Buttons(name: String, choices: Vec<Choice>, value: Signal<Value>, on_change: Callback<Value>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="segmented-control">
            {choices
                .into_iter()
                .map(|choice| {
                    let key = choice.key;
                    view! {
                        <label>
                            <input
                                type="radio"
                                name=name.clone()
                                prop:checked=move || value.read().as_text() == Some(key.as_str())
                                on:change=move |_| on_change.run(Value::from(key.as_str()))
                            />
                            {move || choice.label.get(lang(i18n)).to_owned()}
                        </label>
                    }
                })
                .collect_view()}
        </div>
    }
}

/// Any of several.
#[component]
fn Checks(choices: Vec<Choice>, value: Signal<Value>, on_change: Callback<Value>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="choice-field">
            {choices
                .into_iter()
                .map(|choice| {
                    let key = choice.key;
                    let holds = move |value: &Value| value.items().iter().any(|item| item.as_text() == Some(key.as_str()));
                    let toggle = move |_| {
                        let mut items = value.get_untracked().items().to_vec();
                        if items.iter().any(|item| item.as_text() == Some(key.as_str())) {
                            items.retain(|item| item.as_text() != Some(key.as_str()));
                        } else {
                            items.push(Value::from(key.as_str()));
                        }
                        on_change.run(Value::List(items));
                    };
                    view! {
                        <label>
                            <input type="checkbox" prop:checked=move || holds(&value.read()) on:change=toggle />
                            {move || choice.label.get(lang(i18n)).to_owned()}
                        </label>
                    }
                })
                .collect_view()}
        </div>
    }
}

/// Many choices as a menu.
#[component]
fn Menu(
    id: String,
    options: Vec<Choice>,
    value: Signal<Value>,
    on_change: Callback<Value>,
    is_wrong: Signal<bool>,
    described: Signal<String>,
) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <select
            id=id
            aria-invalid=move || is_wrong.get().then_some("true")
            aria-describedby=described
            on:change=move |event| on_change.run(Value::text(event_target_value(&event)))
        >
            <option value="" selected=move || value.read().is_blank()>{t!(i18n, cases.form.choose)}</option>
            {options
                .into_iter()
                .map(|choice| {
                    let key = choice.key;
                    view! {
                        <option value=key.as_str() selected=move || value.read().as_text() == Some(key.as_str())>
                            {move || choice.label.get(lang(i18n)).to_owned()}
                        </option>
                    }
                })
                .collect_view()}
        </select>
    }
}

/// A record to choose, by name.
#[component]
fn RecordMenu(
    id: String,
    options: Vec<(String, String)>,
    /// Whether contacts are chosen, which are added on the customer's card.
    is_contact: bool,
    value: Signal<Value>,
    on_change: Callback<Value>,
    is_wrong: Signal<bool>,
    described: Signal<String>,
) -> impl IntoView {
    let i18n = use_i18n();
    let is_empty = options.is_empty();
    view! {
        <select
            id=id
            aria-invalid=move || is_wrong.get().then_some("true")
            aria-describedby=described
            on:change=move |event| on_change.run(Value::text(event_target_value(&event)))
        >
            <option value="" selected=move || value.read().is_blank()>{t!(i18n, cases.form.choose)}</option>
            {options
                .into_iter()
                .map(|(key, name)| {
                    let chosen = key.clone();
                    view! {
                        <option value=key selected=move || value.read().as_text() == Some(&*chosen)>
                            {name}
                        </option>
                    }
                })
                .collect_view()}
        </select>
        {is_empty
            .then(|| {
                let hint = move || {
                    if is_contact {
                        t_string!(i18n, cases.form.no_contact_to_choose)
                    } else {
                        t_string!(i18n, cases.form.none_to_choose)
                    }
                };
                view! { <p class="hint">{hint}</p> }
            })}
    }
}
