//! What the status of an object says of the past: instants, read with care for clocks that are off.

use crate::source_text::Node;
use jiff::Timestamp;

/// How far in the future a timestamp may lie and still be taken for now, in seconds.
const SKEW_S: i64 = 30;

/// Reads instants of one object and those around it, and remembers whether one of them lies in the future.
#[derive(Debug)]
pub(super) struct Times {
    /// When they were read, epoch seconds.
    at_s: i64,
    /// Whether one was later than that by more than clocks may differ.
    ahead: bool,
}

impl Times {
    /// As seen at `at_s`, epoch seconds.
    pub(super) fn at(at_s: i64) -> Self {
        Self { at_s, ahead: false }
    }

    /// The instant at a path, epoch seconds, at most now. `None` where there is none, or none that can be.
    pub(super) fn read(&mut self, node: &Node, path: &str) -> Option<i64> {
        let text = node.at_path(path)?.as_str()?;
        self.text(text)
    }

    /// The same of a text.
    pub(super) fn text(&mut self, text: &str) -> Option<i64> {
        let instant = text.parse::<Timestamp>().ok()?.as_second();
        if instant > self.at_s.saturating_add(SKEW_S) {
            self.ahead = true;
            return None;
        }
        Some(instant.min(self.at_s))
    }

    /// The instant that a text says, where it has come; one that has not is no run that was due.
    pub(super) fn past(&mut self, text: &str) -> Option<i64> {
        let exact = text.parse::<Timestamp>().ok()?.as_second();
        self.text(text).filter(|instant| *instant == exact)
    }

    /// Whether a timestamp was left out because it lies in the future.
    pub(super) fn ahead(&self) -> bool {
        self.ahead
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_may_be_off_by_half_a_minute_and_no_more() {
        for (text, expected, ahead) in [
            ("1970-01-01T00:16:40Z", Some(1_000), false),
            ("1970-01-01T01:16:30+01:00", Some(990), false),
            ("1970-01-01T00:17:10Z", Some(1_000), false),
            ("1970-01-01T00:17:11Z", None, true),
            ("yesterday", None, false),
        ] {
            let mut times = Times::at(1_000);
            assert_eq!((times.text(text), times.ahead()), (expected, ahead), "{text}");
            assert_eq!(times.past(text), expected.filter(|_| !text.contains("17:10")), "{text}");
        }
    }
}
