//! Follows the script in order and works out where a failure of each command goes.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::expand::{Arg, UNKNOWN};
use super::guards::replaces;
use super::image::Image;
use super::outcome::End;
use super::syntax::{AndOr, Command, Document, List, Pipeline, Stage, parse};
use super::{Container, Doubt, Masked, MaskedBy, Opaque, Reading, Script};

/// Where a failing status ends up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fate {
    /// The container fails.
    Surfaces,
    Hidden(MaskedBy),
    Unsure(&'static str),
}

/// What surrounds a list of statements.
#[derive(Debug, Clone)]
pub(super) struct Scope {
    /// The (sub)shell exits with a failure.
    pub(super) on_exit: Fate,
    pub(super) on_return: Fate,
    /// The list as a whole has a failing status.
    pub(super) status: Fate,
    /// As `status`, for a list that is a negated condition.
    pub(super) inverted: Fate,
    /// errexit does not act here (conditions, `&&` chains, `!`).
    pub(super) ignored: bool,
}

/// The fates of one command: `quiet` where errexit does not act, `loud` where it may.
#[derive(Debug, Clone)]
pub(super) struct Fates {
    pub(super) quiet: Fate,
    pub(super) loud: Fate,
}

/// What a subshell copies.
#[derive(Debug, Clone, Default)]
pub(super) struct State {
    pub(super) vars: BTreeMap<String, String>,
    pub(super) exported: BTreeSet<String>,
    pub(super) params: Vec<Arg>,
    pub(super) errexit: bool,
    pub(super) pipefail: bool,
    pub(super) bash: bool,
}

pub(super) struct Walker<'c> {
    pub(super) container: &'c Container,
    pub(super) image: Image,
    pub(super) script: Script,
    pub(super) state: State,
    pub(super) functions: BTreeMap<String, Rc<Stage>>,
    pub(super) documents: Vec<Document>,
    /// The whole script text, for flags looked at later.
    pub(super) text: String,
    /// Another file was read in: variables may be set there.
    pub(super) sourced: bool,
    /// Programs may have been installed, or PATH changed.
    pub(super) installs: bool,
    /// The command runs in another place than this container.
    pub(super) remote: bool,
    /// Where the output of the current pipeline ends.
    pub(super) sink: Option<String>,
    pub(super) depth: u32,
    /// How many conditions stand around the command that is looked at.
    pub(super) guards: u32,
    steps: u32,
}

const MAX_STEPS: u32 = 20_000;

impl<'c> Walker<'c> {
    pub(super) fn new(container: &'c Container, image: Image, script: Script) -> Self {
        let mut state = State::default();
        for (name, value) in &container.env {
            let unknown = || UNKNOWN.to_string();
            let value = value.as_ref().map_or_else(unknown, |v| v.replace(UNKNOWN, ""));
            state.vars.insert(name.clone(), value);
            state.exported.insert(name.clone());
        }
        let bin = |m: &String| {
            ["/bin", "/sbin", "/usr", "/usr/bin", "/usr/local", "/usr/local/bin", "/opt"].contains(&m.trim_end_matches('/'))
                || m.contains("/bin/")
        };
        let installs = container.env.contains_key("PATH") || container.mounts.iter().any(bin);
        Walker {
            container,
            image,
            script,
            state,
            functions: BTreeMap::new(),
            documents: Vec::new(),
            text: String::new(),
            sourced: false,
            installs,
            remote: false,
            sink: None,
            depth: 0,
            guards: 0,
            steps: 0,
        }
    }

    pub(super) fn run(mut self, argv: &[String]) -> Script {
        // The container's own command is one command without a shell; the kubelet
        // has filled in `$(NAME)` by then. In a script the shell looks it up.
        let filled = |word: &String| {
            let mut text = word.replace(UNKNOWN, "");
            if !text.contains(['\n', ' ']) {
                for name in self.container.env.keys() {
                    text = text.replace(&format!("${{{name}}}"), &self.value(name));
                }
            }
            Arg { text }
        };
        let args: Vec<Arg> = argv.iter().map(filled).collect();
        let fates = Fates { quiet: Fate::Surfaces, loud: Fate::Surfaces };
        let scope = Scope {
            on_exit: Fate::Surfaces,
            on_return: Fate::Surfaces,
            status: Fate::Surfaces,
            inverted: Fate::Hidden(MaskedBy::Negated),
            ignored: false,
        };
        self.program(&args, 0, &fates, &scope);
        self.script.masked.dedup();
        self.script.dumps.dedup();
        self.script.uploads.dedup();
        self.script.deletes.dedup();
        self.script.absent.dedup();
        self.script.doubts.sort();
        self.script.doubts.dedup();
        self.script
    }

    pub(super) fn doubt(&mut self, line: u32, what: impl Into<String>) {
        let what = what.into();
        self.script.doubts.push(Doubt { line, what });
    }

    /// Records what happens when the command at `line` fails.
    pub(super) fn fails(&mut self, line: u32, command: &str, fate: &Fate) {
        match fate {
            Fate::Surfaces => {}
            Fate::Hidden(how) => {
                let masked = Masked { line, command: command.to_string(), how: *how };
                if !self.script.masked.contains(&masked) {
                    self.script.masked.push(masked);
                }
            }
            Fate::Unsure(why) => self.doubt(line, format!("{command}: {why}")),
        }
    }

    /// Runs script text as a (sub)shell of its own.
    pub(super) fn text(&mut self, text: &str, line: u32, scope: &Scope) {
        let parsed = match parse(text, line) {
            Ok(parsed) => parsed,
            Err(e) => {
                self.script.reading = Reading::Opaque(Opaque::Syntax { line: e.line, what: e.what });
                return;
            }
        };
        if self.depth > 8 {
            self.doubt(line, "scripts within scripts deeper than this reader follows");
            return;
        }
        self.depth = self.depth.saturating_add(1);
        let outer_documents = std::mem::replace(&mut self.documents, parsed.documents);
        let outer_text = std::mem::replace(&mut self.text, text.to_string());
        self.list(&parsed.list, scope);
        self.documents = outer_documents;
        self.text = outer_text;
        self.depth = self.depth.saturating_sub(1);
    }

    pub(super) fn list(&mut self, list: &List, scope: &Scope) {
        let guards = self.guards;
        self.statements(list, scope);
        self.guards = guards;
    }

    fn statements(&mut self, list: &List, scope: &Scope) {
        for (i, item) in list.iter().enumerate() {
            self.steps = self.steps.saturating_add(1);
            if self.steps > MAX_STEPS {
                self.doubt(item.line, "the script takes more steps than this reader follows");
                return;
            }
            let next = list.get(i.saturating_add(1));
            let quiet = match next {
                None => scope.status.clone(),
                Some(next) => self.checked(next, scope, MaskedBy::NotLastCommand).unwrap_or(Fate::Hidden(MaskedBy::NotLastCommand)),
            };
            let acts = self.state.errexit && !scope.ignored;
            let loud = if acts { scope.on_exit.clone() } else { quiet.clone() };
            let chain = Fate::Hidden(MaskedBy::AndChain);
            let hidden = quiet == Fate::Hidden(MaskedBy::NotLastCommand);
            let quiet = if acts && hidden { chain } else { quiet };
            self.and_or(item, &Fates { quiet, loud }, scope);
            let one = std::slice::from_ref(item).to_vec();
            let ends = item.rest.is_empty() && matches!(self.end(&one, 0), End::Exits { .. } | End::Returns { .. });
            if ends || replaces(item) {
                return;
            }
            // What comes after a place where the script may end well is only reached on some paths.
            if self.may_end_well(item, 0) {
                self.guards = self.guards.saturating_add(1);
            }
        }
    }

    fn and_or(&mut self, item: &AndOr, fates: &Fates, scope: &Scope) {
        let hidden = Fate::Hidden(MaskedBy::Background);
        let fates = if item.background {
            let waited = self.text.contains("wait $") || self.text.contains("wait \"$") || self.text.contains("wait -n");
            let fate = if waited { Fate::Unsure("it runs in the background and is waited for") } else { hidden };
            Fates { quiet: fate.clone(), loud: fate }
        } else {
            fates.clone()
        };
        let all: Vec<(bool, &Pipeline)> = std::iter::once((true, &item.first)).chain(item.rest.iter().map(|(and, p)| (*and, p))).collect();
        let guards = self.guards;
        for (i, (and, pipeline)) in all.iter().enumerate() {
            let after = all.get(i.saturating_add(1)..).unwrap_or_default();
            let asked = i.checked_sub(1).and_then(|before| all.get(before)).is_some_and(|(_, before)| !and || self.asks(before));
            self.guards = self.guards.saturating_add(u32::from(asked));
            if after.is_empty() {
                let inner = Scope {
                    inverted: if all.len() == 1 { scope.inverted.clone() } else { Fate::Hidden(MaskedBy::Negated) },
                    ..scope.clone()
                };
                self.pipeline(pipeline, &fates, &inner);
                self.guards = guards;
                continue;
            }
            let fate = match after.iter().find(|(and, _)| !and) {
                None => fates.quiet.clone(),
                Some((_, handler)) => self.or_else(handler, scope, &fates),
            };
            let inner = Scope { ignored: true, inverted: Fate::Hidden(MaskedBy::Negated), ..scope.clone() };
            let both = Fates { quiet: fate.clone(), loud: fate };
            let before = self.state.vars.clone();
            self.pipeline(pipeline, &both, &inner);
            if i > 0 {
                self.forget_changes(&before);
            }
        }
    }

    fn or_else(&mut self, handler: &Pipeline, scope: &Scope, fates: &Fates) -> Fate {
        let list = vec![AndOr { first: handler.clone(), rest: Vec::new(), background: false, line: 0, text: String::new() }];
        if self.runs_tool(handler) {
            return Fate::Unsure("another command is tried when it fails");
        }
        let quiet = matches!(self.end(&list, 0), End::GoesOn { quiet: true });
        let how = if quiet { MaskedBy::OrTrue } else { MaskedBy::OrElse };
        self.handled(&list, scope, how, fates.loud.clone())
    }

    /// A fallback such as `pg_dump a || pg_dump b`.
    fn runs_tool(&self, pipeline: &Pipeline) -> bool {
        pipeline.stages.iter().any(|stage| match &stage.command {
            Command::Simple { words, .. } => words.first().is_some_and(|w| {
                let name = self.single(w);
                name.contains("dump") || super::uploads::is_uploader(&name)
            }),
            _ => false,
        })
    }

    fn pipeline(&mut self, pipeline: &Pipeline, fates: &Fates, scope: &Scope) {
        let mut scope = scope.clone();
        let mut fates = fates.clone();
        if pipeline.negated {
            fates = Fates { quiet: scope.inverted.clone(), loud: scope.inverted.clone() };
            scope.ignored = true;
        }
        if let [stage] = pipeline.stages.as_slice() {
            self.stage(stage, &fates, &scope);
            return;
        }
        let outer = self.sink.take();
        let last = pipeline.stages.last();
        self.sink = last.and_then(|s| self.output_of(s)).or_else(|| outer.clone());
        let count = pipeline.stages.len();
        for (i, stage) in pipeline.stages.iter().enumerate() {
            let fate = if i.saturating_add(1) == count || self.state.pipefail {
                fates.loud.clone()
            } else if self.text.contains("PIPESTATUS") {
                Fate::Unsure("its status in a pipe is looked at by PIPESTATUS")
            } else {
                Fate::Hidden(MaskedBy::Pipe)
            };
            let state = self.state.clone();
            let inner = Scope {
                on_exit: fate.clone(),
                on_return: fate.clone(),
                status: fate.clone(),
                inverted: Fate::Hidden(MaskedBy::Negated),
                ignored: scope.ignored,
            };
            self.stage(stage, &Fates { quiet: fate.clone(), loud: fate }, &inner);
            self.state = state;
        }
        self.sink = outer;
    }
}

impl Scope {
    /// A shell of its own, whose failure is `fate`.
    pub(super) fn within(&self, fate: &Fate) -> Scope {
        Scope {
            on_exit: fate.clone(),
            on_return: fate.clone(),
            status: fate.clone(),
            inverted: Fate::Hidden(MaskedBy::Negated),
            ignored: self.ignored,
        }
    }
}
