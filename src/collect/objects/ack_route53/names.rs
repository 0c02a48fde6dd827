//! DNS names: which name a record has, and which region of ours a text names.

use std::collections::BTreeSet;

/// What a record's name is, against the routed one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    /// The routed name.
    Routed,
    /// Another one.
    Other,
    /// The routed name as it is written, but it is relative to its zone and so becomes another one.
    Misread,
    /// The routed name, if its zone is the right one, which is not known.
    Open,
}

/// A name without its trailing dot, in lower case.
fn plain(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase()
}

/// Whether a name is `parent` or below it.
pub(super) fn within(name: &str, parent: &str) -> bool {
    let (name, parent) = (plain(name), plain(parent));
    name == parent || name.strip_suffix(&parent).is_some_and(|rest| rest.ends_with('.'))
}

/// Whether two names are one.
pub(super) fn same(one: &str, other: &str) -> bool {
    plain(one) == plain(other)
}

/// What the controller makes of a record's name: with a trailing dot it is whole, without one it is
/// relative to its zone, and without any name it is the zone's own.
pub(super) fn of_record(name: Option<&str>, zone: Option<&str>, routed: &str) -> Name {
    let Some(name) = name else {
        return match zone {
            Some(zone) if same(zone, routed) => Name::Routed,
            Some(_) => Name::Other,
            None => Name::Open,
        };
    };
    if name.ends_with('.') {
        return if same(name, routed) { Name::Routed } else { Name::Other };
    }
    if same(name, routed) {
        return Name::Misread;
    }
    match zone {
        Some(zone) if same(&format!("{name}.{zone}"), routed) => Name::Routed,
        Some(_) => Name::Other,
        None if plain(routed).starts_with(&format!("{}.", plain(name))) => Name::Open,
        None => Name::Other,
    }
}

/// The one region that some texts name: `us-east-1`, or `us-east` where only one of ours begins so.
/// `None` where they name none or several.
pub(super) fn region<'r>(texts: &[&str], regions: &[&'r str]) -> Option<&'r str> {
    let named: BTreeSet<&str> = texts.iter().flat_map(|text| named(text, regions)).collect();
    let mut named = named.into_iter();
    let only = named.next()?;
    named.next().is_none().then_some(only)
}

fn named<'r>(text: &str, regions: &[&'r str]) -> Vec<&'r str> {
    let text = text.to_ascii_lowercase();
    let exact: Vec<&str> = regions.iter().copied().filter(|region| has_token(&text, region)).collect();
    if !exact.is_empty() {
        return exact;
    }
    let prefix = |region: &'r str| region.rsplit_once('-').map(|(prefix, _)| prefix).filter(|prefix| prefix.contains('-'));
    let alone = |wanted: &str| regions.iter().filter(|region| prefix(region) == Some(wanted)).count() == 1;
    regions.iter().copied().filter(|region| prefix(region).is_some_and(|prefix| alone(prefix) && has_prefix(&text, prefix))).collect()
}

/// The texts before and after each place where `token` stands by itself.
fn places<'t>(text: &'t str, token: &'t str) -> impl Iterator<Item = &'t str> {
    text.match_indices(token).filter_map(move |(start, _)| {
        let before = text.get(..start)?.chars().next_back();
        let after = text.get(start + token.len()..)?;
        let word = |c: char| c.is_ascii_alphanumeric();
        (!before.is_some_and(word) && !after.chars().next().is_some_and(word)).then_some(after)
    })
}

fn has_token(text: &str, token: &str) -> bool {
    places(text, &token.to_ascii_lowercase()).next().is_some()
}

/// Whether a text has the beginning of a region's name and not the name of another region: `us-east-2`
/// is not `us-east-1`.
fn has_prefix(text: &str, prefix: &str) -> bool {
    let numbered = |after: &str| after.strip_prefix('-').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    places(text, &prefix.to_ascii_lowercase()).any(|after| !numbered(after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_named_by_whole_tokens_only() {
        let two = ["us-east-1", "eu-west-1"];
        let near = ["us-east-1", "us-east-2"];
        for (texts, regions, expected) in [
            (vec!["us-east-1"], &two, Some("us-east-1")),
            (vec!["us-east-1.gateway.kubernaut.io."], &two, Some("us-east-1")),
            (vec!["gateway.us-east.kubernaut.io"], &two, Some("us-east-1")),
            (vec!["gateway.us-east.kubernaut.io"], &near, None),
            (vec!["us-east-10.example.org"], &two, None),
            (vec!["us-east-2.elb.amazonaws.com"], &two, None),
            (vec!["lb-1.us-east-2.elb.amazonaws.com"], &near, Some("us-east-2")),
            (vec!["bus-east-1"], &two, None),
            (vec!["us-east-1", "lb.eu-west-1.elb.amazonaws.com"], &two, None),
            (vec!["primary", "lb.eu-west-1.elb.amazonaws.com"], &two, Some("eu-west-1")),
            (vec!["us"], &two, None),
            (vec![], &two, None),
        ] {
            assert_eq!(region(&texts, regions), expected, "{texts:?} of {regions:?}");
        }
    }

    #[test]
    fn a_name_without_a_trailing_dot_is_relative() {
        let routed = "gateway.kubernaut.io";
        for (name, zone, expected) in [
            (Some("gateway.kubernaut.io."), Some("kubernaut.io."), Name::Routed),
            (Some("gateway.kubernaut.io."), None, Name::Routed),
            (Some("Gateway.Kubernaut.io."), None, Name::Routed),
            (Some("gateway"), Some("kubernaut.io."), Name::Routed),
            (Some("gateway"), Some("kubernaut.io"), Name::Routed),
            (Some("gateway"), Some("example.org"), Name::Other),
            (Some("gateway"), None, Name::Open),
            (Some("gate"), None, Name::Other),
            (Some("gateway.kubernaut.io"), Some("kubernaut.io"), Name::Misread),
            (Some("gateway.kubernaut.io"), None, Name::Misread),
            (None, Some("gateway.kubernaut.io"), Name::Routed),
            (None, Some("kubernaut.io"), Name::Other),
            (None, None, Name::Open),
            (Some("www.kubernaut.io."), None, Name::Other),
        ] {
            assert_eq!(of_record(name, zone, routed), expected, "{name:?} in {zone:?}");
        }
        assert!(within("us-east-1.gateway.kubernaut.io.", routed));
        assert!(!within("mygateway.kubernaut.io", routed));
    }
}
