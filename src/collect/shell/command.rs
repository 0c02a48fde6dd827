//! One simple command: assignments, builtins, wrappers, then the known tools.

use super::expand::{Arg, UNKNOWN, public};
use super::syntax::{Redirect, Stage, Word, is_name};
use super::walk::{Fate, Fates, Scope, Walker};
use super::{Absent, Halt, HaltedBy, MaskedBy, Opaque, Reading};

/// Programs that neither dump, upload nor delete; anything else is a doubt.
const HARMLESS: &str = " echo printf true false : test [ [[ date mkdir ls cat sleep gzip gunzip pigz \
zstd xz bzip2 lz4 openssl gpg age wc du df stat head tail tee grep egrep awk sed sort uniq cut tr \
basename dirname hostname id whoami pwd cd pushd popd chmod chown touch which command type hash jq yq \
sha256sum md5sum sync umask unset read shift wait local declare typeset readonly export let getopts \
break continue exit return times ulimit logger pg_isready redis-cli mysql mongosh mongo mysqladmin uname env \
printenv sha1sum cmp diff expr seq mktemp tar split base64 mc aws gsutil gcloud az rclone s3cmd restic \
kopia curl wget kubectl velero etcdctl pgbackrest wal-g barman find rm mv cp ln install rsync scp psql \
pg_restore git apt-get apt apk yum dnf microdnf pip pip3 shopt numfmt file less nc ping azcopy \
pg_config createdb dropdb mktemp unzip zip gcore set trap alias sudo pg_verifybackup pg_amcheck ";

const INSTALLERS: [&str; 8] = ["apt-get", "apt", "apk", "yum", "dnf", "microdnf", "pip", "pip3"];

impl Walker<'_> {
    pub(super) fn simple(&mut self, assigns: &[(String, Word)], words: &[Word], stage: &Stage, fates: &Fates, scope: &Scope) {
        let dropped = Fate::Hidden(MaskedBy::Substitution);
        if words.is_empty() {
            for (name, word) in assigns {
                self.inner_commands(word, &fates.loud);
                self.assign(name, self.single(word));
            }
            return;
        }
        for word in words.iter().chain(stage.redirects.iter().map(|r| &r.target)) {
            self.inner_commands(word, &dropped);
        }
        let mut args: Vec<Arg> = words.iter().flat_map(|w| self.arguments(w)).collect();
        // `X=1 cmd`: holds for this command only.
        let saved = (self.state.vars.clone(), self.state.exported.clone());
        for (name, word) in assigns {
            self.inner_commands(word, &dropped);
            let value = self.single(word);
            self.state.vars.insert(name.clone(), value);
            self.state.exported.insert(name.clone());
            self.installs |= name == "PATH";
        }
        let sink = self.sink.clone();
        self.sink = self.output_of(stage).or(sink.clone());
        let source = redirect_from(&stage.redirects).map(|w| self.single(w));
        if let Some(source) = source {
            // Shown to the restore tools, which read their standard input.
            args.push(Arg { text: format!("<{source}") });
        }
        self.program_with(&args, stage.line, words, &stage.redirects, fates, scope);
        self.sink = sink;
        if !assigns.is_empty() {
            (self.state.vars, self.state.exported) = saved;
        }
    }

    fn assign(&mut self, name: &str, value: String) {
        self.installs |= name == "PATH";
        self.state.vars.insert(name.to_string(), value);
    }

    /// The file that takes a command's output, if it is redirected.
    pub(super) fn output_of(&self, stage: &Stage) -> Option<String> {
        let out = |r: &&Redirect| matches!(r.op, ">" | ">>" | ">|" | "&>" | "&>>") && r.fd.unwrap_or(1) == 1;
        let written = stage.redirects.iter().rev().find(out).map(|r| self.single(&r.target));
        if written.is_some() {
            return written;
        }
        let super::syntax::Command::Simple { words, .. } = &stage.command else {
            return None;
        };
        let args: Vec<Arg> = words.iter().flat_map(|w| self.arguments(w)).collect();
        let name = args.first().map(|a| a.text.as_str())?;
        (name == "tee").then(|| args.iter().skip(1).find(|a| !a.text.starts_with('-')).map(|a| a.text.clone()))?
    }

    fn program_with(&mut self, args: &[Arg], line: u32, words: &[Word], redirects: &[Redirect], fates: &Fates, scope: &Scope) {
        let Some(first) = args.first() else { return };
        let name = first.text.clone();
        let rest = args.get(1..).unwrap_or_default();
        match name.as_str() {
            "export" | "local" | "declare" | "readonly" | "typeset" => {
                for word in words.iter().skip(1) {
                    let value = self.single(word);
                    let (variable, value) = match value.split_once('=') {
                        Some((n, v)) => (n.to_string(), Some(v.to_string())),
                        None => (value, None),
                    };
                    if is_name(&variable) {
                        if let Some(value) = value {
                            self.assign(&variable, value);
                        }
                        if name == "export" {
                            self.state.exported.insert(variable);
                        }
                    }
                }
            }
            "read" | "unset" | "getopts" | "mapfile" | "readarray" => {
                for arg in rest {
                    self.state.vars.insert(arg.text.clone(), UNKNOWN.into());
                }
            }
            "set" => self.set(rest, line),
            "shift" => {
                if !self.state.params.is_empty() {
                    self.state.params.remove(0);
                }
            }
            "trap" => self.trap(rest, line),
            "alias" => self.doubt(line, "an alias is defined"),
            "." | "source" => {
                self.sourced = true;
                self.doubt(line, "reads another file whose text is not here");
            }
            "eval" => {
                let text: Vec<&str> = rest.iter().map(|a| a.text.as_str()).collect();
                let text = text.join(" ");
                if text.contains(UNKNOWN) {
                    self.doubt(line, "`eval` of text that is not known");
                } else {
                    self.text(&text, line, &scope.within(&fates.loud));
                }
            }
            "exec" => {
                if !rest.is_empty() {
                    let fates = Fates { quiet: scope.on_exit.clone(), loud: scope.on_exit.clone() };
                    self.program(rest, line, &fates, scope);
                }
            }
            _ => {
                if let Some(body) = self.functions.get(&name).cloned() {
                    self.call(&body, rest, line, fates, scope);
                    return;
                }
                let document = redirects.iter().find_map(|r| r.document).and_then(|d| self.documents.get(d)).cloned();
                let shell = matches!(base(&name), "sh" | "bash" | "ash" | "dash");
                if let Some(document) = document.filter(|_| shell && rest.iter().all(|a| a.text.starts_with('-'))) {
                    if !document.literal && document.text.contains(['$', '`']) {
                        self.doubt(line, "a here-document is filled in before a shell runs it");
                    }
                    let state = self.state.clone();
                    self.state.errexit = rest.iter().any(|a| a.text.contains('e'));
                    self.text(&document.text, document.line, &scope.within(&fates.loud));
                    self.state = state;
                    return;
                }
                self.program(args, line, fates, scope);
            }
        }
    }

    fn call(&mut self, body: &Stage, args: &[Arg], line: u32, fates: &Fates, scope: &Scope) {
        if self.depth > 8 {
            self.doubt(line, "calls deeper than this reader follows");
            return;
        }
        self.depth = self.depth.saturating_add(1);
        let params = std::mem::replace(&mut self.state.params, args.to_vec());
        for (i, arg) in args.iter().enumerate() {
            self.state.vars.insert(i.saturating_add(1).to_string(), arg.text.clone());
        }
        let inner = Scope { on_return: fates.loud.clone(), status: fates.loud.clone(), ..scope.clone() };
        // A function call is a simple command: errexit acts on its status.
        let both = Fates { quiet: fates.loud.clone(), loud: fates.loud.clone() };
        self.stage(body, &both, &inner);
        self.state.params = params;
        self.depth = self.depth.saturating_sub(1);
    }

    fn set(&mut self, args: &[Arg], line: u32) {
        let mut iter = args.iter().map(|a| a.text.as_str());
        while let Some(arg) = iter.next() {
            let on = arg.starts_with('-');
            if arg == "--" || !(on || arg.starts_with('+')) {
                return;
            }
            self.state.errexit = if arg.contains('e') { on } else { self.state.errexit };
            if arg.ends_with('o') {
                match iter.next() {
                    Some("errexit") => self.state.errexit = on,
                    Some("pipefail") => self.pipefail(on, line),
                    Some(_) | None => {}
                }
            }
        }
    }

    fn pipefail(&mut self, on: bool, line: u32) {
        if !self.state.bash && self.image.sh_is_dash() && !self.remote {
            // Tried in a subshell first, it stops that subshell only.
            if self.text.contains("(set -o pipefail") {
                self.doubt(line, "pipefail is tried in a subshell");
                return;
            }
            let halt = Halt { line, why: HaltedBy::DashHasNoPipefail };
            self.script.halt.get_or_insert(halt);
            return;
        }
        self.state.pipefail = on;
    }

    fn trap(&mut self, args: &[Arg], line: u32) {
        let (Some(body), signals) = (args.first(), args.get(1..).unwrap_or_default()) else {
            return;
        };
        let on = |name: &str| signals.iter().any(|s| s.text == name);
        if !(on("EXIT") || on("0") || on("ERR")) || body.text == "-" || body.text.is_empty() {
            return;
        }
        if body.text.contains("exit") || self.functions.contains_key(body.text.as_str()) || on("ERR") {
            self.doubt(line, "a trap may change the exit status");
        }
    }

    /// A program and its arguments, as the shell or the container starts it.
    pub(super) fn program(&mut self, args: &[Arg], line: u32, fates: &Fates, scope: &Scope) {
        let Some(first) = args.first() else { return };
        let rest = args.get(1..).unwrap_or_default();
        if !first.known() {
            self.doubt(line, "runs a command whose name is not known");
            return;
        }
        let name = base(&first.text).to_string();
        self.note_absent(&first.text, line);
        if matches!(name.as_str(), "sh" | "bash" | "ash" | "dash") {
            self.shell(&name, rest, line, fates, scope);
            return;
        }
        if let Some((inner, remote)) = unwrapped(&name, rest) {
            if inner.is_empty() {
                return;
            }
            let outer = self.remote;
            self.remote |= remote;
            self.program(inner, line, fates, scope);
            self.remote = outer;
            return;
        }
        match name.as_str() {
            "xargs" => {
                let Some(at) = rest.iter().position(|a| !a.text.starts_with('-') && a.text.parse::<u32>().is_err() && a.text != "{}")
                else {
                    return;
                };
                self.program(rest.get(at..).unwrap_or_default(), line, fates, scope);
            }
            "ssh" | "su" | "gosu" | "su-exec" | "docker" | "podman" => {
                let text = rest.iter().any(|a| a.text.contains("dump") || a.text.contains("s3"));
                self.doubt(line, if text { "a dump or upload runs under another user or host" } else { "runs a command elsewhere" });
            }
            _ => {
                self.installs |= INSTALLERS.contains(&name.as_str())
                    || (matches!(name.as_str(), "cp" | "mv" | "ln" | "install" | "tar" | "unzip" | "curl" | "wget")
                        && rest.iter().any(|a| a.text.contains("/bin") || a.text.contains("/usr")));
                let known = self.dump(&name, rest, line, &fates.loud)
                    | self.upload(&name, rest, line, &fates.loud)
                    | self.delete(&name, rest, line)
                    | self.restore(&name, rest, line);
                if !known && !HARMLESS.contains(&format!(" {name} ")) {
                    self.unknown_program(&first.text, line);
                }
            }
        }
    }

    fn unknown_program(&mut self, program: &str, line: u32) {
        let shown = if program.len() < 80 { public(program) } else { "a long name".into() };
        if line == 0 {
            self.script.reading = Reading::Opaque(Opaque::File(shown));
        } else {
            self.doubt(line, format!("runs {shown}, which is not known here"));
        }
    }

    fn note_absent(&mut self, program: &str, line: u32) {
        let standard = ["/bin/", "/usr/bin/", "/usr/local/bin/"].iter().any(|d| program.starts_with(d));
        if self.remote || self.installs || (program.contains('/') && !standard) {
            return;
        }
        if let Some(binary) = self.image.lacks(base(program)) {
            let image = public(&self.image.text);
            self.script.absent.push(Absent { binary, image, line });
        }
    }

    fn shell(&mut self, name: &str, args: &[Arg], line: u32, fates: &Fates, scope: &Scope) {
        let state = self.state.clone();
        self.state.errexit = false;
        self.state.pipefail = false;
        self.state.bash = name == "bash";
        let mut script = false;
        let mut iter = args.iter();
        let mut operand = None;
        while let Some(arg) = iter.next() {
            let on = arg.text.starts_with('-');
            if arg.text == "--" {
                operand = iter.next();
                break;
            }
            if arg.text.starts_with("--") {
                continue;
            }
            if !on && !arg.text.starts_with('+') {
                operand = Some(arg);
                break;
            }
            script |= on && arg.text.contains('c');
            if arg.text.contains('e') {
                self.state.errexit = on;
            }
            if arg.text.contains('o') {
                match iter.next().map(|a| a.text.as_str()) {
                    Some("errexit") => self.state.errexit = on,
                    Some("pipefail") => self.pipefail(on, line),
                    Some(_) | None => {}
                }
            }
        }
        let params: Vec<Arg> = iter.skip(1).cloned().collect();
        for (i, arg) in params.iter().enumerate() {
            self.state.vars.insert(i.saturating_add(1).to_string(), arg.text.clone());
        }
        self.state.params = params;
        match operand {
            Some(text) if script && text.known() => {
                let mut inner = scope.within(&fates.loud);
                inner.ignored = false;
                self.text(&text.text, line.max(1), &inner);
            }
            Some(_) if script => self.doubt(line, "a shell runs text that is not known"),
            Some(file) if line == 0 => {
                self.script.reading = Reading::Opaque(Opaque::File(public(&file.text)));
            }
            None if line == 0 => self.script.reading = Reading::Opaque(Opaque::Entrypoint),
            Some(_) | None => self.doubt(line, "a shell runs a file whose text is not here"),
        }
        self.state = state;
    }
}

/// The file after `<`, for tools that read a dump from their input.
fn redirect_from(redirects: &[Redirect]) -> Option<&Word> {
    redirects.iter().find(|r| r.op == "<").map(|r| &r.target)
}

pub(super) fn base(program: &str) -> &str {
    program.rsplit('/').next().unwrap_or(program)
}

/// The command inside `timeout 60 cmd` and its like, and whether it runs elsewhere.
fn unwrapped<'a>(name: &str, rest: &'a [Arg]) -> Option<(&'a [Arg], bool)> {
    let text = |i: usize| rest.get(i).map(|a| a.text.as_str());
    let mut at = 0;
    // Options of these wrappers that take a word of their own.
    let valued: &[&str] = match name {
        "timeout" => &["-s", "-k", "--signal", "--kill-after"],
        "nice" | "ionice" => &["-n", "-c"],
        "env" => &["-u"],
        "sudo" => &["-u", "-g"],
        "nohup" | "time" | "tini" | "dumb-init" | "setsid" | "stdbuf" | "chronic" | "exec" | "docker-entrypoint.sh" => &[],
        "command" if !text(0).is_some_and(|t| t.starts_with("-v") || t.starts_with("-V")) => &[],
        "kubectl" if text(0) == Some("exec") || rest.iter().any(|a| a.text == "exec") => {
            let at = rest.iter().position(|a| a.text == "--")?;
            return Some((rest.get(at.saturating_add(1)..).unwrap_or_default(), true));
        }
        _ => return None,
    };
    while let Some(word) = text(at) {
        if valued.contains(&word) {
            at = at.saturating_add(2);
        } else if word.starts_with('-') || (matches!(name, "env" | "sudo") && word.contains('=')) {
            at = at.saturating_add(1);
        } else {
            break;
        }
    }
    if name == "timeout" {
        at = at.saturating_add(1);
    }
    Some((rest.get(at..).unwrap_or_default(), false))
}
