//! No secret of a cluster leaves it: canaries are planted wherever an object, a status or a kubeconfig can hold a
//! credential, and every byte that the program writes is searched for them.

use crate::cluster_view::Desk;
use crate::lab::api::documents;
use crate::lab::control_plane::kubeconfig;
use crate::lab::{self, ControlPlane};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// `CANARY` is planted, and `Q0FOQVJZ`, which is the same in base64.
const OBJECTS: &str = r#"
{apiVersion: v1, kind: Namespace, metadata: {name: vault}}
---
apiVersion: v1
kind: Secret
metadata:
  name: database
  namespace: vault
  annotations: {kubectl.kubernetes.io/last-applied-configuration: '{"stringData":{"password":"CANARY"}}', note: CANARY}
data: {password: Q0FOQVJZ}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: env
  namespace: vault
  annotations: {kubectl.kubernetes.io/last-applied-configuration: '{"data":{"DATABASE_URL":"postgres://shop:CANARY@db/shop"}}'}
data: {DATABASE_URL: "postgres://shop:CANARY@db/shop"}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: vault, annotations: {kubectl.kubernetes.io/last-applied-configuration: CANARY}}
spec:
  replicas: 2
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}, annotations: {token: CANARY}}
    spec:
      containers:
      - name: api
        image: example.org/api:1
        args: ["--password=CANARY"]
        env: [{name: DATABASE_URL, value: "postgres://shop:CANARY@db/shop"}, {name: LOG, value: CANARY}]
        readinessProbe: {httpGet: {path: "/ready?key=CANARY", port: 80, httpHeaders: [{name: Authorization, value: CANARY}]}}
status:
  observedGeneration: 1
  replicas: 2
  conditions: [{type: Progressing, status: "False", reason: ProgressDeadlineExceeded, message: CANARY}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: orders, namespace: vault}
spec:
  serviceName: orders
  selector: {matchLabels: {app: orders}}
  template:
    metadata: {labels: {app: orders}}
    spec: {containers: [{name: postgres, image: "postgres:17", env: [{name: POSTGRES_PASSWORD, value: CANARY}]}]}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly, namespace: vault, annotations: {kubectl.kubernetes.io/last-applied-configuration: CANARY}}
spec:
  schedule: "0 * * * *"
  jobTemplate:
    metadata: {annotations: {token: CANARY}}
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
          - name: dump
            image: postgres:17
            env:
            - {name: PGPASSWORD, value: CANARY}
            - {name: AWS_SECRET_ACCESS_KEY, value: CANARY}
            - {name: TARGET, value: "https://user:CANARY@store.example/app"}
            command:
            - /bin/sh
            - -c
            - |
              export PGPASSWORD=CANARY
              PGPASSWORD='CANARY' pg_dump -Fc "postgres://shop:CANARY@orders.vault/app?password=CANARY" -f /backups/app.dump
              curl -u admin:CANARY -H "Authorization: Bearer CANARY" -T /backups/app.dump "https://user:CANARY@store.example/app?sig=CANARY"
              aws s3 cp /backups/app.dump "s3://bucket/app?X-Amz-Signature=CANARY"
---
apiVersion: batch/v1
kind: Job
metadata: {name: by-hand, namespace: vault, annotations: {token: CANARY}}
spec:
  template: {spec: {restartPolicy: Never, containers: [{name: main, image: a, env: [{name: PGPASSWORD, value: CANARY}]}]}}
---
apiVersion: v1
kind: Pod
metadata: {name: orders-0, namespace: vault, labels: {app: orders}, annotations: {token: CANARY}}
spec: {containers: [{name: postgres, image: "postgres:17", env: [{name: POSTGRES_PASSWORD, value: CANARY}]}]}
status: {phase: Failed, message: CANARY, conditions: [{type: Ready, status: "False", message: CANARY}]}
---
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: {name: orders, namespace: vault, annotations: {token: CANARY}}
spec:
  instances: 3
  bootstrap: {initdb: {database: app, owner: app, postInitSQL: ["CREATE USER reader WITH PASSWORD 'CANARY'"]}}
  externalClusters: [{name: old, connectionParameters: {host: old.example, user: postgres, password: CANARY}}]
  postgresql: {parameters: {archive_command: "aws s3 cp %p s3://b --secret CANARY", primary_conninfo: "password=CANARY"}}
  backup:
    barmanObjectStore:
      destinationPath: "s3://key:CANARY@bucket/orders"
      endpointURL: "https://user:CANARY@s3.example"
      s3Credentials: {accessKeyId: {value: CANARY}, secretAccessKey: {value: CANARY}}
status: {phase: "Failing over CANARY", phaseReason: CANARY, conditions: [{type: ContinuousArchiving, status: "False", message: CANARY}]}
---
apiVersion: postgresql.cnpg.io/v1
kind: Backup
metadata: {name: orders-1, namespace: vault}
spec: {cluster: {name: orders}}
status: {phase: failed, error: CANARY, commandError: CANARY, destinationPath: "s3://key:CANARY@bucket/orders", s3Credentials: {secretAccessKey: CANARY}}
---
apiVersion: velero.io/v1
kind: BackupStorageLocation
metadata: {name: vault, namespace: vault}
spec:
  provider: aws
  credential: {name: CANARY, key: cloud}
  objectStorage: {bucket: copies, caCert: CANARY}
  config: {region: eu-west-1, s3Url: "https://user:CANARY@s3.example", customerKeyEncryptionFile: CANARY}
status: {phase: Unavailable, message: "https://user:CANARY@s3.example refused"}
---
apiVersion: velero.io/v1
kind: Schedule
metadata: {name: daily, namespace: vault}
spec: {schedule: "0 2 * * *", template: {ttl: 24h, storageLocation: vault, hooks: {resources: [{name: CANARY}]}, includedNamespaces: [vault]}}
status: {phase: FailedValidation, validationErrors: [CANARY]}
---
apiVersion: velero.io/v1
kind: Backup
metadata: {name: daily-1, namespace: vault, labels: {velero.io/schedule-name: daily}, annotations: {token: CANARY}}
spec: {includedNamespaces: [vault], storageLocation: vault, hooks: {resources: [{name: CANARY}]}}
status: {phase: Failed, failureReason: CANARY, validationErrors: [CANARY]}
---
apiVersion: velero.io/v1
kind: Restore
metadata: {name: drill, namespace: vault}
spec: {backupName: daily-1}
status: {phase: Failed, failureReason: CANARY}
---
apiVersion: redis.redis.opstreelabs.in/v1beta2
kind: RedisCluster
metadata: {name: cache, namespace: vault}
spec: {clusterSize: 3, kubernetesConfig: {redisSecret: {name: cache, key: CANARY}}, env: [{name: REDIS_PASSWORD, value: CANARY}]}
status: {state: Failed, reason: CANARY}
---
apiVersion: route53.services.k8s.aws/v1alpha1
kind: HealthCheck
metadata: {name: gateway, namespace: vault}
spec: {healthCheckConfig: {type: HTTPS, fullyQualifiedDomainName: api.example, resourcePath: "/healthz?key=CANARY", searchString: CANARY}}
---
apiVersion: monitoring.coreos.com/v1alpha1
kind: AlertmanagerConfig
metadata: {name: pages, namespace: vault}
spec: {receivers: [{name: pages, webhookConfigs: [{url: "https://user:CANARY@hooks.example/CANARY"}], pagerdutyConfigs: [{routingKey: CANARY}]}]}
---
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: rules, namespace: vault}
spec: {groups: [{name: a, rules: [{alert: BackupTooOld, expr: 'velero_backup_last_successful_timestamp > 1', annotations: {link: "https://user:CANARY@wiki.example"}}]}]}
---
apiVersion: config.kio.kasten.io/v1alpha1
kind: Policy
metadata: {name: nightly, namespace: vault}
spec: {passphrase: CANARY}
"#;

/// How a canary may look on its way out.
const PLANTED: [&str; 3] = ["CANARY", "Q0FOQVJZ", "canary"];

fn desk(kubeconfig: &Path) -> Desk {
    Desk::new(&format!(
        "version: 1
system: shop
namespaces: [vault]
regions: {{us-east-1: {{role: primary}}}}
inventory: {{api: {{kind: Deployment, ready: 2}}, cache: {{kind: RedisCluster.redis.redis.opstreelabs.in, ready: 6}}}}
components: {{orders: {{is: postgresql, backed-up-by: [CronJob/vault/nightly]}}}}
clusters: [{{region: us-east-1, context: lab, kubeconfig: {}}}]
",
        kubeconfig.display()
    ))
}

/// Everything that the program writes at this desk, with the command that wrote it.
fn written(desk: &Desk) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for command in [
        "collect --out snapshot.json --allow secrets",
        "check --verbose --output text --allow secrets",
        "check --output json --allow secrets",
        "check --output junit --allow secrets",
        "check --snapshot snapshot.json --verbose",
        "controls explain backup.frequency --snapshot snapshot.json --input",
        "doctor --allow secrets",
        "rbac --allow secrets",
    ] {
        let output = desk.run(&command.split(' ').collect::<Vec<_>>());
        all.push((format!("standard output of {command}"), output.stdout));
        all.push((format!("standard error of {command}"), output.stderr));
    }
    all.push(("the snapshot".to_owned(), std::fs::read(desk.path().join("snapshot.json")).unwrap()));
    all
}

/// Fails where something of `secrets` is in what was written.
fn silent(desk: &Desk, secrets: &[&str]) -> Vec<(String, Vec<u8>)> {
    let all = written(desk);
    for (what, bytes) in &all {
        let text = String::from_utf8_lossy(bytes);
        for secret in secrets {
            let at = text.find(secret).map(|at| text[at.saturating_sub(200)..(at + 60).min(text.len())].to_owned());
            assert!(at.is_none(), "{secret} is in {what}: …{}…", at.unwrap_or_default());
        }
    }
    all
}

/// All rights that the program asks for.
fn account(plane: &ControlPlane) -> (PathBuf, String) {
    let token = plane.admin.token("vault", "auditor");
    let path = plane.kubeconfig_of("vault", "auditor");
    let printed = desk(&path).run(&["rbac", "--allow", "secrets", "--service-account", "vault/auditor"]);
    plane.admin.apply(&String::from_utf8(printed.stdout).unwrap());
    (path, token)
}

#[test]
fn no_secret_of_a_cluster_is_written_anywhere() {
    let Some(plane) = lab::shared() else { return };
    for object in documents(OBJECTS) {
        plane.admin.apply_with_status(&object.to_string());
    }
    let (path, token) = account(plane);
    // The token that is in use is another than the one just issued: both have the same beginning, and no more.
    let used = std::fs::read_to_string(&path).unwrap();
    let used = used.split("token: ").nth(1).unwrap().split('}').next().unwrap();
    let parts: Vec<&str> = used.split('.').chain(token.split('.')).skip(1).filter(|part| part.len() > 60).collect();
    let all = silent(&desk(&path), &[&PLANTED[..], &parts].concat());
    let snapshot = String::from_utf8_lossy(&all.last().unwrap().1).into_owned();
    for name in ["CronJob/vault/nightly", "Schedule/vault/daily", "Deployment/vault/api", "Cluster/vault/orders"] {
        assert!(snapshot.contains(name), "{name} was not read, so that nothing is shown");
    }
}

#[test]
fn no_credential_of_a_kubeconfig_is_written_anywhere() {
    let Some(plane) = lab::shared() else { return };
    let plugin = "{exec: {apiVersion: client.authentication.k8s.io/v1, command: /bin/sh, interactiveMode: Never, args: [-c, \"echo CANARY; echo CANARY >&2; exit 1\"], env: [{name: T, value: CANARY}]}}";
    let good = plugin.replace("exit 1", "exit 0");
    let with_proxy = |text: String| text.replace("server:", "proxy-url: \"http://user:CANARY@127.0.0.1:1\", server:");
    let aside = plane.path().join("ca.crt").display().to_string();
    let nowhere = "https://user:CANARY@127.0.0.1:1/?key=CANARY";
    for (what, text) in [
        ("a token that nobody issued", kubeconfig(&plane.url, &aside, "{token: CANARY}")),
        ("a password", kubeconfig(&plane.url, &aside, "{username: admin, password: CANARY}")),
        ("a plugin that fails", kubeconfig(&plane.url, &aside, plugin)),
        ("a plugin that prints nonsense", kubeconfig(&plane.url, &aside, &good)),
        (
            "a plugin that is not there",
            kubeconfig(&plane.url, &aside, "{exec: {apiVersion: client.authentication.k8s.io/v1, command: /nowhere/CANARY}}"),
        ),
        ("a key that is none", kubeconfig(&plane.url, &aside, "{client-certificate-data: Q0FOQVJZ, client-key-data: Q0FOQVJZ}")),
        ("a key that is not base64", kubeconfig(&plane.url, &aside, "{client-certificate-data: CANARY!, client-key-data: CANARY!}")),
        ("an address with a user", kubeconfig(nowhere, &aside, "{token: CANARY}")),
        ("a proxy with a user", with_proxy(kubeconfig(&plane.url, &aside, "{token: CANARY}"))),
        ("a token in the wrong place", kubeconfig(&plane.url, &aside, "[CANARY]")),
        ("no YAML", "clusters: {CANARY: [token: CANARY".to_owned()),
    ] {
        let desk = desk(Path::new("own.kubeconfig"));
        desk.write("own.kubeconfig", &text);
        silent(&desk, &PLANTED);
        assert_eq!(desk.judged(Duration::ZERO).decided(), BTreeMap::new(), "{what}");
    }
}
