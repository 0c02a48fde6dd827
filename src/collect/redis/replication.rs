//! `INFO replication`, as a primary or a replica says it.

use std::collections::BTreeMap;

/// What a server says of its replication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Replication {
    /// Whether it is a primary.
    pub(super) leads: bool,
    /// How far its log of changes reaches, in bytes.
    pub(super) offset: Option<u64>,
    /// Whether it is connected to its primary, where it has one.
    pub(super) linked: Option<bool>,
    /// Who follows it, by `ip:port`.
    pub(super) replicas: BTreeMap<String, Follower>,
}

/// One replica, as its primary sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Follower {
    /// Whether the primary calls it `online`.
    pub(super) online: bool,
    /// How far it has acknowledged, in bytes.
    pub(super) offset: Option<u64>,
    /// How long ago it acknowledged anything, in whole seconds.
    pub(super) silent_s: Option<u64>,
}

impl Replication {
    /// `None`: it does not say which role it has.
    pub(super) fn parse(info: &BTreeMap<String, String>) -> Option<Self> {
        let leads = match info.get("role").map(String::as_str)? {
            "master" => true,
            "slave" => false,
            _ => return None,
        };
        let linked = info.get("master_link_status").map(|status| status == "up");
        // slave0:ip=10.0.0.6,port=6379,state=online,offset=1234,lag=0
        let follower = |value: &str| {
            let fields: BTreeMap<&str, &str> = value.split(',').filter_map(|field| field.split_once('=')).collect();
            let name = format!("{}:{}", fields.get("ip")?, fields.get("port")?);
            let number = |key: &str| fields.get(key).and_then(|text| text.parse().ok());
            Some((name, Follower { online: fields.get("state") == Some(&"online"), offset: number("offset"), silent_s: number("lag") }))
        };
        let is_follower =
            |key: &str| key.strip_prefix("slave").is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()));
        let replicas = info.iter().filter(|(key, _)| is_follower(key)).filter_map(|(_, value)| follower(value)).collect();
        Some(Self { leads, offset: info.get("master_repl_offset").and_then(|text| text.parse().ok()), linked, replicas })
    }
}
