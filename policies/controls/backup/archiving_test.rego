package controls.backup.archiving_test

import data.controls.backup.archiving as control
import data.golden

subject := "postgresql/us-east-1"

standard := {
	"rpo_restore": {
		"database-corruption/us-east-1": {"limit_s": 3600, "components": [subject]},
		"complete-outage/global": {"limit_s": 7200, "components": [subject]},
	},
	"restores": {subject: {"every_s": 1}},
}

given(items) := object.union(golden.input, {"archiver": {subject: items}})

server := {"id": "server", "class": "observed", "read": "postgres@a/us-east-1", "enabled": true, "timeout_s": 60, "failing": false, "pending_s": 0, "last_archived_s": 1}

cluster := {"id": "cluster", "class": "observed", "read": "clusters/us-east-1", "enabled": true, "failing": false, "has_base": true}

tool := {"id": "tool", "class": "observed", "read": "wal-g-verify:postgresql/us-east-1", "enabled": true, "missing": 0}

watch := {"id": "watch", "class": "observed", "read": "barman-check:postgresql/us-east-1", "enabled": true, "failing": false}

without(change, fields) := object.remove(change, fields)

test_pass_golden if {
	given_input := golden.input
	given_standard := golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == said.subjects
	count(said.subjects) > 0
}

test_pass_when_nothing_waits if {
	given_input := given([server])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.lacking == set()
	said.violating == set()
	said.cite[subject] == {"server"}
	said.measure[subject] == {{"observed": 0, "required": 3600, "unit": "s", "better": "lower"}}
}

test_pass_one_second_below_the_limit if {
	given_input := given([object.union(server, {"pending_s": 3599})])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.lacking == set()
	said.violating == set()
}

test_pass_beside_an_object_of_a_cluster_and_a_tool if {
	given_input := given([cluster, tool, watch, server])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.lacking == set()
	said.violating == set()
}

test_fail_by_violating_at_exactly_the_shortest_limit if {
	given_input := given([object.union(server, {"pending_s": 3600})])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == {subject}
	said.explain[subject] == {"a part of the log has waited 1 h; less than 1 h is allowed"}
}

test_fail_by_violating_when_the_server_fails if {
	given_input := given([cluster, object.union(server, {"failing": true})])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == {subject}
	said.explain[subject] == {"archiving fails: the last failure is younger than the last success"}
}

test_fail_by_violating_when_the_operator_says_that_it_fails if {
	given_input := given([object.union(cluster, {"failing": true}), server])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == {subject}
}

test_fail_when_it_is_switched_off if {
	given_input := given([object.union(without(server, ["failing"]), {"enabled": false})])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
	said.violating == set()
	said.explain[subject] == {"the log of postgresql/us-east-1 is not archived"}
}

test_unknown_where_only_the_operator_speaks if {
	given_input := given([cluster])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == set()
}

test_unknown_where_only_the_tool_speaks if {
	given_input := given([tool])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == set()
}

test_unknown_where_nothing_is_known if {
	given_input := given([])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == set()
}

test_unreadable_failing_is_neither if {
	given_input := given([without(server, ["failing"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == set()
}

test_unreadable_waiting_is_neither if {
	given_input := given([without(server, ["pending_s"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == set()
}

test_unreadable_failing_of_the_operator_is_neither if {
	given_input := given([without(cluster, ["failing"]), server])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == set()
}

test_fail_by_violating_when_the_tool_that_watches_says_so if {
	given_input := given([object.union(watch, {"failing": true}), server])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == {subject}
}

test_unreadable_failing_of_the_tool_that_watches_is_neither if {
	given_input := given([without(watch, ["failing"]), server])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == set()
}

test_unreadable_failing_of_another_server_is_neither if {
	given_input := given([server, without(object.union(server, {"id": "other"}), ["failing"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == set()
}

test_unreadable_state_of_what_is_switched_off_is_no_lack if {
	given_input := given([object.union(server, {"enabled": false}), tool])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == set()
}
