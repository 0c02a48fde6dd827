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

import data.lib.units

subjects contains subject if some subject, _ in data.standard.replication

replicas(subject) := object.get(input.replica, subject, [])

sound(replica, rule) if {
	replica.product == rule.product
	replica.cross_region == true
	replica.streaming == true
	replica.apply_delay_s == 0
}

# Both ends speak of one replica, and its primary does not see what it does with what it is sent.
alike(subject, replica) := [other | some other in replicas(subject); other.name == replica.name]

good(subject, replica, rule) if {
	sound(replica, rule)
	every other in alike(subject, replica) { count(faults(other, rule)) == 0 }
}

short(subject, replica, rule) if {
	{count(faults(other, rule)) | some other in alike(subject, replica)} != {0}
	every other in alike(subject, replica) { not sound(other, rule) }
}

# What is stated of a replica that makes it short, a sentence each.
faults(replica, rule) := union({
	{text | replica.product != rule.product; text := sprintf("%s replicates %s, not %s", [replica.name, replica.product, rule.product])},
	{text | replica.cross_region == false; text := sprintf("%s follows a source in its own region", [replica.name])},
	{text | replica.streaming == false; text := sprintf("%s is not streaming", [replica.name])},
	{text | replica.apply_delay_s > 0; text := sprintf("%s holds changes back for %s", [replica.name, units.human(replica.apply_delay_s)])},
})

compliant contains subject if {
	some subject, rule in data.standard.replication
	some replica in replicas(subject)
	good(subject, replica, rule)
}

lacking contains subject if {
	some subject, rule in data.standard.replication
	every replica in replicas(subject) { short(subject, replica, rule) }
}

explain[subject] contains sentence if {
	some subject in lacking
	some replica in replicas(subject)
	some sentence in faults(replica, data.standard.replication[subject])
}

explain[subject] contains sentence if {
	some subject in lacking
	replicas(subject) == []
	sentence := sprintf("no replica is known in %s", [subject])
}

cite[subject] contains id if {
	some subject, rule in data.standard.replication
	some id in [replica.id | some replica in replicas(subject); good(subject, replica, rule)]
}

cite[subject] contains id if {
	some subject in lacking
	some id in [replica.id | some replica in replicas(subject)]
}
