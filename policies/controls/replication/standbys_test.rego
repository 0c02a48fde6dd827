package controls.replication.standbys_test

import data.controls.replication.standbys as control
import data.golden

subject := "postgresql/us-east-1"

standard := {"rpo_no_loss": {"service-failure/us-east-1": {"databases": [subject]}}}

given(items) := object.union(golden.input, {"replica": {subject: items}})

fine := {"id": "good", "class": "observed", "read": "postgres@a/us-east-1", "name": "one", "product": "postgresql", "streaming": true}

primary := {"id": "primary", "class": "observed", "read": "postgres@a/us-east-1", "role": "primary", "lost_slots": 0}

beside(databases) := object.union(given([]), {"database": {subject: databases}})

without(change, fields) := object.remove(change, fields)

test_pass_golden if {
	given_input := golden.input
	given_standard := golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == said.subjects
	count(said.subjects) > 0
}

test_pass_when_it_streams if {
	given_input := given([fine])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.lacking == set()
	said.violating == set()
	said.cite[subject] & {"good"} == {"good"}
}

test_unknown_when_one_of_two_sources_does_not_know if {
	given_input := given([fine, without(object.union(fine, {"id": "other"}), ["streaming"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == set()
}

test_fail_by_violating_when_one_of_two_does_not if {
	given_input := given([fine, object.union(fine, {"id": "bad", "name": "two", "streaming": false})])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == {subject}
	said.cite[subject] == {"bad"}
	said.explain[subject] == {"two does not stream from postgresql/us-east-1"}
}

test_fail_by_violating_when_the_sources_differ if {
	given_input := given([fine, object.union(fine, {"id": "bad", "streaming": false})])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == {subject}
}

test_fail_when_the_primary_says_that_nothing_follows if {
	given_input := beside([primary])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
	said.violating == set()
	said.explain[subject] == {"nothing follows postgresql/us-east-1"}
	said.cite[subject] == {"primary"}
}

test_unknown_where_no_primary_was_asked if {
	given_input := beside([])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == set()
}

test_unknown_where_only_a_standby_was_asked if {
	given_input := beside([object.union(primary, {"role": "standby"})])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == set()
}

test_unreadable_streaming_of_the_second_is_neither if {
	given_input := given([fine, without(object.union(fine, {"id": "other", "name": "two"}), ["streaming"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
	said.violating == set()
}
