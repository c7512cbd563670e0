//! The import of a table: opened, rehearsed and written here, shown by the page.

use std::cell::RefCell;
use std::sync::Arc;

use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Uint8Array};
use kehu_domain::change::Act;
use kehu_domain::dictionary::{DICT_ITEM, Dictionary, FIELD_DEF};
use kehu_domain::field::FieldType;
use kehu_domain::import::{Importer, Mapping, Table, Use};
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::stamp::RecordId;
use kehu_domain::text::Lang;
use kehu_ledger::errand::Failure;
use kehu_ledger::identity::name_workspace;
use kehu_ledger::import::{Check, Checked, Group, ImportAsk, ImportError, Unopened, Written, stage};
use kehu_ledger::pace;
use wasm_bindgen::JsValue;
use web_sys::{Blob, BlobPropertyBag};

use crate::desk::{Answer, Errand};
use crate::records::{Followed, random_bits};
use crate::tables::{self, Opened};

/// How many rows or records are worked on before the page is heard.
const SLICE_ROWS: usize = 512;

/// What is kept from one errand to the next.
#[derive(Default)]
struct Session {
    opened: Option<Opened>,
    header: usize,
    rows: u64,
    records: Option<Followed>,
    rehearsed: Option<Rehearsed>,
}

/// A rehearsal that is under way or through.
struct Rehearsed {
    importer: Importer,
    mapping: Mapping,
    header: usize,
    dictionary: Arc<Dictionary>,
}

thread_local! {
    /// Absent while an errand works on it.
    static SESSION: RefCell<Option<Session>> = RefCell::new(Some(Session::default()));
}

/// Does what is asked about a table.
///
/// # Errors
/// What the browser reports, or a wish to stop; nothing was saved then.
pub async fn attend(errand: &Errand, ask: ImportAsk, files: Vec<JsValue>) -> Result<Answer, Failure> {
    // An errand that was given up still has it until its next step.
    let mut session = loop {
        match SESSION.take() {
            Some(session) => break session,
            None => TimeoutFuture::new(4).await,
        }
    };
    let answer = session.attend(errand, ask, files).await;
    SESSION.replace(Some(session));
    answer
}

impl Session {
    async fn attend(&mut self, errand: &Errand, ask: ImportAsk, files: Vec<JsValue>) -> Result<Answer, Failure> {
        match ask {
            ImportAsk::Open(lang) => {
                let bytes = tables::bytes(files.first().ok_or(Failure::File)?).await?;
                let opened = tables::open(errand, bytes, lang).await?;
                self.rehearsed = None;
                self.header = 0;
                let taken = opened.map(|opened| self.opened = Some(opened));
                self.seen(taken)
            }
            ImportAsk::Sheet(place, lang) => {
                self.table()?;
                self.header = 0;
                let taken = self.opened.as_mut().ok_or(Failure::Strange)?.take_sheet(place, lang);
                self.seen(taken)
            }
            ImportAsk::Header(place) => {
                self.header = place;
                self.rows = self.count(errand).await?;
                Ok(Answer::new(&self.rows, &[]))
            }
            ImportAsk::Check(check) => Ok(Answer::new(&self.check(errand, *check).await?, &[])),
            ImportAsk::Page { list, start, count } => {
                let page = self.rehearsed.as_mut().map(|it| it.importer.page(list, start, count)).unwrap_or_default();
                Ok(Answer::new(&page, &[]))
            }
            ImportAsk::Refused(lang) => Ok(Answer::new(&(), &[self.refused(lang)?])),
            ImportAsk::Write { author, names } => Ok(Answer::new(&self.write(errand, author, names).await?, &[])),
        }
    }

    /// What the table is that was taken, or why there is none.
    fn seen(&self, taken: Result<(), Unopened>) -> Result<Answer, Failure> {
        let seen = match taken {
            Ok(()) => Ok(self.opened.as_ref().and_then(Opened::seen).ok_or(Failure::Strange)?),
            Err(problem) => Err(problem),
        };
        Ok(Answer::new(&seen, &[]))
    }

    /// The table, back from whoever had it.
    fn table(&mut self) -> Result<&mut Table, Failure> {
        let opened = self.opened.as_mut().ok_or(Failure::Strange)?;
        if let Some(rehearsed) = self.rehearsed.take() {
            opened.table = Some(rehearsed.importer.into_table());
        }
        opened.table.as_mut().ok_or(Failure::Strange)
    }

    /// How many rows below the headings have anything in them.
    async fn count(&mut self, errand: &Errand) -> Result<u64, Failure> {
        let header = self.header;
        let table = self.table()?;
        table.use_header(header);
        let (mut rows, mut passed) = (0, 0_usize);
        while let Some(row) = table.next_row() {
            rows += u64::from(row.cells.iter().any(|cell| !cell.trim().is_empty()));
            passed += 1;
            if passed.is_multiple_of(SLICE_ROWS) {
                errand.step(stage::COUNTING, table.position(), table.bytes()).await?;
            }
        }
        Ok(rows)
    }

    async fn check(&mut self, errand: &Errand, check: Check) -> Result<Result<Checked, ImportError>, Failure> {
        let Check { workspace, mapping, options } = check;
        let wanted = kinds(&mapping);
        let has_news = match &mut self.records {
            Some(records) if records.holds(&workspace, &wanted) => {
                records.catch_up(errand, stage::LEARNING).await?;
                false
            }
            _ => {
                self.records = Some(Followed::read(errand, stage::LEARNING, &workspace, wanted).await?);
                true
            }
        };
        let Some(records) = &self.records else { return Err(Failure::Strange) };
        let dictionary = Arc::new(Dictionary::built_in().with_records(&records.book));
        let header = self.header;
        let is_same =
            |it: &Rehearsed| !has_news && it.mapping == mapping && it.header == header && *it.dictionary == *dictionary;
        if self.rehearsed.as_ref().is_some_and(is_same) {
            if let Some(rehearsed) = &mut self.rehearsed {
                rehearsed.importer.restart(options);
            }
        } else {
            self.table()?.use_header(header);
            let table = self.opened.as_mut().and_then(|opened| opened.table.take()).ok_or(Failure::Strange)?;
            match Importer::new(table, &mapping, options, dictionary.clone()) {
                Ok(importer) => self.rehearsed = Some(Rehearsed { importer, mapping, header, dictionary }),
                Err(problem) => return Ok(Err(problem)),
            }
        }
        self.rehearse(errand).await
    }

    async fn rehearse(&mut self, errand: &Errand) -> Result<Result<Checked, ImportError>, Failure> {
        let total = usize::try_from(self.rows).unwrap_or(usize::MAX);
        let (Some(records), Some(rehearsed)) = (&self.records, &mut self.rehearsed) else {
            return Err(Failure::Strange);
        };
        loop {
            match rehearsed.importer.step(&records.book, SLICE_ROWS) {
                Ok(progress) if progress.is_finished => break,
                Ok(_) => errand.step(stage::CHECKING, rehearsed.importer.counts().rows as usize, total).await?,
                Err(problem) => return Ok(Err(problem)),
            }
        }
        Ok(Ok(checked(&rehearsed.importer)))
    }

    /// The refused rows as a file.
    fn refused(&mut self, lang: Lang) -> Result<JsValue, Failure> {
        let rehearsed = self.rehearsed.as_mut().ok_or(Failure::Strange)?;
        let bytes = rehearsed.importer.refused_csv(lang);
        let options = BlobPropertyBag::new();
        options.set_type("text/csv;charset=utf-8");
        let parts = Array::of1(&Uint8Array::from(bytes.as_slice()));
        let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options).map_err(|_| Failure::File)?;
        Ok(blob.into())
    }

    async fn write(&mut self, errand: &Errand, author: RecordId, names: bool) -> Result<Written, Failure> {
        let (Some(records), Some(rehearsed)) = (&mut self.records, &mut self.rehearsed) else {
            return Err(Failure::Strange);
        };
        if records.catch_up(errand, stage::LEARNING).await? {
            return Ok(Written::Stale);
        }
        let mut clock = records.clock.clone();
        let mut act = Act::begin(&mut clock, pace::wall_ms(), author);
        if names {
            name_workspace(&records.book, &mut act, random_bits);
        }
        loop {
            let progress = rehearsed.importer.commit(&records.book, &mut act, SLICE_ROWS);
            if progress.is_finished {
                break;
            }
            // An importer that is not through its rehearsal writes nothing, ever.
            if progress.total <= 1 && progress.done == 0 && !rehearsed.importer.progress().is_finished {
                return Err(Failure::Strange);
            }
            errand.step(stage::WRITING, progress.done, progress.total).await?;
        }
        let changes = act.finish();
        let Some(stamp) = changes.first().map(|change| change.act) else { return Ok(Written::Saved(None)) };
        errand.step(stage::SAVING, 0, 0).await?;
        records.save(changes).await?;
        Ok(Written::Saved(Some(stamp)))
    }
}

fn checked(importer: &Importer) -> Checked {
    let group = |group: &kehu_domain::import::Group| Group {
        column: group.column,
        header: group.header.to_string(),
        fault: group.fault,
        count: group.count(),
    };
    let findings = importer.findings();
    Checked {
        counts: importer.counts(),
        skipped: findings.skipped,
        refused: findings.refused.iter().map(group).collect(),
        dropped: findings.dropped.iter().map(group).collect(),
        fields: importer.new_fields().map(|(key, label)| (key, label.clone())).collect(),
        choices: importer.new_choices().map(|(group, label)| (group, label.to_owned())).collect(),
    }
}

/// The kinds of records an import has to know: its own, those carried along or referred to, and what the app keeps of
/// imports and of the dictionary.
fn kinds(mapping: &Mapping) -> Vec<Key> {
    let mut kinds = vec![mapping.kind, kind::BATCH, kind::WORKSPACE, DICT_ITEM, FIELD_DEF];
    let dictionary = Dictionary::built_in();
    kinds.extend(dictionary.kind(mapping.kind).and_then(|kind| kind.with));
    for decided in &mapping.uses {
        let Use::Field(target) = decided else { continue };
        let known = dictionary.kind(target.kind).and_then(|kind| kind.field_type(target.field));
        if let Some(FieldType::Reference(kind)) = known {
            kinds.push(*kind);
        }
    }
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}
