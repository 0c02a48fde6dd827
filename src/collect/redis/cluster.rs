//! A Redis cluster, as one of its nodes sees it.

use super::session::{Session, lines};
use crate::collect::fault::Fault;
use crate::snapshot::Database;

/// How many slots a cluster has.
const SLOTS: u64 = 16_384;

/// What a node says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cluster {
    /// How many slots somebody serves.
    served: Option<u64>,
    /// Whether it calls the whole well.
    well: Option<bool>,
    /// How many nodes it knows.
    nodes: u64,
    /// How many of them it does not take for gone.
    alive: u64,
    /// How many primaries have slots and are not taken for gone.
    primaries: u64,
}

pub(super) async fn ask(session: &mut Session) -> Result<Cluster, Fault> {
    let info = session.ask::<String>(&["CLUSTER", "INFO"]).await?;
    let nodes = session.ask::<String>(&["CLUSTER", "NODES"]).await?;
    Ok(parse(&info, &nodes))
}

fn parse(info: &str, nodes: &str) -> Cluster {
    let info = lines(info);
    // <id> <address> <flags> <primary> <ping> <pong> <epoch> <link> <slot> ...
    let known: Vec<Vec<&str>> =
        nodes.lines().map(|line| line.split_whitespace().collect::<Vec<_>>()).filter(|words| words.len() >= 8).collect();
    let flagged = |words: &[&str], flags: &[&str]| words.get(2).is_some_and(|own| own.split(',').any(|flag| flags.contains(&flag)));
    let alive = |words: &[&str]| {
        let linked = flagged(words, &["myself"]) || words.get(7) == Some(&"connected");
        linked && !flagged(words, &["fail", "fail?", "noaddr", "handshake"])
    };
    Cluster {
        served: info.get("cluster_slots_ok").and_then(|text| text.parse().ok()),
        well: info.get("cluster_state").map(|state| state == "ok"),
        nodes: known.len() as u64,
        alive: known.iter().filter(|words| alive(words)).count() as u64,
        primaries: known.iter().filter(|words| alive(words) && flagged(words, &["master"]) && words.len() > 8).count() as u64,
    }
}

impl Cluster {
    /// What it makes of the database.
    pub(super) fn database(&self, base: Database) -> Database {
        let lost = self.served.map(|served| SLOTS.saturating_sub(served));
        let inconsistency = match (self.well, lost) {
            (_, Some(lost)) if lost > 0 => Some(format!("{lost} of {SLOTS} slots are served by nobody")),
            (Some(false), _) => Some("the cluster is in the state `fail`".to_owned()),
            _ => None,
        };
        let whole = self.well == Some(true) && lost == Some(0);
        Database {
            instances: Some(self.nodes),
            ready: Some(self.alive),
            consistent: if inconsistency.is_some() { Some(false) } else { whole.then_some(true) },
            inconsistency,
            primaries: Some(self.primaries),
            ..base
        }
    }
}

#[cfg(test)]
mod tests;
