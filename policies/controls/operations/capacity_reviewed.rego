# METADATA
# title: Capacity is reviewed and lasts
# description: The capacity was reviewed in time, and at today's growth nothing is full too soon.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: medium
#   needs: {attestation: attested}
#   checklist: [post-6]
#   section: "4"
#   fix: Enlarge what is full first, or delete what need not be kept, and sign the review.
package controls.operations.capacity_reviewed

import data.lib.attestations
import data.lib.units

subjects contains subject if some subject, _ in object.filter(data.standard.documents, {"capacity-review/global"})

compliant contains subject if {
	some subject in subjects
	some item in input.attestation[subject]
	attestations.latest(item, input.attestation[subject])
	good(item, data.standard.documents[subject])
}

lacking contains subject if {
	some subject in subjects
	every item in object.get(input.attestation, subject, []) {
		short(item, input.attestation[subject], data.standard.documents[subject])
	}
}

good(item, rule) if {
	attestations.reviewed(input.taken_at_s, item, rule)
	item.full_in_s >= rule.full_in_s
}

short(item, items, _) if attestations.superseded(item, items)
short(item, _, rule) if attestations.lapsed(input.taken_at_s, item, rule)
short(item, _, rule) if item.full_in_s < rule.full_in_s

explain[subject] contains sentence if {
	some subject in subjects
	some item in attestations.standing(input.attestation[subject])
	sentence := attestations.age(input.taken_at_s, item, data.standard.documents[subject])
}

explain[subject] contains sentence if {
	some subject in subjects
	some item in attestations.standing(input.attestation[subject])
	limit := units.human(data.standard.documents[subject].full_in_s)
	sentence := sprintf("the first volume is full in %s; at least %s is required", [units.human(item.full_in_s), limit])
}

explain[subject] contains sentence if {
	some subject in lacking
	count(object.get(input.attestation, subject, [])) == 0
	sentence := "nobody has signed a review of the capacity"
}

note[subject] contains text if {
	some subject in compliant
	some item in attestations.standing(input.attestation[subject])
	text := attestations.overdue_for(input.taken_at_s, item, data.standard.documents[subject])
}

cite[subject] contains id if {
	some subject in (compliant | lacking)
	some item in attestations.standing(input.attestation[subject])
	id := item.id
}

measure[subject] contains m if {
	some subject in subjects
	some item in attestations.standing(input.attestation[subject])
	m := {"observed": item.full_in_s, "required": data.standard.documents[subject].full_in_s, "unit": "s", "better": "higher"}
}
