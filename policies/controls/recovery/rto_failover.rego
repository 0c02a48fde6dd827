# METADATA
# title: DNS failover leaves room inside the RTO
# description: Until DNS leads traffic away, every health check has to fail often enough and every cached answer has to run out. A floor; a drill measures the rest.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: high
#   needs: {health_check: declared, route: declared}
#   checklist: []
#   section: "3.1"
#   objective: rto-structure
#   fix: Lower the interval or the failure threshold of the health checks, or the TTL of the records, until their sum leaves room to promote inside the RTO.
package controls.recovery.rto_failover

import data.lib.units

subjects contains subject if some subject, _ in data.standard.rto_failover

# A check that is switched off never leads traffic away.
checks(subject) := [check | some check in input.health_check[subject]; check.disabled == false]

routes(subject) := object.get(input.route, subject, [])

detections(subject) := [span_s | some check in checks(subject); span_s := check.interval_s * check.threshold]
ttls(subject) := [route.ttl_s | some route in routes(subject)]

# At least this long, as far as the spans are known.
floor_s(subject) := max(detections(subject)) + max(ttls(subject))

missing(subject) := union({
	{text | count(checks(subject)) == 0; text := "no health check that is switched on leads traffic away"},
	{text | count(routes(subject)) == 0; text := "no record leads traffic to a region"},
})

compliant contains subject if {
	some subject, rule in data.standard.rto_failover
	count(detections(subject)) == count(checks(subject))
	count(ttls(subject)) == count(routes(subject))
	floor_s(subject) < rule.limit_s
	every route in routes(subject) { route.health_check.enabled == true }
}

lacking contains subject if {
	some subject, rule in data.standard.rto_failover
	floor_s(subject) >= rule.limit_s
}

lacking contains subject if {
	some subject in subjects
	count(missing(subject)) > 0
}

# Its target's own health may take such a record out of rotation, after a time that nobody states.
undetermined[subject] contains reason if {
	some subject in (subjects - lacking)
	some route in routes(subject)
	false in ({route.health_check.exists} | {enabled | enabled := route.health_check.enabled})
	reason := sprintf("no health check that is switched on takes %s out of rotation", [route.name])
}

explain[subject] contains sentence if {
	some subject, rule in data.standard.rto_failover
	sentence := sprintf("DNS leads traffic away after %s at the earliest; less than %s is allowed for the whole recovery", [units.human(floor_s(subject)), units.human(rule.limit_s)])
}

explain[subject] contains sentence if {
	some subject in subjects
	some sentence in missing(subject)
}

cite[subject] contains id if {
	some subject in subjects
	some id in [item.id | some item in array.concat(checks(subject), routes(subject))]
}

measure[subject] contains value if {
	some subject, rule in data.standard.rto_failover
	value := {"observed": floor_s(subject), "required": rule.limit_s, "unit": "s", "better": "lower"}
}
