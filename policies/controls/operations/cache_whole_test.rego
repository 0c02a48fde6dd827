package controls.operations.cache_whole_test

import data.controls.operations.cache_whole as control

subject := "redis/us-east-1"

server(change) := object.union(
	{
		"id": "server", "class": "observed", "read": "databases/us-east-1", "product": "redis", "role": "primary",
		"instances": 6, "ready": 6, "consistent": true,
	},
	change,
)

only_subject := {subject: {"product": "redis", "lag_ms": 1000}, "postgresql/eu-west-1": {"product": "postgresql", "lag_ms": 5000}}

# A function, because OPA 1.22 mixes up results where `with` itself stands in a loop.
judged(items) := found if {
	found := control with input as data.golden.input
		with input.database as {subject: items}
		with data.standard.lag as only_subject
}

unproven(items) if {
	found := judged(items)
	found.compliant == set()
	found.violating == set()
}

test_pass_in_the_golden_input if {
	found := control with input as data.golden.input with data.standard as data.golden.standard
	found.compliant == found.subjects
	count(found.subjects) == 2
	found.violating == set()
}

test_pass_by_each_server_and_cites_it if {
	found := judged([server({}), object.remove(server({"id": "alone"}), ["instances", "ready"])])
	found.subjects == {subject}
	found.compliant == {subject}
	found.cite == {subject: {"server", "alone"}}
}

test_fail_where_slots_are_served_by_nobody if {
	found := judged([server({}), server({"id": "bad", "consistent": false, "inconsistency": "5461 of 16384 slots are served by nobody"})])
	found.violating == {subject}
	found.compliant == set()
	found.cite == {subject: {"bad"}}
	found.explain == {subject: {"redis/us-east-1 does not hold together: 5461 of 16384 slots are served by nobody"}}
}

test_unknown_where_a_server_is_missing if {
	unproven([server({"ready": 5})])
	judged([server({"ready": 5})]).undetermined == {subject: {"5 of 6 servers are known to be there"}}
}

test_unknown_where_nobody_said_how_many_there_should_be if {
	unproven([object.remove(server({"ready": 1}), ["instances"])])
}

test_unknown_where_only_an_operator_speaks if {
	unproven([server({"read": "clusters/us-east-1"})])
	judged([server({"read": "clusters/us-east-1"})]).undetermined == {subject: {"no Redis server was asked itself"}}
	unproven([])
}

test_unreadable_is_neither if {
	unproven([object.remove(server({}), ["consistent"])])
	unproven([object.remove(server({"ready": 5}), ["ready"])])
}
