//! What a contact agreed to (L2): given, shown and taken back, each with its day, its channels and how it was said.

use kehu_domain::book::Book;
use kehu_domain::care::consent::{
    self, CHANNELS, Consent, EVIDENCE, GIVEN_ON, PURPOSE, PURPOSES, WAY, WITHDRAWN_ON, WITHDRAWN_WAY,
};
use kehu_domain::dictionary::Dictionary;
use kehu_domain::expr;
use kehu_domain::form::{self, Answers, Context, Form, FormField, Requirement, Rule, Section};
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::stamp::RecordId;
use kehu_domain::text::{Lang, Text};
use kehu_domain::value::Value;
use leptos::prelude::*;

use super::names::Names;
use crate::components::{Dialog, ErrorSummary, FormSheet, Notice, Tone};
use crate::i18n::{Locale, t, t_string, td_string, use_i18n};
use crate::moment;
use crate::words;
use crate::workspace::{lookups, use_workspace};

/// What of a contact's consents stands in their row: a line for each purpose that was ever agreed to.
pub fn standing(book: &Book, contact: RecordId, locale: Locale) -> Vec<String> {
    let Some(contact) = book.get(contact) else { return Vec::new() };
    let all = consent::consents(book, contact);
    let today = moment::today();
    let line = |purpose: Key| {
        let of_purpose = || all.iter().filter(|one| one.purpose == purpose);
        let label = shown(book, PURPOSE, &Value::from(purpose.as_str()), words::lang_of(locale));
        if let Some(one) = of_purpose().rfind(|one| one.holds_on(today)) {
            let through = channels(book, one, locale);
            return Some(td_string!(locale, customers.consent.holds, purpose = label, channels = through));
        }
        let withdrawn = of_purpose().filter_map(|one| one.withdrawn_on).filter(|on| *on <= today).max()?;
        Some(td_string!(locale, customers.consent.ended, purpose = label, day = withdrawn.to_string()))
    };
    PURPOSES.into_iter().filter_map(line).collect()
}

/// What is open in the dialog.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Doing {
    Looking,
    Giving,
    /// The consent at this place in the list.
    Withdrawing(usize),
}

/// The consents of a contact, in a dialog.
#[component]
pub fn Consents(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// Whose they are.
    contact: RecordId,
    /// The contact's customer.
    customer: RecordId,
    /// What the contact is called.
    name: String,
) -> impl IntoView {
    let i18n = use_i18n();
    let title = Signal::derive(move || t_string!(i18n, customers.consent.title, name = name.clone()));
    view! {
        <Dialog open title>
            <Panel contact customer />
        </Dialog>
    }
}

#[component]
fn Panel(contact: RecordId, customer: RecordId) -> impl IntoView {
    let doing = RwSignal::new(Doing::Looking);
    let done = Callback::new(move |()| doing.set(Doing::Looking));
    move || match doing.get() {
        Doing::Looking => view! { <All contact doing /> }.into_any(),
        Doing::Giving => view! { <Give contact customer done /> }.into_any(),
        Doing::Withdrawing(place) => view! { <Withdraw contact place done /> }.into_any(),
    }
}

/// Every consent, the latest first.
#[component]
fn All(contact: RecordId, doing: RwSignal<Doing>) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let lines = move || {
        let locale = i18n.get_locale();
        let today = moment::today();
        workspace.read(|book| {
            let all = book.get(contact).map(|contact| consent::consents(book, contact)).unwrap_or_default();
            let line = |(place, one): (usize, &Consent)| {
                let is_open = one.withdrawn_on.is_none_or(|on| on > today);
                (place, told(book, one, locale), is_open)
            };
            all.iter().enumerate().rev().map(line).collect::<Vec<_>>()
        })
    };
    let lines = Memo::new(move |_| lines());
    view! {
        <div class="dialog-body">
            <p class="hint">{t!(i18n, customers.consent.lead)}</p>
            <Show
                when=move || !lines.read().is_empty()
                fallback=move || view! { <p>{t!(i18n, customers.consent.none)}</p> }
            >
                <ul class="people-list">
                    {move || {
                        lines
                            .get()
                            .into_iter()
                            .map(|(place, (what, about), is_open)| {
                                let named = what.clone();
                                view! {
                                    <li>
                                        <span>{what} <small>{about}</small></span>
                                        {is_open
                                            .then(|| {
                                                view! {
                                                    <button
                                                        type="button"
                                                        class="button"
                                                        data-size="small"
                                                        aria-label=move || {
                                                            t_string!(
                                                                i18n, customers.consent.withdraw_label, what = named.clone()
                                                            )
                                                        }
                                                        on:click=move |_| doing.set(Doing::Withdrawing(place))
                                                    >
                                                        {t!(i18n, customers.consent.withdraw)}
                                                    </button>
                                                }
                                            })}
                                    </li>
                                }
                            })
                            .collect_view()
                    }}
                </ul>
            </Show>
        </div>
        <div class="dialog-actions">
            <button type="button" class="button" data-kind="primary" on:click=move |_| doing.set(Doing::Giving)>
                {t!(i18n, customers.consent.give)}
            </button>
        </div>
    }
}

/// Writes down a consent.
#[component]
fn Give(contact: RecordId, customer: RecordId, done: Callback<()>) -> impl IntoView {
    let workspace = use_workspace();
    let form = small_form(
        |locale| td_string!(locale, customers.consent.give),
        &[(PURPOSE, true), (CHANNELS, true), (GIVEN_ON, true), (WAY, true), (EVIDENCE, false)],
        GIVEN_ON,
    );
    let start: Answers = [(GIVEN_ON, moment::today().into())].into_iter().collect();
    let save = Action::new_unsync(move |given: &Answers| {
        let (workspace, given) = (workspace.clone(), given.clone());
        async move {
            workspace
                .commit(|_, act| {
                    consent::give(act, customer, contact, given.into_iter().collect());
                })
                .await
                .map(|_| ())
        }
    });
    view! { <Small form start save done /> }
}

/// Takes a consent back; open care that rested on it is skipped at once.
#[component]
fn Withdraw(
    contact: RecordId,
    /// Which of the contact's consents.
    place: usize,
    done: Callback<()>,
) -> impl IntoView {
    let workspace = use_workspace();
    let form = small_form(
        |locale| td_string!(locale, customers.consent.withdraw_title),
        &[(WITHDRAWN_ON, true), (WITHDRAWN_WAY, true)],
        WITHDRAWN_ON,
    );
    let start: Answers = [(WITHDRAWN_ON, moment::today().into())].into_iter().collect();
    let save = Action::new_unsync(move |given: &Answers| {
        let (workspace, given) = (workspace.clone(), given.clone());
        async move {
            let text = |key: Key| given.get(&key).and_then(Value::as_text).unwrap_or_default();
            let on = text(WITHDRAWN_ON).parse().unwrap_or_else(|_| moment::today());
            workspace
                .commit(|book, act| {
                    let Some(contact) = book.get(contact) else { return };
                    if let Some(one) = consent::consents(book, contact).get(place) {
                        consent::withdraw(book, act, contact, one, on, text(WITHDRAWN_WAY));
                    }
                })
                .await?;
            workspace.skip_withdrawn_care().await.map(|_| ())
        }
    });
    view! { <Small form start save done /> }
}

/// A small form in the dialog: everything wrong is said at once.
#[component]
fn Small(
    form: Form,
    /// What it begins with.
    start: Answers,
    save: Action<Answers, Result<(), kehu_store::StoreError>>,
    done: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let answers = RwSignal::new(start);
    let problems = RwSignal::new(Vec::new());
    Effect::new(move || {
        if let Some(Ok(())) = save.value().get() {
            done.run(());
        }
    });
    let template = form.clone();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let given = answers.get_untracked();
        let found = form::check(&template, &given, &Context::at(moment::now()));
        let is_right = found.is_empty();
        problems.set(found);
        if is_right {
            save.dispatch_local(given);
        }
    };
    let choices = lookups(&workspace, None);
    view! {
        <form novalidate on:submit=submit>
            <div class="dialog-body">
                <ErrorSummary form=form.clone() problems />
                <FormSheet
                    form
                    answers
                    context=Signal::derive_local(|| Context::at(moment::now()))
                    problems
                    lookups=choices
                />
                {move || {
                    save.value()
                        .get()
                        .and_then(Result::err)
                        .map(|problem| {
                            let text = words::store_problem(i18n.get_locale(), &problem);
                            view! { <Notice tone=Tone::Problem>{text}</Notice> }
                        })
                }}
            </div>
            <div class="dialog-actions">
                <button type="button" class="button" on:click=move |_| done.run(())>
                    {t!(i18n, shell.action.cancel)}
                </button>
                <button type="submit" class="button" data-kind="primary" disabled=move || save.pending().get()>
                    {t!(i18n, shell.action.save)}
                </button>
            </div>
        </form>
    }
}

/// A form over some fields of a consent, none of whose days lies ahead.
fn small_form(title: impl Fn(Locale) -> &'static str, fields: &[(Key, bool)], day: Key) -> Form {
    let both =
        |text: &dyn Fn(Locale) -> &'static str| Text { zh: text(Locale::zh).into(), en: text(Locale::en).into() };
    let not_ahead = expr::parse(&format!("{day} <= today")).ok().map(|holds| Rule {
        holds,
        otherwise: both(&|locale| td_string!(locale, customers.consent.ahead)),
        is_per_row: false,
    });
    let known = Dictionary::built_in().kind(kind::CONSENT);
    let field = |(key, is_needed): &(Key, bool)| {
        Some(FormField {
            field: known?.field(*key)?.field.clone(),
            requirement: if *is_needed { Requirement::Mandatory } else { Requirement::Optional },
            visible_when: None,
            hint: None,
            default: None,
            first_rows: Vec::new(),
            rules: not_ahead.iter().filter(|_| *key == day).cloned().collect(),
            carries: None,
        })
    };
    let title = both(&title);
    let fields = fields.iter().filter_map(field).collect();
    Form {
        id: "".into(),
        code: "".into(),
        version: 1,
        title: title.clone(),
        purpose: None,
        is_customer_facing: false,
        process: None,
        place: None,
        stages: Vec::new(),
        sections: vec![Section { title, hint: None, visible_when: None, fields }],
        rules: Vec::new(),
    }
}

/// A consent in words: what for and through what; since when, how, and until when.
fn told(book: &Book, one: &Consent, locale: Locale) -> (String, String) {
    let lang = words::lang_of(locale);
    let purpose = shown(book, PURPOSE, &Value::from(one.purpose.as_str()), lang);
    let through = channels(book, one, locale);
    let what = td_string!(locale, customers.consent.what, purpose = purpose, channels = through);
    let way = |way: &str| shown(book, WAY, &Value::from(way), lang);
    let given = match one.given_on {
        Some(on) => td_string!(locale, customers.consent.given, day = on.to_string(), way = way(&one.way)),
        None => td_string!(locale, customers.consent.given_once, way = way(&one.way)),
    };
    let withdrawn = one.withdrawn_on.map(|on| {
        let way = way(&one.withdrawn_way);
        if way.is_empty() {
            td_string!(locale, customers.consent.withdrawn, day = on.to_string())
        } else {
            td_string!(locale, customers.consent.withdrawn_how, day = on.to_string(), way = way)
        }
    });
    let evidence = (!one.evidence.is_empty()).then(|| one.evidence.to_string());
    let about = [Some(given), evidence, withdrawn].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    (what, about)
}

fn channels(book: &Book, one: &Consent, locale: Locale) -> String {
    if one.channels.is_empty() {
        return td_string!(locale, customers.consent.every_channel).to_owned();
    }
    let keys = one.channels.iter().map(|channel| Value::from(channel.as_str())).collect();
    let separator = if locale == Locale::zh { "、" } else { ", " };
    shown(book, CHANNELS, &Value::List(keys), words::lang_of(locale)).replace("; ", separator)
}

fn shown(book: &Book, key: Key, value: &Value, lang: Lang) -> String {
    let dictionary = Dictionary::built_in();
    let field = dictionary.kind(kind::CONSENT).and_then(|kind| kind.field(key));
    field.map(|field| Names { dictionary, book }.shown(&field.field, value, lang)).unwrap_or_default()
}
