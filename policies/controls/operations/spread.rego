# METADATA
# title: No single node takes a service away
# description: What the inventory names has more than one replica, keeps them on different nodes or zones, and is covered by a disruption budget.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: medium
#   needs: {workload: declared}
#   checklist: []
#   section: "3.1"
#   fix: Give the service a second replica, a topology spread constraint or pod anti-affinity, and a PodDisruptionBudget that selects it.
package controls.operations.spread

subjects contains subject if some subject, _ in data.standard.inventory

compliant contains subject if {
	some subject in subjects
	some item in input.workload[subject]
	good(item)
}

lacking contains subject if {
	some subject in subjects
	every item in object.get(input.workload, subject, []) {
		short(item)
	}
}

good(item) if {
	item.replicas > 1
	item.spread == true
	item.disruption_budget == true
}

short(item) if item.replicas <= 1

short(item) if item.spread == false

short(item) if item.disruption_budget == false

explain[subject] contains sentence if {
	some subject in subjects
	some item in input.workload[subject]
	item.replicas <= 1
	sentence := sprintf("%s %s asks for %d replicas; more than one is needed to spread them", [item.kind, item.name, item.replicas])
}

explain[subject] contains sentence if {
	some subject in subjects
	some item in input.workload[subject]
	item.spread == false
	sentence := sprintf("nothing keeps the replicas of %s %s on different nodes or zones", [item.kind, item.name])
}

explain[subject] contains sentence if {
	some subject in subjects
	some item in input.workload[subject]
	item.disruption_budget == false
	sentence := sprintf("no disruption budget covers %s %s", [item.kind, item.name])
}

explain[subject] contains sentence if {
	some subject in lacking
	count(object.get(input.workload, subject, [])) == 0
	sentence := sprintf("nothing is declared as %s", [subject])
}

cite[subject] contains id if {
	some subject in compliant
	some item in input.workload[subject]
	good(item)
	id := item.id
}

cite[subject] contains id if {
	some subject in lacking
	some item in input.workload[subject]
	id := item.id
}
