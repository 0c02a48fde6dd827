# METADATA
# title: Is what must be done regularly done on time
# description: >-
#   Ages are seconds between what was done and now. A rule holds every_s and grace_s.
#   What is dated in the future is neither on time, in grace nor overdue.
package lib.cadence

import data.lib.units

on_time(now_s, done_s, rule) if {
	now_s >= done_s
	now_s - done_s <= rule.every_s
}

in_grace(now_s, done_s, rule) if {
	now_s - done_s > rule.every_s
	now_s - done_s <= rule.every_s + rule.grace_s
}

overdue(now_s, done_s, rule) if now_s - done_s > rule.every_s + rule.grace_s

# METADATA
# title: What was done last
# description: Those of what was done that ended last, leaving out what is dated in the future. Usually one, or none.
latest(done, now_s) := {each |
	newest_s := max([one.finished_s | some one in done; one.finished_s <= now_s])
	some each in done
	each.finished_s == newest_s
}

# METADATA
# title: On time, or in the grace
within(now_s, done_s, rule) if on_time(now_s, done_s, rule)

within(now_s, done_s, rule) if in_grace(now_s, done_s, rule)

# METADATA
# title: How long ago it was done and how long ago it may be, in words
age(now_s, done_s, rule) := sprintf("%s ago; at most %s is allowed, and %s of grace", [
	units.human(now_s - done_s), units.human(rule.every_s), units.human(rule.grace_s),
])

# METADATA
# title: How late what is in its grace is, in words
late(now_s, done_s, rule) := sprintf("is overdue for %s, within the grace of %s", [
	units.human((now_s - done_s) - rule.every_s), units.human(rule.grace_s),
]) if {
	in_grace(now_s, done_s, rule)
}
