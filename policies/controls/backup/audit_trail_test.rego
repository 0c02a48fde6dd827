package controls.backup.audit_trail_test

import data.controls.backup.audit_trail as control

subject := "custom-resources/us-east-1"

item(change) := object.union(data.golden.input.audit_trail[subject][0], object.union({"id": "one", "kind": "A"}, change))

less(field) := object.remove(item({"id": "unreadable"}), [field])

only_subject := {subject: {"within_s": 60, "keep_s": 2592000, "kinds": {"A": true, "B": true}}}

# A function, because OPA 1.22 mixes up results where `with` itself stands in a loop.
judged(items) := found if {
	found := control with input as data.golden.input
		with input.audit_trail as {subject: items}
		with data.standard.written_within as only_subject
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

test_pass_exactly_at_the_limits if {
	found := judged([item({"written_within_s": 60, "keep_s": 2592000}), item({"id": "two", "kind": "B"})])
	found.compliant == {subject}
	found.lacking == set()
	found.cite == {subject: {"one", "two"}}
	found.measure == {subject: {{"observed": 60, "required": 60, "unit": "s", "better": "lower"}}}
}

test_kept_for_ever_passes if {
	found := judged([object.remove(item({"kept_forever": true}), ["keep_s"]), item({"id": "two", "kind": "B"})])
	found.compliant == {subject}
}

test_fail_by_each_bad_fact if {
	cases := [
		[{"missing": 2}, "2 of the A looked for have no row"],
		[{"written_within_s": 61}, "the time to a row of A is 1 min 1 s; at most 1 min is allowed"],
		[{"keep_s": 86400}, "the retention of A is 1 d; at least 30 d is required"],
	]
	good := item({"id": "two", "kind": "B"})
	bad := [item(object.union({"id": sentence}, change)) | some [change, sentence] in cases]
	found := judged(array.concat([good], bad))
	found.lacking == {subject}
	found.compliant == set()
	found.explain == {subject: {sentence | some [_, sentence] in cases}}
	count({sentence | some [change, sentence] in cases; judged([good, item(change)]).lacking == {subject}}) == count(cases)
}

test_unreadable_is_neither_pass_nor_fail if {
	fields := ["samples", "missing", "written_within_s", "keep_s", "kept_forever"]
	good := item({"id": "two", "kind": "B"})
	{field | some field in fields; unproven([good, less(field)])} == {field | some field in fields}
}

test_unknown_where_there_was_nothing_to_look_for if {
	found := judged([item({"samples": 0}), item({"id": "two", "kind": "B"})])
	found.compliant == set()
	found.lacking == set()
	found.undetermined == {subject: {"there was no A to look for"}}
}

test_fail_where_a_kind_was_not_looked_for if {
	found := judged([item({})])
	found.lacking == {subject}
	found.explain == {subject: {"nobody looked for the rows of B"}}
	found.cite == {subject: {"one"}}
}

test_nothing_found_is_lacking_and_said if {
	found := judged([])
	found.lacking == {subject}
	found.explain == {subject: {"nobody looked for the rows of A", "nobody looked for the rows of B"}}
}

test_no_kinds_prove_nothing if {
	found := control with input as data.golden.input
		with data.standard.written_within as {subject: {"within_s": 60, "keep_s": 1, "kinds": {}}}
	found.compliant == set()
	found.lacking == set()
}

test_unknown_where_two_looked_and_one_missed_rows if {
	a := item({})
	found := judged([a, item({"id": "again", "missing": 3}), item({"id": "two", "kind": "B"})])
	found.compliant == set()
	found.lacking == set()
	found.explain[subject] == {"3 of the A looked for have no row"}
}
