//! Entering a customer by hand: three fields, everything wrong said at once, likely doubles shown meanwhile.

use kehu_domain::change::Cells;
use kehu_domain::dictionary::Dictionary;
use kehu_domain::duplicate::Profile;
use kehu_domain::field::FieldType;
use kehu_domain::field_text::{Reading, is_mobile, parse};
use kehu_domain::kind;
use kehu_domain::stamp::RecordId;
use kehu_domain::value::Value;
use kehu_store::StoreError;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::doubles::LikelyDoubles;
use super::edit::focus;
use crate::components::{Dialog, Notice, Tone};
use crate::i18n::{t, t_string, use_i18n};
use crate::moment;
use crate::words;
use crate::workspace::{Workspace, use_workspace};

/// The most characters of a customer's and of a contact's name.
const NAME_MAX: u16 = 80;
const CONTACT_MAX: u16 = 40;

/// What is being entered.
#[derive(Clone, Copy)]
struct Draft {
    name: RwSignal<String>,
    contact: RwSignal<String>,
    mobile: RwSignal<String>,
}

/// What was entered, read.
#[derive(Clone)]
struct Entered {
    name: Value,
    contact: Value,
    mobile: Value,
}

/// What is wrong with a draft.
#[derive(Clone, Default, PartialEq)]
struct Problems {
    is_name_missing: bool,
    is_name_long: bool,
    is_contact_long: bool,
    is_mobile_wrong: bool,
}

/// A button that opens the form for a new customer.
#[component]
pub fn AddCustomer() -> impl IntoView {
    let i18n = use_i18n();
    let is_open = RwSignal::new(false);
    view! {
        <button type="button" class="button" data-kind="primary" on:click=move |_| is_open.set(true)>
            {t!(i18n, customers.add.button)}
        </button>
        <Dialog open=is_open title=Signal::derive(move || t_string!(i18n, customers.add.title).to_owned())>
            <AddForm on_done=Callback::new(move |()| is_open.set(false)) />
        </Dialog>
    }
}

#[component]
fn AddForm(
    /// It was saved, or left.
    on_done: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let navigate = use_navigate();
    let empty = || RwSignal::new(String::new());
    let draft = Draft { name: empty(), contact: empty(), mobile: empty() };
    let problems = RwSignal::new(Problems::default());
    let save = Action::new_unsync(move |entered: &Entered| {
        let (workspace, navigate, entered) = (workspace.clone(), navigate.clone(), entered.clone());
        async move {
            let made = create(&workspace, entered).await?;
            on_done.run(());
            if let Some(customer) = made {
                navigate(&format!("/customers/{customer}"), NavigateOptions::default());
            }
            Ok::<(), StoreError>(())
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let (entered, found) = read(draft);
        problems.set(found.clone());
        match found.first() {
            Some(id) => focus(id),
            None => {
                save.dispatch_local(entered);
            }
        }
    };
    let name_problem = Signal::derive(move || match &*problems.read() {
        Problems { is_name_missing: true, .. } => Some(t_string!(i18n, customers.add.name_missing).to_owned()),
        Problems { is_name_long: true, .. } => Some(t_string!(i18n, customers.wrong.too_long, max = NAME_MAX)),
        _ => None,
    });
    let contact_problem = Signal::derive(move || {
        problems.read().is_contact_long.then(|| t_string!(i18n, customers.wrong.too_long, max = CONTACT_MAX))
    });
    let mobile_problem = Signal::derive(move || {
        let text = draft.mobile.get_untracked();
        problems.read().is_mobile_wrong.then(|| t_string!(i18n, customers.add.mobile_wrong, text = text))
    });
    view! {
        <form novalidate on:submit=submit>
            <div class="dialog-body">
                <TextInput
                    id=NAME_ID
                    label=Signal::derive(move || t_string!(i18n, customers.add.name))
                    is_required=true
                    text=draft.name
                    problem=name_problem
                />
                <TextInput
                    id=CONTACT_ID
                    label=Signal::derive(move || t_string!(i18n, customers.add.contact))
                    text=draft.contact
                    problem=contact_problem
                />
                <TextInput
                    id=MOBILE_ID
                    label=Signal::derive(move || t_string!(i18n, customers.add.mobile))
                    kind="tel"
                    text=draft.mobile
                    problem=mobile_problem
                />
                <LikelyDoubles typed=Signal::derive(move || {
                    Profile::typed(&draft.name.read(), "", [draft.mobile.read().as_str()])
                }) />
                {move || match save.value().get() {
                    Some(Err(problem)) => {
                        let text = words::store_problem(i18n.get_locale(), &problem);
                        Some(view! { <Notice tone=Tone::Problem>{text}</Notice> })
                    }
                    _ => None,
                }}
            </div>
            <div class="dialog-actions">
                <button type="button" class="button" on:click=move |_| on_done.run(())>
                    {t!(i18n, shell.action.cancel)}
                </button>
                <button type="submit" class="button" data-kind="primary" disabled=move || save.pending().get()>
                    {t!(i18n, shell.action.save)}
                </button>
            </div>
        </form>
    }
}

const NAME_ID: &str = "add-name";
const CONTACT_ID: &str = "add-contact";
const MOBILE_ID: &str = "add-mobile";

impl Problems {
    /// The input of the first problem.
    fn first(&self) -> Option<&'static str> {
        if self.is_name_missing || self.is_name_long {
            Some(NAME_ID)
        } else if self.is_contact_long {
            Some(CONTACT_ID)
        } else {
            self.is_mobile_wrong.then_some(MOBILE_ID)
        }
    }
}

/// A labelled line with its problem.
#[component]
fn TextInput(
    /// The input's id.
    id: &'static str,
    /// What is to be entered.
    #[prop(into)]
    label: Signal<&'static str>,
    /// The input's type.
    #[prop(default = "text")]
    kind: &'static str,
    /// Whether it may not be empty.
    #[prop(default = false)]
    is_required: bool,
    /// What is entered.
    text: RwSignal<String>,
    /// What is wrong with it.
    #[prop(into)]
    problem: Signal<Option<String>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let problem_id = format!("{id}-problem");
    view! {
        <div class="field">
            <label for=id>
                {label} " " {is_required.then(|| view! { <span class="required">{t!(i18n, customers.edit.required)}</span> })}
            </label>
            <input
                id=id
                type=kind
                autocomplete="off"
                aria-invalid=move || problem.read().is_some().to_string()
                aria-describedby=problem_id.clone()
                bind:value=text
            />
            <p class="field-problem" id=problem_id role="alert" hidden=move || problem.read().is_none()>{problem}</p>
        </div>
    }
}

fn read(draft: Draft) -> (Entered, Problems) {
    let reading = Reading::new(Dictionary::built_in());
    let line = |text: RwSignal<String>, max| parse(&FieldType::Text { max }, &text.read_untracked(), reading);
    let name = line(draft.name, NAME_MAX);
    let contact = line(draft.contact, CONTACT_MAX);
    let mobile = mobile(&draft.mobile.read_untracked());
    let problems = Problems {
        is_name_missing: name == Ok(Value::Null),
        is_name_long: name.is_err(),
        is_contact_long: contact.is_err(),
        is_mobile_wrong: mobile.is_none(),
    };
    let entered = Entered {
        name: name.unwrap_or_default(),
        contact: contact.unwrap_or_default(),
        mobile: mobile.unwrap_or_default(),
    };
    (entered, problems)
}

/// The digits of a mobile number; [`Value::Null`] for no text, none for a text that is no such number.
fn mobile(text: &str) -> Option<Value> {
    let value = parse(&FieldType::Phone, text, Reading::new(Dictionary::built_in())).ok()?;
    value.as_text().is_none_or(is_mobile).then_some(value)
}

/// Saves customer and contact in one act, and gives the customer.
async fn create(workspace: &Workspace, entered: Entered) -> Result<Option<RecordId>, StoreError> {
    let (today, person) = (moment::today(), untrack(|| workspace.person()));
    let mut made = None;
    workspace
        .commit(|book, act| {
            let code = next_code(book.ever_held(kind::CUSTOMER, kind::CODE));
            let owner = book.get(person).filter(|person| person.kind == kind::STAFF && person.exists());
            let customer = act.create(
                kind::CUSTOMER,
                filled([
                    (kind::CODE, code.into()),
                    (kind::NAME, entered.name.clone()),
                    (kind::STAGE, "lead".into()),
                    (kind::SINCE, today.into()),
                    (kind::OWNER, owner.map_or(Value::Null, |owner| owner.id.into())),
                ]),
            );
            if !entered.contact.is_blank() || !entered.mobile.is_blank() {
                // A number without a name is the customer's own.
                let name = if entered.contact.is_blank() { entered.name } else { entered.contact };
                let cells = [(kind::CUSTOMER_REF, customer.into()), (kind::NAME, name), (kind::MOBILE, entered.mobile)];
                act.create(kind::CONTACT, filled(cells));
            }
            made = Some(customer);
        })
        .await?;
    Ok(made)
}

fn filled<const N: usize>(cells: [(kehu_domain::key::Key, Value); N]) -> Cells<Value> {
    cells.into_iter().filter(|(_, value)| !value.is_blank()).collect()
}

/// `KH` with the number after the highest one in use.
fn next_code<'c>(codes: impl Iterator<Item = &'c str>) -> String {
    let last = codes.filter_map(|code| code.strip_prefix("KH")?.parse::<u64>().ok()).max().unwrap_or(0);
    format!("KH{:06}", last.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn a_new_code_follows_the_highest() {
        assert_eq!(next_code(["KH000009", "KH12", "C-77", "KHx"].into_iter()), "KH000013");
        assert_eq!(next_code(std::iter::empty()), "KH000001");
    }

    #[wasm_bindgen_test]
    fn a_mobile_is_eleven_digits_or_nothing() {
        assert_eq!(mobile(""), Some(Value::Null));
        assert_eq!(mobile("138 0013 8000"), Some(Value::from("13800138000")));
        assert_eq!(mobile("020-12345678"), None);
        assert_eq!(mobile("12345"), None);
    }
}
