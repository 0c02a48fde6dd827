//! Scripts in `CronJob`s and the lines of copies that they make.

use super::super::testing::{facts, found, found_for, system};
use std::collections::BTreeMap;

const SEED: &str = r#"
apiVersion: batch/v1
kind: CronJob
metadata: {name: postgresql-backup, namespace: kubernaut-system}
spec:
  schedule: "0 * * * *"  # Hourly
  jobTemplate:
    spec:
      template:
        spec:
          containers:
          - name: backup
            image: postgres:14
            env:
            - {name: PGHOST, value: "postgresql.kubernaut-system"}
            - {name: PGUSER, value: kubernaut}
            - name: PGPASSWORD
              valueFrom: {secretKeyRef: {name: postgresql-credentials, key: password}}
            command:
            - /bin/sh
            - -c
            - |
              BACKUP_FILE="/backups/kubernaut-$(date +%Y%m%d%H%M%S).sql"
              pg_dump -Fc -f "$BACKUP_FILE"
              echo "Backup complete: $BACKUP_FILE"
              aws s3 cp "$BACKUP_FILE" s3://kubernaut-backups/postgresql/
              find /backups -name "kubernaut-*.sql" -mtime +7 -delete
            volumeMounts: [{name: backups, mountPath: /backups}]
          volumes: [{name: backups, persistentVolumeClaim: {claimName: postgresql-backups}}]
"#;

#[test]
fn the_seed_is_hourly_and_hides_what_goes_wrong() {
    let found = found(SEED);
    assert_eq!(
        facts(&found),
        [
            "schedule postgresql/us-east-1 pg_dump [runs every hour, at minute 0] hides=yes",
            "plan postgresql/us-east-1 pg_dump logical gap=3600 exposure=3600 all=yes to=s3://kubernaut-backups/postgresql/ \
             off-region=? off-cluster=yes keep=?",
        ]
    );
    let schedule = found.evidence.schedule.values().flatten().next();
    assert_eq!(schedule.map(|schedule| schedule.lacking.clone()), Some(vec!["script line 4: aws is not in postgres:14".to_owned()]));
    assert_eq!(schedule.and_then(|schedule| schedule.at.line), Some(6));
}

/// A `CronJob` around a script, with what stands beside it.
fn job(image: &str, script: &str, more: &str) -> String {
    let body: String = script.lines().map(|line| format!("              {line}\n")).collect();
    format!(
        "apiVersion: batch/v1
kind: CronJob
metadata: {{name: dump, namespace: kubernaut-system}}
spec:
  schedule: '0 2 * * *'
{more}  jobTemplate:
    spec:
      template:
        spec:
          containers:
          - name: dump
            image: {image}
            env: [{{name: PGHOST, value: postgresql-rw}}, {{name: PGUSER, value: app}}]
            command:
            - /bin/bash
            - -c
            - |
{body}            volumeMounts: [{{name: data, mountPath: /data}}, {{name: tmp, mountPath: /tmp}}]
          volumes:
          - {{name: data, persistentVolumeClaim: {{claimName: dumps}}}}
          - {{name: tmp, emptyDir: {{}}}}
---
{CLUSTER}"
    )
}

const CLUSTER: &str = "apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: {name: postgresql, namespace: kubernaut-system}
spec: {instances: 3}
";

fn plans(yaml: &str) -> Vec<String> {
    facts(&found(yaml)).into_iter().filter_map(|fact| fact.strip_prefix("plan ").map(str::to_owned)).collect()
}

#[test]
fn the_durable_copy_decides_where_and_how_long() {
    let table = [
        ("set -e\npg_dump -f /data/x", "all=yes to=pvc/kubernaut-system/dumps off-region=no off-cluster=no keep=?"),
        (
            "set -e\npg_dump -f /data/x\nfind /data -mtime +30 -delete",
            "all=yes to=pvc/kubernaut-system/dumps off-region=no off-cluster=no keep=2678400",
        ),
        ("set -e\npg_dump -f /tmp/x", "all=yes to=? off-region=no off-cluster=no keep=0"),
        ("set -e\npg_dump -f /tmp/x\naws s3 cp /tmp/x s3://b/p/", "all=yes to=s3://b/p/ off-region=? off-cluster=yes keep=?"),
        (
            "set -e\npg_dump -f /tmp/x\naws --endpoint-url http://minio:9000 s3 cp /tmp/x s3://b/p/",
            "all=yes to=s3://b/p/ off-region=? off-cluster=? keep=?",
        ),
        ("set -e\npg_dump -f /data/x\nrclone copy /data/x remote:b/p", "all=yes to=remote:b/p off-region=? off-cluster=? keep=?"),
        ("aws s3 cp /tmp/old s3://b/p/\npg_dump -f /data/x", "all=yes to=? off-region=? off-cluster=? keep=?"),
        (
            "pg_dump -s -f /data/x",
            "all=no without the data: only the schema is dumped to=pvc/kubernaut-system/dumps off-region=no off-cluster=no keep=?",
        ),
        ("pg_dump -d other -f /data/x", "all=? without database app to=pvc/kubernaut-system/dumps off-region=no off-cluster=no keep=?"),
        ("pg_dump -d \"$(cat /etc/db)\" -f /data/x", "all=? to=pvc/kubernaut-system/dumps off-region=no off-cluster=no keep=?"),
    ];
    for (script, end) in table {
        let start = "postgresql/us-east-1 pg_dump logical gap=86400 exposure=86400 ";
        assert_eq!(plans(&job("postgres:16", script, "")), [format!("{start}{end}")], "{script}");
    }
    let all = plans(&job("postgres:16", "pg_dumpall -f /data/x", ""));
    assert_eq!(
        all,
        [
            "postgresql/us-east-1 pg_dumpall logical gap=86400 exposure=86400 all=yes to=pvc/kubernaut-system/dumps off-region=no off-cluster=no keep=?"
        ]
    );
}

#[test]
fn two_dumps_of_one_server_are_one_line() {
    let plans = plans(&job("postgres:16", "set -e\npg_dump -d app -f /data/a\npg_dump -d other -f /data/b", ""));
    assert_eq!(plans.len(), 1);
    assert!(plans.iter().all(|plan| plan.contains("all=yes")), "{plans:?}");
}

#[test]
fn a_schedule_that_is_off_or_refused_gives_no_plan() {
    let table = [
        ("  suspend: true\n", "[runs once a day, at 02:00 UTC] hides=no suspended"),
        ("  timeZone: Mars/Base\n", "[not accepted: unknown time zone `Mars/Base`] hides=no refused: unknown time zone `Mars/Base`"),
        (
            "  timeZone: europe/berlin\n",
            "[not accepted: unknown time zone `europe/berlin`] hides=no refused: unknown time zone `europe/berlin`",
        ),
    ];
    for (more, end) in table {
        let expected = format!("schedule postgresql/us-east-1 pg_dump {end}");
        assert_eq!(facts(&found(&job("postgres:16", "pg_dump -f /data/x", more))), [expected], "{more}");
    }
    let zoned = facts(&found(&job("postgres:16", "pg_dump -f /data/x", "  timeZone: Europe/Berlin\n")));
    assert_eq!(
        zoned.first().map(String::as_str),
        Some("schedule postgresql/us-east-1 pg_dump [runs once a day, at 02:00, Europe/Berlin time] hides=no")
    );
    let never = job("postgres:16", "pg_dump -f /data/x", "").replace("0 2 * * *", "0 2 31 2 *");
    assert!(plans(&never).iter().all(|plan| plan.contains("gap=? exposure=?")));
    let wrong = job("postgres:16", "pg_dump -f /data/x", "").replace("0 2 * * *", "TZ=UTC 0 2 * * *");
    assert!(plans(&wrong).is_empty());
}

#[test]
fn what_looks_like_a_backup_and_cannot_be_read_is_not_called_lacking() {
    for (image, script, partial) in [
        ("acme/backup:1", "/scripts/backup.sh", true),
        ("postgres:16", "/scripts/run.sh", true),
        ("rclone/rclone", "rclone sync /data/dumps b2:backups", true),
        ("busybox", "echo hello", false),
    ] {
        let yaml = job(image, script, "");
        let yaml = if partial { yaml } else { yaml.replace("PGHOST", "A").replace("PGUSER", "B").replace("name: dump,", "name: hello,") };
        let found = found(&yaml);
        assert_eq!(found.partial.contains_key(&crate::snapshot::Noun::BackupPlan), partial, "{script}");
        assert!(found.evidence.backup_plan.is_empty(), "{script}");
    }
    let named = BTreeMap::from([("postgresql".to_owned(), vec!["CronJob/kubernaut-system/dump".to_owned()])]);
    let found = found_for(&job("acme/backup:1", "/scripts/backup.sh", ""), &system(), "us-east-1", &named);
    assert_eq!(
        facts(&found),
        [
            "schedule postgresql/us-east-1 script [runs once a day, at 02:00 UTC] hides=?",
            "plan postgresql/us-east-1 script unknown gap=86400 exposure=86400 all=? to=? off-region=? off-cluster=? keep=?",
        ]
    );
}

#[test]
fn other_products_are_not_postgresql() {
    for script in ["mysqldump -h db app > /data/x", "redis-cli --rdb /data/x", "echo hello"] {
        let found = found(&job("acme/tools", script, "").replace("PGHOST", "A"));
        assert!(found.evidence.backup_plan.is_empty() && found.evidence.schedule.is_empty(), "{script}");
    }
}

#[test]
fn kubectl_copies_of_a_namespace_are_copies_of_objects() {
    let found = found(&job("bitnami/kubectl", "kubectl get configmaps,secrets -n kubernaut-system -o yaml > /data/x", ""));
    let all: Vec<String> = facts(&found).into_iter().filter(|fact| fact.starts_with("plan")).collect();
    assert_eq!(all.len(), 2, "{all:?}");
    assert!(all.iter().all(|plan| plan.contains("kubectl objects") && plan.contains("all=yes")), "{all:?}");
}

#[test]
fn no_value_of_a_credential_is_read() {
    let yaml = job("postgres:16", "pg_dump \"$DATABASE_TOKEN\" -f /data/x; aws s3 cp /data/x \"https://u:$BUCKET_KEY@h/b\"", "");
    let yaml = yaml.replace(
        "{name: PGUSER, value: app}",
        "{name: PGUSER, value: app}, {name: DATABASE_TOKEN, value: canary1}, {name: BUCKET_KEY, value: canary2}",
    );
    let found = found(&yaml);
    let text = serde_json::to_string(&found.evidence).unwrap_or_default();
    assert!(text.contains("postgresql") && !text.contains("canary"), "{text}");
}

#[test]
fn a_shell_that_stops_never_dumps() {
    let yaml = job("postgres:16", "set -o pipefail\npg_dump -f /data/x", "")
        .replace("/bin/bash", "/bin/sh")
        .replace("postgres:16", "postgres:14-bullseye");
    let found = found(&yaml);
    let lacking: Vec<String> = found.evidence.schedule.values().flatten().flat_map(|item| item.lacking.clone()).collect();
    let hides: Vec<Option<bool>> = found.evidence.schedule.values().flatten().map(|item| item.hides_failure).collect();
    assert_eq!((lacking.len(), hides), (1, vec![None]), "{lacking:?}");
}
