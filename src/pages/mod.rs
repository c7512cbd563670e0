//! One room for each place a user can be.

pub mod agenda;
pub mod cases;
pub mod customers;
pub mod data;
pub mod export;
pub mod first;
pub mod handbook;
pub mod history;
pub mod not_found;
pub mod recovery;
pub mod scores;
pub mod settings;
pub mod today;
