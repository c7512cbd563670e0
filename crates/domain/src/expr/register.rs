//! Every case at once, as expressions see it: rows are made when they are first asked for, and kept.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use super::Datum;
use crate::key::Key;

/// What knows the records of all cases.
pub trait Records: Send + Sync {
    /// The filed forms of template `form` of every case, oldest first, each a [`Datum::Row`].
    fn documents(&self, form: &str) -> Vec<Datum>;

    /// Every case of `process`, oldest first, each a [`Datum::Row`].
    fn cases(&self, process: &str) -> Vec<Datum>;

    /// Every record of the kind `kind`, each a [`Datum::Row`] of its fields.
    fn records(&self, kind: &str) -> Vec<Datum>;

    /// Every customer, each a [`Datum::Row`] of the cells of [`customer_row_type`].
    ///
    /// [`customer_row_type`]: crate::workflow::customer_row_type
    fn customers(&self) -> Vec<Datum>;

    /// What a field of the form or process `place`, or one of its choices, is called in the language of the app.
    fn label(&self, place: &str, field: Key, choice: Option<&str>) -> Option<Box<str>>;
}

/// How many answers are kept before all are worked out anew.
const MAX_ANSWERS: usize = 512;

/// A handle to the records of all cases; nothing is known through the default one.
///
/// Rows and what was asked of them are kept until [`Register::forget`]: a form is worked out again with every key press,
/// and must not look through all cases each time.
#[derive(Clone, Default)]
pub struct Register(Option<Arc<Inner>>);

struct Inner {
    records: Box<dyn Records>,
    rows: Mutex<HashMap<Box<str>, Arc<[Datum]>>>,
    answers: Mutex<HashMap<String, Datum>>,
}

impl Register {
    /// What `records` tell.
    pub fn new(records: impl Records + 'static) -> Self {
        let inner =
            Inner { records: Box::new(records), rows: Mutex::new(HashMap::new()), answers: Mutex::new(HashMap::new()) };
        Self(Some(Arc::new(inner)))
    }

    /// Forgets the rows of forms, processes and kinds, by identifier, because there is something new; and all answers.
    pub fn forget<'n>(&self, changed: impl IntoIterator<Item = &'n str>) {
        let Some(inner) = &self.0 else { return };
        let mut rows = inner.rows.lock().unwrap_or_else(PoisonError::into_inner);
        for name in changed {
            rows.remove(name);
        }
        inner.answers.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The filed forms of template `form` of every case, oldest first.
    pub fn documents(&self, form: &str) -> Arc<[Datum]> {
        self.rows(form, |records| records.documents(form))
    }

    /// Every case of `process`, oldest first.
    pub fn cases(&self, process: &str) -> Arc<[Datum]> {
        self.rows(process, |records| records.cases(process))
    }

    /// Every record of the kind `kind`.
    pub fn records(&self, kind: &str) -> Arc<[Datum]> {
        self.rows(kind, |records| records.records(kind))
    }

    /// Every customer, as of now: nothing is kept of them.
    pub fn customers(&self) -> Vec<Datum> {
        self.0.as_ref().map(|inner| inner.records.customers()).unwrap_or_default()
    }

    /// What a field of the form or process `place`, or one of its choices, is called.
    pub fn label(&self, place: &str, field: Key, choice: Option<&str>) -> Option<Box<str>> {
        self.0.as_ref()?.records.label(place, field, choice)
    }

    fn rows(&self, name: &str, make: impl FnOnce(&dyn Records) -> Vec<Datum>) -> Arc<[Datum]> {
        let Some(inner) = &self.0 else { return Arc::new([]) };
        let known = inner.rows.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned();
        known.unwrap_or_else(|| {
            let made: Arc<[Datum]> = make(&*inner.records).into();
            inner.rows.lock().unwrap_or_else(PoisonError::into_inner).insert(name.into(), made.clone());
            made
        })
    }

    /// The answer kept under `question`, else what `work_out` gives, which is kept.
    pub(super) fn remembered(&self, question: String, work_out: impl FnOnce() -> Datum) -> Datum {
        let Some(inner) = &self.0 else { return work_out() };
        let known = inner.answers.lock().unwrap_or_else(PoisonError::into_inner).get(&question).cloned();
        known.unwrap_or_else(|| {
            let answer = work_out();
            let mut answers = inner.answers.lock().unwrap_or_else(PoisonError::into_inner);
            if answers.len() >= MAX_ANSWERS {
                answers.clear();
            }
            answers.insert(question, answer.clone());
            answer
        })
    }
}

impl fmt::Debug for Register {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Register" } else { "Register(nothing)" })
    }
}

/// Two handles are equal when they lead to the same records.
impl PartialEq for Register {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (one, other) => one.is_none() && other.is_none(),
        }
    }
}
