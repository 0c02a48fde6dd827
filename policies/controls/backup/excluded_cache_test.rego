package controls.backup.excluded_cache_test

import data.controls.backup.excluded_cache as control

subject := "redis/us-east-1"

item(change) := object.union(data.golden.input.workload[subject][0], object.union({"id": "one", "kind": "K", "name": "n"}, change))

less(field) := object.remove(item({"id": "unreadable"}), [field])

only_subject := {subject: data.golden.standard.excluded[subject]}

# A function, because OPA 1.22 mixes up results where `with` itself stands in a loop.
judged(items) := found if {
	found := control with input as data.golden.input
		with input.workload as {subject: items}
		with data.standard.excluded as only_subject
}

unproven(items) if {
	found := judged(items)
	not subject in found.compliant
	not subject in found.violating
}

test_pass_in_the_golden_input if {
	found := control with input as data.golden.input with data.standard as data.golden.standard
	found.compliant == found.subjects
	found.violating == set()
}

test_pass_cites_all if {
	found := judged([item({}), item({"id": "two"})])
	found.compliant == {subject}
	found.cite == {subject: {"one", "two"}}
	found.explain == {subject: {"K/n keeps nothing on volumes"}}
}

test_fail_by_violating_although_another_is_good if {
	found := judged([item({}), item({"id": "bad", "name": "kept", "persistent": true})])
	found.violating == {subject}
	found.compliant == set()
	found.cite == {subject: {"bad"}}
	found.explain == {subject: {
		"K/n keeps nothing on volumes",
		"excluded as \"ephemeral cache, rebuilt from PostgreSQL\", but K/kept keeps state on volumes",
	}}
}

test_unreadable_is_neither_pass_nor_fail if {
	unproven([item({}), less("persistent")])
}

test_nothing_found_proves_nothing if {
	unproven([])
}
