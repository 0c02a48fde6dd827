//! What evidence an object of a kind could give: which nouns are in doubt where it could not be read.
//! By kind alone, because a template or a patch may not show its group: a doubt too many makes a
//! verdict unknown, a doubt too few could make it wrong.

use crate::snapshot::Noun;

/// The nouns that manifests can give at all.
pub const DECLARABLE: [Noun; 13] = [
    Noun::Schedule,
    Noun::BackupPlan,
    Noun::Repository,
    Noun::Archiver,
    Noun::Database,
    Noun::Replica,
    Noun::Workload,
    Noun::HealthCheck,
    Noun::Route,
    Noun::AlertRule,
    Noun::AlertRoute,
    Noun::Access,
    Noun::Volume,
];

/// A database with its backups.
const DATABASE: &[Noun] =
    &[Noun::Schedule, Noun::BackupPlan, Noun::Repository, Noun::Archiver, Noun::Database, Noun::Replica, Noun::Workload, Noun::Volume];

/// The nouns that an object of this kind could give; none for a kind that nothing is read from.
pub(super) fn nouns(kind: &str) -> &'static [Noun] {
    match kind {
        "CronJob" | "Job" => &[Noun::Schedule, Noun::BackupPlan, Noun::Repository, Noun::Archiver],
        "Schedule"
        | "Backup"
        | "BackupStorageLocation"
        | "VolumeSnapshotLocation"
        | "BackupSchedule"
        | "ScheduledBackup"
        | "Policy"
        | "ObjectStore"
        | "Bucket"
        | "VolumeSnapshot"
        | "VolumeSnapshotClass"
        | "ReplicationSource" => &[Noun::Schedule, Noun::BackupPlan, Noun::Repository, Noun::Archiver],
        "Cluster" | "PostgresCluster" | "Pgcluster" | "postgresql" | "SGCluster" | "ImageCatalog" | "ClusterImageCatalog" => DATABASE,
        "RedisCluster" | "Redis" | "RedisReplication" | "RedisSentinel" => &[Noun::Database, Noun::Replica, Noun::Workload, Noun::Volume],
        "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Pod" | "Rollout" => {
            &[Noun::Database, Noun::Replica, Noun::Archiver, Noun::Workload, Noun::Volume]
        }
        "PodDisruptionBudget" | "HorizontalPodAutoscaler" | "ScaledObject" | "Pooler" => &[Noun::Workload],
        "HealthCheck" | "RecordSet" | "HostedZone" | "DNSEndpoint" => &[Noun::HealthCheck, Noun::Route],
        "PrometheusRule" => &[Noun::AlertRule],
        "AlertmanagerConfig" | "Alertmanager" => &[Noun::AlertRoute],
        "Prometheus" => &[Noun::AlertRoute, Noun::Workload],
        "NetworkPolicy"
        | "CiliumNetworkPolicy"
        | "Role"
        | "RoleBinding"
        | "ClusterRole"
        | "ClusterRoleBinding"
        | "ServiceAccount"
        | "Namespace" => &[Noun::Access],
        "PersistentVolumeClaim" | "PersistentVolume" | "StorageClass" => &[Noun::Volume, Noun::Workload],
        "ConfigMap" => &[
            Noun::Schedule,
            Noun::BackupPlan,
            Noun::Repository,
            Noun::Archiver,
            Noun::Database,
            Noun::Workload,
            Noun::AlertRule,
            Noun::AlertRoute,
        ],
        "Secret" | "ExternalSecret" | "SealedSecret" => &[Noun::AlertRoute, Noun::Repository],
        _ => &[],
    }
}

/// Objects that stand for objects that are made elsewhere.
pub(super) fn renders(group: &str, kind: &str) -> Option<&'static str> {
    match (group, kind) {
        ("helm.toolkit.fluxcd.io", "HelmRelease") => Some("a Helm release: render it first"),
        ("helm.cattle.io", "HelmChart") => Some("a Helm chart: render it first"),
        ("argoproj.io", "Application" | "ApplicationSet") => Some("an Argo CD application: render it first"),
        _ => None,
    }
}
