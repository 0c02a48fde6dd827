//! The databases that the objects show, and the names that their servers answer to.

use super::super::backups::same_namespace;
use super::super::{Context, Object};
use crate::source_text::Node;
use std::collections::{BTreeMap, BTreeSet};

/// One database cluster that an object declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseFound {
    /// Its kind as an inventory writes it: `Cluster.postgresql.cnpg.io`, `StatefulSet`.
    pub kind: &'static str,
    /// Its namespace, as written.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
    /// The services that lead to it, by their plain names.
    pub services: BTreeSet<String>,
    /// The application's databases on it, where they are declared.
    pub databases: BTreeSet<String>,
}

impl DatabaseFound {
    /// `Cluster/kubernaut-system/postgresql`.
    #[must_use]
    pub fn reference(&self) -> String {
        let kind = self.kind.split('.').next().unwrap_or_default();
        match &self.namespace {
            Some(namespace) => format!("{kind}/{namespace}/{}", self.name),
            None => format!("{kind}/{}", self.name),
        }
    }

    /// Whether `host`, as a script in `namespace` writes it, is a service of this database.
    pub(in super::super) fn answers_to(&self, host: &str, namespace: Option<&str>) -> bool {
        let mut labels = host.trim_end_matches('.').split('.');
        let service = labels.next().unwrap_or_default();
        let said = labels.next();
        let rest: Vec<&str> = labels.collect();
        let in_cluster = matches!(rest.as_slice(), [] | ["svc", ..]);
        in_cluster && self.services.contains(service) && same_namespace(self.namespace.as_deref(), said.or(namespace))
    }

    /// Whether it lies in a namespace of the system.
    pub(in super::super) fn in_scope(&self, context: &Context) -> bool {
        let namespaces = &context.system.namespaces;
        namespaces.is_empty() || self.namespace.as_ref().is_none_or(|namespace| namespaces.contains(namespace))
    }
}

/// The PostgreSQL databases among `objects`, each once.
#[must_use]
pub fn databases(objects: &[Object]) -> Vec<DatabaseFound> {
    let mut found: Vec<DatabaseFound> = Vec::new();
    for object in objects {
        let Some(database) = database(object, objects) else { continue };
        let known = found.iter().any(|known| known.reference() == database.reference());
        if !known {
            found.push(database);
        }
    }
    found
}

fn database(object: &Object, objects: &[Object]) -> Option<DatabaseFound> {
    let suffixed = |suffixes: &[&str]| suffixes.iter().map(|suffix| format!("{}{suffix}", object.name)).collect();
    let (kind, services, databases) = if object.is("postgresql.cnpg.io", "Cluster") {
        ("Cluster.postgresql.cnpg.io", suffixed(&["-rw", "-ro", "-r"]), cloudnativepg_databases(object))
    } else if object.is("postgres-operator.crunchydata.com", "PostgresCluster") {
        let services = suffixed(&["-primary", "-ha", "-replicas", "-pgbouncer"]);
        ("PostgresCluster.postgres-operator.crunchydata.com", services, BTreeSet::new())
    } else if object.is("acid.zalan.do", "postgresql") {
        ("postgresql.acid.zalan.do", suffixed(&["", "-repl", "-pooler"]), BTreeSet::new())
    } else if object.is("apps", "StatefulSet") {
        let container = server(object)?;
        ("StatefulSet", services(object, objects), declared_databases(container))
    } else if object.is("apps", "Deployment") {
        let container = server(object)?;
        ("Deployment", services(object, objects), declared_databases(container))
    } else {
        return None;
    };
    Some(DatabaseFound { kind, namespace: object.namespace.clone(), name: object.name.clone(), services, databases })
}

/// The database that `initdb` makes. A cluster that is recovered has those of its source.
fn cloudnativepg_databases(object: &Object) -> BTreeSet<String> {
    let recovered = object.at("spec.bootstrap.recovery").or_else(|| object.at("spec.bootstrap.pg_basebackup"));
    match (object.text("spec.bootstrap.initdb.database"), recovered) {
        (Some(name), _) => BTreeSet::from([name.to_owned()]),
        (None, Some(_)) => BTreeSet::new(),
        (None, None) => BTreeSet::from(["app".to_owned()]),
    }
}

/// The container of a workload that runs a PostgreSQL server and not one of its clients.
fn server(object: &Object) -> Option<&Node> {
    object.list("spec.template.spec.containers").iter().find(|container| {
        let image = container.get("image").and_then(Node::as_str).unwrap_or_default();
        let path = image.split('@').next().unwrap_or_default();
        let file = path.rsplit('/').next().unwrap_or_default();
        let name = file.split(':').next().unwrap_or_default();
        matches!(name, "postgres" | "postgresql" | "postgis" | "timescaledb" | "pgvector" | "spilo" | "postgresql-repmgr")
            && serves(container)
    })
}

/// Whether it starts the server: the image's own entrypoint, by name or by saying nothing.
fn serves(container: &Node) -> bool {
    let command = container.get("command").and_then(Node::as_seq).unwrap_or_default();
    let first = command.first().and_then(Node::as_str).map(|word| word.rsplit('/').next().unwrap_or_default());
    matches!(first, None | Some("postgres" | "docker-entrypoint.sh" | "entrypoint.sh" | "run.sh"))
}

/// `POSTGRES_DB` and its like, where they are literal.
fn declared_databases(container: &Node) -> BTreeSet<String> {
    let env = container.get("env").and_then(Node::as_seq).unwrap_or_default();
    env.iter()
        .filter(|entry| {
            let name = entry.get("name").and_then(Node::as_str).unwrap_or_default();
            matches!(name, "POSTGRES_DB" | "POSTGRESQL_DATABASE" | "POSTGRES_DATABASE")
        })
        .filter_map(|entry| entry.get("value").and_then(Node::as_str).map(str::to_owned))
        .collect()
}

/// The services whose selector the workload's pods have, and the one that a stateful set names.
fn services(object: &Object, objects: &[Object]) -> BTreeSet<String> {
    let labels = map(object.at("spec.template.metadata.labels"));
    let selecting = objects.iter().filter(|service| {
        let selector = map(service.at("spec.selector"));
        service.is("", "Service")
            && same_namespace(service.namespace.as_deref(), object.namespace.as_deref())
            && !selector.is_empty()
            && selector.iter().all(|(key, value)| labels.get(key) == Some(value))
    });
    let named = object.text("spec.serviceName").map(str::to_owned);
    selecting.map(|service| service.name.clone()).chain(named).collect()
}

fn map(node: Option<&Node>) -> BTreeMap<&str, &str> {
    let entries = node.and_then(Node::as_map).unwrap_or_default();
    entries.iter().filter_map(|entry| Some((entry.key.as_str(), entry.value.as_str()?))).collect()
}

/// What each database is called as a component where no config names it: its own name, with its
/// namespace where two share it.
pub(super) fn component_names(databases: &[DatabaseFound]) -> Vec<String> {
    let shared = |name: &str| databases.iter().filter(|other| other.name == name).count() > 1;
    databases
        .iter()
        .map(|database| match &database.namespace {
            Some(namespace) if shared(&database.name) => format!("{}.{namespace}", database.name),
            Some(_) | None => database.name.clone(),
        })
        .collect()
}

/// The things of the system that are PostgreSQL databases.
pub(in super::super) fn things<'a>(context: &Context<'a>) -> Vec<&'a str> {
    let standard = context.standard;
    let known: BTreeSet<&str> =
        standard.restores.keys().chain(standard.standby_backups.keys()).map(crate::snapshot::Subject::thing).collect();
    context.system.components.keys().map(String::as_str).filter(|thing| known.contains(thing)).collect()
}

/// The thing that `database` is, and why; never by a name that only looks alike.
pub(in super::super) fn thing<'a>(database: &DatabaseFound, all: &[DatabaseFound], context: &Context<'a>) -> Option<(&'a str, String)> {
    // In a shared cluster many are called alike.
    if !database.in_scope(context) {
        return None;
    }
    let things = things(context);
    if let Some(thing) = in_inventory(database, all, context, &things) {
        return Some((thing, format!("the inventory names {} as {thing}", database.reference())));
    }
    let position = all.iter().position(|other| other == database)?;
    let name = component_names(all).into_iter().nth(position)?;
    if let Some(thing) = things.iter().find(|thing| **thing == name || **thing == database.name) {
        return Some((thing, format!("{} has the component's name", database.reference())));
    }
    let rivals = all.iter().filter(|other| other.in_scope(context)).count();
    match things.as_slice() {
        [thing] if rivals == 1 => Some((thing, format!("{} is the only PostgreSQL here", database.reference()))),
        _ => None,
    }
}

fn in_inventory<'a>(database: &DatabaseFound, all: &[DatabaseFound], context: &Context, things: &[&'a str]) -> Option<&'a str> {
    let candidates: Vec<&'a str> = things
        .iter()
        .copied()
        .filter(|thing| {
            let Some(item) = context.system.inventory.get(*thing) else { return false };
            let kind = item.kind == database.kind || Some(item.kind.as_str()) == database.kind.split('.').next();
            let place = same_namespace(item.namespace.as_deref(), database.namespace.as_deref());
            let named = match &item.name {
                Some(name) => *name == database.name,
                // Any of that kind: only where there is no choice.
                None => all.iter().filter(|other| other.kind == database.kind && other.in_scope(context)).count() == 1,
            };
            kind && place && named && database.in_scope(context)
        })
        .collect();
    match candidates.as_slice() {
        [thing] => Some(thing),
        _ => None,
    }
}
