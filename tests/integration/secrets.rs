//! No secret enters a snapshot: canaries are planted wherever a manifest or a record can hold a credential,
//! and every byte that is written is searched for them.

use crate::common::seaworthy;

/// Manifests with a canary in every place that may hold a credential. `CANARY` is made unique for each.
const MANIFESTS: &str = r#"
apiVersion: v1
kind: Secret
metadata:
  name: database
  namespace: shop
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: '{"stringData":{"password":"CANARY"}}'
data: {password: CANARY}
stringData: {token: CANARY}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: env, namespace: shop}
data: {DATABASE_URL: "postgres://shop:CANARY@db/shop"}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: orders-backup, namespace: shop}
spec:
  schedule: "0 * * * *"
  jobTemplate:
    spec:
      template:
        spec:
          containers:
          - name: dump
            image: postgres:16
            env:
            - {name: PGPASSWORD, value: CANARY}
            - {name: PGHOST, value: orders-rw.shop}
            - {name: AWS_SECRET_ACCESS_KEY, value: CANARY}
            - name: DATABASE_URL
              value: postgres://shop:CANARY@orders-rw.shop/app
            command:
            - /bin/sh
            - -c
            - |
              export PGPASSWORD=CANARY
              PGPASSWORD='CANARY' pg_dump -Fc "postgres://shop:CANARY@orders-rw.shop/app?password=CANARY" -f /backups/app.dump
              curl -u admin:CANARY -H "Authorization: Bearer CANARY" -T /backups/app.dump "https://user:CANARY@store.example/app?sig=CANARY"
              aws s3 cp /backups/app.dump "s3://bucket/app?X-Amz-Signature=CANARY"
---
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: {name: orders, namespace: shop}
spec:
  instances: 3
  bootstrap: {initdb: {database: app, owner: app, postInitSQL: ["CREATE USER reader WITH PASSWORD 'CANARY'"]}}
  externalClusters:
  - name: old
    connectionParameters: {host: old.example, user: postgres, password: CANARY}
  postgresql:
    parameters: {archive_command: "aws s3 cp %p s3://b --secret CANARY", primary_conninfo: "password=CANARY"}
  replica: {enabled: false, source: "postgres://u:CANARY@old/db"}
  backup:
    barmanObjectStore: {destinationPath: "s3://key:CANARY@bucket/orders", endpointURL: "https://user:CANARY@s3.example"}
---
apiVersion: velero.io/v1
kind: BackupStorageLocation
metadata: {name: default, namespace: velero}
spec:
  provider: aws
  credential: {name: CANARY, key: cloud}
  objectStorage: {bucket: copies, prefix: shop}
  config: {region: eu-west-1, s3Url: "https://user:CANARY@s3.example", customerKeyEncryptionFile: CANARY}
---
apiVersion: velero.io/v1
kind: Schedule
metadata: {name: daily, namespace: velero, annotations: {kubectl.kubernetes.io/last-applied-configuration: CANARY}}
spec: {schedule: "0 2 * * *", template: {ttl: 24h, hooks: {resources: [{name: CANARY}]}, includedNamespaces: ["*"]}}
---
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: rules, namespace: shop}
spec:
  groups:
  - name: a
    rules:
    - alert: A
      expr: velero_backup_failure_total > 0
      annotations: {runbook_url: "https://user:CANARY@wiki.example/a?token=CANARY#CANARY", description: CANARY}
---
apiVersion: monitoring.coreos.com/v1alpha1
kind: AlertmanagerConfig
metadata: {name: pager, namespace: shop}
spec: {receivers: [{name: pager, webhookConfigs: [{url: "https://user:CANARY@pager.example"}]}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: shop}
spec: {replicas: 1, selector: {matchLabels: {app: api}}, template: {metadata: {labels: {app: api}}, spec: {containers: [{name: api, image: "registry.example/api:1", env: [{name: TOKEN, value: CANARY}], args: ["--dsn=postgres://u:CANARY@db"]}]}}}
"#;

/// The same objects as one line of JSON: the line of every value is the line of every secret.
const ONE_LINE: &str = r#"{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s","namespace":"shop"},"data":{"p":"CANARY"}},{"apiVersion":"batch/v1","kind":"CronJob","metadata":{"name":"orders-backup-two","namespace":"shop","annotations":{"x":"CANARY"}},"spec":{"schedule":"0 * * * *","jobTemplate":{"spec":{"template":{"spec":{"containers":[{"name":"d","image":"postgres:16","env":[{"name":"PGPASSWORD","value":"CANARY"},{"name":"PGHOST","value":"orders-rw"}],"command":["pg_dump","-f","/backups/app.dump","app"]}]}}}}}}]}"#;

/// Makes each canary another, so that a leak says where it came from.
fn planted(text: &str, from: usize) -> String {
    let mut parts = text.split("CANARY");
    let mut planted = parts.next().unwrap().to_owned();
    for (index, part) in parts.enumerate() {
        planted.push_str(&format!("c4nary{:03}", from + index));
        planted.push_str(part);
    }
    planted
}

#[test]
fn no_byte_of_any_output_is_a_planted_secret() {
    let scratch = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = scratch.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("deploy/all.yaml", &planted(MANIFESTS, 0));
    write("deploy/list.json", &planted(ONE_LINE, 100));
    write("deploy/broken.yaml", &planted("a: [CANARY\npassword: CANARY", 200));
    let attestation =
        "version: 1\ndocument: dr-plan\nowner: team\nreviewed: 2026-11-01\nurl: https://user:CANARY@docs.example/plan?token=CANARY\n";
    write("attestations/plan.yaml", &planted(attestation, 300));
    write(
        "seaworthy.yaml",
        "version: 1\nsystem: shop\nnamespaces: [shop]\nregions: {us-east-1: {role: primary}}\ninventory: {api: {kind: Deployment, ready: 1}}\n\
         components: {orders: {is: postgresql}}\nexcluded: {postgresql: {reason: it is called orders}}\nmanifests: [{path: deploy/, region: us-east-1}]\n\
         attestations: attestations/\nat: 2026-11-22T14:00:00Z\n",
    );
    let runs: [&[&str]; 7] = [
        &["collect"],
        &["check", "--verbose"],
        &["check", "-o", "json"],
        &["check", "-o", "junit"],
        &["check", "--no-config", "--verbose", "deploy"],
        &["collect", "--no-config", "deploy"],
        &["controls", "explain", "backup.failures_show", "--input"],
    ];
    for args in runs {
        let output = seaworthy().current_dir(scratch.path()).args(args).output().unwrap();
        assert!(output.stdout.len() > 200, "{args:?} said nothing: {}", String::from_utf8_lossy(&output.stderr));
        for (name, bytes) in [("standard output", &output.stdout), ("standard error", &output.stderr)] {
            let text = String::from_utf8_lossy(bytes);
            if let Some(at) = text.find("c4nary") {
                let from = text[..at].rfind('\n').map_or(0, |line| line + 1);
                panic!("{args:?} wrote a secret to {name}: {}", text[from..].lines().next().unwrap());
            }
        }
    }
}
