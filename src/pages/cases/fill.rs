//! Filling a form of a case: kept with every key press, checked all at once, filed with its number.

use kehu_domain::book::{Book, Record};
use kehu_domain::dictionary::Dictionary;
use kehu_domain::expr::Datum;
use kehu_domain::field::FieldType;
use kehu_domain::form::{self, Answers, Context, Form, Requirement, repeat};
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::model::RECORDS;
use kehu_domain::playbook::Playbook;
use kehu_domain::stamp::RecordId;
use kehu_domain::text::Lang;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::components::A;
use leptos_router::hooks::use_navigate;

use super::explained::GradeExplained;
use super::words::{draft_answers, draft_id, move_problem};
use crate::components::{Earlier, ErrorSummary, FormSheet, Notice, Tone};
use crate::i18n::{Locale, t, t_string, use_i18n};
use crate::pages::customers::{Names, source};
use crate::words::{I18n, lang, lang_of};
use crate::workspace::{MoveProblem, OpenCase, Workspace, documents, lookups, use_workspace};

/// What a form begins with: a draft, a document to go on with, or its defaults.
struct Start {
    answers: Answers,
    is_draft: bool,
    continued: Option<RecordId>,
    /// What the records say, where the form uses it.
    records: Option<Datum>,
}

/// A form of the case `id`; filing it also makes the move `then`, when nothing else is asked for that.
///
/// Without a case the form is filled for itself: it becomes a task of its own, done when it is filed.
#[component]
pub fn FillForm(
    /// The case.
    id: Option<RecordId>,
    /// The template.
    form: String,
    /// The event to go on with.
    then: Option<String>,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    // A form is not begun anew when something else is saved meanwhile, or when it is filed itself.
    let case = untrack(|| id.map_or_else(|| workspace.unbegun_task(), |id| workspace.case(id)));
    let template = Playbook::built_in().filled_form(&form);
    let (Some(case), Some(template)) = (case, template) else {
        return view! {
            <main class="page"><p class="empty-state">{t!(i18n, cases.missing)}</p></main>
        }
        .into_any();
    };
    if case.is_closed() {
        return view! {
            <main class="page" data-width="read">
                <h1>{move || template.title.get(lang(i18n)).to_owned()}</h1>
                <Notice tone=Tone::Info>{t!(i18n, cases.closed)}</Notice>
                <p><A href=format!("/cases/{}", case.id) attr:class="button">{t!(i18n, cases.form.back)}</A></p>
            </main>
        }
        .into_any();
    }
    let stage = stage_for(&case, &template, then.as_deref());
    let title = template.title.clone();
    let purpose = template.purpose.clone();
    let name = case.customer_name.clone();
    let draft = draft_id(id, &template.id);
    let back = id.map_or_else(|| "/cases".to_owned(), |id| format!("/cases/{id}"));
    let start = {
        let (workspace, case, template, then) = (workspace.clone(), case.clone(), template.clone(), then.clone());
        let draft = draft.clone();
        // Another language is no reason to begin anew.
        let locale = move || untrack(|| i18n.get_locale());
        LocalResource::new(move || {
            begin(workspace.clone(), case.clone(), template.clone(), stage, then.clone(), draft.clone(), locale())
        })
    };
    view! {
        <main class="page" data-width="read">
            <header class="page-header">
                <A href=back attr:class="back-link">"‹ " {move || back_text(i18n, id)}</A>
                    <h1>
                        {move || title.get(lang(i18n)).to_owned()}
                        <small>{name}</small>
                    </h1>
                    {purpose.map(|purpose| view! { <p>{move || purpose.get(lang(i18n)).to_owned()}</p> })}
            </header>
            <Suspense fallback=move || view! { <p class="hint">{t!(i18n, customers.card.loading)}</p> }>
                {move || {
                    let (case, template, then) = (case.clone(), template.clone(), then.clone());
                    let draft = draft.clone();
                    Suspend::new(async move {
                        let start = start.await;
                        untrack(|| view! { <Sheet id case template start then stage draft /> })
                    })
                }}
            </Suspense>
        </main>
    }
    .into_any()
}

fn back_text(i18n: I18n, id: Option<RecordId>) -> &'static str {
    if id.is_some() { t_string!(i18n, cases.form.back) } else { t_string!(i18n, cases.title) }
}

#[component]
fn Sheet(
    /// The case, where there is one already.
    id: Option<RecordId>,
    case: OpenCase,
    template: Form,
    start: SendStart,
    then: Option<String>,
    /// The stage the form is to reach.
    stage: Option<Key>,
    /// Under which name it is kept while it is filled.
    draft: String,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let navigate = use_navigate();
    let Start { answers, is_draft, continued, records } = start.take();
    let answers = RwSignal::new(answers);
    let problems = RwSignal::new(Vec::new());
    let tried = RwSignal::new(false);
    keep_drafts(&workspace, &draft, answers);
    let context = {
        let (workspace, case) = (workspace.clone(), case.clone());
        let gone_on_with = continued.map(|_| template.id.clone());
        move || context(&workspace, &case, gone_on_with.as_deref(), stage, records.as_ref(), untrack(|| lang(i18n)))
    };
    let template_copy = template.clone();
    let recheck = {
        let (template, context) = (template.clone(), context.clone());
        move || form::check(&template, &answers.read(), &context())
    };
    Effect::new(move || {
        // Once tried, problems vanish as they are corrected; new ones wait for the next try.
        if tried.get() {
            problems.set(recheck());
        }
    });
    let file = {
        let (workspace, case, template, draft) = (workspace.clone(), case.clone(), template.clone(), draft.clone());
        let (context, then) = (context.clone(), then.clone());
        Action::new_unsync(move |given: &Answers| {
            let completed = form::state(&template, given, &context()).completed(given);
            let (workspace, case, draft) = (workspace.clone(), case.clone(), draft.clone());
            let (form, then) = (template.id.to_string(), then.clone());
            let topic = template.title.get(lang(i18n)).to_owned();
            async move {
                let Some(id) = id else {
                    let filed = workspace.file_alone(&form, topic, completed, &draft).await;
                    return filed.map_err(MoveProblem::NotSaved);
                };
                workspace.file_document(&case, &form, completed, continued, &draft).await?;
                if let Some(event) = then.and_then(|then| Key::new(&then).ok()) {
                    // Whatever still speaks against the move is shown on the case.
                    let _ = workspace.move_case(id, event, &Answers::new()).await;
                }
                Ok(id)
            }
        })
    };
    let last = last_time(&workspace, &case, &template, continued, i18n.get_locale_untracked());
    let earlier = last.as_ref().map(|last| last.earlier.clone()).unwrap_or_default();
    let opening = untrack(|| form::defaults(&template, &context(), lang(i18n)));
    Effect::new(move || {
        if let Some(Ok(id)) = file.value().get() {
            navigate(&format!("/cases/{id}"), NavigateOptions { replace: true, ..NavigateOptions::default() });
        }
    });
    let submit = {
        let (template, context) = (template.clone(), context.clone());
        move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            let found = form::check(&template, &answers.read_untracked(), &context());
            let is_right = found.is_empty();
            problems.set(found);
            tried.set(true);
            if is_right {
                file.dispatch_local(answers.get_untracked());
            }
        }
    };
    let customer = case.customer;
    let discard = {
        let (workspace, template, context, draft) =
            (workspace.clone(), template.clone(), context.clone(), draft.clone());
        move |_| {
            answers.set(first_answers(&template, &context(), customer, untrack(|| lang(i18n))));
            tried.set(false);
            problems.set(Vec::new());
            let (store, draft) = (workspace.store(), draft.clone());
            spawn_local(async move {
                if let Err(problem) = store.discard_draft(&draft).await {
                    leptos::logging::warn!("the draft could not be cleared: {problem}");
                }
            });
        }
    };
    view! {
        <form class="form-page" id="form" novalidate on:submit=submit>
            {is_draft.then(|| view! { <Notice tone=Tone::Info>{t!(i18n, cases.form.draft_restored)}</Notice> })}
            {last.map(|last| view! { <TakeOver last answers opening /> })}
            <ErrorSummary form=template_copy.clone() problems />
            <FormSheet
                form=template_copy.clone()
                answers
                context=Signal::derive_local(context.clone())
                problems
                lookups=lookups(&workspace, case.customer)
                earlier
            />
            <GradeExplained form=template_copy answers context=Signal::derive_local(context) />
            {move || {
                file.value()
                    .get()
                    .and_then(Result::err)
                    .map(|problem| {
                        let reason = move_problem(i18n.get_locale(), &problem).join(" ");
                        view! { <Notice tone=Tone::Problem>{t!(i18n, cases.form.not_saved, reason)}</Notice> }
                    })
            }}
            <div class="save-bar">
                <Show when=move || !problems.read().is_empty()>
                    <span class="problem-count">
                        {move || t!(i18n, cases.form.problems, count = problems.read().len())}
                    </span>
                </Show>
                <button type="button" class="button" data-kind="quiet" on:click=discard>
                    {t!(i18n, cases.form.discard)}
                </button>
                <button type="submit" class="button" data-kind="primary" disabled=move || file.pending().get()>
                    {t!(i18n, cases.form.file)}
                </button>
            </div>
        </form>
    }
}

/// The form of last time, as far as it helps with this one.
#[derive(Clone)]
struct Last {
    /// When it was filed and by whom.
    at: String,
    by: String,
    earlier: Earlier,
}

/// The same form about the same customer, filed before; nothing when there is none or it is gone on with.
fn last_time(
    workspace: &Workspace,
    case: &OpenCase,
    template: &Form,
    continued: Option<RecordId>,
    locale: Locale,
) -> Option<Last> {
    let filed = workspace.last_filed(case.customer?, &template.id, continued)?;
    workspace.read_once(|book| {
        let names = Names { dictionary: Dictionary::built_in(), book };
        let asked = template.fields().filter(|field| !matches!(field.requirement, Requirement::Auto(_)));
        let told = asked.filter_map(|field| {
            let value = filed.answers.get(&field.field.key).filter(|value| !value.is_blank())?;
            let is_attached = matches!(field.field.kind, FieldType::File | FieldType::Photo | FieldType::Sign);
            (!is_attached).then(|| (field.field.key, names.shown(&field.field, value, lang_of(locale))))
        });
        let told = told.filter(|(_, text)| !text.is_empty()).collect();
        let repeatable = repeat::repeatable(template, &filed.answers, &Here(book));
        let at = filed.at.format("%Y-%m-%d").to_string();
        Some(Last { at, by: filed.by.clone(), earlier: Earlier { told, repeatable } })
    })
}

/// The records that are still there to refer to.
struct Here<'b>(&'b Book);

impl repeat::Present for Here<'_> {
    fn has_record(&self, _: Key, id: &str) -> bool {
        id.parse().ok().and_then(|id| self.0.get(id)).is_some_and(Record::exists)
    }
}

/// Offers the answers of last time; nothing is taken over unless somebody asks.
#[component]
fn TakeOver(
    last: Last,
    answers: RwSignal<Answers>,
    /// What a new form begins with.
    opening: Answers,
) -> impl IntoView {
    let i18n = use_i18n();
    let Last { at, by, earlier } = last;
    let repeated = StoredValue::new(earlier.repeatable);
    let opening = StoredValue::new(opening);
    let next = move || {
        repeated
            .with_value(|repeated| opening.with_value(|opening| repeat::taken_over(&answers.read(), repeated, opening)))
    };
    let count = move || {
        let next = next();
        let answers = answers.read();
        next.iter().filter(|(key, value)| answers.get(key) != Some(value)).count()
    };
    let is_any = repeated.with_value(|repeated| !repeated.is_empty());
    is_any.then(|| {
        view! {
            <div class="notice" data-kind="info" role="group" aria-label=move || t_string!(i18n, cases.form.last_title)>
                <p>{t!(i18n, cases.form.last_filed, at = at, by = by)}</p>
                <p class="row">
                    <button
                        type="button"
                        class="button"
                        data-size="small"
                        disabled=move || count() == 0
                        on:click=move |_| answers.set(untrack(next))
                    >
                        {move || {
                            if count() == 0 {
                                t_string!(i18n, cases.form.last_taken).to_owned()
                            } else {
                                t_string!(i18n, cases.form.last_take, count = count())
                            }
                        }}
                    </button>
                </p>
            </div>
        }
    })
}

/// A start that passes once through a view's properties.
#[derive(Clone)]
struct SendStart(std::rc::Rc<std::cell::RefCell<Option<Start>>>);

impl SendStart {
    fn new(start: Start) -> Self {
        Self(std::rc::Rc::new(std::cell::RefCell::new(Some(start))))
    }

    fn take(&self) -> Start {
        self.0.take().unwrap_or(Start { answers: Answers::new(), is_draft: false, continued: None, records: None })
    }
}

/// The draft of this device, else the document to go on with, else the template's defaults.
async fn begin(
    workspace: Workspace,
    case: OpenCase,
    template: Form,
    stage: Option<Key>,
    then: Option<String>,
    draft: String,
    locale: Locale,
) -> SendStart {
    let goes_on = case.view.goes_on_with(case.process, &template.id, then.as_deref());
    let continued = workspace.read_once(|book| {
        let documents = book.get(case.id).map(|record| documents(book, record)).unwrap_or_default();
        let filed = documents.into_iter().rfind(|document| document.text(kind::FORM) == &*template.id);
        filed
            .filter(|_| goes_on && !template.stages.is_empty() && stage.is_some())
            .map(|document| (document.id, answers_of(document)))
    });
    let kept = workspace.store().drafts().await.ok().and_then(|(drafts, _)| {
        drafts.into_iter().find(|kept| kept.id == draft).and_then(|kept| draft_answers(&kept.bytes))
    });
    let records = match case.customer.filter(|_| template.uses(RECORDS)) {
        Some(customer) => workspace.value_records(customer, |origin| source(locale, origin.source)).await,
        None => None,
    };
    let is_draft = kept.is_some();
    let (id, filed) = continued.unzip();
    let lang = lang_of(locale);
    let defaults = || {
        untrack(|| {
            let context = context(&workspace, &case, None, stage, records.as_ref(), lang);
            first_answers(&template, &context, case.customer, lang)
        })
    };
    let answers = kept.or(filed).unwrap_or_else(defaults);
    SendStart::new(Start { answers, is_draft, continued: id, records })
}

/// What a form begins with: its defaults, and the customer the case is about.
fn first_answers(template: &Form, context: &Context, customer: Option<RecordId>, lang: Lang) -> Answers {
    let mut answers = form::defaults(template, context, lang);
    let asks_customer = template.fields().any(|field| field.field.key == kind::CUSTOMER_REF);
    if let Some(customer) = customer.filter(|_| asks_customer) {
        answers.entry(kind::CUSTOMER_REF).or_insert_with(|| customer.into());
    }
    answers
}

fn answers_of(document: &Record) -> Answers {
    document.fields().into_iter().map(|(key, value)| (key, value.clone())).collect()
}

/// The stage a form has to reach for a move; the first one when it is filed for itself.
fn stage_for(case: &OpenCase, template: &Form, then: Option<&str>) -> Option<Key> {
    let asked = case
        .process
        .transitions_from(case.view.step)
        .find(|transition| Some(transition.event.as_str()) == then)
        .and_then(|transition| transition.completes.as_ref())
        .filter(|completion| completion.form == template.id)
        .and_then(|completion| completion.stage);
    asked.or_else(|| template.stages.first().map(|stage| stage.key))
}

/// What surrounds a new form of the case, or the latest of a template that is gone on with.
fn context(
    workspace: &Workspace,
    case: &OpenCase,
    gone_on_with: Option<&str>,
    stage: Option<Key>,
    records: Option<&Datum>,
    lang: Lang,
) -> Context {
    let mut around = match gone_on_with {
        Some(form) => workspace.context_of_latest(case, form),
        None => workspace.context(case),
    };
    around.stage = stage;
    around.background.lang = lang;
    around.known.extend(records.map(|records| (RECORDS, records.clone())));
    around
}

/// Keeps the answers on this device with every change, one write after another.
fn keep_drafts(workspace: &Workspace, draft: &str, answers: RwSignal<Answers>) {
    let (store, draft) = (workspace.store(), draft.to_owned());
    let is_writing = StoredValue::new(false);
    let is_first = StoredValue::new(true);
    Effect::new(move || {
        answers.track();
        if is_first.get_value() {
            is_first.set_value(false);
            return;
        }
        if is_writing.get_value() {
            return;
        }
        is_writing.set_value(true);
        let (store, draft) = (store.clone(), draft.clone());
        spawn_local(async move {
            loop {
                let Some(now) = answers.try_get_untracked() else { return };
                let bytes = serde_json::to_vec(&now).unwrap_or_default();
                if let Err(problem) = store.save_draft(&draft, &bytes).await {
                    leptos::logging::warn!("the draft could not be kept: {problem}");
                    break;
                }
                if answers.try_get_untracked().is_none_or(|later| later == now) {
                    break;
                }
            }
            is_writing.try_update_value(|writing| *writing = false);
        });
    });
}
