# METADATA
# title: The RTO and RPO targets are reviewed by somebody else than their owner
# description: The newest signed review of the targets is no older than the standard allows, and its reviewer is not the owner.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: medium
#   needs: {attestation: attested}
#   checklist: [post-5]
#   section: "3.1"
#   fix: Let somebody else than the owner review the targets and sign the statement.
package controls.recovery.targets_reviewed

import data.lib.attestations

subjects contains subject if some subject in [name | some name, _ in data.standard.documents; name == "targets-review/global"]

# A newer statement takes the place of an older one.
newest(subject) := {item | some item in input.attestation[subject]; attestations.latest(item, input.attestation[subject])}

# What is stated that makes it short, or that there is nothing.
faults(subject, rule) := union({
	{text | object.get(input.attestation, subject, []) == []; text := "nobody has signed a review of the targets"},
	{text |
		some item in newest(subject)
		attestations.lapsed(input.taken_at_s, item, rule)
		text := attestations.age(input.taken_at_s, item, rule)
	},
	{text | rule.independent == true; some item in newest(subject); item.independent == false; text := "it was reviewed by its owner"},
})

compliant contains subject if {
	some subject in subjects
	rule := data.standard.documents[subject]
	some item in newest(subject)
	attestations.reviewed(input.taken_at_s, item, rule)
	independent(item, rule)
}

independent(item, _) if item.independent == true

independent(_, rule) if rule.independent == false

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
