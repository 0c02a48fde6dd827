# METADATA
# title: Runbooks are reviewed and cover every alert
# description: The runbooks were reviewed in time, and there is one for each alert that the standard requires.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: medium
#   needs: {attestation: attested}
#   checklist: [pre-9]
#   section: "4"
#   fix: Write the runbooks that are missing, walk through all of them, and sign the review.
package controls.operations.runbooks_reviewed

import data.lib.attestations

subjects contains subject if some subject, _ in object.filter(data.standard.documents, {"runbooks/global"})

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
	every thing, _ in rule.covers {
		item.covers[thing] == true
	}
}

short(item, items, _) if attestations.superseded(item, items)
short(item, _, rule) if attestations.lapsed(input.taken_at_s, item, rule)

short(item, _, rule) if {
	some thing, _ in rule.covers
	item.covers[thing] == false
}

explain[subject] contains sentence if {
	some subject in subjects
	some item in attestations.standing(input.attestation[subject])
	sentence := attestations.age(input.taken_at_s, item, data.standard.documents[subject])
}

explain[subject] contains sentence if {
	some subject in subjects
	some item in attestations.standing(input.attestation[subject])
	some thing, _ in data.standard.documents[subject].covers
	item.covers[thing] == false
	sentence := sprintf("no runbook covers %s", [thing])
}

explain[subject] contains sentence if {
	some subject in lacking
	count(object.get(input.attestation, subject, [])) == 0
	sentence := "nobody has signed a review of the runbooks"
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
