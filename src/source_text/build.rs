//! From parser events to a tree: documents, anchors, aliases, budgets and recovery.

use super::tree::{
    Cost, Key, collect_merge, measure, merge, named_key, refuse_duplicates, scalar_key, scalar_value, syntax, template_column,
};
use super::{Entry, Limits, Node, Position, SourceError, SourceErrorKind, Value, to_u32};
use serde_saphyr::granit_parser::{ErrorKind, Event, Marker, Options, Parser, ScalarStyle, ScanError, Span, StrInput};
use std::collections::HashMap;

/// Trees are cloned, walked and dropped recursively, so no caller may ask for more.
const MAX_DEPTH: usize = 256;
/// How many lines above a syntax error a template action is looked for.
const TEMPLATE_WINDOW: usize = 3;

/// The documents of a text, one after the other.
pub(super) struct Documents<'a> {
    text: &'a str,
    parser: Parser<'a, StrInput<'a>>,
    limits: &'a Limits,
    depth: usize,
    documents: usize,
    nodes: usize,
    alias_nodes: usize,
    alias_bytes: usize,
    anchors: HashMap<usize, Anchor>,
    stack: Vec<Frame>,
    finished: bool,
}

struct Anchor {
    node: Node,
    cost: Cost,
}

/// A collection that is still open.
struct Frame {
    at: Position,
    anchor: usize,
    open: Open,
}

enum Open {
    Sequence(Vec<Node>),
    Mapping { entries: Vec<Entry>, key: Option<Key>, merged: Vec<Entry> },
}

/// What one event did.
enum Step {
    Continue,
    Document(Node),
    End,
}

impl<'a> Documents<'a> {
    pub(super) fn new(text: &'a str, limits: &'a Limits) -> Self {
        let depth = limits.depth.min(MAX_DEPTH);
        let mut options = Options::default();
        // One more than ours, so that our own message comes first where possible.
        options.flow_nesting_limit = depth.saturating_add(1);
        options.block_nesting_limit = depth.saturating_add(1);
        options.set_emit_comments(false);
        Self {
            text,
            parser: Parser::new_from_str_with_options(text, options),
            limits,
            depth,
            documents: 0,
            nodes: 0,
            alias_nodes: 0,
            alias_bytes: 0,
            anchors: HashMap::new(),
            stack: Vec::new(),
            finished: false,
        }
    }

    fn step(&mut self) -> Result<Step, SourceError> {
        let (event, span) = match self.parser.next_event() {
            Some(Ok(event)) => event,
            Some(Err(error)) => return Err(self.scan_error(&error)),
            None => return Ok(Step::End),
        };
        let at = position(&span.start);
        match event {
            Event::StreamEnd => return Ok(Step::End),
            Event::DocumentStart(..) => {
                self.clear();
                self.documents += 1;
                if self.documents > self.limits.documents {
                    let message = format!("more than {} documents", self.limits.documents);
                    return Err(budget(at, message));
                }
            }
            Event::Scalar(text, style, anchor, tag) => {
                self.count_node(at)?;
                if self.stack.is_empty()
                    && span.start.index() == span.end.index()
                    && style == ScalarStyle::Plain
                    && anchor == 0
                    && tag.is_none()
                {
                    return Ok(Step::Continue); // an empty document
                }
                if let Some(key) = self.awaited_key() {
                    let value = scalar_value(&text, style, tag.as_deref(), at)?;
                    *key = Some(scalar_key(&text, style, tag.as_deref(), &value, at)?);
                    let node = self.scalar_node(value, &span);
                    self.remember(anchor, &node)?;
                } else {
                    let value = scalar_value(&text, style, tag.as_deref(), at)?;
                    let node = self.scalar_node(value, &span);
                    return self.complete(anchor, node);
                }
            }
            Event::SequenceStart(_, anchor, _) => {
                let at = self.dash_position(at, &span.start);
                self.open(at, anchor, Open::Sequence(vec![]))?;
            }
            Event::MappingStart(_, anchor, _) => {
                let open = Open::Mapping { entries: Vec::new(), key: None, merged: Vec::new() };
                self.open(at, anchor, open)?;
            }
            Event::SequenceEnd | Event::MappingEnd => return self.close(),
            Event::Alias(id) => return self.alias(id, at),
            // Stream start and document end carry nothing; other events are not asked for.
            _ => {}
        }
        Ok(Step::Continue)
    }

    fn count_node(&mut self, at: Position) -> Result<(), SourceError> {
        self.nodes += 1;
        if self.nodes > self.limits.nodes {
            return Err(budget(at, format!("more than {} values", self.limits.nodes)));
        }
        Ok(())
    }

    /// The place for a key, if the innermost collection is a mapping that waits for one.
    fn awaited_key(&mut self) -> Option<&mut Option<Key>> {
        match &mut self.stack.last_mut()?.open {
            Open::Mapping { key, .. } if key.is_none() => Some(key),
            Open::Mapping { .. } | Open::Sequence(_) => None,
        }
    }

    /// The parser places a list that is not indented under its key behind the first dash.
    fn dash_position(&self, at: Position, mark: &Marker) -> Position {
        let before = mark.byte_offset().and_then(|end| self.text.get(..end));
        let trimmed = before.map(|text| (text.len(), text.trim_end_matches([' ', '\t'])));
        match trimmed {
            Some((end, text)) if text.ends_with('-') && self.is_indentless(mark) => {
                Position { line: at.line, column: at.column.saturating_sub(to_u32(end - text.len() + 1)).max(1) }
            }
            _ => at,
        }
    }

    /// Whether the innermost collection is a mapping whose list starts at the mapping's column.
    fn is_indentless(&self, mark: &Marker) -> bool {
        let line = self.text.get(..mark.byte_offset().unwrap_or(0));
        let line = line.and_then(|text| text.rsplit(['\n', '\r']).next());
        let frame = self.stack.last();
        let indent = line.map(|line| line.chars().take_while(|c| *c == ' ').count());
        matches!((frame, indent), (Some(frame), Some(indent))
            if matches!(frame.open, Open::Mapping { .. })
                && frame.at.column == to_u32(indent).saturating_add(1)
                && line.is_some_and(|line| line.trim_start().starts_with('-')))
    }

    fn scalar_node(&self, value: Value, span: &Span) -> Node {
        let chars = if span.start.line() == span.end.line() {
            span.end.col().saturating_sub(span.start.col())
        } else {
            let start = span.start.byte_offset().unwrap_or(usize::MAX);
            let rest = self.text.get(start..).unwrap_or_default();
            let line = rest.split(['\n', '\r']).next().unwrap_or_default();
            line.trim_end().chars().count()
        };
        Node { value, at: position(&span.start), len: to_u32(chars).max(1) }
    }

    fn open(&mut self, at: Position, anchor: usize, open: Open) -> Result<(), SourceError> {
        self.count_node(at)?;
        if self.awaited_key().is_some() {
            return Err(syntax(at, "a key must be a string, not a mapping or a list"));
        }
        if self.stack.len() >= self.depth {
            return Err(self.too_deep(at));
        }
        self.stack.push(Frame { at, anchor, open });
        Ok(())
    }

    fn close(&mut self) -> Result<Step, SourceError> {
        let Some(frame) = self.stack.pop() else {
            return Ok(Step::Continue);
        };
        let value = match frame.open {
            Open::Sequence(items) => Value::Sequence(items),
            Open::Mapping { entries, merged, .. } => {
                refuse_duplicates(&entries)?;
                Value::Mapping(merge(entries, merged))
            }
        };
        let node = Node { value, at: frame.at, len: 1 };
        self.complete(frame.anchor, node)
    }

    /// Puts a finished value where it belongs.
    fn complete(&mut self, anchor: usize, node: Node) -> Result<Step, SourceError> {
        self.remember(anchor, &node)?;
        let Some(frame) = self.stack.last_mut() else {
            return Ok(Step::Document(node));
        };
        match &mut frame.open {
            Open::Sequence(items) => items.push(node),
            Open::Mapping { entries, key, merged } => match key.take() {
                Some(Key::Named(key, key_at)) => entries.push(Entry { key, key_at, value: node }),
                Some(Key::Merge) => collect_merge(node, merged)?,
                None => return Err(syntax(node.at, "a key must be a string")),
            },
        }
        Ok(Step::Continue)
    }

    /// Keeps a copy of an anchored value for its aliases; copies are paid for.
    fn remember(&mut self, anchor: usize, node: &Node) -> Result<(), SourceError> {
        if anchor == 0 {
            return Ok(());
        }
        let mut cost = Cost::default();
        measure(node, 0, &mut cost);
        self.charge(cost, node.at)?;
        let node = node.clone();
        self.anchors.insert(anchor, Anchor { node, cost });
        Ok(())
    }

    fn charge(&mut self, cost: Cost, at: Position) -> Result<(), SourceError> {
        self.alias_nodes = self.alias_nodes.saturating_add(cost.nodes);
        self.alias_bytes = self.alias_bytes.saturating_add(cost.bytes);
        if self.alias_nodes > self.limits.alias_nodes || self.alias_bytes > self.limits.alias_bytes {
            return Err(budget(at, "anchors and aliases expand to too much"));
        }
        Ok(())
    }

    fn alias(&mut self, id: usize, at: Position) -> Result<Step, SourceError> {
        let Some(anchor) = self.anchors.get(&id) else {
            return Err(syntax(at, "an alias must not refer to a value it is part of"));
        };
        let cost = anchor.cost;
        self.charge(cost, at)?;
        self.nodes = self.nodes.saturating_add(cost.nodes - 1);
        self.count_node(at)?;
        if self.stack.len().saturating_add(cost.depth) > self.depth {
            return Err(self.too_deep(at));
        }
        let Some(node) = self.anchors.get(&id).map(|anchor| anchor.node.clone()) else {
            return Ok(Step::Continue);
        };
        if let Some(key) = self.awaited_key() {
            *key = Some(named_key(&node.value, at)?);
            return Ok(Step::Continue);
        }
        self.complete(0, node)
    }

    fn too_deep(&self, at: Position) -> SourceError {
        let message = format!("more than {} lists and mappings inside each other", self.depth);
        SourceError::new(SourceErrorKind::TooDeep, Some(at), message)
    }

    fn scan_error(&self, error: &ScanError) -> SourceError {
        let mark = error.marker();
        let at = position(mark);
        if *error.kind() == ErrorKind::RecursionLimitExceeded {
            return self.too_deep(at);
        }
        let start = mark.byte_offset().unwrap_or(usize::MAX);
        let next = self.text.get(start..).and_then(|rest| rest.chars().next());
        match (error.kind(), next) {
            (ErrorKind::UnknownAnchor | ErrorKind::MissingAnchorOrAliasName, Some('*')) => {
                let message = "`*` starts an alias to an anchor that is not there: quote the value";
                syntax(at, message)
            }
            (ErrorKind::UnexpectedCharacter { character }, _) => syntax(at, format!("a value cannot start with `{character}`: quote it")),
            (kind, _) => syntax(at, kind.to_string()),
        }
    }

    /// A template action near a syntax error explains it better than the parser does.
    fn explain(&self, error: SourceError) -> SourceError {
        let (SourceErrorKind::Syntax, Some(at)) = (error.kind, error.at) else {
            return error;
        };
        let last = usize::try_from(at.line).unwrap_or(usize::MAX);
        let lines = self.text.lines().enumerate().take(last);
        let near = lines.skip(last.saturating_sub(TEMPLATE_WINDOW + 1));
        let action = |(index, line)| Some((index + 1, template_column(line)?));
        match near.filter_map(action).last() {
            Some((line, column)) => SourceError::new(
                SourceErrorKind::Template,
                Some(Position { line: to_u32(line), column: to_u32(column) }),
                "looks like a Helm or Go template: render it first",
            ),
            None => error,
        }
    }

    fn clear(&mut self) {
        self.stack.clear();
        self.anchors.clear();
    }

    /// Decides whether reading can go on after an error.
    fn recover(&mut self, kind: SourceErrorKind) {
        self.clear();
        self.finished = match kind {
            SourceErrorKind::Template | SourceErrorKind::Budget => true,
            SourceErrorKind::TooLarge
            | SourceErrorKind::NotUtf8
            | SourceErrorKind::Syntax
            | SourceErrorKind::DuplicateKey
            | SourceErrorKind::TooDeep
            | SourceErrorKind::UnknownKey
            | SourceErrorKind::Shape => !self.parser.proceed_next_document().unwrap_or(false),
        };
    }
}

impl Iterator for Documents<'_> {
    type Item = Result<Node, SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut root = None;
        while !self.finished {
            let step = match &root {
                // A value is only good once its document has ended without an error.
                Some(_) => match self.parser.peek() {
                    Some(Ok((Event::DocumentEnd, _))) | None => break,
                    Some(_) => self.step(),
                },
                None => self.step(),
            };
            match step {
                Ok(Step::Continue) => {}
                Ok(Step::Document(node)) => root = Some(node),
                Ok(Step::End) => self.finished = true,
                Err(error) => {
                    let error = self.explain(error);
                    self.recover(error.kind);
                    return Some(Err(error));
                }
            }
        }
        root.map(Ok)
    }
}

fn position(mark: &Marker) -> Position {
    Position { line: to_u32(mark.line()).max(1), column: to_u32(mark.col()).saturating_add(1) }
}

fn budget(at: Position, message: impl Into<String>) -> SourceError {
    SourceError::new(SourceErrorKind::Budget, Some(at), message)
}
