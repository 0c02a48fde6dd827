//! What the README shows is what the program takes.

use crate::common::{root, seaworthy, stderr};
use seaworthy::config::Config;
use seaworthy::standard::EMBEDDED;
use std::path::Path;

/// The fenced blocks of one language.
fn blocks(language: &str) -> Vec<String> {
    let text = std::fs::read_to_string(root().join("README.md")).unwrap();
    let mut found = Vec::new();
    let mut block: Option<String> = None;
    for line in text.lines() {
        match &mut block {
            Some(lines) if line == "```" => {
                found.push(std::mem::take(lines));
                block = None;
            }
            Some(lines) => {
                lines.push_str(line);
                lines.push('\n');
            }
            None if line == format!("```{language}") => block = Some(String::new()),
            None => {}
        }
    }
    found
}

fn tree(base: &Path, directories: &[&str]) {
    directories.iter().for_each(|directory| std::fs::create_dir_all(base.join(directory)).unwrap());
}

#[test]
fn its_config_is_read() {
    let scratch = tempfile::tempdir().unwrap();
    tree(scratch.path(), &["deploy/us-east-1", "deploy/eu-west-1", "evidence", "drills", "attestations"]);
    let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api, namespace: shop}\nspec: {replicas: 3}\n";
    std::fs::write(scratch.path().join("deploy/us-east-1/api.yaml"), deployment).unwrap();
    std::fs::write(scratch.path().join("deploy/eu-west-1/api.yaml"), deployment).unwrap();
    std::fs::write(scratch.path().join("evidence/none.json"), r#"{"version": 1, "asked": [], "reads": [], "evidence": {}}"#).unwrap();
    let config = blocks("yaml").into_iter().find(|block| block.contains("system: shop")).unwrap();
    std::fs::write(scratch.path().join("seaworthy.yaml"), config).unwrap();
    let output = seaworthy().current_dir(scratch.path()).args(["check", "-o", "json"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
}

#[test]
fn its_databases_and_waivers_are_read() {
    let scratch = tempfile::tempdir().unwrap();
    let block = |with: &str| blocks("yaml").into_iter().find(|block| block.starts_with(with)).unwrap();
    let around = "version: 1\nsystem: shop\nregions: {us-east-1: {role: primary}, eu-west-1: {role: standby}}\n\
                  inventory: {redis: {kind: Redis, ready: 3}}\nwaivers: waivers.yaml\n";
    let file = scratch.path().join("seaworthy.yaml");
    std::fs::write(&file, format!("{around}{}", block("databases:"))).unwrap();
    std::fs::write(scratch.path().join("waivers.yaml"), block("version: 1\nwaivers:")).unwrap();
    let config = Config::load(&file, EMBEDDED).unwrap();
    assert_eq!((config.databases.len(), config.waivers.len()), (2, 1));
}

#[test]
fn its_commands_have_flags_that_are_there() {
    let shown: Vec<String> = blocks("sh").concat().lines().map(|line| line.split('#').next().unwrap().trim().to_owned()).collect();
    let commands = shown.iter().filter_map(|line| line.split("seaworthy ").nth(1).filter(|_| !line.starts_with("cargo")));
    let mut seen = 0;
    for command in commands {
        let mut words = command.split_whitespace();
        let name = words.next().unwrap();
        let mut help = seaworthy();
        help.arg(name);
        if ["controls", "policy"].contains(&name) {
            help.arg(words.next().unwrap());
        }
        let help = help.arg("--help").output().unwrap();
        assert!(help.status.success(), "{command}");
        let help = String::from_utf8(help.stdout).unwrap();
        for flag in words.filter(|word| word.starts_with('-') && *word != "-") {
            assert!(help.contains(flag), "`seaworthy {command}`: there is no {flag}");
            seen += 1;
        }
    }
    assert!(seen > 5, "the README shows hardly any flag");
}
