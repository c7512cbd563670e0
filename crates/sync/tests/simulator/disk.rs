//! What a device keeps: it survives a kill, and now and then refuses.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use kehu_domain::book::Book;
use kehu_domain::change::Change;
use kehu_sync::{Local, Stage};

use crate::world::Shared;

/// What lies on a device's disk.
#[derive(Clone, Default)]
pub struct Disk {
    /// Bodies of one change a line, in the order they were saved.
    pub journal: Vec<Vec<u8>>,
    /// Notes of the device about the endpoint.
    pub notes: BTreeMap<String, Vec<u8>>,
}

/// A change as a line.
pub fn line(change: &Change) -> Vec<u8> {
    serde_json::to_vec(change).unwrap()
}

impl Disk {
    /// Everything saved, folded.
    pub fn book(&self) -> Book {
        let mut book = Book::new();
        for line in self.journal.iter().flat_map(|body| body.split(|byte| *byte == b'\n')) {
            if !line.is_empty() {
                book.insert(serde_json::from_slice(line).unwrap());
            }
        }
        book
    }

    /// Saves changes as one entry.
    pub fn append(&mut self, changes: &[Change]) {
        let body = changes.iter().flat_map(|change| [line(change), b"\n".to_vec()].concat()).collect();
        self.journal.push(body);
    }
}

/// The disk has no room.
#[derive(Debug)]
pub struct NoRoom;

impl std::fmt::Display for NoRoom {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("no room")
    }
}
impl std::error::Error for NoRoom {}

/// A device's hand on its disk.
pub struct Hand {
    pub disk: Rc<RefCell<Disk>>,
    pub world: Shared,
    /// How much of the journal was told.
    pub told: usize,
}

impl Hand {
    async fn may_fail(&self) -> Result<(), NoRoom> {
        let (fails, kills) = {
            let mut world = self.world.borrow_mut();
            let faults = world.faults;
            let fails = world.chance.happens(faults.disk);
            (fails, world.chance.happens(faults.kill))
        };
        if kills {
            std::future::pending::<()>().await;
        }
        if fails { Err(NoRoom) } else { Ok(()) }
    }
}

impl Local for Hand {
    type Error = NoRoom;

    async fn append(&mut self, changes: Vec<Change>) -> Result<(), NoRoom> {
        self.may_fail().await?;
        self.disk.borrow_mut().append(&changes);
        // Killed after it was durable, before anybody heard of it.
        self.may_fail().await.or(Ok(()))
    }

    async fn news(&mut self) -> Result<Vec<Vec<u8>>, NoRoom> {
        let disk = self.disk.borrow();
        let news = disk.journal[self.told..].to_vec();
        self.told = disk.journal.len();
        Ok(news)
    }

    async fn note(&mut self, key: &str, note: Option<&[u8]>) -> Result<(), NoRoom> {
        self.may_fail().await?;
        let notes = &mut self.disk.borrow_mut().notes;
        match note {
            Some(note) => notes.insert(key.into(), note.into()),
            None => notes.remove(key),
        };
        Ok(())
    }

    fn now(&self) -> u64 {
        let world = self.world.borrow();
        world.now
    }

    async fn step(&mut self, _stage: Stage, _done: usize, _total: usize) {}
}
