package controls.backup.runs_test

import data.controls.backup.runs as control

subject := "postgresql/us-east-1"

now_s := data.golden.input.taken_at_s

item(change) := object.union(data.golden.input.run[subject][0], object.union({"id": "one", "due": 100, "succeeded": 98, "failures_since": 0, "last_success_start_s": data.golden.input.taken_at_s - 3600}, change))

less(field) := object.remove(item({"id": "unreadable"}), [field])

only_subject := {subject: data.golden.standard.runs[subject]}

# A function, because OPA 1.22 mixes up results where `with` itself stands in a loop.
judged(items) := found if {
	found := control with input as data.golden.input
		with input.run as {subject: items}
		with data.standard.runs as only_subject
}

unproven(items) if {
	found := judged(items)
	not subject in found.compliant
	not subject in found.lacking
	not subject in found.violating
}

test_pass_in_the_golden_input if {
	found := control with input as data.golden.input with data.standard as data.golden.standard
	found.compliant == found.subjects
	found.lacking == set()
	found.violating == set()
}

test_pass_exactly_at_the_limit if {
	found := judged([item({})])
	found.compliant == {subject}
	found.violating == set()
	found.lacking == set()
	found.cite == {subject: {"one"}}
	found.measure == {subject: {{"observed": 98, "required": 98, "unit": "count", "better": "higher"}}}
	not found.note[subject]
}

test_pass_with_a_note_where_the_newest_run_failed_and_there_is_time if {
	found := judged([item({"failures_since": 2})])
	found.compliant == {subject}
	found.note == {subject: {"the newest run failed, 2 since the last one that ended well"}}
}

test_fail_by_violating_although_another_line_is_good if {
	rare := item({"id": "rare", "succeeded": 97})
	last := item({"id": "last", "failures_since": 1, "last_success_start_s": now_s - 3601})
	found := judged([item({}), rare, last])
	found.violating == {subject}
	found.compliant == set()
	found.lacking == set()
	found.cite == {subject: {"rare", "last"}}
	found.explain == {subject: {
		"97 of 100 runs that were due ended well; at least 98 % is required",
		"runs fail, and the time since one ended well is 1 h 1 s; at most 1 h is allowed",
	}}
}

test_unreadable_is_neither_pass_nor_fail if {
	unproven([item({}), less("due")])
	unproven([item({}), object.remove(item({"failures_since": 1}), ["last_success_start_s"])])
}

test_a_run_in_the_future_proves_nothing if {
	unproven([item({"failures_since": 1, "last_success_start_s": now_s + 1})])
}

test_unknown_where_nothing_was_due if {
	found := judged([item({"due": 0, "succeeded": 0})])
	found.compliant == set()
	found.lacking == set()
	found.violating == set()
	found.undetermined == {subject: {"no run was due in the time that was looked at"}}
}

test_unknown_where_too_few_runs_are_known if {
	found := judged([item({"due": 2, "succeeded": 1, "failures_since": 1})])
	found.compliant == set()
	found.lacking == set()
	found.violating == set()
	found.undetermined == {subject: {"2 runs are known, and the history keeps no more; of fewer than 3 no rate can be told"}}
}

test_pass_of_exactly_as_many_runs_as_must_be_known if {
	judged([item({"due": 3, "succeeded": 3})]).compliant == {subject}
}

test_fail_of_few_runs_by_how_long_they_have_failed if {
	found := judged([item({"due": 1, "succeeded": 0, "failures_since": 1, "last_success_start_s": now_s - 3601})])
	found.violating == {subject}
	not found.undetermined[subject]
}

test_fail_by_the_end_of_the_last_good_run_where_its_start_is_not_known if {
	ended := {"failures_since": 1, "last_success_end_s": now_s - 3601}
	judged([object.remove(item(ended), ["last_success_start_s"])]).violating == {subject}
}

dead(change) := object.remove(
	item(object.union({"id": "dead", "due": 0, "succeeded": 0, "failures_since": 3}, change)),
	["last_success_start_s", "last_success_end_s"],
)

test_fail_where_no_line_ever_ended_well if {
	found := judged([dead({})])
	found.lacking == {subject}
	found.compliant == set()
	found.violating == set()
	not found.undetermined[subject]
	found.cite == {subject: {"dead"}}
	found.explain == {subject: {"3 runs failed, and none is known that ever ended well"}}
}

test_unknown_where_too_few_failed_or_another_line_ends_well if {
	unproven([dead({"failures_since": 2})])
	unproven([dead({}), item({})])
}

test_nothing_found_is_lacking_and_said if {
	found := judged([])
	found.lacking == {subject}
	found.explain == {subject: {"nothing ran that backs up postgresql/us-east-1"}}
}
