//! Traps of workloads, as texts.

use crate::collect::objects::sample::{self, System};
use crate::collect::objects::{Found, redis_operator};
use crate::snapshot::Workload;

const GATEWAY: &str = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: gateway, namespace: kubernaut-system, generation: 4}
spec:
  replicas: 3
  template:
    metadata: {labels: {app: gateway}}
    spec:
      affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{labelSelector: {matchLabels: {app: gateway}}, topologyKey: kubernetes.io/hostname}]}}
      containers:
        - {name: gateway, image: gateway:1, ports: [{containerPort: 80}], readinessProbe: {periodSeconds: 5}, startupProbe: {periodSeconds: 2, failureThreshold: 20}}
";

fn workload(yaml: &str) -> Workload {
    only(&sample::read(yaml, super::read), "gateway")
}

fn only(found: &Found, thing: &str) -> Workload {
    let items = found.evidence.workload.get(&format!("{thing}/us-east-1")).cloned().unwrap_or_default();
    assert_eq!(items.len(), 1, "{:?}", found.evidence.workload);
    items[0].clone()
}

#[test]
fn a_deployment_says_how_it_runs() {
    let item = workload(GATEWAY);
    assert_eq!((item.replicas, item.readiness, item.detect_s), (Some(3), Some(true), Some(15)));
    assert_eq!((item.startup_budget_s, item.spread, item.persistent), (Some(40), Some(true), Some(false)));
    assert_eq!((item.disruption_budget, item.ready, item.settled), (Some(false), None, None));
    assert_eq!(item.id, "declared/manifests/us-east-1/Deployment/kubernaut-system/gateway");
}

#[test]
fn replicas_have_a_default_and_a_scaler() {
    let scaler = |rest: &str| {
        format!(
            "{GATEWAY}---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {{name: gateway, namespace: kubernaut-system}}
spec: {{scaleTargetRef: {{kind: Deployment, name: {rest}}}
"
        )
    };
    for (yaml, expected) in [
        (GATEWAY.replace("  replicas: 3\n", ""), Some(1)),
        (GATEWAY.replace("replicas: 3", "replicas: null"), Some(1)),
        (GATEWAY.replace("replicas: 3", "replicas: ${REPLICAS}"), None),
        (scaler("gateway}, minReplicas: 2"), Some(2)),
        (scaler("gateway}"), Some(1)),
        (scaler("other}, minReplicas: 2"), Some(3)),
    ] {
        assert_eq!(workload(&yaml).replicas, expected, "{yaml}");
    }
}

#[test]
fn a_disruption_budget_covers_what_it_selects() {
    let budget = |version: &str, spec: &str| {
        format!(
            "{GATEWAY}---
apiVersion: policy/{version}
kind: PodDisruptionBudget
metadata: {{name: gateway, namespace: kubernaut-system}}
spec: {spec}
"
        )
    };
    for (version, spec, expected) in [
        ("v1", "{minAvailable: 1, selector: {matchLabels: {app: gateway}}}", Some(true)),
        ("v1", "{maxUnavailable: 1, selector: {}}", Some(true)),
        ("v1beta1", "{maxUnavailable: 1, selector: {}}", Some(false)),
        ("v1", "{maxUnavailable: 1}", Some(false)),
        ("v1", "{minAvailable: 1, selector: {matchLabels: {app: other}}}", Some(false)),
        ("v1", "{minAvailable: 0, selector: {matchLabels: {app: gateway}}}", Some(false)),
        ("v1", "{maxUnavailable: 100%, selector: {matchLabels: {app: gateway}}}", Some(false)),
        ("v1", "{maxUnavailable: 0, selector: {matchLabels: {app: gateway}}}", None),
        ("v1", "{minAvailable: 3, selector: {matchLabels: {app: gateway}}}", None),
    ] {
        assert_eq!(workload(&budget(version, spec)).disruption_budget, expected, "{version} {spec}");
    }
    let elsewhere = budget("v1", "{minAvailable: 1, selector: {}}")
        .replace("name: gateway, namespace: kubernaut-system}\nspec: {min", "name: gateway, namespace: other}\nspec: {min");
    assert_eq!(workload(&elsewhere).disruption_budget, Some(false));
}

#[test]
fn pods_are_spread_by_a_rule_that_must_hold_and_takes_them() {
    let affinity = GATEWAY.lines().find(|line| line.contains("affinity:")).expect("there");
    let term = "{labelSelector: {matchLabels: {app: gateway}}, topologyKey: kubernetes.io/hostname}";
    for (rule, expected) in [
        ("", Some(false)),
        (
            "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{labelSelector: {matchLabels: {app: other}}}]}}",
            Some(false),
        ),
        (
            &format!(
                "affinity: {{podAntiAffinity: {{preferredDuringSchedulingIgnoredDuringExecution: [{{weight: 1, podAffinityTerm: {term}}}]}}}}"
            ),
            None,
        ),
        (
            "topologySpreadConstraints: [{maxSkew: 1, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {app: gateway}}}]",
            Some(true),
        ),
        (
            "topologySpreadConstraints: [{maxSkew: 1, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {app: other}}}]",
            Some(false),
        ),
        (
            "topologySpreadConstraints: [{maxSkew: 3, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {app: gateway}}}]",
            Some(false),
        ),
        (
            "topologySpreadConstraints: [{maxSkew: 1, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: gateway}}}]",
            None,
        ),
    ] {
        assert_eq!(workload(&GATEWAY.replace(affinity, &format!("      {rule}"))).spread, expected, "{rule}");
    }
}

#[test]
fn probes_of_a_sidecar_do_not_vouch_for_the_server() {
    let probe = "readinessProbe: {periodSeconds: 5}, startupProbe: {periodSeconds: 2, failureThreshold: 20}";
    let without = GATEWAY.replace(&format!(", {probe}"), "");
    assert_eq!(workload(&without).readiness, Some(false));
    assert_eq!((workload(&without).detect_s, workload(&without).startup_budget_s), (None, None));
    let sidecar = without.replace(
        "      containers:\n",
        "      containers:\n        - {name: proxy, image: proxy:1, ports: [{containerPort: 1}], readinessProbe: {}}\n",
    );
    assert_eq!(workload(&sidecar).readiness, None);
    assert_eq!((workload(&sidecar).detect_s, workload(&sidecar).startup_budget_s), (Some(30), Some(0)));
}

#[test]
fn a_volume_is_state_only_if_it_outlives_the_pod() {
    for (volume, expected) in [
        ("{name: a, emptyDir: {}}", Some(false)),
        ("{name: a}", Some(false)),
        ("{name: a, persistentVolumeClaim: {claimName: a}}", Some(true)),
        ("{name: a, csi: {driver: secrets-store.csi.k8s.io}}", Some(false)),
        ("{name: a, hostPath: {path: /data}}", None),
    ] {
        let yaml = GATEWAY.replace("      containers:\n", &format!("      volumes: [{volume}]\n      containers:\n"));
        assert_eq!(workload(&yaml).persistent, expected, "{volume}");
    }
}

#[test]
fn a_committed_status_is_not_how_things_are() {
    let status = "status: {observedGeneration: 4, replicas: 3, readyReplicas: 3, updatedReplicas: 3, availableReplicas: 2, conditions: [{type: Progressing, status: 'True', reason: NewReplicaSetAvailable}]}\n";
    let yaml = format!("{GATEWAY}{status}");
    assert_eq!((workload(&yaml).ready, workload(&yaml).settled), (None, None));
    let live = |yaml: &str| only(&System::observed().read(yaml, super::read), "gateway");
    for (from, to, ready, settled) in [
        ("", "", Some(2), Some(true)),
        ("observedGeneration: 4, ", "", Some(2), Some(false)),
        ("readyReplicas: 3, ", "", Some(0), Some(true)),
        ("NewReplicaSetAvailable", "ReplicaSetUpdated", Some(2), Some(false)),
        ("'True', reason: NewReplicaSetAvailable", "'False', reason: ProgressDeadlineExceeded", Some(2), Some(true)),
        ("availableReplicas: 2", "availableReplicas: 4", Some(3), Some(true)),
    ] {
        let item = live(&yaml.replace(from, to));
        assert_eq!((item.ready, item.settled), (ready, settled), "{from} -> {to}");
    }
}

#[test]
fn a_cluster_has_its_operators_defaults() {
    let cluster = |spec: &str| {
        let yaml = format!(
            "
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: {{name: postgresql-primary, namespace: kubernaut-system}}
spec: {spec}
"
        );
        only(&sample::read(&yaml, super::read), "postgresql")
    };
    let item = cluster("{instances: 3}");
    assert_eq!((item.replicas, item.readiness, item.detect_s, item.startup_budget_s), (Some(3), Some(true), Some(30), Some(0)));
    assert_eq!((item.spread, item.disruption_budget, item.persistent), (None, Some(true), Some(true)));
    let one = cluster("{}");
    assert_eq!((one.replicas, one.startup_budget_s), (Some(1), Some(3600)));
    assert_eq!(cluster("{startDelay: 35}").startup_budget_s, Some(40));
    assert_eq!(
        cluster("{probes: {startup: {periodSeconds: 5, failureThreshold: 6}, readiness: {periodSeconds: 2}}}").startup_budget_s,
        Some(30)
    );
    assert_eq!(cluster("{instances: 3, affinity: {podAntiAffinityType: required}}").spread, Some(true));
    assert_eq!(cluster("{instances: 3, affinity: {enablePodAntiAffinity: false}}").spread, Some(false));
    assert_eq!(cluster("{instances: 3, enablePDB: false}").disruption_budget, Some(false));
}

#[test]
fn a_kind_of_another_group_or_place_is_not_ours() {
    for yaml in [
        "{apiVersion: kind.x-k8s.io/v1alpha4, kind: Cluster, metadata: {name: postgresql, namespace: kubernaut-system}}".to_owned(),
        GATEWAY.replace("namespace: kubernaut-system", "namespace: other"),
        GATEWAY.replace("name: gateway, namespace", "name: gateway-canary, namespace"),
        GATEWAY.replace("apps/v1", "extensions.example.org/v1"),
    ] {
        assert!(sample::read(&yaml, super::read).evidence.workload.is_empty(), "{yaml}");
    }
}

#[test]
fn what_keeps_a_promise_is_found_by_what_it_is() {
    let pod = |kind: &str, container: &str| {
        format!(
            "{{apiVersion: apps/v1, kind: {kind}, metadata: {{name: x, namespace: platform}}, spec: {{template: {{spec: {{containers: [{container}]}}}}}}}}"
        )
    };
    let prometheus = |spec: &str| {
        format!("{{apiVersion: monitoring.coreos.com/v1, kind: Prometheus, metadata: {{name: k8s, namespace: monitoring}}, spec: {spec}}}")
    };
    let day = 86_400;
    for (yaml, thing, keep_s) in [
        (pod("DaemonSet", "{image: 'cr.fluentbit.io/fluent/fluent-bit:3.1@sha256:00'}"), Some("pod-logs"), None),
        (pod("Deployment", "{image: fluent/fluent-bit}"), None, None),
        (pod("DaemonSet", "{image: 'gcr.io/datadoghq/agent:7'}"), None, None),
        (pod("DaemonSet", "{image: 'gcr.io/datadoghq/agent:7', env: [{name: DD_LOGS_ENABLED, value: 'true'}]}"), Some("pod-logs"), None),
        (pod("DaemonSet", "{image: 'registry:5000/node-exporter'}"), None, None),
        (prometheus("{}"), Some("metrics"), Some(day)),
        (prometheus("{retention: 1d12h}"), Some("metrics"), Some(day + day / 2)),
        (prometheus("{retentionSize: 10GB}"), Some("metrics"), None),
        (pod("StatefulSet", "{image: 'quay.io/prometheus/prometheus:v3'}"), Some("metrics"), Some(15 * day)),
        (pod("StatefulSet", "{image: prometheus, args: ['--storage.tsdb.retention.time=7d']}"), Some("metrics"), Some(7 * day)),
        (pod("StatefulSet", "{image: prometheus, args: ['--storage.tsdb.retention.size=1GB']}"), Some("metrics"), None),
        (pod("StatefulSet", "{image: prometheus, args: ['--agent']}"), None, None),
        (pod("Deployment", "{image: quay.io/prometheus-operator/prometheus-operator}"), None, None),
    ] {
        let found = sample::read(&yaml, super::read);
        let stored: Vec<_> = found.evidence.workload.iter().map(|(subject, items)| (subject.clone(), items[0].keep_s)).collect();
        let expected: Vec<_> = thing.map(|thing| (format!("{thing}/us-east-1"), keep_s)).into_iter().collect();
        assert_eq!(stored, expected, "{yaml}");
    }
}

#[test]
fn a_redis_cluster_is_placed_by_its_leaders_and_followers() {
    let redis = |version: &str, spec: &str| {
        let yaml = format!(
            "
apiVersion: redis.redis.opstreelabs.in/{version}
kind: RedisCluster
metadata: {{name: redis-cluster, namespace: kubernaut-system}}
spec: {{clusterSize: 3, {spec}}}
"
        );
        let found = sample::read(&yaml, redis_operator::read);
        assert_eq!(found.evidence.database["redis/us-east-1"].len(), 1);
        only(&found, "redis")
    };
    let apart = |app: &str| {
        format!(
            "{{affinity: {{podAntiAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: [{{labelSelector: {{matchLabels: {{app: {app}}}}}}}]}}}}, pdb: {{enabled: true}}}}"
        )
    };
    let pruned = redis(
        "v1beta1",
        "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{labelSelector: {}}]}}, storage: {volumeClaimTemplate: {spec: {}}}",
    );
    assert_eq!((pruned.replicas, pruned.spread, pruned.persistent), (Some(6), Some(false), Some(true)));
    assert_eq!((pruned.disruption_budget, pruned.detect_s, pruned.readiness), (Some(false), Some(30), Some(true)));
    let good =
        redis("v1beta2", &format!("redisLeader: {}, redisFollower: {}", apart("redis-cluster-leader"), apart("redis-cluster-follower")));
    assert_eq!((good.spread, good.disruption_budget, good.persistent), (Some(true), Some(true), Some(false)));
    let none = redis("v1beta2", &format!("redisLeader: {}, redisFollower: {}", apart("redis-cluster"), apart("redis-cluster")));
    assert_eq!(none.spread, Some(false));
    let alone = redis("v1beta2", &format!("redisLeader: {}, redisFollower: {{replicas: 0}}", apart("redis-cluster-leader")));
    assert_eq!((alone.replicas, alone.spread), (Some(3), Some(true)));
}
