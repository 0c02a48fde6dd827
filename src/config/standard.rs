//! Where one system differs from the standard. A system may ask more of itself than the organisation
//! does; it may ask less only by name, with a reason and a date, and then the standard keeps its
//! number and the difference is waived.

use super::problem::{Problems, nearest};
use super::raw::RawLoosened;
use super::waivers;
use crate::source_text::{Entry, Node, Value, from_node};
use crate::units::Millis;
use serde_json::Value as Json;

/// Mappings of the standard whose keys are names, so that a new one is an addition and no mistake.
const NAMED: [&str; 5] = ["components", "excluded", "scenarios", "alerts", "documents"];

/// Keys that an entry of the standard may have and does not need.
const OPTIONAL: [&str; 7] = ["covers", "people", "escalation", "open-critical", "full-in", "independent", "keep"];

/// A number of the standard that this system does not meet, and who answers for it.
pub(super) struct Loosened {
    /// The keys that lead to it.
    pub(super) path: Vec<String>,
    /// The number, in seconds.
    pub(super) seconds: i64,
    /// Who answers for it.
    pub(super) owner: String,
    /// Why.
    pub(super) reason: String,
    /// When it runs out, epoch seconds.
    pub(super) expires_s: i64,
    /// The line that it is written on.
    pub(super) line: u32,
}

/// Compares an override tree with the standard.
pub(super) struct Overrides<'a> {
    /// The file that the tree is written in.
    pub(super) file: &'a str,
    /// What is wrong with it.
    pub(super) problems: &'a mut Problems,
    /// What it loosens.
    pub(super) loosened: Vec<Loosened>,
}

/// Which way a number is stricter.
#[derive(PartialEq, Eq)]
enum Stricter {
    Bigger,
    Smaller,
}

impl Overrides<'_> {
    /// The part of `node` that is at least as strict as `base`; `None` where there is none.
    pub(super) fn tree(&mut self, path: &[String], node: &Node, base: &Json) -> Option<Json> {
        match (&node.value, base) {
            (Value::Mapping(entries), Json::Object(base)) => {
                let mut tree = serde_json::Map::new();
                for entry in entries {
                    let below: Vec<String> = path.iter().cloned().chain([entry.key.clone()]).collect();
                    let value = match base.get(&entry.key) {
                        Some(base) => self.tree(&below, &entry.value, base),
                        None => self.addition(path, entry, base.keys()),
                    };
                    if let Some(value) = value {
                        tree.insert(entry.key.clone(), value);
                    }
                }
                (!tree.is_empty()).then_some(Json::Object(tree))
            }
            (Value::Mapping(_), _) => self.loosened(path, node, base),
            (_, Json::Object(_)) => {
                self.problem(node, format!("`{}` is a mapping in the standard, not {}", path.join("."), node.kind_name()));
                None
            }
            (_, base) => self.leaf(path, node, base),
        }
    }

    fn problem(&mut self, node: &Node, message: String) -> &mut Problems {
        self.problems.place(self.file, Some(node.at), node.len, message)
    }

    /// A key that the standard does not have there.
    fn addition<'k>(&mut self, path: &[String], entry: &Entry, known: impl Iterator<Item = &'k String>) -> Option<Json> {
        let names = path.len() == 1 && path.first().is_some_and(|section| NAMED.contains(&section.as_str()));
        let optional = path.len() == 2 && OPTIONAL.contains(&entry.key.as_str());
        if names || optional {
            return from_node(&entry.value).ok();
        }
        let near = nearest(&entry.key, known.map(String::as_str).collect::<Vec<_>>());
        let near = near.map(|near| format!(", did you mean `{near}`?")).unwrap_or_default();
        let len = u32::try_from(entry.key.chars().count()).unwrap_or(1);
        self.problems.place(self.file, Some(entry.key_at), len, format!("unknown key `{}`{near}", entry.key));
        None
    }

    /// One value over another.
    fn leaf(&mut self, path: &[String], node: &Node, base: &Json) -> Option<Json> {
        let key = path.last().map(String::as_str).unwrap_or_default();
        let value: Json = from_node(node).ok()?;
        if let Some(required) = amount(base) {
            let Some(found) = amount(&value).filter(|_| base.is_number() == value.is_number()) else {
                let wanted = if base.is_number() { "a whole number" } else { "a span of time such as 90s, 30m, 1h or 30d" };
                self.problem(node, format!("`{}` needs {wanted}", path.join(".")));
                return None;
            };
            let stricter = match direction(key) {
                Stricter::Bigger => found >= required,
                Stricter::Smaller => found <= required,
            };
            // The port says where traffic arrives, not how much is asked of it.
            if stricter || key == "port" {
                return Some(value);
            }
            self.looser(path, node, base);
            return None;
        }
        if value == *base || as_strict(key, &value, base) {
            return Some(value);
        }
        self.looser(path, node, base);
        None
    }

    fn looser(&mut self, path: &[String], node: &Node, base: &Json) {
        let base = base.as_str().map_or_else(|| base.to_string(), str::to_owned);
        let base: String = base.chars().take(60).collect();
        let place = path.join(".");
        if waivable(path) {
            self.problem(node, format!("`{place}` is looser than the standard's {base}"))
                .help("write `{value: …, owner: …, reason: …, expires: 2027-01-31}`: the difference is then counted as waived");
        } else {
            self.problem(node, format!("`{place}` can only be made stricter here than the standard's {base}"))
                .help("replace the standard with --standard");
        }
    }

    /// A mapping in the place of a number: a looser one, with who answers for it.
    fn loosened(&mut self, path: &[String], node: &Node, base: &Json) -> Option<Json> {
        let place = path.join(".");
        if !waivable(path) {
            self.problem(node, format!("`{place}` can only be made stricter here")).help("replace the standard with --standard");
            return None;
        }
        let raw: RawLoosened = match from_node(node) {
            Ok(raw) => raw,
            Err(error) => {
                self.problems.source(self.file, error);
                self.problems.help("a looser number is written `{value: 2h, owner: …, reason: …, expires: 2027-01-31}`");
                return None;
            }
        };
        let expires_s = waivers::signed(&raw.owner, &raw.reason, &raw.expires, self.file, self.problems);
        let value = Json::String(raw.value.value.clone());
        let (Some(found), Some(required)) = (amount(&value), amount(base)) else {
            self.problems.at(self.file, &raw.value, "this is not a span of time: write 90s, 30m, 1h or 30d");
            return None;
        };
        let bigger = path.last().is_some_and(|key| direction(key) == Stricter::Bigger);
        if found == required || (found > required) == bigger {
            return Some(value);
        }
        self.loosened.push(Loosened {
            path: path.to_vec(),
            seconds: i64::try_from(found.div_euclid(1_000)).unwrap_or(i64::MAX),
            owner: raw.owner.value,
            reason: raw.reason.value,
            expires_s: expires_s?,
            line: raw.value.at.line,
        });
        None
    }
}

/// A number, or a span of time in milliseconds.
fn amount(value: &Json) -> Option<i128> {
    match value {
        Json::Number(number) => number.as_i64().map(i128::from),
        Json::String(text) => Millis::parse(text).ok().map(|span| i128::from(span.0)),
        Json::Null | Json::Bool(_) | Json::Array(_) | Json::Object(_) => None,
    }
}

fn direction(key: &str) -> Stricter {
    match key {
        "keep" | "at-least-percent" | "at-least-runs" | "ready" | "people" | "full-in" => Stricter::Bigger,
        _ => Stricter::Smaller,
    }
}

/// Whether a value that is no number asks at least as much as the standard's.
fn as_strict(key: &str, value: &Json, base: &Json) -> bool {
    let all_in = |few: &Json, many: &Json| {
        let (Some(few), Some(many)) = (few.as_array(), many.as_array()) else { return false };
        !few.is_empty() && few.iter().all(|element| many.contains(element))
    };
    match key {
        "title" | "path" => value.as_str().is_some_and(|text| !text.is_empty()),
        "priority" => value.as_str() == Some("P0"),
        "independent" => value.as_bool() == Some(true),
        // More must be there.
        "data" | "resources" => all_in(base, value),
        // Fewer are good enough.
        "metrics" => all_in(value, base),
        _ => false,
    }
}

/// Whether a person may answer for a looser number there.
fn waivable(path: &[String]) -> bool {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    matches!(path.as_slice(), ["components", _, "backup", "every" | "keep"] | ["scenarios", _, "rto" | "rpo"])
}
