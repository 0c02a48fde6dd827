package controls.operations.runbooks_test

import data.controls.operations.runbooks as control

subject := "storage-unavailable/global"

rule(change) := object.union(
	data.golden.input.alert_rule[subject][0],
	object.union({"id": "one", "name": "LocationDown", "runbook": true}, change),
)

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

test_pass_when_every_rule_names_a_runbook if {
	items := [rule({}), rule({"id": "two", "name": "LocationGone"})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == said.subjects
	said.explain[subject] == {"the rule LocationDown names a runbook", "the rule LocationGone names a runbook"}
	said.cite[subject] == {"one", "two"}
}

test_fail_by_violating_when_one_rule_names_none if {
	items := [rule({}), rule({"id": "two", "name": "LocationGone", "runbook": false})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.violating == {subject}
	said.lacking == set()
	said.compliant == others
	said.explain[subject] == {"the rule LocationDown names a runbook", "the rule LocationGone names no runbook"}
	said.cite[subject] == {"two"}
}

test_fail_by_violating_when_no_rule_names_one if {
	items := [rule({"runbook": false})]
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
	said.explain[subject] == {"no rule of storage-unavailable/global could name a runbook: there is none"}
}

test_unreadable_when_the_runbook_of_the_last_is_missing if {
	items := [rule({}), object.remove(rule({"id": "two"}), ["runbook"])]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.lacking == set()
	said.violating == set()
	said.compliant == others
}
