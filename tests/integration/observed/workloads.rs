//! Deployments, StatefulSets and what stands around them. Two replicas must be ready of each.

use super::{at, read, shown, verdict};
use seaworthy::report::Verdict::{self, Fail, Pass, Unknown};
use seaworthy::snapshot::{Class, Noun, Workload};

const NOW: &str = "14:41:30";

/// A Deployment `gateway` or a StatefulSet `store`: `generation spec | status`.
fn workload(kind: &str, words: &str) -> String {
    let name = if kind == "Deployment" { "gateway" } else { "store" };
    let (head, status) = words.split_once('|').unwrap();
    let (generation, spec) = head.split_once(' ').unwrap();
    format!(
        "---
apiVersion: apps/v1
kind: {kind}
metadata: {{name: {name}, namespace: shop, generation: {generation}}}
spec: {{{spec}, selector: {{matchLabels: {{app: {name}}}}}, template: {{metadata: {{labels: {{app: {name}}}}}, spec: {{containers: [{{name: a}}]}}}}}}
status: {{{status}}}
"
    )
}

fn only(yaml: &str, kind: &str) -> Workload {
    let subject = if kind == "Deployment" { "gateway/east" } else { "store/east" };
    let mut found = read(yaml, Class::Observed, at(NOW));
    let items = found.evidence.workload.remove(subject).unwrap_or_default();
    assert_eq!(items.len(), 1, "{yaml}");
    items.into_iter().next().unwrap()
}

#[test]
fn each_situation_gives_its_facts_and_its_verdict() {
    const DEPLOYMENT: &str = "Deployment";
    const STATEFUL_SET: &str = "StatefulSet";
    const DONE: &str =
        "conditions: [{type: Available, status: 'True'}, {type: Progressing, status: 'True', reason: NewReplicaSetAvailable}]";
    const ROLLING: &str = "conditions: [{type: Available, status: 'True'}, {type: Progressing, status: 'True', reason: ReplicaSetUpdated}]";
    const GIVEN_UP: &str =
        "conditions: [{type: Available, status: 'True'}, {type: Progressing, status: 'False', reason: ProgressDeadlineExceeded}]";
    const PAUSED: &str = "conditions: [{type: Progressing, status: Unknown, reason: DeploymentPaused}]";
    const ONE: &str = "currentRevision: a, updateRevision: a";
    const TWO: &str = "currentRevision: a, updateRevision: b";
    // The situation, its kind and words, `replicas ready settled`, and what `operations.services_healthy` says.
    let rows: Vec<(&str, &str, String, &str, Verdict)> = vec![
        (
            "deployment-healthy",
            DEPLOYMENT,
            format!(
                "1 replicas: 2 | observedGeneration: 1, replicas: 2, readyReplicas: 2, updatedReplicas: 2, availableReplicas: 2, terminatingReplicas: 0, {DONE}"
            ),
            "2 2 true",
            Pass,
        ),
        (
            "deployment-rolling",
            DEPLOYMENT,
            format!(
                "2 replicas: 4 | observedGeneration: 2, replicas: 5, readyReplicas: 5, updatedReplicas: 2, availableReplicas: 3, {ROLLING}"
            ),
            "4 2 false",
            Unknown,
        ),
        (
            "deployment-rollout-stuck",
            DEPLOYMENT,
            format!(
                "2 replicas: 3 | observedGeneration: 2, replicas: 4, readyReplicas: 3, updatedReplicas: 1, availableReplicas: 3, {GIVEN_UP}"
            ),
            "3 1 true",
            Fail,
        ),
        (
            "deployment-never-ready",
            DEPLOYMENT,
            format!("1 replicas: 2 | observedGeneration: 1, replicas: 2, updatedReplicas: 2, {GIVEN_UP}"),
            "2 0 true",
            Fail,
        ),
        (
            "deployment-never-ready, before its deadline",
            DEPLOYMENT,
            format!("1 replicas: 2 | observedGeneration: 1, replicas: 2, updatedReplicas: 2, {ROLLING}"),
            "2 0 false",
            Unknown,
        ),
        (
            "deployment-minready-not-available",
            DEPLOYMENT,
            format!(
                "1 replicas: 4, minReadySeconds: 45 | observedGeneration: 1, replicas: 4, readyReplicas: 4, updatedReplicas: 4, {ROLLING}"
            ),
            "4 0 false",
            Unknown,
        ),
        ("deployment-zero-replicas", DEPLOYMENT, format!("1 replicas: 0 | observedGeneration: 1, {DONE}"), "0 0 true", Fail),
        (
            "deployment-paused",
            DEPLOYMENT,
            format!("3 replicas: 2, paused: true | observedGeneration: 3, replicas: 2, readyReplicas: 2, availableReplicas: 2, {PAUSED}"),
            "2 0 false",
            Unknown,
        ),
        (
            "deployment-paused, with nothing left to do",
            DEPLOYMENT,
            format!(
                "3 replicas: 2, paused: true | observedGeneration: 3, replicas: 2, readyReplicas: 2, updatedReplicas: 2, availableReplicas: 2, {PAUSED}"
            ),
            "2 2 true",
            Pass,
        ),
        (
            "deployment-behind",
            DEPLOYMENT,
            format!(
                "3 replicas: 2 | observedGeneration: 1, replicas: 2, readyReplicas: 2, updatedReplicas: 2, availableReplicas: 2, {DONE}"
            ),
            "2 2 false",
            Unknown,
        ),
        ("deployment-never-seen", DEPLOYMENT, "1 replicas: 2 | ".to_owned(), "2 0 false", Unknown),
        (
            "statefulset-healthy",
            STATEFUL_SET,
            format!(
                "2 replicas: 3 | observedGeneration: 2, replicas: 3, readyReplicas: 3, updatedReplicas: 3, availableReplicas: 3, {ONE}"
            ),
            "3 3 true",
            Pass,
        ),
        (
            "statefulset-healthy, and one of its Pods is not ready",
            STATEFUL_SET,
            format!(
                "2 replicas: 3 | observedGeneration: 2, replicas: 3, readyReplicas: 2, updatedReplicas: 3, availableReplicas: 2, {ONE}"
            ),
            "3 2 true",
            Fail,
        ),
        (
            "statefulset-behind",
            STATEFUL_SET,
            format!(
                "2 replicas: 3 | observedGeneration: 1, replicas: 2, readyReplicas: 2, updatedReplicas: 2, availableReplicas: 2, {ONE}"
            ),
            "3 2 false",
            Unknown,
        ),
        (
            "statefulset-starting",
            STATEFUL_SET,
            format!(
                "1 replicas: 3, minReadySeconds: 20 | observedGeneration: 1, replicas: 3, readyReplicas: 3, updatedReplicas: 3, availableReplicas: 2, {ONE}"
            ),
            "3 2 false",
            Unknown,
        ),
        (
            "statefulset-ondelete-pending",
            STATEFUL_SET,
            format!(
                "3 replicas: 2, updateStrategy: {{type: OnDelete}} | observedGeneration: 3, replicas: 2, readyReplicas: 2, availableReplicas: 2, {TWO}"
            ),
            "2 0 false",
            Unknown,
        ),
        (
            "statefulset-ondelete-all-updated",
            STATEFUL_SET,
            format!(
                "2 replicas: 2, updateStrategy: {{type: OnDelete}} | observedGeneration: 2, replicas: 2, readyReplicas: 2, updatedReplicas: 2, availableReplicas: 2, {TWO}"
            ),
            "2 2 true",
            Pass,
        ),
        (
            "statefulset-with-pvc",
            STATEFUL_SET,
            format!("1 replicas: 2 | observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 0, {ONE}"),
            "2 0 false",
            Unknown,
        ),
        ("statefulset-never-seen", STATEFUL_SET, "1 replicas: 2 | ".to_owned(), "2 0 false", Unknown),
    ];
    for (name, kind, words, facts, expected) in rows {
        let yaml = workload(kind, &words);
        let item = only(&yaml, kind);
        assert_eq!(format!("{} {} {}", shown(item.replicas), shown(item.ready), shown(item.settled)), facts, "{name}");
        let found = read(&yaml, Class::Observed, at(NOW));
        let subject = if kind == DEPLOYMENT { "gateway/east" } else { "store/east" };
        assert_eq!(verdict(&found, at(NOW), "operations.services_healthy", subject), expected, "{name}");
        let declared = read(&yaml, Class::Declared, at(NOW));
        let item = &declared.evidence.workload[subject][0];
        assert_eq!((item.ready, item.settled, item.start_max_ms), (None, None, None), "{name}, as Git has it");
    }
}

#[test]
fn a_disruption_budget_finds_pods_or_covers_nothing() {
    let gateway = workload("Deployment", "1 replicas: 2 | observedGeneration: 1");
    let budget = |app: &str, spec: &str, status: &str| {
        format!(
            "---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {{name: gateway, namespace: shop, generation: 1}}
spec: {{selector: {{matchLabels: {{app: {app}}}}}, {spec}}}
status: {{{status}}}
"
        )
    };
    for (name, app, spec, status, expected) in [
        ("pdb-ok", "gateway", "minAvailable: 1", "observedGeneration: 1, expectedPods: 2, currentHealthy: 2", Some(true)),
        ("pdb-blocks", "gateway", "minAvailable: 2", "observedGeneration: 1, expectedPods: 2, currentHealthy: 2", None),
        ("pdb-matches-nothing", "nothing", "minAvailable: 1", "observedGeneration: 1, expectedPods: 0, currentHealthy: 0", Some(false)),
        ("pdb-matches-no-pod", "gateway", "minAvailable: 1", "observedGeneration: 1, expectedPods: 0, currentHealthy: 0", Some(false)),
        ("pdb-pods-pending", "gateway", "minAvailable: 1", "observedGeneration: 1, expectedPods: 2, currentHealthy: 0", Some(true)),
        ("pdb-never-seen", "gateway", "minAvailable: 1", "", None),
    ] {
        let yaml = gateway.clone() + &budget(app, spec, status);
        assert_eq!(only(&yaml, "Deployment").disruption_budget, expected, "{name}");
    }
}

#[test]
fn an_autoscaler_that_cannot_count_changes_nothing() {
    let gateway = workload("Deployment", "1 replicas: 2 | observedGeneration: 1");
    for (name, status) in [
        ("hpa-no-metrics", "desiredReplicas: 0, currentReplicas: 2, currentMetrics: [{type: ''}]"),
        ("hpa-target-missing", "desiredReplicas: 0, currentMetrics: null"),
    ] {
        let scaler = format!(
            "---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {{name: gateway, namespace: shop}}
spec: {{minReplicas: 1, maxReplicas: 9, scaleTargetRef: {{kind: Deployment, name: gateway}}}}
status: {{{status}}}
"
        );
        assert_eq!(only(&(gateway.clone() + &scaler), "Deployment").replicas, Some(2), "{name}");
    }
}

/// A Pod: its maker, whether it is Ready and since when, and how often its container restarted.
fn pod(name: &str, maker: &str, ready: &str, since: &str, restarts: u64) -> String {
    let (kind, of) = maker.split_once('/').unwrap();
    let app = if kind == "ReplicaSet" { "gateway" } else { "store" };
    format!(
        "---
apiVersion: v1
kind: Pod
metadata: {{name: {name}, namespace: shop, labels: {{app: {app}}}, ownerReferences: [{{kind: {kind}, name: {of}, controller: true}}]}}
status:
  phase: Running
  startTime: '2026-11-22T14:00:00Z'
  conditions: [{{type: Ready, status: '{ready}', lastTransitionTime: '2026-11-22T{since}Z'}}]
  containerStatuses: [{{restartCount: {restarts}}}]
"
    )
}

#[test]
fn the_slowest_pod_that_is_ready_and_never_restarted_says_how_long_a_start_takes() {
    let of = |maker: &str, ready: &str, since: &str, restarts: u64| pod("a", maker, ready, since, restarts);
    let quick = pod("b", "ReplicaSet/gateway-1", "True", "14:00:05", 0);
    for (name, pods, expected) in [
        ("none", String::new(), None),
        ("one", quick.clone(), Some(5_000)),
        ("the slower of two", quick.clone() + &of("ReplicaSet/gateway-1", "True", "14:00:42", 0), Some(42_000)),
        ("one that restarted", quick.clone() + &of("ReplicaSet/gateway-1", "True", "14:20:00", 1), Some(5_000)),
        ("one that is not ready", quick.clone() + &of("ReplicaSet/gateway-1", "False", "14:20:00", 0), Some(5_000)),
        (
            "one of a Job with the same labels",
            quick.clone() + &of("Job/gateway", "True", "14:20:00", 0).replace("app: store", "app: gateway"),
            Some(5_000),
        ),
        ("one that will be", of("ReplicaSet/gateway-1", "True", "14:43:00", 0), None),
        ("one of another workload", of("StatefulSet/store", "True", "14:00:09", 0), None),
    ] {
        let yaml = workload("Deployment", "1 replicas: 2 | observedGeneration: 1") + &pods;
        assert_eq!(only(&yaml, "Deployment").start_max_ms, expected, "{name}");
    }
    let set = workload("StatefulSet", "1 replicas: 2 | observedGeneration: 1");
    assert_eq!(only(&(set.clone() + &of("StatefulSet/store", "True", "14:00:09", 0)), "StatefulSet").start_max_ms, Some(9_000));
    assert_eq!(only(&(set + &of("StatefulSet/other", "True", "14:00:09", 0)), "StatefulSet").start_max_ms, None);
}

#[test]
fn a_volume_is_as_large_as_it_is() {
    let cluster = "
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: {name: orders, namespace: shop}
spec: {instances: 1, storage: {size: 1Gi}}
";
    for (name, status, expected) in
        [("pvc-bound", "phase: Bound, capacity: {storage: 5Gi}", Some(5 << 30)), ("pvc-no-class, -class-missing", "phase: Pending", None)]
    {
        let claim = format!(
            "---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {{name: orders-1, namespace: shop, labels: {{cnpg.io/cluster: orders}}}}
spec: {{resources: {{requests: {{storage: 1Gi}}}}}}
status: {{{status}}}
"
        );
        let found = read(&format!("{cluster}{claim}"), Class::Observed, at(NOW));
        let sizes: Vec<Option<u64>> = found.evidence.volume.values().flatten().map(|volume| volume.capacity_bytes).collect();
        assert_eq!(sizes, [expected], "{name}");
    }
}

/// Of a live ConfigMap only the name was read, so that what a script in it does is not known.
#[test]
fn a_script_in_a_live_config_map_is_not_looked_into() {
    let yaml = "
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly, namespace: shop}
spec:
  schedule: '0 2 * * *'
  jobTemplate:
    spec:
      template:
        spec:
          containers:
          - {name: a, image: alpine, command: [/scripts/run.sh], volumeMounts: [{name: scripts, mountPath: /scripts}]}
          volumes: [{name: scripts, configMap: {name: nightly}}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: nightly, namespace: shop}
";
    let nouns = |yaml: &str| read(yaml, Class::Observed, at(NOW)).partial.into_keys().collect::<Vec<Noun>>();
    assert_eq!(nouns(yaml), [Noun::Schedule, Noun::BackupPlan, Noun::Run, Noun::RecoveryPoints]);
    assert_eq!(nouns(&format!("{yaml}data: {{run.sh: 'rm -rf /tmp/x'}}\n")), []);
}
