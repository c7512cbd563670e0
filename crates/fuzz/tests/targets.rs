//! Every parser that meets what a person, a file or another device says.
#![allow(clippy::unwrap_used)]

#[path = "../../files/tests/made/mod.rs"]
mod made;

use kehu_domain::change::Change;
use kehu_domain::dictionary::Dictionary;
use kehu_domain::expr;
use kehu_domain::field::FieldType;
use kehu_domain::field_text::{Reading, Showing, parse, show};
use kehu_domain::import::{Opening, Proposal, guarded, guarded_text, guess_kind, heading, unguarded};
use kehu_domain::key::Key;
use kehu_domain::playbook::Playbook;
use kehu_domain::score::{Model, Ratio, Template};
use kehu_domain::stamp::{RecordId, Stamp};
use kehu_domain::text::Lang;
use kehu_domain::value::Value;
use kehu_domain::workflow::Deadline;
use kehu_domain::{attachment, kind, snapshot};
use kehu_files::sheet::Workbook;
use kehu_files::{copy, gzip, seal};
use kehu_fuzz::fuzz;

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn snapshots() {
    fuzz("snapshot", |bytes| {
        if let Ok(read) = snapshot::read(bytes) {
            // What is read is written again with the same changes.
            let changes: Vec<&Change> = read.changes.iter().collect();
            let written = snapshot::write(&read.header.workspace, &changes);
            assert_eq!(snapshot::read(&written).unwrap().changes, read.changes);
        }
    });
}

/// The lines within a snapshot, which its checksums would keep from the parser.
#[test]
fn changes() {
    fuzz("change", |bytes| {
        for line in bytes.split(|byte| *byte == b'\n') {
            if let Ok(change) = serde_json::from_slice::<Change>(line) {
                let written = serde_json::to_string(&change).unwrap();
                assert_eq!(serde_json::from_str::<Change>(&written).unwrap(), change);
            }
        }
    });
}

#[test]
fn values() {
    fuzz("value", |bytes| {
        if let Ok(value) = serde_json::from_slice::<Value>(bytes) {
            assert_eq!(serde_json::from_str::<Value>(&value.canonical()).unwrap(), value);
        }
    });
}

#[test]
fn imported_files() {
    let dictionary = Dictionary::built_in();
    fuzz("import", |bytes| {
        let Ok(mut table) = Opening::read(bytes.to_vec()) else { return };
        let kind = guess_kind(dictionary, table.headers()).unwrap_or(kind::CUSTOMER);
        let proposal = Proposal::new(dictionary, kind, table.headers(), &[]).unwrap();
        assert_eq!(proposal.columns.len(), table.headers().len());
        let mut last = 0;
        while let Some(row) = table.next_row() {
            assert!(row.number > last);
            last = row.number;
            for cell in row.cells {
                let said = unguarded(cell).to_owned();
                assert_eq!(unguarded(&guarded_text(&said)), said);
                assert_eq!(unguarded(&guarded(cell)), said);
            }
        }
    });
}

#[test]
fn headings() {
    let dictionary = Dictionary::built_in();
    fuzz("headings", |bytes| {
        // As long as a table gives them, but fewer: each is compared with every word of every kind.
        let header = |line: &str| line.chars().take(200).collect();
        let headers: Vec<String> = text(bytes).split('\n').take(40).map(header).collect();
        for header in &headers {
            let once = heading(header);
            assert_eq!(heading(&once), once, "{header:?}");
        }
        for known in dictionary.kinds() {
            let proposal = Proposal::new(dictionary, known.key, &headers, &[]).unwrap();
            let profile = proposal.profile();
            let again = Proposal::new(dictionary, known.key, &headers, &[profile]).unwrap();
            assert_eq!(again.columns.len(), headers.len());
        }
    });
}

fn read_all(bytes: Vec<u8>) {
    let Ok(mut book) = Workbook::open(bytes) else { return };
    for sheet in book.sheets().to_vec() {
        let mut left = 2_000;
        let read = book.each_row(&sheet.name, |number, cells| {
            assert!(number > 0 && cells.len() <= 1_000);
            left -= 1;
            left > 0
        });
        if let Err(problem) = read {
            for lang in [Lang::Zh, Lang::En] {
                assert!(!kehu_files::sheet::words(&problem, lang).is_empty());
            }
        }
    }
}

#[test]
fn workbooks() {
    fuzz("workbook", |bytes| read_all(bytes.to_vec()));
}

/// What stands within the zipped and compound parts, which their checksums would keep from the parsers.
#[test]
fn xlsx_sheets() {
    fuzz("xlsx_sheet", |bytes| read_all(made::xlsx(&text(bytes))));
}

#[test]
fn xlsx_strings() {
    let cells = r#"<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>"#;
    fuzz("xlsx_strings", |bytes| read_all(made::xlsx_with(cells, &text(bytes))));
}

#[test]
fn ods_sheets() {
    fuzz("ods_sheet", |bytes| read_all(made::ods(&text(bytes))));
}

#[test]
fn xls_streams() {
    fuzz("xls_stream", |bytes| read_all(made::compound(bytes)));
}

#[test]
fn packed_files() {
    fuzz("gzip", |bytes| {
        if let Ok(plain) = gzip::unpack(bytes, 1 << 20) {
            assert_eq!(gzip::unpack(&gzip::pack(&plain), plain.len()), Ok(plain));
        }
    });
}

/// The corpus is sealed by ten rounds only, so that there is time for more than a few.
#[test]
fn sealed_files() {
    fuzz("seal", |bytes| {
        let opened = seal::open(bytes, "口令 pass");
        if !bytes.starts_with(b"kehu-sealed") {
            assert!(opened.is_err());
        }
    });
}

#[test]
fn copies() {
    fuzz("copy", |bytes| {
        for passphrase in [None, Some("口令 pass")] {
            if let Err(problem) = copy::open(bytes.to_vec(), passphrase) {
                assert!(!copy::words(problem, Lang::Zh).is_empty());
            }
        }
    });
}

#[test]
fn expressions() {
    fuzz("expression", |bytes| {
        for line in text(bytes).lines() {
            if let Ok(expr) = expr::parse(line) {
                // Walking through it must end however it nests.
                assert!(expr.any(&|_| true));
                let _ = (expr.needs_case(), format!("{expr:?}"));
            }
        }
    });
}

/// The first byte chooses the type, the rest is the text.
#[test]
fn field_texts() {
    let dictionary = Dictionary::built_in();
    let types: Vec<FieldType> = dictionary
        .kinds()
        .iter()
        .flat_map(|kind| kind.fields.iter().map(|field| field.field.kind.clone()))
        .chain([
            FieldType::Score,
            FieldType::Rating,
            FieldType::Seconds,
            FieldType::Time,
            FieldType::Lunar,
            FieldType::Gtin,
            FieldType::Gln,
            FieldType::Place,
            FieldType::File,
            FieldType::Decimal { places: 4 },
            FieldType::Int { min: None, max: None },
        ])
        .collect();
    fuzz("field_text", |bytes| {
        let Some((choice, rest)) = bytes.split_first() else { return };
        let Some(kind) = types.get(usize::from(*choice) % types.len()) else { return };
        for is_percent_cell in [false, true] {
            let reading = Reading { is_percent_cell, ..Reading::new(dictionary) };
            let Ok(value) = parse(kind, &text(rest), reading) else { continue };
            // What is shown is read back as the same value, in both languages, in tables and written out.
            for lang in [Lang::Zh, Lang::En] {
                for writes_dates_out in [false, true] {
                    let showing = Showing { writes_dates_out, ..Showing::new(dictionary) };
                    let shown = show(kind, &value, lang, showing);
                    let again = parse(kind, &shown, Reading::new(dictionary));
                    assert_eq!(again.as_ref(), Ok(&value), "{kind:?} {:?} shown as {shown:?}", text(rest));
                }
            }
        }
    });
}

/// The first byte chooses which file of a playbook it is.
#[test]
fn playbooks() {
    const FILES: &[&str] = &[
        "common.toml",
        "roles.toml",
        "chapter-3/chapter.toml",
        "chapter-3/3.1/section.toml",
        "chapter-3/3.1/process.toml",
        "chapter-3/3.1/forms.toml",
        "chapter-3/3.1/kpis.toml",
    ];
    fuzz("playbook", |bytes| {
        let Some((choice, rest)) = bytes.split_first() else { return };
        let Some(file) = FILES.get(usize::from(*choice) % FILES.len()) else { return };
        let _ = Playbook::load(&[(file, &text(rest))]).map_err(|problems| assert!(!problems.is_empty()));
    });
}

#[test]
fn dictionaries_and_scorecards() {
    fuzz("dictionary", |bytes| {
        let content = text(bytes);
        let (kinds, groups) = content.split_once("\u{c}\n").unwrap_or((&content, ""));
        let _ = Dictionary::from_toml(kinds, groups);
        for model in ["M01", "M03", "M05", "M15"].into_iter().filter_map(Model::of) {
            let _ = Template::read(model, &content);
        }
    });
}

#[test]
fn stamps_keys_and_small_words() {
    fuzz("word", |bytes| {
        for line in text(bytes).lines() {
            if let Ok(stamp) = line.parse::<Stamp>() {
                assert_eq!(stamp.to_string(), line);
            }
            if let Ok(id) = line.parse::<RecordId>() {
                assert_eq!(id.to_string().parse::<RecordId>(), Ok(id));
            }
            if let Ok(key) = Key::new(line) {
                assert_eq!(key.as_str(), line);
            }
            let _ = (line.parse::<Deadline>(), line.parse::<Ratio>());
        }
        assert_eq!(attachment::sha256(bytes).len(), 64);
    });
}
