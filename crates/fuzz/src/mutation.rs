//! Inputs made from those of a corpus: bent, cut, doubled, and crossed with each other.

/// The longest input, in bytes.
const MAX_BYTES: usize = 64 * 1024;
/// The most changes made to one input.
const MAX_CHANGES: u64 = 6;

/// What parsers stumble over.
const TOKENS: &[&[u8]] = &[
    b"\0",
    b"\"",
    b"'",
    b",",
    b";",
    b"\n",
    b"\r\n",
    b"\t",
    b"{",
    b"}",
    b"[",
    b"]",
    b"(",
    b")",
    b"<",
    b"/>",
    b"&#x0;",
    b"&#xD800;",
    b"&lol;",
    b"]]>",
    b"<![CDATA[",
    b"_xD800_",
    b"\\ud800",
    b"\xEF\xBB\xBF",
    b"\xFF\xFE",
    b"\xED\xA0\x80",
    b"\xF4\x90\x80\x80",
    b"\x81\x30\x81\x30",
    b"-1",
    b"0",
    b"99999999999999999999",
    b"18446744073709551615",
    b"-9223372036854775808",
    b"4294967296",
    b"1e309",
    b"-0.0",
    b"NaN",
    b"XFD1048576",
    b"2026-02-30",
    b"9999-12-31",
    b"0000-00-00",
    b"\xEF\xBC\x91",
    b"\xE5\xB9\xB4",
    b"\xFF\xFF\xFF\xFF",
    b"\x00\x00\x00\x80",
];

/// A stream of inputs, the same for the same seed and corpus.
pub struct Mutations<'c> {
    state: u64,
    corpus: &'c [Vec<u8>],
}

impl<'c> Mutations<'c> {
    pub fn new(seed: u64, corpus: &'c [Vec<u8>]) -> Self {
        Self { state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1, corpus }
    }

    pub fn next_input(&mut self) -> Vec<u8> {
        let mut input = self.one().to_vec();
        for _ in 0..=self.below(MAX_CHANGES) {
            self.change(&mut input);
        }
        input.truncate(MAX_BYTES);
        input
    }

    fn one(&mut self) -> &'c [u8] {
        let place = self.below(self.corpus.len() as u64) as usize;
        self.corpus.get(place).map(Vec::as_slice).unwrap_or_default()
    }

    fn change(&mut self, input: &mut Vec<u8>) {
        let (from, to) = self.stretch(input.len());
        match self.below(10) {
            // A bit, a byte.
            0 | 1 => {
                let bit = 1 << self.below(8);
                if let Some(byte) = input.get_mut(from) {
                    *byte ^= bit;
                }
            }
            2 => {
                let new = self.below(256) as u8;
                if let Some(byte) = input.get_mut(from) {
                    *byte = new;
                }
            }
            // A token, put in or put over.
            3 | 4 => drop(input.splice(from..from, self.token().iter().copied())),
            5 => {
                let token = self.token();
                let end = (from + token.len()).min(input.len());
                drop(input.splice(from..end, token.iter().copied()));
            }
            // A stretch taken out, doubled, or many times over: nesting.
            6 => drop(input.drain(from..to)),
            7 => {
                let part = input.get(from..to).unwrap_or_default().to_vec();
                drop(input.splice(to..to, part));
            }
            8 => {
                let part: Vec<u8> = input.get(from..to.min(from + 24)).unwrap_or_default().to_vec();
                let times = 1 + self.below(2000) as usize;
                drop(input.splice(from..from, part.repeat(times)));
            }
            // A stretch of another file.
            _ => {
                let other = self.one();
                let (start, end) = self.stretch(other.len());
                drop(input.splice(from..to, other.get(start..end).unwrap_or_default().iter().copied()));
            }
        }
    }

    /// A stretch of something of that length, mostly a short one.
    fn stretch(&mut self, length: usize) -> (usize, usize) {
        let from = self.below(length as u64 + 1) as usize;
        let longest = if self.below(8) == 0 { length - from } else { (length - from).min(16) };
        (from, from + self.below(longest as u64 + 1) as usize)
    }

    fn token(&mut self) -> &'static [u8] {
        let place = self.below(TOKENS.len() as u64) as usize;
        TOKENS.get(place).copied().unwrap_or_default()
    }

    /// A number from 0 to below `bound`: xorshift64*.
    fn below(&mut self, bound: u64) -> u64 {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        let drawn = self.state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16;
        if bound == 0 { 0 } else { drawn % bound }
    }
}
