//! How urgent a complaint of some level is, and its three due moments.

use chrono::NaiveDateTime;

use super::card::{Card, Level, Priority};
use super::facts::ComplaintFacts;
use crate::calendar::{Calendar, Due};
use crate::key::Key;
use crate::text::Text;

/// A priority with what moved it.
#[derive(Clone, Debug, PartialEq)]
pub struct Urgency {
    /// The priority.
    pub priority: Priority,
    /// What moved it off the level's number, in order.
    pub notes: Vec<PriorityNote>,
}

/// What moved a priority.
#[derive(Clone, Debug, PartialEq)]
pub enum PriorityNote {
    /// The customer's tier made it more urgent.
    Tier {
        /// The tier.
        tier: Key,
        /// Before.
        from: Priority,
        /// After.
        to: Priority,
        /// Why.
        reason: Text,
    },
    /// An answer allows nothing less urgent.
    Limit {
        /// The factor.
        factor: Key,
        /// Its answer.
        answer: Key,
        /// Before.
        from: Priority,
        /// After.
        to: Priority,
        /// Why.
        reason: Text,
    },
}

/// The three due moments of a complaint, each with its reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dues {
    /// First response 首次响应.
    pub first_response: Due,
    /// Plan 处理方案.
    pub plan: Due,
    /// Resolution 办结.
    pub resolution: Due,
}

/// The priority of a complaint whose level is known: the level's number, raised by tier, then limited by answers.
///
/// The order is the one of the text: a tier never counts on top of a limit. Asked for again when a supervisor
/// changed the level by hand. Source: M05.
pub fn prioritise(card: &Card, level: Level, facts: &ComplaintFacts) -> Urgency {
    let mut priority = level.priority();
    let mut notes = Vec::new();
    for raise in &card.raises {
        let to = priority.raised(raise.by);
        if let Some(tier) = facts.tier.filter(|tier| raise.tiers.contains(tier))
            && to != priority
        {
            notes.push(PriorityNote::Tier { tier, from: priority, to, reason: raise.reason.clone() });
            priority = to;
        }
    }
    for limit in card.limits.iter().filter(|limit| facts.says(limit.factor, limit.is)) {
        if limit.at_most < priority {
            notes.push(PriorityNote::Limit {
                factor: limit.factor,
                answer: limit.is,
                from: priority,
                to: limit.at_most,
                reason: limit.reason.clone(),
            });
            priority = limit.at_most;
        }
    }
    Urgency { priority, notes }
}

/// When a complaint received at a moment is due, before any pause. Source: M05, C3.
///
/// A case that has been waiting asks [`Calendar::due`] with the clock of [`Card::sla`] and its pauses instead.
pub fn dues(card: &Card, priority: Priority, received: NaiveDateTime, calendar: &Calendar) -> Dues {
    let sla = card.sla(priority);
    let due = |rule| calendar.due(rule, received, &[], received);
    Dues { first_response: due(sla.first_response), plan: due(sla.plan), resolution: due(sla.resolution) }
}
