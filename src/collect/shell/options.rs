//! Splits arguments into options and operands, given which options take a value.

use super::expand::{Arg, UNKNOWN};

#[derive(Default)]
pub(super) struct Options {
    values: Vec<(String, String)>,
    pub(super) operands: Vec<String>,
    /// An operand was dropped, because it stood where a password may stand.
    pub(super) dropped: bool,
}

impl Options {
    /// `short` lists single letters with a value, `long` names with a value
    /// (without dashes). A long option outside `long` takes none, unless it
    /// names a secret: then the following word is dropped rather than shown.
    pub(super) fn parse(args: &[Arg], short: &str, long: &[&str]) -> Options {
        let mut out = Options::default();
        let mut iter = args.iter().map(|a| a.text.as_str()).peekable();
        let mut only_operands = false;
        while let Some(arg) = iter.next() {
            if only_operands || arg == "-" || !arg.starts_with('-') {
                out.operands.push(arg.to_string());
            } else if arg == "--" {
                only_operands = true;
            } else if let Some(name) = arg.strip_prefix("--") {
                if let Some((name, value)) = name.split_once('=') {
                    out.values.push((name.to_string(), value.to_string()));
                } else if long.contains(&name) {
                    let value = iter.next().unwrap_or_default();
                    out.values.push((name.to_string(), value.to_string()));
                } else {
                    out.values.push((name.to_string(), String::new()));
                    let negative = name.starts_with("no-") || name.starts_with("skip-");
                    if secret_option(name) && !negative {
                        out.dropped |= iter.next_if(|v| !v.starts_with('-')).is_some();
                    }
                }
            } else {
                let cluster: Vec<char> = arg.chars().skip(1).collect();
                for (i, c) in cluster.iter().enumerate() {
                    if short.contains(*c) {
                        let rest: String = cluster.iter().skip(i.saturating_add(1)).collect();
                        let value = if rest.is_empty() { iter.next().unwrap_or_default().to_string() } else { rest };
                        out.values.push((c.to_string(), value));
                        break;
                    }
                    out.values.push((c.to_string(), String::new()));
                }
            }
        }
        out
    }

    pub(super) fn has(&self, names: &[&str]) -> bool {
        self.values.iter().any(|(n, _)| names.contains(&n.as_str()))
    }

    /// The last value given, as the tools themselves take it.
    pub(super) fn get(&self, names: &[&str]) -> Option<&str> {
        self.all(names).last().copied()
    }

    pub(super) fn all(&self, names: &[&str]) -> Vec<&str> {
        let wanted = |n: &String| names.contains(&n.as_str());
        let found = self.values.iter().filter(|(n, _)| wanted(n));
        found.map(|(_, v)| v.as_str()).collect()
    }

    /// Drops the first operand, where it stands right of a bare password option.
    pub(super) fn drop_first(&mut self) {
        if !self.operands.is_empty() {
            self.operands.remove(0);
            self.dropped = true;
        }
    }
}

fn secret_option(name: &str) -> bool {
    ["pass", "secret", "token", "key"].iter().any(|s| name.contains(s))
}

/// A name only if every piece of it is known.
pub(super) fn certain(value: &str) -> Option<String> {
    let known = !value.is_empty() && !value.contains(UNKNOWN);
    known.then(|| super::expand::public(value))
}
