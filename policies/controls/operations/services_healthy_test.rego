package controls.operations.services_healthy_test

import data.controls.operations.services_healthy as control

subject := "gateway/us-east-1"

workload(change) := object.union(data.golden.input.workload[subject][0], object.union(
	{"id": "observed/test/us-east-1/Deployment/app/gateway", "kind": "Deployment", "name": "gateway", "settled": true, "replicas": 3, "ready": 3},
	change,
))

found(items) := object.union(data.golden.input, {"workload": {subject: items}})

others := {name | some name, _ in data.golden.standard.inventory} - {subject}

test_pass_in_the_golden_system if {
	count(data.golden.standard.inventory) == 10
	given_input := data.golden.input
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == said.subjects
	said.lacking == set()
	not said.undetermined[subject]
}

test_pass_exactly_at_the_limit if {
	items := [workload({"replicas": 3, "ready": 3})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == said.subjects
	said.explain[subject] == {"Deployment gateway has 3 of 3 replicas ready; all must be, and at least 3"}
	said.cite[subject] == {"observed/test/us-east-1/Deployment/app/gateway"}
	said.measure[subject] == {{"observed": 3, "required": 3, "unit": "count", "better": "higher"}}
}

test_pass_beside_a_smaller_one_that_is_whole_and_cites_both if {
	items := [workload({"id": "small", "replicas": 1, "ready": 1}), workload({"id": "good"})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == said.subjects
	said.cite[subject] == {"small", "good"}
	said.measure[subject] == {{"observed": 3, "required": 3, "unit": "count", "better": "higher"}}
}

test_unknown_where_another_of_that_name_lacks_replicas if {
	items := [workload({"id": "short", "ready": 1}), workload({"id": "good"})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == others
	said.lacking == set()
	"Deployment gateway has 1 of 3 replicas ready; all must be, and at least 3" in said.explain[subject]
}

test_fail_one_below_what_the_inventory_wants if {
	items := [workload({"replicas": 2, "ready": 2})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.lacking == {subject}
	said.compliant == others
	said.explain[subject] == {"Deployment gateway has 2 of 2 replicas ready; all must be, and at least 3"}
	said.cite[subject] == {"observed/test/us-east-1/Deployment/app/gateway"}
}

test_fail_when_not_all_that_it_asks_for_are_ready if {
	items := [workload({"replicas": 4, "ready": 3})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.lacking == {subject}
	said.compliant == others
}

test_nothing_found_is_lacking if {
	given_input := found([])
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.lacking == {subject}
	said.compliant == others
	said.explain[subject] == {"nothing runs as gateway/us-east-1"}
	not said.cite[subject]
	not said.measure[subject]
}

test_unknown_while_a_rollout_goes_on if {
	items := [workload({"settled": false, "ready": 1})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.undetermined == {subject: {"a rollout of Deployment gateway is going on"}}
	said.lacking == set()
	said.compliant == others
}

test_unknown_while_a_rollout_goes_on_beside_something_short if {
	items := [workload({"id": "a", "ready": 1}), workload({"id": "b", "settled": false})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.undetermined == {subject: {"a rollout of Deployment gateway is going on"}}
	said.lacking == set()
}

test_unknown_while_another_of_that_name_is_rolled_out if {
	items := [workload({"id": "a", "settled": false}), workload({"id": "b"})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.undetermined[subject] == {"a rollout of Deployment gateway is going on"}
	said.compliant == others
}

test_unreadable_when_a_fact_of_the_last_is_missing if {
	every fact in ["ready", "replicas", "settled"] {
		items := [workload({"id": "a", "ready": 1}), object.remove(workload({"id": "b", "ready": 1}), [fact])]
		given_input := found(items)
		given_standard := data.golden.standard
		said := control with input as given_input with data.standard as given_standard
		said.lacking == set()
		said.compliant == others
		not said.undetermined[subject]
	}
}

test_unreadable_when_a_fact_of_a_healthy_one_is_missing if {
	every fact in ["ready", "replicas", "settled"] {
		items := [object.remove(workload({}), [fact])]
		given_input := found(items)
		given_standard := data.golden.standard
		said := control with input as given_input with data.standard as given_standard
		said.lacking == set()
		said.compliant == others
	}
}
