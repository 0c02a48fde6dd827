# Whether a workload can come back from a restart in less than a limit, by what it declares and by what was seen of it.
# A fact that is missing makes it neither quick nor slow.
package lib.restarts

import data.lib.units

# It has a replica to spare, says when it can serve, and both the detection of a failure and a start fit into the limit.
quick(workload, limit_s) if {
	workload.replicas > 1
	workload.readiness == true
	floor_s(workload) < limit_s
	started_in(workload, limit_s)
}

# From a failure to serving again, by what it may take.
floor_s(workload) := workload.detect_s + workload.startup_budget_s

# The same by the longest start that was seen.
seen_ms(workload) := (workload.detect_s * 1000) + workload.start_max_ms

# What runs must have been seen to start in time; what is only declared has never started.
started_in(workload, limit_s) if seen_ms(workload) < limit_s * 1000

started_in(workload, _) if workload.class != "observed"

# What makes the workload, which is `thing` to the standard, too slow; undefined where that is not known.
fault(thing, workload, _, "replicas") := sentence if {
	workload.replicas <= 1
	sentence := sprintf("%s asks for %d replicas; a restart needs at least 2", [thing, workload.replicas])
}

fault(thing, workload, _, "readiness") := sprintf("%s has no readiness probe", [thing]) if workload.readiness == false

fault(thing, workload, limit_s, "detect") := sentence if {
	workload.detect_s >= limit_s
	spans := [thing, units.human(workload.detect_s), units.human(limit_s)]
	sentence := sprintf("detecting a failure of %s takes %s; less than %s is allowed", spans)
}

fault(thing, workload, limit_s, "floor") := sentence if {
	floor_s(workload) >= limit_s
	spans := [thing, units.human(floor_s(workload)), units.human(limit_s)]
	sentence := sprintf("detecting and starting %s may take %s; less than %s is allowed", spans)
}

faults(thing, workload, limit_s) := {sentence |
	some what in ["replicas", "readiness", "detect", "floor"]
	sentence := fault(thing, workload, limit_s, what)
}

# What may have been too slow a start: a Pod that was not ready for a while since looks as if it had taken so long.
doubt(thing, workload, limit_s) := sentence if {
	seen_ms(workload) >= limit_s * 1000
	spans := [thing, units.human(ceil(workload.start_max_ms / 1000)), units.human(workload.detect_s), units.human(limit_s)]
	sentence := sprintf("a start of %s took up to %s, and detecting its failure takes %s; together less than %s is allowed", spans)
}

# That there is no workload.
none(thing, workloads) := {sentence |
	count(workloads) == 0
	sentence := sprintf("nothing runs %s", [thing])
}
