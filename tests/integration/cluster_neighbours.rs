//! A cluster holds more systems than one: what the neighbours do is no evidence about this one, for it or against it.

use crate::cluster_view::{Desk, View};
use crate::lab::stand_in::{Identity, StandIn};

/// A CronJob that dumps what `host` names, or what a Secret does, each hour.
fn dumps(namespace: &str, host: &str) -> String {
    let host = if host.is_empty() { "valueFrom: {secretKeyRef: {name: db, key: host}}".to_owned() } else { format!("value: {host}") };
    format!(
        "
apiVersion: batch/v1
kind: CronJob
metadata: {{name: dump, namespace: {namespace}, generation: 1}}
spec:
  schedule: '17 * * * *'
  timeZone: Etc/UTC
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
          - name: dump
            image: postgres:17
            env: [{{name: PGHOST, {host}}}]
            command: [/bin/bash, -euo, pipefail, -c, 'pg_dumpall | aws s3 cp - s3://copies/{namespace}/dump.sql']
"
    )
}

fn database(namespace: &str) -> String {
    format!(
        "
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: {{name: orders, namespace: {namespace}, generation: 1}}
spec: {{instances: 1, storage: {{size: 1Gi}}, backup: {{barmanObjectStore: {{destinationPath: s3://copies/pg}}}}}}
status: {{phase: Cluster in healthy state, instances: 1, readyInstances: 1}}
"
    )
}

/// What is seen of the shop in a cluster of these objects, where Git declares those.
fn shop(live: &[String], git: &[String]) -> View {
    let server = StandIn::start(Identity::Good);
    ["shop", "billing"].iter().for_each(|name| server.put(&format!("{{apiVersion: v1, kind: Namespace, metadata: {{name: {name}}}}}")));
    live.iter().for_each(|yaml| server.put(yaml));
    let manifests = if git.is_empty() { "" } else { "manifests: [{path: git.yaml, region: us-east-1}]" };
    let desk = Desk::new(&format!(
        "version: 1
system: shop
namespaces: [shop]
regions: {{us-east-1: {{role: primary}}}}
clusters: [{{region: us-east-1, context: lab, kubeconfig: {}}}]
{manifests}
",
        server.kubeconfig().display()
    ));
    desk.write("git.yaml", &git.join("---"));
    desk.look(&[])
}

const SUBJECT: &str = "postgresql/us-east-1";

#[test]
fn a_neighbour_s_backup_is_none_of_ours() {
    let own = shop(&[dumps("shop", "db.shop.example.com")], &[]);
    assert_eq!(own.verdict("backup.frequency", SUBJECT), "pass", "{}", own.sentences("backup.frequency", SUBJECT));
    for host in ["db.billing.example.com", "postgresql", ""] {
        let theirs = shop(&[dumps("billing", host)], &[]);
        assert_eq!(theirs.verdict("backup.frequency", SUBJECT), "unknown", "{host}: it may be ours, and nobody said so");
        assert!(theirs.items("schedule", SUBJECT).is_empty(), "{host}");
        let beside = shop(&[dumps("billing", host), database("shop")], &[]);
        assert_eq!(beside.verdict("backup.frequency", SUBJECT), "unknown", "{host}, beside a database of ours");
    }
    let of_ours = shop(&[dumps("billing", "orders-rw.shop"), database("shop")], &[]);
    assert_eq!(of_ours.verdict("backup.frequency", SUBJECT), "pass", "it names our database");
}

#[test]
fn a_neighbour_s_database_is_not_ours_whatever_it_is_called() {
    let scheduled = |namespace: &str| {
        format!(
            "
apiVersion: postgresql.cnpg.io/v1
kind: ScheduledBackup
metadata: {{name: hourly, namespace: {namespace}, generation: 1}}
spec: {{schedule: '0 0 * * * *', cluster: {{name: postgresql}}}}
"
        )
    };
    let named = |namespace: &str| [database(namespace).replace("name: orders", "name: postgresql"), scheduled(namespace)];
    assert_eq!(shop(&named("shop"), &[]).verdict("backup.frequency", SUBJECT), "pass");
    for live in [named("billing").to_vec(), vec![scheduled("billing")], [&named("billing")[..], &[database("shop")]].concat()] {
        let view = shop(&live, &[]);
        assert_ne!(view.verdict("backup.frequency", SUBJECT), "pass", "{live:?}");
        for noun in ["schedule", "archiver", "volume"] {
            let theirs = view.items(noun, SUBJECT).iter().filter(|item| item["id"].as_str().unwrap().contains("billing"));
            assert_eq!(theirs.count(), 0, "{noun}: {live:?}");
        }
    }
}

#[test]
fn a_neighbour_s_database_is_no_drift_of_ours() {
    let ours = [dumps("shop", ""), database("shop")];
    let alone = shop(&ours, &ours);
    assert_eq!(alone.verdict("operations.drift", SUBJECT), "pass", "{}", alone.sentences("operations.drift", SUBJECT));
    // Which of the two is copied cannot be told from the cluster, though Git shows one alone: it is there all the same.
    let beside = shop(&[&ours[..], &[database("billing")]].concat(), &ours);
    assert_ne!(beside.verdict("operations.drift", SUBJECT), "fail", "{}", beside.sentences("operations.drift", SUBJECT));
}
