# METADATA
# title: Each scenario is exercised and measured regularly
# description: A drill of the scenario passed within the cadence of the standard, and measured both the time to recover and the loss; what it compared was as it should be.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: high
#   needs: {drill: observed}
#   checklist: [post-2, pre-6]
#   section: "4"
#   fix: Exercise the scenario at least once a quarter, and record the measured time to recover and the loss.
package controls.recovery.exercised

import data.lib.cadence
import data.lib.drills

subjects contains subject if some subject, _ in data.standard.exercises

passed(subject) := [drill | some drill in input.drill[subject]; drill.result == "passed"]

measured(subject) := [drill | some drill in passed(subject); drill.rto_s >= 0; drill.rpo_s >= 0; drills.checked(drill)]

short(drill, _) if drill.result != "passed"
short(drill, _) if drill.checks_passed < drill.checks

short(drill, rule) if cadence.overdue(input.taken_at_s, drill.finished_s, rule)

compliant contains subject if {
	some subject, rule in data.standard.exercises
	some drill in measured(subject)
	cadence.within(input.taken_at_s, drill.finished_s, rule)
}

lacking contains subject if {
	some subject, rule in data.standard.exercises
	every drill in object.get(input.drill, subject, []) { short(drill, rule) }
}

explain[subject] contains sentence if {
	some subject in lacking
	passed(subject) == []
	sentence := "no drill of it is known to have passed"
}

explain[subject] contains sentence if {
	some subject, rule in data.standard.exercises
	some drill in cadence.latest(passed(subject), input.taken_at_s)
	sentence := sprintf("last exercised %s", [cadence.age(input.taken_at_s, drill.finished_s, rule)])
}

explain[subject] contains sentence if {
	some subject in lacking
	some drill in passed(subject)
	drill.checks_passed < drill.checks
	sentence := sprintf("a drill found %d of %d checks as they should be", [drill.checks_passed, drill.checks])
}

cite[subject] contains id if {
	some subject in compliant
	some drill in cadence.latest(measured(subject), input.taken_at_s)
	id := drill.id
}

cite[subject] contains id if {
	some subject in lacking
	some id in [drill.id | some drill in input.drill[subject]]
}

note[subject] contains text if {
	some subject, rule in data.standard.exercises
	some drill in cadence.latest(measured(subject), input.taken_at_s)
	text := sprintf("the exercise %s", [cadence.late(input.taken_at_s, drill.finished_s, rule)])
}

measure[subject] contains value if {
	some subject, rule in data.standard.exercises
	some drill in cadence.latest(passed(subject), input.taken_at_s)
	value := {"observed": input.taken_at_s - drill.finished_s, "required": rule.every_s + rule.grace_s, "unit": "s", "better": "lower"}
}
