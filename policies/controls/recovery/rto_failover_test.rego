package controls.recovery.rto_failover_test

import data.controls.recovery.rto_failover as control
import data.golden

subject := "region-failure/global"

now_s := golden.input.taken_at_s

standard := {"rto_failover": {subject: {"limit_s": 151}}}

item(change) := object.union(golden.input.health_check["region-failure/global"][0], change)

without(change, fields) := object.remove(item(change), fields)

fine := {"id": "check", "disabled": false, "interval_s": 30, "threshold": 3}

lead := {"id": "route", "ttl_s": 60}

route(change) := object.union(golden.input.route[subject][0], change)

both(checks, routes) := object.union(golden.input, {"health_check": {subject: checks}, "route": {subject: routes}})

test_pass_golden if {
	given_input := golden.input
	given_standard := golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == said.subjects
	said.lacking == set()
	count(said.subjects) > 0
}

test_pass_just_below_the_limit if {
	given_input := both([item(fine)], [route(lead)])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.lacking == set()
}

test_fail_at_exactly_the_limit if {
	given_input := both([item(fine)], [route({"ttl_s": 61})])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
}

test_the_worst_of_each_counts if {
	given_input := both([item(fine), item(object.union(fine, {"interval_s": 31}))], [route(lead), route({"ttl_s": 10})])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
}

test_a_disabled_check_does_not_count if {
	given_input := both([item(fine), item(object.union(fine, {"interval_s": 300, "disabled": true}))], [route(lead)])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.lacking == set()
}

test_unknown_when_the_check_of_one_record_is_disabled_or_not_there if {
	every check in [{"exists": true, "enabled": false, "inverted": false}, {"exists": false}] {
		other := object.union(object.remove(route(lead), ["health_check"]), {"name": "eu-west-1", "health_check": check})
		given_input := both([item(fine)], [route(lead), other])
		given_standard := standard
		said := control with input as given_input with data.standard as given_standard
		said.compliant == set()
		said.lacking == set()
		said.undetermined[subject] == {"no health check that is switched on takes eu-west-1 out of rotation"}
	}
}

test_unreadable_health_check_of_one_record_is_neither if {
	given_input := both([item(fine)], [route(lead), object.remove(route(lead), ["health_check"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	not said.undetermined[subject]
}

test_fail_when_the_only_check_is_disabled if {
	given_input := both([item(object.union(fine, {"disabled": true}))], [route(lead)])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
}

test_nothing_found_is_lacking if {
	given_input := both([], [])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
}

test_no_record_found_is_lacking if {
	given_input := both([item(fine)], [])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
}

test_unreadable_ttl_of_the_last_is_neither if {
	given_input := both([item(fine)], [route(lead), object.remove(route(lead), ["ttl_s"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
}

test_unreadable_interval_s_of_the_last_is_neither if {
	given_input := both([item(fine), without(fine, ["interval_s"])], [route(lead)])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
}

test_unreadable_threshold_of_the_last_is_neither if {
	given_input := both([item(fine), without(fine, ["threshold"])], [route(lead)])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
}

test_explain_says_the_sum if {
	the_input := both([item(fine)], [route(lead)])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.explain[subject]
	found == {"DNS leads traffic away after 2 min 30 s at the earliest; less than 2 min 31 s is allowed for the whole recovery"}
}

test_explain_that_nothing_was_found if {
	the_input := both([], [])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.explain[subject]
	found == {"no health check that is switched on leads traffic away", "no record leads traffic to a region"}
}

test_cite_both if {
	the_input := both([item(fine)], [route(lead)])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.cite[subject]
	found == {"check", "route"}
}

test_measure_the_sum if {
	the_input := both([item(fine)], [route(lead)])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.measure[subject]
	found == {{"observed": 150, "required": 151, "unit": "s", "better": "lower"}}
}
