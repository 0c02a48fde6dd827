package controls.operations.least_privilege_test

import data.controls.operations.least_privilege as control

subject := "access/us-east-1"

account := "ServiceAccount/kubernaut-system/gateway"

namespace := {"id": "namespace", "kind": "namespace", "namespace": "kubernaut-system", "default_deny": true}

binding(change) := object.union(data.golden.input.access[subject][0], object.union(
	{"id": "one", "kind": "binding", "namespace": "kubernaut-system", "account": account, "wildcard": false, "lists_secrets": false},
	change,
))

found(items) := object.union(data.golden.input, {"access": {subject: items}})

others := {name | some name, _ in data.golden.standard.access} - {subject}

test_pass_in_the_golden_system if {
	given_input := data.golden.input
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == said.subjects
	said.violating == set()
	subject in said.subjects
}

test_pass_when_every_binding_is_modest if {
	items := [namespace, binding({}), binding({"id": "two"})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == said.subjects
	said.cite[subject] == {"namespace", "one", "two"}
}

test_pass_when_nothing_is_bound_in_a_namespace_that_was_found if {
	items := [namespace]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == said.subjects
	said.cite[subject] == {"namespace"}
}

test_fail_by_violating_when_an_account_may_do_everything if {
	items := [binding({}), binding({"id": "two", "wildcard": true})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.violating == {subject}
	said.compliant == others
	said.explain[subject] == {"ServiceAccount/kubernaut-system/gateway may do everything in kubernaut-system"}
	said.cite[subject] == {"two"}
}

test_fail_by_violating_when_an_account_may_list_secrets if {
	items := [binding({}), binding({"id": "two", "lists_secrets": true})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.violating == {subject}
	said.compliant == others
	said.explain[subject] == {"ServiceAccount/kubernaut-system/gateway may list the Secrets of kubernaut-system"}
	said.cite[subject] == {"two"}
}

test_fail_names_the_binding_where_the_account_is_not_known if {
	items := [object.remove(binding({"lists_secrets": true}), ["account"])]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.violating == {subject}
	said.explain[subject] == {"one may list the Secrets of kubernaut-system"}
}

test_unknown_when_nothing_was_found if {
	items := []
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.violating == set()
	said.compliant == others
}

test_unknown_when_something_else_was_found if {
	items := [namespace, binding({"kind": "token"})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.violating == set()
	said.compliant == others
}

test_unreadable_when_a_fact_of_the_last_is_missing if {
	every fact in ["kind", "wildcard", "lists_secrets"] {
		items := [binding({}), object.remove(binding({"id": "two"}), [fact])]
		given_input := found(items)
		given_standard := data.golden.standard
		said := control with input as given_input with data.standard as given_standard
		said.violating == set()
		said.compliant == others
	}
}
