package lib.cadence_test

import data.lib.cadence

rule := {"every_s": 100, "grace_s": 10}

test_done_now_is_on_time if cadence.on_time(1000, 1000, rule)

test_done_exactly_one_period_ago_is_on_time if {
	cadence.on_time(1000, 900, rule)
	not cadence.in_grace(1000, 900, rule)
	not cadence.overdue(1000, 900, rule)
}

test_one_second_late_is_in_grace if {
	cadence.in_grace(1000, 899, rule)
	not cadence.on_time(1000, 899, rule)
	not cadence.overdue(1000, 899, rule)
}

test_the_last_second_of_grace_is_in_grace if {
	cadence.in_grace(1000, 890, rule)
	not cadence.overdue(1000, 890, rule)
}

test_one_second_after_grace_is_overdue if {
	cadence.overdue(1000, 889, rule)
	not cadence.in_grace(1000, 889, rule)
	not cadence.on_time(1000, 889, rule)
}

test_without_grace_one_second_late_is_overdue if {
	strict := {"every_s": 100, "grace_s": 0}
	cadence.overdue(1000, 899, strict)
	not cadence.in_grace(1000, 899, strict)
}

test_the_future_is_nothing_at_all if {
	not cadence.on_time(1000, 1001, rule)
	not cadence.in_grace(1000, 1001, rule)
	not cadence.overdue(1000, 1001, rule)
}

# The whole item goes in: `not f(x.missing)` is undefined, not true.
test_what_was_never_done_is_nothing_at_all if {
	never := [object.remove({"done_s": 1000}, ["done_s"])]
	every each in never {
		count({1 | cadence.on_time(1000, each.done_s, rule)}) == 0
		count({1 | cadence.in_grace(1000, each.done_s, rule)}) == 0
		count({1 | cadence.overdue(1000, each.done_s, rule)}) == 0
	}
}

test_the_latest_is_what_ended_last if {
	old := {"id": "old", "finished_s": 800}
	new := {"id": "new", "finished_s": 1000}
	cadence.latest([new, old], 1000) == {new}
}

test_two_that_ended_together_are_both_the_latest if {
	one := {"id": "one", "finished_s": 900}
	two := {"id": "two", "finished_s": 900}
	cadence.latest([one, two], 1000) == {one, two}
}

test_the_future_is_never_the_latest if {
	past := {"id": "past", "finished_s": 900}
	cadence.latest([past, {"id": "future", "finished_s": 1001}], 1000) == {past}
	cadence.latest([{"id": "future", "finished_s": 1001}], 1000) == set()
}

test_of_nothing_nothing_is_the_latest if cadence.latest([], 1000) == set()

test_within_is_on_time_or_in_grace if {
	cadence.within(1000, 900, rule)
	cadence.within(1000, 890, rule)
	not cadence.within(1000, 889, rule)
	not cadence.within(1000, 1001, rule)
}

test_the_age_in_words if {
	cadence.age(1000, 955, rule) == "45 s ago; at most 1 min 40 s is allowed, and 10 s of grace"
}

test_the_lateness_in_words if {
	cadence.late(1000, 895, rule) == "is overdue for 5 s, within the grace of 10 s"
	not cadence.late(1000, 900, rule)
	not cadence.late(1000, 889, rule)
}
