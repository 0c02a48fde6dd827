# METADATA
# title: Workloads can come back from a restart inside the RTO
# description: Each workload has replicas to spare and a readiness probe, and detection and start, as declared and as seen, fit into the RTO. A floor; a drill measures the rest.
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

import data.lib.restarts

subjects contains subject if some subject, _ in data.standard.rto_restart

quick(thing, limit_s) := {workload.id |
	some workload in input.workload[thing]
	restarts.quick(workload, limit_s)
}

slow(rule) := {thing |
	some thing in rule.workloads
	every workload in object.get(input.workload, thing, []) { count(restarts.faults(thing, workload, rule.limit_s)) > 0 }
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

undetermined[subject] contains reason if {
	some subject, rule in data.standard.rto_restart
	not subject in (compliant | lacking)
	some thing in rule.workloads
	some workload in input.workload[thing]
	reason := restarts.doubt(thing, workload, rule.limit_s)
}

explain[subject] contains sentence if {
	some subject, rule in data.standard.rto_restart
	some thing in slow(rule)
	some workload in input.workload[thing]
	some sentence in restarts.faults(thing, workload, rule.limit_s)
}

explain[subject] contains sentence if {
	some subject, rule in data.standard.rto_restart
	some thing in slow(rule)
	some sentence in restarts.none(thing, object.get(input.workload, thing, []))
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
		best := min([floor_s | some workload in input.workload[thing]; floor_s := restarts.floor_s(workload)])
	])
	value := {"observed": observed, "required": rule.limit_s, "unit": "s", "better": "lower"}
}
