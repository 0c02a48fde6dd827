package controls.replication.one_primary_test

import data.controls.replication.one_primary as control
import data.golden

subject := "postgresql/global"

now_s := golden.input.taken_at_s

standard := {"split_brain": {subject: {"primaries": 1}}}

item(change) := object.union(golden.input.consensus["postgresql/global"][0], change)

without(change, fields) := object.remove(item(change), fields)

given(items) := object.union(golden.input, {"consensus": {"postgresql/global": items}})

fine := {"id": "good", "kind": "lease", "primaries": 1, "quorum": true}

test_pass_golden if {
	given_input := golden.input
	given_standard := golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == said.subjects
	said.lacking == set()
	count(said.subjects) > 0
}

test_pass_with_one_primary_and_a_quorum if {
	given_input := given([item(fine)])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.lacking == set()
	said.violating == set()
}

test_fail_by_violating_with_two_primaries if {
	given_input := given([item(fine), item(object.union(fine, {"primaries": 2, "id": "bad"}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == {subject}
}

test_fail_by_violating_without_a_primary if {
	given_input := given([item(object.union(fine, {"primaries": 0}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == {subject}
}

test_fail_by_violating_without_a_quorum if {
	given_input := given([item(object.union(fine, {"quorum": false}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == {subject}
}

test_nothing_found_is_lacking if {
	given_input := given([])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
	said.violating == set()
}

test_unreadable_primaries_in_the_last_is_neither if {
	given_input := given([item(fine), without(fine, ["primaries"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == set()
}

test_unreadable_quorum_in_the_last_is_neither if {
	given_input := given([item(fine), without(fine, ["quorum"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == set()
}

test_explain_says_each_fact if {
	the_input := given([item(object.union(fine, {"primaries": 2, "quorum": false}))])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.explain[subject]
	found == {"2 servers take writes; exactly 1 must (lease)", "lease has no majority"}
}

test_explain_that_nothing_was_found if {
	the_input := given([])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.explain[subject]
	found == {"nothing is known that keeps two servers from taking writes"}
}

test_cite_every_guard_when_it_passes if {
	the_input := given([item(fine), item(object.union(fine, {"id": "other"}))])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.cite[subject]
	found == {"good", "other"}
}

test_cite_only_what_violates if {
	the_input := given([item(fine), item(object.union(fine, {"primaries": 2, "id": "bad"}))])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.cite[subject]
	found == {"bad"}
}

test_measure_the_primaries if {
	the_input := given([item(fine), item(object.union(fine, {"primaries": 2, "id": "bad"}))])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.measure[subject]
	found == {{"observed": 2, "required": 1, "unit": "count", "better": "lower"}}
}

test_pass_beside_a_count_over_servers_without_a_store if {
	given_input := given([item(fine), without(object.union(fine, {"id": "servers", "kind": "none"}), ["quorum"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	not said.undetermined[subject]
}

test_unknown_without_any_store if {
	given_input := given([without(object.union(fine, {"kind": "none"}), ["quorum"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == set()
	said.undetermined[subject] == {"no consensus store is known that keeps a second server from taking writes"}
}

test_fail_by_violating_with_two_primaries_and_no_store if {
	given_input := given([without(object.union(fine, {"kind": "none", "primaries": 2}), ["quorum"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.violating == {subject}
	not said.undetermined[subject]
}

# Patroni says more of itself than a lease.
patroni := object.union(fine, {"id": "patroni", "kind": "patroni-etcd", "leaders": 1, "paused": false})

said_of(items) := said if {
	given_input := given(items)
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
}

test_pass_with_patroni_that_acts if {
	said := said_of([item(patroni)])
	said.compliant == {subject}
	said.violating == set()
}

test_pass_beside_patroni_of_a_standby_region_that_leads_nothing if {
	said := said_of([item(patroni), item(object.union(patroni, {"id": "west", "leaders": 0}))])
	said.compliant == {subject}
	said.violating == set()
}

test_fail_by_violating_with_patroni_that_is_paused if {
	said := said_of([item(object.union(patroni, {"paused": true}))])
	said.compliant == set()
	said.violating == {subject}
	said.cite[subject] == {"patroni"}
	said.explain[subject] == {"patroni-etcd is paused: it neither promotes a standby nor stops a second server from taking writes"}
}

test_fail_by_violating_with_two_members_that_lead if {
	said := said_of([item(object.union(patroni, {"leaders": 2}))])
	said.compliant == set()
	said.violating == {subject}
	said.explain[subject] == {"2 members of patroni-etcd lead; at most 1 may"}
}

test_unknown_with_patroni_that_leads_another_server if {
	said := said_of([item(object.union(patroni, {"leaders": 0}))])
	said.compliant == set()
	said.lacking == set()
	said.violating == set()
}

test_unreadable_leaders_is_neither if {
	said := said_of([without(patroni, ["leaders"])])
	said.compliant == set()
	said.violating == set()
}

test_unreadable_pause_is_neither if {
	said := said_of([without(patroni, ["paused"])])
	said.compliant == set()
	said.violating == set()
}
