package controls.backup.freshness_test

import data.controls.backup.freshness as control

subject := "postgresql/us-east-1"

now_s := data.golden.input.taken_at_s

item(change) := object.union(data.golden.input.recovery_points[subject][0], object.union(
	{"id": "one", "newest_s": data.golden.input.taken_at_s - 3900, "whole_by": "bytes"},
	change,
))

less(field) := object.remove(item({"id": "unreadable"}), [field])

only_subject := {subject: data.golden.standard.backups[subject]}

# A function, because OPA 1.22 mixes up results where `with` itself stands in a loop.
judged(items) := found if {
	found := control with input as data.golden.input
		with input.recovery_points as {subject: items}
		with data.standard.backups as only_subject
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

run(change) := object.union(data.golden.input.run[subject][0], object.union({"id": "run", "longest_s": 300}, change))

judged_with(items, runs) := found if {
	found := control with input as data.golden.input
		with input.recovery_points as {subject: items}
		with input.run as {subject: runs}
		with data.standard.backups as only_subject
}

test_pass_exactly_at_the_limit_and_cites_both_nouns if {
	found := judged_with([item({}), item({"id": "old", "newest_s": now_s - 3901})], [run({})])
	found.compliant == {subject}
	found.lacking == set()
	found.cite == {subject: {"one", "run"}}
	found.explain == {subject: {
		"the age of the newest copy is 1 h 5 min; at most 1 h 5 min is allowed",
	}}
	found.measure == {subject: {{"observed": 3900, "required": 3900, "unit": "s", "better": "lower"}}}
}

test_fail_where_all_copies_are_too_old_or_gone if {
	gone := object.remove(item({"id": "gone", "count": 0}), ["newest_s"])
	found := judged_with([item({"newest_s": now_s - 3960}), gone], [run({})])
	found.lacking == {subject}
	found.compliant == set()
	found.cite == {subject: {"one", "gone", "run"}}
	found.explain == {subject: {"the age of the newest copy is 1 h 6 min; at most 1 h 5 min is allowed"}}
	found.measure == {subject: {{"observed": 3960, "required": 3900, "unit": "s", "better": "lower"}}}
}

test_between_two_runs_of_different_length_nothing_is_proved if {
	found := judged_with([item({})], [run({}), run({"id": "quick", "longest_s": 10})])
	found.compliant == set()
	found.lacking == set()
}

test_fail_where_the_newest_copy_shrank if {
	found := judged_with([item({"id": "half", "newest_bytes": 499, "median_bytes": 1000})], [run({})])
	found.compliant == set()
	found.lacking == {subject}
	found.cite == {subject: {"half", "run"}}
	"the newest copy has 499 bytes, less than half of the usual 1000 bytes" in found.explain[subject]
}

test_pass_beside_a_smaller_copy_that_was_made_by_hand if {
	found := judged_with([item({}), item({"id": "by hand", "newest_bytes": 499, "median_bytes": 1000})], [run({})])
	found.compliant == {subject}
	found.cite == {subject: {"one", "run"}}
	found.explain == {subject: {"the age of the newest copy is 1 h 5 min; at most 1 h 5 min is allowed"}}
}

test_unknown_where_too_few_copies_say_what_is_usual if {
	unproven([item({"count": 2})])
	unproven([item({"count": 2, "newest_bytes": 499, "median_bytes": 1000})])
	judged([item({"count": 3})]).compliant == {subject}
}

test_unknown_a_little_late_where_no_run_says_how_long_one_takes if {
	every age_s in [10, 7200] {
		found := judged_with([item({"newest_s": now_s - age_s})], [])
		found.compliant == set()
		found.lacking == set()
	}
	judged_with([item({"newest_s": now_s - 7201})], []).lacking == {subject}
}

test_a_copy_that_shrank_or_is_from_the_future_is_not_measured if {
	not judged_with([item({"newest_bytes": 499, "median_bytes": 1000})], [run({})]).measure[subject]
	not judged_with([item({"newest_s": now_s + 1})], [run({})]).measure[subject]
}

test_the_strictest_limit_is_measured if {
	found := judged_with([item({})], [run({}), run({"id": "quick", "longest_s": 10})])
	found.measure == {subject: {{"observed": 3900, "required": 3610, "unit": "s", "better": "lower"}}}
}

test_exactly_half_passes if {
	judged([item({"newest_bytes": 500, "median_bytes": 1000})]).compliant == {subject}
}

test_unreadable_is_neither_pass_nor_fail if {
	old := item({"id": "old", "newest_s": now_s - 9000})
	fields := ["newest_s", "whole_by", "newest_bytes", "median_bytes"]
	{field | some field in fields; unproven([old, less(field)])} == {field | some field in fields}
}

test_pass_by_the_number_of_objects_or_the_mark_at_the_end if {
	objects := {"whole_by": "objects", "newest_objects": 5, "median_objects": 10, "newest_bytes": 1}
	judged([item(objects)]).compliant == {subject}
	judged([item({"whole_by": "end-mark", "end_mark": true, "newest_bytes": 1})]).compliant == {subject}
}

test_fail_where_objects_or_the_end_are_missing if {
	few := judged([item({"whole_by": "objects", "newest_objects": 4, "median_objects": 10})])
	few.lacking == {subject}
	"the newest copy has 4 objects, less than half of the usual 10 objects" in few.explain[subject]
	endless := judged([item({"whole_by": "end-mark", "end_mark": false})])
	endless.lacking == {subject}
	"the newest copy has no end: the mark that its tool writes there is missing" in endless.explain[subject]
}

test_unreadable_objects_or_end_is_neither if {
	halves := [{"whole_by": "objects", "newest_objects": 5}, {"whole_by": "objects", "median_objects": 5}, {"whole_by": "end-mark"}]
	unproven([item(half) | some half in halves])
}

test_unreadable_runs_neither_pass_nor_fail if {
	every newest_s in [now_s - 10, now_s - 9000] {
		found := judged_with([item({"newest_s": newest_s})], [run({}), object.remove(run({}), ["longest_s"])])
		found.compliant == set()
		found.lacking == set()
	}
}

test_a_copy_from_the_future_proves_nothing if {
	unproven([item({"newest_s": now_s + 1})])
}

test_nothing_found_is_lacking_and_said if {
	found := judged([])
	found.lacking == {subject}
	found.explain == {subject: {"there is no copy of postgresql/us-east-1"}}
}
