//! The reader's simple commands, words and redirections.

use super::syntax::{Command, Document, Parser, Part, Redirect, Unreadable, Word, is_name};

type Res<T> = Result<T, Unreadable>;

impl Parser {
    pub(super) fn simple(&mut self, redirects: &mut Vec<Redirect>) -> Res<Command> {
        let mut assigns = Vec::new();
        let mut words: Vec<Word> = Vec::new();
        loop {
            self.blank();
            if let Some(redirect) = self.redirect()? {
                redirects.push(redirect);
                continue;
            }
            match self.peek() {
                None | Some('\n' | ';' | '&' | '|' | ')') => break,
                Some('(') => return self.fail("a bracket this reader does not place"),
                Some(_) => {}
            }
            if words.is_empty()
                && let Some((name, add)) = self.assignment()
            {
                let mut value = self.word()?;
                if self.peek() == Some('(') {
                    // An array: its elements are not followed.
                    self.skip_array()?;
                    value.parts = vec![Part::Unknown];
                }
                if add {
                    value.parts.insert(0, Part::Unknown);
                }
                assigns.push((name, value));
                continue;
            }
            words.push(self.word()?);
        }
        if words.is_empty() && assigns.is_empty() && redirects.is_empty() {
            return self.fail("an operator without a command");
        }
        Ok(Command::Simple { assigns, words })
    }

    fn skip_array(&mut self) -> Res<()> {
        self.bump();
        loop {
            self.lines()?;
            match self.peek() {
                None => return self.fail("an array without its end"),
                Some(')') => {
                    self.bump();
                    return Ok(());
                }
                Some(';' | '&' | '|' | '<' | '>' | '(') => {
                    return self.fail("an array this reader does not place");
                }
                Some(_) => {
                    self.word()?;
                }
            }
        }
    }

    /// Consumes `name=` or `name+=`.
    fn assignment(&mut self) -> Option<(String, bool)> {
        let mut name = String::new();
        let mut i = 0;
        while let Some(c) = self.at(i)
            && (c.is_ascii_alphanumeric() || c == '_')
        {
            name.push(c);
            i += 1;
        }
        let add = self.at(i) == Some('+') && self.at(i + 1) == Some('=');
        if !is_name(&name) || !(add || self.at(i) == Some('=')) {
            return None;
        }
        for _ in 0..i + 1 + usize::from(add) {
            self.bump();
        }
        Some((name, add))
    }

    pub(super) fn redirect(&mut self) -> Res<Option<Redirect>> {
        let mut digits = 0;
        while self.at(digits).is_some_and(|c| c.is_ascii_digit()) {
            digits += 1;
        }
        let ahead = self.at(digits);
        let amp = digits == 0 && self.starts("&>");
        if !(amp || matches!(ahead, Some('<' | '>'))) {
            return Ok(None);
        }
        if matches!(self.at(digits + 1), Some('(')) {
            // `<(…)` as a word, not a redirection.
            return Ok(None);
        }
        let fd: String = (0..digits).filter_map(|_| self.bump()).collect();
        let Some(op) = super::syntax::OPERATORS.iter().copied().find(|op| self.starts(op)) else {
            return self.fail("a redirection this reader does not know");
        };
        self.eat(op);
        self.blank();
        let before = self.pos;
        let target = self.word()?;
        if self.pos == before {
            return self.fail("a redirection without a target");
        }
        let mut document = None;
        if op == "<<" || op == "<<-" {
            let literal = target.parts.iter().any(|p| matches!(p, Part::Text { quoted: true, .. }));
            let mut delimiter = String::new();
            for part in &target.parts {
                match part {
                    Part::Text { text, .. } => delimiter.push_str(text),
                    Part::Variable { .. } | Part::Substitution(_) | Part::Unknown => {
                        return self.fail("a here-document whose delimiter is not plain");
                    }
                }
            }
            document = Some(self.announce(delimiter, op == "<<-", literal));
        }
        Ok(Some(Redirect { op, fd: fd.parse().ok(), target, document }))
    }

    fn announce(&mut self, delimiter: String, tabs: bool, literal: bool) -> usize {
        let index = self.documents.len();
        self.documents.push(Document { text: String::new(), line: self.line, literal });
        self.pending.push((index, delimiter, tabs));
        index
    }

    pub(super) fn word(&mut self) -> Res<Word> {
        self.enter()?;
        let mut word = Word::default();
        loop {
            match self.peek() {
                None | Some(' ' | '\t' | '\n' | ';' | '&' | '|' | ')' | '(') => break,
                Some('<' | '>') => {
                    if self.at(1) == Some('(') && word.parts.is_empty() {
                        self.bump();
                        self.bump();
                        word.parts.push(self.substitution()?);
                        continue;
                    }
                    break;
                }
                Some('\'') => {
                    self.bump();
                    let mut text = String::new();
                    loop {
                        match self.bump() {
                            None => return self.fail("a quote without its end"),
                            Some('\'') => break,
                            Some(c) => text.push(c),
                        }
                    }
                    word.text(text, true);
                }
                Some('"') => {
                    self.bump();
                    self.double_quoted(&mut word)?;
                }
                Some('\\') => {
                    self.bump();
                    match self.bump() {
                        None | Some('\n') => {}
                        Some(c) => word.text(c.to_string(), true),
                    }
                }
                Some('$' | '`') => {
                    let part = self.expansion(false)?;
                    word.parts.push(part);
                }
                Some(c) => {
                    self.bump();
                    word.text(c.to_string(), false);
                }
            }
        }
        self.leave();
        Ok(word)
    }

    fn double_quoted(&mut self, word: &mut Word) -> Res<()> {
        word.text(String::new(), true);
        loop {
            match self.peek() {
                None => return self.fail("a quote without its end"),
                Some('"') => {
                    self.bump();
                    return Ok(());
                }
                Some('\\') => {
                    self.bump();
                    match self.bump() {
                        None => return self.fail("a quote without its end"),
                        Some('\n') => {}
                        Some(c @ ('$' | '`' | '"' | '\\')) => word.text(c.to_string(), true),
                        Some(c) => word.text(format!("\\{c}"), true),
                    }
                }
                Some('$' | '`') => {
                    let part = self.expansion(true)?;
                    word.parts.push(part);
                }
                Some(c) => {
                    self.bump();
                    word.text(c.to_string(), true);
                }
            }
        }
    }

    fn substitution(&mut self) -> Res<Part> {
        let list = self.list(&[])?;
        self.lines()?;
        if !self.eat(")") {
            return self.fail("a command substitution without its end");
        }
        Ok(Part::Substitution(list))
    }

    fn expansion(&mut self, quoted: bool) -> Res<Part> {
        self.enter()?;
        let part = self.expand_one(quoted)?;
        self.leave();
        Ok(part)
    }

    fn expand_one(&mut self, quoted: bool) -> Res<Part> {
        let line = self.line;
        if self.eat("`") {
            let mut text = String::new();
            loop {
                match self.bump() {
                    None => return self.fail("a command substitution without its end"),
                    Some('`') => break,
                    Some('\\') if matches!(self.peek(), Some('`' | '\\' | '$')) => {
                        text.extend(self.bump());
                    }
                    Some(c) => text.push(c),
                }
            }
            if text.contains("<<") {
                return self.fail("a here-document inside backquotes");
            }
            // Backquotes inside backquotes are escaped, so depth cannot hide here
            // for long; one level is what scripts use.
            if text.contains('`') {
                return self.fail("backquotes inside backquotes");
            }
            return Ok(Part::Substitution(super::syntax::parse(&text, line)?.list));
        }
        self.bump();
        if self.starts("((") {
            self.skip_test("((", "))")?;
            return Ok(Part::Unknown);
        }
        if self.eat("(") {
            return self.substitution();
        }
        if self.eat("{") {
            return self.braced(quoted);
        }
        let mut name = String::new();
        match self.peek() {
            Some(c) if c.is_ascii_alphabetic() || c == '_' => {
                while let Some(c) = self.peek()
                    && (c.is_ascii_alphanumeric() || c == '_')
                {
                    name.push(c);
                    self.bump();
                }
            }
            Some(c) if c.is_ascii_digit() || "?@*#$!-".contains(c) => {
                name.push(c);
                self.bump();
            }
            Some('\'') if !quoted => return self.fail("`$'…'` is not followed"),
            Some(_) | None => {
                return Ok(Part::Text { text: "$".into(), quoted });
            }
        }
        Ok(Part::Variable { name, quoted, default: None, altered: false })
    }

    fn braced(&mut self, quoted: bool) -> Res<Part> {
        let hash = self.peek() == Some('#') && self.at(1) != Some('}');
        if hash || self.peek() == Some('!') {
            self.bump();
        }
        let mut name = String::new();
        while let Some(c) = self.peek()
            && (c.is_ascii_alphanumeric() || c == '_' || (name.is_empty() && "?@*#$!-".contains(c)))
        {
            name.push(c);
            self.bump();
        }
        let mut altered = hash;
        let mut default = None;
        let fallback = self.eat(":-") || self.eat("-") || self.eat(":=") || self.eat("=");
        let required = !fallback && (self.eat(":?") || self.eat("?"));
        altered |= !fallback && !required && self.peek() != Some('}');
        let mut inner = Word::default();
        loop {
            match self.peek() {
                None => return self.fail("a `${` without its end"),
                Some('}') => {
                    self.bump();
                    break;
                }
                Some('$' | '`') => {
                    let part = self.expansion(quoted)?;
                    inner.parts.push(part);
                }
                Some('"') => {
                    self.bump();
                    self.double_quoted(&mut inner)?;
                }
                Some('\'') if !quoted => inner.parts.extend(self.word_quote()?),
                Some('\\') => {
                    self.bump();
                    inner.text(self.bump().map(String::from).unwrap_or_default(), true);
                }
                Some(c) => {
                    self.bump();
                    inner.text(c.to_string(), quoted);
                }
            }
        }
        if fallback {
            default = Some(inner);
        }
        Ok(Part::Variable { name, quoted, default, altered })
    }

    fn word_quote(&mut self) -> Res<Vec<Part>> {
        self.bump();
        let mut text = String::new();
        loop {
            match self.bump() {
                None => return self.fail("a quote without its end"),
                Some('\'') => return Ok(vec![Part::Text { text, quoted: true }]),
                Some(c) => text.push(c),
            }
        }
    }
}

impl Word {
    fn text(&mut self, more: String, as_quoted: bool) {
        if let Some(Part::Text { text, quoted }) = self.parts.last_mut()
            && *quoted == as_quoted
        {
            text.push_str(&more);
            return;
        }
        self.parts.push(Part::Text { text: more, quoted: as_quoted });
    }
}
