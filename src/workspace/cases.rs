//! Cases: what a process sees of one, what may be done next, and the commands that do it.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use chrono::NaiveDateTime;
use kehu_domain::agenda::{CaseAtHand, Item, Organisation, item_of_case};
use kehu_domain::book::{Book, Record, SYSTEM};
use kehu_domain::calendar::AttemptRule;
use kehu_domain::change::{Act, Cells};
use kehu_domain::expr::{Datum, Register};
use kehu_domain::form::number::{self, Ownership};
use kehu_domain::form::{Answers, Context};
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::model::CARDS;
use kehu_domain::playbook::{CLIENT, Playbook};
use kehu_domain::roster::{Roster, customer_fact};
use kehu_domain::stamp::RecordId;
use kehu_domain::value::Value;
use kehu_domain::workflow::{self, Actor, CaseClock, CaseView, Facts, Filed, Moved, Offer, Process, Role, Transition};
use kehu_store::StoreError;

use super::Workspace;
use super::rules::rules;
use super::templates::{cards_in_force, version_for};
use crate::device::{device_code, device_token, keep_device_code, random_bits};
use crate::moment::{self, civil};

/// The version of the template a document was filed by.
pub const TEMPLATE_VERSION: Key = Key::of("template_version");

/// The follow-up process, started from the customers who are due.
pub const FOLLOW_UP: &str = "W-3.1";

/// The process of tasks: what a form that is filled for itself belongs to.
pub const TASK: &str = "A-1";

/// How many moves of its own the app makes with a case in a row.
const MAX_APP_MOVES: usize = 4;

/// A case with its process, as pages show it.
#[derive(Clone)]
pub struct OpenCase {
    /// The record.
    pub id: RecordId,
    /// Its process.
    pub process: &'static Process,
    /// What the process sees of it.
    pub view: CaseView,
    /// Its customer, if it has one.
    pub customer: Option<RecordId>,
    /// The customer's name.
    pub customer_name: String,
    /// The earliest moment one of its open moves falls due.
    pub due: Option<NaiveDateTime>,
    /// Whose move it is, as the agenda has it.
    pub item: Arc<Item>,
}

/// The form filed the last time.
#[derive(Clone)]
pub struct LastTime {
    /// When.
    pub at: NaiveDateTime,
    /// Who filed it.
    pub by: String,
    /// What was answered.
    pub answers: Answers,
}

/// A case is the same as long as its own records are; its process is that of the handbook.
impl PartialEq for OpenCase {
    fn eq(&self, other: &Self) -> bool {
        let key = |case: &Self| (case.id, case.customer, case.due);
        key(self) == key(other) && self.customer_name == other.customer_name && self.view == other.view
    }
}

impl OpenCase {
    /// Whether a move of its step is the app's own.
    pub fn waits_for_app(&self) -> bool {
        self.process.transitions_from(self.view.step).any(|transition| transition.roles.contains(&Role::App))
    }

    /// Whether something of it follows the records of its customer.
    pub fn follows_records(&self) -> bool {
        self.process.watches_in(self.view.step)
    }

    /// Whether it has ended.
    pub fn is_closed(&self) -> bool {
        self.process.step(self.view.step).is_some_and(|step| step.is_terminal)
    }
}

impl Workspace {
    /// A case as it stands; `None` when there is none or its process is not in the handbook.
    pub fn case(&self, id: RecordId) -> Option<OpenCase> {
        let around = self.around();
        self.read(|book| self.roster(|roster| open_case(book, roster, &around, book.get(id)?)))
    }

    /// What surrounds the small form with which a case is begun.
    pub fn begin_context(&self, process: &Process, customer: Option<RecordId>) -> Context {
        workflow::begin_context(process, &self.actor(), &self.facts(customer))
    }

    /// Who acts: the person of this device with their posts.
    pub fn actor(&self) -> Actor {
        let staff = self.person();
        let posts = self.read(|book| book.get(staff).map(posts).unwrap_or_default());
        Actor::Person { staff, posts }
    }

    /// Every move of a case's step with the reasons against it.
    pub fn offers(&self, case: &OpenCase) -> Vec<Offer<'static>> {
        workflow::offers(case.process, &case.view, &self.actor(), &self.facts(case.customer))
    }

    /// The clocks of the moves of a case's step, the earliest due first; one whose move is nobody's is left out.
    pub fn clocks(&self, case: &OpenCase) -> Vec<(&'static Transition, CaseClock)> {
        let facts = self.facts(case.customer);
        let mut clocks: Vec<_> = case
            .process
            .transitions_from(case.view.step)
            .filter(|transition| transition.event != workflow::CANCEL)
            .filter_map(|transition| {
                Some((transition, workflow::clock_of(case.process, transition, &case.view, &facts)?))
            })
            .collect();
        clocks.sort_by_key(|(_, clock)| clock.due);
        clocks
    }

    /// When the customer of a case was phoned without an answer, and how often that may be tried; `None` when they are
    /// not to be phoned now.
    pub fn calls(&self, case: &OpenCase) -> Option<(Vec<NaiveDateTime>, AttemptRule)> {
        let attempts = workflow::call_attempts(case.process, &case.view, &self.facts(case.customer))?;
        Some((attempts, case.process.calls.as_ref()?.rule))
    }

    /// Whether none of a customer's contacts wants to be called.
    pub fn wants_no_calls(&self, customer: Option<RecordId>) -> bool {
        self.read(|book| {
            let contacts = customer.into_iter().flat_map(|customer| book.of_customer(customer, kind::CONTACT));
            let mut wishes = contacts.map(|contact| *contact.get(kind::DO_NOT_CALL) == Value::Bool(true)).peekable();
            wishes.peek().is_some() && wishes.all(|wish| wish)
        })
    }

    /// What surrounds a new form of the case, or what a move asks: for the person of this device.
    pub fn context(&self, case: &OpenCase) -> Context {
        workflow::context(case.process, &case.view, &self.actor(), &self.facts(case.customer))
    }

    /// The latest document of template `form` about a customer, but for `except`.
    pub fn last_filed(&self, customer: RecordId, form: &str, except: Option<RecordId>) -> Option<LastTime> {
        self.read_once(|book| {
            let filed = book.of_customer(customer, kind::DOCUMENT).filter(|document| document.text(kind::FORM) == form);
            let others = filed.filter(|document| Some(document.id) != except);
            let latest = others.max_by_key(|document| document.created().map(|change| change.stamp))?;
            let created = latest.created()?;
            Some(LastTime {
                at: civil(created.stamp.millis()),
                by: staff_name(book, created.by),
                answers: latest.fields().into_iter().map(|(key, value)| (key, value.clone())).collect(),
            })
        })
    }

    /// What surrounds the latest form of template `form` while it is gone on with.
    pub fn context_of_latest(&self, case: &OpenCase, form: &str) -> Context {
        workflow::context_of_latest(case.process, &case.view, form, &self.actor(), &self.facts(case.customer))
    }

    pub(super) fn facts(&self, customer: Option<RecordId>) -> Facts<'static> {
        let around = self.around();
        self.read(|book| self.roster(|roster| facts(book, roster, &around, customer)))
    }

    /// What surrounds every case alike, as it is now.
    pub(super) fn around(&self) -> Around {
        Around {
            organisation: self.organisation_once(),
            register: self.register(),
            cards: self.read_once(cards_in_force),
        }
    }

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

/// What surrounds every case alike.
pub(super) struct Around {
    organisation: Rc<Organisation>,
    register: Register,
    /// The adopted scorecards in force.
    cards: Datum,
}

/// What conditions may ask about the world around a case.
fn facts(book: &Book, roster: &Roster, around: &Around, customer: Option<RecordId>) -> Facts<'static> {
    let line = customer.and_then(|customer| roster.line(customer));
    let card = customer.and_then(|customer| book.get(customer)).filter(|card| card.exists());
    let due = line.and_then(|line| line.due).map(|due| due.on.and_hms_opt(18, 0, 0).unwrap_or_default());
    let mut known = card.map(known).unwrap_or_default();
    known.insert(CARDS, around.cards.clone());
    Facts {
        now: moment::now(),
        forms: Playbook::built_in().forms(),
        calendar: rules(),
        known,
        rule_dues: due.map(|due| (Box::from("C4"), due)).into_iter().collect(),
        posts: around.organisation.posts().clone(),
        register: around.register.clone(),
    }
}

/// The names forms and guards may use about the customer.
fn known(card: &Record) -> BTreeMap<Key, Datum> {
    let today = moment::today();
    let customer = Playbook::built_in().customer_facts(|fact| customer_fact(card, today, fact));
    BTreeMap::from([(kind::CUSTOMER_REF, customer.clone()), (CLIENT, customer)])
}

/// A case record as its process sees it.
pub(super) fn open_case(book: &Book, roster: &Roster, around: &Around, record: &Record) -> Option<OpenCase> {
    if record.kind != kind::CASE || !record.exists() {
        return None;
    }
    let process = Playbook::built_in().process(record.text(kind::PROCESS))?;
    let customer = book.customer_of(record);
    let owner = record.reference(kind::OWNER);
    let view = CaseView {
        id: Some(record.id),
        step: Key::new(record.text(kind::STEP)).ok()?,
        owner,
        superiors: owner.map(|owner| around.organisation.superiors(owner)).unwrap_or_default(),
        persons: persons(process, record),
        begun_at: record.created().map(|change| civil(change.stamp.millis())),
        entered_at: moment_of(record.get(kind::ENTERED_AT)),
        fields: record
            .fields()
            .into_iter()
            .map(|(key, value)| (key, value.clone()))
            .chain(customer.map(|customer| (kind::CUSTOMER_REF, customer.into())))
            .collect(),
        documents: filed(book, record),
        history: history(record),
        opened: book
            .opened_by(record.id)
            .map(|opened| opened.text(kind::ORIGIN_ROW))
            .filter(|row| !row.is_empty())
            .map(Into::into)
            .collect(),
    };
    let item = item(book, record.id, process, &view, customer, roster, around);
    let due = item.asks.iter().filter_map(|ask| ask.due).min();
    let customer_name = customer
        .and_then(|customer| book.get(customer))
        .map(|customer| customer.text(kind::NAME).to_owned())
        .unwrap_or_default();
    Some(OpenCase { id: record.id, process, view, customer, customer_name, due, item: Arc::new(item) })
}

/// A case as the agenda has it.
fn item(
    book: &Book,
    id: RecordId,
    process: &Process,
    view: &CaseView,
    customer: Option<RecordId>,
    roster: &Roster,
    around: &Around,
) -> Item {
    item_of_case(&CaseAtHand {
        id,
        process,
        view,
        customer,
        tier: customer.and_then(|customer| roster.line(customer)).and_then(|line| line.tier),
        facts: &facts(book, roster, around, customer),
        organisation: &around.organisation,
        escalation: &rules().told,
    })
}

/// The people whom fields of a case name, such as its `receiver`.
fn persons(process: &Process, case: &Record) -> BTreeMap<Key, RecordId> {
    let relative = process.transitions.iter().flat_map(|transition| &transition.roles);
    relative
        .filter_map(|role| match role {
            Role::Person(field) => Some((*field, case.reference(*field)?)),
            _ => None,
        })
        .collect()
}

/// The documents of a case, oldest first.
pub fn documents<'b>(book: &'b Book, case: &Record) -> Vec<&'b Record> {
    let mut documents: Vec<&Record> = book.of_case(case.id, kind::DOCUMENT).collect();
    documents.sort_by_key(|document| document.created().map(|change| change.stamp));
    documents
}

fn filed(book: &Book, case: &Record) -> Vec<Filed> {
    documents(book, case)
        .into_iter()
        .map(|document| Filed {
            form: document.text(kind::FORM).into(),
            created_by: document.created().map(|change| change.by),
            created_at: document.created().map(|change| civil(change.stamp.millis())),
            answers: document.fields().into_iter().map(|(key, value)| (key, value.clone())).collect(),
        })
        .collect()
}

/// The moves of a case, from the changes that set its step; those that were undone never were.
fn history(case: &Record) -> Vec<Moved> {
    let mut moves = Vec::new();
    let mut step = None;
    for change in case.standing() {
        let to = change.set.get(kind::STEP).and_then(Value::as_text).and_then(|text| Key::new(text).ok()).or(step);
        let event = change.set.get(kind::EVENT).and_then(Value::as_text).and_then(|text| Key::new(text).ok());
        if let (Some(from), Some(to), Some(event)) = (step, to, event) {
            moves.push(Moved { event, from, to, at: civil(change.stamp.millis()) });
        }
        step = to;
    }
    moves
}

/// The posts a member of staff holds.
pub fn posts(staff: &Record) -> Vec<Key> {
    staff.get(kind::ROLES).items().iter().filter_map(Value::as_text).filter_map(|code| Key::new(code).ok()).collect()
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

/// What a person is called; the app itself for what it did on its own.
pub fn staff_name(book: &Book, staff: RecordId) -> String {
    match book.get(staff) {
        Some(record) if !record.text(kind::NAME).is_empty() => record.text(kind::NAME).to_owned(),
        _ if staff == SYSTEM => "Kehu".to_owned(),
        _ => staff.to_string(),
    }
}

/// A date-time value as a moment.
pub fn moment_of(value: &Value) -> Option<NaiveDateTime> {
    let text = value.as_text()?;
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").ok().or_else(|| text.parse().ok())
}
