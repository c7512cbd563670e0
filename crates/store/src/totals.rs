//! The recorded totals of a database: what has to be there, kept in the same transactions.

use crate::Class;

/// How much one class holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Total {
    /// Stored values: journal entries and pages.
    pub entries: u64,
    /// Changes inside them.
    pub changes: u64,
}

impl Total {
    /// Counts one more entry with so many changes.
    pub(crate) fn add(&mut self, changes: u32) {
        self.entries = self.entries.saturating_add(1);
        self.changes = self.changes.saturating_add(u64::from(changes));
    }
}

/// What the database records of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// What is read at start.
    pub hot: Total,
    /// What is read in slices.
    pub cold: Total,
    /// How often compaction has rewritten pages.
    pub compactions: u64,
    /// The largest key ever appended; empty before the first.
    pub newest: String,
}

impl Totals {
    /// The total of a class.
    pub fn of(&self, class: Class) -> Total {
        match class {
            Class::Hot => self.hot,
            Class::Cold => self.cold,
        }
    }

    /// All changes of both classes.
    pub fn changes(&self) -> u64 {
        self.hot.changes.saturating_add(self.cold.changes)
    }

    /// All entries and pages of both classes.
    pub fn entries(&self) -> u64 {
        self.hot.entries.saturating_add(self.cold.entries)
    }

    pub(crate) fn of_mut(&mut self, class: Class) -> &mut Total {
        match class {
            Class::Hot => &mut self.hot,
            Class::Cold => &mut self.cold,
        }
    }

    /// Takes note of an appended key.
    pub(crate) fn note(&mut self, key: &str) {
        if key > self.newest.as_str() {
            key.clone_into(&mut self.newest);
        }
    }

    /// One line: `hot <entries> <changes> cold <entries> <changes> compactions <n> newest <key>`.
    pub(crate) fn to_text(&self) -> String {
        let Self { hot, cold, compactions, newest } = self;
        format!(
            "hot {} {} cold {} {} compactions {compactions} newest {newest}",
            hot.entries, hot.changes, cold.entries, cold.changes
        )
    }

    /// Reads [`Self::to_text`] back; `None` when it is anything else.
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let mut totals = Self::default();
        for class in Class::ALL {
            (words.next()? == class.word()).then_some(())?;
            let entries = words.next()?.parse().ok()?;
            let changes = words.next()?.parse().ok()?;
            *totals.of_mut(class) = Total { entries, changes };
        }
        (words.next()? == "compactions").then_some(())?;
        totals.compactions = words.next()?.parse().ok()?;
        (words.next()? == "newest").then_some(())?;
        words.next()?.clone_into(&mut totals.newest);
        words.next().is_none().then_some(totals)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_come_back_as_written() {
        let mut totals = Totals { compactions: 4, ..Totals::default() };
        assert_eq!(Totals::from_text(&totals.to_text()), Some(totals.clone()));
        totals.hot.add(256);
        totals.cold.add(1);
        totals.note("b");
        totals.note("a");
        assert_eq!(totals.to_text(), "hot 1 256 cold 1 1 compactions 4 newest b");
        assert_eq!(Totals::from_text(&totals.to_text()), Some(totals));
    }

    #[test]
    fn anything_else_is_no_total() {
        for text in ["", "hot 1", "hot 1 x cold 1 1 compactions 4 newest b", "cold 1 1 hot 1 1 compactions 0 newest "] {
            assert_eq!(Totals::from_text(text), None, "{text}");
        }
    }
}
