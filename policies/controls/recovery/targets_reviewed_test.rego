package controls.recovery.targets_reviewed_test

import data.controls.recovery.targets_reviewed as control
import data.golden

subject := "targets-review/global"

now_s := golden.input.taken_at_s

standard := {"documents": {subject: {"every_s": 1000, "grace_s": 100, "covers": {}, "independent": true}}}

item(change) := object.union(golden.input.attestation["targets-review/global"][0], change)

without(change, fields) := object.remove(item(change), fields)

given(items) := object.union(golden.input, {"attestation": {"targets-review/global": items}})

fine := {"id": "good", "reviewed_s": now_s - 100, "independent": true}

test_pass_golden if {
	given_input := golden.input
	given_standard := golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == said.subjects
	said.lacking == set()
	count(said.subjects) > 0
}

test_pass_on_the_last_second if {
	given_input := given([item(object.union(fine, {"reviewed_s": now_s - 1000}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.lacking == set()
}

test_pass_on_the_last_second_of_grace if {
	given_input := given([item(object.union(fine, {"reviewed_s": now_s - 1100}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.lacking == set()
}

test_fail_after_the_grace if {
	given_input := given([item(object.union(fine, {"reviewed_s": now_s - 1101}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
}

test_fail_by_what_it_says if {
	given_input := given([item(object.union(fine, {"independent": false}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
}

test_pass_by_its_owner_where_the_standard_lets_it if {
	given_input := given([item(object.union(fine, {"independent": false}))])
	given_standard := {"documents": {subject: object.union(standard.documents[subject], {"independent": false})}}
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.lacking == set()
}

test_fail_when_the_newer_of_two_says_it if {
	given_input := given([item(object.union(fine, {"id": "old", "reviewed_s": now_s - 500})), item(object.union(fine, {"independent": false}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
}

test_unknown_in_the_future if {
	given_input := given([item(object.union(fine, {"reviewed_s": now_s + 1}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
}

test_unreadable_newest_is_neither_though_an_older_is_good if {
	given_input := given([item(object.union(fine, {"id": "old", "reviewed_s": now_s - 500})), without(fine, ["independent"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
}

test_nothing_found_is_lacking if {
	given_input := given([])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
}

test_explain_says_each_fact if {
	the_input := given([item(object.union(fine, object.union({"independent": false}, {"reviewed_s": now_s - 1101})))])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.explain[subject]
	found == {"last reviewed 18 min 21 s ago; at most 16 min 40 s is allowed, and 1 min 40 s of grace", "it was reviewed by its owner"}
}

test_explain_that_nothing_was_found if {
	the_input := given([])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.explain[subject]
	found == {"nobody has signed a review of the targets"}
}

test_cite_the_newest if {
	the_input := given([item(object.union(fine, {"id": "old", "reviewed_s": now_s - 500})), item(fine)])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.cite[subject]
	found == {"good"}
}

test_note_that_it_is_overdue if {
	the_input := given([item(object.union(fine, {"reviewed_s": now_s - 1001}))])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.note[subject]
	found == {"the review is overdue for 1 s, within the grace of 1 min 40 s"}
}

test_measure_its_age if {
	the_input := given([item(fine)])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.measure[subject]
	found == {{"observed": 100, "required": 1100, "unit": "s", "better": "lower"}}
}
