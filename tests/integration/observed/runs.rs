//! CronJobs and the Jobs that they leave. All fire each minute where a row does not say otherwise; a copy may be
//! five minutes old.

mod rows;

use super::{DAY_S, at, read, shown, verdict};
use rows::{further_rows, rows};
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
    if found.evidence.run.is_empty() {
        return "switched off".to_owned();
    }
    let [run] = found.evidence.run["postgresql/east"].as_slice() else { panic!("{}: {:?}", row.name, found.evidence.run) };
    let last = match (run.last_success_start_s, run.last_success_end_s) {
        (None, None) => "never".to_owned(),
        (start, end) => format!("{}-{}", start.map_or("?".to_owned(), clock), end.map_or("?".to_owned(), clock)),
    };
    format!("{} {} {} {last} {}", shown(run.due), run.succeeded, run.failures_since, shown(run.longest_s))
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

/// Jobs are deleted by hand, and replaced: a failure that is gone makes no line good. (A success that is gone makes
/// the window shorter, as each new run does.)
#[test]
fn what_is_no_longer_there_makes_no_line_good() {
    for row in rows().iter().chain(&further_rows()).filter(|row| row.runs != Some(Pass) && row.runs.is_some()) {
        for gone in (0..row.jobs.len()).filter(|index| !row.jobs[*index].contains(" ok ")) {
            let left = row.jobs.iter().enumerate().filter(|(index, _)| *index != gone).map(|(_, words)| job("copy", words));
            let found = read(&(cron_job("copy", row.cron) + &left.collect::<String>()), Class::Observed, at(row.now));
            let judged = verdict(&found, at(row.now), "backup.runs", "postgresql/east");
            assert_ne!(judged, Pass, "{} without {}", row.name, row.jobs[gone]);
        }
        let (spec, _) = row.cron.split_once('|').unwrap_or((row.cron, ""));
        let silent: String = row.jobs.iter().map(|words| job("copy", words)).collect();
        let found = read(&(cron_job("copy", spec) + &silent), Class::Observed, at(row.now));
        assert_ne!(verdict(&found, at(row.now), "backup.runs", "postgresql/east"), Pass, "{} without status", row.name);
    }
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
        let refused = found.evidence.schedule["postgresql/east"].iter().any(|schedule| !schedule.accepted);
        let off = cron == "suspend: true";
        assert_eq!((found.partial.contains_key(&Noun::Run), found.evidence.run.is_empty()), (refused, refused || off), "{cron}");
    }
}
