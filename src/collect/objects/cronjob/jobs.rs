//! The `Job`s that a `CronJob` has left: which run each of them was, and how it ended.

use super::super::history::Times;
use super::super::{Object, values};
use crate::source_text::Node;

/// How a Job ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// All of it ran and ended well.
    Well,
    /// It failed, or a part of it was not needed to end well.
    Badly,
    /// It did not end: it runs, waits, retries or is suspended.
    Not,
}

/// One Job.
#[derive(Debug, Clone, Copy)]
pub(super) struct Job {
    /// The run of the schedule that it is, epoch seconds. `None`: a person made it by hand.
    pub(super) slot: Option<i64>,
    /// How it ended.
    pub(super) end: End,
    /// When it started, epoch seconds.
    pub(super) started_s: Option<i64>,
    /// When it ended well, epoch seconds.
    pub(super) ended_s: Option<i64>,
}

impl Job {
    /// Reads the Jobs among `objects` that `owner` made.
    pub(super) fn of(owner: &Object, objects: &[Object], times: &mut Times) -> Vec<Self> {
        let jobs = objects.iter().filter(|object| object.is("batch", "Job") && owns(owner, object));
        jobs.map(|object| Self::read(owner, object, times)).collect()
    }

    fn read(owner: &Object, object: &Object, times: &mut Times) -> Self {
        Self {
            slot: slot(owner, object, times),
            end: end(object),
            started_s: times.read(&object.body, "status.startTime"),
            ended_s: times.read(&object.body, "status.completionTime"),
        }
    }

    /// How long it took, in seconds.
    pub(super) fn took_s(&self) -> Option<i64> {
        Some(self.ended_s? - self.started_s?)
    }
}

/// Whether `owner` made the Job. One of the same name that was deleted before has another uid.
fn owns(owner: &Object, job: &Object) -> bool {
    let named = |node: &Node| {
        let uid = owner.text("metadata.uid").zip(values::text(node, "uid"));
        values::text(node, "kind") == Some("CronJob")
            && values::text(node, "name") == Some(owner.name.as_str())
            && node.get("controller").and_then(Node::as_bool) == Some(true)
            && uid.is_none_or(|(own, of_job)| own == of_job)
    };
    owner.namespace == job.namespace && job.list("metadata.ownerReferences").iter().any(named)
}

/// Which run of the schedule a Job is: by its annotation, else (before Kubernetes 1.28) by its name, which
/// ends in minutes since 1970. `kubectl create job --from` gives neither.
fn slot(owner: &Object, job: &Object, times: &mut Times) -> Option<i64> {
    let annotation = |key: &str| job.at("metadata.annotations").and_then(|all| all.get(key)).and_then(Node::as_str);
    if let Some(text) = annotation("batch.kubernetes.io/cronjob-scheduled-timestamp") {
        return times.past(text);
    }
    if annotation("cronjob.kubernetes.io/instantiate").is_some() {
        return None;
    }
    let minutes = job.name.strip_prefix(&owner.name)?.strip_prefix('-')?;
    minutes.parse::<i64>().ok()?.checked_mul(60)
}

fn end(job: &Object) -> End {
    let conditions = job.list("status.conditions");
    let holds = |kind: &str| {
        conditions.iter().find(|node| values::text(node, "type") == Some(kind) && values::text(node, "status") == Some("True"))
    };
    if holds("Failed").is_some() || holds("FailureTarget").is_some() {
        return End::Badly;
    }
    match holds("Complete") {
        None => End::Not,
        // Part of the work was enough: what the rest would have copied is not there.
        Some(complete) if values::text(complete, "reason") == Some("SuccessPolicy") => {
            let all = job.int("status.succeeded").zip(job.int("spec.completions")).is_some_and(|(done, wanted)| done >= wanted);
            if all { End::Well } else { End::Badly }
        }
        Some(_) => End::Well,
    }
}
