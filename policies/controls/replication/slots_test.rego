package controls.replication.slots_test

import data.controls.replication.slots as control
import data.golden

subject := "postgresql/us-east-1"

standard := {
	"rpo_restore": {
		"database-corruption/us-east-1": {"limit_s": 3600, "components": [subject]},
		"complete-outage/global": {"limit_s": 7200, "components": [subject]},
	},
	"restores": {subject: {"every_s": 1}},
}

given(items) := object.union(golden.input, {"database": {subject: items}})

server := {"id": "server", "class": "observed", "read": "postgres@a/us-east-1", "role": "primary", "checksums": true, "checksum_failures": 0, "lost_slots": 0}

cluster := {"id": "cluster", "class": "observed", "read": "clusters/us-east-1", "role": "primary", "checksums": true}

patroni := {"id": "patroni", "class": "observed", "read": "patroni@a/us-east-1", "role": "primary", "detect_s": 30}

without(change, fields) := object.remove(change, fields)

test_pass_golden if {
	given_input := golden.input
	given_standard := golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == said.subjects
	count(said.subjects) > 0
}

test_pass_when_no_slot_is_lost if {
	given_input := given([server])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.violating == set()
	said.cite[subject] == {"server"}
	said.measure[subject] == {{"observed": 0, "required": 0, "unit": "count", "better": "lower"}}
}

test_pass_beside_who_does_not_know if {
	given_input := given([cluster, patroni, server])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.violating == set()
}

test_fail_by_violating_with_one_lost_slot if {
	given_input := given([server, object.union(server, {"id": "bad", "lost_slots": 1})])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.violating == {subject}
	said.cite[subject] == {"bad"}
	said.explain[subject] == {"replication slots of postgresql/us-east-1 that have lost the log they were kept for: 1"}
}

test_unknown_where_no_server_was_asked if {
	given_input := given([cluster, patroni])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.violating == set()
}

test_unreadable_slots_of_one_of_two_are_neither if {
	given_input := given([server, without(object.union(server, {"id": "other"}), ["lost_slots"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.violating == set()
}
