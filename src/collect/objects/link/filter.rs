//! Which Kubernetes objects a backup's include and exclude sets hold.

use super::super::Context;
use super::super::backups::Filter;
use std::collections::BTreeSet;

/// What a filter holds of one resource in the namespaces in scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Held {
    /// The namespaces in scope that it holds.
    pub(super) namespaces: BTreeSet<String>,
    /// The namespaces in scope that it does not hold.
    pub(super) missing: BTreeSet<String>,
    /// Why it is not known whether it holds all of what it names.
    pub(super) doubt: Option<String>,
}

/// What `filter` holds of `resource`; `None`: nothing.
pub(super) fn held(filter: &Filter, resource: &str, context: &Context) -> Option<Held> {
    if !takes(&filter.resources, &filter.without_resources, |pattern| is_resource(pattern, resource)) {
        return None;
    }
    let scope = &context.system.namespaces;
    let holds = |namespace: &String| takes(&filter.namespaces, &filter.without_namespaces, |pattern| pattern == namespace);
    let (namespaces, missing): (BTreeSet<String>, BTreeSet<String>) = scope.iter().cloned().partition(|namespace| holds(namespace));
    let doubt = doubt(filter, scope);
    if namespaces.is_empty() && !scope.is_empty() && doubt.is_none() {
        return None;
    }
    Some(Held { namespaces, missing, doubt })
}

fn doubt(filter: &Filter, scope: &BTreeSet<String>) -> Option<String> {
    let everything = all(&filter.namespaces) && filter.without_namespaces.is_empty();
    let glob = |set: &BTreeSet<String>| set.iter().any(|pattern| pattern != "*" && pattern.contains(['*', '?', '[', '{']));
    if filter.selected {
        Some("what its label selector does not match".to_owned())
    } else if filter.policy_unknown {
        Some("what its resource policy leaves out is not known".to_owned())
    } else if filter.namespace_unknown {
        Some("which namespace it copies cannot be read".to_owned())
    } else if glob(&filter.namespaces) || glob(&filter.without_namespaces) {
        Some("which namespaces its patterns match is not known".to_owned())
    } else if scope.is_empty() && !everything {
        Some("which namespaces must be held is not known".to_owned())
    } else {
        None
    }
}

fn all(included: &BTreeSet<String>) -> bool {
    included.is_empty() || included.contains("*")
}

fn takes(included: &BTreeSet<String>, excluded: &BTreeSet<String>, is: impl Fn(&str) -> bool) -> bool {
    let named = |set: &BTreeSet<String>| set.iter().any(|pattern| is(pattern));
    (all(included) || named(included)) && !named(excluded) && !excluded.contains("*")
}

/// `cm`, `configmap` and `ConfigMaps` are `configmaps`.
fn is_resource(pattern: &str, resource: &str) -> bool {
    let pattern = pattern.to_ascii_lowercase();
    let short = if resource == "configmaps" { "cm" } else { resource };
    pattern == resource || Some(pattern.as_str()) == resource.strip_suffix('s') || pattern == short
}
