//! Tables for other programs: the menu lists carry, the page with every kind, and the approval contacts need.

mod approval;
mod log;
mod menu;
mod page;
mod seen;
mod words;

pub use approval::ExportsWaiting;
pub use menu::ExportMenu;
pub use page::ExportPage;
pub use seen::TableMenu;
pub use words::{CASES, DUPLICATES, HISTORY, MOVERS, TABLE, WORK};
