# METADATA
# title: Copies lie in a safe place
# description: >-
#   No place where copies lie is open to everybody or unencrypted, all answer, and one can be written to and keeps copies
#   as long as the standard asks.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: critical
#   needs: {repository: observed}
#   checklist: []
#   section: "1.3"
#   fix: Block public access to the bucket, encrypt it, and let its lifecycle delete copies no sooner than the standard asks.
package controls.backup.repository

import data.lib.places

subjects contains subject if some subject, _ in data.standard.backups

compliant contains subject if {
	some subject, rule in data.standard.backups
	every place in input.repository[subject] {
		place.public == false
		place.encrypted == true
		place.available == true
	}
	some place in input.repository[subject]
	place.writable == true
	places.keeps(place, rule)
}

lacking contains subject if {
	some subject, rule in data.standard.backups
	every place in object.get(input.repository, subject, []) {
		count(places.faults(place, rule, {"away", "readonly", "expires"})) > 0
	}
	not subject in violating
}

violating contains subject if {
	some subject, rule in data.standard.backups
	some place in input.repository[subject]
	count(places.faults(place, rule, {"public", "plain"})) > 0
}

explain[subject] contains sentence if {
	some subject, rule in data.standard.backups
	some place in input.repository[subject]
	some sentence in places.faults(place, rule, {"public", "plain", "away", "readonly", "expires"})
}

explain[subject] contains sentence if {
	some subject in subjects
	count(object.get(input.repository, subject, [])) == 0
	sentence := sprintf("there is no place where copies of %s lie", [subject])
}

cite[subject] contains id if {
	some subject in violating
	some place in input.repository[subject]
	count(places.faults(place, data.standard.backups[subject], {"public", "plain"})) > 0
	id := place.id
}

cite[subject] contains id if {
	some subject in (compliant | lacking)
	some place in input.repository[subject]
	id := place.id
}
