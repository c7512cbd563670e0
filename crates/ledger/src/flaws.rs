//! What of the stored data could not be read.

use serde::{Deserialize, Serialize};

/// What of the stored data could not be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flaws {
    /// Pieces that are there but not as they were written.
    pub damaged: usize,
    /// Changes that were recorded and are not there.
    pub missing: u64,
}

impl std::ops::AddAssign for Flaws {
    fn add_assign(&mut self, other: Self) {
        self.damaged += other.damaged;
        self.missing += other.missing;
    }
}

impl Flaws {
    /// Whether everything recorded was read.
    pub fn is_whole(self) -> bool {
        self == Self::default()
    }
}
