//! Writing a backup line by line, in one pass.

use sha2::{Digest, Sha256};

use super::{FORMAT, Header, PART_BYTES, PART_CHANGES, VERSION, hex};

/// Writes a backup of lines that come in canonical order, part by part; it holds no more than one part.
pub struct Writer {
    whole: Sha256,
    /// The lines of the part under way, as they stand in the file.
    part: Vec<u8>,
    sum: Sha256,
    /// How many lines the part has, and how many bytes they have by themselves.
    count: usize,
    bytes: usize,
    has_parts: bool,
}

impl Writer {
    /// Begins a backup: puts its header at the end of `file`.
    ///
    /// The header has to be true: the count of the lines to come, and the stamp of the last one.
    pub fn begin(header: &Header, file: &mut Vec<u8>) -> Self {
        let line = header_line(header);
        file.extend_from_slice(line.as_bytes());
        let mut whole = Sha256::new();
        whole.update(line.as_bytes());
        Self { whole, part: Vec::new(), sum: Sha256::new(), count: 0, bytes: 0, has_parts: false }
    }

    /// Takes the line of the next change; a part that is full goes to the end of `file`.
    pub fn add(&mut self, line: &[u8], file: &mut Vec<u8>) {
        if self.count > 0 {
            self.part.extend_from_slice(b",\n");
        }
        self.part.extend_from_slice(line);
        self.sum.update(line);
        self.sum.update(b"\n");
        self.count += 1;
        self.bytes += line.len();
        if self.count == PART_CHANGES || self.bytes >= PART_BYTES {
            self.end_part(file);
        }
    }

    /// Ends the backup: what is left and the last checksum go to the end of `file`.
    pub fn finish(mut self, file: &mut Vec<u8>) {
        if self.count > 0 {
            self.end_part(file);
        }
        if self.has_parts {
            file.push(b'\n');
        }
        file.extend_from_slice(format!("],\"sha256\":\"{}\"}}\n", hex(&self.whole.finalize())).as_bytes());
    }

    fn end_part(&mut self, file: &mut Vec<u8>) {
        if self.has_parts {
            file.extend_from_slice(b",\n");
        }
        let sum = hex(&self.sum.finalize_reset());
        self.whole.update(sum.as_bytes());
        file.extend_from_slice(format!("{{\"count\":{},\"sha256\":\"{sum}\",\"changes\":[\n", self.count).as_bytes());
        file.extend_from_slice(&self.part);
        file.extend_from_slice(b"\n]}");
        self.part.clear();
        (self.count, self.bytes, self.has_parts) = (0, 0, true);
    }
}

fn header_line(header: &Header) -> String {
    let Header { workspace, newest, count, without } = header;
    let name = serde_json::Value::from(workspace.as_str());
    let without = match without.as_slice() {
        [] => String::new(),
        list => format!("\"without\":{},", serde_json::Value::from(list)),
    };
    format!(
        "{{\"format\":\"{FORMAT}\",\"version\":{VERSION},\"workspace\":{name},\"newest\":\"{newest}\",\"count\":{count},{without}\"parts\":[\n"
    )
}
