//! Real accounts with rights that a real server enforces: what `seaworthy rbac` prints is enough, each part of it is
//! needed for what it is said to be for, and whatever is denied is never taken for an empty list.

use crate::cluster_kubernaut::deploy;
use crate::cluster_view::{Desk, View};
use crate::common::{stderr, stdout};
use crate::lab::api::documents;
use crate::lab::process::until;
use crate::lab::{ControlPlane, Options};
use seaworthy::collect::objects::kinds::{KINDS, Keep, Kind};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Output;
use std::sync::OnceLock;
use std::time::Duration;

const READ: &str = "clusters/us-east-1";

/// A cluster with a whole system in it, which the tests here only read.
fn plane() -> Option<&'static ControlPlane> {
    static PLANE: OnceLock<Option<ControlPlane>> = OnceLock::new();
    PLANE
        .get_or_init(|| {
            let plane = ControlPlane::start(&Options::default())?;
            deploy(&plane, "us-east-1");
            plane.admin.namespace("seaworthy");
            Some(plane)
        })
        .as_ref()
}

/// A desk whose one region is that cluster, as a kubeconfig leads to it; `more` stands beside that.
fn desk(kubeconfig: &Path, more: &str) -> Desk {
    Desk::new(&format!(
        "version: 1
system: kubernaut
stage: pre-production
namespaces: [kubernaut-system]
regions: {{us-east-1: {{role: primary}}}}
inventory:
  gateway: {{kind: Deployment, ready: 3}}
  context-api: {{kind: Deployment, ready: 2}}
  postgresql: {{kind: Cluster.postgresql.cnpg.io, ready: 3}}
  redis: {{kind: RedisCluster.redis.redis.opstreelabs.in, ready: 6}}
excluded: {{redis: {{reason: \"ephemeral cache\"}}}}
failover: {{name: gateway.kubernaut.io}}
clusters: [{{region: us-east-1, context: lab, kubeconfig: {}{more}}}]
",
        kubeconfig.display()
    ))
}

/// The roles that the program prints for an account of this name, without one resource.
fn roles(desk: &Desk, account: &str, flags: &[&str], without: Option<&Kind>) -> Vec<Value> {
    let name = format!("seaworthy/{account}");
    let printed = desk.run(&[&["rbac", "--service-account", &name], flags].concat());
    assert_eq!(printed.status.code(), Some(0), "{}", stderr(&printed));
    let mut all = documents(&stdout(&printed));
    let Some(kind) = without else { return all };
    let mut removed = 0;
    for rule in all.iter_mut().filter_map(|one| one.get_mut("rules")?.as_array_mut()).flatten() {
        if rule["apiGroups"][0] == kind.group && rule.get("resourceNames").is_none() {
            let resources = rule["resources"].as_array_mut().unwrap();
            let before = resources.len();
            resources.retain(|resource| resource != kind.resource);
            removed += before - resources.len();
        }
    }
    assert_eq!(removed, 1, "{}", kind.kind);
    // A rule must be about something.
    for rules in all.iter_mut().filter_map(|one| one.get_mut("rules")?.as_array_mut()) {
        rules.retain(|rule| !rule["resources"].as_array().unwrap().is_empty());
    }
    all
}

fn apply(plane: &ControlPlane, objects: &[Value]) {
    objects.iter().for_each(|object| plane.admin.try_apply(object).unwrap_or_else(|error| panic!("{error}\n{object}")));
}

/// What `doctor` says, as soon as the server has heard of the rights: its authorizer follows within a second.
fn doctor(desk: &Desk, flags: &[&str], denied: usize) -> (Output, String) {
    until("the rights are known", Duration::from_secs(20), || {
        let output = desk.run(&[&["doctor"], flags].concat());
        let text = stdout(&output);
        (text.matches("DENIED").count() == denied).then_some((output, text))
    })
}

/// What is seen with all that `rbac` prints.
fn whole(plane: &ControlPlane) -> View {
    let desk = desk(&plane.kubeconfig_of("seaworthy", "whole"), "");
    apply(plane, &roles(&desk, "whole", &[], None));
    let (output, text) = doctor(&desk, &[], 0);
    assert_eq!(output.status.code(), Some(0), "{text}");
    desk.look(&[])
}

#[test]
fn what_rbac_prints_is_enough_and_each_right_is_needed_for_what_it_is_for() {
    let Some(plane) = plane() else { return };
    let whole = whole(plane);
    let states = whole.states(READ);
    assert!(states.values().all(|state| state == "collected"), "{states:?}");
    assert!(whole.passes().len() > 10, "{:?}", whole.verdicts());
    let rights: Vec<&Kind> = KINDS.iter().filter(|kind| kind.keep != Keep::Table).collect();
    for (index, kind) in rights.iter().enumerate() {
        let account = format!("without-{index}");
        let desk = desk(&plane.kubeconfig_of("seaworthy", &account), "");
        apply(plane, &roles(&desk, &account, &[], Some(kind)));
        let (output, text) = doctor(&desk, &[], 1);
        assert_eq!(output.status.code(), Some(3), "{text}");
        let rule = format!("- {{apiGroups: [\"{}\"], resources: [{}], verbs: [list]}}", kind.group, kind.resource);
        assert!(text.contains(&rule), "{rule}: {text}");
        let view = desk.look(&[]);
        let nouns: BTreeSet<&str> = kind.nouns.iter().map(|noun| noun.word()).collect();
        let dot = if kind.group.is_empty() { "" } else { "." };
        let detail = format!("denied: no right to list in the whole cluster ({}{dot}{})", kind.resource, kind.group);
        for (noun, state) in view.states(READ) {
            let (_, said) = view.read(READ, &noun);
            if nouns.contains(noun.as_str()) {
                assert!(state == "denied" || state == "partial", "{}: {noun} is {state}", kind.kind);
                assert!(said.contains(&detail), "{}: {noun} says {said}", kind.kind);
            } else if !said.contains("whether there is a namespace") {
                assert_eq!(state, states[&noun], "{}: {noun} says {said}", kind.kind);
            }
        }
        view.knows_less_than(&whole, kind.kind);
        assert!(nouns.is_empty() || view.exit != Some(0), "{}", kind.kind);
    }
}

#[test]
fn an_account_without_rights_sees_nothing_and_proves_nothing() {
    let Some(plane) = plane() else { return };
    let desk = desk(&plane.kubeconfig("norights"), "");
    let view = desk.look(&[]);
    for (noun, state) in view.states(READ) {
        assert_eq!(state, "denied", "{noun}");
    }
    assert_eq!((view.decided(), view.exit), (BTreeMap::new(), Some(3)));
    let (output, text) = doctor(&desk, &[], KINDS.len() - 1);
    assert_eq!(output.status.code(), Some(3), "{text}");
}

#[test]
fn a_token_that_nobody_issued_is_told_so() {
    let Some(plane) = plane() else { return };
    let desk = desk(&plane.kubeconfig("unknown"), "");
    let view = desk.look(&[]);
    for (noun, state) in view.states(READ) {
        let (_, detail) = view.read(READ, &noun);
        assert_eq!((state.as_str(), detail), ("denied", "denied: the server does not know this account (401)"), "{noun}");
    }
    assert_eq!((view.decided(), view.exit), (BTreeMap::new(), Some(3)));
    let output = desk.run(&["doctor"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(stdout(&output).contains("(401)"), "{}", stdout(&output));
}

#[test]
fn rights_on_the_named_namespaces_are_enough_for_them() {
    let Some(plane) = plane() else { return };
    let desk = desk(&plane.kubeconfig_of("seaworthy", "within"), ", namespaces: [kubernaut-system, monitoring]");
    let roles = roles(&desk, "within", &[], None);
    let whole_cluster = roles.iter().filter(|role| role["kind"] == "ClusterRole").flat_map(|role| role["rules"].as_array().unwrap());
    let listed: BTreeSet<&str> = whole_cluster
        .filter(|rule| rule["verbs"][0] == "list")
        .flat_map(|rule| rule["resources"].as_array().unwrap())
        .map(|resource| resource.as_str().unwrap())
        .collect();
    let everywhere: BTreeSet<&str> = KINDS.iter().filter(|kind| kind.everywhere).map(|kind| kind.resource).collect();
    assert_eq!(listed, everywhere, "what lies in namespaces is asked for there");
    apply(plane, &roles);
    let (output, text) = doctor(&desk, &[], 0);
    assert_eq!(output.status.code(), Some(0), "{text}");
    let view = desk.look(&[]);
    for (noun, state) in view.states(READ) {
        assert_eq!(state, "collected", "{noun}: {:?}", view.read(READ, &noun));
    }
    // One of the two namespaces is taken away again.
    for kind in ["roles", "rolebindings"] {
        plane.admin.delete(&format!("/apis/rbac.authorization.k8s.io/v1/namespaces/kubernaut-system/{kind}/within"));
    }
    let within = KINDS.iter().filter(|kind| !kind.everywhere && kind.keep != Keep::Table).count();
    doctor(&desk, &[], within);
    let less = desk.look(&[]);
    let (state, detail) = less.read(READ, "schedule");
    assert_eq!(state, "partial", "Velero's schedules are still there");
    assert!(detail.contains("denied: no right to list in namespace kubernaut-system (") && detail.contains("cronjobs.batch"), "{detail}");
    less.knows_less_than(&view, "without one namespace");
}

#[test]
fn names_of_secrets_take_a_right_of_their_own_and_only_where_they_are_asked_for() {
    let Some(plane) = plane() else { return };
    let desk = desk(&plane.kubeconfig_of("seaworthy", "names"), "");
    desk.write("git.yaml", "{apiVersion: v1, kind: Secret, metadata: {name: redis-credentials, namespace: kubernaut-system}}\n---\n{apiVersion: v1, kind: Secret, metadata: {name: lost, namespace: kubernaut-system}}");
    let config = std::fs::read_to_string(desk.path().join("seaworthy.yaml")).unwrap();
    desk.write("seaworthy.yaml", &format!("{config}manifests: [{{path: git.yaml, region: us-east-1}}]\n"));
    apply(plane, &roles(&desk, "names", &[], None));
    doctor(&desk, &[], 0);
    let drift = |view: &View| {
        let named = |item: &&Value| item["of"].is_null() && item["state"] != "nothing-declared";
        view.items("drift", "secrets/us-east-1").iter().find(named).cloned()
    };
    let unasked = desk.look(&[]);
    assert_eq!((unasked.read("drift/us-east-1", "drift").0, drift(&unasked)), ("collected", None), "nobody asked for names");
    let (output, text) = doctor(&desk, &["--allow", "secrets"], 1);
    assert_eq!(output.status.code(), Some(3));
    assert!(text.contains("list secrets in namespace kubernaut-system"), "{text}");
    let denied = desk.look(&["--allow", "secrets"]);
    let (state, detail) = denied.read("drift/us-east-1", "drift");
    assert_eq!(state, "partial");
    assert!(detail.contains("Secret: denied: no right to list secrets in namespace kubernaut-system"), "{detail}");
    assert_eq!(drift(&denied), None);
    apply(plane, &roles(&desk, "names", &["--allow", "secrets"], None));
    let (output, text) = doctor(&desk, &["--allow", "secrets"], 0);
    assert_eq!(output.status.code(), Some(0), "{text}");
    let allowed = desk.look(&["--allow", "secrets"]);
    assert_eq!(allowed.read("drift/us-east-1", "drift").0, "collected");
    let item = drift(&allowed).unwrap();
    assert_eq!((&item["state"], &item["object"]), (&json!("only-declared"), &json!("Secret/kubernaut-system/lost")));
}

#[test]
fn a_namespace_that_nobody_looked_into_is_neither_open_nor_closed() {
    let Some(plane) = plane() else { return };
    let admin = plane.kubeconfig("admin");
    for (more, nowhere, because) in [
        (", namespaces: [monitoring]", false, "namespace kubernaut-system is not among those that are read"),
        ("", true, "there is no namespace nowhere in this cluster"),
    ] {
        let desk = desk(&admin, more);
        if nowhere {
            let config = std::fs::read_to_string(desk.path().join("seaworthy.yaml")).unwrap();
            desk.write("seaworthy.yaml", &config.replace("namespaces: [kubernaut-system]", "namespaces: [nowhere]"));
        }
        let view = desk.look(&[]);
        for (noun, state) in view.states(READ) {
            let (_, detail) = view.read(READ, &noun);
            assert_eq!((state.as_str(), detail.contains(because)), ("partial", true), "{noun}: {detail}");
        }
        assert_eq!((view.decided(), view.exit), (BTreeMap::new(), Some(3)));
        let declared = "{apiVersion: v1, kind: ConfigMap, metadata: {name: gateway, namespace: kubernaut-system}}";
        desk.write("git.yaml", declared);
        let config = std::fs::read_to_string(desk.path().join("seaworthy.yaml")).unwrap();
        desk.write("seaworthy.yaml", &format!("{config}manifests: [{{path: git.yaml, region: us-east-1}}]\n"));
        assert_eq!(desk.look(&[]).verdict("operations.drift", "configmaps/us-east-1"), "unknown", "{because}");
    }
}

#[test]
fn what_the_databases_ask_for_by_name_takes_rights_of_its_own() {
    let Some(plane) = plane() else { return };
    let desk = desk(&plane.kubeconfig_of("seaworthy", "by-name"), "");
    let config = std::fs::read_to_string(desk.path().join("seaworthy.yaml")).unwrap();
    desk.write(
        "seaworthy.yaml",
        &format!(
            "{config}databases:
  - component: postgresql
    url: postgres://reader@127.0.0.1:1/app
    password: {{secret: kubernaut-system/postgresql/password}}
    backups: [{{tool: pgbackrest, pod: {{namespace: kubernaut-system, name: repo-0}}, command: [pgbackrest, info, --output=json]}}]
"
        ),
    );
    // Neither is a part of listing, so that `list` on everything leaves them out.
    let mut plain = roles(&desk, "by-name", &[], None);
    plain.retain(|one| !one["metadata"]["name"].as_str().unwrap().ends_with("-passwords"));
    apply(plane, &plain);
    let (output, text) = doctor(&desk, &[], 1);
    assert_eq!(output.status.code(), Some(3), "{text}");
    let password = "DENIED      get secrets in namespace kubernaut-system, of postgresql; add - {apiGroups: [\"\"], resources: [secrets], resourceNames: [postgresql], verbs: [get]}";
    assert!(text.contains(password), "{text}");
    let (_, text) = doctor(&desk, &["--allow", "exec"], 3);
    for verb in ["create", "get"] {
        let exec = format!(
            "DENIED      {verb} pods/exec in namespace kubernaut-system, of repo-0; add - {{apiGroups: [\"\"], resources: [pods/exec], resourceNames: [repo-0], verbs: [{verb}]}}"
        );
        assert!(text.contains(&exec), "{text}");
    }
    assert!(text.contains("seaworthy rbac --allow exec | kubectl apply -f -"), "{text}");
    // The printed roles are enough, and for these names alone.
    let all = roles(&desk, "by-name", &["--allow", "exec"], None);
    let named: BTreeSet<String> = all
        .iter()
        .flat_map(|one| one["rules"].as_array().into_iter().flatten())
        .filter(|rule| ["secrets", "pods/exec"].iter().any(|resource| rule["resources"][0] == *resource))
        .map(|rule| rule["resourceNames"].to_string())
        .collect();
    assert_eq!(named, BTreeSet::from(["[\"postgresql\"]".to_owned(), "[\"repo-0\"]".to_owned()]));
    apply(plane, &all);
    let (output, text) = doctor(&desk, &["--allow", "exec"], 0);
    assert_eq!(output.status.code(), Some(0), "{text}");
}
