//! What a command that did its work came to.

/// Whether there is something to look at; said by the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing: exit code 0.
    Fine,
    /// Refused rows, differences, clashes or faults, all of them named: exit code 1.
    Findings,
}
