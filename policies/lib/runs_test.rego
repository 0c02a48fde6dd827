package lib.runs_test

import data.lib.runs

now_s := 10000

rule := {"at_least_percent": 98, "every_s": 3600}

line := {"due": 100, "succeeded": 98, "failures_since": 1, "last_success_start_s": 6400}

with_change(change) := object.union(line, change)

neither(run) if {
	not runs.not_failing(run, rule, now_s)
	not runs.bad(run, rule, now_s)
}

test_exactly_at_the_limits_is_good if {
	runs.enough(line, rule)
	runs.not_failing(line, rule, now_s)
	not runs.bad(line, rule, now_s)
	runs.faults(line, rule, now_s) == set()
}

test_a_line_whose_newest_run_ended_well_does_not_fail if {
	run := with_change({"failures_since": 0, "last_success_start_s": 0})
	runs.not_failing(run, rule, now_s)
	not runs.bad(run, rule, now_s)
}

test_each_fault_has_its_sentence if {
	cases := [
		[{"succeeded": 97}, "97 of 100 runs that were due ended well; at least 98 % is required"],
		[{"last_success_start_s": 6399}, "runs fail, and the time since one ended well is 1 h 1 s; at most 1 h is allowed"],
	]
	every case in cases {
		runs.bad(with_change(case[0]), rule, now_s)
		runs.faults(with_change(case[0]), rule, now_s) == {case[1]}
	}
	not runs.enough(with_change(cases[0][0]), rule)
	not runs.not_failing(with_change(cases[1][0]), rule, now_s)
}

test_where_nothing_was_due_or_it_is_not_known_nothing_is_proved if {
	every run in [with_change({"due": 0, "succeeded": 0}), object.remove(line, ["due"])] {
		not runs.enough(run, rule)
		not runs.bad(run, rule, now_s)
	}
}

test_a_run_in_the_future_or_of_no_time_proves_nothing if {
	neither(with_change({"last_success_start_s": now_s + 1}))
	neither(object.remove(line, ["last_success_start_s"]))
	neither(object.remove(line, ["failures_since"]))
}
