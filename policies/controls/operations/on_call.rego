# METADATA
# title: Somebody is on call, and somebody else after them
# description: The rotation was reviewed in time, enough people share it, and what is not answered is passed on soon enough.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: high
#   needs: {attestation: attested}
#   checklist: [pre-8]
#   section: "4"
#   fix: Put at least two people on the rotation, set an escalation, and sign the review each month.
package controls.operations.on_call

import data.lib.attestations
import data.lib.units

subjects contains subject if some subject, _ in object.filter(data.standard.documents, {"on-call/global"})

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
	item.people >= rule.people
	item.escalation_s <= rule.escalation_s
}

short(item, items, _) if attestations.superseded(item, items)
short(item, _, rule) if attestations.lapsed(input.taken_at_s, item, rule)
short(item, _, rule) if item.people < rule.people
short(item, _, rule) if item.escalation_s > rule.escalation_s

explain[subject] contains sentence if {
	some subject in subjects
	some item in attestations.standing(input.attestation[subject])
	sentence := attestations.age(input.taken_at_s, item, data.standard.documents[subject])
}

explain[subject] contains sentence if {
	some subject in subjects
	some item in attestations.standing(input.attestation[subject])
	sentence := sprintf("%d people share the duty; at least %d must", [item.people, data.standard.documents[subject].people])
}

explain[subject] contains sentence if {
	some subject in subjects
	some item in attestations.standing(input.attestation[subject])
	limit := units.human(data.standard.documents[subject].escalation_s)
	sentence := sprintf("it is passed on after %s; at most %s is allowed", [units.human(item.escalation_s), limit])
}

explain[subject] contains sentence if {
	some subject in lacking
	count(object.get(input.attestation, subject, [])) == 0
	sentence := "nobody has signed the on-call rotation"
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
