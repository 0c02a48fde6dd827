package lib.databases_test

import data.lib.databases

said(fields) := object.union({"class": "observed", "read": "postgres@10.0.0.5:5432/us-east-1"}, fields)

test_databases_of_both_sections_that_are_restored if {
	given_standard := {
		"rpo_no_loss": {"service-failure/a": {"databases": ["postgresql/a"]}},
		"rpo_restore": {"complete-outage/global": {"components": ["postgresql/a", "postgresql/b", "configmaps/a"]}},
		"restores": {"postgresql/a": {"every_s": 1}, "postgresql/b": {"every_s": 1}},
	}
	databases.of(given_standard) == {"postgresql/a", "postgresql/b"}
}

test_databases_where_a_section_is_missing if databases.of({"restores": {"postgresql/a": {"every_s": 1}}}) == set()

test_a_server_was_asked_itself if {
	databases.asked_itself(said({}))
	databases.server(said({"lost_slots": 0}))
	databases.server(said({"checksums": false}))
}

test_an_object_was_not if {
	not databases.asked_itself(said({"read": "clusters/us-east-1"}))
	not databases.asked_itself(said({"class": "declared"}))
	not databases.server(said({"read": "clusters/us-east-1", "checksums": true}))
}

test_patroni_is_no_server if not databases.server(said({"synchronous": 1}))

test_who_speaks_of_the_log if {
	databases.sender(said({"pending_s": 0}))
	databases.sender(said({"timeout_s": 60, "failing": false}))
	not databases.sender(said({"failing": false}))
	not databases.sender(said({"read": "clusters/us-east-1", "timeout_s": 60}))
	databases.tool(said({"missing": 0}))
	databases.tool(said({}))
	not databases.tool(said({"failing": false}))
	not databases.tool(said({"timeout_s": 60}))
	not databases.tool(said({"read": "clusters/us-east-1"}))
}

test_who_stands_by if {
	databases.bystander(said({"missing": 0}))
	databases.bystander(said({"failing": false}))
	not databases.bystander(said({}))
	not databases.bystander(said({"failing": true}))
	not databases.bystander(said({"timeout_s": 60, "failing": false}))
	databases.bystander(said({"read": "clusters/us-east-1", "timeout_s": 60, "failing": false}))
	not databases.bystander(said({"read": "clusters/us-east-1", "timeout_s": 60}))
}

test_what_measures_lag if {
	databases.measured(said({"name": "a"}))
	databases.measured(said({"read": "clusters/us-east-1", "lag_max_ms": 4}))
	not databases.measured(said({"read": "clusters/us-east-1", "name": "a"}))
}
