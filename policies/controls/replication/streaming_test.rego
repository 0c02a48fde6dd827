package controls.replication.streaming_test

import data.controls.replication.streaming as control
import data.golden

subject := "postgresql/eu-west-1"

now_s := golden.input.taken_at_s

standard := {"replication": {subject: {"product": "postgresql", "lag_ms": 5000}}}

item(change) := object.union(golden.input.replica["postgresql/eu-west-1"][0], change)

without(change, fields) := object.remove(item(change), fields)

given(items) := object.union(golden.input, {"replica": {"postgresql/eu-west-1": items}})

fine := {"id": "good", "name": "eu", "product": "postgresql", "cross_region": true, "streaming": true, "apply_delay_s": 0}

test_pass_golden if {
	given_input := golden.input
	given_standard := golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == said.subjects
	said.lacking == set()
	count(said.subjects) > 0
}

test_pass_when_it_streams if {
	given_input := given([item(fine)])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.lacking == set()
}

test_pass_when_one_of_two_streams if {
	given_input := given([item(object.union(fine, {"streaming": false, "id": "bad", "name": "other"})), item(fine)])
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

test_fail_by_streaming_alone if {
	given_input := given([item(object.union(fine, {"streaming": false}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
}

test_fail_by_apply_delay_s_alone if {
	given_input := given([item(object.union(fine, {"apply_delay_s": 1}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
}

test_unreadable_streaming_in_the_last_is_neither if {
	given_input := given([item(object.union(fine, {"streaming": false, "id": "bad", "name": "other"})), without(fine, ["streaming"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
}

test_unreadable_apply_delay_s_in_the_last_is_neither if {
	given_input := given([item(object.union(fine, {"streaming": false, "id": "bad", "name": "other"})), without(fine, ["apply_delay_s"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
}

test_explain_says_each_fact if {
	the_input := given([item(object.union(fine, {"product": "redis", "cross_region": false, "streaming": false, "apply_delay_s": 1}))])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.explain[subject]
	found == {"eu replicates redis, not postgresql", "eu follows a source in its own region", "eu is not streaming", "eu holds changes back for 1 s"}
}

test_explain_that_nothing_was_found if {
	the_input := given([])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.explain[subject]
	found == {"no replica is known in postgresql/eu-west-1"}
}

test_cite_only_the_good_when_it_passes if {
	the_input := given([item(object.union(fine, {"streaming": false, "id": "bad", "name": "other"})), item(fine)])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.cite[subject]
	found == {"good"}
}

test_cite_the_bad_when_it_fails if {
	the_input := given([item(object.union(fine, {"streaming": false, "id": "bad"}))])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.cite[subject]
	found == {"bad"}
}

# What the replica says of itself, and its source of it: that does not see what the replica does with what it is sent.
own := item(object.union(fine, {"id": "west/itself"}))

seen := object.remove(item(object.union(fine, {"id": "east/eu"})), ["apply_delay_s"])

said_of(items) := said if {
	given_input := given(items)
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
}

test_pass_when_both_ends_say_so if {
	said := said_of([own, seen])
	said.compliant == {subject}
	said.cite[subject] == {"west/itself"}
}

test_fail_when_the_replica_itself_says_that_it_is_paused if {
	said := said_of([object.union(own, {"streaming": false}), seen])
	said.compliant == set()
	said.lacking == {subject}
	said.explain[subject] == {"eu is not streaming"}
}

test_unknown_when_the_ends_differ if {
	said := said_of([own, object.union(seen, {"streaming": false})])
	said.compliant == set()
	said.lacking == set()
}

test_unreadable_streaming_of_either_end_is_neither if {
	every items in [
		[own, object.remove(seen, ["streaming"])],
		[object.remove(own, ["streaming"]), seen],
		[object.remove(own, ["streaming"]), object.union(seen, {"streaming": false})],
		[object.remove(own, ["apply_delay_s"]), seen],
	] {
		said := said_of(items)
		said.compliant == set()
		said.lacking == set()
	}
}

test_pass_when_another_of_the_same_name_is_paused if {
	said := said_of([object.union(own, {"id": "other/itself", "streaming": false}), own])
	said.compliant == {subject}
	said.lacking == set()
}
