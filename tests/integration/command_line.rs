//! The command line as a newcomer types it: each mistake is exit 2 and says what to type instead.

use crate::common::{root, run, seaworthy, stderr, stdout, system};
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

/// What was complained of, unwrapped.
fn said(output: &Output) -> String {
    stderr(output).replace('│', "").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn config(name: &str) -> String {
    path(&system(name).join("seaworthy.yaml")).to_owned()
}

/// A copy of the ready system whose PostgreSQL is backed up once a day, with some lines added to its config.
fn daily(dir: &Path, lines: &str) -> String {
    let copy = dir.join("system");
    assert!(Command::new("cp").arg("-r").arg(system("kubernaut-ready")).arg(&copy).status().unwrap().success());
    let backup = copy.join("deploy/us-east-1/postgresql.yaml");
    let text = std::fs::read_to_string(&backup).unwrap();
    let daily: String = text
        .lines()
        .map(|line| if line.starts_with("  schedule:") { "  schedule: \"0 0 2 * * *\"\n".to_owned() } else { format!("{line}\n") })
        .collect();
    std::fs::write(backup, daily).unwrap();
    let config = copy.join("seaworthy.yaml");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, format!("{text}\n{lines}\n")).unwrap();
    path(&config).to_owned()
}

#[test]
fn a_mistyped_line_says_what_to_type() {
    let dir = tempfile::tempdir().unwrap();
    let kubernaut = config("kubernaut");
    for (args, expected) in [
        (&["check"][..], "seaworthy check deploy/"),
        (&["check", "--no-config"], "seaworthy check deploy/"),
        (&["chek"], "'check'"),
        (&["check", "--snapshto", "x"], "'--snapshot'"),
        (&["check", "nowhere"], "there is no `nowhere`"),
        (&["check", "--config", &kubernaut, "--stage", "prod"], "pre-production"),
        (&["check", "--config", &kubernaut, "-o", "sarif"], "there are text, json, junit"),
        (&["check", "--config", &kubernaut, "-o", "text", "-o", "json"], "-o junit=report.xml"),
        (&["check", "--config", &kubernaut, "-o", "json="], "json=FILE"),
        (&["check", "--config", &kubernaut, path(dir.path())], "--region us-east-1"),
        (&["check", "--config", &kubernaut, "--region", "us-est-1", path(dir.path())], "eu-west-1, us-east-1"),
        (&["check", "--config", &kubernaut, "--policies", path(dir.path())], "there is no control here"),
        (&["controls", "explain", "backup.frequncy"], "did you mean `backup.frequency`?"),
        (&["policy", "test", path(dir.path())], "a rule whose name begins with `test_`"),
    ] {
        let output = seaworthy().current_dir(dir.path()).args(args).output().unwrap();
        assert_eq!(code(&output), 2, "{args:?}: {}", said(&output));
        assert!(said(&output).contains(expected), "{args:?}: {}", said(&output));
    }
}

#[test]
fn a_report_that_cannot_be_written_hides_no_other_and_is_not_green() {
    let dir = tempfile::tempdir().unwrap();
    let json = dir.path().join("report.json");
    for (name, expected) in [("kubernaut-ready", 4), ("kubernaut", 1)] {
        let output = run(&["check", "--config", &config(name), "-o", "junit=/nonexistent/x", "-o", &format!("json={}", path(&json))]);
        assert_eq!(code(&output), expected);
        assert!(said(&output).contains("/nonexistent/x"), "{}", said(&output));
        assert!(std::fs::read_to_string(&json).unwrap().contains("\"outcome\""));
        std::fs::remove_file(&json).unwrap();
    }
}

#[test]
fn a_report_replaces_a_file_and_never_a_device_or_a_link() {
    use std::os::unix::fs::FileTypeExt;
    let dir = tempfile::tempdir().unwrap();
    let real = dir.path().join("real.json");
    std::fs::write(&real, "old").unwrap();
    let link = dir.path().join("link.json");
    std::os::unix::fs::symlink(&real, &link).unwrap();
    let null = dir.path().join("null");
    std::os::unix::fs::symlink("/dev/null", &null).unwrap();
    let output = run(&[
        "check",
        "--config",
        &config("kubernaut-ready"),
        "-o",
        &format!("json={}", path(&link)),
        "-o",
        &format!("text={}", path(&null)),
    ]);
    assert_eq!(code(&output), 0, "{}", said(&output));
    assert!(link.is_symlink() && std::fs::read_to_string(&real).unwrap().contains("\"outcome\""));
    assert!(null.is_symlink() && std::fs::metadata("/dev/null").unwrap().file_type().is_char_device());
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    for args in [
        &["schema", "snapshot"][..],
        &["controls", "list", "-o", "json"],
        &["check", "--config", &config("kubernaut"), "-v", "-o", "json"],
        &["controls", "explain", "backup.frequency", "--input", "--config", &config("kubernaut-ready")],
    ] {
        let mut child = seaworthy().args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(stderr(&output), "", "{args:?}");
        assert_ne!(code(&output), 101, "{args:?}");
    }
}

#[test]
fn one_system_is_judged_alike_from_wherever_it_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let home = dir.path().join("ein Verzeichnis/größe");
    std::fs::create_dir_all(home.parent().unwrap()).unwrap();
    assert!(Command::new("cp").arg("-r").arg(system("kubernaut-ready")).arg(&home).status().unwrap().success());
    let counts = |output: &Output| stdout(output).lines().find(|line| line.contains(" fail · ")).map(str::to_owned).unwrap();
    let expected = counts(&run(&["check", "--config", &config("kubernaut-ready")]));
    for (from, args) in [
        (home.clone(), vec!["check"]),
        (home.join("deploy/us-east-1"), vec!["check"]),
        (home.clone(), vec!["check", "--config", "./seaworthy.yaml"]),
        (dir.path().to_path_buf(), vec!["check", "--config", "ein Verzeichnis/größe/seaworthy.yaml"]),
        (dir.path().to_path_buf(), vec!["check", "--snapshot", "ein Verzeichnis/größe/snapshot.json"]),
    ] {
        let output = seaworthy().current_dir(&from).args(&args).output().unwrap();
        assert_eq!((code(&output), counts(&output)), (0, expected.clone()), "{} {args:?}: {}", from.display(), said(&output));
    }
    let stored = std::fs::File::open(home.join("snapshot.json")).unwrap();
    let piped = seaworthy().args(["check", "--snapshot", "-"]).stdin(stored).output().unwrap();
    assert_eq!((code(&piped), counts(&piped)), (0, expected));
}

#[test]
fn colour_is_asked_for_or_absent() {
    let kubernaut = config("kubernaut");
    let has = |args: &[&str]| stdout(&run(args)).contains('\u{1b}');
    assert!(!has(&["check", "--config", &kubernaut]));
    assert!(has(&["--color", "always", "check", "--config", &kubernaut]));
    assert!(!has(&["--color", "never", "check", "--config", &kubernaut]));
}

#[test]
fn what_needs_live_evidence_is_unknown_once_it_is_required() {
    let json = |args: &[&str]| -> serde_json::Value { serde_json::from_slice(&run(&[args, &["-o", "json"]].concat()).stdout).unwrap() };
    let kubernaut = config("kubernaut");
    let declared = json(&["check", "--config", &kubernaut]);
    assert!(declared["counts"]["not_judged"].as_u64().or(declared["counts"]["not-judged"].as_u64()).unwrap() > 0, "{}", declared["counts"]);
    for args in [&["--require-live"][..], &["--stage", "post-production"]] {
        let live = json(&[&["check", "--config", &kubernaut], args].concat());
        assert_eq!(live["counts"]["not_judged"].as_u64().or(live["counts"]["not-judged"].as_u64()), Some(0), "{args:?}");
    }
}

fn control(id: &str, rules: &str) -> String {
    format!(
        "# METADATA\n# title: T\n# description: D\n# custom:\n#   severity: critical\n#   needs: {{workload: declared}}\n#   fix: f\n\
         package controls.{id}\n\nsubjects contains subject if some subject, _ in data.standard.inventory\n\n{rules}\n"
    )
}

#[test]
fn a_policy_that_cannot_be_used_is_refused_with_its_place() {
    for (what, files, expected) in [
        ("does not compile", vec![control("own.a", "compliant contains x if { y :=")], "a0.rego:12:29: "),
        ("calls the network", vec![control("own.a", "compliant contains s if { http.send({}); s := \"a/b\" }")], "a0.rego:12: `http.send`"),
        ("no METADATA", vec!["package controls.own.a\nsubjects := {\"a/b\"}\n".to_owned()], "no METADATA block"),
        ("two of one id", vec![control("own.a", ""), control("own.a", "")], "a1.rego: the control `own.a` is there already, in"),
        ("the id of an embedded one", vec![control("backup.frequency", "")], "is there already, in policies/"),
    ] {
        let dir = tempfile::tempdir().unwrap();
        for (index, text) in files.iter().enumerate() {
            std::fs::write(dir.path().join(format!("a{index}.rego")), text).unwrap();
        }
        let output = seaworthy()
            .current_dir(dir.path())
            .args(["check", "--config", &config("kubernaut-ready"), "--policies", "."])
            .output()
            .unwrap();
        assert_eq!(code(&output), 2, "{what}: {}", said(&output));
        assert!(said(&output).contains(expected), "{what}: {}", said(&output));
    }
}

#[test]
fn a_policy_that_breaks_while_it_runs_is_unknown_and_hides_no_other() {
    let loops = "compliant contains s if {\n\tsome s in subjects\n\tsome a in numbers.range(1, 10000)\n\tsome b in numbers.range(1, 10000)\n\
                 \tsome c in numbers.range(1, 10000)\n\ta + b + c == 0\n}";
    let dir = tempfile::tempdir().unwrap();
    for (name, rules) in [
        ("recursion", "a := b\nb := a\ncompliant contains s if { some s in subjects; a }"),
        ("shape", "compliant := 3"),
        ("endless", loops),
    ] {
        std::fs::write(dir.path().join(format!("{name}.rego")), control(&format!("own.{name}"), rules)).unwrap();
    }
    let args = ["check", "--config", &config("kubernaut-ready"), "--policies", path(dir.path())];
    let output = run(&args);
    let text = stdout(&output);
    assert_eq!(code(&output), 3, "{text}{}", said(&output));
    for (name, why) in [("recursion", "recursion detected"), ("shape", "has the wrong shape"), ("endless", "it ran longer than 20 s")] {
        assert!(text.contains(&format!("own.{name}")) && text.contains(why), "{name}: {text}");
    }
    let alone = std::fs::read_to_string(root().join("fixtures/systems/kubernaut-ready/report.json")).unwrap();
    let alone: serde_json::Value = serde_json::from_str(&alone).unwrap();
    assert!(text.contains(&format!(" {} pass ", alone["counts"]["pass"])), "{text}");
}

#[test]
fn another_organisations_standard_takes_the_place_of_ours() {
    let dir = tempfile::tempdir().unwrap();
    let standard = dir.path().join("standard.yaml");
    let text = std::fs::read_to_string(root().join("policies/standard.yaml")).unwrap();
    std::fs::write(&standard, text.replace("every: 1h", "every: 2d")).unwrap();
    let config = daily(dir.path(), "");
    let frequency = |args: &[&str]| {
        verdict(&[&["check", "--config", &config, "-o", "json"], args].concat(), "backup.frequency", "postgresql/us-east-1")
    };
    assert_eq!(frequency(&[])["verdict"], "fail");
    assert_eq!(frequency(&["--standard", path(&standard)])["verdict"], "pass");
    std::fs::write(&standard, "version: 1\ncomponents: 3\n").unwrap();
    let output = run(&["check", "--config", &config, "--standard", path(&standard)]);
    assert_eq!(code(&output), 2);
    assert!(said(&output).contains("standard.yaml"), "{}", said(&output));
}

/// The finding of one control about one subject.
fn verdict(args: &[&str], control: &str, subject: &str) -> serde_json::Value {
    let output = run(args);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{args:?}: {}", said(&output)));
    let found =
        report["findings"].as_array().unwrap().iter().find(|finding| finding["control"] == control && finding["subject"] == subject);
    found.cloned().unwrap()
}

#[test]
fn a_stricter_number_counts_and_a_looser_one_is_waived_by_name() {
    let of = |lines: &str| {
        let dir = tempfile::tempdir().unwrap();
        let config = daily(dir.path(), lines);
        verdict(&["check", "--config", &config, "-o", "json"], "backup.frequency", "postgresql/us-east-1")
    };
    let stricter = of("standard: {components: {postgresql: {backup: {every: 30m}}}}");
    assert_eq!(stricter["verdict"], "fail");
    assert!(stricter.to_string().contains("at most 30 min"), "{stricter}");
    let looser = |expires: &str| {
        of(&format!(
            "standard: {{components: {{postgresql: {{backup: {{every: {{value: 26h, owner: ann, reason: moving, expires: {expires}}}}}}}}}}}"
        ))
    };
    let waived = looser("2027-01-31");
    assert_eq!(waived["verdict"], "waived", "{waived}");
    assert!(["ann", "moving"].iter().all(|word| waived["waived"].to_string().contains(word)), "{waived}");
    // The last second of that day.
    assert!(waived["waived"].to_string().contains("1801439999") || waived["waived"].to_string().contains("2027-01-31"), "{waived}");
    assert_eq!(looser("2025-01-31")["verdict"], "fail", "what has expired waives nothing");
}

#[test]
fn a_config_is_told_all_its_problems_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("seaworthy.yaml");
    std::fs::write(
        &file,
        "version: two\nsystem: [x]\nmanifest: []\nregions:\n  a: {role: boss}\nexcluded:\n  reddis: {reason: x}\nrepositories: []\nat: soon\n\
         manifests: [{path: nowhere}]\nattestations: nowhere\nwaivers: w.yaml\ncomponents: {postgres: {}}\n\
         standard: {components: {postgresql: {backup: {evry: 1h, every: 30, keep: {value: 1d, reason: x}}}}}\n",
    )
    .unwrap();
    let output = run(&["check", "--config", path(&file)]);
    let text = said(&output);
    assert_eq!(code(&output), 2, "{text}");
    for expected in [
        "seaworthy.yaml:1:10: ",
        "seaworthy.yaml:2:9: ",
        "unknown key `manifest`, did you mean `manifests`?",
        "seaworthy.yaml:5:13: ",
        "nothing called `reddis` to exclude, did you mean `redis`?",
        "`repositories` is not supported yet",
        "there is no ",
        "no component `postgres`, did you mean `postgresql`?",
        "unknown key `evry`, did you mean `every`?",
        "`components.postgresql.backup.every` needs a span of time such as 90s",
        "missing key `owner`",
    ] {
        assert!(text.contains(expected), "{expected} is not in: {text}");
    }
    // What is there and wrong is not missing too.
    assert!(!text.contains("missing key `version`") && !text.contains("missing key `system`"), "{text}");
}

#[test]
fn a_looser_number_needs_a_name_and_a_duration_its_unit() {
    for (lines, expected) in [
        ("standard: {components: {postgresql: {backup: {every: 48h}}}}", "looser than the standard's 1h"),
        ("standard: {components: {postgresql: {backup: {every: 30}}}}", "30m, 1h or 30d"),
        ("standard: {componets: {}}", "did you mean `components`?"),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let output = run(&["check", "--config", &daily(dir.path(), lines)]);
        assert_eq!(code(&output), 2, "{lines}");
        assert!(said(&output).contains(expected), "{lines}: {}", said(&output));
    }
}

#[test]
fn the_input_of_the_controls_is_json() {
    let output =
        run(&["controls", "explain", "backup.frequency", "--snapshot", path(&system("kubernaut").join("snapshot.json")), "--input"]);
    assert_eq!(code(&output), 0, "{}", said(&output));
    let input: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(input["backup_plan"].is_object());
    let output =
        run(&["controls", "explain", "backup.frequency", "--snapshot", path(&system("kubernaut").join("snapshot.json")), "--data"]);
    let data: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(data["standard"]["backups"]["postgresql/us-east-1"]["every_s"].is_i64(), "{data}");
}
