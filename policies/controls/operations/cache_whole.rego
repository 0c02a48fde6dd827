# METADATA
# title: Redis serves all of its data
# description: Each Redis server that was asked says that its cluster holds together, with every slot served, and as many servers are there as should be.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: high
#   needs: {database: observed}
#   checklist: []
#   section: "2.2"
#   fix: Bring the servers back that are missing, and give the slots that nobody serves to one that is there ("redis-cli --cluster fix").
package controls.operations.cache_whole

import data.lib.databases

subjects contains subject if {
	some subject, rule in data.standard.lag
	rule.product == "redis"
}

# An operator counts Pods, and only a server knows its cluster.
servers(subject) := [database | some database in input.database[subject]; database.product == "redis"; databases.asked_itself(database)]

broken(subject) := [database | some database in servers(subject); database.consistent == false]

# One that is not known to be there may have been about to come.
undetermined[subject] contains reason if {
	some subject in (subjects - violating)
	some database in servers(subject)
	database.ready < database.instances
	reason := sprintf("%d of %d servers are known to be there", [database.ready, database.instances])
}

why(database) := concat(": ", ["", object.get(database, "inconsistency", "why is not known")])

compliant contains subject if {
	some subject in (subjects - violating)
	count(servers(subject)) > 0
	every database in servers(subject) {
		database.consistent == true
		complete(database)
	}
}

complete(database) if database.ready >= database.instances

# What follows another counts nobody.
complete(database) if object.keys(database) & {"ready", "instances"} == set()

violating contains subject if {
	some subject in subjects
	count(broken(subject)) > 0
}

undetermined[subject] contains reason if {
	some subject in subjects
	servers(subject) == []
	reason := "no Redis server was asked itself"
}

explain[subject] contains sentence if {
	some subject in violating
	some database in broken(subject)
	sentence := sprintf("%s does not hold together%s", [subject, why(database)])
}

cite[subject] contains id if {
	some subject in compliant
	some id in [database.id | some database in servers(subject)]
}

cite[subject] contains id if {
	some subject in violating
	some id in [database.id | some database in broken(subject)]
}
