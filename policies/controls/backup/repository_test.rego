package controls.backup.repository_test

import data.controls.backup.repository as control

subject := "postgresql/us-east-1"

item(change) := object.union(data.golden.input.repository[subject][0], object.union({"id": "one", "kind": "bucket", "name": "b"}, change))

less(field) := object.remove(item({"id": "unreadable"}), [field])

only_subject := {subject: data.golden.standard.backups[subject]}

# A function, because OPA 1.22 mixes up results where `with` itself stands in a loop.
judged(items) := found if {
	found := control with input as data.golden.input
		with input.repository as {subject: items}
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

test_pass_where_one_place_keeps_exactly_long_enough if {
	limited := item({"never_expires": false, "expires_s": 2592000})
	found := judged([limited, item({"id": "brief", "never_expires": false, "expires_s": 1, "writable": false})])
	found.compliant == {subject}
	found.lacking == set()
	found.violating == set()
	found.cite == {subject: {"one", "brief"}}
}

test_fail_by_violating_although_another_is_good if {
	found := judged([item({}), item({"id": "open", "name": "o", "public": true}), item({"id": "plain", "encrypted": false})])
	found.violating == {subject}
	found.compliant == set()
	found.lacking == set()
	found.cite == {subject: {"open", "plain"}}
	found.explain == {subject: {
		"bucket o can be read by anybody",
		"bucket b does not encrypt what lies in it",
	}}
}

test_fail_where_every_place_is_short_for_a_fact if {
	away := item({"id": "away", "available": false})
	readonly := item({"id": "readonly", "writable": false})
	brief := item({"id": "brief", "never_expires": false, "expires_s": 86400})
	found := judged([away, readonly, brief])
	found.lacking == {subject}
	found.compliant == set()
	found.violating == set()
	found.cite == {subject: {"away", "readonly", "brief"}}
	found.explain == {subject: {
		"bucket b does not answer",
		"bucket b cannot be written to",
		"bucket b deletes copies by itself: their age then is 1 d; at least 30 d is required",
	}}
}

test_unknown_where_one_of_two_places_does_not_answer if {
	unproven([item({}), item({"id": "away", "available": false})])
}

test_unreadable_is_neither_pass_nor_fail if {
	readonly := item({"id": "readonly", "writable": false})
	unproven([readonly, less("public")])
	unproven([readonly, less("encrypted")])
	unproven([readonly, less("available")])
	unproven([readonly, less("writable")])
	unproven([readonly, less("never_expires")])
}

test_unknown_where_nobody_knows_when_copies_expire if {
	unproven([item({"id": "readonly", "writable": false}), item({"never_expires": false})])
}

test_nothing_found_is_lacking_and_said if {
	found := judged([])
	found.lacking == {subject}
	found.explain == {subject: {"there is no place where copies of postgresql/us-east-1 lie"}}
}
