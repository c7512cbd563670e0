//! The people of the demo company: its staff, and names for everybody else.

use std::collections::HashMap;

use super::diary::{Diary, at, before, weekday};
use super::random::Random;
use super::words::{FAMILY, HERS, HIS};
use crate::book::SYSTEM;
use crate::key::Key;
use crate::kind;
use crate::stamp::RecordId;
use crate::value::Value;

/// Role, how many hold it, the role they report to, department key.
const POSTS: [(&str, usize, &str, &str); 29] = [
    ("GM", 1, "", "admin"),
    ("DIR", 1, "GM", "service"),
    ("MGR", 1, "DIR", "service"),
    ("CR-S", 1, "MGR", "service"),
    ("CR-E", 5, "CR-S", "service"),
    ("KA-S", 1, "MGR", "service"),
    ("KA-E", 3, "KA-S", "service"),
    ("CD-S", 1, "MGR", "service"),
    ("CD-E", 1, "CD-S", "service"),
    ("SV-E", 1, "CD-S", "service"),
    ("AS-S", 1, "MGR", "service"),
    ("AS-E", 1, "AS-S", "service"),
    ("CP-S", 1, "MGR", "service"),
    ("CP-E", 1, "CP-S", "service"),
    ("CI-S", 1, "MGR", "service"),
    ("CI-E", 1, "CI-S", "service"),
    ("CC-M", 1, "DIR", "service"),
    ("CC-O", 1, "CC-M", "service"),
    ("CC-S", 1, "CC-M", "service"),
    ("CC-Q", 1, "CC-O", "service"),
    ("CC-T", 1, "CC-O", "service"),
    ("CC-A", 3, "CC-S", "service"),
    ("FIN", 1, "GM", "finance"),
    ("SAL", 2, "GM", "sales"),
    ("TEC", 1, "GM", "technical"),
    ("QC", 1, "GM", "quality"),
    ("LEG", 1, "GM", "legal"),
    ("HRD", 1, "GM", "hr"),
    ("ADM", 1, "GM", "admin"),
];

/// The staff by role.
pub(super) struct Staff {
    pub all: Vec<RecordId>,
    codes: HashMap<RecordId, String>,
    by_role: HashMap<&'static str, Vec<RecordId>>,
}

impl Staff {
    /// Hires everybody, on the day the company began to use the app.
    pub fn hire(diary: &mut Diary, random: &mut Random) -> Self {
        let mut staff = Self { all: Vec::new(), codes: HashMap::new(), by_role: HashMap::new() };
        let began = weekday(before(diary.today, 800));
        let mut numbers = Mobiles::new(1_000);
        diary.act();
        for (role, count, superior, department) in POSTS {
            let superior = staff.first(superior);
            for _ in 0..count {
                let id = diary.name();
                let number = staff.all.len() as i64;
                let device = device_code(number);
                let (name, is_woman) = full_name(random);
                let joined = before(began, random.between(30, 3_000));
                let fields = vec![
                    (kind::NAME, name.into()),
                    (kind::CODE, format!("YG{:03}", number + 1).into()),
                    (Key::of("gender"), if is_woman { "female" } else { "male" }.into()),
                    (kind::ROLES, Value::List(vec![role.into()])),
                    (kind::SUPERIOR, superior.map(Value::from).unwrap_or_default()),
                    (Key::of("department"), department.into()),
                    (kind::MOBILE, numbers.next().into()),
                    (kind::DEVICE_CODE, device.as_str().into()),
                    (Key::of("joined_on"), joined.into()),
                ];
                diary.write(at(began, 9 * 60), SYSTEM, kind::STAFF, id, fields);
                staff.all.push(id);
                staff.codes.insert(id, device);
                staff.by_role.entry(role).or_default().push(id);
            }
        }
        staff
    }

    /// The first who holds a role.
    pub fn first(&self, role: &str) -> Option<RecordId> {
        self.by_role.get(role)?.first().copied()
    }

    /// Somebody who holds a role; the app itself when nobody does.
    pub fn any(&self, role: &str, random: &mut Random) -> RecordId {
        random.pick(self.by_role.get(role).map_or(&[], Vec::as_slice), SYSTEM)
    }

    /// The device code of a member of staff, spec 1.6.
    pub fn device(&self, member: RecordId) -> &str {
        self.codes.get(&member).map_or("00", String::as_str)
    }
}

fn device_code(number: i64) -> String {
    let letter = char::from(b'A' + u8::try_from(number / 9 % 26).unwrap_or(0));
    format!("{letter}{}", number % 9 + 1)
}

/// A full name, and whether it is a woman's.
pub(super) fn full_name(random: &mut Random) -> (String, bool) {
    let is_woman = random.happens(48);
    let (first, second) = if is_woman { HERS } else { HIS };
    let mut name = String::from(random.letter(FAMILY));
    if random.happens(75) {
        name.push(random.letter(first));
    }
    name.push(random.letter(second));
    (name, is_woman)
}

/// Mobile numbers, each given once; the block of zeros keeps them apart from anybody's real one.
pub(super) struct Mobiles(i64);

impl Mobiles {
    pub fn new(first: i64) -> Self {
        Self(first)
    }

    pub fn next(&mut self) -> String {
        self.0 += 1;
        let (prefix, tail) = (130 + self.0 % 70, self.0 / 70 * 7_919 % 10_000);
        format!("{prefix}0000{tail:04}")
    }
}
