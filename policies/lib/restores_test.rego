package lib.restores_test

import data.lib.restores

good := {
	"kind": "restore", "result": "passed", "isolated": true, "backup": "b", "backup_taken_s": 10,
	"started_s": 20, "finished_s": 30, "checks": 2, "checks_passed": 2,
}

with_change(change) := object.union(good, change)

test_a_good_drill_proves_a_restore if {
	restores.proven(good, [good], 30)
	restores.faults(good, [good]) == set()
}

test_each_bad_fact_has_its_sentence if {
	cases := [
		[{"kind": "failover"}, "a drill was a failover, not a restore"],
		[{"result": "failed"}, "a restore drill failed"],
		[{"isolated": false}, "a restore drill was not carried out away from production"],
		[{"checks_passed": 1}, "a restore drill found 1 of 2 checks as they should be"],
	]
	every case in cases {
		drill := with_change(case[0])
		not restores.proven(drill, [drill], 30)
		restores.faults(drill, [drill]) == {case[1]}
	}
}

test_a_failure_afterwards_takes_the_proof_away if {
	failed := with_change({"result": "failed", "finished_s": 30})
	not restores.proven(good, [good, failed], 30)
	restores.faults(good, [good, failed]) == {"a restore drill passed, but another failed after it"}
}

test_a_failure_before_does_not if {
	failed := with_change({"result": "failed", "finished_s": 29})
	restores.proven(good, [good, failed], 30)
	restores.faults(good, [good, failed]) == set()
}

test_what_is_missing_or_impossible_proves_nothing_and_faults_nothing if {
	every field in ["isolated", "backup", "backup_taken_s", "checks", "checks_passed"] {
		drill := object.remove(good, [field])
		not restores.proven(drill, [drill], 30)
		restores.faults(drill, [drill]) == set()
	}
	every change in [{"backup": ""}, {"checks": 0, "checks_passed": 0}, {"started_s": 31}, {"backup_taken_s": 21}, {"finished_s": 31}] {
		drill := with_change(change)
		not restores.proven(drill, [drill], 30)
		restores.faults(drill, [drill]) == set()
	}
}

test_only_where_nothing_was_drilled_is_that_said if {
	restores.none("a/b", []) == "no restore of a/b was ever drilled"
	not restores.none("a/b", [good])
}
