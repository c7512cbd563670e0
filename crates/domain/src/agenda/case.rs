//! A case on the agenda: whose move it is, until when, and who is told when its clock runs on.

use std::collections::BTreeSet;

use super::{Ask, EntryKind, EscalationRules, Item, Organisation, Pace, Subject, Told};
use crate::roster::Tier;
use crate::stamp::RecordId;
use crate::workflow::{self, Actor, CaseClock, CaseView, Facts, Process, Role, Transition, Work};

/// An open case with what is needed to say whose move it is.
pub struct CaseAtHand<'a> {
    /// Its record.
    pub id: RecordId,
    /// Its process.
    pub process: &'a Process,
    /// The case.
    pub view: &'a CaseView,
    /// Its customer.
    pub customer: Option<RecordId>,
    /// The customer's tier.
    pub tier: Option<Tier>,
    /// What surrounds it.
    pub facts: &'a Facts<'a>,
    /// Who there is.
    pub organisation: &'a Organisation,
    /// Who is told when clocks run on.
    pub escalation: &'a EscalationRules,
}

/// A case as an item of the agenda: a function of its history and the moment, whenever it is asked for.
///
/// A move whose conditions do not hold is nobody's work now, unless nothing else can be done.
pub fn item_of_case(case: &CaseAtHand<'_>) -> Item {
    let moves: Vec<&Transition> =
        case.process.transitions_from(case.view.step).filter(|made| case.is_work(made)).collect();
    let mut asks = case.asks(&moves, Work::Now);
    if asks.is_empty() {
        asks = case.asks(&moves, Work::Later);
    }
    let told =
        case.escalation.of(&case.process.id).iter().map(|(from, role)| Told { from: *from, people: case.told(*role) });
    Item {
        subject: Subject::Case(case.id),
        kind: EntryKind::of_process(&case.process.id),
        customer: case.customer,
        tier: case.tier,
        asks,
        told: told.collect(),
    }
}

impl CaseAtHand<'_> {
    /// Whether a move is work for people: neither the app's alone nor one that need not happen, such as cancelling.
    ///
    /// The app's own move is work where it waits for a form.
    fn is_work(&self, transition: &Transition) -> bool {
        let is_for_people = transition.roles.iter().any(|role| *role != Role::App);
        !transition.is_optional && (is_for_people || self.waits_for_form(transition))
    }

    /// Whether the app would make the move were its form filed.
    fn waits_for_form(&self, transition: &Transition) -> bool {
        let form = transition.files.as_deref().filter(|_| transition.roles.contains(&Role::App));
        form.is_some_and(|form| self.view.filed_for(transition, form).is_none())
    }

    /// The moves that are somebody's work, or that would be if there were anybody; `at_least` says how ready they are.
    fn asks(&self, moves: &[&Transition], at_least: Work) -> Vec<Ask> {
        let ask = |transition: &&Transition| {
            let people = self.people(transition, at_least);
            let is_open = !people.is_empty() || self.work(transition, &Actor::App) >= at_least;
            is_open.then(|| self.ask(transition, people))
        };
        moves.iter().filter_map(ask).collect()
    }

    fn ask(&self, transition: &Transition, people: Vec<RecordId>) -> Ask {
        let clock = workflow::clock_of(self.process, transition, self.view, self.facts);
        let due = clock.as_ref().map(|clock| clock.due);
        Ask { people, is_approval: transition.approves.is_some(), due, pace: clock.map_or(Pace::Free, pace) }
    }

    /// Whose move it is: the person the case names for it, else its owner, else their nearest superior who may make it,
    /// else everybody who may.
    ///
    /// The form for which the app waits is the owner's to fill.
    fn people(&self, transition: &Transition, at_least: Work) -> Vec<RecordId> {
        if self.waits_for_form(transition) {
            return self.view.owner.into_iter().collect();
        }
        let may = |person: &RecordId| self.work(transition, &self.actor(*person)) >= at_least;
        let named = transition.roles.iter().filter_map(|role| match role {
            Role::Person(field) => self.view.persons.get(field).copied(),
            _ => None,
        });
        let related = named.chain(self.view.owner).chain(self.view.superiors.iter().copied());
        if let Some(person) = related.filter(|person| self.organisation.knows(*person)).find(|person| may(person)) {
            return vec![person];
        }
        let posts = transition.roles.iter().filter_map(|role| match role {
            Role::Post(post) => Some(*post),
            _ => None,
        });
        let holders: BTreeSet<RecordId> = posts.flat_map(|post| self.organisation.holders(post)).copied().collect();
        holders.into_iter().filter(may).collect()
    }

    fn work(&self, transition: &Transition, actor: &Actor) -> Work {
        workflow::work_of(self.process, transition, self.view, actor, self.facts)
    }

    fn actor(&self, staff: RecordId) -> Actor {
        let posts = self.organisation.posts().get(&staff).cloned().unwrap_or_default();
        Actor::Person { staff, posts }
    }

    /// Who is told as `role`: a superior of the owner who holds the post, else everybody who holds it.
    fn told(&self, role: Role) -> Vec<RecordId> {
        match role {
            Role::Owner => self.view.owner.into_iter().collect(),
            Role::Supervisor => self.view.superiors.first().copied().into_iter().collect(),
            Role::Person(field) => self.view.persons.get(&field).copied().into_iter().collect(),
            Role::Post(post) => {
                let holders = self.organisation.holders(post);
                let above = self.view.superiors.iter().find(|superior| holders.contains(superior));
                above.map_or_else(|| holders.to_vec(), |superior| vec![*superior])
            }
            Role::App => Vec::new(),
        }
    }
}

fn pace(clock: CaseClock) -> Pace {
    let held = clock.is_paused().then_some(clock.stage);
    Pace::Clock { marks: clock.marks, held }
}
