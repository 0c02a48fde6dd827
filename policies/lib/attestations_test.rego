package lib.attestations_test

import data.lib.attestations

rule := {"every_s": 86400, "grace_s": 3600}

older := {"id": "older", "reviewed_s": 1000}

newer := {"id": "newer", "reviewed_s": 2000}

undated := {"id": "undated"}

test_the_newest_is_the_latest_and_takes_the_place_of_the_older if {
	attestations.latest(newer, [older, newer])
	not attestations.latest(older, [older, newer])
	attestations.superseded(older, [older, newer])
	not attestations.superseded(newer, [older, newer])
}

test_the_only_one_is_the_latest if {
	attestations.latest(older, [older])
	not attestations.superseded(older, [older])
}

test_of_two_of_the_same_instant_neither_is_the_latest if {
	twin := {"id": "twin", "reviewed_s": 2000}
	not attestations.latest(newer, [newer, twin])
	not attestations.superseded(newer, [newer, twin])
}

test_beside_one_without_a_date_none_is_the_latest if {
	not attestations.latest(newer, [newer, undated])
	not attestations.superseded(undated, [newer, undated])
}

test_a_review_is_in_time_until_its_grace_ends if {
	attestations.reviewed(2000 + 86400, newer, rule)
	attestations.reviewed(2000 + 90000, newer, rule)
	not attestations.lapsed(2000 + 90000, newer, rule)
	not attestations.reviewed(2000 + 90001, newer, rule)
	attestations.lapsed(2000 + 90001, newer, rule)
}

test_a_review_in_the_future_is_neither_in_time_nor_lapsed if {
	not attestations.reviewed(1999, newer, rule)
	not attestations.lapsed(1999, newer, rule)
}

test_the_age_is_told_with_its_limits if {
	attestations.age(2060, newer, rule) == "last reviewed 1 min ago; at most 1 d is allowed, and 1 h of grace"
	attestations.age(2000, newer, rule) == "last reviewed 0 s ago; at most 1 d is allowed, and 1 h of grace"
	attestations.age(1940, newer, rule) == "dated 1 min in the future"
}

test_being_overdue_is_told_in_the_grace_only if {
	attestations.overdue_for(2000 + 86460, newer, rule) == "the review is overdue for 1 min, within the grace of 1 h"
	not attestations.overdue_for(2000 + 86400, newer, rule)
	not attestations.overdue_for(2000 + 90001, newer, rule)
}

test_what_is_superseded_does_not_stand if {
	twin := {"id": "twin", "reviewed_s": 2000}
	attestations.standing([older, newer]) == [newer]
	attestations.standing([older, newer, twin]) == [newer, twin]
	attestations.standing([]) == []
}
