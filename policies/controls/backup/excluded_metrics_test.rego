package controls.backup.excluded_metrics_test

import data.controls.backup.excluded_metrics as control

subject := "metrics/us-east-1"

item(change) := object.union(data.golden.input.workload[subject][0], object.union({"id": "one", "kind": "K", "name": "n", "keep_s": 604800, "ready": 1, "persistent": true}, change))

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

test_pass_exactly_at_the_limit_and_cites_the_good_store_only if {
	found := judged([item({}), item({"id": "short", "keep_s": 604799})])
	found.compliant == {subject}
	found.lacking == set()
	found.cite == {subject: {"one"}}
	found.measure == {subject: {{"observed": 604800, "required": 604800, "unit": "s", "better": "higher"}}}
}

test_fail_where_it_is_kept_too_short if {
	found := judged([item({"keep_s": 604799}), item({"id": "other", "purpose": "log-shipper"})])
	found.lacking == {subject}
	found.compliant == set()
	found.cite == {subject: {"one", "other"}}
	found.explain == {subject: {"K/n keeps metrics 6 d 23 h; at least 7 d is required"}}
}

test_unreadable_is_neither_pass_nor_fail if {
	fields := ["purpose", "keep_s", "persistent", "ready"]
	{field | some field in fields; unproven([item({"keep_s": 1}), less(field)])} == {field | some field in fields}
}

test_nothing_found_is_lacking_and_said if {
	found := judged([])
	found.lacking == {subject}
	found.explain == {subject: {"excluded as \"kept by Prometheus\", but no metrics store runs for metrics/us-east-1"}}
}

test_pass_of_a_store_that_is_only_declared if {
	declared := object.remove(item({"class": "declared"}), ["ready"])
	judged([declared]).compliant == {subject}
}

test_fail_where_no_store_runs if {
	found := judged([item({"ready": 0})])
	found.lacking == {subject}
	"K/n does not run" in found.explain[subject]
}

test_fail_where_metrics_go_with_the_pod if {
	found := judged([item({"persistent": false})])
	found.lacking == {subject}
	"K/n keeps them on no volume, so that they are gone with its Pod" in found.explain[subject]
}
