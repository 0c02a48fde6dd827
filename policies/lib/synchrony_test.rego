package lib.synchrony_test

import data.lib.synchrony

said(fields) := object.union({"class": "observed", "read": "clusters/us-east-1", "role": "primary"}, fields)

asked(fields) := object.union(said({"read": "postgres@10.0.0.5:5432/us-east-1", "lost_slots": 0}), fields)

test_safe_with_a_standby_that_is_required if synchrony.safe(said({"synchronous": 1, "synchronous_required": true}))

test_neither_where_a_fact_is_missing if {
	not synchrony.safe(said({"synchronous": 1}))
	not synchrony.safe(said({"synchronous_required": true}))
	not synchrony.loose(asked({"synchronous_required": true}))
}

test_only_a_server_is_loose if {
	synchrony.loose(asked({"synchronous": 0}))
	not synchrony.loose(said({"synchronous": 0}))
	not synchrony.loose(asked({"synchronous": 0, "role": "standby"}))
}

test_who_says_nothing_against_it if {
	synchrony.calm(said({"synchronous": 1, "synchronous_required": true}))
	synchrony.calm(said({"role": "standby", "synchronous": 0}))
	synchrony.calm(said({"detect_s": 30}))
	synchrony.calm(asked({"synchronous": 1}))
	not synchrony.calm(asked({"synchronous": 1, "synchronous_required": false}))
	not synchrony.calm(asked({"synchronous_required": true}))
	not synchrony.calm(asked({}))
	not synchrony.calm(said({"synchronous_required": false}))
	not synchrony.calm(said({"synchronous": 1}))
}

test_faults_in_words if {
	said_of := synchrony.faults("db/a", said({"role": "standby", "synchronous": 0, "synchronous_required": false}))
	count(said_of) == 3
}
