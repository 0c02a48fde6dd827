//! CloudNativePG: clusters, their scheduled backups, the archive of their log and their object stores.
//!
//! `postgresql.cnpg.io` and `barmancloud.cnpg.io` only; other groups have a `Cluster` too. Five fields
//! of a `ScheduledBackup` mean seconds first. `m` in a retention policy means months.

mod cluster;
mod copies;
mod stored;
#[cfg(test)]
mod tests;

use super::backups::{self, Backup, Conduct, Destination, Target, Timing, same_namespace};
use super::{Context, Found, Object, link, store};
use crate::collect::cron::Dialect;
use crate::collect::retention::Kept;
use crate::snapshot::{Archiver, Class, Noun, Repository};
use cluster::Cluster;
use stored::{BARMAN, Store};

const GROUP: &str = "postgresql.cnpg.io";
const STORES: &str = "barmancloud.cnpg.io";

/// Reads CloudNativePG's objects.
pub(super) fn read(objects: &[Object], context: &Context, found: &mut Found) {
    for object in objects {
        let ours = object.group == GROUP
            && [
                "Cluster",
                "ScheduledBackup",
                "Backup",
                "Pooler",
                "Database",
                "ImageCatalog",
                "ClusterImageCatalog",
                "Publication",
                "Subscription",
            ]
            .contains(&object.kind.as_str());
        if ours || object.is(STORES, "ObjectStore") {
            found.understood.insert(object.reference());
        }
    }
    let clusters: Vec<Cluster> =
        objects.iter().filter(|object| object.is(GROUP, "Cluster")).map(|object| Cluster::read(object, objects, context)).collect();
    let scheduled: Vec<Backup> =
        objects.iter().filter(|object| object.is(GROUP, "ScheduledBackup")).map(|object| backup(object, &clusters)).collect();
    link::assign(&scheduled, objects, context, found);
    if context.class == Class::Observed {
        scheduled.iter().for_each(|backup| copies::runs(backup, objects, context, found));
    }
    for cluster in &clusters {
        about(cluster, &scheduled, objects, context, found);
    }
}

/// Stores what a cluster says of itself under the component that it is.
fn about(cluster: &Cluster, scheduled: &[Backup], objects: &[Object], context: &Context, found: &mut Found) {
    let reference = cluster.object.reference();
    let all = link::databases(objects);
    let Some(home) = link::home(cluster.object, &all, context, found) else { return };
    cluster.write(&home, &all, objects, context, found);
    if context.class == Class::Observed && link::takes(context, Noun::RecoveryPoints, &home) {
        copies::points(cluster, objects, &home, context, found);
    }
    if cluster.archives_out_of_sight() {
        let because = format!("{reference} archives its log through a plugin whose store is not among these objects");
        found.partial(Noun::Archiver, because);
    } else if link::takes(context, Noun::Archiver, &home) {
        archiver(cluster, scheduled, objects, &home, context, found);
    }
    if link::takes(context, Noun::Repository, &home) {
        repositories(cluster, scheduled, &home, context, found);
    }
}

/// The backups of `cluster`.
fn of_cluster<'b, 'a>(cluster: &Cluster, scheduled: &'b [Backup<'a>]) -> impl Iterator<Item = &'b Backup<'a>> {
    let (name, namespace) = (cluster.object.name.clone(), cluster.object.namespace.clone());
    scheduled.iter().filter(move |backup| {
        matches!(&backup.target, Target::Cluster { name: of, namespace: place, .. }
            if *of == name && same_namespace(place.as_deref(), namespace.as_deref()))
    })
}

fn archiver(cluster: &Cluster, scheduled: &[Backup], objects: &[Object], home: &str, context: &Context, found: &mut Found) {
    let object = cluster.object;
    let fires = of_cluster(cluster, scheduled).any(|backup| backup.runs() && backup.gap().is_some());
    let by_hand = objects.iter().any(|backup| {
        backup.is(GROUP, "Backup")
            && backup.text("spec.cluster.name") == Some(object.name.as_str())
            && same_namespace(backup.namespace.as_deref(), object.namespace.as_deref())
    });
    let archive = cluster.archive.as_ref();
    // A backup made by hand is a base too, if it succeeded; and without a config nobody said that these files are
    // everything.
    let declared = if fires { Some(true) } else { (!by_hand && !context.system.name.is_empty()).then_some(false) };
    let live = context.class == Class::Observed;
    let window = if live { copies::window(cluster, context, found) } else { None };
    let item = Archiver {
        id: context.id(object),
        class: context.class,
        read: context.read(),
        at: object.place(archive.map(|store| store.node).or_else(|| object.at("spec")), None),
        enabled: archive.is_some() && !cluster.skips_archive,
        timeout_s: cluster.archive_timeout_s,
        destination: archive.and_then(|store| store.destination.uri.clone()),
        off_region: archive.and_then(|store| store.destination.off_region),
        has_base: if live { Some(copies::has_base(cluster, window, objects, context, found)) } else { declared },
        failing: if live { copies::archives(cluster, window).map(|arrives| !arrives) } else { None },
        last_archived_s: None,
        pending_s: None,
        missing: None,
    };
    store(&mut found.evidence.archiver, home, item);
}

/// The stores that the cluster's copies and log lie in.
fn repositories(cluster: &Cluster, scheduled: &[Backup], home: &str, context: &Context, found: &mut Found) {
    let used: Vec<&Destination> = of_cluster(cluster, scheduled).map(|backup| &backup.destination).collect();
    let mut ids = std::collections::BTreeSet::new();
    for stored in cluster.stores() {
        let uri = stored.destination.uri.clone();
        let is_archive = cluster.archive.as_ref().is_some_and(|archive| archive.destination.uri == uri);
        let needed = is_archive || used.iter().any(|destination| destination.uri == uri);
        if !needed || !ids.insert(stored.object.reference()) {
            continue;
        }
        let item = Repository {
            id: context.id(stored.object),
            class: context.class,
            read: context.read(),
            at: stored.object.place(Some(stored.node), None),
            kind: "object-store".to_owned(),
            name: if stored.object.is(STORES, "ObjectStore") { stored.object.name.clone() } else { uri.unwrap_or_default() },
            region: stored.destination.region.clone(),
            off_region: stored.destination.off_region,
            writable: None,
            available: None,
            encrypted: stored.encrypted.then_some(true),
            public: None,
            versioned: None,
            locked_s: None,
            expires_s: None,
            never_expires: None,
        };
        store(&mut found.evidence.repository, home, item);
    }
}

/// How a scheduled backup copies.
enum Method<'s> {
    /// Into the cluster's own object store, in tree or through the plugin.
    Stored(&'s Store<'s>),
    /// Snapshots of its volumes.
    Snapshots,
    /// In a way that cannot be told: the cluster or its store is not here, or the plugin is unknown.
    Unknown(String),
    /// In a way that its cluster does not have.
    Refused(String),
}

fn backup<'a>(object: &'a Object, clusters: &[Cluster]) -> Backup<'a> {
    let suspended = object.flag("spec.suspend").unwrap_or(false);
    let mut timing = backups::timing(object, "spec.schedule", Dialect::CloudNativePg, None, suspended);
    let name = object.text("spec.cluster.name").unwrap_or_default().to_owned();
    let mut named = clusters
        .iter()
        .filter(|cluster| cluster.object.name == name && same_namespace(cluster.object.namespace.as_deref(), object.namespace.as_deref()));
    // The same object may stand in two files.
    let cluster = named.next().filter(|first| named.all(|other| other.object.reference() == first.object.reference()));
    let method = method(object, cluster);
    let made = match &method {
        Method::Stored(stored) => of_store(stored, cluster, &mut timing),
        Method::Snapshots => Made {
            tool: "cloudnativepg".to_owned(),
            kind: "volume-snapshot",
            // A snapshot lies in the storage system of the volume.
            destination: Destination { off_region: Some(false), ..Destination::default() },
            ..Made::default()
        },
        Method::Unknown(tool) => Made { tool: tool.clone(), ..Made::default() },
        Method::Refused(problem) => {
            refuse(&mut timing, problem.clone());
            Made::default()
        }
    };
    Backup {
        object,
        part: String::new(),
        tool: made.tool,
        kind: made.kind,
        timing,
        conduct: Conduct::of_a_controller(),
        target: Target::Cluster { kind: "Cluster.postgresql.cnpg.io", namespace: object.namespace.clone(), name },
        destination: made.destination,
        kept: made.kept,
        keep_source: made.keep_source,
        log_timeout_s: made.log_timeout_s,
    }
}

/// What a method makes of a backup.
struct Made {
    tool: String,
    kind: &'static str,
    destination: Destination,
    kept: Option<Kept>,
    keep_source: Option<String>,
    log_timeout_s: Option<i64>,
}

impl Default for Made {
    fn default() -> Self {
        Self {
            tool: "barman-cloud".to_owned(),
            kind: "physical",
            destination: Destination::default(),
            kept: None,
            keep_source: None,
            log_timeout_s: None,
        }
    }
}

fn of_store(stored: &Store, cluster: Option<&Cluster>, timing: &mut Timing) -> Made {
    let (kept, keep_source) = match &stored.kept {
        Ok((kept, source)) => (Some(*kept), Some(source.clone())),
        Err(problem) => {
            refuse(timing, problem.clone());
            (None, None)
        }
    };
    let archive =
        cluster.filter(|cluster| !cluster.skips_archive).and_then(|cluster| cluster.archive.as_ref().map(|archive| (cluster, archive)));
    let log_timeout_s =
        archive.filter(|(_, archive)| archive.destination.uri == stored.destination.uri).and_then(|(cluster, _)| cluster.archive_timeout_s);
    Made { destination: stored.destination.clone(), kept, keep_source, log_timeout_s, ..Made::default() }
}

fn refuse(timing: &mut Timing, problem: String) {
    timing.at.label = Some(format!("not accepted: {problem}"));
    timing.refusal.get_or_insert(problem);
}

fn method<'s>(object: &Object, cluster: Option<&'s Cluster<'s>>) -> Method<'s> {
    let method = object.text("spec.method").unwrap_or("barmanObjectStore");
    let plugin = object.text("spec.pluginConfiguration.name");
    let Some(cluster) = cluster else {
        return Method::Unknown(match (method, plugin) {
            ("plugin", Some(name)) if name != BARMAN => name.to_owned(),
            ("volumeSnapshot", _) => "cloudnativepg".to_owned(),
            (_, _) => "barman-cloud".to_owned(),
        });
    };
    let refused = |what: &str| Method::Refused(format!("cluster {} {what}: every backup of this schedule fails", cluster.object.name));
    match method {
        "barmanObjectStore" => cluster.in_tree.as_ref().map_or_else(|| refused("has no spec.backup.barmanObjectStore"), Method::Stored),
        "volumeSnapshot" if cluster.snapshots => Method::Snapshots,
        "volumeSnapshot" => refused("has no spec.backup.volumeSnapshot"),
        "plugin" => match plugin {
            None => Method::Refused("method plugin without spec.pluginConfiguration.name".to_owned()),
            Some(name) if !cluster.plugins.iter().any(|plugin| plugin == name) => refused(&format!("does not use the plugin {name}")),
            Some(BARMAN) => cluster.plugin_store.as_ref().map_or_else(|| Method::Unknown("barman-cloud".to_owned()), Method::Stored),
            Some(other) => Method::Unknown(other.to_owned()),
        },
        other => Method::Refused(format!("`{other}` is no method of a backup")),
    }
}
