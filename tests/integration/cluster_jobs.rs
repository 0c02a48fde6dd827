//! CronJobs that really fire, and Jobs that really end, hang or are refused: what the real controllers write, taken
//! for what it is and for no more.

use crate::cluster_kubernaut::ago;
use crate::cluster_view::{Desk, View};
use crate::lab::process::until;
use crate::lab::{self, ControlPlane, Options};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

/// A cluster in which things happen: with controllers and a node. Each test has a namespace of its own in it.
pub(crate) fn living() -> Option<&'static ControlPlane> {
    static PLANE: OnceLock<Option<ControlPlane>> = OnceLock::new();
    PLANE.get_or_init(|| ControlPlane::start(&Options { controllers: true, ..Options::default() })).as_ref()
}

/// A CronJob that dumps a database, whose Jobs end as `outcome` says; `more` is of its spec.
fn cron_job(namespace: &str, name: &str, schedule: &str, outcome: &str, more: &str) -> String {
    format!(
        "{{apiVersion: batch/v1, kind: CronJob, metadata: {{name: {name}, namespace: {namespace}}}, spec: {{schedule: '{schedule}', {more} jobTemplate: {{spec: {{
           backoffLimit: 0, template: {{metadata: {{annotations: {{seaworthy.test/outcome: {outcome}}}}}, spec: {{restartPolicy: Never, containers: [
             {{name: dump, image: 'postgres:17', command: [/bin/sh, -ec, 'pg_dump -Fc -h {name}-rw -f /tmp/x app; aws s3 cp /tmp/x s3://copies/{name}/']}}]}}}}}}}}}}}}"
    )
}

/// A desk at which each CronJob backs up a database that is called as it is.
fn desk(kubeconfig: &Path, namespace: &str, names: &[&str]) -> Desk {
    let component = |name: &&str| format!("  {name}: {{is: postgresql, backed-up-by: [CronJob/{namespace}/{name}]}}\n");
    Desk::new(&format!(
        "version: 1
system: shop
namespaces: [{namespace}]
regions: {{us-east-1: {{role: primary}}}}
excluded: {{postgresql: {{reason: \"each database has a name of its own\"}}}}
components:
{}clusters: [{{region: us-east-1, context: lab, kubeconfig: {}}}]
",
        names.iter().map(component).collect::<String>(),
        kubeconfig.display()
    ))
}

/// How the runs of a CronJob went.
fn run<'v>(view: &'v View, name: &str) -> &'v Value {
    let items = view.items("run", &format!("{name}/us-east-1"));
    assert_eq!(items.len(), 1, "{name}: {items:?}");
    &items[0]
}

fn number(run: &Value, fact: &str) -> Option<i64> {
    run[fact].as_i64()
}

#[test]
fn what_fires_each_minute_is_told_from_what_does_not() {
    let Some(plane) = living() else { return };
    plane.admin.namespace("minutes");
    let all = [
        ("good", "succeed", ""),
        ("bad", "fail", ""),
        ("waits", "hang", "concurrencyPolicy: Forbid, "),
        ("replaces", "hang", "concurrencyPolicy: Replace, "),
        ("switched-off", "succeed", "suspend: true, "),
        ("forgets", "succeed", "successfulJobsHistoryLimit: 0, failedJobsHistoryLimit: 0, "),
        ("forgets-faults", "fail", "successfulJobsHistoryLimit: 0, failedJobsHistoryLimit: 0, "),
    ];
    let names: Vec<&str> = all.iter().map(|(name, _, _)| *name).collect();
    for (name, outcome, more) in all {
        plane.admin.apply(&cron_job("minutes", name, "* * * * *", outcome, more));
    }
    let desk = desk(&plane.kubeconfig("admin"), "minutes", &names);
    let before = desk.look(&[]);
    let on = || names.iter().filter(|name| **name != "switched-off");
    for name in on() {
        // A slot may have come while they were made; nobody knows yet what becomes of it.
        let run = run(&before, name);
        assert_eq!((number(run, "succeeded"), number(run, "failures_since")), (Some(0), Some(0)), "{name}: {run}");
        assert_eq!(before.verdict("backup.runs", &format!("{name}/us-east-1")), "unknown", "{name}");
    }
    let status = |name: &str| plane.admin.get(&format!("/apis/batch/v1/namespaces/minutes/cronjobs/{name}"))["status"].take();
    let job = |name: &str, condition: &str| {
        let jobs = plane.admin.get("/apis/batch/v1/namespaces/minutes/jobs");
        let of = |job: &&Value| job["metadata"]["ownerReferences"][0]["name"] == name;
        let ended = |job: &Value| job["status"]["conditions"].as_array().is_some_and(|all| all.iter().any(|one| one["type"] == condition));
        jobs["items"].as_array().unwrap().iter().filter(of).any(|job| condition.is_empty() || ended(job))
    };
    until("the first minute has come, and its Jobs have ended", Duration::from_secs(90), || {
        let hang = job("waits", "") && job("replaces", "");
        let forgot = status("forgets")["lastSuccessfulTime"].is_string() && !job("forgets", "");
        let lost = status("forgets-faults")["lastScheduleTime"].is_string() && !job("forgets-faults", "");
        let ended = job("good", "Complete") && status("good")["lastSuccessfulTime"].is_string() && job("bad", "Failed");
        (hang && forgot && lost && ended).then_some(())
    });
    let view = desk.look(&[]);
    assert_eq!(view.read("clusters/us-east-1", "run").0, "collected");
    let facts = |name: &str| {
        let run = run(&view, name);
        let known = ["last_success_start_s", "last_success_end_s"].map(|fact| run[fact].is_i64());
        (number(run, "due"), number(run, "succeeded"), number(run, "failures_since"), known)
    };
    assert_eq!(facts("good"), (Some(1), Some(1), Some(0), [true, true]));
    assert_eq!(facts("bad"), (Some(1), Some(0), Some(1), [false, false]));
    assert_eq!(facts("waits"), (Some(0), Some(0), Some(0), [false, false]), "it goes on");
    assert_eq!(facts("replaces"), (Some(0), Some(0), Some(0), [false, false]), "it goes on");
    assert!(view.items("run", "switched-off/us-east-1").is_empty(), "what is off has no runs");
    assert_eq!(view.verdict("backup.runs", "switched-off/us-east-1"), "fail", "and backs nothing up");
    // The Job is gone, and with it when it started; its slot may be counted among those that nobody has seen.
    let forgot = facts("forgets");
    assert_eq!((forgot.1, forgot.2, forgot.3), (Some(0), Some(0), [false, true]), "{forgot:?}");
    let lost = facts("forgets-faults");
    assert_eq!((lost.1, lost.3), (Some(0), [false, false]), "{lost:?}");
    assert_eq!(run(&view, "good")["at"]["object"], "CronJob/minutes/good");
    for name in on() {
        let subject = format!("{name}/us-east-1");
        assert_eq!(view.verdict("backup.runs", &subject), "unknown", "{name}: of one run no rate is told");
        assert_eq!(view.verdict("backup.freshness", &subject), "unknown", "{name}: no status shows a copy");
        assert_eq!(view.read("elsewhere/us-east-1", "recovery_points").0, "unsupported");
    }
}

/// The minute of an hourly schedule: half an hour from when the tests began, so that none comes while they run.
fn minute() -> i64 {
    static MINUTE: OnceLock<i64> = OnceLock::new();
    *MINUTE.get_or_init(|| (jiff::Timestamp::now().as_second() / 60 + 30) % 60)
}

/// The instant of a slot of that schedule, so many hours before the newest, as the API writes it, and a few seconds later.
fn slot(hours: i64, later: i64) -> String {
    let since = (jiff::Timestamp::now().as_second() - minute() * 60).rem_euclid(3_600);
    ago(since + hours * 3_600 - later)
}

/// A Job that a CronJob made for a slot, as the controllers leave it.
fn job(cron: &Value, hours: i64, how: char) -> Value {
    let (well, by_hand) = (how != 'f', how == 'h');
    let owner = if how == 'g' { json!("00000000-0000-4000-8000-000000000000") } else { cron["metadata"]["uid"].clone() };
    let name = cron["metadata"]["name"].as_str().unwrap();
    let namespace = cron["metadata"]["namespace"].as_str().unwrap();
    let (slot_key, hand_key) = ("batch.kubernetes.io/cronjob-scheduled-timestamp", "cronjob.kubernetes.io/instantiate");
    let annotations = if by_hand { json!({hand_key: "manual"}) } else { json!({slot_key: slot(hours, 0)}) };
    let condition = |kind: &str, reason: &str| json!({"type": kind, "status": "True", "reason": reason, "lastProbeTime": slot(hours, 5), "lastTransitionTime": slot(hours, 5), "message": ""});
    let status = match well {
        true => json!({
            "startTime": slot(hours, 1), "completionTime": slot(hours, 5), "succeeded": 1, "ready": 0, "terminating": 0, "uncountedTerminatedPods": {},
            "conditions": [condition("SuccessCriteriaMet", "CompletionsReached"), condition("Complete", "CompletionsReached")],
        }),
        false => json!({
            "startTime": slot(hours, 1), "failed": 1, "ready": 0, "terminating": 0, "uncountedTerminatedPods": {},
            "conditions": [condition("FailureTarget", "BackoffLimitExceeded"), condition("Failed", "BackoffLimitExceeded")],
        }),
    };
    let owner = json!({
        "apiVersion": "batch/v1", "kind": "CronJob", "name": name, "uid": owner, "controller": true, "blockOwnerDeletion": true,
    });
    json!({
        "apiVersion": "batch/v1", "kind": "Job",
        "metadata": {"name": format!("{name}-{hours}"), "namespace": namespace, "annotations": annotations, "ownerReferences": [owner]},
        "spec": cron["spec"]["jobTemplate"]["spec"], "status": status,
    })
}

#[test]
fn a_history_of_runs_passes_or_fails_and_a_hole_in_it_does_neither() {
    // Without controllers, so that what they would have written stays as it is.
    let Some(plane) = lab::shared() else { return };
    plane.admin.namespace("hours");
    // For each CronJob: its Jobs from the newest slot on (`w`ell, `f`ailed, `h`and-made, `g`ood but of a CronJob of its
    // name that is gone, `-` none left), the facts `due succeeded failures-since`, and the verdict on its runs.
    let rows = [
        ("well", "wwwww", "5 5 0", "pass"),
        ("few", "ww", "2 2 0", "unknown"),
        ("once-failed", "fwwww", "5 4 1", "fail"),
        ("failing", "ffffw", "5 1 4", "fail"),
        ("with-a-hole", "wwww-w", "6 5 0", "fail"),
        ("by-hand", "hfffw", "5 1 4", "fail"),
        ("silent", "---ww", "5 2 3", "fail"),
        ("another", "ggwww", "5 3 2", "fail"),
    ];
    let names: Vec<&str> = rows.iter().map(|(name, _, _, _)| *name).collect();
    for (name, jobs, _, _) in rows {
        let mut cron: Value = serde_saphyr::from_str(&cron_job("hours", name, &format!("{} * * * *", minute()), "succeed", "")).unwrap();
        plane.admin.try_apply(&cron).unwrap();
        let live = plane.admin.get(&plane.admin.path(&cron));
        let made = |(hours, how): (usize, char)| (how != '-').then(|| job(&live, i64::try_from(hours).unwrap(), how));
        for one in jobs.chars().enumerate().filter_map(made) {
            plane.admin.apply_with_status(&one.to_string());
        }
        let newest = i64::try_from(jobs.find(['w', 'h']).unwrap()).unwrap();
        let scheduled = i64::try_from(jobs.find(['w', 'f']).unwrap()).unwrap();
        cron["status"] = json!({"lastScheduleTime": slot(scheduled, 0), "lastSuccessfulTime": slot(newest, 5)});
        plane.admin.status(&cron.to_string());
    }
    let view = desk(&plane.kubeconfig("admin"), "hours", &names).look(&[]);
    for (name, jobs, facts, verdict) in rows {
        let run = run(&view, name);
        let found =
            ["due", "succeeded", "failures_since"].map(|fact| number(run, fact).map_or("?".to_owned(), |n| n.to_string())).join(" ");
        let subject = format!("{name}/us-east-1");
        assert_eq!(found, facts, "{name} {jobs}: {run}");
        assert_eq!(view.verdict("backup.runs", &subject), verdict, "{name} {jobs}: {}", view.sentences("backup.runs", &subject));
        assert_eq!(view.verdict("backup.freshness", &subject), "unknown", "{name}: no status shows a copy");
    }
}
