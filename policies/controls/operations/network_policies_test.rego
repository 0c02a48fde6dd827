package controls.operations.network_policies_test

import data.controls.operations.network_policies as control

subject := "access/us-east-1"

item(change) := object.union(
	data.golden.input.access[subject][0],
	object.union({"id": "one", "kind": "namespace", "namespace": "kubernaut-system", "default_deny": true}, change),
)

binding := {"id": "binding", "kind": "binding", "namespace": "kubernaut-system", "wildcard": false, "lists_secrets": false}

found(items) := object.union(data.golden.input, {"access": {subject: items}})

others := {name | some name, _ in data.golden.standard.access} - {subject}

two := object.union(data.golden.standard, {"access": {"access/us-east-1": {"namespaces": {"kubernaut-jobs": true}}}})

test_pass_in_the_golden_system if {
	given_input := data.golden.input
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == said.subjects
	said.lacking == set()
	said.violating == set()
	subject in said.subjects
}

test_pass_when_a_namespace_of_somebody_else_is_open if {
	items := [item({"id": "foreign", "namespace": "default", "default_deny": false}), item({}), binding]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == said.subjects
	said.violating == set()
	said.cite[subject] == {"one"}
}

test_pass_when_both_namespaces_refuse if {
	items := [item({}), item({"id": "two", "namespace": "kubernaut-jobs"})]
	given_input := found([item({})])
	given_standard := two
	said := control with input as given_input with data.standard as given_standard
	said.compliant == said.subjects - {subject}
	given_input_2 := found(items)
	given_standard_2 := two
	said_2 := control with input as given_input_2 with data.standard as given_standard_2
	said_2.compliant == said_2.subjects
	said_2.cite[subject] == {"one", "two"}
}

test_fail_by_violating_when_a_namespace_is_open if {
	items := [item({}), item({"id": "two", "default_deny": false})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.violating == {subject}
	said.lacking == set()
	said.compliant == others
	said.explain[subject] == {"the namespace kubernaut-system lets traffic through that no policy names"}
	said.cite[subject] == {"two"}
}

test_fail_by_violating_names_only_the_namespace_that_is_open if {
	items := [item({}), item({"id": "two", "namespace": "kubernaut-jobs", "default_deny": false})]
	given_input := found(items)
	given_standard := two
	said := control with input as given_input with data.standard as given_standard
	said.violating == {subject}
	said.explain[subject] == {"the namespace kubernaut-jobs lets traffic through that no policy names"}
	said.cite[subject] == {"two"}
}

test_fail_when_one_of_two_namespaces_was_not_found if {
	items := [item({}), binding]
	given_input := found(items)
	given_standard := two
	said := control with input as given_input with data.standard as given_standard
	said.lacking == {subject}
	said.violating == set()
	said.explain[subject] == {"the namespace kubernaut-jobs was not found"}
}

test_nothing_found_is_lacking if {
	items := []
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.lacking == {subject}
	said.violating == set()
	said.compliant == others
	said.explain[subject] == {"the namespace kubernaut-system was not found"}
}

test_unreadable_when_the_answer_of_the_last_is_missing if {
	items := [item({}), object.remove(item({"id": "two"}), ["default_deny"])]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.lacking == set()
	said.violating == set()
	said.compliant == others
}

test_unreadable_when_it_is_not_known_what_the_last_is if {
	every fact in ["kind", "namespace"] {
		items := [binding, object.remove(item({}), [fact])]
		given_input := found(items)
		given_standard := data.golden.standard
		said := control with input as given_input with data.standard as given_standard
		said.lacking == set()
		said.violating == set()
		said.compliant == others
	}
}
