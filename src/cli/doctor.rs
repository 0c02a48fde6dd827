//! `seaworthy doctor`: what is reachable and allowed, and what to add where it is not.

use super::{Failure, Io, Reach, given};
use crate::collect::kubernetes::{Checked, Doctor, Grant, doctor};
use crate::collect::roles;
use crate::exit::Exit;
use crate::report::clean;
use clap::Args;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Say what of the configured clusters is reachable and allowed.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  seaworthy doctor\n  seaworthy doctor --region us-east-1 --allow secrets\n  seaworthy doctor --request-timeout 3s"
)]
pub(super) struct DoctorArgs {
    /// The config; without it, seaworthy.yaml here or in a parent up to the repository's root
    #[arg(long, value_name = "FILE", env = "SEAWORTHY_CONFIG")]
    config: Option<PathBuf>,
    /// Only the cluster of this region
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    #[command(flatten)]
    reach: Reach,
}

/// Runs it.
pub(super) fn run(args: &DoctorArgs, io: &mut Io<'_>) -> Result<Exit, Failure> {
    let config = given::clusters(args.config.as_ref(), args.region.as_deref())?;
    let found = doctor(&config, args.reach.allow(), &args.reach.deadlines());
    let mut text = String::new();
    let mut well = found.len() == config.clusters.len();
    for cluster in &found {
        well &= tell(cluster, &args.reach, &mut text);
    }
    io.stdout.write_all(clean::lines(&text).as_bytes()).and_then(|()| io.stdout.flush()).map_err(|error| Failure::stdout(&error))?;
    Ok(if well { Exit::Pass } else { Exit::Incomplete })
}

/// Writes what is known of one cluster; whether all of it can be read.
fn tell(cluster: &Doctor, reach: &Reach, text: &mut String) -> bool {
    *text += &format!("{} · {}\n", cluster.region, cluster.name);
    let mut line = |label: &str, what: &str| *text += &format!("  {label:<11} {what}\n");
    let allowed = cluster.rights.iter().filter(|checked| checked.grant == Grant::Allowed).count();
    let missing: Vec<&Checked> = cluster.rights.iter().filter(|checked| checked.grant != Grant::Allowed).collect();
    if let Some(version) = &cluster.version {
        let uid = cluster.uid.as_deref().unwrap_or("not readable: get namespaces kube-system");
        line("server", &format!("{version}, kube-system uid {uid}"));
    }
    if let Some(why) = cluster.unverified {
        line("UNVERIFIED", &format!("{why}: whoever answers is believed, and is told the credentials; name its certificate-authority"));
    }
    let clock = cluster.skew_s.filter(|skew| skew.abs() > crate::clock::SKEW_S);
    match (cluster.skew_s, clock) {
        (_, Some(skew)) => {
            line("CLOCK", &format!("{skew} s off this one: more than {} s, its dates will not be believed", crate::clock::SKEW_S))
        }
        (Some(skew), None) => line("clock", &format!("{skew} s off this one")),
        (None, None) if cluster.fault.is_none() => line("CLOCK", "it never said what time it is there: its dates will not be believed"),
        (None, None) => {}
    }
    if !cluster.versions.is_empty() {
        let versions: Vec<String> = cluster
            .versions
            .iter()
            .map(|(group, version)| if group.is_empty() { version.clone() } else { format!("{group}/{version}") })
            .collect();
        line("served", &versions.join(", "));
    }
    let absent: BTreeSet<String> = cluster
        .not_served
        .iter()
        .map(|kind| if kind.group.is_empty() { kind.kind.to_owned() } else { format!("{}.{}", kind.kind, kind.group) })
        .collect();
    if !absent.is_empty() {
        line("not served", &absent.into_iter().collect::<Vec<_>>().join(", "));
    }
    if !cluster.rights.is_empty() {
        line("allowed", &format!("{allowed} of {} rights", cluster.rights.len()));
    }
    for checked in &missing {
        let Checked { right, name, grant } = checked;
        let of = name.as_deref().map(|name| format!(", of {name}")).unwrap_or_default();
        match grant {
            Grant::Unknown(fault) => line("UNKNOWN", &format!("{right}{of}: {fault}")),
            _ => line("DENIED", &format!("{right}{of}; add {}", roles::rule(right, name.as_deref()))),
        }
    }
    if let Some(fault) = &cluster.fault {
        line("FAULT", &fault.to_string());
    }
    if missing.iter().any(|checked| checked.grant == Grant::Denied) {
        let allow = reach.allow();
        let flags = [(allow.secrets, " --allow secrets"), (allow.exec, " --allow exec")];
        let flags: String = flags.into_iter().filter(|(allowed, _)| *allowed).map(|(_, flag)| flag).collect();
        line("next", &format!("seaworthy rbac{flags} | kubectl apply -f -"));
    }
    missing.is_empty() && cluster.fault.is_none() && clock.is_none() && cluster.skew_s.is_some()
}
