//! Pieces of view without knowledge of pages.

mod command_box;
mod confirm;
mod decision;
mod dialog;
mod elsewhere_light;
mod failed;
mod flowchart;
mod form;
mod nav_bar;
mod notice;
mod paper;
mod progress;
mod running_head;
mod save_light;
mod seal;
mod standing;
mod update_card;
mod virtual_list;

pub use command_box::CommandBox;
pub use confirm::ConfirmDialog;
pub use decision::Decision;
pub use dialog::Dialog;
pub use elsewhere_light::ElsewhereLight;
pub use failed::Failed;
pub use flowchart::FlowChart;
pub use form::{Earlier, ErrorSummary, FormSheet, Lookups, ShownAttachment, problem_text, rows_table};
pub use nav_bar::NavBar;
pub use notice::{Notice, Tone};
pub use paper::{Filled, PaperForm, PrintFoot};
pub use progress::Progress;
pub use running_head::RunningHead;
pub use save_light::SaveLight;
pub use seal::Seal;
pub use standing::Standing;
pub use update_card::UpdateCard;
pub use virtual_list::VirtualList;
