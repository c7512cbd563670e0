//! The agenda: every number is the length of the list it opens, and whatever happened while nobody looked is right at
//! once, for it is a function of the history and the moment.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use kehu_domain::agenda::{
    Agenda, Ask, CaseAtHand, Choice, Entry, EntryKind, EscalationRules, Item, Organisation, Pace, Sources, State,
    Subject, Told, Viewer, Whose, item_of_case, validities,
};
use kehu_domain::book::{Book, SYSTEM};
use kehu_domain::calendar::{Calendar, ReminderRules, Stage, Unit};
use kehu_domain::change::Act;
use kehu_domain::expr::{Names, Register};
use kehu_domain::form::Posts;
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::playbook::Playbook;
use kehu_domain::roster::{DueContact, Rhythm, Roster, Tier, Urgency};
use kehu_domain::stamp::{Clock, RecordId};
use kehu_domain::value::Value;
use kehu_domain::workflow::{CaseView, Facts, Filed, Moved, WorkCalendar};
use proptest::prelude::*;

static CALENDAR: LazyLock<Calendar> = LazyLock::new(|| Calendar::shipped().unwrap());
static ESCALATION: LazyLock<EscalationRules> = LazyLock::new(|| EscalationRules::shipped().unwrap());

fn at(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn key(text: &str) -> Key {
    Key::new(text).unwrap()
}

fn person(number: u8) -> RecordId {
    RecordId::fixed(100 + u32::from(number))
}

const DIR: u8 = 1;
const MGR: u8 = 2;
const SUPERVISOR: u8 = 3;
const SPECIALIST: u8 = 4;
const OTHER: u8 = 5;
const RELATIONS: u8 = 6;

/// A director, under them a manager, under them a complaint supervisor with two specialists, and a relations clerk.
fn organisation() -> Organisation {
    let staff = [
        (DIR, "DIR", None),
        (MGR, "MGR", Some(DIR)),
        (SUPERVISOR, "CP-S", Some(MGR)),
        (SPECIALIST, "CP-E", Some(SUPERVISOR)),
        (OTHER, "CP-E", Some(SUPERVISOR)),
        (RELATIONS, "CR-E", Some(MGR)),
    ];
    let posts: Posts = staff.iter().map(|(number, post, _)| (person(*number), vec![key(post)])).collect();
    let superior = staff.iter().filter_map(|(number, _, above)| Some((person(*number), person((*above)?)))).collect();
    Organisation::new(posts, superior)
}

fn viewer(number: u8) -> Viewer {
    Viewer { me: person(number), team: organisation().team(person(number)) }
}

#[test]
fn a_team_is_everybody_under_somebody_and_a_circle_ends() {
    let team = |number| organisation().team(person(number)).into_iter().collect::<BTreeSet<_>>();
    assert_eq!(team(SUPERVISOR), BTreeSet::from([person(SPECIALIST), person(OTHER)]));
    assert_eq!(team(DIR).len(), 5);
    assert_eq!(team(SPECIALIST), BTreeSet::new());
    let two = [person(1), person(2)];
    let posts: Posts = two.iter().map(|one| (*one, Vec::new())).collect();
    let circle = Organisation::new(posts, BTreeMap::from([(two[0], two[1]), (two[1], two[0])]));
    assert_eq!(circle.team(two[0]), [two[1]]);
    assert_eq!(circle.superiors(two[0]), [two[1]]);
}

// ---- a complaint through time ----------------------------------------------------------------------------------

/// A complaint of priority P3 received on Monday 2026-11-23 10:20, its plan due on Thursday 18:00 (C3-E12).
fn complaint(organisation: &Organisation) -> CaseView {
    let process = Playbook::built_in().process("W-6.2").unwrap();
    let mut case = CaseView::begun(process, Some(person(SPECIALIST)), at("2026-11-23 10:20"));
    case.superiors = organisation.superiors(person(SPECIALIST));
    for (name, value) in [
        ("received_at", Value::from(at("2026-11-23 10:20"))),
        ("plan_due", at("2026-11-26 18:00").into()),
        ("priority", "P3".into()),
    ] {
        case.fields.insert(key(name), value);
    }
    case
}

fn agenda_at(case: &CaseView, process: &str, moment: &str) -> Agenda {
    let organisation = organisation();
    let facts = Facts {
        now: at(moment),
        forms: Playbook::built_in().forms(),
        calendar: &*CALENDAR,
        known: Names::new(),
        rule_dues: BTreeMap::from([("C4".into(), at("2026-11-26 18:00"))]),
        posts: organisation.posts().clone(),
        register: Register::default(),
    };
    let item = item_of_case(&CaseAtHand {
        id: RecordId::fixed(9),
        process: Playbook::built_in().process(process).unwrap(),
        view: case,
        customer: None,
        tier: None,
        facts: &facts,
        organisation: &organisation,
        escalation: &ESCALATION,
    });
    Agenda::new(vec![Arc::new(item)], &*CALENDAR, at(moment))
}

fn entry(agenda: &Agenda, number: u8) -> Option<(EntryKind, State, Option<Stage>)> {
    let mut entries = agenda.entries(&Whose::Mine, &viewer(number));
    assert!(entries.len() <= 1);
    entries.pop().map(|entry| (entry.kind, entry.state, entry.told))
}

#[test]
fn a_complaint_goes_up_level_by_level_to_whom_r_6_2_1_names() {
    let case = complaint(&organisation());
    let seen = |moment: &str| {
        let agenda = agenda_at(&case, "W-6.2", moment);
        [SPECIALIST, SUPERVISOR, MGR, DIR].map(|number| entry(&agenda, number))
    };
    // Whether the app ran in between or not: each moment is worked out from the history alone.
    let own = |state, told| Some((EntryKind::Complaint, state, told));
    let told = |state, stage| Some((EntryKind::Escalation, state, Some(stage)));
    assert_eq!(seen("2026-11-24 09:00"), [own(State::Week, None), None, None, None]);
    assert_eq!(seen("2026-11-25 09:40"), [own(State::Soon, Some(Stage::Used(50))), None, None, None]);
    let at_80 = [own(State::Escalated, Some(Stage::Used(50))), told(State::Escalated, Stage::Used(80)), None, None];
    assert_eq!(seen("2026-11-26 10:52"), at_80);
    let due = [
        own(State::Overdue, Some(Stage::Used(50))),
        told(State::Overdue, Stage::Used(80)),
        told(State::Overdue, Stage::Due),
        None,
    ];
    assert_eq!(seen("2026-11-26 18:00"), due);
    let week_later = seen("2026-12-03 09:00");
    assert_eq!(week_later[3], told(State::Overdue, Stage::NextDay));
    assert_eq!(week_later[..3], due[..3]);
}

#[test]
fn a_case_that_waits_for_others_goes_no_further() {
    let mut case = complaint(&organisation());
    let waiting = key("waiting_customer");
    case.history.push(Moved { event: key("wait_customer"), from: case.step, to: waiting, at: at("2026-11-24 10:00") });
    (case.step, case.entered_at) = (waiting, Some(at("2026-11-24 10:00")));
    // The plan had been due on 26 November; only the wait itself has a deadline now, of ten working days.
    for moment in ["2026-11-25 10:00", "2026-12-07 10:00"] {
        let agenda = agenda_at(&case, "W-6.2", moment);
        assert_eq!(agenda.tally(&Whose::Everyone, &viewer(DIR)).state(State::Overdue), 0, "{moment}");
    }
}

// ---- whose move it is ------------------------------------------------------------------------------------------

#[test]
fn a_follow_up_is_its_owners_and_an_appointment_by_phone_presses_nobody() {
    let process = Playbook::built_in().process("W-3.1").unwrap();
    let mut case = CaseView::begun(process, Some(person(RELATIONS)), at("2026-11-23 09:00"));
    case.fields.insert(key("way"), "phone".into());
    case.fields.insert(key("planned_on"), day("2026-11-26").into());
    let agenda = agenda_at(&case, "W-3.1", "2026-11-25 09:00");
    // An appointment had been due two working days before the day; only visits need one.
    assert_eq!(entry(&agenda, RELATIONS), Some((EntryKind::Visit, State::Soon, None)));
    case.fields.insert(key("way"), "visit".into());
    let agenda = agenda_at(&case, "W-3.1", "2026-11-25 09:00");
    assert_eq!(entry(&agenda, RELATIONS), Some((EntryKind::Visit, State::Overdue, None)));
    assert_eq!(entry(&agenda, OTHER), None);
}

#[test]
fn an_approval_waits_for_the_nearest_who_may_and_never_for_the_author() {
    let process = Playbook::built_in().process("W-4.2").unwrap();
    let mut case = CaseView::begun(process, Some(person(RELATIONS)), at("2026-11-23 09:00"));
    case.superiors = organisation().superiors(person(RELATIONS));
    let planned = key("planned");
    case.history.push(Moved { event: key("plan"), from: case.step, to: planned, at: at("2026-11-24 09:00") });
    (case.step, case.entered_at) = (planned, Some(at("2026-11-24 09:00")));
    let mut filed = Filed {
        form: "F-4.2-1".into(),
        created_by: Some(person(RELATIONS)),
        created_at: Some(at("2026-11-24 08:59")),
        answers: BTreeMap::new(),
    };
    case.documents.push(filed.clone());
    let agenda = agenda_at(&case, "W-4.2", "2026-11-25 09:00");
    assert_eq!(entry(&agenda, MGR), Some((EntryKind::Approval, State::Week, None)));
    assert_eq!(entry(&agenda, RELATIONS), None);
    // What the manager filed themselves they may only send back.
    filed.created_by = Some(person(MGR));
    case.documents = vec![filed];
    let agenda = agenda_at(&case, "W-4.2", "2026-11-25 09:00");
    assert_ne!(entry(&agenda, MGR).unwrap().0, EntryKind::Approval);
}

// ---- customers and expiries ------------------------------------------------------------------------------------

struct Monthly;

impl Rhythm for Monthly {
    fn next_contact(&self, _: Option<Tier>, last: NaiveDate) -> Option<DueContact> {
        let on = last + TimeDelta::days(30);
        Some(DueContact { interval: 30, on, overdue_from: on + TimeDelta::days(7) })
    }
}

/// The agenda of a book with these customers, agreements and loans, on a day at nine.
fn agenda_of(records: &[(Key, &[(Key, Value)])], today: &str) -> Agenda {
    let (mut book, mut clock) = (Book::new(), Clock::new(1));
    let mut act = Act::begin(&mut clock, 1_700_000_000_000, SYSTEM);
    for (place, (kind, fields)) in records.iter().enumerate() {
        let id = RecordId::fixed(u32::try_from(place).unwrap());
        act.create_as(*kind, id, fields.iter().cloned().collect());
    }
    act.finish().into_iter().for_each(|change| assert!(book.insert(change)));
    let (organisation, reminders) = (organisation(), ReminderRules::shipped().unwrap());
    let sources = Sources {
        cases: Vec::new(),
        roster: &Roster::new(&book, day(today), &Monthly),
        openers: vec![person(RELATIONS)],
        validities: validities(&book, &CALENDAR.days, |_| day("2026-01-01")),
        reminders: &reminders,
        days: &CALENDAR.days,
        organisation: &organisation,
        now: day(today).and_hms_opt(9, 0, 0).unwrap(),
    };
    Agenda::of(sources, &*CALENDAR)
}

fn expiries(records: &[(Key, &[(Key, Value)])], today: &str) -> Vec<(State, Option<i32>)> {
    let choice = Choice::of(Whose::Everyone).kind(EntryKind::Expiry);
    let list = agenda_of(records, today).list(&choice, &Viewer::default());
    let lead = |entry: &Entry| match &entry.item.subject {
        Subject::Expiry(validity) => validity.lead,
        _ => None,
    };
    list.iter().map(|entry| (entry.state, lead(entry))).collect()
}

#[test]
fn a_designation_is_reminded_of_from_thirty_days_before_until_it_is_won_back_or_given_up() {
    let customer = [(kind::NAME, "青石茶行".into()), (kind::VIP_UNTIL, day("2026-12-31").into())];
    let seen = |today| expiries(&[(kind::CUSTOMER, &customer)], today);
    assert_eq!(seen("2026-11-30"), []);
    assert_eq!(seen("2026-12-01"), [(State::Later, Some(30))]);
    assert_eq!(seen("2026-12-25"), [(State::Week, Some(7))]);
    assert_eq!(seen("2026-12-31"), [(State::Today, Some(7))]);
    assert_eq!(seen("2027-01-05"), [(State::Overdue, Some(-1))]);
    assert_eq!(seen("2027-01-14"), [(State::Overdue, Some(-7))]);
    assert_eq!(seen("2027-01-15"), []);
    let renewed = [customer[0].clone(), (kind::VIP_UNTIL, day("2027-12-31").into())];
    assert_eq!(expiries(&[(kind::CUSTOMER, &renewed)], "2026-12-25"), []);
}

#[test]
fn an_agreement_ends_with_its_term_and_its_chain_with_its_renewal() {
    let customer = [(kind::NAME, "青石茶行".into()), (kind::OWNER, person(RELATIONS).into())];
    let agreement = [
        (kind::CUSTOMER_REF, RecordId::fixed(0).into()),
        (kind::AGREEMENT_KIND, "contract".into()),
        (kind::START_ON, day("2026-01-15").into()),
        (kind::MONTHS, Value::Int(12)),
    ];
    // C7-E1: the last valid day is 2027-01-14; 90 days before it, 2026-10-16, is a working day.
    let seen = |today| expiries(&[(kind::CUSTOMER, &customer), (kind::AGREEMENT, &agreement)], today);
    assert_eq!(seen("2026-10-15"), []);
    assert_eq!(seen("2026-10-16"), [(State::Later, Some(90))]);
    let ended: Vec<(Key, Value)> =
        agreement.iter().cloned().chain([(kind::ENDED_ON, day("2026-10-20").into())]).collect();
    assert_eq!(expiries(&[(kind::CUSTOMER, &customer), (kind::AGREEMENT, &ended)], "2026-11-20"), []);
}

#[test]
fn a_borrowed_file_stays_with_the_borrower_until_it_is_back() {
    // C8-E2: lent on 2026-09-24 for 7 days, due on 2026-10-08.
    let loan = [
        (kind::NAME, "青石茶行合同".into()),
        (kind::BORROWER, person(OTHER).into()),
        (kind::LENT_ON, day("2026-09-24").into()),
        (kind::LOAN_DAYS, Value::Int(7)),
    ];
    let seen = |today| expiries(&[(kind::LOAN, &loan)], today);
    assert_eq!(seen("2026-09-29"), []);
    assert_eq!(seen("2026-09-30"), [(State::Soon, Some(1))]);
    assert_eq!(seen("2026-10-08"), [(State::Today, Some(0))]);
    assert_eq!(seen("2026-12-08"), [(State::Overdue, Some(-3))]);
    let agenda = agenda_of(&[(kind::LOAN, &loan)], "2026-10-08");
    assert_eq!(agenda.entries(&Whose::Mine, &viewer(OTHER)).len(), 1);
    assert_eq!(agenda.entries(&Whose::Mine, &viewer(RELATIONS)).len(), 0);
}

#[test]
fn a_customer_nobody_is_responsible_for_is_contacted_by_who_begins_follow_ups() {
    let customer = [(kind::NAME, "青石茶行".into())];
    let agenda = agenda_of(&[(kind::CUSTOMER, &customer)], "2026-11-26");
    let contact = Choice::of(Whose::Mine).kind(EntryKind::Contact);
    assert_eq!(agenda.list(&contact, &viewer(RELATIONS)).len(), 1);
    assert_eq!(agenda.list(&contact, &viewer(SPECIALIST)).len(), 0);
    assert_eq!(agenda.tally(&Whose::Mine, &viewer(RELATIONS)).state(State::Forgotten), 1);
}

// ---- every number is the list it opens -------------------------------------------------------------------------

fn people() -> impl Strategy<Value = Vec<RecordId>> {
    prop::collection::vec((1..=6u8).prop_map(person), 0..3)
}

fn moments() -> impl Strategy<Value = NaiveDateTime> {
    (-20_000..60_000i64).prop_map(|minutes| at("2026-11-26 10:00") + TimeDelta::minutes(minutes))
}

fn paces() -> impl Strategy<Value = (Option<NaiveDateTime>, Pace)> {
    let stage = prop_oneof![Just(None), Just(Some(Stage::Used(50))), Just(Some(Stage::Used(80)))];
    prop_oneof![
        (moments(), 1..20_000i64, stage).prop_map(|(due, length, held)| {
            let received = due - TimeDelta::minutes(length);
            let marks = CALENDAR.marks(Unit::Working, received, due, CALENDAR.escalation());
            (Some(due), Pace::Clock { marks, held })
        }),
        (prop::option::of(moments()), prop::sample::select(&Urgency::ALL[..4]))
            .prop_map(|(due, urgency)| (due, Pace::Contact(urgency))),
        moments().prop_map(|due| (Some(due), Pace::Day)),
        Just((None, Pace::Free)),
    ]
}

prop_compose! {
    fn asks()(people in people(), is_approval in any::<bool>(), (due, pace) in paces()) -> Ask {
        Ask { people, is_approval, due, pace }
    }
}

prop_compose! {
    fn items()(
        id in 0..=255u8,
        kind in prop::sample::select(&EntryKind::ALL[2..]),
        tier in prop::option::of(prop::sample::select(&Tier::ALL[..])),
        asks in prop::collection::vec(asks(), 0..4),
        told in prop::collection::vec((prop::sample::select(vec![Stage::Used(50), Stage::Used(80), Stage::Due]), people()), 0..3),
    ) -> Item {
        let subject = if kind == EntryKind::Contact {
            Subject::Contact(RecordId::fixed(id.into()))
        } else {
            Subject::Case(RecordId::fixed(id.into()))
        };
        let told = told.into_iter().map(|(from, people)| Told { from, people }).collect();
        Item { subject, kind, customer: None, tier, asks, told }
    }
}

fn whose() -> impl Strategy<Value = Whose> {
    prop_oneof![
        Just(Whose::Everyone),
        Just(Whose::Mine),
        Just(Whose::Team),
        (1..=6u8).prop_map(|number| Whose::Person(person(number))),
    ]
}

/// The list that an address opens.
fn opened(agenda: &Agenda, address: &str, viewer: &Viewer) -> Vec<Entry> {
    let fields: BTreeMap<String, String> = address
        .trim_start_matches('?')
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    agenda.list(&Choice::read(|name| fields.get(name).cloned()), viewer)
}

proptest! {
    #[test]
    fn every_number_is_the_length_of_the_list_its_address_opens(
        items in prop::collection::vec(items(), 0..40),
        whose in whose(),
        me in 1..=6u8,
    ) {
        let agenda = Agenda::new(items.into_iter().map(Arc::new).collect(), &*CALENDAR, at("2026-11-26 10:00"));
        let viewer = viewer(me);
        let all = Choice::of(whose);
        let tally = agenda.tally(&whose, &viewer);
        let length = |choice: Choice| opened(&agenda, &choice.query(), &viewer).len();
        prop_assert_eq!(tally.total, length(all));
        for state in State::ALL {
            prop_assert_eq!(tally.state(state), length(all.state(state)));
        }
        for kind in EntryKind::ALL {
            prop_assert_eq!(tally.kind(kind), length(all.kind(kind)));
        }
        for offset in -20..60i64 {
            let day = day("2026-11-26") + TimeDelta::days(offset);
            prop_assert_eq!(tally.day(day), length(all.day(day)));
        }
    }

    #[test]
    fn urgencies_and_kinds_part_the_whole_and_the_most_urgent_comes_first(
        items in prop::collection::vec(items(), 0..40),
        whose in whose(),
        me in 1..=6u8,
    ) {
        let agenda = Agenda::new(items.into_iter().map(Arc::new).collect(), &*CALENDAR, at("2026-11-26 10:00"));
        let viewer = viewer(me);
        let whole = agenda.entries(&whose, &viewer);
        let all = Choice::of(whose);
        let by_state: Vec<Entry> =
            State::ALL.iter().flat_map(|state| agenda.list(&all.state(*state), &viewer)).collect();
        prop_assert_eq!(&by_state, &whole);
        let by_kind: usize = EntryKind::ALL.iter().map(|kind| agenda.list(&all.kind(*kind), &viewer).len()).sum();
        prop_assert_eq!(by_kind, whole.len());
        for pair in whole.windows(2) {
            let key = |entry: &Entry| (entry.state, entry.due.is_none(), entry.due.map(|due| due.date()));
            prop_assert!(key(&pair[0]) <= key(&pair[1]));
        }
    }

    #[test]
    fn a_team_has_what_its_people_have_and_nothing_twice(
        items in prop::collection::vec(items(), 0..40),
        me in 1..=6u8,
    ) {
        // Two things may be about one case: a form begun, and the case itself; here each has its own place.
        let items: Vec<Arc<Item>> = items.into_iter().map(Arc::new).collect();
        let agenda = Agenda::new(items.clone(), &*CALENDAR, at("2026-11-26 10:00"));
        let viewer = viewer(me);
        let place = |entry: &Entry| items.iter().position(|item| Arc::ptr_eq(item, &entry.item));
        let team: Vec<_> = agenda.entries(&Whose::Team, &viewer).iter().map(place).collect();
        let distinct: BTreeSet<_> = team.iter().copied().collect();
        prop_assert_eq!(distinct.len(), team.len());
        let people = viewer.team.iter().chain([&viewer.me]);
        let each: BTreeSet<_> = people
            .flat_map(|one| agenda.entries(&Whose::Person(*one), &viewer).iter().map(place).collect::<Vec<_>>())
            .collect();
        prop_assert_eq!(each, distinct);
    }

    #[test]
    fn time_makes_nothing_with_a_deadline_less_urgent(due in moments(), length in 1..20_000i64, wait in 0..50_000i64) {
        let received = due - TimeDelta::minutes(length);
        let marks = CALENDAR.marks(Unit::Working, received, due, CALENDAR.escalation());
        let ask = Ask { people: vec![person(1)], is_approval: false, due: Some(due), pace: Pace::Clock { marks, held: None } };
        let item = Arc::new(Item {
            subject: Subject::Case(RecordId::fixed(1)),
            kind: EntryKind::Case,
            customer: None,
            tier: None,
            asks: vec![ask],
            told: Vec::new(),
        });
        let state = |now: NaiveDateTime| {
            Agenda::new(vec![item.clone()], &*CALENDAR, now).entries(&Whose::Everyone, &viewer(1))[0].state
        };
        let now = at("2026-11-26 10:00");
        prop_assert!(state(now + TimeDelta::minutes(wait)) <= state(now));
    }
}
