package controls.backup.repository_region_test

import data.controls.backup.repository_region as control

subject := "postgresql/us-east-1"

place(change) := object.union(data.golden.input.repository[subject][0], object.union({"id": "place"}, change))

plan(change) := object.union(data.golden.input.backup_plan[subject][0], object.union({"id": "plan"}, change))

only_subject := {subject: data.golden.standard.backups[subject]}

# A function, because OPA 1.22 mixes up results where `with` itself stands in a loop.
judged(places, plans) := found if {
	found := control with input as data.golden.input
		with input.repository as {subject: places}
		with input.backup_plan as {subject: plans}
		with data.standard.backups as only_subject
}

test_pass_in_the_golden_input if {
	found := control with input as data.golden.input with data.standard as data.golden.standard
	found.compliant == found.subjects
	found.lacking == set()
	found.violating == set()
}

test_pass_with_one_place_here_and_one_elsewhere if {
	found := judged([place({}), place({"id": "here", "name": "nearby", "off_region": false})], [plan({})])
	found.compliant == {subject}
	found.violating == set()
	found.cite == {subject: {"place", "plan"}}
	found.explain == {subject: {"bucket kubernaut-backups-eu-west-1 lies in another region"}}
}

test_fail_where_all_places_are_here if {
	found := judged([place({"name": "nearby", "off_region": false})], [plan({})])
	found.lacking == {subject}
	found.compliant == set()
	found.cite == {subject: {"place"}}
	found.explain == {subject: {"bucket nearby lies in the region of what it holds copies of"}}
}

test_fail_by_violating_where_a_bucket_is_not_where_it_is_declared_to_be if {
	found := judged([place({"off_region": false}), place({"id": "other", "name": "elsewhere"})], [plan({})])
	found.violating == {subject}
	found.compliant == set()
	found.lacking == set()
	found.cite == {subject: {"place"}}
}

test_nothing_found_is_lacking_and_said if {
	found := judged([], [plan({})])
	found.lacking == {subject}
	found.explain == {subject: {"there is no place where copies of postgresql/us-east-1 lie"}}
}

test_unreadable_place_is_neither if {
	found := judged([object.remove(place({}), ["off_region"])], [plan({})])
	found.compliant == set()
	found.lacking == set()
	found.violating == set()
}

test_unreadable_plan_is_neither if {
	found := judged([place({}), place({"id": "here", "off_region": false})], [object.remove(plan({}), ["off_region"])])
	found.compliant == set()
	found.lacking == set()
	found.violating == set()
}

test_unreadable_place_that_a_line_names_is_neither_beside_a_good_one if {
	found := judged([object.remove(place({}), ["off_region"]), place({"id": "other", "name": "elsewhere"})], [plan({})])
	found.compliant == set()
	found.lacking == set()
	found.violating == set()
}

test_unreadable_destination_is_neither if {
	found := judged([place({"off_region": false}), place({"id": "other", "name": "elsewhere"})], [object.remove(plan({}), ["destination"])])
	found.compliant == set()
	found.lacking == set()
	found.violating == set()
}

test_pass_beside_a_place_of_unknown_region_that_no_line_names if {
	found := judged([place({}), object.remove(place({"id": "repo", "name": "repo1"}), ["off_region"])], [plan({})])
	found.compliant == {subject}
}

test_unreadable_direction_of_a_line_is_neither_beside_a_good_one if {
	leads_here := object.remove(plan({"id": "here"}), ["off_region"])
	leads_away := plan({"destination": "s3://elsewhere/postgresql"})
	found := judged([place({"off_region": false}), place({"id": "other", "name": "elsewhere"})], [leads_here, leads_away])
	found.compliant == set()
	found.lacking == set()
	found.violating == set()
}
