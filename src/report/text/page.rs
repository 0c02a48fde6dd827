//! The page: columns, wrapping and colour. Widths are measured before colour is put on.

use super::Style;
use crate::report::Verdict;
use std::fmt::Write as _;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Narrower than this nothing lines up any more.
const NARROWEST: usize = 40;

/// A colour with a meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    Plain,
    Strong,
    Faint,
    Bad,
    Doubtful,
    Good,
    Taken,
}

impl Ink {
    pub(super) fn of(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Fail => Self::Bad,
            Verdict::Unknown => Self::Doubtful,
            Verdict::Waived => Self::Taken,
            Verdict::Pass => Self::Good,
            Verdict::NotJudged | Verdict::NotApplicable => Self::Faint,
        }
    }

    fn style(self) -> anstyle::Style {
        let style = anstyle::Style::new();
        match self {
            Self::Plain => style,
            Self::Strong => style.bold(),
            Self::Faint => style.dimmed(),
            Self::Bad => style.bold().fg_color(Some(anstyle::AnsiColor::Red.into())),
            Self::Doubtful => style.bold().fg_color(Some(anstyle::AnsiColor::Yellow.into())),
            Self::Good => style.fg_color(Some(anstyle::AnsiColor::Green.into())),
            Self::Taken => style.fg_color(Some(anstyle::AnsiColor::Magenta.into())),
        }
    }
}

/// One cell of a table.
pub(super) struct Cell {
    text: String,
    ink: Ink,
    right: bool,
}

impl Cell {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ink: Ink::Plain, right: false }
    }

    pub(super) fn ink(self, ink: Ink) -> Self {
        Self { ink, ..self }
    }

    pub(super) fn right(self) -> Self {
        Self { right: true, ..self }
    }

    pub(super) fn width(&self) -> usize {
        width(&self.text)
    }
}

/// What is written so far.
pub(super) struct Page {
    pub(super) style: Style,
    text: String,
}

impl Page {
    pub(super) fn new(style: Style) -> Self {
        Self { style: Style { width: style.width.max(NARROWEST), ..style }, text: String::new() }
    }

    pub(super) fn finish(self) -> String {
        self.text
    }

    pub(super) fn width(&self) -> usize {
        self.style.width
    }

    /// Between two words of a list.
    pub(super) fn dot(&self) -> &'static str {
        if self.style.unicode { " · " } else { " | " }
    }

    /// Nothing to say.
    pub(super) fn dash(&self) -> &'static str {
        if self.style.unicode { "–" } else { "-" }
    }

    pub(super) fn paint(&self, ink: Ink, text: &str) -> String {
        if self.style.color && ink != Ink::Plain && !text.is_empty() {
            let style = ink.style();
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }

    /// One line, as it is.
    pub(super) fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    pub(super) fn blank(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// A heading, one blank line before it.
    pub(super) fn heading(&mut self, text: &str) {
        self.blank();
        for line in wrap(text, self.width()) {
            let line = self.paint(Ink::Strong, &line);
            self.line(&line);
        }
    }

    /// A paragraph that begins after `head` and hangs under its own first word.
    pub(super) fn hang(&mut self, head: &str, ink: Ink, text: &str) {
        self.hang_at(head, ink, width(head), text);
    }

    /// A paragraph that begins after `head`, its other lines `indent` columns in.
    pub(super) fn hang_at(&mut self, head: &str, ink: Ink, indent: usize, text: &str) {
        let first = self.width().saturating_sub(width(head)).max(20);
        let rest = self.width().saturating_sub(indent).max(20);
        let mut lines = wrap_after(text, first, rest).into_iter();
        let line = format!("{}{}", self.paint(ink, head), lines.next().unwrap_or_default());
        self.line(&line);
        for line in lines {
            self.line(&format!("{:indent$}{line}", ""));
        }
    }

    /// `left`, and `right` at the end of the line, or on a line of its own where both have no room.
    pub(super) fn both(&mut self, left: &str, left_width: usize, right: &str, ink: Ink) {
        let right_width = width(right);
        if left_width + 2 + right_width <= self.width() {
            let gap = self.width() - left_width - right_width;
            let line = format!("{left}{:gap$}{}", "", self.paint(ink, right));
            self.line(&line);
        } else {
            self.line(left);
            for line in wrap(right, self.width().saturating_sub(2)) {
                let line = format!("  {}", self.paint(ink, &line));
                self.line(&line);
            }
        }
    }

    /// One row: each cell after its gap, wrapped in its own column.
    pub(super) fn row(&mut self, cells: &[(&str, usize, Cell)]) {
        let wrapped: Vec<Vec<String>> = cells.iter().map(|(_, columns, cell)| wrap(&cell.text, *columns)).collect();
        let height = wrapped.iter().map(Vec::len).max().unwrap_or(0);
        for nth in 0..height {
            let mut line = String::new();
            for ((gap, columns, cell), lines) in cells.iter().zip(&wrapped) {
                let text = lines.get(nth).map_or("", String::as_str);
                let pad = columns.saturating_sub(width(text));
                let painted = self.paint(cell.ink, text);
                let gap = if nth == 0 { (*gap).to_owned() } else { " ".repeat(width(gap)) };
                // Writing to a string does not fail.
                let _ = if cell.right { write!(line, "{gap}{:pad$}{painted}", "") } else { write!(line, "{gap}{painted}{:pad$}", "") };
            }
            self.line(&line);
        }
    }

    /// Finished lines of somebody else.
    pub(super) fn block(&mut self, text: &str) {
        for line in text.lines() {
            self.line(line);
        }
    }
}

/// How many columns a text takes.
pub(super) fn width(text: &str) -> usize {
    text.width()
}

/// Text in lines of at most `columns`, broken at spaces, and inside a word only where it is longer than a line.
pub(super) fn wrap(text: &str, columns: usize) -> Vec<String> {
    wrap_after(text, columns, columns)
}

fn wrap_after(text: &str, first: usize, rest: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    let limit = |lines: &Vec<String>| if lines.is_empty() { first.max(1) } else { rest.max(1) };
    for word in text.split_whitespace() {
        let long = width(word);
        if used > 0 && used + 1 + long <= limit(&lines) {
            line.push(' ');
            line.push_str(word);
            used += 1 + long;
            continue;
        }
        if used > 0 {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        for c in word.chars() {
            let columns = c.width().unwrap_or(0);
            if used > 0 && used + columns > limit(&lines) {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            line.push(c);
            used += columns;
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}
