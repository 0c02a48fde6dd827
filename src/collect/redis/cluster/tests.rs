use super::*;

const NODES: &str = "aa 10.0.0.1:6379@16379 myself,master - 0 0 1 connected 0-8191\n\
                     bb 10.0.0.2:6379@16379 master - 0 1 2 connected 8192-16383\n\
                     cc 10.0.0.3:6379@16379 slave aa 0 1 1 connected\n";

#[test]
fn every_slot_has_to_be_served() {
    let well = parse("cluster_state:ok\r\ncluster_slots_ok:16384\r\n", NODES);
    assert_eq!(well, Cluster { served: Some(16_384), well: Some(true), nodes: 3, alive: 3, primaries: 2 });
    let gone = NODES.replace("6379@16379 master", "6379@16379 master,fail");
    let lost = parse("cluster_state:fail\r\ncluster_slots_ok:8192\r\n", &gone);
    assert_eq!(lost, Cluster { served: Some(8192), well: Some(false), nodes: 3, alive: 2, primaries: 1 });
    for (info, consistent) in [
        ("cluster_state:ok\ncluster_slots_ok:16384", Some(true)),
        ("cluster_state:ok\ncluster_slots_ok:16383", Some(false)),
        ("cluster_state:fail\ncluster_slots_ok:16384", Some(false)),
        ("cluster_state:ok", None),
        ("cluster_slots_ok:16384", None),
    ] {
        let reading = crate::collect::reports::tests::blank(crate::config::Tool::WalG);
        let base = crate::collect::redis::base("a:1", None, crate::snapshot::DatabaseRole::Primary, &reading);
        assert_eq!(parse(info, NODES).database(base).consistent, consistent, "{info}");
    }
}
