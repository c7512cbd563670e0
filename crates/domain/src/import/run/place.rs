//! Placing rows: which record a row speaks of, and what comes of their meeting.

use super::Importer;
use crate::book::Book;
use crate::import::mapping::Target;
use crate::import::outcome::{Decision, FieldChange, MatchBy, Outcome, Reason, Refusal, Twin, Why, Writes};
use crate::import::standing::{Contents, Mode};
use crate::key::Key;
use crate::kind::{CODE, CUSTOMER, NAME, OTHER_CODES, USCC};

impl Importer {
    /// Finds the record a row speaks of and lets it meet the row.
    pub(super) fn place(&mut self, book: &Book, row: u32, contents: Contents) -> Outcome {
        let coded = self.standing.by_code(&contents);
        match self.match_by() {
            MatchBy::Usual | MatchBy::Code => {
                if let Some(found) = coded {
                    return self.known_by_code(book, row, contents, found.slot, found.is_alias);
                }
            }
            chosen => {
                let found = self.standing.by_choice(&contents, chosen);
                if found.len() > 1 {
                    return self.refused(chosen_field(chosen), Reason::Ambiguous { count: found.len() });
                }
                let found = found.first().copied();
                if coded.is_some_and(|coded| Some(coded.slot) != found) {
                    return self.refused(CODE, Reason::CodeTaken);
                }
                if let Some(slot) = found {
                    return self.known_by_choice(book, row, contents, slot);
                }
            }
        }
        if self.kind == CUSTOMER {
            return self.new_or_double(book, row, contents);
        }
        if self.marks.are_people
            && let Some(slot) = self.standing.by_person(book, &contents)
        {
            return self.meet(book, slot, contents, self.mode(slot), row);
        }
        if !self.marks.printed.is_empty()
            && let Some(slot) = self.standing.by_print(&self.marks.printed, &contents)
        {
            self.apply(book, slot, contents, Mode::Fill, row);
            return Outcome::Same;
        }
        self.add(row, contents)
    }

    /// The row as a whole is refused for the column that fills `field`.
    fn refused(&self, field: Key, reason: Reason) -> Outcome {
        let column = self.column_of(field);
        Outcome::Refused(vec![Refusal { column, header: "".into(), reason }])
    }

    /// The first row that speaks of a record is newer than it; later ones only add.
    fn mode(&self, slot: usize) -> Mode {
        let is_untouched = self.standing.slots.get(slot).is_some_and(|slot| slot.row.is_none());
        if is_untouched { Mode::Replace } else { Mode::Fill }
    }

    /// Whether the record stays as it is because only new ones are wanted.
    fn is_closed(&self, slot: usize) -> bool {
        self.options.writes == Writes::OnlyNew
            && self.standing.slots.get(slot).is_some_and(|slot| slot.record.is_some())
    }

    /// Makes a record of the row, unless only known ones are wanted.
    fn add(&mut self, row: u32, contents: Contents) -> Outcome {
        if self.options.writes == Writes::OnlyKnown {
            return Outcome::PassedOver;
        }
        self.standing.create(row, contents, &self.marks);
        Outcome::New
    }

    /// Lets the row meet the record, unless only new ones are wanted.
    fn meet(&mut self, book: &Book, slot: usize, contents: Contents, mode: Mode, row: u32) -> Outcome {
        if self.is_closed(slot) {
            let is_known = self.standing.says(book, slot, &contents);
            return if is_known { Outcome::Same } else { Outcome::PassedOver };
        }
        said(self.apply(book, slot, contents, mode, row))
    }

    fn known_by_code(&mut self, book: &Book, row: u32, mut contents: Contents, slot: usize, is_alias: bool) -> Outcome {
        if is_alias {
            contents.own.retain(|(key, _)| *key != CODE);
            return self.meet(book, slot, contents, Mode::Fill, row);
        }
        if self.is_closed(slot) {
            return self.meet(book, slot, contents, Mode::Fill, row);
        }
        let coded_by = self.standing.slots.get(slot).and_then(|slot| slot.coded_by);
        if let Some(earlier) = coded_by {
            if self.standing.contradicts(book, slot, &contents) {
                return self.refused(CODE, Reason::RepeatedCode { row: earlier });
            }
            return self.meet(book, slot, contents, Mode::Fill, row);
        }
        if let Some(slot) = self.standing.slots.get_mut(slot) {
            slot.coded_by = Some(row);
        }
        self.meet(book, slot, contents, Mode::Replace, row)
    }

    /// The record is the row's by the chosen key; a code of the row's own becomes an alias of it.
    fn known_by_choice(&mut self, book: &Book, row: u32, mut contents: Contents, slot: usize) -> Outcome {
        if self.is_closed(slot) {
            return self.meet(book, slot, contents, Mode::Fill, row);
        }
        let mode = self.mode(slot);
        let aliased = self.take_other_code(book, &mut contents, slot);
        let mut changes = self.apply(book, slot, contents, mode, row);
        changes.extend(aliased);
        said(changes)
    }

    /// Lets a code of the row that is not the record's own lead to the record; gives what that changes.
    fn take_other_code(&mut self, book: &Book, contents: &mut Contents, slot: usize) -> Option<FieldChange> {
        let own = self.standing.current(book, slot, CODE).clone();
        if own.is_blank() {
            return None;
        }
        let place = contents.own.iter().position(|(key, _)| *key == CODE)?;
        let (_, code) = contents.own.swap_remove(place);
        if code == own {
            return None;
        }
        let before = self.standing.current(book, slot, OTHER_CODES).clone();
        self.standing.alias(book, slot, code);
        let after = self.standing.current(book, slot, OTHER_CODES).clone();
        let target = Target { kind: self.kind, field: OTHER_CODES };
        (before != after).then_some(FieldChange { target, before, after })
    }

    fn new_or_double(&mut self, book: &Book, row: u32, contents: Contents) -> Outcome {
        let twins = self.standing.twins(&contents);
        let Some((first, why)) = twins.first().copied() else { return self.add(row, contents) };
        if let Some((slot, _)) = twins.iter().find(|(slot, _)| self.standing.says(book, *slot, &contents)) {
            return self.meet(book, *slot, contents, Mode::Fill, row);
        }
        let is_usual = self.match_by() == MatchBy::Usual;
        let is_certain = is_usual && matches!(why, Why::Uscc | Why::NameAndPhone);
        let has_code = contents.own.iter().any(|(key, _)| *key == CODE);
        let has_other_code = has_code && !self.standing.current(book, first, CODE).is_blank();
        let is_untouched = self.standing.slots.get(first).is_some_and(|slot| slot.row.is_none());
        let chosen = self.options.decisions.rows.get(&row).copied();
        if is_certain && is_untouched && !has_other_code && chosen.is_none() {
            return self.meet(book, first, contents, Mode::Replace, row);
        }
        let of: Vec<Twin> = twins.iter().take(5).filter_map(|twin| self.standing.twin(*twin)).collect();
        let rule = &self.options.decisions;
        let wanted = chosen.unwrap_or(if is_certain { rule.certain } else { rule.suspected });
        let is_barred = match wanted {
            Decision::New => self.options.writes == Writes::OnlyKnown,
            Decision::Merge => self.is_closed(first),
            Decision::Skip => false,
        };
        let decision = if is_barred { Decision::Skip } else { wanted };
        match decision {
            Decision::New => self.standing.create(row, contents, &self.marks),
            Decision::Merge => self.merge(book, row, contents, first),
            Decision::Skip => (),
        }
        Outcome::Double { of, is_certain, decision }
    }

    fn merge(&mut self, book: &Book, row: u32, mut contents: Contents, slot: usize) {
        self.take_other_code(book, &mut contents, slot);
        self.apply(book, slot, contents, self.mode(slot), row);
    }

    fn apply(&mut self, book: &Book, slot: usize, contents: Contents, mode: Mode, row: u32) -> Vec<FieldChange> {
        self.standing.apply(book, slot, contents, mode, (row, self.kind, self.with))
    }
}

fn said(changes: Vec<FieldChange>) -> Outcome {
    if changes.is_empty() { Outcome::Same } else { Outcome::Changed(changes) }
}

/// The field by which rows and records are the same, for naming the column at fault.
pub(in crate::import) fn chosen_field(match_by: MatchBy) -> Key {
    match match_by {
        MatchBy::Usual | MatchBy::Code => CODE,
        MatchBy::Uscc => USCC,
        MatchBy::NameAndPhone => NAME,
        MatchBy::Field(key) => key,
    }
}
