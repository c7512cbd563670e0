//! What an opened file holds, as lists to be read.

use kehu_domain::arrival::{FieldRow, Group, Inside, Side, State};
use kehu_domain::book::{Book, Record};
use kehu_domain::change::Change;
use kehu_domain::dictionary::{Dictionary, folded};
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::packet::Note;
use kehu_domain::stamp::RecordId;
use kehu_domain::telling::{Telling, is_hidden};
use kehu_domain::text::Lang;
use kehu_ledger::arrival::{AheadLine, FieldLine, GroupLine, PAGE_LINES, PacketLine, Page, RecordLine, SideLine};

/// Some of the customers, those that need attention first.
pub fn groups(
    here: &Book,
    inside: &Inside,
    show: Option<State>,
    find: &str,
    from: usize,
    lang: Lang,
) -> Page<GroupLine> {
    let dictionary = words(here, inside.there());
    let telling = Telling::of_file(here, inside.there(), &dictionary, lang);
    let wanted = folded(find);
    let fits = |group: &&Group| {
        let stands = match show {
            Some(state) => group.tally.of(state) > 0,
            None => !group.records.is_empty(),
        };
        stands && (wanted.is_empty() || names(&telling, group).iter().any(|name| folded(name).contains(&wanted)))
    };
    let mut fitting: Vec<&Group> = inside.groups.iter().filter(fits).collect();
    // What belongs to no customer comes first; then what clashes, what is changed, what is new.
    fitting.sort_by_key(|group| {
        let tally = &group.tally;
        let first = State::ALL.into_iter().find(|state| tally.of(*state) > 0);
        (group.customer.is_some(), first, group.customer)
    });
    let line = |group: &Group| {
        let [name, code] = names(&telling, group);
        GroupLine { customer: group.customer, name, code, tally: group.tally, new_changes: group.new_changes }
    };
    page(&fitting, from, |group| line(group))
}

/// The dictionary with what the workspace and the file add to it.
fn words(here: &Book, there: &Book) -> Dictionary {
    Dictionary::built_in().with_records(here).with_records(there)
}

/// A customer's name and code; both empty for what belongs to none.
fn names(telling: &Telling<'_>, group: &Group) -> [String; 2] {
    let Some(customer) = group.customer else { return Default::default() };
    let code = telling.find(customer).map(|record| record.text(kind::CODE).to_owned()).unwrap_or_default();
    [telling.name(customer), code]
}

/// Some of a customer's records.
pub fn records(
    here: &Book,
    inside: &Inside,
    customer: Option<RecordId>,
    show: Option<State>,
    from: usize,
    lang: Lang,
) -> Page<RecordLine> {
    let dictionary = words(here, inside.there());
    let telling = Telling::of_file(here, inside.there(), &dictionary, lang);
    let group = inside.groups.iter().find(|group| group.customer == customer);
    let records = group.map(|group| group.records.as_slice()).unwrap_or_default();
    let fitting: Vec<(RecordId, State)> =
        records.iter().copied().filter(|(_, state)| show.is_none_or(|show| show == *state)).collect();
    page(&fitting, from, |(id, state)| {
        let record = telling.find(*id);
        let theirs = inside.there().get(*id).map(Record::changes).unwrap_or_default();
        RecordLine {
            record: *id,
            kind: record.map(|record| telling.kind(record.kind)).unwrap_or_default(),
            name: telling.name(*id),
            state: *state,
            new_changes: theirs.iter().filter(|change| !here.contains(change)).count(),
        }
    })
}

/// The fields of a record that differ.
pub fn fields(here: &Book, inside: &Inside, id: RecordId, lang: Lang) -> Vec<FieldLine> {
    let dictionary = words(here, inside.there());
    let telling = Telling::of_file(here, inside.there(), &dictionary, lang);
    let Some(record) = telling.find(id) else { return Vec::new() };
    let side = |side: Side, key: Key| SideLine {
        text: telling.content(record, key, &side.value),
        who: side.by.map(|by| telling.author(by)).unwrap_or_default(),
        at_ms: side.at.map(|at| at.millis()),
    };
    let line = |row: FieldRow| FieldLine {
        label: telling.label(record, row.field),
        state: row.state,
        here: side(row.here, row.field),
        there: side(row.there, row.field),
        before: row.before.map(|before| telling.content(record, row.field, &before)),
    };
    let rows = inside.rows(here, id).into_iter();
    rows.filter(|row| !is_hidden(row.field) || matches!(row.state, State::Clashing | State::Changed))
        .map(line)
        .collect()
}

/// A change that is dated too far ahead.
pub fn ahead(here: &Book, change: &Change) -> AheadLine {
    let told = change.set.get(kind::NAME).and_then(|name| name.as_text()).map(str::to_owned);
    let known = || here.get(change.record).map(|record| record.text(kind::NAME).to_owned());
    AheadLine { name: told.or_else(known).unwrap_or_default(), at_ms: change.stamp.millis() }
}

/// What a packet says about itself.
pub fn packet(there: &Book, note: &Note) -> PacketLine {
    let name = |id| there.get(id).map(|record| record.text(kind::NAME).to_owned()).unwrap_or_default();
    PacketLine {
        by: name(note.by),
        at_ms: note.at.millis(),
        given_to: note.given_to.map(name).unwrap_or_default(),
        words: note.words.clone(),
        customers: note.customers.len(),
    }
}

fn page<T, L>(all: &[T], from: usize, line: impl Fn(&T) -> L) -> Page<L> {
    Page { total: all.len(), lines: all.iter().skip(from).take(PAGE_LINES).map(line).collect() }
}
