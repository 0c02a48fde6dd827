package controls.backup.excluded_logs_test

import data.controls.backup.excluded_logs as control

subject := "pod-logs/us-east-1"

item(change) := object.union(data.golden.input.workload[subject][0], object.union({"id": "one", "kind": "K", "name": "n", "replicas": 6, "ready": 6}, change))

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
	not subject in found.lacking
}

test_pass_in_the_golden_input if {
	found := control with input as data.golden.input with data.standard as data.golden.standard
	found.compliant == found.subjects
	found.lacking == set()
}

test_pass_cites_the_shipper_only if {
	found := judged([item({}), item({"id": "other", "purpose": "metrics-store"})])
	found.compliant == {subject}
	found.cite == {subject: {"one"}}
	found.explain == {subject: {"K/n ships the logs"}}
}

test_fail_where_nothing_ships if {
	found := judged([item({"purpose": "metrics-store"})])
	found.lacking == {subject}
	found.compliant == set()
	found.cite == {subject: {"one"}}
}

test_unreadable_is_neither_pass_nor_fail if {
	unproven([item({"purpose": "metrics-store"}), less("purpose")])
}

test_nothing_found_is_lacking_and_said if {
	found := judged([])
	found.lacking == {subject}
	found.explain == {subject: {"excluded as \"shipped to the logging system\", but no log shipper runs for pod-logs/us-east-1"}}
}

test_pass_of_a_shipper_that_is_only_declared if {
	declared := object.remove(item({"class": "declared"}), ["ready", "replicas"])
	judged([declared]).compliant == {subject}
}

test_fail_where_no_pod_of_the_shipper_is_ready if {
	found := judged([item({"ready": 0})])
	found.lacking == {subject}
	found.explain[subject] & {"K/n ships logs from 0 of 6 nodes"} == {"K/n ships logs from 0 of 6 nodes"}
}

test_unknown_where_the_shipper_misses_a_node if {
	unproven([item({"ready": 5})])
}

test_unreadable_numbers_are_neither if {
	unproven([less("ready")])
	unproven([less("replicas")])
}
