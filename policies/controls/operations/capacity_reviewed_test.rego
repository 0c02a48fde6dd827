package controls.operations.capacity_reviewed_test

import data.controls.operations.capacity_reviewed as control

subject := "capacity-review/global"

now_s := data.golden.input.taken_at_s

rule := data.golden.standard.documents[subject]

statement(change) := object.union(
	data.golden.input.attestation[subject][0],
	object.union({"id": "one", "reviewed_s": now_s - 86400, "full_in_s": 8640000}, change),
)

found(items) := object.union(data.golden.input, {"attestation": {subject: items}})

age := "last reviewed 1 d ago; at most 92 d is allowed, and 7 d of grace"

test_pass_in_the_golden_system if {
	given_input := data.golden.input
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.lacking == set()
}

test_pass_exactly_at_the_limits if {
	items := [statement({"reviewed_s": now_s - rule.every_s, "full_in_s": 2592000})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.lacking == set()
	said.cite[subject] == {"one"}
	not said.note[subject]
}

test_pass_explains_what_was_found if {
	items := [statement({})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.explain[subject] == {age, "the first volume is full in 100 d; at least 30 d is required"}
	said.measure[subject] == {{"observed": 8640000, "required": 2592000, "unit": "s", "better": "higher"}}
}

test_pass_in_the_grace_with_a_note if {
	items := [statement({"reviewed_s": (now_s - rule.every_s) - rule.grace_s})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	count(said.note[subject]) == 1
}

test_pass_when_a_newer_statement_is_good if {
	items := [statement({"id": "old", "reviewed_s": now_s - 86401, "full_in_s": 2591999}), statement({})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.lacking == set()
	said.cite[subject] == {"one"}
}

test_fail_when_a_newer_statement_is_bad if {
	items := [statement({"id": "old", "reviewed_s": now_s - 86401}), statement({"full_in_s": 2591999})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.lacking == {subject}
	said.compliant == set()
	said.cite[subject] == {"one"}
}

test_fail_one_second_after_the_grace if {
	items := [statement({"reviewed_s": ((now_s - rule.every_s) - rule.grace_s) - 1})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.lacking == {subject}
	said.compliant == set()
	said.cite[subject] == {"one"}
}

test_fail_when_it_is_full_too_soon if {
	items := [statement({"full_in_s": 2591999})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.lacking == {subject}
	said.compliant == set()
	said.explain[subject] == {age, "the first volume is full in 29 d 23 h; at least 30 d is required"}
}

test_nothing_found_is_lacking if {
	items := []
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.lacking == {subject}
	said.compliant == set()
	said.explain[subject] == {"nobody has signed a review of the capacity"}
}

test_unknown_when_it_is_dated_in_the_future if {
	items := [statement({"reviewed_s": now_s + 60})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.lacking == set()
	said.compliant == set()
	"dated 1 min in the future" in said.explain[subject]
}

test_unknown_when_two_of_one_instant_disagree if {
	items := [statement({}), statement({"id": "two", "full_in_s": 2591999})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.lacking == set()
	said.compliant == set()
}

test_unreadable_when_full_in_s_of_the_last_is_missing if {
	items := [statement({"id": "old", "reviewed_s": now_s - 90000, "full_in_s": 2591999}), object.remove(statement({"full_in_s": 2591999}), ["full_in_s"])]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.lacking == set()
	said.compliant == set()
}

test_unreadable_when_a_fact_of_a_good_one_is_missing if {
	every fact in ["reviewed_s", "full_in_s"] {
		items := [object.remove(statement({}), [fact])]
		given_input := found(items)
		given_standard := data.golden.standard
		said := control with input as given_input with data.standard as given_standard
		said.lacking == set()
		said.compliant == set()
	}
}
