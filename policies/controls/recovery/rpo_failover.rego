# METADATA
# title: A failover loses less than the RPO
# description: Each standby region has a replica in another region than its source that by construction can lose less than the RPO; where its lag is measured, that counts.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: critical
#   needs: {replica: declared}
#   checklist: [pre-4]
#   section: "3.1"
#   objective: rpo-structure
#   fix: Stream to a replica in the standby region, without an apply delay; with archived segments alone, set archive_timeout below the RPO.
package controls.recovery.rpo_failover

import data.lib.databases
import data.lib.units

subjects contains subject if some subject, _ in data.standard.rpo_failover

good(thing, limit_s) := {replica.id |
	some replica in input.replica[thing]
	[replica.product, replica.cross_region] == ["postgresql", true]
	replica.exposure_s < limit_s
	replica.apply_delay_s < limit_s
}

# What is stated of a replica that makes it short, a sentence each.
faults(thing, replicas, limit_s) := union({
	{text | replicas == []; text := sprintf("no replica is known in %s", [thing])},
	{text | some replica in replicas; replica.product != "postgresql"; text := sprintf("%s in %s replicates %s", [replica.name, thing, replica.product])},
	{text | some replica in replicas; replica.cross_region == false; text := sprintf("%s follows a source in its own region", [replica.name])},
	{text | some replica in replicas; replica.exposure_s >= limit_s; text := sprintf("%s may lose %s; less than %s is allowed", [replica.name, units.human(replica.exposure_s), units.human(limit_s)])},
	{text | some replica in replicas; replica.apply_delay_s >= limit_s; text := sprintf("%s holds changes back for %s; less than %s is allowed", [replica.name, units.human(replica.apply_delay_s), units.human(limit_s)])},
})

# An object of a cluster says that it streams, and a server how far behind it is.
measured(thing) := [replica | some replica in input.replica[thing]; replica.product == "postgresql"; replica.cross_region; databases.measured(replica)]

short(rule) := {thing |
	some thing in rule.replicas
	some replicas in ({object.get(input.replica, thing, [])} | ({measured(thing)} - {[]}))
	every replica in replicas { count(faults(thing, [replica], rule.limit_s)) > 0 }
}

compliant contains subject if {
	some subject, rule in data.standard.rpo_failover
	count(rule.replicas) > 0
	every thing in rule.replicas {
		count(good(thing, rule.limit_s)) > 0
		true in ({measured(thing) == []} | {near | some replica in measured(thing); near := replica.exposure_s < rule.limit_s})
	}
}

lacking contains subject if {
	some subject, rule in data.standard.rpo_failover
	count(short(rule)) > 0
}

explain[subject] contains sentence if {
	some subject, rule in data.standard.rpo_failover
	some sentence in union({faults(thing, object.get(input.replica, thing, []), rule.limit_s) | some thing in short(rule)})
}

cite[subject] contains id if {
	some subject in compliant
	rule := data.standard.rpo_failover[subject]
	some id in union({good(thing, rule.limit_s) | some thing in rule.replicas})
}

cite[subject] contains id if {
	some subject, rule in data.standard.rpo_failover
	some id in [replica.id | some thing in short(rule); some replica in input.replica[thing]]
}

measure[subject] contains value if {
	some subject, rule in data.standard.rpo_failover
	observed := max([best | some thing in rule.replicas; best := min([replica.exposure_s | some replica in input.replica[thing]])])
	value := {"observed": observed, "required": rule.limit_s, "unit": "s", "better": "lower"}
}
