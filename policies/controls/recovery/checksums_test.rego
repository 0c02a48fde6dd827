package controls.recovery.checksums_test

import data.controls.recovery.checksums as control
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

test_pass_with_checksums_that_hold if {
	given_input := given([server])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.violating == set()
	said.cite[subject] == {"server"}
	said.measure[subject] == {{"observed": 0, "required": 0, "unit": "count", "better": "lower"}}
}

test_pass_beside_an_operator_that_says_how_it_once_was if {
	given_input := given([object.union(cluster, {"checksums": false}), patroni, server])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.violating == set()
}

test_fail_by_violating_with_one_damaged_page if {
	given_input := given([server, object.union(server, {"id": "bad", "checksum_failures": 1})])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.violating == {subject}
	said.cite[subject] == {"bad"}
	said.explain[subject] == {"pages of postgresql/us-east-1 that failed their checksums: 1"}
}

test_fail_by_violating_without_checksums if {
	given_input := given([object.union(server, {"checksums": false})])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.violating == {subject}
	said.explain[subject] == {"the pages of postgresql/us-east-1 carry no checksums"}
}

test_unknown_where_no_server_was_asked if {
	given_input := given([cluster, patroni])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.violating == set()
}

test_unreadable_checksums_are_neither if {
	given_input := given([without(server, ["checksums"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.violating == set()
}

test_unreadable_failures_of_one_of_two_are_neither if {
	given_input := given([server, without(object.union(server, {"id": "other"}), ["checksum_failures"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.violating == set()
}
