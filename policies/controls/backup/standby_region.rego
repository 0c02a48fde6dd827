# METADATA
# title: A standby region has a backup of its own
# description: >-
#   The database of a standby region has a line of copies of its own that runs often enough, holds all of it and is kept
#   long enough, so that it is backed up from the moment in which it takes over.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: high
#   needs: {backup_plan: declared}
#   checklist: [pre-4]
#   section: "2.2"
#   fix: Declare a backup of the standby region's database, as often and as long as in the primary region.
package controls.backup.standby_region

import data.lib.copies

subjects contains subject if some subject, _ in data.standard.standby_backups

compliant contains subject if {
	some subject in subjects
	some plan in input.backup_plan[subject]
	good(plan, subject)
}

good(plan, subject) if {
	copies.often(plan, data.standard.standby_backups[subject])
	copies.kept(plan, data.standard.standby_backups[subject])
}

lacking contains subject if {
	some subject in subjects
	every plan in object.get(input.backup_plan, subject, []) {
		copies.short(plan, data.standard.standby_backups[subject], asked)
	}
}

asked := {"fires", "gap", "part", "keep"}

explain[subject] contains sentence if {
	some subject in (subjects - compliant)
	some plan in input.backup_plan[subject]
	some sentence in copies.faults(plan, data.standard.standby_backups[subject], asked)
}

explain[subject] contains sentence if {
	some subject in subjects
	count(object.get(input.backup_plan, subject, [])) == 0
	sentence := sprintf("nothing backs up %s once it takes over", [subject])
}

explain[subject] contains sentence if {
	some subject in compliant
	some plan in input.backup_plan[subject]
	good(plan, subject)
	sentence := copies.pace(plan, data.standard.standby_backups[subject])
}

explain[subject] contains sentence if {
	some subject in compliant
	some plan in input.backup_plan[subject]
	good(plan, subject)
	sentence := copies.keeping(plan, data.standard.standby_backups[subject])
}

cite[subject] contains id if {
	some subject in compliant
	some plan in input.backup_plan[subject]
	good(plan, subject)
	id := plan.id
}

cite[subject] contains id if {
	some subject in lacking
	some plan in input.backup_plan[subject]
	id := plan.id
}
