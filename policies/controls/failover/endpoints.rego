# METADATA
# title: Each region answers at its own endpoint
# description: Every probe of the endpoint of each region is answered well, over a certificate that has not expired.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: high
#   needs: {probe: observed}
#   checklist: [pre-5]
#   section: "2.3"
#   fix: Make the endpoint of the region answer well every time, and renew its certificate.
package controls.failover.endpoints

subjects contains subject if some subject, _ in data.standard.endpoints

probes(subject) := object.get(input.probe, subject, [])

# An answer in plain text says nothing of an endpoint that is to be asked over TLS.
certified(probe, subject) if {
	startswith(probe.target, "http://")
	data.standard.failover[concat("/", [data.standard.endpoints[subject].name, "global"])].protocol == "HTTP"
}

certified(probe, _) if probe.certificate_expires_s > input.taken_at_s

expired(probe) if {
	not startswith(probe.target, "http://")
	probe.certificate_expires_s <= input.taken_at_s
}

facts(subject) := union({
	{text | probes(subject) == []; text := sprintf("nothing probes %s", [subject])},
	{text | some probe in probes(subject); text := sprintf("%d of %d probes of %s were answered well", [probe.good, probe.samples, probe.target])},
	{text | some probe in probes(subject); expired(probe); text := sprintf("the certificate of %s has expired", [probe.target])},
})

compliant contains subject if {
	some subject in subjects
	count(probes(subject)) > 0
	every probe in probes(subject) {
		probe.samples > 0
		probe.good == probe.samples
		certified(probe, subject)
	}
}

violating contains subject if {
	some subject in subjects
	some probe in probes(subject)
	expired(probe)
}

lacking contains subject if {
	some subject in (subjects - violating)
	some probe in probes(subject)
	probe.good < probe.samples
}

lacking contains subject if some subject in {name | some name in subjects; probes(name) == []}

explain[subject] contains sentence if {
	some subject in subjects
	some sentence in facts(subject)
}

cite[subject] contains id if {
	some subject in compliant
	some id in [probe.id | some probe in probes(subject)]
}

cite[subject] contains id if {
	some subject in lacking
	some id in [probe.id | some probe in probes(subject); probe.good < probe.samples]
}

cite[subject] contains id if {
	some subject in violating
	some id in [probe.id | some probe in probes(subject); expired(probe)]
}
