//! Likely doubles: an index made when first asked for, kept up to date with every commit from then on.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;

use kehu_domain::book::Undone;
use kehu_domain::duplicate::{Index, Likeness, Pair, Profile, Sweep, tell_apart, told_apart};
use kehu_domain::kind;
use kehu_domain::merger::{self, Late, Plan};
use kehu_domain::stamp::RecordId;
use kehu_store::StoreError;
use leptos::prelude::*;

use super::Workspace;
use crate::moment::breathe;

/// How many customers are put in, and how many words swept, before the page may answer.
const INDEX_SLICE: usize = 256;
const SWEEP_SLICE: usize = 1_024;

/// The index, and how far it is.
#[derive(Default)]
pub(super) struct Known {
    index: RefCell<Index>,
    stage: Cell<Stage>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Stage {
    /// Nobody has asked yet, so it costs no memory.
    #[default]
    Unasked,
    Reading,
    Known,
}

/// What a sweep came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Swept {
    /// The pairs, the surest first.
    pub pairs: Vec<Pair>,
    /// How many numbers or names were shared by too many to say anything.
    pub crowds: usize,
    /// How many customers were compared.
    pub customers: usize,
}

impl Workspace {
    /// Makes the index of likely doubles unless it is there, in slices between which the page answers.
    pub async fn know_doubles(&self) {
        let known = &self.0.doubles;
        match known.stage.get() {
            Stage::Known => return,
            Stage::Reading => {
                while known.stage.get() != Stage::Known {
                    gloo_timers::future::TimeoutFuture::new(20).await;
                }
                return;
            }
            Stage::Unasked => known.stage.set(Stage::Reading),
        }
        let customers: Vec<RecordId> =
            self.read_once(|book| book.of_kind(kind::CUSTOMER).map(|customer| customer.id).collect());
        self.put_doubles(&customers).await;
        known.stage.set(Stage::Known);
        self.0.pulse.update(|pulse| *pulse += 1);
    }

    /// Puts some customers into the index again, if there is one.
    pub(super) async fn know_doubles_again(&self, customers: &[RecordId]) {
        if self.0.doubles.stage.get() != Stage::Unasked {
            self.put_doubles(customers).await;
        }
    }

    async fn put_doubles(&self, customers: &[RecordId]) {
        for slice in customers.chunks(INDEX_SLICE) {
            self.read_once(|book| {
                let mut index = self.0.doubles.index.borrow_mut();
                slice.iter().for_each(|customer| index.put(book, *customer));
            });
            breathe().await;
        }
    }

    /// The customers that may be the one of the profile, the surest first; none before [`Workspace::know_doubles`] is done.
    pub fn likely_doubles(&self, profile: &Profile, except: Option<RecordId>) -> Vec<(RecordId, Likeness)> {
        self.read(|book| self.0.doubles.index.borrow().likely(book, profile, except))
    }

    /// Goes through all customers for doubles; `report` hears how far it is.
    pub async fn sweep_doubles(&self, report: impl Fn(usize, usize)) -> Swept {
        self.know_doubles().await;
        // A copy stays as it is while the page answers and saves.
        let mut index = self.0.doubles.index.borrow().clone();
        let mut sweep = self.read_once(|book| Sweep::begin(book, &mut index));
        while self.read_once(|book| sweep.step(book, &index, SWEEP_SLICE)) {
            let (done, total) = sweep.progress();
            report(done, total);
            breathe().await;
        }
        Swept { crowds: sweep.crowds(), customers: index.len(), pairs: sweep.finish() }
    }

    /// Those of the pairs that still wait for a decision: both are there, and nobody told them apart.
    pub fn waiting_doubles(&self, pairs: &[Pair]) -> Vec<Pair> {
        self.read(|book| {
            let apart: HashSet<(RecordId, RecordId)> = told_apart(book).collect();
            let is_there = |id| book.get(id).is_some_and(|record| record.exists());
            let is_apart = |pair: &Pair| apart.contains(&(pair.one.min(pair.other), pair.one.max(pair.other)));
            let waits = |pair: &&Pair| is_there(pair.one) && is_there(pair.other) && !is_apart(pair);
            pairs.iter().filter(waits).cloned().collect()
        })
    }

    /// Carries a merger out and gives its record.
    ///
    /// # Errors
    /// When it could not be saved; everything stays as it was.
    pub async fn merge_customers(&self, plan: Plan) -> Result<Option<RecordId>, StoreError> {
        let mut made = None;
        // Somebody may have merged one of them in another tab meanwhile.
        let still = |plan: &Plan, book: &_| Plan::new(book, plan.survivor, &plan.losers).is_some();
        self.commit(|book, act| {
            if still(&plan, book) {
                made = Some(plan.carry_out(book, act));
            }
        })
        .await?;
        Ok(made)
    }

    /// Takes a merger back.
    ///
    /// # Errors
    /// When it could not be saved; the merger stands.
    pub async fn take_merger_back(&self, merger: RecordId) -> Result<Undone, StoreError> {
        let mut undone = Undone::default();
        self.commit(|book, undo| undone = merger::take_back(book, merger, undo)).await?;
        Ok(undone)
    }

    /// Writes down that two customers are not the same.
    ///
    /// # Errors
    /// When it could not be saved.
    pub async fn tell_apart(&self, one: RecordId, other: RecordId) -> Result<(), StoreError> {
        self.commit(|book, act| tell_apart(book, act, one, other)).await.map(|_| ())
    }

    /// Settles what came late for a merged customer.
    ///
    /// # Errors
    /// When it could not be saved.
    pub async fn settle_late(&self, late: &Late, takes_over: bool) -> Result<(), StoreError> {
        self.commit(|book, act| merger::settle(book, act, late, takes_over)).await.map(|_| ())
    }
}
