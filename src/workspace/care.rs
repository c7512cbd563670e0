//! The care calendar at work: once a day the coming care actions become cases of W-3.3a.

use kehu_domain::book::SYSTEM;
use kehu_domain::calendar::BirthdayRules;
use kehu_domain::care::{self, CareAction, CarePlanning, CareRules, Month};
use kehu_domain::change::Act;
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::playbook::Playbook;
use kehu_domain::stamp::RecordId;
use kehu_store::StoreError;
use leptos::prelude::GetUntracked;

use super::Workspace;
use super::rules::rules;
use crate::device::Remembered;
use crate::moment::{self, breathe};

/// From this day of the month on the next month is planned as well (3.3, step 3).
const NEXT_MONTH_FROM: u32 = 20;

/// For how many contacts care is planned before the page may answer.
const CONTACTS_SLICE: usize = 200;

/// The kinds of record that decide whom care is for.
const CARED_FOR: [Key; 2] = [kind::CONTACT, kind::CONSENT];

impl Workspace {
    /// Skips the open care of contacts who have taken back their consent (L2); gives how many cases that were.
    ///
    /// # Errors
    /// When it could not be saved; nothing was skipped.
    pub async fn skip_withdrawn_care(&self) -> Result<usize, StoreError> {
        let today = self.0.today.get_untracked();
        let cases = self.read_once(|book| care::withdrawn(book, Playbook::built_in(), today));
        if cases.is_empty() {
            return Ok(0);
        }
        let now = moment::now();
        self.commit_by(SYSTEM, &[], |book, act| {
            for case in &cases {
                for (key, value) in care::skipped(now) {
                    act.note(book, kind::CASE, *case, key, value);
                }
            }
        })
        .await?;
        Ok(cases.len())
    }

    /// Lets care be planned anew at the next start, when people or what they agreed to have changed.
    pub(super) fn plan_care_again(&self, touched: &[RecordId]) {
        let of_people = |record: &RecordId| {
            self.read_once(|book| book.get(*record).is_some_and(|record| CARED_FOR.contains(&record.kind)))
        };
        if touched.iter().any(of_people) {
            Remembered::CarePlanned.write("");
        }
    }

    /// Makes the cases of all care that falls due from today on, this month and, from the 20th, the next.
    ///
    /// Two devices that plan the same care name its case alike, so that it is one after they have met. Gives how many
    /// were made; nothing is looked at twice on a day. It is done in slices between which the page answers.
    ///
    /// # Errors
    /// When they could not be saved; none was.
    pub(super) async fn plan_care(&self) -> Result<usize, StoreError> {
        use chrono::Datelike as _;
        self.skip_withdrawn_care().await?;
        let today = self.0.today.get_untracked();
        let has_nobody = self.roster_once(|roster| roster.lines().is_empty());
        if has_nobody || Remembered::CarePlanned.read() == Some(today.to_string()) {
            return Ok(0);
        }
        let month = Month::of(today);
        let months = if today.day() >= NEXT_MONTH_FROM { vec![month, month.next()] } else { vec![month] };
        let rules = rules();
        let standing = CareRules {
            standard: &rules.care,
            festivals: &rules.festivals,
            birthdays: BirthdayRules::default(),
            reminders: &rules.reminders,
            days: &rules.calendar.days,
            playbook: Playbook::built_in(),
        };
        let contacts: Vec<RecordId> =
            self.read_once(|book| book.of_kind(kind::CONTACT).map(|contact| contact.id).collect());
        let mut due: Vec<CareAction> = Vec::new();
        for month in months {
            let mut planning = self.read_once(|book| CarePlanning::begin(book, standing, month));
            for slice in contacts.chunks(CONTACTS_SLICE) {
                breathe().await;
                self.read_once(|book| planning.decide_on(book, slice));
            }
            due.extend(planning.end().actions.into_iter().filter(|action| action.day >= today));
        }
        let count = due.len();
        if count > 0 {
            let now = moment::now();
            self.commit_slowly_by(SYSTEM, async |_: &Self, act: &mut Act<'_>| {
                for action in &due {
                    let fields = action.fields(Playbook::built_in(), now);
                    act.create_as(kind::CASE, action.record_id(), fields.into_iter().collect());
                    breathe().await;
                }
            })
            .await?;
        }
        Remembered::CarePlanned.write(&today.to_string());
        Ok(count)
    }
}
