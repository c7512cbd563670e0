//! Who works here: the people of the company, their posts, and which of them uses this device.

use kehu_domain::book::{Book, Record};
use kehu_domain::change::Cells;
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::playbook::Playbook;
use kehu_domain::stamp::RecordId;
use kehu_domain::value::Value;
use leptos::prelude::*;

use crate::components::{Dialog, Notice, Tone};
use crate::device::random_bits;
use crate::i18n::{Locale, t, t_string, use_i18n};
use crate::words::{self, lang_of};
use crate::workspace::{posts, use_workspace};

/// A member of staff as listed.
#[derive(Clone, PartialEq)]
struct Member {
    id: RecordId,
    name: String,
    posts: Vec<Key>,
}

fn members(book: &Book) -> Vec<Member> {
    let member =
        |record: &Record| Member { id: record.id, name: record.text(kind::NAME).to_owned(), posts: posts(record) };
    let mut members: Vec<Member> = book.of_kind(kind::STAFF).map(member).collect();
    members.sort_by(|a, b| a.name.cmp(&b.name));
    members
}

fn post_names(locale: Locale, posts: &[Key]) -> String {
    let name = |post: &Key| {
        Playbook::built_in()
            .role(*post)
            .map_or_else(|| post.to_string(), |role| role.title.get(lang_of(locale)).to_owned())
    };
    posts.iter().map(name).collect::<Vec<_>>().join(if locale == Locale::zh { "、" } else { ", " })
}

/// Says who uses this device.
#[component]
pub fn Person() -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let people = {
        let workspace = workspace.clone();
        Memo::new(move |_| workspace.read(members))
    };
    let person = {
        let workspace = workspace.clone();
        Signal::derive_local(move || workspace.person())
    };
    let name = move || {
        let person = person.get();
        people.read().iter().find(|member| member.id == person).map(|member| member.name.clone())
    };
    view! {
        <section class="section">
            <div class="section-head"><h2>{t!(i18n, settings.person.title)}</h2></div>
            <p class="hint">{t!(i18n, settings.person.hint)}</p>
            <Show
                when=move || !people.read().is_empty()
                fallback=move || view! { <p>{t!(i18n, settings.person.none)}</p> }
            >
                {
                    let workspace = workspace.clone();
                    view! {
                        <div class="field">
                            <label for="who-i-am">{t!(i18n, settings.person.choose)}</label>
                            <select
                                id="who-i-am"
                                on:change=move |event| {
                                    if let Ok(id) = event_target_value(&event).parse() {
                                        workspace.set_person(id);
                                    }
                                }
                            >
                                <option value="">{t!(i18n, shell.person.none)}</option>
                                {move || {
                                    let locale = i18n.get_locale();
                                    people
                                        .get()
                                        .into_iter()
                                        .map(|member| {
                                            let Member { id, name, posts } = member;
                                            view! {
                                                <option value=id.to_string() selected=move || person.get() == id>
                                                    {format!("{name} · {}", post_names(locale, &posts))}
                                                </option>
                                            }
                                        })
                                        .collect_view()
                                }}
                            </select>
                        </div>
                    }
                }
            </Show>
            {move || {
                name().map(|name| view! { <p role="status">{t!(i18n, settings.person.since, name)}</p> })
            }}
        </section>
    }
}

/// Everybody, and a way to add somebody.
#[component]
pub fn StaffList() -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let people = Memo::new(move |_| workspace.read(members));
    let is_adding = RwSignal::new(false);
    view! {
        <section class="section">
            <div class="section-head">
                <h2>{t!(i18n, settings.staff.title)}</h2>
                <span>{move || people.read().len()}</span>
            </div>
            <ul class="people-list">
                <For each=move || people.get() key=|member| (member.id, member.posts.len()) let:member>
                    <li>
                        <span>
                            {member.name.clone()}
                            <small>{move || post_names(i18n.get_locale(), &member.posts)}</small>
                        </span>
                    </li>
                </For>
            </ul>
            <p>
                <button type="button" class="button" on:click=move |_| is_adding.set(true)>
                    {t!(i18n, settings.staff.add)}
                </button>
            </p>
            <Dialog open=is_adding title=Signal::derive(move || t_string!(i18n, settings.staff.add).to_owned())>
                <AddMember people is_adding />
            </Dialog>
        </section>
    }
}

/// Name, posts and superior of somebody new; the first one becomes the person of this device.
#[component]
fn AddMember(people: Memo<Vec<Member>>, is_adding: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let name = RwSignal::new(String::new());
    let chosen = RwSignal::new(Vec::<Key>::new());
    let superior = RwSignal::new(String::new());
    let tried = RwSignal::new(false);
    let save = Action::new_unsync(move |(): &()| {
        let workspace = workspace.clone();
        let is_first = people.with_untracked(Vec::is_empty);
        let roles = Value::List(chosen.get_untracked().iter().map(|post| Value::from(post.as_str())).collect());
        let cells: Cells<Value> = [
            (kind::NAME, Value::from(name.get_untracked().trim())),
            (kind::ROLES, roles),
            (kind::SUPERIOR, Value::from(superior.get_untracked())),
            (kind::CODE, Value::from(format!("{:06}", random_bits() % 1_000_000))),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_blank())
        .collect();
        async move {
            let mut made = None;
            workspace.commit(|_, act| made = Some(act.create(kind::STAFF, cells))).await?;
            if let Some(id) = made.filter(|_| is_first) {
                workspace.set_person(id);
            }
            Ok::<(), kehu_store::StoreError>(())
        }
    });
    Effect::new(move || {
        if let Some(Ok(())) = save.value().get() {
            is_adding.set(false);
        }
    });
    let name_problem = move || tried.get() && name.read().trim().is_empty();
    let post_problem = move || tried.get() && chosen.read().is_empty();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        if !name.read_untracked().trim().is_empty() && !chosen.read_untracked().is_empty() {
            save.dispatch_local(());
        }
    };
    view! {
        <form class="dialog-body" novalidate on:submit=submit>
            <div class="field">
                <label for="member-name">{t!(i18n, settings.staff.name)}</label>
                <input
                    id="member-name"
                    type="text"
                    maxlength="40"
                    autocomplete="off"
                    aria-invalid=move || name_problem().then_some("true")
                    aria-describedby="member-name-problem"
                    bind:value=name
                />
                <p class="field-problem" id="member-name-problem" hidden=move || !name_problem()>
                    {t!(i18n, settings.staff.name_missing)}
                </p>
            </div>
            <fieldset class="choice-field">
                <legend>{t!(i18n, settings.staff.role)}</legend>
                <p class="field-problem" hidden=move || !post_problem()>{t!(i18n, settings.staff.role_missing)}</p>
                {Playbook::built_in()
                    .roles
                    .iter()
                    .map(|role| {
                        let (code, title) = (role.code, role.title.clone());
                        view! {
                            <label>
                                <input
                                    type="checkbox"
                                    prop:checked=move || chosen.read().contains(&code)
                                    on:change=move |_| {
                                        chosen
                                            .update(|chosen| {
                                                if chosen.contains(&code) {
                                                    chosen.retain(|other| *other != code);
                                                } else {
                                                    chosen.push(code);
                                                }
                                            });
                                    }
                                />
                                {move || title.get(words::lang(i18n)).to_owned()}
                            </label>
                        }
                    })
                    .collect_view()}
            </fieldset>
            <div class="field">
                <label for="member-superior">{t!(i18n, settings.staff.superior)}</label>
                <select id="member-superior" on:change=move |event| superior.set(event_target_value(&event))>
                    <option value="">{t!(i18n, settings.staff.no_superior)}</option>
                    {people
                        .get_untracked()
                        .into_iter()
                        .map(|member| view! { <option value=member.id.to_string()>{member.name}</option> })
                        .collect_view()}
                </select>
            </div>
            {move || {
                save.value()
                    .get()
                    .and_then(Result::err)
                    .map(|problem| {
                        let text = words::store_problem(i18n.get_locale(), &problem);
                        view! { <Notice tone=Tone::Problem>{text}</Notice> }
                    })
            }}
            <div class="dialog-actions">
                <button type="button" class="button" on:click=move |_| is_adding.set(false)>
                    {t!(i18n, shell.action.cancel)}
                </button>
                <button type="submit" class="button" data-kind="primary" disabled=move || save.pending().get()>
                    {t!(i18n, shell.action.save)}
                </button>
            </div>
        </form>
    }
}
