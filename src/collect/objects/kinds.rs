//! Which kinds of object evidence is made from, where a cluster serves them, and what each is read for.
//! One table: the reader asks for these, the roles that it needs are printed from these, and a kind that
//! could not be read makes these nouns incomplete.

use crate::snapshot::Noun;

/// How much of an object is kept once it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// All but what no evidence may hold (`managedFields`, the annotation of `kubectl apply`).
    Whole,
    /// These paths, `*` for any element of a list or mapping: for kinds of which there are thousands.
    Paths(&'static [&'static str]),
    /// Nothing but names: asked as metadata only, and its annotations dropped.
    Metadata,
    /// Names, types and counts: asked as a table without objects, so that no value crosses the wire.
    Table,
}

/// A kind of object that is read from a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// Its API group; empty for the core group.
    pub group: &'static str,
    /// Its kind.
    pub kind: &'static str,
    /// Its name in URLs and roles.
    pub resource: &'static str,
    /// Whether its objects are in no namespace, or matter wherever they lie (a Velero in a namespace of its own
    /// backs up all others): asked of the whole cluster even where namespaces are named.
    pub everywhere: bool,
    /// What could be missing where it could not be read.
    pub nouns: &'static [Noun],
    /// Of which of these nothing holds without it, because what it is joined to would say something else: a
    /// schedule whose backups could not be listed has not failed to make any.
    pub joined: &'static [Noun],
    /// How much of it is kept.
    pub keep: Keep,
}

const fn kind(group: &'static str, kind: &'static str, resource: &'static str, nouns: &'static [Noun]) -> Kind {
    Kind { group, kind, resource, everywhere: false, nouns, joined: &[], keep: Keep::Whole }
}

impl Kind {
    const fn everywhere(self) -> Self {
        Self { everywhere: true, ..self }
    }

    const fn joined(self, joined: &'static [Noun]) -> Self {
        Self { joined, ..self }
    }

    const fn keep(self, keep: Keep) -> Self {
        Self { keep, ..self }
    }
}

/// What a script or an operator that copies is read for.
const COPIES: &[Noun] = &[Noun::Schedule, Noun::BackupPlan, Noun::Repository, Noun::Archiver, Noun::Run, Noun::RecoveryPoints];
/// A database with its copies.
const DATABASE: &[Noun] = &[
    Noun::Schedule,
    Noun::BackupPlan,
    Noun::Repository,
    Noun::Archiver,
    Noun::Run,
    Noun::RecoveryPoints,
    Noun::Database,
    Noun::Replica,
    Noun::Workload,
    Noun::Volume,
];
/// What one copy is read for.
const POINTS: &[Noun] = &[Noun::Run, Noun::RecoveryPoints, Noun::Archiver, Noun::BackupPlan, Noun::Schedule];
/// What a list of copies decides.
const MADE: &[Noun] = &[Noun::Run, Noun::RecoveryPoints];
const CACHE: &[Noun] = &[Noun::Workload, Noun::Database];
/// What may be a database or a backup tool's server: which copies are whose, and how long they are kept, hangs on it.
const RUNS: &[Noun] = DATABASE;
const ROUTED: &[Noun] = &[Noun::HealthCheck, Noun::Route];
const RIGHTS: &[Noun] = &[Noun::Access];
/// What only a product that we cannot read would know.
const UNREADABLE: &[Noun] = &[Noun::Schedule, Noun::BackupPlan, Noun::RecoveryPoints];

const VELERO: &str = "velero.io";
const CNPG: &str = "postgresql.cnpg.io";
const REDIS: &str = "redis.redis.opstreelabs.in";
const ACK: &str = "route53.services.k8s.aws";
const MONITORING: &str = "monitoring.coreos.com";
const RBAC: &str = "rbac.authorization.k8s.io";

/// A run of a `CronJob`, of which a cluster may hold ten thousand.
const JOB: Keep =
    Keep::Paths(&["metadata.annotations", "metadata.ownerReferences", "spec.suspend", "spec.backoffLimit", "spec.completions", "status"]);
/// A copy, of which a cluster may hold ten thousand.
const BACKUP: Keep = Keep::Paths(&[
    "metadata.creationTimestamp",
    "metadata.generation",
    "metadata.labels",
    "spec.ttl",
    "spec.storageLocation",
    "spec.includedNamespaces",
    "spec.excludedNamespaces",
    "spec.includedResources",
    "spec.excludedResources",
    "spec.includedNamespaceScopedResources",
    "spec.excludedNamespaceScopedResources",
    "spec.labelSelector",
    "spec.orLabelSelectors",
    "spec.resourcePolicy",
    "spec.cluster.name",
    "spec.method",
    "status.phase",
    "status.startTimestamp",
    "status.completionTimestamp",
    "status.expiration",
    "status.progress",
    "status.errors",
    "status.warnings",
    "status.startedAt",
    "status.stoppedAt",
    "status.beginWal",
    "status.endWal",
    "status.endLSN",
    "status.serverName",
    "status.destinationPath",
    "status.method",
]);
const POD: Keep = Keep::Paths(&[
    "metadata.labels",
    "metadata.ownerReferences",
    "status.phase",
    "status.startTime",
    "status.conditions",
    "status.containerStatuses.*.restartCount",
]);

/// The kinds that are read.
pub const KINDS: &[Kind] = &[
    kind("", "Namespace", "namespaces", &[Noun::Access, Noun::RecoveryPoints]).everywhere(),
    kind("", "Pod", "pods", &[Noun::Workload, Noun::Database]).keep(POD),
    kind("", "Service", "services", DATABASE),
    kind("", "PersistentVolumeClaim", "persistentvolumeclaims", &[Noun::Volume]),
    kind("", "ConfigMap", "configmaps", &[]).keep(Keep::Metadata),
    kind("", "Secret", "secrets", &[]).keep(Keep::Table),
    kind("apps", "Deployment", "deployments", RUNS),
    kind("apps", "StatefulSet", "statefulsets", RUNS),
    kind("apps", "DaemonSet", "daemonsets", &[Noun::Workload]),
    kind("policy", "PodDisruptionBudget", "poddisruptionbudgets", &[Noun::Workload]),
    kind("autoscaling", "HorizontalPodAutoscaler", "horizontalpodautoscalers", &[Noun::Workload]),
    kind("keda.sh", "ScaledObject", "scaledobjects", &[Noun::Workload]),
    kind("batch", "CronJob", "cronjobs", COPIES),
    kind("batch", "Job", "jobs", POINTS).joined(&[Noun::Run]).keep(JOB),
    kind("networking.k8s.io", "NetworkPolicy", "networkpolicies", RIGHTS).joined(RIGHTS),
    kind("cilium.io", "CiliumNetworkPolicy", "ciliumnetworkpolicies", RIGHTS).joined(RIGHTS),
    kind("cilium.io", "CiliumClusterwideNetworkPolicy", "ciliumclusterwidenetworkpolicies", RIGHTS).everywhere().joined(RIGHTS),
    kind("crd.projectcalico.org", "NetworkPolicy", "networkpolicies", RIGHTS).joined(RIGHTS),
    kind("crd.projectcalico.org", "GlobalNetworkPolicy", "globalnetworkpolicies", RIGHTS).everywhere().joined(RIGHTS),
    kind("policy.networking.k8s.io", "AdminNetworkPolicy", "adminnetworkpolicies", RIGHTS).everywhere().joined(RIGHTS),
    kind("policy.networking.k8s.io", "BaselineAdminNetworkPolicy", "baselineadminnetworkpolicies", RIGHTS).everywhere().joined(RIGHTS),
    kind(RBAC, "Role", "roles", RIGHTS),
    kind(RBAC, "RoleBinding", "rolebindings", RIGHTS),
    kind(RBAC, "ClusterRole", "clusterroles", RIGHTS).everywhere(),
    kind(RBAC, "ClusterRoleBinding", "clusterrolebindings", RIGHTS).everywhere(),
    kind(VELERO, "Schedule", "schedules", COPIES).everywhere(),
    kind(VELERO, "Backup", "backups", POINTS).everywhere().joined(MADE).keep(BACKUP),
    kind(VELERO, "Restore", "restores", &[Noun::Drill]).everywhere(),
    kind(VELERO, "BackupStorageLocation", "backupstoragelocations", COPIES).everywhere(),
    kind(CNPG, "Cluster", "clusters", DATABASE),
    kind(CNPG, "ScheduledBackup", "scheduledbackups", COPIES),
    kind(CNPG, "Backup", "backups", POINTS).joined(MADE).keep(BACKUP),
    kind("barmancloud.cnpg.io", "ObjectStore", "objectstores", COPIES),
    kind("postgres-operator.crunchydata.com", "PostgresCluster", "postgresclusters", DATABASE),
    kind(REDIS, "RedisCluster", "redisclusters", CACHE),
    kind(REDIS, "RedisReplication", "redisreplications", CACHE),
    kind(REDIS, "Redis", "redis", CACHE),
    kind(REDIS, "RedisSentinel", "redissentinels", CACHE),
    kind(ACK, "HealthCheck", "healthchecks", ROUTED).joined(&[Noun::Route]),
    kind(ACK, "RecordSet", "recordsets", ROUTED),
    kind(ACK, "HostedZone", "hostedzones", ROUTED).joined(&[Noun::Route]),
    kind(MONITORING, "PrometheusRule", "prometheusrules", &[Noun::AlertRule]),
    kind(MONITORING, "AlertmanagerConfig", "alertmanagerconfigs", &[Noun::AlertRoute]),
    kind(MONITORING, "Alertmanager", "alertmanagers", &[Noun::AlertRoute]),
    kind(MONITORING, "Prometheus", "prometheuses", &[Noun::AlertRoute, Noun::Workload]),
    // Backup products that are known by name only: met, said, and nothing is called lacking beside them.
    kind("config.kio.kasten.io", "Policy", "policies", UNREADABLE).everywhere(),
    kind("acid.zalan.do", "postgresql", "postgresqls", DATABASE),
    kind("volsync.backube", "ReplicationSource", "replicationsources", UNREADABLE),
    kind("snapscheduler.backube", "SnapshotSchedule", "snapshotschedules", UNREADABLE),
    kind("stackgres.io", "SGCluster", "sgclusters", DATABASE),
    kind("k8up.io", "Schedule", "schedules", UNREADABLE),
    kind("stash.appscode.com", "BackupConfiguration", "backupconfigurations", UNREADABLE),
    kind("core.kubestash.com", "BackupConfiguration", "backupconfigurations", UNREADABLE),
    kind("postgresql.k8s.enterprisedb.io", "Cluster", "clusters", DATABASE),
    kind("postgresql.k8s.enterprisedb.io", "ScheduledBackup", "scheduledbackups", UNREADABLE),
    kind("pgv2.percona.com", "PerconaPGCluster", "perconapgclusters", DATABASE),
    kind("longhorn.io", "RecurringJob", "recurringjobs", UNREADABLE).everywhere(),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_kind_stands_once_and_is_read_for_something() {
        let names: BTreeSet<(&str, &str)> = KINDS.iter().map(|kind| (kind.group, kind.kind)).collect();
        assert_eq!(names.len(), KINDS.len());
        let plain = KINDS.iter().filter(|kind| kind.nouns.is_empty());
        assert!(plain.into_iter().all(|kind| matches!(kind.keep, Keep::Metadata | Keep::Table)), "what is read for nothing keeps no value");
    }
}
