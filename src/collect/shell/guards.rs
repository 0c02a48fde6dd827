//! Which commands a run may end well without: those below a condition, behind a question, and after a place where the
//! script may end.

use super::outcome::End;
use super::syntax::{AndOr, Command, List, Pipeline, Stage};
use super::walk::Walker;

/// Programs that do something and fail only where something is wrong. Whatever else stands before `&&` may be a
/// question whose answer is no.
const ACTIONS: [&str; 36] = [
    "cd",
    "mkdir",
    "set",
    "export",
    "echo",
    "printf",
    "date",
    "apk",
    "apt",
    "apt-get",
    "yum",
    "dnf",
    "microdnf",
    "pip",
    "source",
    ".",
    "umask",
    "true",
    ":",
    "chmod",
    "chown",
    "touch",
    "rm",
    "cp",
    "mv",
    "ln",
    "sleep",
    "cat",
    "gzip",
    "tar",
    "openssl",
    "gpg",
    "pushd",
    "popd",
    "pg_isready",
    "sync",
];

impl Walker<'_> {
    /// Follows what stands below a condition.
    pub(super) fn guarded(&mut self, guard: bool, run: impl FnOnce(&mut Self)) {
        let guards = self.guards;
        self.guards = guards.saturating_add(u32::from(guard));
        run(self);
        self.guards = guards;
    }

    /// Whether every one of these lists ends the script with a failure.
    pub(super) fn all_fail<'l>(&self, mut lists: impl Iterator<Item = &'l List>) -> bool {
        lists.all(|list| matches!(self.end(list, 0), End::Exits { zero: false } | End::Returns { zero: false }))
    }

    /// Whether what stands before `&&` is a question, and not an action that succeeds where nothing is wrong.
    pub(super) fn asks(&self, pipeline: &Pipeline) -> bool {
        let action = |stage: &Stage| match &stage.command {
            Command::Simple { words, .. } => words.first().is_none_or(|word| {
                let name = self.single(word);
                let name = name.rsplit('/').next().unwrap_or_default();
                ACTIONS.contains(&name) || name.contains("dump") || super::uploads::is_uploader(name)
            }),
            Command::Group(_) | Command::Subshell(_) | Command::Function { .. } | Command::For { .. } => true,
            Command::If { .. } | Command::While { .. } | Command::Case { .. } | Command::Test => false,
        };
        pipeline.negated || !pipeline.stages.last().is_some_and(action)
    }

    /// Whether the script may end here, and end well.
    pub(super) fn may_end_well(&self, item: &AndOr, depth: u32) -> bool {
        let handlers = item.rest.iter().map(|(and, pipeline)| (!and, pipeline));
        std::iter::once((false, &item.first)).chain(handlers).any(|(handles, pipeline)| {
            // In a pipe it is the end of that part alone.
            matches!(pipeline.stages.as_slice(), [stage] if self.stage_may_end_well(stage, handles, depth))
        })
    }

    fn stage_may_end_well(&self, stage: &Stage, handles: bool, depth: u32) -> bool {
        let deeper = depth.saturating_add(1);
        let within = |list: &List| depth < 8 && list.iter().any(|item| self.may_end_well(item, deeper));
        match &stage.command {
            Command::Simple { words, .. } => {
                let first = words.first().map(|word| self.single(word)).unwrap_or_default();
                let status = words.get(1).map(|word| self.single(word));
                let end = matches!(first.as_str(), "exit" | "return");
                // Without a number it ends as what failed before it did.
                let well = status.map_or(!handles, |status| status.parse() == Ok(0_i64));
                let body = self.functions.get(&first).filter(|_| depth < 8);
                (end && well) || body.is_some_and(|body| self.stage_may_end_well(body, false, deeper))
            }
            Command::Group(list) => within(list),
            Command::If { arms, otherwise } => arms.iter().any(|(_, then)| within(then)) || otherwise.as_ref().is_some_and(within),
            Command::Case { arms } => arms.iter().any(within),
            Command::While { body, .. } | Command::For { body, .. } => within(body),
            Command::Subshell(_) | Command::Function { .. } | Command::Test => false,
        }
    }
}

/// Whether the shell becomes another program here, so that nothing after it runs.
pub(super) fn replaces(item: &AndOr) -> bool {
    let [stage] = item.first.stages.as_slice() else { return false };
    let Command::Simple { words, .. } = &stage.command else { return false };
    let literal = |word: &super::syntax::Word| matches!(word.parts.as_slice(), [super::syntax::Part::Text { text, .. }] if text == "exec");
    item.rest.is_empty() && words.len() > 1 && words.first().is_some_and(literal)
}
