//! A workspace on one device that files are imported into.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use kehu_domain::book::{Book, SYSTEM};
use kehu_domain::change::Act;
use kehu_domain::dictionary::Dictionary;
use kehu_domain::import::*;
use kehu_domain::key::Key;
use kehu_domain::kind::{self, CUSTOMER};
use kehu_domain::stamp::{Clock, Stamp};

/// A workspace on one device.
pub struct Desk {
    pub book: Book,
    pub clock: Clock,
    pub wall: u64,
}

impl Desk {
    pub fn new() -> Self {
        Self { book: Book::new(), clock: Clock::new(1), wall: 1_000 }
    }

    pub fn dictionary(&self) -> Arc<Dictionary> {
        Arc::new(Dictionary::built_in().with_records(&self.book))
    }

    pub fn options(&self) -> Options {
        let tag = default_tag(&self.book, NaiveDate::from_ymd_opt(2026, 11, 24).unwrap());
        Options::new("客户.csv", tag)
    }

    pub fn importer(&self, kind: Key, bytes: &[u8], options: Options) -> Importer {
        let dictionary = self.dictionary();
        let mut table = Opening::read(bytes.to_vec()).unwrap();
        Importer::find_header(&dictionary, kind, &mut table).unwrap();
        let mapping = Proposal::new(&dictionary, kind, table.headers(), &[]).unwrap().mapping().unwrap();
        Importer::new(table, &mapping, options, dictionary).unwrap()
    }

    /// A dry run of the file, as the rules have it.
    pub fn look(&self, kind: Key, bytes: &[u8]) -> Importer {
        let mut importer = self.importer(kind, bytes, self.options());
        importer.dry_run(&self.book).unwrap();
        importer
    }

    /// Writes the import; gives its act, if there was anything to write.
    pub fn commit(&mut self, importer: &mut Importer) -> Option<Stamp> {
        self.wall += 1_000;
        let mut act = Act::begin(&mut self.clock, self.wall, SYSTEM);
        while !importer.commit(&self.book, &mut act, 7).is_finished {}
        let stamp = act.stamp();
        for change in act.finish() {
            self.book.insert(change);
        }
        stamp
    }

    pub fn import(&mut self, kind: Key, bytes: &[u8]) -> (Counts, Option<Stamp>) {
        let mut importer = self.look(kind, bytes);
        let stamp = self.commit(&mut importer);
        (importer.counts(), stamp)
    }

    /// What every record of a kind says, without ids.
    pub fn said(&self, kind: Key) -> Vec<BTreeMap<Key, String>> {
        let hidden = |key: &Key| *key == kind::CUSTOMER_REF;
        let mut said: Vec<_> = self
            .book
            .of_kind(kind)
            .map(|record| {
                let fields = record.fields().into_iter().filter(|(key, _)| !hidden(key));
                fields.map(|(key, value)| (key, value.canonical())).collect::<BTreeMap<_, _>>()
            })
            .collect();
        said.sort();
        said
    }

    pub fn customer(&self, code: &str) -> &kehu_domain::book::Record {
        self.book.of_kind(CUSTOMER).find(|record| record.text(kind::CODE) == code).unwrap()
    }
}

/// Every row has exactly one outcome.
pub fn counts_add_up(counts: Counts) {
    assert_eq!(
        counts.rows,
        counts.new + counts.changed + counts.same + counts.refused + counts.doubles + counts.passed_over
    );
}
