//! The containers of a `CronJob` as the shell reader sees them.

use super::super::Context;
use super::super::backups::{Destination, same_namespace};
use super::super::{Object, Origin};
use super::storage::upload_destination;
use crate::collect::shell::{self, Absent, Deletion, Dump, HaltedBy, Masked, MaskedBy, Opaque, Reading, Script, Upload};
use crate::source_text::Node;
use std::collections::BTreeMap;

const POD: &str = "spec.jobTemplate.spec.template.spec";

/// What all containers do, in the order in which they start.
pub(super) struct Pod {
    /// The containers.
    pub(super) containers: Vec<Part>,
}

/// One container.
pub(super) struct Part {
    /// What was read of it.
    pub(super) script: Script,
    /// Its place in time: init containers run one after the other, the others together at last.
    pub(super) turn: usize,
    /// Its mounts: path and volume.
    pub(super) mounts: Vec<(String, String)>,
    /// Its image.
    image: String,
    /// The names of its variables.
    variables: Vec<String>,
    /// Whether its S3 clients may be sent to another store than AWS.
    endpoint: bool,
}

impl Pod {
    /// Reads the containers of a `CronJob`.
    pub(super) fn read(object: &Object) -> Self {
        let first = object.list(&format!("{POD}.initContainers"));
        let last = object.list(&format!("{POD}.containers"));
        let turns = first.iter().enumerate().chain(last.iter().map(|container| (first.len(), container)));
        Self { containers: turns.map(|(turn, node)| Part::read(node, turn)).collect() }
    }

    /// The dumps, each with the index of its container.
    pub(super) fn dumps(&self) -> impl Iterator<Item = (usize, &Dump)> {
        self.containers.iter().enumerate().flat_map(|(index, part)| part.script.dumps.iter().map(move |dump| (index, dump)))
    }

    /// The uploads, each with the index of its container.
    pub(super) fn uploads(&self) -> impl Iterator<Item = (usize, &Upload)> {
        self.containers.iter().enumerate().flat_map(|(index, part)| part.script.uploads.iter().map(move |upload| (index, upload)))
    }

    /// What the scripts delete.
    pub(super) fn deletions(&self) -> impl Iterator<Item = &Deletion> {
        self.containers.iter().flat_map(|part| &part.script.deletes)
    }

    /// Where the first upload goes.
    pub(super) fn any_upload(&self, context: &Context) -> Option<Destination> {
        self.uploads().next().map(|(index, upload)| upload_destination(upload, self.has_endpoint(index), context))
    }

    /// Whether the container may send its S3 clients to another store than AWS.
    pub(super) fn has_endpoint(&self, index: usize) -> bool {
        self.containers.get(index).is_some_and(|part| part.endpoint)
    }

    /// Whether every container was read to its end and nothing stayed unclear.
    pub(super) fn is_followed(&self) -> bool {
        self.containers
            .iter()
            .all(|part| part.script.reading == Reading::Read && part.script.doubts.is_empty() && part.script.halt.is_none())
    }

    /// The failures that are hidden, a line each.
    pub(super) fn hiding(&self) -> Vec<String> {
        self.containers.iter().flat_map(|part| &part.script.masked).map(masked).collect()
    }

    /// The programs that are missing, a line each.
    pub(super) fn lacking(&self) -> Vec<String> {
        self.containers
            .iter()
            .flat_map(|part| {
                let absent = part.script.absent.iter().map(absent);
                let halt = part.script.halt.map(|halt| match halt.why {
                    HaltedBy::DashHasNoPipefail => {
                        format!(
                            "script line {}: `set -o pipefail`, which the shell of {} does not know and stops at",
                            halt.line, part.image
                        )
                    }
                });
                absent.chain(halt).collect::<Vec<_>>()
            })
            .collect()
    }

    /// Whether every image is one whose programs are known, and they are there: this reader only knows
    /// what certain images do not hold, so it never says more than "not known to lack any".
    pub(super) fn brings_its_programs(&self) -> Option<bool> {
        let own = |part: &Part| {
            let script = &part.script;
            let postgres = part.script.client_major.is_some();
            postgres && script.reading == Reading::Read && script.doubts.is_empty() && script.uploads.is_empty()
        };
        (self.dumps().next().is_some() && self.containers.iter().all(own)).then_some(false)
    }

    /// Why a `CronJob` without a dump may be a backup all the same.
    pub(super) fn suspicion(&self, object: &Object, objects: &[Object]) -> Option<String> {
        let unread = self.containers.iter().any(|part| part.script.reading != Reading::Read || !part.script.doubts.is_empty());
        let named = looks_like_backup(&object.name) || self.containers.iter().any(|part| looks_like_backup(&part.image));
        let connected = self.containers.iter().any(|part| part.variables.iter().any(|name| is_connection(name)));
        // An image of PostgreSQL runs no server in a CronJob, so that it is there for its clients.
        let client = self.containers.iter().any(|part| part.script.client_major.is_some());
        let copied = self
            .uploads()
            .any(|(_, upload)| looks_like_backup(&upload.destination) || upload.source.as_deref().is_some_and(looks_like_backup));
        if unread && (named || connected || client || self.runs_a_backup_file(object, objects)) {
            let why = self.containers.iter().find_map(|part| unread_because(&part.script)).unwrap_or("has parts that cannot be followed");
            Some(format!("may be a backup and {why}"))
        } else if self.uploads().next().is_some() && (named || copied) {
            Some("sends copies to another store, of what cannot be read".to_owned())
        } else {
            None
        }
    }
}

impl Pod {
    /// Whether a file that a container runs may copy something: by its name, by what the mounted
    /// `ConfigMap`s say, or because one of those is not here to be looked into.
    fn runs_a_backup_file(&self, object: &Object, objects: &[Object]) -> bool {
        let files = || {
            self.containers.iter().filter_map(|part| match &part.script.reading {
                Reading::Opaque(Opaque::File(file)) => Some(file),
                Reading::Read | Reading::Opaque(_) => None,
            })
        };
        let mounted = |volume: &Node| {
            let Some(name) = volume.at_path("configMap.name").and_then(Node::as_str) else { return false };
            let map = objects.iter().find(|map| {
                map.is("", "ConfigMap") && map.name == name && same_namespace(map.namespace.as_deref(), object.namespace.as_deref())
            });
            // Of a live one nothing but its name was read: it is not known to be empty.
            let map = map.filter(|map| matches!(map.origin, Origin::File { .. }) || map.at("data").is_some());
            let entries = map.map(|map| map.at("data").and_then(Node::as_map).unwrap_or_default());
            entries.is_none_or(|entries| entries.iter().any(|entry| entry.value.as_str().is_some_and(looks_like_backup)))
        };
        let volumes = object.list(&format!("{POD}.volumes"));
        files().next().is_some() && (files().any(|file| looks_like_backup(file)) || volumes.iter().any(mounted))
    }
}

fn unread_because(script: &Script) -> Option<&'static str> {
    match &script.reading {
        Reading::Read => None,
        Reading::Opaque(Opaque::Entrypoint) => Some("runs its image's own entrypoint, which cannot be read"),
        Reading::Opaque(Opaque::File(_)) => Some("runs a file that is not in the manifest"),
        Reading::Opaque(Opaque::Syntax { .. }) => Some("has a script that cannot be followed"),
    }
}

fn looks_like_backup(text: &str) -> bool {
    const WORDS: [&str; 14] = [
        "backup",
        "back-up",
        "velero",
        "pgbackrest",
        "wal-g",
        "walg",
        "barman",
        "pgdump",
        "pg-dump",
        "pg_dump",
        "restic",
        "kopia",
        "snapshot",
        "dump",
    ];
    let text = text.to_ascii_lowercase();
    WORDS.iter().any(|word| text.contains(word))
}

fn is_connection(name: &str) -> bool {
    name == "PGHOST" || name == "PGDATABASE" || name == "PGUSER" || name.starts_with("POSTGRES_")
}

impl Part {
    fn read(node: &Node, turn: usize) -> Self {
        let text = |key: &str| node.get(key).and_then(Node::as_str).unwrap_or_default().to_owned();
        let list = |key: &str| node.get(key).and_then(Node::as_seq).unwrap_or_default();
        let words = |key: &str| list(key).iter().filter_map(word).collect::<Vec<String>>();
        let mounts: Vec<(String, String)> = list("volumeMounts").iter().filter_map(mount).collect();
        let env: BTreeMap<String, Option<String>> = list("env").iter().filter_map(variable).collect();
        let variables: Vec<String> = env.keys().cloned().collect();
        let container = shell::Container {
            image: text("image"),
            command: words("command"),
            args: words("args"),
            env,
            env_from: !list("envFrom").is_empty(),
            mounts: mounts.iter().map(|(path, _)| path.clone()).collect(),
        };
        let named = |text: &String| text.to_ascii_lowercase().contains("endpoint");
        let endpoint = variables.iter().chain(&container.command).chain(&container.args).any(named);
        Self { script: shell::read(&container), turn, mounts, image: container.image, variables, endpoint }
    }
}

/// A word of a command; the API server takes strings only, YAML may hold a bare number.
fn word(node: &Node) -> Option<String> {
    node.as_str().map(str::to_owned).or_else(|| node.as_i64().map(|number| number.to_string()))
}

fn mount(node: &Node) -> Option<(String, String)> {
    Some((node.get("mountPath")?.as_str()?.to_owned(), node.get("name")?.as_str()?.to_owned()))
}

/// A variable; its value only where it is literal and its name is not that of a credential.
fn variable(node: &Node) -> Option<(String, Option<String>)> {
    let name = node.get("name")?.as_str()?.to_owned();
    let value = node.get("value").and_then(Node::as_str).filter(|_| !is_credential(&name));
    let value = value.map(str::to_owned);
    Some((name, value))
}

fn is_credential(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    ["PASS", "PWD", "SECRET", "TOKEN", "KEY", "DSN", "CREDENTIAL", "AUTH"].iter().any(|word| name.contains(word))
}

fn masked(masked: &Masked) -> String {
    let how = match masked.how {
        MaskedBy::NotLastCommand => "goes on after it fails",
        MaskedBy::AndChain => "ends a `&&` chain whose failure is not looked at",
        MaskedBy::Pipe => "fails inside a pipe without pipefail",
        MaskedBy::OrTrue => "has its failure turned into success",
        MaskedBy::OrElse => "has a handler that goes on",
        MaskedBy::Condition => "is a condition whose other branch goes on",
        MaskedBy::Negated => "is negated",
        MaskedBy::Background => "runs in the background",
        MaskedBy::Substitution => "has its status dropped by a substitution",
        MaskedBy::Loop => "runs in a loop whose last round decides",
        MaskedBy::Trap => "is followed by a trap that ends well",
    };
    format!("script line {}: {} {how}", masked.line, masked.command)
}

fn absent(absent: &Absent) -> String {
    format!("script line {}: {} is not in {}", absent.line, absent.binary, absent.image)
}
