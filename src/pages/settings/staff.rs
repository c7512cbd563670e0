//! Who works here: the people of the company, their posts, and which of them uses this device.

use kehu_domain::book::{Book, Record};
use kehu_domain::change::Cells;
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::playbook::Playbook;
use kehu_domain::stamp::RecordId;
use kehu_domain::value::Value;
use kehu_domain::workflow::Role;
use leptos::prelude::*;
use leptos_router::components::A;

use crate::components::{Dialog, Notice, Tone};
use crate::device::random_bits;
use crate::i18n::{Locale, t, t_string, use_i18n};
use crate::pages::export::ExportMenu;
use crate::words::{self, lang_of};
use crate::workspace::{Source, posts, use_workspace};

/// A member of staff as listed.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Member {
    id: RecordId,
    name: String,
    posts: Vec<Key>,
    superior: Option<RecordId>,
}

fn members(book: &Book) -> Vec<Member> {
    let member = |record: &Record| Member {
        id: record.id,
        name: record.text(kind::NAME).to_owned(),
        posts: posts(record),
        superior: record.reference(kind::SUPERIOR),
    };
    let mut members: Vec<Member> = book.of_kind(kind::STAFF).filter(|record| record.exists()).map(member).collect();
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
                                            let Member { id, name, posts, .. } = member;
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

/// Everybody, and ways to add somebody and to change what is known of somebody.
#[component]
pub fn StaffList() -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let people = Memo::new(move |_| workspace.read(members));
    let source = Callback::new(move |_| Source::Records {
        kind: kind::STAFF,
        ids: people.read_untracked().iter().map(|member| member.id).collect(),
        keys: Vec::new(),
        worked: Vec::new(),
    });
    let is_open = RwSignal::new(false);
    let edited = RwSignal::new(None::<Member>);
    let show = move |member: Option<Member>| {
        edited.set(member);
        is_open.set(true);
    };
    let title = Signal::derive(move || match edited.get() {
        Some(member) => t_string!(i18n, settings.staff.edit, name = member.name),
        None => t_string!(i18n, settings.staff.add).to_owned(),
    });
    view! {
        <section class="section">
            <div class="section-head">
                <h2>{t!(i18n, settings.staff.title)}</h2>
                <span>{move || people.read().len()}</span>
                <Show when=move || !people.read().is_empty()>
                    <ExportMenu subject=kind::STAFF.as_str() scope="" source is_small=true />
                </Show>
            </div>
            <ul class="people-list">
                <For each=move || people.get() key=Clone::clone let:member>
                    <MemberRow member on_edit=Callback::new(move |member| show(Some(member))) />
                </For>
            </ul>
            <p>
                <button type="button" class="button" on:click=move |_| show(None)>
                    {t!(i18n, settings.staff.add)}
                </button>
            </p>
            <Dialog open=is_open title>
                <MemberForm people is_open edited=edited.get_untracked() />
            </Dialog>
        </section>
    }
}

#[component]
fn MemberRow(member: Member, on_edit: Callback<Member>) -> impl IntoView {
    let i18n = use_i18n();
    let Member { name, posts, .. } = member.clone();
    let (label, told) = (name.clone(), name.clone());
    view! {
        <li>
            <span>
                {name}
                <small>{move || post_names(i18n.get_locale(), &posts)}</small>
            </span>
            <A
                href=format!("/data/history?record={}", member.id)
                attr:class="button"
                attr:data-kind="quiet"
                attr:data-size="small"
                attr:aria-label=move || t_string!(i18n, history.record_label, name = told.clone())
            >
                {t!(i18n, history.title)}
            </A>
            <button
                type="button"
                class="button"
                data-size="small"
                data-kind="quiet"
                aria-label=move || t_string!(i18n, settings.staff.edit, name = label.clone())
                on:click=move |_| on_edit.run(member.clone())
            >
                {t!(i18n, settings.staff.change)}
            </button>
        </li>
    }
}

/// Whether `member` stands below `above` in the organisation, or is the same.
fn is_below(people: &[Member], member: RecordId, above: RecordId) -> bool {
    let mut next = Some(member);
    // No chain is longer than there are people; one that runs in a circle ends here.
    for _ in 0..=people.len() {
        let Some(id) = next else { return false };
        if id == above {
            return true;
        }
        next = people.iter().find(|other| other.id == id).and_then(|other| other.superior);
    }
    false
}

/// Name, posts and superior of somebody; the first one who is added becomes the person of this device.
#[component]
fn MemberForm(people: Memo<Vec<Member>>, is_open: RwSignal<bool>, edited: Option<Member>) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let id = edited.as_ref().map(|member| member.id);
    let name = RwSignal::new(edited.as_ref().map(|member| member.name.clone()).unwrap_or_default());
    let chosen = RwSignal::new(edited.as_ref().map(|member| member.posts.clone()).unwrap_or_default());
    let superior = RwSignal::new(edited.and_then(|member| member.superior));
    // Nobody reports to themselves, however far round.
    let mut superiors = people.get_untracked();
    superiors.retain(|other| id.is_none_or(|id| !is_below(&people.read_untracked(), other.id, id)));
    let tried = RwSignal::new(false);
    let save = Action::new_unsync(move |(): &()| {
        let workspace = workspace.clone();
        let is_first = people.with_untracked(Vec::is_empty);
        let roles = Value::List(chosen.get_untracked().iter().map(|post| Value::from(post.as_str())).collect());
        let fields = [
            (kind::NAME, Value::from(name.get_untracked().trim())),
            (kind::ROLES, roles),
            (kind::SUPERIOR, superior.get_untracked().map(Value::from).unwrap_or_default()),
        ];
        async move {
            let mut made = None;
            workspace
                .commit(|book, act| match id {
                    Some(id) => {
                        for (key, value) in fields {
                            act.set(book, kind::STAFF, id, key, value);
                        }
                    }
                    None => {
                        let code = (kind::CODE, Value::from(format!("{:06}", random_bits() % 1_000_000)));
                        let cells: Cells<Value> =
                            fields.into_iter().chain([code]).filter(|(_, value)| !value.is_blank()).collect();
                        made = Some(act.create(kind::STAFF, cells));
                    }
                })
                .await?;
            if let Some(id) = made.filter(|_| is_first) {
                workspace.set_person(id);
            }
            Ok::<(), kehu_store::StoreError>(())
        }
    });
    Effect::new(move || {
        if let Some(Ok(())) = save.value().get() {
            is_open.set(false);
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
                    .filter(|role| !role.is_relative && role.code != Role::App.code())
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
                <select id="member-superior" on:change=move |event| superior.set(event_target_value(&event).parse().ok())>
                    <option value="">{t!(i18n, settings.staff.no_superior)}</option>
                    {superiors
                        .into_iter()
                        .map(|member| {
                            let is_selected = superior.get_untracked() == Some(member.id);
                            view! { <option value=member.id.to_string() selected=is_selected>{member.name}</option> }
                        })
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
                <button type="button" class="button" on:click=move |_| is_open.set(false)>
                    {t!(i18n, shell.action.cancel)}
                </button>
                <button type="submit" class="button" data-kind="primary" disabled=move || save.pending().get()>
                    {t!(i18n, shell.action.save)}
                </button>
            </div>
        </form>
    }
}
