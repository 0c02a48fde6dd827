//! `CronJob`: what its scripts copy, when, where to, and which failures they hide.
//!
//! `batch` in any version. A `CronJob` that copies nothing is no backup; one that looks like a backup
//! and cannot be read makes the read of plans partial, so that nothing is called lacking beside it.

mod jobs;
mod runs;
mod script;
mod storage;
#[cfg(test)]
mod tests;

use super::backups::{self, Backup, Conduct, Destination, Filter, Server, Target};
use super::{Context, Found, Object, link};
use crate::collect::cron::Dialect;
use crate::collect::shell::{Dump, Namespaces, Part, Tool};
use crate::snapshot::{Class, Noun};
use script::Pod;
use std::collections::BTreeSet;

/// Reads `CronJob`s; a `Job` runs once and is no plan.
pub(super) fn read(objects: &[Object], context: &Context, found: &mut Found) {
    let mut backups = Vec::new();
    for object in objects.iter().filter(|object| object.group == "batch" && object.kind == "Job") {
        found.understood.insert(object.reference());
    }
    for object in objects.iter().filter(|object| object.is("batch", "CronJob")) {
        found.understood.insert(object.reference());
        let pod = Pod::read(object);
        let of_object = of_dumps(object, &pod, context, found);
        if !of_object.is_empty() {
            backups.extend(of_object);
        } else if !link::said(object, context).is_empty() {
            backups.push(opaque(object, &pod, context));
        } else if let Some(why) = pod.suspicion(object, objects) {
            let because = format!("{} {why}: name it in backed-up-by", object.reference());
            found.unlinked(&object.reference(), because.clone());
            found.partial(Noun::BackupPlan, because.clone());
            found.partial(Noun::Schedule, because.clone());
            if context.class == Class::Observed {
                found.partial(Noun::Run, because.clone());
                found.partial(Noun::RecoveryPoints, because);
            }
        }
    }
    link::assign(&backups, objects, context, found);
    // A status that somebody committed is not how things are.
    if context.class == Class::Observed {
        runs::write(&backups, objects, context, found);
    }
}

/// One backup for each tool and server that the scripts copy from.
fn of_dumps<'a>(object: &'a Object, pod: &Pod, context: &Context, found: &mut Found) -> Vec<Backup<'a>> {
    let mut backups: Vec<Backup> = Vec::new();
    for (index, dump) in pod.dumps() {
        let (tool, kind) = match describe(&dump.tool) {
            Copies::This(tool, kind) => (tool, kind),
            Copies::AnotherProduct(what) => {
                found.unlinked(&object.reference(), format!("it copies {what}"));
                continue;
            }
        };
        // A copy that is only tried where another one failed adds nothing to what is known.
        let surely =
            |other: &Dump| !other.sometimes && other.tool == dump.tool && other.host == dump.host && other.database == dump.database;
        if dump.sometimes && pod.dumps().any(|(_, other)| surely(other)) {
            continue;
        }
        let target = target(object, dump);
        let known = backups.iter_mut().any(|backup| backup.tool == tool && joins(&mut backup.target, &target));
        if !known {
            backups.push(Backup { target, ..bare(object, pod, (index, dump), tool, kind, context) });
        }
    }
    backups
}

/// What a tool copies.
enum Copies {
    /// Something that can be a subject here: the tool's name and the kind of copy.
    This(&'static str, &'static str),
    /// A product that is no component of any standard of ours.
    AnotherProduct(&'static str),
}

fn describe(tool: &Tool) -> Copies {
    match tool {
        Tool::PgDump => Copies::This("pg_dump", "logical"),
        Tool::PgDumpAll => Copies::This("pg_dumpall", "logical"),
        Tool::PgBaseBackup => Copies::This("pg_basebackup", "physical"),
        Tool::PgBackRest => Copies::This("pgbackrest", "physical"),
        Tool::WalG => Copies::This("wal-g", "physical"),
        Tool::Barman => Copies::This("barman", "physical"),
        Tool::VeleroBackupCreate => Copies::This("velero", "objects"),
        Tool::KubectlGet { .. } => Copies::This("kubectl", "objects"),
        Tool::EtcdctlSnapshot => Copies::This("etcdctl", "physical"),
        Tool::Restic => Copies::This("restic", "physical"),
        Tool::Kopia => Copies::This("kopia", "physical"),
        Tool::Mysqldump => Copies::AnotherProduct("a MySQL"),
        Tool::Mongodump => Copies::AnotherProduct("a MongoDB"),
        Tool::RedisRdb | Tool::RedisSave => Copies::AnotherProduct("a Redis"),
    }
}

fn target(object: &Object, dump: &Dump) -> Target {
    let unknown = |what: &str| Target::Unknown(format!("what {what} copies cannot be read from the script"));
    match &dump.tool {
        Tool::PgDump => server(object, dump, false),
        Tool::PgDumpAll | Tool::PgBaseBackup | Tool::PgBackRest | Tool::WalG | Tool::Barman => server(object, dump, true),
        Tool::KubectlGet { resources, namespaces } => kubectl(object, resources, namespaces, dump.sometimes || dump.part != Part::Whole),
        Tool::VeleroBackupCreate => unknown("velero backup create"),
        Tool::EtcdctlSnapshot => Target::Unknown("which etcd it copies cannot be read from the script".to_owned()),
        Tool::Restic => unknown("restic"),
        Tool::Kopia => unknown("kopia"),
        // These have been left out before.
        Tool::Mysqldump | Tool::Mongodump | Tool::RedisRdb | Tool::RedisSave => unknown("it"),
    }
}

fn server(object: &Object, dump: &Dump, all: bool) -> Target {
    let certain = |text: &&String| !text.contains('*');
    let database = dump.database.as_ref().filter(certain);
    Target::Server(Server {
        host: dump.host.as_ref().filter(certain).cloned(),
        namespace: object.namespace.clone(),
        databases: database.cloned().into_iter().collect(),
        unnamed: database.is_none(),
        all: all && dump.part == Part::Whole,
        sometimes: dump.sometimes,
        left_out: left_out(&dump.part),
    })
}

/// What a partial dump leaves out.
fn left_out(part: &Part) -> Vec<String> {
    match part {
        Part::Whole => Vec::new(),
        Part::SchemaOnly => vec!["the data: only the schema is dumped".to_owned()],
        Part::DataOnly => vec!["the schema: only the data is dumped".to_owned()],
        Part::GlobalsOnly => vec!["the databases: only roles and tablespaces are dumped".to_owned()],
        Part::Tables(tables) => vec![format!("all tables but {}", tables.join(", "))],
        Part::Schemas(schemas) => vec![format!("all schemas but {}", schemas.join(", "))],
        Part::Without(left_out) => left_out.clone(),
    }
}

fn kubectl(object: &Object, resources: &[String], namespaces: &Namespaces, selected: bool) -> Target {
    let mut filter = Filter { resources: resources.iter().cloned().collect(), selected, ..Filter::default() };
    match namespaces {
        Namespaces::All => {}
        Namespaces::Named(name) if !name.contains('*') => {
            filter.namespaces.insert(name.clone());
        }
        Namespaces::Named(_) => filter.namespace_unknown = true,
        Namespaces::Current => match &object.namespace {
            Some(namespace) => {
                filter.namespaces.insert(namespace.clone());
            }
            None => filter.namespace_unknown = true,
        },
    }
    // `kubectl get all` gives neither of the two.
    if filter.resources.is_empty() || filter.resources.contains("all") {
        return Target::Unknown("which resources kubectl copies cannot be read from the script".to_owned());
    }
    Target::Objects(Box::new(filter))
}

/// Adds `other` to `target` if both are copies from one server, or of one namespace.
fn joins(target: &mut Target, other: &Target) -> bool {
    match (target, other) {
        (Target::Server(one), Target::Server(two)) if one.host == two.host => {
            // A schema-only dump beside a whole one leaves nothing out.
            if one.left_out.is_empty() != two.left_out.is_empty() {
                if two.left_out.is_empty() {
                    *one = two.clone();
                }
                return true;
            }
            one.databases.extend(two.databases.iter().cloned());
            one.unnamed |= two.unnamed;
            one.all |= two.all;
            one.sometimes |= two.sometimes;
            one.left_out.extend(two.left_out.iter().filter(|part| !one.left_out.contains(part)).cloned().collect::<Vec<_>>());
            true
        }
        (Target::Objects(one), Target::Objects(two))
            if one.resources == two.resources && one.namespace_unknown == two.namespace_unknown =>
        {
            if one.namespaces.is_empty() || two.namespaces.is_empty() {
                one.namespaces = BTreeSet::new();
            } else {
                one.namespaces.extend(two.namespaces.iter().cloned());
            }
            true
        }
        (one, two) => one == two,
    }
}

/// A `CronJob` that a person says is a backup and that cannot be read.
fn opaque<'a>(object: &'a Object, pod: &Pod, context: &Context) -> Backup<'a> {
    Backup {
        object,
        part: String::new(),
        tool: "script".to_owned(),
        kind: "unknown",
        timing: timing(object),
        conduct: pod.conduct(),
        target: Target::Unknown("its script cannot be read".to_owned()),
        destination: pod.any_upload(context).unwrap_or_default(),
        kept: None,
        keep_source: None,
        log_timeout_s: None,
    }
}

fn bare<'a>(object: &'a Object, pod: &Pod, dump: (usize, &Dump), tool: &str, kind: &'static str, context: &Context) -> Backup<'a> {
    let durable = storage::durable(object, pod, dump, context);
    Backup {
        object,
        part: String::new(),
        tool: tool.to_owned(),
        kind,
        timing: timing(object),
        conduct: pod.conduct(),
        target: Target::Unknown(String::new()),
        destination: durable.as_ref().map_or_else(Destination::default, |durable| durable.destination.clone()),
        kept: durable.as_ref().and_then(|durable| durable.kept),
        keep_source: durable.and_then(|durable| durable.keep_source),
        log_timeout_s: None,
    }
}

fn timing(object: &Object) -> backups::Timing {
    // A Job that is made suspended, or for no Pod at all, never runs anything either.
    let job = |key: &str| format!("spec.jobTemplate.spec.{key}");
    let halted = object.flag(&job("suspend")) == Some(true) || object.int(&job("parallelism")) == Some(0);
    let suspended = object.flag("spec.suspend").unwrap_or(false) || halted;
    let zone = object.text("spec.timeZone");
    backups::timing(object, "spec.schedule", Dialect::CronJob, zone, suspended)
}

/// How its failures show, over all of its containers.
impl Pod {
    fn conduct(&self) -> Conduct {
        let hiding = self.hiding();
        let lacking = self.lacking();
        let certain = self.is_followed();
        Conduct {
            hides_failure: if !hiding.is_empty() { Some(true) } else { certain.then_some(false) },
            lacks_program: if !lacking.is_empty() { Some(true) } else { self.brings_its_programs() },
            hiding,
            lacking,
        }
    }
}
