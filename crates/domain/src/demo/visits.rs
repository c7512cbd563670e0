//! Follow-ups W-3.1 of the demo company, in every step, with their documents F-3.1-2 and F-3.1-3.

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};

use super::diary::{Diary, Fields, at, before, weekday, weekday_after};
use super::firms::{Firm, Weight};
use super::people::Staff;
use super::random::Random;
use super::words;
use crate::key::Key;
use crate::kind;
use crate::stamp::RecordId;
use crate::value::Value;

const KIND: Key = Key::of("kind");
const WAY: Key = Key::of("way");
const PLANNED_ON: Key = Key::of("planned_on");

/// How far a follow-up has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Planned,
    Appointed,
    Done,
    IssueOpen,
    Unreachable,
    Closed,
    Declined,
}

/// Of a hundred customers with a follow-up of late, so many are at each step.
const ENDS: [(End, i64); 7] = [
    (End::Planned, 46),
    (End::Appointed, 13),
    (End::Done, 16),
    (End::IssueOpen, 13),
    (End::Unreachable, 5),
    (End::Closed, 4),
    (End::Declined, 3),
];

/// Writes the follow-ups of the company.
pub(super) struct Visits<'s> {
    staff: &'s Staff,
    /// Documents by number without its sequence.
    filed: HashMap<String, u32>,
    /// How many follow-ups are going on.
    current: i64,
}

/// A follow-up being told.
struct Visit<'f> {
    firm: &'f Firm,
    case: RecordId,
    doer: RecordId,
    way: &'static str,
    kind: &'static str,
    /// When its latest step was taken.
    told_until: Cell<NaiveDateTime>,
}

impl Visit<'_> {
    /// `moment`, or a little after the step before it where weekends would have turned the two round.
    fn next(&self, moment: NaiveDateTime) -> NaiveDateTime {
        let soonest = self.told_until.get().checked_add_signed(TimeDelta::minutes(7));
        let moment = soonest.map_or(moment, |soonest| moment.max(soonest));
        self.told_until.set(moment);
        moment
    }
}

impl<'s> Visits<'s> {
    pub fn new(staff: &'s Staff) -> Self {
        Self { staff, filed: HashMap::new(), current: 0 }
    }

    /// The follow-ups with one customer: some long closed, perhaps one going on.
    pub fn follow(&mut self, diary: &mut Diary, random: &mut Random, firm: &Firm) {
        if !firm.is_rich || matches!(firm.stage, "lead" | "blacklisted") {
            return;
        }
        let past = match firm.weight {
            _ if firm.is_known => 4,
            Weight::Key => random.between(2, 4),
            Weight::Important => random.between(0, 2),
            _ => random.between(0, 4) / 4,
        };
        let last = firm.last_contact.filter(|_| firm.stage == "active");
        for ago in (0..past).rev() {
            let Some(last) = last else { break };
            let day =
                weekday(before(last, ago * firm.weight.interval() * 2 + i64::from(ago > 0) * random.between(0, 6)));
            if day > firm.since && day > before(diary.today, 700) && day < before(diary.today, 9) {
                self.tell(diary, random, firm, End::Closed, day);
            }
        }
        if firm.is_known {
            self.tell(diary, random, firm, End::Planned, diary.today);
        } else if firm.stage != "lost" && random.happens(if firm.weight == Weight::Small { 9 } else { 24 }) {
            // Every hundred in turn go through all steps, so that even a small company shows each of them.
            self.current += 1;
            let (end, day) = current(self.current * 37 % 100 + 1, random, diary.today);
            self.tell(diary, random, firm, end, day);
        }
    }

    /// One follow-up, planned for `day` and ended as far as `end`.
    fn tell(&mut self, diary: &mut Diary, random: &mut Random, firm: &Firm, end: End, day: NaiveDate) {
        let way = way(random, firm, end);
        let doer =
            if way == "phone" && firm.weight == Weight::Small { self.staff.any("CC-A", random) } else { firm.owner };
        let kind = kind_of(random, firm);
        let planned = at(weekday(before(day.min(diary.today), random.between(6, 16))), 9 * 60 + random.between(0, 400));
        let visit = Visit { firm, case: diary.name(), doer, way, kind, told_until: Cell::new(planned) };
        self.plan(diary, random, &visit, planned, day);
        match end {
            End::Planned => self.attempts(diary, random, &visit, 0),
            End::Appointed => self.appoint(diary, random, &visit, day),
            End::Declined => {
                let moment = at(weekday(before(diary.today, random.between(1, 8))), 10 * 60 + random.between(0, 300));
                let reason = (kind::REASON, random.word(&words::DECLINES).into());
                step(diary, &visit, visit.doer, moment, "decline", Some("declined"), vec![reason]);
            }
            End::Unreachable => {
                self.attempts(diary, random, &visit, 3);
                let moment = at(weekday(before(diary.today, 1)), 17 * 60 + random.between(0, 40));
                step(diary, &visit, visit.doer, moment, "give_up", Some("unreachable"), Vec::new());
            }
            End::Done | End::IssueOpen | End::Closed => self.carry_out(diary, random, &visit, end, day),
        }
    }

    fn plan(&self, diary: &mut Diary, random: &mut Random, visit: &Visit<'_>, moment: NaiveDateTime, day: NaiveDate) {
        let planner = if random.happens(60) { self.staff.first("CR-S") } else { None }.unwrap_or(visit.doer);
        let mut fields = vec![
            (kind::PROCESS, "W-3.1".into()),
            (kind::CUSTOMER_REF, visit.firm.id.into()),
            (kind::OWNER, visit.doer.into()),
            (kind::STEP, "planned".into()),
            (kind::ENTERED_AT, moment.into()),
            (kind::EVENT, "start".into()),
            (KIND, visit.kind.into()),
            (WAY, visit.way.into()),
            (PLANNED_ON, day.into()),
            (Key::of("purpose"), random.word(&words::PURPOSES).into()),
        ];
        if visit.way == "phone" {
            fields.push((Key::of("phone"), visit.firm.mobile.as_str().into()));
        }
        diary.act();
        diary.rewrite(moment, planner, kind::CASE, visit.case, fields);
    }

    /// Calls nobody answered: `count` of them, or now and then one where it may still come right.
    fn attempts(&self, diary: &mut Diary, random: &mut Random, visit: &Visit<'_>, count: i64) {
        let count = if count == 0 { i64::from(visit.way == "phone" && random.happens(25)) } else { count };
        let mut day = weekday(before(diary.today, 2));
        let mut days = Vec::new();
        for _ in 0..count {
            days.push(day);
            day = weekday(before(day, 1));
        }
        for day in days.into_iter().rev() {
            let moment = at(day, random.pick(&[9 * 60 + 40, 10 * 60 + 25, 14 * 60 + 15, 16 * 60 + 5], 600));
            step(diary, visit, visit.doer, moment, "no_answer", None, Vec::new());
        }
    }

    fn appoint(&self, diary: &mut Diary, random: &mut Random, visit: &Visit<'_>, day: NaiveDate) {
        let made = at(weekday(before(day.min(diary.today), random.between(2, 5))), 10 * 60 + random.between(0, 380));
        let hour = random.pick(&[9 * 60 + 30, 10 * 60, 14 * 60, 15 * 60 + 30], 600);
        let fields = vec![
            (Key::of("appointed_at"), at(day, hour).into()),
            (Key::of("place"), random.word(&words::MEETING_PLACES).into()),
        ];
        step(diary, visit, visit.doer, made, "appoint", Some("appointed"), fields);
    }

    fn carry_out(&mut self, diary: &mut Diary, random: &mut Random, visit: &Visit<'_>, end: End, day: NaiveDate) {
        if visit.way == "visit" {
            self.appoint(diary, random, visit, day);
        }
        let start = random.pick(&[9 * 60 + 35, 10 * 60 + 10, 14 * 60 + 20, 15 * 60 + 40], 600);
        let talk = if visit.way == "visit" { random.between(40, 110) } else { random.between(6, 25) };
        let moment = visit.next(at(day, start + talk + random.between(3, 20)));
        let has_issue = end == End::IssueOpen || (end == End::Closed && random.happens(14));
        let issue = has_issue.then(|| random.pick(&words::ISSUES, ("服务响应慢", "normal", "service")));
        let record = record(random, visit, issue, (at(day, start), talk));
        diary.act();
        self.file(diary, visit, moment, "F-3.1-2", record);
        move_on(diary, visit, visit.doer, moment, "record", Some("done"), Vec::new());
        if let Some(issue) = issue {
            self.issue(diary, random, visit, issue, day, end);
        }
        if end == End::Closed {
            let checker = self.staff.first("CR-S").unwrap_or(visit.doer);
            let closed = at(weekday(before(day, -if has_issue { 9 } else { 5 })), 16 * 60 + random.between(0, 90));
            step(diary, visit, checker, closed, "close", Some("closed"), Vec::new());
        }
    }

    fn issue(
        &mut self,
        diary: &mut Diary,
        random: &mut Random,
        visit: &Visit<'_>,
        (issue, severity, department): (&'static str, &'static str, &'static str),
        day: NaiveDate,
        end: End,
    ) {
        let raised = visit.next(at(day, 17 * 60 + random.between(5, 50)));
        let allowed = if severity == "minor" { 3 } else { 7 };
        let fields = vec![
            (Key::of("issue"), issue.into()),
            (Key::of("severity"), severity.into()),
            (Key::of("owner_dept"), department.into()),
            (kind::DUE_ON, workdays_after(day, allowed).into()),
        ];
        diary.act();
        let sheet = self.file(diary, visit, raised, "F-3.1-3", fields);
        move_on(diary, visit, visit.doer, raised, "raise_issue", Some("issue_open"), Vec::new());
        if end != End::Closed {
            return;
        }
        let solved = visit.next(at(workdays_after(day, random.between(1, 3)), 15 * 60 + random.between(0, 120)));
        let fields = vec![
            (Key::of("solution"), random.word(&words::SOLUTIONS).into()),
            (Key::of("solved_at"), solved.into()),
            (Key::of("customer_confirm"), if random.happens(80) { "accept" } else { "partly" }.into()),
        ];
        diary.act();
        diary.rewrite(solved, visit.doer, kind::DOCUMENT, sheet, fields);
        move_on(diary, visit, visit.doer, solved, "confirm", Some("done"), Vec::new());
    }

    /// Files a document of the case, numbered as spec 1.6 says.
    fn file(
        &mut self,
        diary: &mut Diary,
        visit: &Visit<'_>,
        moment: NaiveDateTime,
        form: &'static str,
        mut fields: Fields,
    ) -> RecordId {
        let prefix = format!("HF-{}-{}", moment.format("%Y%m%d"), self.staff.device(visit.doer));
        let count = self.filed.entry(prefix.clone()).or_default();
        *count += 1;
        fields.extend([
            (kind::FORM, form.into()),
            (kind::FORM_NO, format!("{prefix}{count:03}").into()),
            (kind::CASE_REF, visit.case.into()),
            (kind::CUSTOMER_REF, visit.firm.id.into()),
            (kind::OWNER, visit.doer.into()),
        ]);
        let document = diary.name();
        diary.rewrite(moment, visit.doer, kind::DOCUMENT, document, fields);
        document
    }
}

/// The answers of F-3.1-2.
fn record(
    random: &mut Random,
    visit: &Visit<'_>,
    issue: Option<(&str, &str, &str)>,
    (moment, talk): (NaiveDateTime, i64),
) -> Fields {
    let mut fields = vec![
        (KIND, visit.kind.into()),
        (WAY, visit.way.into()),
        (Key::of("at"), moment.into()),
        (Key::of("duration_min"), talk.into()),
        (Key::of("respondent"), visit.firm.contact.into()),
        (Key::of("contact"), visit.firm.contact.into()),
        (Key::of("attempt_no"), 1_i64.into()),
        (Key::of("result"), "done".into()),
        (Key::of("effective"), true.into()),
        (Key::of("next_on"), weekday_after(before(moment.date(), -visit.firm.weight.interval())).into()),
    ];
    for item in ["r_use", "r_quality", "r_delivery", "r_service", "r_price"] {
        let least = if issue.is_some() { 2 } else { 3 };
        fields.push((Key::of(item), random.between(least, 5).into()));
    }
    if random.happens(60) {
        fields.push((Key::of("nps"), random.between(if issue.is_some() { 3 } else { 6 }, 10).into()));
    }
    for (key, words, percent) in [
        ("needs", &words::NEEDS[..], 42),
        ("suggestions", &words::SUGGESTIONS[..], 24),
        ("competitor", &words::COMPETITORS[..], 14),
    ] {
        if random.happens(percent) {
            fields.push((Key::of(key), random.word(words).into()));
        }
    }
    if let Some((issue, severity, _)) = issue {
        let row = [(Key::of("issue"), issue.into()), (Key::of("severity"), severity.into())];
        fields.push((Key::of("issues"), Value::List(vec![Value::Map(Box::new(BTreeMap::from(row)))])));
    }
    if visit.kind == "lapsed" {
        fields.push((Key::of("loss_reason"), random.word(&["price", "service", "competitor", "no_need"]).into()));
    }
    if visit.firm.is_channel && visit.way == "visit" {
        fields.push((Key::of("channel_report"), channel_report(random)));
    }
    fields
}

/// Moves a case as an act of its own.
fn step(
    diary: &mut Diary,
    visit: &Visit<'_>,
    by: RecordId,
    moment: NaiveDateTime,
    event: &'static str,
    to: Option<&'static str>,
    fields: Fields,
) {
    diary.act();
    move_on(diary, visit, by, visit.next(moment), event, to, fields);
}

/// Moves a case within the act begun; without `to` it stays at its step.
fn move_on(
    diary: &mut Diary,
    visit: &Visit<'_>,
    by: RecordId,
    moment: NaiveDateTime,
    event: &'static str,
    to: Option<&'static str>,
    mut fields: Fields,
) {
    fields.push((kind::EVENT, event.into()));
    if let Some(to) = to {
        fields.extend([(kind::STEP, to.into()), (kind::ENTERED_AT, moment.into())]);
    }
    diary.rewrite(moment, by, kind::CASE, visit.case, fields);
}

/// The step of a follow-up going on, by a lot of 1 to 100, and the day it is or was planned for.
fn current(lot: i64, random: &mut Random, today: NaiveDate) -> (End, NaiveDate) {
    let mut drawn = lot;
    let end = ENDS
        .iter()
        .find(|(_, share)| {
            drawn -= share;
            drawn <= 0
        })
        .map_or(End::Planned, |(end, _)| *end);
    let day = match end {
        End::Planned => weekday_after(before(today, random.pick(&[0, 0, 0, -1, -2, -3, -4, -5, -6, 1, 2], 0))),
        End::Appointed => weekday_after(before(today, random.pick(&[0, 0, -1, -2, -3, -5], 0))),
        End::Done => weekday(before(today, random.between(1, 5))),
        End::IssueOpen => weekday(before(today, random.between(1, 12))),
        End::Closed => weekday(before(today, random.between(10, 14))),
        End::Unreachable | End::Declined => weekday(before(today, random.between(5, 9))),
    };
    (end, day)
}

fn way(random: &mut Random, firm: &Firm, end: End) -> &'static str {
    let visits = match (end, firm.weight) {
        (End::Appointed, _) => 100,
        (End::Unreachable, _) => 0,
        (_, Weight::Key) => 55,
        (_, Weight::Important) => 40,
        _ if firm.is_channel => 50,
        _ => 15,
    };
    if firm.is_known || random.happens(visits) {
        "visit"
    } else if end != End::Unreachable && random.happens(18) {
        "online"
    } else {
        "phone"
    }
}

fn kind_of(random: &mut Random, firm: &Firm) -> &'static str {
    match firm.stage {
        "dormant" | "lost" => "lapsed",
        "prospect" => "new",
        _ if firm.weight == Weight::Key => "key_account",
        _ => random.pick(&["routine", "routine", "routine", "after_sales", "market"], "routine"),
    }
}

/// The four topics of a touring visit, 3.1.a.
fn channel_report(random: &mut Random) -> Value {
    let topics = [
        ("business", ["主营三个品牌，我们约占四成。", "新开一家门店，带动小规格销量。"]),
        ("stock", ["库存约够二十天，畅销款偏少。", "月进销平稳，滞销款两种，建议调换。"]),
        ("opinion", ["对到货速度满意，希望增加陈列支持。", "反映个别批次包装松，已拍照。"]),
        ("market", ["周边同行促销力度大，价格普遍下调。", "新小区交付，预计下季需求上升。"]),
    ];
    let row = |(topic, contents): (&'static str, [&'static str; 2])| {
        let cells = [(Key::of("topic"), topic.into()), (Key::of("content"), random.word(&contents).into())];
        Value::Map(Box::new(BTreeMap::from(cells)))
    };
    Value::List(topics.into_iter().map(row).collect())
}

/// The day that many weekdays after a day.
fn workdays_after(day: NaiveDate, count: i64) -> NaiveDate {
    (0..count).fold(day, |day, _| weekday_after(before(day, -1)))
}
