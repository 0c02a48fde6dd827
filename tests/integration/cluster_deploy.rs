//! What `deploy/` holds is taken by a real API server, which refuses fields that it does not know, and its job
//! is let in where the strictest Pod security is enforced, and reads the cluster with the account that a Pod is handed.

use crate::cluster_view::{Desk, View};
use crate::common::{golden, root, stderr, stdout};
use crate::lab::api::documents;
use crate::lab::certificates::Authority;
use crate::lab::process::until;
use crate::lab::{ControlPlane, Options};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

fn read(name: &str) -> Vec<Value> {
    documents(&std::fs::read_to_string(root().join("deploy").join(name)).unwrap())
}

fn resources() -> Vec<String> {
    read("kustomization.yaml")[0]["resources"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_kustomization_names_every_file() {
    let entries = std::fs::read_dir(root().join("deploy")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let files: BTreeSet<String> = entries.filter(|name| name.ends_with(".yaml") && name != "kustomization.yaml").collect();
    assert_eq!(BTreeSet::from_iter(resources()), files);
}

/// The config that the job is given, at a desk of its own.
fn desk(change: impl Fn(&str) -> String) -> Desk {
    Desk::new(&change(read("config.yaml")[0]["data"]["seaworthy.yaml"].as_str().unwrap()))
}

#[test]
fn its_roles_are_those_of_its_config() {
    let desk = desk(str::to_owned);
    let printed = desk.run(&["rbac"]);
    assert_eq!(printed.status.code(), Some(0), "{}", stderr(&printed));
    golden(&root().join("deploy/rbac.yaml"), &stdout(&printed));
    let outside = desk.run(&["doctor"]);
    assert_eq!(outside.status.code(), Some(3), "the config is taken, and this is no Pod");
    assert!(stdout(&outside).contains("us-east-1 · "), "{}", stdout(&outside));
}

#[test]
fn every_object_names_its_namespace() {
    for object in resources().iter().flat_map(|name| read(name)) {
        let kind = object["kind"].as_str().unwrap();
        let placed = object["metadata"]["namespace"].is_string();
        assert_eq!(placed, !matches!(kind, "Namespace" | "ClusterRole" | "ClusterRoleBinding"), "{kind}");
    }
}

/// The program as it runs in a Pod: what the kubelet mounts lies where it would, and the environment says where the API
/// server is. The folder is on a file system that nobody else sees.
struct Pod<'p> {
    desk: Desk,
    plane: &'p ControlPlane,
}

impl Pod<'_> {
    /// Puts a file where the account's own are.
    fn mount(&self, name: &str, text: &str) {
        let account = self.desk.path().join("account");
        std::fs::create_dir_all(&account).unwrap();
        std::fs::write(account.join(name), text).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Output {
        // `/var/run` may lead to `/run`; whatever of these is there is covered, and what is beneath is made in the cover.
        let script = "mount -t tmpfs none \"$(readlink -f /var/run)\" && mkdir -p /var/run/secrets/kubernetes.io \
                      && cp -r account /var/run/secrets/kubernetes.io/serviceaccount && echo mounted >&2 && exec \"$0\" \"$@\"";
        let (host, port) = self.plane.url.trim_start_matches("https://").split_once(':').unwrap();
        let mut command = Command::new("unshare");
        command.args(["--map-root-user", "--mount", "sh", "-c", script, env!("CARGO_BIN_EXE_seaworthy")]).args(arguments);
        command.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").current_dir(self.desk.path());
        let output = command.env("KUBERNETES_SERVICE_HOST", host).env("KUBERNETES_SERVICE_PORT", port).output().unwrap();
        assert!(
            stderr(&output).contains("mounted\n"),
            "this test needs `unshare --map-root-user --mount`: allow private namespaces (sysctl kernel.unprivileged_userns_clone=1 \
             kernel.apparmor_restrict_unprivileged_userns=0; in a container, --security-opt seccomp=unconfined): {}",
            stderr(&output)
        );
        output
    }

    /// Collects, and judges what was collected.
    fn look(&self) -> View {
        let begun = Instant::now();
        let collected = self.run(&["collect", "--out", "snapshot.json", "--request-timeout", "5s"]);
        assert_eq!(collected.status.code(), Some(0), "{}", stderr(&collected));
        self.desk.judged(begun.elapsed())
    }
}

#[test]
fn a_real_server_takes_it_and_runs_its_job() {
    let Some(plane) = ControlPlane::start(&Options { controllers: true, ..Options::default() }) else { return };
    for object in resources().iter().flat_map(|name| read(name)) {
        plane.admin.try_apply(&object).unwrap_or_else(|error| panic!("{error}"));
    }
    let cron = plane.admin.get("/apis/batch/v1/namespaces/seaworthy/cronjobs/seaworthy");
    let job = json!({
        "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "tonight", "namespace": "seaworthy"},
        "spec": cron["spec"]["jobTemplate"]["spec"],
    });
    plane.admin.try_apply(&job).unwrap();
    let pod = Pod { desk: desk(str::to_owned), plane: &plane };
    pod.mount("token", &plane.admin.token("seaworthy", "seaworthy"));
    pod.mount("ca.crt", &std::fs::read_to_string(plane.path().join("ca.crt")).unwrap());
    pod.mount("namespace", "seaworthy");
    let doctor = until("the rights are known", Duration::from_secs(20), || {
        let output = pod.run(&["doctor"]);
        (output.status.code() == Some(0)).then_some(stdout(&output))
    });
    assert!(doctor.contains("us-east-1 · this cluster") && !doctor.contains("DENIED"), "{doctor}");
    let view = pod.look();
    assert_eq!((view.read("clusters/us-east-1", "workload").0, view.decided().len()), ("partial", 0), "there is no namespace shop");
    let uid = plane.admin.get("/api/v1/namespaces/kube-system")["metadata"]["uid"].as_str().unwrap().to_owned();
    let reads = view.snapshot["reads"].as_array().unwrap();
    assert!(
        reads.iter().filter(|read| read["read"] == "clusters/us-east-1").all(|read| read["of"] == format!("this cluster, cluster {uid}"))
    );

    plane.admin.namespace("shop");
    assert!(pod.look().states("clusters/us-east-1").values().all(|state| state == "collected"));
    // What a Pod is handed can be wrong: a token that ended, the authority of another cluster.
    pod.mount("token", "of-yesterday");
    let states = |view: &View| view.states("clusters/us-east-1").into_values().collect::<BTreeSet<String>>();
    assert_eq!(states(&pod.look()), BTreeSet::from(["denied".to_owned()]));
    pod.mount("token", &plane.admin.token("seaworthy", "seaworthy"));
    pod.mount("ca.crt", &Authority::new("another").pem);
    assert_eq!(states(&pod.look()), BTreeSet::from(["unreachable".to_owned()]));

    until("the job has run", Duration::from_secs(60), || {
        let job = plane.admin.get("/apis/batch/v1/namespaces/seaworthy/jobs/tonight");
        (job["status"]["succeeded"] == 1).then_some(())
    });
}
