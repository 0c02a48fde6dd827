# METADATA
# title: Exactly one server takes writes
# description: Asked one by one, as many servers as the standard says take writes, the store that guards this has a majority, and nobody told it to stand by.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: critical
#   needs: {consensus: observed}
#   checklist: [pre-4]
#   section: "2.4"
#   fix: Fence the server that must not take writes before anything else, then bring the members of the consensus store back to a majority, and end a pause of Patroni (patronictl resume).
package controls.replication.one_primary

import data.lib.consensus

subjects contains subject if some subject, _ in data.standard.split_brain

guards(subject) := object.get(input.consensus, subject, [])

# A count over servers that have no store knows of no majority; another guard must.
compliant contains subject if {
	some subject, rule in data.standard.split_brain
	every guard in guards(subject) {
		guard.primaries == rule.primaries
		object.get(guard, "quorum", guard.kind == "none") == true
		consensus.acts(guard, rule)
	}
	some guard in guards(subject)
	guard.quorum == true
	consensus.leads(guard, rule)
}

violating contains subject if {
	some subject, rule in data.standard.split_brain
	some guard in guards(subject)
	count(consensus.faults(guard, rule)) > 0
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
	some sentence in consensus.faults(guard, rule)
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
	some id in [guard.id | some guard in guards(subject); count(consensus.faults(guard, rule)) > 0]
}

measure[subject] contains value if {
	some subject, rule in data.standard.split_brain
	observed := max([guard.primaries | some guard in guards(subject)])
	value := {"observed": observed, "required": rule.primaries, "unit": "count", "better": "lower"}
}
