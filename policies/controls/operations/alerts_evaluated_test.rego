package controls.operations.alerts_evaluated_test

import data.controls.operations.alerts_evaluated as control

subject := "storage-unavailable/global"

rule(change) := object.union(data.golden.input.alert_rule[subject][0], object.union(
	{"id": "one", "name": "LocationDown", "metric": "velero_backup_location_status_gauge", "healthy": true, "has_series": true},
	change,
))

found(items) := object.union(data.golden.input, {"alert_rule": {subject: items}})

others := {name | some name, _ in data.golden.standard.alerts} - {subject}

test_pass_in_the_golden_system if {
	given_input := data.golden.input
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == said.subjects
	said.lacking == set()
	said.violating == set()
	subject in said.subjects
}

test_pass_when_one_of_two_is_healthy if {
	items := [rule({"id": "broken", "name": "Broken", "healthy": false}), rule({})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == said.subjects
	said.lacking == set()
	said.explain[subject] == {"the rule Broken is evaluated with an error"}
	said.cite[subject] == {"one"}
}

test_fail_when_every_rule_is_evaluated_with_an_error if {
	items := [rule({"healthy": false})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.lacking == {subject}
	said.violating == set()
	said.compliant == others
	said.explain[subject] == {"the rule LocationDown is evaluated with an error"}
	said.cite[subject] == {"one"}
}

test_fail_by_violating_when_a_rule_reads_what_nothing_reports if {
	items := [rule({}), rule({"id": "blind", "has_series": false})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.violating == {subject}
	said.lacking == set()
	said.compliant == others
	said.explain[subject] == {"the rule LocationDown cannot fire: nothing reports velero_backup_location_status_gauge"}
	said.cite[subject] == {"blind"}
}

test_fail_by_violating_only_when_it_is_broken_too if {
	items := [rule({"healthy": false, "has_series": false})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.violating == {subject}
	said.lacking == set()
}

test_nothing_found_is_lacking if {
	items := []
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.lacking == {subject}
	said.violating == set()
	said.compliant == others
	said.explain[subject] == {"no rule is evaluated for storage-unavailable/global"}
}

test_unreadable_when_a_fact_of_the_last_is_missing if {
	every fact in ["healthy", "has_series"] {
		items := [rule({"id": "broken", "healthy": false}), object.remove(rule({}), [fact])]
		given_input := found(items)
		given_standard := data.golden.standard
		said := control with input as given_input with data.standard as given_standard
		said.lacking == set()
		said.violating == set()
		said.compliant == others
	}
}

test_unknown_when_nobody_knows_whether_another_rule_could_fire if {
	items := [rule({}), object.remove(rule({"id": "two"}), ["has_series"])]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.lacking == set()
	said.violating == set()
	said.compliant == others
}
