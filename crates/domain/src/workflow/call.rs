//! Whether the customer of a case is to be phoned, and how often that was tried (C5).

use chrono::NaiveDateTime;

use super::case::CaseScope;
use super::{Actor, CaseView, Facts, Process};
use crate::expr::holds;

/// When the customer was phoned without an answer since the case came to its step; `None` when they are not to be phoned.
pub fn call_attempts(process: &Process, case: &CaseView, facts: &Facts<'_>) -> Option<Vec<NaiveDateTime>> {
    let calls = process.calls.as_ref().filter(|calls| calls.step == case.step)?;
    let scope = CaseScope { process, case, actor: &Actor::App, facts };
    let attempts = case.stay().iter().filter(|moved| moved.event == calls.attempt).map(|moved| moved.at);
    holds(&calls.when, &scope).then(|| attempts.collect())
}
