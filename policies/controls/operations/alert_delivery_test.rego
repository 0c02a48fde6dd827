package controls.operations.alert_delivery_test

import data.controls.operations.alert_delivery as control

subject := "alert-delivery/global"

now_s := data.golden.input.taken_at_s

within_s := data.golden.standard.alert_delivery[subject].within_s

route(change) := object.union(
	data.golden.input.alert_route[subject][0],
	object.union({"id": "one", "receiver": "pager", "sends": true, "delivered_s": now_s - 60}, change),
)

found(items) := object.union(data.golden.input, {"alert_route": {subject: items}})

test_pass_in_the_golden_system if {
	given_input := data.golden.input
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.lacking == set()
}

test_pass_exactly_at_the_limit if {
	items := [route({"id": "mute", "receiver": "null", "sends": false, "delivered_s": now_s - 200000}), route({"delivered_s": now_s - within_s})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.lacking == set()
	said.explain[subject] == {
		"the receiver null sends nothing anywhere",
		"the receiver null last delivered 2 d 7 h ago; at most 1 d 2 h is allowed",
		"the receiver pager last delivered 1 d 2 h ago; at most 1 d 2 h is allowed",
	}
	said.cite[subject] == {"one"}
	said.measure[subject] == {{"observed": within_s, "required": within_s, "unit": "s", "better": "lower"}}
}

test_pass_when_delivered_at_this_instant if {
	items := [route({"delivered_s": now_s})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
}

test_fail_one_second_after_the_limit if {
	items := [route({"delivered_s": (now_s - within_s) - 1})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.lacking == {subject}
	said.compliant == set()
	said.cite[subject] == {"one"}
}

test_fail_when_the_receiver_sends_nothing if {
	items := [object.remove(route({"sends": false}), ["delivered_s"])]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.lacking == {subject}
	said.compliant == set()
	said.explain[subject] == {"the receiver pager sends nothing anywhere"}
}

test_nothing_found_is_lacking if {
	items := []
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.lacking == {subject}
	said.compliant == set()
	said.explain[subject] == {"no receiver takes the alerts"}
	not said.measure[subject]
}

test_unknown_when_it_was_delivered_in_the_future if {
	items := [route({"delivered_s": now_s + 1})]
	given_input := found(items)
	given_standard := data.golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.lacking == set()
	said.compliant == set()
}

test_unreadable_when_a_fact_of_the_last_is_missing if {
	every fact in ["sends", "delivered_s"] {
		items := [route({"id": "mute", "sends": false}), object.remove(route({}), [fact])]
		given_input := found(items)
		given_standard := data.golden.standard
		said := control with input as given_input with data.standard as given_standard
		said.lacking == set()
		said.compliant == set()
	}
}
