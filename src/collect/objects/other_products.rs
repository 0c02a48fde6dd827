//! Backup products that are known by name only, or only look like one: their objects are met, said and not read, so
//! that nothing they may back up is called lacking.

use super::{Context, Found, Object, link};
use crate::snapshot::Noun;
use crate::source_text::Node;

/// Group, kind and the product's name.
const KNOWN: [(&str, &str, &str); 16] = [
    ("config.kio.kasten.io", "Policy", "Kasten K10"),
    ("cluster.open-cluster-management.io", "BackupSchedule", "Advanced Cluster Management"),
    ("acid.zalan.do", "postgresql", "the Zalando operator"),
    ("volsync.backube", "ReplicationSource", "VolSync"),
    ("snapscheduler.backube", "SnapshotSchedule", "snapscheduler"),
    ("kopiur.home-operations.com", "SnapshotSchedule", "kopiur"),
    ("stackgres.io", "SGCluster", "StackGres"),
    ("stackgres.io", "SGBackup", "StackGres"),
    ("k8up.io", "Schedule", "k8up"),
    ("backup.appuio.ch", "Schedule", "k8up"),
    ("stash.appscode.com", "BackupConfiguration", "Stash"),
    ("core.kubestash.com", "BackupConfiguration", "KubeStash"),
    ("ark.heptio.com", "Schedule", "Heptio Ark"),
    ("postgresql.k8s.enterprisedb.io", "ScheduledBackup", "EDB Postgres for Kubernetes"),
    ("postgresql.k8s.enterprisedb.io", "Cluster", "EDB Postgres for Kubernetes"),
    ("pgv2.percona.com", "PerconaPGCluster", "the Percona operator"),
];

/// Words in the group or the kind of what takes copies, or runs a database that has copies of its own.
const TELLING: [&str; 14] = [
    "backup",
    "snapshot",
    "dump",
    "restore",
    "dataprotection",
    "kanister",
    "trilio",
    "postgres",
    "kubegres",
    "rds.",
    "rdsinstance",
    "protect.trident.",
    "sql.cnrm.",
    "dbforpostgresql",
];

/// Groups that other files read, or that only declare what is used elsewhere.
const READ_ELSEWHERE: [&str; 7] = [
    "velero.io",
    "postgresql.cnpg.io",
    "barmancloud.cnpg.io",
    "postgres-operator.crunchydata.com",
    "snapshot.storage.k8s.io",
    "apiextensions.k8s.io",
    "monitoring.coreos.com",
];

/// Variables by which the image of a server takes copies of itself, and how the images of those that do little else
/// are called.
const OWN_COPIES: [&str; 5] = ["BACKUP_SCHEDULE", "WAL_S3_BUCKET", "WALG_", "WALE_", "PGBACKREST_"];
const COPIERS: [&str; 4] = ["postgres-backup", "pgbackup", "pg-backup", "pgdump"];

/// The kinds of database whose own files read them.
const READ: [&str; 2] = ["Cluster.postgresql.cnpg.io", "PostgresCluster.postgres-operator.crunchydata.com"];

/// Notes the objects of products that cannot be read.
pub(super) fn read(objects: &[Object], context: &Context, found: &mut Found) {
    plain_servers(objects, context, found);
    for object in objects {
        let because = match product(object) {
            Some(product) => format!("{} is {product}'s, which cannot be read yet", object.reference()),
            None if is_telling(object) => format!("{} of {} may take copies and cannot be read", object.reference(), object.group),
            None if copies_by_itself(object) => {
                format!("{} may take copies on a schedule of its own, which cannot be read", object.reference())
            }
            None => continue,
        };
        found.understood.insert(object.reference());
        found.unlinked(&object.reference(), because.clone());
        for noun in [Noun::BackupPlan, Noun::Schedule, Noun::RecoveryPoints] {
            found.unsupported.entry(noun).or_default().insert(because.clone());
        }
    }
}

/// A server that no operator describes: whether it takes writes cannot be read.
fn plain_servers(objects: &[Object], context: &Context, found: &mut Found) {
    let all = link::databases(objects);
    for database in all.iter().filter(|database| !READ.contains(&database.kind) && database.in_scope(context)) {
        let because = format!("{} runs PostgreSQL, and its role and standbys cannot be read from it", database.reference());
        found.partial(Noun::Database, because.clone());
        found.partial(Noun::Replica, because);
    }
}

/// Whether an object of a product that is not known tells by its own words that it may take copies. What runs Pods of
/// its own on a schedule may run anything.
fn is_telling(object: &Object) -> bool {
    if object.group.is_empty() || READ_ELSEWHERE.contains(&object.group.as_str()) || object.kind.ends_with("Class") {
        return false;
    }
    let words = format!("{}/{}", object.group, object.kind).to_ascii_lowercase();
    object.is("argoproj.io", "CronWorkflow") || TELLING.iter().any(|word| words.contains(word))
}

/// Whether a workload takes copies beside, or as, its work.
fn copies_by_itself(object: &Object) -> bool {
    let workload = object.group == "apps" && matches!(object.kind.as_str(), "Deployment" | "StatefulSet" | "DaemonSet");
    let text = |node: &Node, key: &str| node.get(key).and_then(Node::as_str).unwrap_or_default().to_owned();
    let copies = |container: &Node| {
        let image = text(container, "image");
        let variables = container.get("env").and_then(Node::as_seq).unwrap_or_default();
        let own = |variable: &Node| OWN_COPIES.iter().any(|name| text(variable, "name").starts_with(name));
        COPIERS.iter().any(|name| image.contains(name)) || variables.iter().any(own)
    };
    workload && object.list("spec.template.spec.containers").iter().any(copies)
}

/// The product that `object` belongs to. Groups of one product come in several spellings.
fn product(object: &Object) -> Option<&'static str> {
    let exact = KNOWN.iter().find(|(group, kind, _)| object.is(group, kind));
    if let Some((_, _, product)) = exact {
        return Some(product);
    }
    match (object.group.as_str(), object.kind.as_str()) {
        (group, "SnapshotSchedule") if group.starts_with("kopiur.") => Some("kopiur"),
        ("longhorn.io", "RecurringJob") => Some("Longhorn"),
        _ => None,
    }
}
