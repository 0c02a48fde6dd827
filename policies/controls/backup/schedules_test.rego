package controls.backup.schedules_test

import data.controls.backup.schedules as control

subject := "postgresql/us-east-1"

item(change) := object.union(data.golden.input.schedule[subject][0], object.union({"id": "one", "tool": "t", "cron": "@hourly"}, change))

less(field) := object.remove(item({"id": "unreadable"}), [field])

only_subject := {subject: data.golden.standard.backups[subject]}

# A function, because OPA 1.22 mixes up results where `with` itself stands in a loop.
judged(items) := found if {
	found := control with input as data.golden.input
		with input.schedule as {subject: items}
		with data.standard.backups as only_subject
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

test_pass_cites_what_runs_and_is_switched_off if {
	found := judged([item({}), item({"id": "off", "suspended": true})])
	found.compliant == {subject}
	found.cite == {subject: {"one", "off"}}
	found.explain == {subject: {"the t schedule @hourly is switched off"}}
}

test_fail_by_violating_although_another_is_good if {
	refused := {"id": "refused", "accepted": false, "refusal": "unknown unit d"}
	found := judged([item({}), item(refused), item({"id": "never", "fires": false})])
	found.violating == {subject}
	found.compliant == set()
	found.lacking == set()
	found.cite == {subject: {"refused", "never"}}
	found.explain == {subject: {
		"the t schedule @hourly is refused: unknown unit d",
		"the t schedule @hourly never fires",
	}}
}

test_fail_where_all_are_switched_off if {
	found := judged([item({"suspended": true, "fires": false})])
	found.lacking == {subject}
	found.violating == set()
	found.cite == {subject: {"one"}}
}

test_refused_violates_also_where_it_is_switched_off if {
	judged([item({"suspended": true, "accepted": false})]).violating == {subject}
}

test_unreadable_is_neither_pass_nor_fail if {
	fields := ["suspended", "accepted", "fires"]
	{field | some field in fields; unproven([item({"suspended": true}), less(field)])} == {field | some field in fields}
}

test_nothing_found_is_lacking_and_said if {
	found := judged([])
	found.lacking == {subject}
	found.explain == {subject: {"no schedule backs up postgresql/us-east-1"}}
}
