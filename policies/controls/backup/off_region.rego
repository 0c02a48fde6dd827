# METADATA
# title: A backup lies in another region
# description: >-
#   One line of copies that runs often enough, or more often than any other, holds all of the component and is kept long
#   enough lies in another region than the component, outside its cluster.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: high
#   needs: {backup_plan: declared}
#   checklist: []
#   section: "3.1"
#   fix: Send the copies to a bucket in another region, or replicate the bucket to one.
package controls.backup.off_region

import data.lib.copies

subjects contains subject if some subject, _ in data.standard.backups

compliant contains subject if {
	some subject in subjects
	some plan in input.backup_plan[subject]
	good(plan, subject)
}

good(plan, subject) if {
	copies.counts(plan, input.backup_plan[subject], data.standard.backups[subject])
	copies.kept(plan, data.standard.backups[subject])
	plan.off_region == true
	plan.off_cluster == true
}

lacking contains subject if {
	some subject in subjects
	every plan in object.get(input.backup_plan, subject, []) { count(faults(plan, subject)) > 0 }
}

asked := {"fires", "part", "keep", "region", "cluster"}

faults(plan, subject) := copies.faults(plan, data.standard.backups[subject], asked) | {sentence |
	copies.outpaced(plan, input.backup_plan[subject], data.standard.backups[subject])
	sentence := copies.pace(plan, data.standard.backups[subject])
}

explain[subject] contains sentence if {
	some subject in (subjects - compliant)
	some plan in input.backup_plan[subject]
	some sentence in (faults(plan, subject) | copies.unclear(plan))
}

explain[subject] contains sentence if {
	some subject in subjects
	count(object.get(input.backup_plan, subject, [])) == 0
	sentence := sprintf("nothing backs up %s", [subject])
}

explain[subject] contains sentence if {
	some subject in compliant
	some plan in input.backup_plan[subject]
	good(plan, subject)
	sentence := sprintf("copies by %s lie in %s", [plan.tool, plan.destination_region])
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
