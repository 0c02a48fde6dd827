# METADATA
# title: Nothing of the archived log is missing
# description: By the archive's own tool, no segment of the log is missing between the oldest copy and now, so that every instant can be restored.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: high
#   needs: {archiver: observed}
#   checklist: []
#   section: "3.1"
#   fix: Make a new base backup now, since no restore gets past a missing segment, then find out what deleted it or never sent it.
package controls.backup.log_whole

import data.lib.databases

subjects contains subject if some subject in databases.of(data.standard)

# A server does not know what the archive still has.
tools(subject) := [archiver | some archiver in input.archiver[subject]; databases.tool(archiver)]

compliant contains subject if {
	some subject in subjects
	count(tools(subject)) > 0
	every archiver in tools(subject) { archiver.missing == 0 }
}

violating contains subject if {
	some subject in subjects
	some archiver in input.archiver[subject]
	archiver.missing > 0
}

explain[subject] contains sentence if {
	some subject in violating
	some archiver in input.archiver[subject]
	archiver.missing > 0
	sentence := sprintf("segments of the log of %s that are missing in its archive: %d", [subject, archiver.missing])
}

cite[subject] contains id if {
	some subject in compliant
	some id in [archiver.id | some archiver in tools(subject)]
}

cite[subject] contains id if {
	some subject in violating
	some id in [archiver.id | some archiver in input.archiver[subject]; archiver.missing > 0]
}

measure[subject] contains value if {
	some subject in subjects
	most := max([archiver.missing | some archiver in input.archiver[subject]])
	value := {"observed": most, "required": 0, "unit": "count", "better": "lower"}
}
