# METADATA
# title: The standby region follows the primary
# description: Each standby region has a database in the role of a standby, and its description holds together (its source exists and is another cluster).
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: critical
#   needs: {database: declared}
#   checklist: [pre-4]
#   section: "2.2"
#   fix: Declare the cluster of the standby region as a replica whose source is an external cluster that exists, and is not itself.
package controls.replication.topology

subjects contains subject if some subject, _ in data.standard.replication

databases(subject) := object.get(input.database, subject, [])

# What is stated of a database that keeps it from being the standby, a sentence each.
faults(database, rule) := union({
	{text | database.product != rule.product; text := sprintf("it runs %s; %s must follow", [database.product, rule.product])},
	{text | database.role != "standby"; text := sprintf("its database is a %s; nothing follows", [database.role])},
	{text | database.consistent == false; text := "the description of the topology does not hold together"},
	{text | database.consistent == false; text := database.inconsistency},
})

compliant contains subject if {
	some subject, rule in data.standard.replication
	some database in databases(subject)
	database.product == rule.product
	database.role == "standby"
	every other in databases(subject) { other.consistent == true }
}

violating contains subject if {
	some subject in subjects
	some database in databases(subject)
	database.consistent == false
}

lacking contains subject if {
	some subject, rule in data.standard.replication
	not subject in violating
	every database in databases(subject) { count(faults(database, rule)) > 0 }
}

explain[subject] contains sentence if {
	some subject, rule in data.standard.replication
	some database in databases(subject)
	some sentence in faults(database, rule)
}

explain[subject] contains sentence if {
	some subject in lacking
	databases(subject) == []
	sentence := sprintf("no database is known in %s", [subject])
}

cite[subject] contains id if {
	some subject in compliant
	some database in databases(subject)
	count(faults(database, data.standard.replication[subject])) == 0
	id := database.id
}

cite[subject] contains id if {
	some subject in violating
	some id in [database.id | some database in databases(subject); database.consistent == false]
}

cite[subject] contains id if {
	some subject in lacking
	some id in [database.id | some database in databases(subject)]
}
