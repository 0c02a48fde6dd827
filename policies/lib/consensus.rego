# What keeps a database at one server that takes writes, by what the store that guards it and its members say. A count
# over servers that have no store is a guard too, of the kind `none`.
package lib.consensus

# What is stated of a guard that is bad by itself, a sentence each.
faults(guard, rule) := union({
	{text | guard.primaries != rule.primaries; text := sprintf("%d servers take writes; exactly %d must (%s)", [guard.primaries, rule.primaries, guard.kind])},
	{text | guard.quorum == false; text := sprintf("%s has no majority", [guard.kind])},
	{text | guard.leaders > rule.primaries; patroni(guard); text := sprintf("%d members of %s lead; at most %d may", [guard.leaders, guard.kind, rule.primaries])},
	{text | guard.paused == true; text := sprintf("%s is paused: it neither promotes a standby nor stops a second server from taking writes", [guard.kind])},
})

# Nothing of it could be told to stand by, or nobody did, and no second member leads.
acts(guard, _) if not patroni(guard)

acts(guard, rule) if {
	guard.leaders <= rule.primaries
	guard.paused == false
}

# Who takes writes is one of its own. That of a standby region leads nobody.
leads(guard, _) if not patroni(guard)

leads(guard, rule) if guard.leaders == rule.primaries

patroni(guard) if startswith(guard.kind, "patroni")
