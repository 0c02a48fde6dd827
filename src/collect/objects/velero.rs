//! Velero: schedules, storage locations and the server's own defaults.
//!
//! `velero.io` only. A `ttl` that Go cannot read (`30d`) passes the API server and then stops the
//! controller for every object of the kind, so it is a refusal here.

mod copies;
mod location;
mod restores;
#[cfg(test)]
mod tests;

use super::backups::{self, Backup, Conduct, Destination, Filter, Target, Timing, same_namespace, strings};
use super::{Context, Found, Object, link};
use crate::clock::instant_s;
use crate::collect::cron::Dialect;
use crate::collect::retention::{Kept, go_duration_s};
use crate::snapshot::Class;
use crate::source_text::{self, Limits, Node};

const GROUP: &str = "velero.io";

/// What the server takes where it was told nothing.
const DEFAULT_TTL_S: i64 = 720 * 3600;

/// A server takes up a new schedule within seconds; after this long it does not.
const TAKEN_UP_S: i64 = 120;

/// Reads Velero's objects.
pub(super) fn read(objects: &[Object], context: &Context, found: &mut Found) {
    let ours = objects.iter().filter(|object| object.group == GROUP || is_server(object));
    for object in ours {
        let kinds =
            ["Schedule", "Backup", "Restore", "BackupStorageLocation", "VolumeSnapshotLocation", "BackupRepository", "DeleteBackupRequest"];
        if object.group != GROUP || kinds.contains(&object.kind.as_str()) {
            found.understood.insert(object.reference());
        }
    }
    let mut backups: Vec<Backup> =
        objects.iter().filter(|object| object.is(GROUP, "Schedule")).map(|object| backup(object, objects, context)).collect();
    stop_beside(&mut backups, objects);
    // Last, as the causes that are known say more.
    for backup in backups.iter_mut().filter(|backup| backup.timing.refusal.is_none()) {
        if let Some(problem) = without_effect(backup.object, context) {
            refuse(&mut backup.timing, problem.to_owned());
        }
    }
    link::assign(&backups, objects, context, found);
    location::write(&backups, objects, context, found);
    if context.class == Class::Observed {
        let made = copies::made(objects, context, found);
        copies::write(&backups, &made, objects, context, found);
        restores::write(&backups, &made, objects, context, found);
    }
}

/// Whether a deployment runs Velero's server.
pub(super) fn is_server(object: &Object) -> bool {
    object.is("apps", "Deployment") && object.list("spec.template.spec.containers").iter().any(runs_server)
}

fn runs_server(container: &Node) -> bool {
    let image = container.get("image").and_then(Node::as_str).unwrap_or_default();
    let name = image.split(['@', ':']).next().unwrap_or_default();
    let words = words(container);
    let serves = words.contains(&"server") && words.iter().any(|word| word.ends_with("velero"));
    serves || name == "velero/velero" || name.ends_with("/velero/velero")
}

/// The words of a container's command and arguments.
fn words(container: &Node) -> Vec<&str> {
    let list = |key| container.get(key).and_then(Node::as_seq).unwrap_or_default();
    list("command").iter().chain(list("args")).filter_map(Node::as_str).collect()
}

/// A flag of the server that looks after `namespace`.
fn server_flag<'a>(objects: &'a [Object], namespace: Option<&str>, flag: &str) -> Option<(&'a Object, &'a str)> {
    let servers = objects.iter().filter(|object| is_server(object) && same_namespace(object.namespace.as_deref(), namespace));
    servers.flat_map(|server| server.list("spec.template.spec.containers").iter().map(move |container| (server, container))).find_map(
        |(server, container)| {
            let words = words(container);
            let mut rest = words.iter();
            while let Some(word) = rest.next() {
                if let Some(value) = word.strip_prefix(flag).and_then(|rest| rest.strip_prefix('=')) {
                    return Some((server, value));
                }
                if *word == flag {
                    return rest.next().map(|value| (server, *value));
                }
            }
            None
        },
    )
}

fn backup<'a>(object: &'a Object, objects: &[Object], context: &Context) -> Backup<'a> {
    let paused = object.flag("spec.paused").unwrap_or(false);
    let mut timing = backups::timing(object, "spec.schedule", Dialect::Velero, None, paused);
    let (kept, keep_source) = match keep(object, objects, context) {
        Ok(keep) => keep,
        Err(problem) => {
            refuse(&mut timing, problem);
            (None, None)
        }
    };
    let location = location::of(object, objects);
    if let Some(location) = location.filter(|location| location::is_read_only(location)) {
        refuse(&mut timing, format!("its {} is read-only: every backup of this schedule fails validation", location.reference()));
    }
    Backup {
        object,
        part: String::new(),
        tool: "velero".to_owned(),
        kind: "objects",
        timing,
        conduct: Conduct::of_a_controller(),
        target: Target::Objects(Box::new(filter_beside(object, objects))),
        destination: location.map_or_else(Destination::default, |location| location::destination(location, context)),
        kept,
        keep_source,
        log_timeout_s: None,
    }
}

/// One object with a span that Go cannot read stops the controller for all of its kind, and a `Backup`
/// with one stops all backups.
fn stop_beside(backups: &mut [Backup], objects: &[Object]) {
    let unreadable = |object: &&Object| {
        let path = match object.kind.as_str() {
            "Schedule" => "spec.template.ttl",
            "Backup" => "spec.ttl",
            _ => return false,
        };
        object.group == GROUP && object.text(path).is_some_and(|ttl| go_duration_s(ttl).is_err())
    };
    for culprit in objects.iter().filter(unreadable) {
        for backup in backups.iter_mut() {
            let beside = same_namespace(backup.object.namespace.as_deref(), culprit.namespace.as_deref());
            if beside && backup.timing.refusal.is_none() {
                refuse(&mut backup.timing, format!("{} has a ttl that no duration is, which stops the controller", culprit.reference()));
            }
        }
    }
}

fn refuse(timing: &mut Timing, problem: String) {
    timing.at.label = Some(format!("not accepted: {problem}"));
    timing.refusal.get_or_insert(problem);
}

/// Why a live schedule has no effect, where its status shows that. One that was created switched off is never given
/// a status.
fn without_effect(object: &Object, context: &Context) -> Option<&'static str> {
    if context.class != Class::Observed {
        return None;
    }
    match object.text("status.phase").unwrap_or_default() {
        "FailedValidation" => Some("its own controller found it invalid"),
        "" | "New" if object.flag("spec.paused") != Some(true) => {
            let created_s = object.text("metadata.creationTimestamp").and_then(instant_s)?;
            (created_s < context.at_s.saturating_sub(TAKEN_UP_S)).then_some("no controller has taken it up")
        }
        _ => None,
    }
}

/// How long the backups of a schedule are kept, and who says so.
fn keep(object: &Object, objects: &[Object], context: &Context) -> Result<(Option<Kept>, Option<String>), String> {
    const PATH: &str = "spec.template.ttl";
    let problem = |error| format!("{PATH}: {error}; one such object stops the controller for all of its kind");
    let own = match object.at(PATH) {
        None => 0,
        Some(node) if node.is_null() => 0,
        Some(node) => match node.as_str() {
            Some(text) => go_duration_s(text).map_err(|error| problem(error.to_string()))?,
            None => return Err(problem(format!("{} is no duration", node.kind_name()))),
        },
    };
    if own > 0 {
        return Ok((Some(Kept::Seconds(own)), Some(backups::source(object, PATH))));
    }
    if context.class == Class::Observed
        && let Some((seconds, newest)) = copies::resolved_ttl(object, objects, context)
    {
        return Ok((Some(Kept::Seconds(seconds)), Some(format!("what the server gave {} (spec.ttl)", newest.reference()))));
    }
    let flag = "--default-backup-ttl";
    let (seconds, source) = match server_flag(objects, object.namespace.as_deref(), flag) {
        // A server that cannot read its own flag does not start; what it would keep is not known.
        Some((server, value)) => (go_duration_s(value).ok(), format!("the server's default ({flag}={value} of {})", server.reference())),
        None => (Some(DEFAULT_TTL_S), "the server's default (720h)".to_owned()),
    };
    Ok((seconds.map(Kept::Seconds), Some(source)))
}

/// What the part of a schedule, a backup or a restore at `root` includes.
fn filter(object: &Object, root: &str) -> Filter {
    let list = |path: &str| strings(object.list(&format!("{root}.{path}")));
    let mut resources = list("includedResources");
    resources.extend(list("includedNamespaceScopedResources"));
    let mut without_resources = list("excludedResources");
    without_resources.extend(list("excludedNamespaceScopedResources"));
    let selects = |node: &Node| match node.as_map() {
        Some(entries) => entries.iter().any(|entry| !is_empty(&entry.value)),
        None => !node.is_null(),
    };
    let selected =
        object.at(&format!("{root}.labelSelector")).is_some_and(selects) || !object.list(&format!("{root}.orLabelSelectors")).is_empty();
    Filter {
        namespaces: list("includedNamespaces"),
        without_namespaces: list("excludedNamespaces"),
        resources,
        without_resources,
        selected,
        policy_unknown: object.at(&format!("{root}.resourcePolicy")).is_some_and(|policy| !policy.is_null()),
        namespace_unknown: false,
    }
}

/// What a schedule includes, by what lies beside it: namespaces that their own label keeps out of every backup, and the
/// policy that it names, where that can be read and is about volumes alone.
fn filter_beside(object: &Object, objects: &[Object]) -> Filter {
    let mut filter = filter(object, "spec.template");
    let kept_out = |other: &&Object| {
        let label = other.at("metadata.labels").and_then(|labels| labels.get("velero.io/exclude-from-backup"));
        other.is("", "Namespace") && label.and_then(Node::as_str) == Some("true")
    };
    filter.without_namespaces.extend(objects.iter().filter(kept_out).map(|namespace| namespace.name.clone()));
    let name = object.text("spec.template.resourcePolicy.name");
    let policy = objects.iter().find(|other| {
        other.is("", "ConfigMap")
            && Some(other.name.as_str()) == name
            && same_namespace(other.namespace.as_deref(), object.namespace.as_deref())
    });
    filter.policy_unknown &= !policy.is_some_and(is_of_volumes);
    filter
}

/// Whether a resource policy says how volumes are copied, and nothing of which objects are.
fn is_of_volumes(policy: &Object) -> bool {
    let text = policy.at("data").and_then(Node::as_map).and_then(|entries| entries.first()?.value.as_str());
    let documents = text.and_then(|text| source_text::parse(text.as_bytes(), &Limits::default()).ok()).unwrap_or_default();
    let plain = |body: &Node| body.as_map().is_some_and(|all| all.iter().all(|entry| ["version", "volumePolicies"].contains(&&*entry.key)));
    matches!(documents.as_slice(), [one] if plain(one))
}

fn is_empty(node: &Node) -> bool {
    node.is_null() || node.as_map().is_some_and(<[_]>::is_empty) || node.as_seq().is_some_and(<[_]>::is_empty)
}
