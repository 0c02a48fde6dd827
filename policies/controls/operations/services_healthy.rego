# METADATA
# title: Every service runs with all its replicas ready
# description: What the inventory names runs, its last rollout is done, and as many replicas are ready as it asks for and as the inventory wants.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: critical
#   needs: {workload: observed}
#   checklist: [pre-1]
#   section: "4"
#   fix: Find out with `kubectl describe` why the missing replicas are not ready, or deploy the service that is not there.
package controls.operations.services_healthy

subjects contains subject if some subject, _ in data.standard.inventory

compliant contains subject if {
	some subject in subjects
	some item in input.workload[subject]
	healthy(item, data.standard.inventory[subject])
	every other in input.workload[subject] { whole(other) }
}

lacking contains subject if {
	some subject in subjects
	every item in object.get(input.workload, subject, []) {
		short(item, data.standard.inventory[subject])
	}
}

undetermined[subject] contains reason if {
	some subject in subjects
	not subject in compliant
	some item in input.workload[subject]
	item.settled == false
	reason := sprintf("a rollout of %s %s is going on", [item.kind, item.name])
}

healthy(item, rule) if {
	whole(item)
	item.ready >= rule.ready
}

# Another workload that the same thing of the inventory is may be smaller, but has all that it asks for too.
whole(item) if {
	item.settled == true
	item.ready >= item.replicas
}

short(item, rule) if {
	item.settled == true
	some wanted in [rule.ready, item.replicas]
	item.ready < wanted
}

explain[subject] contains sentence if {
	some subject in subjects
	some item in input.workload[subject]
	counts := [item.kind, item.name, item.ready, item.replicas, data.standard.inventory[subject].ready]
	sentence := sprintf("%s %s has %d of %d replicas ready; all must be, and at least %d", counts)
}

explain[subject] contains sentence if {
	some subject in lacking
	count(object.get(input.workload, subject, [])) == 0
	sentence := sprintf("nothing runs as %s", [subject])
}

cite[subject] contains id if {
	some subject in (compliant | lacking)
	some item in input.workload[subject]
	id := item.id
}

measure[subject] contains m if {
	some subject in subjects
	most := max([item.ready | some item in input.workload[subject]])
	m := {"observed": most, "required": data.standard.inventory[subject].ready, "unit": "count", "better": "higher"}
}
