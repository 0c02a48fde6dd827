package controls.restore.drilled_monthly_test

import data.controls.restore.drilled_monthly as control

subject := "postgresql/us-east-1"

now_s := data.golden.input.taken_at_s

item(change) := object.union(data.golden.input.drill[subject][0], object.union(
	{
		"id": "one",
		"backup": "b1",
		"backup_taken_s": data.golden.input.taken_at_s - 3000000,
		"started_s": (data.golden.input.taken_at_s - 2678400) - 60,
		"finished_s": data.golden.input.taken_at_s - 2678400,
		"checks": 5,
		"checks_passed": 5,
	},
	change,
))

less(field) := object.remove(item({"id": "unreadable"}), [field])

only_subject := {subject: data.golden.standard.restores[subject]}

# A function, because OPA 1.22 mixes up results where `with` itself stands in a loop.
judged(items) := found if {
	found := control with input as data.golden.input
		with input.drill as {subject: items}
		with data.standard.restores as only_subject
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

aged(age_s) := item({"started_s": (now_s - age_s) - 60, "finished_s": now_s - age_s, "backup_taken_s": (now_s - age_s) - 90})

test_pass_exactly_at_the_limit if {
	found := judged([item({})])
	found.compliant == {subject}
	found.lacking == set()
	not found.note[subject]
	found.cite == {subject: {"one"}}
	found.explain == {subject: {"the age of the newest drill that proves a restore is 31 d; at most 31 d is allowed"}}
	found.measure == {subject: {{"observed": 2678400, "required": 2946240, "unit": "s", "better": "lower"}}}
}

test_pass_within_the_grace_with_a_note if {
	found := judged([aged(2946240)])
	found.compliant == {subject}
	found.note == {subject: {"overdue since 3 d 2 h"}}
}

test_fail_one_second_after_the_grace if {
	found := judged([aged(2946241)])
	found.lacking == {subject}
	found.compliant == set()
	found.cite == {subject: {"one"}}
	found.explain == {subject: {"the age of the newest drill that proves a restore is 34 d 2 h; at most 31 d is allowed"}}
}

test_fail_where_the_newest_failed if {
	found := judged([item({}), item({"id": "failed", "result": "failed", "finished_s": now_s - 60})])
	found.lacking == {subject}
	found.cite == {subject: {"one", "failed"}}
	found.explain == {subject: {"a restore drill failed", "a restore drill passed, but another failed after it"}}
	not found.measure[subject]
}

test_unreadable_is_neither_pass_nor_fail if {
	fields := ["isolated", "backup", "backup_taken_s", "checks", "checks_passed"]
	{field | some field in fields; unproven([item({"id": "shared", "isolated": false}), less(field)])} == {field | some field in fields}
}

test_a_drill_in_the_future_proves_nothing if {
	unproven([aged(-1)])
}

test_nothing_found_is_lacking_and_said if {
	found := judged([])
	found.lacking == {subject}
	found.explain == {subject: {"no restore of postgresql/us-east-1 was ever drilled"}}
}

test_pass_of_a_copy_that_was_just_as_old_as_a_drill_may_be if {
	started_s := (now_s - 2678400) - 60
	judged([item({"backup_taken_s": started_s - 2946240})]).compliant == {subject}
}

test_unknown_where_one_old_copy_is_restored_again if {
	started_s := (now_s - 2678400) - 60
	unproven([item({"backup_taken_s": started_s - 2946241})])
	found := judged([item({"backup_taken_s": started_s - 2946241})])
	found.undetermined == {subject: {"a drill restored a copy that was 34 d 2 h old then"}}
}
