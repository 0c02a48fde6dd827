//! CronJobs and the Jobs that they leave. All fire each minute where a row does not say otherwise; a copy may be
//! five minutes old.

use super::{DAY_S, at, read, shown, verdict};
use seaworthy::report::Verdict::{self, Fail, Pass, Unknown};
use seaworthy::snapshot::{Class, Noun};

const MADE: &str = "14:23:28";

/// A CronJob at an instant.
struct Row {
    /// The situation.
    name: &'static str,
    /// `spec` and `status`, and `generation` where it is not the first.
    cron: &'static str,
    /// Its Jobs, each `slot how`: `14:24 ok 14:24:01-14:24:04`, `14:24 failed`, `14:24 active`, `hand ok 14:24:01-14:24:04`;
    /// after `=`, the slot shows in the name alone, after `!`, the Job is one of an object that is gone.
    jobs: &'static [&'static str],
    /// When it is looked at.
    now: &'static str,
    /// `due succeeded failures-since last-success longest`, instants as clock.
    facts: &'static str,
    /// What `backup.runs` says, if it can say anything.
    runs: Option<Verdict>,
}

fn row(
    name: &'static str,
    cron: &'static str,
    jobs: &'static [&'static str],
    now: &'static str,
    facts: &'static str,
    runs: impl Into<Option<Verdict>>,
) -> Row {
    Row { name, cron, jobs, now, facts, runs: runs.into() }
}

fn instant(clock: &str) -> String {
    format!("2026-11-22T{clock}{}Z", if clock.len() == 5 { ":00" } else { "" })
}

/// `14:41:04` of an instant.
fn clock(at_s: i64) -> String {
    let second = at_s - DAY_S;
    format!("{:02}:{:02}:{:02}", second / 3_600, second / 60 % 60, second % 60)
}

/// The spec and the status of a CronJob: `schedule: …, suspend: true | lastScheduleTime: 14:41`.
fn cron_job(name: &str, words: &str) -> String {
    let (spec, status) = words.split_once('|').unwrap_or((words, ""));
    let mut spec: Vec<String> = spec.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect();
    let take = |spec: &mut Vec<String>, key: &str| {
        let index = spec.iter().position(|word| word.starts_with(key))?;
        Some(spec.remove(index)[key.len()..].trim().to_owned())
    };
    let generation = take(&mut spec, "generation:").unwrap_or_else(|| "1".to_owned());
    let made = take(&mut spec, "made:").unwrap_or_else(|| format!("'{}'", instant(MADE)));
    if !spec.iter().any(|word| word.starts_with("schedule:")) {
        spec.push("schedule: '* * * * *'".to_owned());
    }
    let timed = |word: &str| {
        let (key, value) = word.split_once(": ").unwrap();
        let value = if key == "active" { format!("[{{kind: Job, name: {value}}}]") } else { format!("'{}'", instant(value)) };
        format!("{key}: {value}")
    };
    let status: Vec<String> = status.split(',').map(str::trim).filter(|word| !word.is_empty()).map(timed).collect();
    format!(
        "---
apiVersion: batch/v1
kind: CronJob
metadata: {{name: {name}, namespace: shop, uid: u-1, generation: {generation}, creationTimestamp: {made}}}
spec:
  {}
  jobTemplate:
    spec:
      template:
        spec:
          containers:
          - name: dump
            image: postgres:17
            env: [{{name: PGHOST, value: postgresql}}, {{name: PGDATABASE, value: shop}}]
            command: [/bin/sh, -ec, 'pg_dump -Fc -f /tmp/x; aws s3 cp /tmp/x s3://copies/shop/']
status: {{{}}}
",
        spec.join("\n  "),
        status.join(", ")
    )
}

fn job(owner: &str, words: &str) -> String {
    let words: Vec<&str> = words.split_whitespace().collect();
    let (slot, how) = (words[0], words[1]);
    let bare = slot.trim_start_matches(['=', '!']);
    let (name, annotation) = if slot == "hand" {
        (format!("by-hand-{}", words.last().unwrap().replace(':', "-")), "cronjob.kubernetes.io/instantiate: manual".to_owned())
    } else {
        let annotation = format!("batch.kubernetes.io/cronjob-scheduled-timestamp: '{}'", instant(bare));
        (format!("{owner}-{}", at(bare) / 60), if slot.starts_with('=') { String::new() } else { annotation })
    };
    let uid = if slot.starts_with('!') { "u-0" } else { "u-1" };
    let (start, end) = words.get(2).and_then(|span| span.split_once('-')).unwrap_or((bare, ""));
    let condition = |kind: &str, reason: &str| format!("{{type: {kind}, status: 'True', reason: {reason}}}");
    let completed = || format!("completionTime: '{}', ", instant(end));
    let (conditions, more) = match how {
        "ok" => (condition("Complete", "CompletionsReached"), completed() + "succeeded: 1"),
        "part" => (condition("Complete", "SuccessPolicy"), completed() + "succeeded: 1"),
        "most" => (condition("Complete", "SuccessPolicy"), completed() + "succeeded: 3"),
        "failed" => (condition("FailureTarget", "x") + ", " + &condition("Failed", "x"), "failed: 1".to_owned()),
        "failing" => (condition("FailureTarget", "x"), "failed: 1".to_owned()),
        "suspended" => (condition("Suspended", "JobSuspended"), "ready: 0".to_owned()),
        "nearly" => (condition("SuccessCriteriaMet", "x"), "ready: 0".to_owned()),
        _ => (String::new(), "active: 1".to_owned()),
    };
    let started = if how == "suspended" { String::new() } else { format!("startTime: '{}', ", instant(start)) };
    let completions = if matches!(how, "part" | "most") { 3 } else { 1 };
    format!(
        "---
apiVersion: batch/v1
kind: Job
metadata: {{name: {name}, namespace: shop, annotations: {{{annotation}}}, ownerReferences: [{{kind: CronJob, name: {owner}, uid: {uid}, controller: true}}]}}
spec: {{completions: {completions}}}
status: {{{started}{more}, conditions: [{conditions}]}}
"
    )
}

fn yaml(row: &Row) -> String {
    let jobs: String = row.jobs.iter().map(|words| job("copy", words)).collect();
    cron_job("copy", row.cron) + &jobs
}

/// The facts of the one line of runs.
fn facts(row: &Row) -> String {
    let found = read(&yaml(row), Class::Observed, at(row.now));
    let [run] = found.evidence.run["postgresql/east"].as_slice() else { panic!("{}: {:?}", row.name, found.evidence.run) };
    let last = match (run.last_success_start_s, run.last_success_end_s) {
        (None, None) => "never".to_owned(),
        (start, end) => format!("{}-{}", start.map_or("?".to_owned(), clock), end.map_or("?".to_owned(), clock)),
    };
    format!("{} {} {} {last} {}", shown(run.due), run.succeeded, run.failures_since, shown(run.longest_s))
}

const THREE: [&str; 3] = ["14:39 ok 14:39:00-14:39:02", "14:40 ok 14:40:01-14:40:04", "14:41 ok 14:41:01-14:41:04"];
const EARLY: [&str; 3] = ["14:24 ok 14:24:00-14:24:02", "14:25 ok 14:25:00-14:25:02", "14:26 ok 14:26:00-14:26:02"];

fn rows() -> Vec<Row> {
    let never = "13 0 13 never ?";
    vec![
        row("cronjob-new-before-first-run", "", &[], "14:23:58", "0 0 0 never ?", Unknown),
        row("cronjob-new-in-its-first-minute", "", &[], "14:24:30", "0 0 0 never ?", Unknown),
        row("cronjob-ok", "| lastScheduleTime: 14:41, lastSuccessfulTime: 14:41:04", &THREE, "14:41:30", "3 3 0 14:41:01-14:41:04 3", Pass),
        row(
            "cronjob-ok-then-fails",
            "generation: 2 | lastScheduleTime: 14:41, lastSuccessfulTime: 14:26:02",
            &[EARLY[0], EARLY[1], EARLY[2], "14:41 failed"],
            "14:41:30",
            "18 3 15 14:26:00-14:26:02 2",
            Fail,
        ),
        row(
            "cronjob-ok-suspended-later",
            "generation: 2, suspend: true | lastScheduleTime: 14:26, lastSuccessfulTime: 14:26:02",
            &EARLY,
            "14:41:30",
            "? 3 0 14:26:00-14:26:02 2",
            Unknown,
        ),
        row("cronjob-suspended-from-start", "suspend: true", &[], "14:41:30", "? 0 0 never ?", Unknown),
        row(
            "cronjob-suspended-manual-run",
            "suspend: true | lastSuccessfulTime: 14:41:13",
            &["hand ok 14:41:11-14:41:13"],
            "14:41:30",
            "? 0 0 never ?",
            Unknown,
        ),
        row("cronjob-fail-backoff0", "| lastScheduleTime: 14:28", &["14:28 failed"], "14:28:30", "5 0 5 never ?", Fail),
        row("cronjob-fail-backoff2", "| lastScheduleTime: 14:28", &["14:27 failed", "14:28 active"], "14:28:40", "4 0 4 never ?", Fail),
        row(
            "cronjob-fail-backoff-default",
            "| lastScheduleTime: 14:27, active: copy-29922624",
            &["14:24 active", "14:25 active", "14:26 active", "14:27 active"],
            "14:27:50",
            "3 0 3 never ?",
            Fail,
        ),
        row(
            "cronjob-hang-forbid",
            "concurrencyPolicy: Forbid | lastScheduleTime: 14:24, active: copy-29922624",
            &["14:24 active"],
            "14:37:40",
            never,
            Fail,
        ),
        row(
            "cronjob-hang-allow",
            "| lastScheduleTime: 14:27, active: copy-29922624",
            &["14:24 active", "14:25 active", "14:26 active", "14:27 active"],
            "14:27:50",
            "3 0 3 never ?",
            Fail,
        ),
        row(
            "cronjob-hang-replace",
            "concurrencyPolicy: Replace | lastScheduleTime: 14:37, active: copy-29922637",
            &["14:37 active"],
            "14:37:40",
            never,
            Fail,
        ),
        row(
            "cronjob-history0",
            "successfulJobsHistoryLimit: 0 | lastScheduleTime: 14:28, lastSuccessfulTime: 14:28:01",
            &[],
            "14:28:30",
            "0 0 0 ?-14:28:01 ?",
            Unknown,
        ),
        row(
            "cronjob-history0-then-fails",
            "| lastScheduleTime: 14:28, lastSuccessfulTime: 14:24:01",
            &[],
            "14:28:30",
            "3 0 3 ?-14:24:01 ?",
            Fail,
        ),
        row("cronjob-history0-fail", "failedJobsHistoryLimit: 0 | lastScheduleTime: 14:37", &[], "14:37:40", never, Fail),
        row(
            "cronjob-history1",
            "| lastScheduleTime: 14:41, lastSuccessfulTime: 14:41:04",
            &THREE[2..],
            "14:41:30",
            "1 1 0 14:41:01-14:41:04 3",
            None,
        ),
        row("cronjob-ttl0", "| lastScheduleTime: 14:28, lastSuccessfulTime: 14:28:03", &[], "14:28:30", "0 0 0 ?-14:28:03 ?", Unknown),
        row("cronjob-ttl10", "| lastScheduleTime: 14:28, lastSuccessfulTime: 14:28:01", &[], "14:28:30", "0 0 0 ?-14:28:01 ?", Unknown),
        row("cronjob-ttl10-fail", "| lastScheduleTime: 14:37", &[], "14:37:40", never, Fail),
        row(
            "cronjob-active-deadline",
            "concurrencyPolicy: Forbid | lastScheduleTime: 14:28",
            &["14:28 failed"],
            "14:28:30",
            "5 0 5 never ?",
            Fail,
        ),
        row("cronjob-pod-failure-policy-failjob", "| lastScheduleTime: 14:28", &["14:28 failing"], "14:28:30", "5 0 5 never ?", Fail),
        row(
            "job-fail-ignored-by-policy",
            "concurrencyPolicy: Forbid | lastScheduleTime: 14:24, active: copy-29922624",
            &["14:24 retrying"],
            "14:37:40",
            never,
            Fail,
        ),
        row(
            "cronjob-job-template-suspended",
            "| lastScheduleTime: 14:28, active: copy-29922627",
            &["14:27 suspended", "14:28 suspended"],
            "14:28:30",
            "4 0 4 never ?",
            Fail,
        ),
        row(
            "cronjob-unschedulable",
            "concurrencyPolicy: Forbid | lastScheduleTime: 14:24, active: copy-29922624",
            &["14:24 active"],
            "14:37:40",
            never,
            Fail,
        ),
        row(
            "cronjob-priorityclass-missing, -podsecurity-refused",
            "concurrencyPolicy: Forbid | lastScheduleTime: 14:24, active: copy-29922624",
            &["14:24 refused"],
            "14:37:40",
            never,
            Fail,
        ),
        row("cronjob-quota-refused", "", &[], "14:37:40", never, Fail),
        row("cronjob-never-due", "schedule: '0 0 1 1 *'", &[], "14:41:30", "0 0 0 never ?", Unknown),
        row("cronjob-impossible-date", "schedule: '0 0 30 2 *'", &[], "14:41:30", "0 0 0 never ?", Unknown),
        row(
            "cronjob-every-descriptor",
            "schedule: '@every 2m' | lastScheduleTime: 14:41:28, lastSuccessfulTime: 14:41:30",
            &["14:37:28 ok 14:37:28-14:37:30", "14:39:28 ok 14:39:28-14:39:30", "14:41:28 ok 14:41:28-14:41:30"],
            "14:42:30",
            "3 3 0 14:41:28-14:41:30 2",
            Pass,
        ),
        row("cronjob-every-descriptor-never", "schedule: '@every 2m'", &[], "14:32:30", "4 0 4 never ?", Fail),
        row(
            "cronjob-timezone-berlin",
            "timeZone: Europe/Berlin, schedule: '39-41 15 * * *' | lastScheduleTime: 14:41, lastSuccessfulTime: 14:41:04",
            &THREE,
            "15:20:00",
            "3 3 0 14:41:01-14:41:04 3",
            Pass,
        ),
        row(
            "cronjob-missed-deadline20",
            "startingDeadlineSeconds: 20, made: '2026-11-22T14:29:00Z'",
            &[],
            "14:32:40",
            "2 0 2 never ?",
            None,
        ),
        row(
            "cronjob-missed-no-deadline",
            "made: '2026-11-22T14:29:00Z' | lastScheduleTime: 14:33, lastSuccessfulTime: 14:33:04",
            &["14:32 ok 14:32:30-14:32:33", "14:33 ok 14:33:00-14:33:04"],
            "14:33:30",
            "2 2 0 14:33:00-14:33:04 4",
            None,
        ),
        row(
            "cronjob-ok-after-controller-pause",
            "| lastScheduleTime: 14:33, lastSuccessfulTime: 14:33:01",
            &["14:28 ok 14:28:00-14:28:02", "14:32 ok 14:32:30-14:32:33", "14:33 ok 14:33:00-14:33:01"],
            "14:33:30",
            "6 3 0 14:33:00-14:33:01 3",
            Fail,
        ),
        row(
            "cronjob-ok-after-controller-pause-and-a-change",
            "generation: 2 | lastScheduleTime: 14:33, lastSuccessfulTime: 14:33:01",
            &["14:28 ok 14:28:00-14:28:02", "14:32 ok 14:32:30-14:32:33", "14:33 ok 14:33:00-14:33:01"],
            "14:33:30",
            "? 3 0 14:33:00-14:33:01 3",
            Unknown,
        ),
        row(
            "cronjob-many-missed, -deadline300",
            "made: '2026-10-23T00:00:00Z' | lastScheduleTime: 14:33, lastSuccessfulTime: 14:33:02",
            &["14:32 ok 14:32:31-14:32:35", "14:33 ok 14:33:00-14:33:02"],
            "14:33:30",
            "2 2 0 14:33:00-14:33:02 4",
            None,
        ),
        row("cronjob-created-30d-ago", "made: '2026-10-23T00:00:00Z'", &[], "14:31:30", "44070 0 44070 never ?", Fail),
        row("cronjob-created-a-year-ago", "made: '2025-11-22T14:31:30Z'", &[], "14:31:30", "129599 0 129599 never ?", Fail),
        row(
            "cronjob-deadline-5s",
            "startingDeadlineSeconds: 5 | lastScheduleTime: 14:41, lastSuccessfulTime: 14:41:04",
            &THREE,
            "14:41:30",
            "3 3 0 14:41:01-14:41:04 3",
            Pass,
        ),
        row(
            "job-ok in the update before Complete",
            "| lastScheduleTime: 14:41, lastSuccessfulTime: 14:40:04",
            &["14:38 ok 14:38:00-14:38:02", THREE[0], THREE[1], "14:41 nearly"],
            "14:41:30",
            "3 3 0 14:40:01-14:40:04 3",
            Pass,
        ),
        row(
            "job-suspended, job-hang-suspended-later",
            "| lastScheduleTime: 14:41, lastSuccessfulTime: 14:26:02",
            &[EARLY[0], EARLY[1], EARLY[2], "14:27 suspended"],
            "14:41:30",
            "17 3 14 14:26:00-14:26:02 2",
            Fail,
        ),
        row(
            "job-indexed-partial, job-pod-deleted-by-hand",
            "| lastScheduleTime: 14:28",
            &["14:28 failed"],
            "14:28:30",
            "5 0 5 never ?",
            Fail,
        ),
        row(
            "job-success-policy, all of it",
            "| lastScheduleTime: 14:41, lastSuccessfulTime: 14:41:04",
            &[THREE[0], THREE[1], "14:41 most 14:41:01-14:41:04"],
            "14:41:30",
            "3 3 0 14:41:01-14:41:04 3",
            Pass,
        ),
        row(
            "job-success-policy, a third of it",
            "| lastScheduleTime: 14:41, lastSuccessfulTime: 14:40:04",
            &[THREE[0], THREE[1], "14:41 part 14:41:01-14:41:04"],
            "14:41:30",
            "3 2 1 14:40:01-14:40:04 3",
            Fail,
        ),
    ]
}

/// What no recording shows and follows from how the controller works.
fn further_rows() -> Vec<Row> {
    vec![
        row(
            "a hand-made success hides no failure",
            "generation: 2 | lastScheduleTime: 14:41, lastSuccessfulTime: 14:41:20",
            &[EARLY[0], EARLY[1], EARLY[2], "14:41 failed", "hand ok 14:41:10-14:41:20"],
            "14:41:30",
            "18 3 15 14:26:00-14:26:02 2",
            Fail,
        ),
        row(
            "a schedule that fires where it did not before: its old runs are not counted by the new one",
            "generation: 2, schedule: '30 14 * * *' | lastScheduleTime: 14:26, lastSuccessfulTime: 14:26:02",
            &EARLY,
            "14:29:30",
            "0 0 0 14:26:00-14:26:02 2",
            Unknown,
        ),
        row(
            "long runs side by side are no failures",
            "| lastScheduleTime: 14:41, lastSuccessfulTime: 14:40:40",
            &["14:37 ok 14:37:00-14:38:45", "14:38 ok 14:38:00-14:39:50", "14:39 ok 14:39:00-14:40:40", "14:40 active", "14:41 active"],
            "14:41:30",
            "3 3 0 14:39:00-14:40:40 110",
            Pass,
        ),
        row(
            "before Kubernetes 1.28 only the name tells; a Job of an object that is gone does not",
            "| lastScheduleTime: 14:41, lastSuccessfulTime: 14:41:04",
            &["!14:38 ok 14:38:00-14:38:02", "=14:39 ok 14:39:00-14:39:02", "=14:40 ok 14:40:01-14:40:04", "=14:41 ok 14:41:01-14:41:04"],
            "14:41:30",
            "3 3 0 14:41:01-14:41:04 3",
            Pass,
        ),
        row("refused after a change of what nobody sees", "generation: 3", &[], "14:37:40", "? 0 13 never ?", Unknown),
        row(
            "the clock of the cluster is half a minute ahead",
            "| lastScheduleTime: 14:42, lastSuccessfulTime: 14:41:04",
            &[THREE[0], THREE[1], THREE[2], "14:42 active"],
            "14:41:45",
            "3 3 0 14:41:01-14:41:04 3",
            Pass,
        ),
    ]
}

#[test]
fn each_situation_gives_its_facts_and_its_verdict() {
    let mut wrong = Vec::new();
    for row in rows().into_iter().chain(further_rows()) {
        let found = facts(&row);
        if found != row.facts {
            wrong.push(format!("{}\n  expected {}\n  found    {found}", row.name, row.facts));
        }
        let Some(expected) = row.runs else { continue };
        let judged = verdict(&read(&yaml(&row), Class::Observed, at(row.now)), at(row.now), "backup.runs", "postgresql/east");
        if judged != expected {
            wrong.push(format!("{}\n  expected {expected:?}\n  judged   {judged:?}", row.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_committed_status_is_not_how_runs_went() {
    for row in rows() {
        let found = read(&yaml(&row), Class::Declared, at(row.now));
        assert!(found.evidence.run.is_empty() && found.elsewhere.is_empty() && found.partial.is_empty(), "{}", row.name);
    }
}

#[test]
fn a_status_never_says_that_a_copy_is_there() {
    for (from, to, place) in
        [("", "", "s3://copies/shop"), ("; aws s3 cp /tmp/x s3://copies/shop/", "", "where CronJob/shop/copy puts its copies")]
    {
        let found = read(&cron_job("copy", "").replace(from, to), Class::Observed, at("14:41:30"));
        let met: Vec<(String, Noun, String)> = found
            .elsewhere
            .iter()
            .map(|other| (other.place.trim_end_matches('/').to_owned(), other.noun, other.subject.to_string()))
            .collect();
        assert_eq!(met, [(place.to_owned(), Noun::RecoveryPoints, "postgresql/east".to_owned())]);
    }
}

#[test]
fn a_time_that_cannot_be_is_left_out_and_said() {
    let row = Row { now: "14:40:00", ..rows().swap_remove(2) };
    let found = read(&yaml(&row), Class::Observed, at(row.now));
    assert_eq!(found.partial.keys().collect::<Vec<_>>(), [&Noun::Run]);
    assert_eq!(verdict(&found, at(row.now), "backup.runs", "postgresql/east"), Unknown);
}

#[test]
fn a_schedule_says_whether_it_fires() {
    for (cron, expected) in [
        ("", Pass),
        ("suspend: true", Fail),
        ("schedule: '0 0 30 2 *'", Fail),
        ("schedule: '@every 2m'", Pass),
        ("schedule: '*/61 * * * *'", Pass),
        ("timeZone: Europe/Berlin", Pass),
        ("schedule: 'TZ=UTC 0 2 * * *'", Fail),
        ("timeZone: Mars/Base", Fail),
    ] {
        let found = read(&cron_job("copy", cron), Class::Observed, at("14:41:30"));
        assert_eq!(verdict(&found, at("14:41:30"), "backup.schedules", "postgresql/east"), expected, "{cron}");
    }
}
