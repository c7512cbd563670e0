//! Records of all cases that a test spells out, by form or process; customers by `customers`.

use std::collections::BTreeMap;

use kehu_domain::expr::{Datum, Records, Register};
use kehu_domain::key::Key;

/// A row as it is told: cells and what they hold.
pub type Cells<'a> = &'a [(&'a str, Datum)];

struct Told(BTreeMap<String, Vec<Datum>>);

impl Records for Told {
    fn documents(&self, form: &str) -> Vec<Datum> {
        self.0.get(form).cloned().unwrap_or_default()
    }

    fn cases(&self, process: &str) -> Vec<Datum> {
        self.documents(process)
    }

    fn records(&self, kind: &str) -> Vec<Datum> {
        self.documents(kind)
    }

    fn customers(&self) -> Vec<Datum> {
        self.documents("customers")
    }

    fn label(&self, _: &str, field: Key, choice: Option<&str>) -> Option<Box<str>> {
        Some(choice.map_or_else(|| format!("<{field}>"), |choice| format!("<{choice}>")).into())
    }
}

/// A register of exactly these rows.
pub fn told(rows: &[(&str, Cells<'_>)]) -> Register {
    let mut told: BTreeMap<String, Vec<Datum>> = BTreeMap::new();
    for (name, cells) in rows {
        let row = cells.iter().map(|(cell, datum)| (Key::new(cell).unwrap(), datum.clone())).collect();
        told.entry((*name).to_owned()).or_default().push(Datum::Row(row));
    }
    Register::new(Told(told))
}
