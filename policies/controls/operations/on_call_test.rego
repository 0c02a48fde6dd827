package controls.operations.on_call_test

import data.controls.operations.on_call as control

subject := "on-call/global"

now_s := data.golden.input.taken_at_s

rule := data.golden.standard.documents[subject]

statement(change) := object.union(
	data.golden.input.attestation[subject][0],
	object.union({"id": "one", "reviewed_s": now_s - 86400, "people": 2, "escalation_s": 900}, change),
)

found(items) := object.union(data.golden.input, {"attestation": {subject: items}})

age := "last reviewed 1 d ago; at most 31 d is allowed, and 3 d 2 h of grace"

test_pass_in_the_golden_system if {
	given_input := data.golden.input
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.lacking == set()
}

test_pass_exactly_at_the_limits if {
	items := [statement({"reviewed_s": now_s - rule.every_s, "people": 2, "escalation_s": 1800})]
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
	said.explain[subject] == {age, "2 people share the duty; at least 2 must", "it is passed on after 15 min; at most 30 min is allowed"}
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
	items := [statement({"id": "old", "reviewed_s": now_s - 86401, "people": 1}), statement({})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.lacking == set()
	said.cite[subject] == {"one"}
}

test_fail_when_a_newer_statement_is_bad if {
	items := [statement({"id": "old", "reviewed_s": now_s - 86401}), statement({"people": 1})]
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

test_fail_when_one_person_is_alone if {
	items := [statement({"people": 1})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.lacking == {subject}
	said.compliant == set()
	said.explain[subject] == {age, "1 people share the duty; at least 2 must", "it is passed on after 15 min; at most 30 min is allowed"}
}

test_fail_when_it_is_passed_on_too_late if {
	items := [statement({"escalation_s": 1801})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.lacking == {subject}
	said.compliant == set()
	said.explain[subject] == {age, "2 people share the duty; at least 2 must", "it is passed on after 30 min 1 s; at most 30 min is allowed"}
}

test_nothing_found_is_lacking if {
	items := []
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.lacking == {subject}
	said.compliant == set()
	said.explain[subject] == {"nobody has signed the on-call rotation"}
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
	items := [statement({}), statement({"id": "two", "people": 1})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.lacking == set()
	said.compliant == set()
}

test_unreadable_when_people_of_the_last_is_missing if {
	items := [statement({"id": "old", "reviewed_s": now_s - 90000, "people": 1}), object.remove(statement({"people": 1}), ["people"])]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.lacking == set()
	said.compliant == set()
}

test_unreadable_when_a_fact_of_a_good_one_is_missing if {
	every fact in ["reviewed_s", "people"] {
		items := [object.remove(statement({}), [fact])]
		given_input := found(items)
		given_standard := data.golden.standard
		said := control with input as given_input with data.standard as given_standard
		said.lacking == set()
		said.compliant == set()
	}
}

test_unreadable_when_the_escalation_is_missing if {
	items := [object.remove(statement({}), ["escalation_s"])]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.lacking == set()
	said.compliant == set()
}
