package lib.copies_test

import data.lib.copies

rule := {"every_s": 3600, "keep_s": 86400}

all_kinds := {"fires", "gap", "part", "keep", "region", "cluster"}

good := {
	"tool": "pg_dump", "fires": true, "holds_all": true, "max_gap_s": 3600,
	"kept_forever": false, "keep_s": 86400, "off_region": true, "off_cluster": true,
}

with_change(change) := object.union(good, change)

test_a_good_plan_is_often_kept_and_without_fault if {
	copies.often(good, rule)
	copies.kept(good, rule)
	copies.faults(good, rule, all_kinds) == set()
	not copies.short(good, rule, all_kinds)
}

test_each_fault_has_its_sentence if {
	cases := {
		[{"fires": false}, "pg_dump never makes a copy: no schedule of it ever fires"],
		[{"max_gap_s": 3601}, "the longest gap between two copies by pg_dump is 1 h 1 s; at most 1 h is allowed"],
		[{"holds_all": false}, "pg_dump does not copy everything"],
		[{"holds_all": false, "not_held": ["blobs", "roles"]}, "pg_dump does not copy everything: not blobs, roles"],
		[{"keep_s": 3600}, "copies by pg_dump are kept 1 h; at least 1 d is required"],
		[{"keep_s": 3600, "keep_source": "find -mtime"}, "copies by pg_dump are kept 1 h (find -mtime); at least 1 d is required"],
		[{"off_region": false}, "copies by pg_dump lie in the region of what they are copies of"],
		[
			{"off_cluster": false, "destination": "pvc/a/b"},
			"copies by pg_dump lie in the cluster of what they are copies of (pvc/a/b)",
		],
	}
	every case in cases {
		plan := with_change(case[0])
		copies.short(plan, rule, all_kinds)
		copies.faults(plan, rule, all_kinds) == {case[1]}
	}
}

test_the_line_that_counts_is_often_or_the_most_frequent if {
	rare := with_change({"max_gap_s": 7200})
	copies.counts(good, [good], rule)
	copies.counts(rare, [rare], rule)
	every other in [{"max_gap_s": 7200}, {"max_gap_s": 60, "fires": false}, {"max_gap_s": 60, "holds_all": false}] {
		copies.counts(rare, [rare, with_change(other)], rule)
		not copies.outpaced(rare, [rare, with_change(other)], rule)
	}
	not copies.counts(rare, [rare, good], rule)
	copies.outpaced(rare, [rare, good], rule)
	not copies.outpaced(good, [good, with_change({"max_gap_s": 60})], rule)
}

test_what_may_be_more_frequent_proves_neither if {
	rare := with_change({"max_gap_s": 7200})
	every field in {"fires", "holds_all", "max_gap_s"} {
		other := object.remove(good, [field])
		not copies.counts(rare, [rare, other], rule)
		not copies.outpaced(rare, [rare, other], rule)
		not copies.counts(object.remove(rare, [field]), [object.remove(rare, [field])], rule)
	}
}

test_only_the_kinds_asked_about_count if {
	copies.faults(with_change({"off_region": false}), rule, {"gap", "keep"}) == set()
}

test_what_is_missing_is_neither_good_nor_bad if {
	every field in {"fires", "holds_all", "max_gap_s"} {
		not copies.often(object.remove(good, [field]), rule)
		not copies.short(object.remove(good, [field]), rule, all_kinds)
	}
	every field in {"kept_forever", "keep_s"} {
		not copies.kept(object.remove(good, [field]), rule)
		not copies.short(object.remove(with_change({"keep_s": 1}), [field]), rule, all_kinds)
	}
}

test_kept_for_ever_is_long_enough if {
	copies.kept(object.remove(with_change({"kept_forever": true}), ["keep_s"]), rule)
}

test_dropped_is_what_is_known_to_be_deleted_too_soon if {
	copies.dropped(with_change({"keep_s": 86399}), rule)
	not copies.dropped(good, rule)
	not copies.dropped(with_change({"keep_s": 1, "kept_forever": true}), rule)
	not copies.dropped(object.remove(with_change({"keep_s": 1}), ["kept_forever"]), rule)
}

test_a_plan_is_put_in_words if {
	copies.pace(good, rule) == "the longest gap between two copies by pg_dump is 1 h; at most 1 h is allowed"
	copies.keeping(good, rule) == "copies by pg_dump are kept 1 d; at least 1 d is required"
	copies.keeping(with_change({"kept_forever": true, "keep_source": "no lifecycle"}), rule) == concat(" ", [
		"copies by pg_dump are kept until somebody deletes them (no lifecycle);",
		"at least 1 d is required",
	])
}

test_unclear_names_what_is_not_known_to_be_held if {
	found := copies.unclear({"tool": "pg_dump", "not_held": ["database app"]})
	found == {"whether the copies by pg_dump hold database app is not known"}
}

test_nothing_is_unclear_where_it_is_stated_what_is_held if {
	copies.unclear({"tool": "pg_dump", "holds_all": false, "not_held": ["database app"]}) == set()
	copies.unclear({"tool": "pg_dump", "holds_all": true}) == set()
}
