//! The contacts of a customer: who they are, how to reach them, and keeping them up to date.

use kehu_domain::book::Record;
use kehu_domain::change::Cells;
use kehu_domain::dictionary::Dictionary;
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::stamp::RecordId;
use kehu_domain::value::Value;
use leptos::prelude::*;
use leptos_router::components::A;

use super::consents::{Consents, standing};
use super::delete::DeleteDialog;
use super::edit::{RecordForm, Target};
use super::names::{Names, Terms};
use crate::components::Dialog;
use crate::i18n::{Locale, t, t_string, use_i18n};
use crate::words;
use crate::workspace::{Workspace, use_workspace};

/// The part a contact plays in a decision.
const ROLE: Key = Key::of("role");
/// Whether a contact does not want to be called.
const DO_NOT_CALL: Key = Key::of("do_not_call");

/// A contact as the card shows them.
#[derive(Clone, PartialEq)]
struct Person {
    id: RecordId,
    name: String,
    /// Title, role and birthday, as far as known.
    about: String,
    /// Numbers to call: digits and how they are read.
    numbers: Vec<(String, String)>,
    email: String,
    is_not_called: bool,
    /// What they agreed to or took back, a line for each purpose.
    consents: Vec<String>,
}

/// Everybody known at the customer.
#[component]
pub fn People(
    /// The customer.
    customer: RecordId,
    /// What fields and choices are called.
    terms: Terms,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let people = {
        let workspace = workspace.clone();
        Memo::new(move |_| people(&workspace, customer, terms, i18n.get_locale()))
    };
    let target = RwSignal::new(new_contact(customer));
    let (is_editing, is_deleting) = (RwSignal::new(false), RwSignal::new(false));
    let to_delete = RwSignal::new(None::<RecordId>);
    let is_consenting = RwSignal::new(false);
    let consenting = RwSignal::new(None::<(RecordId, String)>);
    let on_edit = Callback::new(move |id| {
        target.set(Target::Change(id));
        is_editing.set(true);
    });
    let title = Signal::derive(move || match *target.read() {
        Target::Create(_) => t_string!(i18n, customers.people.add_title).to_owned(),
        Target::Change(_) => t_string!(i18n, customers.people.edit_title).to_owned(),
    });
    view! {
        <section class="section" id="people">
            <div class="section-head">
                <h2>{t!(i18n, customers.card.people)}</h2>
                <button
                    type="button"
                    class="button"
                    data-size="small"
                    on:click=move |_| {
                        target.set(new_contact(customer));
                        is_editing.set(true);
                    }
                >
                    {t!(i18n, customers.people.add)}
                </button>
                <Show when=move || !people.read().is_empty()>
                    <A
                        href=format!("/data/export?customer={customer}")
                        attr:class="button"
                        attr:data-kind="quiet"
                        attr:data-size="small"
                    >
                        {t!(i18n, export.ask.from_card)}
                    </A>
                </Show>
            </div>
            <Show
                when=move || !people.read().is_empty()
                fallback=move || view! { <p class="hint">{t!(i18n, customers.card.no_people)}</p> }
            >
                <ul class="people-list">
                    {move || {
                        people
                            .get()
                            .into_iter()
                            .map(|person| {
                                let id = person.id;
                                let on_delete = Callback::new(move |()| {
                                    to_delete.set(Some(id));
                                    is_deleting.set(true);
                                });
                                let asked = (person.id, person.name.clone());
                                let on_consent = Callback::new(move |()| {
                                    consenting.set(Some(asked.clone()));
                                    is_consenting.set(true);
                                });
                                view! { <PersonRow person on_edit on_consent on_delete /> }
                            })
                            .collect_view()
                    }}
                </ul>
            </Show>
            <Dialog open=is_editing title>
                <RecordForm
                    kind=kind::CONTACT
                    target=target.get_untracked()
                    terms
                    on_done=Callback::new(move |()| is_editing.set(false))
                />
            </Dialog>
            <DeleteDialog open=is_deleting record=to_delete terms />
            {move || {
                consenting
                    .get()
                    .map(|(contact, name)| view! { <Consents open=is_consenting contact customer name /> })
            }}
        </section>
    }
}

fn new_contact(customer: RecordId) -> Target {
    Target::Create([(kind::CUSTOMER_REF, customer.into())].into_iter().collect::<Cells<Value>>())
}

#[component]
fn PersonRow(
    person: Person,
    /// Opens the form.
    on_edit: Callback<RecordId>,
    /// Shows what they agreed to.
    on_consent: Callback<()>,
    /// Asks whether to delete.
    on_delete: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let Person { id, name, about, numbers, email, is_not_called, consents } = person;
    let numbers = numbers
        .into_iter()
        .map(|(digits, shown)| view! { <a class="number" href=format!("tel:{digits}")>{shown}</a> " " })
        .collect_view();
    let email = (!email.is_empty()).then(|| view! { <a href=format!("mailto:{email}")>{email.clone()}</a> });
    let (to_edit, to_delete, to_ask, to_tell) = (name.clone(), name.clone(), name.clone(), name.clone());
    view! {
        <li>
            <span>
                {name}
                <small>{about}</small>
                {consents.into_iter().map(|line| view! { <small>{line}</small> }).collect_view()}
                {is_not_called
                    .then(|| view! { <span class="tag" data-state="late">{t!(i18n, customers.people.do_not_call)}</span> })}
            </span>
            <span class="row">
                {numbers} {email}
                <button
                    type="button"
                    class="button"
                    data-kind="quiet"
                    data-size="small"
                    aria-label=move || t_string!(i18n, customers.consent.label, name = to_ask.clone())
                    on:click=move |_| on_consent.run(())
                >
                    {t!(i18n, customers.consent.button)}
                </button>
                <button
                    type="button"
                    class="button"
                    data-kind="quiet"
                    data-size="small"
                    aria-label=move || t_string!(i18n, customers.people.edit_label, name = to_edit.clone())
                    on:click=move |_| on_edit.run(id)
                >
                    {t!(i18n, shell.action.edit)}
                </button>
                <A
                    href=format!("/data/history?record={id}")
                    attr:class="button"
                    attr:data-kind="quiet"
                    attr:data-size="small"
                    attr:aria-label=move || t_string!(i18n, history.record_label, name = to_tell.clone())
                >
                    {t!(i18n, history.title)}
                </A>
                <button
                    type="button"
                    class="button"
                    data-kind="quiet"
                    data-size="small"
                    aria-label=move || t_string!(i18n, customers.people.delete_label, name = to_delete.clone())
                    on:click=move |_| on_delete.run(())
                >
                    {t!(i18n, shell.action.delete)}
                </button>
            </span>
        </li>
    }
}

fn people(workspace: &Workspace, customer: RecordId, terms: Terms, locale: Locale) -> Vec<Person> {
    let dictionary = terms.get();
    workspace.read(|book| {
        let names = Names { dictionary: &dictionary, book };
        let contacts = book.of_customer(customer, kind::CONTACT);
        contacts.map(|contact| person(contact, &dictionary, names, locale)).collect()
    })
}

fn person(contact: &Record, dictionary: &Dictionary, names: Names<'_>, locale: Locale) -> Person {
    let lang = words::lang_of(locale);
    let shown = |key: Key| {
        let field = dictionary.kind(kind::CONTACT).and_then(|kind| kind.field(key));
        field.map(|field| names.shown(&field.field, contact.get(key), lang)).unwrap_or_default()
    };
    let about = [kind::TITLE, ROLE, kind::BIRTHDAY].map(shown);
    let numbers = [kind::MOBILE, kind::PHONE].map(|key| (contact.text(key).to_owned(), shown(key)));
    Person {
        id: contact.id,
        name: contact.text(kind::NAME).to_owned(),
        about: about.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · "),
        numbers: numbers.into_iter().filter(|(digits, _)| !digits.is_empty()).collect(),
        email: contact.text(kind::EMAIL).to_owned(),
        is_not_called: contact.get(DO_NOT_CALL).as_bool().unwrap_or_default(),
        consents: standing(names.book, contact.id, locale),
    }
}
