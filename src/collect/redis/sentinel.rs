//! Sentinels: whom they take for the primary, and whether enough of them are there to promote another.

use super::session::{Address, Session};
use crate::collect::fault::Fault;
use crate::collect::passwords::Password;
use crate::collect::reading::{Around, Reading, Store};
use crate::snapshot::Noun;
use futures_util::future::join_all;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

/// What one Sentinel says.
#[derive(Debug, PartialEq, Eq)]
struct Watch {
    /// `ip:port` of the primary.
    primary: String,
    /// Whether it takes that for down.
    down: bool,
    /// Whether enough Sentinels are there.
    usable: bool,
}

/// Asks the Sentinels, if there are any.
pub(super) async fn read(around: &Around<'_>, password: &Password) -> Option<Reading> {
    let addresses: BTreeSet<&str> = around.source.sentinels.iter().map(String::as_str).collect();
    if addresses.is_empty() {
        return None;
    }
    let mut reading = around.reading(&format!("sentinel:{}", around.source.component), &[]);
    let begun = Instant::now();
    let watches = join_all(addresses.iter().map(|address| one(address, around, password))).await;
    reading.took_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    reading.store = Some(store(&watches, &mut reading));
    Some(reading)
}

async fn one(url: &str, around: &Around<'_>, password: &Password) -> (String, Result<Watch, Fault>) {
    let limit = around.deadlines.request;
    let address = match Address::parse(url) {
        Ok(address) => address,
        Err(fault) => return ("a Sentinel".to_owned(), Err(fault)),
    };
    let whole = async {
        // Sentinels often have no password where the servers have one: it is shown only where it is asked for.
        match watch(&mut Session::open(&address, None, limit).await?).await {
            Err(Fault::Refused(_)) => {
                let password = password.expose().map_err(|why| Fault::Unreachable(format!("the password: {why}")))?;
                watch(&mut Session::open(&address, password, limit).await?).await
            }
            answer => answer,
        }
    };
    let answer = whole.await;
    (address.shown, answer)
}

async fn watch(session: &mut Session) -> Result<Watch, Fault> {
    let all = session.ask::<Vec<BTreeMap<String, String>>>(&["SENTINEL", "MASTERS"]).await?;
    let [primary] = all.as_slice() else {
        return Err(Fault::Strange(format!("it watches {} primaries, and not one", all.len())));
    };
    let field =
        |key: &str| primary.get(key).map(String::as_str).ok_or_else(|| Fault::Strange("this is not what a Sentinel answers".to_owned()));
    let usable = match session.ask::<String>(&["SENTINEL", "CKQUORUM", field("name")?]).await {
        Ok(answer) => answer.starts_with("OK"),
        Err(Fault::Strange(_)) => false,
        Err(fault) => return Err(fault),
    };
    let down = field("flags")?.split(',').any(|flag| matches!(flag, "s_down" | "o_down"));
    Ok(Watch { primary: format!("{}:{}", field("ip")?, field("port")?), down, usable })
}

fn store(watches: &[(String, Result<Watch, Fault>)], reading: &mut Reading) -> Store {
    let answered: Vec<&Watch> = watches.iter().filter_map(|(_, watch)| watch.as_ref().ok()).collect();
    let usable = answered.iter().filter(|watch| watch.usable).count();
    let whole = answered.len() == watches.len();
    let quorum = if usable * 2 > watches.len() {
        Some(true)
    } else if whole && usable == 0 {
        Some(false)
    } else {
        None
    };
    for (shown, fault) in watches.iter().filter_map(|(shown, watch)| Some((shown, watch.as_ref().err()?))) {
        if quorum.is_none() {
            reading.partly(Noun::Consensus, format!("the Sentinel at {shown}: {fault}"));
        }
    }
    if answered.iter().any(|watch| watch.down) {
        reading.partly(Noun::Consensus, "a Sentinel takes the primary for down");
    }
    let primaries: BTreeSet<&str> = answered.iter().map(|watch| watch.primary.as_str()).collect();
    Store {
        kind: "sentinel",
        members: Some(watches.len() as u64),
        healthy: whole.then_some(usable as u64),
        quorum,
        leaders: whole.then_some(primaries.len() as u64),
        paused: None,
    }
}

#[cfg(test)]
mod tests;
