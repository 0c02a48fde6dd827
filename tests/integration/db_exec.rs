//! A backup tool that prints its report in a Pod, through the built binary: it runs only where somebody allowed it, and
//! what does not end well is no report.

use crate::common::{seaworthy, stderr, stdout};
use crate::lab::process::Scratch;
use crate::lab::stand_in::exec::CLOSE;
use crate::lab::stand_in::http::How;
use crate::lab::stand_in::{Fault, Identity, StandIn};
use seaworthy::clock::now_s;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// What the tool complains of, and nobody may repeat.
const CANARY: &str = "canary-of-a-complaint";

const SUCCESS: &str = r#"{"metadata":{},"status":"Success"}"#;

const ALLOWED: &[&str] = &["--allow", "exec"];

/// One full copy of two hours ago, in a repository that answers.
fn report() -> String {
    let start = now_s() - 7200;
    json!([{
        "name": "main", "cipher": "none", "status": {"code": 0, "message": "ok"},
        "repo": [{"key": 1, "cipher": "aes-256-cbc", "status": {"code": 0, "message": "ok"}}],
        "db": [{"id": 1, "repo-key": 1, "system-id": 7_710_901_142_128_138_564_u64, "version": "15"}],
        "archive": [{"id": "15-1", "database": {"id": 1, "repo-key": 1}, "min": "000000010000000000000001", "max": "00000001000000000000000A"}],
        "backup": [{"label": "F1", "type": "full", "database": {"id": 1, "repo-key": 1}, "error": false, "reference": null,
            "timestamp": {"start": start, "stop": start + 60},
            "archive": {"start": "000000010000000000000002", "stop": "000000010000000000000003"},
            "info": {"size": 9000, "repository": {"size": 1000, "delta": 10}}}],
    }])
    .to_string()
}

/// What a command says that prints `text` and ends so.
fn says(text: &str, status: &str) -> Fault {
    let (first, rest) = text.split_at(text.len() / 2);
    let complaint = format!("WARN: {CANARY}");
    Fault::Says(vec![(2, complaint.clone()), (1, first.to_owned()), (1, rest.to_owned()), (2, complaint), (3, status.to_owned())])
}

/// The configuration, with its one cluster.
fn config(server: &StandIn) -> String {
    let pod = json!({"namespace": "kubernaut-system", "name": "postgresql-repo-host-0", "container": "pgbackrest"});
    let command = json!(["pgbackrest", "info", "--output=json", "a b&c"]);
    json!({
        "version": 1, "system": "shop", "stage": "post-production", "namespaces": ["shop"], "regions": {"east": {"role": "primary"}},
        "clusters": [{"context": "lab", "kubeconfig": server.kubeconfig(), "region": "east"}],
        "inventory": {"gateway": {"kind": "Deployment", "ready": 2}, "redis": {"kind": "RedisReplication.redis.redis.opstreelabs.in", "ready": 3}},
        "excluded": {"configmaps": {"reason": "none"}, "secrets": {"reason": "none"}},
        "databases": [{"component": "postgresql", "backups": [{"tool": "pgbackrest", "pod": pod, "command": command}]}],
    })
    .to_string()
}

/// What the report gave: its state and why, and how many copies each series has.
fn collect(server: &StandIn, flags: &[&str]) -> (String, String, Vec<u64>) {
    let dir = Scratch::new();
    let file = dir.write("seaworthy.yaml", &config(server));
    let mut command = seaworthy();
    command.args(["collect", "--request-timeout", "1s", "--config", file.to_str().unwrap()]).args(flags);
    let output = command.current_dir(dir.path()).output().unwrap();
    let (out, err) = (stdout(&output), stderr(&output));
    assert!(!out.contains(CANARY) && !err.contains(CANARY), "a complaint shows: {out}{err}");
    let found: Value = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {err}"));
    let mut reads = found["reads"].as_array().unwrap().iter();
    let is_ours = |one: &&Value| one["noun"] == "recovery_points" && one["read"].as_str().unwrap().starts_with("pgbackrest:");
    let read = reads.find(is_ours).unwrap_or_else(|| panic!("no such read: {out}"));
    let points = found["evidence"]["recovery_points"]["postgresql/east"].as_array().into_iter().flatten();
    let word = |key: &str| read[key].as_str().unwrap_or_default().to_owned();
    (word("state"), word("detail"), points.map(|points| points["count"].as_u64().unwrap()).collect())
}

fn commands(server: &StandIn) -> Vec<String> {
    server
        .requests()
        .into_iter()
        .filter(|request| request.path().ends_with("/exec"))
        .map(|one| format!("{} {}", one.method, one.target))
        .collect()
}

#[test]
fn a_command_in_a_pod_runs_only_where_somebody_allowed_it() {
    let server = StandIn::start(Identity::Good);
    server.fault("/exec?", says(&report(), SUCCESS));
    let (state, detail, points) = collect(&server, &[]);
    let why = "denied: nobody allowed a command in Pod kubernaut-system/postgresql-repo-host-0: --allow exec";
    assert_eq!((state.as_str(), detail.as_str(), points), ("denied", why, vec![]));
    assert_eq!(commands(&server), [""; 0], "and nothing was asked");

    assert_eq!(collect(&server, ALLOWED), ("collected".to_owned(), String::new(), vec![1]));
    let [asked] = &commands(&server)[..] else { panic!() };
    assert!(asked.starts_with("GET /api/v1/namespaces/kubernaut-system/pods/postgresql-repo-host-0/exec?"), "{asked}");
    let query = asked.split_once('?').unwrap().1;
    let mut pairs: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty()).collect();
    pairs.sort_unstable();
    let words = ["command=--output%3Djson", "command=a+b%26c", "command=info", "command=pgbackrest"];
    assert_eq!(pairs, [&words[..], &["container=pgbackrest", "stderr=true", "stdout=true"]].concat());
}

#[test]
fn what_does_not_end_well_is_no_report() {
    let failure = |code: &str| {
        let cause = json!({"reason": "ExitCode", "message": code});
        json!({"status": "Failure", "message": CANARY, "reason": "NonZeroExitCode", "details": {"causes": [cause]}}).to_string()
    };
    let broken = json!({"status": "Failure", "message": CANARY, "reason": "InternalError", "code": 500}).to_string();
    let no_end = || Fault::Says(vec![(1, report()), (2, CANARY.to_owned())]);
    let torn = Fault::Says(vec![(1, report()), (CLOSE, String::new())]);
    let right = "denied: no right to create pods/exec in namespace kubernaut-system";
    let not_pgbackrest = "not understood: this is not what `pgbackrest info --output=json` prints";
    let cases = [
        (says(&report(), &failure("1")), "partial", "not understood: it ended with 1"),
        (says("", &broken), "partial", "not understood: it could not be run in the Pod"),
        (says(&report(), CANARY), "partial", "not understood: how it ended is not told"),
        (says(&report()[..90], SUCCESS), "partial", not_pgbackrest),
        (torn, "partial", "truncated: what it printed could not be read to the end"),
        (Fault::Status(403), "denied", right),
        (Fault::Status(401), "denied", "denied: the server does not know this account (401)"),
        (Fault::Status(404), "unreachable", "unreachable: there is no Pod kubernaut-system/postgresql-repo-host-0"),
        (Fault::Status(500), "unreachable", "server error: it answered 500"),
        (Fault::Html(200), "partial", "not understood: it answered 200"),
        (no_end(), "timed_out", "timed out: no whole answer in 1 s"),
        (Fault::Body(How::Mute), "timed_out", "timed out: no whole answer in 1 s"),
    ];
    for (fault, state, detail) in cases {
        let server = StandIn::start(Identity::Good);
        let shown = format!("{fault:?}");
        server.fault("/exec?", fault);
        let begun = Instant::now();
        assert_eq!(collect(&server, ALLOWED), (state.to_owned(), detail.to_owned(), vec![]), "{shown}");
        assert!(begun.elapsed() < Duration::from_secs(8), "{shown}");
        assert_eq!(commands(&server).len(), 1, "it is asked for once: {shown}");
    }
}

#[test]
fn the_right_to_a_command_is_printed_for_where_its_pod_is() {
    let server = StandIn::start(Identity::Good);
    let dir = Scratch::new();
    let file = dir.write("seaworthy.yaml", &config(&server));
    let rbac = |flags: &[&str]| stdout(&seaworthy().args(["rbac", "--config", file.to_str().unwrap()]).args(flags).output().unwrap());
    assert!(!rbac(&[]).contains("exec"));
    let printed = rbac(ALLOWED);
    let role = "kind: Role\nmetadata: {name: seaworthy-exec, namespace: kubernaut-system}\nrules:\n  \
                - {apiGroups: [\"\"], resources: [pods/exec], resourceNames: [postgresql-repo-host-0], verbs: [create, get]}\n---";
    assert_eq!((printed.contains(role), printed.matches("kind: Role\n").count()), (true, 1), "{printed}");
}
