//! Crunchy's `PostgresCluster`: the schedules of its pgBackRest repositories and its standby.

use super::backups::{self, Backup, Conduct, Destination, Target};
use super::{Context, Found, Object, link, store};
use crate::collect::cron::Dialect;
use crate::collect::retention::{Kept, pgbackrest_full};
use crate::snapshot::{Database, DatabaseRole, Noun};
use crate::source_text::Node;

const GROUP: &str = "postgres-operator.crunchydata.com";
const REPOS: &str = "spec.backups.pgbackrest.repos";

/// Reads Crunchy's clusters.
pub(super) fn read(objects: &[Object], context: &Context, found: &mut Found) {
    let mut backups = Vec::new();
    for object in objects.iter().filter(|object| object.is(GROUP, "PostgresCluster")) {
        found.understood.insert(object.reference());
        backups.extend(of_cluster(object, context));
        database(object, objects, context, found);
    }
    link::assign(&backups, objects, context, found);
}

/// One backup for each schedule of each repository. Each makes a complete recovery point, whatever its
/// type, because the repository holds what it builds on.
fn of_cluster<'a>(object: &'a Object, context: &Context) -> Vec<Backup<'a>> {
    let mut backups = Vec::new();
    for (index, repo) in object.list(REPOS).iter().enumerate() {
        let (kept, keep_source) = keep(object, repo);
        for kind in ["full", "differential", "incremental"] {
            let path = format!("{REPOS}.{index}.schedules.{kind}");
            if object.at(&path).is_none() {
                continue;
            }
            // A shut-down cluster runs no job.
            let off = object.flag("spec.shutdown") == Some(true);
            backups.push(Backup {
                object,
                part: format!("/{}/{kind}", repo.get("name").and_then(Node::as_str).unwrap_or("repo")),
                tool: "pgbackrest".to_owned(),
                kind: "physical",
                timing: backups::timing(object, &path, Dialect::CronJob, None, off),
                conduct: Conduct::of_a_controller(),
                target: Target::Cluster {
                    kind: "PostgresCluster.postgres-operator.crunchydata.com",
                    namespace: object.namespace.clone(),
                    name: object.name.clone(),
                },
                destination: destination(object, repo, context),
                kept,
                keep_source: keep_source.clone(),
                log_timeout_s: None,
            });
        }
    }
    backups
}

fn destination(object: &Object, repo: &Node, context: &Context) -> Destination {
    let text = |path: &str| repo.at_path(path).and_then(Node::as_str);
    if let Some(bucket) = text("s3.bucket") {
        return Destination::store(&format!("s3://{bucket}"), text("s3.endpoint"), text("s3.region"), context);
    }
    if let Some(bucket) = text("gcs.bucket") {
        return Destination::store(&format!("gs://{bucket}"), None, None, context);
    }
    if let Some(container) = text("azure.container") {
        return Destination::store(&format!("azure://{container}"), None, None, context);
    }
    if repo.get("volume").is_some() {
        let namespace = object.namespace.as_deref().unwrap_or("default");
        let name = text("name").unwrap_or("repo1");
        return Destination::in_cluster(Some(format!("pvc/{namespace}/{}-{name}", object.name)));
    }
    Destination::default()
}

/// `repoN-retention-full` and its type; without it pgBackRest keeps every full backup.
fn keep(object: &Object, repo: &Node) -> (Option<Kept>, Option<String>) {
    let Some(name) = repo.get("name").and_then(Node::as_str) else { return (None, None) };
    let global = object.at("spec.backups.pgbackrest.global");
    let option = |key: &str| {
        let node = global.and_then(|global| global.get(key))?;
        node.as_str().map(str::to_owned).or_else(|| node.as_i64().map(|number| number.to_string()))
    };
    let key = format!("{name}-retention-full");
    match option(&key) {
        None => (Some(Kept::Forever), Some(format!("no {key}: nothing is deleted"))),
        Some(count) => {
            let kept = pgbackrest_full(&count, option(&format!("{key}-type")).as_deref()).ok();
            (kept, Some(format!("spec.backups.pgbackrest.global.{key}")))
        }
    }
}

fn database(object: &Object, objects: &[Object], context: &Context, found: &mut Found) {
    let all = link::databases(objects);
    let Some(home) = link::home(object, &all, context, found) else { return };
    if !link::takes(context, Noun::Database, &home) {
        return;
    }
    let standby = object.flag("spec.standby.enabled") == Some(true);
    let sourced = object.at("spec.standby.repoName").or_else(|| object.at("spec.standby.host")).is_some();
    let sets = object.list("spec.instances");
    let sizes = sets.iter().map(|set| set.get("replicas").map_or(Some(1), Node::as_i64).and_then(|count| u64::try_from(count).ok()));
    let item = Database {
        id: context.id(object),
        class: context.class,
        read: context.read(),
        at: object.place(object.at("spec.standby").or_else(|| object.at("spec")), None),
        product: "postgresql".to_owned(),
        role: if standby { DatabaseRole::Standby } else { DatabaseRole::Primary },
        instances: sizes.sum::<Option<u64>>().filter(|_| !sets.is_empty()),
        ready: None,
        // Patroni's synchronous mode stands in its dynamic configuration, which is not read.
        synchronous: None,
        synchronous_required: None,
        consistent: Some(!standby || sourced),
        inconsistency: (standby && !sourced).then(|| "a standby needs repoName or host".to_owned()),
        checksums: None,
        checksum_failures: None,
        major: object.int("spec.postgresVersion").and_then(|major| u64::try_from(major).ok()),
        detect_s: None,
    };
    store(&mut found.evidence.database, &home, item);
    if standby {
        found.partial(Noun::Replica, format!("{} is a standby whose source cannot be placed", object.reference()));
    }
}
