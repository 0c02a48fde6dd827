# METADATA
# title: No replication slot has lost its log
# description: Each server that was asked says that the log which its slots are kept for is still there. What follows a lost slot can never catch up.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: high
#   needs: {database: observed}
#   checklist: []
#   section: "2.4"
#   fix: Build the replica behind the slot anew and drop the slot, or drop it where nothing follows; then raise max_slot_wal_keep_size.
package controls.replication.slots

import data.lib.databases

subjects contains subject if some subject in databases.of(data.standard)

servers(subject) := [database | some database in input.database[subject]; databases.server(database)]

compliant contains subject if {
	some subject in subjects
	count(servers(subject)) > 0
	every database in servers(subject) { database.lost_slots == 0 }
}

violating contains subject if {
	some subject in subjects
	some database in input.database[subject]
	database.lost_slots > 0
}

explain[subject] contains sentence if {
	some subject in violating
	some database in input.database[subject]
	database.lost_slots > 0
	sentence := sprintf("replication slots of %s that have lost the log they were kept for: %d", [subject, database.lost_slots])
}

cite[subject] contains id if {
	some subject in compliant
	some id in [database.id | some database in servers(subject)]
}

cite[subject] contains id if {
	some subject in violating
	some id in [database.id | some database in input.database[subject]; database.lost_slots > 0]
}

measure[subject] contains value if {
	some subject in subjects
	most := max([database.lost_slots | some database in input.database[subject]])
	value := {"observed": most, "required": 0, "unit": "count", "better": "lower"}
}
