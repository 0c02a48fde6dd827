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

test_what_was_never_done_is_nothing_at_all if {
	never := object.remove({"done_s": 1000}, ["done_s"])
	not cadence.on_time(1000, never.done_s, rule)
	not cadence.in_grace(1000, never.done_s, rule)
	not cadence.overdue(1000, never.done_s, rule)
}
