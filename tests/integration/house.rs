//! The house as its doc draws it: who may name whom, what may be named where, how long a file may be.

use crate::common::root;
use std::path::{Path, PathBuf};

fn sources(dir: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut entries: Vec<PathBuf> = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(root()).unwrap().display().to_string();
            found.push((name, std::fs::read_to_string(&path).unwrap()));
        }
    }
    found
}

/// The room of a file: `src/collect/cron.rs` and `src/collect.rs` are in `collect`.
fn room(name: &str) -> &str {
    name.trim_start_matches("src/").split(['/', '.']).next().unwrap()
}

/// The code of a file without its comments: what a comment names is no dependency.
fn code(text: &str) -> String {
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn no_arrow_points_left() {
    let may: [(&str, &[&str]); 12] = [
        ("main", &[]),
        ("cli", &["clock", "collect", "config", "evaluate", "exit", "files", "report", "source_text", "snapshot", "standard", "units"]),
        ("exit", &["report"]),
        ("files", &[]),
        ("clock", &[]),
        ("units", &[]),
        ("source_text", &[]),
        ("config", &["clock", "files", "snapshot", "source_text", "standard", "units"]),
        ("standard", &["snapshot", "source_text", "units"]),
        ("collect", &["clock", "config", "files", "snapshot", "source_text", "standard", "units"]),
        ("snapshot", &[]),
        ("evaluate", &["files", "report", "snapshot", "source_text", "standard", "units"]),
    ];
    for (name, text) in sources(&root().join("src")) {
        let room = room(&name);
        if room == "lib" {
            continue;
        }
        let allowed = if room == "report" {
            &["units"][..]
        } else {
            may.iter().find(|(from, _)| *from == room).unwrap_or_else(|| panic!("{name}: a room that the house does not have")).1
        };
        for (at, _) in code(&text).match_indices("crate::") {
            let to: String = code(&text)[at + 7..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            let is_room = may.iter().any(|(room, _)| *room == to) || to == "report";
            assert!(!is_room || to == room || allowed.contains(&to.as_str()), "{name}: {room} → {to} points left");
        }
    }
}

#[test]
fn each_engine_and_format_is_named_in_one_place() {
    for (name, text) in sources(&root().join("src")) {
        let code = code(&text);
        let only = |what: &str, places: &[&str]| {
            assert!(
                !code.contains(what) || places.iter().any(|place| name.starts_with(place)),
                "{name} names {what}, which belongs to {places:?}"
            );
        };
        only("regorus", &["src/evaluate/engine.rs"]);
        only("junit_report", &["src/report/junit"]);
        only("std::env", &["src/main.rs"]);
        only("kube::", &["src/collect/kubernetes"]);
        only("http_body_util::", &["src/collect/kubernetes"]);
        let servers = [
            "src/collect/kubernetes",
            "src/collect/databases.rs",
            "src/collect/postgres",
            "src/collect/patroni",
            "src/collect/redis",
            "src/collect/wire.rs",
        ];
        only("tokio::", &servers);
        only("tokio_postgres", &["src/collect/postgres"]);
        only("redis::", &["src/collect/redis", "src/collect/databases.rs"]);
        only("reqwest", &["src/collect/patroni"]);
        only("rustls", &["src/collect/postgres/tls.rs", "src/collect/wire.rs"]);
        only("install_default", &["src/collect/wire.rs"]);
        only("SystemTime", &["src/clock.rs"]);
        only("Timestamp::now", &["src/clock.rs"]);
        only("Zoned::now", &["src/clock.rs"]);
        only("println!", &[]);
    }
}

#[test]
fn a_file_tells_one_story() {
    for (name, text) in sources(&root().join("src")) {
        let lines = text.lines().count();
        assert!(lines <= 500, "{name}: {lines} lines, at most 500 are one story");
    }
    let main = std::fs::read_to_string(root().join("src/main.rs")).unwrap();
    assert!(main.lines().count() <= 60);
}

#[test]
fn every_dependency_says_why() {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let mut inside = false;
    let mut before = "";
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line.contains("dependencies");
        } else if inside && line.contains('=') {
            assert!(before.starts_with('#'), "Cargo.toml: `{line}` has no line that says why");
        }
        before = line;
    }
}
