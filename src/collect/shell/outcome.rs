//! What the code that runs after a failure does: end the script, or go on.

use super::MaskedBy;
use super::expand::UNKNOWN;
use super::syntax::{AndOr, Command, List, Stage};
use super::walk::{Fate, Scope, Walker};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Exits {
        zero: bool,
    },
    Returns {
        zero: bool,
    },
    /// Goes on with a failing status.
    Fails,
    /// Goes on; `quiet` when it did nothing but print.
    GoesOn {
        quiet: bool,
    },
    Unknown,
}

impl Walker<'_> {
    /// The fate of a failure that is answered by `list`.
    pub(super) fn handled(&self, list: &List, scope: &Scope, falls: MaskedBy, failing: Fate) -> Fate {
        match self.end(list, 0) {
            End::Exits { zero: false } => scope.on_exit.clone(),
            End::Returns { zero: false } => scope.on_return.clone(),
            End::Fails => failing,
            End::Exits { zero: true } | End::Returns { zero: true } | End::GoesOn { .. } => {
                self.flagged(list).unwrap_or(Fate::Hidden(falls))
            }
            End::Unknown => Fate::Unsure("what follows its failure is not followed"),
        }
    }

    /// `failed=1` in a handler: somebody may look at it later.
    fn flagged(&self, list: &List) -> Option<Fate> {
        let mut names = Vec::new();
        assigned(list, &mut names);
        names.iter().find_map(|name| self.flag_used(name))
    }

    pub(super) fn flag_used(&self, name: &str) -> Option<Fate> {
        let dollar = self.text.matches(&format!("${name}")).count()
            + self.text.matches(&format!("${{{name}")).count()
            + self.text.matches(&format!("(( {name}")).count();
        if dollar == 0 {
            return None;
        }
        let forms = [format!("exit ${name}"), format!("exit \"${name}\""), format!("exit ${{{name}}}"), format!("exit \"${{{name}}}\"")];
        // A second `rc=$?` overwrites the first; whether it may is not followed.
        let once = self.text.matches(&format!("{name}=$?")).count() < 2;
        if once && forms.iter().any(|f| self.text.trim_end().ends_with(f.as_str())) {
            return Some(Fate::Surfaces);
        }
        Some(Fate::Unsure("its status is kept in a variable whose use is not followed"))
    }

    pub(super) fn end(&self, list: &List, depth: u32) -> End {
        if depth > 8 {
            return End::Unknown;
        }
        let mut last = End::GoesOn { quiet: true };
        for (i, item) in list.iter().enumerate() {
            let end = self.end_item(item, i == 0, matches!(last, End::GoesOn { quiet: true }), depth);
            match end {
                End::Exits { .. } | End::Returns { .. } | End::Unknown => return end,
                End::GoesOn { quiet } => {
                    let before = !matches!(last, End::GoesOn { quiet: false });
                    last = End::GoesOn { quiet: quiet && before };
                }
                End::Fails => last = End::Fails,
            }
        }
        last
    }

    fn end_item(&self, item: &AndOr, first: bool, printed: bool, depth: u32) -> End {
        let mut end = match item.first.stages.as_slice() {
            [stage] if !item.first.negated => self.end_stage(stage, first, printed, depth),
            _ => End::GoesOn { quiet: false },
        };
        for (and, next) in &item.rest {
            let other = match next.stages.as_slice() {
                [stage] => self.end_stage(stage, false, true, depth),
                _ => End::GoesOn { quiet: false },
            };
            // `echo … && exit 1`: printing succeeds, so the second part runs.
            end = match (end, *and, other) {
                (End::GoesOn { quiet: true }, true, other) => other,
                (End::GoesOn { quiet: true }, false, _) => end,
                (End::Exits { .. } | End::Returns { .. }, _, _) => end,
                (_, _, End::GoesOn { .. } | End::Fails) => End::GoesOn { quiet: false },
                (_, _, _) => End::Unknown,
            };
        }
        if item.background { End::GoesOn { quiet: false } } else { end }
    }

    fn end_stage(&self, stage: &Stage, first: bool, printed: bool, depth: u32) -> End {
        let deeper = depth.saturating_add(1);
        match &stage.command {
            Command::Simple { assigns, words } => {
                let args: Vec<String> = words.iter().flat_map(|w| self.arguments(w)).map(|a| a.text).collect();
                let Some(name) = args.first() else {
                    return End::GoesOn { quiet: assigns.is_empty() };
                };
                let code = words.get(1).map(|w| self.single(w));
                match name.as_str() {
                    "exit" | "return" => {
                        let status = words.get(1).and_then(|w| w.parts.first());
                        let of_last = status.is_none() || matches!(status, Some(super::syntax::Part::Variable { name, .. }) if name == "?");
                        let zero = if of_last {
                            // The status of the failed command if nothing ran in
                            // between, else that of a print, which is 0.
                            match (first, printed) {
                                (true, _) => false,
                                (false, true) => true,
                                (false, false) => return End::Unknown,
                            }
                        } else {
                            match code.as_deref().map(|c| (c.contains(UNKNOWN), c.parse::<i64>())) {
                                Some((false, Ok(n))) => n % 256 == 0,
                                _ => return End::Unknown,
                            }
                        };
                        if name == "exit" { End::Exits { zero } } else { End::Returns { zero } }
                    }
                    "false" => End::Fails,
                    "true" | ":" | "echo" | "printf" | "logger" => End::GoesOn { quiet: true },
                    "exec" | "kill" | "eval" | "." | "source" => End::Unknown,
                    _ => match self.functions.get(name) {
                        Some(body) => match self.end_stage(body, false, true, deeper) {
                            End::Returns { zero: true } => End::GoesOn { quiet: true },
                            End::Returns { zero: false } => End::Fails,
                            end => end,
                        },
                        None if name.contains(UNKNOWN) => End::Unknown,
                        None => End::GoesOn { quiet: false },
                    },
                }
            }
            Command::Group(list) => self.end(list, deeper),
            Command::Subshell(list) => match self.end(list, deeper) {
                End::Exits { zero: false } => End::Fails,
                End::Exits { zero: true } => End::GoesOn { quiet: false },
                end => end,
            },
            Command::If { arms, otherwise } => {
                let ends: Vec<End> = arms
                    .iter()
                    .map(|(_, body)| self.end(body, deeper))
                    .chain([otherwise.as_ref().map_or(End::GoesOn { quiet: false }, |o| self.end(o, deeper))])
                    .collect();
                self.agree(&ends)
            }
            Command::Case { arms } => {
                let ends: Vec<End> = arms.iter().map(|body| self.end(body, deeper)).collect();
                if ends.iter().all(|e| matches!(e, End::GoesOn { .. })) { End::GoesOn { quiet: false } } else { End::Unknown }
            }
            Command::For { body, .. } | Command::While { body, .. } => match self.end(body, deeper) {
                End::GoesOn { .. } | End::Fails => End::GoesOn { quiet: false },
                _ => End::Unknown,
            },
            Command::Function { .. } | Command::Test => End::GoesOn { quiet: false },
        }
    }

    fn agree(&self, ends: &[End]) -> End {
        match ends.first() {
            Some(first) if ends.iter().all(|e| e == first) => *first,
            _ if ends.iter().all(|e| matches!(e, End::GoesOn { .. })) => End::GoesOn { quiet: false },
            _ => End::Unknown,
        }
    }

    /// What the statement after a failed one does with `$?`, if it looks at it.
    pub(super) fn checked(&self, next: &AndOr, scope: &Scope, otherwise: MaskedBy) -> Option<Fate> {
        let [stage] = next.first.stages.as_slice() else {
            return next.text.contains("$?").then_some(Fate::Unsure("`$?` is used in a way not followed"));
        };
        if let Command::Simple { assigns, words } = &stage.command {
            let name = words.first().map(|w| self.single(w)).unwrap_or_default();
            if (name == "exit" || name == "return") && next.rest.is_empty() {
                return Some(match self.end_stage(stage, true, false, 0) {
                    End::Exits { zero: false } => scope.on_exit.clone(),
                    End::Returns { zero: false } => scope.on_return.clone(),
                    End::Unknown => Fate::Unsure("the exit status is not a plain number"),
                    _ => Fate::Hidden(otherwise),
                });
            }
            if let [(variable, _)] = assigns.as_slice()
                && words.is_empty()
                && next.text.contains("$?")
            {
                return self.flag_used(variable);
            }
        }
        let text = next.text.as_str();
        if !text.contains("$?") && !text.contains("${?}") {
            return None;
        }
        let head = text.split(['\n', ';']).next().unwrap_or_default();
        let failing = head.contains("-ne 0") || head.contains("!= 0") || head.contains("-gt 0");
        let passing = head.contains("-eq 0") || head.contains("= 0") && !head.contains("!=");
        let unsure = Some(Fate::Unsure("`$?` is used in a way not followed"));
        if failing == passing {
            return unsure;
        }
        match &stage.command {
            Command::If { arms, otherwise: other } => {
                let [(_, body)] = arms.as_slice() else {
                    return unsure;
                };
                let empty = List::new();
                let branch = if failing { body } else { other.as_ref().unwrap_or(&empty) };
                Some(self.handled(branch, scope, otherwise, Fate::Hidden(otherwise)))
            }
            Command::Simple { .. } | Command::Test => {
                let [(and, handler)] = next.rest.as_slice() else {
                    return unsure;
                };
                if *and != failing {
                    return unsure;
                }
                let [stage] = handler.stages.as_slice() else {
                    return unsure;
                };
                Some(match self.end_stage(stage, false, true, 0) {
                    End::Exits { zero: false } => scope.on_exit.clone(),
                    End::Returns { zero: false } => scope.on_return.clone(),
                    End::Unknown => Fate::Unsure("what follows its failure is not followed"),
                    _ => Fate::Hidden(otherwise),
                })
            }
            _ => unsure,
        }
    }
}

fn assigned(list: &List, out: &mut Vec<String>) {
    let pipelines = list.iter().flat_map(|item| std::iter::once(&item.first).chain(item.rest.iter().map(|(_, p)| p)));
    for stage in pipelines.flat_map(|p| &p.stages) {
        match &stage.command {
            Command::Simple { assigns, words } if words.is_empty() => {
                out.extend(assigns.iter().map(|(n, _)| n.clone()));
            }
            Command::Group(inner) => assigned(inner, out),
            _ => {}
        }
    }
}
