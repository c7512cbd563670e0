//! A case as it stands: what its process sees of it, what surrounds it, and what may be done next.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use chrono::NaiveDateTime;
use kehu_domain::agenda::{CaseAtHand, Item, Organisation, item_of_case};
use kehu_domain::book::{Book, Record, SYSTEM};
use kehu_domain::calendar::AttemptRule;
use kehu_domain::expr::{Datum, Register};
use kehu_domain::form::{Answers, Context};
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::model::CARDS;
use kehu_domain::playbook::{CLIENT, Playbook};
use kehu_domain::roster::{Roster, customer_fact};
use kehu_domain::stamp::RecordId;
use kehu_domain::value::Value;
use kehu_domain::workflow::{self, Actor, CaseClock, CaseView, Facts, Filed, Moved, Offer, Process, Role, Transition};

use super::Workspace;
use super::rules::rules;
use super::templates::cards_in_force;
use crate::moment::{self, civil};

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
pub(super) fn item(
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
