# METADATA
# title: Restores are drilled every month
# description: The last restore drill that proves a restore of a copy of its own time is no older than the standard allows, and none failed after it.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: high
#   needs: {drill: observed}
#   checklist: [post-1]
#   section: "1.5"
#   fix: Run a restore drill on a schedule, for example once a week with "seaworthy drill".
package controls.restore.drilled_monthly

import data.lib.cadence
import data.lib.restores
import data.lib.units

subjects contains subject if some subject, _ in data.standard.restores

compliant contains subject if {
	some subject, rule in data.standard.restores
	some drill in proven(subject)
	cadence.within(input.taken_at_s, drill.finished_s, rule)
}

proven(subject) := {drill | some drill in input.drill[subject]; restores.proven(drill, input.drill[subject], input.taken_at_s); of_its_time(drill, subject)}

of_its_time(drill, subject) if cadence.within(drill.started_s, drill.backup_taken_s, data.standard.restores[subject])

# To restore one old copy again and again shows nothing of those that are made now.
undetermined[subject] contains reason if {
	some subject in (subjects - (compliant | lacking))
	some drill in input.drill[subject]
	cadence.overdue(drill.started_s, drill.backup_taken_s, data.standard.restores[subject])
	reason := sprintf("a drill restored a copy that was %s old then", [units.human(drill.started_s - drill.backup_taken_s)])
}

age_s(subject) := input.taken_at_s - max({drill.finished_s | some drill in proven(subject)})

lacking contains subject if {
	some subject, rule in data.standard.restores
	every drill in object.get(input.drill, subject, []) { short(drill, input.drill[subject], rule) }
}

short(drill, drills, _) if count(restores.faults(drill, drills)) > 0
short(drill, _, rule) if cadence.overdue(input.taken_at_s, drill.finished_s, rule)

explain[subject] contains sentence if {
	some subject in lacking
	some sentence in union({restores.faults(drill, input.drill[subject]) | some drill in input.drill[subject]})
}

explain[subject] contains sentence if {
	some subject, rule in data.standard.restores
	aged := {text | text := units.at_most("the age of the newest drill that proves a restore", age_s(subject), rule.every_s)}
	some sentence in (aged | {text | text := restores.none(subject, object.get(input.drill, subject, []))})
}

note[subject] contains text if {
	some subject in compliant
	late_s := age_s(subject) - data.standard.restores[subject].every_s
	late_s > 0
	text := sprintf("overdue since %s", [units.human(late_s)])
}

cite[subject] contains id if {
	some subject in compliant
	some id in [drill.id | some drill in proven(subject)]
}

cite[subject] contains id if {
	some subject in lacking
	some id in [drill.id | some drill in input.drill[subject]]
}

measure[subject] contains value if {
	some subject, rule in data.standard.restores
	value := {"observed": age_s(subject), "required": rule.every_s + rule.grace_s, "unit": "s", "better": "lower"}
}
