package controls.replication.latency_test

import data.controls.replication.latency as control
import data.golden

subject := "cross-region/global"

now_s := golden.input.taken_at_s

standard := {"latency": {subject: {"latency_ms": 150}}}

item(change) := object.union(golden.input.probe["cross-region/global"][0], change)

without(change, fields) := object.remove(item(change), fields)

given(items) := object.union(golden.input, {"probe": {"cross-region/global": items}})

fine := {"id": "good", "target": "us - eu", "samples": 2, "good": 2, "p99_ms": 150}

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
}

test_fail_one_millisecond_above if {
	given_input := given([item(object.union(fine, {"p99_ms": 151}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
}

test_fail_when_one_of_two_ways_is_slow if {
	given_input := given([item(fine), item(object.union(fine, {"p99_ms": 151, "id": "bad"}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
}

test_fail_when_an_answer_is_missing if {
	given_input := given([item(object.union(fine, {"good": 1}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
}

test_unknown_after_one_sample if {
	given_input := given([item(object.union(fine, {"samples": 1, "good": 1, "p99_ms": 151}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
}

test_unreadable_latency_of_the_last_is_neither if {
	given_input := given([item(fine), without(fine, ["p99_ms"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
}

test_nothing_found_is_lacking if {
	given_input := given([])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
}

test_explain_says_each_fact if {
	the_input := given([item(object.union(fine, {"good": 1, "p99_ms": 151}))])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.explain[subject]
	found == {"1 of 2 probes of us - eu were answered", "99 % of the answers of us - eu take up to 151 ms; at most 150 ms is allowed"}
}

test_explain_that_nothing_was_found if {
	the_input := given([])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.explain[subject]
	found == {"nothing measures the way between the regions"}
}

test_undetermined_after_one_sample if {
	the_input := given([item(object.union(fine, {"samples": 1, "good": 1}))])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.undetermined[subject]
	found == {"one sample is no distribution"}
}

test_cite_every_way if {
	the_input := given([item(fine), item(object.union(fine, {"id": "other"}))])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.cite[subject]
	found == {"good", "other"}
}

test_measure_the_worst if {
	the_input := given([item(fine), item(object.union(fine, {"p99_ms": 151, "id": "bad"}))])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.measure[subject]
	found == {{"observed": 151, "required": 150, "unit": "ms", "better": "lower"}}
}

test_unreadable_samples_of_a_slow_way_are_neither if {
	given_input := given([without(object.union(fine, {"p99_ms": 151}), ["samples"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
}
