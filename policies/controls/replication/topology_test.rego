package controls.replication.topology_test

import data.controls.replication.topology as control
import data.golden

subject := "postgresql/eu-west-1"

now_s := golden.input.taken_at_s

standard := {"replication": {subject: {"product": "postgresql", "lag_ms": 5000}}}

item(change) := object.union(golden.input.database["postgresql/eu-west-1"][0], change)

without(change, fields) := object.remove(item(change), fields)

given(items) := object.union(golden.input, {"database": {"postgresql/eu-west-1": items}})

fine := {"id": "good", "product": "postgresql", "role": "standby", "consistent": true}

test_pass_golden if {
	given_input := golden.input
	given_standard := golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == said.subjects
	said.lacking == set()
	count(said.subjects) > 0
}

test_pass_as_a_consistent_standby if {
	given_input := given([item(fine)])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.lacking == set()
	said.violating == set()
}

test_pass_when_one_of_two_is_the_standby if {
	given_input := given([item(object.union(fine, {"role": "primary", "id": "bad"})), item(fine)])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.lacking == set()
	said.violating == set()
}

test_fail_by_violating_when_it_does_not_hold_together if {
	given_input := given([item(fine), item(object.union(fine, {"consistent": false, "id": "bad"}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == {subject}
}

test_nothing_found_is_lacking if {
	given_input := given([])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
	said.violating == set()
}

test_unreadable_consistency_of_the_last_is_neither if {
	given_input := given([item(fine), without(fine, ["consistent"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == set()
}

test_fail_by_product_alone if {
	given_input := given([item(object.union(fine, {"product": "redis"}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
	said.violating == set()
}

test_fail_by_role_alone if {
	given_input := given([item(object.union(fine, {"role": "primary"}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
	said.violating == set()
}

test_explain_says_each_fact if {
	the_input := given([item(object.union(fine, {"product": "redis", "role": "primary", "consistent": false, "inconsistency": "it follows itself"}))])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.explain[subject]
	found == {"it runs redis; postgresql must follow", "its database is a primary; nothing follows", "the description of the topology does not hold together", "it follows itself"}
}

test_explain_that_nothing_was_found if {
	the_input := given([])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.explain[subject]
	found == {"no database is known in postgresql/eu-west-1"}
}

test_cite_only_the_good_when_it_passes if {
	the_input := given([item(object.union(fine, {"role": "primary", "id": "bad"})), item(fine)])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.cite[subject]
	found == {"good"}
}

test_cite_the_bad_when_it_fails if {
	the_input := given([item(object.union(fine, {"role": "primary", "id": "bad"}))])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.cite[subject]
	found == {"bad"}
}

test_cite_only_what_violates if {
	the_input := given([item(fine), item(object.union(fine, {"consistent": false, "id": "bad"}))])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.cite[subject]
	found == {"bad"}
}
