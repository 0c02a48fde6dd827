package lib.runs_test

import data.lib.runs

now_s := 10000

rule := {"at_least_percent": 98, "at_least_runs": 3, "every_s": 3600}

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

test_of_few_runs_no_rate_is_told if {
	rare := with_change({"due": 2, "succeeded": 1})
	not runs.enough(rare, rule)
	not runs.bad(rare, rule, now_s)
	runs.few(rare, rule) == "2 runs are known, and the history keeps no more; of fewer than 3 no rate can be told"
	runs.few(with_change({"due": 0}), rule) == "no run was due in the time that was looked at"
	three := with_change({"due": 3, "succeeded": 2})
	runs.bad(three, rule, now_s)
	not runs.few(three, rule)
	runs.enough(with_change({"due": 3, "succeeded": 3}), rule)
	runs.few(object.remove(line, ["due"]), rule) == "how many of the runs that were due have ended is not known"
}

test_of_few_runs_that_fail_for_too_long_the_line_is_bad if {
	runs.faults(with_change({"due": 1, "succeeded": 0, "last_success_start_s": 6399}), rule, now_s) == {
		"runs fail, and the time since one ended well is 1 h 1 s; at most 1 h is allowed",
	}
}

ended(end_s) := object.remove(with_change({"last_success_end_s": end_s}), ["last_success_start_s"])

test_where_only_the_end_is_known_a_run_started_no_later if {
	runs.faults(ended(6399), rule, now_s) == {
		"runs fail, and the time since one ended well is 1 h 1 s; at most 1 h is allowed",
	}
	neither(ended(6400))
	not runs.bad(with_change({"last_success_end_s": 9999}), rule, now_s)
}

test_never_is_said_only_where_enough_failed_and_nothing_ended_well if {
	dead := object.remove(with_change({"due": 0, "succeeded": 0, "failures_since": 3}), ["last_success_start_s"])
	runs.never(dead, rule)
	others := [{"succeeded": 1}, {"failures_since": 2}, {"last_success_start_s": 1}, {"last_success_end_s": 1}]
	every change in others { not runs.never(object.union(dead, change), rule) }
	runs.said([line, dead], rule, now_s) == {"3 runs failed, and none is known that ever ended well"}
	runs.none([dead], "a/b") == set()
	runs.none([], "a/b") == {"nothing ran that backs up a/b"}
	every field in ["succeeded", "failures_since"] { not runs.never(object.remove(dead, [field]), rule) }
}

test_a_run_in_the_future_or_of_no_time_proves_nothing if {
	neither(with_change({"last_success_start_s": now_s + 1}))
	neither(object.remove(line, ["last_success_start_s"]))
	neither(object.remove(line, ["failures_since"]))
}
