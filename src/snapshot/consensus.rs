//! `consensus`: what keeps a database from having two primaries.

use super::item::evidence;

evidence! {
    /// One guard against two primaries.
    pub struct Consensus {
        /// `patroni-etcd`, `kubernetes-lease`, `sentinel`.
        pub kind: String,
        /// How many members the store should have.
        pub members: Option<u64>,
        /// How many of them are healthy.
        pub healthy: Option<u64>,
        /// Whether the healthy ones are a majority.
        pub quorum: Option<bool>,
        /// How many servers of the topology take writes now, asked one by one.
        pub primaries: Option<u64>,
        /// How many members say of themselves that they lead, asked one by one. Absent: not all answered.
        pub leaders: Option<u64>,
        /// Whether whoever should promote another server has been told not to.
        pub paused: Option<bool>,
    }
}
