package controls.backup.failures_show_test

import data.controls.backup.failures_show as control

subject := "postgresql/us-east-1"

item(change) := object.union(data.golden.input.schedule[subject][0], object.union({"id": "one", "tool": "t"}, change))

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

test_pass_cites_what_is_switched_on if {
	found := judged([item({}), item({"id": "off", "suspended": true, "hides_failure": true})])
	found.compliant == {subject}
	found.violating == set()
	found.cite == {subject: {"one"}}
}

test_fail_by_violating_although_another_is_good if {
	hides := item({"id": "hides", "hides_failure": true, "hiding": ["pg_dump | gzip", "aws s3 cp || true"]})
	lacks := item({"id": "lacks", "lacks_program": true, "lacking": ["aws"]})
	found := judged([item({}), hides, lacks])
	found.violating == {subject}
	found.compliant == set()
	found.lacking == set()
	found.cite == {subject: {"hides", "lacks"}}
	found.explain == {subject: {
		"t can fail and its run still end well: pg_dump | gzip; aws s3 cp || true",
		"t calls a program that its image does not hold: aws",
	}}
}

test_nothing_is_shown_where_none_runs if {
	every change in [{"suspended": true}, {"fires": false}] {
		unproven([item(change)])
	}
	found := judged([item({"suspended": true})])
	found.undetermined == {subject: {"no schedule of postgresql/us-east-1 runs, so that none can show a failure"}}
}

test_unreadable_is_neither_pass_nor_fail if {
	fields := ["hides_failure", "lacks_program"]
	{field | some field in fields; unproven([item({}), less(field)])} == {field | some field in fields}
}

test_nothing_found_is_lacking if {
	found := judged([])
	found.lacking == {subject}
	found.explain == {subject: {"no schedule that is switched on backs up postgresql/us-east-1"}}
}
