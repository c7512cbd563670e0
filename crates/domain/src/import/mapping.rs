//! Which column of a file is which field, independent of their order; platform 3.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::words::reason_heading;
use crate::dictionary::{Dictionary, Kind, KindField, field_type, folded};
use crate::field_text::{Reading, parse};
use crate::key::Key;
use crate::kind::CUSTOMER_REF;
use crate::text::Lang;

/// The field of a kind that a column goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Target {
    /// The kind of record: the imported one, or the one its rows carry along.
    pub kind: Key,
    /// The field.
    pub field: Key,
}

/// What becomes of a column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Use {
    /// It fills this field.
    Field(Target),
    /// It fills a new custom field with this label, for texts of any length.
    Custom(String),
    /// It fills a new custom field of a certain type.
    Typed {
        /// Its label.
        label: String,
        /// Its type, as [`field_type`](crate::dictionary::field_type) reads it.
        notation: String,
    },
    /// It is left out.
    Ignore,
}

/// How sure a proposal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// As in an earlier import of a file with the same headings.
    Profile,
    /// The heading is the field's key.
    Key,
    /// The heading is the field's label, in either language.
    Label,
    /// The heading is another word for the field.
    Alias,
    /// The heading shares so many characters with a word for the field; somebody must confirm it.
    Suggested {
        /// How many characters.
        shared: usize,
    },
    /// The app itself wrote the column when it gave refused rows back; it is left out.
    Reasons,
    /// Nothing fits.
    Unmatched,
}

/// How far a proposal can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sureness {
    /// The file says it in the field's own words, or somebody decided it before.
    Certain,
    /// A common word for it.
    Likely,
    /// Somebody must confirm it.
    Doubtful,
    /// There is no proposal.
    None,
}

impl Match {
    /// How far a proposal of this sort can be relied on.
    pub fn sureness(self) -> Sureness {
        match self {
            Self::Profile | Self::Key | Self::Label | Self::Reasons => Sureness::Certain,
            Self::Alias => Sureness::Likely,
            Self::Suggested { .. } => Sureness::Doubtful,
            Self::Unmatched => Sureness::None,
        }
    }
}

/// The types offered for a new field, the usual one first.
pub const NEW_TYPES: [&str; 11] =
    ["long", "text(80)", "int", "dec(2)", "money", "pct", "date", "dt", "bool", "phone", "email"];

/// The type that all of these contents have; `long` when they have none in common, or when there are none.
pub fn suggested_type<'t>(contents: impl Iterator<Item = &'t str> + Clone) -> &'static str {
    let contents = contents.map(str::trim).filter(|text| !text.is_empty());
    let dictionary = Dictionary::default();
    let reading = Reading::new(&dictionary);
    // A leading zero is lost in a number: such contents are codes.
    let is_code = |text: &str| text.len() > 1 && text.starts_with('0') && !text.starts_with("0.");
    let reads = |notation: &str, text: &str| {
        field_type(notation).is_ok_and(|kind| parse(&kind, text, reading).is_ok())
            && !(is_code(text) && matches!(notation, "int" | "dec(2)" | "pct"))
            && (notation != "pct" || text.ends_with(['%', '％']))
    };
    if contents.clone().next().is_none() {
        return "long";
    }
    let fitting = ["phone", "pct", "date", "dt", "int", "dec(2)", "bool", "email"];
    fitting.into_iter().find(|notation| contents.clone().all(|text| reads(notation, text))).unwrap_or("long")
}

/// One column with what is proposed for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its heading as it stands in the file.
    pub header: String,
    /// The field proposed, if any.
    pub proposed: Option<Target>,
    /// How sure that is.
    pub by: Match,
    /// What becomes of it as things stand; a suggestion is left out until it is confirmed.
    pub decided: Use,
}

/// What is proposed for every column of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// The kind of record.
    pub kind: Key,
    /// Its columns, in the order of the file.
    pub columns: Vec<Column>,
    mandatory: Vec<Target>,
}

/// Why a proposal cannot be carried out yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MappingProblem {
    /// Several columns (from 0) go to one field; somebody must choose.
    Clash {
        /// The field.
        target: Target,
        /// The columns.
        columns: Vec<usize>,
    },
    /// A mandatory field has no column.
    Missing {
        /// The field.
        target: Target,
    },
    /// Several columns (from 0) would make new fields of the same name.
    SameName {
        /// The name.
        label: String,
        /// The columns.
        columns: Vec<usize>,
    },
}

/// Which column goes where: every target once, every mandatory field present.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mapping {
    /// The kind of record.
    pub kind: Key,
    /// What becomes of each column, in the order of the file.
    pub uses: Vec<Use>,
}

/// What was decided for a set of headings, kept for the next file with the same ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// The kind of record.
    pub kind: Key,
    /// Each normalised heading with its use.
    pub uses: BTreeMap<String, Use>,
}

/// A heading without what people decorate it with: NFKC, lower case, no spaces, `*`, `:` or bracketed notes.
pub fn heading(text: &str) -> String {
    let text = folded(text);
    let mut depth = 0usize;
    let plain = |c: &char| !matches!(c, '*' | ':' | '(' | ')' | '[' | ']' | '【' | '】' | '\u{feff}');
    let bare: String = text
        .chars()
        .filter(|c| {
            match c {
                '(' | '[' | '【' => depth += 1,
                ')' | ']' | '】' => depth = depth.saturating_sub(1),
                _ => return depth == 0,
            }
            false
        })
        .filter(plain)
        .collect();
    // A heading that is all brackets keeps its words.
    if bare.is_empty() { text.chars().filter(plain).collect() } else { bare }
}

/// The words each target is known by, best first.
struct Words {
    targets: Vec<(Target, Vec<String>)>,
    known: HashMap<String, (Target, Match)>,
}

impl Words {
    fn of(dictionary: &Dictionary, kind: &Kind) -> Self {
        let with = kind.with.and_then(|with| dictionary.kind(with));
        let mut words = Self { targets: Vec::new(), known: HashMap::new() };
        let fields = || {
            let own = kind.fields.iter().map(move |field| (kind.key, field));
            let carried = with.into_iter().flat_map(|with| with.fields.iter().map(move |field| (with.key, field)));
            own.chain(carried.filter(|(_, field)| field.field.key != CUSTOMER_REF))
        };
        for (kind_key, field) in fields() {
            let target = Target { kind: kind_key, field: field.field.key };
            words.learn(&target.field.to_string(), target, Match::Key);
            words.learn(&format!("{kind_key}.{}", target.field), target, Match::Key);
        }
        for (kind_key, field) in fields() {
            let target = Target { kind: kind_key, field: field.field.key };
            words.learn(&field.field.label.zh, target, Match::Label);
            words.learn(&field.field.label.en, target, Match::Label);
        }
        for (kind_key, field) in fields() {
            let target = Target { kind: kind_key, field: field.field.key };
            field.aliases.iter().for_each(|alias| words.learn(alias, target, Match::Alias));
        }
        words
    }

    fn learn(&mut self, word: &str, target: Target, by: Match) {
        let word = heading(word);
        let known = self.known.entry(word.clone()).or_insert((target, by));
        // A key that is the label too tells as much as the label.
        if known.0 == target && by == Match::Label {
            known.1 = by;
        }
        match self.targets.iter_mut().find(|(other, _)| *other == target) {
            Some((_, words)) => words.push(word),
            None => self.targets.push((target, vec![word])),
        }
    }

    fn find(&self, header: &str) -> (Option<Target>, Match) {
        let header = heading(header);
        if header.is_empty() {
            return (None, Match::Unmatched);
        }
        if [Lang::Zh, Lang::En].into_iter().any(|lang| heading(reason_heading(lang)) == header) {
            return (None, Match::Reasons);
        }
        match self.known.get(&header) {
            Some((target, by)) => (Some(*target), *by),
            None => self.suggest(&header),
        }
    }

    /// The field one of whose words shares the longest run of at least two characters with the heading.
    fn suggest(&self, header: &str) -> (Option<Target>, Match) {
        let header: Vec<char> = header.chars().take(60).collect();
        let shared = |words: &[String]| words.iter().map(|word| longest_run(&header, word)).max().unwrap_or(0);
        let mut best = (None, 1);
        for (target, words) in &self.targets {
            let shared = shared(words);
            if shared > best.1 {
                best = (Some(*target), shared);
            }
        }
        match best {
            (Some(target), shared) => (Some(target), Match::Suggested { shared }),
            (None, _) => (None, Match::Unmatched),
        }
    }
}

/// The length of the longest common substring, in characters.
fn longest_run(header: &[char], word: &str) -> usize {
    let mut row = vec![0usize; header.len() + 1];
    let mut longest = 0;
    for c in word.chars() {
        let mut diagonal = 0;
        for (place, other) in header.iter().enumerate() {
            let Some(cell) = row.get_mut(place + 1) else { break };
            let run = if *other == c { diagonal + 1 } else { 0 };
            diagonal = std::mem::replace(cell, run);
            longest = longest.max(run);
        }
    }
    longest
}

/// What a field named by its label tells of the kind, one named by another word or its key, and a mandatory one that no
/// heading names.
const BY_LABEL: i32 = 3;
const BY_ALIAS: i32 = 2;
const MISSING: i32 = -3;

/// The kind of record that the headings fit best; `None` when not even one fits any.
///
/// A heading tells more where it is the field's label than where it is another word for it: *Customer* is what contacts
/// call whom they belong to, and a customer's name only in a manner of speaking.
pub fn guess_kind(dictionary: &Dictionary, headers: &[String]) -> Option<Key> {
    let kinds = dictionary.kinds().iter().filter(|kind| kind.imports);
    let fitting = kinds.filter_map(|kind| Some((kind.key, fit(&Words::of(dictionary, kind), kind, headers)?)));
    fitting.reduce(|a, b| if b.1 > a.1 { b } else { a }).map(|(kind, _)| kind)
}

/// How well the headings fit a kind; each field counts but once. `None` when none fits.
fn fit(words: &Words, kind: &Kind, headers: &[String]) -> Option<i32> {
    let mut named: BTreeMap<Target, i32> = BTreeMap::new();
    for (target, by) in headers.iter().filter_map(|header| words.known.get(&heading(header))) {
        let told = if *by == Match::Label { BY_LABEL } else { BY_ALIAS };
        named.entry(*target).and_modify(|best| *best = told.max(*best)).or_insert(told);
    }
    let mandatory = kind.fields.iter().filter(|field| field.is_mandatory);
    let is_missing = |field: &&KindField| !named.contains_key(&Target { kind: kind.key, field: field.field.key });
    let missing: i32 = mandatory.filter(is_missing).map(|_| MISSING).sum();
    (!named.is_empty()).then(|| named.values().sum::<i32>() + missing)
}

fn count_known(words: &Words, headers: &[String]) -> usize {
    headers.iter().filter(|header| words.known.contains_key(&heading(header))).count()
}

/// How many of these headings are known of a kind.
pub(super) fn recognised(dictionary: &Dictionary, kind: Key, headers: &[String]) -> usize {
    dictionary.kind(kind).map_or(0, |known| count_known(&Words::of(dictionary, known), headers))
}

/// The place of the header among the first rows of a table, as its preview gives them: the first with two recognised
/// headings, else the first with one.
pub fn find_header(dictionary: &Dictionary, kind: Key, preview: &[(u32, Vec<String>)]) -> Option<usize> {
    let words = Words::of(dictionary, dictionary.kind(kind)?);
    let fits = |least: usize| preview.iter().position(|(_, cells)| count_known(&words, cells) >= least);
    fits(2).or_else(|| fits(1))
}

impl Proposal {
    /// What the headings seem to mean for records of `kind`; `None` when there is no such kind.
    ///
    /// A profile with the same set of headings decides everything; else each heading is matched on its own.
    pub fn new(dictionary: &Dictionary, kind: Key, headers: &[String], profiles: &[Profile]) -> Option<Self> {
        let known = dictionary.kind(kind)?;
        let words = Words::of(dictionary, known);
        let profile = profiles.iter().find(|profile| profile.kind == kind && profile.fits(headers));
        let column = |header: &String| match profile.and_then(|profile| profile.uses.get(&heading(header))) {
            Some(decided) => {
                let proposed = if let Use::Field(target) = decided { Some(*target) } else { None };
                Column { header: header.clone(), proposed, by: Match::Profile, decided: decided.clone() }
            }
            None => {
                let (proposed, by) = words.find(header);
                let decided = match (proposed, by) {
                    (Some(target), Match::Key | Match::Label | Match::Alias) => Use::Field(target),
                    _ => Use::Ignore,
                };
                Column { header: header.clone(), proposed, by, decided }
            }
        };
        let mandatory = known.fields.iter().filter(|field| field.is_mandatory);
        let mandatory = mandatory.map(|field| Target { kind, field: field.field.key }).collect();
        Some(Self { kind, columns: headers.iter().map(column).collect(), mandatory })
    }

    /// Decides what becomes of one column (from 0); one that is not there changes nothing.
    pub fn choose(&mut self, column: usize, decided: Use) {
        if let Some(column) = self.columns.get_mut(column) {
            column.decided = decided;
        }
    }

    /// The mapping, once every field has at most one column and every mandatory field has one.
    ///
    /// # Errors
    /// Every [`MappingProblem`] at once.
    pub fn mapping(&self) -> Result<Mapping, Vec<MappingProblem>> {
        let mut columns: BTreeMap<Target, Vec<usize>> = BTreeMap::new();
        for (place, column) in self.columns.iter().enumerate() {
            if let Use::Field(target) = column.decided {
                columns.entry(target).or_default().push(place);
            }
        }
        let missing = self.mandatory.iter().filter(|target| !columns.contains_key(target));
        let mut problems: Vec<MappingProblem> =
            missing.map(|target| MappingProblem::Missing { target: *target }).collect();
        let mut named: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (place, column) in self.columns.iter().enumerate() {
            if let Use::Custom(label) | Use::Typed { label, .. } = &column.decided {
                named.entry(folded(label)).or_default().push(place);
            }
        }
        let clashing = columns.into_iter().filter(|(_, columns)| columns.len() > 1);
        problems.extend(clashing.map(|(target, columns)| MappingProblem::Clash { target, columns }));
        problems.extend(named.into_values().filter(|columns| columns.len() > 1).filter_map(|columns| {
            let first = self.columns.get(*columns.first()?)?;
            let (Use::Custom(label) | Use::Typed { label, .. }) = &first.decided else { return None };
            Some(MappingProblem::SameName { label: label.clone(), columns })
        }));
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Mapping { kind: self.kind, uses: self.columns.iter().map(|column| column.decided.clone()).collect() })
    }

    /// What was decided, to be kept for the next file with these headings.
    pub fn profile(&self) -> Profile {
        let uses = self.columns.iter().map(|column| (heading(&column.header), column.decided.clone()));
        Profile { kind: self.kind, uses: uses.collect() }
    }
}

impl Profile {
    pub(super) fn fits(&self, headers: &[String]) -> bool {
        let mut headings: Vec<String> = headers.iter().map(|header| heading(header)).collect();
        headings.sort_unstable();
        headings.iter().eq(self.uses.keys())
    }
}
