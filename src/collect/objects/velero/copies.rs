//! What a live server says of its `Backup` objects: how the runs of a schedule went, and which copies there are.
//!
//! Times are those of the status. An object that came back from the bucket is younger than its own copy; where the
//! system has several regions it may be another cluster's, and then it proves nothing about this one.

use super::super::backups::{Backup, same_namespace};
use super::super::series::{self, Attempt, Copy, Outcome, instant};
use super::super::{Context, Found, Object, link, store, values};
use super::{GROUP, filter, location};
use crate::clock::{SKEW_S, instant_s};
use crate::collect::retention::go_duration_s;
use crate::snapshot::{Noun, Place, RecoveryPoints, Wholeness};
use crate::source_text::Node;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// How often the server looks whether a schedule is due.
const TICK_S: i64 = 60;

const SCHEDULE_LABEL: &str = "velero.io/schedule-name";

/// What is missing where a `Backup` cannot be read.
const NOUNS: [Noun; 2] = [Noun::Run, Noun::RecoveryPoints];

/// One `Backup`.
pub(super) struct Made<'a> {
    pub(super) object: &'a Object,
    /// The label of its schedule; a `Backup` made by hand has none.
    schedule: Option<&'a str>,
    pub(super) outcome: Outcome,
    /// When it was asked for.
    asked_s: Option<i64>,
    /// When the server began it: the time of its data.
    pub(super) start_s: Option<i64>,
    /// Whether the object came back from the bucket.
    returned: bool,
    /// Whether the location that it lies in is gone, and nobody can reach it.
    lost: bool,
}

/// All `Backup`s among the objects.
pub(super) fn made<'a>(objects: &'a [Object], context: &Context, found: &mut Found) -> Vec<Made<'a>> {
    let places: Vec<&Object> = objects.iter().filter(|object| object.is(GROUP, "BackupStorageLocation")).collect();
    objects.iter().filter(|object| object.is(GROUP, "Backup")).map(|object| Made::read(object, &places, context, found)).collect()
}

impl<'a> Made<'a> {
    fn read(object: &'a Object, places: &[&Object], context: &Context, found: &mut Found) -> Self {
        let start_s = instant(object, "status.startTimestamp", &NOUNS, context, found);
        let end_s = instant(object, "status.completionTimestamp", &NOUNS, context, found);
        let created_s = object.text("metadata.creationTimestamp").and_then(instant_s).filter(|at_s| *at_s <= context.at_s);
        // What the server ran it has written to often. What it brought back was made with its status, at once or much
        // later.
        let late = created_s.zip(end_s.or(start_s)).is_some_and(|(created_s, end_s)| created_s > end_s.saturating_add(SKEW_S));
        let returned = start_s.is_some() && (late || object.int("metadata.generation") == Some(1));
        // What never started was never in a bucket: it did not come back, and its own creation is true.
        let asked_s = if returned { start_s } else { created_s.or(start_s) };
        let schedule = object.at("metadata.labels").and_then(|labels| labels.get(SCHEDULE_LABEL)).and_then(Node::as_str);
        Self {
            object,
            schedule,
            outcome: outcome(object, start_s, end_s, found),
            asked_s,
            start_s,
            returned,
            lost: location::is_gone(object, places),
        }
    }

    /// Whether it was made by `schedule`.
    fn is_of(&self, schedule: &Object) -> bool {
        self.schedule == Some(label(&schedule.name).as_str())
            && same_namespace(self.object.namespace.as_deref(), schedule.namespace.as_deref())
    }

    /// Whether it may be another cluster's copy.
    fn is_foreign(&self, context: &Context) -> bool {
        self.returned && context.system.regions.len() > 1
    }

    /// The copy, where it can be restored now. One that is being deleted or has expired cannot be counted on, though it
    /// is still listed.
    fn copy(&self, context: &Context) -> Option<Copy> {
        let Outcome::Succeeded { .. } = self.outcome else { return None };
        let expires_s = self.object.text("status.expiration").and_then(instant_s);
        let objects = self.object.int("status.progress.itemsBackedUp").and_then(|count| u64::try_from(count).ok());
        let usable = !self.lost && expires_s.is_none_or(|expires_s| expires_s > context.at_s);
        let start_s = self.start_s?;
        usable.then_some(Copy { start_s, expires_s, kept_s: expires_s.map(|expires_s| self.kept_s(start_s, expires_s)), objects })
    }

    /// For how long it is kept: the time to live that the server has taken, where the two instants agree with it to within
    /// the moments that the server lets pass between them.
    fn kept_s(&self, start_s: i64, expires_s: i64) -> i64 {
        let between_s = expires_s.saturating_sub(start_s);
        let ttl_s = self.object.text("spec.ttl").and_then(|ttl| go_duration_s(ttl).ok());
        ttl_s.filter(|ttl_s| (ttl_s - between_s).abs() <= TICK_S).unwrap_or(between_s)
    }

    /// Whether it holds all of `thing`; `None`: nothing.
    pub(super) fn holds(&self, thing: &str, context: &Context) -> Option<bool> {
        link::held_by(&filter(self.object, "spec"), thing, context)
    }
}

/// The value of the label for a schedule: a name that is too long for one is cut, and told apart by its digest.
fn label(name: &str) -> String {
    const LONGEST: usize = 63;
    const TOLD_APART: usize = 6;
    if name.len() <= LONGEST {
        return name.to_owned();
    }
    let digest: String = Sha256::digest(name).iter().map(|byte| format!("{byte:02x}")).collect();
    let parts = name.get(..LONGEST - TOLD_APART).zip(digest.get(..TOLD_APART));
    parts.map_or_else(|| name.to_owned(), |(start, end)| format!("{start}{end}"))
}

/// How a `Backup` ended. `Completed` alone says little: with a misspelt resource the server completes, without an
/// error, a copy of nothing.
fn outcome(object: &Object, start_s: Option<i64>, end_s: Option<i64>, found: &mut Found) -> Outcome {
    let word = object.text("status.phase").unwrap_or_default();
    match word {
        "Completed" => match (holds_something(object), start_s) {
            (Some(true), Some(_)) => Outcome::Succeeded { start_s, end_s },
            (Some(false), _) => Outcome::Failed,
            (_, _) => {
                unread(found, "a Backup is Completed, and what it holds or when it began cannot be read");
                Outcome::Unsaid
            }
        },
        "PartiallyFailed" | "Failed" | "FailedValidation" => Outcome::Failed,
        "" | "New" | "Queued" | "ReadyToStart" | "InProgress" => Outcome::Open,
        _ if word.starts_with("WaitingFor") || word.starts_with("Finalizing") => Outcome::Open,
        // Whether a copy that is being deleted was whole is gone with the word.
        "Deleting" => Outcome::Unsaid,
        _ => {
            unread(found, "a Backup is in a phase that is not known");
            Outcome::Unsaid
        }
    }
}

fn unread(found: &mut Found, because: &str) {
    NOUNS.iter().for_each(|noun| found.partial(*noun, because));
}

/// Whether a copy without errors holds any object; `None`: not said.
fn holds_something(object: &Object) -> Option<bool> {
    let progress = object.at("status.progress").and_then(Node::as_map)?;
    let total = progress.iter().find(|entry| entry.key == "totalItems").map_or(Some(0), |entry| entry.value.as_i64())?;
    let errors = values::whole_or(&object.body, "status.errors", 0)?;
    Some(total > 0 && errors == 0)
}

/// The newest span that the server gave a `Backup` of `schedule`: what it really does where the schedule says nothing.
/// One that it has not begun still has what the schedule wrote.
pub(super) fn resolved_ttl<'a>(schedule: &Object, objects: &'a [Object], context: &Context) -> Option<(i64, &'a Object)> {
    let mut none = Found::default();
    let made = made(objects, context, &mut none);
    let begun = made.into_iter().filter(|made| made.is_of(schedule) && !made.is_foreign(context) && made.start_s.is_some());
    let newest = begun.max_by_key(|made| made.start_s)?;
    let ttl_s = go_duration_s(newest.object.text("spec.ttl")?).ok().filter(|ttl_s| *ttl_s > 0)?;
    Some((ttl_s, newest.object))
}

/// Stores the runs of the schedules and the copies that there are.
pub(super) fn write(backups: &[Backup], made: &[Made], objects: &[Object], context: &Context, found: &mut Found) {
    let since_s = series::since_s(objects, context);
    for backup in backups {
        let of: Vec<&Made> = made.iter().filter(|made| made.is_of(backup.object)).collect();
        let ours = own(&of, backup, objects, context, found);
        for subject in series::homes(backup, context, found) {
            if link::takes(context, Noun::Run, &subject) {
                run(backup, &ours, &subject, context, found);
            }
            if link::takes(context, Noun::RecoveryPoints, &subject) {
                let item = of_schedule(backup, &ours, &subject, since_s, context);
                store(&mut found.evidence.recovery_points, &subject, item);
            }
        }
    }
    by_hand(backups, made, objects, since_s, context, found);
}

/// The `Backup`s of a schedule that this cluster made. Whose those are that came back from the place where the schedule
/// itself writes nobody can tell; what came back from elsewhere is a copy of elsewhere.
fn own<'m, 'a>(of: &[&'m Made<'a>], backup: &Backup, objects: &[Object], context: &Context, found: &mut Found) -> Vec<&'m Made<'a>> {
    let (foreign, ours): (Vec<&Made>, Vec<&Made>) = of.iter().copied().partition(|made| made.is_foreign(context));
    let place = location::of(backup.object, objects).filter(|place| !location::is_read_only(place));
    let doubtful = |made: &&Made| place.is_none_or(|place| made.object.text("spec.storageLocation") == Some(place.name.as_str()));
    if foreign.iter().any(doubtful) {
        let because = format!("copies of {} came back from their bucket and may be another cluster's", backup.object.reference());
        NOUNS.iter().for_each(|noun| found.partial(*noun, because.clone()));
    }
    ours
}

fn run(backup: &Backup, made: &[&Made], subject: &str, context: &Context, found: &mut Found) {
    let attempts: Vec<Attempt> = made.iter().map(|made| Attempt { at_s: made.asked_s, outcome: made.outcome }).collect();
    match series::run(backup, &attempts, TICK_S, context) {
        Some(run) => store(&mut found.evidence.run, subject, run),
        None => found.partial(Noun::Run, format!("since when {} is there cannot be read", backup.object.reference())),
    }
}

fn of_schedule(backup: &Backup, made: &[&Made], subject: &str, since_s: Option<i64>, context: &Context) -> RecoveryPoints {
    points(backup.id(context), backup.object.place(None, None), made, subject, since_s, context)
}

/// The series of those that hold all of the subject. Where none does, those that hold a part count, and say nothing of
/// its newest state.
fn points(id: String, at: Place, made: &[&Made], subject: &str, since_s: Option<i64>, context: &Context) -> RecoveryPoints {
    let thing = subject.rsplit_once('/').map_or(subject, |(thing, _)| thing);
    let objects = link::is_of_objects(thing, context);
    // What else a person said that it backs up: her word is that it is held.
    let holds = |made: &Made| if objects { made.holds(thing, context) } else { Some(true) };
    let of = |wanted: bool| -> Vec<Copy> {
        made.iter().filter(|made| holds(made) == Some(wanted)).filter_map(|made| made.copy(context)).collect()
    };
    let (whole, part) = (of(true), of(false));
    let series = series::points(id, at, &whole, since_s, context);
    let counted = series.newest_objects.is_some() && objects;
    RecoveryPoints {
        count: if whole.is_empty() { part.len() as u64 } else { series.count },
        kept_forever: Some(false),
        whole_by: counted.then_some(Wholeness::Objects),
        newest_objects: series.newest_objects.filter(|_| objects),
        median_objects: series.median_objects.filter(|_| objects),
        continuous: Some(false),
        ..series
    }
}

/// Copies that no schedule here made, for each place and each thing that they hold.
fn by_hand(backups: &[Backup], made: &[Made], objects: &[Object], since_s: Option<i64>, context: &Context, found: &mut Found) {
    let mut places: BTreeMap<(String, String), Vec<&Made>> = BTreeMap::new();
    let usable = |made: &&Made| made.copy(context).is_some() && !made.is_foreign(context);
    for one in made.iter().filter(usable).filter(|made| !backups.iter().any(|backup| made.is_of(backup.object))) {
        let namespace = one.object.namespace.clone().unwrap_or_default();
        let place = one.object.text("spec.storageLocation").unwrap_or("default").to_owned();
        places.entry((namespace, place)).or_default().push(one);
    }
    for ((namespace, name), made) in places {
        for subject in subjects(&made, context) {
            let holding: Vec<&Made> = made.iter().copied().filter(|made| made.holds(subject.thing(), context).is_some()).collect();
            let Some(newest) = holding.iter().max_by_key(|made| made.start_s) else { continue };
            let location = objects.iter().find(|object| {
                object.is(GROUP, "BackupStorageLocation") && object.name == name && object.namespace.as_deref() == Some(namespace.as_str())
            });
            let at = location.unwrap_or(newest.object).place(None, Some("copies that no schedule here made".to_owned()));
            let reference = format!("BackupStorageLocation/{namespace}/{name}");
            let id = format!("{}/{}/{}/{reference}", context.class.word(), context.source, context.region);
            let item = points(id, at, &holding, subject.as_str(), since_s, context);
            found.link(&reference, &subject, "copies in it that no schedule here made include it");
            store(&mut found.evidence.recovery_points, subject.as_str(), item);
        }
    }
}

/// The subjects that some of the copies hold.
pub(super) fn subjects(made: &[&Made], context: &Context) -> BTreeSet<crate::snapshot::Subject> {
    let things = link::object_things(context).into_iter().filter(|thing| made.iter().any(|made| made.holds(thing, context).is_some()));
    things.map(|thing| context.subject(thing)).filter(|subject| context.asks(Noun::RecoveryPoints, subject)).collect()
}

/// The `Backup` that is called `name`, with the schedule that made it, where that is here.
pub(super) fn called<'m, 'a, 'b>(
    name: &str,
    namespace: Option<&str>,
    made: &'m [Made<'a>],
    backups: &'m [Backup<'b>],
) -> Option<(&'m Made<'a>, Option<&'m Backup<'b>>)> {
    let one = made.iter().find(|made| made.object.name == name && same_namespace(made.object.namespace.as_deref(), namespace))?;
    Some((one, backups.iter().find(|backup| one.is_of(backup.object))))
}
