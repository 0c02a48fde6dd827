//! The exit codes: one table, the same in `--help`, in the JSON report and in the README.

/// What the process says to its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Nothing failed and nothing is unknown.
    Pass,
    /// Something failed.
    Fail,
    /// The command line, the config, the standard or a policy is wrong.
    Usage,
    /// Nothing failed, and something is not known.
    Incomplete,
    /// The program could not do its work: a file could not be written, a bug.
    CouldNotRun,
}

/// The table, for `--help`.
pub const TABLE: &str = "\
Exit codes:
  0  nothing failed, nothing is unknown (the last line says whether readiness is proven)
  1  at least one control fails
  2  the command line, the config, the standard or a policy is wrong
  3  nothing failed, but evidence is incomplete: something is unknown, or nothing was proven
  4  the program could not do its work";

impl Exit {
    /// The number.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Pass => 0,
            Self::Fail => 1,
            Self::Usage => 2,
            Self::Incomplete => 3,
            Self::CouldNotRun => 4,
        }
    }
}

impl From<crate::report::Outcome> for Exit {
    fn from(outcome: crate::report::Outcome) -> Self {
        use crate::report::Outcome;
        match outcome {
            Outcome::NotReady => Self::Fail,
            Outcome::Incomplete => Self::Incomplete,
            Outcome::NoFaultDeclared | Outcome::Ready => Self::Pass,
        }
    }
}
