# METADATA
# title: The log is archived, and none of it waits too long
# description: The server archives its log, this does not fail, and nothing of the log has waited as long as the shortest RPO of a restore.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: critical
#   needs: {archiver: observed}
#   checklist: []
#   section: "3.1"
#   fix: Find out why the archive command fails or is slow (credentials, space, network), and switch archiving on where it is off.
package controls.backup.archiving

import data.lib.databases
import data.lib.units

subjects contains subject if {
	some subject in databases.of(data.standard)
	limits_s(subject) != set()
}

limits_s(subject) := {rule.limit_s | some rule in data.standard.rpo_restore; subject in rule.components}

whole(archiver, limit_s) if {
	archiver.enabled == true
	archiver.failing == false
	archiver.pending_s < limit_s
}

calm(archiver, limit_s) if whole(archiver, limit_s)

calm(archiver, _) if databases.bystander(archiver)

faults(archiver, limit_s) := union({
	{text | archiver.failing == true; text := "archiving fails: the last failure is younger than the last success"},
	{text | archiver.pending_s >= limit_s; text := sprintf("a part of the log has waited %s; less than %s is allowed", [units.human(archiver.pending_s), units.human(limit_s)])},
})

compliant contains subject if {
	some subject in subjects
	limit_s := min(limits_s(subject))
	some archiver in input.archiver[subject]
	whole(archiver, limit_s)
	every other in input.archiver[subject] { calm(other, limit_s) }
}

violating contains subject if {
	some subject in subjects
	some archiver in input.archiver[subject]
	count(faults(archiver, min(limits_s(subject)))) > 0
}

lacking contains subject if {
	some subject in (subjects - violating)
	count(input.archiver[subject]) > 0
	every archiver in input.archiver[subject] { archiver.enabled == false }
}

explain[subject] contains sentence if {
	some subject in subjects
	some archiver in input.archiver[subject]
	some sentence in (faults(archiver, min(limits_s(subject))) | {text | archiver.enabled == false; text := sprintf("the log of %s is not archived", [subject])})
}

cite[subject] contains id if {
	some subject in subjects
	some id in {archiver.id | some archiver in input.archiver[subject]}
}

measure[subject] contains value if {
	some subject in subjects
	longest_s := max({archiver.pending_s | some archiver in input.archiver[subject]})
	value := {"observed": longest_s, "required": min(limits_s(subject)), "unit": "s", "better": "lower"}
}
