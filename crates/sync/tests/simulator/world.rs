//! A schedule: devices that edit, sleep, are killed and copied, until all is quiet.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use kehu_domain::book::{Book, SYSTEM};
use kehu_domain::change::{Act, Change, DELETED, FORGOTTEN};
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::snapshot;
use kehu_domain::stamp::{Clock, MAX_AHEAD_MS};
use kehu_domain::value::Value;
use kehu_sync::{Device, Limits, Trouble, compaction, name, parcel};

use crate::chance::Chance;
use crate::disk::{Disk, Hand};
use crate::endpoint::{Line, Store};

const DAY_MS: u64 = 24 * 60 * 60 * 1000;
const START_MS: u64 = 1_790_000_000_000;
const FIELDS: [Key; 3] = [Key::of("name"), Key::of("phone"), Key::of("note")];

/// How often things go wrong, in a thousand.
#[derive(Clone, Copy, Default)]
pub struct Faults {
    pub network: u64,
    pub kill: u64,
    pub disk: u64,
    pub slow_ms: u64,
}

/// What happened, by name.
#[derive(Clone, Default)]
pub struct Seen(BTreeMap<&'static str, u64>);

impl Seen {
    pub fn note(&mut self, what: &'static str) {
        *self.0.entry(what).or_default() += 1;
    }

    pub fn add(&mut self, other: &Self) {
        for (what, count) in &other.0 {
            *self.0.entry(what).or_default() += count;
        }
    }

    /// That everything that can go wrong did, at some time.
    pub fn has_everything(&self) {
        let all = [
            "dropped",
            "refused",
            "answer lost",
            "garbled",
            "killed",
            "no mark",
            "removed",
            "compacted",
            "forgotten",
            "passphrase changed",
            "copied",
            "profile copy detected",
            "slept for months",
            "set aside",
            "clash",
            "by parts",
            "rotten and covered",
            "rotten and mended",
            "saved",
            "disk refused",
        ];
        for what in all {
            assert!(self.0.get(what).is_some_and(|count| *count > 0), "{what} never happened: {self}");
        }
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all: Vec<String> = self.0.iter().map(|(what, count)| format!("{what} {count}")).collect();
        f.write_str(&all.join(", "))
    }
}

/// What everybody shares.
pub struct Common {
    pub chance: Chance,
    pub now: u64,
    pub store: Store,
    pub faults: Faults,
    pub seen: Seen,
    pub requests: u64,
}

pub type Shared = Rc<RefCell<Common>>;
type Running = Device<Hand, Line>;

/// A device: its disk, its run of the app, and the passphrase its person knows.
struct Node {
    name: name::Device,
    disk: Rc<RefCell<Disk>>,
    running: Option<Running>,
    clock: Clock,
    book: Book,
    folded: usize,
    asleep_until: u64,
}

/// A schedule under way.
pub struct World {
    common: Shared,
    nodes: Vec<Node>,
    passphrase: String,
    /// Everything that was ever acknowledged as saved.
    saved: Vec<Change>,
    is_told: bool,
}

fn limits() -> Limits {
    Limits {
        batch_changes: 5,
        compact_files: 6,
        grace_ms: 3 * DAY_MS,
        patience_ms: 60_000,
        rounds: 1,
        ..Limits::default()
    }
}

/// Runs a future to its end; `None` when it was killed on the way.
fn run<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

impl World {
    pub fn new(seed: u64, is_told: bool) -> Self {
        let mut chance = Chance::new(seed);
        let faults = Faults {
            network: *chance.pick(&[0, 20, 100, 300]),
            kill: *chance.pick(&[0, 0, 10, 40]),
            disk: *chance.pick(&[0, 0, 10]),
            slow_ms: *chance.pick(&[0, 50, 2_000]),
        };
        let count = 2 + chance.below(3);
        let common = Common {
            chance,
            now: START_MS,
            store: Store { grace_ms: limits().grace_ms, ..Store::default() },
            faults,
            seen: Seen::default(),
            requests: 0,
        };
        let mut world = Self {
            common: Rc::new(RefCell::new(common)),
            nodes: Vec::new(),
            passphrase: "first".into(),
            saved: Vec::new(),
            is_told,
        };
        for place in 0..count {
            world.add(format!("dev{place}").parse().unwrap(), Disk::default());
        }
        world.found_company();
        world
    }

    fn tell(&self, what: impl FnOnce() -> String) {
        if self.is_told {
            println!("{} {}", self.common.borrow().now - START_MS, what());
        }
    }

    fn chance<T>(&self, ask: impl FnOnce(&mut Chance) -> T) -> T {
        ask(&mut self.common.borrow_mut().chance)
    }

    fn now(&self) -> u64 {
        self.common.borrow().now
    }

    fn add(&mut self, name: name::Device, disk: Disk) {
        let clock = Clock::new(self.chance(Chance::bits));
        let disk = Rc::new(RefCell::new(disk));
        self.nodes.push(Node { name, disk, running: None, clock, book: Book::new(), folded: 0, asleep_until: 0 });
    }

    /// The first device has the company's identity; the others join.
    fn found_company(&mut self) {
        let now = self.now();
        let node = &mut self.nodes[0];
        let mut act = Act::begin(&mut node.clock, now, SYSTEM);
        kehu_ledger_name(&mut act);
        let changes = act.finish();
        self.save(0, changes);
    }

    fn save(&mut self, at: usize, changes: Vec<Change>) {
        self.nodes[at].disk.borrow_mut().append(&changes);
        self.saved.extend(changes);
        self.common.borrow_mut().seen.note("saved");
    }

    /// What a device holds, folded anew as far as it grew.
    fn fold(&mut self, at: usize) {
        let node = &mut self.nodes[at];
        let disk = node.disk.borrow();
        for body in &disk.journal[node.folded..] {
            for line in body.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
                node.book.insert(serde_json::from_slice(line).unwrap());
            }
        }
        node.folded = disk.journal.len();
    }

    pub fn run(mut self) -> Seen {
        let steps = 20 + self.chance(|chance| chance.below(50));
        for _ in 0..steps {
            self.step();
        }
        self.end();
        self.common.borrow().seen.clone()
    }

    fn step(&mut self) {
        let pause = self.chance(|chance| match chance.below(20) {
            0 => chance.below(20 * DAY_MS),
            1..=4 => chance.below(DAY_MS),
            _ => chance.below(60_000),
        });
        self.common.borrow_mut().now += pause;
        let at = self.chance(Chance::bits) as usize % self.nodes.len();
        if self.nodes[at].asleep_until > self.now() {
            return;
        }
        match self.chance(|chance| chance.below(100)) {
            0..35 => self.edit(at),
            35..70 => self.sync(at, Work::Round),
            70..80 => self.sync(at, Work::Push),
            80..90 => self.sync(at, Work::Tidy),
            90..92 => self.sleep(at),
            92..94 => self.restart(at),
            94 => self.copy(at),
            95 => self.forget(at),
            96 => self.sync(at, Work::NewPassphrase),
            97 => self.clock_ahead(at),
            _ => self.both_edit(),
        }
        self.light_is_truthful(at);
    }

    fn edit(&mut self, at: usize) {
        self.fold(at);
        if self.nodes[at].book.is_empty() {
            // It has not joined yet: its first act would found a company of its own.
            return;
        }
        let (now, new, picks) = (self.now(), self.chance(|chance| chance.happens(400)), self.chance(Chance::bits));
        let node = &mut self.nodes[at];
        let ids: Vec<_> = node.book.of_kind(kind::CUSTOMER).map(|record| record.id).collect();
        let (field, text) = (FIELDS[picks as usize % 3], format!("{:x}", picks >> 40));
        _ = node.clock.observe(node.book.newest(), now);
        let mut act = Act::begin(&mut node.clock, now, SYSTEM);
        match ids.get((picks >> 8) as usize % ids.len().max(1)).filter(|_| !new) {
            Some(id) if picks % 13 == 0 => act.set(&node.book, kind::CUSTOMER, *id, DELETED, Value::Bool(true)),
            Some(id) => act.set(&node.book, kind::CUSTOMER, *id, field, Value::text(text)),
            None => _ = act.create(kind::CUSTOMER, [(field, Value::text(text))].into_iter().collect()),
        }
        let changes = act.finish();
        if !changes.is_empty() {
            self.tell(|| format!("{} edits {}", self.nodes[at].name, changes[0].stamp));
            self.save(at, changes);
        }
    }

    /// Two devices set the same field of the same record, apart.
    fn both_edit(&mut self) {
        let (one, other) = (0, self.nodes.len() - 1);
        self.fold(one);
        self.fold(other);
        let shared = self.nodes[one].book.of_kind(kind::CUSTOMER).map(|record| record.id);
        let shared: Vec<_> = shared.filter(|id| self.nodes[other].book.get(*id).is_some()).collect();
        let Some(id) = shared.first().copied() else { return };
        let now = self.now();
        for at in [one, other] {
            let text = format!("{}", self.chance(Chance::bits));
            let node = &mut self.nodes[at];
            let mut act = Act::begin(&mut node.clock, now, SYSTEM);
            act.set(&node.book, kind::CUSTOMER, id, FIELDS[0], Value::text(text));
            let changes = act.finish();
            self.save(at, changes);
        }
        self.common.borrow_mut().seen.note("clash");
    }

    fn forget(&mut self, at: usize) {
        self.fold(at);
        let now = self.now();
        let node = &mut self.nodes[at];
        let Some(id) = node.book.of_kind(kind::CUSTOMER).map(|record| record.id).next() else { return };
        _ = node.clock.observe(node.book.newest(), now);
        let mut act = Act::begin(&mut node.clock, now, SYSTEM);
        act.set(&node.book, kind::CUSTOMER, id, FORGOTTEN, Value::Bool(true));
        let changes = act.finish();
        self.tell(|| format!("{} forgets {id}", self.nodes[at].name));
        self.save(at, changes);
        self.common.borrow_mut().seen.note("forgotten");
    }

    /// A device whose clock is two days ahead for a while.
    fn clock_ahead(&mut self, at: usize) {
        self.fold(at);
        if self.nodes[at].book.is_empty() {
            return;
        }
        let now = self.now() + 2 * MAX_AHEAD_MS;
        let text = format!("{}", self.chance(Chance::bits));
        let node = &mut self.nodes[at];
        let mut clock = Clock::new(node.clock.tick(0).node() ^ 1);
        let mut act = Act::begin(&mut clock, now, SYSTEM);
        act.create(kind::CUSTOMER, [(FIELDS[0], Value::text(text))].into_iter().collect());
        let changes = act.finish();
        self.save(at, changes);
        self.common.borrow_mut().seen.note("set aside");
    }

    fn sleep(&mut self, at: usize) {
        let days = self.chance(|chance| 1 + chance.below(90));
        if days > 60 {
            self.common.borrow_mut().seen.note("slept for months");
        }
        self.nodes[at].asleep_until = self.now() + days * DAY_MS;
        self.nodes[at].running = None;
    }

    fn restart(&mut self, at: usize) {
        let node = self.chance(Chance::bits);
        self.nodes[at].running = None;
        self.nodes[at].clock = Clock::new(node);
    }

    /// The browser's profile is copied to another machine, token and all.
    fn copy(&mut self, at: usize) {
        if self.nodes.len() < 6 {
            let (name, disk) = (self.nodes[at].name.clone(), self.nodes[at].disk.borrow().clone());
            self.tell(|| format!("{name} is copied"));
            self.add(name, disk);
            self.common.borrow_mut().seen.note("copied");
        }
    }

    fn start(&mut self, at: usize) {
        if self.nodes[at].running.is_some() {
            return;
        }
        let node = &mut self.nodes[at];
        let hand = Hand { disk: node.disk.clone(), world: self.common.clone(), told: 0 };
        let line = Line { world: self.common.clone(), device: node.name.clone() };
        let disk = node.disk.borrow();
        let memo = disk.notes.get("sync/memo").map(Vec::as_slice);
        let keys = Running::notes(memo);
        let log: Vec<Vec<u8>> = keys.iter().filter_map(|key| disk.notes.get(key).cloned()).collect();
        let device = Device::new(node.name.clone(), limits(), hand, line, memo, &log);
        drop(disk);
        node.running = Some(device);
    }

    /// Does some work on a device; a device that was killed, or whose disk refused, starts anew.
    fn sync(&mut self, at: usize, work: Work) {
        self.start(at);
        let mut salt = [0; 16];
        salt[..8].copy_from_slice(&self.chance(Chance::bits).to_be_bytes());
        let passphrase = self.passphrase.clone();
        let changed = format!("{}+", self.passphrase);
        let Some(mut device) = self.nodes[at].running.take() else { return };
        let before = self.indexes();
        let outcome = run(async {
            if !device.has_key() {
                device.enter_passphrase(&passphrase, salt).await?;
            }
            match work {
                Work::Round => device.round().await,
                Work::Push => device.push().await,
                Work::Tidy => {
                    device.round().await?;
                    device.tidy().await
                }
                Work::NewPassphrase => {
                    device.round().await?;
                    device.change_passphrase(&changed, salt).await?;
                    device.rewrite().await
                }
            }
        });
        self.tell(|| {
            format!("{} {work:?}: {outcome:?}, {} files", self.nodes[at].name, self.common.borrow().store.files.len())
        });
        let is_alive = match &outcome {
            None => false,
            Some(Err(Trouble::Here(_))) => {
                self.common.borrow_mut().seen.note("disk refused");
                false
            }
            Some(Err(Trouble::NeedsPassphrase)) => {
                run(device.enter_passphrase(&passphrase, salt)).is_some_and(|entered| {
                    assert!(!matches!(entered, Err(Trouble::WrongPassphrase)), "the passphrase is the company's");
                    !matches!(entered, Err(Trouble::Here(_)))
                })
            }
            Some(Err(
                Trouble::OtherCompany | Trouble::ShutOut | Trouble::NotOurs | Trouble::Strange | Trouble::Full,
            )) => {
                panic!("{outcome:?}")
            }
            Some(_) => true,
        };
        if work == Work::NewPassphrase {
            // Whether or not the answer came: if the key stands there, its passphrase counts.
            self.find_passphrase(&changed);
            self.common.borrow_mut().seen.note("passphrase changed");
        }
        if is_alive {
            let status = device.status();
            if status.is_copied {
                self.common.borrow_mut().seen.note("profile copy detected");
            }
            self.nodes[at].running = Some(device);
        }
        if self.indexes() > before {
            self.common.borrow_mut().seen.note("compacted");
        }
    }

    /// How many compactions lie at the endpoint.
    fn indexes(&self) -> usize {
        self.common.borrow().store.files.keys().filter(|name| name.file.sort == name::Sort::Index).count()
    }

    /// Which passphrase opens the key that arrived last.
    fn find_passphrase(&mut self, changed: &str) {
        let common = self.common.borrow();
        let keys = common.store.marks.iter().filter(|(_, name)| name.file.sort == name::Sort::Key);
        let keys = keys.map(|(_, name)| (common.store.first_mark(name), name));
        let Some((_, name)) = keys.max() else { return };
        let file = parcel::KeyFile::read(&common.store.files[name]).unwrap();
        if file.unlock(changed).is_some() {
            drop(common);
            self.passphrase = changed.into();
        }
    }

    /// What a device says is elsewhere lies at the endpoint, in files that open.
    fn light_is_truthful(&mut self, at: usize) {
        if !self.chance(|chance| chance.happens(50)) {
            return;
        }
        let Some(device) = &self.nodes[at].running else { return };
        let to_go: Vec<Vec<u8>> = device.outbox().map(<[u8]>::to_vec).collect();
        let told = device.local.told;
        let there = self.everything_there();
        let disk = self.nodes[at].disk.borrow();
        let mut book = Book::new();
        for body in &disk.journal[..told] {
            for line in body.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
                book.insert(serde_json::from_slice(line).unwrap());
            }
        }
        for change in book.changes() {
            let is_to_go = to_go.contains(&crate::disk::line(change));
            assert!(
                is_to_go || there.contains(change) || there.has_forgotten(change),
                "{} says {} is elsewhere, and it is not",
                self.nodes[at].name,
                change.stamp
            );
        }
    }

    /// All changes of all files that lie there and can be found.
    fn everything_there(&self) -> Book {
        let common = self.common.borrow();
        let keys = common.store.files.iter().filter(|(name, _)| name.file.sort == name::Sort::Key);
        let files: Vec<_> = keys.map(|(_, bytes)| parcel::KeyFile::read(bytes).unwrap()).collect();
        let known: Vec<_> = (0..40).map(|plus| format!("first{}", "+".repeat(plus))).collect();
        let keys: Vec<_> = files.iter().filter_map(|file| known.iter().find_map(|word| file.unlock(word))).collect();
        let opened = |id| keys.iter().find(|key| key.id() == id).cloned();
        let mut book = Book::new();
        for (name, bytes) in &common.store.files {
            let is_found = common.store.marks.iter().any(|(_, marked)| marked == name);
            if is_found && matches!(name.file.sort, name::Sort::Changes | name::Sort::Part) {
                for change in compaction::open(name, bytes, &opened).unwrap().changes {
                    book.insert(change);
                }
            }
        }
        book
    }

    /// Everything goes well from now on, and all devices come together.
    fn end(&mut self) {
        let world = self;
        {
            let mut common = world.common.borrow_mut();
            common.faults = Faults::default();
            // Whatever was dated ahead is past by now.
            common.now += 120 * DAY_MS;
        }
        for _ in 0..12 {
            for at in 0..world.nodes.len() {
                world.common.borrow_mut().now += 2 * DAY_MS;
                world.sync(at, Work::Tidy);
            }
        }
        let mut files = Vec::new();
        for at in 0..world.nodes.len() {
            let status = world.nodes[at].running.as_ref().unwrap().status();
            assert_eq!((status.to_go, status.to_come), (0, 0), "{}: {status:?}", world.nodes[at].name);
            assert!(status.refused.is_empty() && status.set_aside.is_empty(), "{status:?}");
            let book = world.nodes[at].disk.borrow().book();
            files.push((world.nodes[at].name.clone(), snapshot::write("company", &book.changes()), book));
        }
        for (name, bytes, book) in &files {
            assert!(*bytes == files[0].1, "{name} holds {} changes, {} {}", book.len(), files[0].0, files[0].2.len());
        }
        let book = &files[0].2;
        for change in &world.saved {
            assert!(book.contains(change) || book.has_forgotten(change), "{} was saved and is lost", change.stamp);
        }
        // A device that joins now gets all of it, from what is left there.
        let at = world.join("newcomer", &files[0].1);
        // What was removed can have come to it only in the parts of a compaction.
        let known = world.nodes[at].running.as_ref().unwrap().spare();
        let has_parts = known.iter().any(|(name, _)| !world.common.borrow().store.files.contains_key(name));
        if has_parts {
            world.common.borrow_mut().seen.note("by parts");
        }
        world.rot(&files[0].1);
    }

    /// A device joins, and gets all of it; gives its place.
    fn join(&mut self, name: &str, all: &[u8]) -> usize {
        self.add(name.parse().unwrap(), Disk::default());
        let at = self.nodes.len() - 1;
        self.sync(at, Work::Round);
        self.sync(at, Work::Round);
        let status = self.nodes[at].running.as_ref().unwrap().status();
        let joined = self.nodes[at].disk.borrow().book();
        let has_all = snapshot::write("company", &joined.changes()) == *all;
        assert!(has_all, "the {name} has {} changes: {status:?}", joined.len());
        assert!(status.refused.is_empty(), "{status:?}");
        at
    }

    /// Files rot where they lie: whoever wrote them compares anew, and afterwards nobody misses or is told anything.
    fn rot(&mut self, all: &[u8]) {
        let is_copy = |node: &Node| node.running.as_ref().is_some_and(|device| device.status().is_copied);
        let writer = self.chance(Chance::bits) as usize % self.nodes.len();
        let victims: Vec<_> = {
            let (store, writer) = (&self.common.borrow().store, &self.nodes[writer].name);
            let is_found = |name: &&name::Name| store.marks.iter().any(|(_, marked)| marked == *name);
            let own = store.files.keys().filter(|name| name.file.sort == name::Sort::Changes && name.device == *writer);
            own.filter(is_found).take(2).cloned().collect()
        };
        if victims.is_empty() || self.nodes.iter().any(is_copy) {
            return;
        }
        for victim in &victims {
            self.common.borrow_mut().store.files.insert(victim.clone(), b"rotten".to_vec());
            self.tell(|| format!("{victim} rots"));
        }
        let device = self.nodes[writer].running.as_mut().unwrap();
        run(device.begin_anew()).unwrap().unwrap();
        self.restart(writer);
        self.sync(writer, Work::Round);
        let at = self.join("latecomer", all);
        for victim in &victims {
            let is_mended = victim.file.fits(&self.common.borrow().store.files[victim]);
            let is_covered = self.nodes[at].running.as_ref().unwrap().spare().iter().any(|(name, _)| name == victim);
            assert!(is_mended || is_covered, "{victim} was written by {}", victim.device);
            self.common.borrow_mut().seen.note(if is_mended { "rotten and mended" } else { "rotten and covered" });
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Work {
    Round,
    Push,
    Tidy,
    NewPassphrase,
}

/// The company's own record.
fn kehu_ledger_name(act: &mut Act<'_>) {
    let id = Value::text("00000000000000aa");
    act.create_as(
        kind::WORKSPACE,
        kehu_domain::arrival::WORKSPACE_RECORD,
        [(kind::WORKSPACE_ID, id)].into_iter().collect(),
    );
}
