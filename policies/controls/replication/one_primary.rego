# METADATA
# title: Exactly one server takes writes
# description: Asked one by one, as many servers as the standard says take writes, and the store that guards this has a majority.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: critical
#   needs: {consensus: observed}
#   checklist: [pre-4]
#   section: "2.4"
#   fix: Fence the server that must not take writes before anything else, then bring the members of the consensus store back to a majority.
package controls.replication.one_primary

subjects contains subject if some subject, _ in data.standard.split_brain

guards(subject) := object.get(input.consensus, subject, [])

# What is stated of a guard that is bad by itself, a sentence each.
faults(guard, rule) := union({
	{text | guard.primaries != rule.primaries; text := sprintf("%d servers take writes; exactly %d must (%s)", [guard.primaries, rule.primaries, guard.kind])},
	{text | guard.quorum == false; text := sprintf("%s has no majority", [guard.kind])},
})

# A count over servers that have no store knows of no majority; another guard must.
compliant contains subject if {
	some subject, rule in data.standard.split_brain
	every guard in guards(subject) {
		guard.primaries == rule.primaries
		object.get(guard, "quorum", guard.kind == "none") == true
	}
	some guard in guards(subject)
	guard.quorum == true
}

violating contains subject if {
	some subject, rule in data.standard.split_brain
	some guard in guards(subject)
	count(faults(guard, rule)) > 0
}

lacking contains subject if {
	some subject in subjects
	guards(subject) == []
}

# One primary now may be two after the next lost connection.
undetermined[subject] contains reason if {
	some subject in (subjects - violating)
	{guard.kind | some guard in guards(subject)} == {"none"}
	reason := "no consensus store is known that keeps a second server from taking writes"
}

explain[subject] contains sentence if {
	some subject, rule in data.standard.split_brain
	some guard in guards(subject)
	some sentence in faults(guard, rule)
}

explain[subject] contains sentence if {
	some subject in lacking
	sentence := "nothing is known that keeps two servers from taking writes"
}

cite[subject] contains id if {
	some subject in compliant
	some id in [guard.id | some guard in guards(subject)]
}

cite[subject] contains id if {
	some subject, rule in data.standard.split_brain
	some id in [guard.id | some guard in guards(subject); count(faults(guard, rule)) > 0]
}

measure[subject] contains value if {
	some subject, rule in data.standard.split_brain
	observed := max([guard.primaries | some guard in guards(subject)])
	value := {"observed": observed, "required": rule.primaries, "unit": "count", "better": "lower"}
}
