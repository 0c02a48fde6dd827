//! What the script of a backup container does, and which failures it hides.
//!
//! Facts only: this module says what is written, never whether it is enough.
//! It runs nothing and looks nothing up; it reads the container's own fields.
//! What it cannot follow is said in [`Script::reading`] or [`Script::doubts`],
//! because silence about an unread line would pass for "nothing happens there".
//!
//! Secrets: values of variables with a secret-like name, user information in
//! URLs, URL queries and password options never reach a field of [`Script`].
//! Unknown pieces of a path or name appear as `*`.

mod branches;
mod command;
mod compound;
mod dumps;
mod expand;
mod image;
mod options;
mod outcome;
mod stores;
mod syntax;
mod uploads;
mod walk;
mod words;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

/// The parts of a Kubernetes container this module reads.
///
/// No `Debug`: literal environment values may be anything.
#[derive(Clone, Default)]
pub struct Container {
    pub image: String,
    pub command: Vec<String>,
    pub args: Vec<String>,
    /// `None` when the value comes from elsewhere (`valueFrom`).
    pub env: BTreeMap<String, Option<String>>,
    /// Whether `envFrom` adds variables whose names are not known here.
    pub env_from: bool,
    /// Mount paths: a volume over a binary directory may bring any program.
    pub mounts: Vec<String>,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Script {
    pub reading: Reading,
    pub dumps: Vec<Dump>,
    pub uploads: Vec<Upload>,
    pub deletes: Vec<Deletion>,
    pub restores: Vec<Restore>,
    /// Dumps and uploads whose failure does not fail the container.
    pub masked: Vec<Masked>,
    pub absent: Vec<Absent>,
    /// A line at which the shell of this image always stops with an error.
    pub halt: Option<Halt>,
    /// Places not followed; an empty `masked` proves nothing while this has entries.
    pub doubts: Vec<Doubt>,
    /// Major version of the PostgreSQL client programs, from the image tag.
    pub client_major: Option<u32>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Reading {
    /// The text was read to its end.
    #[default]
    Read,
    /// What the container does is not known.
    Opaque(Opaque),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opaque {
    /// No command, and the image's own entrypoint is not known here.
    Entrypoint,
    /// The container runs a file whose text is not in the manifest.
    File(String),
    /// The text uses a form this reader does not place.
    Syntax { line: u32, what: &'static str },
}

/// One place where the reader is unsure.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Doubt {
    pub line: u32,
    pub what: String,
}

/// Lines count from 1 in the script text; 0 means run without a shell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dump {
    pub tool: Tool,
    /// `None`: not stated, or not known before the script runs.
    pub host: Option<String>,
    pub database: Option<String>,
    pub part: Part,
    pub format: Option<Format>,
    pub to: Output,
    /// The dump runs elsewhere (`kubectl exec`, `ssh`); the environment of this
    /// container does not apply there.
    pub remote: bool,
    pub line: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tool {
    PgDump,
    PgDumpAll,
    PgBaseBackup,
    PgBackRest,
    WalG,
    Barman,
    Mysqldump,
    Mongodump,
    RedisRdb,
    /// `SAVE` or `BGSAVE`: the server writes, nothing leaves it.
    RedisSave,
    EtcdctlSnapshot,
    VeleroBackupCreate,
    KubectlGet {
        resources: Vec<String>,
        namespaces: Namespaces,
    },
    Restic,
    Kopia,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Namespaces {
    All,
    Named(String),
    /// The namespace of the kubeconfig or service account.
    Current,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    Whole,
    SchemaOnly,
    DataOnly,
    GlobalsOnly,
    Tables(Vec<String>),
    Schemas(Vec<String>),
    Without(Vec<String>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Plain,
    Custom,
    Directory,
    Tar,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// The container's output, or a pipe with no file at its end.
    Stdout,
    Path(String),
    /// The tool's own repository.
    Repository,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    pub tool: Uploader,
    /// As written, e.g. `s3://bucket/prefix`; `*` for what is not known.
    pub destination: String,
    /// `-` for a pipe.
    pub source: Option<String>,
    pub line: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uploader {
    Aws,
    Gsutil,
    Gcloud,
    Az,
    Azcopy,
    Mc,
    Rclone,
    S3cmd,
    Restic,
    Kopia,
    Curl,
    Scp,
    Rsync,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deletion {
    pub place: Place,
    /// Path or destination.
    pub what: String,
    /// Name pattern of `find -name`.
    pub pattern: Option<String>,
    /// Age below which nothing is deleted, in seconds; `None` when not known.
    pub keeps_s: Option<u64>,
    /// An upload stands before it in the script.
    pub after_upload: bool,
    pub line: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Local,
    Remote,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restore {
    pub tool: Restorer,
    pub database: Option<String>,
    pub source: Option<String>,
    /// The tool was told to stop at the first error.
    pub stops_on_error: bool,
    pub line: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restorer {
    Psql,
    PgRestore,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Masked {
    pub line: u32,
    /// Program and subcommand, no arguments.
    pub command: String,
    pub how: MaskedBy,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MaskedBy {
    /// Other commands follow and errexit is off.
    NotLastCommand,
    /// Not the last of `a && b`, where errexit does not act, and more follows.
    AndChain,
    /// Not the last of a pipe, without pipefail.
    Pipe,
    /// `|| true`, `|| echo …`.
    OrTrue,
    /// `|| handler` where the handler goes on.
    OrElse,
    /// `if cmd` whose other branch goes on or is missing.
    Condition,
    Negated,
    Background,
    /// An argument's or `local x=$(…)`'s status is dropped.
    Substitution,
    /// Only the last round of a loop counts.
    Loop,
    /// A trap ends the script with status 0.
    Trap,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absent {
    pub binary: &'static str,
    pub image: String,
    pub line: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Halt {
    pub line: u32,
    pub why: HaltedBy,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HaltedBy {
    /// dash 0.5.12 answers `set -o pipefail` with "Illegal option" and exits.
    DashHasNoPipefail,
}

/// Reads a container. Any text in; never fails, never runs anything.
pub fn read(container: &Container) -> Script {
    let mut argv = container.command.clone();
    let image = image::Image::parse(&container.image);
    let mut script = Script::default();
    if argv.is_empty() {
        match image.entrypoint() {
            Some(entry) if !container.args.is_empty() => argv.extend(entry.map(String::from)),
            Some(_) | None => {
                script.reading = Reading::Opaque(Opaque::Entrypoint);
                script.client_major = image.client_major();
                return script;
            }
        }
        if argv.is_empty() && container.args.first().is_some_and(|a| a.starts_with('-')) {
            script.reading = Reading::Opaque(Opaque::Entrypoint);
            script.client_major = image.client_major();
            return script;
        }
    }
    argv.extend(container.args.iter().cloned());
    let argv: Vec<String> = argv.iter().map(|a| expand::kubernetes(a, &container.env)).collect();
    script.client_major = image.client_major();
    walk::Walker::new(container, image, script).run(&argv)
}

/// Whether a tool cannot read a dump of this format: `psql` reads plain SQL
/// only, `pg_restore` everything but plain SQL.
pub fn restore_mismatch(restore: &Restore, format: Format) -> bool {
    match (restore.tool, format) {
        (Restorer::Psql, Format::Custom | Format::Directory | Format::Tar) | (Restorer::PgRestore, Format::Plain) => true,
        (Restorer::Psql, Format::Plain) | (Restorer::PgRestore, Format::Custom | Format::Directory | Format::Tar) => false,
    }
}
