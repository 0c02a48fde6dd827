//! Just enough of PromQL: which metrics an expression reads, and after what age it fires.
//!
//! It is not a parser. What it does not understand it does not claim: an expression of any other shape
//! has no age.

/// One word or sign of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    /// A metric, a label, a function or a keyword.
    Name(String),
    /// A number or a duration, as it is written.
    Number(String),
    /// An operator or a bracket.
    Sign(&'static str),
    /// Labels in braces, a range in brackets, a string: what selects, not what is read.
    Selector,
    /// Something else.
    Other,
}

const SIGNS: [&str; 16] = [">=", "<=", "==", "!=", "=~", "!~", ">", "<", "(", ")", "+", "-", "*", "/", ",", "%"];

/// The functions and keywords that leave an age what it is.
const KEEPING: [&str; 6] = ["time", "max", "min", "by", "without", "bool"];

/// The ends of the names of metrics that are ages themselves.
const AGES: [&str; 7] =
    ["_age", "_age_seconds", "_lag", "_lag_seconds", "_seconds_since_last_archival", "_since_last_completion_seconds", "_delay_seconds"];

/// The names that stand where a metric can stand, in the order in which they stand there.
pub(super) fn metrics(text: &str) -> Vec<String> {
    let mut named = Vec::new();
    for token in tokens(text, Some(&mut named)) {
        if let Token::Name(name) = token {
            named.push(name);
        }
    }
    named
}

/// The age in seconds above which an expression fires: `time() - metric > 3600`,
/// `metric_age > 3600`, `metric < time() - 3600`, with `25 * 3600` for a number.
pub(super) fn age_limit_s(text: &str, metric: &str) -> Option<i64> {
    let tokens = tokens(text, None);
    let tokens = unwrapped(&tokens);
    let compares = |token: &Token| matches!(token, Token::Sign(">" | ">=" | "<" | "<=" | "==" | "!="));
    if tokens.iter().filter(|token| compares(token)).count() != 1 {
        return None;
    }
    let at = tokens.iter().position(compares)?;
    let (left, right) = (tokens.get(..at)?, tokens.get(at + 1..)?);
    match tokens.get(at)? {
        Token::Sign(">" | ">=") => {
            if is_age(left, metric) {
                number(right)
            } else {
                None
            }
        }
        Token::Sign("<" | "<=") if reads_only(left, metric) && !has_sign(left, "-") && !is_named_age(metric) => match right {
            [Token::Name(time), Token::Sign("("), Token::Sign(")"), Token::Sign("-"), rest @ ..] if time == "time" => number(rest),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a side is the age of `metric`: the time since it, or the metric itself where it is an age.
fn is_age(side: &[Token], metric: &str) -> bool {
    if !reads_only(side, metric) {
        return false;
    }
    let names = |wanted: &str| side.iter().filter(|token| matches!(token, Token::Name(name) if name == wanted)).count();
    let minuses = side.iter().filter(|token| **token == Token::Sign("-")).count();
    match (names("time"), minuses) {
        (0, 0) => is_named_age(metric),
        (1, 1) => {
            let position = |wanted: &str| side.iter().position(|token| matches!(token, Token::Name(name) if name == wanted));
            position("time") < position(metric) && !is_named_age(metric)
        }
        (_, _) => false,
    }
}

fn is_named_age(metric: &str) -> bool {
    AGES.iter().any(|end| metric.ends_with(end))
}

fn has_sign(side: &[Token], sign: &'static str) -> bool {
    side.contains(&Token::Sign(sign))
}

/// Whether a side reads `metric` once, and does nothing with it but choose the largest or smallest.
fn reads_only(side: &[Token], metric: &str) -> bool {
    let mut grouping = false;
    let mut reads = 0;
    for token in side {
        match token {
            Token::Name(name) if name == metric => reads += 1,
            Token::Name(name) if KEEPING.contains(&name.as_str()) => grouping = matches!(name.as_str(), "by" | "without"),
            // Labels stand in the brackets after `by`.
            Token::Name(_) if grouping => {}
            Token::Sign(")") => grouping = false,
            Token::Sign("(" | "-") | Token::Selector => {}
            Token::Sign(",") if grouping => {}
            Token::Name(_) | Token::Number(_) | Token::Sign(_) | Token::Other => return false,
        }
    }
    reads == 1
}

/// A number, or a product of numbers, in seconds.
fn number(side: &[Token]) -> Option<i64> {
    let mut product: i64 = 1;
    let mut wanted = true;
    for token in unwrapped(side) {
        match token {
            Token::Number(text) if wanted => product = product.checked_mul(text.parse().ok()?)?,
            Token::Sign("*") if !wanted => {}
            Token::Name(_) | Token::Number(_) | Token::Sign(_) | Token::Selector | Token::Other => return None,
        }
        wanted = !wanted;
    }
    (!wanted).then_some(product)
}

/// The tokens without the brackets around all of them.
fn unwrapped(mut tokens: &[Token]) -> &[Token] {
    while let [Token::Sign("("), inner @ .., Token::Sign(")")] = tokens {
        let mut depth = 0_i64;
        let closed_early = inner.iter().any(|token| {
            depth += match token {
                Token::Sign("(") => 1,
                Token::Sign(")") => -1,
                Token::Name(_) | Token::Number(_) | Token::Sign(_) | Token::Selector | Token::Other => 0,
            };
            depth < 0
        });
        if closed_early {
            break;
        }
        tokens = inner;
    }
    tokens
}

/// The tokens of an expression. Names that braces give as `__name__` go to `named`.
fn tokens(text: &str, mut named: Option<&mut Vec<String>>) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, after) = match first {
            '#' => (None, rest.split_once('\n').map_or("", |(_, after)| after)),
            '{' => {
                let (inside, after) = enclosed(rest, '}');
                if let (Some(named), Some(name)) = (named.as_deref_mut(), name_label(inside)) {
                    named.push(name.to_owned());
                }
                (Some(Token::Selector), after)
            }
            '[' => (Some(Token::Other), enclosed(rest, ']').1),
            '"' | '\'' | '`' => (Some(Token::Other), quoted(rest, first)),
            c if c.is_ascii_alphabetic() || c == '_' || c == ':' => {
                let (word, after) = split(rest, |c| c.is_ascii_alphanumeric() || c == '_' || c == ':');
                (Some(Token::Name(word.to_owned())), after)
            }
            c if c.is_ascii_digit() || c == '.' => {
                let (word, after) = split(rest, |c| c.is_ascii_alphanumeric() || c == '.' || c == '_');
                (Some(Token::Number(word.to_owned())), after)
            }
            _ => sign(rest),
        };
        tokens.extend(token);
        rest = after.trim_start();
    }
    tokens
}

fn sign(rest: &str) -> (Option<Token>, &str) {
    let known = SIGNS.iter().find_map(|sign| Some((Some(Token::Sign(sign)), rest.strip_prefix(sign)?)));
    let mut other = rest.chars();
    other.next();
    known.unwrap_or((Some(Token::Other), other.as_str()))
}

fn split(rest: &str, keep: impl Fn(char) -> bool) -> (&str, &str) {
    rest.split_at(rest.find(|c: char| !keep(c)).unwrap_or(rest.len()))
}

/// What follows a string.
fn quoted(rest: &str, quote: char) -> &str {
    let mut chars = rest.chars();
    chars.next();
    while let Some(c) = chars.next() {
        if c == quote {
            break;
        }
        if c == '\\' && quote != '`' {
            chars.next();
        }
    }
    chars.as_str()
}

/// What stands in brackets, past strings in them, and what follows.
fn enclosed(rest: &str, close: char) -> (&str, &str) {
    let mut inner = rest.get(1..).unwrap_or_default();
    let start = inner;
    while let Some(c) = inner.chars().next() {
        if c == close {
            let inside = start.get(..start.len() - inner.len()).unwrap_or_default();
            return (inside, inner.get(1..).unwrap_or_default());
        }
        inner = if matches!(c, '"' | '\'' | '`') { quoted(inner, c) } else { inner.get(c.len_utf8()..).unwrap_or_default() };
    }
    (start, "")
}

/// The metric of `{__name__="metric"}`.
fn name_label(inside: &str) -> Option<&str> {
    let (_, after) = inside.split_once("__name__")?;
    let value = after.trim_start().strip_prefix('=')?.trim_start();
    let value = value.strip_prefix(['"', '\''])?;
    value.split(['"', '\'']).next().filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_are_names_outside_of_strings_and_labels() {
        for (text, metric, expected) in [
            ("pg_replication_lag > 5", "pg_replication_lag", true),
            ("pg_replication_lag_seconds > 5", "pg_replication_lag", false),
            ("up{job=\"pg_replication_lag\"} == 0", "pg_replication_lag", false),
            ("absent(pg_replication_lag)", "pg_replication_lag", true),
            ("{__name__=\"pg_replication_lag\"} > 1", "pg_replication_lag", true),
            ("{__name__=~\"pg_.*\"} > 1", "pg_", false),
            ("label_replace(up, \"a\", \"pg_replication_lag\", \"b\", \"c\")", "pg_replication_lag", false),
            ("up # pg_replication_lag\n > 1", "pg_replication_lag", false),
            ("x{a=\"}\", b='\\'}'} > pg_replication_lag", "pg_replication_lag", true),
        ] {
            assert_eq!(metrics(text).iter().any(|name| name == metric), expected, "{text}");
        }
    }

    #[test]
    fn an_age_is_read_only_where_it_is_certain() {
        const M: &str = "velero_backup_last_successful_timestamp";
        for (text, metric, expected) in [
            ("time() - velero_backup_last_successful_timestamp > 3600", M, Some(3600)),
            ("(time() - velero_backup_last_successful_timestamp{schedule!=\"\"}) > 25 * 3600", M, Some(90_000)),
            ("((time() - max by (schedule, ns) (velero_backup_last_successful_timestamp)) >= (3600*25))", M, Some(90_000)),
            ("max(time() - velero_backup_last_successful_timestamp) without (pod) > 60", M, Some(60)),
            ("velero_backup_last_successful_timestamp < time() - 86400", M, Some(86_400)),
            ("(time() - velero_backup_last_successful_timestamp) / 3600 > 25", M, None),
            ("time() - velero_backup_last_successful_timestamp > 3600 and up == 1", M, None),
            ("time() - velero_backup_last_successful_timestamp > on() limit", M, None),
            ("time() - velero_backup_last_successful_timestamp offset 5m > 60", M, None),
            ("velero_backup_last_successful_timestamp - time() > 60", M, None),
            ("velero_backup_last_successful_timestamp > 60", M, None),
            ("time() - velero_backup_last_successful_timestamp < 60", M, None),
            ("60 < time() - velero_backup_last_successful_timestamp", M, None),
            ("time() - velero_backup_last_successful_timestamp > 1e5", M, None),
            ("pg_replication_lag_seconds > 5", "pg_replication_lag_seconds", Some(5)),
            ("max_over_time(pg_replication_lag_seconds[5m]) > 5", "pg_replication_lag_seconds", None),
            ("pg_stat_archiver_last_archive_age > 600", "pg_stat_archiver_last_archive_age", Some(600)),
            ("increase(velero_backup_failure_total[1h]) > 0", "velero_backup_failure_total", None),
            ("vector(1)", M, None),
            ("", M, None),
            (")(", M, None),
            ("(((", M, None),
        ] {
            assert_eq!(age_limit_s(text, metric), expected, "{text}");
        }
    }
}
