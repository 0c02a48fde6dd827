//! How copies find their subject, over all products.

use super::super::testing::{facts, found_for, objects_from, system};
use super::{namespaces, occurring};
use crate::snapshot::{RegionRole, System};
use std::collections::BTreeMap;

const CLUSTER: &str = "---
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: {name: NAME, namespace: NAMESPACE}
spec: {instances: 3}
";

fn with(clusters: &[(&str, &str)], host: &str) -> String {
    let job = format!(
        "apiVersion: batch/v1
kind: CronJob
metadata: {{name: dump, namespace: kubernaut-system}}
spec:
  schedule: '0 2 * * *'
  jobTemplate: {{spec: {{template: {{spec: {{containers: [{{name: dump, image: 'postgres:16', command: [pg_dump, -h, {host}, -f, /x, app]}}]}}}}}}}}
"
    );
    let clusters = clusters.iter().map(|(name, namespace)| CLUSTER.replace("NAMESPACE", namespace).replace("NAME", name));
    std::iter::once(job).chain(clusters).collect()
}

/// Clusters by name and namespace, the host of the script, and where its plan goes.
type Case<'a> = (&'a [(&'a str, &'a str)], &'a str, &'a str);

#[test]
fn a_script_finds_its_database_or_nobody_s() {
    let one = [("postgresql", "kubernaut-system")];
    let two = [("postgresql", "kubernaut-system"), ("other", "kubernaut-system")];
    let elsewhere = [("postgresql", "kubernaut-system"), ("grafana", "monitoring")];
    let table: [Case; 11] = [
        (&one, "postgresql-rw", "postgresql/us-east-1"),
        (&one, "postgresql-rw.kubernaut-system.svc.cluster.local", "postgresql/us-east-1"),
        (&one, "postgresql.kubernaut-system", "postgresql/us-east-1"),
        (&one, "postgresql.elsewhere", "unlinked"),
        (&one, "db.acme.rds.amazonaws.com", "unlinked"),
        (&[], "db.acme.rds.amazonaws.com", "postgresql/us-east-1"),
        (&two, "postgresql-ro", "postgresql/us-east-1"),
        (&two, "other-rw", "unlinked"),
        (&two, "pgbouncer", "unlinked"),
        (&elsewhere, "postgresql-rw", "postgresql/us-east-1"),
        (&elsewhere, "grafana-rw.monitoring", ""),
    ];
    for (clusters, host, expected) in table {
        let found = found_for(&with(clusters, host), &system(), "us-east-1", &BTreeMap::new());
        let subjects: Vec<&str> = found.evidence.backup_plan.keys().map(String::as_str).collect();
        assert_eq!(subjects.join(" "), expected, "{host} of {clusters:?}: {:?}", found.links);
        assert!(found.links.iter().any(|link| link.object.starts_with("CronJob/")), "{host}");
    }
}

#[test]
fn a_person_s_word_wins() {
    for reference in ["CronJob/kubernaut-system/dump", "CronJob.batch/kubernaut-system/dump"] {
        let said = BTreeMap::from([("postgresql".to_owned(), vec![reference.to_owned()])]);
        let found = found_for(&with(&[("a", "kubernaut-system"), ("b", "kubernaut-system")], "pgbouncer"), &system(), "us-east-1", &said);
        assert_eq!(found.evidence.backup_plan.keys().collect::<Vec<_>>(), ["postgresql/us-east-1"]);
        assert!(found.links.iter().any(|link| link.because == "named in backed-up-by"));
    }
}

#[test]
fn an_unlinked_database_is_kept_as_such() {
    let found =
        found_for(&with(&[("a", "kubernaut-system"), ("b", "kubernaut-system")], "pgbouncer"), &system(), "us-east-1", &BTreeMap::new());
    assert_eq!(found.evidence.database.keys().collect::<Vec<_>>(), ["unlinked"]);
}

#[test]
fn without_a_config_what_occurs_are_the_components() {
    let yaml = with(&[("a", "shop"), ("a", "bank"), ("b", "shop")], "b-rw.shop");
    let objects = objects_from(&format!("{yaml}---\napiVersion: v1\nkind: Secret\nmetadata: {{name: s, namespace: shop}}\n"), "all.yaml");
    let components = occurring(&objects);
    let names: Vec<&str> = components.keys().map(String::as_str).collect();
    assert_eq!(names, ["a.bank", "a.shop", "b", "secrets"]);
    assert_eq!(namespaces(&objects).into_iter().collect::<Vec<_>>(), ["bank", "shop"]);
    let system = System {
        regions: BTreeMap::from([("default".to_owned(), RegionRole::Primary)]),
        components,
        namespaces: namespaces(&objects),
        ..System::default()
    };
    let found = found_for(&yaml, &system, "default", &BTreeMap::new());
    assert_eq!(found.evidence.backup_plan.keys().collect::<Vec<_>>(), ["b/default"]);
    assert_eq!(found.evidence.database.keys().collect::<Vec<_>>(), ["a.bank/default", "a.shop/default", "b/default"]);
}

#[test]
fn crunchy_schedules_are_one_line_of_copies() {
    let yaml = "apiVersion: postgres-operator.crunchydata.com/v1beta1
kind: PostgresCluster
metadata: {name: postgresql, namespace: kubernaut-system}
spec:
  postgresVersion: 16
  instances: [{replicas: 2}, {}]
  backups:
    pgbackrest:
      global: {repo1-retention-full: '30', repo1-retention-full-type: time}
      repos:
      - {name: repo1, s3: {bucket: copies, endpoint: s3.eu-west-1.amazonaws.com, region: eu-west-1}, schedules: {full: '0 1 * * 0', incremental: '0 * * * *'}}
";
    let mut system = system();
    system.inventory.clear();
    let found = found_for(yaml, &system, "us-east-1", &BTreeMap::new());
    assert_eq!(
        facts(&found),
        [
            "schedule postgresql/us-east-1 pgbackrest [runs once a week, on Sunday at 01:00 UTC] hides=no",
            "schedule postgresql/us-east-1 pgbackrest [runs every hour, at minute 0] hides=no",
            "plan postgresql/us-east-1 pgbackrest physical gap=3600 exposure=? all=yes to=s3://copies off-region=yes off-cluster=yes keep=2592000",
        ]
    );
    let database = found.evidence.database.values().flatten().next();
    assert_eq!(database.map(|item| (item.instances, item.major)), Some((Some(3), Some(16))));
}

#[test]
fn one_object_twice_is_one_and_two_contents_decide_nothing() {
    let yaml = with(&[("postgresql", "kubernaut-system")], "postgresql-rw");
    let ids = |yaml: &str| -> (Vec<String>, Vec<String>) {
        let found = found_for(yaml, &system(), "us-east-1", &BTreeMap::new());
        let short = |id: &String| id.rsplit('/').next().unwrap_or_default().to_owned();
        let schedules = found.evidence.schedule.values().flatten().map(|item| short(&item.id)).collect();
        (schedules, found.evidence.backup_plan.values().flatten().map(|item| short(&item.id)).collect())
    };
    let one = (vec!["dump".to_owned()], vec!["dump".to_owned()]);
    let two = (vec!["dump".to_owned(), "dump#2".to_owned()], vec!["dump".to_owned(), "dump#2".to_owned()]);
    assert_eq!(ids(&yaml), one);
    assert_eq!(ids(&format!("{yaml}---\n{yaml}")), one);
    assert_eq!(ids(&format!("{yaml}---\n{}", yaml.replace("0 2 * * *", "0 * * * *"))), two);
}
