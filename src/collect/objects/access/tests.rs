//! Policies and bindings, as texts.

use crate::collect::objects::sample;
use crate::snapshot::Access;

fn read(yaml: &str) -> Vec<Access> {
    sample::read(yaml, super::read).evidence.access.remove("access/us-east-1").unwrap_or_default()
}

fn policy(name: &str, spec: &str) -> String {
    format!(
        "---\n{{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {{name: {name}, namespace: kubernaut-system}}, spec: {spec}}}\n"
    )
}

#[test]
fn traffic_is_refused_by_default_only_if_it_is_both_ways_and_for_all() {
    let both = policy("deny", "{podSelector: {}, policyTypes: [Ingress, Egress]}");
    for (yaml, expected) in [
        (both.clone(), Some(true)),
        (
            policy("in", "{podSelector: {}, policyTypes: [Ingress]}") + &policy("out", "{podSelector: {}, policyTypes: [Egress]}"),
            Some(true),
        ),
        (policy("in", "{podSelector: {}, policyTypes: [Ingress]}"), Some(false)),
        (policy("in", "{podSelector: {}}"), Some(false)),
        (policy("some", "{podSelector: {matchLabels: {app: a}}, policyTypes: [Ingress, Egress]}"), Some(false)),
        (policy("dns", "{podSelector: {}, egress: [{ports: [{port: 53}]}]}"), Some(true)),
        (both.clone() + &policy("all", "{podSelector: {}, ingress: [{}]}"), Some(false)),
        (
            both.clone() + &policy("all", "{podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}]}"),
            Some(false),
        ),
        (both.clone() + &policy("web", "{podSelector: {matchLabels: {app: web}}, ingress: [{}]}"), Some(true)),
        (both.replace("kubernaut-system", "other"), Some(false)),
        (
            "{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: a, namespace: kubernaut-system}, spec: {}}".to_owned(),
            None,
        ),
        ("{apiVersion: v1, kind: Namespace, metadata: {name: kubernaut-system}}".to_owned(), Some(false)),
    ] {
        let items = read(&yaml);
        assert_eq!(items.iter().map(|item| item.default_deny).collect::<Vec<_>>(), [expected], "{yaml}");
    }
}

#[test]
fn a_binding_gives_what_its_role_lets_do() {
    let binding = |reference: &str, subjects: &str| {
        format!(
            "---\n{{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {{name: b, namespace: kubernaut-system}}, roleRef: {reference}, subjects: [{subjects}]}}\n"
        )
    };
    let role = |rules: &str| {
        format!(
            "---\n{{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {{name: r, namespace: kubernaut-system}}, rules: {rules}}}\n"
        )
    };
    let own = "{kind: Role, name: r}";
    let cluster = |name: &str| format!("{{kind: ClusterRole, name: {name}}}");
    let account = "{kind: ServiceAccount, name: gateway, namespace: kubernaut-system}";
    for (yaml, wildcard, lists) in [
        (binding(&cluster("cluster-admin"), account), Some(true), Some(true)),
        (binding(&cluster("edit"), account), Some(false), Some(true)),
        (binding(&cluster("view"), account), Some(false), Some(false)),
        (binding(&cluster("custom"), account), None, None),
        (binding(own, account), None, None),
        (binding(own, account) + &role("[{verbs: ['*'], resources: ['*'], apiGroups: ['*']}]"), Some(true), Some(true)),
        (binding(own, account) + &role("[{verbs: [get], resources: [secrets], apiGroups: ['']}]"), Some(false), Some(false)),
        (binding(own, account) + &role("[{verbs: [watch], resources: [secrets], apiGroups: ['']}]"), Some(false), Some(true)),
        (
            binding(own, account) + &role("[{verbs: [list], resources: [secrets], apiGroups: [''], resourceNames: [a]}]"),
            Some(false),
            Some(false),
        ),
        (binding(own, account) + &role("[{verbs: ['*'], resources: ['*'], apiGroups: [apps]}]"), Some(false), Some(false)),
    ] {
        let items: Vec<_> = read(&yaml).into_iter().filter(|item| item.kind == "binding").collect();
        assert_eq!(items.len(), 1, "{yaml}");
        assert_eq!((items[0].wildcard, items[0].lists_secrets), (wildcard, lists), "{yaml}");
        assert_eq!(items[0].account.as_deref(), Some("ServiceAccount/kubernaut-system/gateway"));
    }
    let many = format!(
        "{account}, {account}, {{kind: ServiceAccount, name: a, namespace: other}}, {{kind: User, name: 'system:serviceaccount:kubernaut-system:job'}}, {{kind: Group, name: 'system:serviceaccounts'}}, {{kind: User, name: jane}}"
    );
    let accounts: Vec<_> = read(&binding(own, &many)).into_iter().filter_map(|item| item.account).collect();
    assert_eq!(
        accounts,
        ["Group/kubernaut-system/system:serviceaccounts", "ServiceAccount/kubernaut-system/gateway", "ServiceAccount/kubernaut-system/job"]
    );
}

#[test]
fn a_gathered_role_may_have_more_than_is_written() {
    let items = read(
        "
{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: b}, roleRef: {kind: ClusterRole, name: sum}, subjects: [{kind: ServiceAccount, name: a, namespace: kubernaut-system}]}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: sum}, aggregationRule: {clusterRoleSelectors: []}, rules: []}
",
    );
    let binding = items.iter().find(|item| item.kind == "binding").expect("stored");
    assert_eq!((binding.wildcard, binding.lists_secrets), (None, None));
}
