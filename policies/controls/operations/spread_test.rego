package controls.operations.spread_test

import data.controls.operations.spread as control

subject := "gateway/us-east-1"

workload(change) := object.union(data.golden.input.workload[subject][0], object.union(
	{"id": "one", "kind": "Deployment", "name": "gateway", "replicas": 2, "spread": true, "disruption_budget": true},
	change,
))

found(items) := object.union(data.golden.input, {"workload": {subject: items}})

others := {name | some name, _ in data.golden.standard.inventory} - {subject}

replicas(count) := sprintf("Deployment gateway asks for %d replicas; more than one is needed to spread them", [count])

test_pass_in_the_golden_system if {
	given_input := data.golden.input
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == said.subjects
	said.lacking == set()
	subject in said.subjects
}

test_pass_with_two_replicas if {
	items := [workload({"id": "single", "replicas": 1}), workload({})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == said.subjects
	said.lacking == set()
	said.cite[subject] == {"one"}
}

test_fail_with_a_single_replica if {
	items := [workload({"replicas": 1})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.lacking == {subject}
	said.compliant == others
	said.explain[subject] == {replicas(1)}
	said.cite[subject] == {"one"}
}

test_fail_when_replicas_share_a_node if {
	items := [workload({"spread": false})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.lacking == {subject}
	said.compliant == others
	said.explain[subject] == {"nothing keeps the replicas of Deployment gateway on different nodes or zones"}
}

test_fail_without_a_disruption_budget if {
	items := [workload({"disruption_budget": false})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.lacking == {subject}
	said.compliant == others
	said.explain[subject] == {"no disruption budget covers Deployment gateway"}
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

test_unreadable_when_a_fact_of_the_last_is_missing if {
	every fact in ["replicas", "spread", "disruption_budget"] {
		items := [workload({"id": "single", "replicas": 1}), object.remove(workload({}), [fact])]
		given_input := found(items)
		given_standard := data.golden.standard
		said := control with input as given_input with data.standard as given_standard
		said.lacking == set()
		said.compliant == others
	}
}
