//! Whole systems, each a directory: config, manifests, evidence, snapshot, and every report as a golden
//! file.

use crate::common::{golden, run, same, seaworthy, stderr, stdout, system};

fn config(name: &str) -> String {
    format!("fixtures/systems/{name}/seaworthy.yaml")
}

/// The fixture without a fixed clock gets one, so that its snapshot can be compared.
fn reports(name: &str, exit: i32) {
    let snapshot = run(&["collect", "--config", &config(name), "--out", "-"]);
    assert!(snapshot.status.success(), "{}", stderr(&snapshot));
    golden(&system(name).join("snapshot.json"), &stdout(&snapshot));
    for (format, file) in [("text", "report.txt"), ("json", "report.json"), ("junit", "report.xml")] {
        let output = run(&["check", "--config", &config(name), "-o", format]);
        assert_eq!(output.status.code(), Some(exit), "{format}: {}", stderr(&output));
        golden(&system(name).join(file), &stdout(&output));
    }
}

#[test]
fn the_system_of_the_document_is_not_ready() {
    reports("kubernaut", 1);
}

#[test]
fn its_corrected_twin_is_ready() {
    reports("kubernaut-ready", 0);
    let text = stdout(&run(&["check", "--config", &config("kubernaut-ready")]));
    assert!(text.contains("exit 0: ready"), "{text}");
}

#[test]
fn its_corrected_twin_passes_the_checklist_of_after_production_too() {
    let output = run(&["check", "--config", &config("kubernaut-ready"), "--stage", "post-production"]);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
}

#[test]
fn the_manifests_of_the_corrected_twin_alone_declare_no_fault() {
    let output = run(&["check", "--config", &config("kubernaut-ready"), "fixtures/systems/kubernaut-ready/deploy"]);
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("no fault in what is declared"), "{text}");
    assert!(text.contains("readiness not proven"), "{text}");
}

#[test]
fn nothing_live_makes_the_same_manifests_incomplete_where_live_is_required() {
    let output = run(&["check", "--config", &config("kubernaut-ready"), "--require-live", "fixtures/systems/kubernaut-ready/deploy"]);
    assert_eq!(output.status.code(), Some(3), "{}", stdout(&output));
}

#[test]
fn the_same_snapshot_gives_the_same_bytes_elsewhere() {
    for name in ["kubernaut", "kubernaut-ready"] {
        let snapshot = system(name).join("snapshot.json");
        for format in ["text", "json", "junit"] {
            let here = seaworthy().args(["check", "-o", format, "--snapshot"]).arg(&snapshot).output().unwrap();
            let elsewhere = seaworthy()
                .envs([("TZ", "Pacific/Kiritimati"), ("LANG", "ar_EG.UTF-8"), ("LC_ALL", "C"), ("COLUMNS", "20")])
                .current_dir("/")
                .args(["check", "-o", format, "--snapshot"])
                .arg(&snapshot)
                .output()
                .unwrap();
            same(&format!("{name} as {format}"), &stdout(&here), &stdout(&elsewhere));
            assert_eq!(here.status.code(), elsewhere.status.code());
        }
    }
}

#[test]
fn a_stored_snapshot_is_judged_as_its_system_was() {
    for name in ["kubernaut", "kubernaut-ready"] {
        let stored = system(name).join("snapshot.json");
        let again = seaworthy().args(["check", "-o", "json", "--snapshot"]).arg(&stored).output().unwrap();
        let at_once = run(&["check", "--config", &config(name), "-o", "json"]);
        same(name, &stdout(&at_once), &stdout(&again));
    }
}

fn copied(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copied(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}

#[test]
fn a_service_that_is_only_live_is_no_fault_of_what_is_declared() {
    let scratch = tempfile::tempdir().unwrap();
    copied(&system("kubernaut-ready"), scratch.path());
    std::fs::remove_file(scratch.path().join("deploy/eu-west-1/gateway.yaml")).unwrap();
    let output = seaworthy().current_dir(scratch.path()).args(["check", "-o", "json"]).output().unwrap();
    let report: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    let verdict = |control: &str, subject: &str| {
        let findings = report["findings"].as_array().unwrap().iter();
        let mut found = findings.filter(|finding| finding["control"] == control && finding["subject"] == subject);
        found.next().unwrap()["verdict"].as_str().unwrap().to_owned()
    };
    assert_eq!(verdict("recovery.rto_restart", "service-failure/eu-west-1"), "unknown");
    assert_eq!(verdict("recovery.rto_restart", "service-failure/us-east-1"), "pass");
    assert_eq!(output.status.code(), Some(3), "{}", report["exit"]);
}
