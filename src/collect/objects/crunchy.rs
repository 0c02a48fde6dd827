//! Crunchy's `PostgresCluster`: the schedules of its pgBackRest repositories and its standby.

use super::backups::{self, Backup, Conduct, Destination, Target};
use super::series::{self, Attempt, Outcome};
use super::{Context, Elsewhere, Found, Object, link, store};
use crate::collect::cron::Dialect;
use crate::collect::retention::{Kept, pgbackrest_full};
use crate::snapshot::{Class, Database, DatabaseRole, Noun, Subject};
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
    if context.class == Class::Observed {
        backups.iter().for_each(|backup| observe(backup, context, found));
    }
}

/// What the operator says of its newest backup Jobs. It lists no copies: those are in the repository, which is read by
/// itself or not at all.
fn observe(backup: &Backup, context: &Context, found: &mut Found) {
    let object = backup.object;
    let mut attempts = Vec::new();
    for job in object.list("status.pgbackrest.scheduledBackups").iter().filter(|job| is_of(job, &backup.part)) {
        let start_s = series::instant_of(job, "startTime", object, &[Noun::Run], context, found);
        let end_s = series::instant_of(job, "completionTime", object, &[Noun::Run], context, found);
        let count = |key: &str| job.get(key).and_then(Node::as_i64).unwrap_or(0);
        let outcome = match (count("succeeded") > 0, count("failed") > 0 && count("active") == 0) {
            (true, _) => Outcome::Succeeded { start_s, end_s },
            (false, true) => Outcome::Failed,
            (false, false) => Outcome::Open,
        };
        attempts.push(Attempt { at_s: start_s, outcome });
    }
    // Of what failed one Job is kept, however old; of what ended well the newest three.
    series::from_first_success(&mut attempts);
    for subject in series::homes(backup, context, found) {
        if link::takes(context, Noun::Run, &subject) {
            match series::run(backup, &attempts, 0, context).filter(|_| !attempts.is_empty()) {
                Some(run) => store(&mut found.evidence.run, &subject, run),
                None => found.partial(Noun::Run, format!("{} lists no Job of {}", object.reference(), backup.part)),
            }
        }
        if let (Some(place), Some(subject)) = (backup.destination.uri.clone(), Subject::parse(&subject)) {
            found.elsewhere.insert(Elsewhere { place, noun: Noun::RecoveryPoints, subject });
        }
    }
}

/// Whether a Job is one of the schedule `/repo1/full`: the operator cuts the longer words.
fn is_of(job: &Node, part: &str) -> bool {
    let text = |key: &str| job.get(key).and_then(Node::as_str).unwrap_or_default();
    let kind = match text("type") {
        "diff" => "differential",
        "incr" => "incremental",
        other => other,
    };
    part == format!("/{}/{kind}", text("repo"))
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
        primaries: None,
        lost_slots: None,
    };
    store(&mut found.evidence.database, &home, item);
    if standby {
        found.partial(Noun::Replica, format!("{} is a standby whose source cannot be placed", object.reference()));
    }
}
