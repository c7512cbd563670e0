//! What cases follow of the records: worked out on this device, written in the app's own name when it has changed.

use kehu_domain::book::SYSTEM;
use kehu_domain::kind;
use kehu_domain::model;
use kehu_domain::score::churn::gather;
use kehu_domain::stamp::RecordId;
use kehu_domain::workflow;
use kehu_store::StoreError;
use leptos::prelude::GetUntracked;

use super::Workspace;
use super::rules::rules;
use crate::moment;

impl Workspace {
    /// Looks at a case somebody opens: what it follows of the records, and the moves that are the app's own.
    ///
    /// # Errors
    /// When what has changed could not be saved.
    pub async fn look_after(&self, case: RecordId) -> Result<(), StoreError> {
        self.complete().await;
        self.make_app_moves(case).await
    }

    /// After something was done with a case: it and the other cases of its customer that follow the records.
    pub(super) async fn follow(&self, case: RecordId) -> Result<(), StoreError> {
        self.make_app_moves(case).await?;
        let others: Vec<RecordId> = self.read_once(|book| {
            let customer = book.get(case).and_then(|case| book.customer_of(case));
            customer
                .into_iter()
                .flat_map(|customer| book.of_customer(customer, kind::CASE))
                .map(|case| case.id)
                .collect()
        });
        for other in others.into_iter().filter(|other| *other != case) {
            if self.case(other).is_some_and(|other| other.follows_records()) {
                self.make_app_moves(other).await?;
            }
        }
        Ok(())
    }

    /// Writes what a case follows of the records, as far as it has changed; nothing before all of them are in memory.
    pub(super) async fn watch(&self, case: RecordId) -> Result<(), StoreError> {
        if !self.is_complete().get_untracked() {
            return Ok(());
        }
        let Some(open) = self.case(case).filter(|open| open.follows_records()) else { return Ok(()) };
        let rules = rules();
        let day = moment::today();
        let signals = self.read_once(|book| {
            let customer = book.get(open.customer?)?;
            let days = &rules.calendar.days;
            Some(model::signals(&gather(book, customer, &rules.churn, &rules.cadence, days, day), days, day))
        });
        let Some(signals) = signals else { return Ok(()) };
        let changed = workflow::watched(open.process, &open.view, &self.facts(open.customer), signals);
        if changed.is_empty() {
            return Ok(());
        }
        self.commit_by(SYSTEM, &[], |book, act| {
            for (key, value) in changed {
                act.set(book, kind::CASE, case, key, value);
            }
        })
        .await?;
        Ok(())
    }
}
