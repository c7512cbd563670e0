//! The endpoint and the network before it: everything `docs/sync.md` allows, and everything that goes wrong.

use std::collections::BTreeMap;

use kehu_sync::name::{Device, Name};
use kehu_sync::wire::{Arrival, Arrivals, Refusal};
use kehu_sync::{Remote, RemoteError, Removal};

use crate::world::Shared;

const PAGE: usize = 7;
const OVERLAP_MS: u64 = 120_000;

/// What lies at the endpoint.
#[derive(Default)]
pub struct Store {
    pub files: BTreeMap<Name, Vec<u8>>,
    /// When files came: several marks where a put was repeated.
    pub marks: Vec<(u64, Name)>,
    pub grace_ms: u64,
}

impl Store {
    /// When a file came first.
    pub fn first_mark(&self, name: &Name) -> u64 {
        self.marks.iter().filter(|(_, marked)| marked == name).map(|(at, _)| *at).min().unwrap_or(0)
    }
}

/// A device's line to the endpoint.
pub struct Line {
    pub world: Shared,
    pub device: Device,
}

/// What the network does to one request.
enum Fate {
    Fine,
    /// It fails before it has an effect.
    Before(RemoteError),
    /// It has its effect, and the answer is lost.
    Lost,
    /// The body changes on the way.
    Garbled,
}

impl Line {
    async fn fate(&self) -> Fate {
        let (fate, kills) = {
            let mut world = self.world.borrow_mut();
            let faults = world.faults;
            world.requests += 1;
            let slow = faults.slow_ms;
            world.now += world.chance.clone().below(slow + 1);
            let kills = world.chance.happens(faults.kill);
            let fate = if !world.chance.happens(faults.network) {
                Fate::Fine
            } else {
                let refused = |why, wait_ms| Fate::Before(RemoteError::Refused { why, wait_ms });
                let what = world.chance.below(8);
                match what {
                    0 | 1 => Fate::Before(RemoteError::Offline),
                    2 | 3 => Fate::Lost,
                    4 | 5 => Fate::Garbled,
                    6 => refused(Refusal::Busy, Some(1_000)),
                    _ => refused(Refusal::Unready, None),
                }
            };
            world.seen.note(match &fate {
                Fate::Fine => "fine",
                Fate::Before(RemoteError::Offline) => "dropped",
                Fate::Before(_) => "refused",
                Fate::Lost => "answer lost",
                Fate::Garbled => "garbled",
            });
            if kills {
                world.seen.note("killed");
            }
            (fate, kills)
        };
        if kills {
            std::future::pending::<()>().await;
        }
        fate
    }

    fn garble(&self, bytes: &mut Vec<u8>) {
        let mut world = self.world.borrow_mut();
        let place = world.chance.below(bytes.len() as u64) as usize;
        if world.chance.happens(500) {
            bytes.truncate(place);
        } else if let Some(byte) = bytes.get_mut(place) {
            *byte ^= 1 << world.chance.below(8);
        }
    }
}

impl Remote for Line {
    async fn arrivals(&mut self, after: &str) -> Result<Arrivals, RemoteError> {
        let fate = self.fate().await;
        if let Fate::Before(error) = fate {
            return Err(error);
        }
        if matches!(fate, Fate::Lost | Fate::Garbled) {
            return Err(RemoteError::Offline);
        }
        let mut world = self.world.borrow_mut();
        // A cursor is the place within a listing, or the time up to which everything was listed.
        let (from, skip) =
            after.split_once('/').map_or((0, 0), |(from, skip)| (from.parse().unwrap(), skip.parse().unwrap()));
        let from: u64 = from;
        let mut marks: Vec<(u64, Name)> =
            world.store.marks.iter().filter(|(at, _)| at + OVERLAP_MS >= from).cloned().collect();
        marks.sort();
        marks.dedup();
        let page: Vec<_> = marks.iter().skip(skip).take(PAGE).cloned().collect();
        let more = skip + page.len() < marks.len();
        let last = page.last().map_or(from, |(at, _)| *at).max(from);
        let mut files: Vec<Arrival> = page
            .into_iter()
            .filter_map(|(at, name)| {
                let bytes = world.store.files.get(&name)?.len() as u64;
                Some(Arrival { name, bytes, at })
            })
            .collect();
        // Listings of other storages come in other orders, and name things twice.
        if world.chance.happens(300) {
            files.reverse();
        }
        if world.chance.happens(200) {
            files.extend(files.clone());
        }
        let next = if more { format!("{from}/{}", skip + PAGE) } else { format!("{last}/0") };
        Ok(Arrivals { files, next, more })
    }

    async fn get(&mut self, name: &Name) -> Result<Option<Vec<u8>>, RemoteError> {
        let fate = self.fate().await;
        let mut bytes = match fate {
            Fate::Before(error) => return Err(error),
            Fate::Lost => return Err(RemoteError::Offline),
            Fate::Fine | Fate::Garbled => self.world.borrow().store.files.get(name).cloned(),
        };
        if let (Fate::Garbled, Some(bytes)) = (fate, &mut bytes) {
            self.garble(bytes);
        }
        Ok(bytes)
    }

    async fn put(&mut self, name: &Name, bytes: Vec<u8>) -> Result<(), RemoteError> {
        let fate = self.fate().await;
        match fate {
            Fate::Before(error) => return Err(error),
            // The name tells of other bytes.
            Fate::Garbled => return Err(RemoteError::Refused { why: Refusal::Altered, wait_ms: None }),
            Fate::Fine | Fate::Lost => (),
        }
        assert_eq!(name.device, self.device, "only the own folder");
        assert!(name.file.fits(&bytes));
        let mut world = self.world.borrow_mut();
        // A name has one content: whatever else stands there was damaged, and is mended.
        world.store.files.insert(name.clone(), bytes);
        if matches!(fate, Fate::Lost) && world.chance.happens(300) {
            // The server was killed between the file and its mark.
            world.seen.note("no mark");
            return Err(RemoteError::Offline);
        }
        // Instances have clocks of their own.
        let skew = world.chance.below(60_000);
        let at = world.now - skew.min(world.now);
        world.store.marks.push((at, name.clone()));
        if matches!(fate, Fate::Lost) { Err(RemoteError::Offline) } else { Ok(()) }
    }

    async fn remove(&mut self, name: &Name) -> Result<Removal, RemoteError> {
        if let Fate::Before(error) = self.fate().await {
            return Err(error);
        }
        assert_eq!(name.device, self.device, "only the own folder");
        let mut world = self.world.borrow_mut();
        let is_young = world.store.first_mark(name) + world.store.grace_ms > world.now;
        if is_young && world.store.files.contains_key(name) {
            return Ok(Removal::Young);
        }
        world.seen.note("removed");
        world.store.files.remove(name);
        world.store.marks.retain(|(_, marked)| marked != name);
        Ok(Removal::Done)
    }
}
