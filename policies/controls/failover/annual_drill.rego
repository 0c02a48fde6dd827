# METADATA
# title: A failover to another region and back passes every year
# description: The newest failover drill that passed is no older than the standard allows and brought the traffic back afterwards.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: high
#   needs: {drill: observed}
#   checklist: [post-3]
#   section: "4"
#   fix: Fail over to the other region once a year, measure it, bring the traffic back, and record that it was brought back.
package controls.failover.annual_drill

import data.lib.cadence
import data.lib.drills

subjects contains subject if some subject, _ in data.standard.region_failovers

passed(subject) := [drill | some drill in input.drill[subject]; drill.kind == "failover"; drill.result == "passed"]

newest(subject) := cadence.latest(passed(subject), input.taken_at_s)

short(drill, _) if drill.failed_back == false
short(drill, _) if drill.checks_passed < drill.checks
short(drill, rule) if cadence.overdue(input.taken_at_s, drill.finished_s, rule)

compliant contains subject if {
	some subject, rule in data.standard.region_failovers
	count(newest(subject)) > 0
	every drill in newest(subject) {
		drills.checked(drill)
		drill.failed_back == true
		cadence.within(input.taken_at_s, drill.finished_s, rule)
	}
}

lacking contains subject if {
	some subject, rule in data.standard.region_failovers
	some drill in newest(subject)
	short(drill, rule)
}

lacking contains subject if some subject in {name | some name in subjects; passed(name) == []}

explain[subject] contains sentence if {
	some subject in subjects
	passed(subject) == []
	sentence := "no failover is known to have passed"
}

explain[subject] contains sentence if {
	some subject, rule in data.standard.region_failovers
	some drill in newest(subject)
	sentence := sprintf("last failed over %s", [cadence.age(input.taken_at_s, drill.finished_s, rule)])
}

explain[subject] contains sentence if {
	some subject in subjects
	some drill in newest(subject)
	missed := {text | drill.checks_passed < drill.checks; text := sprintf("%d of %d checks were as they should be", [drill.checks_passed, drill.checks])}
	some sentence in (missed | {"the traffic was not brought back afterwards" | drill.failed_back == false})
}

cite[subject] contains id if {
	some subject in subjects
	some id in [drill.id | some drill in newest(subject)]
}

note[subject] contains text if {
	some subject, rule in data.standard.region_failovers
	some drill in newest(subject)
	text := sprintf("the failover %s", [cadence.late(input.taken_at_s, drill.finished_s, rule)])
}

measure[subject] contains value if {
	some subject, rule in data.standard.region_failovers
	some drill in newest(subject)
	value := {"observed": input.taken_at_s - drill.finished_s, "required": rule.every_s + rule.grace_s, "unit": "s", "better": "lower"}
}
