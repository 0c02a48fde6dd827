# METADATA
# title: The disaster recovery plan covers every scenario and is reviewed
# description: The newest signed statement about the plan is no older than the standard allows and says of every scenario that the plan covers it.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: high
#   needs: {attestation: attested}
#   checklist: [pre-6]
#   section: "3.2"
#   fix: Review the disaster recovery plan, write down the steps of each scenario, and sign the statement with an answer for each.
package controls.recovery.plan

import data.lib.attestations

subjects contains subject if some subject in [name | some name, _ in data.standard.documents; name == "dr-plan/global"]

# A newer statement takes the place of an older one.
newest(subject) := {item | some item in input.attestation[subject]; attestations.latest(item, input.attestation[subject])}

# What is stated that makes it short, or that there is nothing.
faults(subject, rule) := union({
	{text | object.get(input.attestation, subject, []) == []; text := "nobody has signed for a disaster recovery plan"},
	{text |
		some item in newest(subject)
		attestations.lapsed(input.taken_at_s, item, rule)
		text := attestations.age(input.taken_at_s, item, rule)
	},
	{text |
		some item in newest(subject)
		some scenario, _ in rule.covers
		item.covers[scenario] == false
		text := sprintf("it does not cover %s", [scenario])
	},
})

compliant contains subject if {
	some subject in subjects
	rule := data.standard.documents[subject]
	some item in newest(subject)
	attestations.reviewed(input.taken_at_s, item, rule)
	count(rule.covers) > 0
	every scenario, _ in rule.covers { item.covers[scenario] == true }
}

lacking contains subject if {
	some subject in subjects
	count(faults(subject, data.standard.documents[subject])) > 0
}

explain[subject] contains sentence if {
	some subject in subjects
	some sentence in faults(subject, data.standard.documents[subject])
}

cite[subject] contains id if {
	some subject in subjects
	some id in [item.id | some item in newest(subject)]
}

note[subject] contains text if {
	some subject in subjects
	some item in newest(subject)
	text := attestations.overdue_for(input.taken_at_s, item, data.standard.documents[subject])
}

measure[subject] contains value if {
	some subject in subjects
	some item in newest(subject)
	rule := data.standard.documents[subject]
	value := {"observed": input.taken_at_s - item.reviewed_s, "required": rule.every_s + rule.grace_s, "unit": "s", "better": "lower"}
}
