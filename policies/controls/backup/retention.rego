# METADATA
# title: Backups are kept long enough
# description: >-
#   One line of copies that runs often enough, or more often than any other, and holds all of the component keeps each copy at least as long as the standard asks.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: critical
#   needs: {backup_plan: declared}
#   checklist: [pre-2]
#   section: "1.1"
#   fix: Keep each copy at least as long as the standard asks, and write the time down instead of relying on a default of the server.
package controls.backup.retention

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
}

lacking contains subject if {
	some subject in subjects
	every plan in object.get(input.backup_plan, subject, []) { count(faults(plan, subject)) > 0 }
}

asked := {"fires", "part", "keep"}

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
	sentence := copies.keeping(plan, data.standard.backups[subject])
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

measure[subject] contains value if {
	some subject in subjects
	rule := data.standard.backups[subject]
	best := max({plan.keep_s | some plan in input.backup_plan[subject]; copies.counts(plan, input.backup_plan[subject], rule); plan.kept_forever == false})
	value := {"observed": best, "required": rule.keep_s, "unit": "s", "better": "higher"}
}
