package controls.recovery.rpo_failover_test

import data.controls.recovery.rpo_failover as control
import data.golden

subject := "region-failure/global"

now_s := golden.input.taken_at_s

standard := {"rpo_failover": {subject: {"limit_s": 300, "replicas": ["postgresql/eu-west-1"]}}}

item(change) := object.union(golden.input.replica["postgresql/eu-west-1"][0], change)

without(change, fields) := object.remove(item(change), fields)

given(items) := object.union(golden.input, {"replica": {"postgresql/eu-west-1": items}})

fine := {"product": "postgresql", "cross_region": true, "exposure_s": 299, "apply_delay_s": 299, "name": "eu", "id": "good"}

test_pass_golden if {
	given_input := golden.input
	given_standard := golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == said.subjects
	said.lacking == set()
	count(said.subjects) > 0
}

test_pass_just_below_the_limit if {
	given_input := given([item(fine)])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.lacking == set()
}

test_pass_when_one_of_two_is_good if {
	given_input := given([item(object.union(fine, {"exposure_s": 300, "id": "bad"})), item(fine)])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.lacking == set()
}

test_nothing_found_is_lacking if {
	given_input := given([])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
}

test_fail_by_product_alone if {
	given_input := given([item(object.union(fine, {"product": "redis"}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
}

test_fail_by_cross_region_alone if {
	given_input := given([item(object.union(fine, {"cross_region": false}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
}

test_fail_by_exposure_s_alone if {
	given_input := given([item(object.union(fine, {"exposure_s": 300}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
}

test_fail_by_apply_delay_s_alone if {
	given_input := given([item(object.union(fine, {"apply_delay_s": 300}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
}

test_unreadable_exposure_s_in_the_last_is_neither if {
	given_input := given([item(object.union(fine, {"exposure_s": 300, "id": "bad"})), without(fine, ["exposure_s"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
}

test_unreadable_apply_delay_s_in_the_last_is_neither if {
	given_input := given([item(object.union(fine, {"exposure_s": 300, "id": "bad"})), without(fine, ["apply_delay_s"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
}

test_explain_says_each_fact if {
	the_input := given([item(object.union(fine, {"product": "redis", "cross_region": false, "exposure_s": 300, "apply_delay_s": 300}))])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.explain[subject]
	found == {"eu in postgresql/eu-west-1 replicates redis", "eu follows a source in its own region", "eu may lose 5 min; less than 5 min is allowed", "eu holds changes back for 5 min; less than 5 min is allowed"}
}

test_explain_that_nothing_was_found if {
	the_input := given([])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.explain[subject]
	found == {"no replica is known in postgresql/eu-west-1"}
}

test_cite_only_the_good_when_it_passes if {
	the_input := given([item(object.union(fine, {"exposure_s": 300, "id": "bad"})), item(fine)])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.cite[subject]
	found == {"good"}
}

test_cite_the_bad_when_it_fails if {
	the_input := given([item(object.union(fine, {"exposure_s": 300, "id": "bad"}))])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.cite[subject]
	found == {"bad"}
}

test_measure_the_best if {
	the_input := given([item(object.union(fine, {"exposure_s": 300, "id": "bad"})), item(fine)])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.measure[subject]
	found == {{"observed": 299, "required": 300, "unit": "s", "better": "lower"}}
}

test_unknown_when_the_standard_names_no_replicas if {
	empty := {"rpo_failover": {subject: {"limit_s": 300, "replicas": []}}}
	given_input := golden.input
	given_standard := empty
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
}

described := {"id": "object", "name": "object", "class": "observed", "read": "clusters/eu-west-1", "exposure_s": 0, "apply_delay_s": 0}

no_samples := ["samples", "lag_p50_ms", "lag_p99_ms", "lag_max_ms"]

test_fail_where_what_is_measured_is_far_behind_whatever_an_object_says if {
	given_input := given([without(described, no_samples), item(object.union(fine, {"id": "bad", "exposure_s": 300}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
}

test_pass_where_one_of_two_that_are_measured_is_close if {
	given_input := given([without(described, no_samples), item(fine), item(object.union(fine, {"id": "bad", "exposure_s": 300}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.lacking == set()
}

test_unreadable_measurement_beside_an_object_is_neither if {
	given_input := given([without(described, no_samples), without(fine, ["exposure_s"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
}

test_pass_by_an_object_where_only_a_replica_of_its_own_region_is_measured if {
	given_input := given([without(described, no_samples), item(object.union(fine, {"id": "local", "cross_region": false}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.lacking == set()
}
