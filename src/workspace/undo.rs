//! Undo and redo of any act, and what was done act by act; in slices, so that the page answers meanwhile.

use std::collections::HashSet;

use kehu_domain::arrival::{self, Arrival};
use kehu_domain::book::{Book, Obstacles, Record};
use kehu_domain::change::{Act, Change, DELETED};
use kehu_domain::history::{Deed, Deeds};
use kehu_domain::stamp::{RecordId, Stamp};
use kehu_ledger::arrival::{Ask::TakeBack, TakenBack};
use kehu_ledger::errand::{Ask, Failure, Step};
use kehu_store::StoreError;

use super::Workspace;
use crate::exchange::Worker;
use crate::moment::breathe;

/// How many records are undone before the page may answer, and how many are looked through.
const SLICE: usize = 128;
const LOOK_SLICE: usize = 4_096;

/// What an undo or a redo came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reversal {
    /// The acts that were meant: the one asked for, and what the app did upon it by itself.
    pub acts: Vec<Stamp>,
    /// How many records were put back.
    pub restored: usize,
    /// The records that were left alone; of very many only some.
    pub kept: Vec<RecordId>,
    /// How many were left alone.
    pub left: usize,
    /// Whether nothing was put back because its parts make sense only together.
    pub is_refused: bool,
}

/// Which way an act is turned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// What it did is taken back.
    Undo,
    /// What was taken back is in force again.
    Redo,
}

/// What the person of this device did since the app was opened here, and what of it was undone, the latest last.
#[derive(Default)]
pub(super) struct OwnActs {
    done: Vec<Stamp>,
    undone: Vec<Stamp>,
}

/// Whether a record is among those somebody looks for.
pub type IsAbout<'a> = dyn Fn(&Book, &Record) -> bool + 'a;

impl Workspace {
    /// The last act of this person here that can be turned so.
    pub fn last_own(&self, turn: Turn) -> Option<Stamp> {
        let own = self.0.own.borrow();
        match turn {
            Turn::Undo => own.done.last().copied(),
            Turn::Redo => own.undone.last().copied(),
        }
    }

    /// Remembers an act, if the person of this device did it.
    pub(super) fn note_own(&self, author: RecordId, act: Option<Stamp>) {
        if author == self.person_once() {
            let mut own = self.0.own.borrow_mut();
            own.done.extend(act);
            own.undone.clear();
        }
    }

    /// Remembers that an act was turned; one that could not be is no longer in the way of those before it.
    fn note_turned(&self, turn: Turn, act: Stamp, is_done: bool) {
        let mut own = self.0.own.borrow_mut();
        own.done.retain(|other| *other != act);
        own.undone.retain(|other| *other != act);
        match turn {
            _ if !is_done => {}
            Turn::Undo => own.undone.push(act),
            Turn::Redo => own.done.push(act),
        }
    }

    /// Turns `act` as a new act: takes it back, or takes back what took it back.
    ///
    /// What was built upon since is left alone and listed; an act that makes sense only as a whole is refused then. `report`
    /// hears how far it is.
    ///
    /// # Errors
    /// When it could not be saved; nothing was turned.
    pub async fn turn(&self, turn: Turn, act: Stamp, report: impl Fn(Step) + 'static) -> Result<Reversal, Failure> {
        self.complete().await;
        if let Some(arrival) = self.read_once(|book| arrival::of_act(book, act)) {
            return self.turn_arrival(turn, act, &arrival, report).await;
        }
        let mut reversal = Reversal::default();
        self.commit_slowly_by(self.person_once(), async |workspace: &Self, undo: &mut Act<'_>| {
            let touched = workspace.ever_touched(&[act]).await;
            let acts = match turn {
                Turn::Undo => vec![act],
                Turn::Redo => workspace.read_once(|book| book.undos_of(act, &touched)),
            };
            let touched = if acts == [act] { touched } else { workspace.ever_touched(&acts).await };
            let all = workspace.read_once(|book| book.with_consequences(&acts, &touched));
            let touched = if all == acts { touched } else { workspace.ever_touched(&all).await };
            reversal = workspace.put_back(all, touched, undo, &report).await;
        })
        .await?;
        self.note_turned(turn, act, reversal.restored > 0);
        Ok(reversal)
    }

    /// Takes back what a file brought, or brings it back; an act that did either is turned round.
    ///
    /// It may be as much as a whole company, so the worker does it, as one transaction that the page hears of.
    async fn turn_arrival(
        &self,
        turn: Turn,
        act: Stamp,
        arrival: &Arrival,
        report: impl Fn(Step) + 'static,
    ) -> Result<Reversal, Failure> {
        let is_undo = if act == arrival.act { turn == Turn::Undo } else { arrival.undone_by.is_none() };
        let (workspace, by) = (self.name().to_owned(), self.person_once());
        let ask = Ask::Arrival(TakeBack { workspace, arrival: arrival.record, is_redo: !is_undo, by });
        let (taken, _) = Worker::start().await?.ask::<TakenBack>(&ask, &[], report).await?;
        if let Some(last) = taken.last {
            self.has_taken(last).await;
        }
        self.note_turned(turn, act, taken.restored > 0);
        let TakenBack { restored, kept, kept_records, .. } = taken;
        Ok(Reversal { acts: vec![act], restored, kept: kept_records, left: kept, is_refused: false })
    }

    async fn put_back(
        &self,
        acts: Vec<Stamp>,
        touched: Vec<RecordId>,
        undo: &mut Act<'_>,
        report: &impl Fn(Step),
    ) -> Reversal {
        let meant = meant(&acts);
        let touched: Vec<RecordId> =
            self.read_once(|book| touched.into_iter().filter(|id| book.is_touched(*id, &meant)).collect());
        let is_whole = self.read_once(|book| book.is_whole(&touched, &meant));
        let (mut restored, mut kept) = (Vec::new(), Vec::new());
        for slice in touched.chunks(SLICE) {
            self.read_once(|book| {
                for id in slice {
                    let is_free = book.obstacles(*id, &meant).is_empty();
                    if is_free { restored.push(*id) } else { kept.push(*id) }
                }
            });
            breathe().await;
        }
        let is_refused = is_whole && !kept.is_empty();
        if is_refused {
            restored.clear();
        }
        for (place, slice) in restored.chunks(SLICE).enumerate() {
            self.read_once(|book| slice.iter().for_each(|id| book.put_back(*id, &meant, undo)));
            report(Step { stage: 0, done: (place * SLICE) as u64, total: restored.len() as u64 });
            breathe().await;
        }
        drop(meant);
        Reversal { acts, restored: restored.len(), left: kept.len(), kept, is_refused }
    }

    /// Puts a record and all that belongs to it into the bin, as one act.
    ///
    /// # Errors
    /// When it could not be saved; everything stays as it is.
    pub async fn delete(&self, record: RecordId) -> Result<Option<Stamp>, StoreError> {
        self.complete().await;
        self.commit(|book, act| {
            let whole = book.get(record).into_iter().chain(book.everything_of(record));
            for one in whole {
                act.set(book, one.kind, one.id, DELETED, true.into());
            }
        })
        .await
    }

    /// Why an undo of these acts leaves a record alone.
    pub fn obstacles(&self, record: RecordId, acts: &[Stamp]) -> Obstacles {
        self.read_once(|book| book.obstacles(record, meant(acts)))
    }

    /// The records that these acts touched, whether or not it was taken back since.
    pub async fn ever_touched(&self, acts: &[Stamp]) -> Vec<RecordId> {
        let mut touched = Vec::new();
        self.look_through(|record| {
            if record.changes().iter().any(|change| acts.contains(&change.act)) {
                touched.push(record.id);
            }
        })
        .await;
        touched.sort_unstable();
        touched
    }

    /// Everything that was done, the latest first; where `is_about` is given, what concerns such records only.
    pub async fn deeds(&self, is_about: Option<&IsAbout<'_>>) -> Vec<Deed> {
        let mut deeds = Deeds::default();
        let mut about: HashSet<Stamp> = HashSet::new();
        self.look_through(|record| {
            deeds.gather(record);
            if is_about.is_some_and(|is_about| self.read_once(|book| is_about(book, record))) {
                about.extend(record.changes().iter().map(|change| change.act));
            }
        })
        .await;
        let mut deeds = deeds.latest_first();
        if is_about.is_some() {
            deeds.retain(|deed| about.contains(&deed.act));
        }
        deeds
    }

    /// Shows every record to `look`, in slices.
    pub async fn look_through(&self, mut look: impl FnMut(&Record)) {
        let kinds: Vec<_> = self.read_once(|book| book.kinds().collect());
        for kind in kinds {
            let mut place = 0;
            loop {
                let seen = self.read_once(|book| {
                    let ids = book.ids_of_kind(kind).get(place..).unwrap_or_default();
                    let slice = ids.get(..ids.len().min(LOOK_SLICE)).unwrap_or_default();
                    slice.iter().filter_map(|id| book.get(*id)).for_each(&mut look);
                    slice.len()
                });
                if seen == 0 {
                    break;
                }
                place += seen;
                breathe().await;
            }
        }
    }
}

fn meant(acts: &[Stamp]) -> impl Fn(&Record, &Change) -> bool {
    move |_, change| acts.contains(&change.act)
}
