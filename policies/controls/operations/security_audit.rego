# METADATA
# title: The security audit is recent and left nothing critical open
# description: Rights, secrets and network policies were audited in time, and no more critical findings are open than the standard allows.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: critical
#   needs: {attestation: attested}
#   checklist: [pre-10]
#   section: "4"
#   fix: Close the critical findings, or have the audit repeated and sign it.
package controls.operations.security_audit

import data.lib.attestations

subjects contains subject if some subject, _ in object.filter(data.standard.documents, {"security-audit/global"})

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
	item.open_critical <= rule.open_critical
}

short(item, items, _) if attestations.superseded(item, items)
short(item, _, rule) if attestations.lapsed(input.taken_at_s, item, rule)
short(item, _, rule) if item.open_critical > rule.open_critical

explain[subject] contains sentence if {
	some subject in subjects
	some item in attestations.standing(input.attestation[subject])
	sentence := attestations.age(input.taken_at_s, item, data.standard.documents[subject])
}

explain[subject] contains sentence if {
	some subject in subjects
	some item in attestations.standing(input.attestation[subject])
	sentence := sprintf("%d critical findings are open; at most %d are allowed", [item.open_critical, data.standard.documents[subject].open_critical])
}

explain[subject] contains sentence if {
	some subject in lacking
	count(object.get(input.attestation, subject, [])) == 0
	sentence := "nobody has signed a security audit"
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
	m := {"observed": item.open_critical, "required": data.standard.documents[subject].open_critical, "unit": "count", "better": "lower"}
}
