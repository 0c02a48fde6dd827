//! Roles and bindings: what they let whom do, as far as it is everything or the Secrets.

use super::super::{Object, values};
use crate::source_text::Node;
use std::collections::{BTreeMap, BTreeSet};

const GROUP: &str = "rbac.authorization.k8s.io";

/// What a role lets somebody do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rights {
    /// Every verb on every resource.
    pub(super) wildcard: Option<bool>,
    /// Listing or watching Secrets.
    pub(super) lists_secrets: Option<bool>,
}

/// Whether an object is about rights.
pub(super) fn is_right(object: &Object) -> bool {
    is_binding(object) || object.is(GROUP, "Role") || object.is(GROUP, "ClusterRole")
}

/// Whether an object gives rights.
pub(super) fn is_binding(object: &Object) -> bool {
    object.is(GROUP, "RoleBinding") || object.is(GROUP, "ClusterRoleBinding")
}

/// The accounts in scope that a binding names, each with its namespace: by themselves, by the name that
/// their users have, or by the groups that all accounts (of a namespace) are in.
pub(super) fn accounts(binding: &Object, namespaces: &BTreeSet<&str>) -> BTreeMap<String, String> {
    let mut accounts = BTreeMap::new();
    for subject in binding.list("subjects") {
        let (Some(kind), Some(name)) = (values::text(subject, "kind"), values::text(subject, "name")) else {
            continue;
        };
        match kind {
            "ServiceAccount" => {
                let only = namespaces.first().copied().filter(|_| namespaces.len() == 1 && !binding.kind.starts_with("Cluster"));
                let namespace = values::text(subject, "namespace").or(binding.namespace.as_deref()).or(only);
                if let Some(namespace) = namespace.filter(|namespace| namespaces.contains(namespace)) {
                    accounts.insert(format!("ServiceAccount/{namespace}/{name}"), namespace.to_owned());
                }
            }
            "User" => {
                let parts = name.strip_prefix("system:serviceaccount:").and_then(|rest| rest.split_once(':'));
                if let Some((namespace, name)) = parts.filter(|(namespace, _)| namespaces.contains(namespace)) {
                    accounts.insert(format!("ServiceAccount/{namespace}/{name}"), namespace.to_owned());
                }
            }
            "Group" => accounts.extend(group(name, namespaces)),
            _ => {}
        }
    }
    accounts
}

/// The namespaces in scope whose accounts are in a group.
fn group(name: &str, namespaces: &BTreeSet<&str>) -> Vec<(String, String)> {
    let everybody = matches!(name, "system:serviceaccounts" | "system:authenticated");
    let all = namespaces.iter().filter(|namespace| everybody || name.strip_prefix("system:serviceaccounts:") == Some(namespace));
    all.map(|namespace| (format!("Group/{namespace}/{name}"), (*namespace).to_owned())).collect()
}

/// The rights that a binding gives.
pub(super) fn of(binding: &Object, objects: &[Object]) -> Rights {
    let unknown = Rights { wildcard: None, lists_secrets: None };
    let (Some(kind), Some(name)) = (binding.text("roleRef.kind"), binding.text("roleRef.name")) else {
        return unknown;
    };
    let role = objects.iter().find(|role| {
        let placed = kind == "ClusterRole" || values::same_namespace(role, binding) == Some(true);
        role.is(GROUP, kind) && role.name == name && placed
    });
    match role {
        Some(role) => of_role(role),
        None if kind == "ClusterRole" => built_in(name).unwrap_or(unknown),
        None => unknown,
    }
}

/// The roles that every cluster has.
fn built_in(name: &str) -> Option<Rights> {
    let (wildcard, lists_secrets) = match name {
        "cluster-admin" => (true, true),
        "admin" | "edit" => (false, true),
        "view" => (false, false),
        _ => return None,
    };
    Some(Rights { wildcard: Some(wildcard), lists_secrets: Some(lists_secrets) })
}

/// The rights of a role. One that is gathered from others may have more than is written.
fn of_role(role: &Object) -> Rights {
    let gathered = values::given(&role.body, "aggregationRule").is_some();
    let written = role.at("rules").is_none_or(|rules| rules.is_null() || rules.as_seq().is_some());
    let any = |has: fn(&Node) -> bool| match role.list("rules").iter().any(has) {
        true => Some(true),
        false => (!gathered && written).then_some(false),
    };
    Rights { wildcard: any(is_wildcard), lists_secrets: any(lists_secrets) }
}

fn names(rule: &Node, field: &str, wanted: &[&str]) -> bool {
    values::list(rule, field).iter().filter_map(Node::as_str).any(|name| wanted.contains(&name))
}

/// A rule for named resources only is none for all of them, and does not let them be listed.
fn is_named(rule: &Node) -> bool {
    !values::list(rule, "resourceNames").is_empty()
}

fn is_wildcard(rule: &Node) -> bool {
    !is_named(rule) && ["verbs", "resources", "apiGroups"].iter().all(|field| names(rule, field, &["*"]))
}

fn lists_secrets(rule: &Node) -> bool {
    let verbs = names(rule, "verbs", &["list", "watch", "*"]);
    !is_named(rule) && verbs && names(rule, "resources", &["secrets", "*"]) && names(rule, "apiGroups", &["", "*"])
}
