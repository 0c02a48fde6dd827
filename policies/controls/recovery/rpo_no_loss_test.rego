package controls.recovery.rpo_no_loss_test

import data.controls.recovery.rpo_no_loss as control
import data.golden

subject := "service-failure/us-east-1"

now_s := golden.input.taken_at_s

standard := {"rpo_no_loss": {subject: {"databases": ["postgresql/us-east-1"]}}}

item(change) := object.union(golden.input.database["postgresql/us-east-1"][0], change)

without(change, fields) := object.remove(item(change), fields)

given(items) := object.union(golden.input, {"database": {"postgresql/us-east-1": items}})

fine := {"read": "clusters/us-east-1", "role": "primary", "synchronous": 1, "synchronous_required": true, "id": "good"}

test_pass_golden if {
	given_input := golden.input
	given_standard := golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == said.subjects
	said.lacking == set()
	count(said.subjects) > 0
}

test_pass_with_one_required_synchronous_standby if {
	given_input := given([item(fine)])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.lacking == set()
}

test_unknown_when_one_of_two_is_not_safe if {
	given_input := given([item(object.union(fine, {"synchronous": 0, "id": "bad"})), item(fine)])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == set()
}

test_pass_beside_a_server_that_follows_and_one_who_does_not_know if {
	follower := object.union(fine, {"id": "follower", "role": "standby", "synchronous": 0})
	patroni := object.union(without(fine, ["synchronous", "synchronous_required"]), {"id": "patroni", "read": "patroni@10.0.0.5:8008/us-east-1"})
	given_input := given([item(fine), item(follower), object.remove(patroni, ["checksums", "checksum_failures", "lost_slots"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.lacking == set()
	said.violating == set()
}

test_pass_beside_a_server_that_leaves_it_to_its_operator if {
	server := object.union(fine, {"id": "server", "class": "observed", "read": "postgres@10.0.0.5:5432/us-east-1", "lost_slots": 0})
	given_input := given([item(fine), without(server, ["synchronous_required"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.cite[subject] == {"good"}
}

test_fail_by_violating_when_the_server_acknowledges_at_once if {
	server := object.union(fine, {"id": "server", "class": "observed", "read": "postgres@10.0.0.5:5432/us-east-1", "lost_slots": 0, "synchronous": 0})
	given_input := given([item(fine), item(server)])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == {subject}
	said.cite[subject] == {"good", "server"}
}

test_fail_without_a_synchronous_standby if {
	given_input := given([item(object.union(fine, {"synchronous": 0}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
}

test_fail_when_it_is_not_required if {
	given_input := given([item(object.union(fine, {"synchronous_required": false}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
}

test_fail_when_it_is_a_standby if {
	given_input := given([item(object.union(fine, {"role": "standby"}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
}

test_nothing_found_is_lacking if {
	given_input := given([])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
}

test_unreadable_synchronous_in_the_last_is_neither if {
	given_input := given([item(object.union(fine, {"synchronous": 0, "id": "bad"})), without(fine, ["synchronous"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
}

test_unreadable_synchronous_required_in_the_last_is_neither if {
	given_input := given([item(object.union(fine, {"synchronous": 0, "id": "bad"})), without(fine, ["synchronous_required"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
}

test_explain_says_each_fact if {
	the_input := given([item(object.union(fine, {"role": "standby", "synchronous": 0, "synchronous_required": false}))])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.explain[subject]
	found == {"postgresql/us-east-1 is a standby and takes no writes", "postgresql/us-east-1 waits for 0 synchronous standbys; at least 1 is needed", "postgresql/us-east-1 goes on without its synchronous standby when that is missing"}
}

test_explain_that_nothing_was_found if {
	the_input := given([])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.explain[subject]
	found == {"no database is known in postgresql/us-east-1"}
}

test_cite_only_the_good_when_it_passes if {
	the_input := given([item(object.union(fine, {"role": "standby", "id": "follower"})), item(fine)])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.cite[subject]
	found == {"good"}
}

test_cite_the_bad_when_it_fails if {
	the_input := given([item(object.union(fine, {"synchronous": 0, "id": "bad"}))])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.cite[subject]
	found == {"bad"}
}

test_measure_the_best if {
	the_input := given([item(object.union(fine, {"synchronous": 0, "id": "bad"})), item(fine)])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.measure[subject]
	found == {{"observed": 1, "required": 1, "unit": "count", "better": "higher"}}
}

test_unknown_when_the_standard_names_no_databases if {
	empty := {"rpo_no_loss": {subject: {"databases": []}}}
	given_input := golden.input
	given_standard := empty
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
}
