//! The reader's compound commands: `if`, `for`, `case`, functions and tests.

use std::rc::Rc;

use super::syntax::{Command, List, Parser, Stage, Unreadable, is_name};

type Res<T> = Result<T, Unreadable>;

impl Parser {
    pub(super) fn if_command(&mut self) -> Res<Command> {
        let mut arms = Vec::new();
        self.eat("if");
        loop {
            let condition = self.list(&["then"])?;
            self.expect_word("then")?;
            let body = self.list(&["elif", "else", "fi"])?;
            arms.push((condition, body));
            match self.reserved().as_str() {
                "elif" => {
                    self.eat("elif");
                }
                "else" => {
                    self.eat("else");
                    let otherwise = Some(self.list(&["fi"])?);
                    self.expect_word("fi")?;
                    return Ok(Command::If { arms, otherwise });
                }
                _ => {
                    self.expect_word("fi")?;
                    let otherwise = None;
                    return Ok(Command::If { arms, otherwise });
                }
            }
        }
    }

    pub(super) fn for_command(&mut self) -> Res<Command> {
        self.eat("for");
        self.blank();
        let mut name = String::new();
        let mut words = None;
        if self.starts("((") {
            self.skip_test("((", "))")?;
        } else {
            name = self.plain();
            if !is_name(&name) {
                return self.fail("a `for` without a variable name");
            }
            self.lines()?;
            if self.reserved() == "in" {
                self.eat("in");
                let mut found = Vec::new();
                loop {
                    self.blank();
                    if matches!(self.peek(), None | Some('\n' | ';')) {
                        break;
                    }
                    found.push(self.word()?);
                }
                words = Some(found);
            }
        }
        self.blank();
        if self.peek() == Some(';') {
            self.bump();
        }
        let body = self.block("do", "done")?;
        Ok(Command::For { name, words, body })
    }

    pub(super) fn case_command(&mut self) -> Res<Command> {
        self.eat("case");
        self.blank();
        self.word()?;
        self.expect_word("in")?;
        let mut arms: Vec<List> = Vec::new();
        loop {
            self.lines()?;
            if self.reserved() == "esac" {
                self.eat("esac");
                return Ok(Command::Case { arms });
            }
            self.eat("(");
            loop {
                self.blank();
                self.word()?;
                self.blank();
                if !self.eat("|") {
                    break;
                }
            }
            if !self.eat(")") {
                return self.fail("a `case` pattern without `)`");
            }
            arms.push(self.list(&["esac"])?);
            self.lines()?;
            if self.starts(";&") || self.starts(";;&") {
                return self.fail("a `case` arm that falls through");
            }
            self.eat(";;");
        }
    }

    /// Letters of a plain word, nothing expanded.
    fn plain(&mut self) -> String {
        let mut out = String::new();
        while let Some(c) = self.peek() {
            if !(c.is_ascii_alphanumeric() || "_-.:+".contains(c)) {
                break;
            }
            out.push(c);
            self.bump();
        }
        out
    }

    /// `name ()` ahead.
    pub(super) fn is_function(&self) -> bool {
        let mut i = 0;
        while self.at(i).is_some_and(|c| c.is_ascii_alphanumeric() || "_-.:".contains(c)) {
            i += 1;
        }
        let named = i > 0;
        while matches!(self.at(i), Some(' ' | '\t')) {
            i += 1;
        }
        let open = self.at(i) == Some('(');
        i += 1;
        while matches!(self.at(i), Some(' ' | '\t')) {
            i += 1;
        }
        named && open && self.at(i) == Some(')')
    }

    pub(super) fn function(&mut self) -> Res<Command> {
        let name = self.plain();
        self.blank();
        if self.eat("(") {
            self.blank();
            self.eat(")");
        }
        self.lines()?;
        let body: Stage = self.stage()?;
        if matches!(body.command, Command::Simple { .. }) {
            return self.fail("a function whose body is no group");
        }
        Ok(Command::Function { name, body: Rc::new(body) })
    }

    /// Passes over `[[ … ]]` or `(( … ))`, minding quotes.
    pub(super) fn skip_test(&mut self, open: &str, close: &str) -> Res<Command> {
        self.eat(open);
        loop {
            if self.eat(close) {
                return Ok(Command::Test);
            }
            match self.peek() {
                None => return self.fail("a test without its end"),
                Some('$') if self.at(1) == Some('(') => {
                    self.word()?;
                }
                Some('\'' | '"' | '`') => {
                    self.word()?;
                }
                Some('\\') => {
                    self.bump();
                    self.bump();
                }
                Some(_) => {
                    self.bump();
                }
            }
        }
    }
}
