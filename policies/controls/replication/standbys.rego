# METADATA
# title: The standbys of the primary stream
# description: A database of which no write may be lost has a standby, and each that is known follows it now.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: critical
#   needs: {replica: observed, database: observed}
#   checklist: [pre-4]
#   section: "2.4"
#   fix: Bring the standby back (its log, its disk, its network), or build it anew from the primary.
package controls.replication.standbys

import data.lib.databases

subjects contains subject if {
	some rule in data.standard.rpo_no_loss
	some subject in rule.databases
}

replicas(subject) := object.get(input.replica, subject, [])

# That nothing follows is known only from a primary that was asked itself.
primaries(subject) := {database.id |
	some database in input.database[subject]
	database.role == "primary"
	databases.server(database)
}

# Two sources may know the same replica, and one of them not whether it streams.
compliant contains subject if {
	some subject in subjects
	count(replicas(subject)) > 0
	every replica in replicas(subject) { replica.streaming == true }
	not subject in violating
}

violating contains subject if {
	some subject in subjects
	some replica in replicas(subject)
	replica.streaming == false
}

lacking contains subject if {
	some subject in subjects
	replicas(subject) == []
	count(primaries(subject)) > 0
}

explain[subject] contains sentence if {
	some subject in subjects
	some replica in replicas(subject)
	replica.streaming == false
	sentence := sprintf("%s does not stream from %s", [replica.name, subject])
}

explain[subject] contains sentence if {
	some subject in lacking
	sentence := sprintf("nothing follows %s", [subject])
}

cite[subject] contains id if {
	some subject in (compliant | lacking)
	some id in (primaries(subject) | {replica.id | some replica in replicas(subject)})
}

cite[subject] contains id if {
	some subject in violating
	some id in {replica.id | some replica in replicas(subject); replica.streaming == false}
}
