# METADATA
# title: Every service asks for enough replicas
# description: What the inventory names asks for at least as many replicas as must be ready.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: high
#   needs: {workload: declared}
#   checklist: [pre-1]
#   section: "2.1"
#   fix: Declare the service with at least the replicas that the inventory wants ready.
package controls.operations.inventory_declared

subjects contains subject if some subject, _ in data.standard.inventory

compliant contains subject if {
	some subject in subjects
	some item in input.workload[subject]
	item.replicas >= data.standard.inventory[subject].ready
}

lacking contains subject if {
	some subject in subjects
	every item in object.get(input.workload, subject, []) {
		item.replicas < data.standard.inventory[subject].ready
	}
}

explain[subject] contains sentence if {
	some subject in subjects
	some item in input.workload[subject]
	sentence := sprintf("%s %s asks for %d replicas; at least %d must be ready", [item.kind, item.name, item.replicas, data.standard.inventory[subject].ready])
}

explain[subject] contains sentence if {
	some subject in lacking
	count(object.get(input.workload, subject, [])) == 0
	sentence := sprintf("nothing is declared as %s", [subject])
}

cite[subject] contains id if {
	some subject in compliant
	some item in input.workload[subject]
	item.replicas >= data.standard.inventory[subject].ready
	id := item.id
}

cite[subject] contains id if {
	some subject in lacking
	some item in input.workload[subject]
	id := item.id
}

measure[subject] contains m if {
	some subject in subjects
	found := [item.replicas | some item in input.workload[subject]]
	m := {"observed": max(found), "required": data.standard.inventory[subject].ready, "unit": "count", "better": "higher"}
}
