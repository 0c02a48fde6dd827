# METADATA
# title: Drills measured a recovery inside the RTO
# description: The newest drill of the scenario passed, is recent and measured less than the RTO. An older, better drill does not cover for it.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: critical
#   needs: {drill: observed}
#   checklist: [pre-6]
#   section: "3.1"
#   objective: rto-measured
#   fix: Drill the scenario, measure from the fault to verified service, and remove what takes the time until it is inside the RTO.
package controls.recovery.rto_measured

import data.lib.cadence
import data.lib.drills
import data.lib.units

subjects contains subject if some subject, _ in data.standard.rto_measured

newest(subject) := cadence.latest(object.get(input.drill, subject, []), input.taken_at_s)

met(span_s, limit_s) if span_s < limit_s

# What is stated of the newest drill that makes it short, or that there is none.
faults(subject, rule) := union({
	{text | object.get(input.drill, subject, []) == []; text := "no drill is known"},
	{text | some drill in newest(subject); some text in drills.faults(drill, input.taken_at_s, rule.within_s)},
	{text |
		some drill in newest(subject)
		drill.rto_s >= rule.limit_s
		text := sprintf("the newest drill took %s to recover; less than %s is allowed", [units.human(drill.rto_s), units.human(rule.limit_s)])
	},
})

compliant contains subject if {
	some subject, rule in data.standard.rto_measured
	count(newest(subject)) > 0
	every drill in newest(subject) {
		drills.sound(drill, input.taken_at_s, rule.within_s)
		met(drill.rto_s, rule.limit_s)
	}
}

lacking contains subject if {
	some subject, rule in data.standard.rto_measured
	count(faults(subject, rule)) > 0
}

undetermined[subject] contains reason if {
	some subject in subjects
	not subject in lacking
	some drill in newest(subject)
	not drill.rto_s
	reason := "the newest drill did not measure the time to recover"
}

undetermined[subject] contains reason if {
	some subject in (subjects - lacking)
	some drill in newest(subject)
	reason := drills.doubt(drill)
}

explain[subject] contains sentence if {
	some subject, rule in data.standard.rto_measured
	some sentence in faults(subject, rule)
}

cite[subject] contains id if {
	some subject in subjects
	some id in [drill.id | some drill in newest(subject)]
}

measure[subject] contains value if {
	some subject, rule in data.standard.rto_measured
	observed_s := max([drill.rto_s | some drill in newest(subject)])
	value := {"observed": observed_s, "required": rule.limit_s, "unit": "s", "better": "lower"}
}
