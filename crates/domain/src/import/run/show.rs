//! What the dry run found, for a person: rows of a list, and the refused ones as a file.

use super::Importer;
use super::read::corrected;
use crate::import::findings::{Found, List};
use crate::import::outcome::Outcome;
use crate::import::refused::{guarded_text, unguarded};
use crate::import::words::{reason_heading, refusal_words};
use crate::kind::{CODE, NAME};
use crate::text::Lang;

impl Importer {
    /// The rows of one list of findings from the `start`-th on, at most `count`, each with what a person needs to
    /// judge it.
    pub fn page(&mut self, list: List, start: usize, count: usize) -> Vec<Found> {
        let places: Vec<u32> = self.findings.places(list).iter().skip(start).take(count).copied().collect();
        let names: Vec<usize> = [NAME, CODE].into_iter().filter_map(|field| self.column_of(field)).collect();
        let mut found = Vec::with_capacity(places.len());
        for report in places.into_iter().filter_map(|place| self.reports.get(place as usize)) {
            let cells = corrected(self.table.cells_at(report.at), &self.options, report.row);
            let label = names.iter().filter_map(|column| cells.get(*column)).find(|cell| !cell.trim().is_empty());
            let label = label.map(|cell| unguarded(cell).trim().chars().take(80).collect()).unwrap_or_default();
            found.push(Found::new(report, label, list, &self.findings, &cells));
        }
        found
    }

    /// The refused rows as a CSV file in UTF-8 with its mark: the original columns, and a column with the reasons.
    pub fn refused_csv(&mut self, lang: Lang) -> Vec<u8> {
        let reason = reason_heading(lang);
        let headers = self.table.headers().to_vec();
        let is_again =
            headers.last().is_some_and(|last| [Lang::Zh, Lang::En].map(reason_heading).contains(&last.trim()));
        let width = headers.len() - usize::from(is_again);
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer("\u{feff}".as_bytes().to_vec());
        let heading = headers.iter().take(width).map(|header| guarded_text(unguarded(header)).into_owned());
        // Writing into memory cannot fail.
        let _ = writer.write_record(heading.chain([reason.to_owned()]));
        for report in &self.reports {
            let Outcome::Refused(refusals) = &report.outcome else { continue };
            let reasons: Vec<String> =
                refusals.iter().map(|refusal| refusal_words(refusal, &self.dictionary, lang)).collect();
            let cells = corrected(self.table.cells_at(report.at), &self.options, report.row);
            let kept = if is_again && cells.len() == headers.len() { width } else { cells.len() };
            let mut row: Vec<String> =
                cells.iter().take(kept).map(|cell| guarded_text(unguarded(cell)).into_owned()).collect();
            row.resize(row.len().max(width), String::new());
            row.push(reasons.join(if lang == Lang::Zh { ";" } else { "; " }));
            let _ = writer.write_record(row);
        }
        writer.into_inner().unwrap_or_default()
    }
}
