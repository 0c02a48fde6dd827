package controls.recovery.rpo_runs_test

import data.controls.recovery.rpo_runs as control

subject := "complete-outage/global"

thing := "postgresql/us-east-1"

plan(change) := object.union(data.golden.input.backup_plan[thing][0], object.union({"id": "plan", "tool": "pg_dump", "exposure_s": 1800, "elapsed_gap_s": 1800}, change))

run(change) := object.union(data.golden.input.run[thing][0], object.union({"id": "run", "longest_s": 1799}, change))

only_subject := {subject: data.golden.standard.rpo_restore[subject]}

# A function, because OPA 1.22 mixes up results where `with` itself stands in a loop.
judged(plans, runs) := found if {
	found := control with input as data.golden.input
		with input.backup_plan as {thing: plans}
		with input.run as {thing: runs}
		with data.standard.rpo_restore as only_subject
}

test_pass_in_the_golden_input if {
	found := control with input as data.golden.input with data.standard as data.golden.standard
	found.compliant == found.subjects
	found.lacking == set()
}

test_pass_just_below_the_limit_and_cites_both_nouns if {
	found := judged([plan({})], [run({})])
	found.compliant == {subject}
	found.lacking == set()
	found.cite == {subject: {"plan", "run"}}
}

test_fail_where_the_gap_and_the_run_together_reach_the_limit if {
	found := judged([plan({})], [run({"longest_s": 1800})])
	found.compliant == set()
	found.lacking == {subject}
	found.explain == {subject: {"postgresql/us-east-1 may lose 1 h while a copy by pg_dump is made; less than 1 h is allowed"}}
}

test_pass_where_the_log_goes_on_whatever_a_run_takes if {
	found := judged([plan({"exposure_s": 60})], [run({"longest_s": 90000})])
	found.compliant == {subject}
}

test_unknown_between_a_quick_run_and_a_slow_one if {
	found := judged([plan({})], [run({}), run({"id": "weekly", "longest_s": 9000})])
	found.compliant == set()
	found.lacking == set()
}

test_unreadable_is_neither_pass_nor_fail if {
	nothing := [
		judged([plan({})], [object.remove(run({}), ["longest_s"])]),
		judged([object.remove(plan({}), ["exposure_s"])], [run({"longest_s": 1800})]),
		judged([object.remove(plan({}), ["elapsed_gap_s"])], [run({"longest_s": 1800})]),
		judged([object.remove(plan({}), ["fires"])], [run({})]),
		judged([plan({})], []),
		judged([], [run({})]),
	]
	every found in nothing {
		found.compliant == set()
		found.lacking == set()
	}
}
