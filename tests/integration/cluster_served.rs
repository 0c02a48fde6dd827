//! What a real server says that it serves, and what it does not say: a group whose own server is down is not a group
//! that is not there.

use crate::cluster_kubernaut::deploy;
use crate::cluster_view::Desk;
use crate::common::stdout;
use crate::lab::process::until;
use crate::lab::{ControlPlane, Options};
use seaworthy::collect::objects::kinds::KINDS;
use std::time::Duration;

const READ: &str = "clusters/us-east-1";

/// A server that another serves a group for, and that is not there.
fn delegate(plane: &ControlPlane, group: &str, version: &str) {
    plane.admin.apply(&format!(
        "{{apiVersion: apiregistration.k8s.io/v1, kind: APIService, metadata: {{name: {version}.{group}}}, spec: {{group: {group}, version: {version},
           service: {{name: nobody, namespace: default}}, insecureSkipTLSVerify: true, groupPriorityMinimum: 2000, versionPriority: 200}}}}"
    ));
}

#[test]
fn a_group_whose_server_is_down_is_unknown_and_not_absent() {
    let Some(plane) = ControlPlane::start(&Options::default()) else { return };
    deploy(&plane, "us-east-1");
    let desk = Desk::new(&format!(
        "version: 1
system: kubernaut
namespaces: [kubernaut-system]
regions: {{us-east-1: {{role: primary}}}}
inventory: {{gateway: {{kind: Deployment, ready: 3}}, postgresql: {{kind: Cluster.postgresql.cnpg.io, ready: 3}}}}
clusters: [{{region: us-east-1, context: lab, kubeconfig: {}}}]
",
        plane.kubeconfig("admin").display()
    ));
    let whole = desk.look(&[]);
    assert!(whole.states(READ).values().all(|state| state == "collected"), "{:?}", whole.states(READ));

    // A backup product that nothing here is made of, and of which nobody knows now whether something is.
    delegate(&plane, "backup.example.org", "v1");
    let unread = until("the server says that it serves it", Duration::from_secs(30), || {
        let said = plane.admin.get("/apis");
        said["groups"].as_array().unwrap().iter().any(|group| group["name"] == "backup.example.org").then(|| desk.look(&[]))
    });
    assert_eq!(unread.verdicts(), whole.verdicts(), "what is not read is missed by nobody");

    let ours = KINDS.iter().find(|kind| kind.group == "stash.appscode.com").unwrap();
    plane.admin.delete("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/backupconfigurations.stash.appscode.com");
    until("its group is gone", Duration::from_secs(30), || plane.admin.find("/apis/stash.appscode.com").err());
    let gone = desk.look(&[]);
    assert!(gone.states(READ).values().all(|state| state == "collected"), "not served is a fact: {:?}", gone.states(READ));
    delegate(&plane, "stash.appscode.com", "v1beta1");
    let down = until("its server is known to be down", Duration::from_secs(30), || {
        let view = desk.look(&[]);
        (view.states(READ) != whole.states(READ)).then_some(view)
    });
    for noun in ours.nouns {
        let (state, detail) = down.read(READ, noun.word());
        assert!(state == "partial" && detail.contains("backupconfigurations.stash.appscode.com"), "{noun:?} is {state}: {detail}");
    }
    down.knows_less_than(&whole, "a group whose server is down");
    let doctor = stdout(&desk.run(&["doctor"]));
    assert!(doctor.contains("UNKNOWN     list backupconfigurations.stash.appscode.com"), "{doctor}");
}
