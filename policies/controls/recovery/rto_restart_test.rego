package controls.recovery.rto_restart_test

import data.controls.recovery.rto_restart as control
import data.golden

subject := "single-pod-failure/us-east-1"

now_s := golden.input.taken_at_s

standard := {"rto_restart": {subject: {"limit_s": 60, "workloads": ["gateway/us-east-1"]}}}

item(change) := object.union(golden.input.workload["gateway/us-east-1"][0], change)

without(change, fields) := object.remove(item(change), fields)

given(items) := object.union(golden.input, {"workload": {"gateway/us-east-1": items}})

fine := {"replicas": 2, "readiness": true, "detect_s": 20, "startup_budget_s": 39, "start_max_ms": 39999, "class": "observed", "id": "good"}

test_pass_golden if {
	given_input := golden.input
	given_standard := golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == said.subjects
	said.lacking == set()
	count(said.subjects) > 0
}

test_pass_when_the_floor_is_just_below_the_limit if {
	given_input := given([item(fine)])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.lacking == set()
}

test_pass_when_one_of_two_is_quick if {
	given_input := given([item(object.union(fine, {"replicas": 1, "id": "bad"})), item(fine)])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.lacking == set()
}

test_fail_when_the_floor_is_exactly_the_limit if {
	given_input := given([item(object.union(fine, {"startup_budget_s": 40}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
}

test_fail_when_detection_alone_takes_the_limit if {
	given_input := given([without(object.union(fine, {"detect_s": 60}), ["startup_budget_s"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
}

test_unknown_when_only_detection_is_known_and_is_below_the_limit if {
	given_input := given([without(object.union(fine, {"detect_s": 59}), ["startup_budget_s", "start_max_ms"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
}

test_fail_with_one_replica if {
	given_input := given([item(object.union(fine, {"replicas": 1}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
}

test_fail_without_a_readiness_probe if {
	given_input := given([item(object.union(fine, {"readiness": false}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
}

test_nothing_found_is_lacking if {
	given_input := given([])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
}

test_unknown_when_a_start_may_have_taken_too_long_and_it_is_said if {
	given_input := given([item(object.union(fine, {"start_max_ms": 40000}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.undetermined[subject] == {"a start of gateway/us-east-1 took up to 40 s, and detecting its failure takes 20 s; together less than 1 min is allowed"}
}

test_unknown_when_what_runs_was_never_seen_to_start if {
	given_input := given([without(fine, ["start_max_ms"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
}

test_pass_of_what_is_only_declared_by_what_it_declares if {
	given_input := given([without(object.union(fine, {"class": "declared"}), ["start_max_ms"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
}

test_unreadable_replicas_in_the_last_is_neither if {
	given_input := given([item(object.union(fine, {"replicas": 1, "id": "bad"})), without(fine, ["replicas"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
}

test_unreadable_readiness_in_the_last_is_neither if {
	given_input := given([item(object.union(fine, {"replicas": 1, "id": "bad"})), without(fine, ["readiness"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
}

test_unreadable_detect_s_in_the_last_is_neither if {
	given_input := given([item(object.union(fine, {"replicas": 1, "id": "bad"})), without(fine, ["detect_s"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
}

test_unreadable_startup_budget_s_in_the_last_is_neither if {
	given_input := given([item(object.union(fine, {"replicas": 1, "id": "bad"})), without(fine, ["startup_budget_s"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
}

test_explain_says_each_fact if {
	the_input := given([without(object.union(fine, {"replicas": 1, "readiness": false, "detect_s": 70, "startup_budget_s": 40}), ["start_max_ms"])])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.explain[subject]
	found == {"gateway/us-east-1 asks for 1 replicas; a restart needs at least 2", "gateway/us-east-1 has no readiness probe", "detecting and starting gateway/us-east-1 may take 1 min 50 s; less than 1 min is allowed", "detecting a failure of gateway/us-east-1 takes 1 min 10 s; less than 1 min is allowed"}
}

test_explain_that_nothing_was_found if {
	the_input := given([])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.explain[subject]
	found == {"nothing runs gateway/us-east-1"}
}

test_cite_only_the_good_when_it_passes if {
	the_input := given([item(object.union(fine, {"replicas": 1, "id": "bad"})), item(fine)])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.cite[subject]
	found == {"good"}
}

test_cite_all_the_bad_when_it_fails if {
	the_input := given([item(object.union(fine, {"replicas": 1, "id": "bad"})), item(object.union(fine, {"replicas": 0, "id": "worse"}))])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.cite[subject]
	found == {"bad", "worse"}
}

test_measure_the_floor_of_the_best if {
	the_input := given([item(object.union(fine, {"startup_budget_s": 50, "id": "bad"})), item(fine)])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.measure[subject]
	found == {{"observed": 59, "required": 60, "unit": "s", "better": "lower"}}
}

test_unknown_when_the_standard_names_no_workloads if {
	empty := {"rto_restart": {subject: {"limit_s": 60, "workloads": []}}}
	given_input := golden.input
	given_standard := empty
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
}
