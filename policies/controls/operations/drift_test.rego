package controls.operations.drift_test

import data.controls.operations.drift as control

subject := "gateway/us-east-1"

object_name := "Deployment/kubernaut-system/gateway"

item(change) := object.union(
	{"id": "one", "class": "observed", "read": "clusters/us-east-1", "object": object_name, "of": "workload", "state": "same"},
	change,
)

judged(items) := found if {
	given_input := object.union(data.golden.input, {"drift": {subject: items}})
	given_standard := data.golden.standard
	found := control with input as given_input with data.standard as given_standard
}

test_pass_in_the_golden_system if {
	given_input := data.golden.input
	given_standard := data.golden.standard
	found := control with input as given_input with data.standard as given_standard
	found.compliant == found.subjects
	found.violating == set()
	{"access/us-east-1", "configmaps/eu-west-1", "gateway/us-east-1", "postgresql/eu-west-1"} - found.subjects == set()
}

test_pass_where_all_is_the_same_and_all_is_cited if {
	found := judged([item({}), item({"id": "two"})])
	subject in found.compliant
	found.violating == set()
	found.cite[subject] == {"one", "two"}
	not found.explain[subject]
	not found.undetermined[subject]
	not found.not_applicable[subject]
}

test_fail_where_one_of_two_differs_and_each_difference_is_said if {
	other := item({"id": "two", "state": "different", "differs": ["replicas: 3 in Git, 1 in the cluster", "a probe"]})
	found := judged([item({}), other])
	found.violating == {subject}
	not subject in found.compliant
	found.cite[subject] == {"two"}
	found.explain[subject] == {
		"Deployment/kubernaut-system/gateway differs: replicas: 3 in Git, 1 in the cluster",
		"Deployment/kubernaut-system/gateway differs: a probe",
	}
}

test_fail_where_it_differs_and_nothing_says_how if {
	sentence := "Deployment/kubernaut-system/gateway differs: it says one thing in Git and another in the cluster"
	absent := judged([item({"state": "different"})])
	absent.violating == {subject}
	absent.explain[subject] == {sentence}
}

test_fail_where_the_list_of_differences_is_empty if {
	sentence := "Deployment/kubernaut-system/gateway differs: it says one thing in Git and another in the cluster"
	empty := judged([item({"state": "different", "differs": []})])
	empty.explain[subject] == {sentence}
}

test_fail_where_it_is_only_declared if {
	found := judged([item({"state": "only-declared"})])
	found.violating == {subject}
	found.cite[subject] == {"one"}
	found.explain[subject] == {"Git declares Deployment/kubernaut-system/gateway, and it is not in the cluster"}
}

test_fail_where_it_is_only_live if {
	found := judged([item({}), item({"id": "two", "state": "only-live"})])
	found.violating == {subject}
	found.cite[subject] == {"two"}
	found.explain[subject] == {"Deployment/kubernaut-system/gateway is in the cluster, and Git does not declare it"}
}

test_not_applicable_where_nothing_is_declared_at_all if {
	found := judged([item({"state": "nothing-declared"})])
	found.not_applicable[subject] == {"no manifests are given that what is in the cluster could be compared with"}
	found.violating == set()
	not subject in found.compliant
	not found.undetermined[subject]
}

test_fail_where_nothing_is_declared_of_one_and_another_differs if {
	found := judged([item({"state": "nothing-declared"}), item({"id": "two", "state": "only-live"})])
	found.violating == {subject}
	not found.not_applicable[subject]
}

test_unknown_where_nothing_is_declared_or_there if {
	found := judged([])
	found.undetermined[subject] == {"nothing of gateway/us-east-1 is declared or there: there is nothing to compare"}
	found.violating == set()
	not subject in found.compliant
}

test_unreadable_state_is_neither if {
	found := judged([object.remove(item({}), ["state"])])
	found.violating == set()
	not subject in found.compliant
	not found.not_applicable[subject]
}
