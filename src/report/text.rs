//! The report for a person in a hurry: the worst first, then the two tables that the organisation
//! agreed on, then what was not looked at, then one line to act on. It is written from a cleaned copy of
//! the report, as one string, so that no foreign text can reach a terminal or a CI runner unseen.

use super::{Report, clean};
use std::io::{self, Write};

mod closing;
mod findings;
mod frame;
mod page;
mod tables;
use page::Page;

/// How the text is to look. Whoever calls knows the terminal; nothing here asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// With ANSI colours.
    pub color: bool,
    /// Columns.
    pub width: usize,
    /// With line-drawing characters; else our own text is ASCII.
    pub unicode: bool,
    /// Everything, one by one.
    pub verbose: bool,
}

impl Default for Style {
    fn default() -> Self {
        Self { color: false, width: 100, unicode: true, verbose: false }
    }
}

/// Writes `report` for a person.
///
/// # Errors
/// What the writer says.
pub fn write(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let report = clean::report(report);
    let mut page = Page::new(*style);
    closing::head(&mut page, &report);
    findings::red(&mut page, &report);
    findings::waived(&mut page, &report);
    findings::not_asked(&mut page, &report);
    tables::checklists(&mut page, &report);
    tables::scenarios(&mut page, &report);
    if style.verbose {
        findings::green(&mut page, &report);
        closing::reads(&mut page, &report);
    }
    closing::not_judged(&mut page, &report);
    closing::read(&mut page, &report);
    closing::links(&mut page, &report);
    closing::notices(&mut page, &report);
    closing::summary(&mut page, &report);
    out.write_all(clean::defuse(&page.finish()).as_bytes())
}

/// A day, in UTC.
pub(super) fn date(epoch_s: i64) -> String {
    jiff::Timestamp::from_second(epoch_s).map_or_else(|_| format!("{epoch_s} s"), |instant| instant.strftime("%Y-%m-%d").to_string())
}

/// A minute, in UTC.
fn minute(epoch_s: i64) -> String {
    jiff::Timestamp::from_second(epoch_s)
        .map_or_else(|_| format!("{epoch_s} s"), |instant| instant.strftime("%Y-%m-%d %H:%M UTC").to_string())
}

#[cfg(test)]
mod tests;
