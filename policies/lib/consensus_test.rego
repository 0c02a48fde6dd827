package lib.consensus_test

import data.lib.consensus

rule := {"primaries": 1}

said(fields) := object.union({"kind": "patroni-etcd", "primaries": 1, "quorum": true, "leaders": 1, "paused": false}, fields)

test_nothing_bad_of_one_that_leads if {
	consensus.faults(said({}), rule) == set()
	consensus.acts(said({}), rule)
	consensus.leads(said({}), rule)
}

test_each_fault_is_told if {
	consensus.faults(said({"primaries": 2, "quorum": false, "leaders": 3, "paused": true}), rule) == {
		"2 servers take writes; exactly 1 must (patroni-etcd)",
		"patroni-etcd has no majority",
		"3 members of patroni-etcd lead; at most 1 may",
		"patroni-etcd is paused: it neither promotes a standby nor stops a second server from taking writes",
	}
}

test_one_that_is_paused_or_leads_twice_does_not_act if {
	not consensus.acts(said({"paused": true}), rule)
	not consensus.acts(said({"leaders": 2}), rule)
	not consensus.acts(object.remove(said({}), ["paused"]), rule)
	not consensus.acts(object.remove(said({}), ["leaders"]), rule)
}

test_that_of_a_standby_region_acts_and_leads_nobody if {
	consensus.acts(said({"leaders": 0}), rule)
	not consensus.leads(said({"leaders": 0}), rule)
}

test_a_lease_says_nothing_of_it if {
	lease := {"kind": "kubernetes-lease", "primaries": 1, "quorum": true}
	consensus.acts(lease, rule)
	consensus.leads(lease, rule)
	consensus.faults(object.union(lease, {"leaders": 2}), rule) == set()
}
