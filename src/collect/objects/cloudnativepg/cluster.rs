//! What one `Cluster` says: its role, its standbys, its store and the archive of its log.

use super::super::{Context, DatabaseFound, Found, Object, link, store, values};
use super::stored::{self, BARMAN, Store};
use crate::collect::retention::go_duration_s;
use crate::snapshot::{Class, Database, DatabaseRole, Noun, RegionRole, Replica};
use crate::source_text::Node;

/// `archive_timeout` where the cluster sets none: the operator's default, not PostgreSQL's.
const ARCHIVE_TIMEOUT_S: i64 = 300;

/// One cluster.
#[derive(Debug, Clone)]
pub(super) struct Cluster<'a> {
    /// The object.
    pub(super) object: &'a Object,
    /// `spec.backup.barmanObjectStore`.
    pub(super) in_tree: Option<Store<'a>>,
    /// The store of the barman-cloud plugin, where its object is here.
    pub(super) plugin_store: Option<Store<'a>>,
    /// Where its log is archived.
    pub(super) archive: Option<Store<'a>>,
    /// The plugins that are switched on.
    pub(super) plugins: Vec<String>,
    /// Whether it can make volume snapshots.
    pub(super) snapshots: bool,
    /// `archive_timeout`; `None`: not readable.
    pub(super) archive_timeout_s: Option<i64>,
    /// Whether an annotation switches the archive off.
    pub(super) skips_archive: bool,
}

impl<'a> Cluster<'a> {
    /// Reads a cluster.
    pub(super) fn read(object: &'a Object, objects: &'a [Object], context: &Context) -> Self {
        let on = |plugin: &&Node| plugin.get("enabled").and_then(Node::as_bool) != Some(false);
        let plugins: Vec<&Node> = object.list("spec.plugins").iter().filter(on).collect();
        let name = |plugin: &Node| plugin.get("name").and_then(Node::as_str).map(str::to_owned);
        let barman = plugins.iter().find(|plugin| name(plugin).as_deref() == Some(BARMAN));
        let archives = |plugin: &&Node| plugin.get("isWALArchiver").and_then(Node::as_bool) == Some(true);
        let in_tree = stored::in_tree(object, context);
        let plugin_store = barman.and_then(|plugin| stored::of_plugin(object, plugin, objects, context));
        // A plugin that archives takes the log away from the store in tree.
        let archive =
            if plugins.iter().any(&archives) { plugin_store.clone().filter(|_| barman.is_some_and(archives)) } else { in_tree.clone() };
        Self {
            object,
            in_tree,
            archive,
            plugin_store,
            plugins: plugins.iter().filter_map(|plugin| name(plugin)).collect(),
            snapshots: object.at("spec.backup.volumeSnapshot").is_some(),
            archive_timeout_s: archive_timeout(object),
            skips_archive: object.at("metadata.annotations").and_then(|notes| notes.get("cnpg.io/skipWalArchiving")).and_then(Node::as_str)
                == Some("enabled"),
        }
    }

    /// Its stores.
    pub(super) fn stores(&self) -> impl Iterator<Item = &Store<'a>> {
        self.in_tree.iter().chain(&self.plugin_store)
    }

    /// The name under which the plugin stores its copies.
    pub(super) fn server_name(&self) -> &str {
        let plugins = self.object.list("spec.plugins").iter();
        let mut barman = plugins.filter(|plugin| plugin.get("name").and_then(Node::as_str) == Some(BARMAN));
        let named = barman.find_map(|plugin| plugin.at_path("parameters.serverName")?.as_str());
        named.filter(|name| !name.is_empty()).unwrap_or(&self.object.name)
    }

    /// Whether some plugin archives the log whose store is not among the objects.
    pub(super) fn archives_out_of_sight(&self) -> bool {
        let archives = |plugin: &Node| {
            plugin.get("isWALArchiver").and_then(Node::as_bool) == Some(true)
                && plugin.get("enabled").and_then(Node::as_bool) != Some(false)
        };
        self.archive.is_none() && self.object.list("spec.plugins").iter().any(archives)
    }

    /// Stores the database, and the replica that it is.
    pub(super) fn write(&self, home: &str, all: &[DatabaseFound], objects: &[Object], context: &Context, found: &mut Found) {
        let role = role(self.object);
        let inconsistency = inconsistency(self.object, role);
        if link::takes(context, Noun::Replica, home) && role == DatabaseRole::Standby && inconsistency.is_none() {
            match replica(self.object, all, context) {
                Ok(replica) => store(&mut found.evidence.replica, home, replica),
                Err(why) => found.partial(Noun::Replica, why),
            }
        }
        if link::takes(context, Noun::Database, home) {
            let mut item = self.database(role, inconsistency, context);
            if context.class == Class::Observed {
                item.ready = ready(self.object);
                item.primaries = primaries(self.object, role, objects);
            }
            store(&mut found.evidence.database, home, item);
        }
    }

    fn database(&self, role: DatabaseRole, inconsistency: Option<String>, context: &Context) -> Database {
        let object = self.object;
        let count = |path: &str| object.int(path).and_then(|count| u64::try_from(count).ok());
        let (synchronous, synchronous_required) = synchronous(object);
        Database {
            id: context.id(object),
            class: context.class,
            read: context.read(),
            at: object.place(object.at("spec.replica").or_else(|| object.at("spec.instances")).or_else(|| object.at("spec")), None),
            product: "postgresql".to_owned(),
            role,
            instances: if object.at("spec.instances").is_some() { count("spec.instances") } else { Some(1) },
            ready: None,
            synchronous,
            synchronous_required,
            consistent: Some(inconsistency.is_none()),
            inconsistency,
            checksums: checksums(object),
            checksum_failures: None,
            major: major(object).or_else(|| count("spec.imageCatalogRef.major")),
            detect_s: None,
            primaries: None,
            lost_slots: None,
        }
    }
}

/// How many servers are ready: none is not written, once there is a status.
fn ready(object: &Object) -> Option<u64> {
    object.at("status").and_then(Node::as_map).filter(|status| !status.is_empty())?;
    values::count_or(&object.body, "status.readyInstances", 0)
}

/// How many of a cluster's Pods take writes now. While the primary changes nobody can tell, nor where no Pod was seen
/// that says what it is.
fn primaries(object: &Object, role: DatabaseRole, objects: &[Object]) -> Option<u64> {
    let (current, target) = (object.text("status.currentPrimary")?, object.text("status.targetPrimary")?);
    if current != target {
        return None;
    }
    let label = |pod: &Object, key: &str| pod.at("metadata.labels")?.get(key)?.as_str().map(str::to_owned);
    let part = |pod: &Object| label(pod, "cnpg.io/instanceRole").or_else(|| label(pod, "role"));
    let ours = |pod: &&Object| {
        pod.is("", "Pod") && pod.namespace == object.namespace && label(pod, "cnpg.io/cluster").as_ref() == Some(&object.name)
    };
    let parts: Vec<(&Object, String)> = objects.iter().filter(ours).filter_map(|pod| Some((pod, part(pod)?))).collect();
    if parts.is_empty() {
        return None;
    }
    let writes = |(pod, part): &&(&Object, String)| role == DatabaseRole::Primary && part == "primary" && is_ready(pod);
    Some(parts.iter().filter(writes).count() as u64)
}

fn is_ready(pod: &Object) -> bool {
    let is = |condition: &Node, key: &str, value: &str| condition.get(key).and_then(Node::as_str) == Some(value);
    pod.list("status.conditions").iter().any(|condition| is(condition, "type", "Ready") && is(condition, "status", "True"))
}

/// The operator's own rule, in its order.
fn role(object: &Object) -> DatabaseRole {
    let Some(replica) = object.at("spec.replica").filter(|replica| !replica.is_null()) else { return DatabaseRole::Primary };
    let follows = match replica.get("enabled").and_then(Node::as_bool) {
        Some(enabled) => enabled,
        None => replica.get("primary").and_then(Node::as_str) != Some(own_name(object)),
    };
    if follows { DatabaseRole::Standby } else { DatabaseRole::Primary }
}

/// Its name in a distributed topology.
fn own_name(object: &Object) -> &str {
    object.text("spec.replica.self").filter(|name| !name.is_empty()).unwrap_or(&object.name)
}

/// What does not hold together, if anything.
fn inconsistency(object: &Object, role: DatabaseRole) -> Option<String> {
    let replica = object.at("spec.replica")?;
    let text = |key: &str| replica.get(key).and_then(Node::as_str).filter(|text| !text.is_empty());
    if replica.get("enabled").and_then(Node::as_bool).is_some() && text("primary").is_some() {
        return Some("spec.replica has both enabled and primary".to_owned());
    }
    if role == DatabaseRole::Primary {
        return None;
    }
    let Some(source) = text("source") else { return Some("spec.replica names no source".to_owned()) };
    let Some(entry) = source_entry(object) else {
        let itself = if source == own_name(object) { "itself, " } else { "" };
        return Some(format!("its source is {itself}`{source}`, and no externalClusters entry has that name"));
    };
    if ["connectionParameters", "barmanObjectStore", "plugin"].iter().all(|key| entry.get(key).is_none()) {
        return Some(format!("externalClusters entry `{source}` says no way to reach it"));
    }
    let own = format!("{}-rw", object.name);
    let host = entry.at_path("connectionParameters.host").and_then(Node::as_str).unwrap_or_default();
    if leads_to(host, &own, object.namespace.as_deref()) {
        return Some(format!("its source `{source}` leads to itself"));
    }
    let bootstrapped = object.at("spec.bootstrap.recovery").or_else(|| object.at("spec.bootstrap.pg_basebackup")).is_some();
    (!bootstrapped).then(|| "a replica needs spec.bootstrap.recovery or spec.bootstrap.pg_basebackup".to_owned())
}

/// Whether `host` is the service `own` in the same namespace.
fn leads_to(host: &str, own: &str, namespace: Option<&str>) -> bool {
    let mut labels = host.split('.');
    let service = labels.next() == Some(own);
    let place = labels.next().is_none_or(|label| Some(label) == namespace);
    service && place && labels.next().is_none_or(|label| label == "svc")
}

fn source_entry(object: &Object) -> Option<&Node> {
    let source = object.text("spec.replica.source")?;
    object.list("spec.externalClusters").iter().find(|entry| entry.get("name").and_then(Node::as_str) == Some(source))
}

fn replica(object: &Object, all: &[DatabaseFound], context: &Context) -> Result<Replica, String> {
    let reference = object.reference();
    let entry = source_entry(object).ok_or_else(|| format!("{reference} follows nothing that can be read"))?;
    let streams = entry.get("connectionParameters").is_some();
    let standby = context.system.regions.get(context.region) == Some(&RegionRole::Standby);
    if !standby {
        return Err(format!("{reference} is a replica in the primary region: where its source lies cannot be told"));
    }
    let cross_region = crosses(object, entry, all)?;
    let delay = match object.at("spec.replica.minApplyDelay") {
        None => Some(0),
        Some(node) => node.as_str().and_then(|text| go_duration_s(text).ok()),
    };
    Ok(Replica {
        id: context.id(object),
        class: context.class,
        read: context.read(),
        at: object.place(object.at("spec.replica"), None),
        product: "postgresql".to_owned(),
        name: object.name.clone(),
        cross_region,
        mode: Some(if streams { "streaming" } else { "archive" }.to_owned()),
        streaming: None,
        synchronous: Some(false),
        apply_delay_s: delay,
        samples: None,
        lag_p50_ms: None,
        lag_p99_ms: None,
        lag_max_ms: None,
        // Streaming has no floor by construction, what it really lags is measured; what only replays
        // segments loses the one that its source has not archived yet, and how long that waits is written
        // at the source, in another region, not here.
        exposure_s: streams.then_some(0),
    })
}

/// Whether the source of a cluster in a standby region lies in another region.
fn crosses(object: &Object, entry: &Node, all: &[DatabaseFound]) -> Result<bool, String> {
    let namespace = object.namespace.as_deref();
    let Some(host) = entry.at_path("connectionParameters.host").and_then(Node::as_str) else {
        let source = object.text("spec.replica.source").unwrap_or_default();
        return Ok(!all.iter().any(|other| other.name == source && other.name != object.name));
    };
    let labels: Vec<&str> = host.trim_end_matches('.').split('.').collect();
    if all.iter().any(|other| other.name != object.name && other.answers_to(host, namespace)) {
        Ok(false)
    } else if labels.len() > 2 && labels.get(2) != Some(&"svc") && !host.ends_with(".svc.cluster.local") {
        Ok(true)
    } else {
        // The service may be mirrored from another cluster.
        Err(format!("{} follows {host}, and where that lies cannot be told", object.reference()))
    }
}

/// How many standbys a commit waits for, and whether it waits when they are gone.
fn synchronous(object: &Object) -> (Option<u64>, Option<bool>) {
    let count = |node: &Node| node.as_i64().and_then(|count| u64::try_from(count).ok());
    if let Some(node) = object.at("spec.postgresql.synchronous").filter(|node| !node.is_null()) {
        let number = node.get("number").and_then(count);
        let required = match node.get("dataDurability").and_then(Node::as_str) {
            None | Some("required") => Some(true),
            Some("preferred") => Some(false),
            Some(_) => None,
        };
        return (number, required);
    }
    match object.at("spec.minSyncReplicas") {
        None => (Some(0), None),
        // "Ignore minSyncReplicas to enforce self-healing": the operator lowers it to what is ready.
        Some(node) => (count(node), count(node).filter(|count| *count > 0).map(|_| false)),
    }
}

/// `initdb` writes checksums only where it is asked to; a recovered cluster has those of its source.
fn checksums(object: &Object) -> Option<bool> {
    object.at("spec.bootstrap.initdb")?.get("dataChecksums").map_or(Some(false), Node::as_bool)
}

/// `ghcr.io/cloudnative-pg/postgresql:16.6@sha256:…` is 16.
fn major(object: &Object) -> Option<u64> {
    let image = object.text("spec.imageName")?;
    let (_, tag) = image.split('@').next()?.rsplit_once(':')?;
    let digits = tag.find(|c: char| !c.is_ascii_digit()).map_or(tag, |end| tag.get(..end).unwrap_or_default());
    digits.parse().ok()
}

fn archive_timeout(object: &Object) -> Option<i64> {
    let node = object.at("spec.postgresql.parameters").and_then(|parameters| parameters.get("archive_timeout"));
    match node {
        None => Some(ARCHIVE_TIMEOUT_S),
        Some(node) => node.as_i64().or_else(|| node.as_str().and_then(postgres_seconds)),
    }
}

/// A span as PostgreSQL writes it, in whole seconds; without a unit it is seconds here.
fn postgres_seconds(text: &str) -> Option<i64> {
    let text = text.trim();
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let number: i64 = number.parse().ok()?;
    match unit.trim() {
        "" | "s" => Some(number),
        "ms" => Some(number.saturating_add(999) / 1000),
        "min" => number.checked_mul(60),
        "h" => number.checked_mul(3600),
        "d" => number.checked_mul(86_400),
        _ => None,
    }
}
