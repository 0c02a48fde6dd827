//! Clusters, schedules and stores as the operator reads them.

use super::super::Found;
use super::super::testing::{facts, found, found_for, system};
use std::collections::BTreeMap;

fn scheduled(cron: &str, more: &str) -> String {
    format!(
        "apiVersion: postgresql.cnpg.io/v1
kind: ScheduledBackup
metadata: {{name: copies, namespace: kubernaut-system}}
spec: {{schedule: \"{cron}\", cluster: {{name: postgresql}}{more}}}
---
"
    )
}

fn cluster(spec: &str) -> String {
    format!(
        "apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: {{name: postgresql, namespace: kubernaut-system}}
spec:
  instances: 3
{spec}"
    )
}

const IN_TREE: &str = "  backup:
    retentionPolicy: 30d
    barmanObjectStore: {destinationPath: 's3://copies/pg', endpointURL: 'https://s3.eu-west-1.amazonaws.com'}
";

const PLUGIN: &str = "  plugins: [{name: barman-cloud.cloudnative-pg.io, isWALArchiver: true, parameters: {barmanObjectName: store}}]
";

const STORE: &str = "---
apiVersion: barmancloud.cnpg.io/v1
kind: ObjectStore
metadata: {name: store, namespace: kubernaut-system}
spec: {retentionPolicy: 6m, configuration: {destinationPath: 's3://copies/pg'}}
";

#[test]
fn five_fields_mean_seconds_first() {
    for (cron, label, gap) in [
        ("0 2 * * *", "runs every hour, at minute 2: the first of five fields is seconds here", "3600"),
        ("0 0 2 * * *", "runs once a day, at 02:00 UTC", "86400"),
        ("@daily", "runs once a day, at 00:00 UTC", "86400"),
        ("@every 6h", "runs every 6 hours", "21600"),
    ] {
        let facts = facts(&found(&format!("{}{}", scheduled(cron, ""), cluster(IN_TREE))));
        assert_eq!(facts.first(), Some(&format!("schedule postgresql/us-east-1 barman-cloud [{label}] hides=no")));
        let plan = format!(
            "plan postgresql/us-east-1 barman-cloud physical gap={gap} exposure=300 all=yes to=s3://copies/pg off-region=yes off-cluster=yes keep=2592000"
        );
        assert_eq!(facts.get(1), Some(&plan));
    }
    let refused = facts(&found(&format!("{}{}", scheduled("0 2 * * 0", ""), cluster(IN_TREE))));
    assert!(refused.len() == 1 && refused.iter().all(|fact| fact.contains("refused: month `0`")), "{refused:?}");
}

#[test]
fn a_method_must_be_one_that_the_cluster_has() {
    let plugin = ", method: plugin, pluginConfiguration: {name: barman-cloud.cloudnative-pg.io}";
    let table = [
        ("", PLUGIN, Some("has no spec.backup.barmanObjectStore")),
        (plugin, PLUGIN, None),
        (plugin, IN_TREE, Some("does not use the plugin")),
        (", method: plugin", PLUGIN, Some("without spec.pluginConfiguration.name")),
        (", method: volumeSnapshot", IN_TREE, Some("has no spec.backup.volumeSnapshot")),
        (", method: volumeSnapshot", "  backup: {volumeSnapshot: {className: csi}}\n", None),
        (", method: rsync", IN_TREE, Some("no method")),
    ];
    for (method, spec, refusal) in table {
        let found = found(&format!("{}{}{STORE}", scheduled("0 0 2 * * *", method), cluster(spec)));
        let schedule = found.evidence.schedule.values().flatten().next();
        let said = schedule.and_then(|schedule| schedule.refusal.clone());
        match refusal {
            None => assert_eq!(said, None, "{method}"),
            Some(part) => assert!(said.as_deref().unwrap_or_default().contains(part), "{method} {said:?}"),
        }
        assert_eq!(found.evidence.backup_plan.is_empty(), refusal.is_some(), "{method}");
    }
    let snapshots = facts(&found(&format!(
        "{}{}",
        scheduled("0 0 2 * * *", ", method: volumeSnapshot"),
        cluster("  backup: {volumeSnapshot: {className: csi}}\n")
    )));
    assert!(
        snapshots
            .iter()
            .any(|fact| fact.contains("cloudnativepg volume-snapshot") && fact.contains("off-region=no") && fact.ends_with("keep=?"))
    );
}

#[test]
fn the_plugin_s_store_keeps_for_months() {
    let method = ", method: plugin, pluginConfiguration: {name: barman-cloud.cloudnative-pg.io}";
    let found = found(&format!("{}{}{STORE}", scheduled("0 0 * * * *", method), cluster(PLUGIN)));
    let plan = found.evidence.backup_plan.values().flatten().next();
    assert_eq!(plan.and_then(|plan| plan.keep_s), Some(6 * 28 * 86_400));
    assert_eq!(plan.and_then(|plan| plan.keep_source.clone()).as_deref(), Some("spec.retentionPolicy (deploy/all.yaml:16)"));
    assert_eq!(plan.and_then(|plan| plan.exposure_s), Some(300));
    let archiver = found.evidence.archiver.values().flatten().next();
    assert_eq!(archiver.map(|item| (item.enabled, item.timeout_s, item.has_base)), Some((true, Some(300), Some(true))));
    let names: Vec<&str> = found.evidence.repository.values().flatten().map(|item| item.name.as_str()).collect();
    assert_eq!(names, ["store"]);
}

fn archive(yaml: &str) -> Option<(bool, Option<i64>, Option<bool>)> {
    let found = found(yaml);
    let item = found.evidence.archiver.values().flatten().next()?;
    Some((item.enabled, item.timeout_s, item.has_base))
}

#[test]
fn the_archive_is_what_the_cluster_and_its_annotation_say() {
    assert_eq!(archive(&cluster(IN_TREE)), Some((true, Some(300), Some(false))));
    assert_eq!(archive(&cluster("")), Some((false, Some(300), Some(false))));
    let skipped = cluster(IN_TREE).replace("kubernaut-system}", "kubernaut-system, annotations: {cnpg.io/skipWalArchiving: enabled}}");
    assert_eq!(archive(&skipped), Some((false, Some(300), Some(false))));
    for (timeout, seconds) in
        [("1min", Some(60)), ("90s", Some(90)), ("'120'", Some(120)), ("1500ms", Some(2)), ("soon", None), ("0", Some(0))]
    {
        let spec = format!("{IN_TREE}  postgresql: {{parameters: {{archive_timeout: {timeout}}}}}\n");
        assert_eq!(archive(&cluster(&spec)), Some((true, seconds, Some(false))), "{timeout}");
    }
    assert_eq!(archive(&cluster(PLUGIN)), None, "its store is not here");
}

fn database(spec: &str) -> String {
    let found = found_for(&cluster(spec), &system(), "eu-west-1", &BTreeMap::new());
    let item = found.evidence.database.values().flatten().next();
    item.map_or("none".to_owned(), |item| {
        let role = serde_json::to_value(item.role).ok().and_then(|role| role.as_str().map(str::to_owned)).unwrap_or_default();
        format!("{role} {:?} {:?} {}", item.synchronous, item.synchronous_required, item.inconsistency.as_deref().unwrap_or("ok"))
    })
}

#[test]
fn the_topology_holds_together_or_not() {
    let external = "  externalClusters: [{name: postgresql, connectionParameters: {host: pg.us-east.kubernaut.io}}]\n  bootstrap: {pg_basebackup: {source: postgresql}}\n";
    let table = [
        ("", "primary Some(0) None ok"),
        ("  minSyncReplicas: 1\n", "primary Some(1) Some(false) ok"),
        ("  postgresql: {synchronous: {method: any, number: 1}}\n", "primary Some(1) Some(true) ok"),
        ("  postgresql: {synchronous: {method: any, number: 2, dataDurability: preferred}}\n", "primary Some(2) Some(false) ok"),
        (
            "  replica: {enabled: true, source: postgresql}\n",
            "standby Some(0) None its source is itself, `postgresql`, and no externalClusters entry has that name",
        ),
        (
            "  replica: {enabled: true, source: x.us-east}\n",
            "standby Some(0) None its source is `x.us-east`, and no externalClusters entry has that name",
        ),
        ("  replica: {enabled: false, source: x}\n", "primary Some(0) None ok"),
        ("  replica: {self: a, primary: a, source: b}\n", "primary Some(0) None ok"),
        ("  replica: {enabled: true, primary: a, source: b}\n", "standby Some(0) None spec.replica has both enabled and primary"),
    ];
    for (spec, expected) in table {
        assert_eq!(database(spec), expected, "{spec}");
    }
    assert_eq!(database(&format!("{external}  replica: {{enabled: true, source: postgresql}}\n")), "standby Some(0) None ok");
    let unbootstrapped = external.lines().next().unwrap_or_default();
    let said = database(&format!("{unbootstrapped}\n  replica: {{enabled: true, source: postgresql}}\n"));
    assert!(said.contains("needs spec.bootstrap"), "{said}");
    let itself = external.replace("pg.us-east.kubernaut.io", "postgresql-rw");
    assert!(database(&format!("{itself}  replica: {{enabled: true, source: postgresql}}\n")).contains("leads to itself"));
}

/// Cross-region, mode, exposure, delay.
type Follows = (bool, Option<String>, Option<i64>, Option<i64>);

fn replica(found: &Found) -> Option<Follows> {
    let item = found.evidence.replica.values().flatten().next()?;
    Some((item.cross_region, item.mode.clone(), item.exposure_s, item.apply_delay_s))
}

#[test]
fn a_replica_streams_or_waits_for_segments() {
    let base = "  bootstrap: {recovery: {source: origin}}\n  replica: {enabled: true, source: origin, minApplyDelay: 1h}\n";
    let streaming = format!("{base}  externalClusters: [{{name: origin, connectionParameters: {{host: pg.us-east.kubernaut.io}}}}]\n");
    let archive = format!("{base}  externalClusters: [{{name: origin, barmanObjectStore: {{destinationPath: 's3://copies/'}}}}]\n");
    let of = |spec: &str, region| replica(&found_for(&cluster(spec), &system(), region, &BTreeMap::new()));
    assert_eq!(of(&streaming, "eu-west-1"), Some((true, Some("streaming".to_owned()), Some(0), Some(3600))));
    assert_eq!(
        of(&archive, "eu-west-1"),
        Some((true, Some("archive".to_owned()), None, Some(3600))),
        "its own archive_timeout says nothing"
    );
    assert_eq!(of("  replica: {enabled: true, source: origin}\n", "eu-west-1"), None);
    assert_eq!(of(&streaming.replace("pg.us-east.kubernaut.io", "origin-rw"), "eu-west-1"), None, "it may be mirrored from anywhere");
    assert_eq!(of(&streaming, "us-east-1"), None, "nobody follows in the primary region");
}
