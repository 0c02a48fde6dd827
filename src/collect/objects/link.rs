//! How a backup finds its subject, with a reason that a person can object to. `backed-up-by` wins;
//! else the target decides: a cluster by its name, a script by its host and database, objects by their
//! include and exclude sets. Where there is exactly one PostgreSQL, a tool for PostgreSQL is for it.
//! Nothing is guessed from names that only look alike.

mod databases;
mod filter;
mod plan;
mod scope;
#[cfg(test)]
mod tests;

pub use databases::{DatabaseFound, databases};
pub use scope::{namespaces, occurring};

use super::backups::{Backup, Filter, Server, Target, asked_here, same_namespace};
use super::{Context, Found, Object};
use crate::snapshot::{Class, Noun, Subject, UNLINKED};
use plan::{Holds, Linked};

/// Where a backup belongs.
enum Verdict<'s> {
    /// To these things, and why.
    To(Vec<(&'s str, Holds, String)>),
    /// To nobody knows which, and why.
    Unknown(String),
    /// To nothing that is judged here, and why.
    Elsewhere(String),
}

/// Stores `backups` as evidence about their subjects.
pub(super) fn assign(backups: &[Backup], objects: &[Object], context: &Context, found: &mut Found) {
    let all = databases(objects);
    let mut linked = Vec::new();
    for backup in backups {
        let reference = backup.object.reference();
        match place(backup, &all, context) {
            Verdict::To(places) => {
                for (thing, holds, because) in places {
                    let subject = context.subject(thing);
                    found.link(&reference, &subject, because);
                    if context.asks(Noun::BackupPlan, &subject) {
                        linked.push(Linked { backup, subject: subject.to_string(), holds });
                    }
                }
            }
            Verdict::Unknown(because) => {
                found.unlinked(&reference, because);
                if !asked_here(context, Noun::BackupPlan) {
                    continue;
                }
                linked.push(Linked { backup, subject: UNLINKED.to_owned(), holds: Holds::Whole(None, Vec::new()) });
            }
            Verdict::Elsewhere(because) => found.unlinked(&reference, because),
        }
    }
    plan::write(&linked, context, found);
}

/// The things that are Kubernetes objects, each with its resource.
fn resources<'a>(context: &Context<'a>) -> Vec<(&'a str, &'a str)> {
    let components = context.system.components.iter();
    components
        .filter(|(_, general)| matches!(general.as_str(), "configmaps" | "secrets"))
        .map(|(thing, general)| (thing.as_str(), general.as_str()))
        .collect()
}

/// The things that are Kubernetes objects.
pub(super) fn object_things<'a>(context: &Context<'a>) -> Vec<&'a str> {
    resources(context).into_iter().map(|(thing, _)| thing).collect()
}

/// Whether `thing` is Kubernetes objects.
pub(super) fn is_of_objects(thing: &str, context: &Context) -> bool {
    object_things(context).contains(&thing)
}

/// Whether what `filter` includes is all of `thing`, as far as that can be told; `None`: nothing of it.
pub(super) fn held_by(filter: &Filter, thing: &str, context: &Context) -> Option<bool> {
    let resource = context.system.components.get(thing).map_or(thing, String::as_str);
    filter::held(filter, resource, context).map(|held| held.missing.is_empty() && held.doubt.is_none())
}

/// The things that a person said `object` backs up.
pub(super) fn said<'a>(object: &Object, context: &Context<'a>) -> Vec<&'a str> {
    let plain = object.reference();
    let grouped = match (object.group.as_str(), plain.split_once('/')) {
        ("", _) | (_, None) => plain.clone(),
        (group, Some((kind, rest))) => format!("{kind}.{group}/{rest}"),
    };
    let named = context.backed_up_by.iter();
    named
        .filter(|(_, objects)| objects.iter().any(|object| *object == plain || *object == grouped))
        .map(|(thing, _)| thing.as_str())
        .collect()
}

fn place<'s>(backup: &Backup, all: &[DatabaseFound], context: &Context<'s>) -> Verdict<'s> {
    let said = said(backup.object, context);
    if !said.is_empty() {
        let named = |thing: &'s str| (thing, holds_named(backup, thing, all, context), "named in backed-up-by".to_owned());
        return Verdict::To(said.into_iter().map(named).collect());
    }
    match &backup.target {
        Target::Cluster { kind, namespace, name } => cluster(kind, namespace.as_deref(), name, all, context),
        Target::Server(server) => script(server, all, context),
        Target::Objects(filter) => objects_of(filter, context),
        Target::Unknown(why) => Verdict::Unknown(format!("{why}: name it in backed-up-by")),
    }
}

/// What a backup holds of a thing that a person named.
fn holds_named(backup: &Backup, thing: &str, all: &[DatabaseFound], context: &Context) -> Holds {
    match &backup.target {
        Target::Cluster { .. } => Holds::Whole(Some(true), Vec::new()),
        Target::Server(server) => {
            let of_thing = all.iter().find(|database| databases::thing(database, all, context).is_some_and(|(found, _)| found == thing));
            holds(server, of_thing)
        }
        Target::Objects(filter) => {
            let resource = context.system.components.get(thing).map_or(thing, String::as_str);
            filter::held(filter, resource, context).map_or_else(|| Holds::Whole(Some(false), vec![resource.to_owned()]), of_namespaces)
        }
        Target::Unknown(_) => Holds::Whole(None, Vec::new()),
    }
}

fn cluster<'s>(kind: &str, namespace: Option<&str>, name: &str, all: &[DatabaseFound], context: &Context<'s>) -> Verdict<'s> {
    let whole = || Holds::Whole(Some(true), Vec::new());
    let named = |database: &&DatabaseFound| {
        database.kind == kind && database.name == name && same_namespace(database.namespace.as_deref(), namespace)
    };
    let candidates: Vec<&DatabaseFound> = all.iter().filter(named).collect();
    match candidates.as_slice() {
        [database] => match databases::thing(database, all, context) {
            Some((thing, why)) => Verdict::To(vec![(thing, whole(), format!("it names cluster {name}; {why}"))]),
            None => no_component(database, context),
        },
        [] if of_a_neighbour(namespace, context) => Verdict::Elsewhere(format!("cluster {name} lies in no namespace of this system")),
        [] => unseen(name, all, context).map_or_else(
            || Verdict::Unknown(format!("cluster {name} is not among these objects: name it in backed-up-by")),
            |(thing, why)| Verdict::To(vec![(thing, whole(), why)]),
        ),
        _ => Verdict::Unknown(format!("several clusters are called {name}: name it in backed-up-by")),
    }
}

/// A database in scope may be any component; one outside is none.
fn no_component<'s>(database: &DatabaseFound, context: &Context) -> Verdict<'s> {
    let reference = database.reference();
    if database.in_scope(context) {
        Verdict::Unknown(format!("which component {reference} is cannot be told: name it in backed-up-by"))
    } else {
        Verdict::Elsewhere(format!("{reference} lies in no namespace of this system"))
    }
}

/// Where the evidence about a database itself goes; `None`: nowhere, it is none of this system's.
pub(super) fn home(object: &Object, all: &[DatabaseFound], context: &Context, found: &mut Found) -> Option<String> {
    let reference = object.reference();
    let database = all.iter().find(|database| database.reference() == reference)?;
    match databases::thing(database, all, context) {
        Some((thing, because)) => {
            let subject = context.subject(thing);
            found.link(&reference, &subject, because);
            Some(subject.to_string())
        }
        None if database.in_scope(context) => {
            found.unlinked(&reference, "which component it is cannot be told: name it in the inventory");
            Some(UNLINKED.to_owned())
        }
        None => {
            found.unlinked(&reference, "it lies in no namespace of this system");
            None
        }
    }
}

/// Whether evidence of `noun` may be stored under `home`.
pub(super) fn takes(context: &Context, noun: Noun, home: &str) -> bool {
    match Subject::parse(home) {
        Some(subject) => context.asks(noun, &subject),
        None => asked_here(context, noun),
    }
}

/// The thing that a cluster is whose object is not here.
fn unseen<'s>(name: &str, all: &[DatabaseFound], context: &Context<'s>) -> Option<(&'s str, String)> {
    let things = databases::things(context);
    let inventory = |thing: &&&str| context.system.inventory.get(**thing).is_some_and(|item| item.name.as_deref() == Some(name));
    if let Some(thing) = things.iter().find(|thing| **thing == name).or_else(|| things.iter().find(inventory)) {
        return Some((thing, format!("it names cluster {name}")));
    }
    match things.as_slice() {
        [thing] if all.is_empty() => Some((thing, format!("it names cluster {name}, and {thing} is the only PostgreSQL"))),
        _ => None,
    }
}

fn script<'s>(server: &Server, all: &[DatabaseFound], context: &Context<'s>) -> Verdict<'s> {
    if let Some(host) = &server.host {
        let answering: Vec<&DatabaseFound> = all.iter().filter(|database| database.answers_to(host, server.namespace.as_deref())).collect();
        if let [database] = answering.as_slice() {
            return match databases::thing(database, all, context) {
                Some((thing, why)) => {
                    Verdict::To(vec![(thing, holds(server, Some(database)), format!("host {host} is its service; {why}"))])
                }
                None => no_component(database, context),
            };
        }
    }
    if of_a_neighbour(server.namespace.as_deref(), context) {
        return Verdict::Unknown(
            "it lies in no namespace of this system and names no database of it: if it is a backup of this system, name it in backed-up-by"
                .to_owned(),
        );
    }
    only(server, all, context)
}

/// Whether what lies in `namespace` may be another system's: a cluster is shared, and the files that somebody names as
/// this system's are not.
fn of_a_neighbour(namespace: Option<&str>, context: &Context) -> bool {
    let ours = &context.system.namespaces;
    context.class == Class::Observed && !ours.is_empty() && namespace.is_some_and(|namespace| !ours.contains(namespace))
}

/// The only PostgreSQL, if there is one.
fn only<'s>(server: &Server, all: &[DatabaseFound], context: &Context<'s>) -> Verdict<'s> {
    let things = databases::things(context);
    match (things.as_slice(), all) {
        ([], _) => Verdict::Elsewhere("no component of this system is a PostgreSQL".to_owned()),
        ([thing], []) => Verdict::To(vec![(thing, holds(server, None), format!("{thing} is the only PostgreSQL"))]),
        (_, [database]) if !server.leads_elsewhere(database) => match databases::thing(database, all, context) {
            Some((thing, _)) => {
                let because = format!("{} is the only PostgreSQL here", database.reference());
                Verdict::To(vec![(thing, holds(server, Some(database)), because)])
            }
            None => no_component(database, context),
        },
        (_, [database]) => {
            let host = server.host.as_deref().unwrap_or_default();
            Verdict::Unknown(format!("host {host} is no service of {}: name it in backed-up-by", database.reference()))
        }
        (_, many) => Verdict::Unknown(format!(
            "which of {} databases it copies cannot be read: name it in backed-up-by",
            many.len().max(things.len())
        )),
    }
}

impl Server {
    /// Whether its host cannot be a service in front of `database`: it lies outside the cluster or in
    /// another namespace.
    fn leads_elsewhere(&self, database: &DatabaseFound) -> bool {
        let Some(host) = &self.host else { return false };
        let labels: Vec<&str> = host.trim_end_matches('.').split('.').collect();
        match labels.as_slice() {
            [service] if !database.services.is_empty() && !database.services.contains(*service) => true,
            [_] => !same_namespace(self.namespace.as_deref(), database.namespace.as_deref()),
            [_, namespace] | [_, namespace, "svc", ..] => !same_namespace(Some(namespace), database.namespace.as_deref()),
            _ => true,
        }
    }
}

/// What a script's dumps hold of the database.
fn holds(server: &Server, database: Option<&DatabaseFound>) -> Holds {
    if !server.left_out.is_empty() {
        return Holds::Whole(Some(false), server.left_out.clone());
    }
    if server.sometimes {
        return Holds::Whole(None, vec!["what every run would (a condition in the script decides whether it copies)".to_owned()]);
    }
    let declared = database.map(|database| &database.databases);
    match declared {
        _ if server.all => Holds::Whole(Some(true), Vec::new()),
        Some(declared) if !declared.is_empty() && declared.is_subset(&server.databases) => Holds::Whole(Some(true), Vec::new()),
        Some(declared) if !declared.is_empty() && !server.unnamed => {
            // The database may have been made by hand beside the declared one: not known, and said.
            let missing = declared.difference(&server.databases).map(|name| format!("database {name}")).collect();
            Holds::Whole(None, missing)
        }
        Some(_) | None if server.unnamed || server.databases.is_empty() => Holds::Whole(None, Vec::new()),
        Some(_) | None => Holds::Whole(Some(true), Vec::new()),
    }
}

fn objects_of<'s>(filter: &Filter, context: &Context<'s>) -> Verdict<'s> {
    let things: Vec<(&str, Holds, String)> = resources(context)
        .into_iter()
        .filter_map(|(thing, resource)| {
            let held = filter::held(filter, resource, context)?;
            let because = if held.namespaces.is_empty() {
                format!("it includes {resource}")
            } else {
                let namespaces: Vec<&str> = held.namespaces.iter().map(String::as_str).collect();
                format!("it includes {resource} of {}", namespaces.join(", "))
            };
            Some((thing, of_namespaces(held), because))
        })
        .collect();
    if things.is_empty() {
        return Verdict::Elsewhere("it holds neither ConfigMaps nor Secrets of the namespaces in scope".to_owned());
    }
    Verdict::To(things)
}

fn of_namespaces(held: filter::Held) -> Holds {
    match held.doubt {
        Some(doubt) => Holds::Whole(None, vec![doubt]),
        None => Holds::Namespaces { held: held.namespaces, missing: held.missing },
    }
}
