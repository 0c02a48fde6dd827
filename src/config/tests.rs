use super::*;
use crate::standard::EMBEDDED;

const GOOD: &str = r#"version: 1
system: kubernaut
stage: post-production
namespaces: [kubernaut-system]
regions:
  us-east-1: {role: primary}
  eu-west-1: {role: standby}
inventory:
  gateway: {kind: Deployment, name: gateway, ready: 3}
custom-resources: [AIAnalysis]
excluded:
  redis: {reason: "ephemeral cache"}
  configmaps: {reason: "in Git"}
standard:
  components:
    postgresql: {backup: {every: 30m, keep: {value: 14d, owner: ops, reason: disk, expires: 2027-01-31}}}
  scenarios:
    region-failure: {rto: {value: 2h, owner: ops, reason: slow DNS, expires: 2027-01-31}}
components:
  postgresql: {backed-up-by: [CronJob/kubernaut-system/postgresql-backup]}
  orders: {is: postgresql}
manifests:
  - {path: deploy/us/, region: us-east-1}
recorded: [evidence/*.json]
at: 2026-11-22T14:00:00Z
failover: {name: Gateway.kubernaut.io.}
drills: {ledger: drills/}
attestations: attestations/
waivers: waivers.yaml
"#;

const WAIVERS: &str = "version: 1
waivers:
  - {control: backup.frequency, subject: secrets/eu-west-1, owner: ops, reason: soon, expires: 2027-01-31, at-most: 2d}
";

fn directory(config: &str) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for name in ["deploy/us", "drills", "attestations"] {
        std::fs::create_dir_all(directory.path().join(name)).unwrap();
    }
    std::fs::write(directory.path().join("waivers.yaml"), WAIVERS).unwrap();
    std::fs::write(directory.path().join("seaworthy.yaml"), config).unwrap();
    directory
}

/// Every problem as `line:column: message`.
fn problems(config: &str) -> Vec<String> {
    let directory = directory(config);
    let error = Config::load(&directory.path().join("seaworthy.yaml"), EMBEDDED).unwrap_err();
    let prefix = format!("{}/", shown(directory.path()));
    error.problems.iter().map(|problem| problem.to_string().replace(&prefix, "").replace("seaworthy.yaml:", "")).collect()
}

#[test]
fn a_good_file_is_read() {
    let directory = directory(GOOD);
    let config = Config::load(&directory.path().join("seaworthy.yaml"), EMBEDDED).unwrap();
    assert_eq!(config.system.name, "kubernaut");
    assert_eq!(config.stage, Stage::PostProduction);
    assert_eq!(config.system.routed_name.as_deref(), Some("gateway.kubernaut.io"));
    let components: Vec<&str> = config.system.components.keys().map(String::as_str).collect();
    assert_eq!(components, ["custom-resources", "orders", "postgresql", "secrets"]);
    assert_eq!(config.at_s, Some(1_795_356_000));
    assert_eq!(config.live_sections, ["recorded"]);
    assert_eq!(config.manifests, [ManifestSource { path: "deploy/us/".into(), region: "us-east-1".to_owned() }]);
    let kept = serde_json::json!({"components": {"postgresql": {"backup": {"every": "30m"}}}});
    assert_eq!(config.system.overrides, Some(kept));
    let waived: Vec<_> = config.waivers.iter().map(|w| (w.control.as_str(), w.subject.as_str(), w.at_most, w.at_least)).collect();
    assert_eq!(
        waived,
        [
            ("backup.frequency", "secrets/eu-west-1", Some(172_800), None),
            ("backup.retention", "orders/us-east-1", None, Some(1_209_600)),
            ("backup.retention", "postgresql/us-east-1", None, Some(1_209_600)),
            ("recovery.rto_failover", "region-failure/global", Some(7_199), None),
            ("recovery.rto_measured", "region-failure/global", Some(7_199), None),
        ]
    );
    assert!(config.waivers.iter().all(|waiver| waiver.expires_s == 1_801_439_999));
}

#[test]
fn every_problem_is_told_with_its_place() {
    let found = problems(
        "version: 2
systm: kubernaut
stage: production
regions:
  a: {role: primary}
  b: {role: primary, rol: x}
inventory:
  gateway: {kind: Deployment, ready: 0}
excluded:
  redsi: {reason: ''}
manifests:
  - {path: nowhere, region: c}
  - {path: 5, region: a}
repositories: []
at: yesterday
",
    );
    assert_eq!(
        found,
        [
            " missing key `system`",
            "1:10: version 2 is not known: this program reads version 1",
            "2:1: unknown key `systm`, did you mean `system`?",
            "3:8: unknown value `production`, did you mean `pre-production`?",
            "6:3: `b` is a second primary region",
            "6:22: unknown key `rol`, did you mean `role`?",
            "8:38: nothing has to be ready: leave the thing out, or exclude it with a reason",
            "10:3: there is nothing called `redsi` to exclude, did you mean `redis`?",
            "10:19: `redsi` is excluded without a reason",
            "12:12: there is no `nowhere`",
            "12:29: there is no region `c`",
            "13:12: expected a string, found the number 5",
            "14:15: `repositories` is not supported yet",
            "15:5: `at` turns the clock back, and `repositories` is live: only one of them can be true",
            "15:5: this is no instant",
        ]
    );
}

#[test]
fn a_cluster_is_in_one_region_and_reached_in_one_way() {
    let head = "version: 1\nsystem: s\nregions: {a: {role: primary}, b: {role: standby}}\n";
    let table: &[(&str, &[&str])] = &[
        (
            "clusters:\n  - {region: a, context: x}",
            &["5:5: nothing says which namespaces are this system's, and a cluster holds more than one system"],
        ),
        ("namespaces: [s]\nclusters:\n  - {context: x}", &["6:5: there are several regions: say which one this cluster is in"]),
        ("namespaces: [s]\nclusters:\n  - {region: c, context: x}", &["6:14: there is no region `c`"]),
        ("namespaces: [s]\nclusters:\n  - {region: a}", &["6:5: nothing says how this cluster is reached"]),
        ("namespaces: [s]\nclusters:\n  - {region: a, context: x}\n  - {region: a, context: z}", &["7:5: a second cluster for region `a`"]),
        (
            "namespaces: [s]\nclusters:\n  - {region: a, context: x, in-cluster: true}",
            &["6:26: a cluster is reached through a context or from inside, not both"],
        ),
        (
            "namespaces: [s]\nclusters:\n  - {region: a, kubeconfig: k, in-cluster: true}",
            &["6:29: from inside a cluster no kubeconfig is read"],
        ),
        ("namespaces: [s]\nclusters:\n  - {region: a, context: x, kubeconfig: k}", &["6:41: there is no `k`"]),
        (
            "namespaces: [s]\nclusters:\n  - {region: a, contxt: x}",
            &["6:5: nothing says how this cluster is reached", "6:17: unknown key `contxt`, did you mean `context`?"],
        ),
        (
            "namespaces: [s]\nat: 2026-11-22T14:00:00Z\nclusters:\n  - {region: a, context: x}",
            &["5:5: `at` turns the clock back, and `clusters` is live: only one of them can be true"],
        ),
    ];
    for (text, expected) in table {
        assert_eq!(problems(&format!("{head}{text}\n")), *expected, "{text}");
    }
}

#[test]
fn a_database_is_reached_without_a_password_in_its_address() {
    let head = "version: 1\nsystem: s\nregions: {a: {role: primary}, b: {role: standby}}\ndatabases:\n";
    let table: &[(&str, &str)] = &[
        (
            "{component: postgres, region: a, url: 'postgres://u@h/d'}",
            "there is no component or thing of the inventory called `postgres`, did you mean `postgresql`?",
        ),
        ("{component: postgresql, url: 'postgres://u@h/d'}", "there are several regions: say which one this server is in"),
        ("{component: postgresql, region: a}", "nothing says what is to be asked"),
        ("{component: postgresql, region: a, url: 'postgres://u:canary@h/d'}", "a password stands in this address"),
        ("{component: postgresql, region: a, url: 'postgres://u:ca/nary@h/d'}", "a password stands in this address"),
        ("{component: postgresql, region: a, url: 'postgres://u@h/d?password=canary'}", "a password stands in this address"),
        ("{component: postgresql, region: a, url: 'mysql://u@h/d'}", "`mysql://` is not read here"),
        ("{component: postgresql, region: a, url: h}", "this is no address"),
        (
            "{component: postgresql, region: a, url: 'postgres://u@h/d', password: {env: A, file: b}}",
            "a password is in one place: `env`, `file` or `secret`",
        ),
        ("{component: postgresql, region: a, url: 'postgres://u@h/d', password: {secret: x}}", "this names no key of a Secret"),
        (
            "{component: postgresql, region: a, url: 'postgres://u@h/d', password: {secret: n/s/k}}",
            "no cluster is configured for region `a` that this Secret could be in",
        ),
        ("{component: postgresql, region: a, url: 'postgres://u@h/d', sample-for: 1h}", "lag is measured for 1s to 10m"),
        ("{component: postgresql, region: a, backups: [{tool: pgbackrest}]}", "a report is in a `file` or printed by a `command`"),
        ("{component: postgresql, region: a, patroni: ['ftp://h']}", "`ftp://` is not read here"),
    ];
    for (entry, expected) in table {
        let found = problems(&format!("{head}  - {entry}\n")).join("\n");
        assert!(found.contains(expected), "{entry}: {found}");
        assert!(!found.contains("canary"), "{found}");
    }
}

#[test]
fn a_system_may_only_ask_more_of_itself() {
    let over = |tree: &str| problems(&format!("version: 1\nsystem: s\nstandard:\n{tree}\n"));
    let table: &[(&str, &str)] = &[
        (
            "  components: {postgresql: {backup: {every: 2h}}}",
            "4:45: `components.postgresql.backup.every` is looser than the standard's 1h",
        ),
        (
            "  components: {postgresql: {backup: {keep: 29d}}}",
            "4:44: `components.postgresql.backup.keep` is looser than the standard's 30d",
        ),
        ("  failover: {threshold: 4}", "4:25: `failover.threshold` can only be made stricter here than the standard's 3"),
        ("  failover: {routing: simple}", "4:23: `failover.routing` can only be made stricter here than the standard's weighted"),
        ("  runs: {at-least-percent: 90}", "4:28: `runs.at-least-percent` can only be made stricter here than the standard's 98"),
        ("  evidence: {max-agee: 1h}", "4:14: unknown key `max-agee`, did you mean `max-age`?"),
        ("  evidence: {max-age: 3}", "4:23: `evidence.max-age` needs a span of time such as 90s, 30m, 1h or 30d"),
        ("  evidence: {max-age: {value: 48h}}", "4:23: `evidence.max-age` can only be made stricter here"),
        (
            "  alerts: {backup-failed: {priority: P1}}",
            "4:38: `alerts.backup-failed.priority` can only be made stricter here than the standard's P0",
        ),
        (
            "  scenarios: {region-failure: {data: []}}",
            "4:38: `scenarios.region-failure.data` can only be made stricter here than the standard's [\"postgresql\"]",
        ),
        ("  documents: {dr-plan: {people: x}}", "4:3: with this system's overrides: "),
        ("  version: 0", "4:3: version 0 is not known"),
        ("  scenarios: {region-failure: {rto: {value: 2h, owner: a, reason: b}}}", "4:37: missing key `expires`"),
        ("  scenarios: 5", "4:14: `scenarios` is a mapping in the standard, not a number"),
    ];
    for (tree, expected) in table {
        let found = over(tree);
        assert!(found.len() == 1 && found.iter().all(|problem| problem.starts_with(expected)), "{tree}\n{found:#?}\n{expected}");
    }
}

#[test]
fn a_waiver_needs_who_why_and_until_when() {
    let directory = directory("version: 1\nsystem: s\nwaivers: waivers.yaml\n");
    let text = "version: 1\nwaivers:\n  - {control: frequency, subject: postgresql, owner: '', reason: r, expires: soon}\n  - {control: a.b, subject: c/d, verdict: pass, owner: o, reason: r, expires: 2027-01-01}\n";
    std::fs::write(directory.path().join("waivers.yaml"), text).unwrap();
    let error = Config::load(&directory.path().join("seaworthy.yaml"), EMBEDDED).unwrap_err();
    let found: Vec<String> = error.problems.iter().map(|problem| problem.message.clone()).collect();
    assert_eq!(
        found,
        [
            "a control is named by its group and name: `backup.frequency`",
            "a subject is a thing and a region: `postgresql/us-east-1`",
            "the owner is empty",
            "this is no date",
            "unknown value `pass`, expected `fail`, `unknown`",
        ]
    );
    assert!(error.problems.iter().all(|problem| error.source_of(&problem.file) == Some(text)));
}

#[test]
fn nothing_is_expanded_and_broken_text_is_one_problem() {
    let directory = directory("version: 1\nsystem: ${HOME}\n");
    let config = Config::load(&directory.path().join("seaworthy.yaml"), EMBEDDED).unwrap();
    assert_eq!(config.system.name, "${HOME}");
    assert_eq!(problems("a: [").len(), 1);
    assert_eq!(problems("").len(), 1);
    assert_eq!(problems("- a").len(), 1);
    assert!(Config::load(Path::new("/nowhere/seaworthy.yaml"), EMBEDDED).is_err());
}

#[test]
fn a_configuration_is_found_up_to_the_root_of_the_repository() {
    let directory = directory(GOOD);
    let deep = directory.path().join("deploy/us");
    assert_eq!(Config::discover(&deep), Some(directory.path().join("seaworthy.yaml")));
    std::fs::create_dir(deep.join(".git")).unwrap();
    assert_eq!(Config::discover(&deep), None);
}

#[test]
fn the_schema_knows_every_key() {
    let schema = schema();
    for key in ["version", "custom-resources", "clusters", "drills", "waivers"] {
        assert!(schema.pointer(&format!("/properties/{key}")).is_some(), "{key}");
    }
    assert_eq!(schema.pointer("/additionalProperties"), Some(&serde_json::Value::Bool(false)));
    assert!(waivers_schema().pointer("/properties/waivers").is_some());
}

#[test]
fn a_report_out_of_a_pod_takes_a_command_and_a_cluster() {
    let of = |clusters: &str, report: &str| {
        format!(
            "version: 1\nsystem: shop\nnamespaces: [shop]\nregions: {{east: {{role: primary}}}}\n{clusters}databases: [{{component: postgresql, backups: [{{tool: wal-g, {report}}}]}}]\n"
        )
    };
    let (cluster, pod) = ("clusters: [{context: lab, region: east}]\n", "pod: {namespace: db, name: pg-0}");
    let cases = [
        (of(cluster, pod), "nothing says what this Pod is to print"),
        (of(cluster, &format!("command: [], {pod}")), "nothing says what this Pod is to print"),
        (of(cluster, &format!("file: a.json, command: [a], {pod}")), "a report is in a `file` or printed by a `command`"),
        (of(cluster, &format!("file: a.json, {pod}")), "a report is in a `file` or printed by a `command`"),
        (
            of("manifests: [{path: deploy/us, region: east}]\n", &format!("command: [a], {pod}")),
            "no cluster is configured for region `east` that this Pod could be in",
        ),
        (of(cluster, "command: [a], pod: {namespace: db, name: ../pg-0}"), "this is no name of an object"),
        (of(cluster, "command: [a], pod: {namespace: db, name: pg-0, container: ''}"), "this is no name of an object"),
    ];
    for (config, expected) in cases {
        let [problem] = &problems(&config)[..] else { panic!("{config}: {:?}", problems(&config)) };
        assert!(problem.ends_with(expected), "{problem}");
    }
    let good = directory(&of(cluster, &format!("command: [a, b], {pod}")));
    let config = Config::load(&good.path().join("seaworthy.yaml"), EMBEDDED).unwrap();
    let pod =
        PodCommand { namespace: "db".to_owned(), name: "pg-0".to_owned(), container: None, command: vec!["a".to_owned(), "b".to_owned()] };
    assert_eq!(config.databases[0].backups[0].source, ReportSource::Pod(pod));
}

#[test]
fn a_frame_shows_no_password_wherever_it_stands() {
    let of = |entry: &str| format!("version: 1\nsystem: x\nusers: 3\ndatabases:\n  - {entry}\n");
    for entry in [
        "{component: postgresql, url: 'postgres://ann:can/ary@db/x'}",
        "{component: redis, url: 'redis://:canary@db', replicas: 1}",
        "{component: postgresql, url: 'postgres://ann@db/x?password=canary'}",
        "{component: postgresql, url: 'host=db password = canary'}",
        "component: postgresql\n    url: 3\n    password: canary",
        "component: postgresql\n    pasword: \"can ary\"\n    url: 3",
        "component: postgresql\n    password:\n      value: canary\n      >-: 1",
        "component: postgresql\n    password: |\n      can\n      ary\n    url: 3",
    ] {
        let directory = directory(&of(entry));
        let file = directory.path().join("seaworthy.yaml");
        let error = Config::load(&file, EMBEDDED).unwrap_err();
        let shown = error.source_of(&shown(&file)).unwrap();
        assert!(!shown.contains("can") && !shown.contains("ary"), "{shown}");
        assert!(shown.contains("component: ") && shown.lines().count() == of(entry).lines().count(), "{shown}");
        assert!(!error.to_string().contains("canary"), "{error}");
    }
    let plain = "version: 1\nsystem: x\nusers: 3\nexcluded: {redis: {reason: \"see https://example.org/x\"}}\n# postgres://ann@db/x\n";
    let directory = directory(plain);
    let file = directory.path().join("seaworthy.yaml");
    let error = Config::load(&file, EMBEDDED).unwrap_err();
    assert_eq!(error.source_of(&shown(&file)), Some(plain), "what is no password stays as it is");
}

#[test]
fn what_has_the_wrong_shape_is_answered_with_the_right_one() {
    for (section, expected) in [
        ("drills: drills/", "drills: {ledger: drills/}"),
        ("manifests: [deploy/]", "{path: deploy/us-east-1/, region: us-east-1}"),
        ("regions: [a, b]", "us-east-1: {role: primary}"),
        ("regions: {}", "leave `regions` out"),
        ("waivers: nowhere.yaml", "paths are relative to this file"),
        ("databases: [{component: postgresql, url: 'postgres://a@b/c', password: secret}]", "password: {env: PGPASSWORD}"),
    ] {
        let directory = directory(&format!("version: 1\nsystem: x\n{section}\n"));
        let error = Config::load(&directory.path().join("seaworthy.yaml"), EMBEDDED).unwrap_err();
        assert_eq!(error.problems.len(), 1, "{section}: {error}");
        assert!(error.problems[0].help.as_ref().is_some_and(|help| help.contains(expected)), "{section}: {:?}", error.problems[0].help);
    }
    assert_eq!(problems("# nothing\n"), [" the file is empty"]);
}
