package lib.points_test

import data.lib.points

now_s := 1000000

rule := {"every_s": 3600, "keep_s": 86400}

good := {
	"count": 24, "newest_s": 996400, "oldest_s": 917200, "system_since_s": 0, "longest_gap_s": 3600,
	"newest_expires_s": 1003600, "kept_forever": false, "newest_kept_s": 86400,
	"whole_by": "bytes", "newest_bytes": 500, "median_bytes": 1000,
}

with_change(change) := object.union(good, change)

instant := {"longest_s": 0}

slow := {"longest_s": 60}

all_kinds := {"gap", "stopped", "reach", "expires", "kept", "whole"}

test_exactly_at_the_limits_is_good if {
	points.fresh(good, [instant, slow], rule, now_s)
	points.whole(good)
	points.reaches_back(good, rule, now_s)
	points.lasts(good, rule, now_s)
	points.keeps(good, rule)
	points.stays(good, rule, now_s)
	not points.stale(good, [instant, slow], rule, now_s)
	not points.torn(good)
	not points.starts_late(good, rule, now_s)
	not points.expires_early(good, rule, now_s)
	not points.dropped(good, rule)
	points.unbroken(with_change({"newest_s": now_s - 7199}), rule, now_s)
	not points.broken(with_change({"newest_s": now_s - 7199}), rule, now_s)
}

test_one_beyond_the_limits_is_bad if {
	bad := {"newest_s": 996399, "oldest_s": 917201, "newest_expires_s": 1003599, "newest_kept_s": 82799, "newest_bytes": 499}
	series := with_change(bad)
	points.stale(series, [instant], rule, now_s)
	points.torn(series)
	points.starts_late(series, rule, now_s)
	points.expires_early(series, rule, now_s)
	points.dropped(series, rule)
	points.broken(with_change({"newest_s": now_s - 7200}), rule, now_s)
	not points.unbroken(with_change({"newest_s": now_s - 7200}), rule, now_s)
	not points.keeps(series, rule)
	not points.stays(series, rule, now_s)
	not points.fresh(series, [instant], rule, now_s)
	not points.whole(series)
	not points.reaches_back(series, rule, now_s)
	not points.lasts(series, rule, now_s)
}

test_between_the_limits_of_two_lines_of_runs_it_is_neither_fresh_nor_stale if {
	series := with_change({"newest_s": 996399})
	not points.fresh(series, [instant, slow], rule, now_s)
	not points.stale(series, [instant, slow], rule, now_s)
}

test_without_a_run_it_can_be_stale_and_not_fresh if {
	not points.fresh(good, [], rule, now_s)
	not points.stale(good, [], rule, now_s)
	not points.stale(with_change({"newest_s": 992800}), [], rule, now_s)
	points.stale(with_change({"newest_s": 992799}), [], rule, now_s)
}

test_from_the_future_it_is_neither if {
	series := with_change({"newest_s": now_s + 1})
	not points.fresh(series, [instant], rule, now_s)
	not points.stale(series, [instant], rule, now_s)
}

test_the_youngest_is_whole_and_not_of_the_future if {
	shrunk := with_change({"newest_s": now_s, "newest_bytes": 499})
	future := with_change({"newest_s": now_s + 1})
	points.youngest_s([shrunk, future, good, with_change({"newest_s": 0})], now_s) == 3600
	not points.youngest_s([shrunk, future], now_s)
}

test_copies_of_a_young_system_reach_back_to_its_start if {
	points.start_s(with_change({"system_since_s": 950000}), rule, now_s) == 950000
	points.reaches_back(with_change({"system_since_s": 950000, "oldest_s": 953600}), rule, now_s)
	points.starts_late(with_change({"system_since_s": 950000, "oldest_s": 953601}), rule, now_s)
}

test_whole_and_torn_by_what_is_said_to_show_it if {
	cases := [
		[{"whole_by": "bytes", "newest_bytes": 5, "median_bytes": 10}, "whole"],
		[{"whole_by": "bytes", "newest_bytes": 4, "median_bytes": 10}, "torn"],
		[{"whole_by": "bytes", "newest_bytes": 0, "median_bytes": 0}, "neither"],
		[{"whole_by": "objects", "newest_objects": 5, "median_objects": 10}, "whole"],
		[{"whole_by": "objects", "newest_objects": 4, "median_objects": 10}, "torn"],
		[{"whole_by": "objects", "newest_objects": 0, "median_objects": 0}, "neither"],
		[{"whole_by": "end-mark", "end_mark": true}, "whole"],
		[{"whole_by": "end-mark", "end_mark": false}, "torn"],
		[{"whole_by": "end-mark"}, "neither"],
		[{"whole_by": "bytes", "end_mark": true, "newest_objects": 1, "median_objects": 9}, "neither"],
		[{"end_mark": false, "newest_bytes": 1, "median_bytes": 9}, "neither"],
		[{"end_mark": true, "newest_bytes": 9, "median_bytes": 9}, "neither"],
	]
	every case in cases { verdict(object.union({"count": 3}, case[0])) == case[1] }
}

test_of_two_copies_neither_size_nor_number_says_anything if {
	every usual in [10, 2] {
		verdict({"count": 2, "whole_by": "bytes", "newest_bytes": 4, "median_bytes": usual}) == "neither"
		verdict({"count": 2, "whole_by": "objects", "newest_objects": 4, "median_objects": usual}) == "neither"
	}
}

verdict(series) := "whole" if points.whole(series)

verdict(series) := "torn" if points.torn(series)

verdict(series) := "neither" if {
	not points.whole(series)
	not points.torn(series)
}

test_without_the_age_of_the_system_copies_can_reach_back_but_not_start_late if {
	points.reaches_back(object.remove(good, ["system_since_s"]), rule, now_s)
	late := object.remove(with_change({"oldest_s": 917201}), ["system_since_s"])
	not points.reaches_back(late, rule, now_s)
	not points.starts_late(late, rule, now_s)
}

test_kept_for_ever_lasts if {
	series := with_change({"kept_forever": true, "newest_expires_s": 0, "newest_kept_s": 0})
	points.keeps(series, rule)
	points.keeps(object.remove(series, ["newest_kept_s"]), rule)
	not points.dropped(series, rule)
	points.lasts(series, rule, now_s)
	points.lasts(object.remove(series, ["newest_expires_s"]), rule, now_s)
	not points.expires_early(series, rule, now_s)
}

test_less_than_a_gap_short_of_what_is_asked_is_neither if {
	every kept_s in [86399, 82800] {
		series := with_change({"newest_kept_s": kept_s})
		not points.keeps(series, rule)
		not points.dropped(series, rule)
	}
}

test_an_early_end_is_bad_only_where_copies_are_known_to_be_deleted if {
	series := object.remove(with_change({"newest_expires_s": 0, "newest_kept_s": 0}), ["kept_forever"])
	not points.keeps(series, rule)
	not points.dropped(series, rule)
	not points.lasts(series, rule, now_s)
	not points.expires_early(series, rule, now_s)
}

test_what_is_missing_is_neither_good_nor_bad if {
	every field in ["newest_s", "oldest_s", "newest_expires_s", "newest_kept_s", "whole_by", "newest_bytes"] {
		series := object.remove(good, [field])
		facts := [
			({1 | points.fresh(series, [instant], rule, now_s)} | {1 | points.stale(series, [instant], rule, now_s)}),
			({1 | points.reaches_back(series, rule, now_s)} | {1 | points.starts_late(series, rule, now_s)}),
			({1 | points.lasts(series, rule, now_s)} | {1 | points.expires_early(series, rule, now_s)}),
			({1 | points.keeps(series, rule)} | {1 | points.dropped(series, rule)}),
			({1 | points.whole(series)} | {1 | points.torn(series)}),
		]
		count([each | some each in facts; each == set()]) == 1
	}
}

test_each_fact_has_its_sentence if {
	points.facts([good], rule, now_s, all_kinds) == {
		"the longest gap between two copies is 1 h; less than 2 h is required",
		"the age of the oldest copy is 23 h; at least 23 h is required",
	}
	points.facts([with_change({"newest_expires_s": 0, "newest_bytes": 1}), good], rule, now_s, {"expires", "whole"}) == {
		"the newest copy is deleted before the next one is due",
		"the newest copy has 1 bytes, less than half of the usual 1000 bytes",
	}
	points.facts([with_change({"newest_kept_s": 3600})], rule, now_s, {"kept"}) == {
		"the newest copy will be kept 1 h; at least 1 d is required",
	}
	points.ages([good], [instant, slow], rule, now_s) == {
		"the age of the newest copy is 1 h; at most 1 h is allowed",
		"the age of the newest copy is 1 h; at most 1 h 1 min is allowed",
	}
}

test_what_is_missing_has_no_sentence if {
	points.facts([{"count": 0}], rule, now_s, all_kinds) == set()
	points.ages([good, {"count": 0}], [{}], rule, now_s) == set()
}

test_only_where_no_series_holds_a_copy_is_that_said if {
	points.none([], "a/b") == {"there is no copy of a/b"}
	points.none([{"count": 0}], "a/b") == {"there is no copy of a/b"}
	points.none([good, {"count": 0}], "a/b") == set()
}

test_a_young_system_is_said_to_be_young if {
	text := "the system is young: a full history can first be proved in 1 s"
	points.young(with_change({"system_since_s": 913601}), rule, now_s) == text
	not points.young(with_change({"system_since_s": 913600}), rule, now_s)
}
