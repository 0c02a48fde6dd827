package lib.drills_test

import data.lib.drills

now_s := 1000

good := {"kind": "restore", "result": "passed", "finished_s": 900, "checks": 2, "checks_passed": 2}

with_change(change) := object.union(good, change)

test_a_good_drill_is_sound_exactly_at_the_age_allowed if {
	drills.sound(good, now_s, 100)
	drills.faults(good, now_s, 100) == set()
	not drills.doubt(good)
}

test_each_bad_fact_has_its_sentence if {
	cases := [
		[{"result": "failed"}, "the newest drill (restore) failed"],
		[{"finished_s": 899}, "the newest drill is 1 min 41 s old; at most 1 min 40 s is allowed"],
		[{"checks_passed": 1}, "the newest drill (restore) found 1 of 2 checks as they should be"],
	]
	every case in cases {
		drill := with_change(case[0])
		not drills.sound(drill, now_s, 100)
		drills.faults(drill, now_s, 100) == {case[1]}
	}
}

test_a_restore_that_compared_nothing_is_neither if {
	every drill in [with_change({"checks": 0, "checks_passed": 0}), object.remove(good, ["checks", "checks_passed"])] {
		not drills.sound(drill, now_s, 100)
		drills.faults(drill, now_s, 100) == set()
		drills.doubt(drill) == "the newest drill compared nothing with what it should be"
	}
}

test_another_drill_may_count_no_checks_and_not_half_of_them if {
	failover := with_change({"kind": "failover"})
	drills.checked(object.remove(failover, ["checks", "checks_passed"]))
	not drills.checked(object.remove(failover, ["checks"]))
	not drills.checked(object.remove(failover, ["checks_passed"]))
	not drills.doubt(object.remove(failover, ["checks"]))
}

test_what_is_missing_of_a_restore_faults_nothing if {
	every field in ["checks", "checks_passed"] {
		not drills.checked(object.remove(good, [field]))
		drills.faults(object.remove(good, [field]), now_s, 100) == set()
	}
}
