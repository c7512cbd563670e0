//! The agenda of the workspace: worked out once for all pages, and again only for what has changed.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use chrono::{NaiveDateTime, Timelike};
use kehu_domain::agenda::{Agenda, Organisation, Sources, Viewer, validities};
use kehu_domain::book::Book;
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::playbook::Playbook;
use kehu_domain::roster::customers_of;
use kehu_domain::stamp::RecordId;
use kehu_domain::workflow::Role;
use leptos::prelude::*;

use super::Workspace;
use super::case_view::{OpenCase, open_case};
use super::cases::FOLLOW_UP;
use super::rules::rules;
use crate::moment;

/// What pages ask of cases again and again, kept until something of it changes.
#[derive(Default)]
pub(super) struct Kept {
    organisation: Option<Rc<Organisation>>,
    open: Option<BTreeMap<RecordId, Rc<OpenCase>>>,
    agenda: Option<(u64, NaiveDateTime, Arc<Agenda>)>,
}

impl Workspace {
    /// All cases that have not ended, as they are now.
    pub fn open_cases(&self) -> Vec<Rc<OpenCase>> {
        self.keep_open_cases();
        self.0.kept.borrow().open.iter().flat_map(|open| open.values().cloned()).collect()
    }

    /// A case that has not ended, as the agenda knows it now.
    pub fn open_case(&self, id: RecordId) -> Option<Rc<OpenCase>> {
        self.keep_open_cases();
        self.0.kept.borrow().open.as_ref()?.get(&id).cloned()
    }

    /// Who there is; whatever calls this runs again after every commit.
    pub fn organisation(&self) -> Rc<Organisation> {
        self.0.pulse.track();
        self.organisation_once()
    }

    /// Who there is now.
    pub(super) fn organisation_once(&self) -> Rc<Organisation> {
        let kept = self.0.kept.borrow().organisation.clone();
        kept.unwrap_or_else(|| {
            let organisation = Rc::new(Organisation::of(&self.0.book.borrow()));
            self.0.kept.borrow_mut().organisation = Some(organisation.clone());
            organisation
        })
    }

    /// The person of this device with everybody under them.
    pub fn viewer(&self) -> Viewer {
        let me = self.person();
        Viewer { me, team: self.organisation().team(me) }
    }

    /// Everything that is to be done; whatever calls this runs again after every commit and every minute.
    pub fn agenda(&self) -> Arc<Agenda> {
        let key = (self.0.pulse.get(), self.0.minute.get());
        if let Some((pulse, minute, agenda)) = &self.0.kept.borrow().agenda
            && (*pulse, *minute) == key
        {
            return agenda.clone();
        }
        let agenda = Arc::new(self.work_out_agenda(key.1));
        self.0.kept.borrow_mut().agenda = Some((key.0, key.1, agenda.clone()));
        agenda
    }

    fn work_out_agenda(&self, now: NaiveDateTime) -> Agenda {
        let (rules, organisation) = (rules(), self.organisation_once());
        let cases = self.open_cases().into_iter().map(|case| case.item.clone()).collect();
        let begin = Playbook::built_in().process(FOLLOW_UP).and_then(|process| process.begin.as_ref());
        let posts = begin.iter().flat_map(|begin| &begin.roles).filter_map(|role| match role {
            Role::Post(post) => Some(*post),
            _ => None,
        });
        let openers: BTreeSet<RecordId> = posts.flat_map(|post| organisation.holders(post)).copied().collect();
        let days = &rules.calendar.days;
        let validities = self.read_once(|book| validities(book, days, |millis| moment::civil(millis).date()));
        self.roster_once(|roster| {
            let sources = Sources {
                cases,
                roster,
                openers: openers.into_iter().collect(),
                validities,
                reminders: &rules.reminders,
                days,
                organisation: &organisation,
                now,
            };
            Agenda::of(sources, rules)
        })
    }

    fn keep_open_cases(&self) {
        if self.0.kept.borrow().open.is_some() {
            return;
        }
        let around = self.around();
        let (book, roster) = (self.0.book.borrow(), self.0.roster.borrow());
        let open = book.of_kind(kind::CASE).filter_map(|record| open_case(&book, &roster, &around, record));
        let open = open.filter(|case| !case.is_closed()).map(|case| (case.id, Rc::new(case))).collect();
        self.0.kept.borrow_mut().open = Some(open);
    }

    /// Works out again the cases that changes concern.
    pub(super) fn refresh_cases(&self, concerned: Concerned) {
        if concerned.is_all {
            *self.0.kept.borrow_mut() = Kept::default();
            return;
        }
        let book = self.0.book.borrow();
        let around = self.around();
        let roster = self.0.roster.borrow();
        let mut kept = self.0.kept.borrow_mut();
        let Some(open) = kept.open.as_mut() else { return };
        for id in concerned.cases {
            let case = book.get(id).and_then(|record| open_case(&book, &roster, &around, record));
            match case.filter(|case| !case.is_closed()) {
                Some(case) => open.insert(id, Rc::new(case)),
                None => open.remove(&id),
            };
        }
    }

    /// Forgets what was kept, as at midnight, when conditions that ask for the day may change.
    pub(super) fn forget_cases(&self) {
        *self.0.kept.borrow_mut() = Kept::default();
    }

    /// The present minute; whatever reads it runs again every minute.
    pub fn minute(&self) -> ArcRwSignal<NaiveDateTime> {
        self.0.minute.clone()
    }

    /// Lets time go on: what is late is told by the minute.
    pub(super) fn follow_the_minute(&self) {
        let minute = this_minute();
        if self.0.minute.get_untracked() != minute {
            self.0.minute.set(minute);
        }
    }
}

/// The present minute.
pub(super) fn this_minute() -> NaiveDateTime {
    let now = moment::now();
    now.with_second(0).and_then(|now| now.with_nanosecond(0)).unwrap_or(now)
}

/// The kinds whose records every case depends on: who may do what, and what is judged by.
const FOR_ALL: [Key; 2] = [kind::STAFF, kind::SCORECARD];

/// The cases that changes concern.
#[derive(Default)]
pub(super) struct Concerned {
    /// All of them: the staff or a scorecard has changed.
    is_all: bool,
    cases: BTreeSet<RecordId>,
}

impl Concerned {
    /// Adds those that a change of a record concerns: itself, that of a document, those of a customer whose rhythm changed.
    pub fn add(&mut self, book: &Book, record: RecordId) {
        let Some(changed) = book.get(record) else { return };
        self.is_all |= FOR_ALL.contains(&changed.kind);
        if !self.is_all {
            let customers = customers_of(book, record).into_iter();
            let theirs = customers.flat_map(|customer| book.of_customer(customer, kind::CASE)).map(|case| case.id);
            self.cases.extend(theirs);
            self.cases.extend(changed.reference(kind::CASE_REF));
            self.cases.extend((changed.kind == kind::CASE).then_some(record));
        }
    }
}
