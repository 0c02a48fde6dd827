package controls.failover.annual_drill_test

import data.controls.failover.annual_drill as control
import data.golden

subject := "region-failure/global"

now_s := golden.input.taken_at_s

standard := {"region_failovers": {subject: {"every_s": 1000, "grace_s": 100}}}

item(change) := object.union(golden.input.drill["region-failure/global"][0], change)

without(change, fields) := object.remove(item(change), fields)

given(items) := object.union(golden.input, {"drill": {"region-failure/global": items}})

fine := {"id": "good", "kind": "failover", "finished_s": now_s - 100, "result": "passed", "failed_back": true}

test_pass_golden if {
	given_input := golden.input
	given_standard := golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == said.subjects
	said.lacking == set()
	count(said.subjects) > 0
}

test_pass_on_the_last_second if {
	given_input := given([item(object.union(fine, {"finished_s": now_s - 1000}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.lacking == set()
}

test_pass_on_the_last_second_of_grace if {
	given_input := given([item(object.union(fine, {"finished_s": now_s - 1100}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.lacking == set()
}

test_fail_after_the_grace if {
	given_input := given([item(object.union(fine, {"finished_s": now_s - 1101}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
}

test_fail_when_it_failed if {
	given_input := given([item(object.union(fine, {"result": "failed"}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
}

test_fail_when_it_was_no_failover if {
	given_input := given([item(object.union(fine, {"kind": "restore"}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
}

test_fail_when_the_newest_was_not_brought_back_though_an_older_was if {
	given_input := given([item(object.union(fine, {"id": "old", "finished_s": now_s - 500})), item(object.union(fine, {"failed_back": false}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
}

test_unknown_in_the_future if {
	given_input := given([item(object.union(fine, {"finished_s": now_s + 1}))])
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

test_unreadable_newest_is_neither_though_an_older_is_good if {
	given_input := given([item(object.union(fine, {"id": "old", "finished_s": now_s - 500})), without(fine, ["failed_back"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
}

test_explain_says_each_fact if {
	the_input := given([item(object.union(fine, {"finished_s": now_s - 1101, "failed_back": false}))])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.explain[subject]
	found == {"last failed over 18 min 21 s ago; at most 16 min 40 s is allowed, and 1 min 40 s of grace", "the traffic was not brought back afterwards"}
}

test_explain_that_nothing_was_found if {
	the_input := given([])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.explain[subject]
	found == {"no failover is known to have passed"}
}

test_cite_the_newest_that_passed if {
	the_input := given([item(object.union(fine, {"result": "failed", "id": "bad"})), item(fine)])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.cite[subject]
	found == {"good"}
}

test_note_that_it_is_overdue if {
	the_input := given([item(object.union(fine, {"finished_s": now_s - 1001}))])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.note[subject]
	found == {"the failover is overdue for 1 s, within the grace of 1 min 40 s"}
}

test_measure_its_age if {
	the_input := given([item(fine)])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.measure[subject]
	found == {{"observed": 100, "required": 1100, "unit": "s", "better": "lower"}}
}

test_fail_when_a_check_was_not_as_it_should_be if {
	given_input := given([item(object.union(fine, {"checks": 3, "checks_passed": 2}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
	"2 of 3 checks were as they should be" in said.explain[subject]
}

test_unknown_when_how_many_checks_were_met_is_missing if {
	given_input := given([without(fine, ["checks_passed"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
}
