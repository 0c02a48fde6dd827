package controls.failover.endpoints_test

import data.controls.failover.endpoints as control
import data.golden

subject := "gateway.kubernaut.io/us-east-1"

now_s := golden.input.taken_at_s

standard := {"endpoints": {subject: {"name": "gateway.kubernaut.io"}}}

item(change) := object.union(golden.input.probe["gateway.kubernaut.io/us-east-1"][0], change)

without(change, fields) := object.remove(item(change), fields)

given(items) := object.union(golden.input, {"probe": {"gateway.kubernaut.io/us-east-1": items}})

fine := {"id": "good", "target": "https://gw", "samples": 2, "good": 2, "certificate_expires_s": now_s + 1}

test_pass_golden if {
	given_input := golden.input
	given_standard := golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == said.subjects
	said.lacking == set()
	count(said.subjects) > 0
}

test_pass_while_the_certificate_is_valid if {
	given_input := given([item(fine)])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.lacking == set()
	said.violating == set()
}

test_pass_over_plain_http_where_that_is_asked_for if {
	given_input := given([without({"id": "plain", "target": "http://gw", "samples": 1, "good": 1}, ["certificate_expires_s"])])
	given_standard := object.union(standard, {"failover": {"gateway.kubernaut.io/global": {"protocol": "HTTP"}}})
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.lacking == set()
	said.violating == set()
}

test_unknown_over_plain_http_where_tls_is_asked_for if {
	given_input := given([without({"id": "plain", "target": "http://gw", "samples": 1, "good": 1}, ["certificate_expires_s"])])
	given_standard := object.union(standard, {"failover": {"gateway.kubernaut.io/global": {"protocol": "HTTPS"}}})
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == set()
}

test_fail_by_violating_when_the_certificate_expires_now if {
	given_input := given([item(fine), item(object.union(fine, {"certificate_expires_s": now_s, "id": "bad"}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == {subject}
}

test_fail_when_an_answer_is_missing if {
	given_input := given([item(object.union(fine, {"good": 1}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
	said.violating == set()
}

test_fail_when_one_of_two_probes_misses_an_answer if {
	given_input := given([item(fine), item(object.union(fine, {"good": 1, "id": "bad"}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
	said.violating == set()
}

test_unknown_without_a_sample if {
	given_input := given([item(object.union(fine, {"samples": 0, "good": 0}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == set()
}

test_unreadable_certificate_of_the_last_is_neither if {
	given_input := given([item(fine), without(fine, ["certificate_expires_s"])])
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

test_explain_says_each_fact if {
	the_input := given([item(object.union(fine, {"good": 1, "certificate_expires_s": now_s}))])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.explain[subject]
	found == {"1 of 2 probes of https://gw were answered well", "the certificate of https://gw has expired"}
}

test_explain_that_nothing_was_found if {
	the_input := given([])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.explain[subject]
	found == {"nothing probes gateway.kubernaut.io/us-east-1"}
}

test_cite_every_probe_when_it_passes if {
	the_input := given([item(fine), item(object.union(fine, {"id": "other"}))])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.cite[subject]
	found == {"good", "other"}
}

test_cite_the_bad_when_it_fails if {
	the_input := given([item(fine), item(object.union(fine, {"good": 1, "id": "bad"}))])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.cite[subject]
	found == {"bad"}
}

test_cite_only_what_violates if {
	the_input := given([item(fine), item(object.union(fine, {"certificate_expires_s": now_s, "id": "bad"}))])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.cite[subject]
	found == {"bad"}
}
