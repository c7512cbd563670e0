//! Devices, a hostile network and an endpoint, driven through seeded schedules: whatever happens on the way, all devices end
//! with the same bytes, and nothing that was saved is lost.
//!
//! `KEHU_SCHEDULES=n` runs another number of schedules, `KEHU_SEED=n` one of them, telling what happens.
#![allow(clippy::unwrap_used)]

mod chance;
mod disk;
mod endpoint;
mod world;

use std::sync::atomic::{AtomicU64, Ordering};

use world::World;

const SCHEDULES: u64 = 10_000;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn all_devices_end_with_the_same_bytes_and_nothing_saved_is_lost() {
    if let Some(seed) = number("KEHU_SEED") {
        World::new(seed, true).run();
        return;
    }
    let count = number("KEHU_SCHEDULES").unwrap_or(SCHEDULES);
    let next = AtomicU64::new(0);
    let threads = std::thread::available_parallelism().map_or(2, Into::into);
    let seen = std::thread::scope(|scope| {
        let work = || {
            let mut seen = world::Seen::default();
            loop {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                if seed >= count {
                    return seen;
                }
                let outcome = std::panic::catch_unwind(|| World::new(seed, false).run());
                match outcome {
                    Ok(one) => seen.add(&one),
                    Err(problem) => {
                        eprintln!("the schedule with KEHU_SEED={seed} failed");
                        std::panic::resume_unwind(problem);
                    }
                }
            }
        };
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let mut all = world::Seen::default();
        for worker in workers {
            all.add(&worker.join().unwrap());
        }
        all
    });
    println!("{count} schedules: {seen}");
    // A simulation in which nothing goes wrong would prove nothing.
    if count >= 1_000 {
        seen.has_everything();
    }
}
