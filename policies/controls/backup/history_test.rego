package controls.backup.history_test

import data.controls.backup.history as control

subject := "postgresql/us-east-1"

now_s := data.golden.input.taken_at_s

item(change) := object.union(data.golden.input.recovery_points[subject][0], object.union(
	{
		"id": "one",
		"longest_gap_s": 7199,
		"newest_s": data.golden.input.taken_at_s - 3600,
		"oldest_s": (data.golden.input.taken_at_s - 2592000) + 3600,
		"newest_expires_s": data.golden.input.taken_at_s + 3600,
		"newest_kept_s": 2592000,
		"kept_forever": false,
	},
	change,
))

less(field) := object.remove(item({"id": "unreadable"}), [field])

only_subject := {subject: data.golden.standard.backups[subject]}

# A function, because OPA 1.22 mixes up results where `with` itself stands in a loop.
judged(items) := found if {
	found := control with input as data.golden.input
		with input.recovery_points as {subject: items}
		with data.standard.backups as only_subject
}

unproven(items) if {
	found := judged(items)
	not subject in found.compliant
	not subject in found.lacking
}

test_pass_in_the_golden_input if {
	found := control with input as data.golden.input with data.standard as data.golden.standard
	found.compliant == found.subjects
	found.lacking == set()
}

test_pass_exactly_at_the_limits_and_cites_the_good_one_only if {
	found := judged([item({}), item({"id": "gap", "longest_gap_s": 7200})])
	found.compliant == {subject}
	found.lacking == set()
	found.cite == {subject: {"one"}}
	not found.note[subject]
}

test_pass_explains_what_was_observed if {
	found := judged([item({"longest_gap_s": 3600})])
	found.explain == {subject: {
		"the longest gap between two copies is 1 h; less than 2 h is required",
		"the age of the oldest copy is 29 d 23 h; at least 29 d 23 h is required",
	}}
}

test_pass_without_the_age_of_the_system_where_copies_reach_back if {
	judged([object.remove(item({}), ["system_since_s"])]).compliant == {subject}
}

test_pass_of_a_young_system_with_a_note if {
	found := judged([item({"system_since_s": now_s - 864000, "oldest_s": (now_s - 864000) + 3600})])
	found.compliant == {subject}
	found.note == {subject: {"the system is young: a full history can first be proved in 20 d"}}
}

test_fail_of_a_young_system_that_lost_its_first_copies if {
	judged([item({"system_since_s": now_s - 864000, "oldest_s": (now_s - 864000) + 3601})]).lacking == {subject}
}

test_fail_where_all_have_gaps_or_are_short_or_empty if {
	gap := item({"id": "gap", "longest_gap_s": 7200})
	short := item({"id": "short", "oldest_s": (now_s - 2592000) + 3601})
	none := object.remove(item({"id": "none", "count": 0}), ["oldest_s", "longest_gap_s", "newest_expires_s"])
	found := judged([gap, short, none])
	found.lacking == {subject}
	found.compliant == set()
	found.cite == {subject: {"gap", "short", "none"}}
}

test_fail_where_no_copy_was_made_since_and_said if {
	judged([item({"newest_s": now_s - 7199})]).compliant == {subject}
	found := judged([item({"newest_s": now_s - 7200})])
	found.lacking == {subject}
	found.compliant == set()
	"the newest copy is 2 h old; less than 2 h is required" in found.explain[subject]
}

test_kept_for_ever_passes_whatever_is_said_of_an_end if {
	judged([object.remove(item({"kept_forever": true}), ["newest_expires_s", "newest_kept_s"])]).compliant == {subject}
	found := judged([item({"kept_forever": true, "newest_expires_s": now_s + 3599})])
	found.compliant == {subject}
}

test_pass_by_a_late_end_where_nobody_knows_whether_copies_are_kept_for_ever if {
	judged([object.remove(item({}), ["kept_forever"])]).compliant == {subject}
}

test_unknown_where_an_early_end_is_all_that_is_known if {
	unproven([object.remove(item({"newest_expires_s": now_s + 3599}), ["kept_forever"])])
	unproven([object.remove(item({}), ["kept_forever", "newest_expires_s"])])
	unproven([object.remove(item({}), ["newest_expires_s"])])
}

test_fail_where_the_newest_copy_of_each_goes_before_the_next if {
	found := judged([item({"id": "soon", "newest_expires_s": now_s + 3599})])
	found.lacking == {subject}
	found.compliant == set()
	found.cite == {subject: {"soon"}}
	"the newest copy is deleted before the next one is due" in found.explain[subject]
}

test_pass_beside_a_copy_that_was_made_for_an_hour if {
	found := judged([item({}), item({"id": "by hand", "newest_expires_s": now_s + 1800, "newest_kept_s": 3600})])
	found.compliant == {subject}
	found.lacking == set()
	found.cite == {subject: {"one"}}
	not "the newest copy is deleted before the next one is due" in found.explain[subject]
}

test_fail_where_all_are_kept_too_short_and_said if {
	found := judged([item({"newest_kept_s": 604800})])
	found.lacking == {subject}
	"the newest copy will be kept 7 d; at least 30 d is required" in found.explain[subject]
	judged([item({"newest_kept_s": 604800}), item({"id": "two"})]).compliant == {subject}
}

test_unknown_where_the_newest_is_kept_seconds_too_short if {
	unproven([item({"newest_kept_s": 2591999})])
	unproven([item({"newest_kept_s": 2588400})])
}

test_unreadable_is_neither_pass_nor_fail if {
	fields := ["longest_gap_s", "newest_s", "oldest_s", "newest_expires_s", "newest_kept_s"]
	bad := item({"id": "gap", "longest_gap_s": 7200})
	{field | some field in fields; unproven([bad, less(field)])} == {field | some field in fields}
}

test_unknown_where_nobody_knows_how_old_the_system_is if {
	unproven([object.remove(item({"oldest_s": now_s - 7200}), ["system_since_s"])])
}

test_nothing_found_is_lacking_and_said if {
	found := judged([])
	found.lacking == {subject}
	found.explain == {subject: {"there is no copy of postgresql/us-east-1"}}
}
