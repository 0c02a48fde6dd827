package controls.recovery.rpo_restore_test

import data.controls.recovery.rpo_restore as control
import data.golden

subject := "complete-outage/global"

now_s := golden.input.taken_at_s

standard := {"rpo_restore": {subject: {"limit_s": 3600, "components": ["postgresql/us-east-1"], "off_region": true}}}

item(change) := object.union(golden.input.backup_plan["postgresql/us-east-1"][0], change)

without(change, fields) := object.remove(item(change), fields)

given(items) := object.union(golden.input, {"backup_plan": {"postgresql/us-east-1": items}})

fine := {"fires": true, "holds_all": true, "off_cluster": true, "off_region": true, "exposure_s": 3599, "tool": "barman", "id": "good"}

test_pass_golden if {
	given_input := golden.input
	given_standard := golden.standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == said.subjects
	said.lacking == set()
	count(said.subjects) > 0
}

test_pass_just_below_the_limit if {
	given_input := given([item(fine)])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.lacking == set()
}

test_pass_when_one_of_two_is_good if {
	given_input := given([item(object.union(fine, {"fires": false, "id": "bad"})), item(fine)])
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

test_fail_when_two_plans_are_each_good_in_one_half_only if {
	given_input := given([item(object.union(fine, {"off_region": false, "id": "bad"})), item(object.union(fine, {"exposure_s": 3600}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
}

test_fail_by_fires_alone if {
	given_input := given([item(object.union(fine, {"fires": false}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
}

test_fail_by_holds_all_alone if {
	given_input := given([item(object.union(fine, {"holds_all": false}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
}

test_fail_by_off_cluster_alone if {
	given_input := given([item(object.union(fine, {"off_cluster": false}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
}

test_fail_by_off_region_alone if {
	given_input := given([item(object.union(fine, {"off_region": false}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
}

test_fail_by_exposure_s_alone if {
	given_input := given([item(object.union(fine, {"exposure_s": 3600}))])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == {subject}
}

test_unreadable_holds_all_in_the_last_is_neither if {
	given_input := given([item(object.union(fine, {"fires": false, "id": "bad"})), without(fine, ["holds_all"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
}

test_unreadable_off_cluster_in_the_last_is_neither if {
	given_input := given([item(object.union(fine, {"fires": false, "id": "bad"})), without(fine, ["off_cluster"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
}

test_unreadable_off_region_in_the_last_is_neither if {
	given_input := given([item(object.union(fine, {"fires": false, "id": "bad"})), without(fine, ["off_region"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
}

test_unreadable_exposure_s_in_the_last_is_neither if {
	given_input := given([item(object.union(fine, {"fires": false, "id": "bad"})), without(fine, ["exposure_s"])])
	given_standard := standard
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
}

test_explain_says_each_fact if {
	the_input := given([item(object.union(fine, {"fires": false, "holds_all": false, "off_cluster": false, "off_region": false, "exposure_s": 3600}))])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.explain[subject]
	found == {
		"the barman copies of postgresql/us-east-1 are never made",
		"the barman copies do not hold all of postgresql/us-east-1",
		"the barman copies of postgresql/us-east-1 lie in the cluster that they protect",
		"the barman copies of postgresql/us-east-1 lie in its own region",
		"postgresql/us-east-1 may lose 1 h with its barman copies; less than 1 h is allowed",
	}
}

test_explain_that_nothing_was_found if {
	the_input := given([])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.explain[subject]
	found == {"nothing backs up postgresql/us-east-1"}
}

test_cite_only_the_good_when_it_passes if {
	the_input := given([item(object.union(fine, {"fires": false, "id": "bad"})), item(fine)])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.cite[subject]
	found == {"good"}
}

test_cite_the_bad_when_it_fails if {
	the_input := given([item(object.union(fine, {"fires": false, "id": "bad"}))])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.cite[subject]
	found == {"bad"}
}

test_measure_the_best if {
	the_input := given([item(object.union(fine, {"exposure_s": 7200, "id": "bad"})), item(fine)])
	the_standard := standard
	all := control with input as the_input with data.standard as the_standard
	found := all.measure[subject]
	found == {{"observed": 3599, "required": 3600, "unit": "s", "better": "lower"}}
}

test_pass_in_its_own_region_where_the_scenario_leaves_that_standing if {
	near := {"rpo_restore": {subject: {"limit_s": 3600, "components": ["postgresql/us-east-1"], "off_region": false}}}
	given_input := given([item(object.union(fine, {"off_region": false}))])
	given_standard := near
	said := control with input as given_input with data.standard as given_standard
	said.compliant == {subject}
	said.lacking == set()
}

test_unknown_when_the_standard_names_no_components if {
	empty := {"rpo_restore": {subject: {"limit_s": 3600, "components": [], "off_region": true}}}
	given_input := golden.input
	given_standard := empty
	said := control with input as given_input with data.standard as given_standard
	said.compliant == set()
	said.lacking == set()
}
