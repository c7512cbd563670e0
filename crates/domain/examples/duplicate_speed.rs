//! How long a sweep for duplicates takes over 100,000 customers: `cargo run --release --example duplicate_speed`.

use std::hint::black_box;
use std::time::Instant;

use chrono::NaiveDate;
use kehu_domain::book::Book;
use kehu_domain::demo;
use kehu_domain::duplicate::{Certainty, Index, Profile, Sweep};
use kehu_domain::kind::CUSTOMER;

const CUSTOMERS: usize = 100_000;

fn main() {
    let today = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap_or_default();
    let mut book = Book::new();
    demo::company(7, CUSTOMERS, today, 1_790_000_000_000).into_iter().for_each(|change| {
        book.insert(change);
    });
    let begun = Instant::now();
    let mut index = Index::new();
    book.ids_of_kind(CUSTOMER).iter().for_each(|customer| index.put(&book, *customer));
    index.settle();
    println!("index of {} in {:?}, {} MB", index.len(), begun.elapsed(), index.size() / 1_000_000);
    let begun = Instant::now();
    let mut sweep = Sweep::begin(&book, &mut index);
    let mut longest = begun.elapsed();
    loop {
        let slice = Instant::now();
        let goes_on = sweep.step(&book, &index, 4_096);
        longest = longest.max(slice.elapsed());
        if !goes_on {
            break;
        }
    }
    let crowds = sweep.crowds();
    let pairs = sweep.finish();
    let counts = Certainty::ALL.map(|sure| pairs.iter().filter(|pair| pair.likeness.certainty == sure).count());
    println!("swept in {:?}, longest slice {longest:?}, pairs {counts:?}, passed over {crowds}", begun.elapsed());
    let begun = Instant::now();
    for number in 0..1_000_u32 {
        let typed = Profile::typed(&format!("厦门蓝海{number}科技有限公司"), "", ["13800138000"]);
        black_box(index.likely(&book, &typed, None));
    }
    println!("one key press {:?}", begun.elapsed() / 1_000);
}
