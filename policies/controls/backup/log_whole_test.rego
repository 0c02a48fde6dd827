package controls.backup.log_whole_test

import data.controls.backup.log_whole as control
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

test_pass_when_nothing_is_missing if {
	given_input := given([tool])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.violating == set()
	said.cite[subject] == {"tool"}
	said.measure[subject] == {{"observed": 0, "required": 0, "unit": "count", "better": "lower"}}
}

test_pass_beside_who_does_not_count if {
	given_input := given([server, cluster, watch, tool])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.violating == set()
}

test_fail_by_violating_with_one_segment_missing if {
	given_input := given([server, object.union(tool, {"missing": 1})])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.violating == {subject}
	said.cite[subject] == {"tool"}
	said.explain[subject] == {"segments of the log of postgresql/us-east-1 that are missing in its archive: 1"}
}

test_fail_by_violating_when_one_of_two_archives_has_a_hole if {
	given_input := given([tool, object.union(tool, {"id": "bad", "missing": 2})])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.violating == {subject}
	said.cite[subject] == {"bad"}
}

test_unknown_where_no_tool_was_asked if {
	given_input := given([server, cluster])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.violating == set()
}

test_unreadable_missing_of_one_of_two_is_neither if {
	given_input := given([tool, without(object.union(tool, {"id": "other"}), ["missing"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.violating == set()
}
