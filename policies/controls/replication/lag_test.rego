package controls.replication.lag_test

import data.controls.replication.lag as control
import data.golden

subject := "redis/us-east-1"

now_s := golden.input.taken_at_s

standard := {"lag": {subject: {"product": "redis", "lag_ms": 1000}}}

item(change) := object.union(golden.input.replica["redis/us-east-1"][0], change)

without(change, fields) := object.remove(item(change), fields)

given(items) := object.union(golden.input, {"replica": {"redis/us-east-1": items}})

fine := {"id": "good", "name": "follower", "product": "redis", "samples": 2, "lag_p99_ms": 1000}

test_pass_golden if {
	given_input := golden.input
	given_standard := golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == said.subjects
	said.lacking == set()
	count(said.subjects) > 0
}

test_pass_at_exactly_the_limit if {
	given_input := given([item(fine)])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.lacking == set()
	said.violating == set()
}

test_pass_beside_another_product if {
	given_input := given([item(fine), item(object.union(fine, {"product": "postgresql", "lag_p99_ms": 9000}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.lacking == set()
	said.violating == set()
}

test_fail_by_violating_one_millisecond_above if {
	given_input := given([item(fine), item(object.union(fine, {"lag_p99_ms": 1001, "id": "bad"}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == {subject}
}

test_fail_with_another_product_alone if {
	given_input := given([item(object.union(fine, {"product": "postgresql"}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
	said.violating == set()
}

test_unknown_after_one_sample if {
	given_input := given([item(object.union(fine, {"samples": 1}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == set()
}

test_unknown_after_one_sample_above_the_limit if {
	given_input := given([item(object.union(fine, {"samples": 1, "lag_p99_ms": 1001}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == set()
}

test_nothing_found_is_lacking if {
	given_input := given([])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
	said.violating == set()
}

test_unreadable_samples_in_the_last_is_neither if {
	given_input := given([item(fine), without(fine, ["samples"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == set()
}

test_unreadable_lag_p99_ms_in_the_last_is_neither if {
	given_input := given([item(fine), without(fine, ["lag_p99_ms"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == set()
}

test_explain_says_lag_and_limit if {
	the_input := given([item(object.union(fine, {"lag_p99_ms": 1001}))])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.explain[subject]
	found == {"99 % of the lag of follower is within 1001 ms; at most 1000 ms is allowed"}
}

test_explain_that_nothing_was_found if {
	the_input := given([])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.explain[subject]
	found == {"no redis replica is known in redis/us-east-1"}
}

test_undetermined_after_one_sample if {
	the_input := given([item(object.union(fine, {"samples": 1}))])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.undetermined[subject]
	found == {"one sample is no distribution"}
}

test_cite_every_replica_when_it_passes if {
	the_input := given([item(fine), item(object.union(fine, {"id": "other"}))])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.cite[subject]
	found == {"good", "other"}
}

test_cite_only_what_violates if {
	the_input := given([item(fine), item(object.union(fine, {"lag_p99_ms": 1001, "id": "bad"}))])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.cite[subject]
	found == {"bad"}
}

test_measure_the_worst if {
	the_input := given([item(fine), item(object.union(fine, {"lag_p99_ms": 1001, "id": "bad"}))])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.measure[subject]
	found == {{"observed": 1001, "required": 1000, "unit": "ms", "better": "lower"}}
}

test_pass_beside_an_object_that_only_describes_the_replica if {
	object_of_a_cluster := without(object.union(fine, {"id": "cluster", "read": "clusters/us-east-1"}), ["samples", "lag_p50_ms", "lag_p99_ms", "lag_max_ms"])
	given_input := given([item(fine), object_of_a_cluster])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.cite[subject] == {"good"}
}

test_unknown_where_the_replica_is_only_described if {
	object_of_a_cluster := without(object.union(fine, {"read": "clusters/us-east-1"}), ["samples", "lag_p50_ms", "lag_p99_ms", "lag_max_ms"])
	given_input := given([object_of_a_cluster])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == set()
}
