# METADATA
# title: Workloads can come back from a restart inside the RTO
# description: Each workload has replicas to spare and a readiness probe, and detection and start fit into the RTO. A floor; a drill measures the rest.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: critical
#   needs: {workload: declared}
#   checklist: []
#   section: "3.1"
#   objective: rto-structure
#   fix: Run at least two replicas with a readiness probe, and shorten probes until period × threshold and the startup budget together stay below the RTO.
package controls.recovery.rto_restart

import data.lib.units

subjects contains subject if some subject, _ in data.standard.rto_restart

quick(thing, limit_s) := {workload.id |
	some workload in input.workload[thing]
	workload.replicas > 1
	workload.readiness == true
	workload.detect_s + workload.startup_budget_s < limit_s
}

# What is stated of the workloads that makes them too slow, or that there is none.
faults(thing, workloads, limit_s) := union({
	{text | workloads == []; text := sprintf("nothing runs %s", [thing])},
	{text | some workload in workloads; workload.replicas <= 1; text := sprintf("%s asks for %d replicas; a restart needs at least 2", [thing, workload.replicas])},
	{text | some workload in workloads; workload.readiness == false; text := sprintf("%s has no readiness probe", [thing])},
	{text | some workload in workloads; workload.detect_s >= limit_s; text := sprintf("detecting a failure of %s takes %s; less than %s is allowed", [thing, units.human(workload.detect_s), units.human(limit_s)])},
	{text | some workload in workloads; floor_s := workload.detect_s + workload.startup_budget_s; floor_s >= limit_s; text := sprintf("detecting and starting %s may take %s; less than %s is allowed", [thing, units.human(floor_s), units.human(limit_s)])},
})

slow(rule) := {thing |
	some thing in rule.workloads
	every workload in object.get(input.workload, thing, []) { count(faults(thing, [workload], rule.limit_s)) > 0 }
}

compliant contains subject if {
	some subject, rule in data.standard.rto_restart
	count(rule.workloads) > 0
	every thing in rule.workloads { count(quick(thing, rule.limit_s)) > 0 }
}

lacking contains subject if {
	some subject, rule in data.standard.rto_restart
	count(slow(rule)) > 0
}

explain[subject] contains sentence if {
	some subject, rule in data.standard.rto_restart
	some thing in slow(rule)
	some sentence in faults(thing, object.get(input.workload, thing, []), rule.limit_s)
}

cite[subject] contains id if {
	some subject in compliant
	some thing in data.standard.rto_restart[subject].workloads
	some id in quick(thing, data.standard.rto_restart[subject].limit_s)
}

cite[subject] contains id if {
	some subject, rule in data.standard.rto_restart
	some id in [workload.id | some thing in slow(rule); some workload in input.workload[thing]]
}

measure[subject] contains value if {
	some subject, rule in data.standard.rto_restart
	observed := max([best |
		some thing in rule.workloads
		best := min([floor_s | some workload in input.workload[thing]; floor_s := workload.detect_s + workload.startup_budget_s])
	])
	value := {"observed": observed, "required": rule.limit_s, "unit": "s", "better": "lower"}
}
