//! What the customers of the demo company buy and pay, over the last 26 months.

use chrono::{Datelike, NaiveDate};

use super::diary::{Diary, at, before, weekday};
use super::firms::{Firm, Weight};
use super::people::Staff;
use super::random::Random;
use crate::key::Key;
use crate::kind;
use crate::stamp::RecordId;

const MONTHS: i64 = 26;
const YUAN: i64 = 100;

/// How a customer buys.
struct Habit {
    /// Sales of the last twelve months in yuan.
    yearly: i64,
    /// Orders in a hundred months.
    rate: i64,
    /// Yearly growth in per cent.
    growth: i64,
    /// Margin in per cent.
    margin: i64,
    /// Days between due date and payment, at least and at most.
    delay: (i64, i64),
    /// Share of orders sold on credit, in per cent.
    credit: i64,
    /// Whether the last invoices stay unpaid for months.
    owes: bool,
}

impl Habit {
    fn of(firm: &Firm, random: &mut Random) -> Self {
        if firm.is_known {
            return Self {
                yearly: 2_350_000,
                rate: 100,
                growth: 9,
                margin: 17,
                delay: (-6, 0),
                credit: 40,
                owes: false,
            };
        }
        // The better half of each class holds most of it, as in life.
        let skew = random.between(1, 100) * random.between(1, 100) / 100;
        let (least, most, rate, margin) = match firm.weight {
            Weight::Key => (2_200_000, 11_000_000, 112, random.between(20, 33)),
            Weight::Important => (900_000, 2_600_000, 68, random.between(14, 25)),
            Weight::Ordinary => (150_000, 800_000, 26, random.between(9, 22)),
            Weight::Small => (8_000, 150_000, 8, random.between(4, 18)),
        };
        let delay = match random.between(1, 100) {
            1..=62 => (-12, 0),
            63..=84 => (-8, 6),
            85..=95 => (-3, 25),
            _ => (5, 60),
        };
        Self {
            yearly: least + (most - least) * skew / 100,
            rate,
            growth: random.between(-18, 34),
            margin,
            delay: if firm.weight == Weight::Key { (-12, 0) } else { delay },
            credit: if random.happens(15) { 0 } else { 40 },
            owes: matches!(firm.weight, Weight::Important | Weight::Ordinary) && random.happens(8),
        }
    }
}

/// Writes the orders of a customer and the invoices of those sold on credit.
pub(super) fn trade(diary: &mut Diary, random: &mut Random, staff: &Staff, firm: &Firm, numbers: &mut Numbers) {
    if matches!(firm.stage, "lead" | "prospect") {
        return;
    }
    let mut habit = Habit::of(firm, random);
    let months = if firm.is_rich { MONTHS } else { 9 };
    let stopped_ago = match firm.stage {
        "active" => 0,
        "dormant" => random.between(6, 10),
        _ => random.between(8, 16),
    };
    if !firm.is_rich {
        habit.rate = habit.rate.min(20);
    }
    for ago in (stopped_ago..months).rev() {
        let count = habit.rate / 100 + i64::from(random.happens(habit.rate % 100));
        for _ in 0..count {
            let day = weekday(before(diary.today, ago * 30 + random.between(1, 29)));
            if day >= firm.since {
                order(diary, random, staff, firm, &habit, day, numbers);
            }
        }
    }
}

/// Running numbers of orders and invoices.
#[derive(Default)]
pub(super) struct Numbers {
    orders: usize,
    invoices: usize,
}

fn order(
    diary: &mut Diary,
    random: &mut Random,
    staff: &Staff,
    firm: &Firm,
    habit: &Habit,
    day: NaiveDate,
    numbers: &mut Numbers,
) {
    let age_days = (diary.today - day).num_days();
    let trend = 100 - habit.growth * (age_days - 180).max(0) / 365;
    let usual = habit.yearly * 100 / (habit.rate.max(1) * 12);
    let amount = (usual * random.between(55, 145) / 100 * trend.max(30) / 100).max(300) / 10 * 10 * YUAN;
    let margin = amount / 100 * (habit.margin + random.between(-3, 3)).max(1);
    numbers.orders += 1;
    let mut fields = vec![
        (kind::CODE, format!("DD{}{:06}", day.year(), numbers.orders).into()),
        (kind::CUSTOMER_REF, firm.id.into()),
        (kind::ON, day.into()),
        (kind::AMOUNT, amount.into()),
        (kind::MARGIN, margin.into()),
    ];
    if random.happens(4) {
        fields.push((kind::RETURNED, (amount / 100 * random.between(2, 15)).into()));
    }
    let order = diary.name();
    let seller = staff.any("SAL", random);
    diary.act();
    diary.write(at(day, 9 * 60 + random.between(10, 480)), seller, kind::ORDER, order, fields);
    if firm.is_rich && random.happens(habit.credit) {
        invoice(diary, random, staff, firm, habit, (day, amount), numbers);
    }
}

fn invoice(
    diary: &mut Diary,
    random: &mut Random,
    staff: &Staff,
    firm: &Firm,
    habit: &Habit,
    (day, amount): (NaiveDate, i64),
    numbers: &mut Numbers,
) {
    numbers.invoices += 1;
    let due = before(day, -random.pick(&[30, 30, 45, 60], 30));
    let receivable = diary.name();
    let cashier = staff.any("FIN", random);
    diary.act();
    let fields = vec![
        (kind::CODE, format!("FP{:08}", 40_000_000 + numbers.invoices * 7).into()),
        (kind::CUSTOMER_REF, firm.id.into()),
        (Key::of("invoiced_on"), day.into()),
        (kind::DUE_ON, due.into()),
        (kind::AMOUNT, amount.into()),
        (kind::PAID, 0_i64.into()),
    ];
    diary.rewrite(at(day, 17 * 60 + random.between(0, 55)), cashier, kind::RECEIVABLE, receivable, fields);
    let paid_on = weekday(before(due, -random.between(habit.delay.0, habit.delay.1))).max(day);
    let stays_open = habit.owes && (diary.today - due).num_days() < 170;
    if paid_on < diary.today && !stays_open {
        pay(diary, random, cashier, receivable, (paid_on, amount));
    } else if stays_open && random.happens(40) && paid_on < diary.today {
        let part = amount / 1_000 * random.between(2, 6) * 100;
        pay(diary, random, cashier, receivable, (paid_on, part));
    }
}

fn pay(diary: &mut Diary, random: &mut Random, cashier: RecordId, receivable: RecordId, (day, paid): (NaiveDate, i64)) {
    diary.act();
    let fields = vec![(kind::PAID, paid.into()), (kind::PAID_ON, day.into())];
    diary.rewrite(at(day, 10 * 60 + random.between(0, 400)), cashier, kind::RECEIVABLE, receivable, fields);
}
