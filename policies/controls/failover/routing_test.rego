package controls.failover.routing_test

import data.controls.failover.routing as control
import data.golden

subject := "gateway.kubernaut.io/global"

now_s := golden.input.taken_at_s

standard := {"failover": {subject: {"protocol": "HTTPS", "path": "/healthz", "port": 443, "interval_s": 30, "threshold": 3, "routing": "weighted", "regions": {"eu-west-1": true, "us-east-1": true}}}}

item(change) := object.union(golden.input.route["gateway.kubernaut.io/global"][0], change)

without(change, fields) := object.remove(item(change), fields)

given(items) := object.union(golden.input, {"route": {"gateway.kubernaut.io/global": items}})

fine := {"id": "good", "name": "us", "region": "us-east-1", "routing": "weighted", "weight": 1, "zone": true, "accepted": true, "health_check": checked}

checked := {"exists": true, "enabled": true, "inverted": false}

test_pass_golden if {
	given_input := golden.input
	given_standard := golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == said.subjects
	said.lacking == set()
	count(said.subjects) > 0
}

test_pass_with_a_record_for_each_region if {
	given_input := given([item(fine), item(object.union(fine, {"id": "eu", "region": "eu-west-1"}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.lacking == set()
	said.violating == set()
}

test_pass_beside_one_that_is_drained if {
	given_input := given([item(fine), item(object.union(fine, {"id": "eu", "region": "eu-west-1"})), item(object.union(fine, {"id": "bad", "weight": 0}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.lacking == set()
	said.violating == set()
}

test_fail_when_a_region_has_none if {
	given_input := given([item(fine)])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
	said.violating == set()
}

test_fail_by_violating_when_one_is_not_accepted if {
	given_input := given([item(fine), item(object.union(fine, {"id": "eu", "region": "eu-west-1"})), item(object.union(fine, {"id": "bad", "accepted": false}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == {subject}
}

test_fail_by_violating_when_its_check_does_not_exist if {
	given_input := given([item(fine), item(object.union(fine, {"id": "eu", "region": "eu-west-1"})), item(object.union(fine, {"id": "bad", "health_check": object.union(checked, {"exists": false})}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == {subject}
}

test_fail_when_its_check_is_disabled if {
	given_input := given([item(object.union(fine, {"id": "eu", "region": "eu-west-1"})), item(object.union(fine, {"health_check": object.union(checked, {"enabled": false})}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
	said.violating == set()
}

test_fail_when_its_check_is_inverted if {
	given_input := given([item(object.union(fine, {"id": "eu", "region": "eu-west-1"})), item(object.union(fine, {"health_check": object.union(checked, {"inverted": true})}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
	said.violating == set()
}

test_unreadable_enabled_of_the_last_is_neither if {
	given_input := given([item(object.union(fine, {"id": "eu", "region": "eu-west-1"})), object.union(without(fine, ["health_check"]), {"health_check": object.remove(checked, ["enabled"])})])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == set()
}

test_unreadable_inverted_of_the_last_is_neither if {
	given_input := given([item(object.union(fine, {"id": "eu", "region": "eu-west-1"})), object.union(without(fine, ["health_check"]), {"health_check": object.remove(checked, ["inverted"])})])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == set()
}

test_unreadable_check_of_another_is_neither if {
	given_input := given([item(object.union(fine, {"id": "eu", "region": "eu-west-1"})), item(fine), without(fine, ["health_check"])])
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

test_fail_by_routing_alone if {
	given_input := given([item(object.union(fine, {"id": "eu", "region": "eu-west-1"})), item(object.union(fine, {"routing": "simple"}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
	said.violating == set()
}

test_fail_by_weight_alone if {
	given_input := given([item(object.union(fine, {"id": "eu", "region": "eu-west-1"})), item(object.union(fine, {"weight": 0}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
	said.violating == set()
}

test_fail_by_zone_alone if {
	given_input := given([item(object.union(fine, {"id": "eu", "region": "eu-west-1"})), item(object.union(fine, {"zone": false}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
	said.violating == set()
}

test_unreadable_region_in_the_last_is_neither if {
	given_input := given([item(object.union(fine, {"id": "eu", "region": "eu-west-1"})), without(fine, ["region"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == set()
}

test_unreadable_weight_in_the_last_is_neither if {
	given_input := given([item(object.union(fine, {"id": "eu", "region": "eu-west-1"})), without(fine, ["weight"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == set()
}

test_unreadable_zone_in_the_last_is_neither if {
	given_input := given([item(object.union(fine, {"id": "eu", "region": "eu-west-1"})), without(fine, ["zone"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == set()
}

test_unreadable_health_check_in_the_last_is_neither if {
	given_input := given([item(object.union(fine, {"id": "eu", "region": "eu-west-1"})), without(fine, ["health_check"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == set()
}

test_explain_says_each_fact if {
	the_input := given([item(object.union(fine, {"accepted": false, "routing": "simple", "zone": false, "health_check": {"exists": false, "enabled": false, "inverted": true}}))])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.explain[subject]
	found == {
		"no record leads traffic to eu-west-1 as the standard asks",
		"no record leads traffic to us-east-1 as the standard asks",
		"us is not accepted",
		"us has no health check that exists",
		"us is simple; it must be weighted",
		"the zone of us does not exist",
		"the health check of us is disabled",
		"the health check of us is inverted",
	}
}

test_explain_a_weight_of_zero if {
	the_input := given([item(object.union(fine, {"id": "eu", "region": "eu-west-1"})), item(object.union(fine, {"weight": 0}))])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.explain[subject]
	found == {"us has weight 0 and is out of rotation", "no record leads traffic to us-east-1 as the standard asks"}
}

test_explain_that_nothing_was_found if {
	the_input := given([])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.explain[subject]
	found == {"no record leads traffic to eu-west-1 as the standard asks", "no record leads traffic to us-east-1 as the standard asks"}
}

test_cite_only_the_good_when_it_passes if {
	the_input := given([item(fine), item(object.union(fine, {"id": "eu", "region": "eu-west-1"})), item(object.union(fine, {"id": "bad", "weight": 0}))])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.cite[subject]
	found == {"good", "eu"}
}

test_cite_the_bad_when_it_fails if {
	the_input := given([item(object.union(fine, {"id": "eu", "region": "eu-west-1"})), item(object.union(fine, {"id": "bad", "weight": 0}))])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.cite[subject]
	found == {"bad"}
}

test_cite_only_what_violates if {
	the_input := given([item(fine), item(object.union(fine, {"id": "eu", "region": "eu-west-1"})), item(object.union(fine, {"id": "bad", "accepted": false}))])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.cite[subject]
	found == {"bad"}
}

test_a_weight_counts_for_weighted_records_only if {
	failing_over := {"failover": {subject: object.union(standard.failover[subject], {"routing": "failover"})}}
	records := [object.remove(object.union(fine, {"routing": "failover", "region": region, "id": region}), ["weight"]) | some region in ["us-east-1", "eu-west-1"]]
	given_input := given(records)
	given_standard := failing_over
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
}
