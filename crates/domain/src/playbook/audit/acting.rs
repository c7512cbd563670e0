//! Who can act, which steps can be come to, and whether cases go on opening others for ever.

use std::collections::{BTreeMap, BTreeSet};

use super::{Audit, Kind};
use crate::expr::Node;
use crate::field::{Field, FieldType};
use crate::form::Form;
use crate::key::Key;
use crate::kind;
use crate::workflow::{CANCEL, CANCELLED, Process, Role, Start, Transition};

impl Audit<'_> {
    /// Every role that can never act where it is named.
    pub(super) fn roles(&mut self, process: &Process) {
        let no_case = |role: &&Role| !matches!(role, Role::Post(_) | Role::Owner);
        for role in process.begin.iter().flat_map(|begin| &begin.roles).filter(no_case) {
            self.problem("begin", Kind::NobodyActs(role.code().as_str().into()));
        }
        for transition in planned(process) {
            let place = format!("{}.{}", transition.from, transition.event);
            for role in &transition.roles {
                match role {
                    Role::App if transition.asks.is_some() => self.problem(&place, Kind::AppIsAsked),
                    Role::Person(field) if !self.is_named(process, *field, transition.from) => {
                        self.problem(&place, Kind::NobodyActs(role.code().as_str().into()));
                    }
                    _ => {}
                }
            }
            if let Some(form) =
                transition.approves.as_ref().filter(|form| approves_own_alone(process, transition, form))
            {
                self.problem(&place, Kind::OnlyOwnWork(form.clone()));
            }
        }
    }

    /// Whether somebody can make the move, as far as roles and approvals tell.
    pub(super) fn can_be_made(&self, process: &Process, transition: &Transition) -> bool {
        let acts = |role: &Role| match role {
            Role::App => transition.asks.is_none(),
            Role::Person(field) => self.is_named(process, *field, transition.from),
            Role::Owner | Role::Supervisor | Role::Post(_) => true,
        };
        let approved = transition.approves.as_ref();
        transition.roles.iter().any(acts) && !approved.is_some_and(|form| approves_own_alone(process, transition, form))
    }

    /// Whether the field that names a person can have been given when a case is in the step `at`.
    fn is_named(&self, process: &Process, field: Key, at: Key) -> bool {
        let is_person = |known: &Field| known.key == field && known.kind == FieldType::Reference(kind::STAFF);
        process.fields.iter().any(is_person)
            && (self.is_given_at_start(process, field)
                || planned(process).any(|made| sets(made, field) && leads(process, made.to).contains(&at)))
    }

    /// Whether a case can have the field from its first moment.
    fn is_given_at_start(&self, process: &Process, field: Key) -> bool {
        let starts =
            self.playbook.processes.iter().flat_map(|process| &process.transitions).flat_map(|made| &made.starts);
        let asks = process.begin.as_ref().and_then(|begin| begin.asks.as_ref());
        has_field(asks, field)
            || starts
                .filter(|start| start.process == process.id)
                .any(|start| start.set.iter().any(|(key, _)| *key == field))
    }

    /// Whether anything ever gives a case of `process` the field.
    pub(super) fn is_ever_given(&self, process: &Process, field: Key) -> bool {
        self.is_given_at_start(process, field) || planned(process).any(|made| sets(made, field))
    }

    /// Every step can be come to, and from every step an end, along the `moves` that can be made; cancelling does not
    /// count.
    pub(super) fn steps(&mut self, process: &Process, moves: &[&Transition]) {
        let moves: Vec<(Key, Key)> = moves.iter().map(|transition| (transition.from, transition.to)).collect();
        let first: BTreeSet<Key> = process.first_step().map(|step| step.key).into_iter().collect();
        let reached = closure(first, &moves);
        let back: Vec<(Key, Key)> = moves.iter().map(|(from, to)| (*to, *from)).collect();
        let ending = closure(ends(process), &back);
        for step in process.steps.iter().filter(|step| step.key != CANCELLED) {
            let name = || step.key.as_str().into();
            if !reached.contains(&step.key) {
                self.problem(step.key.as_str(), Kind::Unreachable(name()));
            }
            if !ending.contains(&step.key) {
                self.problem(step.key.as_str(), Kind::DeadEnd(name()));
            }
            if step.is_terminal && moves.iter().any(|(from, _)| *from == step.key) {
                self.problem(step.key.as_str(), Kind::MovesFromEnd(name()));
            }
        }
    }

    /// Cases that open one another for ever: at once by themselves, or because none can end without opening the next.
    pub(super) fn endless(&mut self) {
        let mut at_once: BTreeMap<Place<'_>, Vec<Place<'_>>> = BTreeMap::new();
        let mut in_the_end: BTreeMap<Place<'_>, Vec<Place<'_>>> = BTreeMap::new();
        for process in &self.playbook.processes {
            for made in planned(process).filter(|made| is_made_at_once(made)) {
                let from = at_once.entry((&process.id, Some(made.from))).or_default();
                from.push((&process.id, Some(made.to)));
                for target in made.starts.iter().filter(|start| always_opens(start)) {
                    let first = self.playbook.process(&target.process).and_then(Process::first_step);
                    from.extend(first.map(|first| (&*target.process, Some(first.key))));
                }
            }
            let inevitable = self.playbook.processes.iter().filter(|other| cannot_end_without(process, &other.id));
            in_the_end.insert((&process.id, None), inevitable.map(|other| (&*other.id, None)).collect());
        }
        for graph in [at_once, in_the_end] {
            if let Some(ring) = ring(&graph)
                && let Some((process, step)) = ring.first()
            {
                let names: Vec<String> = ring.iter().map(|(process, step)| name(process, *step)).collect();
                self.file = (*process).into();
                self.problem(step.map_or("", Key::as_str), Kind::Endless(names.join(" → ").into()));
                return;
            }
        }
    }
}

/// A process, or one of its steps.
type Place<'a> = (&'a str, Option<Key>);

fn name(process: &str, step: Option<Key>) -> String {
    step.map_or_else(|| process.into(), |step| format!("{process} {step}"))
}

/// The moves that the playbook writes itself.
pub(super) fn planned(process: &Process) -> impl Iterator<Item = &Transition> {
    process.transitions.iter().filter(|transition| transition.event != CANCEL)
}

fn ends(process: &Process) -> BTreeSet<Key> {
    process.steps.iter().filter(|step| step.is_terminal && step.key != CANCELLED).map(|step| step.key).collect()
}

/// The steps a case can come to from `step`, itself among them.
fn leads(process: &Process, step: Key) -> BTreeSet<Key> {
    let moves: Vec<(Key, Key)> = planned(process).map(|made| (made.from, made.to)).collect();
    closure([step].into(), &moves)
}

fn sets(transition: &Transition, field: Key) -> bool {
    has_field(transition.asks.as_ref(), field) || transition.sets.iter().any(|(key, _)| *key == field)
}

fn has_field(form: Option<&Form>, field: Key) -> bool {
    form.is_some_and(|form| form.field(field).is_some())
}

/// Whether the only person who may approve the form is the only one who may file it (R-0-2).
fn approves_own_alone(process: &Process, transition: &Transition, form: &str) -> bool {
    let is_filed = |made: &&Transition| {
        let completed = made.completes.as_ref().map(|completion| &completion.form);
        [made.files.as_ref(), completed].into_iter().flatten().any(|filed| **filed == *form)
    };
    let mut filing = planned(process).filter(is_filed).peekable();
    let [only @ (Role::Owner | Role::Person(_))] = transition.roles.as_slice() else { return false };
    transition.self_approval.is_none() && filing.peek().is_some() && filing.all(|made| made.roles == [*only])
}

/// Whether the app makes the move as soon as a case is where it begins.
fn is_made_at_once(made: &Transition) -> bool {
    made.roles.contains(&Role::App)
        && made.due.is_empty()
        && made.guards.is_empty()
        && made.asks.is_none()
        && made.files.is_none()
        && made.completes.is_none()
        && made.approves.is_none()
}

fn always_opens(start: &Start) -> bool {
    start.when.as_ref().is_none_or(|when| when.node == Node::Bool(true)) && start.each.is_none()
}

/// Whether every way to an end opens a case of `target`. What the app does on its day is a rhythm, not a circle.
fn cannot_end_without(process: &Process, target: &str) -> bool {
    let opens = |made: &Transition| {
        let is_rhythm = made.roles == [Role::App] && !made.due.is_empty();
        !is_rhythm && made.starts.iter().any(|start| *start.process == *target && always_opens(start))
    };
    let others: Vec<(Key, Key)> =
        planned(process).filter(|made| !opens(made)).map(|made| (made.from, made.to)).collect();
    let first = process.first_step().map(|step| step.key).into_iter().collect();
    planned(process).any(opens) && closure(first, &others).is_disjoint(&ends(process))
}

/// A way along the arrows of `graph` that comes back to where it began.
fn ring<'a>(graph: &BTreeMap<Place<'a>, Vec<Place<'a>>>) -> Option<Vec<Place<'a>>> {
    graph.keys().find_map(|start| {
        let mut ways = vec![vec![*start]];
        let mut seen = BTreeSet::new();
        while let Some(way) = ways.pop() {
            for next in way.last().and_then(|last| graph.get(last)).into_iter().flatten() {
                let longer = [way.as_slice(), &[*next]].concat();
                if next == start {
                    return Some(longer);
                }
                if seen.insert(*next) {
                    ways.push(longer);
                }
            }
        }
        None
    })
}

/// Everything that can be reached from `reached` along `moves`.
fn closure(mut reached: BTreeSet<Key>, moves: &[(Key, Key)]) -> BTreeSet<Key> {
    loop {
        let new: Vec<Key> = moves
            .iter()
            .filter(|(from, to)| reached.contains(from) && !reached.contains(to))
            .map(|(_, to)| *to)
            .collect();
        if new.is_empty() {
            return reached;
        }
        reached.extend(new);
    }
}
