//! A small reader of POSIX shell text with the bash forms backup scripts use.
//!
//! It builds a tree and refuses (`Err`) what it cannot place, because a guess at
//! the structure would turn into a guess about which failures are hidden.
//! No parser crate: `yash-syntax` is GPL, `conch-parser` is unmaintained and
//! `brush-parser` costs more build time than the rest of this module together.

use std::rc::Rc;

/// Statements in order.
pub(super) type List = Vec<AndOr>;

/// `a && b || c`, with or without a trailing `&`.
#[derive(Debug, Clone)]
pub(super) struct AndOr {
    pub(super) first: Pipeline,
    /// `true` stands for `&&`, `false` for `||`.
    pub(super) rest: Vec<(bool, Pipeline)>,
    pub(super) background: bool,
    pub(super) line: u32,
    /// The statement as written, for the few checks that look at `$?` by text.
    pub(super) text: String,
}

/// `! a | b`.
#[derive(Debug, Clone)]
pub(super) struct Pipeline {
    pub(super) negated: bool,
    pub(super) stages: Vec<Stage>,
}

/// One command with its redirections.
#[derive(Debug, Clone)]
pub(super) struct Stage {
    pub(super) command: Command,
    pub(super) redirects: Vec<Redirect>,
    pub(super) line: u32,
}

#[derive(Debug, Clone)]
pub(super) enum Command {
    Simple {
        assigns: Vec<(String, Word)>,
        words: Vec<Word>,
    },
    Group(List),
    Subshell(List),
    If {
        arms: Vec<(List, List)>,
        otherwise: Option<List>,
    },
    While {
        condition: List,
        body: List,
    },
    For {
        name: String,
        words: Option<Vec<Word>>,
        body: List,
    },
    Case {
        arms: Vec<List>,
    },
    Function {
        name: String,
        body: Rc<Stage>,
    },
    /// `[[ … ]]` and `(( … ))`: only their text matters, see [`AndOr::text`].
    Test,
}

#[derive(Debug, Clone)]
pub(super) struct Redirect {
    pub(super) op: &'static str,
    pub(super) fd: Option<u32>,
    pub(super) target: Word,
    /// Index into [`Parsed::documents`] for `<<`.
    pub(super) document: Option<usize>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Word {
    pub(super) parts: Vec<Part>,
}

#[derive(Debug, Clone)]
pub(super) enum Part {
    Text {
        text: String,
        quoted: bool,
    },
    Variable {
        name: String,
        quoted: bool,
        default: Option<Word>,
        /// `${x%y}` and other forms whose result is not computed here.
        altered: bool,
    },
    Substitution(List),
    Unknown,
}

#[derive(Debug, Clone)]
pub(super) struct Document {
    pub(super) text: String,
    pub(super) line: u32,
    pub(super) literal: bool,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Parsed {
    pub(super) list: List,
    pub(super) documents: Vec<Document>,
}

/// What could not be read, and where.
#[derive(Debug, Clone)]
pub(super) struct Unreadable {
    pub(super) line: u32,
    pub(super) what: &'static str,
}

type Res<T> = Result<T, Unreadable>;

/// Deep nesting is refused before it can exhaust the stack.
const MAX_DEPTH: u32 = 24;
const MAX_TEXT: usize = 256 * 1024;

pub(super) fn parse(text: &str, first_line: u32) -> Res<Parsed> {
    if text.len() > MAX_TEXT {
        return Err(Unreadable { line: first_line, what: "the script is longer than 256 KiB" });
    }
    let mut p = Parser {
        // U+0001 marks an unknown piece of a value in this module.
        chars: text.chars().filter(|c| *c != '\u{1}' && *c != '\r').collect(),
        pos: 0,
        line: first_line,
        depth: 0,
        documents: Vec::new(),
        pending: Vec::new(),
    };
    let list = p.list(&[])?;
    p.blank();
    if p.peek().is_some() {
        return p.fail("a closing word or bracket without its opening");
    }
    if !p.pending.is_empty() {
        return p.fail("a here-document without its text");
    }
    Ok(Parsed { list, documents: p.documents })
}

pub(super) fn is_name(s: &str) -> bool {
    s.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && s.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

pub(super) struct Parser {
    pub(super) chars: Vec<char>,
    pub(super) pos: usize,
    pub(super) line: u32,
    pub(super) depth: u32,
    pub(super) documents: Vec<Document>,
    /// Here-documents announced on this line: index, delimiter, strip tabs.
    pub(super) pending: Vec<(usize, String, bool)>,
}

pub(super) const OPERATORS: [&str; 18] =
    ["&>>", "<<<", "<<-", ";;&", "&&", "||", ";;", ";&", "&>", ">>", "<<", ">&", "<&", "<>", ">|", "|&", ">", "<"];

impl Parser {
    pub(super) fn fail<T>(&self, what: &'static str) -> Res<T> {
        Err(Unreadable { line: self.line, what })
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.chars.get(self.pos).copied()
    }

    pub(super) fn at(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.pos.saturating_add(ahead)).copied()
    }

    pub(super) fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.pos = self.pos.saturating_add(1);
        if c == '\n' {
            self.line = self.line.saturating_add(1);
        }
        Some(c)
    }

    pub(super) fn starts(&self, s: &str) -> bool {
        s.chars().enumerate().all(|(i, c)| self.at(i) == Some(c))
    }

    pub(super) fn eat(&mut self, s: &str) -> bool {
        let found = self.starts(s);
        if found {
            for _ in s.chars() {
                self.bump();
            }
        }
        found
    }

    pub(super) fn enter(&mut self) -> Res<()> {
        self.depth = self.depth.saturating_add(1);
        if self.depth > MAX_DEPTH {
            return self.fail("nesting deeper than this reader follows");
        }
        Ok(())
    }

    pub(super) fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// Blanks, continued lines and comments, but not the end of the line.
    pub(super) fn blank(&mut self) {
        loop {
            if self.starts("\\\n") {
                self.eat("\\\n");
            } else if matches!(self.peek(), Some(' ' | '\t')) {
                self.bump();
            } else if self.peek() == Some('#') {
                while !matches!(self.peek(), None | Some('\n')) {
                    self.bump();
                }
            } else {
                return;
            }
        }
    }

    /// Blanks and line ends; the texts of here-documents begin after a line end.
    pub(super) fn lines(&mut self) -> Res<()> {
        loop {
            self.blank();
            if self.peek() != Some('\n') {
                return Ok(());
            }
            self.bump();
            self.read_documents()?;
        }
    }

    fn read_documents(&mut self) -> Res<()> {
        for (index, delimiter, tabs) in std::mem::take(&mut self.pending) {
            let line = self.line;
            let mut text = String::new();
            loop {
                if self.peek().is_none() {
                    return self.fail("a here-document without its end");
                }
                let mut row = String::new();
                while let Some(c) = self.bump() {
                    if c == '\n' {
                        break;
                    }
                    row.push(c);
                }
                let row = if tabs { row.trim_start_matches('\t') } else { &row };
                if row == delimiter {
                    break;
                }
                text.push_str(row);
                text.push('\n');
            }
            if let Some(document) = self.documents.get_mut(index) {
                document.text = text;
                document.line = line;
            }
        }
        Ok(())
    }

    /// The next unquoted word if it is one of the reserved ones.
    pub(super) fn reserved(&self) -> String {
        let mut word = String::new();
        let mut i = 0;
        while let Some(c) = self.at(i) {
            if !(c.is_ascii_alphabetic() || matches!(c, '{' | '}' | '!' | '[' | ']')) {
                break;
            }
            word.push(c);
            i = i.saturating_add(1);
        }
        let ends = self.at(i).is_none_or(|c| c.is_whitespace() || ";&|()<>".contains(c));
        if ends { word } else { String::new() }
    }

    pub(super) fn expect_word(&mut self, word: &str) -> Res<()> {
        self.lines()?;
        if self.reserved() == word {
            self.eat(word);
            return Ok(());
        }
        self.fail("a compound command without its closing word")
    }

    /// Statements up to (not including) one of `ends`, `)`, `;;` or the end.
    pub(super) fn list(&mut self, ends: &[&str]) -> Res<List> {
        self.enter()?;
        let mut out = List::new();
        loop {
            self.lines()?;
            let word = self.reserved();
            let closing = ["then", "do", "done", "fi", "else", "elif", "esac", "}"];
            if self.peek().is_none() || self.peek() == Some(')') || self.starts(";;") || self.starts(";&") || ends.contains(&word.as_str())
            {
                break;
            }
            if closing.contains(&word.as_str()) {
                return self.fail("a closing word without its opening");
            }
            let (start, line) = (self.pos, self.line);
            let mut item = self.and_or(line)?;
            self.blank();
            item.text = self.chars.get(start..self.pos).map(|c| c.iter().collect()).unwrap_or_default();
            if self.peek() == Some('&') && self.at(1) != Some('&') {
                self.bump();
                item.background = true;
            } else if self.peek() == Some(';') && !matches!(self.at(1), Some(';' | '&')) {
                self.bump();
            } else if !(matches!(self.peek(), None | Some('\n' | ')')) || self.starts(";")) {
                return self.fail("text after a command that belongs to none");
            }
            out.push(item);
        }
        self.leave();
        Ok(out)
    }

    fn and_or(&mut self, line: u32) -> Res<AndOr> {
        let first = self.pipeline()?;
        let mut rest = Vec::new();
        loop {
            self.blank();
            let and = self.starts("&&");
            if !and && !self.starts("||") {
                break;
            }
            self.eat(if and { "&&" } else { "||" });
            self.lines()?;
            rest.push((and, self.pipeline()?));
        }
        Ok(AndOr { first, rest, background: false, line, text: String::new() })
    }

    fn pipeline(&mut self) -> Res<Pipeline> {
        let mut negated = false;
        loop {
            match self.reserved().as_str() {
                "!" => negated = !negated,
                "time" => {}
                _ => break,
            }
            while !matches!(self.peek(), None | Some(' ' | '\t' | '\n')) {
                self.bump();
            }
            self.blank();
        }
        let mut stages = vec![self.stage()?];
        loop {
            self.blank();
            if self.starts("||") || self.peek() != Some('|') {
                break;
            }
            self.bump();
            if self.peek() == Some('&') {
                self.bump();
            }
            self.lines()?;
            stages.push(self.stage()?);
        }
        Ok(Pipeline { negated, stages })
    }

    pub(super) fn stage(&mut self) -> Res<Stage> {
        self.enter()?;
        let line = self.line;
        let mut redirects = Vec::new();
        let command = match self.compound()? {
            Some(command) => {
                self.blank();
                while let Some(redirect) = self.redirect()? {
                    redirects.push(redirect);
                    self.blank();
                }
                command
            }
            None => self.simple(&mut redirects)?,
        };
        self.leave();
        Ok(Stage { command, redirects, line })
    }

    pub(super) fn block(&mut self, open: &str, close: &str) -> Res<List> {
        self.expect_word(open)?;
        let list = self.list(&[close])?;
        self.expect_word(close)?;
        Ok(list)
    }

    fn compound(&mut self) -> Res<Option<Command>> {
        if self.starts("((") {
            return self.skip_test("((", "))").map(Some);
        }
        if self.eat("(") {
            let list = self.list(&[])?;
            self.lines()?;
            if !self.eat(")") {
                return self.fail("a subshell without its end");
            }
            return Ok(Some(Command::Subshell(list)));
        }
        let command = match self.reserved().as_str() {
            "{" => Command::Group(self.block("{", "}")?),
            "[[" => self.skip_test("[[", "]]")?,
            "if" => self.if_command()?,
            "while" | "until" => {
                self.eat("while");
                self.eat("until");
                let condition = self.list(&["do"])?;
                let body = self.block("do", "done")?;
                Command::While { condition, body }
            }
            "for" => self.for_command()?,
            "case" => self.case_command()?,
            "select" | "coproc" => return self.fail("`select` and `coproc` are not followed"),
            "function" => {
                self.eat("function");
                self.blank();
                self.function()?
            }
            _ => {
                if !self.is_function() {
                    return Ok(None);
                }
                self.function()?
            }
        };
        Ok(Some(command))
    }
}
