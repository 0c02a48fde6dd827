//! Backup products that are known by name only: their objects are met, said and not read, so that
//! nothing they may back up is called lacking.

use super::{Context, Found, Object, link};
use crate::snapshot::Noun;

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

/// The kinds of database whose own files read them.
const READ: [&str; 2] = ["Cluster.postgresql.cnpg.io", "PostgresCluster.postgres-operator.crunchydata.com"];

/// Notes the objects of products that cannot be read.
pub(super) fn read(objects: &[Object], context: &Context, found: &mut Found) {
    plain_servers(objects, context, found);
    for object in objects {
        let Some(product) = product(object) else { continue };
        let because = format!("{} is {product}'s, which cannot be read yet", object.reference());
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
