//! Reports for the tests of the formats: one as a person would get it, and hostile ones.

use super::*;
use proptest::prelude::*;

/// 2026-11-22 02:13:20 UTC.
pub(super) const NOW_S: i64 = 1_795_313_600;

pub(super) fn finding(control: &str, subject: &str, verdict: Verdict, sentence: &str) -> Finding {
    Finding {
        control: control.to_owned(),
        title: format!("The claim of {control}"),
        subject: subject.to_owned(),
        verdict,
        severity: Severity::Critical,
        gated: true,
        class: "declared".to_owned(),
        view: "declared".to_owned(),
        sentences: vec![sentence.to_owned()],
        notes: Vec::new(),
        measure: Vec::new(),
        at: None,
        cite: vec![format!("declared/manifests/us-east-1/CronJob/ops/{}", subject.replace('/', "-"))],
        checklist: vec!["pre-2".to_owned()],
        section: "1.1".to_owned(),
        fix: format!("do what {control} asks"),
        waived: None,
    }
}

fn red() -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut one = finding(
        "backup.frequency",
        "postgresql/us-east-1",
        Verdict::Fail,
        "the longest gap between two runs is 24 h; at most 1 h is allowed",
    );
    one.at = Some(Place {
        file: Some("deploy/us-east-1/backup.yaml".to_owned()),
        line: Some(8),
        column: Some(14),
        length: Some(9),
        excerpt: Some("  schedule: \"0 2 * * *\"".to_owned()),
        label: Some("runs once a day, at 02:00 UTC".to_owned()),
        object: Some("CronJob/ops/pg-backup".to_owned()),
        also: vec!["deploy/us-west-2/backup.yaml:8".to_owned()],
    });
    one.measure = vec![Measure { observed: 86_400, required: 3_600, unit: "s".to_owned(), higher_is_better: false }];
    one.fix = "run it at least hourly, for example \"17 * * * *\"; below 1 h of data loss needs WAL archiving, see restore.rpo".to_owned();
    findings.push(one);
    for subject in ["configmaps/us-east-1", "configmaps/us-west-2", "secrets/us-east-1", "secrets/us-west-2", "redis/us-east-1"] {
        findings.push(finding("backup.off-region", subject, Verdict::Fail, "no copy leaves the region"));
    }
    let mut object =
        finding("failover.dns", "api/global", Verdict::Fail, "the record has no health check, so a failed region keeps its share");
    object.severity = Severity::High;
    object.checklist = vec!["pre-7".to_owned(), "post-2".to_owned()];
    object.at = Some(Place { object: Some("route53 record api.example.org, us-east-1".to_owned()), ..Place::default() });
    object.notes = vec!["its TTL is 300 s".to_owned()];
    findings.push(object);
    findings
}

fn rest() -> Vec<Finding> {
    let mut findings = Vec::new();
    for control in ["backup.retention", "restore.rpo", "replication.lag"] {
        for subject in ["postgresql/us-west-2", "redis/us-west-2", "configmaps/us-west-2"] {
            findings.push(finding(
                control,
                subject,
                Verdict::Unknown,
                "the Kubernetes API of us-west-2 denied listing cronjobs.batch (403): grant get and list",
            ));
        }
    }
    findings.push(finding("drill.region", "region-failure/global", Verdict::Unknown, "the only drill record has no end"));
    for control in ["backup.runs", "workload.ready", "recovery.rto"] {
        findings.push(finding(control, "postgresql/us-east-1", Verdict::NotJudged, "needs clusters:"));
        findings.push(finding(control, "redis/us-east-1", Verdict::NotJudged, "needs clusters:"));
    }
    findings.push(finding("drill.restore", "postgresql/us-east-1", Verdict::NotJudged, "needs drills:"));
    let mut waived = finding("backup.immutable", "postgresql/us-east-1", Verdict::Waived, "the bucket has no object lock");
    waived.waived = Some(Waived {
        owner: "team-db".to_owned(),
        reason: "object lock needs a new bucket; the migration is planned for December".to_owned(),
        expires_s: NOW_S + 2_592_000,
        instead_of: Verdict::Fail,
    });
    findings.push(waived);
    let mut later = finding("alerts.routed", "BackupFailed/global", Verdict::Fail, "no rule fires on a failed backup");
    later.gated = false;
    findings.push(later);
    for subject in ["postgresql/us-east-1", "redis/us-east-1"] {
        findings.push(finding("workload.replicas", subject, Verdict::Pass, "3 replicas are asked for; at least 2 are required"));
    }
    findings.push(finding("failover.one-region", "system", Verdict::NotApplicable, "the config says that there are two regions"));
    findings
}

fn line(id: &str, text: &str, verdict: Verdict, why: &str) -> ChecklistLine {
    let stage = if id.starts_with("pre") { "pre-production" } else { "post-production" };
    ChecklistLine { id: id.to_owned(), text: text.to_owned(), stage: stage.to_owned(), verdict, why: why.to_owned(), findings: Vec::new() }
}

fn half(verdict: Option<Verdict>, value_s: Option<i64>) -> Half {
    Half { verdict, value_s }
}

fn scenario(id: &str, rto: (i64, Half), rpo: (i64, Half)) -> Scenario {
    let objective = |(target_s, structure)| Objective { target_s, structure, measured: half(Some(Verdict::NotJudged), None) };
    Scenario { id: id.to_owned(), title: id.replace('-', " "), rto: objective(rto), rpo: objective(rpo) }
}

/// A system with a bit of everything.
pub(super) fn report() -> Report {
    let findings: Vec<Finding> = red().into_iter().chain(rest()).collect();
    let unjudged =
        |what: &str, because: &str, in_doubt| Unjudged { what: what.to_owned(), line: None, because: because.to_owned(), in_doubt };
    let mut report = Report {
        tool: "seaworthy 0.1.0".to_owned(),
        system: "shop".to_owned(),
        taken_at_s: NOW_S,
        judged_at_s: NOW_S,
        stage: "pre-production".to_owned(),
        scope: "declared".to_owned(),
        outcome: Outcome::NotReady,
        reason: "not ready".to_owned(),
        counts: Counts::default(),
        checklist: vec![
            line("pre-1", "All services deployed and healthy", Verdict::NotJudged, "needs clusters:"),
            line(
                "pre-2",
                "Automated backups configured (PG, ConfigMaps, Secrets)",
                Verdict::Fail,
                "3 of 4: postgresql, configmaps, secrets",
            ),
            line("pre-3", "Backup restoration tested successfully", Verdict::NotJudged, "needs drills:"),
            line("pre-10", "Runbooks reviewed", Verdict::Unknown, "no control proves it"),
            line("post-1", "First backup completed", Verdict::NotJudged, "needs clusters:"),
            line("post-2", "Alerts fire", Verdict::Fail, "1 of 6: BackupFailed"),
        ],
        scenarios: vec![
            scenario("single-pod-failure", (60, half(Some(Verdict::Pass), Some(40))), (0, half(Some(Verdict::Fail), None))),
            scenario("database-corruption", (1_800, half(None, None)), (3_600, half(Some(Verdict::Fail), Some(87_600)))),
            scenario("region-failure", (300, half(Some(Verdict::Unknown), Some(420))), (60, half(Some(Verdict::NotApplicable), None))),
        ],
        findings,
        unjudged: vec![unjudged("values.yaml", "Helm values", false), unjudged("overlay/patch.yaml", "a patch, not an object", true)],
        links: vec![
            Link { object: "CronJob/ops/pg-backup".to_owned(), to: "postgresql/us-east-1".to_owned(), because: "its name".to_owned() },
            Link { object: "CronJob/ops/misc".to_owned(), to: "unlinked".to_owned(), because: "no component has its labels".to_owned() },
        ],
        reads: vec![Read {
            read: "k8s/us-west-2/cronjobs".to_owned(),
            noun: "schedule".to_owned(),
            of: "cluster us-west-2".to_owned(),
            at_s: NOW_S,
            state: "denied".to_owned(),
            detail: Some("403".to_owned()),
            items: 0,
        }],
        files: 14,
        objects: 23,
        notices: vec!["the waiver of `backup.keep` for `mysql/us-east-1` matched nothing".to_owned()],
    };
    count(&mut report);
    report
}

/// Counts and outcome as the evaluation would have them.
pub(super) fn count(report: &mut Report) {
    report.counts = Counts::default();
    for finding in report.findings.iter().filter(|finding| finding.gated) {
        report.counts.add(finding.verdict);
    }
    report.outcome = match (report.counts, report.scope.as_str()) {
        (Counts { fail: 1.., .. }, _) => Outcome::NotReady,
        (Counts { unknown: 1.., .. } | Counts { pass: 0, .. }, _) => Outcome::Incomplete,
        (_, "live") => Outcome::Ready,
        _ => Outcome::NoFaultDeclared,
    };
}

/// Text that wants out.
pub(super) fn hostile() -> impl Strategy<Value = String> {
    let nasty = prop::sample::select(vec![
        "\0",
        "\u{1b}[31m",
        "\u{1b}]8;;http://x\u{7}",
        "\u{1b}",
        "]]>",
        "]]",
        "]]]>",
        "<error/>",
        "&amp;",
        "\u{fffe}",
        "\u{ffff}",
        "\u{202e}",
        "\u{2066}",
        "\u{85}",
        "\u{2028}",
        "\u{e0041}",
        "::error::x",
        "\n::error::y",
        " ::stop-commands::z",
        "##[error]",
        "##vso[task.complete]",
        "\r",
        "\r\n",
        "\t",
        "\"",
        "'",
        "日本語",
        "é",
        "\u{301}",
        "plain words here",
        "a-very-long-word-without-any-space-in-it-that-goes-on-and-on-and-on",
        "",
        " ",
    ]);
    let piece = prop_oneof![3 => nasty.prop_map(str::to_owned), 1 => any::<String>()];
    prop_oneof![
        30 => prop::collection::vec(piece, 0..5).prop_map(|pieces| pieces.concat()),
        1 => Just("]]>x ".repeat(6_000)),
    ]
}

fn place() -> impl Strategy<Value = Place> {
    let number = || prop::option::of(prop_oneof![0..40_u32, any::<u32>()]);
    let text = || prop::option::of(hostile());
    (text(), number(), number(), number(), text(), text(), text(), prop::collection::vec(hostile(), 0..2)).prop_map(
        |(file, line, column, length, excerpt, label, object, also)| Place { file, line, column, length, excerpt, label, object, also },
    )
}

fn any_finding() -> impl Strategy<Value = Finding> {
    let control = prop_oneof![Just("backup.frequency".to_owned()), Just("restore.rpo".to_owned()), hostile()];
    let severity = prop::sample::select(vec![Severity::Critical, Severity::High, Severity::Medium, Severity::Low]);
    let texts = || prop::collection::vec(hostile(), 0..3);
    (
        (control, hostile(), hostile(), prop::sample::select(Verdict::ALL.to_vec()), severity, any::<bool>()),
        (texts(), texts(), prop::option::of(place()), hostile(), hostile(), hostile(), any::<i64>()),
    )
        .prop_map(|((control, title, subject, verdict, severity, gated), (sentences, notes, at, fix, owner, reason, expires_s))| {
            Finding {
                title,
                severity,
                gated,
                sentences,
                notes,
                at,
                fix,
                waived: (verdict == Verdict::Waived).then_some(Waived { owner, reason, expires_s, instead_of: Verdict::Fail }),
                ..finding(&control, &subject, verdict, "")
            }
        })
}

/// Reports in which every string is hostile; counts and outcome are consistent.
pub(super) fn hostile_report() -> impl Strategy<Value = Report> {
    let findings = prop::collection::vec(any_finding(), 0..8);
    let scope = prop::sample::select(vec!["declared", "live"]);
    (findings, scope, any::<i64>(), prop::collection::vec(hostile(), 12)).prop_map(|(findings, scope, at_s, texts)| {
        let mut texts = texts.into_iter();
        let mut text = || texts.next().unwrap_or_default();
        let mut report = report();
        report.findings = findings;
        report.scope = scope.to_owned();
        report.taken_at_s = at_s;
        report.judged_at_s = at_s;
        report.system = text();
        report.reason = text();
        report.notices = vec![text()];
        report.unjudged = vec![Unjudged { what: text(), line: Some(3), because: text(), in_doubt: true }];
        report.links.push(Link { object: text(), to: "unlinked".to_owned(), because: text() });
        report.checklist.push(line("pre-x", &text(), Verdict::Fail, &text()));
        report.scenarios.push(scenario(&text(), (i64::MAX, half(Some(Verdict::Pass), Some(at_s))), (0, half(None, None))));
        count(&mut report);
        report
    })
}
