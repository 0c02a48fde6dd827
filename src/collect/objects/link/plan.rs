//! From linked backups to the evidence: a `schedule` for each, and one `backup_plan` for each line of
//! copies: the same kind, destination and retention of one target.

use super::super::backups::Backup;
use super::super::{Context, Found, store};
use crate::collect::cron::{self, Gap};
use crate::collect::retention::Kept;
use crate::snapshot::{BackupPlan, Schedule, UNLINKED};
use std::collections::{BTreeMap, BTreeSet};

/// A backup and what it holds of one thing.
#[derive(Debug, Clone)]
pub(super) struct Linked<'a, 'b> {
    /// The backup.
    pub(super) backup: &'b Backup<'a>,
    /// The subject, or [`UNLINKED`].
    pub(super) subject: String,
    /// What it holds.
    pub(super) holds: Holds,
}

/// What a backup holds of its subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Holds {
    /// All, not all, or nobody knows; with what is not held.
    Whole(Option<bool>, Vec<String>),
    /// Objects of these namespaces, and not of those: several schedules may share a line.
    Namespaces {
        /// Held.
        held: BTreeSet<String>,
        /// In scope and not held.
        missing: BTreeSet<String>,
    },
}

/// Stores the schedules and the plans of `linked`.
pub(super) fn write(linked: &[Linked], context: &Context, found: &mut Found) {
    let mut seen = BTreeSet::new();
    for one in linked {
        // A script with two dumps is one schedule; the same object in two files is not.
        if seen.insert((one.subject.as_str(), one.backup.id(context), std::ptr::from_ref(one.backup.object))) {
            store(&mut found.evidence.schedule, &one.subject, schedule(one.backup, context));
        }
    }
    let mut lines: BTreeMap<String, Vec<&Linked>> = BTreeMap::new();
    let (first, again): (Vec<&Linked>, Vec<&Linked>) = linked.iter().partition(|one| !is_again(one, linked, context));
    for one in first.into_iter().filter(|one| one.backup.runs()) {
        lines.entry(line(one)).or_default().push(one);
    }
    let mut plans: Vec<(String, BackupPlan)> = lines.values().filter_map(|line| plan(line, context)).collect();
    unique(&mut plans);
    let others: Vec<(String, BackupPlan)> = again.into_iter().filter_map(|one| contradiction(one, linked, &plans, context)).collect();
    plans.extend(others);
    for (subject, plan) in plans {
        store(&mut found.evidence.backup_plan, &subject, plan);
    }
}

/// Whether an earlier object has this one's name.
fn is_again(one: &Linked, linked: &[Linked], context: &Context) -> bool {
    original(one, linked, context).is_some_and(|first| !std::ptr::eq(first.backup.object, one.backup.object))
}

/// The first with the same identity.
fn original<'l, 'a, 'b>(one: &Linked, linked: &'l [Linked<'a, 'b>], context: &Context) -> Option<&'l Linked<'a, 'b>> {
    linked.iter().find(|other| other.subject == one.subject && other.backup.id(context) == one.backup.id(context))
}

/// The plan of a second object of one name that says something else: under the first one's identity, so
/// that neither is believed.
fn contradiction(one: &Linked, linked: &[Linked], plans: &[(String, BackupPlan)], context: &Context) -> Option<(String, BackupPlan)> {
    let first = original(one, linked, context)?;
    let same = |a: &Backup, b: &Backup| a.timing.cron == b.timing.cron && a.timing.time_zone == b.timing.time_zone && a.runs() == b.runs();
    let id = one.backup.id(context);
    let target = linked
        .iter()
        .any(|other| std::ptr::eq(other.backup.object, first.backup.object) && line(other) == line(one) && same(other.backup, one.backup));
    if target || !one.backup.runs() {
        return None;
    }
    let (subject, mut plan) = plan(&[one], context)?;
    if let Some((_, with)) = plans.iter().find(|(of, plan)| *of == subject && plan.schedules.contains(&id)) {
        plan.id.clone_from(&with.id);
    }
    Some((subject, plan))
}

impl Backup<'_> {
    /// Whether its controller takes it and it is not switched off.
    pub(in super::super) fn runs(&self) -> bool {
        !self.timing.suspended && self.timing.refusal.is_none() && self.timing.schedule.is_some()
    }

    /// The gap of this schedule alone.
    pub(in super::super) fn gap(&self) -> Option<Gap> {
        let schedule = self.timing.schedule.as_ref()?;
        cron::largest_gap(&[(schedule, &self.timing.zone)])
    }
}

fn schedule(backup: &Backup, context: &Context) -> Schedule {
    let gap = if backup.timing.refusal.is_none() { backup.gap() } else { None };
    let timing = &backup.timing;
    Schedule {
        id: backup.id(context),
        class: context.class,
        read: context.read(),
        at: timing.at.clone(),
        tool: backup.tool.clone(),
        cron: timing.cron.clone(),
        time_zone: timing.time_zone.clone(),
        suspended: timing.suspended,
        fires: gap.is_some(),
        max_gap_s: gap.map(|gap| gap.net_s),
        elapsed_gap_s: gap.map(|gap| gap.max_s),
        accepted: timing.refusal.is_none(),
        refusal: timing.refusal.clone(),
        hides_failure: backup.conduct.hides_failure,
        hiding: backup.conduct.hiding.clone(),
        lacks_program: backup.conduct.lacks_program,
        lacking: backup.conduct.lacking.clone(),
    }
}

/// What the schedules of one line have in common.
fn line(one: &Linked) -> String {
    let backup = one.backup;
    let holds = match &one.holds {
        Holds::Whole(..) => format!("{:?} {:?}", one.holds, backup.target),
        Holds::Namespaces { .. } => "namespaces".to_owned(),
    };
    // What has no subject may be copies of different things.
    let alone = if one.subject == UNLINKED { backup.object.reference() } else { String::new() };
    let log = backup.log_timeout_s;
    format!("{} {} {} {:?} {:?} {log:?} {holds} {alone}", one.subject, backup.tool, backup.kind, backup.destination, backup.kept)
}

fn plan(line: &[&Linked], context: &Context) -> Option<(String, BackupPlan)> {
    let first = line.first()?;
    let backup = first.backup;
    let (gap, holds_all, not_held) = coverage(line);
    let (kept_forever, keep_s, keep_copies) = match backup.kept {
        Some(Kept::Forever) => (Some(true), None, None),
        Some(Kept::Seconds(seconds)) => (Some(false), Some(seconds), None),
        Some(Kept::Copies(copies)) => (Some(false), None, Some(copies)),
        None => (None, None, None),
    };
    let elapsed = gap.map(|gap| gap.max_s);
    let ids: BTreeSet<String> = line.iter().map(|one| one.backup.id(context)).collect();
    let plan = BackupPlan {
        id: format!("{}/{}/{}/plan/{}{}", context.class.word(), context.source, context.region, backup.object.reference(), backup.part),
        class: context.class,
        read: context.read(),
        at: backup.timing.at.clone(),
        tool: backup.tool.clone(),
        kind: backup.kind.to_owned(),
        fires: gap.is_some(),
        max_gap_s: gap.map(|gap| gap.net_s),
        elapsed_gap_s: elapsed,
        exposure_s: elapsed.and_then(|elapsed| exposure(backup, elapsed)),
        holds_all,
        not_held,
        destination: backup.destination.uri.clone(),
        destination_region: backup.destination.region.clone(),
        off_region: backup.destination.off_region,
        off_cluster: backup.destination.off_cluster,
        kept_forever,
        keep_s,
        keep_copies,
        keep_source: backup.keep_source.clone(),
        schedules: ids.into_iter().collect(),
    };
    Some((first.subject.clone(), plan))
}

/// What a loss right before the next copy takes. Without a base backup no log helps, so a line that
/// never fires exposes everything. These tools copy only where the log is archived too, and how soon a
/// segment is sent is a setting of the server that their schedules do not show. Nor is it known whether the
/// log lies beside physical copies whose place was not read.
fn exposure(backup: &Backup, elapsed: i64) -> Option<i64> {
    match backup.log_timeout_s.filter(|timeout| *timeout > 0) {
        Some(timeout) => Some(timeout.min(elapsed)),
        None if backup.kind == "physical" && backup.destination.uri.is_none() && backup.log_timeout_s.is_none() => None,
        None if matches!(backup.tool.as_str(), "pgbackrest" | "wal-g" | "barman") => None,
        None => Some(elapsed),
    }
}

/// The gap of the worst target, and what is held.
fn coverage(line: &[&Linked]) -> (Option<Gap>, Option<bool>, Vec<String>) {
    let mut targets: BTreeMap<&str, Vec<&Linked>> = BTreeMap::new();
    let mut whole = None;
    for one in line {
        match &one.holds {
            Holds::Whole(all, not_held) => whole = Some((*all, not_held.clone())),
            Holds::Namespaces { held, .. } => held.iter().for_each(|namespace| targets.entry(namespace).or_default().push(one)),
        }
    }
    if let Some((all, not_held)) = whole {
        return (union(line), all, not_held);
    }
    let missing: BTreeSet<&String> = line
        .iter()
        .flat_map(|one| match &one.holds {
            Holds::Namespaces { missing, .. } => missing.iter().collect::<Vec<_>>(),
            Holds::Whole(..) => Vec::new(),
        })
        .filter(|namespace| !targets.contains_key(namespace.as_str()))
        .collect();
    let not_held: Vec<String> = missing.into_iter().map(|namespace| format!("namespace {namespace}")).collect();
    let gaps: Vec<Option<Gap>> = targets.values().map(|schedules| union(schedules)).collect();
    let gap = if gaps.is_empty() {
        union(line)
    } else if gaps.iter().any(Option::is_none) {
        None
    } else {
        gaps.into_iter().flatten().max_by_key(|gap| gap.net_s)
    };
    (gap, Some(not_held.is_empty()), not_held)
}

fn union(line: &[&Linked]) -> Option<Gap> {
    let runs: Vec<_> = line.iter().filter_map(|one| Some((one.backup.timing.schedule.as_ref()?, &one.backup.timing.zone))).collect();
    cron::largest_gap(&runs)
}

/// One object may give two lines (two databases, two destinations): the later ones are numbered.
fn unique(plans: &mut [(String, BackupPlan)]) {
    let mut taken: BTreeSet<(String, String)> = BTreeSet::new();
    for (subject, plan) in plans {
        let base = plan.id.clone();
        let mut copy = 2_usize;
        while !taken.insert((subject.clone(), plan.id.clone())) {
            plan.id = format!("{base}/{copy}");
            copy += 1;
        }
    }
}
