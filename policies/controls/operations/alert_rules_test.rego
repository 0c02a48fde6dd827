package controls.operations.alert_rules_test

import data.controls.operations.alert_rules as control

subject := "storage-unavailable/global"

rule(change) := object.union(
	data.golden.input.alert_rule[subject][0],
	object.union({"id": "one", "name": "LocationDown", "metric": "velero_backup_location_status_gauge", "threshold_s": 300}, change),
)

found(items) := object.union(data.golden.input, {"alert_rule": {subject: items}})

others := {name | some name, _ in data.golden.standard.alerts} - {subject}

test_pass_in_the_golden_system if {
	given_input := data.golden.input
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == said.subjects
	said.lacking == set()
	subject in said.subjects
}

test_pass_when_one_of_two_reads_the_metric if {
	items := [rule({"id": "other", "metric": "up"}), rule({})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == said.subjects
	said.lacking == set()
	said.explain[subject] == {"the rule LocationDown reads velero_backup_location_status_gauge"}
	said.cite[subject] == {"one"}
}

test_pass_with_a_note_when_the_threshold_is_always_exceeded if {
	items := [rule({"threshold_s": 0})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == said.subjects
	said.note[subject] == {"the rule LocationDown compares an age with 0 s"}
}

test_pass_without_a_note_when_the_threshold_is_positive_or_not_stated if {
	items := [rule({"threshold_s": 1}), object.remove(rule({"id": "two"}), ["threshold_s"])]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == said.subjects
	not said.note[subject]
}

test_fail_when_no_rule_reads_a_metric_of_the_standard if {
	items := [rule({"metric": "up"})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.lacking == {subject}
	said.compliant == others
	said.explain[subject] == {"no rule for storage-unavailable/global reads one of velero_backup_location_status_gauge"}
	said.cite[subject] == {"one"}
}

test_nothing_found_is_lacking if {
	items := []
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.lacking == {subject}
	said.compliant == others
	said.explain[subject] == {"no rule for storage-unavailable/global reads one of velero_backup_location_status_gauge"}
}

test_unreadable_when_the_metric_of_the_last_is_missing if {
	items := [rule({"id": "other", "metric": "up"}), object.remove(rule({}), ["metric"])]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.lacking == set()
	said.compliant == others
}
