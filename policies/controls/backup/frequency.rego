# METADATA
# title: Backups run often enough
# description: One line of copies holds all of the component, and the longest time between two runs is at most what is allowed.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: critical
#   needs: {backup_plan: declared}
#   checklist: [pre-2]
#   section: "1.1"
#   fix: Run a backup of all of the component at least as often as the standard asks, for example "17 * * * *" for once an hour.
package controls.backup.frequency

import data.lib.copies
import data.lib.units

subjects contains subject if some subject, _ in data.standard.backups

compliant contains subject if {
	some subject in subjects
	some plan in input.backup_plan[subject]
	copies.often(plan, data.standard.backups[subject])
}

lacking contains subject if {
	some subject in subjects
	every plan in object.get(input.backup_plan, subject, []) {
		copies.short(plan, data.standard.backups[subject], asked)
	}
}

asked := {"fires", "gap", "part"}

explain[subject] contains sentence if {
	some subject in (subjects - compliant)
	some plan in input.backup_plan[subject]
	some sentence in (copies.faults(plan, data.standard.backups[subject], asked) | copies.unclear(plan))
}

explain[subject] contains sentence if {
	some subject in subjects
	count(object.get(input.backup_plan, subject, [])) == 0
	sentence := sprintf("nothing backs up %s", [subject])
}

explain[subject] contains sentence if {
	some subject in compliant
	some plan in input.backup_plan[subject]
	copies.often(plan, data.standard.backups[subject])
	sentence := copies.pace(plan, data.standard.backups[subject])
}

note[subject] contains text if {
	some subject in compliant
	some plan in input.backup_plan[subject]
	copies.often(plan, data.standard.backups[subject])
	plan.elapsed_gap_s > plan.max_gap_s
	text := sprintf("where the clock changes, %s elapse between two copies by %s", [units.human(plan.elapsed_gap_s), plan.tool])
}

cite[subject] contains id if {
	some subject in compliant
	some plan in input.backup_plan[subject]
	copies.often(plan, data.standard.backups[subject])
	id := plan.id
}

cite[subject] contains id if {
	some subject in lacking
	some plan in input.backup_plan[subject]
	id := plan.id
}

measure[subject] contains value if {
	some subject in subjects
	best := min({plan.max_gap_s | some plan in input.backup_plan[subject]; plan.fires == true; plan.holds_all == true})
	value := {"observed": best, "required": data.standard.backups[subject].every_s, "unit": "s", "better": "lower"}
}
