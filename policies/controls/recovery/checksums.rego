# METADATA
# title: A damaged page is noticed
# description: Each server that was asked carries checksums on its pages, and no page failed its own. Without them damage is read and backed up in silence.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: high
#   needs: {database: observed}
#   checklist: []
#   section: "3.1"
#   fix: Restore a damaged page from a copy that was made before the damage; where checksums are off, switch them on with pg_checksums while the server is stopped.
package controls.recovery.checksums

import data.lib.databases

subjects contains subject if some subject in databases.of(data.standard)

# Only a server knows: an operator says how it was once set up.
servers(subject) := [database | some database in input.database[subject]; databases.server(database)]

faults(database, subject) := union({
	{text | database.checksums == false; text := sprintf("the pages of %s carry no checksums", [subject])},
	{text | database.checksum_failures > 0; text := sprintf("pages of %s that failed their checksums: %d", [subject, database.checksum_failures])},
})

compliant contains subject if {
	some subject in subjects
	count(servers(subject)) > 0
	every database in servers(subject) {
		database.checksums == true
		database.checksum_failures == 0
	}
}

violating contains subject if {
	some subject in subjects
	some database in servers(subject)
	count(faults(database, subject)) > 0
}

explain[subject] contains sentence if {
	some subject in violating
	some database in servers(subject)
	some sentence in faults(database, subject)
}

cite[subject] contains id if {
	some subject in compliant
	some id in [database.id | some database in servers(subject)]
}

cite[subject] contains id if {
	some subject in violating
	some id in [database.id | some database in servers(subject); count(faults(database, subject)) > 0]
}

measure[subject] contains value if {
	some subject in subjects
	most := max([database.checksum_failures | some database in servers(subject)])
	value := {"observed": most, "required": 0, "unit": "count", "better": "lower"}
}
