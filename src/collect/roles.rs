//! The rights that reading takes, as roles for `kubectl apply`: from the same table that is read by, so that
//! the two cannot differ. Lists only; what gives more (Secrets, running a command) is a role of its own.

use super::Allow;
use super::fault::Right;
use super::objects::kinds::{KINDS, Keep, Kind};
use crate::config::{ClusterSource, Config, PasswordSource, ReportSource};
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
    names: BTreeSet<String>,
}

/// What the configuration has read of a region's cluster by name: each a namespace and a name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Named {
    /// Secrets that hold a database's password.
    secrets: BTreeSet<(String, String)>,
    /// Pods in which a backup tool prints its report.
    pods: BTreeSet<(String, String)>,
}

impl Named {
    /// What the databases of a region ask for, as far as a person allows it.
    #[must_use]
    pub fn of(config: &Config, region: &str, allow: Allow) -> Self {
        let mut named = Self::default();
        for database in config.databases.iter().filter(|database| database.region == region) {
            if let Some(PasswordSource::Secret { namespace, name, .. }) = &database.password {
                named.secrets.insert((namespace.clone(), name.clone()));
            }
            for report in database.backups.iter().filter(|_| allow.exec) {
                if let ReportSource::Pod(pod) = &report.source {
                    named.pods.insert((pod.namespace.clone(), pod.name.clone()));
                }
            }
        }
        named
    }

    /// The rights that this takes, each with the name that it is for.
    #[must_use]
    pub fn rights(&self) -> Vec<(Right, String)> {
        let all = |verb, resource: &str, named: &BTreeSet<(String, String)>| -> Vec<(Right, String)> {
            let right = |namespace: &String| Right {
                verb,
                group: String::new(),
                resource: resource.to_owned(),
                namespace: Some(namespace.clone()),
            };
            named.iter().map(|(namespace, name)| (right(namespace), name.clone())).collect()
        };
        let exec = EXEC_VERBS.iter().flat_map(|verb| all(verb, EXEC, &self.pods));
        all("get", "secrets", &self.secrets).into_iter().chain(exec).collect()
    }
}

/// Running a command in a Pod.
const EXEC: &str = "pods/exec";

/// A WebSocket is begun by a GET: older servers ask for that verb, newer ones for `create` too.
const EXEC_VERBS: [&str; 2] = ["create", "get"];

/// The roles and bindings for reading `source`, as YAML documents.
#[must_use]
pub fn roles(source: &ClusterSource, namespaces: &BTreeSet<String>, named: &Named, allow: Allow, account: &Account) -> String {
    let plain = || KINDS.iter().filter(|kind| kind.keep != Keep::Table);
    let mut out = String::new();
    let everywhere = |kind: &&Kind| kind.everywhere || source.namespaces.is_empty();
    let mut whole = rules(plain().filter(everywhere));
    whole.push(Rule::on("namespaces", "get", BTreeSet::from(["kube-system".to_owned()])));
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
    by_name(&mut out, account, "-passwords", &named.secrets, |names| Rule::on("secrets", "get", names));
    by_name(&mut out, account, "-exec", &named.pods, |names| Rule::on(EXEC, "create, get", names));
    out
}

/// One role in each namespace for what is read there by name.
fn by_name(out: &mut String, account: &Account, suffix: &str, named: &BTreeSet<(String, String)>, rule: impl Fn(BTreeSet<String>) -> Rule) {
    let mut places: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (namespace, name) in named {
        places.entry(namespace).or_default().insert(name.clone());
    }
    places.into_iter().for_each(|(namespace, names)| bind(out, account, suffix, Some(namespace), &[rule(names)]));
}

impl Rule {
    /// On what is called so, of a resource of the core group.
    fn on(resource: &str, verbs: &'static str, names: BTreeSet<String>) -> Self {
        Self { group: String::new(), resources: BTreeSet::from([resource.to_owned()]), verbs, names }
    }
}

/// The right to list `kinds`, one rule for each API group.
fn rules<'k>(kinds: impl Iterator<Item = &'k Kind>) -> Vec<Rule> {
    let mut groups: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for kind in kinds {
        groups.entry(kind.group).or_default().insert(kind.resource.to_owned());
    }
    groups
        .into_iter()
        .map(|(group, resources)| Rule { group: group.to_owned(), resources, verbs: "list", names: BTreeSet::new() })
        .collect()
}

/// The rule that a person adds to a role for a right; on what is called `name` alone, where there is a name.
#[must_use]
pub fn rule(right: &Right, name: Option<&str>) -> String {
    let names = name.map(|name| format!(", resourceNames: [{name}]")).unwrap_or_default();
    format!("- {{apiGroups: [\"{}\"], resources: [{}]{names}, verbs: [{}]}}", right.group, right.resource, right.verb)
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
        let names: Vec<&str> = rule.names.iter().map(String::as_str).collect();
        let names = if names.is_empty() { String::new() } else { format!(", resourceNames: [{}]", names.join(", ")) };
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
