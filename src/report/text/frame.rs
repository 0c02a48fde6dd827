//! What is so, and the line of the file that says so. The frame is drawn by miette from the excerpt in
//! the evidence alone: the file itself is never opened, so a stored snapshot prints the same bytes.
//!
//! The handler that is used here draws into the report; the handler of the process, which draws errors,
//! stays with `main`.

use super::page::{Ink, Page, width};
use crate::report::Place;
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents,
    ThemeCharacters, ThemeStyles,
};
use std::fmt;

/// Writes the sentences, and under them the judged line, if there is one.
pub(super) fn write(page: &mut Page, sentences: &[String], at: Option<&Place>) {
    let excerpt = at.and_then(|at| Excerpt::of(at, page.width()));
    let frame = Frame { message: sentences.join("\n"), excerpt };
    let mut text = String::new();
    let handler = GraphicalReportHandler::new_themed(theme(page)).with_width(page.width()).with_links(false).without_syntax_highlighting();
    // Drawing into a string fails only where a span is outside of its source; then the sentences are still due.
    if handler.render_report(&mut text, &frame).is_err() {
        text = sentences.iter().map(|sentence| format!("  {sentence}\n")).collect();
    }
    page.block(&text);
    let Some(at) = at else { return };
    if let (None, Some(label)) = (frame.excerpt.as_ref().and_then(|excerpt| excerpt.label.as_ref()), &at.label) {
        page.hang("  here: ", Ink::Plain, label);
    }
    match (&frame.excerpt, &at.file, &at.object) {
        (Some(_), _, _) | (None, None, None) => {}
        (None, Some(file), object) => {
            let line = [at.line, at.column].into_iter().map_while(|number| number).map(|number| format!(":{number}")).collect::<String>();
            let object = object.as_ref().map_or_else(String::new, |object| format!(" ({object})"));
            page.hang("  at: ", Ink::Plain, &format!("{file}{line}{object}"));
        }
        (None, None, Some(object)) => page.hang("  at: ", Ink::Plain, object),
    }
    if !at.also.is_empty() {
        page.hang("  also: ", Ink::Plain, &at.also.join(", "));
    }
}

fn theme(page: &Page) -> GraphicalTheme {
    GraphicalTheme {
        characters: if page.style.unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() },
        styles: if page.style.color { ThemeStyles::ansi() } else { ThemeStyles::none() },
    }
}

/// The judged line as a source of its own, that knows where in its file it stood.
#[derive(Debug)]
struct Excerpt {
    name: String,
    /// From 0.
    line: usize,
    /// From 0, of the judged value.
    column: usize,
    text: String,
    /// Bytes of the judged value in `text`.
    offset: usize,
    length: usize,
    /// Where the frame has room for it.
    label: Option<String>,
}

impl Excerpt {
    fn of(at: &Place, columns: usize) -> Option<Self> {
        let characters: Vec<char> = at.excerpt.as_ref()?.trim_end().chars().collect();
        let number = at.line?;
        let indent = characters.iter().take_while(|c| c.is_whitespace()).count();
        if indent == characters.len() {
            return None;
        }
        let whole = (indent, characters.len() - indent);
        let (start, length) = match at.column {
            Some(column) if column >= 1 && index(column - 1) < characters.len() => {
                let start = index(column - 1);
                (start, at.length.map_or(1, index).clamp(1, characters.len() - start))
            }
            Some(_) | None => whole,
        };
        // A frame's own signs take as many columns as the line number and six more.
        let room = columns.saturating_sub(number.to_string().len() + 6).max(20);
        let (from, to) = window(&characters, start, length, room);
        let text = |from: usize, to: usize| characters.get(from..to).unwrap_or_default().iter().collect::<String>();
        let before = text(from, start);
        let judged = text(start, (start + length).min(to));
        let label = at.label.clone().filter(|label| width(&before) + width(&judged) / 2 + 4 + width(label) <= room);
        Some(Self {
            name: at.file.clone().or_else(|| at.object.clone()).unwrap_or_else(|| "evidence".to_owned()),
            line: index(number.saturating_sub(1)),
            column: start,
            offset: before.len(),
            length: judged.len(),
            text: text(from, to),
            label,
        })
    }
}

fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// The part of a line that has room, with the judged value in it: a minified file is one line.
fn window(characters: &[char], start: usize, length: usize, room: usize) -> (usize, usize) {
    let wide = |from: usize, to: usize| width(&characters.get(from..to).unwrap_or_default().iter().collect::<String>());
    let mut from = 0;
    // Wide lines are long lines; counting them again for each character would take as long as they are long, squared.
    if characters.len() > room || wide(0, characters.len()) > room {
        let shown = length.min(room / 2);
        if start + shown > room / 2 {
            from = start.saturating_sub(room / 4);
        }
    }
    let mut to = characters.len().min(from + room);
    while to > start + 1 && wide(from, to) > room {
        to -= 1;
    }
    (from, to)
}

impl SourceCode for Excerpt {
    fn read_span<'a>(&'a self, _: &SourceSpan, _: usize, _: usize) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let whole = SourceSpan::from((0, self.text.len()));
        Ok(Box::new(MietteSpanContents::new_named(self.name.clone(), self.text.as_bytes(), whole, self.line, self.column, 1)))
    }
}

#[derive(Debug)]
struct Frame {
    message: String,
    excerpt: Option<Excerpt>,
}

impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Frame {}

impl Diagnostic for Frame {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.excerpt.as_ref().map(|excerpt| excerpt as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let excerpt = self.excerpt.as_ref()?;
        Some(Box::new(std::iter::once(LabeledSpan::new(excerpt.label.clone(), excerpt.offset, excerpt.length))))
    }
}
