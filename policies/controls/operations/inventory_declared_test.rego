package controls.operations.inventory_declared_test

import data.controls.operations.inventory_declared as control

subject := "gateway/us-east-1"

workload(change) := object.union(
	data.golden.input.workload[subject][0],
	object.union({"id": "one", "kind": "Deployment", "name": "gateway", "replicas": 3}, change),
)

found(items) := object.union(data.golden.input, {"workload": {subject: items}})

others := {name | some name, _ in data.golden.standard.inventory} - {subject}

test_pass_in_the_golden_system if {
	given_input := data.golden.input
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == said.subjects
	said.lacking == set()
	subject in said.subjects
}

test_pass_exactly_at_the_limit if {
	items := [workload({"id": "few", "replicas": 1}), workload({})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == said.subjects
	said.lacking == set()
	said.cite[subject] == {"one"}
	said.measure[subject] == {{"observed": 3, "required": 3, "unit": "count", "better": "higher"}}
}

test_fail_one_below_the_limit if {
	items := [workload({"replicas": 2})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.lacking == {subject}
	said.compliant == others
	said.explain[subject] == {"Deployment gateway asks for 2 replicas; at least 3 must be ready"}
	said.cite[subject] == {"one"}
	said.measure[subject] == {{"observed": 2, "required": 3, "unit": "count", "better": "higher"}}
}

test_nothing_found_is_lacking if {
	items := []
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.lacking == {subject}
	said.compliant == others
	said.explain[subject] == {"nothing is declared as gateway/us-east-1"}
}

test_unreadable_when_the_replicas_of_the_last_are_missing if {
	items := [workload({"id": "few", "replicas": 1}), object.remove(workload({}), ["replicas"])]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.lacking == set()
	said.compliant == others
}
