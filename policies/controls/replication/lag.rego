# METADATA
# title: Replicas lag behind by less than the limit
# description: Of each replica of the product, 99 of 100 measurements of its lag are at most what the standard allows. One sample is no distribution.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: high
#   needs: {replica: observed}
#   checklist: [pre-4]
#   section: "2.4"
#   fix: Find what slows the replica down (network, disk, a long query or a large transaction) until the lag stays below the limit.
package controls.replication.lag

import data.lib.databases

subjects contains subject if some subject, _ in data.standard.lag

replicas(subject) := [replica | some replica in input.replica[subject]; replica.product == data.standard.lag[subject].product]

behind(subject, rule) := {replica.id | some replica in replicas(subject); replica.samples > 1; replica.lag_p99_ms > rule.lag_ms}

measured(subject) := [replica | some replica in replicas(subject); databases.measured(replica)]

compliant contains subject if {
	some subject, rule in data.standard.lag
	measured(subject) != []
	every replica in measured(subject) {
		replica.samples > 1
		replica.lag_p99_ms <= rule.lag_ms
	}
}

violating contains subject if {
	some subject, rule in data.standard.lag
	count(behind(subject, rule)) > 0
}

lacking contains subject if {
	some subject in subjects
	replicas(subject) == []
}

undetermined[subject] contains reason if {
	some subject in subjects
	not subject in violating
	some replica in replicas(subject)
	replica.samples <= 1
	reason := "one sample is no distribution"
}

explain[subject] contains sentence if {
	some subject, rule in data.standard.lag
	some replica in replicas(subject)
	sentence := sprintf("99 %% of the lag of %s is within %d ms; at most %d ms is allowed", [replica.name, replica.lag_p99_ms, rule.lag_ms])
}

explain[subject] contains sentence if {
	some subject in lacking
	sentence := sprintf("no %s replica is known in %s", [data.standard.lag[subject].product, subject])
}

cite[subject] contains id if {
	some subject in compliant
	some id in [replica.id | some replica in measured(subject)]
}

cite[subject] contains id if {
	some subject, rule in data.standard.lag
	some id in behind(subject, rule)
}

measure[subject] contains value if {
	some subject, rule in data.standard.lag
	observed := max([replica.lag_p99_ms | some replica in replicas(subject)])
	value := {"observed": observed, "required": rule.lag_ms, "unit": "ms", "better": "lower"}
}
