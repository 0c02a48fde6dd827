package controls.operations.runbooks_reviewed_test

import data.controls.operations.runbooks_reviewed as control

subject := "runbooks/global"

now_s := data.golden.input.taken_at_s

rule := data.golden.standard.documents[subject]

statement(change) := object.union(
	data.golden.input.attestation[subject][0],
	object.union({"id": "one", "reviewed_s": now_s - 86400, "covers": rule.covers}, change),
)

found(items) := object.union(data.golden.input, {"attestation": {subject: items}})

age := "last reviewed 1 d ago; at most 366 d is allowed, and 7 d of grace"

test_pass_in_the_golden_system if {
	given_input := data.golden.input
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.lacking == set()
}

test_pass_exactly_at_the_limits if {
	items := [statement({"reviewed_s": now_s - rule.every_s})]
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
	said.explain[subject] == {age}
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
	items := [statement({"id": "old", "reviewed_s": now_s - 86401, "covers": object.union(rule.covers, {"backup-failed": false})}), statement({})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.lacking == set()
	said.cite[subject] == {"one"}
}

test_fail_when_a_newer_statement_is_bad if {
	items := [statement({"id": "old", "reviewed_s": now_s - 86401}), statement({"covers": object.union(rule.covers, {"backup-failed": false})})]
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

test_fail_when_an_alert_is_not_covered if {
	items := [statement({"covers": object.union(rule.covers, {"backup-failed": false})})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.lacking == {subject}
	said.compliant == set()
	said.explain[subject] == {age, "no runbook covers backup-failed"}
}

test_nothing_found_is_lacking if {
	items := []
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.lacking == {subject}
	said.compliant == set()
	said.explain[subject] == {"nobody has signed a review of the runbooks"}
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
	items := [statement({}), statement({"id": "two", "covers": object.union(rule.covers, {"backup-failed": false})})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.lacking == set()
	said.compliant == set()
}

test_unreadable_when_covers_of_the_last_is_missing if {
	items := [statement({"id": "old", "reviewed_s": now_s - 90000, "covers": object.union(rule.covers, {"backup-failed": false})}), object.remove(statement({"covers": object.union(rule.covers, {"backup-failed": false})}), ["covers"])]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.lacking == set()
	said.compliant == set()
}

test_unreadable_when_a_fact_of_a_good_one_is_missing if {
	every fact in ["reviewed_s", "covers"] {
		items := [object.remove(statement({}), [fact])]
		given_input := found(items)
		given_standard := data.golden.standard
		said := control with input as given_input with data.standard as given_standard
		said.lacking == set()
		said.compliant == set()
	}
}

test_unreadable_when_an_alert_is_not_answered if {
	partial := object.union(object.remove(statement({}), ["covers"]), {"covers": object.remove(rule.covers, ["backup-failed"])})
	given_input := found([partial])
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.lacking == set()
	said.compliant == set()
}
