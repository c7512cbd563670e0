//! What is done with cases: begun, moved on, forms filed for them.

use std::sync::Arc;

use kehu_domain::book::{Book, SYSTEM};
use kehu_domain::change::{Act, Cells};
use kehu_domain::form::Answers;
use kehu_domain::form::number::{self, Ownership};
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::playbook::Playbook;
use kehu_domain::stamp::RecordId;
use kehu_domain::value::Value;
use kehu_domain::workflow::{self, Actor, CaseView, Process};
use kehu_store::StoreError;

use super::Workspace;
use super::case_view::{OpenCase, item, posts};
use super::templates::version_for;
use crate::device::{device_code, device_token, keep_device_code, random_bits};
use crate::moment;

/// The version of the template a document was filed by.
pub const TEMPLATE_VERSION: Key = Key::of("template_version");

/// The follow-up process, started from the customers who are due.
pub const FOLLOW_UP: &str = "W-3.1";

/// The process of tasks: what a form that is filled for itself belongs to.
pub const TASK: &str = "A-1";

/// How many moves of its own the app makes with a case in a row.
const MAX_APP_MOVES: usize = 4;

impl Workspace {
    /// Starts a follow-up with a customer, planned for `planned_on`, and gives its case.
    ///
    /// # Errors
    /// When it could not be saved.
    pub async fn start_follow_up(
        &self,
        customer: RecordId,
        planned_on: chrono::NaiveDate,
        way: &str,
    ) -> Result<Option<RecordId>, StoreError> {
        let owner = self.read_once(|book| {
            book.get(customer).and_then(|customer| customer.reference(kind::OWNER)).unwrap_or(self.person())
        });
        let now = moment::now();
        let fields: [(Key, Value); 9] = [
            (kind::PROCESS, FOLLOW_UP.into()),
            (kind::CUSTOMER_REF, customer.into()),
            (kind::OWNER, owner.into()),
            (kind::STEP, "planned".into()),
            (kind::ENTERED_AT, now.into()),
            (Key::of("kind"), "routine".into()),
            (Key::of("way"), way.into()),
            (Key::of("planned_on"), planned_on.into()),
            (kind::EVENT, "start".into()),
        ];
        let mut made = None;
        self.commit(|_, act| made = Some(act.create(kind::CASE, fields.into_iter().collect()))).await?;
        Ok(made)
    }

    /// Begins a case of any process, with what it asks for; gives the case.
    ///
    /// # Errors
    /// What speaks against it, or why it could not be saved.
    pub async fn begin_case(
        &self,
        process: &'static Process,
        customer: Option<RecordId>,
        given: &Answers,
    ) -> Result<RecordId, MoveProblem> {
        let actor = self.actor();
        let mut fields =
            workflow::begin(process, &actor, &self.facts(customer), given).map_err(MoveProblem::Refused)?;
        if let Some(customer) = customer {
            fields.insert(kind::CUSTOMER_REF, customer.into());
        }
        fields.entry(kind::OWNER).or_insert_with(|| actor.staff().unwrap_or(SYSTEM).into());
        let mut made = None;
        self.commit(|_, act| made = Some(act.create(kind::CASE, fields.into_iter().collect())))
            .await
            .map_err(MoveProblem::NotSaved)?;
        made.ok_or(MoveProblem::Gone)
    }

    /// Moves a case by an event, if nothing speaks against it; then the app makes the moves that are its own.
    ///
    /// # Errors
    /// What speaks against it, or why it could not be saved; the case stays as it is.
    pub async fn move_case(&self, case: RecordId, event: Key, given: &Answers) -> Result<(), MoveProblem> {
        self.make_move(case, event, &self.actor(), given).await?;
        self.follow(case).await.map_err(MoveProblem::NotSaved)
    }

    /// Brings what a case follows of the records up to date, and makes the app's own moves, one after another.
    ///
    /// # Errors
    /// When one could not be saved; those before it were.
    pub(super) async fn make_app_moves(&self, case: RecordId) -> Result<(), StoreError> {
        // No process has more of them in a row; a playbook that did would not run away with the app.
        for _ in 0..MAX_APP_MOVES {
            self.watch(case).await?;
            let Some(open) = self.case(case) else { break };
            let Some(event) = workflow::app_move(open.process, &open.view, &self.facts(open.customer)) else { break };
            match self.make_move(case, event, &Actor::App, &Answers::new()).await {
                Ok(()) => {}
                Err(MoveProblem::NotSaved(problem)) => return Err(problem),
                Err(MoveProblem::Gone | MoveProblem::Refused(_)) => break,
            }
        }
        Ok(())
    }

    async fn make_move(&self, case: RecordId, event: Key, actor: &Actor, given: &Answers) -> Result<(), MoveProblem> {
        let Some(open) = self.case(case) else { return Err(MoveProblem::Gone) };
        let facts = self.facts(open.customer);
        let step =
            workflow::attempt(open.process, &open.view, event, actor, &facts, given).map_err(MoveProblem::Refused)?;
        let owner = actor.staff().or(open.view.owner).unwrap_or(SYSTEM);
        self.commit_by(actor.staff().unwrap_or(SYSTEM), &[], |book, act| {
            step.write(book, act, case, open.customer);
            for elsewhere in &step.elsewhere {
                let Some(process) = Playbook::built_in().process(&elsewhere.process) else { continue };
                for (key, value) in process.set_fields(&elsewhere.given) {
                    act.set(book, kind::CASE, elsewhere.case, key, value);
                }
            }
            for (number, started) in step.starts.iter().enumerate() {
                let Some(process) = Playbook::built_in().process(&started.process) else { continue };
                let mut fields = workflow::opened(process, started, case, &facts);
                fields.entry(kind::OWNER).or_insert_with(|| owner.into());
                if let Some(customer) = open.customer {
                    fields.entry(kind::CUSTOMER_REF).or_insert_with(|| customer.into());
                }
                let fields = fields.into_iter().collect();
                let opened = match actor {
                    Actor::Person { .. } => act.create(kind::CASE, fields),
                    // Every device makes the app's own moves: what they open is named alike everywhere.
                    Actor::App => {
                        let id = RecordId::named(&match &started.row {
                            Some(row) => format!("opened/{case}/{row}"),
                            None => format!("opened/{case}/{event}/{number}"),
                        });
                        act.create_as(kind::CASE, id, fields);
                        id
                    }
                };
                if let Some(link) = started.link {
                    act.set(book, kind::CASE, case, link, opened.into());
                }
            }
        })
        .await
        .map(|_| ())
        .map_err(MoveProblem::NotSaved)
    }

    /// Files a form for a case: numbered, with its computed fields, in one act with the end of its draft.
    ///
    /// A form that was filed before and passes stages is continued, not filed twice.
    ///
    /// # Errors
    /// [`workflow::MoveError::Closed`] when the case has ended meanwhile (R-0-3), or why it could not be saved; the draft
    /// stays.
    pub async fn file_document(
        &self,
        case: &OpenCase,
        form: &str,
        answers: Answers,
        continued: Option<RecordId>,
        draft: &str,
    ) -> Result<(), MoveProblem> {
        match self.case(case.id) {
            None => return Err(MoveProblem::Gone),
            Some(now) if now.is_closed() => return Err(MoveProblem::Refused(workflow::MoveError::Closed)),
            Some(_) => {}
        }
        let (case_id, customer) = (case.id, case.customer);
        self.commit_with_drafts(&[draft.to_owned()], move |book, act| match continued {
            Some(document) => {
                if let Some(version) = version_for(book, form) {
                    act.set(book, kind::DOCUMENT, document, kind::SCORECARD, version.into());
                }
                for (key, value) in answers {
                    act.set(book, kind::DOCUMENT, document, key, value);
                }
            }
            None => {
                let mut cells = new_document(book, act, form, case_id, answers);
                if let Some(customer) = customer {
                    cells.put(kind::CUSTOMER_REF, customer.into());
                }
                act.create(kind::DOCUMENT, cells);
            }
        })
        .await
        .map_err(MoveProblem::NotSaved)?;
        self.follow(case_id).await.map_err(MoveProblem::NotSaved)
    }
}

impl Workspace {
    /// The task that a form filled for itself is going to belong to, before it is begun.
    pub fn unbegun_task(&self) -> Option<OpenCase> {
        let process = Playbook::built_in().process(TASK)?;
        let view = CaseView::begun(process, Some(self.person()), moment::now());
        let (id, around) = (RecordId::default(), self.around());
        let item =
            Arc::new(self.read(|book| self.roster(|roster| item(book, id, process, &view, None, roster, &around))));
        Some(OpenCase { id, process, view, customer: None, customer_name: String::new(), due: None, item })
    }

    /// Files a form for itself: in one act a task called `topic` is begun and the form filed for it; then the task is
    /// finished, with the form's number as its result. Gives the task.
    ///
    /// # Errors
    /// When it could not be saved; the draft stays.
    pub async fn file_alone(
        &self,
        form: &str,
        topic: String,
        answers: Answers,
        draft: &str,
    ) -> Result<RecordId, StoreError> {
        let Some(process) = Playbook::built_in().process(TASK) else { return Ok(RecordId::default()) };
        let owner = self.person();
        let mut fields: Cells<Value> = workflow::first_fields(process, &self.facts(None)).into_iter().collect();
        fields.put(kind::OWNER, owner.into());
        fields.put(Key::of("topic"), topic.as_str().into());
        fields.put(Key::of("due_on"), moment::today().into());
        let (mut task, mut number) = (RecordId::default(), String::new());
        self.commit_with_drafts(&[draft.to_owned()], |book, act| {
            task = act.create(kind::CASE, fields);
            let cells = new_document(book, act, form, task, answers);
            number = cells.get(kind::FORM_NO).and_then(Value::as_text).unwrap_or_default().to_owned();
            act.create(kind::DOCUMENT, cells);
        })
        .await?;
        let result = Answers::from([(Key::of("output"), format!("{topic} {number}").into())]);
        match self.move_case(task, Key::of("finish"), &result).await {
            Err(MoveProblem::NotSaved(problem)) => Err(problem),
            // Whatever speaks against it is shown on the task; the form is filed.
            _ => Ok(task),
        }
    }
}

impl Workspace {
    /// The relationship specialist with the most customers: whom a visitor of the demo company works as.
    pub fn busiest_specialist(&self) -> Option<RecordId> {
        let specialist = Key::of("CR-E");
        let specialists: Vec<RecordId> = self.read_once(|book| {
            book.of_kind(kind::STAFF).filter(|staff| posts(staff).contains(&specialist)).map(|staff| staff.id).collect()
        });
        let customers = |staff: &RecordId| {
            self.roster_once(|roster| roster.lines().iter().filter(|line| line.owner == Some(*staff)).count())
        };
        specialists.into_iter().max_by_key(customers)
    }
}

/// Why a case did not move.
#[derive(Clone, Debug, PartialEq)]
pub enum MoveProblem {
    /// There is no such case any more.
    Gone,
    /// Reasons of the handbook.
    Refused(workflow::MoveError),
    /// The storage.
    NotSaved(StoreError),
}

/// A form to be filed for a case, with its number.
fn new_document(book: &Book, act: &mut Act<'_>, form: &str, case: RecordId, answers: Answers) -> Cells<Value> {
    let template = Playbook::built_in().form(form);
    let code = template.map(|template| &*template.code).unwrap_or_default();
    let mut cells: Cells<Value> = answers.into_iter().filter(|(_, value)| !value.is_blank()).collect();
    cells.put(kind::FORM, form.into());
    cells.put(kind::FORM_NO, next_number(book, act, code).into());
    cells.put(TEMPLATE_VERSION, Value::Int(template.map_or(1, |template| template.version.into())));
    cells.put(kind::CASE_REF, case.into());
    if let Some(version) = version_for(book, form) {
        cells.put(kind::SCORECARD, version.into());
    }
    cells
}

/// The next number of a form code on this device today; spec 1.6.
fn next_number(book: &Book, act: &mut Act<'_>, code: &str) -> String {
    let device = own_device_code(book, act);
    // A form that was undone or deleted can come back, and keeps its number.
    number::next(code, moment::today(), &device, book.ever_held(kind::DOCUMENT, kind::FORM_NO))
}

/// The code of this device, written down in the records; a new one where another device has it.
fn own_device_code(book: &Book, act: &mut Act<'_>) -> String {
    let token = device_token();
    let kept = device_code().map(|code| {
        let whose = number::ownership(book, &code, &token);
        (code, whose)
    });
    match kept {
        Some((code, Ownership::Ours)) => code,
        Some((code, Ownership::Nobodys)) => {
            number::register(act, &code, &token);
            code
        }
        _ => {
            let code = number::draw(random_bits(), &number::taken(book));
            keep_device_code(&code);
            number::register(act, &code, &token);
            code
        }
    }
}
