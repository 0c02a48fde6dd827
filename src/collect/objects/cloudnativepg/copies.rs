//! What a live operator says of its copies: how the runs of a `ScheduledBackup` went, and how far back a cluster can be
//! restored. Who makes the copies knows best what there is: first the window that the plugin writes at its store, then
//! the one that the operator writes at the cluster, then the `Backup` objects alone.

use super::super::backups::{Backup, same_namespace};
use super::super::series::{self, Attempt, Copy, Outcome, instant};
use super::super::{Context, Found, Object, link, store};
use super::GROUP;
use super::cluster::Cluster;
use super::stored::Store;
use crate::clock::instant_s;
use crate::collect::retention::Kept;
use crate::snapshot::{Noun, RecoveryPoints, Wholeness};
use crate::source_text::Node;

/// What is missing where a `Backup` cannot be read.
const NOUNS: [Noun; 2] = [Noun::Run, Noun::RecoveryPoints];
/// What is missing where a window cannot be read.
const WINDOW: [Noun; 2] = [Noun::RecoveryPoints, Noun::Archiver];

/// A window and the objects of its copies round one instant differently.
const ROUNDING_S: i64 = 30;

/// One `Backup`.
struct Made<'a> {
    object: &'a Object,
    outcome: Outcome,
    asked_s: Option<i64>,
}

impl<'a> Made<'a> {
    fn read(object: &'a Object, context: &Context, found: &mut Found) -> Self {
        let start_s = instant(object, "status.startedAt", &NOUNS, context, found);
        let end_s = instant(object, "status.stoppedAt", &NOUNS, context, found);
        let asked_s = object.text("metadata.creationTimestamp").and_then(instant_s).filter(|at_s| *at_s <= context.at_s);
        let outcome = match object.text("status.phase").unwrap_or_default() {
            "completed" => Outcome::Succeeded { start_s, end_s },
            // It is tried again as long as the log cannot be archived, and has not ended well until then.
            "failed" | "walArchivingFailing" | "invalid backup definition" => Outcome::Failed,
            "" | "pending" | "started" | "running" | "finalizing" => Outcome::Open,
            _ => {
                NOUNS.iter().for_each(|noun| found.partial(*noun, "a Backup is in a phase that is not known"));
                Outcome::Unsaid
            }
        };
        Self { object, outcome, asked_s: asked_s.or(start_s) }
    }

    fn label(&self, key: &str) -> Option<&str> {
        self.object.at("metadata.labels")?.get(key)?.as_str()
    }

    fn is_snapshot(&self) -> bool {
        let method = self.object.text("status.method").or_else(|| self.object.text("spec.method"));
        method == Some("volumeSnapshot")
    }

    /// The start of a copy that ended well. A snapshot may not say when it was taken; no copy is older than the wish
    /// for it.
    fn start_s(&self) -> Option<i64> {
        match self.outcome {
            Outcome::Succeeded { start_s, .. } => start_s.or(self.asked_s),
            Outcome::Failed | Outcome::Open | Outcome::Unsaid => None,
        }
    }

    fn end_s(&self) -> Option<i64> {
        match self.outcome {
            Outcome::Succeeded { end_s, .. } => end_s,
            Outcome::Failed | Outcome::Open | Outcome::Unsaid => None,
        }
    }

    /// Whether it says up to where in the log it reaches; `None`: it does not say.
    fn has_end(&self) -> Option<bool> {
        let said = ["status.endWal", "status.endLSN"].iter().filter_map(|path| self.object.text(path));
        said.into_iter().any(|end| !end.is_empty()).then_some(true)
    }
}

/// The `Backup`s of this object, by a label or by their cluster's name.
fn made<'a>(objects: &'a [Object], of: &Object, context: &Context, found: &mut Found) -> Vec<Made<'a>> {
    let here = |object: &&Object| object.is(GROUP, "Backup") && same_namespace(object.namespace.as_deref(), of.namespace.as_deref());
    objects.iter().filter(here).map(|object| Made::read(object, context, found)).collect()
}

/// Stores how the runs of a schedule went.
pub(super) fn runs(backup: &Backup, objects: &[Object], context: &Context, found: &mut Found) {
    let mut made = made(objects, backup.object, context, found);
    made.retain(|made| made.label("cnpg.io/scheduled-backup") == Some(backup.object.name.as_str()));
    let mut attempts: Vec<Attempt> = made.iter().map(|made| Attempt { at_s: made.asked_s, outcome: made.outcome }).collect();
    // What the retention deletes is what ended well; what failed stays for ever.
    series::from_first_success(&mut attempts);
    for subject in series::homes(backup, context, found) {
        if !link::takes(context, Noun::Run, &subject) {
            continue;
        }
        match series::run(backup, &attempts, 0, context) {
            Some(run) => store(&mut found.evidence.run, &subject, run),
            None => found.partial(Noun::Run, format!("since when {} is there cannot be read", backup.object.reference())),
        }
    }
}

/// Between which instants a cluster can be restored, as who makes its copies says.
#[derive(Clone, Copy)]
pub(super) struct Window {
    /// The oldest instant.
    pub(super) first_s: Option<i64>,
    /// The end of the newest base backup.
    last_s: Option<i64>,
    /// Who says so.
    source: &'static str,
}

/// The window of a cluster, if anybody wrote one.
pub(super) fn window(cluster: &Cluster, context: &Context, found: &mut Found) -> Option<Window> {
    let plugin = cluster.plugin_store.as_ref().and_then(|stored| of_plugin(cluster, stored, context, found));
    plugin.or_else(|| {
        let object = cluster.object;
        let first_s = instant(object, "status.firstRecoverabilityPoint", &WINDOW, context, found);
        let last_s = instant(object, "status.lastSuccessfulBackup", &WINDOW, context, found);
        let source = "as the operator says of the cluster";
        (first_s.is_some() || last_s.is_some()).then_some(Window { first_s, last_s, source })
    })
}

fn of_plugin(cluster: &Cluster, stored: &Store, context: &Context, found: &mut Found) -> Option<Window> {
    let windows = stored.object.at("status.serverRecoveryWindow")?;
    let window = windows.get(cluster.server_name())?;
    let mut read = |key: &str| series::instant_of(window, key, stored.object, &WINDOW, context, found);
    let (first_s, last_s) = (read("firstRecoverabilityPoint"), read("lastSuccessfulBackupTime"));
    (first_s.is_some() || last_s.is_some()).then_some(Window { first_s, last_s, source: "as the plugin says of its store" })
}

/// Whether the log arrives in its archive now. A cluster without any store says so too: only beside an instant that it
/// can be restored to does it mean anything.
pub(super) fn archives(cluster: &Cluster, window: Option<Window>) -> Option<bool> {
    let condition = cluster
        .object
        .list("status.conditions")
        .iter()
        .find(|condition| condition.get("type").and_then(Node::as_str) == Some("ContinuousArchiving"));
    match condition?.get("status").and_then(Node::as_str)? {
        "False" => Some(false),
        "True" if window.is_some_and(|window| window.first_s.is_some()) => Some(true),
        _ => None,
    }
}

/// Whether a base backup ended well.
pub(super) fn has_base(cluster: &Cluster, window: Option<Window>, objects: &[Object], context: &Context, found: &mut Found) -> bool {
    window.is_some_and(|window| window.first_s.is_some())
        || of_cluster(cluster, objects, context, found).iter().any(|made| made.start_s().is_some())
}

fn of_cluster<'a>(cluster: &Cluster, objects: &'a [Object], context: &Context, found: &mut Found) -> Vec<Made<'a>> {
    let mut made = made(objects, cluster.object, context, found);
    made.retain(|made| made.object.text("spec.cluster.name") == Some(cluster.object.name.as_str()));
    made
}

/// Stores how far back a cluster can be restored: from its store, and from snapshots of its volumes where it makes any.
pub(super) fn points(cluster: &Cluster, objects: &[Object], home: &str, context: &Context, found: &mut Found) {
    let window = window(cluster, context, found);
    let since_s = series::since_s(objects, context);
    let (snapshots, stored): (Vec<Made>, Vec<Made>) = of_cluster(cluster, objects, context, found).into_iter().partition(Made::is_snapshot);
    let item = of_store(cluster, &stored, window, since_s, context);
    store(&mut found.evidence.recovery_points, home, item);
    if cluster.snapshots || snapshots.iter().any(|made| made.start_s().is_some()) {
        let item = of_snapshots(cluster, &snapshots, since_s, context);
        store(&mut found.evidence.recovery_points, home, item);
    }
}

/// The copies of these, each until it is deleted.
fn copies<'m>(made: impl Iterator<Item = &'m Made<'m>>, keep_s: Option<i64>) -> Vec<Copy> {
    let copy =
        |start_s: i64| Copy { start_s, expires_s: keep_s.and_then(|keep_s| start_s.checked_add(keep_s)), kept_s: keep_s, objects: None };
    made.filter_map(|made| made.start_s()).map(copy).collect()
}

fn of_store(cluster: &Cluster, made: &[Made], window: Option<Window>, since_s: Option<i64>, context: &Context) -> RecoveryPoints {
    let kept = cluster.plugin_store.iter().chain(&cluster.in_tree).find_map(|stored| stored.kept.as_ref().ok().map(|(kept, _)| *kept));
    let keep_s = if let Some(Kept::Seconds(seconds)) = kept { Some(seconds) } else { None };
    let first_s = window.and_then(|window| window.first_s);
    let last_s = window.and_then(|window| window.last_s);
    // What ended before the window was deleted.
    let end_s = |made: &Made| made.end_s().or_else(|| made.start_s());
    let known: Vec<&Made> =
        made.iter().filter(|made| first_s.is_none_or(|first_s| end_s(made).is_some_and(|end_s| end_s >= first_s - ROUNDING_S))).collect();
    let label = window.map_or("as its Backup objects say", |window| window.source);
    let listed = copies(known.iter().copied(), keep_s);
    let series = series::points(context.id(cluster.object), cluster.object.place(None, Some(label.to_owned())), &listed, since_s, context);
    let newest = known.iter().filter(|made| made.start_s().is_some()).max_by_key(|made| made.start_s());
    // A newer copy than any whose object is here: its data is that of its end, and how it ended nobody shows.
    let unseen_s = last_s.filter(|last_s| newest.and_then(|made| end_s(made)).is_none_or(|end_s| end_s < last_s - ROUNDING_S));
    let newest_s = unseen_s.or(series.newest_s).or(first_s);
    // Objects of copies that are still there may have been deleted: then nobody knows what lies between.
    let complete = first_s.is_none_or(|first_s| series.oldest_s.is_some_and(|oldest_s| oldest_s <= first_s));
    let end_mark = newest.filter(|_| unseen_s.is_none()).and_then(|made| made.has_end());
    RecoveryPoints {
        count: if window.is_some() { series.count.max(1) } else { series.count },
        newest_s,
        oldest_s: first_s.or(series.oldest_s),
        longest_gap_s: series.longest_gap_s.filter(|_| complete),
        newest_expires_s: newest_s.zip(keep_s).and_then(|(newest_s, keep_s)| newest_s.checked_add(keep_s)),
        newest_kept_s: newest_s.and(keep_s),
        kept_forever: kept.filter(|kept| !matches!(kept, Kept::Copies(_))).map(|kept| kept == Kept::Forever),
        whole_by: end_mark.map(|_| Wholeness::EndMark),
        end_mark,
        continuous: archives(cluster, window),
        ..series
    }
}

fn of_snapshots(cluster: &Cluster, made: &[Made], since_s: Option<i64>, context: &Context) -> RecoveryPoints {
    let at = cluster.object.place(None, Some("snapshots of its volumes, as its Backup objects say".to_owned()));
    let newest = made.iter().filter(|made| made.start_s().is_some()).max_by_key(|made| made.start_s());
    let end_mark = newest.and_then(Made::has_end);
    RecoveryPoints {
        whole_by: end_mark.map(|_| Wholeness::EndMark),
        end_mark,
        ..series::points(format!("{}/volume-snapshot", context.id(cluster.object)), at, &copies(made.iter(), None), since_s, context)
    }
}
