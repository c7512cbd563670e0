//! Files of rows from other programs become records: looked into first, then written as one act; platform 3.
//!
//! ```text
//! bytes ─ Opening ─▶ Table ─ Proposal ─▶ Mapping ─ Importer: dry run ─▶ Findings ─ commit ─▶ one act
//! rows of a sheet ──▶
//! ```
//! Every stage works in slices, so that a page can breathe in between and a person can stop it.
//!
//! What was decided where the spec leaves room:
//! - A row with a cell that cannot be read is refused as a whole ([`BadCell::RefuseRow`]) and can be had back as a
//!   file with its reasons; [`BadCell::DropCell`] imports the rest of the row, except when the cell is mandatory.
//! - A choice that a growing group does not know becomes a new item of it; a closed group refuses the cell.
//! - A row is recognised by its code, then by the credit code, then by name and telephone number. Under a code of its
//!   own it counts as a double: by default a certain one is merged and keeps its code as an alias (R-3-2), a suspected
//!   one becomes a record of its own.
//! - By another rule ([`MatchBy`]) only what was chosen makes rows and records the same; what else looks alike is
//!   suspected. A code of the row's own then becomes an alias, unless it is somebody else's: that row is refused.
//! - The file's word is newer than the record's, so it replaces what differs; an empty cell replaces nothing, or empties
//!   the field by rule ([`Blanks`]), except mandatory ones, codes and tags. Of two
//!   rows for one record the later one only adds what the earlier left empty.

pub mod encoding;
pub mod file;
pub mod findings;
mod json;
pub mod mapping;
pub mod outcome;
mod recognise;
mod refused;
mod remembered;
mod run;
mod standing;
mod words;

pub use crate::kind::OTHER_CODES;
pub use encoding::{Encoding, Gb18030};
pub use file::{ImportError, Opening, Origin, Table};
pub use findings::{Fault, Findings, Found, Group, List, What};
pub use mapping::{Mapping, MappingProblem, Match, Profile, Proposal, Sureness, Target, Use, guess_kind, heading};
pub use outcome::{
    BadCell, Blanks, Counts, Decision, Decisions, FieldChange, MatchBy, Options, Outcome, Progress, Reason, Refusal,
    RowReport, Twin, Who, Why, Writes,
};
pub use recognise::recognise;
pub use refused::{guarded, guarded_text, unguarded};
pub use remembered::{Remembered, Rules};
pub use run::{Importer, default_tag};
pub use words::{problem_words, refusal_words};
