# METADATA
# title: The way between regions is short enough
# description: Of each way between two regions, every probe is answered, 99 of 100 within what the standard allows. One sample is no distribution.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: low
#   needs: {probe: observed}
#   checklist: []
#   section: "2.4"
#   fix: Choose regions that are closer to each other, or a better path between them.
package controls.replication.latency

subjects contains subject if some subject, _ in data.standard.latency

single(subject) if {
	some probe in input.probe[subject]
	probe.samples <= 1
}

lossy(probe) if probe.good < probe.samples

# What is stated of the ways that is bad, a sentence each; every way counts.
faults(subject, rule) := union({
	{text | object.get(input.probe, subject, []) == []; text := "nothing measures the way between the regions"},
	{text | some probe in input.probe[subject]; lossy(probe); text := sprintf("%d of %d probes of %s were answered", [probe.good, probe.samples, probe.target])},
	{text |
		some probe in input.probe[subject]
		probe.samples > 1
		probe.p99_ms > rule.latency_ms
		text := sprintf("99 %% of the answers of %s take up to %d ms; at most %d ms is allowed", [probe.target, probe.p99_ms, rule.latency_ms])
	},
})

compliant contains subject if {
	some subject, rule in data.standard.latency
	count(input.probe[subject]) > 0
	every probe in input.probe[subject] {
		probe.samples > 1
		probe.good == probe.samples
		probe.p99_ms <= rule.latency_ms
	}
}

lacking contains subject if {
	some subject, rule in data.standard.latency
	not single(subject)
	count(faults(subject, rule)) > 0
}

undetermined[subject] contains reason if {
	some subject in subjects
	single(subject)
	reason := "one sample is no distribution"
}

explain[subject] contains sentence if {
	some subject, rule in data.standard.latency
	some sentence in faults(subject, rule)
}

cite[subject] contains id if {
	some subject in subjects
	some id in [probe.id | some probe in input.probe[subject]]
}

measure[subject] contains value if {
	some subject, rule in data.standard.latency
	observed := max([probe.p99_ms | some probe in input.probe[subject]])
	value := {"observed": observed, "required": rule.latency_ms, "unit": "ms", "better": "lower"}
}
