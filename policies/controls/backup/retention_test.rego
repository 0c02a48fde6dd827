package controls.backup.retention_test

import data.controls.backup.retention as control

subject := "postgresql/us-east-1"

plan(change) := object.union(data.golden.input.backup_plan[subject][0], object.union(
	{"id": "plan", "tool": "barman-cloud", "keep_source": "ObjectStore spec.retentionPolicy", "max_gap_s": 3600, "elapsed_gap_s": 3600, "keep_s": 2592000},
	change,
))

less(field) := object.remove(plan({"id": "unreadable"}), [field])

test_pass_in_the_golden_input if {
	control.compliant == control.subjects with input as data.golden.input with data.standard as data.golden.standard
	control.lacking == set() with input as data.golden.input with data.standard as data.golden.standard
}

only_subject := {subject: data.golden.standard.backups[subject]}

# A function, because OPA 1.22 mixes up results where `with` itself stands in a loop.
judged(plans) := found if {
	found := control with input as data.golden.input
		with input.backup_plan as {subject: plans}
		with data.standard.backups as only_subject
}

test_no_entry_at_all_is_lacking if {
	found := control with input as {"backup_plan": {}, "taken_at_s": 0}
		with data.standard.backups as only_subject
	found.lacking == {subject}
}

test_pass_exactly_at_the_limits_and_cites_the_good_plan_only if {
	plans := [plan({"id": "rare", "max_gap_s": 3601}), plan({"id": "good"})]
	found := judged(plans)
	found.compliant == {subject}
	found.lacking == set()
	found.cite == {subject: {"good"}}
}

test_fail_by_each_bad_fact if {
	cases := [
		[{"fires": false}, "barman-cloud never makes a copy: no schedule of it ever fires"],
		[{"holds_all": false, "not_held": ["roles"]}, "barman-cloud does not copy everything: not roles"],
		[{"keep_s": 2591999}, "copies by barman-cloud are kept 29 d 23 h (ObjectStore spec.retentionPolicy); at least 30 d is required"],
	]
	found := judged([plan(object.union({"id": sentence}, change)) | some [change, sentence] in cases])
	found.compliant == set()
	found.lacking == {subject}
	found.explain == {subject: {sentence | some [_, sentence] in cases}}
	found.cite == {subject: {sentence | some [_, sentence] in cases}}
	{sentence | some [change, sentence] in cases; judged([plan(change)]).lacking == {subject}} == found.cite[subject]
}

test_unreadable_is_neither_pass_nor_fail if {
	fields := ["holds_all", "max_gap_s", "keep_s", "kept_forever"]
	bad := plan({"max_gap_s": 7200})
	{field | some field in fields; judged([bad, less(field)]).compliant == set()} == {field | some field in fields}
	{field | some field in fields; judged([bad, less(field)]).lacking == set()} == {field | some field in fields}
}

test_nothing_found_is_lacking_and_said if {
	found := judged([])
	found.lacking == {subject}
	found.explain == {subject: {sprintf("nothing backs up %s", [subject])}}
}

test_a_number_of_copies_is_no_time if {
	plans := [object.remove(plan({"keep_copies": 9000}), ["keep_s"])]
	found := judged(plans)
	found.compliant == set()
	found.lacking == set()
}

test_a_rare_plan_kept_long_and_a_frequent_one_kept_short_do_not_add_up if {
	plans := [plan({"keep_s": 1}), plan({"max_gap_s": 86400, "kept_forever": true})]
	found := judged(plans)
	found.lacking == {subject}
}

test_kept_for_ever_passes if {
	plans := [object.remove(plan({"kept_forever": true}), ["keep_s", "keep_source"])]
	found := judged(plans)
	found.compliant == {subject}
	found.explain == {subject: {"copies by barman-cloud are kept until somebody deletes them; at least 30 d is required"}}
	not found.measure[subject]
}

test_measure_is_the_longest_kept_of_the_frequent_plans if {
	plans := [plan({"keep_s": 60}), plan({"keep_s": 120}), plan({"keep_s": 9000000, "max_gap_s": 3601})]
	found := judged(plans)
	found.measure == {subject: {{"observed": 120, "required": 2592000, "unit": "s", "better": "higher"}}}
}

test_pass_of_the_most_frequent_line_whose_pace_is_for_the_frequency_to_judge if {
	found := judged([plan({"max_gap_s": 7200}), plan({"id": "rarer", "max_gap_s": 86400})])
	found.compliant == {subject}
	found.lacking == set()
	found.cite == {subject: {"plan"}}
}

test_fail_of_the_rarer_line_where_the_more_frequent_one_is_bad if {
	found := judged([plan(object.union({"max_gap_s": 7200}, {"keep_s": 1})), plan({"id": "rarer", "max_gap_s": 86400})])
	found.compliant == set()
	found.lacking == {subject}
	"the longest gap between two copies by barman-cloud is 1 d; at most 1 h is allowed" in found.explain[subject]
}

test_unknown_where_a_line_of_unknown_pace_may_be_the_most_frequent if {
	found := judged([plan({"max_gap_s": 7200}), object.remove(plan({"id": "other"}), ["max_gap_s"])])
	found.compliant == set()
	found.lacking == set()
}

test_unknown_where_a_line_of_unknown_content_may_be_the_most_frequent if {
	found := judged([plan({"max_gap_s": 7200}), object.remove(plan({"id": "other", "max_gap_s": 60, "keep_s": 1}), ["holds_all"])])
	found.compliant == set()
	found.lacking == set()
}
