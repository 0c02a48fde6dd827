package lib.restarts_test

import data.lib.restarts

seen := {"class": "observed", "replicas": 2, "readiness": true, "detect_s": 20, "startup_budget_s": 39, "start_max_ms": 39999}

with_change(change) := object.union(seen, change)

test_just_below_the_limit_is_quick if {
	restarts.quick(seen, 60)
	restarts.faults("a/b", seen, 60) == set()
}

test_each_fault_has_its_sentence if {
	cases := [
		[{"replicas": 1}, "a/b asks for 1 replicas; a restart needs at least 2"],
		[{"readiness": false}, "a/b has no readiness probe"],
		[{"startup_budget_s": 40}, "detecting and starting a/b may take 1 min; less than 1 min is allowed"],
	]
	every case in cases {
		not restarts.quick(with_change(case[0]), 60)
		restarts.faults("a/b", with_change(case[0]), 60) == {case[1]}
	}
	"detecting a failure of a/b takes 1 min; less than 1 min is allowed" in restarts.faults("a/b", with_change({"detect_s": 60}), 60)
}

test_what_is_missing_is_neither_quick_nor_slow if {
	every field in ["replicas", "readiness", "detect_s", "startup_budget_s", "start_max_ms", "class"] {
		less := object.remove(seen, [field])
		restarts.faults("a/b", less, 60) == set()
		{1 | restarts.quick(less, 60)} == {1 | field == "class"}
	}
}

test_what_is_only_declared_was_never_seen_to_start if {
	declared := object.remove(with_change({"class": "declared"}), ["start_max_ms"])
	restarts.quick(declared, 60)
	not restarts.quick(object.remove(declared, ["class"]), 60)
}

test_only_where_nothing_runs_is_that_said if {
	restarts.none("a/b", []) == {"nothing runs a/b"}
	restarts.none("a/b", [seen]) == set()
}

test_a_start_that_may_have_been_slow_is_a_doubt_and_no_fault if {
	slow := with_change({"start_max_ms": 40000})
	restarts.faults("a/b", slow, 60) == set()
	not restarts.quick(slow, 60)
	restarts.doubt("a/b", slow, 60) == "a start of a/b took up to 40 s, and detecting its failure takes 20 s; together less than 1 min is allowed"
	not restarts.doubt("a/b", seen, 60)
}
