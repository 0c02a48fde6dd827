//! Velero's defaults and traps.

use super::super::testing::{facts, found};

fn schedule(spec: &str) -> String {
    format!(
        "apiVersion: velero.io/v1\nkind: Schedule\nmetadata: {{name: daily, namespace: velero}}\nspec:\n  schedule: \"0 2 * * *\"\n  template: {spec}\n"
    )
}

#[test]
fn a_ttl_is_the_server_s_where_it_is_absent_or_zero() {
    for (ttl, keep) in [("{}", "2592000"), ("{ttl: 0s}", "2592000"), ("{ttl: 2184h0m0s}", "7862400")] {
        let facts = facts(&found(&schedule(ttl)));
        assert!(
            facts.iter().any(|fact| fact.starts_with("plan secrets/us-east-1") && fact.ends_with(&format!("keep={keep}"))),
            "{ttl} {facts:?}"
        );
    }
}

fn plans(yaml: &str) -> Vec<String> {
    facts(&found(yaml)).into_iter().filter_map(|fact| fact.strip_prefix("plan ").map(str::to_owned)).collect()
}

const LOCATION: &str = "---
apiVersion: velero.io/v1
kind: BackupStorageLocation
metadata: {name: default, namespace: velero}
spec:
  provider: aws
  default: true
  objectStorage: {bucket: copies, prefix: velero}
  config: {region: eu-west-1}
";

#[test]
fn a_server_s_own_default_counts_and_days_are_no_unit() {
    let server = "---
apiVersion: apps/v1
kind: Deployment
metadata: {name: velero, namespace: velero}
spec:
  template:
    spec:
      containers: [{name: velero, image: velero/velero:v1.15.0, command: [/velero], args: [server, --default-backup-ttl=2160h0m0s]}]
";
    let found_with_server = plans(&format!("{}{server}", schedule("{}")));
    assert!(found_with_server.iter().all(|plan| plan.ends_with("keep=7776000")), "{found_with_server:?}");
    let refused = facts(&found(&schedule("{ttl: 30d}")));
    assert_eq!(refused.len(), 2, "{refused:?}");
    assert!(refused.iter().all(|fact| fact.contains("unknown unit `d`") && fact.contains("stops the controller")), "{refused:?}");
}

#[test]
fn include_and_exclude_sets_decide_what_is_held() {
    let both = |end: &str| vec![format!("configmaps {end}"), format!("secrets {end}")];
    let table: [(&str, Vec<String>); 12] = [
        ("{}", both("all=yes")),
        ("{includedNamespaces: ['*']}", both("all=yes")),
        ("{includedNamespaces: [kubernaut-system]}", both("all=yes")),
        ("{includedNamespaces: [other]}", vec![]),
        ("{excludedNamespaces: [kubernaut-system]}", vec![]),
        ("{includedResources: [cm, Secret]}", both("all=yes")),
        ("{includedResources: [configmaps]}", vec!["configmaps all=yes".to_owned()]),
        ("{excludedResources: [secret]}", vec!["configmaps all=yes".to_owned()]),
        ("{includedResources: [persistentvolumeclaims]}", vec![]),
        ("{includedNamespaceScopedResources: [secrets]}", vec!["secrets all=yes".to_owned()]),
        ("{labelSelector: {matchLabels: {app: x}}}", both("all=? without what its label selector does not match")),
        ("{includedNamespaces: ['kube*']}", both("all=? without which namespaces its patterns match is not known")),
    ];
    for (template, expected) in table {
        let plans: Vec<String> = plans(&schedule(template))
            .iter()
            .map(|plan| {
                let thing = plan.split('/').next().unwrap_or_default();
                let held = plan.split(" all=").nth(1).and_then(|rest| rest.split(" to=").next()).unwrap_or_default();
                format!("{thing} all={held}")
            })
            .collect();
        assert_eq!(plans, expected, "{template}");
    }
}

#[test]
fn a_location_says_where_the_copies_lie() {
    let found = found(&format!("{}{LOCATION}", schedule("{includedResources: [secrets]}")));
    let expected = "plan secrets/us-east-1 velero objects gap=86400 exposure=86400 all=yes to=s3://copies/velero off-region=yes off-cluster=yes keep=2592000";
    assert!(facts(&found).contains(&expected.to_owned()), "{:?}", facts(&found));
    let repository = found.evidence.repository.get("secrets/us-east-1").and_then(|items| items.first());
    let seen = repository.map(|item| (item.name.as_str(), item.region.as_deref(), item.off_region, item.writable, item.encrypted));
    assert_eq!(seen, Some(("default", Some("eu-west-1"), Some(true), Some(true), None)));
    let minio = LOCATION.replace("region: eu-west-1", "region: eu-west-1, s3Url: 'http://minio.velero.svc:9000'");
    let plans = plans(&format!("{}{minio}", schedule("{includedResources: [secrets]}")));
    assert!(plans.iter().all(|plan| plan.contains("off-region=no off-cluster=no")), "{plans:?}");
}

#[test]
fn nothing_is_copied_to_a_location_that_is_read_only() {
    let read_only = LOCATION.replace("  default: true", "  default: true\n  accessMode: ReadOnly");
    let facts = facts(&found(&format!("{}{read_only}", schedule("{}"))));
    assert!(facts.iter().any(|fact| fact.contains("is read-only: every backup of this schedule fails validation")), "{facts:?}");
    assert_eq!(plans(&format!("{}{read_only}", schedule("{}"))), Vec::<String>::new());
    let written = LOCATION.replace("  default: true", "  default: true\n  accessMode: ReadWrite");
    assert_eq!(plans(&format!("{}{written}", schedule("{}"))).len(), 2);
}

#[test]
fn schedules_of_one_line_are_counted_for_their_worst_namespace() {
    let mut system = super::super::testing::system();
    system.namespaces.insert("payments".to_owned());
    let one = schedule("{includedNamespaces: [kubernaut-system], includedResources: [secrets]}");
    let two = schedule("{includedNamespaces: [payments], includedResources: [secrets]}")
        .replace("daily", "weekly")
        .replace("0 2 * * *", "0 2 * * 0");
    let none = std::collections::BTreeMap::new();
    let plans = |yaml: &str| -> Vec<String> {
        let found = super::super::testing::found_for(yaml, &system, "us-east-1", &none);
        facts(&found).into_iter().filter(|fact| fact.starts_with("plan")).collect()
    };
    let alone = plans(&one);
    assert!(alone.iter().all(|plan| plan.contains("gap=86400 exposure=86400 all=no without namespace payments")), "{alone:?}");
    let together = plans(&format!("{one}---\n{two}"));
    assert_eq!(together.len(), 1, "{together:?}");
    assert!(together.iter().all(|plan| plan.contains("gap=604800 exposure=604800 all=yes")), "{together:?}");
}

#[test]
fn a_paused_schedule_is_no_plan() {
    let yaml = schedule("{}").replace("  schedule:", "  paused: true\n  schedule:");
    let facts = facts(&found(&yaml));
    assert_eq!(facts.len(), 2, "{facts:?}");
    assert!(facts.iter().all(|fact| fact.contains("suspended")), "{facts:?}");
}

#[test]
fn one_unreadable_ttl_stops_its_neighbours() {
    let bad = "---\napiVersion: velero.io/v1\nkind: Backup\nmetadata: {name: once, namespace: velero}\nspec: {ttl: 30d}\n";
    let facts = facts(&found(&format!("{}{bad}", schedule("{}"))));
    assert!(facts.len() == 2 && facts.iter().all(|fact| fact.contains("refused: Backup/velero/once")), "{facts:?}");
}

#[test]
fn what_a_resource_policy_leaves_out_is_not_held() {
    let template = "{resourcePolicy: {kind: configmap, name: policy}}";
    let policy = |text: &str| {
        format!("---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: policy, namespace: velero}}\ndata:\n  policy.yaml: |\n{text}")
    };
    let volumes = policy("    version: v1\n    volumePolicies:\n    - conditions: {capacity: \"0,10Gi\"}\n      action: {type: skip}\n");
    let filters = policy("    version: v1\n    includeExcludePolicy: {excludedNamespaceScopedResources: [secrets]}\n");
    let doubt = "all=? without what its resource policy leaves out is not known to";
    for (beside, held) in [(String::new(), doubt), (filters, doubt), (volumes, "all=yes to")] {
        let plans = plans(&format!("{}{beside}", schedule(template)));
        assert!(plans.len() == 2 && plans.iter().all(|plan| plan.contains(held)), "{beside}: {plans:?}");
    }
}

#[test]
fn a_namespace_that_its_label_keeps_out_is_not_held() {
    let namespace = |label: &str| {
        format!(
            "---\napiVersion: v1\nkind: Namespace\nmetadata: {{name: kubernaut-system, labels: {{velero.io/exclude-from-backup: \"{label}\"}}}}\n"
        )
    };
    assert_eq!(plans(&format!("{}{}", schedule("{}"), namespace("true"))), Vec::<String>::new());
    assert_eq!(plans(&format!("{}{}", schedule("{}"), namespace("false"))).len(), 2);
}
