package controls.recovery.rto_measured_test

import data.controls.recovery.rto_measured as control
import data.golden

subject := "region-failure/global"

now_s := golden.input.taken_at_s

standard := {"rto_measured": {subject: {"limit_s": 900, "within_s": 1000}}}

item(change) := object.union(golden.input.drill["region-failure/global"][0], change)

without(change, fields) := object.remove(item(change), fields)

given(items) := object.union(golden.input, {"drill": {"region-failure/global": items}})

fine := {"id": "good", "finished_s": now_s - 100, "result": "passed", "kind": "failover", "rto_s": 899, "rpo_s": 899}

test_pass_golden if {
	given_input := golden.input
	given_standard := golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == said.subjects
	said.lacking == set()
	count(said.subjects) > 0
}

test_pass_just_below_the_limit if {
	given_input := given([item(fine)])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.lacking == set()
}

test_pass_at_exactly_the_age_allowed if {
	given_input := given([item(object.union(fine, {"finished_s": now_s - 1000}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.lacking == set()
}

test_fail_one_second_older if {
	given_input := given([item(object.union(fine, {"finished_s": now_s - 1001}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
}

test_fail_at_exactly_the_limit if {
	given_input := given([item(object.union(fine, {"rto_s": 900}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
}

test_fail_when_the_newest_failed if {
	given_input := given([item(object.union(fine, {"id": "old", "finished_s": now_s - 500})), item(object.union(fine, {"result": "failed"}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
}

test_fail_when_the_newest_is_over_the_limit_though_an_older_is_not if {
	given_input := given([item(object.union(fine, {"id": "old", "finished_s": now_s - 500})), item(object.union(fine, {"rto_s": 900}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
}

test_pass_when_an_older_one_failed if {
	given_input := given([item(object.union(fine, {"id": "old", "finished_s": now_s - 500, "result": "failed"})), item(fine)])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.lacking == set()
}

test_unreadable_newest_is_neither_though_an_older_is_good if {
	given_input := given([item(object.union(fine, {"id": "old", "finished_s": now_s - 500})), without(fine, ["rto_s"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
}

test_unknown_when_the_only_drill_is_in_the_future if {
	given_input := given([item(object.union(fine, {"finished_s": now_s + 1}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
}

test_pass_when_a_drill_in_the_future_does_not_count if {
	given_input := given([item(fine), item(object.union(fine, {"finished_s": now_s + 1, "id": "future", "result": "failed"}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
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
	the_input := given([item(object.union(fine, {"rto_s": 900, "result": "failed", "finished_s": now_s - 1001}))])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.explain[subject]
	found == {"the newest drill (failover) failed", "the newest drill is 16 min 41 s old; at most 16 min 40 s is allowed", "the newest drill took 15 min to recover; less than 15 min is allowed"}
}

test_explain_that_nothing_was_found if {
	the_input := given([])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.explain[subject]
	found == {"no drill is known"}
}

test_undetermined_when_it_was_not_measured if {
	the_input := given([without(fine, ["rto_s"])])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.undetermined[subject]
	found == {"the newest drill did not measure the time to recover"}
}

test_cite_the_newest if {
	the_input := given([item(object.union(fine, {"id": "old", "finished_s": now_s - 500})), item(fine)])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.cite[subject]
	found == {"good"}
}

test_measure_the_newest if {
	the_input := given([item(object.union(fine, {"id": "old", "finished_s": now_s - 500})), item(fine)])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.measure[subject]
	found == {{"observed": 899, "required": 900, "unit": "s", "better": "lower"}}
}

test_fail_when_a_check_of_the_newest_was_not_as_it_should_be if {
	given_input := given([item(object.union(fine, {"checks": 3, "checks_passed": 2}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
	said.explain[subject] == {"the newest drill (failover) found 2 of 3 checks as they should be"}
}

test_unknown_when_a_restore_compared_nothing if {
	given_input := given([without(object.union(fine, {"kind": "restore"}), ["checks", "checks_passed"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.undetermined[subject] == {"the newest drill compared nothing with what it should be"}
}

test_pass_of_a_failover_that_counts_no_checks if {
	given_input := given([without(fine, ["checks", "checks_passed"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
}
