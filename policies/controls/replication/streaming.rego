# METADATA
# title: The standby region streams from the primary
# description: Each standby region has a replica that is connected to a source in another region, follows it now and holds nothing back.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: critical
#   needs: {replica: observed}
#   checklist: [pre-4]
#   section: "2.2"
#   fix: Connect the replica to its source in the other region, remove what interrupts it, and take away its apply delay.
package controls.replication.streaming

import data.lib.replicas as lib

subjects contains subject if some subject, _ in data.standard.replication

replicas(subject) := object.get(input.replica, subject, [])

compliant contains subject if {
	some subject, rule in data.standard.replication
	some replica in replicas(subject)
	lib.good(replicas(subject), replica, rule)
}

lacking contains subject if {
	some subject, rule in data.standard.replication
	every replica in replicas(subject) { lib.short(replicas(subject), replica, rule) }
}

explain[subject] contains sentence if {
	some subject in lacking
	some replica in replicas(subject)
	some sentence in lib.faults(replica, data.standard.replication[subject])
}

explain[subject] contains sentence if {
	some subject in lacking
	replicas(subject) == []
	sentence := sprintf("no replica is known in %s", [subject])
}

cite[subject] contains id if {
	some subject, rule in data.standard.replication
	some id in [replica.id | some replica in replicas(subject); lib.good(replicas(subject), replica, rule)]
}

cite[subject] contains id if {
	some subject in lacking
	some id in [replica.id | some replica in replicas(subject)]
}
