package lib.places_test

import data.lib.places

rule := {"keep_s": 86400}

all_kinds := {"public", "plain", "away", "readonly", "expires"}

good := {
	"kind": "bucket", "name": "b", "public": false, "encrypted": true, "available": true, "writable": true,
	"never_expires": false, "expires_s": 86400,
}

with_change(change) := object.union(good, change)

test_a_good_place_keeps_copies_and_has_no_fault if {
	places.keeps(good, rule)
	places.faults(good, rule, all_kinds) == set()
}

test_a_place_that_deletes_nothing_keeps_copies if {
	places.keeps(object.remove(with_change({"never_expires": true}), ["expires_s"]), rule)
}

test_each_fault_has_its_sentence if {
	cases := [
		[{"public": true}, "bucket b can be read by anybody"],
		[{"encrypted": false}, "bucket b does not encrypt what lies in it"],
		[{"available": false}, "bucket b does not answer"],
		[{"writable": false}, "bucket b cannot be written to"],
		[{"expires_s": 3600}, "bucket b deletes copies by itself: their age then is 1 h; at least 1 d is required"],
	]
	every case in cases {
		places.faults(with_change(case[0]), rule, all_kinds) == {case[1]}
	}
	not places.keeps(with_change(cases[4][0]), rule)
}

test_only_the_kinds_asked_about_count if {
	places.faults(with_change({"public": true}), rule, {"plain", "expires"}) == set()
}

test_what_is_missing_is_neither_good_nor_bad if {
	every field in {"public", "encrypted", "available", "writable", "never_expires", "expires_s"} {
		places.faults(object.remove(good, [field]), rule, all_kinds) == set()
	}
	every field in {"never_expires", "expires_s"} {
		not places.keeps(object.remove(good, [field]), rule)
		places.faults(object.remove(with_change({"expires_s": 1}), [field]), rule, all_kinds) == set()
	}
}
