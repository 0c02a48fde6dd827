//! Recognises deletions and restores.

use super::expand::{Arg, UNKNOWN, public};
use super::options::{Options, certain};
use super::uploads::options;
use super::walk::Walker;
use super::{Deletion, Place, Restore, Restorer};

impl Walker<'_> {
    pub(super) fn delete(&mut self, name: &str, args: &[Arg], line: u32) -> bool {
        let words: Vec<&str> = args.iter().map(|a| a.text.as_str()).collect();
        let o = options(args, "");
        let operands: Vec<&str> = o.operands.iter().map(String::as_str).collect();
        let flag = |w: &str| words.contains(&w);
        let last = operands.last().copied().unwrap_or_default();
        let mut pattern = None;
        let (place, what, keeps_s) = match (name, operands.as_slice()) {
            ("find", _) => {
                let Some((what, name, keeps)) = find(&words) else {
                    return false;
                };
                pattern = name;
                (Place::Local, what, keeps)
            }
            ("rm", [first, ..]) => {
                let keeps = (!first.contains(UNKNOWN)).then_some(0);
                (Place::Local, (*first).to_string(), keeps)
            }
            ("aws", ["s3", "rm", target, ..]) => (Place::Remote, (*target).to_string(), None),
            ("aws", ["s3", "sync", ..]) if flag("--delete") => (Place::Remote, last.to_string(), None),
            ("aws", ["s3api", "delete-object" | "delete-objects", ..]) => {
                (Place::Remote, format!("s3://{}", o.get(&["bucket"]).unwrap_or("*")), None)
            }
            ("mc", ["rm", .., target]) => (Place::Remote, (*target).to_string(), o.get(&["older-than"]).and_then(|a| age(a, 86_400, true))),
            ("gsutil", ["rm", .., target] | ["-m", "rm", .., target]) => (Place::Remote, (*target).to_string(), None),
            ("gcloud", ["storage", "rm", .., target]) => (Place::Remote, (*target).to_string(), None),
            ("az", ["storage", "blob", "delete" | "delete-batch", ..]) => (Place::Remote, "*".into(), None),
            ("rclone", ["delete" | "purge" | "deletefile", target, ..]) => {
                (Place::Remote, (*target).to_string(), o.get(&["min-age"]).and_then(|a| age(a, 1, true)))
            }
            ("rclone", ["sync", _, target]) => (Place::Remote, (*target).to_string(), None),
            ("s3cmd", ["del" | "rm", .., target]) => (Place::Remote, (*target).to_string(), None),
            ("restic", ["forget", ..]) => {
                let keeps = o.get(&["keep-within"]).and_then(|a| age(a, 1, false));
                (Place::Remote, o.get(&["repo"]).unwrap_or("*").to_string(), keeps)
            }
            _ => return false,
        };
        let after_upload = !self.script.uploads.is_empty();
        self.script.deletes.push(Deletion {
            place,
            what: public(&what),
            pattern: pattern.map(|p| public(&p)),
            keeps_s,
            after_upload,
            line,
        });
        true
    }

    pub(super) fn restore(&mut self, name: &str, args: &[Arg], line: u32) -> bool {
        let tool = match name {
            "psql" => Restorer::Psql,
            "pg_restore" => Restorer::PgRestore,
            _ => return false,
        };
        let input = args.iter().find_map(|a| a.text.strip_prefix('<')).map(String::from);
        let plain: Vec<Arg> = args.iter().filter(|a| !a.text.starts_with('<')).cloned().collect();
        let long =
            ["host", "port", "username", "dbname", "file", "command", "set", "variable", "table", "jobs", "schema", "format", "use-list"];
        let short = if tool == Restorer::Psql { "hpUdfcvoLFPRT" } else { "hpUdfjnNtTFLISP" };
        let o = Options::parse(&plain, short, &long);
        let source = match tool {
            Restorer::Psql => o.get(&["f", "file"]).map(String::from).or(input),
            Restorer::PgRestore => o.operands.first().cloned().or(input),
        };
        if source.is_none() {
            return false;
        }
        let stop = |v: &&str| v.starts_with("ON_ERROR_STOP") && !v.ends_with("=0") && !v.ends_with("=off");
        let stops_on_error = match tool {
            Restorer::Psql => o.all(&["v", "set", "variable"]).iter().any(stop),
            Restorer::PgRestore => o.has(&["e", "exit-on-error", "1", "single-transaction"]),
        };
        // A URI may end in a user name; only plain names are shown.
        let database = o.get(&["d", "dbname"]).filter(|d| !d.contains(['=', ':', '@'])).and_then(certain);
        self.script.restores.push(Restore { tool, database, source: source.map(|s| public(&s)), stops_on_error, line });
        true
    }
}

/// Path, name pattern and the age below which a `find` deletes nothing.
fn find(words: &[&str]) -> Option<(String, Option<String>, Option<u64>)> {
    let removes = words.contains(&"-delete")
        || words.windows(2).any(|w| matches!(w, ["-exec" | "-execdir" | "-ok", p] if super::command::base(p) == "rm"));
    if !removes {
        return None;
    }
    let after = |name: &str| {
        let at = words.iter().position(|w| *w == name)?;
        words.get(at.saturating_add(1)).copied()
    };
    let path = words.iter().find(|w| !w.starts_with('-')).copied().unwrap_or(".");
    // `-delete` before the tests, alternatives and negations change what they guard.
    let delete = words.iter().position(|w| matches!(*w, "-delete" | "-exec" | "-execdir"));
    let test = words.iter().position(|w| matches!(*w, "-mtime" | "-mmin"));
    let twisted = words
        .iter()
        .any(|w| matches!(*w, "-o" | "-or" | "!" | "-not" | "-daystart" | "(" | "," | "-newer" | "-newermt" | "-ctime" | "-atime"));
    let keeps = match (after("-mtime"), after("-mmin")) {
        _ if twisted => None,
        (None, None) => Some(0),
        (Some(_), Some(_)) => None,
        _ if delete < test => Some(0),
        // Age is counted in whole days, so `+7` starts at eight of them.
        (Some(days), None) => limit(days, 86_400, 1),
        (None, Some(minutes)) => limit(minutes, 60, 0),
    };
    Some((path.to_string(), after("-name").map(String::from), keeps))
}

fn limit(text: &str, unit: u64, more: u64) -> Option<u64> {
    if text.starts_with('-') {
        return Some(0);
    }
    match text.strip_prefix('+') {
        Some(n) => n.parse::<u64>().ok()?.checked_add(more)?.checked_mul(unit),
        None => text.parse::<u64>().ok()?.checked_mul(unit),
    }
}

/// `30d`, `7d10h`, `168h`; a bare number counts in `bare` seconds. In restic `m`
/// stands for months, whose length varies, so it is not read there.
fn age(text: &str, bare: u64, minutes: bool) -> Option<u64> {
    let mut total: u64 = 0;
    let mut digits = String::new();
    for c in text.chars() {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        let unit = match c {
            's' => 1,
            'm' if minutes => 60,
            'h' => 3_600,
            'd' => 86_400,
            'w' => 604_800,
            _ => return None,
        };
        total = total.checked_add(digits.parse::<u64>().ok()?.checked_mul(unit)?)?;
        digits.clear();
    }
    if digits.is_empty() {
        return Some(total);
    }
    total.checked_add(digits.parse::<u64>().ok()?.checked_mul(bare)?)
}
