//! The agenda: what is to be done, by whom and how urgently; every number of it is the length of a list.
//!
//! An [`Item`] is one thing to be done, whoever looks. An [`Entry`] is an item as it concerns some people: the list of a
//! [`Whose`] has each item at most once. What a [`Choice`] admits is said in one place, [`Choice::admits`]; the numbers
//! of a [`Tally`] are counted from the same entries, and [`Choice::query`] carries a choice in an address and back.

mod case;
mod choice;
mod escalation;
mod expiry;
mod organisation;

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

pub use case::{CaseAtHand, item_of_case};
pub use choice::{Choice, Tally, Viewer, Whose};
pub use escalation::{EscalationError, EscalationRules};
pub use expiry::{Validity, validities};
pub use organisation::Organisation;

use crate::calendar::{DayTable, Marks, ReminderRules, Stage, WorkCalendar, add_days};
use crate::roster::{Line, Roster, Tier, Urgency};
use crate::stamp::RecordId;

/// How many days ahead count as this week, today not counted.
pub const WEEK_DAYS: i32 = 7;

/// What kind of work an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryKind {
    /// A form waits for approval 待批准.
    Approval,
    /// A case went up a level and the person is told of it; the move is somebody else's (R-6.2-1).
    Escalation,
    /// A complaint (W-6.1, W-6.2).
    Complaint,
    /// A follow-up that is under way (W-3.1).
    Visit,
    /// A customer whose next contact is near or past (C4), with no follow-up under way.
    Contact,
    /// A care action (W-3.3a).
    Care,
    /// Something whose validity ends (C7) or a loan to be returned (C8).
    Expiry,
    /// A task.
    Task,
    /// A case of any other process.
    Case,
    /// A form that was begun on this device and not filed.
    Draft,
}

impl EntryKind {
    /// All of them, in the order they are shown.
    pub const ALL: [Self; 10] = [
        Self::Approval,
        Self::Escalation,
        Self::Complaint,
        Self::Visit,
        Self::Contact,
        Self::Care,
        Self::Expiry,
        Self::Task,
        Self::Case,
        Self::Draft,
    ];

    /// The key in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approval => "approval",
            Self::Escalation => "escalation",
            Self::Complaint => "complaint",
            Self::Visit => "visit",
            Self::Contact => "contact",
            Self::Care => "care",
            Self::Expiry => "expiry",
            Self::Task => "task",
            Self::Case => "case",
            Self::Draft => "draft",
        }
    }

    /// The kind a case of a process is.
    pub fn of_process(process: &str) -> Self {
        match process {
            "W-6.1" | "W-6.2" => Self::Complaint,
            "W-3.1" => Self::Visit,
            crate::care::CARE_PROCESS => Self::Care,
            "A-1" => Self::Task,
            _ => Self::Case,
        }
    }
}

/// How urgent an entry is, the most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// The due moment has passed: 100 % of a clock (C3), past the limit of a contact (C4), expired (C7).
    Overdue,
    /// The last mark before the due moment is reached: 80 % of a clock.
    Escalated,
    /// Due today; a contact that is due and still within its limit.
    Today,
    /// Due by the end of the next working day.
    Soon,
    /// Due within seven days.
    Week,
    /// A customer who was never contacted, or more than a whole interval ago.
    Forgotten,
    /// Due later.
    Later,
    /// Without a deadline.
    Undated,
}

impl State {
    /// All of them, the most urgent first.
    pub const ALL: [Self; 8] = [
        Self::Overdue,
        Self::Escalated,
        Self::Today,
        Self::Soon,
        Self::Week,
        Self::Forgotten,
        Self::Later,
        Self::Undated,
    ];

    /// The key in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Escalated => "escalated",
            Self::Today => "today",
            Self::Soon => "soon",
            Self::Week => "week",
            Self::Forgotten => "forgotten",
            Self::Later => "later",
            Self::Undated => "undated",
        }
    }
}

/// What an item is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// This case.
    Case(RecordId),
    /// This customer, who is to be contacted.
    Contact(RecordId),
    /// This validity.
    Expiry(Validity),
    /// A draft of a form.
    Draft {
        /// Its case; none for a form that is filled for itself.
        case: Option<RecordId>,
        /// The form's template.
        form: Box<str>,
        /// When it was last saved.
        saved_at: NaiveDateTime,
    },
}

/// How the urgency of something is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pace {
    /// By a clock with its marks.
    Clock {
        /// The marks; the last one is the due moment.
        marks: Marks,
        /// Where it stands still, if it does: time does not bring it further.
        held: Option<Stage>,
    },
    /// By the rhythm of contacts.
    Contact(Urgency),
    /// By the day alone.
    Day,
    /// There is no deadline.
    Free,
}

/// What somebody is to do about an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Whose move it is; nobody's where nobody on the staff may make it.
    pub people: Vec<RecordId>,
    /// Whether it is the approval of a form, or its refusal.
    pub is_approval: bool,
    /// Until when.
    pub due: Option<NaiveDateTime>,
    /// How its urgency is told.
    pub pace: Pace,
}

/// People who are told of an item once a mark is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The mark.
    pub from: Stage,
    /// Who.
    pub people: Vec<RecordId>,
}

/// One thing to be done, whoever looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What it is about.
    pub subject: Subject,
    /// What kind of work it is, unless an approval or an escalation makes it another for some.
    pub kind: EntryKind,
    /// Its customer.
    pub customer: Option<RecordId>,
    /// The customer's tier, which breaks ties.
    pub tier: Option<Tier>,
    /// What is to be done, by whom.
    pub asks: Vec<Ask>,
    /// Who is told when its clock runs on.
    pub told: Vec<Told>,
}

impl Item {
    /// A form that `person` began and did not file.
    pub fn draft(
        case: Option<RecordId>,
        form: &str,
        customer: Option<RecordId>,
        person: RecordId,
        saved_at: NaiveDateTime,
    ) -> Self {
        let ask = Ask { people: vec![person], is_approval: false, due: None, pace: Pace::Free };
        Self {
            subject: Subject::Draft { case, form: form.into(), saved_at },
            kind: EntryKind::Draft,
            customer,
            tier: None,
            asks: vec![ask],
            told: Vec::new(),
        }
    }

    /// A customer to contact; `None` while nothing presses for a week.
    fn contact(line: &Line, people: Vec<RecordId>) -> Option<Self> {
        if matches!(line.urgency, Urgency::Later | Urgency::Resting) {
            return None;
        }
        let due = line.due.map(|due| night(due.on));
        let ask = Ask { people, is_approval: false, due, pace: Pace::Contact(line.urgency) };
        Some(Self {
            subject: Subject::Contact(line.id),
            kind: EntryKind::Contact,
            customer: Some(line.id),
            tier: line.tier,
            asks: vec![ask],
            told: Vec::new(),
        })
    }
}

/// An item as it concerns some people.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The item.
    pub item: Arc<Item>,
    /// What kind of work it is for them.
    pub kind: EntryKind,
    /// How urgent it is for them.
    pub state: State,
    /// The last mark its clock has reached.
    pub stage: Stage,
    /// Until when they have something to do; what others have to do where they are only told.
    pub due: Option<NaiveDateTime>,
    /// The mark by which they are told of it.
    pub told: Option<Stage>,
}

impl Entry {
    /// Whose move it is, each once.
    pub fn people(&self) -> BTreeSet<RecordId> {
        self.item.asks.iter().flat_map(|ask| ask.people.iter().copied()).collect()
    }

    /// Its place in a list: by urgency, then by day, the more valuable customer first, then by moment.
    fn order(&self) -> impl Ord + use<'_> {
        let day = self.due.map(|due| due.date());
        let tier = (self.item.tier.is_none(), self.item.tier);
        (self.state, day.is_none(), day, tier, self.due, Reverse(self.stage), &self.item.subject)
    }
}

/// Where the agenda comes from.
pub struct Sources<'a> {
    /// The open cases, each as [`item_of_case`] makes it.
    pub cases: Vec<Arc<Item>>,
    /// The customers' lines, worked out for today.
    pub roster: &'a Roster,
    /// Who begins a follow-up with a customer nobody is responsible for.
    pub openers: Vec<RecordId>,
    /// What is valid until some day.
    pub validities: Vec<Validity>,
    /// The reminders before it ends (C7).
    pub reminders: &'a ReminderRules,
    /// The table of days.
    pub days: &'a DayTable,
    /// Who there is.
    pub organisation: &'a Organisation,
    /// The present moment in Asia/Shanghai.
    pub now: NaiveDateTime,
}

/// Everything that is to be done in a workspace, as of a moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Agenda {
    items: Vec<Arc<Item>>,
    scale: Scale,
}

/// The moments by which urgency is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Scale {
    now: NaiveDateTime,
    next_working: NaiveDate,
}

impl Agenda {
    /// The agenda of these items, as of `now`.
    pub fn new(items: Vec<Arc<Item>>, calendar: &dyn WorkCalendar, now: NaiveDateTime) -> Self {
        let next_working = calendar.add_working_days(now.date(), 1);
        Self { items, scale: Scale { now, next_working } }
    }

    /// The agenda of a workspace.
    ///
    /// A customer whose follow-up is under way is not to be contacted besides: the case stands for it.
    pub fn of(sources: Sources<'_>, calendar: &dyn WorkCalendar) -> Self {
        let Sources { cases: mut items, roster, openers, validities, reminders, days, organisation, now } = sources;
        let visits = items.iter().filter(|item| item.kind == EntryKind::Visit);
        let under_way: BTreeSet<RecordId> = visits.filter_map(|item| item.customer).collect();
        let keeper = |owner: Option<RecordId>| match owner.filter(|owner| organisation.knows(*owner)) {
            Some(owner) => vec![owner],
            None => openers.clone(),
        };
        let contacts = roster.lines().iter().filter(|line| !under_way.contains(&line.id));
        items.extend(contacts.filter_map(|line| Item::contact(line, keeper(line.owner)).map(Arc::new)));
        let mut ends = Vec::new();
        for validity in validities {
            let tier = validity.customer.and_then(|customer| roster.line(customer)).and_then(|line| line.tier);
            let people = keeper(validity.owner);
            ends.extend(expiry::item(validity, tier, people, (reminders, days), now.date()).map(Arc::new));
        }
        items.extend(ends);
        Self::new(items, calendar, now)
    }

    /// This agenda with more items, such as the drafts of this device.
    #[must_use]
    pub fn with(mut self, more: impl IntoIterator<Item = Item>) -> Self {
        self.items.extend(more.into_iter().map(Arc::new));
        self
    }

    /// Everything that concerns some people, the most urgent first; each item at most once.
    pub fn entries(&self, whose: &Whose, viewer: &Viewer) -> Vec<Entry> {
        let people = viewer.people(whose);
        let mut entries: Vec<Entry> =
            self.items.iter().filter_map(|item| self.scale.entry(item, people.as_ref())).collect();
        entries.sort_by(|a, b| a.order().cmp(&b.order()));
        entries
    }

    /// The list a choice opens, the most urgent first.
    pub fn list(&self, choice: &Choice, viewer: &Viewer) -> Vec<Entry> {
        let mut entries = self.entries(&choice.whose, viewer);
        entries.retain(|entry| choice.admits(entry));
        entries
    }

    /// The numbers of some people's work.
    pub fn tally(&self, whose: &Whose, viewer: &Viewer) -> Tally {
        let people = viewer.people(whose);
        Tally::of(self.items.iter().filter_map(|item| self.scale.entry(item, people.as_ref())))
    }
}

impl Scale {
    /// The item as it concerns these people, or everyone.
    fn entry(&self, item: &Arc<Item>, people: Option<&BTreeSet<RecordId>>) -> Option<Entry> {
        let concerns = |list: &[RecordId]| people.is_none_or(|people| list.iter().any(|one| people.contains(one)));
        let pressing = |ask: &&Ask| (self.state(ask), ask.due.is_none(), ask.due);
        let theirs = item.asks.iter().filter(|ask| concerns(&ask.people));
        let first = theirs.clone().min_by_key(pressing);
        let reached = item.asks.iter().map(|ask| self.stage(ask)).max().unwrap_or(Stage::Fresh);
        let told = item.told.iter().filter(|told| people.is_some() && told.from <= reached && concerns(&told.people));
        let told = told.map(|told| told.from).max();
        let (ask, kind) = match (first, told) {
            (Some(ask), _) if theirs.clone().any(|ask| ask.is_approval) => (ask, EntryKind::Approval),
            (Some(ask), _) => (ask, item.kind),
            (None, Some(_)) => (item.asks.iter().min_by_key(pressing)?, EntryKind::Escalation),
            // What nobody can do is seen by whoever looks at everything.
            (None, None) => return None,
        };
        let (state, stage) = (self.state(ask), self.stage(ask));
        Some(Entry { item: item.clone(), kind, state, stage, due: ask.due, told })
    }

    fn stage(&self, ask: &Ask) -> Stage {
        match &ask.pace {
            Pace::Clock { held: Some(stage), .. } => *stage,
            Pace::Clock { marks, .. } => marks.stage(self.now),
            _ => Stage::Fresh,
        }
    }

    fn state(&self, ask: &Ask) -> State {
        let by_day = || ask.due.map_or(State::Undated, |due| self.state_of_day(due));
        match &ask.pace {
            Pace::Clock { marks, .. } => match self.stage(ask) {
                Stage::Due | Stage::NextDay => State::Overdue,
                Stage::Used(share) if marks.shares.last().is_some_and(|(last, _)| *last == share) => State::Escalated,
                _ => by_day(),
            },
            Pace::Contact(Urgency::Overdue) => State::Overdue,
            Pace::Contact(Urgency::Due) => State::Today,
            Pace::Contact(Urgency::Forgotten) => State::Forgotten,
            Pace::Contact(_) | Pace::Day | Pace::Free => by_day(),
        }
    }

    fn state_of_day(&self, due: NaiveDateTime) -> State {
        let (today, day) = (self.now.date(), due.date());
        match () {
            () if due < self.now => State::Overdue,
            () if day == today => State::Today,
            () if day <= self.next_working => State::Soon,
            () if day <= add_days(today, WEEK_DAYS) => State::Week,
            () => State::Later,
        }
    }
}

/// The last minute of a day.
fn night(day: NaiveDate) -> NaiveDateTime {
    day.and_time(NaiveTime::from_hms_opt(23, 59, 0).unwrap_or(NaiveTime::MIN))
}
