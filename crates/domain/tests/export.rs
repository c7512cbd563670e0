//! Exports: what leaves comes back as the same, and contacts leave only with approval.
#![allow(clippy::unwrap_used)]

use kehu_domain::book::Book;
use kehu_domain::change::{Act, Cells};
use kehu_domain::dictionary::Dictionary;
use kehu_domain::export::{self, Cell, Export, Refused, Sheet, State};
use kehu_domain::import::{guess_kind, recognise};
use kehu_domain::kind;
use kehu_domain::stamp::{Clock, RecordId};
use kehu_domain::text::Lang;
use kehu_domain::value::Value;

const WALL: u64 = 1_790_000_000_000;

struct Office {
    book: Book,
    clock: Clock,
}

impl Office {
    fn new() -> Self {
        Self { book: Book::new(), clock: Clock::new(7) }
    }

    fn act<T>(&mut self, by: RecordId, build: impl FnOnce(&Book, &mut Act<'_>) -> T) -> T {
        let mut act = Act::begin(&mut self.clock, WALL, by);
        let made = build(&self.book, &mut act);
        for change in act.finish() {
            self.book.insert(change);
        }
        made
    }

    fn person(&mut self, name: &str, role: &str) -> RecordId {
        let cells: Cells<Value> =
            [(kind::NAME, Value::from(name)), (kind::ROLES, Value::List(vec![Value::from(role)]))]
                .into_iter()
                .collect();
        self.act(RecordId::fixed(9), |_, act| act.create(kind::STAFF, cells))
    }

    fn export(&self, record: RecordId) -> Export {
        Export::of(self.book.get(record).unwrap()).unwrap()
    }
}

#[test]
fn contacts_leave_once_and_only_when_a_manager_agrees() {
    let mut office = Office::new();
    let (field, manager, other) = (office.person("甲", "FLD"), office.person("乙", "MGR"), office.person("丙", "FLD"));
    assert!(export::needs_approval(kind::CONTACT) && !export::needs_approval(kind::CUSTOMER));
    let record = office.act(field, |_, act| export::ask(act, None, "", 12, " 展会邀请 "));
    let asked = office.export(record);
    assert_eq!((asked.state(), asked.count, &*asked.reason, asked.asked.0), (State::Waiting, 12, "展会邀请", field));
    assert_eq!(export::refused(&office.book, field, &asked), Some(Refused::NotManager));
    // Nobody makes it before it is approved, and nobody approves who may not.
    assert!(!office.act(field, |book, act| export::make(book, act, field, record, 12, "a.csv")));
    office.act(other, |book, act| export::decide(book, act, other, record, true, "ok"));
    assert_eq!(office.export(record).state(), State::Waiting);
    office.act(manager, |book, act| export::decide(book, act, manager, record, true, "同意"));
    let approved = office.export(record);
    assert_eq!((approved.state(), approved.decided.unwrap().1), (State::Approved, manager));
    // Only who asked, and only once.
    assert!(!approved.may_make(manager) && approved.may_make(field));
    assert!(!office.act(other, |book, act| export::make(book, act, other, record, 12, "a.csv")));
    assert!(office.act(field, |book, act| export::make(book, act, field, record, 13, "a.csv")));
    assert!(!office.act(field, |book, act| export::make(book, act, field, record, 13, "b.csv")));
    let made = office.export(record);
    assert_eq!((made.state(), made.count, &*made.made.as_ref().unwrap().0), (State::Made, 13, "a.csv"));
    // What is decided stays decided.
    office.act(manager, |book, act| export::decide(book, act, manager, record, false, "no"));
    assert!(office.export(record).decided.unwrap().0);
}

#[test]
fn a_manager_asks_another_one_unless_there_is_none() {
    let mut office = Office::new();
    let manager = office.person("乙", "MGR");
    let record = office.act(manager, |_, act| export::ask(act, None, "", 1, "x"));
    assert_eq!(export::refused(&office.book, manager, &office.export(record)), None);
    let director = office.person("丁", "DIR");
    assert_eq!(export::refused(&office.book, manager, &office.export(record)), Some(Refused::OwnRequest));
    office.act(director, |book, act| export::decide(book, act, director, record, false, "太多"));
    let declined = office.export(record);
    assert_eq!((declined.state(), &*declined.decision_reason), (State::Declined, "太多"));
    assert!(!declined.may_make(manager));
    let logged = office.act(manager, |_, act| export::log(act, "customer", "等级 A", 3, "客户.csv"));
    let all = export::exports(&office.book);
    assert_eq!(all.iter().map(|export| export.record).collect::<Vec<_>>(), [logged, record]);
    assert_eq!((all[0].state(), &*all[0].scope), (State::Made, "等级 A"));
}

#[test]
fn a_table_is_written_as_a_spreadsheet_may_read_it() {
    let sheet = Sheet {
        name: "表".into(),
        columns: vec!["名称".into(), "=x".into()],
        rows: vec![vec![Cell::text("=1+1"), Cell::Money(-123_450)], vec![Cell::text("甲,\"乙\"")]],
    };
    let text = String::from_utf8(sheet.csv(true)).unwrap();
    assert_eq!(text, "\u{feff}名称,'=x\n'=1+1,-1234.50\n\"甲,\"\"乙\"\"\",\n");
    // It goes to the worker and comes back.
    let json = serde_json::to_string(&sheet).unwrap();
    assert_eq!(serde_json::from_str::<Sheet>(&json).unwrap(), sheet);
    let day = Cell::Date("2026-11-23".parse().unwrap());
    assert_eq!(serde_json::from_str::<Cell>(&serde_json::to_string(&day).unwrap()).unwrap(), day);
    let moment = Cell::DateTime("2026-11-23T08:30:00".parse().unwrap());
    assert_eq!(serde_json::from_str::<Cell>(&serde_json::to_string(&moment).unwrap()).unwrap(), moment);
}

#[test]
fn chosen_fields_keep_the_order_of_the_list() {
    let mut office = Office::new();
    let owner = office.person("乙", "MGR");
    let cells: Cells<Value> = [
        (kind::NAME, "丰华".into()),
        (kind::CODE, "KH-1".into()),
        (kind::OWNER, owner.into()),
        (kind::SINCE, "2020-01-02".into()),
    ]
    .into_iter()
    .collect();
    let id = office.act(owner, |_, act| act.create(kind::CUSTOMER, cells));
    let dictionary = Dictionary::built_in();
    let keys = [kind::NAME, kind::GRADE, kind::OWNER, kind::SINCE];
    let sheet = export::records_with(&office.book, dictionary, kind::CUSTOMER, &[id], &keys, Lang::En).unwrap();
    assert_eq!(sheet.columns, ["Customer name", "Owner", "Customer since"]);
    assert_eq!(sheet.rows, [[Cell::text("丰华"), Cell::text("乙"), Cell::Date("2020-01-02".parse().unwrap())]]);
    // Two people of one name are told apart by what tells them apart.
    office.person("乙", "FLD");
    let all = export::records(&office.book, dictionary, kind::CUSTOMER, &[id], Lang::Zh).unwrap();
    assert_eq!(all.columns, ["客户编号", "客户名称", "合作起始日", "负责人"]);
}

#[test]
fn contacts_of_chosen_customers_are_those_and_no_others() {
    let mut office = Office::new();
    let field = office.person("甲", "FLD");
    let customers: Vec<RecordId> = ["东", "南", "西"]
        .into_iter()
        .map(|name| {
            office.act(field, |_, act| {
                let customer = act.create(kind::CUSTOMER, [(kind::NAME, name.into())].into_iter().collect());
                let cells = [(kind::NAME, Value::from(name)), (kind::CUSTOMER_REF, customer.into())];
                act.create(kind::CONTACT, cells.into_iter().collect());
                customer
            })
        })
        .collect();
    let names = |office: &Office, of: Option<&[RecordId]>| -> Vec<String> {
        let ids = export::contacts(&office.book, of);
        ids.into_iter().map(|id| office.book.get(id).unwrap().text(kind::NAME).to_owned()).collect()
    };
    assert_eq!(names(&office, None).len(), 3);
    // Two in the order they were chosen, each but once.
    let chosen = [customers[2], customers[0], customers[2]];
    let record = office.act(field, |_, act| export::ask(act, Some(&chosen), "等级 A", 2, "x"));
    let asked = office.export(record);
    assert_eq!((asked.customers.as_deref(), &*asked.scope), (Some(chosen.as_slice()), "等级 A"));
    assert_eq!(names(&office, asked.customers.as_deref()), ["西", "东"]);
    // One stands as its customer's, as ever.
    let one = office.act(field, |_, act| export::ask(act, Some(&customers[1..2]), "", 1, "x"));
    assert_eq!(office.book.get(one).unwrap().reference(kind::CUSTOMER_REF), Some(customers[1]));
    assert_eq!(names(&office, office.export(one).customers.as_deref()), ["南"]);
    // What cannot be read is nobody, never everybody.
    for strange in [Value::List(vec!["?".into()]), Value::Bool(true), Value::List(Vec::new())] {
        let cells = [("subject", Value::from("contact")), ("customers", strange)];
        let cells = cells.into_iter().map(|(key, value)| (kehu_domain::key::Key::of(key), value)).collect();
        let odd = office.act(field, |_, act| act.create(kind::EXPORT, cells));
        assert_eq!(names(&office, office.export(odd).customers.as_deref()), [""; 0]);
    }
    assert_eq!(names(&office, Some(&[])), [""; 0]);
}

#[test]
fn a_cell_of_a_page_is_a_number_only_where_figures_stand() {
    let figures = [
        ("1,234.50", Cell::Decimal("1234.50".into())),
        ("¥ 1,234", Cell::Int(1234)),
        ("−12", Cell::Int(-12)),
        ("12.5 %", Cell::Percent(1250)),
        ("-0.05%", Cell::Percent(-5)),
        ("0", Cell::Int(0)),
        ("–", Cell::Empty),
        ("", Cell::Empty),
        // What a spreadsheet would change, or what is no number.
        ("007", Cell::text("007")),
        ("1234567890123456", Cell::text("1234567890123456")),
        ("12.345 %", Cell::text("12.345 %")),
        ("≥ 95 %", Cell::text("≥ 95 %")),
        ("1.", Cell::text("1.")),
        ("+5", Cell::text("+5")),
        ("2026-11-23", Cell::text("2026-11-23")),
    ];
    for (text, cell) in figures {
        assert_eq!(Cell::shown(text, true), cell, "{text}");
    }
    for text in ["1,234.50", "–", "=1+1", "2026-11-23"] {
        assert_eq!(Cell::shown(text, false), Cell::text(text), "{text}");
    }
}

#[test]
fn every_kind_is_known_again_by_the_headings_of_its_table() {
    let dictionary = Dictionary::built_in();
    let mut book = Book::new();
    let today = "2026-11-23".parse().unwrap();
    for change in kehu_domain::demo::company(2026, 60, today, WALL) {
        book.insert(change);
    }
    let kinds: Vec<_> = dictionary.kinds().iter().filter(|kind| kind.imports).collect();
    assert!(kinds.len() >= 7, "{}", kinds.len());
    for known in kinds {
        let all = export::all_of(&book, known.key);
        let every: Vec<_> = known.fields.iter().map(|field| field.field.key).collect();
        for lang in [Lang::Zh, Lang::En] {
            // As the demo company fills it, an empty table with what is mandatory, and every field there is.
            let filled = export::records(&book, dictionary, known.key, &all, lang).unwrap();
            let bare = export::records(&book, dictionary, known.key, &[], lang).unwrap();
            let whole = export::records_with(&book, dictionary, known.key, &[], &every, lang).unwrap();
            for sheet in [filled, bare, whole] {
                assert_eq!(guess_kind(dictionary, &sheet.columns), Some(known.key), "{lang:?} {:?}", sheet.columns);
                // A single heading below a title that is a heading elsewhere could be either.
                if sheet.columns.len() > 1 {
                    let preview = [(1, vec![sheet.name]), (3, sheet.columns)];
                    assert_eq!(recognise(dictionary, &preview), Some((known.key, 1)), "below a title");
                }
            }
        }
    }
}

#[test]
fn what_people_write_themselves_is_told_apart_too() {
    let guessed = |headers: &str| {
        let headers: Vec<String> = headers.split(',').map(str::to_owned).collect();
        guess_kind(Dictionary::built_in(), &headers)
    };
    for (headers, kind) in [
        ("Customer,Contact name,Mobile", kind::CONTACT),
        ("Company,Contact,Phone,City", kind::CUSTOMER),
        ("Customer name,Contact,Mobile", kind::CUSTOMER),
        ("客户名称,联系人,手机", kind::CUSTOMER),
        ("客户名称,联系人,电话,地区", kind::CUSTOMER),
        ("所属客户,姓名,电话", kind::CONTACT),
        ("工号,姓名,部门,手机", kind::STAFF),
        ("客户,日期,金额", kind::ORDER),
        ("Customer,Due date,Amount", kind::RECEIVABLE),
    ] {
        assert_eq!(guessed(headers), Some(kind), "{headers}");
    }
    assert_eq!(guessed("天气,心情"), None);
}
