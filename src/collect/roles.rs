//! The rights that reading takes, as roles for `kubectl apply`: from the same table that is read by, so that
//! the two cannot differ. Lists only; what gives more (Secrets, running a command) is a role of its own.

use super::Allow;
use super::objects::kinds::{KINDS, Keep, Kind};
use crate::config::ClusterSource;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The account that gets the rights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

/// Rights on resources of one API group.
struct Rule {
    group: String,
    resources: BTreeSet<String>,
    verbs: &'static str,
    names: Option<&'static str>,
}

/// The roles and bindings for reading `source`, as YAML documents. Commands run where `pods` are, the namespaces of the
/// Pods that the configuration names; where it names none, in all of the scope.
#[must_use]
pub fn roles(source: &ClusterSource, namespaces: &BTreeSet<String>, pods: &BTreeSet<String>, allow: Allow, account: &Account) -> String {
    let plain = || KINDS.iter().filter(|kind| kind.keep != Keep::Table);
    let identity =
        Rule { group: String::new(), resources: BTreeSet::from(["namespaces".to_owned()]), verbs: "get", names: Some("kube-system") };
    let mut out = String::new();
    let everywhere = |kind: &&Kind| kind.everywhere || source.namespaces.is_empty();
    let mut whole = rules(plain().filter(everywhere));
    whole.push(identity);
    bind(&mut out, account, "", None, &whole);
    let within = rules(plain().filter(|kind| !everywhere(kind)));
    for namespace in source.namespaces.iter().filter(|_| !within.is_empty()) {
        bind(&mut out, account, "", Some(namespace), &within);
    }
    let scope = if source.namespaces.is_empty() { namespaces } else { &source.namespaces };
    if allow.secrets {
        let names = rules(KINDS.iter().filter(|kind| kind.keep == Keep::Table));
        scope.iter().for_each(|namespace| bind(&mut out, account, "-secrets", Some(namespace), &names));
    }
    if allow.exec {
        // A WebSocket is begun by a GET: older servers ask for that verb, newer ones for `create` too.
        let resources = BTreeSet::from(["pods/exec".to_owned()]);
        let rules = [Rule { group: String::new(), resources, verbs: "create, get", names: None }];
        let places = if pods.is_empty() { scope } else { pods };
        places.iter().for_each(|namespace| bind(&mut out, account, "-exec", Some(namespace), &rules));
    }
    out
}

/// The right to list `kinds`, one rule for each API group.
fn rules<'k>(kinds: impl Iterator<Item = &'k Kind>) -> Vec<Rule> {
    let mut groups: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for kind in kinds {
        groups.entry(kind.group).or_default().insert(kind.resource.to_owned());
    }
    groups.into_iter().map(|(group, resources)| Rule { group: group.to_owned(), resources, verbs: "list", names: None }).collect()
}

/// One rule as a person adds it to a role.
#[must_use]
pub fn rule(group: &str, resource: &str, verb: &str) -> String {
    format!("- {{apiGroups: [\"{group}\"], resources: [{resource}], verbs: [{verb}]}}")
}

fn bind(out: &mut String, account: &Account, suffix: &str, namespace: Option<&str>, rules: &[Rule]) {
    let (role, place) = match namespace {
        Some(namespace) => ("Role", format!(", namespace: {namespace}")),
        None => ("ClusterRole", String::new()),
    };
    let name = format!("{}{suffix}", account.name);
    let mut lines = String::new();
    for rule in rules {
        let resources: Vec<&str> = rule.resources.iter().map(String::as_str).collect();
        let names = rule.names.map(|name| format!(", resourceNames: [{name}]")).unwrap_or_default();
        // Writing to a string cannot fail.
        let _ = writeln!(
            lines,
            "  - {{apiGroups: [\"{}\"], resources: [{}]{names}, verbs: [{}]}}",
            rule.group,
            resources.join(", "),
            rule.verbs
        );
    }
    let _ = write!(
        out,
        "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: {role}\nmetadata: {{name: {name}{place}}}\nrules:\n{lines}\
         ---\napiVersion: rbac.authorization.k8s.io/v1\nkind: {role}Binding\nmetadata: {{name: {name}{place}}}\n\
         roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: {role}, name: {name}}}\n\
         subjects:\n  - {{kind: ServiceAccount, namespace: {}, name: {}}}\n",
        account.namespace, account.name
    );
}
