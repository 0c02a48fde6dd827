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
mod guards;
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
    /// The image, as written.
    pub image: String,
    /// The command; empty where the image's own entrypoint runs.
    pub command: Vec<String>,
    /// The arguments.
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
    /// How far the text could be read.
    pub reading: Reading,
    /// What makes copies.
    pub dumps: Vec<Dump>,
    /// What takes copies elsewhere.
    pub uploads: Vec<Upload>,
    /// What is deleted.
    pub deletes: Vec<Deletion>,
    /// What is restored.
    pub restores: Vec<Restore>,
    /// Dumps and uploads whose failure does not fail the container.
    pub masked: Vec<Masked>,
    /// Programs that are called and that the image is known not to hold.
    pub absent: Vec<Absent>,
    /// A line at which the shell of this image always stops with an error.
    pub halt: Option<Halt>,
    /// Places not followed; an empty `masked` proves nothing while this has entries.
    pub doubts: Vec<Doubt>,
    /// Major version of the PostgreSQL client programs, from the image tag.
    pub client_major: Option<u32>,
}

/// How far a script could be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Reading {
    /// The text was read to its end.
    #[default]
    Read,
    /// What the container does is not known.
    Opaque(Opaque),
}

/// Why nothing is known of what a container does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opaque {
    /// No command, and the image's own entrypoint is not known here.
    Entrypoint,
    /// The container runs a file whose text is not in the manifest.
    File(String),
    /// The text uses a form this reader does not place.
    Syntax {
        /// The line, from 1.
        line: u32,
        /// The form.
        what: &'static str,
    },
}

/// One place where the reader is unsure.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Doubt {
    /// The line, from 1 in the script's text; 0: run without a shell.
    pub line: u32,
    /// What is not followed.
    pub what: String,
}

/// Lines count from 1 in the script text; 0 means run without a shell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dump {
    /// The program.
    pub tool: Tool,
    /// `None`: not stated, or not known before the script runs.
    pub host: Option<String>,
    /// The database; `None`: not known.
    pub database: Option<String>,
    /// How much of the database.
    pub part: Part,
    /// The format; `None`: not known.
    pub format: Option<Format>,
    /// Where the copy goes first.
    pub to: Output,
    /// The dump runs elsewhere (`kubectl exec`, `ssh`); the environment of this
    /// container does not apply there.
    pub remote: bool,
    /// Whether it runs only on some paths of the script, so that a run may end well without it.
    pub sometimes: bool,
    /// The line, from 1 in the script's text; 0: run without a shell.
    pub line: u32,
}

/// A program that makes copies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tool {
    /// `pg_dump`.
    PgDump,
    /// `pg_dumpall`.
    PgDumpAll,
    /// `pg_basebackup`.
    PgBaseBackup,
    /// `pgbackrest`.
    PgBackRest,
    /// `wal-g`.
    WalG,
    /// `barman`, `barman-cloud-backup`.
    Barman,
    /// `mysqldump`.
    Mysqldump,
    /// `mongodump`.
    Mongodump,
    /// `redis-cli --rdb`.
    RedisRdb,
    /// `SAVE` or `BGSAVE`: the server writes, nothing leaves it.
    RedisSave,
    /// `etcdctl snapshot save`.
    EtcdctlSnapshot,
    /// `velero backup create`.
    VeleroBackupCreate,
    /// `kubectl get -o yaml`.
    KubectlGet {
        /// The resources that are listed.
        resources: Vec<String>,
        /// The namespaces that are read.
        namespaces: Namespaces,
    },
    /// `restic`.
    Restic,
    /// `kopia`.
    Kopia,
}

/// The namespaces of a `kubectl get`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Namespaces {
    /// All of them.
    All,
    /// This one.
    Named(String),
    /// The namespace of the kubeconfig or service account.
    Current,
}

/// How much of a database a dump holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// All of it.
    Whole,
    /// Only the schema.
    SchemaOnly,
    /// Only the data.
    DataOnly,
    /// Only roles and tablespaces.
    GlobalsOnly,
    /// Only these tables.
    Tables(Vec<String>),
    /// Only these schemas.
    Schemas(Vec<String>),
    /// All but these.
    Without(Vec<String>),
}

/// The format of a PostgreSQL dump.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// SQL text.
    Plain,
    /// `-Fc`.
    Custom,
    /// `-Fd`.
    Directory,
    /// `-Ft`.
    Tar,
}

/// Where a copy goes first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// The container's output, or a pipe with no file at its end.
    Stdout,
    /// This file or directory.
    Path(String),
    /// The tool's own repository.
    Repository,
}

/// A command that takes a copy elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// The program.
    pub tool: Uploader,
    /// As written, e.g. `s3://bucket/prefix`; `*` for what is not known.
    pub destination: String,
    /// `-` for a pipe.
    pub source: Option<String>,
    /// The line, from 1 in the script's text; 0: run without a shell.
    pub line: u32,
}

/// A program that takes copies elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uploader {
    /// `aws s3`.
    Aws,
    /// `gsutil`.
    Gsutil,
    /// `gcloud storage`.
    Gcloud,
    /// `az storage`.
    Az,
    /// `azcopy`.
    Azcopy,
    /// `mc`.
    Mc,
    /// `rclone`.
    Rclone,
    /// `s3cmd`.
    S3cmd,
    /// `restic`.
    Restic,
    /// `kopia`.
    Kopia,
    /// `curl`.
    Curl,
    /// `scp`.
    Scp,
    /// `rsync`.
    Rsync,
}

/// A command that deletes copies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deletion {
    /// Where.
    pub place: Place,
    /// Path or destination.
    pub what: String,
    /// Name pattern of `find -name`.
    pub pattern: Option<String>,
    /// Age below which nothing is deleted, in seconds; `None` when not known.
    pub keeps_s: Option<u64>,
    /// An upload stands before it in the script.
    pub after_upload: bool,
    /// The line, from 1 in the script's text; 0: run without a shell.
    pub line: u32,
}

/// Where something is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// On a volume of the container.
    Local,
    /// In a store.
    Remote,
}

/// A command that restores.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restore {
    /// The program.
    pub tool: Restorer,
    /// The database; `None`: not known.
    pub database: Option<String>,
    /// What is taken; `None`: not known.
    pub source: Option<String>,
    /// The tool was told to stop at the first error.
    pub stops_on_error: bool,
    /// The line, from 1 in the script's text; 0: run without a shell.
    pub line: u32,
}

/// A program that restores PostgreSQL dumps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restorer {
    /// `psql`.
    Psql,
    /// `pg_restore`.
    PgRestore,
}

/// A command whose failure does not fail the container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Masked {
    /// The line, from 1 in the script's text; 0: run without a shell.
    pub line: u32,
    /// Program and subcommand, no arguments.
    pub command: String,
    /// Why its failure does not show.
    pub how: MaskedBy,
}

/// What hides a failure.
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
    /// `! cmd`.
    Negated,
    /// `cmd &`.
    Background,
    /// An argument's or `local x=$(…)`'s status is dropped.
    Substitution,
    /// Only the last round of a loop counts.
    Loop,
    /// A trap ends the script with status 0.
    Trap,
}

/// A program that is called and not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absent {
    /// The program.
    pub binary: &'static str,
    /// The image, as written.
    pub image: String,
    /// The line, from 1 in the script's text; 0: run without a shell.
    pub line: u32,
}

/// A line at which the shell stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Halt {
    /// The line, from 1 in the script's text; 0: run without a shell.
    pub line: u32,
    /// Why it stops there.
    pub why: HaltedBy,
}

/// Why a shell stops.
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
