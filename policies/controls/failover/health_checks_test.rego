package controls.failover.health_checks_test

import data.controls.failover.health_checks as control
import data.golden

subject := "gateway.kubernaut.io/global"

now_s := golden.input.taken_at_s

standard := {"failover": {subject: {"protocol": "HTTPS", "path": "/healthz", "port": 443, "interval_s": 30, "threshold": 3, "routing": "weighted", "regions": {"eu-west-1": true, "us-east-1": true}}}}

item(change) := object.union(golden.input.health_check["gateway.kubernaut.io/global"][0], change)

without(change, fields) := object.remove(item(change), fields)

given(items) := object.union(golden.input, {"health_check": {"gateway.kubernaut.io/global": items}})

fine := {"id": "good", "name": "one", "disabled": false, "inverted": false, "protocol": "HTTPS", "path": "/healthz", "port": 443, "interval_s": 30, "threshold": 3}

test_pass_golden if {
	given_input := golden.input
	given_standard := golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == said.subjects
	said.lacking == set()
	count(said.subjects) > 0
}

test_pass_at_exactly_the_limits if {
	given_input := given([item(fine), item(object.union(fine, {"id": "two", "name": "two", "target": "us-east-1.gateway.kubernaut.io"}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.lacking == set()
	said.violating == set()
}

test_pass_beside_one_that_is_short if {
	given_input := given([item(fine), item(object.union(fine, {"id": "two", "name": "two", "target": "us-east-1.gateway.kubernaut.io"})), item(object.union(fine, {"id": "bad", "port": 80}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.lacking == set()
	said.violating == set()
}

test_fail_by_violating_when_one_is_disabled if {
	given_input := given([item(fine), item(object.union(fine, {"id": "two", "name": "two", "target": "us-east-1.gateway.kubernaut.io"})), item(object.union(fine, {"id": "bad", "disabled": true}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == {subject}
}

test_fail_by_violating_when_one_is_inverted if {
	given_input := given([item(fine), item(object.union(fine, {"id": "two", "name": "two", "target": "us-east-1.gateway.kubernaut.io"})), item(object.union(fine, {"id": "bad", "inverted": true}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == {subject}
}

test_fail_with_fewer_than_regions if {
	given_input := given([item(fine)])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
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

test_fail_by_protocol_alone if {
	given_input := given([item(object.union(fine, {"id": "two", "name": "two", "target": "us-east-1.gateway.kubernaut.io"})), item(object.union(fine, {"protocol": "HTTP"}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
	said.violating == set()
}

test_fail_by_path_alone if {
	given_input := given([item(object.union(fine, {"id": "two", "name": "two", "target": "us-east-1.gateway.kubernaut.io"})), item(object.union(fine, {"path": "/"}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
	said.violating == set()
}

test_fail_by_port_alone if {
	given_input := given([item(object.union(fine, {"id": "two", "name": "two", "target": "us-east-1.gateway.kubernaut.io"})), item(object.union(fine, {"port": 80}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
	said.violating == set()
}

test_fail_by_interval_s_alone if {
	given_input := given([item(object.union(fine, {"id": "two", "name": "two", "target": "us-east-1.gateway.kubernaut.io"})), item(object.union(fine, {"interval_s": 31}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
	said.violating == set()
}

test_fail_by_threshold_alone if {
	given_input := given([item(object.union(fine, {"id": "two", "name": "two", "target": "us-east-1.gateway.kubernaut.io"})), item(object.union(fine, {"threshold": 4}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
	said.violating == set()
}

test_unreadable_protocol_in_the_last_is_neither if {
	given_input := given([item(object.union(fine, {"id": "two", "name": "two", "target": "us-east-1.gateway.kubernaut.io"})), without(fine, ["protocol"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == set()
}

test_unreadable_path_in_the_last_is_neither if {
	given_input := given([item(object.union(fine, {"id": "two", "name": "two", "target": "us-east-1.gateway.kubernaut.io"})), without(fine, ["path"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == set()
}

test_unreadable_port_in_the_last_is_neither if {
	given_input := given([item(object.union(fine, {"id": "two", "name": "two", "target": "us-east-1.gateway.kubernaut.io"})), without(fine, ["port"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == set()
}

test_unreadable_interval_s_in_the_last_is_neither if {
	given_input := given([item(object.union(fine, {"id": "two", "name": "two", "target": "us-east-1.gateway.kubernaut.io"})), without(fine, ["interval_s"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == set()
}

test_unreadable_threshold_in_the_last_is_neither if {
	given_input := given([item(object.union(fine, {"id": "two", "name": "two", "target": "us-east-1.gateway.kubernaut.io"})), without(fine, ["threshold"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == set()
}

test_explain_says_each_fact if {
	the_input := given([item(object.union(fine, {"protocol": "HTTP", "path": "/", "port": 80, "interval_s": 31, "threshold": 4, "disabled": true, "inverted": true}))])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.explain[subject]
	found == {
		"0 endpoints are watched as the standard asks; 2 regions need one each",
		"one is disabled, so it always counts as healthy",
		"one is inverted, so it leads traffic to what is down",
		"one asks by HTTP; HTTPS must be asked",
		"one asks for /; /healthz must be asked",
		"one asks port 80; 443 must be asked",
		"one asks every 31 s; at most 30 s is allowed",
		"one needs 4 failures; at most 3 are allowed",
	}
}

test_explain_that_nothing_was_found if {
	the_input := given([])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.explain[subject]
	found == {"0 endpoints are watched as the standard asks; 2 regions need one each"}
}

test_cite_only_the_good_when_it_passes if {
	the_input := given([item(fine), item(object.union(fine, {"id": "two", "name": "two", "target": "us-east-1.gateway.kubernaut.io"})), item(object.union(fine, {"id": "bad", "port": 80}))])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.cite[subject]
	found == {"good", "two"}
}

test_cite_the_bad_when_it_fails if {
	the_input := given([item(fine), item(object.union(fine, {"id": "bad", "port": 80}))])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.cite[subject]
	found == {"bad"}
}

test_cite_only_what_violates if {
	the_input := given([item(fine), item(object.union(fine, {"id": "two", "name": "two", "target": "us-east-1.gateway.kubernaut.io"})), item(object.union(fine, {"id": "bad", "disabled": true}))])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.cite[subject]
	found == {"bad"}
}

test_unknown_where_two_checks_watch_one_endpoint if {
	given_input := given([item(fine), item(object.union(fine, {"id": "two", "name": "two"}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == set()
	said.explain[subject] == {"1 endpoints are watched as the standard asks; 2 regions need one each"}
}

test_unknown_where_a_check_asks_for_the_routed_name_itself if {
	given_input := given([item(fine), item(object.union(fine, {"id": "two", "name": "two", "target": "gateway.kubernaut.io"}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
}

test_unreadable_target_is_neither if {
	given_input := given([item(object.union(fine, {"id": "two", "name": "two", "target": "us-east-1.gateway.kubernaut.io"})), without(fine, ["target"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
}
