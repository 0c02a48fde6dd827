package controls.restore.tested_test

import data.controls.restore.tested as control

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

only_subject := {subject: data.golden.standard.backups[subject]}

# A function, because OPA 1.22 mixes up results where `with` itself stands in a loop.
judged(items) := found if {
	found := control with input as data.golden.input
		with input.drill as {subject: items}
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
	{"configmaps/eu-west-1", "postgresql/us-east-1", "secrets/us-east-1"} - found.subjects == set()
}

test_fail_where_only_the_database_was_restored if {
	drills := {subject: data.golden.input.drill[subject]}
	given_input := object.union(object.remove(data.golden.input, ["drill"]), {"drill": drills})
	given_standard := data.golden.standard
	found := control with input as given_input with data.standard as given_standard
	found.compliant == {subject}
	found.lacking == found.subjects - {subject}
	found.explain["secrets/us-east-1"] == {"no restore of secrets/us-east-1 was ever drilled"}
}

test_pass_cites_and_explains_the_good_drill_only if {
	found := judged([item({}), item({"id": "shared", "isolated": false})])
	found.compliant == {subject}
	found.lacking == set()
	found.cite == {subject: {"one"}}
	found.explain == {subject: {"a restore of b1 passed 5 of 5 checks"}}
}

test_fail_where_every_drill_is_bad_for_a_fact if {
	shared := item({"id": "shared", "isolated": false})
	wrong := item({"id": "wrong", "checks_passed": 4})
	found := judged([shared, wrong])
	found.lacking == {subject}
	found.compliant == set()
	found.cite == {subject: {"shared", "wrong"}}
	found.explain == {subject: {
		"a restore drill was not carried out away from production",
		"a restore drill found 4 of 5 checks as they should be",
	}}
}

test_fail_where_a_restore_failed_after_the_good_one if {
	failed := item({"id": "failed", "result": "failed", "finished_s": now_s - 60})
	found := judged([item({}), failed])
	found.lacking == {subject}
	found.compliant == set()
	found.explain == {subject: {"a restore drill failed", "a restore drill passed, but another failed after it"}}
}

test_pass_where_a_restore_failed_before_the_good_one if {
	judged([item({"finished_s": now_s}), item({"id": "failed", "result": "failed", "finished_s": now_s - 1})]).compliant == {subject}
}

test_unknown_where_nothing_was_compared if {
	found := judged([item({"checks": 0, "checks_passed": 0})])
	found.compliant == set()
	found.lacking == set()
	found.undetermined == {subject: {"a restore drill passed, but compared nothing with what it should be"}}
}

test_unreadable_is_neither_pass_nor_fail if {
	fields := ["isolated", "backup", "backup_taken_s", "checks", "checks_passed"]
	failed := item({"id": "failed", "result": "failed", "finished_s": now_s - 9000000})
	{field | some field in fields; unproven([failed, less(field)])} == {field | some field in fields}
}

test_a_drill_in_the_future_proves_nothing if {
	unproven([item({"finished_s": now_s + 1})])
}

test_nothing_found_is_lacking_and_said if {
	found := judged([])
	found.lacking == {subject}
	found.explain == {subject: {"no restore of postgresql/us-east-1 was ever drilled"}}
}
