# METADATA
# title: Is what must be done regularly done on time
# description: >-
#   Ages are seconds between what was done and now. A rule holds every_s and grace_s.
#   What is dated in the future is neither on time, in grace nor overdue.
package lib.cadence

on_time(now_s, done_s, rule) if {
	now_s >= done_s
	now_s - done_s <= rule.every_s
}

in_grace(now_s, done_s, rule) if {
	now_s - done_s > rule.every_s
	now_s - done_s <= rule.every_s + rule.grace_s
}

overdue(now_s, done_s, rule) if now_s - done_s > rule.every_s + rule.grace_s
