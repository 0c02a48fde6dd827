# METADATA
# title: Which of several signed statements holds, and whether it was reviewed in time
# description: >-
#   A newer statement takes the place of an older one. Of two that were reviewed at the same instant neither is the latest.
package lib.attestations

import data.lib.cadence
import data.lib.units

latest(item, items) if {
	every other in [one | some one in items; one != item] {
		other.reviewed_s < item.reviewed_s
	}
}

superseded(item, items) if {
	some other in items
	other.reviewed_s > item.reviewed_s
}

# METADATA
# title: Those that no newer one takes the place of
# description: For citing and explaining; it is no proof that nothing is newer.
standing(items) := [item |
	some item in items
	not superseded(item, items)
]

reviewed(now_s, item, rule) if cadence.on_time(now_s, item.reviewed_s, rule)

reviewed(now_s, item, rule) if cadence.in_grace(now_s, item.reviewed_s, rule)

lapsed(now_s, item, rule) if cadence.overdue(now_s, item.reviewed_s, rule)

# METADATA
# title: How old the review is and how old it may be, in words
age(now_s, item, rule) := sprintf("last reviewed %s ago; at most %s is allowed, and %s of grace", [
	units.human(now_s - item.reviewed_s), units.human(rule.every_s), units.human(rule.grace_s),
]) if {
	now_s >= item.reviewed_s
}

age(now_s, item, _) := sprintf("dated %s in the future", [units.human(item.reviewed_s - now_s)]) if now_s < item.reviewed_s

# METADATA
# title: Since when a review that is in its grace is overdue, in words
overdue_for(now_s, item, rule) := sprintf("the review is overdue for %s, within the grace of %s", [
	units.human((now_s - item.reviewed_s) - rule.every_s), units.human(rule.grace_s),
]) if {
	cadence.in_grace(now_s, item.reviewed_s, rule)
}
