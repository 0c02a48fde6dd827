//! Follows groups, branches, loops and command substitutions.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::MaskedBy;
use super::expand::UNKNOWN;
use super::syntax::{Command, List, Stage, Word};
use super::walk::{Fate, Fates, Scope, Walker};

impl Walker<'_> {
    /// Variables that a branch changed are not known after it.
    pub(super) fn forget_changes(&mut self, before: &BTreeMap<String, String>) {
        for (name, value) in &mut self.state.vars {
            if before.get(name) != Some(value) {
                *value = UNKNOWN.into();
            }
        }
    }

    fn branch(&mut self, line: u32, run: impl FnOnce(&mut Self)) {
        let before = self.state.vars.clone();
        let errexit = (self.state.errexit, self.state.pipefail);
        run(self);
        self.forget_changes(&before);
        for (name, _) in before {
            self.state.vars.entry(name).or_insert_with(|| UNKNOWN.into());
        }
        if errexit != (self.state.errexit, self.state.pipefail) {
            self.doubt(line, "errexit or pipefail changes only on some paths");
            (self.state.errexit, self.state.pipefail) = errexit;
        }
    }

    pub(super) fn stage(&mut self, stage: &Stage, fates: &Fates, scope: &Scope) {
        let body = Scope { status: fates.quiet.clone(), inverted: Fate::Hidden(MaskedBy::Negated), ..scope.clone() };
        match &stage.command {
            Command::Simple { assigns, words } => {
                self.simple(assigns, words, stage, fates, scope);
            }
            Command::Group(list) => {
                let outer = self.sink.clone();
                self.sink = self.output_of(stage).or(outer.clone());
                self.list(list, &body);
                self.sink = outer;
            }
            Command::Subshell(list) => {
                let (outer, state) = (self.sink.clone(), self.state.clone());
                self.sink = self.output_of(stage).or(outer.clone());
                self.list(list, &scope.within(&fates.loud));
                (self.sink, self.state) = (outer, state);
            }
            Command::If { arms, otherwise } => {
                let empty = List::new();
                for (i, (condition, then)) in arms.iter().enumerate() {
                    let falls = MaskedBy::Condition;
                    let after = arms.get(i.saturating_add(1));
                    let failing = if after.is_some() {
                        Fate::Unsure("its failure leads to an `elif`")
                    } else {
                        self.handled(otherwise.as_ref().unwrap_or(&empty), scope, falls, fates.quiet.clone())
                    };
                    let inverted = self.handled(then, scope, falls, fates.quiet.clone());
                    let inner = Scope { status: failing, inverted, ignored: true, ..scope.clone() };
                    self.list(condition, &inner);
                    let others = arms.iter().map(|(_, list)| list).filter(|list| !std::ptr::eq(*list, then)).chain(otherwise);
                    let guard = otherwise.is_none() || !self.all_fail(others);
                    self.guarded(guard, |w| w.branch(stage.line, |w| w.list(then, &body)));
                }
                if let Some(list) = otherwise {
                    let guard = !self.all_fail(arms.iter().map(|(_, list)| list));
                    self.guarded(guard, |w| w.branch(stage.line, |w| w.list(list, &body)));
                }
            }
            Command::While { condition, body: list } => {
                let retried = Fate::Unsure("it stands in the condition of a loop");
                let inner = Scope { status: retried.clone(), inverted: retried, ignored: true, ..scope.clone() };
                self.list(condition, &inner);
                let body = Scope { status: Fate::Hidden(MaskedBy::Loop), ..body };
                self.guarded(true, |w| w.branch(stage.line, |w| w.list(list, &body)));
            }
            Command::For { name, words, body: list } => {
                let body = Scope { status: Fate::Hidden(MaskedBy::Loop), ..body };
                let mut values: Vec<String> = Vec::new();
                for word in words.iter().flatten() {
                    values.extend(self.arguments(word).into_iter().map(|a| a.text));
                    self.inner_commands(word, &Fate::Hidden(MaskedBy::Substitution));
                }
                let open = values.iter().any(|v| v.contains(UNKNOWN) || v.contains(['*', '?']));
                if words.is_none() || open || values.len() > 32 {
                    values = vec![UNKNOWN.into()];
                }
                self.branch(stage.line, |w| {
                    for value in values {
                        w.state.vars.insert(name.clone(), value);
                        w.list(list, &body);
                    }
                });
            }
            Command::Case { arms } => {
                for list in arms {
                    self.guarded(true, |w| w.branch(stage.line, |w| w.list(list, &body)));
                }
            }
            Command::Function { name, body } => {
                self.functions.insert(name.clone(), Rc::clone(body));
            }
            Command::Test => {}
        }
    }

    pub(super) fn inner_commands(&mut self, word: &Word, fate: &Fate) {
        let mut lists = Vec::new();
        self.substitutions(word, &mut lists);
        for list in lists {
            let (state, outer) = (self.state.clone(), self.sink.take());
            // bash drops errexit inside `$(…)`; other shells keep it.
            self.state.errexit &= !self.state.bash;
            let scope = Scope {
                on_exit: fate.clone(),
                on_return: fate.clone(),
                status: fate.clone(),
                inverted: Fate::Hidden(MaskedBy::Negated),
                ignored: false,
            };
            self.list(list, &scope);
            (self.state, self.sink) = (state, outer);
        }
    }
}
