//! YAML and JSON with positions, anchors, merge keys and hard limits.
//!
//! Everything the product reads as text (its configuration, the recovery standard, Kubernetes
//! manifests) goes through this module, so there is one parser and one type of error:
//!
//! ```text
//! bytes -> size, UTF-8 and control-character checks -> events (granit-parser) -> `build` -> Node
//! Node  -> `de` (a serde deserialiser over &Node)    -> typed configuration
//! ```
//!
//! What lives here: reading text into a positioned tree, and a tree into types. What must not:
//! files, file names, what a Kubernetes object means, how an error is printed.
//!
//! # How scalars are read
//!
//! As `kubectl` reads them (go-yaml v2, YAML 1.1), for plain scalars only; quoted and block
//! scalars are always strings.
//!
//! * `y yes true on n no false off` in lower, Title and UPPER case are booleans.
//! * `~`, `null` and nothing at all are null.
//! * `0644` and `0o644` are 420, `0x1F` is 31, `0b11` is 3, `1_000` is 1000; `08` is 8.0.
//! * `1e3` and `.5` are floats; `1e999` is out of range and stays a string.
//! * An integer outside `i64` becomes the nearest [`Value::Float`].
//! * Timestamps and base-60 numbers (`12:30`) stay strings.
//! * Keys are always strings: `1:` is the key `1`, `on:` is `true` and `1.50:` is `1.5`. A null key
//!   and a key that is a mapping or a list are refused.
//!
//! # Anchors and merge keys
//!
//! An alias is replaced by a copy of the anchored value; positions inside the copy are those of
//! the place where the value is *defined*. `<<` takes a mapping or a list of mappings; keys
//! written out win over merged ones, earlier sources over later ones, and merged entries follow
//! the written ones, with the positions of their definition. (`kubectl` lets a `<<` win over keys
//! written *before* it, against the specification; measured, and not copied.)

mod build;
mod de;
mod scalar;
mod spanned;
#[cfg(test)]
mod tests;
mod tree;
mod wording;

pub use de::{from_node, from_str};
pub use spanned::Spanned;

/// Characters shown of a line by [`excerpt`].
const EXCERPT_CHARS: usize = 200;

/// A place in a text: line and column, both starting at 1. Columns count characters, not bytes,
/// and a byte order mark counts as nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// One value and the place where it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where the value starts: a quoted scalar at its quote, a block scalar (`|`, `>`) at its
    /// first line of text, a block mapping at its first key, a block list at its first `-`, a
    /// flow collection at its bracket, and an absent value at its colon or behind its dash.
    pub at: Position,
    /// Characters of the scalar on its first line, quotes included, for a caret span. At least
    /// 1, and 1 for collections.
    pub len: u32,
}

/// What a [`Node`] holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `null`, `~` or nothing.
    Null,
    /// A boolean, in any YAML 1.1 spelling.
    Bool(bool),
    /// An integer that fits an `i64`.
    Int(i64),
    /// A float, or an integer too large for an `i64`.
    Float(f64),
    /// A string.
    String(String),
    /// A list.
    Sequence(Vec<Node>),
    /// A mapping: written entries in file order, then merged ones. Keys are unique.
    Mapping(Vec<Entry>),
}

/// One key and its value in a mapping.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key as a string.
    pub key: String,
    /// Where the key starts.
    pub key_at: Position,
    /// The value.
    pub value: Node,
}

/// What a text may cost. Exceeding any of these is an error, never a truncated result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Size of the text in bytes, checked before a byte of it is looked at. 32 MiB.
    pub bytes: usize,
    /// Documents in one text, empty ones included. 10,000.
    pub documents: usize,
    /// Nested lists and mappings. 64; anything above 256 counts as 256, because trees are
    /// walked recursively.
    pub depth: usize,
    /// Scalars, lists and mappings in the whole text, copies made by aliases included. 1,000,000.
    pub nodes: usize,
    /// Nodes copied for anchors and aliases in the whole text. 100,000.
    pub alias_nodes: usize,
    /// Bytes of strings copied for anchors and aliases in the whole text. 16 MiB.
    pub alias_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 32 * 1024 * 1024,
            documents: 10_000,
            depth: 64,
            nodes: 1_000_000,
            alias_nodes: 100_000,
            alias_bytes: 16 * 1024 * 1024,
        }
    }
}

impl Limits {
    /// Refuses a size over the limit: call it with the size the file system states, before
    /// reading a file into memory.
    pub fn check_size(&self, size: u64) -> Result<(), SourceError> {
        if usize::try_from(size).is_ok_and(|size| size <= self.bytes) {
            return Ok(());
        }
        let message = format!("{size} bytes are more than the limit of {} bytes", self.bytes);
        Err(SourceError::new(SourceErrorKind::TooLarge, None, message))
    }
}

/// Why a text cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}{}", .at.map(|at| format!(" (line {}, column {})", at.line, at.column)).unwrap_or_default())]
pub struct SourceError {
    /// A lowercase fragment without the position.
    pub message: String,
    /// Where, if the error has a place.
    pub at: Option<Position>,
    /// What sort of error.
    pub kind: SourceErrorKind,
}

/// The sorts of [`SourceError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SourceErrorKind {
    /// More bytes than [`Limits::bytes`].
    TooLarge,
    /// Not UTF-8.
    NotUtf8,
    /// A Helm or Go template that has to be rendered first.
    Template,
    /// Neither YAML nor JSON.
    Syntax,
    /// A key twice in one mapping.
    DuplicateKey,
    /// Deeper than [`Limits::depth`].
    TooDeep,
    /// Over one of the other [`Limits`].
    Budget,
    /// A key or a name that the typed form does not know.
    UnknownKey,
    /// Well-formed, but not of the expected shape: a wrong type, a missing key, a refused value.
    Shape,
}

impl SourceError {
    /// An error of a kind, at a place if it has one.
    pub fn new(kind: SourceErrorKind, at: Option<Position>, message: impl Into<String>) -> Self {
        Self { message: message.into(), at, kind }
    }
}

/// Every document of a YAML or JSON text, or the first error in it. Empty documents (nothing, or
/// only comments, between two markers) are dropped, so an empty text gives an empty vector.
pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Vec<Node>, SourceError> {
    let text = checked_text(bytes, limits)?;
    let mut documents = Vec::new();
    for document in build::Documents::new(text, limits) {
        documents.push(document?);
    }
    Ok(documents)
}

/// Every document of a text, each with its own error.
///
/// A broken document does not hide the others: those before it are returned, and reading goes on
/// at the next `---` or `...` at the start of a line. What cannot be recovered: documents after
/// an unclosed quote or a block scalar that swallows a marker are cut where the next marker is
/// found, and nothing is read after a [`SourceErrorKind::Template`] (the rest is a template too)
/// or [`SourceErrorKind::Budget`] error, which then is the last item.
pub fn parse_documents(bytes: &[u8], limits: &Limits) -> Vec<Result<Node, SourceError>> {
    match checked_text(bytes, limits) {
        Ok(text) => build::Documents::new(text, limits).collect(),
        Err(error) => vec![Err(error)],
    }
}

/// One line of a text for display, without its line end, cut at 200 characters. Every control
/// character and every character that changes the direction of text becomes one other character
/// (a tab a space, the rest U+FFFD), so columns still match.
pub fn excerpt(text: &str, line: u32) -> Option<String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut rest = text;
    for _ in 1..line {
        rest = split_line(rest)?.1;
    }
    if line == 0 || (rest.is_empty() && !text.is_empty()) {
        return None;
    }
    let shown = split_line(rest).map_or(rest, |(line, _)| line);
    Some(shown.chars().take(EXCERPT_CHARS).map(visible).collect())
}

/// The line that a value stands on, for display, with as many characters as it has. On a line that holds
/// more than one value (flow style, JSON in one line) whatever belongs to another is masked: it may be
/// anything, a credential too. So are the user and the query of an address. Nothing where the value stands
/// behind the part of the line that is shown.
pub fn excerpt_of(text: &str, node: &Node) -> Option<String> {
    let mut line: Vec<char> = excerpt(text, node.at.line)?.chars().collect();
    let start = usize::try_from(node.at.column).ok()?.checked_sub(1)?;
    let end = start.saturating_add(usize::try_from(node.len).ok()?);
    let before = line.get(..start)?;
    if line.iter().any(|c| matches!(c, '{' | '[')) {
        let key = before.iter().rposition(|c| matches!(c, '{' | '[' | ',')).map_or(0, |at| at + 1);
        mask(&mut line, |at| !(key..end).contains(&at));
    }
    mask_addresses(&mut line);
    Some(line.into_iter().collect())
}

/// Masks letters and digits; what separates them stays, so that the line keeps its looks.
fn mask(line: &mut [char], hidden: impl Fn(usize) -> bool) {
    for (at, c) in line.iter_mut().enumerate().filter(|(_, c)| c.is_alphanumeric()) {
        if hidden(at) {
            *c = '·';
        }
    }
}

/// Masks the user and the query of each address.
fn mask_addresses(line: &mut [char]) {
    let starts: Vec<usize> = line.windows(3).enumerate().filter(|(_, three)| *three == [':', '/', '/']).map(|(at, _)| at + 3).collect();
    for start in starts {
        let rest = line.get(start..).unwrap_or_default();
        let end = start + rest.iter().position(|c| c.is_whitespace() || matches!(c, '"' | '\'' | '}' | ']')).unwrap_or(rest.len());
        let address = line.get(start..end).unwrap_or_default();
        let user = address.iter().position(|c| *c == '/').unwrap_or(address.len());
        let user = address.get(..user).unwrap_or_default().iter().rposition(|c| *c == '@').map_or(start, |at| start + at);
        let query = address.iter().position(|c| matches!(c, '?' | '#')).map_or(end, |at| start + at);
        mask(line, |at| (start..user).contains(&at) || (query..end).contains(&at));
    }
}

/// The first line of a text and what follows its line end, or nothing if no line ends here.
fn split_line(text: &str) -> Option<(&str, &str)> {
    let end = text.find(['\n', '\r'])?;
    let (line, rest) = text.split_at_checked(end)?;
    let rest = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix(['\n', '\r']))?;
    Some((line, rest))
}

fn visible(c: char) -> char {
    match c {
        '\t' => ' ',
        '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => char::REPLACEMENT_CHARACTER,
        c if c.is_control() => char::REPLACEMENT_CHARACTER,
        c => c,
    }
}

/// The text of bytes.
///
/// # Errors
/// Says where the first byte stands that is not UTF-8.
pub fn utf8(bytes: Vec<u8>) -> Result<String, SourceError> {
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
        not_utf8(std::str::from_utf8(valid).unwrap_or_default())
    })
}

fn not_utf8(before: &str) -> SourceError {
    SourceError::new(SourceErrorKind::NotUtf8, Some(position_after(before)), "the text is not UTF-8")
}

/// The text without its byte order mark, if size, encoding and characters are acceptable.
///
/// Control characters are refused as go-yaml does; a NUL byte would else end the text early.
fn checked_text<'a>(bytes: &'a [u8], limits: &Limits) -> Result<&'a str, SourceError> {
    limits.check_size(bytes.len() as u64)?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
            return Err(not_utf8(std::str::from_utf8(valid).unwrap_or_default()));
        }
    };
    let forbidden = |byte: &u8| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r');
    if let Some(offset) = bytes.iter().position(forbidden) {
        let at = position_after(text.get(..offset).unwrap_or_default());
        let message = "control characters are not allowed";
        return Err(SourceError::new(SourceErrorKind::Syntax, Some(at), message));
    }
    Ok(text)
}

/// The position of the character that follows a prefix of a text.
fn position_after(mut prefix: &str) -> Position {
    let mut line = 1u32;
    while let Some((_, rest)) = split_line(prefix) {
        line = line.saturating_add(1);
        prefix = rest;
    }
    Position { line, column: to_u32(prefix.chars().count()).saturating_add(1) }
}

fn to_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl Node {
    /// The value of a key, if this is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        let entry = self.as_map()?.iter().find(|entry| entry.key == key)?;
        Some(&entry.value)
    }

    /// The node at a path of keys separated by dots, such as `spec.jobTemplate.spec`; a part
    /// that is a number selects from a list, from 0. Keys that contain a dot need [`Node::get`].
    pub fn at_path(&self, path: &str) -> Option<&Node> {
        path.split('.')
            .try_fold(self, |node, part| node.as_seq().map_or_else(|| node.get(part), |list| list.get(part.parse::<usize>().ok()?)))
    }

    /// The string, if this is one.
    pub fn as_str(&self) -> Option<&str> {
        if let Value::String(text) = &self.value { Some(text) } else { None }
    }

    /// The integer, if this is one.
    pub fn as_i64(&self) -> Option<i64> {
        if let Value::Int(number) = self.value { Some(number) } else { None }
    }

    /// The boolean, if this is one.
    pub fn as_bool(&self) -> Option<bool> {
        if let Value::Bool(flag) = self.value { Some(flag) } else { None }
    }

    /// The items, if this is a list.
    pub fn as_seq(&self) -> Option<&[Node]> {
        if let Value::Sequence(items) = &self.value { Some(items) } else { None }
    }

    /// The entries, if this is a mapping.
    pub fn as_map(&self) -> Option<&[Entry]> {
        if let Value::Mapping(entries) = &self.value { Some(entries) } else { None }
    }

    /// Whether this is null.
    pub fn is_null(&self) -> bool {
        self.value == Value::Null
    }

    /// What this is, for messages: "a mapping", "a list", "a string", "a number", "a boolean"
    /// or "null".
    pub fn kind_name(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Int(_) | Value::Float(_) => "a number",
            Value::String(_) => "a string",
            Value::Sequence(_) => "a list",
            Value::Mapping(_) => "a mapping",
        }
    }
}
